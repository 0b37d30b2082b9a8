"""The worked example, read once and each of its scenarios solved once a session."""

from __future__ import annotations

from functools import cache

import floors
from floors import Result, Study
from tests.support.places import RARE_EARTHS

WORKBOOK = RARE_EARTHS


@cache
def study() -> Study:
    return floors.read(WORKBOOK)


@cache
def solved(scenario: str = "base") -> Result:
    return floors.solve(study().scenario(scenario))
