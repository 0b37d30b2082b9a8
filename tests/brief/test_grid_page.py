"""The page and the picture of caps against answers: worked out by hand, and not said where it does not hold."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import openpyxl
import pytest
from pytest import approx

import floors
from floors.errors import FloorsError
from floors.html.options import drawing
from floors.page.colours import FAINT, GAIN, INK, LOSS, PAPER, shade, words_on
from floors.page.page import Table, Words
from floors.page.picture import HEAT
from tests.support import mixed
from tests.support.answering import moving, restless, short_at_home
from tests.support.counts import few

CAPS, OFFERS = "0.9:0.1:3", "CN:1:1.2:3"


def said(found: floors.Grid) -> str:
    """All that the page says, without breaks that hold numbers together."""
    page = found.brief
    assert page is not None
    return "\n".join(page.texts).replace("\u00a0", " ")


def test_where_neither_moves_and_who_gains_by_going_first() -> None:
    """At 0.5 and 1.1 the bloc pays 48.2 million and not 45.6; CN gains 2.1 and not 2.16: 600 t sold 3.6 above cost."""
    told = said(floors.sweep(moving(), CAPS, offer=OFFERS))
    assert (
        "At a cap of 50 % and offer prices times 1.1 neither side moves: the bloc loses 2.6 million USD, CN loses "
        "60 thousand USD" in told
    )
    assert (
        "If CN commits first, offer prices times 1 is best for it: met by a cap of 90 %, it neither gains nor loses, "
        "60 thousand USD better than where neither moves." in told
    )
    assert (
        "If the bloc commits first, a cap of 50 % is best for it: met by offer prices times 1.1, it loses 2.6 million USD, "
        "as where neither moves." in told
    )
    assert (
        "The bloc loses most, 4.6 million USD, at a cap of 90 % and offer prices times 1.2; CN loses" in told
    )
    assert "A state that wants something else, such as its share of the market" in told
    assert "at the edge" not in told and "no resting place" not in told


def test_amounts_are_not_called_gains_or_losses() -> None:
    """Without a result at no cap and no answer there are only net costs and surpluses."""
    found = floors.sweep(moving(), CAPS, offer=OFFERS)
    alone = replace(found, free=replace(found.free, figures=None, status="time_limit"))
    told = said(alone) + "".join(panel.title for one in alone.pictures for panel in one.panels)
    assert not any(word in told for word in ("gains (+)", "gains or loses", "loses", "against no cap"))
    assert "The bloc\u2019s net cost, with a minus" in told and "The surplus of CN" in told
    assert "What the bloc gains or loses" in said(found) and "against no cap and no answer: + gains" in said(
        found
    )


def test_at_the_edge_and_nowhere() -> None:
    told = said(floors.sweep(moving(), "0.9:0.5:2", offer="CN:1:1.1:2"))
    assert "That is at the edge of what was tried: what is beyond was not looked at." in told
    told = said(floors.sweep(restless(), "0.9:0.15:3", offer="CN:0.9:1.3:3"))
    assert "No cap and answer that both sides would keep" in told
    assert "at each pair of cap and answer the bloc or CN does better by moving alone." in told
    assert "than where neither moves" not in told and "Neither side gains by moving alone at" not in told


def test_exports_are_told_as_shares_and_their_rent() -> None:
    told = said(floors.sweep(moving(), "0.9:0.3:3", export="CN:0:1:3"))
    assert "by selling abroad at most 0 % to 100 % of what it sells without a policy?" in told
    assert "More than one cap and answer could last, and they pay differently" in told
    assert "a cap of 30 % and exports of at most 0 %; a cap of 30 % and exports of at most 50 %" in told
    assert "that rent is its own: it sells 0 t to 900 t." in told


def test_what_stands_in_the_way_of_a_plan_is_told() -> None:
    told = said(floors.sweep(short_at_home(), "0.9:0.1:3", export="CN:0:1:3"))
    assert (
        "At a cap of 90 % and exports of at most 0 % these cannot hold together: CN ships at most 0 t of oxide abroad in "
        "2026: its answer to the policy; US (all) must get all 1,000 t" in told
    )
    assert "cannot hold together" not in said(floors.sweep(moving(), "0.9:0.3:3", export="CN:0:1:3"))


def test_corners_by_hand() -> None:
    page = floors.sweep(moving(), CAPS, offer=OFFERS).brief
    assert page is not None
    (corners,) = [block for block in page.blocks if isinstance(block, Table)]
    assert [line.entries[2].value for line in corners.lines] == [
        "best cap here",
        "best cap here",
        "",
        "best cap here",
        "neither side moves",
    ]
    assert corners.heads[-1].text == "sells abroad, t"
    assert "all that CN ships to others, members or not, over all years" in corners.notes[0].replace(
        "\u00a0", " "
    )
    bloc = [line.entries[3].value for line in corners.lines]
    assert bloc == approx([-0.46, -4.6, -3.78, -4.6, -2.6])


def test_a_picture_of_coloured_cells(tmp_path: Path) -> None:
    found = floors.sweep(moving(), CAPS, offer=OFFERS)
    (picture,) = found.pictures
    bloc, region = picture.panels
    assert [one.name.replace("\u00a0", " ") for one in bloc.series] == ["90 %", "50 %", "10 %"]
    assert {one.mark for one in (*bloc.series, *region.series)} == {HEAT}
    changes = found.grid.set_index(["cap", "answer"])
    for share, one in zip(found.shares, bloc.series, strict=True):
        assert list(one.values) == approx((-changes.loc[share, "change_of_bloc_net_cost"]).tolist())
    assert bloc.series[1].labels[1] == "\u20132.60 \u25a0" and region.series[0].labels[0] == "0"
    book = openpyxl.load_workbook(found.to_excel(tmp_path / "out.xlsx"))
    (one, two) = book["picture_answers"]._charts
    assert [len(chart.series) for chart in (one, two)] == [3, 3]
    made = drawing(bloc).option["series"]
    top = made[-1]["data"]  # what is stacked last lies on top
    assert top[0]["label"]["formatter"].replace("\u00a0", " ") == "90 %"
    assert top[3]["itemStyle"]["color"] == LOSS and top[1]["amount"] == approx(-0.46)


def test_colours_of_cells() -> None:
    assert shade(None, 1.0) == FAINT and shade(0.0, 1.0) == "#FFFFFF" == shade(0.0, 0.0)
    assert shade(2.0, 2.0) == GAIN and shade(-2.0, 2.0) == LOSS
    assert words_on(LOSS) == PAPER and words_on("#FFFFFF") == INK


@pytest.mark.parametrize("seed", few(range(40), 6))
def test_every_study_has_a_page(seed: int) -> None:
    """Of random studies: whatever is answered, every check passes and no sentence holds what is none."""
    study = floors.Study(mixed.sheets(Random(seed)))
    capped = next(row["region"] for row in study.rows("regions") if row["role"] == "capped")
    for answer in ({"offer": f"{capped}:0.8:1.2:2"}, {"export": f"{capped}:0.4:0.9:2"}):
        try:
            found = floors.sweep(study, "0.9:0.3:2", **answer)
        except FloorsError:
            continue
        assert not any(row["status"] == "failed" for row in found.records("grid"))
        told = said(found) + "\n".join(found.sentences)
        assert "nan" not in told and "None" not in told and found.brief is not None
        for block in found.brief.blocks:
            if isinstance(block, Table):
                assert block.lines and sum(head.share for head in block.heads) <= 36
                assert all(len(line.entries) == len(block.heads) for line in block.lines)
            if isinstance(block, Words):
                assert all(one.plain for one in block.paragraphs)
