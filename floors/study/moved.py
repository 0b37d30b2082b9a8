"""A study with other numbers in some cells, where no check but that of each cell can see a difference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from floors.contract.input_columns import Key
from floors.study.cells import Typed, convert, for_row
from floors.study.study import Study, study_of

HELD_AGAINST = frozenset({"settings", "years", "qualified", "changes", "scenarios", "uncertainty"})
"""Sheets whose numbers are held against others, or say what the study is."""


def numbers_moved(study: Study, changed: Mapping[str, Mapping[int, Mapping[Key, float]]]) -> Study | None:
    """The study with these numbers, by sheet, record and column, in place of those that it has there: equal to that
    with the cells typed and everything checked. None where more than the cells themselves would have to be checked, or
    one of them is not as its column expects, or doubtful."""
    checked = study._checked
    plain = all(checked.rows[name] is one.rows for name, one in checked.filled.items())
    if not plain or checked.answer is not None or not HELD_AGAINST.isdisjoint(changed):
        return None
    sheets, tables, filled = dict(checked.reading.sheets), dict(checked.tables), dict(checked.filled)
    for name, records in changed.items():
        sheet, typed, rows = sheets[name], tables[name], list(filled[name].rows)
        if typed.faulty:
            return None
        cells, values = list(sheet.cells), list(typed.cells)
        for i, numbers in records.items():
            row: dict[str, Any] = dict(rows[i])
            for key, value in numbers.items():
                column = sheet.table.column(key)
                column = None if column is None else for_row(column, cells[i])
                if column is None or column.kind != "number" or convert(column, value) != value:
                    return None
                if value > column.warn_above:
                    return None
                if isinstance(key, str):
                    row[key] = value
            by_year = {key: value for key, value in numbers.items() if isinstance(key, int)}
            if by_year:
                row["years"] = row["years"] | by_year
            cells[i], values[i], rows[i] = {**cells[i], **numbers}, {**values[i], **numbers}, row
        sheets[name] = replace(sheet, cells=tuple(cells))
        tables[name] = Typed(sheets[name], tuple(values))
        filled[name] = filled[name]._replace(rows=tuple(rows))
    moved = replace(
        checked,
        tables=tables,
        rows={name: one.rows for name, one in filled.items()},
        filled=filled,
        locator=replace(checked.locator, sheets=sheets),
        reading=replace(checked.reading, sheets=sheets),
    )
    return study_of(moved, study.name, study.path, study.sha256, study.scenario_name, study._base)
