"""The commands: what they write, what they print and where, and the exit code of everything that goes wrong."""

from __future__ import annotations

import errno
import gc
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import floors
import floors.certificate
import floors.files
import floors.result
import floors.run
from floors.cli import run

ROOT = Path(__file__).parents[1]
TOY = Path(__file__).parent / "cases" / "toy.xlsx"
COST = 14.488502626  # million, present value
YEARS = range(2026, 2034)
RESULT_SHEETS = {
    *("summary", "floors", "floor_parts", "prices", "sourcing", "shipments", "production", "investment"),
    *("stocks", "caps", "support", "accounts", "concentration", "certificate", "run"),
}
ENTRY = {
    *("scenario", "status", "total_cost", "uplift", "make_whole", "capped_share", "seconds", "message"),
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A working folder with the toy in it. The command switches off the collection of garbage: on again."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(TOY, tmp_path / "toy.xlsx")
    yield tmp_path
    gc.enable()


def edit(path: Path, **sheets: Any) -> None:
    """Change a workbook: cells by address, or a list of rows for a sheet of its own."""
    book = openpyxl.load_workbook(path)
    for name, content in sheets.items():
        if isinstance(content, list):
            if name in book.sheetnames:
                del book[name]
            sheet = book.create_sheet(name)
            for row in content:
                sheet.append(row)
        else:
            for cell, value in content.items():
                book[name][cell] = value
    book.save(path)


def table(path: Path, sheet: str) -> list[dict[str, Any]]:
    """Rows of a results sheet by column, units and titles above the header skipped."""
    rows = list(openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True))
    start = next(i for i, row in enumerate(rows) if row[0] in {"metric", "member", "key", "check"})
    return [dict(zip(rows[start], row, strict=True)) for row in rows[start + 1 :] if row[0] is not None]


def metric(path: Path, name: str) -> float:
    return next(row["value"] for row in table(path, "summary") if row["metric"] == name)


def said(path: Path, key: str) -> Any:
    return next(row["value"] for row in table(path, "run") if row["key"] == key)


def contents(folder: Path) -> dict[str, bytes | None]:
    """Every file and folder below, with its bytes."""
    return {
        str(path.relative_to(folder)): None if path.is_dir() else path.read_bytes()
        for path in folder.rglob("*")
    }


def foreign(path: Path) -> None:
    openpyxl.Workbook().save(path)


# solve


def test_solve_writes_to_outputs_under_the_working_folder(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["solve", "toy.xlsx"]) == 0
    written = folder / "outputs" / "toy-results.xlsx"
    assert set(contents(folder)) == {"toy.xlsx", "outputs", "outputs/toy-results.xlsx"}
    assert set(openpyxl.load_workbook(written).sheetnames) >= RESULT_SHEETS
    assert metric(written, "total_cost") == pytest.approx(COST)
    assert said(written, "scenario") == "base"
    out, err = capsys.readouterr()
    assert out == ""
    assert "Written to outputs/toy-results.xlsx" in err and "oxide: the floor goes from 63.95" in err


def test_the_working_folder_and_not_that_of_the_input_takes_the_result(folder: Path) -> None:
    (folder / "inputs").mkdir()
    shutil.move(folder / "toy.xlsx", folder / "inputs" / "mine.xlsx")
    assert run(["solve", "inputs/mine.xlsx", "--quiet"]) == 0
    assert (folder / "outputs" / "mine-results.xlsx").is_file()


def test_solve_to_a_name_given(folder: Path) -> None:
    assert run(["solve", "toy.xlsx", "-o", "deep/er/mine.xlsx", "--quiet"]) == 0
    assert metric(folder / "deep" / "er" / "mine.xlsx", "total_cost") == pytest.approx(COST)
    assert not (folder / "outputs").exists()


def test_a_result_of_ours_is_overwritten_without_asking_and_gives_the_same_bytes(folder: Path) -> None:
    assert run(["solve", "toy.xlsx", "-o", "mine.xlsx", "--quiet"]) == 0
    first = (folder / "mine.xlsx").read_bytes()
    edit(folder / "toy.xlsx", settings={"B3": 0.07})
    assert run(["solve", "toy.xlsx", "-o", "other.xlsx", "--quiet"]) == 0
    shutil.copy(TOY, folder / "toy.xlsx")
    assert run(["solve", "toy.xlsx", "-o", "mine.xlsx", "--quiet"]) == 0
    assert (folder / "mine.xlsx").read_bytes() == first


def test_solve_a_scenario(folder: Path) -> None:
    assert run(["template", "example.xlsx", "--example", "--quiet"]) == 0
    assert run(["solve", "example.xlsx", "-o", "base.xlsx", "--quiet"]) == 0
    assert run(["solve", "example.xlsx", "-o", "free.xlsx", "--scenario", "no cap", "--quiet"]) == 0
    assert said(folder / "free.xlsx", "scenario") == "no cap"
    assert metric(folder / "free.xlsx", "total_cost") < metric(folder / "base.xlsx", "total_cost")
    assert metric(folder / "free.xlsx", "levy_revenue") == 0 < metric(folder / "base.xlsx", "levy_revenue")


def test_scenario_base_is_the_workbook_as_it_stands(folder: Path) -> None:
    assert run(["solve", "toy.xlsx", "--scenario", "base", "-o", "one.xlsx", "--quiet"]) == 0
    assert run(["solve", "toy.xlsx", "-o", "other.xlsx", "--quiet"]) == 0
    assert (folder / "one.xlsx").read_bytes() == (folder / "other.xlsx").read_bytes()


def test_solve_with_a_model_of_a_file(folder: Path) -> None:
    assert run(["solve", "toy.xlsx", "--model", str(ROOT / "models" / "bloc.py"), "--quiet"]) == 0
    assert metric(folder / "outputs" / "toy-results.xlsx", "total_cost") == pytest.approx(COST)
    (folder / "mine.py").write_text(
        "import floors, pyomo.environ as pyo\n"
        "def build(case):\n"
        "    m = floors.build(case)\n"
        "    m.less = pyo.Constraint(expr=m.ship['CN', 'US', 'oxide', 2030] <= 0)\n"
        "    return m\n",
        encoding="utf-8",
    )
    assert run(["solve", "toy.xlsx", "--model", "mine.py", "--quiet"]) == 0
    rows = [
        list(row)
        for row in openpyxl.load_workbook(folder / "outputs" / "toy-results.xlsx")["sourcing"].iter_rows(
            values_only=True
        )
    ]
    assert any(row[0] == "US" and 2030 in row for row in rows)
    assert not any(row[0] == "US" and 2030 in row and "CN" in row for row in rows)


def test_ranges_are_asked_for(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(floors.run, "RANGE_LIMIT", 3)
    assert run(["solve", "toy.xlsx", "-o", "without.xlsx", "--quiet"]) == 0
    assert run(["solve", "toy.xlsx", "-o", "with.xlsx", "--quiet", "--ranges"]) == 0
    assert {row["lowest"] for row in table(folder / "without.xlsx", "floors")} == {None}
    for row in table(folder / "with.xlsx", "floors"):
        assert row["lowest"] == pytest.approx(row["floor"])


def test_force_overwrites_a_foreign_workbook(folder: Path) -> None:
    foreign(folder / "mine.xlsx")
    assert run(["solve", "toy.xlsx", "-o", "mine.xlsx", "--quiet", "--force"]) == 0
    assert metric(folder / "mine.xlsx", "total_cost") == pytest.approx(COST)


def test_json_is_one_object_and_nothing_else(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["solve", "toy.xlsx", "--json"]) == 0
    out, err = capfd.readouterr()
    assert out.count("\n") == 1
    found = json.loads(out)
    assert set(found) == {"status", "output", "scenarios"}
    assert found["status"] == "optimal"
    assert Path(found["output"]) == Path("outputs/toy-results.xlsx")
    (entry,) = found["scenarios"]
    assert set(entry) == ENTRY
    assert (entry["scenario"], entry["status"], entry["message"]) == ("base", "optimal", "")
    assert entry["total_cost"] == pytest.approx(COST, rel=1e-9)
    assert entry["uplift"] == entry["make_whole"] == 0
    assert entry["capped_share"] == pytest.approx(
        metric(folder / "outputs" / "toy-results.xlsx", "capped_share"), rel=1e-12
    )
    assert entry["seconds"] > 0
    assert "Written to" in err


def test_json_beside_the_log_and_without_messages(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["solve", "toy.xlsx", "--json", "-v", "--quiet"]) == 0
    out, err = capfd.readouterr()
    assert json.loads(out)["status"] == "optimal" and out.count("\n") == 1
    assert "Written" not in err


def test_quiet_says_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["solve", "toy.xlsx", "--quiet"]) == 0
    assert capfd.readouterr() == ("", "")


def test_verbose_shows_the_log_of_the_solver(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["solve", "toy.xlsx", "-v", "--quiet"]) == 0
    assert "HiGHS" in "".join(capfd.readouterr())


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

        monkeypatch.setattr(floors.run, "solve", solve)
        return PLAIN

    return prepare


def file_named(name: str, content: bytes, *arguments: str) -> Setup:
    """A file of that content, and arguments."""

    def prepare(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        (folder / name).write_bytes(content)
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
    check = floors.certificate.Check("plan: worst row violation (relative)", 0.5, 1e-7)
    monkeypatch.setattr(floors.result, "certify", lambda *_: [check])
    return PLAIN


def certificate_is_nan(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    check = floors.certificate.Check("money balance", float("nan"), 1e-9)
    monkeypatch.setattr(floors.result, "certify", lambda *_: [check])
    return PLAIN


def out_of_time(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    real = floors.run.solve
    monkeypatch.setattr(floors.run, "solve", lambda *a, **k: real(*a, **{**k, "time_limit": 0.0}))
    return PLAIN


def levies_do_not_settle(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    edit(folder / "toy.xlsx", floor_rules=rules("minimum", 90), processes={"E2": 40})
    monkeypatch.setattr(floors.run, "MOST_SOLVES", 1)
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

    monkeypatch.setattr(floors.files, "_flush", refuse)
    return PLAIN


Failure = tuple[Setup, int, str, str | None]
FAILURES: dict[str, Failure] = {  # how it comes about, exit code, words of the message, status under --json
    "a bug": (failing_solve(RuntimeError("two by two is five")), 1, "two by two is five", "failed"),
    "no such file": (lambda *_: ["solve", "nothing.xlsx"], 2, "there is no file nothing.xlsx", "failed"),
    "a folder as input": (lambda *_: ["solve", "."], 2, "folder", "failed"),
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
    "not built": (
        toy_with(
            contracts=[["process", "commodity", "strike", "payer", 2026], ["US_sep", "oxide", 90, "US", 1]]
        ),
        2,
        "contracts!E2: contracts for difference are not built yet",
        "failed",
    ),
    "an unknown option": (toy_to("--fast"), 2, "--fast", None),
    "an unknown scenario": (toy_to("--scenario", "storm"), 2, "no scenario 'storm'", "failed"),
    "two scenarios": (
        toy_to("--scenario", "base", "--scenario", "base"),
        2,
        "several scenarios",
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


def test_a_folder_that_takes_the_place_of_the_output(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Made by somebody after the last look at the target: found when the result is put in its place."""
    flush = floors.files._flush

    def then_a_folder(path: Path) -> None:
        flush(path)
        (folder / "result.xlsx").mkdir()

    monkeypatch.setattr(floors.files, "_flush", then_a_folder)
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
    for sheet in book:
        words = " ".join(
            str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None
        )
        assert "failed" in words.lower(), sheet.title


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


# check


def test_check_of_a_sound_workbook(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = contents(folder)
    assert run(["check", "toy.xlsx"]) == 0
    out, err = capsys.readouterr()
    assert out == "" and "no errors" in err
    assert contents(folder) == before


def test_check_lists_every_problem(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(folder / "toy.xlsx", demand={"F3": "ten", "G4": -1}, processes={"E3": True})
    before = contents(folder)
    assert run(["check", "toy.xlsx"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    for cell in ("demand!F3", "demand!G4", "processes!E3"):
        assert cell in err
    assert "Traceback" not in err and contents(folder) == before


def test_check_under_json(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "toy.xlsx", "--json"]) == 0
    out, err = capfd.readouterr()
    assert json.loads(out) == {"problems": []} and err == ""
    edit(folder / "toy.xlsx", demand={"F3": "ten"})
    assert run(["check", "toy.xlsx", "--json"]) == 2
    out, err = capfd.readouterr()
    found = json.loads(out)
    assert out.count("\n") == 1 and err == "" and set(found) == {"problems"}
    (problem,) = found["problems"]
    assert set(problem) == {"sheet", "cell", "value", "code", "level", "message", "hint"}
    assert [problem[k] for k in ("sheet", "cell", "value", "level")] == ["demand", "F3", "ten", "error"]
    assert problem["message"] and problem["hint"] and problem["code"]


def test_check_finds_what_shows_only_when_the_sheets_are_put_together(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    edit(
        folder / "toy.xlsx",
        caps=[["scope", "commodity", "basis", 2026], ["bloc", "concentrate", "demand", 0.5]],
    )
    assert run(["check", "toy.xlsx", "--json"]) == 2
    (problem,) = json.loads(capfd.readouterr().out)["problems"]
    assert (problem["sheet"], problem["cell"], problem["code"]) == ("caps", "B2", "cap_without_demand")


def test_check_with_warnings_alone_is_fine(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    book = openpyxl.load_workbook(folder / "toy.xlsx")
    book["demand"].row_dimensions[3].hidden = True
    book.save(folder / "toy.xlsx")
    assert run(["check", "toy.xlsx", "--json"]) == 0
    problems = json.loads(capfd.readouterr().out)["problems"]
    assert [problem["level"] for problem in problems] == ["warning"]


def test_check_of_no_file(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "nothing.xlsx", "--json"]) == 2
    (problem,) = json.loads(capfd.readouterr().out)["problems"]
    assert "nothing.xlsx" in problem["message"]


def test_quiet_check_tells_by_its_code(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "toy.xlsx", "--quiet"]) == 0
    edit(folder / "toy.xlsx", demand={"F3": "ten"})
    assert run(["check", "toy.xlsx", "--quiet"]) == 2
    assert capfd.readouterr() == ("", "")


# template


def test_template_blank(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["template", "study.xlsx"]) == 0
    assert {"settings", "years", "regions", "demand", "caps"} <= set(
        openpyxl.load_workbook(folder / "study.xlsx").sheetnames
    )
    out, err = capsys.readouterr()
    assert out == "" and "Written to study.xlsx" in err
    assert run(["check", "study.xlsx"]) == 2  # there is nothing in it yet
    assert "sheet regions has no rows" in " ".join(capsys.readouterr().err.split())


def test_template_example_checks_and_solves(folder: Path) -> None:
    assert run(["template", "study.xlsx", "--example", "--quiet"]) == 0
    assert run(["check", "study.xlsx", "--quiet"]) == 0
    assert run(["solve", "study.xlsx", "--quiet"]) == 0
    assert metric(folder / "outputs" / "study-results.xlsx", "total_cost") > 0


def test_template_refuses_to_overwrite(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = contents(folder)
    assert run(["template", "toy.xlsx"]) == 2
    assert "toy.xlsx exists" in capsys.readouterr().err and contents(folder) == before
    assert run(["template", "toy.xlsx", "--force", "--quiet"]) == 0
    assert (folder / "toy.xlsx").read_bytes() != before["toy.xlsx"]


@pytest.mark.parametrize(
    ("target", "code", "words"),
    [("study.csv", 2, "ends in .xlsx"), ("toy.xlsx/study.xlsx", 5, "is not a folder"), (".", 2, "exists")],
)
def test_template_where_it_cannot_be(
    target: str, code: int, words: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(folder)
    assert run(["template", target]) == code
    assert words in capsys.readouterr().err and contents(folder) == before


# The program itself


@pytest.mark.parametrize("arguments", [["--help"], ["solve", "--help"], ["--version"], ["template", "-h"]])
def test_help_and_version(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 0
    out, err = capsys.readouterr()
    assert err == "" and ("Usage: floors" in out or floors.__version__ in out)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["dance"], "No such command"), (["solve"], "Missing argument"), (["solve", "a", "b"], "unexpected")],
)
def test_wrong_usage(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 2
    out, err = capsys.readouterr()
    assert out == "" and words in err and "Traceback" not in err


def command(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """The installed program in a process of its own."""
    words = [sys.executable, "-c", "from floors.cli import main; main()", *arguments]
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)


def test_in_a_process_of_its_own(folder: Path) -> None:
    done = command("solve", "toy.xlsx", "--json", folder=folder)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["scenarios"][0]["total_cost"] == pytest.approx(COST)
    assert done.stdout.count("\n") == 1
    assert metric(folder / "outputs" / "toy-results.xlsx", "total_cost") == pytest.approx(COST)


def test_exit_codes_reach_the_shell(folder: Path) -> None:
    missing = command("solve", "nothing.xlsx", folder=folder)
    assert (missing.returncode, missing.stdout) == (2, "") and "Traceback" not in missing.stderr
    edit(folder / "toy.xlsx", **TOO_LITTLE)
    short = command("solve", "toy.xlsx", folder=folder)
    assert (short.returncode, short.stdout) == (3, "") and "Traceback" not in short.stderr
