"""Fingerprints of result tables: whether any number was changed after the solve that wrote it.

A fingerprint proves nothing of how a number came about; it tells a changed one. What takes a solver to find
(the ends of a range) is held by nothing else, unless it is solved again. Programs save numbers with 15 to 17
digits; a fingerprint is the same for all of them, and another for a change of a few parts in a billion.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from itertools import pairwise
from math import floor, isfinite, log
from typing import Any

DIGITS = 8  # of the 64 of a sha256, for each column
STEP = 1e-9  # relative: numbers of one step have one fingerprint
KEY = "fingerprint of sheet "


def fingerprint(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """`column:edge:digest` for every column that holds a number or a flag, in order, with spaces between.

    `edge` is where the steps of the column begin, in steps: there no number of it lies near, so that its last
    digits change nothing. A blank is not a 0, and where it stands counts.
    """
    found = []
    for column, cells in zip(columns, zip(*rows, strict=True), strict=False):
        if any(_counts(cell) for cell in cells):
            steps = [_steps(cell) for cell in cells]
            edge = _edge(steps)
            found.append(f"{column}:{edge}:{_digest(cells, steps, float(edge))}")
    return " ".join(found)


def changed(recorded: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[str]:
    """Columns whose numbers are not those of the fingerprint, or that only one of the two has."""
    known = {column: rest for column, _, rest in (part.partition(":") for part in recorded.split())}
    cells_of = dict(zip(columns, zip(*rows, strict=True), strict=False))
    wrong = [column for column in known if column not in cells_of]
    for column, cells in cells_of.items():
        if column in known:
            same = _fits(cells, *known[column].partition(":")[::2])
        else:
            same = not any(_counts(cell) for cell in cells)
        if not same:
            wrong.append(column)
    return wrong


def _fits(cells: Sequence[Any], edge: str, digest: str) -> bool:
    try:
        first = float(edge)
    except ValueError:
        return False
    return _digest(cells, [_steps(cell) for cell in cells], first) == digest


def _counts(cell: Any) -> bool:
    return cell is not None and not isinstance(cell, str) and isfinite(cell)


def _steps(cell: Any) -> float | None:
    """How many steps a number is from 1; None for a 0 and for what is no number."""
    return log(abs(cell)) / STEP if _counts(cell) and cell else None


def _edge(steps: Sequence[float | None]) -> str:
    """The middle of the widest gap between the numbers, as a share of a step."""
    shares = sorted({step % 1 for step in steps if step is not None})
    if not shares:
        return "0"
    _, start, end = max((b - a, a, b) for a, b in pairwise([*shares, shares[0] + 1]))
    return f"{(start + end) / 2 % 1:.6f}"


def _digest(cells: Sequence[Any], steps: Sequence[float | None], edge: float) -> str:
    told = [
        ("0" if _counts(cell) else "") if step is None else f"{'-' if cell < 0 else '+'}{floor(step - edge)}"
        for cell, step in zip(cells, steps, strict=True)
    ]
    return sha256("\n".join(told).encode()).hexdigest()[:DIGITS]
