"""The page and picture of coalitions: by hand, and only what every plan of the same cost says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from random import Random

import openpyxl
import pytest
from pytest import approx

import floors
from floors.brief.blocs import SUM, Blocs, Solved
from floors.brief.coalition_page import page
from floors.brief.tables import Tables
from floors.errors import FloorsError
from floors.page.page import Page, Table
from floors.page.written import brief_rows, page_of
from tests.many.test_coalitions import three
from tests.support import mixed, several, studies
from tests.support.counts import few
from tests.support.told_studies import cap, demand, rules


def said(found: Page) -> str:
    return "\n".join(found.texts).replace("\u00a0", " ")


def blocs(
    costs: Mapping[str, Mapping[str, float]], open_: Mapping[str, set[str]], epsilon: float | None = None
) -> Blocs:
    """Coalitions of AA, BB and CC made up, each with what the three bear, million; `""` is no bloc."""
    study = three()
    asked = tuple(
        Solved(tuple(name.split()), "optimal", own, frozenset(open_.get(name, ())))
        for name, own in costs.items()
    )
    return Blocs(Tables(study, floors.coalition(study).rows), ("AA", "BB", "CC"), asked, epsilon)


NONE = {"AA": 10.0, "BB": 20.0, "CC": 30.0}
OUTSIDE = dict.fromkeys(("", "AA", "BB", "CC", "BB CC", "AA CC", "AA BB"), NONE)


def test_what_a_bloc_costs_and_who_leaves_by_hand() -> None:
    """Without a bloc each buys 10 t at 50 for 500 thousand. In the bloc of all 15 t may come: AA makes 10 at 60, BB 5
    at 80. Outside each is back at 500; alone CC makes 5 at 100."""
    found = floors.coalition(three())
    told = said(found.brief)
    assert (
        "No payments among its members can hold the bloc together: outside it BB would bear 150 thousand USD less"
        in told
    )
    assert (
        "Together they bear 250 thousand USD more than without a bloc. BB bears 150 thousand USD more."
        in told
    )
    assert "To stay they would have to be paid 250 thousand USD." in told
    assert (
        "Outside, as a free rider or alone, BB would bear 150 thousand USD and AA 100 thousand USD less."
        in told
    )
    assert "A bloc of its own is dearer for CC than the bloc of all, by 250 thousand USD." in told
    assert "Each of the 7 costs its members more than no bloc; AA alone least, 50 thousand USD." in told
    assert "other plans" not in told.lower()
    assert "in a bloc of their own; it is outside, while the others stay, that somebody bears less." in told


def test_tables_hold_gains_against_no_bloc() -> None:
    found = floors.coalition(three()).brief
    members, coalitions = (block for block in found.blocks if isinstance(block, Table))
    rows = {str(line.entries[0].value): [entry.value for entry in line.entries[1:]] for line in members.lines}
    assert rows["BB"] == approx([0.5, -0.15, 0, -0.15, 0.15])
    assert rows["CC"] == approx([0.5, 0, 0, -0.25, 0], abs=1e-12)
    assert len(coalitions.lines) == 7
    total = {str(line.entries[0].value): line.entries[-1].value for line in coalitions.lines}
    assert total["AA, BB, CC"] == approx(-0.25) and total["AA"] == approx(-0.05)


def test_who_gains_stays() -> None:
    """With all in each bears 2 less than outside."""
    told = said(page(blocs({**OUTSIDE, "AA BB CC": {"AA": 8.0, "BB": 18.0, "CC": 28.0}}, {}, -2.0)))
    assert "No member would bear less outside the bloc" in told
    assert "Together they bear 6 million USD less than without a bloc." in told
    assert "can be divided so that no members together would bear less" in told and "to stay" not in told


def test_payments_hold_a_bloc_whose_members_gain_enough() -> None:
    """AA lacks 3, the others gain 4 each."""
    found = blocs({**OUTSIDE, "AA BB CC": {"AA": 13.0, "BB": 16.0, "CC": 26.0}}, {}, -1.0)
    told = said(page(found))
    assert (
        "Payments among its members can hold the bloc together, though outside it AA would bear 3 million USD less"
        in told
    )
    assert "AA would have to be paid to stay." in told


def test_of_what_is_not_settled_nothing_is_said_as_if_it_were() -> None:
    """In the bloc of all money moves between AA and BB at no cost: only their sum is known."""
    whole = {"AA": 13.0, "BB": 23.0, "CC": 26.0}
    found = blocs({**OUTSIDE, "AA BB CC": whole}, {"AA BB CC": {"AA", "BB"}})
    told = said(page(found))
    assert "No payments among its members can hold the bloc together" in told  # 62 against 60 outside
    assert "bears 3 million USD more" not in told
    assert (
        "In this plan AA would bear 3 million USD and BB 3 million USD less; other plans of the same cost"
        in told
    )
    assert found.holds is False
    loose = blocs({**OUTSIDE, "AA BB CC": whole}, {"AA BB CC": {"AA", "BB", SUM}})
    assert loose.holds is None and "hold the bloc together" not in said(page(loose))
    assert "Together they bear" not in said(page(loose))
    assert page(loose).headline.startswith("What each member bears in the bloc is not settled")


def test_where_the_bloc_of_all_has_no_plan_or_was_not_asked_for() -> None:
    starved = several.case("starved").scenario("starved")
    found = floors.coalition(starved)
    assert found.brief.headline == "The bloc of both has no plan" and found.pictures == ()
    assert "Without a result: no bloc (infeasible) and 3 more." in said(found.brief)
    assert "Not all coalitions were solved" not in said(found.brief)
    named = floors.coalition(three(), coalitions=[["AA"], ["AA", "BB"]])
    assert named.brief.headline == "2 of 2 coalitions have a plan"
    assert "Not all coalitions were solved: 2 of 8." in said(named.brief) and named.pictures == ()


def test_a_bloc_without_caps_costs_nothing() -> None:
    told = said(floors.coalition(studies.study()).brief)
    assert "No member would bear less outside the bloc" in told
    assert "The bloc of all costs its members nothing against no bloc." in told
    assert "pays for itself" not in told


def test_the_picture_has_the_gains_of_members_and_of_blocs() -> None:
    found = floors.coalition(three())
    (picture,) = found.pictures
    assert picture.title == "BB and AA do better outside the bloc than in it"
    members, together = picture.panels
    inside, outside, alone = members.series
    assert members.along == ("AA", "BB", "CC")
    assert list(inside.values) == approx([-0.1, -0.15, 0], abs=1e-12)
    assert list(outside.values) == approx([0, 0, 0], abs=1e-12)
    assert list(alone.values) == approx([-0.05, -0.15, -0.25])
    assert together.along[0] == "AA" and len(together.along) == 7


def test_the_workbook_has_the_page(tmp_path: Path) -> None:
    found = floors.coalition(three())
    book = openpyxl.load_workbook(found.to_excel(tmp_path / "out.xlsx"))
    assert book.sheetnames[:2] == ["brief", "picture_coalitions"]
    assert book["brief_text"].max_row == len(brief_rows(found.brief)) + 1


@pytest.mark.parametrize("seed", few(range(12), 4))
def test_every_study_has_a_page(seed: int) -> None:
    try:
        found = floors.coalition(floors.Study(mixed.sheets(Random(seed))))
    except FloorsError:
        pytest.skip("this study is refused")
    made = found.brief
    assert page_of(brief_rows(made)) == made
    assert made.headline and not {"nan", "None", "inf"} & set(said(made).split())


def test_outsiders_who_sell_into_the_bloc_are_said_to_be_charged_where_all_are() -> None:
    """A minimum on whoever is no member is one on those outside too."""
    sheets = {
        "demand": demand(("US", 200, 10), ("JP", 200, 4)),
        "floor_rules": rules(("minimum", 70)),
        "reference_prices": studies.table("commodity 2026", ("oxide", 50)),
    }
    all_pay = studies.study(**sheets, settings=studies.settings(levy_on="non_members"))
    charged = "but what it sells into the bloc is capped or levied as that of others"
    assert charged in said(floors.coalition(all_pay).brief)
    assert charged not in said(floors.coalition(studies.study(**sheets)).brief)
    assert charged in said(floors.coalition(studies.study(caps=cap(0.5, origin="each"))).brief)
