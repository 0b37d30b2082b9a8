"""The page and picture of a plan that weighs what may come: by hand, and what is not said where it is not known."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from pytest import approx

import floors
from floors.page.page import Page, Table
from floors.page.written import brief_rows, page_of
from tests.many.test_risk import change, dear_capacity
from tests.support import several
from tests.support.averse import held, minerals, plant
from tests.support.studies import table


def said(found: Page) -> str:
    return "\n".join(found.texts).replace("\u00a0", " ")


def rare() -> floors.Risk:
    """10 t at 20 are built beforehand: 200 + 500 in base, 200 + 600 in the embargo, 40 % likely; not foreseen, it
    costs 500 in base and leaves 10 t unserved at 200 in the embargo. No policy."""
    return floors.risk(
        dear_capacity(
            scenarios=table("scenario probability", ("embargo", 0.4)),
            changes=[change("embargo", "route_limits", "origin=CN", 2026, "set", 0)],
        )
    )


def likely(**odds: float) -> floors.Risk:
    """Half of 10 t a year may come from China at 50, the US makes it at 80; with these scenarios and odds."""
    given = several.case(*odds)
    scenarios = [
        {**row, "probability": odds[row["scenario"]]} for row in given.tables["scenarios"].to_dict("records")
    ]
    return floors.risk(floors.Study({**given.tables, "scenarios": scenarios}))


def test_what_foresight_saves_by_hand() -> None:
    """-200 in base and +1,200 in the embargo: 360 thousand on average; 740 against 620 if it were known."""
    found = rare()
    told = said(found.brief)
    assert "Foresight saves the bloc 360 thousand USD on average\n" in told
    assert (
        "decided before it is known which of them comes, costs least on average over the base case (60 %) and “embargo” (40 %)?"
        in told
    )
    assert "against capacity decided for the base case alone; most in “embargo”, 1.2 million USD." in told
    assert (
        "To know beforehand which of them comes would save all countries together 120 thousand USD on average"
        in told
    )
    assert "floors on top" not in told and "The floors" not in told
    (states,) = (block for block in found.brief.blocks if isinstance(block, Table))
    rows = {str(line.entries[0].value): [entry.value for entry in line.entries[1:]] for line in states.lines}
    assert rows["base"] == approx([0.6, 0.7, -0.2])
    assert rows["embargo"] == approx([0.4, 0.8, 1.2])
    assert rows["on average"] == ["", approx(0.74), approx(0.36)]


def test_what_floors_cost_by_hand() -> None:
    """The policy costs 2 x 5 x 30 in base, and 2 x 5 x 40 where home is dear: 325 on average."""
    found = likely(**{"dear home": 0.25})
    told = said(found.brief)
    assert "On average the floors cost the bloc 325 thousand USD" in told
    assert "They cost 400 thousand USD in “dear home” and 300 thousand USD in the base case." in told
    path = next(block for block in found.brief.blocks if isinstance(block, Table) and block.name == "path")
    year, floor, base, dear, by = (entry.value for entry in path.lines[0].entries)
    assert (year, by) == ("2026", "makers in the US")
    assert floor == approx(found.floors["floor"].iloc[0])
    assert [base, dear] == approx([floor - 50, floor - 50])


def test_the_picture_is_what_the_title_says() -> None:
    found = rare()
    (picture,) = found.pictures
    assert picture.title.replace("\u00a0", " ") == "Foresight saves the bloc 360 thousand USD on average"
    (panel,) = picture.panels
    bloc, every = panel.series
    assert (
        panel.along == ("base (60\u00a0%)", "embargo (40\u00a0%)", "on average")
        or panel.along[2] == "on average"
    )
    assert list(bloc.values) == approx([-0.2, 1.2, 0.36])
    assert list(every.values) == approx([-0.2, 1.2, 0.36])


def test_a_plan_that_is_not_proven_says_so_first(monkeypatch: pytest.MonkeyPatch) -> None:
    found = rare()
    monkeypatch.setattr(type(found), "failed", property(lambda _: True))
    assert found.brief.alarm.startswith("The certificate failed") and "Proof." not in said(found.brief)
    assert found.brief.headline == "This result is not proven"


def test_of_one_state_nothing_is_said_of_surprises() -> None:
    told = said(likely(**{"dear home": 1.0}).brief)
    assert "decided before it comes" in told and "One state of the world is all that may come here" in told
    assert "Planning for" not in told and "To know beforehand" not in told


def test_the_workbook_has_the_page(tmp_path: Path) -> None:
    found = likely(**{"dear home": 0.2, "shock": 0.3})
    book = openpyxl.load_workbook(found.to_excel(tmp_path / "out.xlsx"))
    assert book.sheetnames[:2] == ["brief", "picture_risk"]
    assert page_of(brief_rows(found.brief)) == found.brief


def test_what_the_worst_counts_for_is_said_where_it_does() -> None:
    """5.5 million in the embargo, which counts for 0.55, and 4.42 on average; without aversion the average alone."""
    averse, neutral = (said(floors.risk(plant(), aversion=a).brief) for a in (0.5, 0.0))
    assert "cost least, the worst 10 % counting for 50 % and the average for the rest, over" in averse
    assert (
        "The worst 10 % costs all countries together 5.5 million USD, against 4.42 million USD on average; prices count "
        "“embargo” with 55 %." in averse
    )
    assert "cheaper as the worst is weighed" in averse and "The average counts alone" not in averse
    assert "The average counts alone" in neutral and "The worst" not in neutral


def test_what_is_bought_is_told_against_days_of_each() -> None:
    """100 t of gallium save 18 a kg for 10; 50 days of gallium and of tungsten 18 and 3."""
    found = floors.risk(minerals(1.0))
    told = said(found.brief)
    assert (
        "What is bought for 1 million USD avoids 1.8 million USD on average, against nothing bought; 50 days of each, of "
        "60, which are more than can be had, avoid 1.05 million for 1 million." in told
    )
    store = next(block for block in found.brief.blocks if isinstance(block, Table) and block.name == "vault")
    rows = {str(line.entries[0].value): [entry.value for entry in line.entries[1:]] for line in store.lines}
    assert rows["gallium"] == approx([100, 1.0, 100, 1.8, 0.5])
    assert rows["tungsten"] == approx([0, 0, 0, 0.3, 0.5], abs=1e-9)
    (drawn,) = (picture for picture in found.pictures if picture.name == "picture_vault")
    spent, saved = drawn.panels
    assert drawn.title.replace("\u00a0", " ") == "1 million USD buys gallium, and nothing else"
    assert [one.name for one in spent.series] == ["by choice", "50 days of each"]
    assert spent.along == ("gallium", "tungsten") == saved.along
    assert [*spent.series[0].values, *saved.series[0].values] == approx([1.0, 0, 1.8, 0.3], abs=1e-9)


def test_what_is_alike_is_no_finding_of_the_picture_of_a_vault() -> None:
    """365 t of each are bought."""
    (drawn,) = (one for one in floors.risk(minerals(9.0)).pictures if one.name == "picture_vault")
    assert drawn.title == "What funds buy, and what more of each would save"


def test_without_a_fund_nothing_is_told_of_one() -> None:
    found = rare()
    assert "bought" not in said(found.brief)
    assert "picture_vault" not in {picture.name for picture in found.pictures}


def test_a_dozen_minerals_have_a_row_each_and_a_bar() -> None:
    found = floors.risk(minerals(20.0, tuple(range(210, 90, -10))))
    store = next(block for block in found.brief.blocks if isinstance(block, Table) and block.name == "vault")
    (drawn,) = (one for one in found.pictures if one.name == "picture_vault")
    assert len(store.lines) == 12 and [len(panel.along) for panel in drawn.panels] == [12, 12]


def test_targets_that_cost_more_than_they_avoid_are_told_to() -> None:
    """A kg of either is worth 20 in the embargo and 10 else: 40 days of each cost 12 and are worth 11."""
    told = said(floors.risk(held(losses=(20, 20))).brief)
    assert (
        "What is bought for 800 thousand USD costs 80 thousand USD more on average than it avoids, against nothing "
        "bought; without targets nothing would be bought; 60 days of each cost 120 thousand more than they avoid, "
        "for 1.2 million." in told
    )
