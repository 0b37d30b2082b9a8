"""A cell without a problem is read as exactly what was typed: one cell of every kind of column, anything in it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from floors.errors import InputError, Problem
from floors.study.locate import letters
from floors.study.study import Study
from tests.support.tiny import TINY, sheets, table

PLACES: dict[str, tuple[str, int, Any]] = {  # a cell of each kind: sheet, record, column
    "number": ("processes", 0, "unit_cost"),
    "number that may be blank": ("processes", 1, "capacity"),
    "share": ("routes", 1, "loss"),
    "whole number": ("scenarios", 2, "known_from"),
    "number of a year": ("demand", 0, 2026),
    "tonnes or days": ("stock_targets", 0, 2026),
    "name": ("sources", 0, "source"),
    "reference": ("processes", 0, "region"),
    "choice": ("regions", 3, "role"),
    "free text": ("regions", 0, "name"),
    "any value": ("changes", 1, "value"),
    "setting": ("settings", 1, "value"),
}
VALUES = st.one_of(
    st.floats(width=64),
    st.integers(-(2**53), 2**53),
    st.booleans(),
    st.text(max_size=12),
    st.sampled_from(
        ["US", " US", "CN", "member", "other", "60 d", "0.5 d", "d", "1,5", "12 %", "−3", "*", "'", ""]
    ),
    st.datetimes(datetime(1901, 1, 1), datetime(2100, 1, 1)),
)


def typed_into(place: tuple[str, int, Any], value: Any) -> tuple[Study | None, list[Problem]]:
    name, index, column = place
    rows = [list(row) for row in TINY[name]]
    number = rows[0].index(column)
    rows[index + 1] += [None] * (len(rows[0]) - len(rows[index + 1]))
    rows[index + 1][number] = value
    book = sheets(**{name: rows})
    try:
        study = Study({title: table(records) for title, records in book.items()})
    except InputError as error:
        return None, error.problems
    return study, list(study.notes)


def address(place: tuple[str, int, Any]) -> str:
    name, index, column = place
    return f"{letters(TINY[name][0].index(column) + 1)}{index + 2}"


@pytest.mark.parametrize("kind", PLACES)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(value=VALUES)
@example(value=0.0)
@example(value=-0.0)
@example(value=1e-300)
@example(value=True)
@example(value="NA")
@example(value="5")
@example(value=5)
@example(value=" 7")
@example(value="\x0b")
def test_read_as_typed_or_reported_at_that_cell(kind: str, value: Any) -> None:
    place = name, index, column = PLACES[kind]
    study, problems = typed_into(place, value)
    here = [problem for problem in problems if (problem.sheet, problem.cell) == (name, address(place))]
    blank = value != value or (isinstance(value, str) and not value.strip())
    if study is None:
        others = [problem for problem in problems if problem.level == "error" and problem not in here]
        # What a name no longer found means elsewhere is told there, and the cell itself may be sound.
        assert here or others
        if not blank and not kind.startswith(("name", "reference", "choice", "whole", "any", "setting")):
            assert here, problems
        return
    row = study.rows(name)[index]
    read = row["years"].get(column) if isinstance(column, int) else row[column]
    if blank:
        empty, _ = typed_into(place, None)
        assert empty is not None and row == empty.rows(name)[index]
    elif here:
        assert all(problem.level == "warning" for problem in here)
        assert read == value or (isinstance(value, str) and read == value.strip())
    else:
        assert read == value and isinstance(read, str) is isinstance(value, str)
        assert isinstance(value, bool) is isinstance(read, bool)
        if isinstance(value, float):
            assert float(read).hex() == value.hex() or value == 0
