"""Checks of rows against each other and of sheets against sheets, after every cell was found sound."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from floors.contract.input_columns import Key
from floors.contract.inputs import RESERVED_REGIONS
from floors.errors import Problem
from floors.study.cells import Fault, Typed
from floors.study.dangling import check_names, check_years
from floors.study.locate import Locator

Tables = Mapping[str, Typed]


def check_rows(typed: Typed, locator: Locator) -> Iterator[Problem]:
    """Checks within one sheet: two rows of one key, order of years, names that mean something else."""
    table = typed.sheet.table
    if table.required and not typed.cells:
        message = f"sheet {table.name} has no rows."
        yield Problem(typed.sheet.title, "", None, message, table.meaning, "no_rows")
    yield from _duplicates(typed, locator)
    if table.name == "years":
        yield from _order(typed, locator)
    for index, record in enumerate(typed.cells):
        fault = _reserved(table.name, record)
        if fault is not None:
            yield locator.problem(table.name, index, table.key[0], *fault)
    if table.name == "qualified":
        yield from _before(typed, locator)
    if table.name == "routes" and not typed.cells:
        message = "sheet routes has no rows, so nothing can be shipped."
        hint = "Delete the sheet if every origin may ship everywhere free."
        yield Problem(typed.sheet.title, "", None, message, hint, "no_routes", "warning")


def _duplicates(typed: Typed, locator: Locator) -> Iterator[Problem]:
    table = typed.sheet.table
    if not table.key:
        return
    needed = {column.name for column in table.columns if column.required and column.name in table.key}
    first: dict[tuple[Any, ...], int] = {}
    for index, record in enumerate(typed.cells):
        if not needed <= record.keys():
            continue
        key = tuple(record.get(column) for column in table.key)
        earlier = first.setdefault(key, index)
        if earlier != index:
            said = ", ".join(
                f"{column} {part}" for column, part in zip(table.key, key, strict=True) if part is not None
            )
            message = f"{said} is already in row {typed.sheet.lines[earlier]}."
            yield locator.problem(
                table.name, index, table.key[0], message, "Keep one of the two rows.", "duplicate"
            )


def _order(typed: Typed, locator: Locator) -> Iterator[Problem]:
    before = None
    for index, record in enumerate(typed.cells):
        year = record.get("year")
        if before is not None and year is not None and year < before:
            message = f"year {year} comes after {before}."
            yield locator.problem("years", index, "year", message, "List years in ascending order.", "order")
        before = year if year is not None else before


def _before(typed: Typed, locator: Locator) -> Iterator[Problem]:
    """More was shipped in the year before the first than can be shipped in the first."""
    for index, record in enumerate(typed.cells):
        before, can = record.get("before"), record.get("t")
        if before is not None and can is not None and before > can:
            message = (
                f"{before:,.6g} t were shipped in the year before the first, more than the {can:,.6g} t of t."
            )
            hint = "Raise t, or lower before, unless it is meant."
            yield locator.problem("qualified", index, "before", message, hint, "before_above_t", "warning")


def _reserved(table: str, record: Mapping[Key, Any]) -> Fault | None:
    if table == "regions":
        name = record.get("region")
        if name in RESERVED_REGIONS:
            hint = f"Choose another name than {', '.join(RESERVED_REGIONS)}."
            return Fault(f"a region may not be called {name}.", hint, "reserved_name")
        if name is not None and "/" in name:
            message = f"the name {name} of a region contains /, which stands between a region and a segment."
            return Fault(message, "Leave out the /.", "reserved_name")
    if table == "commodities" and record.get("commodity") == "*":
        return Fault("a commodity may not be called *.", "* stands for all commodities.", "reserved_name")
    if table == "scenarios" and record.get("scenario") == "base":
        hint = "base is the workbook as it stands."
        return Fault("a scenario may not be called base.", hint, "reserved_name")
    return None


def check_references(
    tables: Tables, faulty: set[str], years: tuple[int, ...], locator: Locator
) -> Iterator[Problem]:
    """Checks between sheets; sheets in `faulty` are left out, so that one fault is one message."""
    yield from check_names(tables, faulty, locator)
    yield from check_years(tables, faulty, years)
    sound = {name: typed for name, typed in tables.items() if name not in faulty}
    yield from _shared_names(sound, "plants", "plant", "processes", "process", locator)
    yield from _shared_names(sound, "groups", "group", "commodities", "commodity", locator)
    yield from _plants_without_cost(sound, locator)


def _entries(tables: Tables, target: str) -> dict[str, None]:
    table, column = target.split(".")
    cells = tables[table].cells if table in tables else ()
    return {record[column]: None for record in cells if column in record}


def _shared_names(
    tables: Tables, table: str, column: str, other: str, other_column: str, locator: Locator
) -> Iterator[Problem]:
    if table not in tables or other not in tables:
        return
    taken = _entries(tables, f"{other}.{other_column}")
    for index, record in enumerate(tables[table].cells):
        name = record.get(column)
        if name in taken:
            message = f"{name} is a {other_column} too."
            hint = f"Give the {column} a name of its own."
            yield locator.problem(table, index, column, message, hint, "shared_name")


def _plants_without_cost(tables: Tables, locator: Locator) -> Iterator[Problem]:
    if "unit_costs" not in tables:
        return
    plants = _entries(tables, "plants.plant")
    for index, record in enumerate(tables["unit_costs"].cells):
        if record["process"] in plants:
            message = f"{record['process']} is a plant, which has no unit cost, so this row has no effect."
            hint = "Give the unit cost of its processes."
            yield locator.problem("unit_costs", index, "process", message, hint, "no_effect", "warning")


def check_membership(
    tables: Tables, roles_before: Mapping[str, str] | None, locator: Locator
) -> Iterator[Problem]:
    """Scopes of caps and payers of contracts are members.

    In a scenario, `roles_before` are the roles of the workbook as written: a region that the scenario made a
    non-member is no error, its caps being ignored with a note where they are read.
    """
    roles = {record["region"]: record["role"] for record in tables["regions"].cells}
    for table, column in (("caps", "scope"), ("contracts", "payer")):
        if table not in tables:
            continue
        for index, record in enumerate(tables[table].cells):
            region = record[column]
            if region not in roles or roles[region] == "member":
                continue
            if roles_before is not None and roles_before.get(region) != roles[region]:
                continue
            message = f"{region} is {roles[region]}, not a member."
            members = [name for name, role in roles.items() if role == "member"]
            hint = f"Members are {', '.join(members)}." if members else "No region is a member."
            yield locator.problem(table, index, column, message, hint, "not_a_member")
