"""The results as a folder: one CSV or Parquet file a sheet, with units and meanings in its `datapackage.json`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from floors import __version__
from floors.contract.results import Kind, Rows, Sheet
from floors.excel.report import FAILED_MARK, handed_on
from floors.files.as_text import Holds
from floors.files.folder_target import check_folder, replace_folder
from floors.files.tables_out import OUR_KEY, Out, TableOut, arrow_column, check_format, files_of, slug
from floors.steps import stage
from floors.study.sheets import plain_value

if TYPE_CHECKING:
    from floors.excel.tabled import Answer, Tabled

_TYPES = {
    Kind.TEXT: "string",
    Kind.WHOLE: "integer",
    Kind.NUMBER: "number",
    Kind.FLAG: "boolean",
    Kind.EITHER: "any",
}


def write_folder(result: Answer, path: Path, wanted: str, force: bool) -> Path:
    """Write every table of a result, its words, page and pictures to a folder; returns where it went.

    Raises UsageError, OutputError.
    """
    check_format(wanted)
    check_folder(path, result.study.path, force)
    about: dict[str, Any] = {
        "name": slug(f"{result.study.name}-results"),
        "title": result.title,
        "description": f"Results of floors: {result.scenario_name}, {result.status}.",
        OUR_KEY: __version__,
    }
    if result.failed:
        about["alarm"] = FAILED_MARK
    given = [(sheet, result.rows(sheet.name)) for sheet in result.sheets]
    tables = [table_of(*one, result.currency) for one in chain(given, handed_on(result, result.brief))]
    with stage("writing", len(tables)) as here:
        return replace_folder(path, _told(files_of(tables, wanted, about), here.finished))


def arrow_of(result: Tabled, sheet: Sheet, currency: str) -> Any:
    """A sheet as a pyarrow Table, with unit and meaning of each column in its metadata. Raises UsageError without
    pyarrow."""
    from floors.files.parquet import table_of as arrow_table

    made = table_of(sheet, result.rows(sheet.name), currency)
    return arrow_table(list(map(arrow_column, made.columns)), about={"description": sheet.meaning})


def table_of(sheet: Sheet, rows: Rows, currency: str) -> TableOut:
    """A sheet as it is written. Texts stand so that they read as texts wherever they lie."""
    by_column = [list(map(plain_value, cells)) for cells in zip(*rows, strict=True)] or [
        [] for _ in sheet.columns
    ]
    columns = []
    for column, cells in zip(sheet.columns, by_column, strict=True):
        told = {"name": column.name, "type": _TYPES[column.kind], "description": column.meaning}
        if column.unit:
            told["unit"] = column.unit_in(currency)
        blank = [None if value == "" else value for value in cells]
        number = column.kind in (Kind.NUMBER, Kind.WHOLE)
        columns.append(Out(told, blank, Holds.NUMBERS if number else Holds.ANYTHING))
    return TableOut(sheet.name, columns, sheet.meaning, _keys(sheet, columns))


def _keys(sheet: Sheet, columns: Sequence[Out]) -> dict[str, Any]:
    """The primary key, where every row has all of it."""
    rows = list(zip(*(one.values for one in columns if one.name in sheet.keys), strict=True))
    if not rows or len(set(rows)) < len(rows) or any(None in row for row in rows):
        return {}
    return {"primaryKey": list(sheet.keys)}


def _told(files: Iterator[tuple[str, bytes]], done: Any) -> Iterator[tuple[str, bytes]]:
    for name, content in files:
        yield name, content
        done(name)
