"""Fingerprints of results: whether a number, a text, a row or a sentence was changed after the solve that wrote it.

A fingerprint proves nothing of how a cell came about; it tells a changed one. What takes a solver to find (the
ends of a range) and what is told in words (labels, notes, the order of rows) is held by nothing else, unless it
is solved again. Programs save numbers with 15 to 17 digits; a fingerprint is the same for all of them, and
another for a change of a few parts in a billion.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from math import log
from typing import Any

import numpy as np

DIGITS = 8  # of the 64 of a sha256, for each column
STEP = 1e-9  # relative: numbers of one step have one fingerprint
KEY = "fingerprint of "  # how every key of a fingerprint in sheet run begins
SHEET = f"{KEY}sheet "
TEXTS = f"{KEY}texts in sheet "
SENTENCES = f"{KEY}sentences"
OF_ALL = f"{SENTENCES} of all scenarios"
OF_RECORD = f"{KEY}record"
OF_OPTIONS = f"{KEY}options"

_NO_NUMBERS = {str, type(None)}


def fingerprint(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """`column:edge:digest` for every column that holds a number or a flag, in order, with spaces between.

    `edge` is where the steps of the column begin, in steps: there no number of it lies near, so that its last
    digits change nothing. A blank is not a 0, and where it stands counts.
    """
    found = []
    for column, cells in zip(columns, zip(*rows, strict=True), strict=False):
        counted = _Counted(cells)
        if counted.any:
            edge = counted.edge
            found.append(f"{column}:{edge}:{counted.digest(float(edge))}")
    return " ".join(found)


def changed(recorded: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[str]:
    """Columns whose numbers are not those of the fingerprint, or that only one of the two has."""
    known = {column: rest for column, _, rest in (part.partition(":") for part in recorded.split())}
    cells_of = dict(zip(columns, zip(*rows, strict=True), strict=False))
    wrong = [column for column in known if column not in cells_of]
    for column, cells in cells_of.items():
        counted = _Counted(cells)
        if column in known:
            same = _fits(counted, *known[column].partition(":")[::2])
        else:
            same = not counted.any
        if not same:
            wrong.append(column)
    return wrong


def fingerprint_of_texts(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """`column:digest` for every column that holds a text, in order, with spaces between.

    Where a text stands counts. A blank and an empty text are one, as in Excel.
    """
    return " ".join(f"{column}:{digest}" for column, digest in _texts(columns, rows).items())


def changed_texts(recorded: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[str]:
    """Columns whose texts are not those of the fingerprint, or that only one of the two has."""
    known = dict(part.split(":", 1) for part in recorded.split() if ":" in part)
    found = _texts(columns, rows)
    return [column for column in known | found if known.get(column) != found.get(column)]


def _texts(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> dict[str, str]:
    """Digests of the columns that hold a text."""
    found = {}
    for column, cells in zip(columns, zip(*rows, strict=True), strict=False):
        if not any(issubclass(kind, str) for kind in set(map(type, cells))):
            continue
        texts = [cell if isinstance(cell, str) else "" for cell in cells]
        told = {text: f"{len(text)} {text}" for text in set(texts)}  # most are said many times
        if any(told):
            found[column] = _digest("\n".join(map(told.__getitem__, texts)))
    return found


def fingerprint_of_sentences(sentences: Iterable[str]) -> str:
    """One digest of all words in their order, wherever lines are broken."""
    return _digest("".join(word for sentence in sentences for word in sentence.split()))


def fingerprint_of_record(told: Iterable[tuple[str, Any]]) -> str:
    """One of the keys and texts that sheet run records, in whatever order they stand."""
    rows = sorted((key, "" if value is None else str(value)) for key, value in told)
    return fingerprint_of_texts(("key", "value"), rows)


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]


def _fits(counted: _Counted, edge: str, digest: str) -> bool:
    try:
        first = float(edge)
    except ValueError:
        return False
    return counted.digest(first) == digest


class _Counted:
    """What counts in a column: which cells are numbers or flags (`any`: some), and how many steps each is from 1."""

    def __init__(self, cells: Sequence[Any]) -> None:
        kinds, numbers = set(map(type, cells)), cells
        if kinds <= _NO_NUMBERS:
            numbers = (None,) * len(cells)
        elif any(issubclass(kind, str) for kind in kinds):
            numbers = [None if isinstance(cell, str) else cell for cell in cells]
        values = np.array(numbers, dtype=float)  # a blank is no number
        counts = np.isfinite(values)
        self.any = bool(counts.any())
        # Of each cell: nothing where there is no number, 0 for a 0, and for others what `digest` puts there.
        self._told = np.where(counts, "0", "").tolist()
        self._at = np.flatnonzero(counts & (values != 0))
        found = values[self._at]
        self._signs = np.where(found < 0, "-", "+").tolist()
        # The logarithm of math: numpy's own differs in the last bit from one processor to another.
        self._steps = np.fromiter(map(log, np.abs(found).tolist()), float, len(found)) / STEP

    @property
    def edge(self) -> str:
        """The middle of the widest gap between the numbers, as a share of a step."""
        shares = np.sort(self._steps % 1)  # equal ones leave no gap; np.unique would import numpy.ma
        if not shares.size:
            return "0"
        ends = np.append(shares, shares[0] + 1)
        gaps = np.diff(ends)
        last = int(np.flatnonzero(gaps == gaps.max())[-1])
        return f"{(float(ends[last]) + float(ends[last + 1])) / 2 % 1:.6f}"

    def digest(self, edge: float) -> str:
        """The fingerprint of the column whose steps begin at `edge`."""
        told = list(self._told)
        steps = np.floor(self._steps - edge).astype(int).tolist()
        for i, sign, step in zip(self._at.tolist(), self._signs, steps, strict=True):
            told[i] = f"{sign}{step}"
        return _digest("\n".join(told))
