"""The contract for other programs: input tables as Table Schema and data package (Frictionless), and as JSON Schema."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import inf
from typing import Any

from floors.contract.input_columns import Bounds, Column, Key, Table
from floors.contract.inputs import BY_NAME, TABLES
from floors.errors import UsageError

FORMATS = ("json-schema", "datapackage")
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TYPES = {"number": "number", "whole": "integer", "flag": "boolean", "name": "string", "text": "string"}
_YEAR = "^[0-9]{1,4}$"
_OWN = "^[ _-]*([Nn][Oo][Tt][Ee]|[Ss][Oo][Uu][Rr][Cc][Ee])"


def schema(format: str = "json-schema") -> dict[str, Any]:
    """What an input is, for other programs: every sheet and column with type, unit, meaning and bounds.

    `json-schema`: of an object that maps sheets to lists of records (draft 2020-12); `datapackage`: a Frictionless data
    package of one CSV file a sheet, in whose schemas `years` describes the columns headed by a year. Raises UsageError
    for another format.
    """
    if format == "json-schema":
        return _json_schema()
    if format == "datapackage":
        return {
            "name": "floors-study",
            "title": "A study for floors",
            "profile": "data-package",
            "resources": [_resource(table) for table in TABLES],
        }
    raise UsageError(f"format expects {' or '.join(FORMATS)}; found {format!r}.")


def field_of(table: Table, key: Key) -> dict[str, Any]:
    """The description of a column in a Table Schema; of a user's own, that it holds anything."""
    column = table.column(key)
    if column is None:
        return {"name": str(key), "type": "any", "description": "a column of the user's own"}
    return {"name": str(key), **_described(column)}


def keys_of(table: Table, headers: Iterable[Key], tables: Mapping[str, Iterable[Key]]) -> dict[str, Any]:
    """Primary and foreign keys of a table with these headers, among tables with theirs."""
    found: dict[str, Any] = {}
    given = {str(key) for key in headers}
    required = {column.name for column in table.columns if column.required}
    if table.key and set(table.key) <= given & required:
        found["primaryKey"] = list(table.key)
    foreign = []
    for column in table.columns:
        if column.name not in given or len(column.refers) != 1 or column.words:
            continue
        other, _, named = column.refers[0].partition(".")
        if named in {str(key) for key in tables.get(other, ())}:
            resource = "" if other == table.name else other
            foreign.append({"fields": column.name, "reference": {"resource": resource, "fields": named}})
    if foreign:
        found["foreignKeys"] = foreign
    return found


def _resource(table: Table) -> dict[str, Any]:
    headers = [column.name for column in table.columns]
    tables = {other.name: [column.name for column in other.columns] for other in TABLES}
    schema: dict[str, Any] = {"fields": [field_of(table, name) for name in headers], "missingValues": [""]}
    schema |= keys_of(table, headers, tables)
    if table.years is not None:
        schema["years"] = _described(table.years)
    return {
        "name": table.name,
        "path": f"{table.name}.csv",
        "description": table.meaning,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "required": table.required,
        "schema": schema,
    }


def _described(column: Column) -> dict[str, Any]:
    """Type, meaning, unit and constraints of a column; a blank and a default are said in words."""
    told = _TYPES.get(column.kind, "any")
    found: dict[str, Any] = {"type": told}
    if told == "boolean":
        found |= {"trueValues": ["TRUE", "True", "true"], "falseValues": ["FALSE", "False", "false"]}
    found["description"] = _words(column)
    if column.unit:
        found["unit"] = column.unit
    constraints: dict[str, Any] = {"required": True} if column.required else {}
    if column.choices and told == "string":
        constraints["enum"] = list(column.choices)
    constraints |= _limits(column)
    if constraints:
        found["constraints"] = constraints
    return found


def _limits(column: Column) -> dict[str, float]:
    """Closed bounds that hold whatever else is in the row; a Table Schema has no open ones."""
    if column.variants or column.kind not in {"number", "whole"}:
        return {}
    low, high = column.bounds.low, column.bounds.high
    return {name: _plain(end) for name, end in (("minimum", low), ("maximum", high)) if abs(end) < inf}


def _words(column: Column) -> str:
    words = [column.meaning]
    if column.bounds.text and column.kind in {"number", "whole"} and not column.variants:
        words.append(column.bounds.text)
    if column.default_shown is not None:
        words.append(f"blank: {column.default_shown}")
    elif column.blank:
        words.append(f"blank: {column.blank}")
    return "; ".join(words)


def _json_schema() -> dict[str, Any]:
    return {
        "$schema": _DIALECT,
        "title": "A study for floors",
        "description": "Sheets as lists of records; a column that is left out, or null, is blank.",
        "type": "object",
        "properties": {table.name: _sheet(table) for table in TABLES},
        "patternProperties": {"^_": {"description": "a sheet of the user's own"}},
        "required": [table.name for table in TABLES if table.required],
        "additionalProperties": False,
    }


def _sheet(table: Table) -> dict[str, Any]:
    required = [column.name for column in table.columns if column.required]
    record: dict[str, Any] = {
        "type": "object",
        "properties": {column.name: _value(column) for column in table.columns},
        "additionalProperties": False,
    }
    if required:
        record["required"] = required
    patterns: dict[str, Any] = {}
    if table.name != "sources":
        patterns[_OWN] = {"description": "a column of the user's own"}
    if table.years is not None:
        patterns[_YEAR] = _value(table.years)
    if patterns:
        record["patternProperties"] = patterns
    if table.name == "settings":
        record["allOf"] = [_setting(name, column) for name, column in _settings().items()]
    return {"description": table.meaning, "type": "array", "items": record}


def _settings() -> Mapping[str, Column]:
    value = BY_NAME["settings"].column("value")
    return value.variants if value is not None else {}


def _setting(name: str, column: Column) -> dict[str, Any]:
    """What the value of a setting is."""
    return {
        "if": {"properties": {"key": {"const": name}}},
        "then": {"properties": {"value": _value(column)}},
    }


def _value(column: Column) -> dict[str, Any]:
    """A cell: what its column allows, or null where it may be blank."""
    found: dict[str, Any] = {"description": _words(column)}
    if column.unit:
        found["unit"] = column.unit
    types = {"target": ["number", "string"]}.get(column.kind) or [_TYPES.get(column.kind, "")]
    if types != [""]:
        blank = [] if column.required else ["null"]
        found["type"] = [*types, *blank] if len(types) + len(blank) > 1 else types[0]
    if column.choices and column.kind != "flag":
        found["enum"] = [*column.choices, *([] if column.required else [None])]
    if column.kind in {"number", "whole"} and not column.variants:
        found |= _ends(column.bounds)
    if column.default is not None:
        found["default"] = column.default
    return found


def _ends(bounds: Bounds) -> dict[str, float]:
    found: dict[str, float] = {}
    if bounds.low > -inf:
        found["exclusiveMinimum" if bounds.open_low else "minimum"] = _plain(bounds.low)
    if bounds.high < inf:
        found["exclusiveMaximum" if bounds.open_high else "maximum"] = _plain(bounds.high)
    return found


def _plain(end: float) -> float:
    """A whole number without its point."""
    return int(end) if end == int(end) else end
