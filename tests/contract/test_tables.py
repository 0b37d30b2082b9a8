"""The schema of the results against the contract, written out here a second time."""

from __future__ import annotations

import subprocess
import sys

import pytest

from floors.contract import results as tables
from floors.contract.results import columns

CONTRACT = {
    "summary": "metric value unit",
    "floors": (
        "member commodity year origin floor capped_price levy own_levy origin_price friction levy_rate landed_price rebate "
        "producer_price effective state bites_from lowest highest set_by binding note"
    ),
    "floor_parts": "member commodity year part coefficient amount",
    "floor_kinds": (
        "member commodity year floor making new_plant links inputs tariffs other third_country whose set_by"
    ),
    "own_levies": "origin destination commodity year tag own_levy quantity",
    "prices": (
        "region commodity year price origin_price minimum_levy plan_price plan_origin_price clean_price "
        "clean_origin_price clean_minimum_levy clean_plan_price clean_plan_origin_price bought sold"
    ),
    "sourcing": (
        "destination commodity year origin tag quantity share leak movable least_share most_share "
        "least_share_1pc most_share_1pc"
    ),
    "shipments": "origin destination commodity year tag exempt quantity content levy cost friction link_charge",
    "production": "process region year mode activity capacity utilisation unit_margin note",
    "investment": "process region year added annual_charge",
    "links": (
        "origin destination commodity year qualified added room shipped friction plan_friction scarce minimum_levy "
        "clean_minimum_levy charge"
    ),
    "stocks": "stockpile year tag put take closing fund_spent released_limit closing_worth",
    "vault": (
        "fund year purchases sales holding interest balance closing_worth result borne_by_private borne_by_treasury"
    ),
    "unserved": "region commodity year wanted unserved value baseline_unserved",
    "caps": (
        "scope commodity segment origin basis year limit used slack traced levy charged per_point lowest_levy "
        "highest_levy lowest_per_point highest_per_point average wasted exempt leaks "
        "declared note"
    ),
    "sensitivity": (
        "scope commodity segment origin basis year limit levy per_tonne per_point saves_more costs_less "
        "holds_from holds_to note"
    ),
    "nearest": (
        "scope commodity segment origin basis year row limit tightened floor_member floor_commodity floor floor_then "
        "status step step_floor set_by_then"
    ),
    "support": "kind name year make_whole foregone paid_by",
    "accounts": (
        "region role year outlay unserved levy_revenue tariff_revenue producer_surplus support "
        "contract_payments export_tax_revenue stock_cost settled link_charge rent_revenue net_cost below_cost baseline_cost "
        "change "
        "consumer_surplus_change"
    ),
    "baseline_accounts": (
        "region role year outlay unserved levy_revenue tariff_revenue producer_surplus support "
        "contract_payments export_tax_revenue stock_cost settled link_charge net_cost below_cost"
    ),
    "who_pays": (
        "region role buyers levies tariffs export_taxes producers stockpiles contracts net least_net most_net"
    ),
    "members_range": "member least_net_cost most_net_cost",
    "instruments": (
        "instrument region buyers levies support grants running producers net_cost unserved stockpiles contracts tariffs "
        "export_taxes"
    ),
    "grants": "process year_built grant share_of_charges running kind",
    "tariffs": "commodity from_year tariff least_levy most_levy",
    "concentration": (
        "commodity year scope hhi capped_share embodied_share redirected top_origin top_share top3_share "
        "declared_share traced_share baseline_hhi baseline_capped_share baseline_embodied_share baseline_top_origin "
        "baseline_top_share baseline_top3_share stage"
    ),
    "shuffling": (
        "commodity year origin members others home baseline_members baseline_others baseline_home redirected"
    ),
    "temptation": "member commodity year origin hub levy detour_cost temptation hubs",
    "baseline": "item name destination commodity year tag value unit",
    "certificate": "check value tolerance passed",
    "run": "key value number",
}

UNITS_OF_FORMAT = {
    columns.TEXT: {""},
    columns.YEAR: {""},
    columns.BOOL: {""},
    columns.FACTOR: {""},
    columns.SMALL: {""},
    columns.ANY: {"", "see unit"},
    columns.INDEX: {"index 0-10,000"},
    columns.PRICE: {"{currency}/kg", "{currency} per kg/yr"},
    columns.PER_T: {"{currency}/t"},
    columns.TONNES: {"t", "t/yr"},
    columns.SHARE: {"share"},
    columns.MONEY: {"million {currency}", "million {currency}/yr", "million {currency}, present value"},
}

COLUMNS = [(sheet.name, column) for sheet in tables.RESULTS for column in sheet.columns]


def test_sheets_and_columns_are_those_of_the_contract() -> None:
    assert [(sheet.name, " ".join(sheet.names)) for sheet in tables.RESULTS] == list(CONTRACT.items())
    assert {name: sheet.name for name, sheet in tables.BY_NAME.items()} == {name: name for name in CONTRACT}


@pytest.mark.parametrize(("sheet", "column"), COLUMNS, ids=lambda value: getattr(value, "name", value))
def test_each_column_is_described(sheet: str, column: tables.Column) -> None:
    assert column.meaning[0].isupper() or column.meaning[0] == "'"
    assert column.meaning.endswith(".") and "\n" not in column.meaning
    assert column.unit in UNITS_OF_FORMAT[column.format]
    assert "{" not in column.unit_in("EUR")
    assert column.width >= len(column.name) + 3, "the filter button hides the end of the name"


@pytest.mark.parametrize("sheet", tables.RESULTS, ids=lambda sheet: sheet.name)
def test_each_sheet_has_a_key_and_year_is_part_of_it(sheet: tables.Sheet) -> None:
    assert sheet.keys and sheet.meaning.endswith(".")
    assert ("year" in sheet.keys) == ("year" in sheet.names)
    assert len(set(sheet.names)) == len(sheet.names)


@pytest.mark.parametrize(
    ("sheet", "column", "unit"),
    [
        ("floors", "floor", "EUR/kg"),
        ("floors", "levy_rate", "share"),
        ("sourcing", "quantity", "t/yr"),
        ("stocks", "closing", "t"),
        ("stocks", "fund_spent", "million EUR"),
        ("stocks", "released_limit", "t/yr"),
        ("stocks", "closing_worth", "million EUR"),
        ("vault", "balance", "million EUR"),
        ("accounts", "settled", "million EUR/yr"),
        ("caps", "per_point", "million EUR/yr"),
        ("sensitivity", "saves_more", "EUR/t"),
        ("support", "make_whole", "million EUR, present value"),
        ("accounts", "net_cost", "million EUR/yr"),
        ("concentration", "redirected", "t/yr"),
        ("shuffling", "members", "t/yr"),
    ],
)
def test_units_are_those_of_the_model(sheet: str, column: str, unit: str) -> None:
    (found,) = (item for item in tables.BY_NAME[sheet].columns if item.name == column)
    assert found.unit_in("EUR") == unit


def test_keys_tell_leaks_apart_and_leave_out_what_follows_from_others() -> None:
    assert tables.BY_NAME["sourcing"].keys == (
        "destination",
        "commodity",
        "year",
        "origin",
        "tag",
        "leak",
    )
    assert tables.BY_NAME["floors"].keys == ("member", "commodity", "year")
    assert tables.BY_NAME["accounts"].keys == ("region", "year")


def test_the_schema_is_light_to_import() -> None:
    heavy = "{'pandas', 'numpy', 'openpyxl', 'xlsxwriter', 'pyomo', 'highspy', 'pydantic'}"
    code = f"import sys, floors.contract.results; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
