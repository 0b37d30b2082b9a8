"""A result of floors 0.1.0, as it wrote it before anything in CHANGELOG's Next: read, or told in words why not.

`tests/kept/0.1.0` has the input and the result as that version wrote them.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import floors
from floors.cli.main import run
from floors.verification import verify_files

KEPT = Path(__file__).parents[1] / "kept" / "0.1.0"
INPUT, RESULT = KEPT / "smallest.xlsx", KEPT / "smallest-results.xlsx"


def test_it_is_made_again_and_what_differs_is_told() -> None:
    """The plan and its cost are the same; what it did not write yet is no difference."""
    found = floors.reproduce(RESULT, INPUT)
    assert found.assumed == (
        "sheet run of smallest-results.xlsx records no command and no options: floors solve is taken, with the options "
        "that it has where none are given",
    )
    assert found.changed == () and found.made_with["floors"] == "0.1.0"
    assert "source revision" not in found.made_with and "source revision" in found.runs_with
    assert {"who_pays", "vault", "caps.average"} <= set(found.added)
    numbers = {(one.sheet, one.column) for one in found.comparison.differences if one.kind == "number"}
    assert not {("summary", "value"), ("sourcing", "quantity"), ("shipments", "quantity")} & numbers
    assert not [one for one in found.comparison.differences if one.kind == "only in b" and not one.key]
    assert "Not compared, since it does not have them: the sheets" in found.sentences[-1]


def test_its_command_tells_it_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["reproduce", str(RESULT), str(INPUT)]) == 6
    said = capsys.readouterr().err
    assert "Made by floors 0.1.0 (source revision not recorded)" in said
    assert run(["reproduce", str(RESULT), "--quiet"]) == 2
    assert (
        "name it, too, as in floors reproduce smallest-results.xlsx smallest.xlsx" in capsys.readouterr().err
    )


def test_it_is_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compare", str(RESULT), str(RESULT), "--quiet"]) == 0
    now = floors.solve(floors.read(INPUT)).to_excel(tmp_path / "now.xlsx")
    assert run(["compare", str(RESULT), str(now), "--json"]) == 6
    found = json.loads(capsys.readouterr().out)
    assert found["compared"] > 100
    assert not [one for one in found["differences"] if one["key"] == "total_cost"]


def test_it_is_reported(tmp_path: Path) -> None:
    target = tmp_path / "report.html"
    assert run(["report", str(RESULT), "-o", str(target), "--quiet"]) == 0
    assert "was written by floors 0.1.0, which made no page and no pictures" in target.read_text("utf-8")


def test_that_it_cannot_be_verified_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", str(INPUT), str(RESULT)]) == 2
    said = capsys.readouterr().err
    assert (
        "smallest-results.xlsx: another version of floors wrote it: it lacks the sheets floor_kinds" in said
    )
    assert "floors reproduce RESULT.xlsx INPUT.xlsx tells what differs" in said
    with pytest.raises(floors.InputError) as refused:
        verify_files(INPUT, RESULT)
    assert [problem.code for problem in refused.value.problems] == ["earlier_result"]
