"""Cells read without openpyxl's own objects are the values that openpyxl would give."""

from __future__ import annotations

import gc
import re
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

import floors.study.workbook as reading
from floors.study.sheets import ErrorCell, Grid, NoResult


def saved(path: Path, fill: Callable[[Any, Any], None]) -> Path:
    book = xlsxwriter.Workbook(path, {"in_memory": True})
    fill(book, book.add_worksheet("one"))
    book.close()
    return path


def read(path: Path) -> Grid:
    ((grid,), _) = reading.read_workbook(path)
    return grid


def of_every_kind(book: Any, page: Any) -> None:
    day, scaled = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "#,##0,"})
    page.write_row(0, 0, ["text", " led", 1, -2.5, 1e300, 10**15, True, False, None, 0])
    page.write_datetime(1, 0, datetime(2026, 5, 4), day)
    page.write_number(1, 1, 12_000, scaled)
    page.write_number(1, 2, -1e9, day)  # no date is that early: openpyxl makes it an error
    page.write_blank(1, 3, None, scaled)
    page.write_formula(2, 0, "=1+1", None, 2)
    page.write_formula(2, 1, '="a"', None, "a")
    page.write_formula(2, 2, "=1/0", None, "#DIV/0!")
    page.write_formula(2, 3, "=A1=A1", None, True)
    page.write_rich_string(3, 0, "plain ", book.add_format({"bold": True}), "bold")
    page.write_url(3, 1, "https://example.com", string="a link")
    page.write_comment(3, 2, "a comment on no cell")
    page.write_string(3, 3, "_x0041_\x07")


@pytest.mark.filterwarnings("ignore:Cell C2 is marked as a date")
def test_values_are_those_of_openpyxl(tmp_path: Path) -> None:
    path = saved(tmp_path / "one.xlsx", of_every_kind)
    page: Any = openpyxl.load_workbook(path, data_only=True)["one"]
    whole = {(c.row, c.column): c.value for row in page.iter_rows() for c in row if c.value is not None}
    found = read(path)
    assert found.cells == whole and {k: type(v) for k, v in whole.items() if not isinstance(v, str)} == {
        place: type(value) for place, value in found.cells.items() if not isinstance(value, str)
    }
    assert {place for place, value in found.cells.items() if isinstance(value, ErrorCell)} == {(2, 3), (3, 3)}
    assert found.scaled == {(2, 2)}


def test_what_a_merged_area_covers_is_gone(tmp_path: Path) -> None:
    def fill(book: Any, page: Any) -> None:
        page.merge_range("B2:D3", "first")
        page.write(4, 0, "rest")
        page.merge.append([4, 0, 1_048_575, 16_383])  # its own method would write every cell
        for cell in ("C2", "B3", "D3", "E3", "F9", "A4"):
            page.write(cell, cell)

    found = read(saved(tmp_path / "one.xlsx", fill))
    assert found.cells == {(2, 2): "first", (3, 5): "E3", (5, 1): "rest", (4, 1): "A4"}
    assert [area.address for area in found.merged] == ["B2:D3", "A5:XFD1048576"]


def test_formulas_without_results_are_told_apart_from_empty_texts(tmp_path: Path) -> None:
    def fill(book: Any, page: Any) -> None:
        page.write_formula(0, 0, "=B1", None, "")
        page.write_formula(1, 0, '=""', None, "")
        page.write_formula(2, 0, "=B3", None, 3)

    path = saved(tmp_path / "one.xlsx", fill)
    _retype(path, {"=B1": "", '=""': ' t="str"'})  # as Excel saves an empty text
    found = read(path)
    assert found.cells == {(1, 1): "=B1", (3, 1): 3}
    assert isinstance(found.cells[1, 1], NoResult)


def _retype(path: Path, types: dict[str, str]) -> None:
    """Give the cells of these formulas an empty result of another type."""
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    for formula, kind in types.items():
        pattern = rf'<c r="(\w+)"[^>]*><f>{re.escape(formula[1:])}</f><v></v>'
        sheet, count = re.subn(pattern, rf'<c r="\1"{kind}><f>{formula[1:]}</f><v></v>', sheet)
        assert count == 1, sheet
    parts["xl/worksheets/sheet1.xml"] = sheet.encode()
    with zipfile.ZipFile(path, "w") as book:
        for name, content in parts.items():
            book.writestr(name, content)


@pytest.mark.parametrize("on", [True, False])
def test_the_collector_is_left_as_it_was(tmp_path: Path, on: bool) -> None:
    path = saved(tmp_path / "one.xlsx", of_every_kind)
    (gc.enable if on else gc.disable)()
    try:
        read(path)
        assert gc.isenabled() is on
    finally:
        gc.enable()
