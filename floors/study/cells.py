"""One cell at a time: what was typed, against what its column expects."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from math import inf
from sys import float_info
from typing import Any, NamedTuple

from floors.contract.input_columns import Column, Key
from floors.errors import Problem
from floors.study.locate import Locator, SheetCells, nearest, shown
from floors.study.sheets import ErrorCell, NoResult, is_date

# What XML, and so a workbook, has no room for; only tables given in Python can hold it.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Fault(NamedTuple):
    """What is wrong with a value, whatever cell it stands in."""

    message: str
    hint: str
    code: str


@dataclass(frozen=True)
class Typed:
    """A sheet whose cells were checked: `cells[i]` holds the filled cells of record i, typed.

    `faulty` are the (record, column) of cells that are wrong, or lacking: `cells` does not hold them.
    """

    sheet: SheetCells
    cells: tuple[dict[Key, Any], ...]
    faulty: frozenset[tuple[int, Key]] = frozenset()

    def lacks(self, column: Key) -> float:
        """How many entries of a column are not known, faulty ones and a key's that stand twice; infinite where
        there is no such column."""
        if column not in self.sheet.columns:
            return inf
        twice = 0
        if self.sheet.table.key == (column,):
            held = [record[column] for record in self.cells if column in record]
            twice = len(held) - len(set(held))
        return twice + sum(key == column for _, key in self.faulty)

    def without(self, faulty: Collection[tuple[int, Key]]) -> Typed:
        """The same with further faulty cells."""
        if not faulty:
            return self
        records = ({k: v for k, v in r.items() if (i, k) not in faulty} for i, r in enumerate(self.cells))
        return Typed(self.sheet, tuple(records), self.faulty.union(faulty))


def check_cells(sheet: SheetCells, locator: Locator) -> tuple[Typed, list[Problem]]:
    """Convert every filled cell; faults and missing required cells become problems."""
    problems: list[Problem] = []
    table = sheet.table
    rules = {key: column for key in sheet.columns if (column := table.column(key)) is not None}
    required = [column for column in table.columns if column.required and column.name in sheet.columns]
    records: list[dict[Key, Any]] = []
    faulty: set[tuple[int, Key]] = set()
    # Texts that their column takes as they are: most rows name what others named.
    kept: dict[Key, set[str]] = {key: set() for key in rules}
    for index, cells in enumerate(sheet.cells):
        record: dict[Key, Any] = {}
        for key, value in cells.items():
            if type(value) is str and value in kept[key]:
                record[key] = value
                continue
            column = for_row(rules[key], cells)
            found = convert(column, value)
            if type(found) is Fault:
                problems.append(locator.problem(table.name, index, key, *found))
                faulty.add((index, key))
                continue
            record[key] = found
            if type(found) is str and found == value:
                if not rules[key].by:
                    kept[key].add(found)
            elif type(found) is not float or found > column.warn_above:
                problems.extend(_doubts(column, value, found, locator, (table.name, index, key)))
        if lacking := [column for column in required if column.name not in cells]:
            problems.append(_missing(lacking, locator, table.name, index))
            faulty.update((index, column.name) for column in lacking)
            if len(lacking) > 1:  # a comment or a total: its other cells say nothing
                faulty.update((index, key) for key in record)
                record.clear()
        records.append(record)
    return Typed(sheet, tuple(records), frozenset(faulty)), problems


def _missing(lacking: list[Column], locator: Locator, table: str, index: int) -> Problem:
    """The blank cells of one row, as one problem."""
    names = " and ".join(column.name for column in lacking)
    if len(lacking) == 1:
        message = f"expected {_expected(lacking[0])} in column {names}, found a blank cell."
        hint = f"Fill it ({lacking[0].meaning}), or empty the whole row."
    else:
        message = f"expected values in columns {names}, found blank cells."
        hint = "Fill them, or empty the whole row; a comment or a total goes in a column headed note."
    return locator.problem(table, index, lacking[0].name, message, hint, "missing")


def for_row(column: Column, cells: Mapping[Key, object]) -> Column:
    """The rules of a cell, which may depend on another cell of its row."""
    if not column.by:
        return column
    other = cells.get(column.by)
    return column.variants.get(other, column) if isinstance(other, str) else column


def _doubts(
    column: Column, value: object, found: Any, locator: Locator, place: tuple[str, int, Key]
) -> Iterator[Problem]:
    """Warnings on cells that are allowed, and read otherwise than typed or likely not meant."""
    if isinstance(found, str) and found != value:
        message = "spaces around the text are dropped."
        yield locator.problem(*place, message, "Delete them.", "spaces", "warning")
    if isinstance(found, float) and found > column.warn_above:
        message = f"{found:g} means {found:.0%}."
        yield locator.problem(
            *place, message, f"Write {found / 100:g} for {found:g} %.", "percent", "warning"
        )


def convert(column: Column, value: object) -> Any:
    """The typed value of a filled cell, or the `Fault` in it."""
    kind = column.kind
    if isinstance(value, str) and (character := UNWRITABLE.search(value)):
        message = f"the text holds the character U+{ord(character[0]):04X}, which no workbook can hold."
        return Fault(message, "Delete it.", "character")
    if kind in {"number", "whole"}:
        return _number(column, value)
    if isinstance(value, ErrorCell):
        return Fault(
            f"expected {_expected(column)}, found the error {value}.", "Mend the formula.", "error_cell"
        )
    if isinstance(value, NoResult):
        return _no_result(column, value)
    if kind == "any":
        return value
    if kind == "target" and not isinstance(value, str):
        return _number(column, value)
    if kind == "flag":
        return _flag(column, value)
    return _text(column, value)


def _flag(column: Column, value: object) -> Any:
    if isinstance(value, bool):
        return value
    said = value.strip() if isinstance(value, str) else ""
    if said in {"TRUE", "FALSE"}:
        return said == "TRUE"
    message = f"expected {_expected(column)}, found {shown(value)}."
    return Fault(message, f"Type TRUE or FALSE ({column.meaning}), or leave the cell blank.", "flag")


def _number(column: Column, value: object) -> Any:
    if type(value) is not float and type(value) is not int:
        return _not_a_number(column, value)
    if not -float_info.max <= value <= float_info.max:
        return Fault(
            f"expected {_expected(column)}, found {shown(value)}.", "Type a finite number.", "not_finite"
        )
    number = float(value)
    if column.kind == "whole":
        if number != number // 1:
            return Fault(
                f"expected {_expected(column)}, found {value!r}.", "Leave out the fraction.", "not_whole"
            )
        number = int(value)
    if not column.bounds.holds(number):
        message = f"expected {_expected(column)} ({column.bounds.text}), found {value!r}."
        hint = f"{column.name}: {column.meaning}" + (f", in {column.unit}." if column.unit else ".")
        if column.bounds.high == 1 and 1 < number <= 100:
            hint = (
                f"Write {number / 100:g} for {number:g} %, or format the cell as a percentage first. {hint}"
            )
        return Fault(message, hint, "bounds")
    return number


_LIKE_A_NUMBER = re.compile(r"[+\-−(]?[.\s  $€£¥]*\d[\d\s  .,'’]*([eE][+-]?\d+)?\s*[%)]?\s*")


def _not_a_number(column: Column, value: object) -> Fault:
    expected = f"expected {_expected(column)}, found "
    if isinstance(value, ErrorCell):
        return Fault(
            f"{expected}the error {value}.", "Mend the formula, or leave the cell blank.", "error_cell"
        )
    if isinstance(value, NoResult):
        return _no_result(column, value)
    if isinstance(value, bool):
        return Fault(
            f"{expected}{str(value).upper()}.", "Type a number: 1 or 0 is not meant by itself.", "boolean"
        )
    if is_date(value):
        return Fault(f"{expected}a date ({value}).", "Format the cell as a number and type it again.", "date")
    if isinstance(value, str) and _LIKE_A_NUMBER.fullmatch(value.strip()):
        hint = "Type it as a number, without separators, signs of currency or spaces; 12 % is 0.12."
        return Fault(
            f"{expected}the text {shown(value)}, which only looks like a number.", hint, "number_as_text"
        )
    return Fault(f"{expected}{shown(value)}.", "Type a number, or leave the cell blank.", "not_a_number")


def _no_result(column: Column, value: str) -> Fault:
    message = f"expected {_expected(column)}, found the formula {value} saved without its result."
    return Fault(message, "Open the workbook in a spreadsheet program, recalculate, save.", "no_result")


_UNSEEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060\ufeff]|_x00[01][0-9A-Fa-f]_"
)
_DAYS = re.compile(r"(\d+(?:\.\d+)?)\s*d")


def _text(column: Column, value: object) -> Any:
    if not isinstance(value, str):
        found = f"the number {value!r}" if isinstance(value, (int, float)) else f"a date ({value})"
        if isinstance(value, bool):
            found = str(value).upper()
        hint = "Type it as text: with an apostrophe before it, or in a cell formatted as text."
        return Fault(f"expected {_expected(column)}, found {found}.", hint, "not_text")
    if column.kind == "text":
        return value
    text = value.strip()
    unseen = _UNSEEN.search(text)
    if unseen is not None:
        message = (
            f"expected {_expected(column)}, found {shown(text)}, which holds a character that is not seen."
        )
        return Fault(message, "Type it again by hand, without line breaks.", "unseen_character")
    if column.kind == "target":
        if _DAYS.fullmatch(text):
            return text
        return _not_a_number(column, value)
    if column.choices and text not in column.choices:
        message = f"expected one of {', '.join(column.choices)}; found {shown(text)}."
        if len(column.choices) > 8:
            message = f"there is no {column.name} {shown(text)}."
        return Fault(message, nearest(text, column.choices), "choice")
    return text


def _expected(column: Column) -> str:
    words = {
        "number": "a number",
        "whole": "a whole number",
        "target": "a number, or days such as 60 d",
        "flag": "TRUE or FALSE",
    }
    return words.get(column.kind, "a value" if column.kind == "any" else "text")
