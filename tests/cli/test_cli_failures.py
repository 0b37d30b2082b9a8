"""Everything that can go wrong in `floors solve`: exit code, words, what is printed where, no file touched."""

from __future__ import annotations

import errno
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import floors
import floors.files.targets
import floors.results.result
import floors.results.solve
import floors.solving.certificate
import floors.solving.minimum
from floors.cli.main import run
from tests.support.books import unmarked
from tests.support.workbooks import contents, edit, foreign, metric, table

COST = 14.488502626  # million, present value
YEARS = range(2026, 2034)
ENTRY = {"scenario", "status", "total_cost", "uplift", "make_whole", "capped_share", "seconds", "message"}
pytestmark = pytest.mark.usefixtures("with_toy")


# What goes wrong


Setup = Callable[[Path, pytest.MonkeyPatch], list[str]]
PLAIN = ["solve", "toy.xlsx", "-o", "result.xlsx"]


def toy_with(**sheets: Any) -> Setup:
    """The toy with cells or sheets changed."""

    def prepare(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        edit(folder / "toy.xlsx", **sheets)
        return PLAIN

    return prepare


def toy_to(*arguments: str) -> Setup:
    """The toy as it is, with other arguments."""
    return lambda folder, monkeypatch: ["solve", "toy.xlsx", *arguments]


TOO_LITTLE: dict[str, Any] = {  # all demand must be met, and the capped origin makes next to nothing
    "demand": {"D2": None, "D3": None, "D4": None},
    "processes": {"F2": 1},
}


def rules(rule: str, value: float) -> list[list[Any]]:
    """Sheet floor_rules with one rule for oxide in every year."""
    return [["commodity", "rule", *YEARS], ["oxide", rule, *[value] * len(YEARS)]]


def failing_solve(error: BaseException) -> Setup:
    """`solve` raises."""

    def prepare(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        def solve(*_: Any, **__: Any) -> None:
            raise error

        monkeypatch.setattr(floors.results.solve, "solve", solve)
        return PLAIN

    return prepare


def file_named(name: str, content: bytes, *arguments: str) -> Setup:
    """A file of that content, and arguments."""

    def prepare(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        (folder / name).write_bytes(content)
        monkeypatch.setattr(
            sys, "dont_write_bytecode", True
        )  # Python keeps what it imports, compiled, beside it
        return list(arguments)

    return prepare


def onto_a_foreign_workbook(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    foreign(folder / "result.xlsx")
    return PLAIN


def onto_a_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    (folder / "result.xlsx").mkdir()
    return PLAIN


def over_budget(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    edit(
        folder / "toy.xlsx",
        floor_rules=rules("maximum", 100),
        settings={"A5": "support_budget", "B5": 0.001},
    )
    return PLAIN


def certificate_fails(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    check = floors.solving.certificate.Check("plan: worst row violation (relative)", 0.5, 1e-7)
    monkeypatch.setattr(floors.results.result, "certify", lambda *_: [check])
    return PLAIN


def certificate_is_nan(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    check = floors.solving.certificate.Check("money balance", float("nan"), 1e-9)
    monkeypatch.setattr(floors.results.result, "certify", lambda *_: [check])
    return PLAIN


def out_of_time(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    real = floors.results.solve.solve
    monkeypatch.setattr(floors.results.solve, "solve", lambda *a, **k: real(*a, **{**k, "time_limit": 0.0}))
    return PLAIN


def levies_do_not_settle(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    edit(folder / "toy.xlsx", floor_rules=rules("minimum", 90), processes={"E2": 40})
    monkeypatch.setattr(floors.solving.minimum, "MOST_SOLVES", 1)
    monkeypatch.setattr(floors.solving.minimum, "MOST_CAREFUL", 0)
    return PLAIN


def folder_is_not_writable(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What an ordinary user meets; tests may run as root, whom permissions do not stop."""
    (folder / "shut").mkdir()
    opened = os.open

    def refuse(path: Any, *rest: Any, **more: Any) -> int:
        if Path(path).parent == folder / "shut":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return opened(path, *rest, **more)

    monkeypatch.setattr(os, "open", refuse)
    return ["solve", "toy.xlsx", "-o", "shut/result.xlsx"]


def disk_is_full(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    def refuse(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(floors.files.targets, "_flush", refuse)
    return PLAIN


Failure = tuple[Setup, int, str, str | None]
FAILURES: dict[str, Failure] = {  # how it comes about, exit code, words of the message, status under --json
    "a bug": (failing_solve(RuntimeError("two by two is five")), 1, "two by two is five", "failed"),
    "no such file": (lambda *_: ["solve", "nothing.xlsx"], 2, "there is no file nothing.xlsx", "failed"),
    "a folder as input": (lambda *_: ["solve", "."], 2, ".: the folder holds no tables", "failed"),
    "not a workbook": (
        file_named("text.xlsx", b"region,role\nUS,member\n", "solve", "text.xlsx"),
        2,
        "not an Excel workbook",
        "failed",
    ),
    "a bad cell": (toy_with(demand={"F3": "ten"}), 2, "demand!F3", "failed"),
    "a sheet of another name": (toy_with(procesess=[["process"]]), 2, "procesess", "failed"),
    "sheets that contradict each other": (
        toy_with(caps=[["scope", "commodity", "basis", 2026], ["bloc", "concentrate", "demand", 0.5]]),
        2,
        "caps!B2",
        "failed",
    ),
    "an unknown option": (toy_to("--fast"), 2, "--fast", None),
    "an unknown scenario": (toy_to("--scenario", "storm"), 2, "no scenario 'storm'", "failed"),
    "all scenarios and one": (toy_to("--all", "--scenario", "base"), 2, "leave out --scenario", "failed"),
    "an unknown scenario among several": (
        toy_to("--scenario", "base", "--scenario", "storm"),
        2,
        "no scenario 'storm'",
        "failed",
    ),
    "output is the input": (toy_to("-o", "./toy.xlsx"), 2, "is the input workbook", "failed"),
    "output is the input, forced": (toy_to("-o", "toy.xlsx", "--force"), 2, "is the input", "failed"),
    "output is no workbook": (toy_to("-o", "result.csv"), 2, "ends in .xlsx", "failed"),
    "output is a folder": (onto_a_folder, 2, "is a folder", "failed"),
    "output is a foreign workbook": (onto_a_foreign_workbook, 2, "--force", "failed"),
    "no such model": (toy_to("--model", "mine.py"), 2, "found none at mine.py", "failed"),
    "a model without build": (
        file_named("mine.py", b"x = 1\n", "solve", "toy.xlsx", "--model", "mine.py"),
        2,
        "no function build",
        "failed",
    ),
    "a model that is no Python": (
        file_named("mine.txt", b"x = 1\n", "solve", "toy.xlsx", "--model", "mine.txt"),
        2,
        "ends in .py",
        "failed",
    ),
    "infeasible": (toy_with(**TOO_LITTLE), 3, "no solution obeys every row", "infeasible"),
    "over budget": (over_budget, 3, "support_budget", "over_budget"),
    "unbounded": (toy_with(processes={"E2": -5, "F2": None}), 4, "no bound", "unbounded"),
    "certificate failed": (certificate_fails, 4, "certificate failed", "failed"),
    "certificate is no number": (certificate_is_nan, 4, "certificate failed", "failed"),
    "time limit": (out_of_time, 4, "time limit", "time_limit"),
    "not converged": (levies_do_not_settle, 4, "did not settle", "not_converged"),
    "a file where a folder should be": (
        file_named("shut", b"", "solve", "toy.xlsx", "-o", "shut/result.xlsx"),
        5,
        "is not a folder",
        "failed",
    ),
    "folder not writable": (folder_is_not_writable, 5, "Permission denied", "failed"),
    "open in another program": (file_named("~$result.xlsx", b"", *PLAIN), 5, "open in another", "failed"),
    "disk full": (disk_is_full, 5, "No space left", "failed"),
    "interrupted": (failing_solve(KeyboardInterrupt()), 130, "Interrupted", None),
}
OUR_FAULT = {name for name, failure in FAILURES.items() if failure[1] == 1}


@pytest.mark.parametrize("name", FAILURES)
def test_failure(
    name: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The exit code and words of a failure; nothing on standard output, no traceback, no file touched."""
    prepare, code, words, _ = FAILURES[name]
    arguments = prepare(folder, monkeypatch)
    before = contents(folder)
    assert run(arguments) == code
    out, err = capfd.readouterr()
    assert out == ""
    assert words in " ".join(err.split())
    assert "Traceback" not in err
    assert ("report it" in err) is (name in OUR_FAULT)
    assert contents(folder) == before


@pytest.mark.parametrize("name", [name for name, failure in FAILURES.items() if failure[3]])
def test_failure_under_json(
    name: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Standard output still holds one object, with the status of the contract and the message."""
    prepare, code, words, status = FAILURES[name]
    arguments = [*prepare(folder, monkeypatch), "--json", "--quiet"]
    before = contents(folder)
    assert run(arguments) == code
    out, err = capfd.readouterr()
    found = json.loads(out)
    assert out.count("\n") == 1
    assert (found["status"], found["output"]) == (status, None)
    (entry,) = found["scenarios"]
    assert set(entry) == ENTRY
    assert entry["status"] == status and words in entry["message"]
    assert entry["total_cost"] is entry["uplift"] is entry["make_whole"] is entry["capped_share"] is None
    assert "Traceback" not in err and words in " ".join(err.split())  # errors are never silenced
    assert contents(folder) == before


@pytest.mark.parametrize("name", ["a bug", "a bad cell", "infeasible", "folder not writable"])
def test_debug_shows_a_traceback(
    name: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    prepare, code, words, _ = FAILURES[name]
    assert run([*prepare(folder, monkeypatch), "--debug"]) == code
    out, err = capfd.readouterr()
    assert out == "" and "Traceback (most recent call last)" in err and words in " ".join(err.split())


@pytest.mark.parametrize("name", ["infeasible", "certificate failed", "folder not writable", "interrupted"])
def test_an_earlier_result_survives_a_failure(
    name: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare, code, _, _ = FAILURES[name]
    arguments = prepare(folder, monkeypatch)
    target = folder / arguments[-1]
    earlier = b"an earlier result"
    target.write_bytes(earlier)
    assert run([*arguments, "--force"]) == code
    assert target.read_bytes() == earlier


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, failure in FAILURES.items()
        if name.startswith("output") or (failure[1] == 5 and name != "disk full")
    ],
)
def test_a_bad_target_is_found_before_anything_is_solved(
    name: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = FAILURES[name][0](folder, monkeypatch)
    monkeypatch.setattr(floors.results.solve, "solve", lambda *_, **__: pytest.fail("solved"))
    assert run(arguments) == FAILURES[name][1]


def test_a_folder_that_takes_the_place_of_the_output(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Made by somebody after the last look at the target: found when the result is put in its place."""
    flush = floors.files.targets._flush

    def then_a_folder(path: Path) -> None:
        flush(path)
        (folder / "result.xlsx").mkdir()

    monkeypatch.setattr(floors.files.targets, "_flush", then_a_folder)
    assert run(PLAIN) == 5
    out, err = capfd.readouterr()
    assert out == "" and "result.xlsx could not be written" in err and "Traceback" not in err
    assert set(contents(folder)) == {"toy.xlsx", "result.xlsx"} and (folder / "result.xlsx").is_dir()


def test_an_output_that_cannot_be_replaced_is_kept_beside_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Open in Excel on Windows: exit code 5, and both the words and the object name the file kept."""
    foreign(folder / "result.xlsx")
    before = (folder / "result.xlsx").read_bytes()
    replace = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if Path(target).name == "result.xlsx":
            raise PermissionError(errno.EACCES, "in use")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    assert run([*PLAIN, "--force", "--json"]) == 5
    out, err = capfd.readouterr()
    kept = Path(json.loads(out)["output"])
    assert kept.name == "result-1.xlsx" and kept.name in err
    assert metric(kept, "total_cost") == pytest.approx(COST)
    assert (folder / "result.xlsx").read_bytes() == before


def test_a_failed_certificate_is_kept_only_where_accepted_and_marked_on_every_sheet(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    certificate_fails(folder, monkeypatch)
    run([*PLAIN, "--json", "--quiet", "--accept-failed"])
    assert json.loads(capfd.readouterr().out)["status"] == "failed"
    book = openpyxl.load_workbook(folder / "result.xlsx")
    assert unmarked(book) == []


def test_a_minimum_settles_where_there_are_solves_enough(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The study of `not converged` is sound: only the patch makes it fail."""
    levies_do_not_settle(folder, monkeypatch)
    monkeypatch.undo()
    monkeypatch.chdir(folder)
    assert run([*PLAIN, "--quiet"]) == 0
    floor = [row["floor"] for row in table(folder / "result.xlsx", "floors")]
    assert min(floor) >= 90 - 0.011


def test_every_problem_is_said_at_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(folder / "toy.xlsx", demand={"F3": "ten", "G4": -1}, processes={"E3": True})
    assert run(PLAIN) == 2
    err = capsys.readouterr().err
    assert "demand!F3" in err and "demand!G4" in err and "processes!E3" in err
    assert "3 problems; nothing was solved or written." in err
