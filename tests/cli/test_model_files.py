"""`floors solve --write-lp --write-mps`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import floors
from floors.cli.main import run
from tests.support.model_files import has_no_plan, no_plan, optimum
from tests.support.workbooks import contents, metric

pytestmark = pytest.mark.usefixtures("with_toy")


def test_both_files_and_their_tables(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["solve", "toy.xlsx", "-o", "r.xlsx", "--write-lp", "a.lp", "--write-mps", "b.mps"]) == 0
    assert set(contents(folder)) == {"toy.xlsx", "r.xlsx", "a.lp", "a-names.csv", "b.mps", "b-names.csv"}
    cost = metric(folder / "r.xlsx", "total_cost") * 1000
    for name in ("a.lp", "b.mps"):
        assert optimum(folder / name) == pytest.approx(cost, rel=1e-9)
    said = capsys.readouterr().err
    assert "The LP was written to a.lp, its names to a-names.csv." in said
    assert run(["solve", "toy.xlsx", "-o", "r.xlsx", "--write-lp", "a.lp", "--quiet"]) == 0  # over our own


def test_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["solve", "toy.xlsx", "--json", "--write-mps", "b.mps"]) == 0
    assert json.loads(capsys.readouterr().out)["models"] == [{"output": "b.mps", "names": "b-names.csv"}]
    assert run(["solve", "toy.xlsx", "--json"]) == 0
    assert "models" not in json.loads(capsys.readouterr().out)


def test_where_there_is_no_plan(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    no_plan().to_excel(folder / "none.xlsx")
    assert run(["solve", "none.xlsx", "--json", "--write-lp", "none.lp"]) == 3
    found = json.loads(capsys.readouterr().out)
    assert (found["status"], found["models"]) == (
        "infeasible",
        [{"output": "none.lp", "names": "none-names.csv"}],
    )
    assert has_no_plan(Path("none.lp"))


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--write-lp", "a.mps"], "--write-lp expects a name that ends in .lp; found a.mps."),
        (["--write-mps", "a"], "--write-mps expects a name that ends in .mps; found a."),
        (["--write-lp", "a.lp", "--all"], "--write-lp writes one LP: give one scenario, by --scenario."),
        (["other.xlsx", "--write-lp", "a.lp"], "--write-lp names one file: give one workbook."),
        (["--write-lp", "mine.lp"], "mine.lp was not written by floors and would be lost"),
    ],
)
def test_what_is_refused_before_anything_is_solved(
    options: list[str], told: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "mine.lp").write_text("mine", encoding="utf-8")
    assert run(["solve", "toy.xlsx", *options]) == floors.UsageError.exit_code
    assert told in capsys.readouterr().err
    assert set(contents(folder)) == {"toy.xlsx", "mine.lp"}


def test_with_the_result_on_standard_output(folder: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run(["solve", "toy.xlsx", "-o", "-", "--quiet", "--write-lp", "a.lp"]) == 0
    assert capfdbinary.readouterr().out.startswith(b"PK")
    assert (folder / "a-names.csv").is_file() and optimum(folder / "a.lp")


def test_force(folder: Path) -> None:
    (folder / "mine.lp").write_text("mine", encoding="utf-8")
    assert run(["solve", "toy.xlsx", "--write-lp", "mine.lp", "--force", "--quiet"]) == 0
    assert (folder / "mine.lp").read_text(encoding="utf-8").startswith("\\ written by floors ")
