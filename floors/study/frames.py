"""Checked tables out: as DataFrames, and as a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from operator import itemgetter
from pathlib import Path
from typing import Any

import pandas as pd
from xlsxwriter.worksheet import Worksheet

from floors.contract.input_columns import Key
from floors.contract.inputs import TABLES
from floors.errors import InputError, OutputError, UsageError
from floors.files.book import FIXED_DATE, close_book, new_book
from floors.files.gate import open_archive
from floors.files.targets import check_target, replace_atomically
from floors.study.cells import UNWRITABLE, Typed
from floors.study.sheets import Grid

LONGEST_TEXT = 32_767


class Frames(Mapping[str, pd.DataFrame]):
    """DataFrames of checked tables, made when first asked for; a copy each time: a study never changes."""

    def __init__(self, tables: Mapping[str, Typed]) -> None:
        self._tables = tables
        self._made: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._made:
            self._made[name] = _frame(self._tables[name])
        return self._made[name].copy()

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)


def _frame(typed: Typed) -> pd.DataFrame:
    sheet = typed.sheet
    columns: dict[Key, list[Any]] = {
        key: [record.get(key) for record in typed.cells] for key in sheet.columns
    }
    for note in sheet.own:
        columns[note] = [record.get(note) for record in sheet.own_cells]
    numeric = {
        key for key in sheet.columns if (column := sheet.table.column(key)) and column.kind == "number"
    }
    return pd.DataFrame(
        {key: pd.Series(values, dtype=float if key in numeric else object) for key, values in columns.items()}
    )


class _ExactSheet(Worksheet):
    """Numbers with all their digits: xlsxwriter's own 16 lose the last bit."""

    def _xml_number_element(self, number: float, attributes: Any = ()) -> None:
        written = "".join(f' {key}="{value}"' for key, value in attributes)
        self.fh.write(f"<c{written}><v>{number!r}</v></c>")


def write_tables(
    tables: Mapping[str, Typed], own: Mapping[str, Grid], path: Path, source: Path | None, force: bool
) -> Path:
    """Write checked tables and the user's own sheets, values only; returns where they lie.

    Raises UsageError where `path` is the workbook `source` itself, or exists and `force` is not given,
    OutputError where it cannot be written.
    """
    check_target(path, source, force=True)
    if path.exists() and not force:
        raise UsageError(f"{path} exists; name another file, or overwrite it with force=True.")
    return replace_atomically(path, lambda file: _write_book(tables, own, file), check_opens)


def check_opens(path: Path) -> None:
    """Raise OutputError unless a workbook just written passes the checks of one to be read."""
    try:
        open_archive(path.read_bytes(), path.name).close()
    except InputError as error:
        raise OutputError(f"The workbook was written but does not read back: {error}") from error


def _write_book(tables: Mapping[str, Typed], own: Mapping[str, Grid], path: Path) -> None:
    book = new_book(path)
    book.set_properties({"created": FIXED_DATE})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for table in TABLES:
        if table.name in tables:
            sheet = book.add_worksheet(table.name, worksheet_class=_ExactSheet)
            for (line, number), value in _cells(tables[table.name]).items():
                _write(sheet, line - 1, number - 1, value, day)
    for title, grid in own.items():
        sheet = book.add_worksheet(title, worksheet_class=_ExactSheet)
        for (line, number), value in sorted(grid.cells.items(), key=itemgetter(0)):
            _write(sheet, line - 1, number - 1, value, day)
    close_book(book)


def _cells(typed: Typed) -> dict[tuple[int, int], Any]:
    sheet = typed.sheet
    keys = [*sheet.columns, *sheet.own]
    cells: dict[tuple[int, int], Any] = {(1, number): key for number, key in enumerate(keys, 1)}
    for line, (record, remarks) in enumerate(zip(typed.cells, sheet.own_cells, strict=True), 2):
        both: dict[Key, Any] = {**record}
        both.update(remarks.items())
        cells |= {(line, number): both[key] for number, key in enumerate(keys, 1) if key in both}
    return cells


def _write(sheet: Worksheet, line: int, number: int, value: Any, day: Any) -> None:
    if value == "":
        return  # a blank: Excel knows no difference
    if isinstance(value, str):
        if len(value) > LONGEST_TEXT:
            raise OutputError(f"sheet {sheet.name}: a text is longer than a cell can hold.")
        if UNWRITABLE.search(value):
            raise OutputError(
                f"sheet {sheet.name}: {value[:40]!r} holds a character that no workbook can hold."
            )
        sheet.write_string(line, number, value)
    elif isinstance(value, bool):
        sheet.write_boolean(line, number, value)
    elif isinstance(value, (int, float)):
        sheet.write_number(line, number, value)
    elif isinstance(value, date):
        sheet.write_datetime(line, number, value, day)
    else:
        sheet.write_string(line, number, str(value))
