"""A deadline: after it no LP is solved, wherever, and what is missing is said."""

from __future__ import annotations

import json
import pickle
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import floors
from floors import stopping
from floors.cli.main import run
from floors.many.executors import in_order

pytestmark = pytest.mark.usefixtures("with_toy")


def test_no_lp_is_solved_after_a_deadline(folder: Path) -> None:
    study = floors.read(folder / "toy.xlsx")
    with pytest.raises(floors.TimeLimit, match="0 s was reached"), floors.Deadline(0) as limit:
        floors.solve(study)
    assert limit.reached
    with floors.Deadline(3600) as limit:
        floors.solve(study, ranges=False)
    assert not limit.reached
    floors.solve(study, ranges=False)


def test_of_deadlines_the_one_within_counts_and_none_is_none() -> None:
    assert stopping.seconds_left() is None
    with floors.Deadline(100):
        with floors.Deadline(50):
            left = stopping.seconds_left()
            assert left is not None and 0 < left <= 50
        with floors.Deadline(None) as none:
            left = stopping.seconds_left()
            assert left is not None and 50 < left <= 100
        assert not none.reached
    assert stopping.seconds_left() is None


def _left(_: int) -> float | None:
    return stopping.seconds_left()


def test_tasks_elsewhere_keep_it() -> None:
    with ThreadPoolExecutor(1) as executor:
        with floors.Deadline(100):
            assert all(left is not None and left <= 100 for left in in_order(_left, [1, 2], executor))
        assert list(in_order(_left, [1, 2], executor)) == [None, None]
    limit = floors.Deadline(100)
    again = pickle.loads(pickle.dumps(limit))
    assert (again.seconds, again.ends) == (limit.seconds, limit.ends)


@pytest.mark.parametrize("seconds", [-1, float("nan"), "10", True])
def test_what_are_no_seconds(seconds: Any) -> None:
    with pytest.raises(floors.UsageError, match="expects seconds"):
        floors.Deadline(seconds)


@pytest.mark.parametrize(
    ("arguments", "option"),
    [
        (["solve", "toy.xlsx"], "--time-limit"),
        (["sweep", "toy.xlsx", "--cap", "0.9:0.8:2"], "--time-limit"),
        (["compare", "toy.xlsx", "toy.xlsx"], "--tolerance"),
        (["reproduce", "toy.xlsx"], "--tolerance"),
    ],
)
@pytest.mark.parametrize("value", ["nan", "-1"])
def test_what_is_no_number_is_told_of_the_option(
    value: str, arguments: list[str], option: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*arguments, f"{option}={value}"]) == 2
    err = capsys.readouterr().err
    assert f"Invalid value for '{option}': {value}" in err and "Deadline" not in err


@pytest.mark.parametrize(
    "arguments",
    [
        ["solve"],
        ["sweep", "--cap", "0.9:0.8:2"],
        ["alternatives"],
        ["tornado"],
        ["sample", "--n", "2"],
        ["coalition", "--members", "US,EU"],
        ["diagnose"],
    ],
)
def test_every_command_ends_with_4(
    arguments: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([arguments[0], "toy.xlsx", *arguments[1:], "--json", "--time-limit", "0"]) == 4
    out, err = capsys.readouterr()
    assert (
        json.loads(out)["status"] == "time_limit"
        and "the time limit of 0 s was reached" in (out + err).lower()
    )


def test_what_is_solved_again_keeps_it_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["solve", "toy.xlsx", "-o", "r.xlsx", "--quiet"]) == 0
    assert run(["verify", "toy.xlsx", "r.xlsx", "--exact", "--time-limit", "0", "--quiet"]) == 4
    assert run(["verify", "toy.xlsx", "r.xlsx", "--time-limit", "0", "--quiet"]) == 0
    assert run(["reproduce", "r.xlsx", "toy.xlsx", "--time-limit", "0", "--jobs", "1", "--quiet"]) == 4
    assert capsys.readouterr().err.count("the time limit of 0 s was reached before") == 2


def test_what_there_is_is_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The clock runs out as soon as the first scenario is solved."""
    clock = time.time

    def late() -> float:
        return clock() + 1e6 * bool(solved)

    solved: list[str] = []
    tried = floors.many.solving._tried

    def noted(task: Any) -> Any:
        run = tried(task)
        solved.append(run.scenario)
        return run

    monkeypatch.setattr(stopping.time, "time", late)
    monkeypatch.setattr(floors.many.solving, "_tried", noted)
    assert run(["template", "two.xlsx", "--example", "--quiet"]) == 0
    arguments = [
        "solve",
        "two.xlsx",
        "--all",
        "--jobs",
        "1",
        "-o",
        "r.xlsx",
        "--time-limit",
        "1000",
        "--json",
    ]
    assert run(arguments) == 4
    out, err = capsys.readouterr()
    found = json.loads(out)
    statuses = {one["scenario"]: one["status"] for one in found["scenarios"]}
    assert statuses == {"base": "optimal", "no cap": "time_limit", "cheap offers": "time_limit"}
    assert found["status"] == "time_limit" and Path(found["output"]).is_file()
    assert "The time limit of 1000 s was reached: what was not solved" in err and "--resume goes on" in err
    solved.clear()
    assert run([*arguments[:-3], "--resume"]) == 0
    err = capsys.readouterr().err
    assert "base: optimal, solved before" in err and "no cap: optimal" in err
    assert not list(folder.glob(".*parts*"))
