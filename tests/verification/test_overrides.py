"""What a result records as set in place of cells is set before it is checked."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

import floors
from floors.cli.main import run
from tests.support.workbooks import edit, said

pytestmark = pytest.mark.usefixtures("with_toy")
SET = ("--set", "settings.discount_rate=0.11")


def test_a_result_of_values_set_is_verified_against_the_workbook_as_it_is(folder: Path) -> None:
    assert run(["solve", "toy.xlsx", "-o", "a.xlsx", "--quiet", *SET]) == 0
    assert said(folder / "a.xlsx", "set 1") == "settings.discount_rate=0.11"
    assert run(["verify", "toy.xlsx", "a.xlsx", "--quiet"]) == 0
    texts = [row[0].value for row in openpyxl.load_workbook(folder / "a.xlsx")["brief"].iter_rows(max_col=1)]
    assert any("settings.discount_rate=0.11 set in place of its cells" in str(text) for text in texts)
    study = floors.read(folder / "toy.xlsx")
    changed = study.set("settings.discount_rate", 0.11)
    result = floors.solve(changed)
    assert result.figures.total_cost != floors.solve(study).figures.total_cost
    assert floors.verify(study, result).ok and floors.verify(changed, result).ok
    assert not floors.verify(study.set("settings.discount_rate", 0.2), result).ok


def test_a_result_whose_record_was_changed_is_found_out(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["solve", "toy.xlsx", "-o", "a.xlsx", "--quiet", *SET]) == 0
    book = openpyxl.load_workbook(folder / "a.xlsx")
    (cell,) = (row[1] for row in book["run"].iter_rows() if row[0].value == "set 1")
    edit(folder / "a.xlsx", run={cell.coordinate: "settings.discount_rate=0.12"})
    assert run(["verify", "toy.xlsx", "a.xlsx"]) == 6
    edit(folder / "a.xlsx", run={cell.coordinate: "setings.discount_rate=0.12"})
    assert run(["verify", "toy.xlsx", "a.xlsx"]) == 6
    assert "can be set in this input" in capsys.readouterr().err
