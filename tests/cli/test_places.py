"""Where commands read and write: standard input and output, folders, several workbooks."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import floors
import floors.results.solve
from floors.cli.main import run
from floors.files.targets import is_ours
from tests.support.places import TOY
from tests.support.workbooks import contents, edit, said

pytestmark = pytest.mark.usefixtures("with_toy")
PROGRAM = [sys.executable, "-c", "from floors.cli.main import main; main()"]


def command(*arguments: str, folder: Path, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """The program in a process of its own, with bytes for its standard input."""
    return subprocess.run([*PROGRAM, *arguments], cwd=folder, input=given, capture_output=True, check=False)


# Standard output


def test_the_bytes_on_standard_output_are_those_of_the_file(folder: Path) -> None:
    assert run(["solve", "toy.xlsx", "-o", "r.xlsx", "--quiet"]) == 0
    before = contents(folder)
    done = command("solve", "toy.xlsx", "-o", "-", "-v", folder=folder)
    assert done.returncode == 0 and done.stdout == before["r.xlsx"]
    assert b"Written to standard output" in done.stderr and b"HiGHS" in done.stderr
    assert contents(folder) == before


@pytest.mark.parametrize(
    "arguments",
    [
        ["sweep", "toy.xlsx", "--cap", "0.9:0.8:2", "-o", "-"],
        ["diagnose", "toy.xlsx", "-o", "-"],
        ["template", "-"],
        ["check", "faulty.xlsx", "--mark", "-"],
    ],
)
def test_every_command_that_writes_a_workbook_can_write_it_there(arguments: list[str], folder: Path) -> None:
    (folder / "faulty.xlsx").write_bytes(TOY.read_bytes())
    edit(folder / "faulty.xlsx", demand={"F3": "ten"})
    before = contents(folder)
    done = command(*arguments, folder=folder)
    assert done.returncode == (2 if "check" in arguments else 0), done.stderr
    assert contents(folder) == before
    (folder / "there.xlsx").write_bytes(done.stdout)
    assert is_ours(folder / "there.xlsx") or arguments[0] in {"template", "check"}
    assert done.stdout.startswith(b"PK")


def test_a_report_and_differences_there(folder: Path) -> None:
    for name, rate in (("a.xlsx", "0.05"), ("b.xlsx", "0.06")):
        assert (
            run(["solve", "toy.xlsx", "--set", f"settings.discount_rate={rate}", "-o", name, "--quiet"]) == 0
        )
    done = command("compare", "a.xlsx", "b.xlsx", "-o", "-", "--quiet", folder=folder)
    assert done.returncode == 6 and done.stdout.startswith(b"PK")
    done = command("report", "a.xlsx", "-o", "-", folder=folder)
    assert done.returncode == 0 and done.stdout.rstrip().endswith(b"</html>")
    assert b"Report written to standard output" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["solve", "toy.xlsx", "-o", "-", "--json"], "--json"),
        (["check", "toy.xlsx", "--mark", "-", "--json"], "--json"),
        (["check", "toy.xlsx", "--mark", "-", "--format", "concise"], "--format"),
        (["solve", "toy.xlsx", "-o", "-", "--report"], "--report"),
        (["solve", "toy.xlsx", "--all", "-o", "-", "--resume"], "--resume"),
        (["sample", "toy.xlsx", "-o", "-", "--resume"], "--resume"),
        (["solve", "toy.xlsx", "toy.xlsx", "-o", "-"], "folder"),
    ],
)
def test_what_cannot_go_there_together_is_refused_before_anything_is_solved(
    arguments: list[str], words: str, folder: Path
) -> None:
    before = contents(folder)
    done = command(*arguments, folder=folder)
    assert (done.returncode, done.stdout) == (2, b"") and words.encode() in done.stderr
    assert b"plan" not in done.stderr and contents(folder) == before


def test_a_terminal_is_sent_no_bytes(folder: Path) -> None:
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [*PROGRAM, "solve", "toy.xlsx", "-o", "-"],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(theirs)
    os.close(ours)
    assert done.returncode == 2 and b"a terminal cannot show" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["solve", "toy.xlsx", "-o", "-", "--quiet"],
        ["check", "toy.xlsx", "--json"],
        ["--help"],
        ["--version"],
        ["solve", "--help"],
    ],
)
def test_standard_output_that_nobody_reads_is_one_line_and_exit_code_5(
    arguments: list[str], folder: Path
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [*PROGRAM, *arguments], cwd=folder, stdout=writing, stderr=subprocess.PIPE, check=False, text=True
    )
    os.close(writing)
    assert done.returncode == 5 and done.stderr.startswith("Standard output") and done.stderr.count("\n") == 1


def test_standard_output_that_is_closed_is_told(folder: Path) -> None:
    words = " ".join(f"'{word}'" for word in [*PROGRAM, "template", "-"])
    done = subprocess.run(
        ["sh", "-c", f"{words} >&-"], cwd=folder, stderr=subprocess.PIPE, check=False, text=True
    )
    assert done.returncode == 5 and done.stderr == "Standard output is closed: give -o FILE.\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("argument", ["schema", "--help"])
def test_standard_output_that_is_full_is_no_bug(argument: str, folder: Path) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*PROGRAM, argument], cwd=folder, stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 5 and done.stderr == b"Not all could be written: No space left on device.\n"


# Standard input


def test_a_workbook_through_standard_input(folder: Path) -> None:
    content = (folder / "toy.xlsx").read_bytes()
    done = command("solve", "-", "-o", "r.xlsx", "--quiet", folder=folder, given=content)
    assert done.returncode == 0 and said(folder / "r.xlsx", "workbook") == "stdin.xlsx"
    assert command("verify", "-", "r.xlsx", "--quiet", folder=folder, given=content).returncode == 0
    done = command("check", "-", "--format", "concise", folder=folder, given=b"no workbook")
    assert done.returncode == 2 and done.stdout.startswith(b"stdin.xlsx: not_excel")
    done = command("check", "-", folder=folder, given=content)
    assert done.returncode == 0 and b"stdin.xlsx: no errors" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [["solve", "-"], ["check", "-", "--format", "concise"], ["report", "-"], ["convert", "-", "x"]],
)
def test_of_standard_input_without_a_byte_no_file_is_told(arguments: list[str], folder: Path) -> None:
    before = contents(folder)
    done = command(*arguments, folder=folder)
    told = done.stdout + done.stderr
    assert done.returncode == 2 and told.startswith(b"standard input: ") and b"nothing was sent" in told
    assert b"stdin.xlsx" not in told and contents(folder) == before


def test_standard_input_without_a_byte_is_one_object_for_programs(folder: Path) -> None:
    done = command("check", "-", "--json", folder=folder)
    (problem,) = json.loads(done.stdout)["problems"]
    assert (done.returncode, problem["sheet"], problem["code"]) == (2, "standard input", "empty_file")


def test_standard_input_holds_one_workbook(folder: Path) -> None:
    done = command("check", "-", "-", folder=folder, given=(folder / "toy.xlsx").read_bytes())
    assert done.returncode == 2 and b"give - once" in done.stderr


# Folders and several workbooks


def test_a_folder_takes_results_under_their_usual_names(folder: Path) -> None:
    assert run(["solve", "toy.xlsx", "-o", "new/", "--quiet"]) == 0
    assert (folder / "new" / "toy-results.xlsx").is_file()
    assert run(["diagnose", "toy.xlsx", "-o", "new", "--quiet"]) == 0
    assert (folder / "new" / "toy-diagnosis.xlsx").is_file()


def test_of_several_each_is_solved_and_the_highest_exit_code_counts(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "other.xlsx").write_bytes(TOY.read_bytes())
    (folder / "bad.xlsx").write_text("no workbook")
    given = ["bad.xlsx", "toy.xlsx", "missing.xlsx", "other.xlsx"]
    assert run(["solve", *given, "-o", "all", "--json"]) == 2
    out, err = capsys.readouterr()
    found = [json.loads(line) for line in out.splitlines()]
    assert [one["workbook"] for one in found] == given
    assert [one["status"] for one in found] == ["failed", "optimal", "failed", "optimal"]
    assert set(contents(folder / "all")) == {"toy-results.xlsx", "other-results.xlsx"}
    assert (
        err.count("nothing was solved or written.") == 2
        and err.startswith("bad.xlsx: this is not")
        and "missing.xlsx: there is no file" in err
    )


def test_a_bug_with_one_stops_no_other(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "other.xlsx").write_bytes(TOY.read_bytes())
    solve = floors.results.solve.solve

    def broken(study: floors.Study, **how: Any) -> Any:
        if study.name == "toy":
            raise ZeroDivisionError("odd")
        return solve(study, **how)

    monkeypatch.setattr(floors.results.solve, "solve", broken)
    assert run(["solve", "toy.xlsx", "other.xlsx", "--quiet"]) == 1
    err = capsys.readouterr().err
    assert err.startswith("toy.xlsx: ZeroDivisionError: odd\nThis is a bug in floors.")
    assert (folder / "outputs" / "other-results.xlsx").is_file()


def test_of_several_that_are_well_the_exit_code_is_0(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "other.xlsx").write_bytes(TOY.read_bytes())
    assert run(["check", "toy.xlsx", "other.xlsx"]) == 0
    err = capsys.readouterr().err
    assert err.index("toy.xlsx:\n") < err.index("toy.xlsx: no errors") < err.index("other.xlsx:\n")
    edit(folder / "other.xlsx", demand={"D2": None, "D3": None, "D4": None}, processes={"F2": 1})
    assert run(["diagnose", "other.xlsx", "toy.xlsx", "--quiet"]) == 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["solve", "toy.xlsx", "new/toy.xlsx"], "one name"),
        (["solve", "toy.xlsx", "other.xlsx", "-o", "r.xlsx"], "is a folder"),
        (["check", "toy.xlsx", "other.xlsx", "--mark", "r.xlsx"], "is a folder"),
        (["solve", "toy.xlsx", "other.xlsx", "--report", "--figures", "f"], "pictures of one workbook"),
    ],
)
def test_what_would_be_written_to_one_place_is_refused(
    arguments: list[str], words: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(folder)
    assert run(arguments) == 2
    assert words in capsys.readouterr().err and contents(folder) == before
