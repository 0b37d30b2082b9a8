"""The command `floors priorities`: what it prints, writes and ends with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from floors.cli.main import run
from tests.support.chained import LAST, chained
from tests.support.studies import table


def test_the_object_and_the_workbook(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given, target = chained().to_excel(tmp_path / "study.xlsx"), tmp_path / "found.xlsx"
    assert (
        run(["priorities", str(given), "-o", str(target), "--n", "3", "--seed", "1", "--jobs", "2", "--json"])
        == 0
    )
    two = json.loads(capsys.readouterr().out)
    assert (two["status"], two["samples"], two["output"]) == ("optimal", 3, str(target)) and target.exists()
    assert [(row["chain"], row["rank"]) for row in two["priorities"]][:2] == [("oxide", 1), ("ore", 2)]
    assert {"priority_shocks", "priority_floors", "priority_payers", "priority_inputs", "message"} <= set(two)
    assert (
        run(["priorities", str(given), "-o", str(target), "--n", "3", "--seed", "1", "--jobs", "1", "--json"])
        == 0
    )
    assert json.loads(capsys.readouterr().out) == two


def test_what_is_no_risk_ends_with_2_at_the_sheet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = chained(scenarios=table("scenario known_from", ("embargo", LAST)), changes=None)
    given.to_excel(tmp_path / "study.xlsx")
    assert (
        run(["priorities", str(tmp_path / "study.xlsx"), "-o", str(tmp_path / "found.xlsx"), "--n", "0"]) == 2
    )
    assert "scenarios: no scenario has a probability above 0" in capsys.readouterr().err
    assert not (tmp_path / "found.xlsx").exists()
    assert run(["priorities", str(tmp_path / "study.xlsx"), "--n", "-3"]) == 2
