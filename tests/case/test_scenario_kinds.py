"""Kinds of scenarios: typed, or told from what they and their parents change."""

from __future__ import annotations

from typing import Any

import pytest

import floors
from floors.case.scenario_kinds import is_embargo, scenario_kind
from tests.support import leaving, studies
from tests.support.studies import Table, table

HEADER = "scenario sheet where column change value"


def case(changes: list[tuple[Any, ...]], *scenarios: tuple[Any, ...], **sheets: Table | None) -> floors.Study:
    """The usual two countries with one of all that a scenario can change."""
    given: dict[str, Table | None] = {
        "years": studies.years((2026, 1), (2027, 1)),
        "demand": table("region segment commodity value 2026 2027", ("US", "all", "oxide", 200, 10, 10)),
        "caps": table("scope commodity basis 2026 2027", ("bloc", "oxide", "demand", 0.5, 0.5)),
        "floor_rules": table("commodity rule 2026 2027", ("oxide", "maximum")),
        "route_limits": table(
            "origin destination commodity 2026 2027",
            ("CN", "*", "oxide"),
            ("CN", "*", "ore"),
            ("AU", "*", "*"),
        ),
        "stockpiles": table("stockpile region commodity opening capacity", ("reserve", "US", "oxide", 4, 9)),
        "releases": table("stockpile 2026 2027", ("reserve", 1, 1)),
        "stock_targets": table("stockpile 2026 2027", ("reserve", 2, 2)),
    }
    scenarios = scenarios or (("one",),)
    return studies.study(
        **{**given, **sheets},
        scenarios=table("scenario parent known_from kind", *scenarios),
        changes=table(HEADER, *changes),
    )


EMBARGO = ("one", "route_limits", "origin=CN; commodity=oxide", 2027, "set", 0)
TOLD: list[tuple[str, tuple[Any, ...], str]] = [
    ("a cap", ("one", "caps", "scope=bloc", "years", "set", 0.25), "rules"),
    ("a rule on floors", ("one", "floor_rules", "rule=maximum", "years", "set", 90), "rules"),
    ("who is in", ("one", "regions", "region=JP", "role", "set", "other"), "rules"),
    ("a name", ("one", "regions", "region=JP", "name", "set", "Nippon"), "world"),
    ("how it is governed", ("one", "settings", "key=coordination", "value", "set", "national"), "rules"),
    ("a rate", ("one", "settings", "key=discount_rate", "value", "set", 0.1), "world"),
    ("a stock let go", ("one", "stock_targets", "stockpile=*", "years", "set", None), "rules"),
    ("what may be let go", ("one", "releases", "stockpile=*", "years", "set", 4), "rules"),
    ("what a stock is worth", ("one", "stockpiles", "stockpile=*", "closing_value", "set", 5), "rules"),
    ("an opening stock", ("one", "stockpiles", "stockpile=*", "opening", "set", 0), "rules"),
    ("what a stock costs", ("one", "stockpiles", "stockpile=*", "holding_cost", "set", 1), "world"),
    ("a cost", ("one", "processes", "process=US works", "unit_cost", "set", 90), "world"),
    ("an embargo", EMBARGO, "shock"),
    ("a narrower road", ("one", "route_limits", "origin=CN; commodity=oxide", 2027, "set", 1), "world"),
    ("a good without a cap", ("one", "route_limits", "origin=CN; commodity=ore", 2027, "set", 0), "world"),
    ("a road from elsewhere", ("one", "route_limits", "origin=AU", 2027, "set", 0), "world"),
]


@pytest.mark.parametrize(("change", "kind"), [one[1:] for one in TOLD], ids=[one[0] for one in TOLD])
def test_a_kind_is_told_from_what_changes(change: tuple[Any, ...], kind: str) -> None:
    found = scenario_kind(case([change]), "one")
    assert (found.kind, found.typed, found.mixed) == (kind, False, False)


def test_what_is_known_later_is_a_shock() -> None:
    dearer = ("one", "demand", "region=US", 2027, "set", 30)
    assert scenario_kind(case([dearer], ("one", None, 2027)), "one").kind == "shock"


def test_stocks_let_go_in_an_embargo_are_part_of_it() -> None:
    released = ("one", "stock_targets", "stockpile=*", "years", "set", None)
    more = ("one", "releases", "stockpile=*", "years", "set", 4)
    for change in (released, more):
        assert scenario_kind(case([change, EMBARGO]), "one") == ("shock", False, frozenset({"shock"}))


def test_rules_come_before_shocks_and_shocks_before_the_world() -> None:
    free = ("free", "caps", "scope=bloc", "years", "set", None)
    study = case([free, EMBARGO], ("free",), ("one", "free"))
    assert scenario_kind(study, "one") == ("rules", False, frozenset({"rules", "shock"}))
    dear = ("dear", "processes", "process=US works", "unit_cost", "set", 90)
    study = case([dear, EMBARGO], ("dear",), ("one", "dear"))
    found = scenario_kind(study, "one")
    assert (found.kind, found.mixed) == ("shock", True)


def test_a_parents_kind_is_passed_on_as_typed() -> None:
    dear = ("dear", "processes", "process=US works", "unit_cost", "set", 90)
    more = ("one", "processes", "process=CN works", "unit_cost", "set", 40)
    study = case([dear, more], ("dear", None, None, "rules"), ("one", "dear"))
    assert scenario_kind(study, "dear") == ("rules", True, frozenset({"rules"}))
    assert scenario_kind(study, "one") == ("rules", False, frozenset({"rules", "world"}))


def test_a_typed_kind_is_taken_as_it_is() -> None:
    leaves = ("one", "regions", "region=JP", "role", "set", "other")
    assert scenario_kind(case([leaves], ("one", None, None, "world")), "one") == (
        "world",
        True,
        frozenset({"world"}),
    )


def test_an_embargo_stops_all_that_is_under_a_cap() -> None:
    """Of two goods under caps one still comes: a narrower road, no embargo."""
    caps = table(
        "scope commodity basis 2026 2027",
        ("bloc", "oxide", "demand", 0.5, 0.5),
        ("bloc", "ore", "use", 0.5, 0.5),
    )
    processes = [
        *studies.BASE["processes"],
        {"process": "CN mine", "region": "CN", "commodity": "ore", "unit_cost": 1},
    ]
    study = case([EMBARGO], caps=caps, processes=processes)
    assert not is_embargo(study, "one")
    everything = ("one", "route_limits", "origin=CN", 2027, "set", 0)
    assert is_embargo(case([everything], caps=caps, processes=processes), "one")


def test_without_caps_an_embargo_stops_all_that_is_made_there() -> None:
    assert scenario_kind(case([EMBARGO], caps=None), "one").kind == "shock"


def test_sheet_run_says_the_kind_and_that_it_was_told() -> None:
    change = ("one", "processes", "process=US works", "unit_cost", "set", 90)
    study = case([change])
    recorded = floors.solve(study.scenario("one")).run.set_index("key")["value"]
    assert recorded["kind of scenario"] == "world (told from what it and its parents change)"
    assert recorded["default scenarios.kind"] == "told from what it and its parents change (used 1 times)"
    typed = floors.solve(case([change], ("one", None, None, "rules")).scenario("one"))
    assert typed.run.set_index("key")["value"]["kind of scenario"] == "rules"
    assert "kind of scenario" not in set(floors.solve(study).run["key"])


def test_another_word_is_no_kind() -> None:
    (problem,) = _refused(
        [("one", "caps", "scope=bloc", "years", "set", 0.2)], ("one", None, None, "weather")
    )
    assert (problem.sheet, problem.cell) == ("scenarios", "D2")


def _refused(changes: list[tuple[Any, ...]], *scenarios: tuple[Any, ...]) -> list[floors.Problem]:
    with pytest.raises(floors.InputError) as refused:
        case(changes, *scenarios)
    return refused.value.problems


def test_who_is_in_the_bloc_from_a_year_on_is_rules_alone() -> None:
    """Whether it was foreseen or not; with something else a surprise is a shock too."""
    assert scenario_kind(leaving.pooled(), "leaves") == ("rules", False, frozenset({"rules"}))
    assert scenario_kind(leaving.more(), "leaves").touches == {"rules", "shock"}
