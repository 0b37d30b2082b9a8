"""The page of scenarios of which none has a result says why."""

from __future__ import annotations

from pathlib import Path

import openpyxl

import floors
from floors.brief.unsolved import MOST, Missing, page_without
from floors.many.solving import solve_scenarios
from tests.support import studies
from tests.support.studies import table


def starved() -> floors.Study:
    """Whoever makes the good is banned, and demand must be met."""
    return studies.study(
        caps=studies.cap("bloc", "oxide", "demand", 0.0),
        processes=table("process region commodity unit_cost capacity", ("CN works", "CN", "oxide", 50, 100)),
        demand=table("region segment commodity value 2026", ("US", "all", "oxide", None, 10)),
        scenarios=table("scenario parent", ("some", None)),
        changes=table(
            "scenario sheet where column change value", ("some", "caps", "scope=bloc", "2026", "set", 0.1)
        ),
    )


def test_a_family_without_any_plan_has_a_page_that_says_what_would_have_to_give(tmp_path: Path) -> None:
    runs = solve_scenarios(starved())
    page = runs.brief
    assert page.headline == "No plan meets these rules in any of the 2 scenarios: no floor can be told"
    assert [answer.lead for answer in page.answers] == [
        "base: no plan meets its rules.",
        "some: no plan meets its rules.",
    ]
    assert "raise caps!D2" in page.answers[0].text
    book = openpyxl.load_workbook(runs.to_excel(tmp_path / "x.xlsx"))
    assert book.sheetnames[0] == "brief"
    shown = [cell.value for row in book["brief"].iter_rows() for cell in row if cell.value is not None]
    assert page.headline in shown


def test_others_without_a_result_are_not_said_to_have_no_plan() -> None:
    study = starved()
    missing = {f"s{i}": Missing("time_limit", "stopped.\nMore.") for i in range(MOST + 2)}
    page = page_without(study, missing)
    assert page.headline == f"None of the {MOST + 2} scenarios has a result"
    assert page.answers[0].plain == "s0: no result (time_limit). Stopped."
    assert [one.lead[:2] for one in page.blocks[0].paragraphs] == ["s5", "s6"]  # type: ignore[union-attr]
    assert page_without(study, {"base": Missing("infeasible", "no.")}).headline.startswith("No plan meets")
