"""Sheet side_by_side: the policy's own effect, levels, and the difference from base; scenarios across."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

import floors
from floors.contract import results as tables
from floors.contract.results.whole import DIFFERENCE, EFFECT, LEVEL, headings, side_by_side_sheet
from floors.many import Runs, solve_scenarios
from floors.verification import verify, verify_files
from tests.support import studies
from tests.support.several import case
from tests.support.studies import table


def number(runs: Runs, scenario: str, part: str, metric: str) -> Any:
    rows = studies.rows(runs.side_by_side, part=part, metric=metric)
    assert len(rows) == 1, f"{len(rows)} rows of {part}, {metric}"
    return rows[scenario].iloc[0]


def test_the_policys_own_effect_is_not_the_difference_from_base(family: Runs) -> None:
    """Without caps every kg costs 50: 1.0 million over two years. A home price of 90 makes the policy cost 0.4
    instead of 0.3, and so does the difference from base; a shock of 25 a kg at home costs 0.125 more with the caps,
    and what the policy does in it is something else."""
    assert number(family, "base", EFFECT, "change_in_bloc_net_cost") == pytest.approx(0.3)
    assert number(family, "dear home", EFFECT, "change_in_bloc_net_cost") == pytest.approx(0.4)
    assert number(family, "dear home", DIFFERENCE, "bloc_net_cost") == pytest.approx(0.1)
    assert number(family, "shock", DIFFERENCE, "bloc_net_cost") == pytest.approx(0.125)
    assert number(family, "shock", EFFECT, "change_in_bloc_net_cost") == pytest.approx(0.175)
    assert number(family, "no cap", EFFECT, "change_in_bloc_net_cost") == pytest.approx(0)
    assert number(family, "base", EFFECT, "change_in_capped_share") == pytest.approx(-0.5)
    assert number(family, "base", EFFECT, "levy oxide 2027") == pytest.approx(30)
    assert number(family, "dear home", LEVEL, "floor oxide 2027") == pytest.approx(90)
    assert number(family, "dear home", DIFFERENCE, "floor oxide 2027") == pytest.approx(10)


def test_parts_follow_each_other_and_no_row_comes_twice(family: Runs) -> None:
    frame = family.side_by_side
    assert list(dict.fromkeys(frame["part"])) == [EFFECT, LEVEL, DIFFERENCE]
    assert list(frame["metric"][:3]) == [
        "change_in_bloc_net_cost",
        "deadweight_loss",
        "change_in_consumer_surplus",
    ]
    assert not frame.duplicated(["part", "metric", "member"]).any()
    assert list(frame.columns)[4:-1] == [run.scenario for run in family.compared]
    assert studies.rows(frame, part=DIFFERENCE)["note"].str.endswith("mixes the world with the policy").all()
    levels = set(studies.rows(frame, part=LEVEL)["metric"])
    assert levels >= {"total_cost", "baseline_bloc_net_cost", "floor oxide 2026"}


def test_a_scenario_without_a_result_and_a_shortage_are_blank(family: Runs) -> None:
    """After 2026 nobody at home makes any: the floor of 2027 is what a buyer would pay."""
    assert family.side_by_side["starved"].isna().all()
    assert number(family, "late", LEVEL, "floor oxide 2026") == pytest.approx(80)
    assert pd.isna(number(family, "late", LEVEL, "floor oxide 2027"))
    assert pd.isna(number(family, "late", EFFECT, "levy oxide 2027"))
    rows = studies.rows(family.side_by_side, metric="floor oxide 2027", part=LEVEL)
    assert list(rows["note"]) == ["a shortage in late"]


def test_columns_say_of_what_kind_a_scenario_is(family: Runs) -> None:
    sheet = next(sheet for sheet in family.sheets if sheet.name == tables.SIDE_BY_SIDE)
    said = {column.name: column.meaning for column in sheet.columns}
    assert said["base"] == "Scenario base."
    assert said["no cap"] == "Scenario no cap, rules."
    assert said["shock"] == "Scenario shock, shock."
    assert said["starved"] == "Scenario starved, world; without a result: infeasible."


def test_without_a_solved_base_there_is_no_difference() -> None:
    runs = floors.solve_many({"base": case("starved").scenario("starved"), "dear": case()})
    assert set(runs.side_by_side["part"]) == {EFFECT, LEVEL}


def test_floors_of_another_member_have_rows_of_their_own() -> None:
    """In base the US has floors; in the scenario Japan alone is capped."""
    caps = table(
        "scope commodity basis 2026", ("US", "oxide", "demand", 0.5), ("JP", "oxide", "demand", None)
    )
    study = studies.study(
        demand=table(
            "region segment commodity value 2026",
            ("US", "all", "oxide", 200, 10),
            ("JP", "all", "oxide", 200, 10),
        ),
        caps=caps,
        scenarios=table("scenario", ("JP alone",), ("JP leaves",)),
        changes=table(
            "scenario sheet where column change value",
            ("JP alone", "caps", "scope=US", 2026, "set", None),
            ("JP alone", "caps", "scope=JP", 2026, "set", 0.25),
            ("JP leaves", "regions", "region=JP", "role", "set", "other"),
        ),
    )
    runs = floors.solve_many([study, *map(study.scenario, study.scenario_names)])
    frame = studies.rows(runs.side_by_side, metric="floor oxide 2026")
    of = {(row.part, row.member): (row.base, row["JP alone"]) for _, row in frame.iterrows()}
    assert of[LEVEL, "US"][0] == pytest.approx(80) and pd.isna(of[LEVEL, "US"][1])
    assert pd.isna(of[LEVEL, "JP"][0]) and of[LEVEL, "JP"][1] == pytest.approx(80)
    assert (DIFFERENCE, "JP") not in of
    notes = set(studies.rows(runs.side_by_side, part=DIFFERENCE)["note"])
    assert notes == {"mixes the world with the policy; another bloc: JP leaves"}


def test_scenarios_that_are_called_as_a_column_or_alike_have_columns() -> None:
    found = headings(["base", "Unit", "unit", "Base", "x" * 300])
    assert found == {
        "base": "base",
        "Unit": "Unit (2)",
        "unit": "unit (3)",
        "Base": "Base (2)",
        "x" * 300: "x" * 200,
    }
    assert len(side_by_side_sheet(dict.fromkeys(found, "")).names) == 5 + len(found)


def test_the_workbook_has_it_after_the_summary_and_verify_knows_it(tmp_path: Path) -> None:
    study = case("no cap", "dear home")
    source = study.to_excel(tmp_path / "study.xlsx")
    runs = solve_scenarios(floors.read(source))
    target = runs.to_excel(tmp_path / "all.xlsx")
    book: Any = openpyxl.load_workbook(target)
    page = book["side_by_side"]
    head, first, *_ = page.iter_rows(values_only=True)
    assert head == ("part", "metric", "member", "unit", "base", "no cap", "dear home", "note")
    assert first[:2] == (EFFECT, "change_in_bloc_net_cost") and first[4:7] == pytest.approx((0.3, 0, 0.4))
    assert page["E2"].number_format == "#,##0.000"
    assert page["F1"].comment.text.endswith("Scenario no cap, rules.")
    assert verify_files(source, target).ok
    for cell, wrong in (("E2", 0.31), ("D3", "EUR"), ("A2", LEVEL)):
        before = page[cell].value
        page[cell] = wrong
        book.save(target)
        assert {f.sheet for f in verify_files(source, target).findings} == {"side_by_side"}
        page[cell] = before


def test_base_solved_for_the_comparison_alone_is_across_too() -> None:
    study = case("no cap", "dear home")
    runs = solve_scenarios(study, ["dear home"])
    assert list(runs.side_by_side.columns)[4:-1] == ["base", "dear home"]
    assert verify(study, runs).ok
