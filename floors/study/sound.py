"""What of a faulty workbook is sound: a study without cells and rows that hold a fault, and those that lean on them.

So that what only shows once sheets are put together is told in the same pass as faults of single cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from floors.contract.input_columns import Key
from floors.errors import InputError, Problem
from floors.study.cells import check_cells
from floors.study.checked import check_reading
from floors.study.dangling import unknown_names
from floors.study.locate import Locator, SheetCells, letters
from floors.study.sheets import Reading, plain, read_grids
from floors.study.source import Source, read_source
from floors.study.study import Study, study_of, with_overrides

MOST_ROUNDS = 20
OF_NUMBERS = ("number", "whole", "target")
_RANGE = re.compile(r"([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?")


def sound_part(path: Source, overrides: Sequence[str] = ()) -> tuple[Study, frozenset[str]] | None:
    """The study that is left, and the tables that lost something to a fault; None where too much is missing, or the
    file is no workbook."""
    try:
        found = read_source(path)
    except InputError:  # whoever looks for what is sound has been told by `read`
        return None
    reading = with_overrides(read_grids(found.grids), overrides)
    lost = {plain(one.sheet) for one in reading.problems if one.level == "error"}
    sheets = {name: sheet for name, sheet in reading.sheets.items() if _is_whole(sheet)}
    lost |= {name for name, sheet in reading.sheets.items() if sheet.lines and name not in sheets}
    notes = [one for one in reading.problems if one.level != "error"]
    for _ in range(MOST_ROUNDS):
        if any(plain(name) not in sheets for name in REQUIRED):
            return None
        left = replace(reading, sheets=sheets, problems=notes, given=_of_sheets(reading, sheets))
        try:
            checked = check_reading(left)
        except InputError as error:
            fewer = _without(sheets, error.problems)
            if fewer == sheets:
                return None
            lost |= {name for name, sheet in sheets.items() if fewer.get(name) is not sheet}
            sheets = fewer
        else:
            return study_of(checked, found.name, found.path, found.digest), frozenset(lost)
    return None


def _of_sheets(reading: Reading, sheets: Mapping[str, SheetCells]) -> dict[tuple[str, int, Key], str]:
    """By which option cells have their values, of the records that are left."""
    lines = {name: dict(enumerate(sheet.lines)) for name, sheet in reading.sheets.items()}
    place = {name: {line: i for i, line in enumerate(sheet.lines)} for name, sheet in sheets.items()}
    return {
        (name, place[name][line], key): option
        for (name, i, key), option in reading.given.items()
        if name in place and (line := lines[name][i]) in place[name]
    }


REQUIRED = ("years", "regions", "commodities", "processes", "demand")


def _is_whole(sheet: SheetCells) -> bool:
    """Whether a sheet has rows, and every column that it needs."""
    needed = [column.name for column in sheet.table.columns if column.required]
    return bool(sheet.lines) and all(name in sheet.columns for name in needed)


@dataclass
class Loss:
    """What of a sheet a problem is about: records, or single cells that may as well be blank."""

    rows: set[int] = field(default_factory=set)
    cells: set[tuple[int, Key]] = field(default_factory=set)
    whole: bool = False


def _without(sheets: dict[str, SheetCells], problems: Iterable[Problem]) -> dict[str, SheetCells]:
    """The sheets without the cells, rows and columns that these problems are about, and without rows that use a name
    that is not defined."""
    faults = {name: Loss() for name in sheets}
    tables = {plain(sheet.title): name for name, sheet in sheets.items()}
    years = {problem.value for problem in problems if problem.code == "unknown_year"}
    for problem in problems:
        for title, cell in ((problem.sheet, problem.cell), *(place.rsplit("!", 1) for place in problem.also)):
            name = tables.get(plain(title))
            if name is not None and problem.code != "unknown_year":
                _place(faults[name], sheets[name], cell)
    typed = {name: check_cells(sheet, Locator(sheets))[0] for name, sheet in sheets.items()}
    for one in unknown_names(typed)[0]:
        for use in one.uses:
            faults[use.table].rows.add(use.record)
    made = {
        name: _left(sheet, faults[name], years) for name, sheet in sheets.items() if not faults[name].whole
    }
    return {name: sheet for name, sheet in made.items() if sheet.lines}


def _place(lost: Loss, sheet: SheetCells, cell: str) -> None:
    """Add the cells of an address, or the whole sheet for what is no range of its rows."""
    match = _RANGE.fullmatch(cell)
    if match is None:
        lost.whole = True
        return
    first, last = int(match[2]), int(match[4] or match[2])
    records = {i for i, line in enumerate(sheet.lines) if first <= line <= last}
    keys = [key for key, number in sheet.columns.items() if letters(number) == match[1]]
    rules = sheet.table.column(keys[0]) if keys and match[3] in (None, match[1]) else None
    if rules is not None and rules.kind in OF_NUMBERS and not rules.required:
        lost.cells |= {(i, keys[0]) for i in records}
    else:
        lost.rows |= records


def _left(sheet: SheetCells, lost: Loss, years: set[object]) -> SheetCells:
    columns = {key: number for key, number in sheet.columns.items() if key not in years}
    if not lost.rows and not lost.cells and len(columns) == len(sheet.columns):
        return sheet
    kept = [i for i in range(len(sheet.lines)) if i not in lost.rows]
    return replace(
        sheet,
        columns=columns,
        lines=tuple(sheet.lines[i] for i in kept),
        cells=tuple(
            {key: v for key, v in sheet.cells[i].items() if key in columns and (i, key) not in lost.cells}
            for i in kept
        ),
        own_cells=tuple(sheet.own_cells[i] for i in kept),
    )
