"""A results workbook of this version or the one before is read; anything else is refused with words."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import floors
from floors import InputError
from floors.html.read import link_of, read
from tests.support import handed
from tests.support.places import TOY
from tests.support.workbooks import foreign


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read(path)
    return str(caught.value)


def _as_written(cell: Any) -> Any:
    """A cell as a workbook keeps it: 16 digits, and no difference between no text and an empty one."""
    return float(f"{cell:.16g}") if isinstance(cell, float) else None if cell == "" else cell


def changed(path: Path, **sheets: dict[str, object] | None) -> Path:
    """A workbook with cells changed, or (None) a sheet removed."""
    book = openpyxl.load_workbook(path)
    for name, cells in sheets.items():
        if cells is None:
            del book[name]
        else:
            for cell, value in cells.items():
                book[name][cell] = value
    book.save(path)
    return path


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    return handed.workbook(tmp_path / "result.xlsx")


def as_before(path: Path) -> Path:
    """As the version before wrote it: words beside the summary, and nothing to hand on."""
    book = openpyxl.load_workbook(path)
    for name in ("words", "brief", "terms", "brief_text", "pictures", "picture_values"):
        if name in book:
            del book[name]
    for sheet in [one for one in book.sheetnames if one.startswith("picture_")]:
        del book[sheet]
    summary = book["summary"]
    for row in summary.iter_rows(min_col=4):
        for cell in row:
            cell.value = None
    lines = [
        "Oxide",
        "Scenario: base",
        None,
        "- The floor is 80,",
        "   and the levy 30.",
        "Warnings",
        "- Weak data.",
    ]
    for number, line in enumerate(lines, 1):
        summary.cell(number, 5, line)
    run = book["run"]
    for row in run.iter_rows():
        if row[0].value == "floors":
            row[1].value = "0.1.0"
    book.save(path)
    return path


def test_page_and_pictures_come_back_as_they_were(workbook: Path) -> None:
    found = read(workbook)
    assert found.page == handed.PAGE
    assert found.pictures == handed.PICTURES
    assert (found.file, found.version, found.currency) == ("result.xlsx", floors.__version__, "USD")
    assert found.title == "Oxide & caps"
    assert not found.several
    assert not found.alarm


def test_tables_and_words_are_those_of_the_result(workbook: Path) -> None:
    found, result = read(workbook), handed.solved()
    assert list(found.sentences) == result.sentences
    assert list(found.warnings) == result.warnings
    for sheet in result.sheets:
        table = found.table(sheet.name)
        assert table is not None
        written = [[_as_written(cell) for cell in row] for row in result.rows(sheet.name)]
        assert [list(row) for row in table.rows] == written


def test_a_workbook_of_the_version_before_has_words_and_tables(workbook: Path) -> None:
    found = read(as_before(workbook))
    assert found.page is None
    assert found.pictures == ()
    assert found.sentences == ("The floor is 80, and the levy 30.",)
    assert found.warnings == ("Weak data.",)
    assert found.table("floors") is not None


def test_several_scenarios(tmp_path: Path, family: floors.Runs) -> None:
    found = read(family.to_excel(tmp_path / "all.xlsx"))
    assert found.several
    table = found.table("floors")
    assert table is not None
    assert {row[0] for row in table.where({"year": "2026"})} > {"base"}


def test_a_failed_certificate_is_an_alarm(workbook: Path) -> None:
    book = openpyxl.load_workbook(workbook)
    book["certificate"]["D3"] = False
    check = book["certificate"]["A3"].value
    book.save(workbook)
    assert read(workbook).alarm == f"The certificate failed in {check}: do not use these numbers."


def test_another_version_is_refused(workbook: Path) -> None:
    book = openpyxl.load_workbook(workbook)
    row = next(row for row in book["run"].iter_rows() if row[0].value == "floors")
    row[1].value = "9.9.9"
    book.save(workbook)
    assert "found one written by floors 9.9.9" in refusal(workbook)
    row[0].value = "other"
    book.save(workbook)
    assert "of no version" in refusal(workbook)


def test_no_results_workbook_is_refused(tmp_path: Path) -> None:
    foreign(tmp_path / "theirs.xlsx")
    shutil.copy(TOY, tmp_path / "input.xlsx")
    (tmp_path / "page.xlsx").write_text("<html>")
    for name in ("theirs.xlsx", "input.xlsx"):
        assert "expected a results workbook of floors" in refusal(tmp_path / name)
    assert refusal(tmp_path / "page.xlsx")
    assert refusal(tmp_path / "missing.xlsx")


def test_a_page_that_was_tampered_with_is_refused(workbook: Path) -> None:
    changed(workbook, picture_values=None)
    assert "sheet pictures is not as floors wrote it: picture_values has nothing of" in refusal(workbook)


def test_renamed_columns_of_the_page_are_refused(workbook: Path) -> None:
    changed(workbook, brief_text={"B1": "blocks"})
    assert "sheet brief_text is not as floors wrote it: expected the columns place, block" in refusal(
        workbook
    )


def test_a_link_names_rows() -> None:
    assert link_of("floors") == ("floors", {})
    assert link_of("floors!member=US;year=2026") == ("floors", {"member": "US", "year": "2026"})
