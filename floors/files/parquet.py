"""Parquet, both ways, and tables of the Arrow interface: columns of plain Python values. pyarrow is loaded late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from floors.errors import UsageError
from floors.files.gate import LESS, LONGEST_TEXT, MOST_PART, MOST_UNPACKED, check_count, refuse

EXTRA = 'pip install "floors[exchange]"'
WRITTEN, GRID = b"floors.written", b"floors.grid"
"""Metadata: of a column whose texts stand for anything (`files/as_text.py`), of a sheet without a header."""
_BATCH = 1024
_TYPES = {"number": "float64", "integer": "int64", "boolean": "bool_", "string": "string"}


@dataclass(frozen=True)
class Column:
    """A column under its header; `written`: its texts stand for anything. `about` is told beside it."""

    name: str
    values: Sequence[Any]
    type: str = "string"
    written: bool = False
    about: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Read:
    """Columns as read; `grid`: there is no header, and the first row is the first of the sheet."""

    columns: list[Column]
    grid: bool = False


def arrow(what: str) -> Any:
    """The library of Arrow. Raises UsageError, saying what needs it, where it is missing."""
    try:
        import pyarrow
    except ImportError as error:
        raise UsageError(f"{what} needs pyarrow: {EXTRA}.") from error
    return pyarrow


def table_of(columns: Sequence[Column], grid: bool = False, about: Mapping[str, str] | None = None) -> Any:
    """A pyarrow Table, with what is told of it and of its columns as metadata."""
    pa = arrow("a table of Arrow")
    fields, arrays = [], []
    for column in columns:
        kind = getattr(pa, _TYPES[column.type])()
        told = {key.encode(): text.encode() for key, text in column.about.items() if text}
        if column.written:
            told[WRITTEN] = b"1"
        fields.append(pa.field(column.name, kind, metadata=told or None))
        arrays.append(pa.array(column.values, kind))
    whole = {key.encode(): text.encode() for key, text in (about or {}).items() if text}
    if grid:
        whole[GRID] = b"1"
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields, metadata=whole or None))


def parquet_of(table: Any) -> bytes:
    """The bytes of a pyarrow Table as Parquet."""
    arrow("Parquet")
    from pyarrow import parquet

    target = BytesIO()
    parquet.write_table(table, target, compression="zstd")
    return target.getvalue()


def read_parquet(content: bytes, name: str) -> Read:
    """The columns of a Parquet file. Raises InputError for one that is damaged, or too large once unpacked."""
    pa = arrow(f"{name} (Parquet)")
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(BytesIO(content))
        _check_size(file.metadata, name)
        texts = [one.name for one in file.schema_arrow if pa.types.is_string(one.type)]
        file = parquet.ParquetFile(BytesIO(content), read_dictionary=texts)
        batches, size = [], 0
        for batch in file.iter_batches(_BATCH):
            size += batch.nbytes
            if size > MOST_UNPACKED:
                raise _too_large(name)
            batches.append(batch)
        table = pa.Table.from_batches(batches) if batches else file.schema_arrow.empty_table()
    except (pa.ArrowException, OSError) as error:
        message = f"the file cannot be read as Parquet ({_first_line(error)})."
        raise refuse(name, message, "Copy or download it again.", "damaged") from error
    return read_table(table, name)


def read_table(table: Any, name: str) -> Read:
    """The columns of a pyarrow Table. Raises InputError where it has more cells than a workbook may have."""
    check_count(table.num_rows, table.num_rows * table.num_columns, name)
    columns = []
    for one, values in zip(table.schema, table.columns, strict=True):
        told = one.metadata or {}
        columns.append(Column(one.name, _plain(values, name), str(one.type), WRITTEN in told))
    return Read(columns, GRID in (table.schema.metadata or {}))


def _plain(values: Any, name: str) -> list[Any]:
    """Values of Python; of a dictionary each once, however often it stands."""
    found: list[Any] = []
    for chunk in values.chunks:
        if hasattr(chunk, "dictionary"):
            words = chunk.dictionary.to_pylist()
            if any(isinstance(word, str) and len(word) > LONGEST_TEXT for word in words):
                message = f"a text has more than {LONGEST_TEXT:,} characters."
                raise refuse(name, message, "Cut it.", "too_large")
            found += [None if place is None else words[place] for place in chunk.indices.to_pylist()]
        else:
            found += chunk.to_pylist()
    return found


def _check_size(metadata: Any, name: str) -> None:
    unpacked, encodings = 0, set()
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        for place in range(group.num_columns):
            unpacked += group.column(place).total_uncompressed_size
            encodings.update(group.column(place).encodings)
    check_count(metadata.num_rows, metadata.num_rows * metadata.num_columns, name)
    if unpacked > MOST_PART:
        raise _too_large(name)
    if "DELTA_BYTE_ARRAY" in encodings:
        message = "its texts are packed as differences, of which a few bytes unpack without end."
        raise refuse(name, message, "Write it with the encoding PLAIN or a dictionary.", "packing")


def _too_large(name: str) -> Exception:
    return refuse(name, "the table is too large once unpacked.", LESS, "too_large")


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200].rstrip(".")
