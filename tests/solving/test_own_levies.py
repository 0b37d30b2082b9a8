"""Levies of their own: what the adjustable tariff holds up where the dual of a cap cannot."""

from __future__ import annotations

from typing import Any

import pytest
from pytest import approx

import floors
from floors.many import solve_scenarios
from tests.support.planted import Copy
from tests.support.studies import cap, floor, levy, metric, one, rows, settings, shipped, study, table, total

CN, RU, MY, HOME = 10, 12, 20, 40  # offer prices and the bloc's own cost, USD/kg
WORKS = (("CN works", "CN", "oxide", CN), ("US works", "US", "oxide", HOME))
CAPS = "scope commodity basis 2026"


def two_members(*more: tuple[Any, ...], **sheets: Any) -> floors.Study:
    """US and JP want 100 t each, CN sells at 10 and the US makes it at 40 for both; `more` processes."""
    return study(
        **{
            "regions": table(
                "region role",
                *(("US", "member"), ("JP", "member"), ("CN", "capped"), ("RU", "capped"), ("MY", "other")),
            ),
            "processes": table("process region commodity unit_cost capacity", *WORKS, *more),
            "demand": table(
                "region segment commodity value 2026",
                *(("US", "all", "oxide", 200, 100), ("JP", "all", "oxide", 200, 100)),
            ),
            "settings": settings(coordination="bloc"),
            **sheets,
        }
    )


def own(result: floors.Result, origin: str, member: str, year: int = 2026) -> float:
    """The levy of its own on a shipment, USD/kg; 0 where there is none."""
    return total(result.own_levies, "own_levy", origin=origin, destination=member, year=year)


@pytest.mark.parametrize("room", [100, 101, 150, 1000])
def test_one_floor_for_the_bloc_stands_over_a_slack_cap_at_no_cost(room: float) -> None:
    """The US cap binds at 30; JP's has room, full or not. A tariff of 30 at both borders keeps the plan."""
    caps = table(CAPS, ("US", "oxide", "tonnes", 50), ("JP", "oxide", "tonnes", room))
    result = floors.solve(two_members(caps=caps), ranges=True)
    assert metric(result, "total_cost") == approx(3.5)
    assert [metric(result, name) for name in ("uplift", "make_whole", "foregone", "least_make_whole")] == [
        0
    ] * 4
    assert [(floor(result, m), levy(result, m)) for m in ("US", "JP")] == [approx((HOME, HOME - CN))] * 2
    assert [list(result.floors[end]) for end in ("lowest", "highest")] == [approx([HOME, HOME])] * 2
    assert list(result.floors["state"]) == ["paid", "paid"]
    assert one(result.accounts, "levy_revenue", region="JP") == approx(3.0)
    assert floors.verify(two_members(caps=caps), result).ok


def test_the_plan_is_priced_by_the_rows_of_the_plan() -> None:
    """What a tonne under the cap is worth does not hang on the rule: JP's cap has room, so a tonne saves nothing."""
    caps = table(CAPS, ("US", "oxide", "tonnes", 50), ("JP", "oxide", "tonnes", 150))
    result = floors.solve(two_members(caps=caps))
    assert list(result.caps["levy"]) == approx([HOME - CN, 0]) == list(result.caps["charged"])
    assert own(result, "CN", "JP") == approx(HOME - CN) and own(result, "CN", "US") == 0
    assert list(result.floors["own_levy"]) == approx([0, HOME - CN])
    assert list(result.sensitivity["saves_more"]) == approx([30_000])
    prices = rows(result.prices, region="JP")
    assert float(prices["price"].iloc[0]) == approx(HOME) and float(prices["plan_price"].iloc[0]) == approx(
        CN
    )


def test_a_slow_fall_costs_nothing_where_the_cap_is_slack() -> None:
    """50 t may come in 2026, 150 t in 2027: a levy of 25 holds the floor at 35, though the cap is slack."""
    result = floors.solve(
        study(
            years=table("year", (2026,), (2027,)),
            processes=table("process region commodity unit_cost", *WORKS),
            demand=table("region segment commodity value 2026 2027", ("US", "all", "oxide", 200, 100, 100)),
            caps=cap("US", "oxide", "tonnes", 50, 150, header=f"{CAPS} 2027"),
            floor_rules=table("commodity rule 2026 2027", ("oxide", "max_fall", None, 5)),
        ),
        ranges=True,
    )
    assert (metric(result, "uplift"), metric(result, "make_whole")) == (0, 0)
    assert list(result.floors["floor"]) == approx([HOME, HOME - 5])
    assert list(result.floors["own_levy"]) == approx([0, HOME - 5 - CN])
    assert list(result.caps["levy"]) == approx([HOME - CN, 0])
    parts = {(row.year, row.part): row.amount for row in result.floor_parts.itertuples()}
    assert parts == approx(
        {
            (2026, "unit cost US works"): HOME,
            (2027, "unit cost US works (2026)"): HOME,
            (2027, "max_fall oxide"): -5,
        }
    )


def test_a_second_capped_origin_does_not_undercut_a_lifted_floor() -> None:
    """CN names the floor; RU at 12 ships nothing, and would without a levy of 28."""
    caps = table(CAPS, ("US", "oxide", "tonnes", 50), ("JP", "oxide", "tonnes", 150))
    result = floors.solve(two_members(("RU works", "RU", "oxide", RU), caps=caps))
    assert metric(result, "uplift") == 0 and [floor(result, m) for m in ("US", "JP")] == approx([HOME, HOME])
    assert own(result, "RU", "JP") == approx(HOME - RU) and shipped(result, "RU", "JP") == 0


@pytest.mark.parametrize(("levied", "uplift", "level"), [("non_members", 0, HOME), ("capped", 1.0, MY)])
def test_a_third_country_undercuts_a_lifted_floor_unless_it_is_levied(
    levied: str, uplift: float, level: float
) -> None:
    """MY sells 100 t at 20. Levied by 20 it keeps the floor at 40; else buyers in JP would turn to it."""
    caps = table(CAPS, ("US", "oxide", "tonnes", 50), ("JP", "oxide", "tonnes", 150))
    given = two_members(
        ("MY works", "MY", "oxide", MY),
        caps=caps,
        settings=settings(coordination="bloc", levy_on=levied),
        routes=table("origin destination commodity limit", ("*", "*", "*"), ("MY", "US", "oxide", 0)),
    )
    result = floors.solve(given)
    assert metric(result, "uplift") == approx(uplift, abs=1e-9) == metric(result, "make_whole")
    assert [floor(result, m) for m in ("US", "JP")] == approx([level, level])
    assert own(result, "MY", "JP") == (approx(HOME - MY) if levied == "non_members" else 0)
    assert floors.verify(given, result).ok


def test_what_a_pooled_cap_carries_no_levy_of_its_own_does() -> None:
    """Without rules there are none; under one floor for the bloc, which a pooled cap has anyhow, neither."""
    for coordination in ("as_given", "bloc"):
        given = two_members(
            caps=cap("bloc", "oxide", "tonnes", 100), settings=settings(coordination=coordination)
        )
        result = floors.solve(given, ranges=True)
        assert result.own_levies.empty and metric(result, "uplift") == 0
        for column in ("floor", "lowest", "highest"):
            assert list(result.floors[column]) == approx([HOME, HOME])
        assert list(result.caps["levy"]) == approx([HOME - CN])


def test_a_maximum_costs_what_it_costs_where_the_cap_binds_alone() -> None:
    """A maximum of 30 lets US works, which make 50 t, lose 10; JP's floor is the same 30, by a levy of its own."""
    caps = table(CAPS, ("US", "oxide", "tonnes", 50), ("JP", "oxide", "tonnes", 150))
    result = floors.solve(
        two_members(caps=caps, floor_rules=table("commodity rule 2026", ("oxide", "maximum", 30)))
    )
    assert [floor(result, m) for m in ("US", "JP")] == approx([30, 30])
    assert metric(result, "make_whole") == approx(50 * 10 / 1000) == metric(result, "uplift")
    assert own(result, "CN", "JP") == approx(20)


@pytest.mark.parametrize("budget", [0, 0.5])
def test_a_support_budget_is_met_by_levies_of_their_own(budget: float) -> None:
    """Without them one floor at 10 needs 1.5 million; with them none needs any."""
    caps = table(CAPS, ("US", "oxide", "tonnes", 50), ("JP", "oxide", "tonnes", 150))
    given = two_members(caps=caps, settings=settings(coordination="bloc", support_budget=budget))
    result = floors.solve(given)
    assert metric(result, "uplift") == 0 and metric(result, "least_make_whole") == 0


def test_states_of_a_levy() -> None:
    """One pooled cap: all that may come goes to one member, and the levy keeps the other clean of it. Where the cap
    does not bind there is no levy."""
    result = floors.solve(two_members(caps=cap("bloc", "oxide", "tonnes", 100)))
    there = {m: shipped(result, "CN", m) for m in ("US", "JP")}
    assert {row.member: row.state for row in result.floors.itertuples()} == {
        m: "paid" if there[m] else "prohibitive" for m in there
    }
    idle = floors.solve(two_members(caps=cap("bloc", "oxide", "tonnes", 1000)))
    assert list(idle.floors["state"]) == ["idle", "idle"]


@pytest.mark.parametrize(("last_year", "uplift", "level"), [("CN", 1.5, CN), ("MY", 0, HOME)])
def test_uplift_belongs_to_the_plan(last_year: str, uplift: float, level: float) -> None:
    """MY sells to JP at 10 as CN does. Where CN has sold to JP it pays what holds the floor above MY's price; where MY
    has, a levy on CN is free, for it ships nothing there. Both plans cost the same, and so it is said."""
    given = two_members(
        ("MY works", "MY", "oxide", CN),
        caps=table(CAPS, ("US", "oxide", "tonnes", 50), ("JP", "oxide", "tonnes", 150)),
        routes=table("origin destination commodity limit", ("*", "*", "*"), ("MY", "US", "oxide", 0)),
        qualified=table("origin destination commodity t before", (last_year, "JP", "oxide", 100, 100)),
    )
    result = floors.solve(given)
    assert shipped(result, last_year, "JP") == approx(100) and metric(result, "total_cost") == approx(3.5)
    assert metric(result, "uplift") == approx(uplift)
    assert [floor(result, m) for m in ("US", "JP")] == approx([level, level])
    assert any(line.startswith("support: with another plan of the same cost") for line in result.warnings)
    assert floors.verify(given, result).ok


def test_years_before_a_surprise_keep_the_parents_levies() -> None:
    """As many more buyers come in 2028, known from 2027 on: the levies of 2026 are paid as they were."""
    years = table("year", (2026,), (2027,), (2028,))
    given = two_members(
        years=years,
        demand=table(
            "region segment commodity value 2026 2027 2028",
            *((m, "all", "oxide", 200, 100, 100, 100) for m in ("US", "JP")),
        ),
        caps=table(
            f"{CAPS} 2027 2028",
            ("US", "oxide", "tonnes", 50, 50, 150),
            ("JP", "oxide", "tonnes", 150, 150, 150),
        ),
        floor_rules=table("commodity rule 2026 2027 2028", ("oxide", "max_fall", None, 5, 5)),
        scenarios=table("scenario known_from", ("more", 2027)),
        changes=table(
            "scenario sheet where column change value", ("more", "demand", "region=US", 2028, "set", 120)
        ),
    )
    both = solve_scenarios(given)
    levies = {
        (row.scenario, row.destination, row.year): (row.own_levy, row.quantity)
        for row in both.own_levies.itertuples()
    }
    held = {("JP", 2026): (30, 100), ("JP", 2027): (30, 100), ("JP", 2028): (25, 100)}
    expected = {(name, *key): pair for name in ("base", "more") for key, pair in held.items()}
    expected |= {("base", "US", 2028): (25, 100), ("more", "US", 2028): (25, 120)}
    assert levies == {key: approx(pair) for key, pair in expected.items()}
    revenue = {
        (row.scenario, row.region, row.year): row.levy_revenue
        for row in both.accounts.itertuples()
        if row.region in ("US", "JP")
    }
    assert revenue["more", "JP", 2026] == approx(3.0) and revenue["more", "US", 2028] == approx(3.0)
    assert floors.verify(given, both).ok


def test_what_each_region_bears_adds_up_with_levies_of_their_own() -> None:
    """By the prices of the pricing LP, less what treasuries take in: the cost of the plan."""
    caps = table(CAPS, ("US", "oxide", "tonnes", 50), ("JP", "oxide", "tonnes", 150))
    found = floors.coalition(two_members(caps=caps))
    assert found.owen_adds_up and found.owen is not None and sum(found.owen.values()) == approx(3.5)
    whole = found.coalitions.set_index("members").loc["US, JP"]
    assert (whole["cost_US"], whole["cost_JP"]) == approx((2.5, 1.0))


def test_the_plan_is_proven_exactly_by_its_own_prices() -> None:
    caps = table(CAPS, ("US", "oxide", "tonnes", 50), ("JP", "oxide", "tonnes", 150))
    given = two_members(caps=caps)
    report = floors.verify(given, floors.solve(given), exact=True)
    assert report.ok and report.exact["base"]["prices"] == "the workbook"
    assert report.exact["base"]["gap"] == 0


def test_a_levy_of_its_own_is_part_of_the_levy_and_not_below_0() -> None:
    """verify finds a levy that is none of the rules' business, and one that is left out."""
    caps = table(CAPS, ("US", "oxide", "tonnes", 50), ("JP", "oxide", "tonnes", 150))
    given = two_members(caps=caps)
    for wrong in (
        [("CN", "JP", "oxide", 2026, None, -30.0, 100.0)],
        [],
        [("US", "JP", "oxide", 2026, None, 30.0, 0.0)],
    ):
        copy = Copy(floors.solve(given), False)
        copy.of["own_levies"] = [list(row) for row in wrong]
        assert not floors.verify(given, copy).ok
