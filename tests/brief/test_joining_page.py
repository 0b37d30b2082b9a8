"""The page and picture of candidates: by hand, and only what every plan of the same cost says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from pytest import approx

import floors
from floors.page.page import Page, Table
from floors.page.written import brief_rows, page_of
from tests.support.candidates import THREE, bloc, short, twins


def said(found: Page) -> str:
    return "\n".join(found.texts).replace("\u00a0", " ")


def test_who_loses_and_what_the_members_gain() -> None:
    """In two years of 300 t and 240 t, twice: JP's joining lets the price fall where it is wanted least."""
    found = floors.coalition(bloc({"US": 600, "JP": 400}), candidates=["JP"])
    members, itself = (found.candidates[name].iloc[0] for name in ("worth_to_members", "worth_to_itself"))
    told = said(found.brief)
    assert members > -itself > 0
    assert f"JP is worth something to the members, {members:.2f} million USD if it joins alone" in told
    assert f"itself it loses {-itself:.2f} million USD, less than that: they can pay it to join." in told
    assert f"The candidate loses by joining alone: JP {-itself:.2f} million USD." in told
    assert found.brief.headline.startswith("JP first: all who are in then gain")
    assert found.pictures[0].title == "JP loses by joining alone"


def test_where_both_sides_gain_nobody_loses() -> None:
    found = floors.coalition(bloc({"US": 300, "JP": 400}), candidates=["JP"])
    told = said(found.brief)
    assert "Both sides gain where JP joins alone." in told
    assert "No candidate loses by joining alone." in told and "lose by" not in told


def test_whoever_is_better_left_out_is_not_in_the_headline() -> None:
    found = floors.coalition(bloc({"US": 300, "JP": 400, "KR": 10}), candidates=["JP", "KR"])
    assert found.brief.headline.startswith("JP first: all who are in then gain 3.89")
    assert "One of two loses by joining alone: KR" in said(found.brief)
    lines = {block.name: block.lines for block in found.brief.blocks if isinstance(block, Table)}
    assert [line.entries[0].value for line in lines["orders"]] == ["1. JP", "2. KR"]
    alone, order = found.pictures[0].panels
    assert alone.along == ("JP", "KR") and order.along == ("JP", "+ KR")
    assert list(order.series[0].values) == approx([row for row in found.best.cumulative if row is not None])


def test_where_nothing_is_gained_the_headline_says_so() -> None:
    found = floors.coalition(bloc(THREE), candidates=["JP", "KR"])
    assert found.brief.headline == "No candidate’s joining alone brings more than it takes"
    assert max(gain for gain in found.best.cumulative if gain is not None) < 0, "losses are not told as gains"
    assert "of both the one in which least is lost, early losses counting most." in said(found.brief)
    assert found.pictures[0].title == "Each candidate loses by joining alone"


def test_sets_without_a_plan_are_told() -> None:
    found = floors.coalition(short(), candidates=["KR", "JP"])
    assert "Without a result: the US and KR (infeasible)." in said(found.brief)
    alone = floors.coalition(short(), candidates=["KR"])
    assert alone.brief.headline == "No order of joining has a plan at every step" and alone.pictures == ()
    lost = replace(found, runs=tuple(replace(run, status="infeasible", costs={}) for run in found.runs))
    assert lost.brief.headline.startswith("The bloc as it is has no plan")


def test_of_what_is_not_settled_nothing_is_said_as_if_it_were() -> None:
    """US and X buy from the same two, so that who has the room under the cap is not settled."""
    found = floors.coalition(twins("as_given"), candidates=["X", "Y"])
    assert found.candidates["not_settled"].notna().any()
    told = said(found.brief)
    assert "* Other plans of the same cost move some of this: see not_settled." in told
    assert "Both sides gain" not in told and "by joining alone:" not in told


def test_bands_are_told_where_samples_were_solved() -> None:
    found = floors.coalition(bloc(THREE), candidates=["JP", "KR"], n=4)
    low, high = (
        found.worth_bands.query("joins == 'alone' and worth == 'worth_together'")[end].iloc[0]
        for end in ("p5", "p95")
    )
    told = said(found.brief).replace("\u2013", "-").replace("\u2212", "-")
    assert low < high and f"{low:.2f} to {high:.3f} where JP joins; " in told
    assert "samples" not in said(floors.coalition(bloc(THREE), candidates=["JP"]).brief)


def test_a_cap_in_tonnes_is_said_to_stay() -> None:
    caps = [{"scope": "bloc", "commodity": "oxide", "basis": "tonnes", 2026: 150, 2027: 100}]
    told = said(floors.coalition(bloc(THREE, given="as_given", caps=caps), candidates=["KR"]).brief)
    assert "A cap in tonnes stays what it is, whoever joins" in told
    assert "A cap in tonnes" not in said(floors.coalition(bloc(THREE), candidates=["KR"]).brief)


@pytest.mark.parametrize("names", [["JP"], ["JP", "KR"], ["JP", "KR", "IN"]])
def test_pages_come_back_from_the_workbook(names: list[str], tmp_path: Path) -> None:
    found = floors.coalition(bloc(THREE), candidates=names)
    assert page_of(brief_rows(found.brief)) == found.brief
    assert found.brief.headline and not {"nan", "None", "inf"} & set(said(found.brief).split())
    book = openpyxl.load_workbook(found.to_excel(tmp_path / "out.xlsx"))
    assert book.sheetnames[:3] == ["brief", "picture_candidates", "candidates"]
