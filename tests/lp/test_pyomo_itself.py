"""What Pyomo does, as docs/traps.md says: where one of these fails, another version does otherwise; look again."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pyomo.environ as pyo
import pytest

SOLVERS = ("highs", "appsi_highs")


def two_rows(entry: float = 1.0, side: float = 1.0) -> Any:
    """x >= 3 and entry x + y >= side, at the least x + y."""
    m = pyo.ConcreteModel()
    m.x, m.y = pyo.Var(within=pyo.NonNegativeReals), pyo.Var(within=pyo.NonNegativeReals)
    m.least = pyo.Constraint(expr=m.x >= 3)
    m.need = pyo.Constraint(expr=entry * m.x + m.y >= side)
    m.cost = pyo.Objective(expr=m.x + m.y)
    return m


@pytest.mark.parametrize("name", SOLVERS)
@pytest.mark.parametrize("bad", [{"entry": 1e16}, {"side": 1e21}])
def test_one_row_that_highs_refuses_and_there_is_none(name: str, bad: dict[str, float]) -> None:
    found = pyo.SolverFactory(name).solve(m := two_rows(**bad))
    assert found.solver.termination_condition == pyo.TerminationCondition.optimal
    assert (m.x.value, m.y.value) == (0, 0), "no row holds, not even that x is 3 or more"
    pyo.SolverFactory(name).solve(m := two_rows())
    assert (m.x.value, m.y.value) == (3, 0)


@pytest.mark.parametrize("name", SOLVERS)
def test_options_that_there_are_none_of_are_not_said(name: str) -> None:
    found = pyo.SolverFactory(name).solve(two_rows(), options={"time_limt": 1, "presolve": "maybe"})
    assert found.solver.termination_condition == pyo.TerminationCondition.optimal


def test_a_solver_that_is_used_again_goes_on_counting_seconds() -> None:
    solver, m, took = pyo.SolverFactory("appsi_highs"), two_rows(), []
    for side in (1, 10, 20, 30):
        m.need.set_value(m.x + 2 * m.y >= side)
        solver.solve(m)
        took.append(solver._solver_model.getRunTime())
    assert took == sorted(took) and took[0] < took[-1]


@pytest.mark.parametrize("name", SOLVERS)
def test_the_reduced_cost_of_a_fixed_variable_is_0(name: str) -> None:
    m = two_rows()
    m.rc = pyo.Suffix(direction=pyo.Suffix.IMPORT)
    m.cost.set_value(m.x + 7 * m.y)
    m.y.fix(0)
    pyo.SolverFactory(name).solve(m)
    assert m.rc[m.y] == 0, "and not 7"


def test_the_dual_of_a_model_has_no_bounds_and_no_constant() -> None:
    m = pyo.ConcreteModel()
    m.x = pyo.Var(bounds=(2, 5))
    m.need = pyo.Constraint(expr=m.x >= 1)
    m.cost = pyo.Objective(expr=m.x + 10)
    dual = pyo.TransformationFactory("core.lp_dual").create_using(m)
    pyo.SolverFactory("highs").solve(dual)
    assert [pyo.value(one) for one in dual.component_data_objects(pyo.Objective)] == [1], "and not 12"


@pytest.mark.parametrize(
    ("name", "kind"), [("highs", "NoFeasibleSolutionError"), ("appsi_highs", "RuntimeError")]
)
def test_each_interface_raises_another_error_where_nothing_is_feasible(name: str, kind: str) -> None:
    from pyomo.contrib.iis.mis import compute_infeasibility_explanation

    m = two_rows()
    m.x.setub(1)
    for call in (
        lambda: pyo.SolverFactory(name).solve(m),
        lambda: compute_infeasibility_explanation(m, name),
    ):
        with pytest.raises(Exception, match="A feasible solution was not found") as caught:
            call()
        assert type(caught.value).__name__ == kind


def test_a_component_of_a_name_that_is_there_takes_its_place(caplog: pytest.LogCaptureFixture) -> None:
    m = two_rows()
    old = m.x
    m.x = pyo.Var()
    assert m.x is not old and "Implicitly replacing the Component attribute x" in caplog.text


def test_what_cuts_a_component_short_is_told_on_standard_output() -> None:
    code = """
import pyomo.environ as pyo
def rule(m, i):
    raise KeyboardInterrupt
m = pyo.ConcreteModel()
try:
    m.c = pyo.Constraint([1], rule=rule)
except KeyboardInterrupt:
    pass
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "ERROR: Constructing component 'c'" in done.stdout and not done.stderr
