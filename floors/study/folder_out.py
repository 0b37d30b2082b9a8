"""A study out as a folder: its checked tables, and the user's own sheets, in the order of the contract."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from floors import __version__
from floors.contract.input_columns import Key, Table
from floors.contract.inputs import TABLES
from floors.contract.schema import field_of, keys_of
from floors.errors import OutputError
from floors.files.as_text import Holds
from floors.files.folder_target import check_folder, replace_folder
from floors.files.gate import MOST_CELLS
from floors.files.tables_out import OUR_KEY, Out, TableOut, arrow_column, check_format, files_of, slug
from floors.study.cells import Typed
from floors.study.folder import holds
from floors.study.locate import letters
from floors.study.sheets import Grid

if TYPE_CHECKING:
    from floors.study.study import Study


def write_folder(study: Study, path: Path, wanted: str, force: bool) -> Path:
    """Write a study to a folder, CSV or Parquet; returns where it went. Raises UsageError, OutputError."""
    check_format(wanted)
    check_folder(path, study.path, force, ours_too=False)
    checked = study._checked
    about = {
        "name": slug(study.name),
        "title": study.settings.title or study.name,
        OUR_KEY: __version__,
        "contract": study.settings.contract,
    }
    tables = [*_tables(checked.tables), *(_own(grid) for grid in checked.reading.own.values())]
    return replace_folder(path, files_of(tables, wanted, about))


def _tables(typed: Mapping[str, Typed]) -> Iterator[TableOut]:
    headers = {name: _headers(one) for name, one in typed.items()}
    for table in TABLES:
        if table.name in typed:
            keys = keys_of(table, headers[table.name], headers)
            yield TableOut(table.name, table_columns(typed[table.name]), table.meaning, keys)


def _headers(typed: Typed) -> list[Key]:
    """The columns of a sheet in order, the user's own last; of an empty one those of the contract."""
    sheet = typed.sheet
    return [*sheet.columns, *sheet.own] or [column.name for column in sheet.table.columns]


def table_columns(typed: Typed) -> list[Out]:
    """The columns of a checked table."""
    sheet = typed.sheet
    found = []
    for key in _headers(typed):
        own = isinstance(key, str) and key in sheet.own
        records: Sequence[Mapping[Any, Any]] = sheet.own_cells if own else typed.cells
        values = [record.get(key) for record in records]
        found.append(Out(field_of(sheet.table, key), values, _holds(sheet.table, key, typed, own)))
    return found


def _holds(table: Table, key: Key, typed: Typed, own: bool) -> Holds | list[Holds]:
    rule = None if own else table.column(key)
    if rule is None or not rule.variants:
        return holds(rule, {})
    return [holds(rule, record) for record in typed.cells]


def _own(grid: Grid) -> TableOut:
    """A sheet of the user's own, cell by cell from A1."""
    rows = max((line for line, _ in grid.cells), default=0)
    width = max((number for _, number in grid.cells), default=0)
    if rows * width > MOST_CELLS:
        raise OutputError(f"sheet {grid.title}: cells are filled too far below or to the right.")
    columns = [
        Out(
            {"name": letters(number), "type": "any"},
            [_filled(grid.cells.get((line, number))) for line in range(1, rows + 1)],
        )
        for number in range(1, width + 1)
    ]
    return TableOut(grid.title, columns, "a sheet of the user's own", grid=True)


def _filled(value: Any) -> Any:
    return None if value == "" else value


def arrow_of(study: Study, table: str) -> Any:
    """A table of a study as a pyarrow Table, with units and meanings in its metadata. Raises UsageError without
    pyarrow."""
    from floors.files.parquet import table_of

    typed = study._checked.tables[table]
    columns = list(map(arrow_column, table_columns(typed)))
    return table_of(columns, about={"description": typed.sheet.table.meaning})
