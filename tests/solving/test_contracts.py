"""Contracts for difference: what they ask to be made, what they pay, and the plan held by them alone."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from pytest import approx

import floors
from floors.comparator import fiscal
from tests.solving.test_accounts import everything, ruled
from tests.support.studies import (
    Table,
    activity,
    cap,
    metric,
    one,
    refused,
    rows,
    settings,
    solve,
    study,
    table,
    total,
    years,
)

HEAD = "process commodity strike upside payer 2026"


def contract(*rows_of: Any, header: str = HEAD) -> Table:
    """Sheet `contracts`."""
    return table(header, *rows_of)


def refinery(capped_price: float, **sheets: Any) -> floors.Result:
    """A US refinery at 60 beside Chinese NdPr at `capped_price`, for 10,000 t."""
    given: dict[str, Any] = {
        "commodities": table("commodity", ("ndpr",)),
        "processes": table(
            "process region commodity unit_cost capacity",
            ("CN works", "CN", "ndpr", capped_price), ("US refinery", "US", "ndpr", 60, 3000),
        ),
        "demand": table("region segment commodity value 2026", ("US", "all", "ndpr", 300, 10000)),
    } | sheets  # fmt: skip
    return solve(**given)


def test_mp_materials_in_the_last_quarter_of_2025() -> None:
    """On public prices 48 million USD, in the accounts 51.

    NdPr at 96.9 USD/kg FOB China less 13 % VAT; 50,692 t REO a year x 15.7 % NdPr / 4 = 1,990 t a quarter.
    Forms 10-Q (second quarter 2026, notes 3 and 16) and 10-K for 2025 of MP Materials: strike 110 USD/kg, 30 %
    of what is above is paid back; income under the agreement 51.0 million USD in the quarter.
    """
    terms = ("US refinery", "ndpr", 110, 0.3, "US", 1990)
    result = refinery(round(96.9 / 1.13, 1), contracts=contract(terms))
    paid = one(result.accounts, "contract_payments", region="US")
    assert paid == approx((110 - 85.8) * 1990 / 1000) and paid == approx(48, abs=0.5)
    assert paid == approx(51.0, rel=0.06)
    above = refinery(120, contracts=contract(terms))
    assert one(above.accounts, "contract_payments", region="US") == approx(-0.3 * 10 * 1990 / 1000)


@pytest.mark.parametrize("price", [85.0, 110.0, 125.0])
def test_a_contract_moves_money_and_nothing_else_where_the_process_runs_anyway(price: float) -> None:
    paid = 1000 * ((110 - price) if price < 110 else -0.3 * (price - 110)) / 1000
    bare = refinery(price)
    result = refinery(price, contracts=contract(("US refinery", "ndpr", 110, 0.3, "JP", 1000)))
    for sheet in ("prices", "sourcing", "shipments", "investment"):
        pd.testing.assert_frame_equal(getattr(bare, sheet), getattr(result, sheet))
    books = [r.accounts.set_index("region") for r in (bare, result)]
    surplus = books[1]["producer_surplus"] - books[0]["producer_surplus"]
    assert surplus["US"] == approx(paid) and surplus.drop("US").abs().max() == 0
    assert books[1]["contract_payments"].to_dict() == approx({"US": 0, "JP": paid, "CN": 0, "AU": 0, "MY": 0})
    assert (books[1]["net_cost"] - books[0]["net_cost"])["JP"] == approx(paid)
    assert metric(result, "contract_payments") == approx(paid)
    assert "contract_payments" not in set(bare.summary["metric"])
    note = one(result.production, "note", process="US refinery")
    assert ("JP gets back" if price > 110 else "JP pays") in note and "at a loss" not in note


def test_a_contract_keeps_running_what_would_close() -> None:
    """The works at 80 would sell nothing beside China at 50; 4 t are made all the same, for 30 a kg of top-up."""
    result = solve(contracts=contract(("US works", None, 80, None, "US", 4)))
    assert activity(result, "US works") == approx(4)
    assert one(result.production, "unit_margin", process="US works") == approx(-30)
    assert one(result.production, "note", process="US works").startswith("runs at a loss: kept by a contract")
    us = rows(result.accounts, region="US").iloc[0]
    assert us["contract_payments"] == approx(0.12)
    assert us["producer_surplus"] == approx(0, abs=1e-12)
    assert us["net_cost"] == approx((6 * 50 + 4 * 80) / 1000)


@pytest.mark.parametrize("least, made", [(3, 4), (7, 7)])
def test_the_larger_of_minimum_and_contract_is_made(least: float, made: float) -> None:
    processes = table(
        "process region commodity unit_cost minimum",
        ("CN works", "CN", "oxide", 50, None), ("US works", "US", "oxide", 80, least),
    )  # fmt: skip
    result = solve(processes=processes, contracts=contract(("US works", "oxide", 80, None, "US", 4)))
    assert activity(result, "US works") == approx(made)
    assert one(result.accounts, "contract_payments", region="US") == approx(4 * 30 / 1000)
    keeper = "its minimum" if least > 4 else "a contract"
    assert f"kept by {keeper}" in one(result.production, "note", process="US works")


def test_contracts_of_one_commodity_add_up_and_joint_products_do_not() -> None:
    """0.5 t of oxide and 0.25 t of ore a tonne: 2 + 4 t of oxide ask for 12 t, 2 t of ore for 8."""
    sheets: dict[str, Any] = {
        "technologies": table(
            "technology commodity coefficient", ("both", "oxide", 0.5), ("both", "ore", 0.25)
        ),
        "processes": table(
            "process region technology commodity unit_cost",
            ("CN works", "CN", None, "oxide", 50), ("US works", "US", "both", None, 60),
        ),
    }  # fmt: skip
    deals = (
        ("US works", "oxide", 70, None, "US", 2),
        ("US works", "oxide", 90, None, "JP", 4),
        ("US works", "ore", 10, None, "JP", 2),
    )
    result = solve(**sheets, contracts=contract(*deals))
    assert activity(result, "US works") == approx(12)
    assert one(result.accounts, "contract_payments", region="US") == approx(2 * 20 / 1000)
    assert one(result.accounts, "contract_payments", region="JP") == approx((4 * 40 + 2 * 10) / 1000)
    assert activity(solve(**sheets, contracts=contract(*deals[::2])), "US works") == approx(8)


def test_the_baseline_keeps_contracts() -> None:
    """The cap lifts the price from 50 to 80, and the contract at 90 pays 10 in place of 40."""
    deal = contract(("US works", "oxide", 90, None, "US", 2))
    result = solve(contracts=deal, caps=cap("bloc", "oxide", "demand", 0.5))
    free = solve(contracts=deal)
    assert one(result.accounts, "contract_payments", region="US") == approx(0.02)
    assert metric(result, "baseline_contract_payments") == approx(0.08)
    assert result.accounts["baseline_cost"].tolist() == approx(free.accounts["net_cost"].tolist())
    assert any(
        "cost members 0.020 million USD (present value), against 0.080" in line for line in result.sentences
    )


@pytest.mark.parametrize("rules", [False, True])
def test_money_balances_with_contracts(rules: bool) -> None:
    """Beside leaks, duties, losses, share caps, stocks, elastic demand and rules on floors."""
    deals = table(
        "process commodity strike upside payer 2026 2027 2029",
        ("US recycling", None, 120, 0.3, "US", 1, 1.5, None),
        ("MY sep", "oxide", 20, 0.5, "US", None, 1, 2),
        ("JP alloy", "magnet", 110, 0.1, "JP", 1, 2, 2),
    )
    given = everything() | {"contracts": deals}
    if rules:
        given["floor_rules"] = table("commodity rule 2026 2027 2029", ("oxide", "maximum", 80, 80, 80))
    result = solve(**given)
    assert result.certificate["passed"].all()
    a = result.accounts
    assert a["contract_payments"].min() < -1e-6 and a["contract_payments"].max() > 1e-6
    expected = dict.fromkeys(zip(a["region"], a["year"], strict=True), 0.0)
    origin = result.prices.set_index(["region", "commodity", "year"])["origin_price"]
    for deal in deals:
        where = {"US recycling": ("US", "oxide"), "MY sep": ("MY", "oxide"), "JP alloy": ("JP", "magnet")}
        for year in (2026, 2027, 2029):
            gap = deal["strike"] - origin[(*where[str(deal["process"])], year)]
            paid = (gap if gap > 0 else deal["upside"] * gap) * (deal[year] or 0) / 1000
            expected[deal["payer"], year] += paid
    assert a["contract_payments"].tolist() == approx(list(expected.values()))
    net = a["outlay"] + a["unserved"] + a["stock_cost"] + a["support"] + a["contract_payments"]
    net -= a["levy_revenue"] + a["tariff_revenue"] + a["export_tax_revenue"] + a["producer_surplus"]
    assert net.tolist() == approx(a["net_cost"].tolist())


def test_a_row_without_tonnes_is_inert() -> None:
    result = solve(contracts=contract(("US works", "oxide", 90, None, "US", None)))
    assert activity(result, "US works") == 0
    assert result.accounts["contract_payments"].abs().max() == 0
    zero = solve(contracts=contract(("US works", "oxide", 90, None, "US", 0)))
    assert activity(zero, "US works") == 0


JOINT = {
    "technologies": table("technology commodity coefficient", ("both", "oxide", 0.5), ("both", "ore", 0.25)),
    "processes": [
        {"process": "CN works", "region": "CN", "commodity": "oxide", "unit_cost": 50},
        {"process": "US works", "region": "US", "technology": "both", "unit_cost": 60, "last_year": 2025},
    ],
}


@pytest.mark.parametrize(
    ("deals", "cell", "said"),
    [
        (contract(("US works", None, 90, None, "US", 1)), "B2", "makes oxide, ore"),
        (contract(("US works", "magnet", 90, None, "US", 1)), "B2", "US works does not make magnet"),
        (contract(("US works", "ore", 90, None, "CN", 1)), "E2", "CN is capped, not a member"),
        (contract(("US works", "ore", 90, None, "AU", 1)), "E2", "AU is other, not a member"),
        (contract(("US works", "ore", 90, None, "US", 1)), "F2", "may not run in 2026"),
        (contract(("works", "ore", 90, None, "US", 1)), "A2", "'works' is not in sheet processes"),
    ],
)
def test_faulty_contracts_are_told_by_cell(deals: Table, cell: str, said: str) -> None:
    (problem,) = refused(**JOINT, contracts=deals)
    assert (problem.sheet, problem.cell) == ("contracts", cell)
    assert said in problem.message


def test_the_same_contract_twice_is_refused_though_one_names_no_commodity() -> None:
    deals = contract(("US works", None, 90, None, "US", 1), ("US works", "oxide", 80, None, "US", 1))
    (problem,) = refused(contracts=deals)
    assert (problem.sheet, problem.cell, problem.code) == ("contracts", "A3", "duplicate")
    assert "A2" in problem.message


def test_a_payer_that_a_scenario_takes_out_of_the_bloc_still_pays() -> None:
    given = study(
        contracts=contract(("US works", "oxide", 80, None, "JP", 4)),
        scenarios=table("scenario", ("alone",)),
        changes=table("scenario sheet where column change value", ("alone", "regions", "region=JP", "role", "set", "other")),
    )  # fmt: skip
    result = floors.solve(given.scenario("alone"))
    assert one(result.accounts, "contract_payments", region="JP") == approx(0.12)
    assert any("JP is not a member" in said for said in result.warnings)
    assert metric(result, "contract_payments") == 0


def test_what_cannot_be_made_is_infeasible() -> None:
    with pytest.raises(floors.Infeasible):
        refinery(85, contracts=contract(("US refinery", None, 110, None, "US", 3001)))


def test_exporters_rent_costs_importers_what_exporters_gain() -> None:
    """The importer loses its levies, the capped origin gains them, nobody else moves, the world pays the same."""
    deal = {"contracts": contract(("US works", "oxide", 90, 0.3, "JP", 2)), "caps": cap("bloc", "oxide", "demand", 0.5)}  # fmt: skip
    kept, given = (solve(**deal, settings=settings(rent=rent)) for rent in ("government", "exporter"))
    moved = given.accounts["net_cost"] - kept.accounts["net_cost"]
    by_region = dict(zip(kept.accounts["region"], moved, strict=True))
    assert by_region == approx({"US": 0.15, "JP": 0, "CN": -0.15, "AU": 0, "MY": 0})


def test_held_by_contracts_a_member_by_hand() -> None:
    """5 t at 80 made at home beside 5 t at 50: buyers pay 50 for all, the treasury 30 on 5 t and has no levy."""
    result = solve(caps=cap("bloc", "oxide", "demand", 0.5))
    us = rows(fiscal(result), region="US").iloc[0]
    assert us["outlay"] == approx(0.5)
    assert us["levy_revenue"] == 0
    assert us["contract_payments"] == approx(0.15)
    assert us["producer_surplus"] == approx(0, abs=1e-12)
    assert us["net_cost"] == approx(0.65) and us["levy_cost"] == approx(0.65)


def test_held_by_contracts_who_makes_pays_for_who_uses() -> None:
    """Japan makes the 5 t that the US may not buy in China: its treasury tops 50 up to the 80 of its works."""
    result = solve(
        processes=table("process region commodity unit_cost", ("CN works", "CN", "oxide", 50), ("JP works", "JP", "oxide", 80)),
        caps=cap("bloc", "oxide", "demand", 0.5),
    )  # fmt: skip
    held = fiscal(result)
    assert one(held, "contract_payments", region="JP") == approx(0.15)
    assert one(held, "change", region="JP") == approx(0.15)
    assert one(held, "change", region="US") == approx(-0.15)


def test_held_by_contracts_outside_producers_are_paid_by_outlay() -> None:
    """Australia makes them: the US buys twice what Japan does, at 50 a kg, and pays two thirds."""
    result = solve(
        processes=table("process region commodity unit_cost", ("CN works", "CN", "oxide", 50), ("AU works", "AU", "oxide", 80)),
        demand=table("region segment commodity value 2026", ("US", "all", "oxide", 200, 10), ("JP", "all", "oxide", 200, 5)),
        caps=cap("bloc", "oxide", "demand", 0.5),
    )  # fmt: skip
    held = fiscal(result)
    assert one(held, "outlay", region="US") == approx(0.5)
    assert one(held, "contract_payments", region="US") == approx(7.5 * 30 / 1000 * 2 / 3)
    assert one(held, "contract_payments", region="JP") == approx(7.5 * 30 / 1000 / 3)
    assert one(held, "producer_surplus", region="AU") == approx(0, abs=1e-12)


@pytest.mark.parametrize("rules", [False, True])
@pytest.mark.parametrize("coordination", ["as_given", "national", "bloc"])
def test_held_by_contracts_the_world_pays_the_same(coordination: str, rules: bool) -> None:
    """Beside leaks, duties, losses, share caps with rebates, stocks, a chain and rules on floors."""
    result = ruled("government", rules, coordination)
    held = fiscal(result)
    assert held["levy_revenue"].abs().max() == 0
    by_year = held.groupby("year")["change"].sum()
    assert by_year.tolist() == approx([0, 0, 0], abs=1e-9)
    assert held["producer_surplus"].tolist() == approx(result.accounts["producer_surplus"].tolist(), abs=1e-9)
    same = ["unserved", "tariff_revenue", "export_tax_revenue"]
    pd.testing.assert_frame_equal(held[same], result.accounts[same])
    assert total(held, "outlay", role="member") < total(result.accounts, "outlay", role="member") - 0.1
    assert total(held, "contract_payments") > 0.1


def test_held_by_contracts_the_exporters_rent_ends() -> None:
    """Whoever kept the levy, the plan held by contracts is the same; only what it is compared with differs."""
    kept, given = (fiscal(ruled(rent)) for rent in ("government", "exporter"))
    shown = [name for name in kept.columns if name not in ("levy_cost", "change")]
    pd.testing.assert_frame_equal(kept[shown], given[shown])
    assert total(given, "change", region="CN") > 0.1


def test_held_by_contracts_nothing_moves_where_nothing_is_held_up() -> None:
    """With a cap that does not bind there is no levy to replace."""
    result = solve(caps=cap("bloc", "oxide", "demand", 1.0))
    held = fiscal(result)
    assert held["change"].abs().max() == 0 and held["contract_payments"].abs().max() == 0


def test_the_contracts_of_the_workbook_pay_the_same_in_both() -> None:
    result = solve(
        years=years((2026, 1)),
        contracts=contract(("US works", "oxide", 90, None, "JP", 2)),
        caps=cap("bloc", "oxide", "demand", 0.5),
    )
    held = fiscal(result)
    assert one(held, "contract_payments", region="JP") == approx(0.02)
    assert one(held, "contract_payments", region="US") == approx(0.15)
