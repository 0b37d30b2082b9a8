"""Results workbooks of every command as tables with keyed rows, to be set side by side."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from openpyxl.utils import get_column_letter

from floors.contract import results as contract
from floors.contract.results import (
    alternatives,
    coalition,
    diagnosis,
    grid,
    priorities,
    risk,
    sample,
    sweep,
    tornado,
)
from floors.contract.results.handed import WORDS, repeats
from floors.errors import InputError, Problem
from floors.files.beside import read_csv
from floors.verification.written import (
    SCENARIO,
    SENTENCES,
    WARNINGS,
    folder_beside,
    sheets_of,
    told_in,
)

Key = tuple[Any, ...]
Cells = Mapping[tuple[int, int], Any]

ONE, SEVERAL = "one scenario", "several scenarios"
DECLARED: dict[str, Sequence[contract.Sheet]] = {
    ONE: contract.RESULTS,
    SEVERAL: contract.several({}),  # of one sheet the columns follow from the scenarios, its keys do not
    "a sweep": sweep.SHEETS,
    "alternatives": alternatives.SHEETS,
    "candidates": coalition.candidates_sheets(()),
    "a tornado": tornado.SHEETS,
    "samples": sample.sheets_of(),  # of one sheet the columns follow from the study, its keys do not
    "caps and answers": grid.SHEETS,
    "coalitions": coalition.sheets_of(()),  # its columns follow from the players, its keys do not
    "risk": risk.SHEETS,
    "priorities": priorities.SHEETS,
    "a diagnosis": diagnosis.SHEETS,
}
"""The sheets of each kind of results workbook. What has other sheets is compared by the order of their rows."""

TOLD_IN_RUN = {SENTENCES: "result", WARNINGS: "warning"}
"""Kind of sentence -> how its key in sheet run begins, where the workbook has no summary."""

_TOLD_BY = {
    contract.COMPARISON.name: SEVERAL,
    sweep.SWEEP.name: "a sweep",
    alternatives.ALTERNATIVES.name: "alternatives",
    coalition.CANDIDATES.name: "candidates",  # before coalitions, of which it has the sheet too
    tornado.TORNADO.name: "a tornado",
    sample.BANDS.name: "samples",
    grid.GRID.name: "caps and answers",
    coalition.COALITIONS: "coalitions",
    risk.STATES.name: "risk",
    priorities.PRIORITIES.name: "priorities",
    diagnosis.REMEDIES.name: "a diagnosis",
}


class Table(NamedTuple):
    """Rows of one sheet by key; the last part of a key tells rows apart that have the others in common."""

    columns: tuple[str, ...]
    rows: dict[Key, dict[str, Any]]


@dataclass(frozen=True)
class Lines:
    """One sheet as it was written: its columns, and its rows with their numbers."""

    columns: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, Any]], ...]

    def by(self, keys: Sequence[str]) -> Table:
        """Rows by these columns, or by their number where there is none."""
        found: dict[Key, dict[str, Any]] = {}
        seen: dict[Key, count[int]] = {}
        for number, row in self.rows:
            key = tuple(row[name] for name in keys) if keys else (f"row {number}",)
            found[*key, next(seen.setdefault(key, count()))] = row
        return Table(self.columns, found)


@dataclass(frozen=True)
class Written:
    """A results workbook: what kind it is, its sheets in order, and its sentences and warnings."""

    kind: str
    sheets: dict[str, Lines]
    told: dict[str, list[str]]

    def keys(self, name: str) -> tuple[str, ...]:
        """The declared keys of a sheet; none of one that no contract knows."""
        return next((sheet.keys for sheet in DECLARED[self.kind] if sheet.name == name), ())


def read_written(path: Path) -> Written:
    """A results workbook of any kind, with the tables beside it; page and pictures, which show the tables again, are
    left out. Raises InputError for a file that is none."""
    sheets = sheets_of(path)
    kind = _kind(sheets)
    declared = {sheet.name: sheet for sheet in DECLARED[kind]}
    found = {
        name: _lines(cells, declared.get(name))
        for name, cells in sheets.items()
        if name != WORDS.name and not repeats(name)
    }
    folder = folder_beside(path, sheets.get(contract.RUN.name, {}))
    if folder is not None:
        lacking = [sheet for sheet in declared.values() if sheet.name not in found]
        found |= {sheet.name: _beside(path, folder / f"{sheet.name}.csv", sheet) for sheet in lacking}
    return Written(kind, found, _told(sheets, found, declared))


def _told(
    sheets: Mapping[str, Cells], found: Mapping[str, Lines], declared: Mapping[str, contract.Sheet]
) -> dict[str, list[str]]:
    """Sentences and warnings: of sheet words, else beside the summary, else in sheet run."""
    summary = contract.SUMMARY.name
    known = {summary, WORDS.name} if summary in declared else {WORDS.name}
    width = len(found[summary].columns) if summary in found else 0
    told = told_in({name: sheets[name] for name in known & sheets.keys()}, width)
    if told is not None:
        return told
    rows = [row for _, row in found[contract.RUN.name].rows] if contract.RUN.name in found else []
    return {
        kind: [str(row.get("value")) for row in rows if str(row.get("key")).startswith(f"{key} ")]
        for kind, key in TOLD_IN_RUN.items()
    }


def _kind(sheets: Mapping[str, Cells]) -> str:
    for name, kind in _TOLD_BY.items():
        if name in sheets:
            return kind
    known = contract.BY_NAME.keys() & sheets.keys()
    return SEVERAL if any(sheets[name].get((1, 1)) == SCENARIO for name in known) else ONE


def _lines(cells: Cells, sheet: contract.Sheet | None) -> Lines:
    """The table of a sheet of ours ends before its first blank heading; of others every cell counts."""
    last_row = max((row for row, _ in cells), default=0)
    width = max((place for _, place in cells), default=0)
    if sheet is not None:
        width = next(place for place in count() if cells.get((1, place + 1)) is None)
    columns: list[str] = []
    for place in range(1, width + 1):
        name = cells.get((1, place))
        columns.append(str(name) if name is not None and name not in columns else get_column_letter(place))
    flags = {column.name for column in sheet.columns if column.format == contract.BOOL} if sheet else set()
    rows = []
    for number in range(2, last_row + 1):
        values = [_plain(cells.get((number, place))) for place in range(1, width + 1)]
        if any(value is not None for value in values):
            row = dict(zip(columns, values, strict=True))
            rows.append((number, row | {name: _flag(row[name]) for name in flags & row.keys()}))
    return Lines(tuple(columns), tuple(rows))


def _beside(path: Path, file: Path, sheet: contract.Sheet) -> Lines:
    try:
        rows = [dict(zip(sheet.names, map(_plain, row), strict=True)) for row in read_csv(file, sheet)]
    except (OSError, ValueError, KeyError, csv.Error) as error:
        message = (
            f"its table {sheet.name} lies in {file.parent.name}/{file.name}, which cannot be read: {error}."
        )
        hint = "Keep the folder of tables beside the workbook, as floors wrote it."
        raise InputError([Problem(path.name, "", None, message, hint, "not_a_result")]) from error
    return Lines(sheet.names, tuple(enumerate(rows, 2)))


def _plain(value: Any) -> Any:
    """Excel knows no difference between no text and an empty one; dates and errors as they are said."""
    if value is None or value == "":
        return None
    return value if type(value) in (bool, int, float, str) else str(value)


def _flag(value: Any) -> Any:
    """LibreOffice saves a flag as 0 or 1."""
    return bool(value) if type(value) in (int, float) and value in (0, 1) else value
