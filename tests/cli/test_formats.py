"""Problems as other programs read them, colours, and what `floors --help` says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import floors
from floors.cli.formats import concise, github
from floors.cli.main import cli, run
from floors.errors import Problem
from tests.support.workbooks import edit

pytestmark = pytest.mark.usefixtures("with_toy")
ODD = Problem("a, b", "D5", 7, "50 % of\nit: no.", "Mend it.", "odd", "warning")


def test_a_line_for_each_problem(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(folder / "toy.xlsx", demand={"F3": "ten"}, caps={"F2": 7})
    assert run(["check", "toy.xlsx", "--format", "concise"]) == 2
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert err == "" and len(lines) == 2
    assert all(re.fullmatch(r"toy\.xlsx:\w+![A-Z]+\d+: [a-z_]+ .+", line) for line in lines), lines
    assert any(line.startswith("toy.xlsx:demand!F3: not_a_number expected") for line in lines)
    assert concise("toy.xlsx", ODD) == "toy.xlsx:a, b!D5: odd warning: 50 % of it: no. Mend it."
    assert (
        concise("in/a.xlsx", Problem("a.xlsx", "", None, "gone.", "", "no_file"))
        == "in/a.xlsx: no_file gone."
    )


def test_annotations_of_a_workflow(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(folder / "toy.xlsx", demand={"F3": "ten"})
    assert run(["check", "toy.xlsx", "--format", "github"]) == 2
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("::error file=toy.xlsx,title=not_a_number demand!F3::demand!F3: expected a number")
    assert github("x:y.xlsx", ODD) == (
        "::warning file=x%3Ay.xlsx,title=odd a%2C b!D5::a, b!D5: 50 %25 of%0Ait: no. Mend it."
    )


def test_of_a_folder_the_file_and_its_line_are_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    floors.read(folder / "toy.xlsx").to_folder(folder / "all")
    path = folder / "all" / "demand.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[2] = ",".join([*lines[2].split(",")[:-2], "ten", ""])
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert run(["check", "all", "--format", "concise"]) == 2
    assert run(["check", "all", "--format", "github"]) == 2
    first, second = capsys.readouterr().out.splitlines()
    assert re.match(r"all/demand\.csv:3: not_a_number column \d{4}: expected a number", first), first
    assert second.startswith("::error file=all/demand.csv,line=3,title=not_a_number demand.csv%2C line 3"), (
        second
    )
    assert (
        run(["check", "all", "--format", "concise", "--set", "demand!F3=5", "--set", "demand.2026=many"]) == 2
    )
    assert capsys.readouterr().out.startswith(
        "all:--set demand.2026=many (demand.csv, lines 2 to 4, column 2026)"
    )


def test_without_problems_nothing_is_on_standard_output(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for form in ("concise", "github", "table"):
        assert run(["check", "toy.xlsx", "--format", form]) == 0
        assert capsys.readouterr().out == ""
    assert run(["check", "toy.xlsx", "--format", "json"]) == 0
    assert capsys.readouterr().out == '{"workbook": "toy.xlsx", "problems": []}\n'
    assert run(["check", "toy.xlsx", "--format", "github", "--json"]) == 2


@pytest.mark.parametrize(
    ("variables", "coloured"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ({"FORCE_COLOR": ""}, False),
    ],
)
def test_colours_as_the_environment_asks(
    variables: dict[str, str],
    coloured: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("FORCE_COLOR", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert run(["solve", "missing.xlsx"]) == 2
    assert ("\x1b[" in capsys.readouterr().err) == coloured


@pytest.mark.parametrize("width", ["60", "80", "120"])
def test_help_lists_each_command_once_and_cuts_no_text(
    width: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", width)
    assert run(["--help"]) == 0
    out = capsys.readouterr().out
    assert "..." not in out.partition("Commands:")[2] and "_FLOORS_COMPLETE=zsh_source" in out
    listed = re.findall(r"^  ([a-z]+)  ", out.partition("Commands:")[2], re.MULTILINE)
    assert listed == [*cli.commands]
    for command in cli.commands.values():
        assert command.short_help and command.short_help.endswith(".")


@pytest.mark.parametrize("command", ["", *cli.commands])
def test_help_fits_a_terminal_of_80_characters(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert run([*command.split(), "--help"]) == 0
    assert [line for line in capsys.readouterr().out.splitlines() if len(line) > 80] == []


@pytest.mark.parametrize(
    "command",
    [
        name
        for name, one in cli.commands.items()
        if any(parameter.name == "workbooks" for parameter in one.params)
    ],
)
def test_what_reads_an_input_takes_values_for_its_cells_and_what_solves_a_time_limit(command: str) -> None:
    options = {option for parameter in cli.commands[command].params for option in parameter.opts}
    assert "--set" in options
    assert ("--time-limit" in options) == (command != "check")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_there_as_help_tells(
    shell: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("_FLOORS_COMPLETE", f"{shell}_complete")
    words = {"bash": "floors ver", "zsh": "floors ver", "fish": "ver"}[shell]
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", "ver" if shell == "fish" else "1")
    with pytest.raises(SystemExit):
        run([])
    assert "verify" in capsys.readouterr().out
