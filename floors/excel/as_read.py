"""A results workbook, or a folder of results, as it was written: its tables go to a folder, and none is computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from floors import __version__
from floors.contract.results import RUN, SIDE_BY_SIDE, Kind, Sheet
from floors.contract.results.columns import Column
from floors.contract.results.handed import HANDED_ON
from floors.excel.folder import table_of
from floors.files.folder_target import check_folder, replace_folder
from floors.files.tables_out import OUR_KEY, check_format, files_of, slug
from floors.html.read import Cells, Table, declared_in, table_in, tables_beside
from floors.study.source import read_source

_PYTHON: Mapping[Kind, tuple[type, ...]] = {
    Kind.TEXT: (str,),
    Kind.WHOLE: (int,),
    Kind.NUMBER: (int, float),
    Kind.FLAG: (bool,),
    Kind.EITHER: (object,),
}


_ACROSS = Sheet(SIDE_BY_SIDE, "Scenarios side by side.", ())
"""Its columns are the scenarios."""


@dataclass(frozen=True)
class AsRead:
    """The tables of a result in a file, each under the sheet that declares it."""

    path: Path
    tables: tuple[tuple[Sheet, Table], ...]

    def to_folder(self, path: Path, wanted: str, *, force: bool) -> Path:
        """Write every table to a folder; returns where it went. Raises UsageError, OutputError."""
        check_format(wanted)
        check_folder(path, self.path, force)
        currency = self._recorded("setting currency") or "USD"
        about: dict[str, Any] = {
            "name": slug(self.path.stem),
            "title": self._recorded("setting title") or self.path.stem,
            OUR_KEY: self._recorded("floors") or __version__,
        }
        made = [table_of(_held(sheet, table), table.rows, currency) for sheet, table in self.tables]
        return replace_folder(path, files_of(made, wanted, about))

    def _recorded(self, key: str) -> str:
        """What sheet run says under a key; empty for nothing."""
        run = next(table for sheet, table in self.tables if sheet.name == RUN.name)
        names = [column.name for column in run.columns]
        rows = (dict(zip(names, row, strict=True)) for row in run.rows)
        return next((str(row["value"]) for row in rows if row.get("key") == key and row.get("value")), "")


def results_of(path: Path) -> AsRead | None:
    """The results in a workbook or a folder; None where it holds none. Raises InputError for what cannot be read."""
    sheets: dict[str, Cells] = {one.title: one.cells for one in read_source(path, of_results=True).grids}
    run = sheets.get(RUN.name, {})
    if not {"key", "value"} <= {str(value) for (line, _), value in run.items() if line == 1}:
        return None
    declared = [*declared_in(sheets).values(), _ACROSS, *HANDED_ON]
    found = {sheet.name: table_in(sheets[sheet.name], sheet) for sheet in declared if sheet.name in sheets}
    lacking = [sheet for sheet in declared if sheet.name not in found]
    found |= {table.name: table for table in tables_beside(path, run, lacking)}
    return AsRead(path, tuple((sheet, found[sheet.name]) for sheet in declared if sheet.name in found))


def _held(sheet: Sheet, table: Table) -> Sheet:
    """The sheet with the columns that are there, each of the kind that it is declared of where its cells are; of one
    that is not declared, of the kind that its cells are of."""
    kinds = {column.name: column.kind for column in sheet.columns}
    by_column: Sequence[Sequence[Any]] = list(zip(*table.rows, strict=True)) or [()] * len(table.columns)
    columns = []
    for one, cells in zip(table.columns, by_column, strict=True):
        tried = [kinds[one.name]] if one.name in kinds else list(_PYTHON)
        kind = next((kind for kind in tried if all(_fits(value, kind) for value in cells)), Kind.EITHER)
        columns.append(Column(one.name, kind, one.unit, one.meaning, one.format, 0, one.key))
    return Sheet(sheet.name, sheet.meaning, tuple(columns))


def _fits(value: Any, kind: Kind) -> bool:
    if value is None or kind is Kind.EITHER:
        return True
    return isinstance(value, _PYTHON[kind]) and isinstance(value, bool) == (kind is Kind.FLAG)
