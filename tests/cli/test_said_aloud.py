"""What the commands say of files that are in use, in characters that any terminal and any program can take."""

from __future__ import annotations

import errno
import json
import re
from pathlib import Path

import pytest

from floors.cli.main import run
from floors.files.targets import is_ours
from tests.support.places import FLOORS
from tests.support.tiny import TINY, write
from tests.support.workbooks import edit

PACKAGE = FLOORS
pytestmark = pytest.mark.usefixtures("with_toy")


@pytest.mark.parametrize("lock", ["~$toy.xlsx", ".~lock.toy.xlsx#"])
def test_an_input_that_is_open_elsewhere_is_read_and_said_so(
    lock: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / lock).write_text("me")
    assert run(["solve", "toy.xlsx", "-o", "r.xlsx"]) == 0
    assert "warning: toy.xlsx is open in another program" in capsys.readouterr().err


def in_use(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """The file of this name cannot be replaced."""
    replace = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if Path(target).name == name:
            raise PermissionError(errno.EACCES, "in use")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refuse)


def test_a_template_kept_beside_its_target_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "study.xlsx").write_bytes(b"old")
    in_use(monkeypatch, "study.xlsx")
    assert run(["template", "study.xlsx", "--force"]) == 5
    said = capsys.readouterr().err
    assert "study.xlsx could not be replaced" in said and "study-1.xlsx" in said
    assert "Written" not in said
    assert (folder / "study.xlsx").read_bytes() == b"old" and (folder / "study-1.xlsx").stat().st_size > 5000


def test_a_coalition_kept_beside_its_target_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    in_use(monkeypatch, "c.xlsx")
    assert run(["coalition", "toy.xlsx", "--members", "US,EU", "-o", "c.xlsx", "--json"]) == 5
    out, err = capsys.readouterr()
    assert Path(json.loads(out)["output"]) == folder / "c-1.xlsx" and "c-1.xlsx" in err
    assert is_ours(folder / "c-1.xlsx")


def test_json_is_plain_ascii(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Standard output may be of any encoding, as on Windows."""
    edit(folder / "toy.xlsx", regions={"C2": "Mitglied 美国 \u202e"})
    assert run(["check", "toy.xlsx", "--json"]) == 2
    out = capsys.readouterr().out
    assert out.isascii() and json.loads(out)["problems"][0]["value"] == "Mitglied 美国 \u202e"


@pytest.mark.parametrize("arguments", [["check", "a.xlsx"], ["solve", "a.xlsx"]])
def test_a_text_of_a_workbook_steers_no_terminal(
    arguments: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder / "a.xlsx", TINY, {"demand!D2": "7\x9b2J", "demand!D3": "a\x7f"})
    assert run(arguments) == 2
    said = capsys.readouterr().err
    assert "demand" in said and not re.search("[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f]", said)


def test_no_code_is_run_but_the_file_of_model() -> None:
    """Nothing in a workbook names code: only the option --model leads to a file that is run.

    Studies travel to our own processes as pickles; what is read from disk again is plain values (many/packed.py). The
    chart library that html/stills.py runs, in an engine without files or network, is the one that comes with floors.
    Git alone is started, to ask which commit floors itself is (files/revision.py).
    """
    runs = re.compile(r"exec_module|\beval\(|\bexec\(|pickle\.|subprocess|os\.system|__import__|runpy|popen")
    found = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if runs.search(path.read_text("utf-8"))
    }
    assert found == {
        "cli/shared.py",
        "files/revision.py",
        "html/stills.py",
        "many/packed.py",
        "many/shared.py",
    }
    assert not re.search(
        r"\bopen\(|read_bytes", (PACKAGE / "many/shared.py").read_text("utf-8")
    )  # reads no file


def test_a_python_file_named_in_a_workbook_is_text(folder: Path) -> None:
    (folder / "evil.py").write_text("raise SystemExit('run')")
    edit(
        folder / "toy.xlsx",
        settings={"A5": "title", "B5": None},
        _model=[["model", "evil.py"], ["--model", "evil.py"]],
    )
    edit(folder / "toy.xlsx", settings={"A5": None, "B2": "evil.py"})
    assert run(["solve", "toy.xlsx", "-o", "r.xlsx", "--quiet"]) == 0
