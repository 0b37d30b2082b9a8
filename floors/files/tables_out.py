"""Tables out: CSV or Parquet, one file a sheet, and the `datapackage.json` that says what is in them (Frictionless)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any
from urllib.parse import quote

from floors.errors import OutputError, UsageError
from floors.files.as_text import Holds, written
from floors.files.csv_text import line_of
from floors.files.gate import LONGEST_TEXT

FORMATS = ("csv", "parquet")
PACKAGE = "datapackage.json"
OUR_KEY = "floors"
"""A key of the package, holding the version, by which a folder of ours is known."""

_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SAFE = " !#$&'()+,;=@[]^`{}~"  # of what may stand in the name of a file everywhere
_MEDIA = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}


@dataclass(frozen=True)
class Out:
    """A column to be written: `field` is its description in a Table Schema, `holds` what its cells are read as, one for
    all or one a cell."""

    field: Mapping[str, Any]
    values: Sequence[Any]
    holds: Holds | Sequence[Holds] = Holds.ANYTHING

    @property
    def name(self) -> str:
        """Its header."""
        return str(self.field["name"])

    def texts(self) -> Iterator[str]:
        """Its cells as text, empty where they are blank."""
        each = [self.holds] * len(self.values) if isinstance(self.holds, Holds) else self.holds
        return (
            "" if value is None else written(value, one) for value, one in zip(self.values, each, strict=True)
        )


@dataclass(frozen=True)
class TableOut:
    """A table to be written; `grid`: a sheet of the user's own, whose first row is no header."""

    title: str
    columns: Sequence[Out]
    meaning: str = ""
    keys: Mapping[str, Any] = field(default_factory=dict)
    grid: bool = False


def slug(name: str) -> str:
    """A name as a package may have it."""
    return re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-") or "study"


def check_format(wanted: str) -> None:
    """Raise UsageError for a format that no folder is written in."""
    if wanted not in FORMATS:
        raise UsageError(f"format expects {' or '.join(FORMATS)}; found {wanted!r}.")


def files_of(
    tables: Sequence[TableOut], wanted: str, about: Mapping[str, Any]
) -> Iterator[tuple[str, bytes]]:
    """The files of a folder by name, the package last. Raises OutputError for what no file can hold."""
    resources: list[dict[str, Any]] = []
    taken = {PACKAGE}
    for table in tables:
        name = f"{quote(table.title, _SAFE)}.{wanted}"
        if name.lower() in taken:
            raise OutputError(f"two sheets are called {table.title}, but for upper and lower case.")
        taken.add(name.lower())
        _check(table)
        yield name, _csv(table) if wanted == "csv" else _parquet(table)
        resources.append(_resource(table, name, wanted, [one["name"] for one in resources]))
    told = {**about, "profile": "data-package", "resources": resources}
    yield PACKAGE, (json.dumps(told, indent=2, ensure_ascii=False) + "\n").encode()


def _check(table: TableOut) -> None:
    for column in table.columns:
        for value in (column.name, *column.values):
            if isinstance(value, float) and not isfinite(value):
                raise OutputError(f"sheet {table.title}, {column.name}: {value} is no number.")
            if isinstance(value, str) and len(value) > LONGEST_TEXT:
                raise OutputError(
                    f"sheet {table.title}, {column.name}: a text is longer than a cell can hold."
                )
            if isinstance(value, str) and _UNWRITABLE.search(value):
                raise OutputError(
                    f"sheet {table.title}: {value[:40]!r} holds a character that no workbook can hold."
                )


def _csv(table: TableOut) -> bytes:
    lines = [] if table.grid else [line_of(column.name for column in table.columns)]
    rows = zip(*(column.texts() for column in table.columns), strict=True)
    return "".join([*lines, *map(line_of, rows)]).encode()


def _parquet(table: TableOut) -> bytes:
    from floors.files.parquet import parquet_of, table_of

    return parquet_of(table_of(list(map(arrow_column, table.columns)), table.grid))


def arrow_column(column: Out) -> Any:
    """A column as Arrow has it: of numbers, flags or texts as they are, of anything as texts that stand for it."""
    from floors.files.parquet import Column

    kind = column.field.get("type", "any")
    about = {key: str(column.field[key]) for key in ("unit", "description") if column.field.get(key)}
    if kind == "any":
        texts = [text or None for text in column.texts()]
        return Column(column.name, texts, "string", written=True, about=about)
    return Column(column.name, column.values, kind, about=about)


def _field(told: Mapping[str, Any], wanted: str) -> dict[str, Any]:
    """The description of a column. Frictionless reads a null of Parquet as NaN, and a column of whole numbers with one
    as fractions: of such a column it is told no more than that it may be blank."""
    found = dict(told)
    if wanted == "parquet" and found.get("type") in {"number", "integer"}:
        constraints = found.pop("constraints", {})
        if constraints.get("required"):
            found["constraints"] = constraints
        else:
            found["type"] = "any"
    return found


def _resource(table: TableOut, path: str, wanted: str, taken: Sequence[str]) -> dict[str, Any]:
    plain = slug(table.title)
    name = next(one for n in range(len(taken) + 1) if (one := f"{plain}-{n}" if n else plain) not in taken)
    found: dict[str, Any] = {"name": name, "path": path, "title": table.title}
    if table.meaning:
        found["description"] = table.meaning
    found |= {"format": wanted, "mediatype": _MEDIA[wanted]}
    if wanted == "csv":
        found["encoding"] = "utf-8"
    if table.grid:  # cells as they lie, under no header: a file to be kept, no table to be checked
        return found | {"type": "file"}
    fields = [_field(column.field, wanted) for column in table.columns]
    schema = {"fields": fields, "missingValues": [""], **table.keys}
    return found | {"profile": "tabular-data-resource", "type": "table", "schema": schema}
