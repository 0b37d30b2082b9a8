"""What a type checker knows of the public names: a program with a slip in five of them has five errors."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.places import ROOT

PROGRAM = """
from typing import assert_type

import pandas as pd

import floors

study = floors.read("study.xlsx")
print(study.scenario_names, floors.__version__)
try:
    result = floors.solve(study, ranges=False)
except floors.Infeasible as error:
    raise SystemExit(error.status) from error
runs = floors.solve_many([study, study.scenario("fast path")], time_limit=60.0)
print(result.support.empty)
assert_type(result.floors, pd.DataFrame)
assert_type(runs.comparison, pd.DataFrame)
assert_type(runs["fast path"].caps, pd.DataFrame)
assert_type(floors.sweep(study).sweep, pd.DataFrame)
assert_type(floors.alternatives(study).plans, pd.DataFrame)
assert_type(floors.tornado(study, floors=["US/*/2030"]).inputs, pd.DataFrame)
assert_type(floors.sample(study, 100, indices=True, seed=1).bands, pd.DataFrame)
assert_type(floors.coalition(study).members, pd.DataFrame)
assert_type(floors.risk(study).states, pd.DataFrame)
assert_type(floors.priorities(study, 0).priority_shocks, pd.DataFrame)
assert_type(floors.diagnose(study).remedies, pd.DataFrame)
assert_type(floors.verify(study, result).ok, bool)


def build(case: floors.Case) -> object:
    return floors.build(case)
"""
SLIPS = {
    "study.scenario_names": "study.scenario_nmes",
    "floors.build(": "floors.biuld(",
    "floors.Infeasible": "floors.Infeasable",
    "time_limit=": "time_limt=",
    "result.support": "result.suport",
}


def test_five_slips_are_five_errors(tmp_path: Path) -> None:
    pytest.importorskip("mypy", reason="needs floors[dev]")
    slipped = PROGRAM
    for right, wrong in SLIPS.items():
        assert slipped.count(right) == 1
        slipped = slipped.replace(right, wrong)
    for name, text in (("clean", PROGRAM), ("slipped", slipped)):
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
    files = [str(tmp_path / name) for name in ("clean.py", "slipped.py")]
    command = [sys.executable, "-m", "mypy", "--strict", *files]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    errors = [line for line in done.stdout.splitlines() if ": error: " in line]
    assert [Path(line.split(":")[0]).stem for line in errors] == 5 * ["slipped"], done.stdout + done.stderr
    for wrong in SLIPS.values():
        assert sum(wrong.strip("(=").rpartition(".")[2] in line for line in errors) == 1, errors
