"""Demand: must-serve, valued, elastic; and what leaks past enforcement."""

from __future__ import annotations

from collections import Counter
from math import log
from typing import Any

import pytest
from pytest import approx

import floors
import floors.solving.run
from tests.support.studies import (
    Table,
    activity,
    cap,
    consumption,
    floor,
    levy,
    metric,
    one,
    price,
    refused,
    rows,
    settings,
    shipped,
    solve,
    table,
    total,
)

BUYER = "region segment commodity value elasticity 2026"


def offers(cost: float, capacity: float | None = None) -> Table:
    """The only source of oxide is the US, at this cost."""
    return table("process region commodity unit_cost capacity", ("works", "US", "oxide", cost, capacity))


def test_what_must_be_met_is_met_at_any_price_or_not_at_all() -> None:
    must = table("region segment commodity 2026", ("US", "all", "oxide", 10))
    assert price(solve(processes=offers(5000), demand=must), "US") == approx(5000)
    with pytest.raises(floors.Infeasible):
        solve(processes=offers(5000, 9), demand=must)


def test_a_buyer_pays_up_to_his_value_and_no_more() -> None:
    demand = table(
        "region segment commodity value 2026", ("US", "a", "oxide", 90, 4), ("US", "b", "oxide", 60, 6)
    )
    result = solve(processes=offers(50, 7), demand=demand)
    assert price(result, "US") == approx(60)
    assert activity(result, "works") == approx(7)
    assert metric(result, "unserved_cost") == approx(3 * 60 / 1000)
    assert metric(result, "total_cost") == approx((7 * 50 + 3 * 60) / 1000)
    assert one(result.accounts, "unserved", region="US") == approx(3 * 60 / 1000)
    assert metric(solve(processes=offers(95), demand=demand), "total_cost") == approx(
        (4 * 90 + 6 * 60) / 1000
    )


def test_a_value_of_nothing_is_a_value() -> None:
    result = solve(processes=offers(50), demand=table(BUYER, ("US", "all", "oxide", 0, 0, 10)))
    assert activity(result, "works") == approx(0)


def elastic(e: float, **changes: Any) -> dict[str, Table]:
    """Ten tonnes at a reference price of 50, worth at most 200."""
    return {
        "demand": table(BUYER, ("US", "all", "oxide", changes.pop("value", 200), e, 10)),
        "reference_prices": table("commodity 2026", ("oxide", 50)),
        "settings": settings(**changes),
    }


def wanted(p: float, e: float) -> float:
    """q(p) = Q (p / p0)^e."""
    return 10 * (p / 50) ** e


@pytest.mark.parametrize("e", [-0.1, -0.5, -1, -1.7])
@pytest.mark.parametrize("cost", [30, 50, 80, 123.4, 199])
@pytest.mark.parametrize("steps", [1, 7, 40])
def test_consumption_is_on_the_curve(e: float, cost: float, steps: int) -> None:
    result = solve(**elastic(e, demand_steps=steps), processes=offers(cost))
    assert activity(result, "works") == approx(wanted(price(result, "US"), e), rel=0.01)
    assert price(result, "US") == approx(cost)


@pytest.mark.parametrize("e", [-0.3, -1, -2])
@pytest.mark.parametrize("steps", [1, 40])
def test_scarce_supply_is_rationed_by_the_curve(e: float, steps: int) -> None:
    result = solve(**elastic(e, demand_steps=steps), processes=offers(20, 8))
    assert activity(result, "works") == approx(8)
    assert price(result, "US") == approx(50 * 0.8 ** (1 / e), rel=0.01)


def test_the_curve_ends_at_half_the_reference_price_and_at_the_value() -> None:
    assert activity(solve(**elastic(-0.5), processes=offers(3)), "works") == approx(wanted(25, -0.5))
    assert activity(solve(**elastic(-0.5), processes=offers(201)), "works") == approx(0)
    assert activity(solve(**elastic(-0.5), processes=offers(199.99)), "works") == approx(
        wanted(200, -0.5), rel=0.01
    )


@pytest.mark.parametrize("e", [-0.5, -1, -2])
def test_unserved_is_the_area_under_the_curve(e: float) -> None:
    """From what is consumed at 80 to q(25), which is what would be consumed at the least price."""
    result = solve(**elastic(e), processes=offers(80))
    integral = log(80 / 25) if e == -1 else (80 ** (e + 1) - 25 ** (e + 1)) / (e + 1)
    area = -e * 10 * 50**-e * integral
    assert metric(result, "unserved_cost") == approx(area / 1000, rel=0.01)
    served_and_not = area / 1000 + wanted(80, e) * 80 / 1000
    assert metric(result, "total_cost") == approx(served_and_not, rel=1e-3)


def test_finer_steps_change_neither_total_nor_quantities() -> None:
    capped = {"caps": cap("bloc", "oxide", "tonnes", 3), "processes": table(
        "process region commodity unit_cost capacity",
        ("CN works", "CN", "oxide", 50, None), ("US works", "US", "oxide", 80, 2), ("US dear", "US", "oxide", 120, None),
    )}  # fmt: skip
    coarse, fine = (solve(**elastic(-0.6, demand_steps=n), **capped) for n in (7, 200))
    assert metric(coarse, "total_cost") == approx(metric(fine, "total_cost"), rel=1e-4)
    assert consumption(coarse, "US") == approx(consumption(fine, "US"), rel=0.01)
    assert floor(coarse) == approx(floor(fine), rel=0.01)
    one_buyer = {"demand": [*elastic(-0.6)["demand"], *table(BUYER, ("JP", "all", "oxide", 150, -0.2, 5))]}
    coarse, fine = (solve(**elastic(-0.6, demand_steps=n) | one_buyer, **capped) for n in (7, 200))
    for member in ("US", "JP"):
        assert consumption(coarse, member) == approx(consumption(fine, member), rel=0.01)


def test_elastic_demand_needs_a_reference_price_and_a_value() -> None:
    given = elastic(-0.5)
    (problem,) = refused(demand=given["demand"])
    assert (problem.sheet, problem.cell, problem.code) == ("demand", "E2", "missing_reference")
    problems = refused(**elastic(-0.5, value=None))
    assert [(p.sheet, p.cell) for p in problems] == [("demand", "D2")]


def test_a_share_cap_of_elastic_demand_is_a_share_of_the_table() -> None:
    result = solve(**elastic(-0.5), caps=cap("bloc", "oxide", "demand", 0.6))
    assert shipped(result, "CN", "US") == approx(6)
    assert price(result, "US") == approx(80)
    assert shipped(result, "US", "US") == approx(wanted(80, -0.5) - 6, rel=0.02)


LEAKY = "region segment commodity value enforcement 2026"


def leaking(
    enforcement: float, quantity: float = 10, segment_value: float = 200, **sheets: Table | None
) -> floors.Result:
    """A cap of 6 t on demand of 10 t, of which 1 - enforcement is not enforced."""
    sheets = {"caps": cap("bloc", "oxide", "tonnes", 6)} | sheets
    return solve(demand=table(LEAKY, ("US", "all", "oxide", segment_value, enforcement, quantity)), **sheets)


def test_a_leak_is_taken_off_the_cap_and_pays_no_levy() -> None:
    result = leaking(0.7)
    assert levy(result) == approx(30)
    assert shipped(result, "CN", "US") == approx(3)  # 6 less the leak of 3
    assert shipped(result, "US", "US") == approx(4)  # 0.7 of the demand less what China still sells
    leak = one(result.sourcing, "quantity", destination="US", leak=True)
    assert leak == approx(3)
    assert one(result.sourcing, "share", destination="US", leak=True) == approx(0.3)
    assert metric(result, "levy_revenue") == approx(3 * 30 / 1000)
    assert one(result.accounts, "outlay", region="US") == approx((7 * 80 + 3 * 50) / 1000)
    assert metric(result, "capped_share") == approx(0.6)
    assert one(result.caps, "used") == approx(6)
    assert metric(result, "total_cost") == approx((6 * 50 + 4 * 80) / 1000)


def test_a_leak_pays_its_way_but_for_the_levy() -> None:
    """3 t arrive, so 3.75 t leave; they count in the cap as they leave."""
    result = leaking(
        0.7,
        routes=table(
            "origin destination commodity freight tariff export_tax loss",
            ("CN", "US", "oxide", 2, 0.1, 0.06, 0.2),
        ),
        reference_prices=table("commodity 2026", ("oxide", 50)),
    )
    assert one(result.sourcing, "quantity", destination="US", leak=True) == approx(3.75)
    assert shipped(result, "CN", "US") == approx(2.25)
    assert shipped(result, "US", "US") == approx(7 - 0.8 * 2.25)
    assert one(result.accounts, "outlay", region="US") == approx((7 * 80 + 3.75 * (50 + 2 + 8)) / 1000)
    assert one(result.accounts, "tariff_revenue", region="US") == approx(6 * 5 / 1000)
    assert one(result.accounts, "export_tax_revenue", region="CN") == approx(6 * 3 / 1000)
    assert price(result, "US") == approx(80)
    assert levy(result) == approx(0.8 * 80 - 60)
    assert metric(result, "total_cost") == approx((6 * 60 + 5.2 * 80) / 1000)


def test_a_leak_is_of_the_table_and_the_market_the_rest_of_the_curve() -> None:
    given = elastic(-0.5)
    given["demand"][0]["enforcement"] = 0.8
    result = solve(**given, caps=cap("bloc", "oxide", "tonnes", 6))
    assert one(result.sourcing, "quantity", leak=True) == approx(2)
    assert shipped(result, "CN", "US") + shipped(result, "US", "US") == approx(
        0.8 * wanted(80, -0.5), rel=0.01
    )


def test_a_leak_comes_from_the_first_capped_region_that_can_supply() -> None:
    regions = table(
        "region role", ("US", "member"), ("RU", "capped"), ("KP", "capped"), ("CN", "capped"), ("AU", "other")
    )
    processes = table(
        "process region commodity unit_cost capacity",
        ("CN works", "CN", "oxide", 50, None),
        ("KP works", "KP", "oxide", 70, None),
        ("RU works", "RU", "oxide", 10, 0),
        ("US works", "US", "oxide", 80, None),
    )
    result = leaking(0.7, regions=regions, processes=processes)
    assert one(result.sourcing, "origin", leak=True) == "KP"
    assert one(result.accounts, "outlay", region="US") == approx((7 * 80 + 3 * 70) / 1000)


def test_no_leak_where_no_capped_region_can_supply() -> None:
    result = leaking(0.7, route_limits=table("origin destination commodity 2026", ("CN", "*", "*", 0)))
    assert not result.sourcing["leak"].any()
    assert shipped(result, "US", "US") == approx(10)


def test_leaks_stay_in_the_baseline() -> None:
    result = leaking(0.7)
    baseline = one(result.accounts, "baseline_cost", region="US")
    assert baseline == approx(10 * 50 / 1000)
    assert result.baseline_outcome.case.demand.leak


def test_a_leak_uses_the_supply_and_the_route() -> None:
    result = leaking(0.7, route_limits=table("origin destination commodity 2026", ("CN", "US", "oxide", 5)))
    assert shipped(result, "CN", "US") == approx(2)
    assert activity(result, "CN works") == approx(5)


def test_a_leak_above_the_cap_is_infeasible_and_said_so() -> None:
    with pytest.raises(floors.Infeasible, match="leak") as caught:
        leaking(0.3)
    assert "D2" in str(caught.value)
    with pytest.raises(floors.Infeasible, match="leak"):
        leaking(0.9, caps=cap("bloc", "oxide", "demand", 0))


def test_a_leak_of_a_segment_counts_in_its_own_cap_and_in_the_blocs() -> None:
    result = solve(
        demand=table(LEAKY, ("US", "defence", "oxide", 300, 0.5, 4), ("US", "cars", "oxide", 200, 1, 6)),
        caps=table(
            "scope commodity segment basis 2026",
            ("bloc", "oxide", "defence", "tonnes", 3),
            ("bloc", "oxide", None, "tonnes", 5),
        ),
    )
    assert shipped(result, "CN", "US/defence") <= 1 + 1e-9
    assert shipped(result, "CN", "US/defence") + shipped(result, "CN", "US") == approx(3)
    used = rows(result.caps, segment="defence")["used"].tolist()
    assert used[0] == approx(2 + shipped(result, "CN", "US/defence"))


def test_a_leak_counts_in_a_share_of_arrivals() -> None:
    """Half of all that arrives may be Chinese: of 10 t that is 5 t, 2 t of which leak."""
    result = leaking(0.8, caps=cap("bloc", "oxide", "use", 0.5))
    assert one(result.caps, "limit") == approx(5)
    assert one(result.caps, "used") == approx(5)
    assert shipped(result, "CN", "US") == approx(3)
    assert metric(result, "capped_share") == approx(0.5)


def test_enforcement_of_nothing_leaves_no_market() -> None:
    result = leaking(0, caps=cap("bloc", "oxide", "tonnes", 10))
    assert total(result.sourcing, "quantity", destination="US") == approx(10)
    assert result.sourcing["leak"].tolist() == [True]
    assert metric(result, "total_cost") == approx(10 * 50 / 1000)


def test_a_reference_price_of_nothing_makes_no_curve() -> None:
    (problem,) = refused(
        reference_prices=table("commodity 2026", ("oxide", 0)),
        demand=table("region segment commodity value elasticity 2026", ("US", "all", "oxide", 200, -1, 10)),
    )
    assert (problem.sheet, problem.code) == ("demand", "missing_reference")
    assert "above 0; found 0" in problem.message


def test_a_curve_too_steep_to_count_is_refused() -> None:
    (problem,) = refused(
        reference_prices=table("commodity 2026", ("oxide", 50)),
        demand=table("region segment commodity value elasticity 2026", ("US", "all", "oxide", 200, -900, 10)),
    )
    assert (problem.sheet, problem.cell, problem.code) == ("demand", "E2", "elasticity_too_steep")
    assert "found -900" in problem.message


def test_steps_are_cut_by_plans_alone_and_prices_are_found_once(monkeypatch: pytest.MonkeyPatch) -> None:
    real, counts = (
        {name: getattr(floors.solving.run, name) for name in ("settle_minimum", "choose")},
        Counter[str](),
    )

    def counted(name: str) -> Any:
        def call(*given: Any, **more: Any) -> Any:
            counts[name] += 1
            return real[name](*given, **more)

        return call

    for name in real:
        monkeypatch.setattr(floors.solving.run, name, counted(name))
    solve(**elastic(-0.5), processes=offers(80))
    assert counts["choose"] == 1 < counts["settle_minimum"]
