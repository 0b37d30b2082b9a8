"""Cells that are allowed and likely not meant are told, at the cell; what is meant is not."""

from __future__ import annotations

from typing import Any

import pytest

from floors.case.derive import derive
from floors.case.slips import slips
from tests.support.studies import BASE, Table, study, table, years
from tests.support.tiny import places

PERIODS = years((2025, 5), (2030, 5), (2035, 5))
DEMAND = table("region segment commodity value 2025 2030 2035", ("US", "all", "oxide", 200, 10, 10, 10))
PLANT = "process region commodity unit_cost capacity capital_cost lead_time lifetime max_build max_total first_year last_year"


def told(**sheets: Any) -> list[tuple[str, str, str]]:
    given = {"years": PERIODS, "demand": DEMAND} | sheets
    return places(list(slips(derive(study(**given)))))


def works(*numbers: Any) -> Table:
    """The usual works, and one more with these numbers from `capacity` on."""
    more = table(PLANT, ("EU works", "US", "oxide", 10, *numbers))
    return [*BASE["processes"], *more]


ALIVE: dict[str, tuple[tuple[Any, ...], str]] = {
    "between the years": ((None, 20, 2, 3), "G4"),
    "after the last year": ((None, 20, 11, 20), "G4"),
    "a part of a year": ((None, 20, 0.5, 4), "G4"),
    "nothing a year": ((None, 20, None, None, 0), "I4"),
    "nothing in all": ((None, 20, None, None, None, 0), "J4"),
    "closed by then": ((5, 20, 5, 20, None, None, None, 2029), "L4"),
    "no capacity at all": ((0,), "E4"),
}


@pytest.mark.parametrize("case", ALIVE)
def test_what_can_never_run_is_told(case: str) -> None:
    numbers, cell = ALIVE[case]
    assert told(processes=works(*numbers)) == [("processes", cell, "never_alive")]


def test_where_it_is_told_and_why() -> None:
    (problem,) = slips(derive(study(years=PERIODS, demand=DEMAND, processes=works(None, 20, 2, 3))))
    assert problem.value == 2 and problem.level == "warning"
    assert "begun in 2025 it would be there from 2027 until 2030 begins" in problem.message
    assert "EU works can never run" in problem.message
    (problem,) = slips(derive(study(years=PERIODS, demand=DEMAND, processes=works(5, 20, 2, 3))))
    assert "can never run" not in problem.message, "what exists runs"


@pytest.mark.parametrize(
    "numbers",
    [(None, 20, 2, 4), (None, 20, 5, 0.5), (None, 20, 10, 1), (None, 20, None, None, 1, 1), (None,), (1,)],
)
def test_what_runs_in_one_year_is_not(numbers: tuple[Any, ...]) -> None:
    assert told(processes=works(*numbers)) == []


def test_a_plant_is_told_of_as_a_process_is() -> None:
    shared = table(
        "process region commodity unit_cost plant",
        ("US works", "US", "oxide", 10, "hall"),
        ("CN works", "CN", "oxide", 5),
    )
    plants = table("plant capacity capital_cost lead_time lifetime", ("hall", 0, 20, 2, 3))
    assert told(processes=shared, plants=plants) == [("plants", "D2", "never_alive")]
    assert told(processes=shared, plants=table("plant", ("hall",))) == [("plants", "A2", "never_alive")]
    assert told(processes=shared, plants=table("plant capacity", ("hall", 3))) == []


def test_what_a_scenario_changes_is_not_said_to_be_never() -> None:
    scenarios = {"scenarios": table("scenario", ("more",))}
    for column, value in (("capacity", 5), ("capital_cost", 4)):
        changes = table(
            "scenario sheet where column change value",
            ("more", "processes", "process=EU works", column, "set", value),
        )
        assert told(processes=works(0), changes=changes, **scenarios) == []


def test_years_inside_a_period_are_told() -> None:
    """2027 runs to the end of 2029; a first year of 2027 is 2030. Its ends cut nothing."""
    code = "inside_period"
    for first, last, expected in (
        (None, 2027, ["L4"]),
        (2027, None, ["K4"]),
        (2027, 2032, ["K4", "L4"]),
        (2030, 2034, []),
        (2025, 2029, []),
        (None, 2060, []),
    ):
        found = told(processes=works(None, None, None, None, None, None, first, last))
        assert found == [("processes", cell, code) for cell in expected]
    routes = table("origin destination commodity first_year last_year", ("*", "*", "*", 2031, None))
    assert told(routes=routes) == [("routes", "D2", code)]
    (problem,) = slips(derive(study(years=PERIODS, demand=DEMAND, routes=routes)))
    assert "from 2035 on, not before" in problem.message


def test_a_year_inside_a_period_that_a_scenario_names() -> None:
    given = study(
        years=PERIODS,
        demand=DEMAND,
        processes=works(None, None, None, None, None, None, None, 2034),
        scenarios=table("scenario known_from", ("early", None), ("shock", 2032)),
        changes=table(
            "scenario sheet where column change value",
            ("early", "processes", "process=EU works", "last_year", "set", 2027),
        ),
    )
    assert places(list(slips(derive(given)))) == [("scenarios", "B3", "inside_period")]
    assert places(list(slips(derive(given.scenario("early"))))) == [("processes", "L4", "inside_period")]


def test_a_route_that_never_holds() -> None:
    routes = table(
        "origin destination commodity first_year last_year",
        ("*", "*", "*"),
        ("CN", "US", "oxide", 2031, 2034),
    )
    assert told(routes=routes) == [("routes", "E3", "never_valid")]


def test_what_exists_before_it_may_run() -> None:
    assert told(processes=works(5, None, None, None, None, None, 2030)) == [
        ("processes", "E4", "exists_later")
    ]
    assert told(processes=works(5, None, None, None, None, None, 2025)) == []
    assert told(processes=works(None, None, None, None, None, None, 2030)) == []


def test_a_value_without_tonnes() -> None:
    demand = [*DEMAND, *table("region segment commodity value 2025 2030 2035", ("JP", "all", "oxide", 5000))]
    assert told(demand=demand) == [("demand", "D3", "value_alone")]
    more = {
        "scenarios": table("scenario", ("more",)),
        "changes": table(
            "scenario sheet where column change value", ("more", "demand", "region=JP", "years", "set", 5)
        ),
    }
    assert told(demand=demand, **more) == []
