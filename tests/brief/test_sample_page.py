"""The page and pictures of samples: sentences worked out by hand, and that they are not said where they do not hold."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import openpyxl
import pytest

import floors
from floors.brief.pictures.samples import between, bins, levels
from floors.html.report import write_report
from floors.page.page import Table
from floors.page.picture import BAND, NAMES, YEARS
from tests.support.sampled import COST, OFFER, ROOM, drawn, failing, works
from tests.support.sampled import between as factors
from tests.support.studies import study, table
from tests.support.uncertain import leaching, uncertain


def said(found: floors.Sample) -> str:
    """All that the page says, without breaks that hold numbers together."""
    return "\n".join(found.brief.texts).replace("\u00a0", " ").replace("\u2212", "–")


@cache
def sure() -> floors.Sample:
    return floors.sample(works(), 100)


@cache
def fails() -> floors.Sample:
    return floors.sample(failing(), 300, indices=True)


@cache
def indexed() -> floors.Sample:
    return floors.sample(works(COST, OFFER), 256, indices=True)


@cache
def lost() -> floors.Sample:
    return floors.sample(failing((*ROOM[:3], 0.5, 0.8)), 4)


def test_what_the_bloc_pays_by_hand() -> None:
    """10 t, 4 of them at home at 80 times 0.8 to 1.4, 6 at 50: 556 to 748 thousand; 5 % off at both ends."""
    told = said(sure())
    q = drawn(100, 1)[:, 0]
    cost = (4 * 80 * factors(0.8, 1.4, q) + 300) / 1000
    low, middle, high = (1000 * x for x in np.percentile(cost, [5, 50, 95]))
    assert (
        told.split("\n")[2]
        == f"The bloc’s net cost is {low:.0f} to {high:.0f} thousand USD in nine in ten samples"
    )
    assert f"in nine in ten samples, and more than {middle:.0f} thousand USD in half." in told
    more = 100 * (cost > 0.62).mean()
    assert (
        f"With every number as it is, it is 620 thousand USD: in {more:.0f} % of the samples it is more."
        in told
    )
    assert (
        "where one number, or group of numbers, is off as far as sheet uncertainty says? Solved at 100"
        in told
    )
    low, middle, high = np.percentile(80 * factors(0.8, 1.4, q), [5, 50, 95])
    assert (
        f"The floor on oxide is {low:.0f} to {high:.0f} USD/kg in nine in ten samples, half above {middle:.0f};"
        in told
    )
    assert "with every number as it is, 80." in told
    assert "The share of CN in what the bloc buys is 60 % in every sample that has a plan." in told
    assert "Each of the 100 plans passed its checks" in told


def test_what_is_not_said_where_it_does_not_hold() -> None:
    told = said(sure())
    for words in ("no plan", "no result", "Look up first", "Draws are independent", "least sure in", "20 %"):
        assert words not in told
    assert "a shortage, and no floor" not in told


def test_samples_without_a_plan_are_said_first() -> None:
    found = fails()
    share = f"{100 * found.failed_share:.0f} %"
    page = found.brief
    assert page.headline.replace("\u00a0", " ").startswith(
        f"{share} of the samples have no plan; in the others the bloc’s net cost is "
    )
    count = round(found.failed_share * 256)
    first = page.answers[0].plain.replace("\u00a0", " ")
    assert first.startswith(
        f"{count} of 256 samples have no plan, whatever is paid. Whether there is one hangs most on"
    )
    assert "“room”; bands are of the others alone." in first
    assert "A sample without a plan is in no band" in said(found)
    assert "Bands are of " in said(found) and " samples that are independent" in said(found)


def test_a_share_of_samples_is_of_those_that_have_a_plan_where_others_have_none() -> None:
    """Of 20 samples four have no plan: 14 of the other 16 lie within a band, and not 14 of 20."""
    found = floors.sample(failing(), 20)
    assert found.failed_share == 0.2
    told = said(found)
    assert "thousand USD in 88 % of the samples that have a plan, and more than" in told
    assert "% of the samples that have a plan it is more." in told and "in 88 % of the samples," not in told


def test_few_samples_without_a_plan_are_no_headline() -> None:
    row = (*ROOM[:3], 0.89, 1.3)
    found = floors.sample(failing(row), 100)
    assert 0 < found.failed_share < 0.05
    headline = found.brief.headline.replace("\u00a0", " ")
    assert headline == "The bloc’s net cost is 620 thousand USD in every sample that has a plan"


def test_without_any_plan_nothing_is_drawn() -> None:
    assert lost().brief.headline == "None of the 4 samples has a plan"
    assert lost().pictures == ()
    told = said(lost())
    assert "4 of 4 samples have no plan, whatever is paid" in told
    assert "Proof." not in told and "The floor on" not in told
    one = floors.sample(failing((*ROOM[:3], 0.5, 0.8)), 1)
    assert one.brief.headline == "The one sample has no plan"


def test_which_number_to_look_up_first() -> None:
    """4 t at 80 move by 0.6, 6 t at 50 by 0.2: widths 192 and 60, and so shares of variance of 91 and 9 %."""
    found = indexed()
    shares = {
        row["input"]: row["first_order"]
        for row in found.records("indices")
        if row["output"] == "bloc_net_cost"
    }
    assert shares == {"cost": pytest.approx(0.911, abs=0.05), "offer": pytest.approx(0.089, abs=0.05)}
    told = said(found)
    assert (
        f"Look up first: “cost” ({100 * shares['cost']:.0f} %) and “offer” ({100 * shares['offer']:.0f} %): to know it "
        "takes away so much of the variance of the bloc’s net cost."
    ) in told
    assert "Draws are independent: numbers that are off together belong into one group" in told
    (inputs,) = [block for block in found.brief.blocks if isinstance(block, Table) and block.name == "inputs"]
    assert [line.entries[0].value for line in inputs.lines] == ["cost", "offer"]
    assert [line.entries[1].value for line in inputs.lines] == ["0.8 to 1.4", "0.9 to 1.1"]
    assert all(block.name != "inputs" for block in sure().brief.blocks)


def test_a_shortage_is_said_beside_its_floor() -> None:
    found = floors.sample(works(value=90), 100)
    share = found.records("floors")[0]["shortage"]
    assert f"In {100 * share:.0f} % of the samples it is a shortage, and no floor." in said(found)
    assert "A shortage is what a buyer who goes short would pay, and no floor." in said(found)


def test_without_the_sheet_it_is_said_that_nobody_said_how_sure() -> None:
    told = said(floors.sample(study(), 5))
    assert "each independently of the others, by up to 20 % each?" in told
    assert "Nobody said how sure each number is" in told and "sheet uncertainty says" not in told


def test_how_many_a_band_holds_is_counted() -> None:
    """Of 13 samples 11 lie between the 5th and the 95th percentile."""
    told = said(floors.sample(works(), 13))
    assert "in 85 % of the samples, and more than" in told and "nine in ten" not in told
    two = floors.sample(
        works((*COST[:3], 0.5, 0.7)), 100
    )  # made at home is cheaper than China's, as in every sample
    assert "The bloc’s net cost is " in said(two)


def test_a_floor_over_years_has_a_band_and_its_least_sure_year() -> None:
    given = study(
        years=table("year length", (2026, 1), (2027, 1)),
        regions=table("region role", ("US", "member"), ("CN", "capped")),
        demand=table("region segment commodity value 2026 2027", ("US", "all", "oxide", 500, 10, 10)),
        caps=table("scope commodity basis 2026 2027", ("bloc", "oxide", "demand", 0.6, 0.6)),
        unit_costs=table("process 2026 2027", ("US works", 80, 100)),
        uncertainty=uncertain(
            ("unit_costs", "process=US works", "2026", 0.9, 1.1),
            ("unit_costs", "process=US works", "2027", 0.8, 1.6),
        ),
    )
    found = floors.sample(given, 60)
    assert "The floor on oxide is least sure in 2027:" in said(found)
    picture = next(one for one in found.pictures if one.name == "picture_floors")
    (panel,) = picture.panels
    assert (panel.scale, panel.along) == (YEARS, (2026, 2027))
    area, typed, middle = panel.series
    rows = found.records("floors")
    assert area.mark == BAND and area.low == pytest.approx([row["p5"] for row in rows])
    assert area.values == pytest.approx([row["p95"] for row in rows])
    assert typed.values == pytest.approx([80, 100]) and middle.values == pytest.approx(
        [row["p50"] for row in rows]
    )
    assert "least sure in 2027" in picture.title


def test_members_with_floors_of_their_own_have_panels_of_their_own() -> None:
    found = floors.sample(leaching(), 40)
    (picture,) = [one for one in found.pictures if one.name == "picture_floors"]
    assert sorted(panel.title for panel in picture.panels) == ["Oxide, JP", "Oxide, US"]
    assert " in the US" in said(found) or " in JP" in said(found)


def test_bars_hold_every_sample_once() -> None:
    found = sure()
    (picture,) = [one for one in found.pictures if one.name == "picture_costs"]
    (panel,) = picture.panels
    assert panel.scale == NAMES and sum(value or 0 for value in panel.series[0].values) == 100
    assert panel.along[0] == "540 to 560" and panel.along[-1] == "740 to 760"
    q = drawn(100, 1)[:, 0]
    cost = 4 * 80 * factors(0.8, 1.4, q) + 300
    assert panel.series[0].values == pytest.approx(np.histogram(cost, bins=np.arange(540, 761, 20))[0])
    failing_note = next(one.note for one in fails().pictures if one.name == "picture_costs")
    assert "of 256 samples have none, and are not drawn." in failing_note and "none" not in picture.note


@pytest.mark.parametrize(
    ("values", "width", "numbers"),
    [
        ((0.0, 12.0), 1.0, list(range(12))),
        ((-1.5, 1.0), 0.5, [-3, -2, -1, 0, 1]),
        ((1.0, 1.4), 0.05, list(range(20, 28))),
    ],
)
def test_bins_are_round(values: tuple[float, ...], width: float, numbers: list[int]) -> None:
    assert bins(values) == (pytest.approx(width), numbers)


def test_amounts_are_as_fine_as_tells_them_apart() -> None:
    assert between(29_774.5, 47_236.1, "USD") == "30 to 47 billion USD"
    assert between(1.718, 2.309, "USD") == "1.72 to 2.31 million USD"
    assert levels(-0.5, 0.2) == ["–500 thousand", "200 thousand"]


def test_indices_are_drawn_where_there_are_any() -> None:
    (picture,) = [one for one in indexed().pictures if one.name == "picture_indices"]
    assert [panel.title for panel in picture.panels] == ["Net cost of the bloc", "Floor on oxide, US 2026"]
    assert picture.title == "The bloc’s net cost hangs most on “cost”"
    assert [panel.title for panel in next(p for p in fails().pictures if p.name == "picture_indices").panels][
        -1
    ] == ("Whether there is a plan")
    assert "picture_indices" not in {one.name for one in sure().pictures}


def test_the_page_is_a_sheet_with_charts_and_a_report_shows_it(tmp_path: Path) -> None:
    written = indexed().to_excel(tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(written)
    assert book.sheetnames[:4] == ["brief", "picture_costs", "picture_floors", "picture_indices"]
    assert all(book[name]._charts for name in book.sheetnames[1:4])
    made = write_report(written, tmp_path / "out.html")
    text = made.report.read_text(encoding="utf-8")
    assert "Look up first" in text and "picture_indices" in text and "5th percentile" in text
