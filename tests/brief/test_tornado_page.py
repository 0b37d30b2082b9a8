"""The page and picture of a tornado: which numbers to look up, by hand, and what is not said where it does not hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

import floors
from floors.contract.results.handed import BRIEF_TEXT
from floors.page.page import Drawn, Table, Words
from floors.page.written import brief_rows
from tests.support import everything
from tests.support.goods import of_goods
from tests.support.studies import table
from tests.support.uncertain import COST, DEMAND, ROWS, floor, leaching, may_lack, must_have, net_cost


def said(found: floors.Tornado) -> str:
    """All that the page says, without breaks that hold numbers together."""
    page = found.brief
    assert page is not None
    return "\n".join(page.texts).replace("\u00a0", " ")


def test_which_numbers_to_look_up_by_hand() -> None:
    """Demand moves net cost most, then leaching, then AU leach; AU old moves nothing."""
    told = said(floors.tornado(leaching()))
    assert "Look up first: “demand”, “leaching” and “processes unit_cost, process=AU leach”" in told
    level = sum(net_cost(member) for member in ("US", "JP"))
    assert f"The bloc’s net cost, {level:.2f} million USD, moves most with “demand” by" in told
    low, high = (1000 * sum(net_cost(member, by) for member in ("US", "JP")) for by in (0.9, 1.3))
    assert f"({low / 1000:.2f} million at its low, {high / 1000:.2f} million at its high)" in told
    shares = []
    for member in ("US", "JP"):
        ends = [floor(member, AU_leach=by) for by in (0.8, 1, 1.1)]
        shares.append((max(ends) - min(ends)) / floor(member))
    assert f"“processes unit_cost, process=AU leach” ({100 * sum(shares) / 2:.0f} %)" in told
    told_idle = "One of the four needs no better number: moved as far as it may be off, it changes nothing that is told here"
    assert f"{told_idle}: “processes unit_cost, process=AU old”." in told
    assert "“demand”: demand!D2:D3." in told
    assert "is what sheet uncertainty says, no more." in told
    assert "no plan" not in told and "Nobody said how sure" not in told


def test_where_both_ends_are_on_one_side_it_is_told_what_it_is_as_it_is() -> None:
    """Demand is 40 % of what was typed, or 80 %: the lowest and the highest of the three are 60 % of it apart."""
    found = floors.tornado(leaching(("demand", "segment=*", "years", 0.4, 0.8)))
    net = sum(net_cost(member) for member in ("US", "JP"))
    low, high, apart = f"{net * 0.4:.2f}", f"{net * 0.8:.2f}", f"{net * 0.6:.2f}"
    told = said(found)
    assert (
        f"by {apart} million USD ({net * 400:.0f} thousand at its low, {high} million at its high, " in told
    )
    assert f", {net:.2f} million as it is)" in told
    (sentence,) = [one for one in found.sentences if one.startswith("Net cost of the bloc")]
    assert f"(by {apart}: {low} at low, {high} at high)" in sentence
    assert "as it is)" not in said(floors.tornado(leaching()))


def test_cells_that_are_not_named_and_floors_that_are_a_shortage_are_told() -> None:
    """Four ranges in a group, of which three are named; and buyers who go without beyond a value, or never."""
    group = [
        ("processes", f"process={p}", "unit_cost", 0.9, 1.1 + n / 10, None, "all") for n, p in enumerate(COST)
    ]
    told = said(floors.tornado(leaching(*group)))
    assert "processes!D4 and more on sheet inputs." in told and "Buyers go short" not in told
    told = said(floors.tornado(leaching(*group[:3], demand=worth(2.1))))
    assert "more on sheet inputs" not in told and "processes!D2, processes!D3 and processes!D4." in told
    told = said(floors.tornado(may_lack()))
    assert (
        "Buyers go short of more than as it is with “cost” at its high (4 t) and “room” at its low (2 t): a floor there can "
        "be what they would pay." in told
    )


def test_bars_name_the_end_that_is_a_shortage() -> None:
    floor = floors.tornado(may_lack()).pictures[0].panels[1]
    assert floor.along == ("cost (a shortage at high)", "room (a shortage at low)")


def worth(value: float) -> list[dict[str | int, Any]]:
    """What both members want, up to a value."""
    return table(
        "region segment commodity value 2026", *((r, "all", "oxide", value, d) for r, d in DEMAND.items())
    )


def test_an_end_without_a_plan_is_said_first() -> None:
    found = floors.tornado(must_have(5))
    page = found.brief
    assert page is not None and page.headline == "Look up first: “room” and “cost”"
    assert page.answers[0].plain.startswith("No plan at all is left with “room” at its low:")
    (table,) = [block for block in page.blocks if isinstance(block, Table)]
    assert [entry.value for entry in table.lines[0].entries][:3] == ["room", "0.5 to 1.3", "no plan"]
    (picture,) = found.pictures
    first = picture.panels[0]
    assert first.along == ("room (no plan at low)", "cost")
    assert first.series[0].values[0] is None and first.series[0].labels[0] is None


def test_without_a_sheet_it_says_that_nobody_said_how_sure_each_number_is() -> None:
    told = said(floors.tornado(leaching(uncertainty=None)))
    assert "by 20 % each" in told and "Nobody said how sure each number is" in told
    assert "is what sheet uncertainty says" not in told


def test_where_nothing_moves_and_where_there_is_no_plan() -> None:
    told = said(floors.tornado(leaching(ROWS[0])))
    assert "None of the numbers that were moved changes what the bloc pays, nor any floor" in told
    assert "moves with none of them." in told and "need no better number" not in told
    nothing = floors.tornado(leaching(ROWS[0]))
    assert nothing.pictures == ()
    told = said(floors.tornado(must_have(3)))
    assert "As it is, the study has no plan" in told and "net cost, " not in told


def test_numbers_that_need_not_be_better_are_counted() -> None:
    """Two inputs that move nothing, of four; where all move something nothing is said."""
    mill = ("technologies", "technology=AU old", "coefficient", 0.9, 1.1)
    told = said(floors.tornado(leaching(ROWS[0], *ROWS[2:], mill)))
    assert (
        "Two of the four need no better number: moved as far as they may be off, they change nothing" in told
    )
    assert "no better number" not in said(floors.tornado(leaching(*ROWS[1:])))


def test_the_picture_has_changes_from_the_base() -> None:
    found = floors.tornado(leaching())
    (picture,) = found.pictures
    assert "moves the bloc’s net cost most" in picture.title
    bill, oxide = picture.panels
    assert bill.along[0] == "demand" and "processes unit_cost, process=AU old" not in bill.along
    rows = [row for row in found.records("tornado") if row["output"] == "bloc_net_cost"][:3]
    for series, end in zip(bill.series, ("at_low", "at_high"), strict=True):
        assert list(series.values) == pytest.approx([row[end] - row["base"] for row in rows])
    assert "oxide" in oxide.title
    drawn = [block for block in found.brief.blocks if isinstance(block, Drawn)]
    assert [block.panel for block in drawn] == [0, 1]


def test_the_page_stands_in_the_workbook(tmp_path: Path) -> None:
    given = everything.study()
    found = floors.tornado(given)
    target = found.to_excel(tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(target)
    assert {"brief", "picture_tornado", "tornado", "inputs", "run"} <= set(book.sheetnames)
    written = list(book[BRIEF_TEXT.name].iter_rows(min_row=2, values_only=True))
    assert len(written) >= len(list(brief_rows(found.brief)))
    assert any(isinstance(block, Words) and block.name == "typed" for block in found.brief.blocks)


def test_of_many_goods_those_of_most_floor_times_demand_have_panels() -> None:
    """Seven goods at floors of 80 of which more is wanted one after the other: five have a panel, two are counted."""
    found = floors.tornado(of_goods(7))
    (picture,) = found.pictures
    titles = [panel.title.split(",")[0] for panel in picture.panels]
    assert titles[1:] == [f"Floor on good {i}" for i in (6, 5, 4, 3, 2)]
    assert "All bars, and floors of two more goods: sheet tornado." in picture.note
    (few,) = floors.tornado(of_goods(5)).pictures
    assert [panel.title.split(",")[0] for panel in few.panels][1:] == [f"Floor on good {i}" for i in range(5)]
    assert "more good" not in few.note
