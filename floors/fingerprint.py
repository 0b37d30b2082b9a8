"""Fingerprints of result tables: whether any number was changed after the solve that wrote it.

A fingerprint proves nothing of how a number came about; it tells a changed one. What takes a solver to find
(the ends of a range) is held by nothing else, unless it is solved again.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any

DIGITS = 8  # of the 64 of a sha256, for each column
KEY = "fingerprint of sheet "


def fingerprint(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """`column:digest` for every column that holds a number or a flag, in order, with spaces between.

    Numbers count as a cell holds them, with 16 digits; a blank is not a 0, and where it stands counts.
    """
    found = []
    for column, cells in zip(columns, zip(*rows, strict=True), strict=False):
        numbers = [float(f"{cell:.16g}") + 0.0 for cell in cells if _counts(cell)]
        if numbers:
            filled = bytes(_counts(cell) for cell in cells)
            digest = sha256(filled + array("d", numbers).tobytes()).hexdigest()
            found.append(f"{column}:{digest[:DIGITS]}")
    return " ".join(found)


def _counts(cell: Any) -> bool:
    return cell is not None and not isinstance(cell, str)


def changed(before: str, now: str) -> list[str]:
    """Columns whose fingerprints differ, or that only one of the two has."""
    old, new = _by_column(before), _by_column(now)
    return [column for column in dict.fromkeys([*old, *new]) if old.get(column) != new.get(column)]


def _by_column(text: str) -> dict[str, str]:
    return {column: digest for column, _, digest in (part.partition(":") for part in text.split())}
