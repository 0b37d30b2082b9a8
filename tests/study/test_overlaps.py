"""Changes of one scenario that meet in a cell: an error where both set it, a warning where one may be a slip."""

from __future__ import annotations

from typing import Any

import pytest

import floors
from floors.errors import InputError, Problem
from tests.support.studies import study, table, years

DEMAND = table(
    "region segment commodity value 2026 2027",
    ("US", "all", "oxide", 200, 10, 10),
    ("JP", "all", "oxide", 200, 5, 5),
)
HEADER = "scenario sheet where column change value"


def made(*rows: tuple[Any, ...], scenarios: tuple[Any, ...] = (("s",),)) -> floors.Study:
    return study(
        years=years((2026, 1), (2027, 1)),
        demand=DEMAND,
        scenarios=table("scenario parent", *scenarios),
        changes=table(HEADER, *rows),
    )


def told(*rows: tuple[Any, ...], **more: Any) -> list[tuple[str, str]]:
    try:
        found: list[Problem] = list(made(*rows, **more).notes)
    except InputError as error:
        found = error.problems
    assert {one.sheet for one in found} <= {"changes"} and {one.code for one in found} <= {"changed_twice"}
    return [(one.cell, one.level) for one in found]


def test_the_same_row_twice_is_told_at_both() -> None:
    row = ("s", "demand", "region=US", "years", "multiply", 2)
    assert told(row, row) == [("F2:F3", "warning")]
    (note,) = made(row, row).notes
    assert "rows 2 and 3 of scenario s multiply demand!E2, demand!F2: by 4 together" in note.message
    between = ("s", "demand", "region=JP", "years", "multiply", 2)
    assert told(row, between, row) == [("F2", "warning"), ("F4", "warning")]


@pytest.mark.parametrize(
    ("where", "column"), [("region=*", 2027), ("commodity=oxide", "2026-2027"), ("segment=all", "years")]
)
def test_changes_that_overlap_in_one_cell_are_told(where: str, column: Any) -> None:
    for how in ("multiply", "add"):
        first = ("s", "demand", "region=US", 2027, how, 2)
        assert told(first, ("s", "demand", where, column, how, 3)) == [("F2:F3", "warning")]
    assert told(("s", "demand", "region=US", 2027, "set", 2), ("s", "demand", where, column, "set", 2)) == [
        ("F2:F3", "error")
    ]


def test_what_does_not_meet_is_not_told() -> None:
    at_home, away = ("s", "demand", "region=US", 2027, "set", 2), ("s", "demand", "region=JP", 2027, "set", 2)
    assert told(at_home, away) == []
    assert told(at_home, ("s", "demand", "region=US", 2026, "set", 2)) == []
    assert told(at_home, ("s", "demand", "region=US", 2027, "multiply", 2)) == [], "set, then multiplied"
    assert told(at_home, ("t", *at_home[1:]), scenarios=(("s",), ("t", "s"))) == [], (
        "a scenario built on another"
    )


def test_what_is_emptied_may_be_filled() -> None:
    emptied = ("s", "demand", "region=*", "years", "set", None)
    filled = ("s", "demand", "region=US", 2027, "set", 7)
    assert told(emptied, filled) == []
    assert told(filled, emptied) == [("F2:F3", "error")]


def test_what_is_lost_is_told() -> None:
    doubled = ("s", "demand", "region=US", 2027, "multiply", 2)
    assert told(doubled, ("s", "demand", "region=US", 2027, "set", 7)) == [("F2:F3", "warning")]


def test_a_setting_that_the_sheet_lacks() -> None:
    row = ("s", "settings", "key=rent", "value", "set", "exporter")
    assert told(row, row) == [("F2:F3", "error")]
