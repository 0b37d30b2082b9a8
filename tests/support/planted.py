"""Results with one number, word, row or sheet made wrong: what a check must find."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any, NamedTuple

from floors.contract import results as tables
from floors.contract.fingerprints import KEY
from floors.contract.results import Column, Sheet

WRONG = 1e-4  # relative; absolute for a zero


class Copy:
    """The rows of a result, free to be changed; of several scenarios where it has a comparison.

    Without the fingerprints of its numbers unless `sealed`, so that only what is recomputed finds an error.
    """

    def __init__(self, result: Any, several: bool, *, sealed: bool = False) -> None:
        self.sheets = result.sheets if several else tables.RESULTS
        self.of = {sheet.name: [list(row) for row in result.rows(sheet.name)] for sheet in self.sheets}
        if not sealed:
            key = tables.RUN.names.index("key") + several
            self.of["run"] = [row for row in self.of["run"] if not row[key].startswith(KEY)]
        if several:
            self.comparison = self.of["comparison"]

    def rows(self, sheet: str) -> list[list[Any]]:
        return self.of[sheet]


class Plant(NamedTuple):
    """One error: where, and what stands there instead."""

    sheet: str
    row: int
    column: str
    place: int
    wrong: Any


def plants(copy: Copy, few: int = 3, seed: int = 0) -> Iterator[Plant]:
    """One wrong number in each numeric column, one wrong word or flag in each other, of each sheet but `run`:
    in every row of a small sheet, in `few` random rows of a large one."""
    generator = random.Random(seed)
    for sheet in copy.sheets:
        if sheet is tables.RUN or sheet.name == "run":
            continue
        rows = copy.rows(sheet.name)
        for place, column in enumerate(sheet.columns):
            filled = [i for i, row in enumerate(rows) if row[place] not in (None, "")]
            chosen = filled if len(filled) <= few else generator.sample(filled, few)
            for i in chosen:
                value = wrong(sheet, column, rows[i], place)
                if value is not None:
                    yield Plant(sheet.name, i, column.name, place, value)


def wrong(sheet: Sheet, column: Column, row: list[Any], place: int) -> Any:
    """Something else of the same type; None where nothing is to be told apart."""
    value = row[place]
    if isinstance(value, bool):
        return not value
    if isinstance(value, str):
        return f"{value}x"
    if column.format == tables.YEAR:
        return value + 1
    if sheet.name == "certificate" and column.name == "value":
        return value + WRONG  # rounding of 1e-16 is a zero
    return value * (1 + WRONG) if abs(value) > 1e-9 else value + WRONG


def planted(copy: Copy, plant: Plant) -> Any:
    """Make it wrong; returns what undoes it."""
    row = copy.rows(plant.sheet)[plant.row]
    before = row[plant.place]
    row[plant.place] = plant.wrong

    def undo() -> None:
        row[plant.place] = before

    return undo
