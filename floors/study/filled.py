"""The records of a study as they are taken: with defaults filled in, and which defaults that were."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, NamedTuple

from floors.contract.input_columns import Table
from floors.contract.inputs import SETTINGS, TABLES
from floors.study.cells import Typed

Default = tuple[str, str, str | float | None, int]


@dataclass(frozen=True)
class Settings:
    """Sheet `settings`: rates per year, `support_budget` in million of present value."""

    contract: int = 1
    title: str = ""
    currency: str = "USD"
    price_year: int | None = None
    discount_rate: float = 0.07
    capital_rate: float = 0.07
    coordination: str = "as_given"
    floor_choice: str = "lowest"
    support_budget: float | None = None
    demand_steps: int = 40
    rent: str = "government"
    levy_on: str = "capped"
    plan_choice: str = "steady"
    de_minimis: float = 0.0
    risk_aversion: float = 0.0
    risk_tail: float = 0.1


class Filled(NamedTuple):
    """The records of one table with its defaults filled in, and the defaults used."""

    rows: tuple[dict[str, Any], ...]
    defaults: tuple[Default, ...]


def fill(
    tables: Mapping[str, Typed], years: tuple[int, ...], known: Mapping[str, Filled]
) -> tuple[dict[str, Filled], list[Default]]:
    """Records with constant defaults and years apart, and the defaults used; of `known` tables they are there."""
    filled = {
        table.name: known[table.name]
        if table.name in known
        else _fill_table(table, tables[table.name], years)
        for table in TABLES
        if table.name in tables
    }
    defaults = [default for one in filled.values() for default in one.defaults]
    rows = {name: one.rows for name, one in filled.items()}
    if "routes" not in rows:
        defaults.append(("routes", "sheet", "every region can ship everywhere free", 1))
    targets = {row["stockpile"]: row["years"] for row in rows.get("stock_targets", ())}
    open_ended = sum(
        row["closing_value"] is None and years[-1] not in targets.get(row["stockpile"], {})
        for row in rows.get("stockpiles", ())
    )
    if open_ended:
        defaults.append(("stock_targets", str(years[-1]), "the opening stock less its loss", open_ended))
    return filled, defaults


def _fill_table(table: Table, typed: Typed, years: tuple[int, ...]) -> Filled:
    blank = {column.name: column.default for column in table.columns}
    filled: list[dict[str, Any]] = []
    defaults: list[Default] = []
    for record in typed.cells:
        row: dict[str, Any] = blank | {key: v for key, v in record.items() if isinstance(key, str)}
        if table.years is not None:
            row["years"] = {key: v for key, v in record.items() if isinstance(key, int)}
        filled.append(row)
    for column in table.columns:
        default = column.blank if column.default_shown is None else column.default_shown
        count = sum(
            column.name not in record and (not column.with_column or column.with_column in record)
            for record in typed.cells
        )
        if count and default != "":
            defaults.append((table.name, column.name, default, count))
    begun = [row["years"] for row in filled if row.get("years")]
    blanks = sum(year not in held for held in begun for year in years)
    if blanks and table.years is not None:
        defaults.append((table.name, "years", table.years.blank, blanks))
    return Filled(tuple(filled), tuple(defaults))


def settings_of(typed: Typed | None) -> tuple[Settings, list[Default]]:
    """The settings, and the defaults used."""
    given = {record["key"]: record["value"] for record in (typed.cells if typed else ()) if "value" in record}
    given_rate = given.get("discount_rate", Settings.discount_rate)
    settings = replace(Settings(), **({"capital_rate": given_rate} | given))
    named = {column.name for column in SETTINGS if column.default is not None or column.blank}
    used: list[Default] = [
        ("settings", one.name, getattr(settings, one.name), 1)
        for one in fields(Settings)
        if one.name in named and one.name not in given
    ]
    return settings, used
