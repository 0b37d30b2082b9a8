"""The page and pictures of a sweep: sentences worked out by hand, and that they are not said where they do not hold."""

from __future__ import annotations

from pathlib import Path
from random import Random

import openpyxl
import pytest
from pytest import approx

import floors
from floors.contract.results.handed import BRIEF_TEXT
from floors.errors import FloorsError
from floors.page.page import Table, Words
from floors.page.picture import SHARES
from floors.page.written import brief_rows
from tests.many.test_sweep import MUST, steps
from tests.support import everything, mixed
from tests.support.counts import few
from tests.support.goods import of_goods
from tests.support.studies import cap, table


def said(found: floors.Sweep) -> str:
    """All that the page says, without breaks that hold numbers together."""
    page = found.brief
    assert page is not None
    return "\n".join(page.texts).replace("\u00a0", " ")


def test_what_a_cap_costs_by_hand() -> None:
    """10 t at 50 in China; 4 t at 80 and 3 t at 100 at home; the last 3 t are worth 200."""
    told = said(floors.sweep(steps(), "0.9:0.1:5"))
    assert "At 90 % the cap costs the bloc 30 thousand USD; at 10 % it costs 570 thousand USD" in told
    assert "hold CN to one share of the demand of oxide, the same in 2026, from 90 % to 10 %?" in told
    assert (
        "a point less costs the bloc 6.75 thousand USD on average, and 15 thousand where it costs most"
        in told
    )
    assert "from 30 % to 10 %." in told
    assert "At 10 % the first buyer would go short:" in told
    assert (
        "The floor on oxide jumps most in 2026: from 100 to 200 USD/kg between caps of 30 % and 10 %" in told
    )
    assert ", at 30 %, set by makers in the US, then by a shortage" in told
    assert "Between the caps cost bends at two caps (sheet sweep, kink); floors move there too." in told
    assert "Each of the 5 caps with a plan passed its checks" in told


def test_down_to_where_a_cap_costs_nothing() -> None:
    told = said(floors.sweep(steps(caps=cap("bloc", "oxide", "tonnes", 5)), [1, 0.99]))
    assert "Down to 100 % the cap costs the bloc nothing; at 99 % it costs 3 thousand USD" in told
    assert "go short" not in told and "on average." in told


def test_caps_without_a_plan_are_said_first() -> None:
    found = floors.sweep(steps(MUST), "0.9:0.1:5")
    page = found.brief
    assert page is not None and page.answers[0].plain.replace("\u00a0", " ") == (
        "Below 30 % there is no plan, whatever is paid."
    )
    assert "at 30 % it costs 270 thousand USD" in page.headline.replace("\u00a0", " ")
    (costs,) = [block for block in page.blocks if isinstance(block, Table) and block.name == "costs"]
    assert [str(line.entries[0].value).replace("\u00a0", " ") for line in costs.lines] == [
        "90 %",
        "70 %",
        "50 %",
        "30 %",
    ]


def test_of_one_cap_no_more_is_said_than_there_is() -> None:
    found = floors.sweep(steps(MUST), [0.5])
    assert found.pictures == ()
    told = said(found)
    assert "At 50 % the cap costs the bloc 170 thousand USD\n" in told
    assert "on average" not in told and "jumps" not in told


def test_where_no_cap_has_a_plan() -> None:
    found = floors.sweep(steps(MUST), [0.1])
    told = said(found)
    assert "No cap of 10 % has a plan" in told and "Proof" not in told and found.pictures == ()


def test_under_use_nothing_is_said_of_what_lies_between() -> None:
    told = said(floors.sweep(steps(caps=cap("bloc", "oxide", "use", 0.5)), "0.9:0.1:5"))
    assert "cost and floors were not looked at" in told and "bends" not in told.replace("may bend", "")


def test_a_rule_that_sets_a_floor_is_told_by_its_name() -> None:
    rules = table("commodity rule 2026", ("oxide", "maximum", 90))
    told = said(floors.sweep(steps(floor_rules=rules), "0.9:0.1:5"))
    assert "floors move there too" not in told
    assert "then by the rule maximum" in told


def test_pictures_hold_the_numbers_of_the_tables() -> None:
    found = floors.sweep(steps(), "0.9:0.1:5")
    cost, floor = found.pictures
    first, exact = cost.panels
    (bloc,), (supply, bends) = first.series, exact.series
    costs = found.sweep.set_index("cap")
    assert first.scale == exact.scale == SHARES and first.along == (0.9, 0.7, 0.5, 0.3, 0.1)
    assert list(bloc.values) == approx(costs.loc[list(first.along), "change_of_bloc_net_cost"].tolist())
    assert list(exact.along) == approx([0.9, 0.7, 0.6, 0.5, 0.3, 0.1])  # through the bends
    assert [1000 * (x or 0.0) for x in supply.values] == approx([30, 90, 120, 170, 270, 570])
    assert [x is not None for x in bends.values] == [False, False, True, False, True, False]
    (drawn,) = floor.panels
    assert [one.name for one in drawn.series] == ["2026"]
    assert list(drawn.series[0].values) == approx([80, 80, 100, 100, 200])
    assert drawn.series[0].labels[-1] == "2026: 200"


def test_the_workbook_has_the_page_that_the_sweep_has(tmp_path: Path) -> None:
    found = floors.sweep(steps(), "0.9:0.1:5")
    book = openpyxl.load_workbook(found.to_excel(tmp_path / "out.xlsx"))
    page = found.brief
    assert page is not None and book.sheetnames[0] == "brief"
    written = [
        row[BRIEF_TEXT.names.index("text")]
        for row in book["brief_text"].iter_rows(min_row=2, values_only=True)
    ]
    assert written == [row.text for row in brief_rows(page)]


@pytest.mark.parametrize("seed", few(range(24), 8))
def test_every_study_has_a_page(seed: int) -> None:
    """Of random studies: every block has lines, every number is one, and no sentence holds what is none."""
    try:
        found = floors.sweep(floors.Study(mixed.sheets(Random(seed))), "0.9:0.2:4")
    except FloorsError:
        pytest.skip("nothing to sweep in this study")
    told = said(found)
    assert "nan" not in told and "None" not in told and found.brief is not None
    for block in found.brief.blocks:
        if isinstance(block, Table):
            assert block.lines and sum(head.share for head in block.heads) <= 36
            assert all(len(line.entries) == len(block.heads) for line in block.lines)
        if isinstance(block, Words):
            assert all(one.plain for one in block.paragraphs)
    for picture in found.pictures:
        for panel in picture.panels:
            assert all(len(one.values) == len(one.along or panel.along) for one in panel.series)


def test_a_study_with_one_of_everything_has_a_page() -> None:
    told = said(floors.sweep(everything.study(), "0.9:0.3:4"))
    assert "At 30 % there is no plan, whatever is paid." in told


def test_where_no_bends_are_known_one_panel_has_both_lines() -> None:
    found = floors.sweep(steps(caps=cap("bloc", "oxide", "use", 0.5)), "0.9:0.1:5")
    (panel,) = found.pictures[0].panels
    assert [one.name for one in panel.series] == ["whole supply", "the bloc"]
    assert all(len(one.values) == len(panel.along) == 5 for one in panel.series)


def test_of_many_goods_that_of_most_levy_times_demand_comes_first() -> None:
    """Seven goods of which more is wanted one after the other; of five the order of the workbook stays."""
    for n, order in ((7, range(6, -1, -1)), (5, range(5))):
        made = floors.sweep(of_goods(n), [0.9, 0.5])
        picture = next(one for one in made.pictures if one.name == "picture_floors")
        assert [panel.title for panel in picture.panels] == [f"Good {i}" for i in order]
