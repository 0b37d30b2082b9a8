"""Rules on floors: what each asks, what it costs, who pays, and which of equal prices are chosen."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pytest import approx

import floors
from floors.pricing.dual import PricingLP
from tests.support.studies import (
    Table,
    activity,
    cap,
    floor,
    metric,
    one,
    price,
    refused,
    settings,
    solve,
    study,
    table,
    total,
    years,
)

HALF = cap("bloc", "oxide", "demand", 0.5)


def rising(gap: float = 1, rules: Table | None = None, **sheets: Any) -> floors.Result:
    """Two years, `gap` apart: the US turns to works at 60, then at 100; China offers at 50 and sells half."""
    second = 2026 + int(gap)
    head = f"2026 {second}"
    given: dict[str, Any] = {
        "years": years((2026, gap), (second, 1)),
        "unit_costs": table(f"process {head}", ("US works", 60, 100)),
        "demand": table(f"region segment commodity value {head}", ("US", "all", "oxide", 200, 10, 10)),
        "caps": table(f"scope commodity basis {head}", ("bloc", "oxide", "demand", 0.5, 0.5)),
        "floor_rules": rules,
        "reference_prices": table(f"commodity {head}", ("oxide", 50, 50)),
    }
    return solve(**given | sheets)


def rule(name: str, *values: float | None, head: str = "2026 2027", commodity: str = "*") -> Table:
    """Sheet `floor_rules` with one row."""
    return table(f"commodity rule {head}", (commodity, name, *values))


def test_without_rules_there_is_no_uplift() -> None:
    result = rising()
    assert [floor(result, year=t) for t in (2026, 2027)] == approx([60, 100])
    assert metric(result, "uplift") == metric(result, "make_whole") == metric(result, "foregone") == 0
    assert result.support.empty


def test_maximum_costs_those_who_are_dearer() -> None:
    """At 90, works at 100 lose 10 on 5 t, unless the cap's slack pays: it has none."""
    result = rising(rules=rule("maximum", 90, 90))
    assert floor(result, year=2027) == approx(90)
    assert metric(result, "uplift") == approx(5 * 10 / 1000)
    assert metric(result, "make_whole") == approx(5 * 10 / 1000)
    assert metric(result, "foregone") == approx(0, abs=1e-9)
    assert metric(result, "least_make_whole") == approx(0.05)
    assert total(result.support, "make_whole") == approx(0.05)
    assert set(result.support["paid_by"].dropna()) == {"US"}
    assert one(result.accounts, "support", region="US", year=2027) == approx(0.05)


@pytest.mark.parametrize(
    ("name", "values", "gap", "expected"),
    [
        ("max_rise", (None, 25), 1, (60, 85)),
        ("max_rise", (0, 25), 1, (60, 85)),
        ("max_rise", (None, 8), 3, (60, 84)),
        ("max_rise_share", (None, 0.2), 1, (100 / 1.2, 100)),
        ("max_rise_share", (None, 0.1), 3, (60, 60 * 1.1**3)),
    ],
)
def test_rises_are_per_year_and_the_later_years_value_counts(
    name: str, values: tuple[float | None, float], gap: int, expected: tuple[float, float]
) -> None:
    """A floor below 100 costs those who make 5 t in 2027, one above 60 those who bring 5 t from China in each
    year of 2026's period. Where both cost the same the lower floors are chosen."""
    result = rising(gap, rule(name, *values, head=f"2026 {2026 + gap}"))
    assert [floor(result, year=t) for t in (2026, 2026 + gap)] == approx(list(expected))
    loss = gap * (expected[0] - 60) + 100 - expected[1]
    assert metric(result, "uplift") == approx(5 * loss / 1000)
    assert metric(result, "make_whole") == approx(5 * loss / 1000)


def falling(gap: int, rules: Table) -> floors.Result:
    """As `rising`, but from 100 to 60."""
    return rising(gap, rules, unit_costs=table(f"process 2026 {2026 + gap}", ("US works", 100, 60)))


@pytest.mark.parametrize(
    ("name", "value", "gap", "expected"),
    [
        ("max_fall", 25, 1, (85, 60)),
        ("max_fall", 8, 3, (100, 76)),
        ("max_fall_share", 0.2, 1, (100, 80)),
        ("max_fall_share", 0.1, 3, (100, 72.9)),
    ],
)
def test_falls_are_per_year_and_compounded(
    name: str, value: float, gap: int, expected: tuple[float, float]
) -> None:
    result = falling(gap, rule(name, None, value, head=f"2026 {2026 + gap}"))
    assert [floor(result, year=t) for t in (2026, 2026 + gap)] == approx(list(expected))
    loss = gap * (100 - expected[0]) + expected[1] - 60
    assert metric(result, "uplift") == approx(5 * loss / 1000)
    assert metric(result, "make_whole") == approx(5 * loss / 1000)


def test_a_rise_can_be_met_by_an_earlier_floor_where_works_are_full() -> None:
    """Works at 60 with room for 6 t make 5: at 70 they would sell one more, which is foregone: 1 x 10. Paying
    those of 2027 would cost 5 x 10."""
    result = rising(
        rules=rule("max_rise", None, 30),
        processes=table(
            "process region commodity unit_cost capacity",
            ("CN works", "CN", "oxide", 50, None),
            ("US works", "US", "oxide", 60, 6),
            ("US dear", "US", "oxide", 100, None),
        ),
        unit_costs=table("process 2026 2027", ("US works", 60, 100)),
    )
    assert [floor(result, year=t) for t in (2026, 2027)] == approx([70, 100])
    assert metric(result, "uplift") == approx(0.01)
    assert metric(result, "foregone") == approx(0.01)
    assert metric(result, "make_whole") == approx(0, abs=1e-9)


def test_a_named_commodity_replaces_the_star_for_that_rule_alone() -> None:
    rules = [
        *rule("maximum", 90, 90),
        *rule("maximum", 97, None, commodity="oxide"),
        *rule("max_rise", None, 500),
    ]
    result = rising(rules=rules)
    assert floor(result, year=2027) == approx(
        100
    )  # its own row has no value in 2027, and `*` no longer counts
    result = rising(rules=[*rule("maximum", 90, 90), *rule("maximum", None, 97, commodity="oxide")])
    assert floor(result, year=2027) == approx(97)


@pytest.mark.parametrize("scale", [1, 2])
def test_margin_leaves_a_member_what_it_asks(scale: float) -> None:
    """Ore is 30 in the US, so works at 80 leave 20 a tonne of oxide. Five more cost 5 t from China 5 each, or
    10 t of ore 2.5 each, however many tonnes one activity makes."""
    result = solve(
        technologies=table(
            "technology commodity coefficient",
            ("separation", "ore", -2 * scale),
            ("separation", "oxide", scale),
        ),
        processes=table(
            "process region technology commodity unit_cost",
            ("CN works", "CN", None, "oxide", 50),
            ("US mine", "US", None, "ore", 30),
            ("US separation", "US", "separation", None, 20 * scale),
        ),
        caps=HALF,
        floor_rules=table("commodity rule 2026", ("oxide", "margin", 25)),
    )
    assert activity(result, "US separation") == approx(5 / scale)
    assert floor(result) - 2 * price(result, "US", commodity="ore") == approx(25)
    assert metric(result, "uplift") == approx(0.025)


def test_coordination_makes_one_floor_of_two_and_tells_its_uplift() -> None:
    """National caps make floors of 80 in the US and 88 in Japan, freight being 8; 5 t and 2.5 t are bought
    from the US by each. One floor of 80 costs Japan's route 8 on 2.5 t; one of 88 has no end at home."""
    given: dict[str, Any] = {
        "demand": table(
            "region segment commodity value 2026",
            ("US", "all", "oxide", 200, 10),
            ("JP", "all", "oxide", 200, 5),
        ),
        "routes": table("origin destination commodity freight", ("CN", "*", "*", 0), ("US", "JP", "*", 8)),
        "caps": table(
            "scope commodity basis 2026", ("US", "oxide", "demand", 0.5), ("JP", "oxide", "demand", 0.5)
        ),
    }
    apart = solve(**given)
    assert (floor(apart, "US"), floor(apart, "JP")) == (approx(80), approx(88))
    together = solve(**given, settings=settings(coordination="bloc"))
    assert floor(together, "US") == approx(floor(together, "JP")) == approx(80)
    assert metric(together, "uplift") == approx(2.5 * 8 / 1000)
    assert metric(together, "total_cost") == approx(metric(apart, "total_cost"))


def test_coordination_leaves_kinds_of_market_apart() -> None:
    demand = table(
        "region segment commodity value 2026",
        ("US", "defence", "oxide", 300, 4),
        ("US", "cars", "oxide", 200, 6),
    )
    caps = table(
        "scope commodity segment basis 2026",
        ("bloc", "oxide", "defence", "demand", 0.5),
        ("bloc", "oxide", None, "demand", 0.9),
    )
    result = solve(
        demand=demand,
        caps=caps,
        settings=settings(coordination="bloc"),
        capacities=table("process 2026", ("US works", 2)),
    )
    assert metric(result, "uplift") == 0
    assert floor(result, "US/defence") > floor(result, "US") + 1


def test_budget_below_the_least_is_over_budget_and_above_it_binds() -> None:
    rules = rule("maximum", 90, 90)
    with pytest.raises(floors.OverBudget) as caught:
        rising(rules=rules, settings=settings(support_budget=0.049))
    assert "0.05" in str(caught.value)
    assert metric(rising(rules=rules, settings=settings(support_budget=0.05)), "make_whole") == approx(0.05)


def test_budget_moves_uplift_from_make_whole_to_foregone() -> None:
    """A rise of at most 30: lowering 2027 by 10 costs 5 x 10 of make-whole, raising 2026 by 10 forgoes 7 x 10."""
    given: dict[str, Any] = {
        "rules": rule("max_rise", None, 30),
        "processes": table(
            "process region commodity unit_cost capacity",
            ("CN works", "CN", "oxide", 50, None),
            ("US works", "US", "oxide", 60, 12),
            ("US dear", "US", "oxide", 100, None),
        ),
    }
    free = rising(**given)
    assert [floor(free, year=t) for t in (2026, 2027)] == approx([60, 90])
    assert metric(free, "uplift") == approx(0.05)
    assert metric(free, "least_make_whole") == approx(0, abs=1e-9)
    bound = rising(**given, settings=settings(support_budget=0.02))
    assert metric(bound, "make_whole") == approx(0.02)
    assert metric(bound, "foregone") == approx(7 * 6 / 1000)
    assert [floor(bound, year=t) for t in (2026, 2027)] == approx([66, 96])


def test_steadiest_and_lowest_cost_the_same_uplift() -> None:
    """2027 has no works that are used: its levy may be anything up to 100 - 50. After 80 comes anything from 50."""
    given: dict[str, Any] = {
        "processes": table(
            "process region commodity unit_cost capacity",
            ("CN works", "CN", "oxide", 50, None),
            ("US works", "US", "oxide", 0, 5),
        ),
        "unit_costs": table("process 2026 2027", ("US works", 80, 30)),
        "demand": table(
            "region segment commodity value 2026 2027",
            ("US", "a", "oxide", 200, 9, 10),
            ("US", "b", "oxide", 80, 6, 0),
        ),
    }
    lowest = rising(**given)
    steady = rising(**given, settings=settings(floor_choice="steadiest"))
    assert [floor(lowest, year=t) for t in (2026, 2027)] == approx([80, 50])
    assert [floor(steady, year=t) for t in (2026, 2027)] == approx([80, 80])
    assert metric(lowest, "uplift") == metric(steady, "uplift") == 0
    assert metric(lowest, "total_cost") == approx(metric(steady, "total_cost"))
    low, high = (one(steady.floors, end, member="US", year=2027) for end in ("lowest", "highest"))
    assert (low, high) == (approx(50), approx(200))


@pytest.mark.parametrize("prices", [None, table("commodity 2026 2027", ("oxide", 50, 0))])
def test_steadiest_needs_reference_prices_above_0(prices: Table | None) -> None:
    both = table("scope commodity basis 2026 2027", ("bloc", "oxide", "demand", 0.5, 0.5))
    problems = refused(caps=both, settings=settings(floor_choice="steadiest"), years=years((2026, 1), (2027, 1)),
        demand=table("region segment commodity value 2026 2027", ("US", "all", "oxide", 200, 10, 10)),
        reference_prices=prices,
    )  # fmt: skip
    assert [p.code for p in problems] == ["missing_reference"]


def test_a_budget_of_nothing_is_a_budget() -> None:
    with pytest.raises(floors.OverBudget):
        rising(rules=rule("maximum", 90, 90), settings=settings(support_budget=0))
    assert metric(rising(settings=settings(support_budget=0)), "make_whole") == 0


def test_shares_of_fall_above_one_forbid_nothing() -> None:
    """Two years at 150 % a year: a price cannot fall by more than all of it."""
    try:
        result = falling(2, rule("max_fall_share", None, 1.5, head="2026 2028"))
    except floors.InputError:
        return
    assert [floor(result, year=t) for t in (2026, 2028)] == approx([100, 60])
    assert metric(result, "uplift") == 0


def test_a_budget_says_the_same_where_the_plan_is_not_exact() -> None:
    """0.1 and 0.2 t are not quite the 0.3 t that are wanted: what is left of a row is no entry of the budget's row."""
    given = study(
        processes=table(
            "process region commodity unit_cost capacity",
            ("CN works", "CN", "oxide", 50, None), ("US works", "US", "oxide", 80, 0.2), ("AU works", "AU", "oxide", 90, None),
        ),
        demand=table("region segment commodity value 2026", ("US", "all", "oxide", 200, 0.3)),
        caps=cap("bloc", "oxide", "tonnes", 0.1),
        floor_rules=table("commodity rule 2026", ("oxide", "maximum", 60)),
        settings=settings(support_budget=0.1),
    )  # fmt: skip
    outcome = floors.solve(given).outcome
    pricing = PricingLP(outcome.compiled, outcome.plan.x, outcome.floors, outcome.rules, budget=100.0)
    budget = pricing.matrix[[pricing.matrix.shape[0] - 1]].data
    left = np.abs(outcome.compiled.lp.matrix @ outcome.plan.x)
    assert ((left > 0) & (left < 1e-12)).any()
    assert np.abs(budget).min() > 1e-3
