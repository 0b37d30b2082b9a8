"""Tables on paper: columns that belong together on one page, headers on each, texts that wrap and are not cut."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import floors
from floors.contract import results as tables
from floors.contract.results import (
    alternatives,
    coalition,
    columns,
    diagnosis,
    priorities,
    risk,
    sample,
    sweep,
    tornado,
)
from floors.contract.results.handed import HANDED_ON
from floors.errors import Problem
from floors.excel.marking import mark
from floors.excel.printing import LEAST_SCALE, paper
from floors.excel.template import write_template
from floors.page.widths import lines
from tests.support.places import INPUTS
from tests.support.several import case
from tests.support.tiny import sheets, write

ALL = (
    *tables.RESULTS,
    *tables.SEVERAL,
    *sweep.SHEETS,
    *alternatives.SHEETS,
    *tornado.SHEETS,
    *sample.sheets_of(),
    *coalition.sheets_of(("US", "JP")),
    *coalition.candidates_sheets(("US", "JP"))[:3],
    *risk.SHEETS,
    *priorities.SHEETS,
    *diagnosis.SHEETS,
    *HANDED_ON,
)
WIDE = {False: 717.0, True: 1045.0}
"""Pixels of A4 between its margins, upright and lying."""


def test_a_narrow_table_stands_upright_and_a_wider_one_lies() -> None:
    assert paper([14, 14, 14], 1, 10) == (False, 100, (), 0)
    assert paper([14] * 10, 1, 10).landscape and paper([14] * 10, 1, 10).breaks == ()


def test_a_long_table_is_as_small_as_can_be_read() -> None:
    assert paper([14, 14, 14], 1, 5000).scale == LEAST_SCALE


def test_columns_that_do_not_fit_go_on_to_pages_that_begin_with_the_keys() -> None:
    on = paper([14, 10, *[16] * 20], 2, 10)
    assert (on.landscape, on.scale, on.repeated) == (True, LEAST_SCALE, 2)
    assert on.breaks == (12,), "two pages, as even as can be"
    assert paper([14, 10, *[16] * 40], 2, 10).breaks == (12, 22, 32)


def test_keys_that_would_fill_the_page_are_not_repeated() -> None:
    assert paper([60, 60, 60, *[16] * 20], 3, 10).repeated == 1
    assert paper([200, *[16] * 4], 1, 10).repeated == 0


@pytest.mark.parametrize("sheet", ALL, ids=lambda sheet: f"{sheet.name} of {len(sheet.columns)}")
def test_every_page_of_every_sheet_is_as_wide_as_paper(sheet: tables.Sheet) -> None:
    """Also where a digit is 7.4 pixels wide, as LibreOffice has it."""
    widths = [float(column.width) for column in sheet.columns]
    keys = max((place for place, column in enumerate(sheet.columns, 1) if column.key), default=0)
    on = paper(widths, keys, 1000)
    ends = [0, *on.breaks, len(widths)]
    for first, last in pairwise(ends):
        shown = [*(widths[: on.repeated] if first else []), *widths[first:last]]
        assert sum(width * 7.42 + 5 for width in shown) * on.scale / 100 <= WIDE[on.landscape]
    assert on.scale >= LEAST_SCALE


def test_a_column_of_years_has_no_commas_in_any_sheet() -> None:
    looked = 0
    for sheet in ALL:
        for column in sheet.columns:
            if re.search(r"(^|_)(year|from|until)($|_)", column.name) and column.kind is tables.Kind.WHOLE:
                assert column.format == columns.YEAR == "0", (sheet.name, column.name)
                looked += 1
    assert looked > 20


@pytest.mark.parametrize("name", ["rare_earths.xlsx", "smallest.xlsx"])
def test_a_written_year_has_no_commas_in_our_inputs(name: str, tmp_path: Path) -> None:
    """Typed as a year of the study in a column of years, or as what a scenario changes."""
    from models.books.excel import _kind

    assert _kind("changes", "column", 2027, {"column": 2027}) == "year"
    assert _kind("changes", "value", 2028, {"column": "first_year"}) == "year"
    assert _kind("changes", "value", 2028, {"column": "capacity"}) == "whole"
    book: Any = openpyxl.load_workbook(INPUTS / name)
    for page in book:
        for head in page[1]:
            if str(head.value) in ("year", "first_year", "last_year", "known_from"):
                cells = [cell for (cell,) in page.iter_rows(2, min_col=head.column, max_col=head.column)]
                assert all("," not in cell.number_format for cell in cells), (page.title, head.value)


def test_headers_repeat_and_several_pages_begin_with_the_keys(tmp_path: Path) -> None:
    book: Any = openpyxl.load_workbook(floors.solve(case("no cap")).to_excel(tmp_path / "one.xlsx"))
    for sheet in (*tables.RESULTS, *HANDED_ON):
        page = book[sheet.name]
        assert page.print_title_rows == "$1:$1", sheet.name
        assert page.print_area.endswith(f"${page.max_row if page.max_row > 1 else 2}")
    floors_page = book["floors"]
    assert floors_page.print_title_cols == "$A:$C" and floors_page.col_breaks.brk
    assert book["summary"].print_title_cols is None


def test_texts_that_wrap_have_the_rows_they_need(tmp_path: Path) -> None:
    book: Any = openpyxl.load_workbook(floors.solve(case("no cap")).to_excel(tmp_path / "one.xlsx"))
    page = book["words"]
    wide = page.column_dimensions["C"].width * 7
    several = 0
    for row in range(2, page.max_row + 1):
        count = lines(page.cell(row, 3).value, 10, wide - 10)
        several += count > 1
        assert count == 1 or page.row_dimensions[row].height >= count * 12.5
    assert several > 1


def test_the_list_of_problems_repeats_its_headers_and_cuts_no_text(tmp_path: Path) -> None:
    source = write(tmp_path / "bad.xlsx", sheets()).parent / "bad.xlsx"
    long = "something that is wrong and has to be said at length, " * 8
    problems = [
        Problem("demand", "B2", "found", long, "Mend it.", "code", "error"),
        Problem("demand", "B3", 1, "x", "y", "z"),
    ]
    made = tmp_path / "marked.xlsx"
    made.write_bytes(mark(source.read_bytes(), problems).content)
    page = openpyxl.load_workbook(made)["_problems"]
    assert page.print_title_rows == "$2:$2" and page["A2"].value == "where"
    wide = page.column_dimensions["E"].width * 7
    count = lines(long, 10, wide)
    assert count > 5 and page.row_dimensions[3].height >= count * 12.75
    assert page.row_dimensions[4].height is None


def test_the_template_repeats_its_headers(tmp_path: Path) -> None:
    book: Any = openpyxl.load_workbook(write_template(tmp_path / "template.xlsx"))
    assert all(page.print_title_rows == "$1:$1" for page in book if page.sheet_state == "visible")
