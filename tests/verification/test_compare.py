"""Two results, number by number: what differs, by how much, and what counts."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

import floors
from floors.cli.main import run
from floors.verification.differences import compare_files
from tests.support import checked, studies


def solved(path: Path, unit_cost: float = 80) -> Path:
    """A result in which the US works cost this much."""
    study = studies.study(
        caps=studies.cap("bloc", "oxide", "demand", 0.5),
        processes=studies.table(
            "process region commodity unit_cost",
            ("CN works", "CN", "oxide", 50),
            ("US works", "US", "oxide", unit_cost),
        ),
    )
    return floors.solve(study).to_excel(path)


def test_the_same_twice_is_equal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a, b = solved(tmp_path / "a.xlsx"), solved(tmp_path / "b.xlsx")
    assert run(["compare", str(a), str(b)]) == 0
    assert "no differences" in capsys.readouterr().err
    found = compare_files(a, b, 0)
    assert found.differences == () and found.compared > 100


def test_differences_come_largest_first_with_key_and_column(tmp_path: Path) -> None:
    a, b = solved(tmp_path / "a.xlsx"), solved(tmp_path / "b.xlsx", 100)
    found = compare_files(a, b, 1e-6)
    sizes = [difference.size for difference in found.differences]
    assert sizes == sorted(sizes, reverse=True)
    (levy,) = [d for d in found.differences if (d.sheet, d.column) == ("caps", "levy")]
    assert (levy.key, levy.a, levy.b, levy.difference) == ("bloc, oxide, demand, 2026", 30, 50, 20)
    assert str(levy) == "caps, bloc, oxide, demand, 2026: levy 30 | 50 (+20)"


def test_a_tolerance_is_relative_to_the_larger(tmp_path: Path) -> None:
    a, b = solved(tmp_path / "a.xlsx"), solved(tmp_path / "b.xlsx", 80.001)
    assert compare_files(a, b, 1e-6).differences
    assert not [d for d in compare_files(a, b, 1e-2).differences if d.kind == "number"]


def test_a_row_or_a_sheet_that_only_one_has_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a, b = solved(tmp_path / "a.xlsx"), solved(tmp_path / "b.xlsx")
    book = openpyxl.load_workbook(b)
    book["shipments"].delete_rows(2)
    del book["prices"]
    book.save(b)
    assert run(["compare", str(a), str(b)]) == 6
    said = capsys.readouterr().err
    assert "prices: only in a" in said and "oxide, 2026: only in a" in said


def test_run_is_shown_and_does_not_count(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a, b = solved(tmp_path / "a.xlsx"), solved(tmp_path / "b.xlsx")
    book = openpyxl.load_workbook(b)
    book["run"]["B3"] = "older"
    book.save(b)
    assert [(key, later) for key, _, later in compare_files(a, b, 1e-6).run] == [("python", "older")]
    assert run(["compare", str(a), str(b)]) == 0
    assert "run, not counted: python: " in capsys.readouterr().err


def test_a_workbook_of_differences_and_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a, b, out = solved(tmp_path / "a.xlsx"), solved(tmp_path / "b.xlsx", 100), tmp_path / "differences.xlsx"
    assert run(["compare", str(a), str(b), "-o", str(out), "--json"]) == 6
    said = json.loads(capsys.readouterr().out)
    assert not said["equal"]
    page = openpyxl.load_workbook(out)["differences"]
    assert page.max_row == len(said["differences"]) + 1
    assert [cell.value for cell in page[1]] == ["sheet", "key", "column", "a", "b", "difference", "kind"]


def test_several_scenarios_compare_by_scenario_and_not_with_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a, b = solved(tmp_path / "a.xlsx"), tmp_path / "several.xlsx"
    _, runs = checked.several()
    runs.to_excel(b)
    assert run(["compare", str(b), str(b)]) == 0
    assert run(["compare", str(a), str(b)]) == 2
    assert "holds several scenarios" in capsys.readouterr().err
