"""The commands solve, check and template: what they write, and what they print where."""

from __future__ import annotations

import gc
import json
import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

import floors
import floors.solving.run
from floors.cli.main import main, run
from tests.support.packages import changed
from tests.support.places import ROOT, TOY
from tests.support.workbooks import contents, edit, foreign, metric, said, table

COST = 14.488502626  # million, present value
RESULT_SHEETS = {
    *("summary", "floors", "floor_parts", "prices", "sourcing", "shipments", "production", "investment"),
    *("stocks", "caps", "support", "accounts", "concentration", "certificate", "run"),
}
ENTRY = {"scenario", "status", "total_cost", "uplift", "make_whole", "capped_share", "seconds", "message"}
pytestmark = pytest.mark.usefixtures("with_toy")


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
    assert "Written to outputs/toy-results.xlsx" in err and "oxide: the floor is 63.95" in err


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
    monkeypatch.setattr(floors.solving.run, "affordable", lambda _: 3)
    assert run(["solve", "toy.xlsx", "-o", "without.xlsx", "--quiet"]) == 0
    assert run(["solve", "toy.xlsx", "-o", "with.xlsx", "--quiet", "--ranges"]) == 0
    found = [row["lowest"] is not None for row in table(folder / "without.xlsx", "floors")]
    assert 3 <= sum(found) < len(found)
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
    assert set(found) == {"workbook", "status", "output", "scenarios"}
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
    assert json.loads(out) == {"workbook": "toy.xlsx", "problems": []} and err == ""
    edit(folder / "toy.xlsx", demand={"F3": "ten"})
    assert run(["check", "toy.xlsx", "--json"]) == 2
    out, err = capfd.readouterr()
    found = json.loads(out)
    assert out.count("\n") == 1 and err == "" and set(found) == {"workbook", "problems"}
    (problem,) = found["problems"]
    assert set(problem) == {
        "sheet",
        "cell",
        "value",
        "code",
        "level",
        "message",
        "hint",
        "option",
        "file",
        "column",
    }
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


# check --mark


BROKEN = {"demand": {"F3": "ten", "G4": -1}, "processes": {"E3": True}}


def test_check_marks_a_copy(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(folder / "toy.xlsx", **BROKEN)
    before = contents(folder)
    assert run(["check", "toy.xlsx", "--mark", "copies/marked.xlsx"]) == 2
    out, err = capsys.readouterr()
    assert out == "" and "Marked in copies/marked.xlsx: see its first sheet, _problems." in " ".join(
        err.split()
    )
    after = contents(folder)
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) == {"copies", "copies/marked.xlsx"}
    book = openpyxl.load_workbook(folder / "copies" / "marked.xlsx")
    assert "'ten'" in book["demand"]["F3"].comment.text and book["processes"]["E3"].comment
    assert book.sheetnames[0] == "_problems"


def test_check_marks_under_json(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    edit(folder / "toy.xlsx", **BROKEN)
    assert run(["check", "toy.xlsx", "--mark", "marked.xlsx", "--json"]) == 2
    out, err = capfd.readouterr()
    found = json.loads(out)
    assert err == "" and out.count("\n") == 1
    assert found["marked"] == "marked.xlsx" and len(found["problems"]) == 3


def test_nothing_is_marked_where_nothing_is_wrong(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    before = contents(folder)
    assert run(["check", "toy.xlsx", "--mark", "marked.xlsx"]) == 0
    assert "There is nothing to mark: marked.xlsx was not written." in capfd.readouterr().err
    assert run(["check", "toy.xlsx", "--mark", "marked.xlsx", "--json"]) == 0
    assert json.loads(capfd.readouterr().out) == {"workbook": "toy.xlsx", "problems": [], "marked": None}
    assert contents(folder) == before


def test_warnings_alone_are_marked_and_leave_with_0(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / "toy.xlsx")
    book["demand"].row_dimensions[3].hidden = True
    book.save(folder / "toy.xlsx")
    assert run(["check", "toy.xlsx", "--mark", "marked.xlsx", "--quiet"]) == 0
    book = openpyxl.load_workbook(folder / "marked.xlsx")
    assert book["demand"]["A3"].fill.fgColor.rgb == "FFFFEB9C"


def test_what_is_no_workbook_is_not_marked_and_said_so(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (folder / "text.xlsx").write_bytes(b"region,role\n")
    before = contents(folder)
    for name in ("text.xlsx", "nothing.xlsx"):
        assert run(["check", name, "--mark", "marked.xlsx"]) == 2
        err = " ".join(capfd.readouterr().err.split())
        assert f"marked.xlsx was not written, because {name} cannot be marked: {name}: " in err
        assert run(["check", name, "--mark", "marked.xlsx", "--json"]) == 2
        found = json.loads(capfd.readouterr().out)
        assert found["marked"] is None and len(found["problems"]) == 1
    assert contents(folder) == before


def test_what_could_not_be_marked_is_said(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    edit(folder / "toy.xlsx", **BROKEN)
    out_of_order = b'<sheetData><row r="9"/><row r="1"'
    whole = (folder / "toy.xlsx").read_bytes()
    odd = changed(whole, lambda _, part: part.replace(b'<sheetData><row r="1"', out_of_order))
    (folder / "toy.xlsx").write_bytes(odd)
    assert run(["check", "toy.xlsx", "--mark", "marked.xlsx"]) == 2
    err = " ".join(capfd.readouterr().err.split())
    assert "Sheet demand could not be marked: row 1 comes after row 9." in err
    assert "Marked in marked.xlsx" in err


@pytest.mark.parametrize(
    ("target", "code", "words"),
    [
        ("toy.xlsx", 2, "is the input workbook"),
        ("marked.csv", 2, "ends in .xlsx"),
        ("foreign.xlsx", 2, "--force"),
        ("toy.xlsx/marked.xlsx", 5, "is not a folder"),
    ],
)
@pytest.mark.parametrize("bad", [False, True])
def test_a_copy_where_it_cannot_be(
    target: str, code: int, words: str, bad: bool, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    foreign(folder / "foreign.xlsx")
    if bad:
        edit(folder / "toy.xlsx", **BROKEN)
    before = contents(folder)
    assert run(["check", "toy.xlsx", "--mark", target, "--json"]) == code
    out, err = capfd.readouterr()
    found = json.loads(out)
    assert words in err and found["marked"] is None and len(found["problems"]) == 3 * bad
    assert contents(folder) == before


def test_a_marked_copy_is_somebodys_work_and_needs_force(folder: Path) -> None:
    edit(folder / "toy.xlsx", **BROKEN)
    assert run(["check", "toy.xlsx", "--mark", "marked.xlsx", "--quiet"]) == 2
    first = (folder / "marked.xlsx").read_bytes()
    edit(folder / "toy.xlsx", demand={"F3": 5})
    assert run(["check", "toy.xlsx", "--mark", "marked.xlsx", "--quiet"]) == 2
    assert (folder / "marked.xlsx").read_bytes() == first
    assert run(["check", "toy.xlsx", "--mark", "marked.xlsx", "--quiet", "--force"]) == 2
    assert (folder / "marked.xlsx").read_bytes() != first


def test_a_copy_that_cannot_be_replaced_is_kept_beside_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    foreign(folder / "marked.xlsx")
    edit(folder / "toy.xlsx", **BROKEN)
    replace = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if Path(target).name == "marked.xlsx":
            raise PermissionError(13, "in use")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    assert run(["check", "toy.xlsx", "--mark", "marked.xlsx", "--force", "--json"]) == 5
    out, err = capfd.readouterr()
    kept = Path(json.loads(out)["marked"])
    assert kept.name == "marked-1.xlsx" and kept.name in err and kept.is_file()


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
    [
        ("study.csv", 2, "ends in .xlsx"),
        ("toy.xlsx/study.xlsx", 5, "is not a folder"),
        ("toy.xlsx/", 5, "is not a folder"),
    ],
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
    [
        (["dance"], "No such command"),
        (["solve"], "Missing argument"),
        (["verify", "a", "b", "c"], "unexpected"),
    ],
)
def test_wrong_usage(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 2
    out, err = capsys.readouterr()
    assert out == "" and words in err and "Traceback" not in err


def command(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """The installed program in a process of its own."""
    words = [sys.executable, "-c", "from floors.cli.main import main; main()", *arguments]
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
    edit(folder / "toy.xlsx", demand={"D2": None, "D3": None, "D4": None}, processes={"F2": 1})
    short = command("solve", "toy.xlsx", folder=folder)
    assert (short.returncode, short.stdout) == (3, "") and "Traceback" not in short.stderr


def test_garbage_is_collected_while_a_command_runs() -> None:
    """A family of a thousand would hold every model that it made."""
    before = gc.get_threshold()
    try:
        with pytest.raises(SystemExit):
            main(["--version"])
        assert gc.isenabled() and 0 < gc.get_threshold()[0] < 100_000
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
