"""Tables given in Python to grids of cells: of pandas, of Arrow, columns or records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

import pandas as pd

from floors.errors import UsageError
from floors.study.locate import shown
from floors.study.sheets import Grid, plain_value

Place = tuple[int, int]
EXPECTED = (
    "a DataFrame, a table of Arrow, a mapping of columns, such as {'region': ['US', 'CN']}, or a list of mappings, "
    "such as [{'region': 'US'}]"
)


def grids_of(tables: Mapping[str, Any]) -> list[Grid]:
    """Tables given in Python, as grids whose record i stands in row i + 2. Raises UsageError for what are none."""
    if not isinstance(tables, Mapping):
        raise UsageError(
            "floors.Study expects a mapping of sheets to tables, such as {'demand': DataFrame or list of mappings}; "
            f"found {shown(tables)}. Of a workbook, floors.read(path) makes a Study."
        )
    return [_grid(name, table) for name, table in tables.items()]


def _grid(name: Any, table: Any) -> Grid:
    if isinstance(table, pd.DataFrame):
        headers = list(table.columns)
        records = table.astype(object).itertuples(index=False, name=None)
        return Grid(str(name), _cells(headers, (enumerate(record, 1) for record in records)))
    if isinstance(table, pd.Series):
        raise UsageError(f"table {name} expects {EXPECTED}; found {shown(table)}.")
    if hasattr(table, "__arrow_c_stream__") or hasattr(table, "__arrow_c_array__"):
        return _of_arrow(name, table)
    if isinstance(table, Mapping):
        columns = {header: _column(name, header, values) for header, values in table.items()}
        if len({len(values) for values in columns.values()}) > 1:
            told = ", ".join(f"{header} {len(values)}" for header, values in columns.items())
            raise UsageError(f"table {name} expects columns of one length; found {told}.")
        rows = zip(*columns.values(), strict=True)
        return Grid(str(name), _cells(list(columns), (enumerate(row, 1) for row in rows)))
    found = _records(name, table)
    headers = list(dict.fromkeys(key for record in found for key in record))
    numbers = {key: number for number, key in enumerate(headers, 1)}
    lines = (((numbers[key], value) for key, value in record.items()) for record in found)
    return Grid(str(name), _cells(headers, lines))


def _cells(headers: list[Any], rows: Iterable[Iterable[tuple[int, Any]]]) -> dict[Place, object]:
    cells = {(1, number): plain_value(header) for number, header in enumerate(headers, 1)}
    for line, row in enumerate(rows, 2):
        for number, value in row:
            if not _missing(value):
                cells[line, number] = plain_value(value)
    return cells


def _of_arrow(name: Any, table: Any) -> Grid:
    """A table by the Arrow interface. Null is a blank; NaN is a number that was not found, and no blank."""
    from floors.files.parquet import arrow, read_table
    from floors.study.folder import grid_of_columns
    from floors.study.sheets import table_named

    pa = arrow(f"table {name} ({type(table).__name__}, by the Arrow interface)")
    try:
        found = pa.table(table)
    except (pa.ArrowException, TypeError, ValueError) as error:
        raise UsageError(f"table {name} expects {EXPECTED}; found no table: {error}.") from error
    return grid_of_columns(str(name), read_table(found, str(name)), table=table_named(str(name)))


def _column(name: Any, header: Any, values: Any) -> list[Any]:
    """A column as a list of values of Python, whoever holds it: numpy, pandas, polars or Arrow."""
    for method in ("to_pylist", "to_list", "tolist"):
        if hasattr(values, method):
            listed = getattr(values, method)()
            return listed if isinstance(listed, list) else [listed]
    if isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable):
        raise UsageError(
            f"table {name} expects {EXPECTED}; found {shown(values)} for the column {shown(header)}."
        )
    return list(values)


def _records(name: object, table: Any) -> list[Mapping[Any, Any]]:
    # rows of sqlite3 have keys, and are no mappings
    found = [dict(record) if hasattr(record, "keys") else record for record in _each(table)]
    for record in found:
        if not isinstance(record, Mapping):
            raise UsageError(f"table {name} expects {EXPECTED}; found {shown(record)}.")
    return found


def _each(table: Any) -> Iterator[Any]:
    return iter(table) if isinstance(table, Iterable) and not isinstance(table, str) else iter([table])


def _missing(value: Any) -> bool:
    if value is None or value is pd.NA or value is pd.NaT:
        return True
    return value.is_qnan() if isinstance(value, Decimal) else isinstance(value, float) and value != value
