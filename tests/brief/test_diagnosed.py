"""The page and the picture of a diagnosis."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import floors
from floors.brief.diagnosed import PICTURE
from floors.diagnosis import Diagnosis
from floors.page.page import Drawn, Page, Table, Words
from floors.page.written import brief_rows, page_of, picture_rows, picture_value_rows, pictures_of
from tests.support.places import RARE_EARTHS, TOY
from tests.support.workbooks import NOTHING_MOVES, edit

BUDGET: dict[str, Any] = {
    "floor_rules": [["commodity", "rule", *range(2026, 2034)], ["oxide", "maximum", *[100] * 8]],
    "settings": {"A5": "support_budget", "B5": 0.001},
}
BLANK = {f"D{row}": None for row in range(2, 28)}


def diagnosis(folder: Path, source: Path, **sheets: Any) -> Diagnosis:
    shutil.copy(source, folder / "study.xlsx")
    edit(folder / "study.xlsx", **sheets)
    return floors.diagnose(floors.read(folder / "study.xlsx"))


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def block(page: Page, name: str) -> Any:
    return next(one for one in page.blocks if one.name == name)


def test_two_numbers_that_contradict_each_other(folder: Path) -> None:
    page = diagnosis(folder, RARE_EARTHS, minimums={"F2": 75000}).brief
    assert plain(page.headline) == (
        "No plan meets these rules; least to give: lower what US mine Mountain Pass must run in 2030 from 75,000 t "
        "to 60,000 t (minimums!F2)"
    )
    assert [plain(one.plain) for one in page.answers] == [
        "No plan obeys every number. 2 statements about the workbook contradict each other; without any one of them "
        "the others could hold.",
        "This would do instead: raise the capacity of US mine Mountain Pass in 2030 from 60,000 t to 75,000 t "
        "(capacities!F7)",
    ]
    assert [one.name for one in page.blocks] == ["least", "conflict"]
    assert [plain(one.text) for one in block(page, "conflict").paragraphs] == [
        "US mine Mountain Pass must run at least 75,000 t in 2030 (minimums!F2).",
        "In 2030 there is room for 60,000 t of US mine Mountain Pass (capacities!F7).",
    ]
    assert page.where == "2026\u20132035 · the workbook as it stands" and "study.xlsx" in page.source


def test_several_numbers_give_and_are_drawn(folder: Path) -> None:
    """All demand must be met, and caps of 10 % let too little in for four years."""
    found = diagnosis(
        folder, RARE_EARTHS, demand=BLANK, uncertainty=NOTHING_MOVES, caps={f"{c}2": 0.1 for c in "GHIJKLMNO"}
    )
    page = found.brief
    changes = found.relaxation
    assert [one.cells[0].place for one in changes] == [f"caps!{c}2" for c in "GHIJ"]
    assert plain(page.headline).endswith(f"least to give: {changes[0].sentence}; and 3 more changes")
    table: Table = block(page, "least")
    counts = [line.entries[1].value for line in table.lines]
    assert counts == [*(one.counts for one in changes), sum(one.counts for one in changes)]
    assert [line.total for line in table.lines] == [False, False, False, False, True]
    (picture,) = found.pictures
    (panel,) = picture.panels
    assert panel.along == tuple(f"caps!{c}2" for c in "GHIJ")
    assert panel.series[0].values == pytest.approx([one.needed / 0.1 - 1 for one in changes if one.needed])
    assert plain(picture.title).startswith("caps!G2 would have to rise most, by 4")
    assert block(page, "drawn") == Drawn(
        "drawn", picture.title, PICTURE, place="whole", rank=3, sheet=PICTURE
    )


def test_numbers_that_are_nought_are_no_part_of_themselves(folder: Path) -> None:
    found = diagnosis(
        folder, RARE_EARTHS, demand=BLANK, uncertainty=NOTHING_MOVES, caps={f"{c}2": 0 for c in "GHIJKLMNO"}
    )
    assert len(found.relaxation) == 5 and found.pictures == ()
    told = [one.text for one in block(found.brief, "conflict").paragraphs]
    assert any(one.startswith("caps!G2 limits magnet") for one in told)  # a cell is called as it is
    assert "drawn" not in [one.name for one in found.brief.blocks]


def test_over_budget_without_bound_and_with_a_plan(folder: Path) -> None:
    over = diagnosis(folder, TOY, **BUDGET).brief
    assert plain(over.headline) == (
        "The rules on floors need more support than the budget: raise support_budget from 0.001 to 0.1205 million "
        "USD (settings!B5)"
    )
    assert plain(over.answers[1].plain) == (
        "This would do instead: remove or loosen maximum oxide (floor_rules!C2:J2)"
    )
    assert [one.title for one in over.blocks] == [
        "A budget that would do",
        "What the rules on floors ask for",
    ]
    assert len(block(over, "least").heads) == 1  # nothing is weighed
    free = diagnosis(folder, TOY, processes={"E2": -5, "F2": None}).brief
    assert free.headline == "The cost falls without end: something is paid without limit"
    (words,) = free.blocks
    assert isinstance(words, Words) and "nothing limits it (processes!E2)" in words.paragraphs[0].text
    there = diagnosis(folder, TOY).brief
    assert plain(there.headline) == "A plan obeys every number: it costs 14.5 million USD, present value"
    assert there.blocks == () and there.question == (
        "Asked: is there a plan that obeys every number of the workbook?"
    )


def test_policy_that_cannot_and_a_scenario(folder: Path) -> None:
    shutil.copy(TOY, folder / "study.xlsx")
    changes = [
        ["scenario", "sheet", "where", "column", "change", "value"],
        ["starved", "demand", "region=*", "value", "set", None],
        ["starved", "processes", "process=*", "capacity", "set", 1],
    ]
    edit(folder / "study.xlsx", scenarios=[["scenario"], ["starved"]], changes=changes)
    found = floors.diagnose(floors.read(folder / "study.xlsx").scenario("starved"))
    assert found.policy_cannot
    assert "Policy alone cannot do it." in [one.lead for one in found.brief.answers]
    assert found.brief.where.endswith("scenario starved")


@pytest.mark.parametrize(
    "source, sheets", [(RARE_EARTHS, {"minimums": {"F2": 75000}}), (TOY, BUDGET), (TOY, {})]
)
def test_it_goes_into_its_workbook_and_comes_back(folder: Path, source: Path, sheets: dict[str, Any]) -> None:
    found = diagnosis(folder, source, **sheets)
    assert page_of(brief_rows(found.brief)) == found.brief
    pictures = found.pictures
    assert pictures_of([*picture_rows(pictures)], [*picture_value_rows(pictures)]) == pictures
    book = openpyxl.load_workbook(found.to_excel(folder / "out.xlsx"))
    assert book.sheetnames[0] == "brief"
    assert {"summary", "findings", "remedies", "run", "words"} <= set(book.sheetnames)
    recorded = {row[0]: row[1] for row in book["run"].iter_rows(values_only=True)}
    assert recorded["status"] == found.status and recorded["workbook"] == "study.xlsx"
