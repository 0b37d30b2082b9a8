"""Which cells a row of `changes` or `uncertainty` names: its sheet, where and column against the sheets as written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from floors.contract.input_columns import Key
from floors.contract.inputs import BY_NAME
from floors.errors import Problem
from floors.study.locate import Locator, SheetCells, nearest
from floors.study.sheets import plain

FIXED = ("scenarios", "changes", "uncertainty", "sources")
"""Sheets of which no cell can be named so."""

_SAID = {"changes": "that a scenario can change", "uncertainty": "whose numbers can be moved"}
_CONDITION = re.compile(r"\s*([^=;]+?)\s*=\s*('[^']*'(?=\s*(?:;|$))|[^;]*?)\s*(?:;|$)")

_SPAN = re.compile(r"(\d{1,4})(?:\s*[-–]\s*(\d{1,4}))?")
"""A year, or the first and the last of some."""


class Match(NamedTuple):
    """Records `rows` and `columns` of `table`, and the conditions by which they were found."""

    table: str
    rows: tuple[int, ...]
    columns: tuple[Key, ...]
    conditions: list[tuple[Key, str]]


@dataclass(frozen=True)
class Doubt:
    """What was found wrong elsewhere: names and years defined nowhere, and the sheets that use such names."""

    names: frozenset[str] = frozenset()
    sheets: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Matcher:
    """Matches rows of sheet `at`; passes over what only a fault of a sheet in `faulty`, or what is in `doubt`, may be
    the cause of. What is wrong is added to `problems`, at the cell."""

    at: str
    faulty: set[str]
    years: tuple[int, ...]
    locator: Locator
    doubt: Doubt
    problems: list[Problem]

    def fault(self, index: int, column: str, message: str, hint: str, code: str) -> None:
        """Add a problem at a cell of the sheet."""
        self.problems.append(self.locator.problem(self.at, index, column, message, hint, code))

    def match(self, index: int, record: Mapping[Key, Any]) -> Match | None:
        """The cells that a row names, which may be none; None where they are not known."""
        years = self.years
        table = {plain(name): name for name in BY_NAME}.get(plain(record["sheet"]))
        if table is None or table in FIXED:
            known = [name for name in BY_NAME if name not in FIXED]
            message = f"there is no sheet {record['sheet']} {_SAID[self.at]}."
            self.fault(index, "sheet", message, nearest(record["sheet"], known), "unknown_sheet")
            return None
        sheet = self.locator.sheets.get(table)
        if (sheet is None and table in self.faulty) or (not years and _is_year(record["column"], table)):
            return None
        columns = columns_of(record["column"], table, sheet, years)
        if isinstance(columns, str):
            text = _header_text(record["column"])
            if not self.doubt.names & {text, *re.split(r"[\s–-]+", text)}:
                hint = column_hint(record["column"], table, years)
                self.fault(index, "column", columns, hint, "unknown_column")
            return None
        conditions = _conditions(record["where"], table)
        if isinstance(conditions, str):
            hint = "Write column=value; column=value, such as region=CN; commodity=*."
            if not self.doubt.names & set(re.split(r"\s*[=;]\s*", record["where"])):
                self.fault(index, "where", conditions, hint, "where")
            return None
        rows = tuple(
            i
            for i, cells in enumerate(sheet.cells if sheet else ())
            if all(equal(cells.get(column), value) for column, value in conditions)
        )
        return Match(table, rows, columns, conditions)

    def nothing(self, index: int, record: Mapping[Key, Any], found: Match) -> None:
        """Say that a row names no record."""
        if found.table in self.doubt.sheets | self.faulty or any(
            value.strip("'") in self.doubt.names for _, value in found.conditions
        ):
            return
        message = f"no row of sheet {found.table} has {record['where']}."
        hint = where_hint(self.locator.sheets.get(found.table), found.conditions)
        self.fault(index, "where", message, hint, "no_match")


def _is_year(written: object, table: str) -> bool:
    """Whether a cell names no column of its own in a table by year."""
    names = {plain(column.name) for column in BY_NAME[table].columns}
    return BY_NAME[table].years is not None and plain(_header_text(written)) not in names


def columns_of(
    written: object, table: str, sheet: SheetCells | None, years: tuple[int, ...]
) -> tuple[Key, ...] | str:
    """The columns that a cell names, or what is wrong with it."""
    by_year = BY_NAME[table].years is not None
    text = _header_text(written)
    names = {plain(column.name): column.name for column in BY_NAME[table].columns}
    if plain(text) in names:
        return (names[plain(text)],)
    span = _SPAN.fullmatch(text)
    if not by_year or not (span or text == "years"):
        return f"sheet {table} has no column {text}."
    if text == "years":
        headed = tuple(key for key in (sheet.columns if sheet else ()) if isinstance(key, int))
        return headed or years
    assert span is not None
    first, last = int(span[1]), int(span[2] or span[1])
    found = tuple(year for year in years if first <= year <= last)
    return found or f"sheet years has no year {text}."


def _header_text(written: object) -> str:
    """What a cell of column `column` says: 2026, however it is stored."""
    if isinstance(written, float) and written.is_integer():
        return str(int(written))
    return str(written).strip()


def column_hint(written: object, table: str, years: tuple[int, ...]) -> str:
    """The nearest column of a table, or the nearest year where a year was meant."""
    if BY_NAME[table].years is not None and _SPAN.fullmatch(_header_text(written)):
        return nearest(written, map(str, years))
    known = [column.name for column in BY_NAME[table].columns]
    if BY_NAME[table].years is not None:
        known += ["years", *map(str, years)]
    return nearest(written, known)


def _conditions(where: str, table: str) -> list[tuple[Key, str]] | str:
    """(column, value as written) pairs, or what is wrong with them."""
    rules = BY_NAME[table]
    names = {plain(column.name): column.name for column in rules.columns}
    found: list[tuple[Key, str]] = []
    at = 0
    while where[at:].strip():
        match = _CONDITION.match(where, at)
        if match is None or match.end() == at:
            return f"{where[at:].strip()!r} is not of the form column=value."
        column: Key | None = names.get(plain(match[1]))
        if column is None and rules.years is not None and re.fullmatch(r"\d{1,4}", match[1]):
            column = int(match[1])
        if column is None:
            return f"sheet {table} has no column {match[1]}. {nearest(match[1], names.values())}"
        found.append((column, match[2]))
        at = match.end()
    return found


def equal(cell: object, value: str) -> bool:
    """Whether a cell holds a value as written; * is any, and quotes around it stay outside."""
    if value == "*":
        return True
    if len(value) > 1 and value[0] == value[-1] == "'":
        value = value[1:-1]
    if cell is None:
        return not value
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        try:
            return float(value) == cell
        except ValueError:
            return False
    return str(cell).strip() == value.strip()


def where_hint(sheet: SheetCells | None, conditions: Iterable[tuple[Key, str]]) -> str:
    """The nearest value of the first condition that no row meets by itself."""
    if sheet is None:
        return "The workbook has no such sheet."
    for column, value in conditions:
        if not any(equal(cells.get(column), value) for cells in sheet.cells):
            held = {str(cells[column]): None for cells in sheet.cells if column in cells}
            if not held:
                return f"Column {column} is blank in every row."
            told = nearest(value, held) if held else "no row has a value there."
            return f"In column {column}: {told}"
    return "Each condition is met by some row, but no row meets them all."
