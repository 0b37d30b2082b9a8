"""Names that mean something to a spreadsheet program stay text wherever they are written."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest

import floors
from floors.files.targets import check_workbook
from floors.many import solve_scenarios
from floors.study.cells import UNWRITABLE
from tests.support import several, studies
from tests.support.counts import few
from tests.support.studies import table

LIVE = (
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-1+1",
    "@SUM(A1:A9)",
    "\t=1+1",
    "{=1+1}",
    '=HYPERLINK("http://example.com")',
    "http://example.com",
    "[Book]Sheet!A1",
    "&P &F &KFF0000",
    "_x003D_1",
    "'=1",
    "a" * 400,
    "<v>1</v>&amp;]]>",
    "<r><t>=1+1</t></r>",
    "é漢字🙂",
)
FORMULA = re.compile(rb"<(?:\w+:)?f\b[^>]*>([^<]*)</")
OWN = re.compile(r"'?[a-z_]+'?!\$[A-Z]+\$\d+(:\$[A-Z]+\$\d+)?")
"""A reference to cells of a sheet of ours."""
LEADS = re.compile(rb'<hyperlink ref="[A-Z]+\d+" location="[a-z_]+!A\d+" ')
"""A link to a row of a sheet of ours."""


def named(text: str) -> floors.Study:
    """A study in which all that a user may name bears this name, or begins with it."""
    place = text.replace("/", "|")  # which stands between a region and a segment
    return studies.study(
        settings=studies.settings(title=text),
        regions=table(
            "region name role",
            (place, text, "member"),
            (f"{place} 2", text, "member"),
            (f"{place} 3", "", "capped"),
        ),
        commodities=table("commodity name stage", (text, text, text)),
        processes=table(
            "process region commodity unit_cost",
            (text, f"{place} 3", text, 50),
            (f"{text} 2", place, text, 80),
        ),
        demand=table(
            "region segment commodity value 2026",
            (place, place, text, 200, 10),
            (f"{place} 2", "all", text, 200, 5),
        ),
        caps=studies.cap("bloc", text, "demand", 0.5),
        stockpiles=table("stockpile region commodity opening", (text, place, text, 1)),
        scenarios=table("scenario description", (text, text)),
        changes=table(
            "scenario sheet where column change value", (text, "caps", "scope=bloc", "years", "set", 0.4)
        ),
        sources=table("source citation", (text, text)),
    )


def check_inert(path: Path, text: str) -> int:
    """No formula but references of charts and names to our own cells; how often the text stands in a cell."""
    check_workbook(path)
    found = 0
    with zipfile.ZipFile(path) as book:
        for name in book.namelist():
            content = book.read(name)
            formulas = [f.decode() for f in FORMULA.findall(content)]
            if "worksheets/" in name:
                assert formulas == [], name
                links = re.findall(rb"<hyperlink [^>]*>", content)
                assert all(LEADS.match(link) for link in links), (name, links)
                assert not links or b'<sheetView showGridLines="0"' in content, "sheet brief alone has links"
            assert all(OWN.fullmatch(formula) for formula in formulas), (name, formulas)
            if name.endswith(".rels"):
                assert b"External" not in content, name
            if name == "xl/workbook.xml":
                names = re.findall(rb"<definedName[^>]*>([^<]*)<", content)
                assert names and all(b"cmd" not in one and b"=" not in one for one in names)
            if "/charts/" in name:
                titles = "".join(ElementTree.fromstring(content).itertext())
                assert "#REF" not in titles
    for sheet in openpyxl.load_workbook(path):
        assert re.fullmatch("[a-z_]+", sheet.title)
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", cell
                assert cell.hyperlink is None or cell.hyperlink.target is None, cell
                found += isinstance(cell.value, str) and text.strip() in cell.value
    return found


@pytest.mark.parametrize("text", few(LIVE, 4))
def test_results_of_every_kind(text: str, tmp_path: Path) -> None:
    study = named(text)
    result = floors.solve(study).to_excel(tmp_path / "result.xlsx")
    assert check_inert(result, text) > 10
    runs = solve_scenarios(study).to_excel(tmp_path / "runs.xlsx")
    assert check_inert(runs, text) > 10
    coalitions = floors.coalition(study).to_excel(tmp_path / "coalitions.xlsx")
    assert check_inert(coalitions, text.replace("/", "|")) > 3
    written = study.to_excel(tmp_path / "study.xlsx")
    for sheet in openpyxl.load_workbook(written):
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    again = floors.read(written)
    assert again.rows("regions") == study.rows("regions") and again.settings.title == study.settings.title


def test_a_header_and_footer_show_a_title_as_it_is(tmp_path: Path) -> None:
    """There & begins a code, such as the name of the file."""
    path = floors.solve(named("&F")).to_excel(tmp_path / "r.xlsx")
    with zipfile.ZipFile(path) as book:
        sheets = [book.read(name) for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
    assert any(b"<oddHeader>&amp;L&amp;&amp;F (base)" in sheet for sheet in sheets)
    assert any(b"<oddFooter>&amp;L&amp;&amp;F (base)" in sheet for sheet in sheets)


@pytest.mark.parametrize("character", ["\x00", "\x0bx", "\x1bx", "\ud800", "\ufffe"])
def test_characters_that_no_workbook_can_hold_are_told_at_their_cells(character: str) -> None:
    assert UNWRITABLE.search(character)
    problems = studies.refused(
        regions=table("region name role", ("US", f"a{character}b", "member"), ("CN", "", "capped")),
        processes=table("process region commodity unit_cost", ("a", "US", "oxide", f"1{character}1")),
        demand=table("region segment commodity value 2026", ("US", "all", "oxide", 200, 1)),
    )
    assert [(p.sheet, p.cell, p.code) for p in problems] == [
        ("regions", "B2", "character"),
        ("processes", "D2", "character"),
    ]
    assert f"U+{ord(character[0]):04X}" in problems[0].message and problems[0].hint


def test_a_note_that_no_workbook_can_hold_is_not_written(tmp_path: Path) -> None:
    study = studies.study(commodities=[{"commodity": "oxide", "note": "a\x00b"}])
    with pytest.raises(floors.OutputError, match=r"commodities.*character that no workbook can hold"):
        study.to_excel(tmp_path / "a.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_half_a_character_in_a_header_is_an_output_error(tmp_path: Path) -> None:
    study = studies.study(commodities=[{"commodity": "oxide", "note \ud800": "a"}])
    with pytest.raises(floors.OutputError):
        study.to_excel(tmp_path / "a.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_a_study_is_not_written_over_another_workbook(tmp_path: Path) -> None:
    study = studies.study()
    path = study.to_excel(tmp_path / "a.xlsx")
    before = path.read_bytes()
    with pytest.raises(floors.UsageError, match="exists; name another file, or overwrite it with force=True"):
        studies.study(commodities=table("commodity", ("oxide",), ("ore",))).to_excel(path)
    assert path.read_bytes() == before
    assert study.to_excel(path, force=True) == path


def test_the_input_is_known_after_a_change_of_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "elsewhere").mkdir()
    studies.study().to_excel("a.xlsx")
    study = floors.read("a.xlsx")
    monkeypatch.chdir(folder / "elsewhere")
    for write in (study, floors.solve(study)):
        with pytest.raises(floors.UsageError, match="is the input workbook"):
            write.to_excel(folder / "a.xlsx", force=True)


def test_several_scenarios_keep_the_input_too(tmp_path: Path) -> None:
    path = several.case("no cap").to_excel(tmp_path / "a.xlsx")
    runs = solve_scenarios(floors.read(path))
    with pytest.raises(floors.UsageError, match="is the input workbook"):
        runs.to_excel(path, force=True)
