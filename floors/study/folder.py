"""A folder in: its tables, CSV and Parquet, one file a sheet, to the grids that a workbook would give."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from floors.contract.input_columns import Column, Key, Table
from floors.errors import InputError
from floors.files.as_text import Holds, read
from floors.files.csv_text import check_separator, rows_of
from floors.files.folder_target import listed_in
from floors.files.gate import read_tables, refuse
from floors.study.cells import for_row
from floors.study.sheets import Grid, header_key, plain_value, table_named

if TYPE_CHECKING:
    from floors.files.parquet import Read

Place = tuple[int, int]
Rows = Iterable[tuple[int, list[str]]]
_HOLDS = {
    "number": Holds.NUMBERS,
    "whole": Holds.NUMBERS,
    "target": Holds.NUMBERS,
    "name": Holds.TEXTS,
    "text": Holds.TEXTS,
    "flag": Holds.FLAGS,
    "any": Holds.ANYTHING,
}


def read_folder(path: Path, *, of_results: bool = False) -> tuple[list[Grid], str]:
    """Every table of a folder as a sheet, and the sha256 of their names and bytes.

    Columns of an input sheet are read as the contract says of them; `of_results`: each cell as what it looks like.
    Raises InputError for a folder without tables, and with what is wrong with any of its files.
    """
    contents = read_tables(path)
    if not contents:
        message = "the folder holds no tables: no files .csv or .parquet."
        hint = "Name a workbook, or a folder with one file a sheet, such as demand.csv."
        raise refuse(path.name or str(path), message, hint, "folder")
    grids, problems = [], []
    for name, content in contents.items():
        try:
            grids.append(_grid(name, content, of_results))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    order = {name: place for place, name in enumerate(listed_in(path) or ())}
    grids.sort(key=lambda grid: order.get(grid.file, len(order)))
    return grids, digest_of(contents)


def digest_of(contents: Mapping[str, bytes]) -> str:
    """The sha256 of the names and bytes of files."""
    told = sha256()
    for name, content in contents.items():
        told.update(f"{name}\n{sha256(content).hexdigest()}\n".encode())
    return told.hexdigest()


def _grid(name: str, content: bytes, of_results: bool) -> Grid:
    stem, ending = name.rsplit(".", 1)
    title = unquote(stem)
    table = None if of_results else table_named(title)
    if ending.lower() == "parquet":
        return _of_parquet(title, table, content, name)
    rows = list(rows_of(content, name))
    if table is None or title.strip().startswith("_"):
        lines = enumerate((fields for _, _, fields in rows), 1)
        return Grid(title, dict(_cells(lines, None)), file=name)
    check_separator(next((fields for _, _, fields in rows), ()), name)
    cells = dict(_cells(((first, fields) for first, _, fields in rows), table))
    continued = {line for first, last, _ in rows for line in range(first + 1, last + 1)}
    return Grid(title, cells, file=name, continued=frozenset(continued))


def _cells(rows: Rows, table: Table | None) -> Iterator[tuple[Place, object]]:
    """The filled cells by row and column; of a table the first row that holds anything is the header."""
    rules: list[Column | None] = []
    headed = table is None
    for line, fields in rows:
        if not headed:
            if any(fields):
                headed, rules = True, [_rules(table, text) for text in fields]
                yield from (((line, n), text) for n, text in enumerate(fields, 1) if text)
            continue
        known: dict[Key, object] = {
            rule.name: text.strip() for rule, text in zip(rules, fields, strict=False) if rule is not None
        }
        for number, text in enumerate(fields, 1):
            rule = rules[number - 1] if number <= len(rules) else None
            value = read(text, holds(rule, known))
            if value is not None:
                yield (line, number), value


def _rules(table: Table | None, header: object) -> Column | None:
    key = header_key(table, header) if table is not None else None
    return table.column(key) if table is not None and key is not None else None


def holds(rule: Column | None, row: Mapping[Key, object]) -> Holds:
    """What a cell under these rules is read as, of a row with these cells."""
    return Holds.ANYTHING if rule is None else _HOLDS[for_row(rule, row).kind]


def _of_parquet(title: str, table: Table | None, content: bytes, name: str) -> Grid:
    from floors.files.parquet import read_parquet

    return grid_of_columns(title, read_parquet(content, name), name, table)


def grid_of_columns(title: str, found: Read, file: str = "", table: Table | None = None) -> Grid:
    """Columns under their headers as a sheet, whose record i stands in row i + 2; NaN stays what it is."""
    start = 1 if found.grid else 2
    cells: dict[Place, object] = {}
    if not found.grid:
        cells = {(1, number): column.name for number, column in enumerate(found.columns, 1) if column.name}
    rules = [_rules(table, column.name) for column in found.columns]
    rows = zip(*(column.values for column in found.columns), strict=True)
    written = [column.written for column in found.columns]
    for line, row in enumerate(rows, start):
        for place, value in _typed(row, rules, written):
            cells[line, place] = value
    return Grid(title, cells, file=file)


def _typed(
    row: Sequence[object], rules: Sequence[Column | None], written: Sequence[bool]
) -> Iterator[tuple[int, object]]:
    """The filled cells of a row of columns of one type each, by their number: a text under rules that allow more than
    texts stands for what it looks like, since such a column has no other way to hold a number."""
    known: dict[Key, object] = {
        rule.name: value for rule, value in zip(rules, row, strict=True) if rule is not None
    }
    for number, (value, rule, free) in enumerate(zip(row, rules, written, strict=True), 1):
        if value is None:
            continue
        if isinstance(value, str) and (free or (rule is not None and rule.kind in {"any", "target"})):
            value = read(value, holds(rule, known))
        if value is not None:
            yield number, plain_value(value)
