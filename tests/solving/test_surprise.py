"""Shocks nobody foresaw: what was decided before stays, and so do its prices."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from pytest import approx

import floors
from floors import Result, Study
from floors.contract.results import FLOORS, SHIPMENTS, SUPPORT
from floors.many import solve_scenarios
from tests.support import studies, toy
from tests.support.studies import table

SHOCK = 2030


def study(changes: list[dict[str, Any]] | None = None, **tables: Any) -> Study:
    scenarios = [
        {"scenario": "foreseen"},
        {"scenario": "surprise", "known_from": SHOCK},
        {"scenario": "free"},
        {"scenario": "free surprise", "parent": "free", "known_from": SHOCK},
        {"scenario": "second surprise", "parent": "surprise", "known_from": 2032},
    ]
    if changes is None:
        blank = {"sheet": "caps", "where": "scope=*", "column": "years", "change": "set"}
        changes = [
            *(toy.embargo(name, SHOCK) for name in ("foreseen", "surprise", "free surprise")),
            toy.embargo("second surprise", "2032"),
            {"scenario": "free", **blank},
        ]
    return toy.with_sheets(route_limits=toy.SIDES, scenarios=scenarios, changes=changes, **tables)


@cache
def solved(scenario: str = "base") -> Result:
    return floors.solve(study().scenario(scenario))


def test_an_embargo_of_one_year_foreseen_and_not() -> None:
    """The published pair of the toy: 3,700 thousand foreseen, 5,279 as a surprise."""
    base = solved().figures.total_cost
    assert 1000 * (solved("foreseen").figures.total_cost - base) == approx(3700, abs=0.5)
    assert 1000 * (solved("surprise").figures.total_cost - base) == approx(5279, abs=0.5)


@pytest.mark.parametrize(
    "table", ["shipments", "production", "investment", "floors", "prices", "caps", "accounts"]
)
def test_years_before_are_the_parents(table: str) -> None:
    def early(result: Result) -> list[tuple[Any, ...]]:
        year = result.frame(table).columns.get_loc("year")
        return [row for row in result.rows(table) if row[year] < SHOCK]

    now, then = early(solved("surprise")), early(solved())
    assert len(now) == len(then) > 0 or table == "investment"
    for one, other in zip(now, then, strict=True):
        assert [v for v in one if isinstance(v, str)] == [v for v in other if isinstance(v, str)]
        numbers = [[v for v in row if isinstance(v, float)] for row in (one, other)]
        assert numbers[0] == approx(numbers[1], rel=1e-9, abs=1e-9)


def test_years_after_are_not() -> None:
    def later(result: Result) -> dict[int, float]:
        rows = FLOORS.read(result.rows("floors"))
        return {row.year: row.floor for row in rows if row.member == "US" and row.year > SHOCK}

    assert later(solved("surprise")) != approx(later(solved("foreseen")))
    shipments = SHIPMENTS.read(solved("surprise").rows("shipments"))
    assert not [row for row in shipments if row.origin == "CN" != row.destination and row.year == SHOCK]


def test_the_baseline_is_fixed_at_the_parents_baseline() -> None:
    """What the free market had decided before 2030 is what the free scenario decided."""
    base = {key: v for key, v in solved("surprise").baseline_outcome.ship.items() if key[-1] < SHOCK}
    free = {key: v for key, v in solved("free").outcome.ship.items() if key[-1] < SHOCK}
    assert base == approx(free, abs=1e-9)
    assert solved("surprise").figures.baseline_total_cost == approx(
        solved("free surprise").figures.total_cost, rel=1e-9
    )


def test_certificates_and_money_hold() -> None:
    for name in ("surprise", "free surprise", "second surprise"):
        assert all(check.passed for check in solved(name).checks)


def test_a_surprise_after_a_surprise() -> None:
    assert solved("second surprise").figures.total_cost > solved("surprise").figures.total_cost
    first, second = solved("surprise").outcome.ship, solved("second surprise").outcome.ship
    assert all(second[key] == approx(v, abs=1e-9) for key, v in first.items() if key[-1] < 2032)


def test_rules_that_look_back_use_the_parents_floors() -> None:
    given = study(floor_rules=toy.rules(("max_rise", 12), ("max_fall", 3)))
    parent, shock = floors.solve(given), floors.solve(given.scenario("surprise"))

    def path(result: Result) -> dict[int, float]:
        return {row.year: row.floor for row in FLOORS.read(result.rows("floors")) if row.member == "US"}

    before, after = path(parent), path(shock)
    assert {t: after[t] for t in range(2026, SHOCK)} == approx({t: before[t] for t in range(2026, SHOCK)})
    later = study([toy.embargo("surprise", "2031")], floor_rules=toy.rules(("max_rise", 5), ("max_fall", 3)))
    moved = path(floors.solve(later.scenario("surprise")))
    assert moved[SHOCK] - moved[SHOCK - 1] <= 5 + 1e-6
    assert moved[SHOCK] - moved[SHOCK - 1] >= -3 - 1e-6
    assert shock.figures.uplift > 0 and all(check.passed for check in shock.checks)


def test_what_was_decided_is_paid_nothing_for() -> None:
    given = study(floor_rules=toy.rules(("maximum", 100)))
    parent, shock = floors.solve(given), floors.solve(given.scenario("surprise"))

    def early(result: Result) -> list[tuple[Any, ...]]:
        rows = SUPPORT.read(result.rows("support"))
        return [row for row in rows if row.year < SHOCK and row.make_whole > 0]

    assert early(shock) == early(parent) != []


def test_uplift_of_the_years_before_counts() -> None:
    """A ceiling costs make-whole before and after: summary, support and accounts say the same of it."""
    given = study(floor_rules=toy.rules(("maximum", 90)))
    shock = floors.solve(given.scenario("surprise"))
    support, figures = shock.support, shock.figures
    assert 0 < support.loc[support["year"] < SHOCK, "make_whole"].sum() < figures.make_whole
    assert support["make_whole"].sum() == approx(figures.make_whole, rel=1e-6)
    assert support["foregone"].sum() == approx(figures.foregone, rel=1e-6)
    assert figures.uplift == approx(figures.make_whole + figures.foregone, rel=1e-9)
    weight = shock.accounts["year"].map(shock.outcome.case.calendar.weight)
    assert (weight * shock.accounts["support"]).sum() == approx(figures.make_whole, rel=1e-6)
    early_only = floors.solve(study(floor_rules=[
        {"commodity": "oxide", "rule": "maximum"} | dict.fromkeys(range(2026, SHOCK), 80.0)
    ]).scenario("surprise"))  # fmt: skip
    assert early_only.figures.uplift == approx(
        early_only.support["make_whole"].sum() + early_only.support["foregone"].sum(), rel=1e-6
    )
    assert early_only.figures.uplift > 0


def test_elastic_demand_keeps_its_past() -> None:
    demand = toy.study().tables["demand"].assign(elasticity=-0.4)
    result = floors.solve(study(demand=demand).scenario("surprise"))
    parent = floors.solve(study(demand=demand))
    early = {k: v for k, v in parent.outcome.ship.items() if k[-1] < SHOCK}
    assert {k: v for k, v in result.outcome.ship.items() if k[-1] < SHOCK} == approx(early, abs=1e-9)
    assert all(check.passed for check in result.checks)


def test_a_surprise_that_is_no_surprise_changes_nothing() -> None:
    given = study([toy.embargo("surprise", "2033") | {"value": 1000}])
    assert floors.solve(given.scenario("surprise")).figures.total_cost == approx(
        floors.solve(given).figures.total_cost, rel=1e-9
    )


@pytest.mark.parametrize(
    "change",
    [
        toy.embargo("surprise", "2029-2031"),
        toy.embargo("surprise", SHOCK)
        | {"sheet": "processes", "where": "region=CN", "column": "unit_cost", "value": 90},
        toy.embargo("surprise", SHOCK)
        | {"sheet": "regions", "where": "region=AU", "column": "role", "value": "member"},
    ],
)
def test_changing_the_past_is_an_error(change: dict[str, Any]) -> None:
    with pytest.raises(floors.InputError) as caught:
        study([change])
    (problem,) = caught.value.problems
    assert (problem.sheet, problem.cell, problem.code) == ("changes", "D2", "changes_the_past")
    assert "known from 2030" in problem.message


def test_a_parent_without_a_plan_is_named() -> None:
    """What a shock starts from must have a plan itself."""
    starved = {"sheet": "processes", "where": "process=*", "column": "capacity", "change": "set", "value": 1}
    served = {"sheet": "demand", "where": "region=*", "column": "value", "change": "set"}
    changes = [
        toy.embargo("free surprise", SHOCK),
        *({"scenario": "free"} | change for change in (starved, served)),
    ]
    with pytest.raises(floors.Infeasible, match=r"^scenario free, from which it starts: "):
        floors.solve(study(changes).scenario("free surprise"))


def test_a_loss_of_years_before_the_shock_is_told_as_the_parent_told_it() -> None:
    """A maximum of 60 in 2026 makes US works lose 20 USD/kg; from 2027 on there is no rule, nor any loss."""
    given = studies.study(
        years=table("year", (2026,), (2027,)),
        demand=table("region segment commodity value 2026 2027", ("US", "all", "oxide", 200, 10, 10)),
        caps=table("scope commodity basis 2026 2027", ("bloc", "oxide", "demand", 0.5, 0.5)),
        floor_rules=table("commodity rule 2026 2027", ("oxide", "maximum", 60, None)),
        scenarios=table("scenario known_from", ("shock", 2027)),
        changes=table(
            "scenario sheet where column change value", ("shock", "demand", "region=US", 2027, "set", 12)
        ),
    )
    both = solve_scenarios(given)
    works = studies.rows(both.production, process="US works")
    notes = {(row.scenario, row.year): row.note for row in works.itertuples()}
    under_rules = "runs at a loss under the floor rules: see support"
    assert notes == {
        (scenario, year): under_rules if year == 2026 else ""
        for scenario in ("base", "shock")
        for year in (2026, 2027)
    }
    assert floors.verify(given, both).ok


def test_what_a_limit_over_all_years_foregoes_is_told_from_the_surprise_on() -> None:
    """The floor may not fall below 95 where 5 t are built at 60 + 20 a kg: 15 tempt to build the one tonne that
    `max_total` leaves. The limit is of no year, and of none that is past."""
    head = "process region commodity unit_cost first_year capital_cost lifetime max_total"
    given = studies.study(
        years=studies.years((2026, 1), (2027, 1)),
        processes=table(
            head, ("CN works", "CN", "oxide", 50), ("US works", "US", "oxide", 75, 2027, 20, 1, 6)
        ),
        unit_costs=table("process 2026 2027", ("US works", 75, 75)),
        demand=table("region segment commodity value 2026 2027", ("US", "all", "oxide", 100, 10, 10)),
        caps=table("scope commodity basis 2026 2027", ("US", "oxide", "tonnes", 5, 5)),
        floor_rules=table("commodity rule 2027", ("oxide", "max_fall", 5)),
        scenarios=table("scenario known_from", ("cheap", 2027)),
        changes=table(
            "scenario sheet where column change value", ("cheap", "unit_costs", "process=*", 2027, "set", 60)
        ),
    ).scenario("cheap")
    result = floors.solve(given)
    assert studies.metric(result, "foregone") == approx(0.015)
    assert studies.one(result.support, "foregone", name="US works", year=2027) == approx(0.015)
    assert not floors.verify(given, result).findings
