"""The arrays of all states are those that Pyomo makes of the same model."""

from __future__ import annotations

import numpy as np
import pytest
from pytest import approx

import floors
from floors.case.derive import derive
from floors.lp.by_pyomo import compile_by_pyomo
from floors.lp.highs import Solver
from floors.many.risks.model import two_stage
from floors.many.risks.states import states_of
from floors.sourcing.rows import ROW_KINDS
from tests.many.test_risk import toy
from tests.support.averse import embargo, minerals, plant, set_to
from tests.support.studies import table


def studies() -> dict[str, floors.Study]:
    dumping = set_to("dumping", "processes", "region=CN", "unit_cost", 60)
    return {
        "two that differ at once": plant(),
        "one known later": minerals(),
        "both": toy(
            [
                {"scenario": "dumping", "probability": 0.25},
                {"scenario": "shut", "probability": 0.1, "known_from": 2031},
            ],
            [dumping, embargo("shut", 2032)],
        ),
        "one known after another": minerals(
            scenarios=table(
                "scenario probability known_from parent",
                ("dear", 0.2, 2027, None),
                ("embargo", 0.1, 2027, "dear"),
            ),
            changes=[set_to("dear", "demand", "region=US", 2027, 300), embargo("embargo")],
        ),
    }


@pytest.mark.parametrize("name", studies())
def test_the_arrays_are_those_of_the_model(name: str) -> None:
    states = states_of(studies()[name])
    model, ours = two_stage(states, {s.name: derive(s.study) for s in states})
    for state in states:  # what stands in the block, and not in the arrays
        for kind in ROW_KINDS.values():
            for index, row in model.state[state.name].component(kind.name).items():
                year = kind.own_year(index)
                if state.known_from is not None and year is not None and year < state.known_from:
                    row.deactivate()
    theirs = compile_by_pyomo(model)
    assert ours.lp.matrix.nnz == theirs.lp.matrix.nnz and len(ours.equality) == len(theirs.equality)
    assert sorted(ours.row_names) == sorted(theirs.row_names)
    by_name = dict(zip(theirs.row_names, theirs.lp.row_lower.tolist(), strict=True))
    sides = [by_name[row] for row in ours.row_names]
    assert ours.lp.row_lower.tolist() == approx(sides)
    cost = dict(zip(theirs.column_names, theirs.lp.cost.tolist(), strict=True))
    assert ours.lp.cost.tolist() == approx([cost.get(column, 0.0) for column in ours.column_names])
    weight = abs(ours.lp.matrix) @ np.ones(len(ours.lp.cost))
    other = dict(
        zip(theirs.row_names, (abs(theirs.lp.matrix) @ np.ones(len(theirs.lp.cost))).tolist(), strict=True)
    )
    assert weight.tolist() == approx([other[row] for row in ours.row_names])
    assert Solver(ours.lp).solve().objective == approx(Solver(theirs.lp).solve().objective)
