"""What sheet run records of how a result was made is held against its fingerprints."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import floors
from floors.many import solve_scenarios
from floors.verification import NO_FILE, verify_files
from tests.support import studies
from tests.support.studies import table

SCENARIOS = {
    "caps": studies.cap("bloc", "oxide", "demand", 0.5),
    "scenarios": table("scenario", ("none can",), ("dear",)),
    "changes": table(
        "scenario sheet where column change value",
        ("none can", "demand", "region=US", "value", "set", None),
        ("none can", "processes", "process=US works", "capacity", "set", 1),
        ("dear", "processes", "process=US works", "unit_cost", "set", 90),
    ),
}


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return studies.study(**SCENARIOS).to_excel(tmp_path_factory.mktemp("input") / "study.xlsx")


def rows_of(path: Path, key: str) -> list[Any]:
    page = openpyxl.load_workbook(path)["run"]
    names = [cell.value for cell in page[1]]
    return [row for row in page.iter_rows(min_row=2) if row[names.index("key")].value == key]


def found(workbook: Path, path: Path) -> list[tuple[str, Any]]:
    return [(one.sheet, one.found) for one in verify_files(workbook, path).findings]


@pytest.mark.parametrize(
    ("key", "what"),
    [
        ("numpy", "record"),
        ("setting discount_rate", "record"),
        ("option ranges", "options"),
        ("command", "options"),
    ],
)
def test_a_changed_record_is_found(workbook: Path, tmp_path: Path, key: str, what: str) -> None:
    path = floors.solve(floors.read(workbook), ranges=True).to_excel(tmp_path / "r.xlsx")
    assert found(workbook, path) == []
    book = openpyxl.load_workbook(path)
    (row,) = [row for row in book["run"].iter_rows(min_row=2) if row[0].value == key]
    row[1].value = "another"
    book.save(path)
    assert found(workbook, path) == [("run", f"another {what}")]


def test_a_record_that_is_gone_is_found(workbook: Path, tmp_path: Path) -> None:
    path = floors.solve(floors.read(workbook), ranges=False).to_excel(tmp_path / "r.xlsx")
    book = openpyxl.load_workbook(path)
    (row,) = [row for row in book["run"].iter_rows(min_row=2) if row[0].value == "source revision"]
    book["run"].delete_rows(row[0].row)
    book.save(path)
    assert found(workbook, path) == [("run", "another record")]


CHOSEN: dict[str, Callable[[floors.Study], Any]] = {
    "all": solve_scenarios,
    "those with a plan": lambda study: solve_scenarios(study, ["dear", "base"]),
    "the first has no plan": lambda study: solve_scenarios(study, ["none can", "dear"]),
    "none has a plan": lambda study: solve_scenarios(study, ["none can"]),
}


@pytest.mark.parametrize("which", CHOSEN)
def test_several_scenarios_record_their_call_once(workbook: Path, tmp_path: Path, which: str) -> None:
    """With versions and input, also where the scenario with which it stands has no plan."""
    path = CHOSEN[which](floors.read(workbook)).to_excel(tmp_path / "r.xlsx")
    assert [row[2].value for row in rows_of(path, "command")] == ["solve"]
    assert rows_of(path, "source revision") and rows_of(path, "workbook sha256")
    assert found(workbook, path) == []
    assert floors.reproduce(path, workbook).same


def test_results_of_tables_that_came_from_no_file_are_not_called_wrong(
    workbook: Path, tmp_path: Path
) -> None:
    """A study made in Python has no fingerprint of its own: what it holds is checked, and that is said."""
    other = Path(shutil.copy(workbook, tmp_path / "named otherwise.xlsx"))
    study = studies.study(**SCENARIOS)
    result = floors.solve(study).to_excel(tmp_path / "r.xlsx")
    of_file = floors.solve(floors.read(workbook)).to_excel(tmp_path / "of file.xlsx")
    for report in (verify_files(other, result), floors.verify(study, of_file)):
        assert report.ok and NO_FILE in report.not_checked
    renamed = verify_files(other, of_file)
    assert renamed.ok and NO_FILE not in renamed.not_checked


def test_a_fingerprint_that_was_taken_out_is_found(workbook: Path, tmp_path: Path) -> None:
    path = floors.solve(floors.read(workbook)).to_excel(tmp_path / "r.xlsx")
    book = openpyxl.load_workbook(path)
    (row,) = [row for row in book["run"].iter_rows(min_row=2) if row[0].value == "workbook sha256"]
    row[1].value = None
    book.save(path)
    assert not verify_files(workbook, path).ok


def of_another_version(path: Path, sheet: str) -> Path:
    """A result of the same study by another revision, without a sheet."""
    floors.solve(studies.study(**SCENARIOS), ranges=False).to_excel(path, force=True)
    book = openpyxl.load_workbook(path)
    (row,) = [row for row in book["run"].iter_rows(min_row=2) if row[0].value == "source revision"]
    row[1].value = "another"
    del book[sheet]
    book.save(path)
    return path


def test_a_sheet_that_another_version_did_not_write_is_no_fault_of_the_result(
    workbook: Path, tmp_path: Path
) -> None:
    """It has no fingerprint of it; a sheet of which there is one was deleted."""
    path = of_another_version(tmp_path / "r.xlsx", "vault")
    with pytest.raises(
        floors.InputError, match=r"another version of floors wrote it: it lacks the sheet vault,"
    ):
        verify_files(workbook, path)
    path = of_another_version(path, "sourcing")
    assert ("sourcing", "no sheet") in found(workbook, path)
