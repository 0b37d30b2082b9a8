"""Beside faults of cells `floors check` tells what shows only between sheets, and nothing that the faults bring about."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from floors.cli.check import _check
from tests.study.test_study import FAULTS
from tests.study.test_workbook import CELLS
from tests.support.counts import few
from tests.support.tiny import TINY, places, write


def told(path: Path) -> list[tuple[str, str, str]]:
    return places([problem for problem in _check(path, 1)[1] if problem.level == "error"])


@pytest.mark.parametrize("number", few(range(len(FAULTS) + len(CELLS)), 15))
def test_one_fault_is_one_problem(tmp_path: Path, number: int) -> None:
    """What is left without the row of a fault lacks much, of which nothing is said."""
    case = [*CELLS, *FAULTS][number]
    assert told(write(tmp_path / "a.xlsx", TINY, case[1])) == [tuple(case[2:5])]


BETWEEN: dict[str, tuple[dict[str, Any], tuple[str, str, str]]] = {
    "two routes for one pair": (
        {"routes!A4": "*", "routes!B4": "*", "routes!C4": "*"},
        ("routes", "A4", "route_tie"),
    ),
    "no unit cost": ({"processes!E4": None}, ("processes", "E4", "missing")),
    "what the technology does not make": (
        {"processes!D4": "ore"},
        ("processes", "D4", "commodity_not_made"),
    ),
    "a minimum above a maximum": (
        {"floor_rules!A4": "oxide", "floor_rules!B4": "minimum", "floor_rules!C4": 130},
        ("floor_rules", "C4", "contradictory_rules"),
    ),
    "no reference price for elastic demand": (
        {"reference_prices!B2": None},
        ("demand", "E3", "missing_reference"),
    ),
    "a value that a scenario may not set": (
        {"changes!F3": -5, "changes!E3": "set", "changes!D3": "capacity"},
        ("processes", "F2", "bounds"),
    ),
}


@pytest.mark.parametrize("name", BETWEEN)
@pytest.mark.parametrize(
    "beside", [{"regions!C4": "cappd"}, {"demand!G2": "1 000"}, {"stockpiles!C2": "oxid", "caps!F2": 98}]
)
def test_what_shows_between_sheets_is_told_in_the_same_pass(
    tmp_path: Path, name: str, beside: dict[str, Any]
) -> None:
    edits, expected = BETWEEN[name]
    alone = told(write(tmp_path / "a.xlsx", TINY, edits))
    assert expected in alone
    both = told(write(tmp_path / "b.xlsx", TINY, edits | beside))
    if "regions!C4" not in beside:  # without China much else is open
        assert expected in both
    assert set(both) <= set(alone) | set(told(write(tmp_path / "c.xlsx", TINY, beside)))
