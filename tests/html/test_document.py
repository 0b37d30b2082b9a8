"""The report: the words and numbers of its workbook, all of them, and nothing that a workbook could run or load."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

import floors
from floors.html import document as documents
from floors.html import stills, tables
from floors.html.brief import shown
from floors.html.cells import INPUT_CELL
from floors.html.document import document
from floors.html.figures import Figures
from floors.html.read import Handed, read
from floors.html.read import Table as Tabled
from floors.html.shown import look_of
from floors.page.page import Entry, Table
from floors.page.picture import BAND, FLOW, LINE, NAMES, Panel, Picture, Series
from tests.html.test_read import as_before
from tests.support import handed
from tests.support.places import RARE_EARTHS
from tests.support.reports import Reading

HOSTILE = "</script></title><img src=x onerror=alert(1)>&\"'"


@pytest.fixture(scope="module")
def read_back(tmp_path_factory: pytest.TempPathFactory) -> Handed:
    return read(handed.workbook(tmp_path_factory.mktemp("report") / "result.xlsx"))


@pytest.fixture(scope="module")
def page(read_back: Handed) -> Reading:
    return Reading(document(read_back).html)


def test_every_text_of_the_page_is_in_the_report(page: Reading) -> None:
    for told in handed.PAGE.texts:
        assert " ".join(told.split()) in page.text, told
    assert "levy what the tariff collects" in page.text


def test_every_number_of_the_page_is_in_the_report_as_its_cell_shows_it(page: Reading) -> None:
    for block in handed.PAGE.blocks:
        for line in block.lines if isinstance(block, Table) else ():
            told = " ".join(shown(entry) for entry in line.entries).replace("\u00a0", " ")
            assert " ".join(told.split()) in page.text
    assert shown(Entry(80.0, "0.00")) == "80.00"
    assert shown(Entry(None)) == "\u2013"


def test_every_number_of_the_pictures_is_in_a_table_beneath_its_chart(page: Reading) -> None:
    for picture in handed.PICTURES:
        assert picture.title in page.text
        assert picture.note in page.text
        for panel in picture.panels:
            assert panel.title in page.text
            look = look_of(panel.format)
            for series in panel.series:
                name = "" if series.mark == FLOW else series.name
                assert name in page.text
                told = [*series.values, *(series.low if series.mark == BAND else ())]
                assert all(look.text(value) in page.texts for value in told if value is not None)


def test_every_row_of_every_table_is_packed_in_full_digits(page: Reading, read_back: Handed) -> None:
    about = {one["name"]: one for one in page.json("about")}
    filled = [table for table in read_back.tables if table.rows]
    assert list(about) == [table.name for table in filled]
    for table in map(_as_shown, filled):
        assert page.table(table.name) == [list(row) for row in table.rows]
        assert about[table.name]["rows"] == len(table.rows)
        assert [one["name"] for one in about[table.name]["columns"]] == [one.name for one in table.columns]


def _as_shown(table: Tabled) -> Tabled:
    """The parts of floors have the cells of the input beside them."""
    if table.name != "floor_parts":
        return table
    rows = [(*row, "processes!E3" if row[3] == "unit cost US works" else None) for row in table.rows]
    return replace(table, columns=(*table.columns, INPUT_CELL), rows=rows)


def test_of_several_scenarios_a_number_leads_to_rows_of_its_own(tmp_path: Path, family: floors.Runs) -> None:
    found = read(family.to_excel(tmp_path / "all.xlsx"))
    assert found.scenario == "base"
    linked = replace(found, page=replace(handed.PAGE, typed=()), pictures=())
    page = Reading(document(linked).html)
    assert "floor_parts: base, US, oxide, 2026" in page.text


def test_all_sentences_and_warnings_are_told(page: Reading) -> None:
    for told in (*handed.solved().sentences, *handed.solved().warnings):
        assert " ".join(told.replace("\u00a0", " ").split()) in page.text


def test_sentences_with_a_dash_of_their_own_are_items_within(read_back: Handed) -> None:
    html = document(
        replace(read_back, sentences=("These cannot hold together:", "  - a cap", "- a need"))
    ).html
    assert (
        '<li>These cannot hold together:</li><li class="within">a cap</li><li class="within">a need</li>'
        in html
    )


def test_a_number_leads_to_the_parts_that_make_it(page: Reading) -> None:
    links = [given["href"] for tag, given in page.attributes if tag == "a" and given.get("class") == "number"]
    assert links == ["#made-1"]
    assert page.ids["made-1"] == 1
    assert "unit cost US works" in page.text
    assert "unit cost US works 1.000 80.00 processes!E3 floor 80.00" in page.text


def test_ids_are_unique_and_every_link_has_its_place(page: Reading) -> None:
    assert [name for name, count in page.ids.items() if count > 1] == []
    targets = [str(given["href"])[1:] for tag, given in page.attributes if tag == "a"]
    assert all(page.ids[name] == 1 for name in targets)


def test_nothing_is_loaded_and_no_other_script_runs(read_back: Handed) -> None:
    html = document(read_back).html
    page = Reading(html)
    for tag, given in page.attributes:
        assert not given.keys() & {"src", "onload", "onerror", "onclick", "style"} or tag in (
            "svg",
            "text",
            "path",
            "g",
        )
        assert tag not in ("link", "iframe", "object", "embed", "base", "form")
    policy = next(given["content"] for tag, given in page.attributes if given.get("http-equiv"))
    assert policy is not None
    assert "default-src 'none'" in policy
    running = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    assert len(running) == 3
    for script in running:
        assert b64encode(sha256(script.encode()).digest()).decode() in policy


def test_the_library_is_named_with_its_licence(page: Reading) -> None:
    assert "Apache ECharts 6.1.0, Apache License 2.0, embedded in this file" in page.text


@pytest.mark.skipif(not stills.available(), reason="floors[report] is not installed")
def test_stills_stand_in_the_page_and_say_what_they_show(page: Reading) -> None:
    drawn = [given for tag, given in page.attributes if tag == "svg"]
    panels = 1 + sum(len(picture.panels) for picture in handed.PICTURES)  # one of them on the page, too
    assert len(drawn) == 2 * panels
    assert all(given.get("role") == "img" and given.get("aria-label") for given in drawn)
    assert "A line of floors above a line of prices." in [given["aria-label"] for given in drawn]


def test_without_the_extra_charts_are_left_to_the_browser(
    read_back: Handed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stills, "available", lambda: False)
    page = Reading(document(read_back).html)
    assert not page.tags["svg"]
    assert len(page.json("charts")) == 1 + sum(len(picture.panels) for picture in handed.PICTURES)


def test_a_picture_of_many_panels_has_stills_of_the_first_and_the_last() -> None:
    panels = tuple(handed.flow(str(year), 1.0) for year in range(2026, 2036))
    made = Figures(drawn=stills.available()).picture(Picture("p", "t", "", "", panels))
    assert made.count("<figure") == 10
    assert made.count('class="still wide"') == (2 if stills.available() else 0)


def test_a_hostile_workbook_stays_text(read_back: Handed) -> None:
    panel = Panel(
        HOSTILE,
        HOSTILE,
        (HOSTILE,),
        NAMES,
        (Series(HOSTILE, LINE, "#000000", (1.0,), labels=(HOSTILE,)),),
        choice=HOSTILE,
    )
    link = f"summary!metric={HOSTILE}"
    table = Table(HOSTILE, HOSTILE, handed.PAGE.blocks[2].heads[:1], ())  # type: ignore[union-attr]
    page = replace(
        handed.PAGE,
        headline=HOSTILE,
        kicker=HOSTILE,
        blocks=(table, *handed.PAGE.blocks),
        alarm=HOSTILE,
        source=HOSTILE,
    )
    summary = read_back.tables[0]
    tables = (replace(summary, rows=[(HOSTILE, 1.0, HOSTILE)]), *read_back.tables[1:])
    told = replace(
        read_back,
        file=HOSTILE,
        title=HOSTILE,
        page=page,
        pictures=(*read_back.pictures, Picture(HOSTILE, HOSTILE, HOSTILE, HOSTILE, (panel, panel))),
        sentences=(HOSTILE,),
        warnings=(HOSTILE,),
        tables=tables,
        alarm=HOSTILE,
    )
    found = Reading(document(told).html)
    assert found.tags["img"] == 0
    assert found.tags["script"] == 3 + 2 + len(found.json("about"))
    assert found.table("summary") == [[HOSTILE, 1.0, HOSTILE]]
    assert found.json("charts")[f"{HOSTILE}-1"]["unit"] == HOSTILE
    assert link not in found.text


def test_a_failed_certificate_stands_first(read_back: Handed) -> None:
    page = Reading(document(replace(read_back, alarm="The certificate failed in caps.")).html)
    assert ("p", {"class": "alarm", "role": "alert"}) in page.attributes
    assert page.text.index("The certificate failed in caps.") < page.text.index(handed.PAGE.where)


def test_the_version_before_says_that_it_has_no_page(tmp_path: Path) -> None:
    page = Reading(document(read(as_before(handed.workbook(tmp_path / "old.xlsx")))).html)
    assert "old.xlsx was written by floors 0.1.0, which made no page and no pictures" in page.text
    assert "The floor is 80, and the levy 30." in page.text
    assert "Weak data." in page.text
    assert page.table("floors")


def test_what_is_too_large_is_left_to_the_workbook_and_named(
    read_back: Handed, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = document(read_back)
    assert whole.left_out == ()
    page = Reading(whole.html)
    told = {
        one["name"]: len(json.dumps(one, separators=(",", ":"))) for one in page.json("about")
    }  # what is said of its columns counts
    rest = told.keys() - {*tables._FIRST, *documents._needed(read_back.page)}
    largest = max(rest, key=lambda name: len(page.scripts[f"table-{name}"]) + told[name])
    most = len(whole.html.encode()) - 200
    monkeypatch.setattr(documents, "MOST_OF_ONE", most)
    less = document(read_back)
    assert less.left_out
    assert len(less.html.encode()) <= most
    kept = {one["name"] for one in Reading(less.html).json("about")}
    assert {"floors", "floor_parts", "summary"} <= kept  # the page stands on them
    assert largest not in kept
    assert f"Too large for this page: {less.left_out[0]} (" in Reading(less.html).text


def test_the_report_is_the_same_every_time_and_has_no_day_unless_asked(read_back: Handed) -> None:
    assert document(read_back).html == document(read_back).html
    assert "Report of 2026-11-29." in Reading(document(read_back, "2026-11-29").html).text


def test_a_family_with_scenarios_that_have_no_plan(tmp_path: Path, family: floors.Runs) -> None:
    page = Reading(document(read(family.to_excel(tmp_path / "all.xlsx"))).html)
    assert [name for name, count in page.ids.items() if count > 1] == []
    assert "starved" in page.text


@pytest.mark.long
def test_the_worked_example_is_under_six_megabytes(tmp_path: Path) -> None:
    result = floors.solve(floors.read(RARE_EARTHS))
    found = document(read(result.to_excel(tmp_path / "result.xlsx")))
    assert found.left_out == ()
    assert len(found.html.encode()) < 6_000_000


def test_a_workbook_of_this_version_without_a_page_says_so(tmp_path: Path) -> None:
    page = Reading(document(read(handed.workbook(tmp_path / "bare.xlsx", page=None, pictures=()))).html)
    assert "bare.xlsx holds no page; its words and tables are here." in page.text
    assert page.tags["svg"] == 0
    assert "echarts" not in "".join(page.scripts)
