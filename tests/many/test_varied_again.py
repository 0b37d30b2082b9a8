"""Studies that differ in numbers alone are derived and compiled by their numbers alone: the same bits as in full."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest

import floors
from floors.case.again import NUMBERS, YEARS, stays_whole
from floors.case.derive import Case, derive
from floors.lp.linear import Compiled, compile_model
from floors.many.varied import solving
from floors.many.varied.outputs import outputs_of
from floors.many.varied.solving import VariedLP
from floors.sourcing.build import build, completed
from floors.study.uncertainty import Cells, inputs_of, with_factors
from tests.support import entangled, mixed
from tests.support.counts import few
from tests.support.places import INPUTS
from tests.support.sampled import works
from tests.support.uncertain import leaching


def movable(study: floors.Study, draw: Random) -> dict[Cells, float]:
    """A factor for every cell of which only the sign decides what exists."""
    found: dict[Cells, float] = {}
    for table in NUMBERS:
        for i in range(len(study.rows(table))):
            row = study.rows(table)[i]
            keys = [*row.get("years", {})] if YEARS in NUMBERS[table] else []
            for key in [*keys, *(NUMBERS[table] - {YEARS})]:
                held = study.holds(table, i, key)
                if isinstance(held, int | float) and not isinstance(held, bool):
                    found[table, i, key] = draw.uniform(0.8, 1.2)
    return found


def in_full(study: floors.Study) -> tuple[Case, Compiled]:
    case = derive(study)
    return case, compile_model(completed(build(case), case))


def same_lp(one: Compiled, other: Compiled) -> None:
    a, b = one.lp, other.lp
    for name in ("cost", "row_lower", "row_upper", "lower", "upper"):
        assert np.array_equal(getattr(a, name), getattr(b, name)), name
    assert a.offset == b.offset and a.matrix.shape == b.matrix.shape
    for name in ("data", "indices", "indptr"):
        assert np.array_equal(getattr(a.matrix, name), getattr(b.matrix, name)), name
    for mine, yours in zip(
        (*one.variables, *one.constraints), (*other.variables, *other.constraints), strict=True
    ):
        assert mine.component.name == yours.component.name and mine.keys == yours.keys
        assert np.array_equal(mine.at, yours.at)


def same_case(one: Case, other: Case) -> None:
    """Fields by value; arrays of numbers by their bits."""
    for name in ("reference", "production", "demand", "stocks", "caps", "border", "calendar", "places"):
        assert getattr(one, name) == getattr(other, name), name
    for name in ("o", "d", "c", "t", "freight", "duty", "carriage", "loss", "content", "limit", "minimum"):
        assert np.array_equal(getattr(one.arcs, name), getattr(other.arcs, name)), name
    for name in ("freight", "tariff", "export_tax", "reference", "there", "open"):
        assert np.array_equal(getattr(one.routes, name), getattr(other.routes, name)), name
    for name in ("charge", "social", "limit", "alive"):
        assert np.array_equal(
            getattr(one.links.terms, name), getattr(other.links.terms, name), equal_nan=True
        ), name
    assert np.array_equal(one.reach.makes, other.reach.makes)
    assert (one.room, one.exemptions.tonnes.tolist()) == (other.room, other.exemptions.tonnes.tolist())
    for name in ("cap", "t", "arc", "coefficient", "weight"):
        assert np.array_equal(getattr(one.counted, name), getattr(other.counted, name)), name
    assert [table.keys for table in one.spots] == [table.keys for table in other.spots]
    assert one.exempt.table.keys == other.exempt.table.keys


def again_as_in_full(study: floors.Study, cells: dict[Cells, float]) -> bool:
    """Whether the short way was taken; fails where it gives anything else."""
    lp = VariedLP(study, (), (), False)
    case, ready = lp.ready(cells)
    if ready is None:
        return False
    known, compiled = in_full(with_factors(study, cells))
    same_case(case, known)
    same_lp(ready[1], compiled)
    return True


def test_the_worked_example_is_derived_by_its_numbers_alone() -> None:
    study = floors.read(INPUTS / "rare_earths.xlsx")
    lp = VariedLP(study, (), (), False)
    draw = Random(3)
    for _ in range(2):
        cells = {
            (cell.table, cell.row, cell.column): draw.uniform(cell.low, cell.high)
            for one in inputs_of(study)
            for cell in one.cells
        }
        case, ready = lp.ready(cells)
        assert ready is not None and ready[0] is lp.ready({})[1][0]  # one model for all
        known, compiled = in_full(with_factors(study, cells))
        same_case(case, known)
        same_lp(ready[1], compiled)


@pytest.mark.parametrize("seed", few(range(60), 16))
def test_random_studies_are_derived_by_their_numbers_alone(seed: int) -> None:
    make = mixed.sheets if seed % 2 else entangled.sheets
    study = floors.Study(make(Random(seed), spread=0.05))
    taken = again_as_in_full(study, movable(study, Random(seed)))
    assert taken == stays_whole(derive(study))


@pytest.mark.parametrize(
    "cell, factor",
    [
        (("processes", 1, "unit_cost"), 0.0),
        (("caps", 0, 2026), 0.9),
        (("regions", 0, "region"), 1.0),
    ],
)
def test_what_may_change_more_than_numbers_is_derived_in_full(cell: Cells, factor: float) -> None:
    study = works()
    lp = VariedLP(study, (), (), False)
    case, ready = lp.ready({cell: factor})
    assert (ready is None) == (factor != 1.0)
    same_case(case, derive(with_factors(study, {cell: factor})))


def test_curves_and_first_levies_are_derived_in_full() -> None:
    for seed in range(8):
        study = floors.Study(mixed.sheets(Random(seed)))
        case = derive(study)
        more = any(len(steps) > 1 for steps in case.demand.steps.values()) or case.border.start
        _, ready = VariedLP(study, (), (), False).ready(movable(study, Random(seed)))
        assert not more or ready is None


def test_the_study_is_derived_in_full_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    for name in ("derive", "build", "derive_again", "compile_model"):
        before = getattr(solving, name)

        def also(*given: Any, _name: str = name, _before: Any = before) -> Any:
            calls.append(_name)
            return _before(*given)

        monkeypatch.setattr(solving, name, also)
    study = leaching()
    inputs, outputs = inputs_of(study), outputs_of(study)
    found = solving.solve_varied(study, inputs, np.random.default_rng(0).random((5, len(inputs))), outputs)
    assert all(one.status == "optimal" for one in found)
    assert (calls.count("derive"), calls.count("build"), calls.count("compile_model")) == (1, 1, 0)
    assert calls.count("derive_again") == 5


def test_short_and_full_give_the_same_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    study = leaching()
    inputs, outputs = inputs_of(study), outputs_of(study)
    rows = np.random.default_rng(1).random((6, len(inputs)))
    short = solving.solve_varied(study, inputs, rows, outputs)
    monkeypatch.setattr(solving, "stays_whole", lambda case: False)
    assert solving.solve_varied(study, inputs, rows, outputs) == short
