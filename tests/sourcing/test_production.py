"""Production: joint products, shared plants, expansion, minimums and overrides, each worked out by hand."""

from __future__ import annotations

import pytest
from pytest import approx

import floors
from tests.support.studies import (
    Table,
    activity,
    metric,
    one,
    price,
    refused,
    rows,
    settings,
    solve,
    study,
    table,
    total,
    years,
)

SPLIT = table(
    "technology commodity coefficient", ("split", "ore", -2), ("split", "oxide", 1), ("split", "magnet", 0.5)
)
ANNUAL = years((2026, 1), (2027, 1), (2028, 1), (2029, 1))


def plain_demand(*quantities: float, value: float | None = None) -> Table:
    """US demand for oxide in the years from 2026 on; to be met in full unless it has a value."""
    head = " ".join(str(2026 + i) for i in range(len(quantities)))
    return table(f"region segment commodity value {head}", ("US", "all", "oxide", value, *quantities))


def splitting(magnets: float) -> floors.Result:
    """A basket of 1 oxide and 0.5 magnet from 2 ore; 4 t of oxide must be met, magnets are worth 30."""
    return solve(
        technologies=SPLIT,
        processes=table(
            "process region technology commodity unit_cost",
            ("mine", "US", None, "ore", 5),
            ("splitter", "US", "split", None, 10),
        ),
        demand=table(
            "region segment commodity value 2026",
            ("US", "a", "oxide", None, 4),
            ("US", "b", "magnet", 30, magnets),
        ),
    )


def test_joint_product_in_surplus_is_worth_nothing() -> None:
    result = splitting(magnets=1)
    assert activity(result, "splitter") == approx(4)
    assert activity(result, "mine") == approx(8)
    assert price(result, "US", commodity="magnet") == approx(0)
    assert price(result, "US", commodity="oxide") == approx(10 + 2 * 5)


def test_joint_product_in_shortage_pays_part_of_the_basket() -> None:
    result = splitting(magnets=3)
    assert activity(result, "splitter") == approx(4)  # half a magnet at 30 does not pay another basket at 20
    assert price(result, "US", commodity="magnet") == approx(30)
    assert price(result, "US", commodity="oxide") == approx(20 - 0.5 * 30)
    assert metric(result, "unserved_cost") == approx(1 * 30 / 1000)


def test_coefficients_scale_inputs_and_outputs() -> None:
    result = solve(
        technologies=table(
            "technology commodity coefficient",
            ("double", "ore", -3),
            ("double", "oxide", 2),
            ("double", "magnet", 0),
        ),
        processes=table(
            "process region technology commodity unit_cost",
            ("mine", "US", None, "ore", 4),
            ("maker", "US", "double", None, 10),
        ),
        demand=plain_demand(10),
    )
    assert activity(result, "maker") == approx(5)
    assert activity(result, "mine") == approx(15)
    assert price(result, "US") == approx((10 + 3 * 4) / 2)


def two_in_a_plant(**plant: float) -> floors.Result:
    """Oxide is worth 20 and loads the plant by 1, magnets are worth 30 and load it by 2; each costs 1."""
    return solve(
        plants=[{"plant": "hall", **plant}],
        processes=table(
            "process region commodity unit_cost plant plant_use",
            ("oxide line", "US", "oxide", 1, "hall", None),
            ("magnet line", "US", "magnet", 1, "hall", 2),
        ),
        demand=table(
            "region segment commodity value 2026", ("US", "a", "oxide", 20, 4), ("US", "b", "magnet", 30, 4)
        ),
    )


def test_plant_goes_first_to_whoever_earns_most_per_tonne_of_plant() -> None:
    result = two_in_a_plant(capacity=10)
    assert activity(result, "oxide line") == approx(4)  # 19 a tonne of plant
    assert activity(result, "magnet line") == approx(3)  # 29 / 2 a tonne of plant
    assert price(result, "US", commodity="oxide") == approx(1 + 14.5)
    assert price(result, "US", commodity="magnet") == approx(30)
    hall = rows(result.production, process="hall")
    assert hall["activity"].tolist() == approx([10])
    assert hall["capacity"].tolist() == approx([10])
    assert hall["utilisation"].tolist() == approx([1])


def test_plant_without_capacity_has_none() -> None:
    result = two_in_a_plant()
    assert activity(result, "oxide line") + activity(result, "magnet line") == approx(0)


def test_plant_is_expanded_for_those_who_share_it() -> None:
    result = two_in_a_plant(capital_cost=60, rate=0, lifetime=10)  # 6 a year and tonne of plant
    assert price(result, "US", commodity="oxide") == approx(1 + 6)
    assert price(result, "US", commodity="magnet") == approx(1 + 2 * 6)
    assert one(result.investment, "added", process="hall") == approx(4 + 2 * 4)
    assert one(result.investment, "annual_charge", process="hall") == approx(12 * 6 / 1000)


def test_process_in_a_plant_obeys_its_own_capacity_too() -> None:
    result = solve(
        plants=table("plant capacity", ("hall", 10)),
        processes=table(
            "process region commodity unit_cost capacity plant",
            ("small line", "US", "oxide", 1, 3, "hall"),
            ("other line", "US", "oxide", 2, None, "hall"),
        ),
        demand=plain_demand(12, value=50),
    )
    assert activity(result, "small line") == approx(3)
    assert activity(result, "other line") == approx(7)


def test_plant_stands_in_one_region() -> None:
    (problem,) = refused(
        plants=table("plant capacity", ("hall", 10)),
        processes=table(
            "process region commodity unit_cost plant",
            ("here", "US", "oxide", 1, "hall"),
            ("there", "JP", "oxide", 1, "hall"),
        ),
    )
    assert (problem.sheet, problem.cell) == ("processes", "E3")


def builder(**columns: float | None) -> Table:
    """A mine in the US that can be built, beside one at 100 that is there already."""
    mine = {"process": "mine", "region": "US", "commodity": "oxide", "unit_cost": 20, **columns}
    return [mine, {"process": "old", "region": "US", "commodity": "oxide", "unit_cost": 100}]


@pytest.mark.parametrize(("limit", "mined"), [(None, 10), (3, 3)])
def test_blank_capacity_with_a_capital_cost_of_nothing_is_still_built(
    limit: float | None, mined: float
) -> None:
    result = solve(processes=builder(capital_cost=0, max_build=limit), demand=plain_demand(10))
    assert activity(result, "mine") == approx(mined)
    assert one(result.investment, "added", process="mine") == approx(mined)
    assert one(result.investment, "annual_charge", process="mine") == approx(0)


def test_blank_capacity_with_a_capital_cost_waits_for_its_lead_time() -> None:
    result = solve(
        years=ANNUAL,
        processes=builder(capital_cost=0, lead_time=2),
        demand=plain_demand(10, 10, 10, 10),
    )
    assert [activity(result, "mine", t) for t in range(2026, 2030)] == approx([0, 0, 10, 10])


def test_half_a_year_of_lead_time_is_ready_in_the_next_year() -> None:
    result = solve(
        years=ANNUAL, processes=builder(capital_cost=0, lead_time=0.5), demand=plain_demand(10, 10, 10, 10)
    )
    assert [activity(result, "mine", t) for t in range(2026, 2030)] == approx([0, 10, 10, 10])


def test_capacity_ends_with_its_lifetime() -> None:
    result = solve(
        years=ANNUAL,
        processes=builder(capital_cost=30, rate=0, lead_time=1, lifetime=2, max_total=10),
        demand=plain_demand(10, 10, 10, 10),
    )
    running = [activity(result, "mine", t) for t in range(2026, 2030)]
    assert running[0] == approx(0)
    assert sum(running) == approx(20)  # 10 t for two years, whichever two
    charged = total(result.investment, "annual_charge", process="mine")
    assert charged == approx(10 * 15 / 1000)
    assert metric(result, "total_cost") == approx((20 * (20 + 15) + 20 * 100) / 1000)


def test_lifetime_counts_years_not_periods() -> None:
    """Built in 2026 for two years: alive in the period 2026-27, gone in 2028."""
    result = solve(
        years=years((2026, 2), (2028, 3)),
        processes=builder(capital_cost=30, rate=0, lifetime=2, max_total=10),
        demand=table("region segment commodity 2026 2028", ("US", "all", "oxide", 10, 10)),
    )
    assert activity(result, "mine", 2026) == approx(0)  # the later period is the longer one
    assert activity(result, "mine", 2028) == approx(10)
    assert metric(result, "total_cost") == approx((2 * 10 * 100 + 3 * 10 * (20 + 15)) / 1000)


def test_period_weighs_its_length_and_is_discounted_from_its_first_year() -> None:
    result = solve(
        settings=settings(discount_rate=0.1),
        years=years((2026, 2), (2028, 3)),
        processes=table("process region commodity unit_cost", ("works", "US", "oxide", 10)),
        demand=table("region segment commodity 2026 2028", ("US", "all", "oxide", 5, 7)),
    )
    assert metric(result, "total_cost") == approx((2 * 50 + 3 * 1.1**-2 * 70) / 1000)
    assert price(result, "US", 2028) == approx(10)


@pytest.mark.parametrize(
    ("rates", "rate", "expected"),
    [
        ({}, 0, 100 / 20),
        ({}, 0.08, 100 * 0.08 / (1 - 1.08**-20)),
        ({}, None, 100 * 0.1 / (1 - 1.1**-20)),
        ({"capital_rate": 0.05}, None, 100 * 0.05 / (1 - 1.05**-20)),
        ({"capital_rate": 0}, None, 100 / 20),
        ({"capital_rate": 0.05}, 0.12, 100 * 0.12 / (1 - 1.12**-20)),
    ],
)
def test_annual_charge(rates: dict[str, float], rate: float | None, expected: float) -> None:
    result = solve(
        settings=settings(discount_rate=0.1, **rates),
        processes=builder(capital_cost=100, rate=rate),
        demand=plain_demand(10),
    )
    assert one(result.investment, "annual_charge", process="mine") == approx(10 * expected / 1000)
    assert price(result, "US") == approx(20 + expected)
    social = 100 * 0.1 / (1 - 1.1**-20)
    assert metric(result, "capital_premium") == approx(10 * (expected - social) / 1000, abs=1e-12)
    assert metric(result, "resource_cost") == approx(10 * (20 + expected) / 1000)


def test_price_recovers_cost_in_present_value_not_in_each_year() -> None:
    """Ten tonnes are needed once and six later: the last four tonnes are paid for while they are needed."""
    result = solve(
        settings=settings(discount_rate=0.1, capital_rate=0),
        years=years((2026, 1), (2027, 1)),
        processes=builder(capital_cost=200, lifetime=20),
        demand=plain_demand(10, 6),
    )
    assert price(result, "US", 2027) == approx(20)
    assert price(result, "US", 2026) == approx(20 + 10 * (1 + 1 / 1.1))


@pytest.mark.parametrize("lengths", [(1, 1, 1), (2, 1, 4)])
def test_price_recovers_cost_over_the_life_of_what_is_built_first(lengths: tuple[float, ...]) -> None:
    result = solve(
        settings=settings(discount_rate=0.06),
        years=table("year length", *zip((2026, 2028, 2029), lengths, strict=True)),
        processes=builder(capital_cost=90, rate=0.11, lifetime=15),
        demand=table("region segment commodity 2026 2028 2029", ("US", "all", "oxide", 9, 4, 8)),
    )
    charge = 90 * 0.11 / (1 - 1.11**-15)
    weights = [n * 1.06 ** -(t - 2026) for t, n in zip((2026, 2028, 2029), lengths, strict=True)]
    earned = sum(w * price(result, "US", t) for w, t in zip(weights, (2026, 2028, 2029), strict=True))
    assert earned == approx(sum(weights) * (20 + charge))


def test_max_build_is_a_rate_and_max_total_a_sum() -> None:
    def added(**limits: float) -> list[float]:
        result = solve(
            years=years((2026, 2), (2028, 3)),
            processes=builder(capital_cost=0, **limits),
            demand=table("region segment commodity 2026 2028", ("US", "all", "oxide", 30, 30)),
        )
        return [activity(result, "mine", t) for t in (2026, 2028)]

    assert added(max_build=2) == approx([4, 10])
    assert added(max_build=2, max_total=7) == approx([4, 7])


def test_capacity_adds_to_what_is_there() -> None:
    result = solve(
        processes=builder(capacity=4, capital_cost=10, rate=0, lifetime=10, max_total=3),
        demand=plain_demand(10),
    )
    assert activity(result, "mine") == approx(7)
    assert one(result.production, "capacity", process="mine", year=2026) == approx(7)


def test_first_and_last_year_bind_running_not_building() -> None:
    result = solve(
        years=ANNUAL,
        processes=builder(capital_cost=0, lead_time=2, first_year=2028, last_year=2028),
        demand=plain_demand(10, 10, 10, 10),
    )
    assert activity(result, "mine", 2028) == approx(10)
    assert activity(result, "old", 2029) == approx(10)
    assert rows(result.investment, process="mine")["year"].tolist() == [2026]


def test_capacity_pays_while_its_process_may_not_run() -> None:
    """The charge falls due in every year that what was built is alive."""
    result = solve(
        years=years((2026, 1), (2027, 1)),
        processes=builder(capital_cost=40, rate=0, lifetime=10, last_year=2026),
        demand=plain_demand(10, 10),
    )
    assert activity(result, "mine", 2026) == approx(10)
    assert price(result, "US", 2026) == approx(20 + 2 * 4)


def test_minimums_by_year_replace_the_column() -> None:
    result = solve(
        years=years((2026, 1), (2027, 1), (2028, 1)),
        processes=table(
            "process region commodity unit_cost minimum",
            ("dear", "US", "oxide", 90, 3),
            ("cheap", "US", "oxide", 10, None),
        ),
        minimums=table("process 2026 2027 2028", ("dear", None, 5, 0)),
        demand=plain_demand(10, 10, 10),
    )
    assert [activity(result, "dear", t) for t in (2026, 2027, 2028)] == approx([3, 5, 0])
    assert price(result, "US", 2026) == approx(10)
    assert one(result.production, "unit_margin", process="dear", year=2026) == approx(-80)


def test_minimum_above_what_can_run_is_infeasible() -> None:
    with pytest.raises(floors.Infeasible):
        solve(
            processes=table(
                "process region commodity unit_cost capacity minimum", ("works", "US", "oxide", 10, 4, 5)
            )
        )


def test_unit_costs_and_capacities_by_year_fall_back_to_their_columns() -> None:
    result = solve(
        years=years((2026, 1), (2027, 1), (2028, 1)),
        processes=table(
            "process region commodity unit_cost capacity plant",
            ("cheap", "US", "oxide", 10, 6, None),
            ("dear", "US", "oxide", 90, None, "hall"),
        ),
        plants=table("plant capacity", ("hall", 20)),
        capacities=table("process 2026 2027 2028", ("cheap", None, 2, 0), ("hall", None, None, 8)),
        unit_costs=table("process 2026 2027 2028", ("dear", 30, None, 40)),
        demand=plain_demand(10, 10, 10, value=300),
    )
    assert [activity(result, "cheap", t) for t in (2026, 2027, 2028)] == approx([6, 2, 0])
    assert [price(result, "US", t) for t in (2026, 2027, 2028)] == approx([30, 90, 300])


def test_capacity_of_one_year_alone_leaves_the_others_without_limit() -> None:
    result = solve(
        years=years((2026, 1), (2027, 1)),
        processes=table(
            "process region commodity unit_cost", ("cheap", "US", "oxide", 10), ("dear", "US", "oxide", 90)
        ),
        capacities=table("process 2026 2027", ("cheap", 4, None)),
        demand=plain_demand(10, 10),
    )
    assert [activity(result, "cheap", t) for t in (2026, 2027)] == approx([4, 10])


def test_unit_cost_may_come_from_its_years_alone_but_not_from_nowhere() -> None:
    bare = table("process region commodity", ("works", "US", "oxide"))
    assert price(solve(processes=bare, unit_costs=table("process 2026", ("works", 33))), "US") == approx(33)
    (problem,) = refused(processes=bare)
    assert problem.sheet == "processes"


def test_process_without_technology_or_commodity_is_refused() -> None:
    (problem,) = refused(processes=table("process region unit_cost", ("works", "US", 5)))
    assert problem.sheet == "processes"


def test_model_has_the_rows_of_the_document() -> None:
    model = floors.build(study())
    for name in ("produce", "build", "ship", "consume", "put", "take", "stock"):
        assert model.component(name) is not None, name
    for name in (
        "supply",
        "use",
        "capacity",
        "build_limit",
        "route_limit",
        "route_minimum",
        "process_minimum",
    ):
        assert model.component(name) is not None, name
    for name in ("demand", "cap", "stock_balance", "stock_capacity", "stock_target", "fund"):
        assert model.component(name) is not None, name
