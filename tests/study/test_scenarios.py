"""Scenarios: what a change reaches, what it does, and every way in which one is refused."""

from __future__ import annotations

from typing import Any

import pytest

from floors.errors import InputError
from floors.study.study import Study
from tests.support.tiny import TINY, places, tiny_study

HEADER = TINY["changes"][0]


def changed(*changes: list[Any], **tables: Any) -> Study:
    """The scenario `free` of TINY, with these changes (sheet, where, column, change, value) alone."""
    rows = [HEADER, *(["free", *change] for change in changes)]
    return tiny_study(changes=rows, **tables).scenario("free")


def test_ancestors_are_applied_first_and_the_base_stays() -> None:
    base = tiny_study()
    study = base.scenario("cheap")
    assert study.rows("caps")[0]["years"] == {}
    assert study.rows("caps")[1]["years"] == {2026: 4.0}
    assert study.rows("processes")[0]["unit_cost"] == 25.0
    assert base.rows("caps")[0]["years"] == {2026: 0.9, 2027: 0.8}
    assert (study.scenario_name, base.scenario_name) == ("cheap", "base")
    assert study.base is base
    assert base.base is base
    assert base.scenario("base") is base
    assert base.scenario_names == ("free", "cheap", "late")
    assert study.scenario("free").rows("processes")[0]["unit_cost"] == 50.0


def test_a_child_changes_what_its_parent_set() -> None:
    rows = [
        HEADER,
        ["cheap", "processes", "region=CN", "unit_cost", "multiply", 2],
        ["cheap", "processes", "region=CN", "unit_cost", "add", 1],
        ["free", "processes", "region=CN", "unit_cost", "set", 10],
    ]
    study = tiny_study(changes=rows)
    assert study.scenario("cheap").rows("processes")[0]["unit_cost"] == 21.0
    assert study.scenario("free").rows("processes")[0]["unit_cost"] == 10.0


def test_rows_are_matched_as_written_not_as_changed() -> None:
    study = changed(
        ["regions", "region=JP", "role", "set", "other"],
        ["regions", "role=member", "name", "set", "was a member"],
        caps=[TINY["caps"][0], TINY["caps"][1]],
    )
    assert [row["name"] for row in study.rows("regions")] == [
        "was a member",
        "was a member",
        "China",
        "Namibia",
    ]


MATCHES: list[tuple[str, str, list[int]]] = [
    ("scope=*", "caps", [0, 1]),
    ("segment=", "caps", [0]),
    ("segment= ; basis=demand", "caps", [0]),
    ("segment=*", "caps", [0, 1]),
    ("origin=CN;segment=defence", "caps", [1]),
    ("2026=4", "caps", [1]),
    ("2026=4.0", "caps", [1]),
    (" Scope = US ;", "caps", [1]),
    ("commodity=*", "floor_rules", [0, 1]),
    ("commodity='*'", "floor_rules", [0]),
    ("commodity='oxide'", "floor_rules", [1]),
]


@pytest.mark.parametrize(("where", "sheet", "rows"), MATCHES, ids=[case[0] for case in MATCHES])
def test_where(where: str, sheet: str, rows: list[int]) -> None:
    study = changed([sheet, where, 2027, "set", 0.25])
    assert [i for i, row in enumerate(study.rows(sheet)) if row["years"].get(2027) == 0.25] == rows


def test_numbers_match_as_numbers_and_texts_hold_equal_signs() -> None:
    study = changed(["processes", "unit_cost=20.50", "capacity", "set", 1])
    assert [row["capacity"] for row in study.rows("processes")] == [100.0, 1.0, None]
    regions = [*TINY["regions"], ["a=b; c", None, "other"]]
    study = changed(["regions", "region='a=b; c'", "name", "set", "odd"], regions=regions)
    assert study.rows("regions")[4]["name"] == "odd"


def test_columns() -> None:
    assert changed(["demand", "region=US", "2026-2027", "add", 1]).rows("demand")[0]["years"] == {
        2026: 6.0,
        2027: 7.0,
    }
    assert changed(["demand", "region=US", "years", "multiply", 2]).rows("demand")[0]["years"][2027] == 12.0
    assert changed(["demand", "region=US", 2027.0, "set", 1]).rows("demand")[0]["years"] == {
        2026: 5.0,
        2027: 1.0,
    }
    assert changed(["demand", "region=US", "2027", "set", 1]).rows("demand")[0]["years"] == {
        2026: 5.0,
        2027: 1.0,
    }
    assert changed(["Route Limits", "origin=CN", "2020-2026", "set", 0]).rows("route_limits")[0]["years"] == {
        2026: 0.0
    }


def test_years_are_those_of_the_sheet() -> None:
    later = [[*row[:5], row[6]] for row in TINY["caps"]]
    study = changed(["caps", "scope=bloc", "years", "set", 0.3], caps=later)
    assert study.rows("caps")[0]["years"] == {2027: 0.3}
    none = [row[:5] for row in TINY["caps"]]
    study = changed(["caps", "scope=bloc", "years", "set", 0.3], caps=none)
    assert study.rows("caps")[0]["years"] == {2026: 0.3, 2027: 0.3}


def test_a_column_that_the_sheet_lacks_can_be_set() -> None:
    study = changed(["processes", "process=CN oxide", "lifetime", "set", 9])
    assert [row["lifetime"] for row in study.rows("processes")] == [9.0, 20.0, 20.0]
    caps = [row[:6] for row in TINY["caps"]]
    study = changed(["caps", "scope=bloc", 2027, "set", 0.1], caps=caps)
    assert study.rows("caps")[0]["years"] == {2026: 0.9, 2027: 0.1}
    with pytest.raises(InputError) as caught:
        changed(["processes", "process=CN oxide", "lifetime", "set", -9])
    assert places(caught.value.problems) == [("processes", "A2:H2", "bounds")]
    assert "changes!F2" in caught.value.problems[0].message


def test_blank_values_and_blank_cells() -> None:
    study = changed(["demand", "region=*", 2027, "multiply", 2])
    assert [row["years"].get(2027) for row in study.rows("demand")] == [12.0, None]
    assert (
        changed(["processes", "region=CN", "capacity", "set", None]).rows("processes")[0]["capacity"] is None
    )


def test_settings_are_rows_and_may_be_added() -> None:
    study = changed(["settings", "key=discount_rate", "value", "multiply", 2])
    assert study.settings.discount_rate == pytest.approx(0.1)
    study = changed(["settings", "key=coordination", "value", "set", "national"])
    assert study.settings.coordination == "national"
    assert study.base.settings.coordination == "as_given"
    study = changed(["settings", "key=rent", "value", "set", "exporter"], settings=None)
    assert study.settings.rent == "exporter"
    assert ("settings", "rent", "government", 1) in study.base.defaults
    assert not any(default[1] == "rent" for default in study.defaults)


def test_a_scope_made_a_non_member_is_no_error() -> None:
    study = changed(["regions", "region=US", "role", "set", "other"])
    assert study.rows("regions")[0]["role"] == "other"
    with pytest.raises(InputError) as caught:
        changed(["caps", "scope=US", "scope", "set", "CN"])
    assert places(caught.value.problems) == [("caps", "A3", "not_a_member")]


def test_faults_of_a_scenario_name_the_cell_and_the_scenario() -> None:
    study = tiny_study(changes=[HEADER, ["free", "demand", "region=US", "years", "add", -5.5]])
    with pytest.raises(InputError) as caught:
        study.scenario("free")
    (problem,) = caught.value.problems
    assert (problem.sheet, problem.cell, problem.value) == ("demand", "G2", -0.5)
    assert "In scenario free, set by changes!F2" in problem.message
    with pytest.raises(InputError) as caught:
        changed(["regions", "region=NA", "region", "set", "XX"])
    (problem,) = caught.value.problems
    assert places([problem]) == [("processes", "B3", "unknown_reference")]
    assert "In scenario free." in problem.message
    with pytest.raises(InputError) as caught:
        changed(["processes", "process=CN oxide", "region", "set", None])
    assert places(caught.value.problems) == [("processes", "B2", "missing")]
    assert "changes!F2" in caught.value.problems[0].message


def test_later_problems_of_a_changed_cell_say_so() -> None:
    study = tiny_study().scenario("cheap")
    assert "set by changes!F3" in study.problem("processes", 0, "unit_cost", "odd.").message
    assert study.value_cell("processes", 0, "unit_cost") == "E2"
    assert study.problem("processes", 1, "unit_cost", "odd.", level="warning").message == "odd."


REFUSED: list[tuple[str, list[Any], str, str, str]] = [
    ("no match", ["caps", "scope=blok", "years", "set", 1], "C2", "no_match", "bloc?"),
    ("no row has both", ["caps", "scope=bloc; segment=defence", "years", "set", 1], "C2", "no_match", "meets them"),
    ("match in no sheet", ["groups", "group=both", "weight", "set", 1], "C2", "no_match", "no such sheet"),
    ("unknown sheet", ["cap", "scope=bloc", "years", "set", 1], "B2", "unknown_sheet", "caps?"),
    ("fixed sheet", ["scenarios", "scenario=free", "parent", "set", "late"], "B2", "unknown_sheet", "scenarios"),
    ("changes", ["changes", "scenario=free", "value", "set", 1], "B2", "unknown_sheet", "changes"),
    ("sources", ["sources", "source=*", "url", "set", "x"], "B2", "unknown_sheet", "sources"),
    ("unknown column", ["processes", "region=CN", "unit_csot", "set", 1], "D2", "unknown_column", "unit_cost?"),
    ("note", ["processes", "region=CN", "note", "set", 1], "D2", "unknown_column", "note"),
    ("unknown year", ["caps", "scope=bloc", 2031, "set", 1], "D2", "unknown_column", "2031"),
    ("years gone by", ["caps", "scope=bloc", "2028-2031", "set", 1], "D2", "unknown_column", "2028-2031"),
    ("year of no such sheet", ["regions", "region=US", 2026, "set", 1], "D2", "unknown_column", "2026"),
    ("years of no such sheet", ["regions", "region=US", "years", "set", 1], "D2", "unknown_column", "years"),
    ("no condition", ["caps", "bloc", "years", "set", 1], "C2", "where", "column=value"),
    ("unknown condition", ["caps", "skope=bloc", "years", "set", 1], "C2", "where", "scope?"),
    ("factor", ["demand", "region=US", "years", "multiply", "two"], "F2", "not_a_number", "'two'"),
    ("no factor", ["demand", "region=US", "years", "multiply", None], "F2", "not_a_number", "None"),
    ("all blank", ["demand", "region=JP", 2027, "multiply", 2], "C2", "all_blank", "blank"),
    ("absent column", ["processes", "region=CN", "rate", "add", 1], "C2", "all_blank", "blank"),
    ("text", ["regions", "region=US", "name", "multiply", 2], "E2", "not_a_number", "United States"),
    ("added by add", ["settings", "key=rent", "value", "add", 1], "C2", "no_match", "key=rent"),
    ("unknown key", ["settings", "key=rnt", "value", "set", "exporter"], "C2", "no_match", "key=rnt"),
    ("kind of change", ["caps", "scope=bloc", "years", "sett", 1], "E2", "choice", "set"),
]  # fmt: skip


@pytest.mark.parametrize("case", REFUSED, ids=[case[0] for case in REFUSED])
def test_faulty_changes_are_found_on_reading(case: tuple[Any, ...]) -> None:
    _, change, cell, code, text = case
    extra = {"groups": None, "caps": TINY["caps"][:2]} if change[0] == "groups" else {}
    with pytest.raises(InputError) as caught:
        tiny_study(changes=[HEADER, ["free", *change]], **extra)
    assert places(caught.value.problems) == [("changes", cell, code)]
    assert text in caught.value.problems[0].message + caught.value.problems[0].hint


def test_parents() -> None:
    with pytest.raises(InputError) as caught:
        tiny_study({"scenarios!C3": "fre"})
    assert places(caught.value.problems) == [("scenarios", "C3", "unknown_reference")]
    with pytest.raises(InputError) as caught:
        tiny_study({"scenarios!C2": "cheap"})
    assert places(caught.value.problems) == [("scenarios", "C2", "circle"), ("scenarios", "C3", "circle")]
    assert tiny_study({"scenarios!C3": "base"}).scenario("cheap").rows("caps")[0]["years"] != {}
    with pytest.raises(InputError) as caught:
        tiny_study({"changes!A2": "fre"})
    assert places(caught.value.problems) == [("changes", "A2", "unknown_reference")]


def test_an_unknown_scenario_names_the_nearest() -> None:
    with pytest.raises(InputError, match="Did you mean cheap"):
        tiny_study().scenario("cheep")
    with pytest.raises(InputError, match="there is no scenario"):
        tiny_study(scenarios=None, changes=None).scenario("free")


def test_a_surprise_knows_its_year_and_its_parent() -> None:
    study = tiny_study({"scenarios!A5": "later", "scenarios!C5": "late"})
    late, later = study.scenario("late"), study.scenario("later")
    assert late.known_from is not None and late.parent is study
    assert later.known_from is None and later.parent is not None and later.parent.scenario_name == "late"
    assert study.parent is None and study.known_from is None and study.scenario("free").known_from is None


def test_a_scenario_can_set_a_contract() -> None:
    study = changed(["contracts", "process=US sep", 2026, "set", 5])
    assert study.rows("contracts")[0]["years"] == {2026: 5.0}
    assert study.base.rows("contracts")[0]["years"] == {}


def test_faults_elsewhere_do_not_hide_those_of_changes() -> None:
    with pytest.raises(InputError) as caught:
        tiny_study({"demand!D2": "x", "changes!C2": "scope=blok"})
    assert places(caught.value.problems) == [("demand", "D2", "not_a_number"), ("changes", "C2", "no_match")]


def test_a_setting_added_twice_is_one_row() -> None:
    """The parent adds it, the child sets it again."""
    rows = [
        HEADER,
        ["free", "settings", "key=support_budget", "value", "set", 1],
        ["cheap", "settings", "key=support_budget", "value", "set", 2],
    ]
    study = tiny_study(changes=rows)
    assert study.scenario("free").settings.support_budget == 1
    child = study.scenario("cheap")
    assert child.settings.support_budget == 2
    assert [row["key"] for row in child.rows("settings")].count("support_budget") == 1


def test_a_word_where_numbers_stand_matches_nothing() -> None:
    with pytest.raises(InputError) as refused:
        changed(["processes", "capacity=plenty", "unit_cost", "set", 1])
    assert [problem.code for problem in refused.value.problems] == ["no_match"]


def test_a_study_says_what_it_is() -> None:
    assert repr(tiny_study().scenario("free")).endswith("scenario free>")
