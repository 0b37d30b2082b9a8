"""What every result has: tables as attributes, and copies that hold all but the model."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from rlcompleter import Completer
from typing import Any

import pandas as pd
import pytest

import floors
from floors.comparator import fiscal
from floors.errors import FloorsError, UsageError
from floors.excel.tabled import Answer, Table, worst
from floors.many import solve_scenarios
from floors.many.kept import Kept
from tests.support import studies, worked
from tests.support.chained import chained
from tests.support.places import RARE_EARTHS
from tests.support.several import case

WHAT = ("result", "runs", "run", "sweep", "alternatives", "coalitions", "risk", "priorities", "diagnosis")


@cache
def answer(what: str) -> Any:
    """One of each class."""
    study = case("no cap", "starved")
    match what:
        case "result":
            return floors.solve(study)
        case "runs":
            return solve_scenarios(study)
        case "run":
            return solve_scenarios(study)["no cap"]
        case "sweep":
            return floors.sweep(study, [0.9, 0.5, 0.0])
        case "alternatives":
            return floors.alternatives(study)
        case "coalitions":
            return floors.coalition(study)
        case "risk":
            return floors.risk(likely())
        case "priorities":
            return floors.priorities(chained(), 2)
        case _:
            return floors.diagnose(study.scenario("starved"))


def likely() -> floors.Study:
    """A study with a state beside base."""
    tables = dict(case("dear home").tables)
    return floors.Study(tables | {"scenarios": tables["scenarios"].assign(probability=0.25)})


def same(one: Any, other: Any) -> None:
    """Every table, with its kinds of columns, and every word."""
    for sheet in one.sheets:
        assert list(other.rows(sheet.name)) == list(one.rows(sheet.name)) or sheet.name == "certificate"
        pd.testing.assert_frame_equal(getattr(other, sheet.name), getattr(one, sheet.name))
    assert other.warnings == one.warnings or isinstance(one, floors.many.Run)
    if isinstance(one, Answer):
        for name in ("title", "currency", "scenario_name", "status", "exit_code", "failed", "sentences"):
            assert getattr(other, name) == getattr(one, name), name


@pytest.mark.parametrize("what", WHAT)
def test_attributes_are_the_sheets_declared(what: str) -> None:
    found = answer(what)
    declared = [sheet.name for sheet in found.sheets]
    tables = [
        name for kind in type(found).__mro__ for name, value in vars(kind).items() if isinstance(value, Table)
    ]
    assert sorted(tables) == sorted(declared) and set(declared) <= set(dir(found))
    for sheet in found.sheets:
        frame = getattr(found, sheet.name)
        assert isinstance(frame, pd.DataFrame) and tuple(frame.columns) == sheet.names
        assert len(frame) == len(found.rows(sheet.name)) == len(found.records(sheet.name))
        pd.testing.assert_frame_equal(found.frame(sheet.name), frame)
    assert isinstance(getattr(type(found), declared[0]), Table)
    completer = Completer({"found": found})
    assert completer.complete(f"found.{declared[0][:-1]}", 0) == f"found.{declared[0]}"
    with pytest.raises(AttributeError, match="no attribute 'flors'"):
        _ = found.flors
    with pytest.raises(KeyError, match="there is no sheet 'flors'; there are .*" + declared[-1]):
        found.records("flors")


@pytest.mark.parametrize("what", WHAT)
@pytest.mark.parametrize("twin", [copy.copy, copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))])
def test_a_copy_has_every_table_and_word(what: str, twin: Callable[[Any], Any], tmp_path: Path) -> None:
    found = answer(what)
    again = twin(found)
    same(found, again)
    if isinstance(found, Answer):
        one = found.to_excel(tmp_path / "one.xlsx").read_bytes()
        assert again.to_excel(tmp_path / "other.xlsx").read_bytes() == one
    same(again, twin(again))


def test_what_needs_the_model_says_so_in_a_copy() -> None:
    found = answer("result")
    again = pickle.loads(pickle.dumps(found))
    assert found.outcome.floor and found.baseline_outcome.ship, "the original keeps its model"
    for ask, what in (
        (lambda: again.outcome, "outcome"),
        (lambda: again.baseline_outcome, "baseline_outcome"),
        (lambda: fiscal(again), "outcome"),
    ):
        with pytest.raises(UsageError, match=rf"^{what} needs the model.*floors\.solve\(result\.study\)"):
            ask()
    assert issubclass(UsageError, FloorsError)
    pd.testing.assert_frame_equal(floors.solve(again.study).floors, found.floors)
    assert floors.verify(again.study, again).ok


def test_a_copy_is_of_the_size_of_its_tables() -> None:
    found = worked.solved()
    size = len(pickle.dumps(found))
    plain = len(pickle.dumps({sheet.name: found.rows(sheet.name) for sheet in found.sheets}))
    assert plain < size < 1.2 * plain + len(pickle.dumps(found.study))


def solve(path: Path) -> Any:
    return floors.solve(floors.read(path))


def test_a_result_comes_back_from_a_process() -> None:
    with ProcessPoolExecutor(1) as pool:
        same(worked.solved(), pool.submit(solve, RARE_EARTHS).result())


def test_results_come_back_from_joblib() -> None:
    joblib = pytest.importorskip("joblib", reason="needs floors[dev]")
    given = [studies.study(), case("no cap")]
    found = joblib.Parallel(n_jobs=2)(joblib.delayed(floors.solve)(study) for study in given)
    for one, other in zip(given, found, strict=True):
        same(floors.solve(one), other)


def test_runs_on_disk_are_copied_with_their_tables(tmp_path: Path) -> None:
    found = solve_scenarios(case("no cap", "starved"), parts=Kept(tmp_path))
    again = pickle.loads(pickle.dumps(found))
    for part in tmp_path.iterdir():
        part.unlink()
    same(answer("runs"), again)


@pytest.mark.parametrize(
    ("statuses", "found"),
    [
        ((), "optimal"),
        (("optimal", "time_limit", "infeasible", "over_budget"), "infeasible"),
        (("optimal", "time_limit", "failed"), "time_limit"),
    ],
)
def test_the_worst_of_several_statuses(statuses: tuple[str, ...], found: str) -> None:
    assert worst(statuses) == found
