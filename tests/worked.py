"""The worked example, read once and each of its scenarios solved once a session."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import floors
from floors import Result, Study

WORKBOOK = Path(__file__).resolve().parents[1] / "inputs" / "rare_earths.xlsx"


@cache
def study() -> Study:
    return floors.read(WORKBOOK)


@cache
def solved(scenario: str = "base") -> Result:
    return floors.solve(study().scenario(scenario))
