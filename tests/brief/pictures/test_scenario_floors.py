"""The floor of the main commodity in every scenario."""

from __future__ import annotations

from typing import Any

import floors
from floors.many import solve_scenarios
from floors.page.colours import FLOOR, OTHERS
from floors.page.picture import BAND, LINE, Picture
from tests.support import studies
from tests.support.studies import table

HOME = ("processes", "process=US works", "unit_cost", "set")
WORLDS = {"dear": 100.0, "dearest": 120.0, "cheap": 60.0, "a little": 85.0}


def drawn(worlds: dict[str, float], *changes: tuple[Any, ...], **sheets: Any) -> Picture | None:
    """Half of 10 t may come from China at 50, the US makes it at 80; its cost is another in each world."""
    rows = [(name, *HOME, cost) for name, cost in worlds.items()] + list(changes)
    study = studies.study(
        years=studies.years((2026, 1), (2027, 1)),
        demand=table("region segment commodity value 2026 2027", ("US", "all", "oxide", 200, 10, 10)),
        caps=table("scope commodity basis 2026 2027", ("bloc", "oxide", "demand", 0.5, 0.5)),
        scenarios=table("scenario", *((name,) for name in dict.fromkeys(row[0] for row in rows))),
        changes=table("scenario sheet where column change value", *rows),
        **sheets,
    )
    found = solve_scenarios(study).pictures
    return next((one for one in found if one.name == "picture_scenario_floors"), None)


def test_worlds_are_lines_over_their_band_and_the_ends_are_named() -> None:
    picture = drawn(WORLDS)
    assert picture is not None
    assert picture.title == "In 2027 the floor on oxide is 60 to 120\u00a0USD/kg, depending on the world"
    (panel,) = picture.panels
    assert panel.title == "Other worlds: “dearest” highest and “cheap” lowest"
    band, *lines = panel.series
    assert (band.mark, band.low, band.values) == (BAND, (60.0, 60.0), (120.0, 120.0))
    assert {one.name: one.values[-1] for one in lines} == {
        "dear": 100.0,
        "a little": 85.0,
        "cheap": 60.0,
        "dearest": 120.0,
        "as it stands": 80.0,
    }
    assert {one.name: one.labels[-1] for one in lines if one.labels} == {
        "cheap": "cheap 60",
        "dearest": "dearest 120",
        "as it stands": "as it stands 80",
    }
    assert {one.name for one in lines if one.colour == OTHERS} == {"dear", "a little"}
    assert (lines[-1].name, lines[-1].colour) == ("as it stands", FLOOR)
    assert all(one.mark == LINE for one in lines)


def test_two_worlds_are_no_band_and_other_rules_have_a_panel_of_their_own() -> None:
    minimum = ("at least 90", "floor_rules", "rule=minimum", "2026-2027", "set", 90.0)
    picture = drawn(
        {"dear": 100.0},
        ("tight", "caps", "scope=bloc", "2026-2027", "set", 0.2),
        ("free", "caps", "scope=bloc", "2026-2027", "set", None),
        minimum,
        ("spoiled", "demand", "region=US", "2027", "set", -1.0),
        floor_rules=table("commodity rule 2026 2027", ("oxide", "minimum", None, None)),
        reference_prices=table("commodity 2026 2027", ("oxide", 50, 50)),
    )
    assert picture is not None
    assert picture.title == "The floor on oxide, scenario by scenario" and "shaded" not in picture.subtitle
    worlds, rules = picture.panels
    assert (worlds.choice, rules.choice) == ("Other worlds", "Other rules")
    assert [one.name for one in worlds.series] == ["dear", "as it stands"]
    assert [(one.name, one.values) for one in rules.series] == [
        ("at least 90", (90.0, 90.0)),
        ("as it stands", (80.0, 80.0)),
    ]
    # A tighter cap has the same floor; without caps there is none.
    assert "As it stands, wherever there is a floor: tight." in picture.note
    assert "not drawn: free." in picture.note and "Without a result: spoiled." in picture.note


def test_a_shortage_is_no_floor_but_a_gap() -> None:
    stopped = ("no home", "capacities", "process=US works", "2027", "set", 0.0)
    works = table("process 2026 2027", ("US works", None, None))
    picture = drawn({"dear": 100.0}, stopped, capacities=works)
    assert picture is not None
    assert [one.name for one in picture.panels[0].series] == ["dear", "as it stands"]
    assert "not drawn: no home." in picture.note


def test_there_is_none_where_all_scenarios_have_the_same_floors_or_no_levy_is_asked_for() -> None:
    assert drawn({"same": 80.0}) is None
    assert drawn({"cheaper than China": 40.0, "dear": 45.0}, processes=_cheap()) is None


def _cheap() -> Any:
    return table(
        "process region commodity unit_cost", ("CN works", "CN", "oxide", 50), ("US works", "US", "oxide", 30)
    )


def test_a_scenario_alone_has_none() -> None:
    study = studies.study(caps=studies.cap("bloc", "oxide", "demand", 0.5))
    assert "picture_scenario_floors" not in [one.name for one in floors.solve(study).pictures]
