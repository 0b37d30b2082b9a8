"""Checks of rows against each other and of sheets against sheets, after every cell was found sound."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from floors.contract.input_columns import Key
from floors.contract.inputs import RESERVED_REGIONS
from floors.errors import Problem
from floors.study.cells import Fault, Typed
from floors.study.dangling import check_names, check_years
from floors.study.locate import Locator
from floors.study.roles import Roles, roles_by_year
from floors.study.sheets import plain

RESERVING = ("regions", "commodities", "scenarios")
UNREAD_HEADERS = frozenset(
    {"unknown_column", "date_header", "blank_header", "error_cell", "no_result", "merged"}
)
"""Codes of faults of a header that may have been meant as a year."""

Tables = Mapping[str, Typed]


def check_rows(typed: Typed, locator: Locator, unread: bool) -> Iterator[Problem]:
    """Checks within one sheet: two rows of one key, order of years.

    `unread` where rows of the sheet could not be read.
    """
    table = typed.sheet.table
    if table.required and not typed.cells and not unread:
        message = f"sheet {table.name} has no rows."
        yield Problem(typed.sheet.title, "", None, message, table.meaning, "no_rows")
    yield from _duplicates(typed, locator)
    if table.name == "years":
        yield from _order(typed, locator)
    if table.name == "qualified":
        yield from _before(typed, locator)
    if table.name == "routes":
        yield from _unqualified(typed, locator)
    if table.name == "routes" and not typed.cells and not unread:
        message = "sheet routes has no rows, so nothing can be shipped."
        hint = "Delete the sheet if every origin may ship everywhere free."
        yield Problem(typed.sheet.title, "", None, message, hint, "no_routes", "warning")


def _duplicates(typed: Typed, locator: Locator) -> Iterator[Problem]:
    table = typed.sheet.table
    if not table.key:
        return
    needed = {column.name for column in table.columns if column.required and column.name in table.key}
    unsure = {index for index, column in typed.faulty if column in table.key}
    first: dict[tuple[Any, ...], int] = {}
    for index, record in enumerate(typed.cells):
        if index in unsure or not needed <= record.keys():
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


def _unqualified(typed: Typed, locator: Locator) -> Iterator[Problem]:
    """Terms of a link without its cost: none is needed."""
    for index, record in enumerate(typed.cells):
        for column in ("qualify_time", "qualify_life", "qualify_limit"):
            if column in record and "qualify_cost" not in record:
                message = "has no effect without a qualify_cost: no link is needed."
                hint = "Fill qualify_cost (0 counts), or empty this cell."
                yield locator.problem("routes", index, column, message, hint, "link_without_cost", "warning")


def check_reserved(typed: Typed, locator: Locator) -> tuple[Typed, list[Problem]]:
    """The sheet without names that mean something else, which are no names, and a problem for each."""
    table, problems, faulty = typed.sheet.table, list[Problem](), set[tuple[int, Key]]()
    for index, record in enumerate(typed.cells if table.name in RESERVING else ()):
        fault = _reserved(table.name, record)
        if fault is not None:
            problems.append(locator.problem(table.name, index, table.key[0], *fault))
            faulty.add((index, table.key[0]))
    return typed.without(faulty), problems


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
    tables: Tables, unread: set[str], years: tuple[int, ...], locator: Locator
) -> Iterator[Problem]:
    """Checks between sheets. Faulty cells are left out, and rows in sheets `unread` may say anything, so that one
    fault is one message."""
    yield from check_names(tables, unread, locator)
    yield from check_years(tables, years)
    yield from _shared_names(tables, "plants", "plant", "processes", "process", locator)
    yield from _shared_names(tables, "groups", "group", "commodities", "commodity", locator)
    yield from _plants_without_cost(tables, locator)


def check_headed(tables: Tables, found: Sequence[Problem]) -> Iterator[Problem]:
    """Tables by year without a column headed by a year, unless a scenario makes one, or a header with a fault
    (among `found`) may have been meant as one."""
    rows = tables["changes"].cells if "changes" in tables else ()
    changed = {plain(record.get("sheet")) for record in rows}
    for name, typed in tables.items():
        sheet, years = typed.sheet, typed.sheet.table.years
        headed = any(isinstance(key, int) for key in sheet.columns)
        unread = any(one.sheet == sheet.title and one.code in UNREAD_HEADERS for one in found)
        if years is None or headed or unread or not sheet.lines or plain(name) in changed:
            continue
        said = "a number" if years.unit else "a value"
        message = f"sheet {name} has no column headed by a year, so no row has {said}: {years.meaning}."
        value = sheet.table.column("value")
        if value is not None and "value" in sheet.columns:
            message += f" Column value is {value.meaning}, in {value.unit}."
        hint = f"Head a column with each year, such as 2026, and fill it ({years.unit or ', '.join(years.choices)})."
        yield Problem(sheet.title, "", None, message, hint, "no_years")


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
        if record.get("process") in plants:
            message = f"{record['process']} is a plant, which has no unit cost, so this row has no effect."
            hint = "Give the unit cost of its processes."
            yield locator.problem("unit_costs", index, "process", message, hint, "no_effect", "warning")


def check_membership(
    tables: Tables, years: tuple[int, ...], roles_before: Roles | None, locator: Locator
) -> Iterator[Problem]:
    """Scopes of caps and payers of contracts are members in at least one year.

    A cap of a region that may become one (its role is `other` in some year) is no error: it is ignored with a note
    where caps are read. In a scenario, `roles_before` are the roles of the workbook as written: a region that the
    scenario made a non-member is no error either.
    """
    rows = tables["regions"].cells if "regions" in tables else ()
    times = Counter(record.get("region") for record in rows)
    role = {
        r["region"]: r["role"] for r in rows if r.keys() >= {"region", "role"} and times[r["region"]] == 1
    }
    by_year = tables["roles"].cells if "roles" in tables else ()
    roles = roles_by_year(role, ((r["region"], _years_of(r)) for r in by_year if "region" in r), years)
    held = {r: list(dict.fromkeys(roles[r, t] for t in years)) or [one] for r, one in role.items()}
    for table, column in (("caps", "scope"), ("contracts", "payer")):
        if table not in tables:
            continue
        for index, record in enumerate(tables[table].cells):
            region = record.get(column)
            if region is None or region not in held or "member" in held[region]:
                continue
            if roles_before is not None and any(
                roles_before.get((region, t)) != roles.get((region, t)) for t in years
            ):
                continue
            message = f"{region} is {' or '.join(held[region])}, not a member."
            members = dict.fromkeys(
                r["region"]
                for r in rows
                if "region" in r and "member" in held.get(r["region"], [r.get("role")])
            )
            hint = f"Members are {', '.join(members)}." if members else "No region is a member."
            level = "error"
            if not any(isinstance(key, int) for key in (*record, *_faulty_of(tables[table], index))):
                message, level = f"{message} The row is blank in every year, and does nothing.", "warning"
            elif table == "caps" and "other" in held[region]:
                continue
            yield locator.problem(table, index, column, message, hint, "not_a_member", level)


def _years_of(record: Mapping[Key, Any]) -> dict[int, Any]:
    return {key: value for key, value in record.items() if isinstance(key, int)}


def _faulty_of(typed: Typed, index: int) -> list[Key]:
    return [key for record, key in typed.faulty if record == index]
