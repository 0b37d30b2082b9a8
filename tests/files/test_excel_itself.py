"""What xlsxwriter, openpyxl, pandas and LibreOffice do, as docs/traps.md says: where one of these fails, look again."""

from __future__ import annotations

import re
import zipfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
import xlsxwriter

from tests.support.packages import converted

SHEET = "xl/worksheets/sheet1.xml"


def part(path: Path, name: str = SHEET) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read(name).decode()


def rewritten(path: Path, new: Path, *changes: tuple[str, str]) -> Path:
    """A copy of a package with texts of its parts replaced."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(new, "w") as archive:
        for name in old.namelist():
            text = old.read(name).decode()
            for was, now in changes:
                text = re.sub(was, now, text)
            archive.writestr(name, text)
    return new


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "book.xlsx"


def test_xlsxwriter_says_what_it_did_not_write_by_a_number_alone(file: Path) -> None:
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        with pytest.warns(UserWarning, match="Duplicate header"):
            assert sheet.add_table(0, 0, 2, 1, {"columns": [{"header": "a"}, {"header": "a"}]}) == -2
        with pytest.raises(AttributeError):
            sheet.add_table(0, 3, 2, 3, {"columns": [{"header": 2026}]})
        assert sheet.write_string(3, 0, "x" * 40_000) == -2
        assert sheet.write(1_048_576, 0, "below the last row") == -1
        sheet.write(4, 0, np.bool_(True))
        sheet.write(5, 0, "=1+1")
        with pytest.raises(TypeError, match="NAN/INF not supported"):
            sheet.write_number(6, 0, float("nan"))
    with zipfile.ZipFile(file) as archive:
        assert not [name for name in archive.namelist() if "table" in name]
    found: Any = openpyxl.load_workbook(file).active
    assert len(found["A4"].value) == 32_767 and found["A5"].value == 1 and found["A5"].data_type == "n"
    assert found["A6"].data_type == "f"


@pytest.mark.skipif(version("xlsxwriter") < "3.3", reason="xlsxwriter before 3.3 has no fonts of themes")
def test_xlsxwriter_changes_the_default_font_it_is_given(file: Path) -> None:
    font, fonts = {"font_name": "Arial", "font_size": 10}, []
    for _ in range(2):
        with xlsxwriter.Workbook(file, {"default_format_properties": font}) as book:
            book.add_worksheet()
        fonts.append("minor" in part(file, "xl/styles.xml").split("</fonts>")[0])
    assert fonts == [False, True] and "theme_font_name" in font


def test_openpyxl_writes_what_is_none_and_cuts_what_is_long(file: Path) -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet["A1"], sheet["A2"], sheet["A3"] = "=cmd|' /C calc'!A0", float("nan"), "y" * 40_000
    book.save(file)
    again: Any = openpyxl.load_workbook(file).active
    assert (again["A1"].data_type, again["A2"].value, len(again["A3"].value)) == ("f", None, 32_767)


def test_openpyxl_loses_saved_results_and_rich_text(file: Path, tmp_path: Path) -> None:
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write_formula(0, 0, "=1+1", None, 2)
        sheet.write_rich_string(1, 0, "a", book.add_format({"bold": True}), "b")
    openpyxl.load_workbook(file).save(tmp_path / "again.xlsx")
    results = [
        openpyxl.load_workbook(p, data_only=True)["Sheet1"]["A1"].value
        for p in (file, tmp_path / "again.xlsx")
    ]
    assert results == [2, None]
    assert "<b/>" in part(file, "xl/sharedStrings.xml")
    with zipfile.ZipFile(tmp_path / "again.xlsx") as archive:
        assert "<b />" not in "".join(archive.read(n).decode() for n in archive.namelist() if "String" in n)


def test_openpyxl_believes_a_dimension_and_finds_no_sheet_in_strict_files(file: Path, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for line in range(1, 6):
        book["Sheet"].cell(line, 1, line)
    book.save(file)
    wrong = rewritten(file, tmp_path / "wrong.xlsx", ('<dimension ref="[^"]*"', '<dimension ref="A1"'))
    assert len(list(openpyxl.load_workbook(wrong, read_only=True)["Sheet"].iter_rows())) == 1
    assert openpyxl.load_workbook(wrong)["Sheet"].max_row == 5
    strict = rewritten(
        file,
        tmp_path / "strict.xlsx",
        (
            "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            "http://purl.oclc.org/ooxml/spreadsheetml/main",
        ),
        (
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            "http://purl.oclc.org/ooxml/officeDocument/relationships",
        ),
    )
    with pytest.warns(UserWarning, match="invalid specification"):
        assert openpyxl.load_workbook(strict).sheetnames == []


def test_pandas_guesses(file: Path) -> None:
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        for column, values in enumerate(
            (["flag", True, 2, None], ["name", "NA", "US", "x"], [2026, 1, 2, 3], [2026, 4, 5, 6])
        ):
            sheet.write_column(0, column, values)
    read = pd.read_excel(file, engine="openpyxl")
    assert list(read.columns) == ["flag", "name", 2026, "2026.1"]
    assert read["flag"].tolist()[:2] == [1.0, 2.0] and read["name"].isna().tolist() == [True, False, False]


@pytest.mark.long
def test_libreoffice_lets_no_row_grow(file: Path, tmp_path: Path) -> None:
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write_string(0, 0, "words that wrap " * 5, book.add_format({"text_wrap": True}))
    (tmp_path / "out").mkdir()
    again: Any = openpyxl.load_workbook(converted(file, "xlsx", tmp_path / "out")).active
    assert again.row_dimensions[1].height < 20


@pytest.mark.long
def test_libreoffice_keeps_15_digits_and_writes_flags_as_formulas(file: Path, tmp_path: Path) -> None:
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write_boolean(0, 0, True)
        sheet.write_number(1, 0, 1 / 3)
        sheet.freeze_panes(1, 0)
    (tmp_path / "out").mkdir()
    again = converted(file, "xlsx", tmp_path / "out")
    cells: Any = openpyxl.load_workbook(again).active
    assert (cells["A1"].value, cells["A2"].value) == ("=TRUE()", 0.333333333333333)
    assert "<pane " in part(file) and "<pane " not in part(again)
