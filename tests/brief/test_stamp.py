"""The day stands at the foot of the page where it was asked for, and nowhere else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from openpyxl import load_workbook

from floors.cli.main import run
from tests.support.places import ROOT, TOY
from tests.support.toy import with_sheets

DAY = re.compile(r" · \d{4}-\d\d-\d\d$")
SMALLEST = ROOT / "inputs" / "smallest.xlsx"
TWO_STATES = Path("two_states.xlsx")


@pytest.mark.parametrize(
    ("workbook", "command"),
    [
        (SMALLEST, ["solve"]),
        (SMALLEST, ["solve", "--all"]),
        (SMALLEST, ["coalition"]),
        (SMALLEST, ["diagnose"]),
        (TOY, ["sweep", "--cap", "0.9:0.5:2"]),
        (TOY, ["alternatives"]),
        (TOY, ["tornado"]),
        (TOY, ["sample", "--n", "3"]),
        (TWO_STATES, ["risk"]),
        (TWO_STATES, ["priorities", "--n", "0"]),
    ],
    ids=lambda given: given.stem if isinstance(given, Path) else "-".join(given),
)
def test_the_day_is_at_the_foot_where_it_is_asked_for(
    tmp_path: Path, workbook: Path, command: list[str]
) -> None:
    if workbook == TWO_STATES:
        workbook = tmp_path / workbook
        with_sheets(scenarios=[{"scenario": "the same", "probability": 0.3, "kind": "shock"}]).to_excel(
            workbook
        )

    def foot(*options: str) -> str:
        target = tmp_path / "out.xlsx"
        assert run([*command, str(workbook), "-o", str(target), "--quiet", *options]) == 0
        rows = load_workbook(target, read_only=True)["brief_text"].iter_rows(values_only=True)
        return next(
            str(cell) for row in rows if "source" in row for cell in row if str(cell).startswith("floors ")
        )

    assert DAY.search(foot("--stamp"))
    assert not DAY.search(foot())
