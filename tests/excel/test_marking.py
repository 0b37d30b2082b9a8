"""Marked copies: what is marked is seen, and all else stays as it was, byte by byte."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from floors.cli.check import _check
from floors.errors import InputError, Problem
from floors.excel.marking import mark, places, spans
from floors.excel.marking.package import Package
from floors.excel.marking.places import collect, span
from floors.excel.marking.spans import Odd, parse
from floors.files.gate import open_archive
from floors.study.study import read
from tests.support.packages import MAIN, bare, changed, converted, package, packed, parts, rich, sheet
from tests.support.places import ROOT
from tests.support.tiny import TINY, sheets, write
from tests.support.workbooks import edit

pytestmark = pytest.mark.filterwarnings("ignore:.*not supported and will be removed:UserWarning")
RED, YELLOW = "FFFFC7CE", "FFFFEB9C"


def problem(cell: str, sheet: str = "demand", level: str = "error", **more: Any) -> Problem:
    return Problem(sheet, cell, "found", f"faulty {cell or sheet}.", "Mend it.", "code", level)._replace(
        **more
    )


def loaded(content: bytes, **how: Any) -> openpyxl.Workbook:
    return openpyxl.load_workbook(BytesIO(content), **how)


def colours(content: bytes, title: str = "demand") -> dict[str, str]:
    """Colour by cell of the cells of a sheet that are marked."""
    cells = (cell for row in loaded(content)[title].iter_rows() for cell in row)
    found = {cell.coordinate: cell.fill.fgColor.rgb for cell in cells}
    return {cell: colour for cell, colour in found.items() if colour in (RED, YELLOW)}


def comments(content: bytes, title: str = "demand") -> dict[str, str]:
    """Text by cell of the comments of a sheet."""
    cells = (cell for row in loaded(content)[title].iter_rows() for cell in row)
    return {cell.coordinate: cell.comment.text for cell in cells if cell.comment}


def links_of(content: bytes, title: str = "_problems") -> dict[str, str]:
    """Where each cell of the sheet of problems leads."""
    cells = (cell for row in loaded(content)[title].iter_rows() for cell in row)
    return {cell.coordinate: cell.hyperlink.location for cell in cells if cell.hyperlink}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return rich(tmp_path_factory.mktemp("rich") / "rich.xlsx")


PROBLEMS = [
    problem("B2"),
    problem("B3", level="warning"),
    problem("D2"),
    problem("G4"),
    problem("H10"),
    problem("C6:C9"),
    problem("A3:C3", level="warning"),
    problem("B30", "caps & co"),
    problem("", "it's", "warning"),
]


# What stays


def test_parts_without_a_mark_keep_their_compressed_bytes_and_their_order(source: bytes) -> None:
    before, after = packed(source), packed(mark(source, PROBLEMS).content)
    assert [name for name in after if name in before] == list(before)
    edited = {name for name in before if before[name] != after[name]}
    assert edited == {
        "[Content_Types].xml",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
        "xl/worksheets/sheet1.xml",
        "xl/worksheets/sheet2.xml",
        "xl/worksheets/sheet3.xml",
        "xl/comments1.xml",
        "xl/drawings/vmlDrawing1.vml",
    }
    assert set(after) - set(before) == {
        "xl/worksheets/sheet5.xml",
        "xl/comments2.xml",
        "xl/comments3.xml",
        "xl/drawings/vmlDrawing2.vml",
        "xl/drawings/vmlDrawing3.vml",
        "xl/worksheets/_rels/sheet2.xml.rels",
        "xl/worksheets/_rels/sheet3.xml.rels",
    }


def plain(content: bytes, marked: set[str]) -> str:
    """A sheet part without what marking may add: formats of marked cells, blank cells, the drawing."""
    root = ElementTree.fromstring(content)
    for row in list(root.find(f"{{{MAIN}}}sheetData") or ()):
        row.attrib.pop("spans", None)
        for cell in list(row):
            if cell.get("r") in marked:
                cell.attrib.pop("s", None)
                if len(cell) == 0:
                    row.remove(cell)
        if len(row) == 0 and set(row.attrib) == {"r"}:
            root.find(f"{{{MAIN}}}sheetData").remove(row)  # type: ignore[union-attr]
    for drawing in root.findall(f"{{{MAIN}}}legacyDrawing"):
        root.remove(drawing)
    return ElementTree.tostring(root, encoding="unicode")


def test_sheets_with_marks_keep_all_but_formats_of_marked_cells(source: bytes) -> None:
    before, after = parts(source), parts(mark(source, PROBLEMS).content)
    marked = {"B2", "B3", "D2", "G4", "H10", "C6", "C7", "C8", "C9", "A3", "C3", "B30", "A1"}
    for n in (1, 2, 3):
        name = f"xl/worksheets/sheet{n}.xml"
        assert before[name] != after[name]
        assert plain(before[name], marked) == plain(after[name], marked)


def test_values_formulas_and_their_saved_results_stay(source: bytes) -> None:
    content = mark(source, PROBLEMS).content
    for how in (True, False):
        before, after = loaded(source, data_only=how), loaded(content, data_only=how)
        assert after.sheetnames == ["_problems", *before.sheetnames]
        for page in before.worksheets:
            held = {
                cell.coordinate: cell.value
                for row in page.iter_rows()
                for cell in row
                if cell.value is not None
            }
            now = {
                c.coordinate: c.value
                for row in after[page.title].iter_rows()
                for c in row
                if c.value is not None
            }
            assert now == held
    assert loaded(content, data_only=True)["demand"]["D3"].value == 56


def test_formats_but_for_the_fill_stay(source: bytes) -> None:
    page = loaded(mark(source, PROBLEMS).content)["demand"]
    assert (page["D2"].number_format, page["D2"].font.b, page["D2"].fill.fgColor.rgb) == ("0.00", True, RED)
    assert (page["G4"].number_format, page["G4"].font.b, page["G4"].fill.fgColor.rgb) == ("0.00", True, RED)
    assert (page["H10"].number_format, page["H10"].font.b) == ("0.00", True)
    assert page["D3"].fill.fgColor.rgb == "FFCCCCCC"


def test_names_and_the_sheet_that_is_open_follow_their_sheets(source: bytes) -> None:
    before, after = loaded(source), loaded(mark(source, PROBLEMS).content)
    assert before.active.title == after.active.title == "it's"
    assert after["caps & co"].defined_names["local"].attr_text == "'caps & co'!$A$1"
    assert set(after.defined_names) == {"everywhere"}
    assert [page.sheet_state for page in after.worksheets] == ["visible"] * 4 + ["hidden"]
    assert after["caps & co"].protection.sheet


# What is marked


def test_every_bad_cell_has_its_colour_and_its_comment(source: bytes) -> None:
    content = mark(source, PROBLEMS).content
    expected = {"B2": RED, "D2": RED, "G4": RED, "H10": RED, "A3": YELLOW, "B3": YELLOW, "C3": YELLOW}
    assert colours(content) == expected | {f"C{row}": RED for row in range(6, 10)}
    said = comments(content)
    assert said["B2"] == "floors check\nerror: faulty B2. Mend it."
    assert said["C7"] == said["C6"] == "floors check\nerror: faulty C6:C9. Mend it."
    assert said["A3"] == "floors check\nwarning: faulty A3:C3. Mend it."
    assert set(said) == {"B2", "B3", "D2", "G4", "H10", "A3", "C6", "C7", "C8", "C9", "F9"}
    assert comments(content, "caps & co") == {"B30": "floors check\nerror: faulty B30. Mend it."}
    assert comments(content, "it's") == {"A1": "floors check\nwarning: it's: faulty it's. Mend it."}
    assert colours(content, "it's") == {"A1": YELLOW}


def test_comments_of_the_user_are_kept_and_followed(source: bytes) -> None:
    said = comments(mark(source, PROBLEMS).content)
    assert said["F9"] == "mine too"
    assert said["B3"] == "mine\n\nfloors check\nwarning: faulty B3. Mend it."


def boxes(drawing: bytes) -> dict[tuple[int, int], list[int]]:
    """Anchor by row and column, from 0, of the boxes of a drawing."""
    found = {}
    for box in re.findall(rb"ClientData ObjectType.*?ClientData>", drawing, re.S):
        row, column = (int(re.search(rb"%s>(\d+)<" % name, box)[1]) for name in (b"Row", b"Column"))  # type: ignore[index]
        found[row, column] = [int(n) for n in re.search(rb"Anchor>([^<]*)<", box)[1].split(b",")]  # type: ignore[index]
    return found


def test_each_comment_has_one_box_that_fits_it(source: bytes) -> None:
    before, after = parts(source), parts(mark(source, PROBLEMS).content)
    old, new = (boxes(part["xl/drawings/vmlDrawing1.vml"]) for part in (before, after))
    assert len(new) == 11 and old.keys() == {(2, 1), (8, 5)}
    assert new[8, 5] == old[8, 5]
    assert new[2, 1][:6] == old[2, 1][:6] and new[2, 1][6] > old[2, 1][6]
    left, _, top, _, right, _, bottom, _ = new[1, 1]
    assert (left, top) == (2, 0) and right > left and bottom > top
    names = re.findall(rb'shape id="_x0000_s(\d+)"', after["xl/drawings/vmlDrawing1.vml"])
    assert len(names) == len(set(names)) == 11
    other = re.findall(
        rb'data="([\d,]+)"', after["xl/drawings/vmlDrawing2.vml"] + after["xl/drawings/vmlDrawing3.vml"]
    )
    assert other == [b"2", b"3"] and b'id="_x0000_s2049"' in after["xl/drawings/vmlDrawing2.vml"]


def test_boxes_at_the_ends_of_a_sheet_stay_on_it() -> None:
    content = mark(bare(sheet("")), [problem("XFD1048576"), problem("A1")]).content
    found = boxes(parts(content)["xl/drawings/vmlDrawing1.vml"])
    assert len(found) == 2
    for left, _, top, _, right, _, bottom, _ in found.values():
        assert 0 <= left <= right <= 16383 and 0 <= top < bottom <= 1048575


def test_widths_of_columns_count_for_boxes() -> None:
    cols = '<cols><col min="2" max="2" width="100"/><col min="3" max="9" hidden="1" width="5"/><col min="10" max="11"/></cols>'
    made = [
        mark(bare(sheet("", around)), [problem("A1"), problem("B5")]).content
        for around in ("{}", cols + "{}")
    ]
    plain_, wide = (boxes(parts(content)["xl/drawings/vmlDrawing1.vml"]) for content in made)
    assert plain_[0, 0][4] == 5 and wide[0, 0][4] == 1
    assert wide[4, 1][4] > plain_[4, 1][4]


def test_the_sheet_of_problems_links_to_every_cell(source: bytes) -> None:
    marked = mark(source, [*PROBLEMS, problem("", "missing"), problem("A1", "picture")])
    page = loaded(marked.content)[marked.sheet]
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    assert rows[0][0] == "floors check: 8 errors, 3 warnings."
    assert rows[1] == ["where", "level", "code", "found", "problem", "what to do"]
    assert rows[2] == ["demand!B2", "error", "code", "found", "faulty B2.", "Mend it."]
    assert [row[0] for row in rows[2:]] == [p.place for p in PROBLEMS] + ["missing", "picture!A1"]
    links = links_of(marked.content, marked.sheet)
    assert links["A3"] == "'demand'!B2" and links["A8"] == "'demand'!C6:C9"
    assert links["A10"] == "'caps & co'!B30" and links["A11"] == "'it''s'!A1"
    assert links.keys() == {f"A{row}" for row in range(3, 12)}


def test_a_problem_that_names_the_table_finds_its_sheet() -> None:
    content = changed(bare(sheet("")), lambda _, part: part.replace(b'name="demand"', b'name="De-mand"'))
    marked = mark(content, [problem("B2")])
    assert colours(marked.content, "De-mand") == {"B2": RED}
    assert links_of(marked.content) == {"A3": "'De-mand'!B2"}


def test_a_scenarios_problem_marks_the_cell_that_brought_it_about(tmp_path: Path) -> None:
    rows = [*TINY["changes"], ["cheap", "demand", "region=US", "enforcement", "set", 7]]
    path = write(tmp_path / "a.xlsx", sheets(changes=rows))
    _, problems = _check(path, 1)
    assert [(p.place, p.set_by) for p in problems] == [("demand!F2", "changes!F5")]
    content = mark(path.read_bytes(), problems).content
    assert colours(content, "demand") == {"F2": RED} and colours(content, "changes") == {"F5": RED}
    assert "demand!F2: " not in comments(content)["F2"]
    assert "found 7" in comments(content, "changes")["F5"]


def test_an_error_outshines_a_warning_on_one_cell() -> None:
    both = [problem("A1"), problem("A1", level="warning"), problem("A1"), problem("", level="warning")]
    for order in (both, both[::-1]):
        content = mark(bare(sheet("")), order).content
        assert colours(content) == {"A1": RED}
        assert comments(content)["A1"].count("faulty A1.") == 2
        assert comments(content)["A1"].count("demand: faulty demand.") == 1


def test_a_comment_on_merged_cells_is_on_the_one_that_shows() -> None:
    around = '{}<mergeCells><mergeCell ref="B2:C4"/></mergeCells>'
    content = mark(bare(sheet("", around)), [problem("B2:C4"), problem("D4")]).content
    assert set(comments(content)) == {"B2", "D4"}
    assert len(boxes(parts(content)["xl/drawings/vmlDrawing1.vml"])) == 2


def test_ranges_without_end_are_marked_in_part_and_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "MOST_COLOURED", 10)
    monkeypatch.setattr(places, "MOST_COMMENTED", 4)
    marked = mark(bare(sheet("")), [problem("A2:A15"), problem("A2")])
    assert len(colours(marked.content)) == 10 and len(comments(marked.content)) == 4
    assert marked.notes == (
        "Sheet demand: 5 more rows of long ranges are not coloured.",
        "Sheet demand: 6 more cells are coloured without a comment.",
    )
    page = loaded(marked.content)["_problems"]
    assert (page["A2"].value, page["A3"].value, page["A4"].value) == (*marked.notes, "where")


@pytest.mark.parametrize("cell", ["", "A", "5:5", "A0", "XFE1", "A1048577", "B2:A1", "A2:A1", "a1", "A1,B2"])
def test_what_is_no_cell_is_said_on_a1(cell: str) -> None:
    assert span(cell) is None
    content = mark(bare(sheet("")), [problem(cell)]).content
    assert colours(content) == {"A1": RED}
    assert f"{problem(cell).place}: faulty" in comments(content)["A1"]


def test_a_copy_can_be_marked_again(source: bytes) -> None:
    once = mark(source, PROBLEMS[:3])
    twice = mark(
        once.content, [problem("B2", level="warning", message="other."), problem("E2"), problem("B3")]
    )
    assert (once.sheet, twice.sheet) == ("_problems", "_problems 2")
    assert loaded(twice.content).sheetnames[:3] == ["_problems 2", "_problems", "demand"]
    said = comments(twice.content)
    assert said["B2"] == "floors check\nwarning: other. Mend it."
    assert said["E2"] == "floors check\nerror: faulty E2. Mend it."
    assert said["B3"].startswith("mine\n\nfloors check") and said["B3"].endswith("error: faulty B3. Mend it.")
    assert colours(twice.content)["B2"] == YELLOW
    assert len(boxes(parts(twice.content)["xl/drawings/vmlDrawing1.vml"])) == 5
    assert loaded(twice.content).active.title == "it's"
    mark(twice.content, PROBLEMS)


def test_the_same_marks_are_the_same_bytes(source: bytes) -> None:
    assert mark(source, PROBLEMS) == mark(source, PROBLEMS)


# Workbooks of other programs, and odd ones

STRAY = "<row><c><v>1</v></c><c><v>2</v></c></row><row r='4'><c r='B4'><v>3</v></c><c><v>4</v></c></row><row><c/></row>"


def test_rows_and_cells_without_addresses() -> None:
    cells = [problem(cell) for cell in ("B1", "A2", "A4", "C4", "D4", "A5", "C5", "A9")]
    content = mark(bare(sheet(STRAY)), cells).content
    assert set(colours(content)) == {p.cell for p in cells}
    page = loaded(content)["demand"]
    assert [page[cell].value for cell in ("A1", "B1", "B4", "C4", "A5")] == [1, 2, 3, 4, None]


@pytest.mark.parametrize("mark_", ["", "x:"])
@pytest.mark.parametrize(
    "data", ["", "<{0}row r='3' spans='1:1'/>", "<{0}row r='3' spans='2:2'><{0}c r='B3'/></{0}row>"]
)
@pytest.mark.parametrize("cell", ["A1", "A3", "B3", "C3", "C5"])
def test_cells_are_made_in_their_place_whatever_the_prefix(mark_: str, data: str, cell: str) -> None:
    content = mark(bare(sheet(data.format(mark_), mark=mark_)), [problem(cell)]).content
    assert colours(content) == {cell: RED} and set(comments(content)) == {cell}
    root = ElementTree.fromstring(parts(content)["xl/worksheets/sheet1.xml"])
    rows = [int(row.attrib["r"]) for row in root.iter(f"{{{MAIN}}}row")]
    assert rows == sorted(set(rows))
    for row in root.iter(f"{{{MAIN}}}row"):
        columns = [cell.attrib["r"] for cell in row]
        assert columns == sorted(set(columns))
        assert "spans" not in row.attrib or len(columns) < 2


def test_a_sheet_that_closes_at_once() -> None:
    content = changed(
        bare(sheet("")), lambda _, part: part.replace(b"<sheetData></sheetData>", b"<sheetData />")
    )
    assert colours(mark(content, [problem("B2"), problem("C3")]).content) == {"B2": RED, "C3": RED}


def test_a_blank_cell_takes_the_format_of_its_row_or_column() -> None:
    styles = parts(mark(bare(sheet("")), [problem("A1")]).content)["xl/styles.xml"].decode()
    xfs = "".join(f'<xf numFmtId="{n}" fontId="0" fillId="0" borderId="0" xfId="0"/>' for n in (0, 2, 4, 10))
    styles = re.sub(r"<cellXfs.*</cellXfs>", f"<cellXfs>{xfs}</cellXfs>", styles)
    cols = '<cols><col min="2" max="3" style="1"/><col min="5" max="5"/></cols>{}'
    rows = (
        '<row r="2" s="2" customFormat="1"><c r="A2" s="3"/></row><row r="3" s="2"><c r="A3" s="99"/></row>'
    )
    cells = {"A2": "0.00%", "B2": "#,##0.00", "B3": "0.00", "B9": "0.00", "E9": "General", "A3": "General"}
    content = mark(bare(sheet(rows, cols), styles), [problem(cell) for cell in cells]).content
    page = loaded(content)["demand"]
    assert {cell: page[cell].number_format for cell in cells} == cells
    counts = re.search(rb'<cellXfs count="(\d+)"', parts(content)["xl/styles.xml"])
    assert counts is not None and int(counts[1]) == parts(content)["xl/styles.xml"].count(b"<xf ") - 1


def test_the_drawing_stands_where_the_format_wants_it() -> None:
    late = '<tableParts count="0"/><extLst/>'
    content = mark(
        bare(
            sheet("", "{}<pageMargins left='1' right='1' top='1' bottom='1' header='1' footer='1'/>" + late)
        ),
        [problem("A1")],
    ).content
    part = parts(content)["xl/worksheets/sheet1.xml"]
    names = [element.tag.rsplit("}", 1)[-1] for element in ElementTree.fromstring(part)]
    assert names == ["sheetData", "pageMargins", "legacyDrawing", "tableParts", "extLst"]
    space = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    early = f'<m:AlternateContent xmlns:m="{space}"/>'
    content = mark(bare(sheet("", early + "{}" + early)), [problem("A1")]).content
    names = [
        element.tag.rsplit("}", 1)[-1]
        for element in ElementTree.fromstring(parts(content)["xl/worksheets/sheet1.xml"])
    ]
    assert names == ["AlternateContent", "sheetData", "legacyDrawing", "AlternateContent"]


def test_parts_in_utf_16() -> None:
    def wide(name: str, part: bytes) -> bytes:
        if name == "xl/worksheets/sheet1.xml":
            return ('<?xml version="1.0" encoding="UTF-16"?>' + part.decode()).encode("utf-16")
        return part.decode().encode("utf-16") if name == "xl/workbook.xml" else part

    content = changed(bare(sheet('<row r="1"><c r="A1" t="str"><v>ü</v></c></row>')), wide)
    again = mark(content, [problem("A1")]).content
    assert colours(again) == {"A1": RED} and loaded(again)["demand"]["A1"].value == "ü"


def test_what_only_looks_like_a_cell_is_none() -> None:
    rows = "<row r=\"1\"><!-- <c r='A1'/> --><c r='A1' t='str' x='&lt;/c>'><v><![CDATA[<c r='A1'/>]]></v></c ></row >"
    content = mark(bare(sheet(rows)), [problem("A1"), problem("B1")]).content
    part = parts(content)["xl/worksheets/sheet1.xml"]
    assert (
        b"<!-- <c r='A1'/> --><c r='A1' t='str' x='&lt;/c>' s=" in part and b"<![CDATA[<c r='A1'/>]]>" in part
    )
    assert loaded(content)["demand"]["A1"].value == "<c r='A1'/>" and set(colours(content)) == {"A1", "B1"}


THREAD = "tc={0F2A}"


def with_comment(body: str, author: str = "me", mark_: str = "") -> bytes:
    """`bare` with a comment on A1, in the form that a program may have given it."""
    first = parts(mark(bare(sheet("")), [problem("A1")]).content)
    space = f'xmlns:{mark_[:-1]}="{MAIN}"' if mark_ else f'xmlns="{MAIN}"'
    m = mark_
    first["xl/comments1.xml"] = (
        f"<{m}comments {space}><{m}authors><{m}author>{author}</{m}author></{m}authors><{m}commentList>"
        f'<{m}comment ref="A1" authorId="0">{body}</{m}comment></{m}commentList></{m}comments>'
    ).encode()
    return package(first)


@pytest.mark.parametrize("mark_", ["", "x:"])
@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<{0}text><{0}t>mine</{0}t></{0}text>", "mine\n\n"),
        ("<{0}text><{0}r><{0}t>mi</{0}t></{0}r><{0}r><{0}t>ne</{0}t></{0}r></{0}text>", "mine\n\n"),
        ("<{0}text/>", "\n\n"),
        ("<{0}text></{0}text>", "\n\n"),
    ],
)
def test_every_form_of_comment_is_followed(body: str, text: str, mark_: str) -> None:
    content = mark(with_comment(body.format(mark_), mark_=mark_), [problem("A1"), problem("C3")]).content
    said = comments(content)
    assert said == {
        "A1": f"{text}floors check\nerror: faulty A1. Mend it.",
        "C3": "floors check\nerror: faulty C3. Mend it.",
    }
    listed = parse(parts(content)["xl/comments1.xml"], "comments").need("commentList")
    for comment in listed.all("comment"):
        assert {one.name for one in comment.need("text").children} == {"r"}


def test_threads_of_comments_are_left_alone_and_said() -> None:
    content = with_comment("<text><t>thread</t></text>", THREAD)
    marked = mark(content, [problem("A1"), problem("B1")])
    assert comments(marked.content) == {"A1": "thread", "B1": "floors check\nerror: faulty B1. Mend it."}
    assert set(colours(marked.content)) == {"A1", "B1"}
    assert marked.notes == ("demand!A1 has a thread of comments, so it is only coloured.",)
    assert b"<text><t>thread</t></text>" in parts(marked.content)["xl/comments1.xml"]


def test_an_author_that_is_not_listed_is_no_thread() -> None:
    content = changed(with_comment("<text/>"), lambda _, part: part.replace(b'authorId="0"', b'authorId="5"'))
    marked = mark(content, [problem("A1")])
    assert marked.notes == () and b"faulty A1" in parts(marked.content)["xl/comments1.xml"]


def test_drawings_with_other_prefixes_and_sloppy_ones() -> None:
    """openpyxl declares other prefixes; forms leave tags open."""
    book = openpyxl.Workbook()
    book.active.title = "demand"
    book.active["B2"].comment = openpyxl.comments.Comment("mine", "me")
    stream = BytesIO()
    book.save(stream)
    content = mark(stream.getvalue(), [problem("B2"), problem("C3")]).content
    assert set(comments(content)) == {"B2", "C3"}
    (drawing,) = (part for name, part in parts(content).items() if name.endswith(".vml"))
    ElementTree.fromstring(drawing)
    assert drawing.count(b"shape ") == 2 and drawing.count(b"shapetype ") == 1
    sloppy = changed(
        content, lambda name, part: part.replace(b"<div", b"<br><div") if name.endswith(".vml") else part
    )
    again = mark(sloppy, [problem("D4")]).content
    (drawing,) = (part for name, part in parts(again).items() if name.endswith(".vml"))
    assert drawing.count(b"shape ") == 3 and drawing.count(b"<br><div") == 2


def test_anchors_of_another_form_stay() -> None:
    def cut(name: str, part: bytes) -> bytes:
        part = re.sub(rb"(Anchor>)[^<]*", rb"\g<1>1, 2", part)
        return part.replace(
            b"</x:ClientData>", b"</x:ClientData><x:ClientData/><x:ClientData><x:Row>0</x:Row></x:ClientData>"
        )

    content = mark(changed(with_comment("<text/>"), cut), [problem("A1")]).content
    assert b"Anchor>1, 2<" in parts(content)["xl/drawings/vmlDrawing1.vml"]


def test_comments_without_a_drawing_get_one() -> None:
    content = changed(with_comment("<text/>"), lambda _, part: re.sub(rb"<legacyDrawing[^>]*>", b"", part))
    drawn = mark(content, [problem("A1"), problem("B2")]).content
    assert (
        set(comments(drawn)) == {"A1", "B2"} and b"<legacyDrawing" in parts(drawn)["xl/worksheets/sheet1.xml"]
    )


def test_only_links_where_a_sheet_is_too_odd() -> None:
    rows = "<row r='3'/><row r='2'/>", "<row r='2'><c r='B2'/><c r='A2'/></row>"
    for odd, word in zip(rows, ("row 2 comes after row 3", "in row 2 column A comes after B"), strict=True):
        marked = mark(bare(sheet(odd)), [problem("A2")])
        assert marked.notes == (f"Sheet demand could not be marked: {word}.",)
        assert parts(marked.content)["xl/worksheets/sheet1.xml"] == sheet(odd).encode()
        assert loaded(marked.content)["_problems"]["A4"].value == "demand!A2"


def test_colour_without_comments_where_these_are_too_odd() -> None:
    def lose(name: str, part: bytes) -> bytes:
        return part.replace(b"</xml>", b"") if name.endswith(".vml") else part

    for content, words in (
        (changed(with_comment("<text/>"), lose), "the drawing of its comments has another form"),
        (
            changed(
                with_comment("<text/>"),
                lambda n, p: None if n.endswith(".vml") else p.replace(b"vmlDrawing", b"gone"),
            ),
            "the part xl/drawings/gone1.vml is missing",
        ),
        (
            changed(
                with_comment("<text/>"),
                lambda _, p: p.replace(b'r:id="rIdFloors2"', b'r:id="x"') if b"legacyD" in p else p,
            ),
            "the drawing of its comments is missing",
        ),
        (with_comment("<texts/>"), "element text is missing in comment"),
    ):
        marked = mark(content, [problem("A1"), problem("B2")])
        assert marked.notes == (f"Sheet demand is coloured, but could not be commented: {words}.",)
        assert b'r="B2" s="' in parts(marked.content)["xl/worksheets/sheet1.xml"]


@pytest.mark.parametrize(
    "styles",
    [
        f'<styleSheet xmlns="{MAIN}"/>',
        f'<styleSheet xmlns="{MAIN}"><fonts/><fills/><cellXfs/></styleSheet>',
        "<other/>",
        "<",
    ],
)
def test_only_links_where_the_styles_are_too_odd(styles: str) -> None:
    marked = mark(bare(sheet(""), styles), [problem("A1")])
    assert len(marked.notes) == 1 and marked.notes[0].startswith(
        "No cell could be marked, because of the workbook's styles: "
    )
    after = parts(marked.content)
    assert after["xl/styles.xml"] == styles.encode()
    assert after["xl/worksheets/sheet1.xml"] == sheet("").encode()
    assert b"demand!A1" in after["xl/worksheets/sheet2.xml"] and b's="0"' in after["xl/worksheets/sheet2.xml"]


def refused(content: bytes, code: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        mark(content, [problem("A1")], "mine.xlsx")
    (found,) = caught.value.problems
    assert (found.sheet, found.code) == ("mine.xlsx", code) and words in found.message and found.hint


def test_workbooks_that_cannot_be_marked_at_all() -> None:
    whole = bare(sheet(""))
    refused(b"region,role", "not_excel", "not an Excel workbook")
    refused(
        changed(whole, lambda n, p: p.replace(b"sheet.main+xml", b"sheet.macroEnabled.main+xml")),
        "macros",
        "macros",
    )
    refused(
        changed(whole, lambda n, p: None if n == "_rels/.rels" else p),
        "damaged",
        "which of its parts is the workbook",
    )
    refused(
        changed(whole, lambda n, p: p.replace(b"<sheets>", b"<pages>").replace(b"</sheets>", b"</pages>")),
        "damaged",
        "element sheets is missing in workbook",
    )
    refused(
        changed(
            whole,
            lambda n, p: p.replace(b"spreadsheetml/2006/main", b"other") if n == "xl/workbook.xml" else p,
        ),
        "damaged",
        "expected workbook of",
    )


def test_encodings_that_do_not_hold_ascii_are_refused() -> None:
    with pytest.raises(Odd, match="encoding"):
        parse('<?xml version="1.0" encoding="UTF-16BE"?><a/>'.encode("utf-16-be"), "a", space="")


def test_a_content_type_by_extension_alone_is_no_macro() -> None:
    content = changed(
        bare(sheet("")), lambda n, p: re.sub(rb'<Override PartName="/xl/workbook.xml"[^>]*>', b"", p)
    )
    with open_archive(content, "a.xlsx") as archive:
        assert Package(content, archive).content_type("xl/workbook.xml") == ""


def test_names_that_are_not_ascii_links_out_and_a_note_on_the_file() -> None:
    def more(name: str, part: bytes) -> bytes:
        outward = b'<Relationship Id="out" Type="a/styles" Target="http://a" TargetMode="External"/></Relationships>'
        return part.replace(b"</Relationships>", outward)

    contents = parts(changed(bare(sheet("")), more)) | {"xl/media/bild ü.bin": b"\0\1", "xl/media/": b""}
    content = package(contents)
    after = mark(content, [problem("A1")]).content
    assert packed(after)["xl/media/bild ü.bin"] == packed(content)["xl/media/bild ü.bin"]
    assert "xl/media/" in parts(after)


def test_file_comments_and_dates_stay(tmp_path: Path) -> None:
    import zipfile

    path = tmp_path / "a.xlsx"
    path.write_bytes(bare(sheet("")))
    with zipfile.ZipFile(path, "a") as archive:
        archive.comment = b"as it was"
        dated = zipfile.ZipInfo("xl/dated.bin", (2024, 2, 29, 23, 58, 58))
        dated.external_attr = 0o640 << 16
        archive.writestr(dated, b"x" * 100)
    with zipfile.ZipFile(BytesIO(mark(path.read_bytes(), [problem("A1")]).content)) as after:
        assert after.comment == b"as it was" and after.testzip() is None
        info = after.getinfo("xl/dated.bin")
        assert (info.date_time, info.external_attr, info.compress_type) == (
            (2024, 2, 29, 23, 58, 58),
            0o640 << 16,
            0,
        )


# Text

ANY = st.text(st.characters(exclude_categories=[]), max_size=40)
_ESCAPED = re.compile("_x([0-9A-F]{4})_")


def unescaped(text: str | None) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text or "")


@settings(max_examples=25, deadline=None)
@given(ANY, st.sampled_from(["=cmd|' /C calc'!A0", "+1", "@x", "_x0041_", "<a>&'\"", "]]>", "", "\r\n\t"]))
def test_no_text_becomes_a_formula_or_breaks_a_part(text: str, more: str) -> None:
    for given_ in (text + more, more + text):
        content = mark(bare(sheet("")), [problem("B2", message=given_, hint=given_, value=given_)]).content
        cells = loaded(content)["_problems"][3]
        for cell in cells[3:]:
            assert cell.data_type in {"s", "inlineStr", "n"} and unescaped(cell.value) == given_
        assert all(part.find(b"<f>") < 0 for part in parts(content).values())
        assert f"error: {given_} {given_}".rstrip() in unescaped(comments(content)["B2"])


@settings(max_examples=25, deadline=None)
@given(
    st.text(
        st.characters(codec="utf-8", exclude_categories=["C"], exclude_characters="\\/*?:[]"),
        min_size=1,
        max_size=25,
    )
)
def test_any_title_of_a_sheet_is_linked_to(title: str) -> None:
    def named(name: str, part: bytes) -> bytes:
        return part.replace(b'name="demand"', f'name="{spans.quoted(title)}"'.encode())

    content = mark(changed(bare(sheet("")), named), [problem("B2", title)]).content
    assert links_of(content) == {"A3": "'" + title.replace("'", "''") + "'!B2"}
    assert colours(content, title) == {"B2": RED}


def test_long_texts_are_cut_and_values_shown_as_they_look() -> None:
    long = problem("A1", message="m" * 40_000, value="v" * 600)
    content = mark(bare(sheet("")), [long, problem("A2", value=None), problem("A3", value=True)]).content
    page = loaded(content)["_problems"]
    assert len(page["E3"].value) == 32_767 and len(page["D3"].value) == 500
    assert (page["D4"].value or "", page["D5"].value) == ("", "TRUE")


@settings(max_examples=40, deadline=None)
@given(
    st.sets(st.tuples(st.integers(1, 9), st.integers(1, 6)), max_size=25),
    st.sets(st.tuples(st.integers(1, 11), st.integers(1, 8)), min_size=1, max_size=12),
)
def test_any_cells_marked_on_any_cells_given(given_: set[tuple[int, int]], bad: set[tuple[int, int]]) -> None:
    """Rows and cells ascend, values stay, and exactly the bad cells are coloured."""
    data = ""
    for row in sorted({row for row, _ in given_}):
        cells = "".join(
            f'<c r="{"ABCDEF"[c - 1]}{r}"><v>{r * 10 + c}</v></c>' for r, c in sorted(given_) if r == row
        )
        data += f'<row r="{row}" spans="1:6">{cells}</row>'
    named = [f"{'ABCDEFGH'[column - 1]}{row}" for row, column in sorted(bad)]
    content = mark(bare(sheet(data)), [problem(cell) for cell in named]).content
    assert set(colours(content)) == set(named) == set(comments(content))
    page = loaded(content)["demand"]
    held = {
        (cell.row, cell.column): cell.value
        for row in page.iter_rows()
        for cell in row
        if cell.value is not None
    }
    assert held == {(row, column): row * 10 + column for row, column in given_}
    rows = list(ElementTree.fromstring(parts(content)["xl/worksheets/sheet1.xml"]).iter(f"{{{MAIN}}}row"))
    assert all(int(one.attrib["r"]) < int(two.attrib["r"]) for one, two in pairwise(rows))
    for row in rows:
        assert all(one.attrib["r"] < two.attrib["r"] for one, two in pairwise(row))


# The worked example


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("broken") / "broken.xlsx"
    shutil.copy(ROOT / "inputs" / "rare_earths.xlsx", path)
    edit(
        path,
        demand={"D3": "1,234", "G4": -1},
        regions={"C2": "memebr"},
        processes={"E5": True, "A7": None},
        caps={"F2": 1.5},
        routes={f"E{row}": "x" for row in range(5, 12)},
        chnages=[["scenario"]],
    )
    return path


def bad_cells(problems: list[Problem]) -> Iterator[tuple[str, str]]:
    for title, marks in collect(problems, {problem.sheet for problem in problems}).items():
        for row, column in marks.levels:
            yield title, f"{openpyxl.utils.get_column_letter(column)}{row}"


def test_every_bad_cell_of_a_broken_study_is_marked(broken: Path) -> None:
    _, problems = _check(broken, 1)
    bad = set(bad_cells(problems))
    assert len(bad) == 14 and ("chnages", "A1") in bad
    book = loaded(mark(broken.read_bytes(), problems).content)
    for title, cell in bad:
        assert book[title][cell].fill.fgColor.rgb == RED, (title, cell)
        assert "floors check\nerror: " in book[title][cell].comment.text
    assert book["_problems"].max_row == len(problems) + 2


def test_a_copy_that_is_mended_is_a_study(broken: Path, tmp_path: Path) -> None:
    """The marks themselves are no problem to anybody."""
    whole = ROOT / "inputs" / "rare_earths.xlsx"
    copy = tmp_path / "copy.xlsx"
    copy.write_bytes(mark(whole.read_bytes(), [problem("A1"), problem("Z99"), problem("", "caps")]).content)
    assert read(copy).notes == read(whole).notes
    assert read(copy).rows("routes") == read(whole).rows("routes")


@pytest.mark.long
def test_libreoffice_opens_a_copy_with_all_its_marks(source: bytes, tmp_path: Path) -> None:
    (tmp_path / "copy.xlsx").write_bytes(mark(source, PROBLEMS).content)
    (tmp_path / "out").mkdir()
    again = converted(tmp_path / "copy.xlsx", "xlsx", tmp_path / "out").read_bytes()
    assert loaded(again).sheetnames[0] == "_problems"
    assert colours(again) == colours((tmp_path / "copy.xlsx").read_bytes())
    assert comments(again).keys() == comments((tmp_path / "copy.xlsx").read_bytes()).keys()
    assert comments(again)["B3"] == "mine\n\nfloors check\nwarning: faulty B3. Mend it."
    assert len(links_of(again)) == len(PROBLEMS)
    assert loaded(again, data_only=True)["demand"]["D3"].value == 56


@pytest.mark.long
def test_a_workbook_saved_by_libreoffice_is_marked(source: bytes, tmp_path: Path) -> None:
    (tmp_path / "rich.xlsx").write_bytes(source)
    (tmp_path / "out").mkdir()
    saved = converted(tmp_path / "rich.xlsx", "xlsx", tmp_path / "out").read_bytes()
    marked = mark(saved, PROBLEMS)
    assert marked.notes == ()
    assert colours(marked.content) == colours(mark(source, PROBLEMS).content)
    assert comments(marked.content).keys() == comments(mark(source, PROBLEMS).content).keys()
    before, after = packed(saved), packed(marked.content)
    charts = [name for name in before if "chart" in name or "table" in name]
    assert charts and all(before[name] == after[name] for name in charts)
