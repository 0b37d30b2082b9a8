"""`floors diagnose`: exit codes, what is printed where, JSON; and the sentences on a workbook of many rows."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import floors
from floors.cli.main import run
from tests.support.places import RARE_EARTHS, TOY
from tests.support.workbooks import NOTHING_MOVES, contents, edit

TOO_LITTLE: dict[str, Any] = {  # all demand must be met, and the capped origin makes next to nothing
    "demand": {"D2": None, "D3": None, "D4": None},
    "processes": {"F2": 1},
}
KEYS = [
    "workbook",
    *("status", "output", "scenario", "total_cost", "message", "conflict", "further", "relaxation", "policy"),
    *("policy_cannot", "alternatives", "sentences"),
]
CHANGE = {"kind", "row", "by", "unit", "present", "needed", "sentence", "cells", "counts"}
pytestmark = pytest.mark.usefixtures("with_toy")


def test_a_workbook_with_a_plan(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = contents(folder)
    assert run(["diagnose", "toy.xlsx"]) == 0
    out, err = capsys.readouterr()
    assert out == "" and err == (
        "The workbook as it stands: a plan exists; it costs 14.4885 million USD, present value.\n"
    )
    assert contents(folder) == before


def test_a_workbook_without_one(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(folder / "toy.xlsx", **TOO_LITTLE)
    before = contents(folder)
    assert run(["diagnose", "toy.xlsx"]) == 3
    out, err = capsys.readouterr()
    lines = err.splitlines()
    assert out == "" and lines[0] == "The workbook as it stands: no plan obeys every number of the input."
    assert lines[1] == "These cannot hold together, and without any one of them the others could:"
    assert any("demand!" in line for line in lines) and any("processes!F2" in line for line in lines)
    assert contents(folder) == before
    assert run(["diagnose", "toy.xlsx", "--quiet"]) == 3
    assert capsys.readouterr() == ("", "")


def test_the_json_object(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(folder / "toy.xlsx", **TOO_LITTLE)
    assert run(["diagnose", "toy.xlsx", "--json"]) == 3
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert err == "" and list(found) == KEYS
    assert (found["status"], found["scenario"], found["total_cost"]) == ("infeasible", "base", None)
    assert all(set(one) == CHANGE for one in found["relaxation"])
    assert all(set(one) == {"kind", "row", "sentence", "cells"} for one in found["conflict"])
    cell = next(one["cells"][0] for one in found["conflict"] if one["row"].startswith("must_serve"))
    assert cell["sheet"] == "demand" and cell["changed"] == cell["column"] == "" and cell["value"] > 0
    assert found["sentences"] == floors.diagnose(floors.read("toy.xlsx")).sentences
    shutil.copy(TOY, folder / "toy.xlsx")
    assert run(["diagnose", "toy.xlsx", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["status"] == "optimal" and found["total_cost"] == pytest.approx(14.488502626)
    assert found["policy"] is None and found["relaxation"] == []


def test_help_documents_every_key_of_the_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["diagnose", "--help"]) == 0
    words = " ".join(capsys.readouterr().out.split())
    assert all(key in words for key in (*KEYS, *CHANGE, "sheet", "cell", "value", "changed", "column"))


def test_other_exit_codes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Over budget 3, without bound 4, wrong input 2; words and an object for each."""
    years = range(2026, 2034)
    budget = {
        "floor_rules": [["commodity", "rule", *years], ["oxide", "maximum", *[100] * 8]],
        "settings": {"A5": "support_budget", "B5": 0.001},
    }
    for sheets, code, status, words in (
        (budget, 3, "over_budget", "raise support_budget from 0.001 to "),
        ({"processes": {"E2": -5, "F2": None}}, 4, "unbounded", "and nothing limits it (processes!E2)"),
        ({"demand": {"F3": "ten"}}, 2, "failed", "demand!F3"),
    ):
        shutil.copy(TOY, folder / "toy.xlsx")
        edit(folder / "toy.xlsx", **sheets)  # type: ignore[arg-type]
        assert run(["diagnose", "toy.xlsx"]) == code
        assert words in capsys.readouterr().err
        assert run(["diagnose", "toy.xlsx", "--json"]) == code
        found = json.loads(capsys.readouterr().out)
        assert found["status"] == status and words in json.dumps(found)


def test_a_workbook_of_the_diagnosis(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Written whatever is found; a target that is not ours is refused before anything is looked for."""
    edit(folder / "toy.xlsx", **TOO_LITTLE)
    assert run(["diagnose", "toy.xlsx", "-o", "why.xlsx", "--json"]) == 3
    out, err = capsys.readouterr()
    assert json.loads(out)["output"] == "why.xlsx" and err == "Written to why.xlsx.\n"
    book = openpyxl.load_workbook("why.xlsx")
    assert book.sheetnames[0] == "brief"
    told = [row[2] for row in book["words"].iter_rows(min_row=2, values_only=True)]
    assert told == floors.diagnose(floors.read("toy.xlsx")).sentences
    assert run(["diagnose", "toy.xlsx", "-o", "toy.xlsx"]) == 2
    shutil.copy(TOY, "toy.xlsx")
    assert run(["diagnose", "toy.xlsx", "-o", "mine.xlsx", "--quiet"]) == 0
    assert capsys.readouterr().out == "" and (folder / "mine.xlsx").exists()
    shutil.copy(TOY, "other.xlsx")
    assert run(["diagnose", "toy.xlsx", "-o", "other.xlsx"]) == 2
    assert "--force" in capsys.readouterr().err
    assert run(["diagnose", "toy.xlsx", "-o", "other.xlsx", "--force"]) == 0


def test_a_scenario_and_a_model(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scenarios = [["scenario"], ["starved"]]
    changes = [
        ["scenario", "sheet", "where", "column", "change", "value"],
        ["starved", "demand", "region=*", "value", "set", None],
        ["starved", "processes", "process=*", "capacity", "set", 1],
    ]
    edit(folder / "toy.xlsx", scenarios=scenarios, changes=changes)
    assert run(["diagnose", "toy.xlsx"]) == 0
    assert run(["diagnose", "toy.xlsx", "--scenario", "starved"]) == 3
    err = capsys.readouterr().err
    assert "Scenario starved: no plan" in err and "changes!F3 for processes!F2" in err
    assert run(["diagnose", "toy.xlsx", "--scenario", "fed"]) == 2
    assert "there is no scenario 'fed'" in capsys.readouterr().err
    (folder / "mine.py").write_text(
        "import floors\nimport pyomo.core as pyo\n\n\ndef build(case):\n    m = floors.build(case)\n"
        "    m.mine = pyo.Constraint(expr=m.produce['US works', 2026] >= 1e6)\n    return m\n"
    )
    processes = [c.value for c in openpyxl.load_workbook("toy.xlsx")["processes"]["A"]][1:]
    name = next(p for p in processes if p)
    text = (folder / "mine.py").read_text().replace("US works", str(name))
    (folder / "mine.py").write_text(text)
    assert run(["diagnose", "toy.xlsx", "--model", "mine.py"]) == 3
    assert "The model has a row that floors does not know: mine." in capsys.readouterr().err


# Rare earths, in the words of an economist


def rare_earths(folder: Path, **sheets: Any) -> floors.diagnosis.Diagnosis:
    shutil.copy(RARE_EARTHS, folder / "rare.xlsx")
    edit(folder / "rare.xlsx", **sheets)
    found = floors.diagnose(floors.read(folder / "rare.xlsx"))
    assert found.status == "infeasible"
    return found


def test_a_mine_that_must_run_above_its_capacity(folder: Path) -> None:
    found = rare_earths(folder, minimums={"F2": 75000})
    assert list(found.told) == [
        "US mine Mountain Pass must run at least 75,000 t in 2030 (minimums!F2).",
        "In 2030 there is room for 60,000 t of US mine Mountain Pass (capacities!F7).",
    ]
    assert (
        found.short
        == "lower what US mine Mountain Pass must run in 2030 from 75,000 t to 60,000 t (minimums!F2)"
    )
    assert [c.sentence for c in found.alternatives if c.kind == "capacity"] == [
        "raise the capacity of US mine Mountain Pass in 2030 from 60,000 t to 75,000 t (capacities!F7)"
    ]


def test_a_fund_too_small_for_its_reserves(folder: Path) -> None:
    found = rare_earths(folder, funds={"B2": 5, "D2": 0})
    (change,) = found.relaxation
    assert change.cells[0].place == "funds!B2" and change.needed is not None
    enough = {"funds": {"B2": change.needed, "D2": 0}}
    shutil.copy(RARE_EARTHS, folder / "rare.xlsx")
    edit(folder / "rare.xlsx", **enough)
    assert floors.diagnose(floors.read(folder / "rare.xlsx")).status == "optimal"


def test_a_reserve_above_the_room_for_it(folder: Path) -> None:
    found = rare_earths(folder, stock_targets={"F5": 9000})
    assert list(found.told) == [
        "Stockpile Vault magnet must hold 9,000 t at the end of 2030 (stock_targets!F5).",
        "Stockpile Vault magnet has room for 3,000 t in 2030 (stockpiles!D5).",
    ]


def test_a_ban_while_all_demand_must_be_met(folder: Path) -> None:
    """No single number would do; the earliest year is explained, and no contract gives way before the caps."""
    blank = {f"D{row}": None for row in range(2, 28)}
    bans = {f"{column}2": 0 for column in "GHIJKLMNO"}
    found = rare_earths(folder, demand=blank, uncertainty=NOTHING_MOVES, caps=bans)
    assert found.further and found.alternatives == ()
    assert found.told[0].startswith("EU and JP together must get all ") or "must get all" in found.told[0]
    assert {"route_minimum", "must_serve"}.isdisjoint(c.kind for c in found.relaxation)
    caps_given = [c.cells[0].place for c in found.relaxation if c.kind == "cap"]
    assert caps_given == ["caps!G2", "caps!H2", "caps!I2", "caps!J2"]
    assert len(found.sentences) < 40
