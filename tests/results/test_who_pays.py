"""Sheets who_pays and baseline_accounts: gains and losses by hand, how far they can move, and that they close."""

from __future__ import annotations

from random import Random
from typing import Any

from pytest import approx

import floors
from tests.solving.test_members_range import pooled
from tests.support import mixed
from tests.support.studies import metric, one, rows, settings, solve, study, table, years

PARTS = ["buyers", "levies", "tariffs", "export_taxes", "producers", "stockpiles", "contracts"]
CAP = table("scope commodity basis 2026", ("bloc", "oxide", "tonnes", 4))


def gains(result: floors.Result, region: str) -> dict[str, float]:
    """What is not 0 of a region, thousand."""
    (row,) = rows(result.who_pays, region=region)[[*PARTS, "net"]].to_dict("records")
    return {name: round(1000 * amount, 6) for name, amount in row.items() if abs(amount) > 1e-12}


def test_buyers_lose_more_than_the_levy_brings() -> None:
    """10 t at 50; with the cap at 80, of which 4 t pay a levy of 30."""
    found = solve(caps=CAP)
    assert gains(found, "US") == {"buyers": -300, "levies": 120, "net": -180}
    assert gains(found, "CN") == {}
    assert metric(found, "deadweight_loss") == approx(0.18)


def test_a_tariff_on_what_no_longer_comes_is_lost() -> None:
    """A tariff of 5 and an export tax of 10 on 10 t, then on 4 t, which pay a levy of 15 as well."""
    found = solve(
        caps=CAP,
        reference_prices=table("commodity 2026", ("oxide", 50)),
        routes=table("origin destination commodity tariff export_tax", ("CN", "US", "oxide", 0.1, 0.2)),
    )
    assert gains(found, "US") == {"buyers": -150, "levies": 60, "tariffs": -30, "net": -120}
    assert gains(found, "CN") == {"export_taxes": -60, "net": -60}
    assert metric(found, "deadweight_loss") == approx(0.18)
    assert metric(found, "baseline_outlay") == approx(0.65)
    assert metric(found, "outlay") == approx(0.8)
    assert metric(found, "baseline_world_cost") == approx(0.5)


def test_stock_and_support_have_columns_of_their_own() -> None:
    """US pays JP, which puts 1 t away each year at a price that the cap lifts by 30; and makes whole who sells above
    a maximum of 70: 6 t at 10."""
    piles = table("stockpile region commodity", ("heap", "US", "oxide"))
    targets = table("stockpile 2026", ("heap", 1))
    found = solve(caps=CAP, stockpiles=piles, stock_targets=targets)
    assert gains(found, "US") == {"buyers": -300, "levies": 120, "stockpiles": -30, "net": -210}
    below = table("commodity rule 2026", ("oxide", "maximum", 70))
    found = solve(caps=CAP, floor_rules=below)
    assert gains(found, "US") == {"buyers": -200, "levies": 80, "contracts": -60, "net": -180}


def test_markets_are_in_their_region_and_years_at_present_value() -> None:
    """A cap on a segment makes a market of it: 30 a kg on 3 t, twice, the second time at half."""
    found = solve(
        settings=settings(discount_rate=1),
        years=years((2026, 1), (2027, 1)),
        demand=table(
            "region segment commodity value 2026 2027",
            ("US", "cars", "oxide", 200, 7, 7),
            ("US", "arms", "oxide", 200, 3, 3),
        ),
        caps=table("scope commodity segment basis 2026 2027", ("bloc", "oxide", "arms", "tonnes", 0, 0)),
    )
    assert gains(found, "US") == {"buyers": -135, "net": -135}
    assert set(found.who_pays["region"]) == {"US", "JP", "CN", "AU", "MY"}


def test_who_takes_the_levy_is_open_and_so_is_the_gain() -> None:
    """Each bears 500 without a policy, and between 500 and 800 with it."""
    found = rows(floors.solve(pooled()).who_pays, role="member")
    assert (1000 * found[["least_net", "most_net"]]).to_numpy().tolist() == [approx([-300, 0], abs=1e-6)] * 2
    assert 1000 * found["net"].sum() == approx(-300)
    others = rows(floors.solve(pooled()).who_pays, role="other")
    assert others[["least_net", "most_net"]].isna().all(axis=None)


def test_a_baseline_that_is_open_is_part_of_the_range() -> None:
    """Delivered CN (50 and a tariff of 10) and AU (60) cost the same without the policy, and only one pays the US a
    tariff: 500 to 600 without China banned, 600 with."""
    makers = table(
        "process region commodity unit_cost", ("CN works", "CN", "oxide", 50), ("AU works", "AU", "oxide", 60)
    )
    given: dict[str, Any] = {
        "processes": makers,
        "reference_prices": table("commodity 2026", ("oxide", 50)),
        "routes": table(
            "origin destination commodity tariff", ("CN", "US", "oxide", 0.2), ("AU", "US", "oxide")
        ),
        "caps": table("scope commodity basis 2026", ("bloc", "oxide", "tonnes", 0)),
    }
    result = solve(**given)
    assert (1000 * result.members_range.iloc[0, 1:]).tolist() == approx([600, 600])
    found = rows(result.who_pays, region="US")
    assert (1000 * found[["least_net", "most_net"]]).to_numpy().tolist() == [approx([-100, 0], abs=1e-6)]


def test_without_a_policy_nobody_gains_and_without_ranges_no_end_is_told() -> None:
    found = rows(floors.solve(pooled(caps=None)).who_pays, role="member")
    assert (found[["net", "least_net", "most_net"]] == 0).all(axis=None)
    assert floors.solve(pooled(), ranges=False).who_pays["least_net"].isna().all()


def test_it_closes_in_any_study() -> None:
    """Each row to its net, and all of them to the deadweight loss; the ends are on either side."""
    solved = wide = 0
    for seed in range(24):
        try:
            result = floors.solve(floors.Study(mixed.sheets(Random(seed))))
        except (floors.Infeasible, floors.InputError, floors.OverBudget):
            continue
        solved += 1
        found, near = result.who_pays, 1e-7 * (1 + abs(result.figures.scale))
        assert (found[PARTS].sum(axis=1) - found["net"]).abs().max() <= near, seed
        assert found["net"].sum() == approx(-metric(result, "deadweight_loss"), abs=near), seed
        bloc = rows(found, role="member")
        assert bloc["net"].sum() == approx(-metric(result, "change_in_bloc_net_cost"), abs=near), seed
        ends = bloc.dropna(subset=["least_net"])
        assert (ends["least_net"] <= ends["net"] + near).all() and (
            ends["net"] <= ends["most_net"] + near
        ).all()
        wide += int((ends["most_net"] - ends["least_net"] > 1e-3).sum())
        assert (
            found.columns.tolist()[0] == "region"
            and len(found) == result.accounts["region"].str.split("/").str[0].nunique()
        )
    assert solved > 12 and wide > 1


def test_the_baseline_accounts_are_those_that_changes_are_told_against() -> None:
    for seed in range(6):
        try:
            result = floors.solve(floors.Study(mixed.sheets(Random(seed))), ranges=False)
        except (floors.Infeasible, floors.InputError, floors.OverBudget):
            continue
        now, bare = result.accounts, result.baseline_accounts
        assert bare[["region", "role", "year"]].equals(now[["region", "role", "year"]])
        assert bare["net_cost"].tolist() == now["baseline_cost"].tolist()
        costs = bare[["outlay", "unserved", "support", "contract_payments", "stock_cost"]].sum(axis=1)
        gained = bare[["levy_revenue", "tariff_revenue", "producer_surplus", "export_tax_revenue"]].sum(
            axis=1
        )
        assert (costs - gained).tolist() == approx(bare["net_cost"].tolist(), abs=1e-9)


def test_outlay_and_unserved_value_stand_in_the_summary() -> None:
    """Without the policy nothing is missing; with a ban and no other maker all is: 10 t at 200."""
    alone = table("process region commodity unit_cost", ("CN works", "CN", "oxide", 50))
    found = floors.solve(
        study(processes=alone, caps=table("scope commodity basis 2026", ("bloc", "oxide", "tonnes", 0)))
    )
    levels = {name: metric(found, name) for name in ("outlay", "baseline_outlay", "baseline_unserved_cost")}
    assert levels == {"outlay": 0, "baseline_outlay": approx(0.5), "baseline_unserved_cost": 0}
    assert one(found.who_pays, "buyers", region="US") == approx(-1.5)
