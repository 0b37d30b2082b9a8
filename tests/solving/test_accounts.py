"""Accounts: who pays, and that it comes to what was spent, year by year, whatever the policy."""

from __future__ import annotations

from functools import cache
from typing import Any

import pandas as pd
import pytest
from pytest import approx

import floors
from tests.support.studies import (
    Table,
    cap,
    metric,
    one,
    rows,
    settings,
    shipped,
    solve,
    table,
    total,
    years,
)

FREIGHT = {("CN", "US"): 2.0, ("CN", "JP"): 1.0, ("AU", "MY"): 0.5, ("AU", "US"): 1.5, ("MY", "US"): 1.2, ("MY", "JP"): 0.8,
           ("US", "JP"): 3.0, ("JP", "US"): 3.0, ("CN", "MY"): 0.4}  # fmt: skip
PERIODS = {2026: 1.0, 2027: 2.0, 2029: 1.0}
HEAD = "2026 2027 2029"
COSTS = {"CN oxide": 50.0, "CN magnet": 70.0, "AU mine": 20.0, "US mine": 28.0, "MY sep": 25.0, "US sep": 32.0,
         "US alloy": 30.0, "JP alloy": 34.0, "US recycling": 95.0}  # fmt: skip
CHARGES = {"AU mine": 7.0, "MY sep": 9.0, "US hall": 12.0, "US alloy": 4.0}
HOLDING = 1.5
VALUED = {
    ("US", "defence", "oxide"): 400.0,
    ("JP", "all", "oxide"): 96.0,
    ("US", "all", "magnet"): 300.0,
    ("JP", "all", "magnet"): 300.0,
}
"""A chain with everything in it; capital is charged without interest over ten years, so charges are a tenth."""


def everything(**changes: Any) -> dict[str, Table]:
    """Two stages of processing, leaks, duties, losses, segments, stocks, plants and three kinds of cap."""
    mine: dict[str, Any] = {"rate": 0, "lifetime": 10}

    def process(
        name: str, region: str, technology: str | None, good: str | None, **more: Any
    ) -> dict[str, Any]:
        return {
            "process": name,
            "region": region,
            "technology": technology,
            "commodity": good,
            "unit_cost": COSTS[name],
            **more,
        }

    sheets = {
        "settings": settings(discount_rate=0.07, **changes),
        "years": years(*PERIODS.items()),
        "commodities": table("commodity", ("ore",), ("oxide",), ("magnet",)),
        "technologies": table(
            "technology commodity coefficient",
            ("sep", "ore", -1.1), ("sep", "oxide", 1), ("alloy", "oxide", -0.4), ("alloy", "magnet", 1),
        ),
        "processes": [
            process("CN oxide", "CN", None, "oxide"),
            process("CN magnet", "CN", None, "magnet", capacity=30),
            process("AU mine", "AU", None, "ore", capacity=4, capital_cost=70, lead_time=1, max_build=3, **mine),
            process("US mine", "US", None, "ore", capacity=2),
            process("MY sep", "MY", "sep", None, capacity=3, capital_cost=90, lead_time=1, max_build=2, **mine),
            process("US sep", "US", "sep", None, plant="US hall"),
            process("US alloy", "US", "alloy", None, capital_cost=40, max_total=6, **mine),
            process("JP alloy", "JP", "alloy", None, capacity=3, minimum=1),
            process("US recycling", "US", None, "oxide", capacity=2),
        ],
        "plants": [{"plant": "US hall", "capacity": 1, "capital_cost": 120, "max_build": 1, **mine}],
        "routes": table(
            "origin destination commodity freight tariff export_tax loss content",
            *((o, d, "*", f, 0.1 if (o, d) == ("CN", "US") else None, 0.02 if o == "CN" else None,
               0.05 if o == "MY" else None, 0.1 if (o, d) == ("MY", "US") else None) for (o, d), f in FREIGHT.items()),
        ),
        "route_limits": table(f"origin destination commodity {HEAD}", ("CN", "JP", "oxide", None, 6, 6)),
        "route_minimums": table(f"origin destination commodity {HEAD}", ("CN", "JP", "magnet", 1, None, None)),
        "reference_prices": table(f"commodity {HEAD}", ("ore", 20, 20, 20), ("oxide", 50, 52, 54), ("magnet", 70, 70, 70)),
        "demand": table(
            f"region segment commodity value elasticity enforcement {HEAD}",
            ("US", "defence", "oxide", 400, None, 1, 2, 3, 3),
            ("US", "cars", "oxide", 300, -0.4, 0.9, 8, 9, 11),
            ("JP", "all", "oxide", 96, None, 0.95, 7, 8, 9),
            ("US", "all", "magnet", 300, None, 1, 4, 5, 6),
            ("JP", "all", "magnet", 300, None, 1, 3, 4, 5),
        ),
        "stockpiles": table(
            "stockpile region commodity opening holding_cost loss fund", ("pile", "US", "oxide", 1, HOLDING, 0.01, "vault")
        ),
        "stock_targets": table(f"stockpile {HEAD}", ("pile", 2, "60 d", 1)),
        "funds": table("fund amount", ("vault", 1)),
        "caps": table(
            f"scope commodity segment basis {HEAD}",
            ("bloc", "oxide", None, "use", 0.8, 0.6, 0.5),
            ("bloc", "oxide", "defence", "demand", 0.5, 0.2, 0),
            ("JP", "magnet", None, "tonnes", 2, 1.5, 1),
        ),
    }  # fmt: skip
    return sheets


RULES = table(
    f"commodity rule {HEAD}",
    ("oxide", "maximum", 80, 80, 80),
    ("*", "max_rise", None, 4, 4),
    ("magnet", "margin", 2, 2, 2),
)


@cache
def ruled(rent: str = "government", rules: bool = True, coordination: str = "as_given") -> floors.Result:
    return solve(**everything(rent=rent, coordination=coordination), floor_rules=RULES if rules else None)


def spent(result: floors.Result, year: int) -> float:
    """Unit costs + annual charges + freight + holding + unserved, million a year, from the other sheets."""
    production = rows(result.production, year=year)
    costs = sum(
        COSTS.get(p, 0.0) * a for p, a in zip(production["process"], production["activity"], strict=True)
    )
    leads = {"AU mine": 1, "MY sep": 1}
    charges = sum(
        CHARGES[p] * added
        for p, built, added in result.investment[["process", "year", "added"]].itertuples(index=False)
        if built + leads.get(p, 0) <= year
    )
    arrivals = rows(result.sourcing, year=year)
    moved = arrivals[["origin", "destination", "quantity"]].itertuples(index=False)
    freight = sum(FREIGHT.get((o, d.split("/")[0]), 0.0) * q for o, d, q in moved)
    holding = HOLDING * total(result.stocks, "closing", year=year)
    return (costs + charges + freight + holding) / 1000 + total(result.accounts, "unserved", year=year)


@pytest.mark.parametrize("year", PERIODS)
@pytest.mark.parametrize("rules", [False, True])
@pytest.mark.parametrize("coordination", ["as_given", "national", "bloc"])
@pytest.mark.parametrize("rent", ["government", "exporter"])
def test_money_balances(rent: str, coordination: str, rules: bool, year: int) -> None:
    result = ruled(rent, rules, coordination)
    assert total(result.accounts, "net_cost", year=year) == approx(spent(result, year), rel=1e-9)


def test_the_study_of_these_tests_has_everything_in_it() -> None:
    result = ruled()
    assert metric(result, "uplift") > 0 and metric(result, "make_whole") > 0
    assert metric(result, "unserved_cost") > 0
    assert result.sourcing["leak"].any()
    for column in ("levy_revenue", "tariff_revenue", "export_tax_revenue", "stock_cost", "support"):
        assert result.accounts[column].abs().max() > 1e-6, column
    assert len(result.investment) > 2
    assert (result.floors["rebate"] > 1e-6).any()
    assert result.certificate["passed"].all()


def test_net_cost_is_the_sum_of_its_columns() -> None:
    a = ruled().accounts
    net = a["outlay"] + a["unserved"] + a["stock_cost"] + a["support"] + a["contract_payments"]
    net -= a["levy_revenue"] + a["tariff_revenue"] + a["export_tax_revenue"] + a["producer_surplus"]
    assert net.tolist() == approx(a["net_cost"].tolist())
    assert (a["net_cost"] - a["baseline_cost"]).tolist() == approx(a["change"].tolist())


def test_summary_is_the_present_value_of_members_and_their_markets() -> None:
    result = ruled()
    weight = {t: n * 1.07 ** -(t - 2026) for t, n in PERIODS.items()}
    bloc = rows(result.accounts, role="member")
    assert set(bloc["region"]) == {"US", "JP", "US/defence"}
    for name, column in (
        ("bloc_net_cost", "net_cost"), ("levy_revenue", "levy_revenue"), ("unserved_cost", "unserved"),
    ):  # fmt: skip
        assert metric(result, name) == approx(
            sum(weight[t] * v for t, v in zip(bloc["year"], bloc[column], strict=True))
        )
    real = sum(weight[t] * (spent(result, t) - total(result.accounts, "unserved", year=t)) for t in PERIODS)
    assert metric(result, "resource_cost") == approx(real)


def test_total_cost_adds_duties_to_what_is_spent() -> None:
    result = ruled(rules=False)
    duties = (
        result.accounts.groupby("year")[["tariff_revenue", "export_tax_revenue"]].sum().sum(axis="columns")
    )
    cost = sum(n * 1.07 ** -(t - 2026) * (spent(result, t) + duties[t]) for t, n in PERIODS.items())
    assert metric(result, "total_cost") == approx(cost)


def test_baseline_has_no_caps_and_no_rules_but_the_same_markets() -> None:
    inert = [{k: v if isinstance(k, str) else None for k, v in row.items()} for row in everything()["caps"]]
    bare = solve(**{**everything(), "caps": inert})
    assert bare.floors.empty
    assert ruled().accounts["baseline_cost"].tolist() == approx(bare.accounts["net_cost"].tolist())
    assert bare.accounts["change"].tolist() == approx([0] * len(bare.accounts))


def test_rent_moves_levies_to_the_exporters_surplus_and_nothing_else() -> None:
    """But for what the stockpile pays back of the rebate on use, which no exporter has."""
    kept, given = ruled("government"), ruled("exporter")
    share = dict(zip(PERIODS, (0.8, 0.6, 0.5), strict=True))
    left = given.accounts.set_index(["region", "year"])["levy_revenue"]
    for t in PERIODS:
        stored = total(given.stocks, "put", year=t) - total(given.stocks, "take", year=t)
        levy = one(given.caps, "charged", basis="use", year=t)
        assert left["US", t] == approx(share[t] * levy * stored / 1000, abs=1e-12)
    assert left[left.index.get_level_values("region") != "US"].abs().max() == 0 and left.abs().max() > 0.01
    same = [
        "outlay",
        "unserved",
        "tariff_revenue",
        "export_tax_revenue",
        "support",
        "stock_cost",
        "contract_payments",
    ]
    pd.testing.assert_frame_equal(kept.accounts[same], given.accounts[same])
    moved = (
        (given.accounts["producer_surplus"] - kept.accounts["producer_surplus"])
        .groupby(kept.accounts["year"])
        .sum()
    )
    levied = (
        (kept.accounts["levy_revenue"] - given.accounts["levy_revenue"]).groupby(kept.accounts["year"]).sum()
    )
    assert moved.tolist() == approx(levied.tolist())
    for sheet in ("floors", "prices", "sourcing", "shipments", "support", "caps"):
        pd.testing.assert_frame_equal(getattr(kept, sheet), getattr(given, sheet))
    china = rows(given.shipments, origin="CN")
    levies = (china["quantity"] * china["levy"]).groupby(china["year"]).sum() / 1000
    for year, amount in levies.items():
        gain = one(given.accounts, "producer_surplus", region="CN", year=year)
        assert gain - one(kept.accounts, "producer_surplus", region="CN", year=year) == approx(amount)


def test_levies_are_the_dual_times_the_volume() -> None:
    given = everything()
    given["caps"] = table(f"scope commodity basis {HEAD}", ("bloc", "oxide", "tonnes", 12, 9, 8))
    result = solve(**given)
    leaks = rows(result.sourcing, leak=True)
    for year in PERIODS:
        levy = one(result.caps, "levy", year=year)
        assert levy > 1
        enforced = one(result.caps, "used", year=year) - total(leaks, "quantity", year=year)
        assert total(result.accounts, "levy_revenue", year=year) == approx(levy * enforced / 1000)


def test_levies_under_a_share_cap_pay_the_rebates() -> None:
    """A share of what arrives gives back what it takes, but for what the leaks have used up."""
    given = everything()
    for row in given["demand"]:
        row["enforcement"] = 1
    given["caps"] = table(f"scope commodity basis {HEAD}", ("bloc", "oxide", "use", 0.8, 0.6, 0.5))
    result = solve(**given)
    for year in PERIODS:
        assert total(result.accounts, "levy_revenue", year=year) == approx(0, abs=1e-9)
    assert result.shipments["levy"].min() < -1 and result.shipments["levy"].max() > 1


def test_a_small_bloc_by_hand() -> None:
    result = solve(caps=cap("bloc", "oxide", "demand", 0.5))
    us = rows(result.accounts, region="US").iloc[0]
    assert us["outlay"] == approx(10 * 80 / 1000)
    assert us["levy_revenue"] == approx(5 * 30 / 1000)
    assert us["producer_surplus"] == approx(0, abs=1e-12)
    assert us["net_cost"] == approx(0.65)
    assert us["baseline_cost"] == approx(0.5)
    assert us["change"] == approx(0.15)
    assert one(result.accounts, "net_cost", region="CN") == approx(0, abs=1e-12)
    exporter = solve(caps=cap("bloc", "oxide", "demand", 0.5), settings=settings(rent="exporter"))
    assert one(exporter.accounts, "net_cost", region="US") == approx(0.8)
    assert one(exporter.accounts, "net_cost", region="CN") == approx(-0.15)


def test_support_for_others_is_shared_by_outlay() -> None:
    """Australia loses 10 a tonne on 7.5 t under a maximum of 70; the US buys twice what Japan does."""
    result = solve(
        processes=table("process region commodity unit_cost", ("CN works", "CN", "oxide", 50), ("AU works", "AU", "oxide", 80)),
        demand=table("region segment commodity value 2026", ("US", "all", "oxide", 200, 10), ("JP", "all", "oxide", 200, 5)),
        caps=cap("bloc", "oxide", "demand", 0.5),
        floor_rules=table("commodity rule 2026", ("*", "maximum", 70)),
    )  # fmt: skip
    assert metric(result, "make_whole") == approx(0.075)
    assert one(result.accounts, "support", region="US") == approx(0.05)
    assert one(result.accounts, "support", region="JP") == approx(0.025)
    assert one(result.accounts, "producer_surplus", region="AU") == approx(0, abs=1e-9)
    assert one(result.accounts, "support", region="AU") == 0


def test_support_for_a_capped_origin_is_warned_of() -> None:
    """Beneath China's own offer of 50 somebody must pay China to sell."""
    result = solve(
        caps=cap("bloc", "oxide", "demand", 0.5),
        floor_rules=table("commodity rule 2026", ("*", "maximum", 45)),
    )
    assert metric(result, "make_whole") == approx((5 * 35 + 5 * 5) / 1000)
    assert any("capped origin" in said for said in result.warnings)
    assert one(result.accounts, "producer_surplus", region="CN") == approx(0, abs=1e-9)
    assert one(result.accounts, "support", region="US") == approx(0.2)


def test_support_for_a_build_has_the_present_value_of_its_loss() -> None:
    """A mine at 50 + 20 a year under maxima of 60 and 65: it loses 10 and 5 a tonne on 5 t."""
    result = solve(
        settings=settings(discount_rate=0.1),
        years=years((2026, 1), (2027, 1)),
        processes=[
            {"process": "CN works", "region": "CN", "commodity": "oxide", "unit_cost": 40},
            {
                "process": "mine",
                "region": "US",
                "commodity": "oxide",
                "unit_cost": 50,
                "capital_cost": 200,
                "rate": 0,
                "lifetime": 10,
            },
        ],
        demand=table("region segment commodity value 2026 2027", ("US", "all", "oxide", 200, 10, 10)),
        caps=table("scope commodity basis 2026 2027", ("bloc", "oxide", "demand", 0.5, 0.5)),
        floor_rules=table("commodity rule 2026 2027", ("*", "maximum", 60, 65)),
    )
    owed = 5 * (10 + 5 / 1.1) / 1000
    assert metric(result, "make_whole") == approx(owed)
    yearly = [one(result.accounts, "support", region="US", year=t) for t in (2026, 2027)]
    assert yearly[0] + yearly[1] / 1.1 == approx(owed)
    assert total(result.support, "make_whole") == approx(owed)


def test_arrivals_that_nobody_uses_are_a_loss_of_who_must_send_them() -> None:
    result = solve(route_minimums=table("origin destination commodity 2026", ("US", "JP", "oxide", 4)))
    assert one(result.accounts, "producer_surplus", region="US") == approx(-4 * 80 / 1000)
    assert one(result.accounts, "outlay", region="JP") == approx(0)
    assert total(result.accounts, "net_cost") == approx((10 * 50 + 4 * 80) / 1000)


def test_shippers_earn_what_is_left_at_the_destination() -> None:
    """Half is lost on the way to the US, so China's tonne is worth half of 200 there, less freight and duty."""
    result = solve(
        routes=table("origin destination commodity freight tariff loss", ("CN", "US", "oxide", 3, 0.1, 0.5)),
        reference_prices=table("commodity 2026", ("oxide", 50)),
        capacities=table("process 2026", ("CN works", 8), ("US works", 2)),
        caps=cap("bloc", "oxide", "tonnes", 99),
    )
    assert shipped(result, "CN", "US") == approx(8)
    assert one(result.accounts, "producer_surplus", region="CN") == approx(
        8 * (0.5 * 200 - 3 - 5 - 50) / 1000
    )
    assert one(result.accounts, "producer_surplus", region="US") == approx(2 * (200 - 80) / 1000)
    assert one(result.accounts, "unserved", region="US") == approx(4 * 200 / 1000)
