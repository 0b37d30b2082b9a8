"""Chains that share nothing binding: what happens to one moves no number of the other, foreseen or not."""

from __future__ import annotations

from functools import cache
from typing import Any

import pandas as pd
import pytest

import floors
from floors import Result, Study
from tests.support.studies import floor, study, table, years

SHEETS = ("floors", "floor_parts", "prices", "sourcing", "shipments", "caps")
T = (2026, 2027, 2028)
PLANT = "process region commodity unit_cost capital_cost lifetime capacity"
WORKS = table(
    PLANT,
    ("CN works", "CN", "oxide", 50),
    ("US works", "US", "oxide", 60, 60, 3),  # 20 a year while it stands
    ("CN ore", "CN", "ore", 5),
    ("AU ore", "AU", "ore", 7, None, None, 4),
    ("US ore", "US", "ore", 11),
)
WANTED = table(
    "region segment commodity value 2026 2027 2028",
    ("US", "all", "oxide", 200, 10, 10, 10),
    ("US", "all", "ore", 40, 6, 6, 6),
)
CAPS = table(
    "scope commodity basis 2026 2027 2028",
    ("bloc", "oxide", "demand", 0.5, 0.5, 0.5),
    ("bloc", "ore", "demand", 0.5, 0.5, 0.5),
)
CHANGES = table(
    "scenario sheet where column change value",
    ("dear", "unit_costs", "process=AU ore", "2028", "set", 9),
    ("dear then", "unit_costs", "process=AU ore", "2028", "set", 9),
    ("shut", "route_limits", "origin=CN; commodity=ore", "2028", "set", 0),
    ("both shut", "route_limits", "origin=CN; commodity=ore", "2028", "set", 0),
    ("both shut", "route_limits", "origin=CN; commodity=oxide", "2028", "set", 0),
)
SCENARIOS = table(
    "scenario known_from",
    ("dear",),
    ("dear then", 2028),
    ("shut", 2028),
    ("both shut", 2028),
    ("nothing", 2028),
)


def given(**more: Any) -> Study:
    """Oxide, of which the cap has the United States build, and ore, of which others mine enough but for a little."""
    limits = table("origin destination commodity 2026 2027 2028", ("CN", "US", "ore"), ("CN", "US", "oxide"))
    tables = {
        "years": years(*((t, 1) for t in T)),
        "processes": WORKS,
        "demand": WANTED,
        "caps": CAPS,
        "unit_costs": table("process 2026 2027 2028", ("AU ore",)),
        "route_limits": limits,
        "scenarios": SCENARIOS,
        "changes": CHANGES,
    }
    return study(**tables | more)


@cache
def solved(scenario: str = "base") -> Result:
    result = floors.solve(given().scenario(scenario))
    assert all(check.passed for check in result.checks)
    return result


def of(result: Result, sheet: str, commodity: str) -> pd.DataFrame:
    """Rows of a sheet; without what a cap costs on average, which is over the years in which something can be saved."""
    frame = result.frame(sheet)
    found = frame[frame["commodity"] == commodity].reset_index(drop=True)
    return found.drop(columns="average", errors="ignore")


def path(result: Result, commodity: str = "oxide") -> list[float]:
    return [floor(result, year=t, commodity=commodity) for t in T]


def test_what_a_plant_costs_is_in_its_floors_year_by_year() -> None:
    """60 + 20 while it is alive: to build in 2028 alone would cost 80 then, in 2027 160 in both years."""
    assert path(solved()) == pytest.approx([80, 80, 80])
    assert path(solved(), "ore") == pytest.approx([7, 7, 7])


@pytest.mark.parametrize("scenario", ["dear", "dear then", "shut"])
@pytest.mark.parametrize("sheet", SHEETS)
def test_the_other_chain_is_the_same_to_the_last_digit(scenario: str, sheet: str) -> None:
    was, is_ = of(solved(), sheet, "oxide"), of(solved(scenario), sheet, "oxide")
    assert len(was)
    pd.testing.assert_frame_equal(is_, was, check_exact=True)


@pytest.mark.parametrize("scenario", ["dear", "dear then", "shut"])
def test_the_chain_that_is_struck_is_not(scenario: str) -> None:
    assert not of(solved(scenario), "prices", "ore").equals(of(solved(), "prices", "ore"))


def test_where_nothing_happens_nothing_changes() -> None:
    for sheet in SHEETS:
        for good in ("oxide", "ore"):
            pd.testing.assert_frame_equal(
                of(solved("nothing"), sheet, good), of(solved(), sheet, good), check_exact=True
            )


def test_where_the_shock_strikes_prices_are_found_anew() -> None:
    """Without Chinese oxide 10 t are wanted of a plant of 5 t: 5 t more are built, for one year, at 60 + 20 in it."""
    struck = solved("both shut")
    (delivered,) = struck.prices.query("region == 'US' and commodity == 'oxide' and year == 2028")["price"]
    assert delivered == pytest.approx(80)


def test_a_fund_that_both_chains_may_use_joins_them_only_where_it_is_spent() -> None:
    piles = table(
        "stockpile region commodity capacity fund closing_value",
        ("a", "US", "oxide", 1, "F", 0),
        ("b", "US", "ore", 1, "F", 0),
    )
    more = {
        "stockpiles": piles,
        "funds": table("fund amount", ("F", 1)),
        "reference_prices": table("commodity 2026 2027 2028", ("oxide", 50, 50, 50), ("ore", 5, 5, 5)),
    }
    one, other = (floors.solve(given(**more).scenario(name)) for name in ("base", "shut"))
    for sheet in SHEETS:
        pd.testing.assert_frame_equal(of(other, sheet, "oxide"), of(one, sheet, "oxide"), check_exact=True)


def test_under_rules_on_floors_prices_are_found_anew() -> None:
    """What rules ask for hangs on the years that are left: the plant is sunk, and 60 holds the plan."""
    ruled = given(floor_rules=table("commodity rule 2026 2027 2028", ("oxide", "maximum", 300, 300, 300)))
    assert path(floors.solve(ruled.scenario("shut"))) == pytest.approx([80, 80, 60])
