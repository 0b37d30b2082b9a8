"""A result made again: from the input that it holds or that is given, with the options that it records."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import floors
from floors.cli.main import run
from floors.excel.embedded import PIECE, Embedded, embedded, taken_out
from floors.many import solve_many
from floors.reproducing.recorded import OPTIONS
from tests.support import studies
from tests.support.studies import table

SHEETS = {
    "caps": studies.cap("bloc", "oxide", "demand", 0.5),
    "scenarios": table(
        "scenario description probability known_from",
        ("dear", "US works cost more", None, None),
        ("shut", "China sells nothing", 0.2, 2026),
    ),
    "changes": table(
        "scenario sheet where column change value",
        ("dear", "processes", "process=US works", "unit_cost", "set", 90),
        ("shut", "processes", "process=CN works", "unit_cost", "set", 150),
    ),
    "uncertainty": table(
        "sheet where column low high", ("processes", "process=US works", "unit_cost", 0.9, 1.1)
    ),
}


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """China at 50, the US at 80, at most half of the oxide from China, two scenarios, an uncertain cost."""
    return studies.study(**SHEETS).to_excel(tmp_path_factory.mktemp("input") / "study.xlsx")


CALLS: dict[str, list[str]] = {
    "solve": ["--scenario", "dear", "--ranges"],
    "solve of several": ["--scenario", "dear", "--scenario", "shut"],
    "solve of all": ["--all"],
    "sweep": ["--cap", "0.9:0.3:3", "--scenario", "dear"],
    "sweep of answers": ["--cap", "0.9:0.5:2", "--offer", "CN:0.8:1.2:2"],
    "alternatives": ["--within", "0.02"],
    "tornado": ["--floor", "US/*/2026"],
    "sample": ["--n", "3", "--seed", "7"],
    "coalition": ["--members", "US,JP"],
    "coalition of candidates": ["--candidates", "AU"],
    "risk": ["--aversion", "0.5"],
    "priorities": ["--n", "2"],
    "diagnose": ["--scenario", "dear"],
}


@pytest.mark.parametrize("call", CALLS)
def test_what_every_command_writes_is_made_again(
    call: str, workbook: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With other options than those there are where none are given, which are read out of the result alone."""
    path, command = tmp_path / "result.xlsx", call.split()[0]
    assert run([command, str(workbook), *CALLS[call], "--embed", "--quiet", "-o", str(path)]) == 0
    capsys.readouterr()
    assert run(["reproduce", str(path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["same"] and found["equal"] and found["compared"] > 3 and found["command"] == command
    assert found["changed"] == found["assumed"] == found["added"] == []
    assert found["made_with"] == found["runs_with"] and found["made_with"]["floors"] == floors.__version__


def test_every_command_that_writes_results_is_tried() -> None:
    assert {call.split()[0] for call in CALLS} == OPTIONS.keys() - {"solve_many"}


def test_several_studies_of_one_workbook_are_made_again(workbook: Path, tmp_path: Path) -> None:
    study = floors.read(workbook)
    path = solve_many({"as it is": study, "other": study.scenario("dear")}).to_excel(tmp_path / "r.xlsx")
    found = floors.reproduce(path, study)
    assert found.same and found.options == {"studies": {"as it is": "base", "other": "dear"}}


def test_studies_of_no_workbook_record_no_call(tmp_path: Path) -> None:
    made = solve_many({"a": studies.study(**SHEETS), "b": studies.study()})
    keys = {row[1] for row in made.rows("run")}
    assert "command" not in keys and "floors" in keys


def test_a_program_reproduces_what_it_wrote(workbook: Path, tmp_path: Path) -> None:
    study = floors.read(workbook)
    path = floors.sweep(study, iter([0.9, 0.4])).to_excel(tmp_path / "r.xlsx", embed=True)
    found = floors.reproduce(path)
    assert found.same and found.options == {"caps": [0.9, 0.4]}
    assert found.sentences[0].startswith(f"Made by floors {floors.__version__} (source revision ")


def test_results_in_a_folder_are_made_again(workbook: Path, tmp_path: Path) -> None:
    """As text: TRUE and numbers among what is recorded are told from texts."""
    folder = floors.solve(floors.read(workbook), ranges=True).to_folder(tmp_path / "results")
    found = floors.reproduce(folder, workbook)
    assert found.same and found.options == {"ranges": True}


def test_what_a_time_limit_left_out_is_told(workbook: Path, tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    assert (
        run(["solve", str(workbook), "--all", "--time-limit", "0", "--embed", "--quiet", "-o", str(path)])
        == 4
    )
    found = floors.reproduce(path)
    assert found.assumed == ("r.xlsx was cut short by a time limit; it is made again without one",)
    assert not found.same and not found.changed
    whole = tmp_path / "whole.xlsx"
    assert run(["solve", str(workbook), "--all", "--embed", "--quiet", "-o", str(whole)]) == 0
    assert run(["reproduce", str(whole), "--time-limit", "0", "--quiet"]) == 4


def test_what_was_set_in_place_of_cells_is_set_again(workbook: Path, tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    options = ["--set", "processes[process=US works].unit_cost=70", "--set", "caps[commodity=oxide].2026=0.4"]
    assert run(["solve", str(workbook), *options, "--embed", "--quiet", "-o", str(path)]) == 0
    assert floors.reproduce(path).same
    study = floors.read(workbook)
    assert floors.reproduce(path, study).same
    with pytest.raises(
        floors.UsageError, match=r"made with --set processes.*, and this study has --set caps\["
    ):
        floors.reproduce(path, study.set("caps[commodity=oxide].2026", 0.3))
    edited(path, "set 2", "caps[commodity=oxide].2026=0.3")
    found = floors.reproduce(path)
    assert found.comparison.differences and found.changed
    edited(path, "set 2", "caps[commodity=gold].2026=0.3")
    with pytest.raises(floors.InputError, match=r"gold"):
        floors.reproduce(path)


def edited(path: Path, key: str, value: str) -> None:
    """Put another value beside a key of sheet run."""
    book = openpyxl.load_workbook(path)
    (row,) = [row for row in book["run"].iter_rows(min_row=2) if row[0].value == key]
    row[1].value = value
    book.save(path)


@pytest.fixture(scope="module")
def swept(workbook: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A sweep that holds its input."""
    path = tmp_path_factory.mktemp("swept") / "swept.xlsx"
    floors.sweep(floors.read(workbook), "0.9:0.5:2").to_excel(path, embed=True)
    return path.read_bytes()


def test_a_changed_option_is_told_and_its_numbers_differ(
    swept: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "swept.xlsx"
    path.write_bytes(swept)
    edited(path, "option caps", "0.9:0.4:2")
    assert run(["reproduce", str(path)]) == 6
    said = capsys.readouterr().err
    assert "Sheet run was changed since: the fingerprint of its options is another." in said
    assert "differ" in said


def test_a_changed_record_is_told_where_all_numbers_are_the_same(
    swept: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "swept.xlsx"
    path.write_bytes(swept)
    edited(path, "highspy", "1.0.0")
    assert run(["reproduce", str(path)]) == 6
    said = capsys.readouterr().err
    assert "the fingerprint of its record is another" in said and "no differences" in said
    assert "highspy 1.0.0 then" in said


WRONG: dict[str, tuple[str, str, str]] = {
    "a command of another version": (
        "command",
        "haggle",
        "made by 'haggle', which this version does not know",
    ),
    "no number": ("option caps", "[0.9,", "records '[0.9,' for the option caps of floors sweep"),
    "no scenario": ("scenario", "gone", "there is no scenario 'gone'"),
    "another input": ("workbook sha256", "ab" * 32, "has the fingerprint abababababab, and this one has"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_cannot_be_applied_is_told(
    wrong: str, swept: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key, value, said = WRONG[wrong]
    path = tmp_path / "swept.xlsx"
    path.write_bytes(swept)
    edited(path, key, value)
    assert run(["reproduce", str(path), "--quiet"]) == 2
    assert said in capsys.readouterr().err


def test_an_option_of_another_version_is_told(
    swept: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "swept.xlsx"
    path.write_bytes(swept)
    book = openpyxl.load_workbook(path)
    book["run"].append(["option taste", "sweet", None])
    book.save(path)
    assert run(["reproduce", str(path), "--quiet"]) == 2
    assert (
        "with the option 'taste' of floors sweep, which this version does not know" in capsys.readouterr().err
    )


def test_without_an_input_it_says_how_to_name_it(
    workbook: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "r.xlsx"
    assert run(["solve", str(workbook), "--quiet", "-o", str(path)]) == 0
    assert run(["reproduce", str(path), "--quiet"]) == 2
    assert "floors reproduce r.xlsx study.xlsx" in capsys.readouterr().err
    other = studies.study().to_excel(tmp_path / "other.xlsx")
    assert run(["reproduce", str(path), str(other), "--quiet"]) == 2
    assert "other.xlsx: the input of r.xlsx has the fingerprint" in capsys.readouterr().err
    with pytest.raises(floors.InputError) as refused:
        floors.reproduce(path, other)
    assert [problem.code for problem in refused.value.problems] == ["other_input"]
    assert run(["reproduce", str(path), str(workbook), "--quiet"]) == 0


def test_a_model_of_ones_own_is_asked_for(
    workbook: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own, other = tmp_path / "own.py", tmp_path / "other.py"
    own.write_text("from floors import build\n", encoding="utf-8")
    other.write_text("from floors import build  # another\n", encoding="utf-8")
    path = tmp_path / "r.xlsx"
    assert run(["solve", str(workbook), "--model", str(own), "--embed", "--quiet", "-o", str(path)]) == 0
    assert run(["reproduce", str(path), "--quiet"]) == 2
    assert "made with the model own.py: give it, floors reproduce --model own.py" in capsys.readouterr().err
    assert run(["reproduce", str(path), "--quiet", "--model", str(other)]) == 2
    assert "another model than this one" in capsys.readouterr().err
    assert run(["reproduce", str(path), "--quiet", "--model", str(own)]) == 0
    plain = tmp_path / "plain.xlsx"
    assert run(["solve", str(workbook), "--embed", "--quiet", "-o", str(plain)]) == 0
    assert run(["reproduce", str(plain), "--quiet", "--model", str(own)]) == 2
    assert "made with the standard model" in capsys.readouterr().err


def test_a_result_whose_numbers_were_changed_differs(swept: bytes, tmp_path: Path) -> None:
    path = tmp_path / "swept.xlsx"
    path.write_bytes(swept)
    book = openpyxl.load_workbook(path)
    cell = book["sweep"]["D2"]
    assert isinstance(cell.value, int | float)
    cell.value += 1
    book.save(path)
    found = floors.reproduce(path)
    assert not found.same and [(one.sheet, one.difference) for one in found.comparison.differences] == [
        ("sweep", pytest.approx(-1))
    ]


def cells_of(path: Path) -> dict[tuple[int, int], Any]:
    """The cells of sheet embedded."""
    page = openpyxl.load_workbook(path)["embedded"]
    return {(cell.row, cell.column): cell.value for row in page.iter_rows() for cell in row}


def test_the_input_lies_in_a_hidden_sheet_byte_for_byte(workbook: Path, swept: bytes, tmp_path: Path) -> None:
    path = tmp_path / "swept.xlsx"
    path.write_bytes(swept)
    assert openpyxl.load_workbook(path)["embedded"].sheet_state == "hidden"
    assert taken_out(cells_of(path), path.name) == {"study.xlsx": workbook.read_bytes()}


def test_pieces_come_together_in_any_order() -> None:
    files = {"a.csv": bytes(range(256)) * 400, "b.csv": b""}
    rows = Embedded(files, folder=True).rows()
    assert [(row.file, row.part) for row in rows] == [
        *(("a.csv", part) for part in range(1, -(-102_400 // PIECE) + 1)),
        ("b.csv", 1),
    ]
    assert max(len(row.content) for row in rows) == 30_000
    cells = {
        (line, place): cell for line, row in enumerate(reversed(rows), 2) for place, cell in enumerate(row, 1)
    }
    assert taken_out(cells, "r.xlsx") == files


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (4, "UEsDB", "is no base64"),
        (4, "UEsD", "has another fingerprint"),
        (1, "../study.xlsx", "is no name of a file"),
        (2, "first", "it holds no file"),
    ],
)
def test_a_damaged_input_is_told(
    place: int, value: str, said: str, swept: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "swept.xlsx"
    path.write_bytes(swept)
    book = openpyxl.load_workbook(path)
    for line in range(2, book["embedded"].max_row + 1):
        book["embedded"].cell(line, place).value = value
    book.save(path)
    assert run(["reproduce", str(path), "--quiet"]) == 2
    assert said in capsys.readouterr().err
    with pytest.raises(floors.InputError) as refused:
        floors.reproduce(path)
    assert [problem.code for problem in refused.value.problems] == ["embedded"]


def test_a_folder_is_kept_in_its_result(tmp_path: Path) -> None:
    folder = studies.study(**SHEETS).to_folder(tmp_path / "input")
    path = floors.solve(floors.read(folder)).to_excel(tmp_path / "r.xlsx", embed=True)
    assert set(taken_out(cells_of(path), path.name)) == {file.name for file in folder.iterdir()}
    assert floors.reproduce(path).same


def test_an_input_that_changed_since_or_has_no_file_is_not_kept(workbook: Path, tmp_path: Path) -> None:
    path = tmp_path / "study.xlsx"
    path.write_bytes(workbook.read_bytes())
    result = floors.solve(floors.read(path), ranges=False)
    as_read = embedded(path)
    studies.study().to_excel(path, force=True)
    with pytest.raises(floors.OutputError, match=r"study.xlsx has changed since it was read"):
        result.to_excel(tmp_path / "r.xlsx", embed=True)
    assert not (tmp_path / "r.xlsx").exists()
    assert floors.reproduce(result.to_excel(tmp_path / "r.xlsx", embed=as_read)).same
    with pytest.raises(floors.UsageError, match=r"read from a file or a folder"):
        studies.solve().to_excel(tmp_path / "s.xlsx", embed=True)


def test_a_study_of_tables_is_made_again_from_what_is_given(tmp_path: Path) -> None:
    path = studies.solve(**SHEETS).to_excel(tmp_path / "r.xlsx")
    assert floors.reproduce(path, studies.study(**SHEETS)).same
    found = floors.reproduce(path, studies.study())
    assert not found.same and found.comparison.differences


def test_the_same_command_writes_the_same_bytes(workbook: Path, tmp_path: Path) -> None:
    a, b = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    for path in (a, b):
        assert run(["solve", str(workbook), "--embed", "--quiet", "-o", str(path)]) == 0
    assert a.read_bytes() == b.read_bytes()
