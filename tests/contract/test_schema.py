"""The schema holds the names of the contract, and is sound in itself."""

from __future__ import annotations

from dataclasses import fields

import pytest

from floors.contract.input_columns import ANY, LOSS, POSITIVE, RATE, SHARE, Bounds
from floors.contract.inputs import BY_NAME, SETTINGS, TABLES
from floors.study.cells import convert
from floors.study.filled import Settings

EXPANSION = "capacity capital_cost max_build max_total lead_time lifetime rate"
PAIR = "origin destination commodity"
CONTRACT = {
    "settings": "key value",
    "years": "year length",
    "regions": "region name role equivalent",
    "roles": "region Y",
    "commodities": "commodity name stage unit iamc",
    "reference_prices": "commodity Y",
    "technologies": "technology commodity coefficient",
    "processes": f"process region technology commodity unit_cost {EXPANSION} minimum first_year last_year plant "
    "plant_use cost_basis renews",
    "plants": f"plant {EXPANSION}",
    "minimums": "process Y",
    "capacities": "process Y",
    "unit_costs": "process Y",
    "routes": f"{PAIR} freight tariff export_tax loss limit minimum content price qualify_cost "
    "qualify_time qualify_life qualify_limit first_year last_year",
    "route_limits": f"{PAIR} Y",
    "route_minimums": f"{PAIR} Y",
    "exemptions": f"{PAIR} Y",
    "qualified": f"{PAIR} t before",
    "demand": "region segment commodity value elasticity enforcement Y",
    "groups": "group commodity weight",
    "caps": "scope commodity segment origin basis leaks traced Y",
    "floor_rules": "commodity rule Y",
    "contracts": "process commodity strike upside payer Y",
    "stockpiles": "stockpile region commodity opening capacity holding_cost loss fund closing_value "
    "opening_content",
    "releases": "stockpile Y",
    "stock_targets": "stockpile Y",
    "funds": "fund amount loan rate private private_rate",
    "scenarios": "scenario description parent probability known_from kind",
    "changes": "scenario sheet where column change value",
    "uncertainty": "sheet where column low high shape group",
    "sources": "source citation publisher date url",
}


def test_sheets_and_columns_are_those_of_the_contract() -> None:
    assert [table.name for table in TABLES] == list(CONTRACT)
    for table in TABLES:
        names = {column.name for column in table.columns} | ({"Y"} if table.years else set())
        assert names == set(CONTRACT[table.name].split()), table.name
    required = {table.name for table in TABLES if table.required}
    assert required == {"years", "regions", "commodities", "processes", "demand"}


def test_settings_and_their_defaults_agree_with_the_study() -> None:
    assert [column.name for column in SETTINGS] == [field.name for field in fields(Settings)]
    for column in SETTINGS:
        if column.default is not None:
            assert getattr(Settings(), column.name) == column.default


def test_references_lead_to_columns_that_exist() -> None:
    for table in TABLES:
        for column in table.columns:
            for target in column.refers:
                name, key = target.split(".")
                assert BY_NAME[name].column(key) is not None
            assert not (column.by and table.column(column.by) is None)
            assert not (column.with_column and table.column(column.with_column) is None)
        assert all(table.column(key) is not None for key in table.key)


def test_defaults_obey_their_own_column() -> None:
    for table in TABLES:
        for column in (*table.columns, *SETTINGS):
            if column.default is not None:
                assert convert(column, column.default) == column.default
            assert not (column.required and column.default is not None)


@pytest.mark.parametrize(
    ("bounds", "inside", "outside", "text"),
    [
        (SHARE, (0, 0.5, 1), (-0.1, 1.1), "0 or more and 1 or less"),
        (LOSS, (0, 0.99), (1, -0.1), "0 or more and below 1"),
        (RATE, (-0.99, 0, 5), (-1,), "above -1"),
        (POSITIVE, (0.1,), (0, -1), "above 0"),
        (Bounds(high=0), (0, -3), (0.1,), "0 or less"),
        (ANY, (-1e9, 1e9), (), ""),
    ],
)
def test_bounds(bounds: Bounds, inside: tuple[float, ...], outside: tuple[float, ...], text: str) -> None:
    assert all(bounds.holds(number) for number in inside)
    assert not any(bounds.holds(number) for number in outside)
    assert bounds.text == text
