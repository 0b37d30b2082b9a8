"""Values given beside a workbook: which cells they name, what is read there, and what is said of those that name none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from floors import UsageError
from floors.errors import InputError, Problem
from floors.study.overrides import override, parse, recorded, typed
from floors.study.study import Study, read
from floors.study.uncertainty import with_factors
from tests.support.tiny import TINY, sheets, tiny_study, write


def set_in(*overrides: str, **tables: Any) -> Study:
    return tiny_study(**tables).overridden_by(overrides)


def problems(*overrides: str, **tables: Any) -> list[Problem]:
    with pytest.raises(InputError) as caught:
        set_in(*overrides, **tables)
    return caught.value.problems


@pytest.mark.parametrize("text", ["caps!F2=0.4", "caps!$F$2 = 0.4", "'Caps'!f2=4e-1", "caps!F2=.4"])
def test_an_address_names_one_cell(text: str) -> None:
    study = set_in(text)
    assert study.rows("caps")[0]["years"] == {2026: 0.4, 2027: 0.8}
    assert study.rows("caps")[1:] == tiny_study().rows("caps")[1:]
    assert study.overrides == (text,) and study.overridden[0].cells == (("caps!F2", 0.9),)


def test_quotes_that_cmd_hands_on_are_no_part_of_it() -> None:
    study = set_in("'caps!F2=0.4'")
    assert study.rows("caps") == set_in("caps!F2=0.4").rows("caps")
    assert study.overrides == ("caps!F2=0.4",)
    (note,) = problems("caps.note=x", caps=[[*row, "note"] for row in TINY["caps"]])
    assert "column of your own" in note.message


def test_a_range_names_all_its_cells() -> None:
    study = set_in("caps!F2:G3=0.5")
    assert [row["years"] for row in study.rows("caps")] == [{2026: 0.5, 2027: 0.5}] * 2
    assert study.overridden[0].told == (
        "--set caps!F2:G3=0.5 sets 4 cells; before: caps!F2 0.9, caps!G2 0.8, caps!F3 4, caps!G3 blank."
    )
    assert set_in("caps!G3:$F$2=0.5").rows("caps") == study.rows("caps")
    (problem,) = problems("caps!F2:G9999=0.5")
    assert problem.code == "set_nothing" and "19,996 cells" in problem.message


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("caps[scope=US].2026=7", ["caps!F3"]),
        ("caps[scope=US, basis=tonnes].2026=7", ["caps!F3"]),
        ("caps[ scope = 'US' ; origin=\"CN\" ].2026=7", ["caps!F3"]),
        ("caps[2026=4].2026=7", ["caps!F3"]),
        ("caps[scope=US].years=7", ["caps!F3", "caps!G3"]),
        ("caps[scope=US].2026-2027=7", ["caps!F3", "caps!G3"]),
        ("demand[commodity=oxide].value=7", ["demand!D2", "demand!D3"]),
        ("demand.value=7", ["demand!D2", "demand!D3"]),
        ("demand[segment=*].value=7", ["demand!D2", "demand!D3"]),
        ("demand[elasticity=].value=7", ["demand!D2"]),
        ("plants[plant=hall].max_build=7", ["plants row 2 (no max_build)"]),
        ("settings.discount_rate=0.5", ["settings!B3"]),
        ("settings[key=discount_rate].value=0.5", ["settings!B3"]),
        ("settings.capital_rate=0.5", ["settings!B4"]),
        ("changes[scenario=free].value=7", ["changes!F2"]),
    ],
)
def test_conditions_name_the_cells_of_all_rows_that_meet_them(text: str, cells: list[str]) -> None:
    assert [cell for cell, _ in set_in(text).overridden[0].cells] == cells


def test_rows_and_columns_by_hand() -> None:
    study = set_in("demand[region=JP].2027=3", "settings.capital_rate=0.5", "plants[plant=hall].max_build=7")
    assert [row["years"] for row in study.rows("demand")] == [{2026: 5.0, 2027: 6.0}, {2026: 4.0, 2027: 3.0}]
    assert (study.settings.capital_rate, study.settings.discount_rate) == (0.5, 0.05)
    assert study.rows("plants")[0]["max_build"] == 7.0


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ('""', None),
        ("  ", None),
        ("7", 7),
        (" -7.5 ", -7.5),
        ("1e-3", 0.001),
        ("true", True),
        ("FALSE", False),
        ("'7", "7"),
        ("'", ""),
        ("nan", "nan"),
        ("inf", "inf"),
        ("1_000", "1_000"),
        ("1,000", "1,000"),
        ("40%", 0.4),
        (" -12.3% ", -0.123),
        ("300%", 3.0),
        ("'40%", "40%"),
        ("40%%", "40%%"),
        ("4e1%", "4e1%"),
        ("%", "%"),
        ("40% of it", "40% of it"),
        ("a = b", "a = b"),
        ("9" * 5000, float("inf")),
    ],
)
def test_what_is_typed_is_read_as_in_a_cell(text: str, value: object) -> None:
    assert (typed(text), type(typed(text))) == (value, type(value))


@pytest.mark.parametrize("value", [0.1, 7, True, None, "text", "7", "TRUE", "'quoted", "", "a=b", " x "])
def test_a_value_of_python_is_recorded_so_that_it_reads_back(value: object) -> None:
    one = override("caps[scope=US].2026", value)
    assert (one.value, parse(one.text)) == (value, one)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), [1], object()])
def test_what_no_cell_can_hold_is_no_value(value: object) -> None:
    with pytest.raises(UsageError, match="finite number"):
        tiny_study().set("caps!F2", value)


@pytest.mark.parametrize(
    "text", ["", "foo", "caps!F2", "caps=3", "caps[scope=US]=3", "caps[scope].2026=3", "=", "!A1=3"]
)
def test_what_names_no_cells_is_refused_with_the_forms(text: str) -> None:
    with pytest.raises(UsageError, match=r"SHEET!CELL=VALUE"):
        parse(text)
    with pytest.raises(UsageError, match=r"SHEET!CELL"):
        override(text.rpartition("=")[0], 3)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cap!F2=1", "caps?"),
        ("_mine!F2=1", "not read"),
        ("sources!A2=1", "no sheet sources"),
        ("caps!F1=1", "is a header"),
        ("caps!Z2=1", "F is 2026"),
        ("caps[scope=bloq].2026=1", "bloc?"),
        ("caps[scope=US, commodity=oxide].2026=1", "meets them all"),
        ("caps[scop=US].2026=1", "scope?"),
        ("caps[scope=US].2062=1", "2027?"),
        ("caps[scope=US].basi=1", "basis?"),
        ("caps.F2=1", "written caps!F2"),
        ("caps!F1:F2=1", "F1 is a header"),
        ("caps!F2:H2=1", "column H"),
        ("settings.discont_rate=1", "discount_rate?"),
        ("regions[region=US].2026=1", "no column 2026"),
    ],
)
def test_what_names_no_cell_is_told_with_the_nearest(text: str, said: str) -> None:
    tables: dict[str, Any] = {"sources": None} if text.startswith("sources") else {}
    (problem,) = problems(text, **tables)
    assert (problem.code, problem.place) == ("set_nothing", f"--set {text}")
    assert said in str(problem)


def test_a_range_takes_a_percentage() -> None:
    assert [row["years"] for row in set_in("caps!F2:G3=40%").rows("caps")] == [{2026: 0.4, 2027: 0.4}] * 2


def test_what_cells_held_is_told_as_people_write_it() -> None:
    study = set_in("demand.value=1e3", "demand.value=1000.5", "demand.value=1e20", "demand.value=300")
    before = [one.told.partition("before: ")[2] for one in study.overridden]
    assert before[1:] == [
        f"demand!D2 {number}, demand!D3 {number}." for number in ("1000", "1000.5", "1e+20")
    ]


@pytest.mark.parametrize("column", ["1931", "1931-1935"])
def test_of_a_year_that_is_none_the_years_are_told(column: str) -> None:
    (problem,) = problems(f"caps.{column}=0.3")
    assert (problem.message, problem.hint) == (f"sheet years has no year {column}.", "Known: 2026, 2027.")


def test_what_to_do_about_a_condition_is_told_where_hints_go() -> None:
    (problem,) = problems("caps[comodity=oxide].2026=1")
    assert problem.message == "sheet caps has no column comodity."
    assert problem.hint == "Did you mean commodity?"


def test_a_blank_cell_and_the_last_of_a_row() -> None:
    assert set_in("caps!F2=").rows("caps")[0]["years"] == {2027: 0.8}
    study = set_in(*(f"floor_rules!{letter}2=" for letter in "ABC"))
    assert [row["rule"] for row in study.rows("floor_rules")] == ["margin"]
    assert study.value_cell("floor_rules", 0, "rule") == "B3"


def test_a_new_row_is_made_of_its_cells() -> None:
    cells = ("caps!A5=JP", "caps!B5=oxide", "caps!E5=demand", "caps!F5=0.5")
    study = set_in(*cells)
    assert study.rows("caps")[-1]["scope"] == "JP" and study.rows("caps")[-1]["years"] == {2026: 0.5}
    (problem,) = problems(*cells[1:])
    assert (problem.code, problem.place) == ("missing", "--set caps!B5=oxide (caps!A5)")


def test_a_fault_of_a_value_is_told_at_the_option_and_not_at_the_cell() -> None:
    (problem,) = problems("caps!F2=4")
    assert (problem.place, problem.cell, problem.code) == ("--set caps!F2=4", "F2", "bounds")
    (problem,) = problems("demand[region=JP].region=JQ")
    assert problem.place == "--set demand[region=JP].region=JQ (demand!A3)"
    assert str(problem).startswith("--set demand[region=JP].region=JQ (demand!A3): ")


def test_what_was_faulty_as_written_can_be_set_right(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", sheets(plants=[["plant", "capacity"], ["hall", "ten"]]))
    with pytest.raises(InputError):
        read(path)
    assert read(path, overrides=["plants!B2=10"]).rows("plants")[0]["capacity"] == 10.0


def test_it_comes_before_scenarios_which_may_set_the_cell_again() -> None:
    study = set_in("processes[process=CN oxide].unit_cost=40", "caps[scope=US].2026=9")
    assert study.scenario("free").rows("processes")[0]["unit_cost"] == 40.0
    assert study.scenario("cheap").rows("processes")[0]["unit_cost"] == 20.0  # by half
    option = "--set processes[process=CN oxide].unit_cost=40"
    assert study.scenario("free").option("processes", 0, "unit_cost") == option
    assert study.scenario("cheap").option("processes", 0, "unit_cost") == ""
    assert study.scenario("cheap").overrides == study.overrides


def test_of_a_scenario_the_base_is_set_and_the_scenario_stays() -> None:
    study = tiny_study().scenario("cheap").set("processes[process=CN oxide].unit_cost", 40)
    assert (study.scenario_name, study.rows("processes")[0]["unit_cost"]) == ("cheap", 20.0)
    assert study.base.rows("processes")[0]["unit_cost"] == 40.0


def test_the_last_of_several_counts_and_each_is_recorded_in_order() -> None:
    study = tiny_study().set("caps!F2", 0.5).set("caps!F2", 0.6)
    assert study.overrides == ("caps!F2=0.5", "caps!F2=0.6")
    assert study.rows("caps")[0]["years"][2026] == 0.6
    run = {f"set {n}": f"caps!F2={n}" for n in range(1, 12)} | {"setting rent": "x", "status": "optimal"}
    assert recorded(run) == tuple(f"caps!F2={n}" for n in range(1, 12))


def test_columns_stay_in_their_order() -> None:
    study = set_in("caps.2027=0.5", "plants.lifetime=9")
    assert [*study.tables["caps"]] == TINY["caps"][0]
    assert [*study.tables["plants"]] == [*TINY["plants"][0], "lifetime"]


def test_nothing_of_the_study_itself_changes() -> None:
    study = tiny_study()
    before = study.rows("caps")
    study.set("caps!F2", 0.5)
    assert study.rows("caps") == before and study.overrides == ()


def test_factors_are_on_the_value_set() -> None:
    study = with_factors(set_in("demand[region=US].value=200"), {("demand", 0, "value"): 1.5})
    assert study.rows("demand")[0]["value"] == 300.0
    assert study.option("demand", 0, "value") == "--set demand[region=US].value=200"


def test_a_study_whose_records_were_replaced_has_no_cells_to_set() -> None:
    study = tiny_study().with_rows(caps=())
    with pytest.raises(UsageError, match="set them first"):
        study.set("caps!F2", 0.5)


def test_a_sheet_that_the_workbook_lacks() -> None:
    tables = {name: rows for name, rows in TINY.items() if name != "settings"}
    study = Study(
        {name: [dict(zip(rows[0], row, strict=False)) for row in rows[1:]] for name, rows in tables.items()}
    )
    assert study.set("settings.discount_rate", 0.5).settings.discount_rate == 0.5
