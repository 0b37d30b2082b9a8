"""The day stands at the foot of the page where it was asked for, and nowhere else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from openpyxl import load_workbook

from floors.cli.main import run
from tests.support.places import ROOT

DAY = re.compile(r" · \d{4}-\d\d-\d\d$")


@pytest.mark.parametrize("several", [(), ("--all",)])
def test_the_day_is_at_the_foot_where_it_is_asked_for(tmp_path: Path, several: tuple[str, ...]) -> None:
    def foot(*options: str) -> str:
        target = tmp_path / "out.xlsx"
        given = [str(ROOT / "inputs" / "smallest.xlsx"), "-o", str(target), "--quiet", *several, *options]
        assert run(["solve", *given]) == 0
        rows = load_workbook(target, read_only=True)["brief_text"].iter_rows(values_only=True)
        return next(
            str(cell) for row in rows if "source" in row for cell in row if str(cell).startswith("floors ")
        )

    assert DAY.search(foot("--stamp"))
    assert not DAY.search(foot())
