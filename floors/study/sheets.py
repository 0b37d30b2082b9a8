"""From cells to tables: which sheet is which table, which column is which, where the records stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple, Protocol

from floors.contract.input_columns import Key, Table
from floors.contract.inputs import BY_NAME, TABLES
from floors.errors import Problem
from floors.study.layout import check_layout, drop_merged, merged_headers, refuse_merged
from floors.study.locate import SheetCells, closest, letters, listed, nearest, shown


class ErrorCell(str):
    """A cell that shows an error such as ``#REF!``."""

    __slots__ = ()


class NoResult(str):
    """A formula that was saved without its result."""

    __slots__ = ()


class Area(NamedTuple):
    """A merged range."""

    address: str
    rows: range
    columns: range


class HasFormulas(Protocol):
    """A workbook that has formulas: these by sheet and (row, column), and what its names refer to."""

    def read(self) -> dict[str, dict[tuple[int, int], str]]: ...
    def names(self) -> dict[str, str]: ...


@dataclass(frozen=True)
class Grid:
    """One sheet as found: filled cells by (row, column) from 1.

    `filtered` where a filter is set; `scaled` are the cells whose format shows a number in thousands. `file` is the
    name of a file that is the sheet, its rows numbered by their lines; on lines that are `continued` none begins.
    `formulas` are those of its whole workbook, where there are any.
    """

    title: str
    cells: Mapping[tuple[int, int], object]
    merged: tuple[Area, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    hidden: bool = False
    filtered: bool = False
    scaled: frozenset[tuple[int, int]] = frozenset()
    file: str = ""
    continued: frozenset[int] = frozenset()
    formulas: HasFormulas | None = None

    @property
    def called(self) -> str:
        """Its file, or its title in a workbook."""
        return self.file or self.title


_EXACT = 1e15
"""Whole numbers below it are told digit by digit."""


class Overridden(NamedTuple):
    """What an override did: its `text` as typed, and the cells that it set, with what each held before."""

    text: str
    cells: tuple[tuple[str, object], ...]

    @property
    def told(self) -> str:
        """Which cells hold something else now, in words."""
        count = len(self.cells)
        held = listed([f"{cell} {_held(old)}" for cell, old in self.cells])
        return f"--set {self.text} sets {count} cell{'s' if count > 1 else ''}; before: {held}."


def _held(value: object) -> str:
    """What a cell held, as people write it: 1000, not 1000.0."""
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        value = int(value)
    return "blank" if value is None else shown(value)


@dataclass
class Reading:
    """What reading found: tables by name, the user's own sheets, and the problems on the way.

    `overridden` is what was given beside the workbook, `given` maps (table, index, column) to the option that did.
    """

    sheets: dict[str, SheetCells] = field(default_factory=dict)
    own: dict[str, Grid] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    overridden: tuple[Overridden, ...] = ()
    given: dict[tuple[str, int, Key], str] = field(default_factory=dict)
    formulas: HasFormulas | None = None

    def located(self, problem: Problem) -> Problem:
        """A problem with the file that is its sheet, where it is one."""
        file = self.files.get(problem.sheet, "")
        return problem._replace(file=file) if file and not problem.file else problem


def plain(name: object) -> str:
    """A name without case, spaces, hyphens and underscores."""
    return re.sub(r"[\s\-_]+", "", str(name)).lower()


LAST_HEADER_LINE = 20  # headers further down are not looked for
_TABLES = {plain(name): table for name, table in BY_NAME.items()}


def table_named(title: str) -> Table | None:
    """The input table of a sheet; None where there is none of the name."""
    return _TABLES.get(plain(title))


def header_key(table: Table, header: object) -> Key | None:
    """The column that a header stands for: its name, or a year; None for a user's own, and for an unknown one."""
    named = {plain(column.name): column.name for column in table.columns}
    return None if _is_own(table, header) else named.get(plain(header)) or _year(header)


def is_blank(value: object) -> bool:
    """True for an empty cell and for one that holds nothing but spaces."""
    return value is None or (isinstance(value, str) and not value.strip())


def read_grids(grids: Iterable[Grid]) -> Reading:
    """Match sheets to tables and headers to columns; every fault becomes a problem."""
    reading = Reading()
    grids = list(grids)
    reading.formulas = next((grid.formulas for grid in grids if grid.formulas is not None), None)
    reading.files = {grid.title: grid.file for grid in grids if grid.file}
    required = [table for table in TABLES if table.required]
    if not {plain(table.name) for table in required} & {plain(grid.title) for grid in grids}:
        found = listed([grid.called for grid in grids]) or "no sheet"
        message = f"expected sheets {', '.join(table.name for table in required)}; found {found}."
        hint = "Is it the right workbook? `floors template FILE.xlsx` writes one to fill in."
        if {"summary", "run"} <= {grid.title for grid in grids}:
            hint = "This is a results workbook: name the workbook that it was made of."
        first = grids[0].title if grids else required[0].name
        reading.problems.append(Problem(first, "", None, message, hint, "not_a_study"))
        return reading
    for grid in grids:
        if grid.title.strip().startswith("_"):
            reading.own[grid.title] = grid
            continue
        table = table_named(grid.title)
        if table is None:
            message = f"there is no table of the name {grid.title}."
            hint = nearest(grid.title, BY_NAME) + " Begin the name of a sheet of your own with _."
            reading.problems.append(Problem(grid.title, "", None, message, hint, "unknown_sheet"))
        elif table.name in reading.sheets:
            other = reading.sheets[table.name]
            message = f"both {other.file or other.title} and {grid.called} are sheet {table.name}."
            hint = "Keep one, or begin the name of the other with _."
            problem = Problem(grid.title, "", None, message, hint, "duplicate_sheet", file=grid.file)
            reading.problems.append(problem)
        else:
            reading.sheets[table.name] = _sheet(table, grid, reading.problems)
    for table in required:
        if table.name not in reading.sheets:
            message = f"sheet {table.name} is missing."
            reading.problems.append(Problem(table.name, "", None, message, table.meaning, "missing_sheet"))
    return reading


def _sheet(table: Table, grid: Grid, problems: list[Problem]) -> SheetCells:
    line = _header_line(table, grid)
    if line > 1:
        message = f"the headers stand in row {line}, and must stand in row 1."
        hint = "Delete the rows above them, or move what they say to a sheet whose name begins with _."
        problems.append(
            Problem(grid.title, f"A{line}", grid.cells.get((line, 1)), message, hint, "header_row")
        )
        return SheetCells(table, grid.title, {}, {}, (), (), (), grid.file)
    if heads := merged_headers(grid):
        problems.append(refuse_merged(grid, heads))
        return SheetCells(table, grid.title, {}, {}, (), (), (), grid.file)
    columns, own = _header(table, grid, problems)
    names: dict[int, Key] = {number: key for key, number in columns.items()}
    notes = {number: text for text, number in own.items()}
    records: dict[int, dict[Key, object]] = {}
    remarks: dict[int, dict[str, object]] = {}
    stray: dict[int, int] = {}
    for (line, number), value in grid.cells.items():
        if line == 1 or value is None or (isinstance(value, str) and not value.strip()):
            continue
        if (key := names.get(number)) is not None:
            record = records.get(line)
            if record is None:
                record = records[line] = {}
            record[key] = value
        elif number in notes:
            remarks.setdefault(line, {})[notes[number]] = value
        elif is_blank(grid.cells.get((1, number))):
            stray[number] = min(line, stray.get(number, line))
    problems.extend(_without_header(grid, stray))
    if merged := drop_merged(grid, names, records):
        problems.append(refuse_merged(grid, merged))
    problems.extend(check_layout(grid, names, records))
    lines = tuple(sorted(records))
    return SheetCells(
        table,
        grid.title,
        columns,
        own,
        lines,
        tuple(records[line] for line in lines),
        tuple(remarks.get(line, {}) for line in lines),
        grid.file,
    )


def _header_line(table: Table, grid: Grid) -> int:
    """The row of the headers: 1, unless it lacks what is required and a row below has all of it."""
    needed = {plain(column.name) for column in table.columns if column.required}
    rows: dict[int, set[str]] = {}
    for (line, _), value in grid.cells.items():
        if line <= LAST_HEADER_LINE:
            rows.setdefault(line, set()).add(plain(value))
    if not needed or needed <= rows.get(1, set()):
        return 1
    return next((line for line in sorted(rows) if needed <= rows[line]), 1)


def _without_header(grid: Grid, stray: Mapping[int, int]) -> Iterable[Problem]:
    """Columns with values and no header, with the first line that has one; neighbours are one problem."""
    numbers = sorted(stray)
    starts = [n for n in numbers if n - 1 not in stray]
    for first in starts:
        last = first
        while last + 1 in stray:
            last += 1
        cell = f"{letters(first)}1" + (f":{letters(last)}1" if last > first else "")
        place = f"{letters(first)}{stray[first]}"
        message = f"{place} has a value, but its column has no header."
        if last > first:
            message = (
                f"columns {letters(first)} to {letters(last)} have values, such as {place}, but no header."
            )
        hint = "Name the column, or empty it; begin a column of your own with note."
        yield Problem(grid.title, cell, grid.cells[stray[first], first], message, hint, "blank_header")


def _header(table: Table, grid: Grid, problems: list[Problem]) -> tuple[dict[Key, int], dict[str, int]]:
    """Columns read and the user's own, each with its number on the sheet."""
    known = {plain(column.name): column.name for column in table.columns}
    columns: dict[Key, int] = {}
    own: dict[str, int] = {}
    dated = any(line == 1 and _year(value) is not None for (line, _), value in grid.cells.items())
    for number, value in sorted((number, value) for (line, number), value in grid.cells.items() if line == 1):
        if is_blank(value):
            continue
        cell = f"{letters(number)}1"
        if _is_own(table, value):
            own[str(value) if str(value) not in own else f"{value} ({letters(number)})"] = number
            continue
        key = known.get(plain(value)) or _year(value)
        if key is None or (isinstance(key, int) and table.years is None):
            problems.append(_unknown(table, grid.title, cell, value, dated))
        elif key in columns:
            message = f"{key} is already the header of column {letters(columns[key])}."
            hint = "Keep one of the two columns."
            problems.append(Problem(grid.title, cell, value, message, hint, "duplicate_column"))
        else:
            columns[key] = number
    for column in table.columns if grid.cells else ():
        if column.required and column.name not in columns:
            message = f"column {column.name} is missing."
            hint = f"Add a column headed {column.name}: {column.meaning}."
            problems.append(Problem(grid.title, "", None, message, hint, "missing_column"))
    return columns, own


def _is_own(table: Table, value: object) -> bool:
    text = plain(value)
    return isinstance(value, str) and table.name != "sources" and text.startswith(("note", "source"))


def _year(value: object) -> int | None:
    """The year that a header stands for: 2026, 2026.0 or the text 2026."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value == value // 1:
        return int(value)
    if isinstance(value, str) and re.fullmatch(r"\d{1,4}(\.0+)?", value.strip()):
        return int(float(value))
    return None


def _unknown(table: Table, title: str, cell: str, value: object, dated: bool) -> Problem:
    """A header that means nothing; `dated` where the sheet has a column headed by a year."""
    if isinstance(value, date):
        message = f"expected a year such as 2026, found the date {value:%Y-%m-%d}."
        hint = "Type the year as a number, and format the cell as General."
        return Problem(title, cell, value, message, hint, "date_header")
    if isinstance(value, ErrorCell):
        return Problem(
            title, cell, str(value), f"the header shows {value}.", "Type the header.", "error_cell"
        )
    if isinstance(value, NoResult):
        message = "the header is a formula saved without its result."
        return Problem(title, cell, str(value), message, "Type the header.", "no_result")
    if table.years is None and _year(value) is not None:
        message = f"sheet {table.name} has no columns by year, found {value}."
        return Problem(title, cell, value, message, "Remove the column.", "unknown_column")
    names = [column.name for column in table.columns]
    message = f"sheet {table.name} has no column {value}."
    hint = nearest(value, names) + " Begin a column of your own with note."
    year = re.search(r"(?<!\d)\d{4}(?!\d)", str(value))
    if table.years is not None and year is not None:
        hint = f"Head a column by year with the year alone: {year[0]}. Begin a column of your own with note."
    elif table.years is not None and not dated and closest(value, names) is None:
        hint = (
            "Numbers stand in columns headed by the year, such as 2026. Begin a column of your own with note."
        )
    return Problem(title, cell, value, message, hint, "unknown_column")


def plain_value(value: Any) -> Any:
    """numpy scalars as Python's own, decimals and fractions as the nearest float."""
    if isinstance(value, Decimal | Fraction):
        try:
            return float(value)
        except (OverflowError, ValueError):  # too large, or no number: refused as it is
            return value
    return value.item() if hasattr(value, "item") else value


def is_date(value: object) -> bool:
    """True for a date, a time or a duration as a spreadsheet stores them."""
    return isinstance(value, (date, time, timedelta))
