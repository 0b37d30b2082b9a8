"""Where things stand: cell addresses of table rows, and problems that point at them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from floors.contract.input_columns import Key, Table
from floors.errors import Problem

MOST_PER_SHEET = 200
LONGEST_SHOWN = 80


@dataclass(frozen=True)
class SheetCells:
    """One table as written, with the place of every cell.

    `columns` maps each column read to its number on the sheet (0: it has none), `own` the user's note
    columns. `lines[i]` is the sheet row of record i; `cells[i]` holds its filled cells as typed. `file` is the name of
    the file that is the sheet, empty for a sheet of a workbook.
    """

    table: Table
    title: str
    columns: Mapping[Key, int]
    own: Mapping[str, int]
    lines: tuple[int, ...]
    cells: tuple[Mapping[Key, object], ...]
    own_cells: tuple[Mapping[str, object], ...]
    file: str = ""

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

    `changed` maps (table, index, column) to the cell of sheet `changes` that last set it, `given` to the option that
    gave its value in place of the workbook.
    """

    sheets: Mapping[str, SheetCells]
    scenario: str = "base"
    changed: Mapping[tuple[str, int, Key], str] = field(default_factory=dict)
    given: Mapping[tuple[str, int, Key], str] = field(default_factory=dict)

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
        title, cell, value = self.place(table, index, column)
        set_by = self.changed.get((table, index, column), "") if column is not None else ""
        message += self._origin(set_by, level)
        option = "" if column is None else self.option(table, index, column)
        file = self.sheets[table].file
        header = str(column) if file and column is not None else ""
        found = Problem(title, cell, value, message, hint, code, level, set_by=set_by, option=option)
        return found._replace(file=file, column=header)

    def option(self, table: str, index: int, column: Key) -> str:
        """The option by which a cell has its value, or there is its row; empty where workbook or scenario gave it."""
        cell = (table, index, column)
        if cell in self.changed or not self.given:
            return ""
        held = self.sheets[table].cells[index]
        by = [self.given.get((table, index, key), "") for key in held]
        return self.given.get(cell, "") or (by[0] if column not in held and by and all(by) else "")

    def place(self, table: str, index: int, column: Key | None) -> tuple[str, str, object]:
        """Title of the sheet, address and value of a record's cell, or of its whole row."""
        sheet = self.sheets[table]
        value = sheet.cells[index].get(column) if column is not None else None
        return sheet.title, sheet.address(index, column), value

    def _origin(self, cell: str, level: str) -> str:
        """What the cell itself does not show: a scenario that changed it, or that alone is at fault."""
        if self.scenario == "base" or (not cell and level == "warning"):
            return ""
        return self._named(cell)

    def alone(self, problem: Problem) -> Problem:
        """A warning that the workbook as written does not have: the scenario is named, though its cell is the same."""
        if self.scenario == "base" or problem.set_by or problem.level != "warning":
            return problem
        return problem._replace(message=problem.message + self._named(""))

    def _named(self, cell: str) -> str:
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
    near = closest(word, words)
    if near is not None:
        return f"Did you mean {near}?"
    if not words:
        return "The study defines nothing of the kind."
    return f"Known: {', '.join(words[:12])}{' ...' if len(words) > 12 else ''}."


def closest(word: object, known: Iterable[str]) -> str | None:
    """The known word nearest to another, whatever their case; None where none is near."""
    lower = {one.lower(): one for one in known}
    close = get_close_matches(str(word).lower(), lower, 1, 0.55)
    return lower[close[0]] if close else None


def shown(value: object) -> str:
    """A value as a message quotes it: in one line, cut where it is long."""
    text = repr(value).replace("\n", " ")
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 4]} ..."


def spans(numbers: Iterable[int], most: int = 5) -> str:
    """Row numbers in words: ``3, 5:9``; a few, and how many more."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return listed([span(first, last) for first, last in runs], most)


def span(first: int, last: int, column: str = "") -> str:
    """Rows from first to last: ``3``, ``5:9``, or in a column ``A5:A9``."""
    return f"{column}{first}" if first == last else f"{column}{first}:{column}{last}"


def listed(words: Sequence[str], most: int = 5) -> str:
    """The first few words, and how many more there are."""
    rest = len(words) - most
    return ", ".join(words[:most]) + (f" and {rest} more" if rest > 0 else "")


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
        said = (problem.message, problem.hint, problem.code, problem.level, problem.option)
        key = (problem.sheet, column, *said)
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
    """At most 200 of a sheet, errors before warnings where some are left out, and how many those are."""
    by_sheet: dict[str, list[int]] = {}
    for place, problem in enumerate(problems):
        by_sheet.setdefault(problem.sheet, []).append(place)
    left_out: set[int] = set()
    more: list[Problem] = []
    for sheet, placed in by_sheet.items():
        rest = sorted(placed, key=lambda place: problems[place].level != "error")[MOST_PER_SHEET:]
        if rest:
            left_out.update(rest)
            levels = {problems[place].level for place in rest}
            message = f"{len(rest)} more problems on this sheet are not listed."
            level = "error" if "error" in levels else "warning"
            more.append(Problem(sheet, "", None, message, "Mend these first.", "more", level))
    return [problem for place, problem in enumerate(problems) if place not in left_out] + more
