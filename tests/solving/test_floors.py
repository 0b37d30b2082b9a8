"""Floors exist exactly where something capped could come in and something holds it back."""

from __future__ import annotations

from typing import Any

import pytest
from pytest import approx

from tests.support.studies import (
    BASE,
    Table,
    cap,
    floor,
    levy,
    one,
    rows,
    solve,
    table,
    years,
)

HALF = cap("bloc", "oxide", "demand", 0.5)
SEPARATION = table("technology commodity coefficient", ("separation", "ore", -2), ("separation", "oxide", 1))


def floored(**sheets: Any) -> set[str]:
    """The members and markets that have a floor on oxide."""
    result = solve(**{"caps": HALF} | sheets)
    return set(rows(result.floors, commodity="oxide")["member"])


def china(**columns: Any) -> Table:
    """China's works with other columns, and those of the US."""
    works = {"process": "CN works", "region": "CN", "commodity": "oxide", "unit_cost": 50} | columns
    return [works, {"process": "US works", "region": "US", "commodity": "oxide", "unit_cost": 80}]


def test_a_cap_and_a_way_in_make_a_floor() -> None:
    assert floored() == {"US", "JP"}


@pytest.mark.parametrize(
    "routes",
    [
        table("origin destination commodity limit", ("CN", "JP", "*", None)),
        table("origin destination commodity limit", ("CN", "JP", "*", None), ("CN", "US", "*", 0)),
    ],
)
def test_no_floor_where_the_route_is_closed(routes: Table) -> None:
    assert floored(routes=routes) == {"JP"}


def test_no_floor_under_an_embargo_nor_where_a_route_is_out_of_its_years() -> None:
    assert floored(route_limits=table("origin destination commodity 2026", ("CN", "US", "*", 0))) == {"JP"}
    assert floored(route_limits=table("origin destination commodity 2026", ("CN", "US", "*", 0.1))) == {
        "US",
        "JP",
    }
    late = table("origin destination commodity first_year", ("CN", "US", "*", 2027), ("CN", "JP", "*", None))
    assert floored(routes=late) == {"JP"}


@pytest.mark.parametrize(
    ("columns", "exists"),
    [
        ({"capacity": 0}, False),
        ({"capacity": 0.001}, True),
        ({"capital_cost": 10}, True),
        ({"capital_cost": 10, "max_build": 0}, False),
        ({"capital_cost": 10, "max_total": 0}, False),
        ({"capital_cost": 10, "lead_time": 1}, False),
        ({"capital_cost": 10, "capacity": 2, "lead_time": 1}, True),
        ({"first_year": 2027}, False),
        ({"last_year": 2025}, False),
        ({"last_year": 2026}, True),
        ({"plant": "hall"}, False),
        ({"plant": "big hall"}, True),
        ({"plant": "new hall"}, True),
        ({"plant": "big hall", "capacity": 0}, False),
    ],
)
def test_a_floor_needs_room_at_the_origin(columns: dict[str, Any], exists: bool) -> None:
    plants = table(
        "plant capacity capital_cost", ("hall", None, None), ("big hall", 5, None), ("new hall", None, 10)
    )
    assert floored(processes=china(**columns), plants=plants) == ({"US", "JP"} if exists else set())


def test_capacity_of_the_year_counts() -> None:
    assert floored(capacities=table("process 2026", ("CN works", 0))) == set()
    assert floored(processes=china(capacity=0), capacities=table("process 2026", ("CN works", 3))) == {
        "US",
        "JP",
    }


def test_a_build_counts_only_in_years_in_which_it_can_be_alive() -> None:
    result = solve(
        years=years((2026, 1), (2027, 1), (2028, 1)),
        processes=china(capital_cost=10, lead_time=1, lifetime=20),
        demand=table(
            "region segment commodity value 2026 2027 2028", ("US", "all", "oxide", 200, 10, 10, 10)
        ),
        caps=table("scope commodity basis 2026 2027 2028", ("bloc", "oxide", "demand", 0.5, 0.5, 0.5)),
    )
    assert rows(result.floors, member="US")["year"].tolist() == [2027, 2028]


def from_ore(*ore: tuple[Any, ...], **sheets: Any) -> bool:
    """Whether there is a floor where China separates ore that only these processes make."""
    processes = table(
        "process region technology commodity unit_cost capacity",
        ("CN separation", "CN", "separation", None, 10, None),
        ("US works", "US", None, "oxide", 80, None),
        *ore,
    )
    return bool(floored(technologies=SEPARATION, processes=processes, **sheets))


def test_a_floor_needs_every_input() -> None:
    foreign = ("MY mine", "MY", None, "ore", 5, None)
    assert not from_ore()
    assert from_ore(("CN mine", "CN", None, "ore", 5, None))
    assert from_ore(foreign)
    assert not from_ore(("MY mine", "MY", None, "ore", 5, 0))
    assert not from_ore(
        foreign, route_limits=table("origin destination commodity 2026", ("MY", "CN", "ore", 0))
    )
    assert not from_ore(foreign, routes=table("origin destination commodity", ("CN", "*", "oxide")))
    assert from_ore(
        foreign, routes=table("origin destination commodity", ("CN", "*", "oxide"), ("MY", "CN", "ore"))
    )


@pytest.mark.parametrize(
    ("region", "opening", "exists"), [("CN", 3, True), ("CN", 0, False), ("MY", 3, False)]
)
def test_an_input_may_lie_in_a_stockpile_of_the_origin(region: str, opening: float, exists: bool) -> None:
    pile = table("stockpile region commodity opening", ("heap", region, "ore", opening))
    assert from_ore(stockpiles=pile) == exists


def test_processes_that_feed_only_each_other_make_nothing() -> None:
    ring = table(
        "technology commodity coefficient",
        ("up", "ore", -1), ("up", "oxide", 0.5), ("down", "oxide", -1), ("down", "ore", 0.5),
    )  # fmt: skip
    processes = table(
        "process region technology commodity unit_cost",
        ("CN up", "CN", "up", None, 1),
        ("CN down", "CN", "down", None, 1),
        ("US works", "US", None, "oxide", 80),
    )
    closed = table("origin destination commodity", ("CN", "*", "*"))
    assert floored(technologies=ring, processes=processes, routes=closed) == set()
    assert floored(technologies=ring, processes=processes) == {"US", "JP"}  # from what the US makes


def test_no_floor_without_a_cap_that_counts_the_origin() -> None:
    assert floored(caps=cap("bloc", "oxide", "demand", None)) == set()
    assert floored(caps=cap("bloc", "magnet", "tonnes", 1)) == set()
    from_australia = table("scope commodity origin basis 2026", ("bloc", "oxide", "AU", "tonnes", 1))
    assert floored(caps=from_australia) == set()
    from_china = table("scope commodity origin basis 2026", ("bloc", "oxide", "CN", "tonnes", 1))
    assert floored(caps=from_china) == {"US", "JP"}


def test_no_floor_where_the_content_is_nothing() -> None:
    routes = table(
        "origin destination commodity content", ("CN", "US", "oxide", 0), ("CN", "JP", "oxide", None)
    )
    assert floored(routes=routes) == {"JP"}


def test_a_floor_is_at_the_first_capped_region_that_can_supply() -> None:
    regions = table("region role", ("US", "member"), ("RU", "capped"), ("CN", "capped"))
    processes = [
        *BASE["processes"],
        *table("process region commodity unit_cost", ("RU works", "RU", "oxide", 70)),
    ]
    given: dict[str, Any] = {"regions": regions, "processes": processes, "caps": HALF}
    result = solve(**given)
    assert one(result.floors, "origin") == "RU"
    closed = solve(**given, route_limits=table("origin destination commodity 2026", ("RU", "US", "*", 0)))
    assert one(closed.floors, "origin") == "CN"
    assert floor(closed) == approx(80)
    assert levy(closed) == approx(30)


def test_a_floor_that_nobody_pays_holds_nothing_up() -> None:
    """The US needs no Chinese oxide: its own is cheaper."""
    result = solve(caps=HALF, unit_costs=table("process 2026", ("US works", 40)))
    assert levy(result) == approx(0)
    assert not one(result.floors, "binding", member="US")
    assert not one(result.floors, "effective", member="US")


def test_a_floor_that_buyers_set_is_a_shortage() -> None:
    result = solve(caps=HALF, capacities=table("process 2026", ("US works", 3)))
    assert floor(result) == approx(200)
    assert one(result.floors, "set_by", member="US") == "unserved US/all"
    assert "shortage" in one(result.floors, "note", member="US")
