"""Numbers put in place without reading the study again: the same study, or none at all."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

import floors
from floors.errors import InputError
from floors.study import uncertainty
from floors.study.checked import Checked
from floors.study.moved import numbers_moved
from floors.study.uncertainty import Cells, with_factors
from tests.support import entangled, everything, mixed
from tests.support.counts import few
from tests.support.sampled import works


def in_full(study: floors.Study, cells: dict[Cells, float], monkeypatch: pytest.MonkeyPatch) -> floors.Study:
    with monkeypatch.context() as patch:
        patch.setattr(uncertainty, "numbers_moved", lambda *_: None)
        return with_factors(study, cells)


def parts(checked: Checked) -> dict[str, Any]:
    found = {name: getattr(checked, name) for name in ("rows", "defaults", "settings", "years", "uncertain")}
    found |= {
        "typed": {name: (one.cells, one.faulty) for name, one in checked.tables.items()},
        "filled": {name: one.rows for name, one in checked.filled.items()},
        "cells": {name: one.cells for name, one in checked.reading.sheets.items()},
        "sheets": {name: one.sheet is checked.reading.sheets[name] for name, one in checked.tables.items()},
        "located": {name: one.cells for name, one in checked.locator.sheets.items()},
        "notes": [str(note) for note in checked.notes],
    }
    return found


def numbers(study: floors.Study, draw: Random) -> dict[Cells, float]:
    """A factor for a third of all cells that hold a number, but for those held against others."""
    found: dict[Cells, float] = {}
    for name, typed in study._checked.tables.items():
        for i, record in enumerate(typed.cells if name not in ("settings", "years") else ()):
            for key, value in record.items():
                if isinstance(value, float) and draw.random() < 1 / 3:
                    found[name, i, key] = draw.uniform(0.9, 1.0)
    return found


def same(study: floors.Study, cells: dict[Cells, float], monkeypatch: pytest.MonkeyPatch) -> None:
    quick, full = with_factors(study, cells), in_full(study, cells, monkeypatch)
    assert parts(quick._checked) == parts(full._checked)
    assert [*quick._checked.rows] == [*full._checked.rows]
    for name, rows in full._checked.rows.items():
        assert [[*row] for row in rows] == [[*row] for row in quick._checked.rows[name]]
    assert (quick.name, quick.scenario_name, quick.base is quick) == (full.name, full.scenario_name, True)


@pytest.mark.parametrize("seed", few(range(40), 10))
def test_random_studies_are_as_read(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    make = mixed.sheets if seed % 2 else entangled.sheets
    study = floors.Study(make(Random(seed)))
    same(study, numbers(study, Random(seed)), monkeypatch)


def test_one_of_each_row_is_as_read(monkeypatch: pytest.MonkeyPatch) -> None:
    study = everything.study()
    same(study, numbers(study, Random(1)), monkeypatch)


def test_one_number_by_hand() -> None:
    study = works()
    moved = with_factors(study, {("processes", 1, "unit_cost"): 0.5, ("demand", 0, 2026): 2.0})
    assert [row["unit_cost"] for row in moved.rows("processes")] == [50, 40]
    assert moved.rows("demand")[0]["years"] == {2026: 20}
    assert moved.holds("demand", 0, 2026) == 20 and study.holds("demand", 0, 2026) == 10
    assert moved.rows("regions") is study.rows("regions")


@pytest.mark.parametrize(
    "table, key, value",
    [
        ("demand", "enforcement", 1.2),  # outside its bounds
        ("processes", "process", 3.0),  # no number
        ("processes", "nothing", 1.0),  # no column
        ("years", "length", 2.0),  # says what the study is
        ("processes", "unit_cost", float("inf")),
    ],
)
def test_what_has_to_be_read_again(table: str, key: str, value: float) -> None:
    assert numbers_moved(works(), {table: {0: {key: value}}}) is None


def test_what_cannot_be_typed_is_told_as_ever() -> None:
    study = floors.Study(_with_loss())
    with pytest.raises(InputError, match="expected a number"):
        with_factors(study, {("routes", 0, "loss"): 3.0})


def _with_loss() -> dict[str, Any]:
    book = mixed.sheets(Random(3))
    book["routes"] = [{"origin": "*", "destination": "*", "commodity": "*", "loss": 0.5}]
    for name in ("route_limits", "route_minimums", "qualified"):
        book.pop(name, None)
    return book
