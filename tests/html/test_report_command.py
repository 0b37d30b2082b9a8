"""`floors report`, and `floors solve --report`: what is written where, what is said, and what is refused."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from floors.cli.main import run
from floors.html import stills
from floors.html.targets import SVG_MARK
from tests.support import handed

needs_extra = pytest.mark.skipif(not stills.available(), reason="floors[report] is not installed")


@pytest.fixture
def result(folder: Path) -> Path:
    return handed.workbook(folder / "tiny-results.xlsx")


def test_the_report_goes_to_outputs_and_says_so(result: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["report", str(result)]) == 0
    assert "Report written to outputs/tiny-report.html." in capsys.readouterr().err
    assert Path("outputs/tiny-report.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_a_report_of_ours_is_replaced_and_nothing_else_is(
    result: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("page.html").write_text("<p>theirs</p>")
    assert run(["report", str(result), "-o", "page.html"]) == 2
    assert "was not written by floors and would be lost" in capsys.readouterr().err
    assert Path("page.html").read_text() == "<p>theirs</p>"
    assert run(["report", str(result), "-o", "page.html", "--force", "--quiet"]) == 0
    assert run(["report", str(result), "-o", "page.html"]) == 0


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["tiny-results.xlsx", "-o", "page.xlsx"], 2, "a report is a page; give a name that ends in .html"),
        (["tiny-results.xlsx", "-o", "folder.html"], 2, "is a folder; name a file in it"),
        (["missing.xlsx"], 2, "missing.xlsx"),
        (["tiny-results.xlsx", "--figures", "tiny-results.xlsx"], 2, "is a file; name a folder"),
    ],
)
def test_what_cannot_be_made_is_refused(
    result: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, told: str
) -> None:
    Path("folder.html").mkdir()
    assert run(["report", *arguments]) == code
    assert told in capsys.readouterr().err
    assert not Path("outputs").exists()


@needs_extra
def test_figures_are_written_as_svg_and_png_and_only_ours_are_replaced(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pictures = handed.PICTURES[3:]
    result = handed.workbook(folder / "result.xlsx", pictures=pictures, page=replace(handed.PAGE, blocks=()))
    assert run(["report", str(result), "--figures", "figures"]) == 0
    names = sorted(path.name for path in Path("figures").iterdir())
    panels = sum(len(picture.panels) for picture in pictures)
    assert len(names) == 2 * panels
    assert {"caps.svg", "caps.png", "scenarios.svg", "plants_2.png"} <= set(names)
    assert SVG_MARK in Path("figures/caps.svg").read_text(encoding="utf-8")
    assert run(["report", str(result), "--figures", "figures", "--quiet"]) == 0
    Path("figures/caps.png").write_bytes(b"\x89PNG\r\n\x1a\n, of somebody else")
    Path("figures/caps.svg").unlink()
    capsys.readouterr()
    assert run(["report", str(result), "--figures", "figures"]) == 2
    assert "caps.png was not written by floors" in capsys.readouterr().err
    assert not Path("figures/caps.svg").exists()  # nothing is written where one cannot be
    assert run(["report", str(result), "--figures", "figures", "--force"]) == 0


def test_without_the_extra_it_is_said_and_figures_are_refused(
    result: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stills, "available", lambda **_: False)
    monkeypatch.setitem(sys.modules, "py_mini_racer", None)
    assert run(["report", str(result), "-o", "a.html"]) == 0
    assert "Charts are drawn by the browser alone" in capsys.readouterr().err
    assert run(["report", str(result), "-o", "b.html", "--figures", "figures"]) == 2
    assert "floors[report] is needed" in capsys.readouterr().err
    assert not Path("b.html").exists()


def test_json_says_what_was_written(result: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["report", str(result), "-o", "a.html", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {"status": "optimal", "output": "a.html", "figures": [], "left_out": [], "message": ""}
    assert run(["report", "missing.xlsx", "--json"]) == 2
    told = json.loads(capsys.readouterr().out)
    assert (told["status"], told["output"]) == ("failed", None)
    assert "missing.xlsx" in told["message"]


def test_the_day_is_said_only_where_it_is_asked_for(result: Path) -> None:
    assert run(["report", str(result), "-o", "a.html"]) == 0
    assert "Report of" not in Path("a.html").read_text(encoding="utf-8")
    assert run(["report", str(result), "-o", "a.html", "--stamp"]) == 0
    assert "Report of 20" in Path("a.html").read_text(encoding="utf-8")


def test_solve_makes_the_report_too(with_toy: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["solve", "toy.xlsx", "--report", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["output"] == "outputs/toy-results.xlsx"
    assert told["report"] == {"output": "outputs/toy-report.html", "figures": [], "left_out": []}
    assert Path("outputs/toy-report.html").exists()


def test_solve_refuses_a_bad_report_before_it_solves(
    with_toy: None, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("a-report.html").write_text("theirs")
    assert run(["solve", "toy.xlsx", "--report", "-o", "a.xlsx"]) == 2
    assert "a-report.html was not written by floors" in capsys.readouterr().err
    assert not Path("a.xlsx").exists()
    assert run(["solve", "toy.xlsx", "--figures", "figures"]) == 2
    assert "give --report, too" in capsys.readouterr().err
