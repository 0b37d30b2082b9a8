"""The page and picture of which minerals come first, by hand, and what is not said where it does not hold."""

from __future__ import annotations

from pathlib import Path

import openpyxl

import floors
from floors.contract.results.handed import BRIEF_TEXT
from floors.page.page import Drawn
from floors.page.written import brief_rows
from tests.support.chained import LAST, alike, chained, failing, four, good, known, together
from tests.support.shocked import eased, shocked
from tests.support.studies import Table, table


def said(found: floors.Priorities) -> str:
    """All that the page says, without breaks that hold numbers together."""
    page = found.brief
    assert page is not None
    return "\n".join(page.texts).replace("\u00a0", " ")


def test_which_come_first_and_which_need_no_floor_by_hand() -> None:
    told = said(floors.priorities(chained(), 0))
    assert "First: oxide and ore; no floor is needed on metal and nickel" in told
    assert (
        "Oxide: its caps cost 800 thousand USD and avoid 560 thousand USD on average, 0.7 for each 1." in told
    )
    assert "Its highest levy is 20 USD/kg, on oxide in the US in 2028: a floor of 60." in told
    assert "The US pays most (800 thousand USD)." in told
    assert (
        "Nickel: no cap.\nMetal: below the caps even without them.\nNone of these caps costs the bloc anything."
        in told
    )
    assert "None pays for itself:" in told and "Oxide: buyers in the US (2 million USD) pay." in told
    for other in (
        "percentile",
        "weak",
        "Weak",
        "They pay for themselves",
        "Last:",
        "is a shortage",
        "Samples:",
        "Not sure:",
    ):
        assert other not in told


def test_what_pays_what_costs_nothing_and_what_avoids_nothing() -> None:
    pays = said(floors.priorities(shocked(probability=0.5), 0))
    assert "They pay for themselves at these probabilities on oxide" in pays and "None pays" not in pays
    free = said(floors.priorities(eased(45), 0))
    assert (
        "its caps save 800 thousand USD without any shock and avoid" in free
        and "for each 1" not in free.split("All chains")[0]
    )
    idle = said(floors.priorities(shocked(value=55), 0))
    assert "No chain’s caps avoid a loss on average" in idle and "First:" not in idle
    assert (
        "Last: caps on oxide (600 thousand USD) cost the bloc something and avoid nothing on average." in idle
    )


def shock_of(name: str) -> dict[str, Table]:
    """One shock alone, of one commodity."""
    return {
        "scenarios": table("scenario probability known_from", ("shut", 0.1, LAST)),
        "changes": table(
            "scenario sheet where column change value",
            ("shut", "route_limits", f"commodity={name}", str(LAST), "set", 0),
        ),
    }


def test_where_fewer_than_three_avoid_anything_it_is_said_which_and_why() -> None:
    """Of oxide, ore and metal, all capped: two, one, and none whose caps avoid a loss; of four three come first."""
    two = said(floors.priorities(chained(), 0))
    assert "Only these two: caps on no other chain avoid a loss on average over these shocks." in two
    assert "No shock moves" not in two
    one = said(floors.priorities(chained(**shock_of("ore")), 0))
    assert "First: ore; no floor is needed on metal and nickel" in one
    assert "Only this one: caps on no other chain avoid a loss in this shock." in one
    spared = "No shock moves what the bloc pays for oxide (800 thousand USD): none says what those caps would avoid."
    assert spared in one and "Last:" not in one
    none = floors.priorities(chained(**shock_of("metal")), 0)
    assert "None comes first: no chain’s caps avoid a loss in this shock." in said(none)
    assert not any("come last" in sentence for sentence in none.sentences)
    assert "Only" not in said(none)
    for other in (four(), together(good("oxide", 0.6), good("nickel", None))):
        told = said(floors.priorities(other, 0))
        assert "Only th" not in told and "None comes first" not in told


def test_a_weak_chain_is_marked_in_headline_table_and_picture() -> None:
    found = floors.priorities(known(2), 0)
    told = said(found)
    assert "oxide (weak)" in told.split("\n")[2] and "Weak inputs of oxide: their place" in told
    (picture,) = found.pictures
    assert picture.panels[0].along == ("1. oxide (weak)", "1. ore")
    whole = said(floors.priorities(known(2, 3), 0))
    assert whole.split("\n")[2].endswith("(all inputs are weak)") and "Weak inputs of every chain:" in whole
    assert "(weak)" not in whole and "All are weak: more than half" in whole
    sure = floors.priorities(known(1), 0)
    assert "weak" not in said(sure).lower() and "weak" not in str(sure.pictures)


def test_bands_stand_on_page_and_picture() -> None:
    found = floors.priorities(four(), 8)
    told, (picture,) = said(found), found.pictures
    assert "from the 5th to the 95th percentile)" in told and "Samples: 8 draws of what is uncertain." in told
    assert [one.name for one in picture.panels[0].series] == [
        "95th percentile",
        "as the workbook is",
        "5th percentile",
    ]
    rows = found.priority_rows
    assert picture.panels[0].along == ("1. oxide", "2. ore", "3. tin", "4. zinc")
    assert picture.panels[0].series[0].values == tuple(float(f"{row.p95:.12g}") for row in rows)
    assert "4 of them have no plan of some chain" in said(floors.priorities(failing(), 8))
    assert "have no plan" not in told
    assert [one.name for one in floors.priorities(alike(), 0).pictures[0].panels[0].series] == [
        "as the workbook is"
    ]


def test_a_full_page_is_on_paper_with_its_chart(tmp_path: Path) -> None:
    found = floors.priorities(chained(), 2)
    target = found.to_excel(tmp_path / "found.xlsx")
    book = openpyxl.load_workbook(target)
    assert book.sheetnames[:2] == ["brief", "picture_priorities"] or "picture_priorities" in book.sheetnames
    assert {
        "priorities",
        "priority_shocks",
        "priority_floors",
        "priority_payers",
        "priority_inputs",
        "run",
    } <= set(book.sheetnames)
    texts = [tuple(row) for row in book[BRIEF_TEXT.name].iter_rows(min_row=2, values_only=True)]
    page = found.brief
    assert len(texts) == len(list(brief_rows(page)))
    assert any(isinstance(block, Drawn) and block.picture == "picture_priorities" for block in page.blocks)


def test_a_chain_without_a_plan_is_named_with_its_shock() -> None:
    must = good("ore", 0.5)
    must["demand"][0]["value"] = None
    told = said(floors.priorities(together(good("oxide", 0.6), must), 0))
    assert "Without a plan, and so without a rank: ore (embargo ore)." in told
    assert "None pays for itself" not in told, "of ore it is not known"
    assert "Without a plan" not in said(floors.priorities(chained(), 0))
