"""From problems to cells: what is coloured, what gets a comment, and what is too much for either."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from floors.errors import Problem
from floors.study.sheets import plain

MOST_COLOURED = 20_000
MOST_COMMENTED = 1_000
LAST_COLUMN, LAST_ROW = 16_384, 1_048_576

Cell: TypeAlias = tuple[int, int]
"""Row and column, from 1."""


@dataclass
class Marks:
    """What is to be marked on one sheet: the level of each cell to colour, the problems of each to comment.

    `uncoloured` and `uncommented` count the rows of ranges too long for either.
    """

    levels: dict[Cell, str] = field(default_factory=dict)
    notes: dict[Cell, list[Problem]] = field(default_factory=dict)
    uncoloured: int = 0
    uncommented: int = 0

    def add(self, problem: Problem, cell: str) -> None:
        """Mark a cell or a range; A1 for what has no cell. A range gets a comment in each of its rows."""
        top, left, bottom, right = span(cell) or (1, 1, 1, 1)
        for row in range(top, bottom + 1):
            if len(self.levels) >= MOST_COLOURED:
                self.uncoloured += bottom - row + 1
                break
            for column in range(left, right + 1):
                if self.levels.get((row, column)) != "error":
                    self.levels[row, column] = problem.level
            self._note((row, left), problem)

    def _note(self, cell: Cell, problem: Problem) -> None:
        if cell not in self.notes and len(self.notes) >= MOST_COMMENTED:
            self.uncommented += 1
        elif problem not in self.notes.setdefault(cell, []):
            self.notes[cell].append(problem)


_SPAN = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})(?::([A-Z]{1,3})([1-9]\d{0,6}))?")


def span(cell: str) -> tuple[int, int, int, int] | None:
    """First row and column, last row and column of ``D5`` or ``D5:E9``; None for anything else."""
    match = _SPAN.fullmatch(cell)
    if match is None:
        return None
    left, top = number(match[1]), int(match[2])
    right, bottom = (number(match[3]), int(match[4])) if match[3] else (left, top)
    sound = top <= bottom <= LAST_ROW and left <= right <= LAST_COLUMN
    return (top, left, bottom, right) if sound else None


def number(letters: str) -> int:
    """Column number of column letters: A is 1, AA is 27."""
    found = 0
    for letter in letters:
        found = 26 * found + ord(letter) - 64
    return found


def collect(problems: Iterable[Problem], titles: Iterable[str]) -> dict[str, Marks]:
    """The marks of every sheet that has any, by its title as written."""
    found: dict[str, Marks] = {}
    known = list(titles)
    for problem in problems:
        for sheet, cell in _cells(problem):
            title = title_of(sheet, known)
            if title is not None:
                found.setdefault(title, Marks()).add(problem, cell)
    return found


def _cells(problem: Problem) -> Iterator[tuple[str, str]]:
    """Where a problem is, further cells of the same, and the cell of sheet `changes` that brought it about."""
    yield problem.sheet, problem.cell
    for place in (*problem.also, problem.set_by):
        if place:
            sheet, _, cell = place.rpartition("!")
            yield sheet, cell


def title_of(sheet: str, titles: Iterable[str]) -> str | None:
    """The title of a sheet as written, where a problem may use the name of its table; None where it is missing."""
    known: Mapping[str, str] = {plain(title): title for title in reversed(list(titles))}
    return sheet if sheet in titles else known.get(plain(sheet))
