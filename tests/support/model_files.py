"""LP and MPS files read back, and a study whose LP has no plan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import highspy

import floors
from tests.support.studies import study, table


def solved(path: Path) -> Any:
    """HiGHS, with a file that it reads without a word, solved."""
    h = highspy.Highs()
    h.silent()
    assert h.readModel(str(path)) == highspy.HighsStatus.kOk
    h.run()
    return h


def optimum(path: Path) -> float:
    """The optimum of a file, the least or the most."""
    h = solved(path)
    assert h.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return float(h.getObjectiveValue())


def has_no_plan(path: Path) -> bool:
    """Whether no plan obeys the rows of a file."""
    return bool(solved(path).getModelStatus() == highspy.HighsModelStatus.kInfeasible)


def no_plan() -> floors.Study:
    """10 t must be served, nobody in the bloc makes any, and the cap lets half of them in."""
    return study(
        demand=table("region segment commodity value 2026", ("US", "all", "oxide", None, 10)),
        processes=table("process region commodity unit_cost", ("CN works", "CN", "oxide", 50)),
        caps=table("scope commodity basis 2026", ("bloc", "oxide", "demand", 0.5)),
    )
