"""Where things stand: cell addresses of table rows, and problems that point at them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from floors.errors import Problem
from floors.reading.columns import Key, Table

MOST_PER_SHEET = 200


@dataclass(frozen=True)
class Sheet:
    """One table as written, with the place of every cell.

    `columns` maps each column read to its number on the sheet (0: it has none), `own` the user's note
    columns. `lines[i]` is the sheet row of record i; `cells[i]` holds its filled cells as typed.
    """

    table: Table
    title: str
    columns: Mapping[Key, int]
    own: Mapping[str, int]
    lines: tuple[int, ...]
    cells: tuple[Mapping[Key, object], ...]
    own_cells: tuple[Mapping[str, object], ...]

    def address(self, index: int, column: Key | None) -> str:
        """``D5``; the whole row, ``A5:K5``, where the sheet has no such column or `column` is None."""
        line = self.lines[index]
        number = self.columns.get(column, 0) if column is not None else 0
        if number:
            return f"{letters(number)}{line}"
        numbers = [n for n in self.columns.values() if n] or [1]
        first, last = letters(min(numbers)), letters(max(numbers))
        return f"{first}{line}" if first == last else f"{first}{line}:{last}{line}"

    def header(self, column: Key) -> str:
        """Address of a column's header, empty where the sheet has no such column."""
        number = self.columns.get(column, 0)
        return f"{letters(number)}1" if number else ""


@dataclass(frozen=True)
class Locator:
    """Makes problems that name the cell, and the scenario that filled it.

    `changed` maps (table, index, column) to the cell of sheet `changes` that last set it.
    """

    sheets: Mapping[str, Sheet]
    scenario: str = "base"
    changed: Mapping[tuple[str, int, Key], str] = field(default_factory=dict)

    def problem(
        self,
        table: str,
        index: int,
        column: Key | None,
        message: str,
        hint: str = "",
        code: str = "value",
        level: str = "error",
    ) -> Problem:
        """A problem at a record's cell, or at its whole row where `column` is None."""
        sheet = self.sheets[table]
        value = sheet.cells[index].get(column) if column is not None else None
        set_by = self.changed.get((table, index, column), "") if column is not None else ""
        message += self._origin(set_by, level)
        return Problem(sheet.title, sheet.address(index, column), value, message, hint, code, level, set_by)

    def _origin(self, cell: str, level: str) -> str:
        """What the cell itself does not show: a scenario that changed it, or that alone is at fault."""
        if self.scenario == "base" or (not cell and level == "warning"):
            return ""
        return f" (In scenario {self.scenario}{f', set by {cell}' if cell else ''}.)"


def letters(number: int) -> str:
    """Column letters of a 1-based column number: 1 is A, 27 is AA."""
    found = ""
    while number:
        number, rest = divmod(number - 1, 26)
        found = chr(65 + rest) + found
    return found


def nearest(word: object, known: Iterable[object]) -> str:
    """A hint naming the nearest known word, or the first few where none is near."""
    words = [str(one) for one in known]
    lower = {one.lower(): one for one in words}
    close = get_close_matches(str(word).lower(), lower, 1, 0.55)
    if close:
        return f"Did you mean {lower[close[0]]}?"
    if not words:
        return "None is defined."
    listed = ", ".join(words[:12])
    return f"Known: {listed}{' ...' if len(words) > 12 else ''}."


_SINGLE = re.compile(r"([A-Z]+)(\d+)")


def group(problems: Iterable[Problem]) -> list[Problem]:
    """Merge equal messages of one column over touching rows; keep 200 of a sheet and count the rest."""
    kept: list[Problem] = []
    runs: dict[tuple[object, ...], tuple[int, int, int]] = {}  # key -> place in kept, first row, last row
    for problem in problems:
        match = _SINGLE.fullmatch(problem.cell)
        if match is None:
            kept.append(problem)
            continue
        column, line = match[1], int(match[2])
        key = (problem.sheet, column, problem.message, problem.hint, problem.code, problem.level)
        place, first, last = runs.get(key, (-1, 0, -1))
        if place >= 0 and line == last + 1:
            runs[key] = (place, first, line)
            count = f" ({line - first + 1} cells)"
            kept[place] = problem._replace(
                cell=f"{column}{first}:{column}{line}",
                value=kept[place].value,
                message=problem.message + count,
            )
        else:
            runs[key] = (len(kept), line, line)
            kept.append(problem)
    return _limit(kept)


def _limit(problems: Sequence[Problem]) -> list[Problem]:
    counts: dict[str, int] = {}
    kept = []
    for problem in problems:
        counts[problem.sheet] = counts.get(problem.sheet, 0) + 1
        if counts[problem.sheet] <= MOST_PER_SHEET:
            kept.append(problem)
    for sheet, count in counts.items():
        if count > MOST_PER_SHEET:
            more = f"{count - MOST_PER_SHEET} more problems on this sheet are not listed."
            kept.append(Problem(sheet, "", None, more, "Mend these first.", "more"))
    return kept
