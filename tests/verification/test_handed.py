"""`floors verify` makes the page and the pictures again, and holds them against those of the workbook."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import floors
from floors.contract.results.handed import BRIEF_TEXT
from floors.many import solve_scenarios
from floors.verification import verify_files
from floors.verification.handed import NO_BASE, NOT_THERE, TABLES_WRONG
from tests.support.places import ROOT, TOY


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("one") / "one.xlsx"
    floors.solve(floors.read(TOY)).to_excel(path, day="2026-03-01")
    return path


def spoilt(path: Path, target: Path, change: Callable[[Any], None]) -> list[str]:
    """What is found wrong in a copy with a change."""
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(target)
    return [str(finding) for finding in verify_files(TOY, target).findings]


def cell_of(sheet: Any, said: str) -> Any:
    return next(cell for row in sheet.iter_rows() for cell in row if str(cell.value).startswith(said))


def test_the_page_of_a_result_is_that_of_its_tables_whatever_the_day(one: Path) -> None:
    report = verify_files(TOY, one)
    assert report.ok and NOT_THERE not in report.not_checked
    texts = [row[6] for row in openpyxl.load_workbook(one)["brief_text"].iter_rows(values_only=True)]
    assert any(str(text).endswith("2026-03-01") for text in texts)


def test_another_headline_is_found_in_both_sheets(one: Path, tmp_path: Path) -> None:
    place = BRIEF_TEXT.names.index("text") + 1

    def change(book: Any) -> None:
        sheet = book["brief_text"]
        row = next(row for row in range(2, sheet.max_row + 1) if sheet.cell(row, 3).value == "headline")
        sheet.cell(row, place).value = "Nothing is needed."

    found = spoilt(one, tmp_path / "x.xlsx", change)
    assert len(found) >= 2
    assert found[0].startswith("brief_text!G") and "Nothing is needed., expected" in found[0]
    assert any(said.startswith("brief!") and "expected Nothing is needed." in said for said in found)


def test_a_number_typed_over_on_the_page_is_found(one: Path, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        cell = next(
            cell for row in book["brief"].iter_rows() for cell in row if isinstance(cell.value, float)
        )
        cell.value += 1

    found = spoilt(one, tmp_path / "x.xlsx", change)
    assert len(found) == 1 and found[0].startswith("brief!")


def test_a_value_of_a_picture_is_found(one: Path, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        book["picture_values"]["G2"].value *= 1.01

    found = spoilt(one, tmp_path / "x.xlsx", change)
    assert len(found) == 1 and found[0].startswith("picture_values!G2: value")


def test_a_row_too_many_is_found(one: Path, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        sheet = book["pictures"]
        sheet.append([cell.value for cell in sheet[2]])

    assert any(said.startswith("pictures: ") for said in spoilt(one, tmp_path / "x.xlsx", change))


def test_a_wrong_table_is_told_once_and_not_by_its_page_too(one: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(one)
    book["floors"]["E2"].value += 1
    book.save(tmp_path / "x.xlsx")
    report = verify_files(TOY, tmp_path / "x.xlsx")
    wrong = {finding.sheet for finding in report.findings}
    assert "floors" in wrong and not wrong & {"brief", "brief_text", "pictures", "picture_values"}
    assert TABLES_WRONG in report.not_checked


def test_a_page_told_beside_a_base_that_is_not_there_is_left_open(tmp_path: Path) -> None:
    workbook = ROOT / "inputs" / "rare_earths.xlsx"
    study = floors.read(workbook)
    path = solve_scenarios(study, ["oxides only"], ranges=False).to_excel(tmp_path / "one.xlsx")
    assert NO_BASE in verify_files(workbook, path).not_checked
    path = solve_scenarios(study, ["base", "oxides only"], ranges=False).to_excel(tmp_path / "two.xlsx")
    report = verify_files(workbook, path)
    assert report.ok and NO_BASE not in report.not_checked


def test_a_workbook_without_a_page_says_so(one: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(one)
    for name in ("brief", "brief_text", "pictures", "picture_values"):
        del book[name]
    book.save(tmp_path / "x.xlsx")
    report = verify_files(TOY, tmp_path / "x.xlsx")
    assert report.ok and NOT_THERE in report.not_checked
