"""The page on paper: one sheet, nothing cut, and what has no room is named."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

import floors
from floors.excel.brief_sheet import draw_brief
from floors.excel.native import chart_of
from floors.excel.packing import bulk_book
from floors.excel.page_layout import FULL, Layout, fitted
from floors.excel.page_rows import COLUMN, COLUMNS, LEAST_CHART, MOST_CHART
from floors.excel.picture_numbers import PictureNumbers
from floors.many import solve_scenarios
from floors.page.page import LEFT, RIGHT, WHOLE, Drawn, Entry, Head, Line, Page, Paragraph, Table, Words
from floors.page.widths import lines
from tests.support import everything, studies, told_studies
from tests.support.packages import converted
from tests.support.several import case
from tests.support.studies import table

LONG = "Large bloc member of a name that nobody would type twice, République "


def many(count: int) -> floors.Study:
    """A bloc of so many members with long names."""
    names = [f"M{n:02d}" for n in range(count)]
    return studies.study(
        regions=table(
            "region name role", *((name, f"{LONG}{name}", "member") for name in names), ("CN", "", "capped")
        ),
        processes=table(
            "process region commodity unit_cost",
            ("CN works", "CN", "oxide", 50),
            *((f"works {name}", name, "oxide", 80 + place) for place, name in enumerate(names)),
        ),
        demand=table(
            "region segment commodity value 2026",
            *((name, "all", "oxide", 300, 10 + place) for place, name in enumerate(names)),
        ),
        caps=studies.cap("bloc", "oxide", "demand", 0.5),
    )


STUDIES: dict[str, Any] = {
    "one of everything": everything.study,
    "no cap": studies.study,
    "shortage": told_studies.short,
    "technology chain": told_studies.chained,
    "fund": lambda: told_studies.fund(100),
    "other currency": lambda: studies.study(
        settings=studies.settings(currency="JPY", title="酸化物の下限価格 <r>&</r>"),
        caps=studies.cap("bloc", "oxide", "demand", 0.5),
    ),
    "sixty members": lambda: many(60),
}


@cache
def solved(name: str) -> floors.Result:
    return floors.solve(STUDIES[name]())


@pytest.fixture(scope="module", params=STUDIES)
def drawn(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Page, Path]:
    """The page of a study, and the workbook with it."""
    result = solved(request.param)
    page = result.brief
    assert page is not None
    return page, result.to_excel(tmp_path_factory.mktemp("drawn") / "result.xlsx")


def cells_of(path: Path) -> Any:
    return openpyxl.load_workbook(path)["brief"]


def texts(sheet: Any) -> list[str]:
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]


def named(page: Page, told: str) -> set[str]:
    """Texts of blocks that the line of what has no room names, each with its sheet."""
    found: set[str] = set()
    for block in page.blocks:
        if (
            f"{block.title} (sheet {block.sheet or 'brief_text'})" in told
            or f"“{block.title}” (sheet" in told
        ):
            alone = replace(
                page, alarm="", kicker="", where="", headline="", question="", answers=(), blocks=(block,)
            )
            found |= set(alone.texts)
    return found


def test_every_text_of_the_page_is_on_the_sheet_or_named(drawn: tuple[Page, Path]) -> None:
    page, path = drawn
    there = texts(cells_of(path))
    out = next((text for text in there if text.startswith("No room here for: ")), "")
    told = {text.casefold() for text in there}
    for text in page.texts:
        assert text.casefold() in told or text in named(page, out), text
    for block in page.blocks:
        if block.rank == 0:
            assert block.title in there, "what is never left out stands there"


def test_no_text_is_cut(drawn: tuple[Page, Path]) -> None:
    """A text takes no more lines than the rows that it spans have room for."""
    _, path = drawn
    sheet = cells_of(path)
    spans = {merged.start_cell.coordinate: merged for merged in sheet.merged_cells.ranges}
    heights = {row: sheet.row_dimensions[row].height for row in range(1, sheet.max_row + 1)}
    looked = 0
    for row in sheet.iter_rows():
        for cell in row:
            if not isinstance(cell.value, str) or not cell.value:
                continue
            span = spans.get(cell.coordinate)
            last = (span.max_row, span.max_col) if span else (cell.row, cell.column)
            wide = (last[1] - cell.column + 1) * COLUMN - 6
            high = sum(heights[n] for n in range(cell.row, last[0] + 1))
            takes = lines(str(cell.value), cell.font.sz, wide, bool(cell.font.b)) * cell.font.sz * 1.15
            assert takes <= high, (cell.coordinate, cell.value)
            assert cell.font.sz >= 8.75 and cell.font.name == "Arial"
            looked += 1
    assert looked > 5


def test_it_is_set_for_one_page_of_a4(drawn: tuple[Page, Path]) -> None:
    _, path = drawn
    sheet = cells_of(path)
    assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("portrait", 9)
    assert sheet.page_setup.fitToHeight in (None, 1) and sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sum(row.height for row in sheet.row_dimensions.values()) / 0.75 <= FULL


@pytest.mark.parametrize("name", ["one of everything", "other currency", "sixty members"])
def test_it_prints_on_one_page(name: str, tmp_path: Path) -> None:
    page = solved(name).brief
    assert page is not None
    alone = tmp_path / "alone.xlsx"
    with bulk_book(alone) as target:
        draw_brief(
            target.book,
            target.add_sheet("brief"),
            replace(page, blocks=_undrawn(page)),
            (),
            PictureNumbers(None, ()),
            {},
        )
        target.close()
    content = converted(alone, "pdf", tmp_path).read_bytes()
    assert len(re.findall(rb"/Type\s*/Page\b", content)) == 1


def _undrawn(page: Page) -> tuple[Any, ...]:
    """Words in the place of drawings, whose numbers lie on another sheet."""
    return tuple(
        block
        if isinstance(block, Table | Words)
        else Words(block.name, block.title, (Paragraph("", "drawn"),), block.place)
        for block in page.blocks
    )


def fabricated(*blocks: Any, answers: int = 5, words: int = 40) -> Page:
    told = tuple(Paragraph(f"Answer {n}.", "word " * words) for n in range(answers))
    return Page("Kicker", "where", "A headline " * 6, "Asked " * 30, told, blocks, "source")


def words(name: str, paragraphs: int, rank: int = 0, place: str = WHOLE) -> Words:
    made = tuple(Paragraph(f"{name} {n}.", "something that is said " * 12) for n in range(paragraphs))
    return Words(name, f"Title of {name}", made, place, rank, f"sheet_{name}")


def numbers(name: str, count: int, place: str = WHOLE, rank: int = 0, total: bool = True) -> Table:
    rows = [Line((Entry(f"row {n}"), Entry(1000.0 * n, "#,##0.00"), Entry(None))) for n in range(count)]
    if total:
        rows.append(Line((Entry("all", strong=True), Entry(1e6, "#,##0.00"), Entry("text")), total=True))
    heads = (Head("name", 12, False), Head("number", 12), Head("other", 12))
    return Table(name, f"Title of {name}", heads, tuple(rows), (), place, rank, f"sheet_{name}")


def shown(layout: Layout) -> list[str]:
    told = [piece.piece.told for piece in layout.pieces]
    return [one.plain if isinstance(one, Paragraph) else str(one) for one in told]


def test_the_highest_rank_goes_first_and_what_is_never_left_out_stays() -> None:
    page = fabricated(
        words("a", 4), words("b", 4, rank=1), words("c", 4, rank=3), words("d", 4, rank=2), numbers("pays", 8)
    )
    layout = fitted(page)
    assert layout.height <= FULL
    (out,) = [text for text in shown(layout) if text.startswith("No room")]
    assert out.index("Title of c (sheet sheet_c)") < out.index("Title of d")
    assert "Title of a" in shown(layout) and "Title of pays" in shown(layout)
    assert "Title of a" not in out and "Title of pays" not in out


def test_words_go_from_their_end_and_the_rest_is_counted() -> None:
    page = fabricated(words("a", 5), words("b", 30, rank=1))
    told = shown(fitted(page))
    kept = [text for text in told if text.startswith("b ")]
    assert kept == [page.blocks[1].paragraphs[n].plain for n in range(len(kept))] and 1 <= len(kept) < 30  # type: ignore[union-attr]
    assert f"No room here for: {30 - len(kept)} more of “Title of b” (sheet sheet_b)." in told


def test_what_has_room_beside_a_higher_column_is_put_back() -> None:
    """Left out before what had to go, it costs nothing beside the other."""
    page = fabricated(
        numbers("left", 12, LEFT),
        words("beside", 1, rank=9, place=RIGHT),
        words("long", 10, rank=1),
        words("a", 3),
    )
    told = shown(fitted(page))
    (out,) = [text for text in told if text.startswith("No room")]
    assert "Title of beside" in told and "beside" not in out and "“Title of long”" in out


def test_a_table_that_is_never_left_out_is_shortened_before_its_total() -> None:
    page = fabricated(numbers("pays", 90))
    layout = fitted(page)
    told = shown(layout)
    assert layout.height <= FULL and "all" in told and "row 0" in told and "row 89" not in told
    kept = sum(text.startswith("row ") for text in told)
    assert f"No room here for: {90 - kept} more lines of “Title of pays” (sheet sheet_pays)." in told


def test_blocks_beside_each_other_share_rows_and_do_not_touch() -> None:
    layout = fitted(
        fabricated(numbers("left", 5, LEFT), words("right", 2, place=RIGHT), numbers("more", 2, place=RIGHT))
    )
    taken: set[tuple[int, int]] = set()
    for placed in layout.pieces:
        place = {
            (row, column)
            for row in range(placed.top, placed.bottom + 1)
            for column in range(placed.piece.first, placed.piece.last + 1)
        }
        assert not place & taken and all(column < COLUMNS for _, column in place)
        taken |= place
    tops = {shown(Layout([], [one], []))[0]: one.top for one in layout.pieces}
    assert tops["Title of left"] == tops["Title of right"]


def test_drawings_are_as_high_as_there_is_room_for() -> None:
    def high(paragraphs: int) -> list[int]:
        picture = Drawn("d", "Title of d", "picture_floors", place=WHOLE)
        layout = fitted(fabricated(picture, words("a", paragraphs)))
        assert layout.height <= FULL
        return [hung.high for hung in layout.hung]

    assert high(1) == [MOST_CHART]
    (between,) = high(13)
    assert LEAST_CHART <= between < MOST_CHART


@pytest.mark.parametrize("high", [LEAST_CHART, MOST_CHART])
def test_words_of_charts_on_the_page_print_at_8_points_too(tmp_path: Path, high: int) -> None:
    """What is drawn at 8.75 points prints at 92 %."""
    (picture,) = [one for one in solved("one of everything").pictures if one.name == "picture_floors"]
    target = tmp_path / "chart.xlsx"
    with xlsxwriter.Workbook(target) as book:
        numbers = PictureNumbers(book.add_worksheet("picture_values"), [picture])
        size = (COLUMN * 16, high - 4)
        chart = chart_of(book, picture.panels[0]._replace(title=""), numbers.of(picture, 0), size)
        book.add_worksheet("brief").insert_chart(0, 0, chart)
    with zipfile.ZipFile(target) as package:
        sizes = [int(size) for size in re.findall(rb'sz="(\d+)"', package.read("xl/charts/chart1.xml"))]
    assert sizes and min(sizes) >= 875


@pytest.mark.parametrize("value", [123.4, 1234567890.12, -1234567890123.45])
def test_a_number_has_the_room_it_needs_or_is_made_smaller(value: float) -> None:
    """And never #####."""
    entries = tuple(Entry(value * (place + 1), "#,##0.00") for place in range(9))
    heads = tuple(Head(f"number {place}", 4) for place in range(9))
    page = fabricated(Table("t", "t", heads, (Line(entries),)))
    pieces = [
        one.piece for one in fitted(page).pieces if one.piece.told in [entry.value for entry in entries]
    ]
    assert len(pieces) == 9
    for piece in pieces:
        text = f"{piece.told:,.2f}"
        room = (piece.last - piece.first + 1) * COLUMN - 6
        assert lines(text, 9, room) == 1 or piece.look.get("shrink")
    assert not any(piece.look.get("shrink") for piece in pieces) or abs(value) > 1e9


def test_a_column_takes_from_others_what_its_texts_need() -> None:
    heads = (Head("", 3, False), Head("a", 15), Head("b", 15))
    line = Line((Entry("A name of some length"), Entry(1.0, "0"), Entry(2.0, "0")))
    layout = fitted(fabricated(Table("t", "t", heads, (line,))))
    (piece,) = [one.piece for one in layout.pieces if one.piece.told == "A name of some length"]
    assert lines("A name of some length", 9, (piece.last - piece.first + 1) * COLUMN - 6) == 1


def test_more_columns_than_the_page_has_are_refused_and_beside_none_there_is_the_whole_width() -> None:
    heads = tuple(Head("x", 1) for _ in range(20))
    many_columns = Table("t", "wide", heads, (Line(tuple(Entry(1.0, "0") for _ in heads)),), place=LEFT)
    layout = fitted(fabricated(many_columns, words("right", 1, place=RIGHT)))
    assert {"wide", "Title of right"} <= set(shown(layout))
    with pytest.raises(ValueError, match="table t has 40 columns; its place on the page has 36"):
        fitted(
            fabricated(
                replace(many_columns, heads=heads * 2, lines=(Line(tuple(Entry(1.0) for _ in range(40))),))
            )
        )


def test_an_alarm_stands_first_and_red(tmp_path: Path) -> None:
    page = replace(fabricated(), alarm="Do not use this page.")
    with bulk_book(tmp_path / "one.xlsx") as target:
        draw_brief(target.book, target.add_sheet("brief"), page, (), PictureNumbers(None, ()), {})
        target.close()
    first = cells_of(tmp_path / "one.xlsx")["A1"]
    assert first.value == "Do not use this page." and first.fill.fgColor.rgb == "FFB00020"


def test_numbers_keep_their_digits_and_lead_to_their_rows(tmp_path: Path) -> None:
    result = floors.solve(case("no cap").scenario("base"))
    path = result.to_excel(tmp_path / "one.xlsx")
    book: Any = openpyxl.load_workbook(path)
    led = 0
    for row in book["brief"].iter_rows():
        for cell in row:
            if cell.hyperlink is not None:
                sheet, _, where = cell.hyperlink.location.partition("!")
                assert sheet in book.sheetnames and book[sheet][where].value is not None
                if sheet == "floor_parts":
                    target = {
                        head.value: book[sheet].cell(book[sheet][where].row, head.column).value
                        for head in book[sheet][1]
                    }
                    floor = next(
                        one
                        for one in result.records("floors")
                        if all(one[k] == target[k] for k in ("member", "commodity", "year"))
                    )
                    assert cell.value == pytest.approx(floor["floor"], rel=1e-14)
                    led += 1
    assert led > 0


def test_links_of_several_scenarios_lead_to_rows_of_base(tmp_path: Path) -> None:
    path = solve_scenarios(case("dear home", "no cap")).to_excel(tmp_path / "all.xlsx")
    book: Any = openpyxl.load_workbook(path)
    found = [cell.hyperlink.location for row in book["brief"].iter_rows() for cell in row if cell.hyperlink]
    rows = [location for location in found if not location.endswith("!A1")]
    assert rows
    for location in rows:
        sheet, _, where = location.partition("!")
        assert book[sheet][where].value == "base"


def test_the_chart_of_the_page_is_told_to_who_cannot_see_it(tmp_path: Path) -> None:
    path = solved("technology chain").to_excel(tmp_path / "one.xlsx")
    with zipfile.ZipFile(path) as parts:
        drawing = parts.read("xl/drawings/drawing1.xml").decode()
        charts = [parts.read(name).decode() for name in parts.namelist() if "/charts/" in name]
    assert re.search(r'<xdr:cNvPr [^>]*descr="[^"]{20,}"', drawing)
    assert all("picture_values!" in chart for chart in charts) and charts


def test_terms_stand_last_and_wrap(tmp_path: Path) -> None:
    path = solved("technology chain").to_excel(tmp_path / "one.xlsx")
    page = solved("technology chain").brief
    assert page is not None and page.terms
    book: Any = openpyxl.load_workbook(path)
    assert book.sheetnames[-1] == "terms"
    assert list(book["terms"].iter_rows(values_only=True)) == [tuple(term) for term in page.terms]
    assert all(cell.alignment.wrap_text for row in book["terms"].iter_rows() for cell in row)
