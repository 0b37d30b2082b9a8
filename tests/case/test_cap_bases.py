"""Caps on a share of final demand, of what processes buy as well."""

from __future__ import annotations

import pytest

from floors.case.derive import derive
from floors.case.doubts import doubtful
from floors.errors import Problem
from floors.study.study import Study
from tests.support.studies import BASE, Table, cap, solve, study, table, total
from tests.support.tiny import places

MADE_OF = table("technology commodity coefficient", ("of oxide", "magnet", 1), ("of oxide", "oxide", -1.25))
WORKS = "process region technology commodity unit_cost capacity"
AT_HOME = table(
    WORKS,
    ("CN works", "CN", None, "oxide", 50, None),
    ("US works", "US", None, "oxide", 80, None),
    ("US magnets", "US", "of oxide", None, 20, 40),
)
ABROAD = [*AT_HOME[:2], {**AT_HOME[2], "process": "AU magnets", "region": "AU"}]
WANTED = table(
    "region segment commodity value 2026", ("US", "all", "oxide", 200, 10), ("US", "cars", "magnet", 500, 20)
)
ONE = {
    "technologies": MADE_OF,
    "processes": AT_HOME,
    "demand": WANTED,
    "caps": cap("bloc", "oxide", "demand", 0.5),
}


def told(given: Study) -> list[Problem]:
    """What is said of inputs under caps on demand."""
    return [one for one in doubtful(derive(given)) if one.code == "inputs_under_demand_cap"]


def test_a_cap_on_final_demand_that_holds_inputs_back_too_is_told() -> None:
    (warning,) = told(study(**ONE))
    assert places([warning]) == [("caps", "C2", "inputs_under_demand_cap")]
    assert warning.message == (
        "this cap is a share of final demand alone, 10 t in 2026. What US magnets uses of oxide counts under it too, "
        "but is no part of that demand, in 2026."
    )


def test_what_is_told_is_true_of_the_plan() -> None:
    """Of 10 t of demand half may come: 5 t for buyers and for 25 t of inputs together; of use it would be 17.5 t."""
    assert total(solve(**ONE).sourcing, "quantity", commodity="oxide", origin="CN") == pytest.approx(5)
    of_use = solve(**ONE | {"caps": cap("bloc", "oxide", "use", 0.5)})
    assert total(of_use.sourcing, "quantity", commodity="oxide", origin="CN") == pytest.approx(17.5)


GROUP = table("group commodity weight", ("all of it", "oxide", 1), ("all of it", "magnet", 1.25))
MARKET = table("scope commodity segment basis 2026", ("US", "oxide", "all", "demand", 0.5))


@pytest.mark.parametrize(
    "changed",
    [
        {"caps": cap("bloc", "oxide", "use", 0.5)},
        {"caps": cap("bloc", "oxide", "tonnes", 5)},
        {"caps": cap("bloc", "magnet", "demand", 0.5)},
        {"caps": cap("JP", "oxide", "demand", 0.5), "demand": [*WANTED, {**WANTED[0], "region": "JP"}]},
        {"caps": MARKET},  # a market of its own: no process buys there
        {"processes": ABROAD},
        {"processes": [*AT_HOME[:2], {**AT_HOME[2], "capacity": 0}]},
        {
            "groups": GROUP,
            "caps": cap("bloc", "all of it", "demand", 0.5),
        },  # counted in the magnets that are wanted
        {"caps": cap("bloc", "oxide", "demand", None)},
    ],
)
def test_it_is_not_told_where_the_share_is_of_all_that_counts(changed: dict[str, Table]) -> None:
    assert told(study(**ONE | changed)) == []


def test_of_a_row_that_only_a_scenario_fills_it_is_told_there() -> None:
    switch = {
        "caps": cap("bloc", "oxide", "demand", None),
        "scenarios": table("scenario", ("capped",), ("dear",)),
        "changes": table(
            "scenario sheet where column change value",
            ("capped", "caps", "commodity=oxide", "2026", "set", 0.5),
            ("dear", "processes", "process=US works", "unit_cost", "set", 90),
        ),
    }
    given = study(**BASE | ONE | switch)
    assert told(given) == []
    assert [(one.cell, one.set_by) for one in told(given.scenario("capped"))] == [("D2", "changes!F2")]
    assert told(given.scenario("dear")) == []


def test_each_row_of_the_sheet_is_told_of_once() -> None:
    each = table("scope commodity origin basis 2026", ("bloc", "oxide", "each", "demand", 0.5))
    makers = [*AT_HOME, {**AT_HOME[0], "process": "AU works", "region": "AU"}]
    assert len(told(study(**ONE | {"caps": each, "processes": makers}))) == 1
