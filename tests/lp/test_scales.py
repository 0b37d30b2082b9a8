"""What HiGHS drops, refuses or takes for infinity: rows are multiplied so that it keeps all, or it is said which number."""

from __future__ import annotations

import pickle
import re
from dataclasses import replace
from typing import Any

import highspy
import numpy as np
import pyomo.environ as pyo
import pytest

import floors
from floors.errors import SolveError
from floors.lp.highs import Factor, Solver
from floors.lp.linear import LinearProgram, compile_model
from floors.lp.scales import Unfit, row_scales
from floors.lp.sparse import Matrix
from tests.lp.test_highs import INF, diet, program

SMALL = [1e-9, 1e-10, 3e-12, 1e-13, 1e-14]


def cheap(entry: float) -> LinearProgram:
    """min entry x + 5 y; entry x + y >= 1: x = 1 / entry costs 1, and y = 1 costs 5."""
    return program([entry, 5], [[entry, 1]], [1])


def plainly(lp: LinearProgram) -> tuple[Any, Any]:
    """HiGHS as it comes: what it says to an LP, and to a run."""
    highs = highspy.Highs()
    highs.silent()
    given = highspy.HighsLp()
    given.num_row_, given.num_col_ = lp.matrix.shape
    given.col_cost_, given.col_lower_, given.col_upper_ = lp.cost, lp.lower, lp.upper
    given.row_lower_, given.row_upper_ = lp.row_lower, lp.row_upper
    given.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    given.a_matrix_.start_, given.a_matrix_.index_ = lp.matrix.indptr, lp.matrix.indices
    given.a_matrix_.value_ = lp.matrix.data
    outcome = highs.passModel(given)
    highs.run()
    return outcome, highs


def test_highs_drops_a_small_entry_and_calls_the_rest_optimal() -> None:
    outcome, highs = plainly(cheap(1e-9))
    assert outcome == highspy.HighsStatus.kWarning
    assert highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    assert highs.getInfo().objective_function_value == 5
    assert highs.getOptionValue("small_matrix_value")[1] == 1e-9
    assert highs.setOptionValue("small_matrix_value", 0.0) == highspy.HighsStatus.kError


@pytest.mark.parametrize("entry", SMALL)
def test_a_small_entry_is_kept_with_its_price(entry: float) -> None:
    found = Solver(cheap(entry)).solve()
    assert found.objective == pytest.approx(1, rel=1e-9)
    assert found.x * [entry, 1] == pytest.approx([1, 0], abs=1e-9)
    assert found.dual == pytest.approx([1])


@pytest.mark.parametrize("entry", SMALL)
def test_so_is_one_of_a_row_that_comes_later_and_changes(entry: float) -> None:
    solver = Solver(program([entry, 5], [[0, 1]], [0]))
    solver.add_rows(np.array([1.0]), np.array([INF]), Matrix.of([[entry, 1.0]]))
    assert solver.solve().objective == pytest.approx(1)
    assert solver.duals() == pytest.approx([0, 1])
    solver.set_rows(np.array([1]), np.array([2.0]), np.array([INF]))
    assert solver.solve().objective == pytest.approx(2)
    solver.add_rows(np.array([3.0]), np.array([INF]), Matrix.of([[0.0, 1.0]]))
    assert solver.rows == 3 and solver.solve().objective == pytest.approx(15)


def test_so_is_one_of_a_matrix_that_is_factorised() -> None:
    matrix = np.array([[2, 0, 1], [0, 1e-11, 0], [3, 1, 0]])
    factor, inverse = Factor(Matrix.of(matrix)), np.linalg.inv(matrix)
    for column in range(3):
        at, values = factor.row_of_inverse(column)
        found = np.zeros(3)
        found[at] = values
        assert found == pytest.approx(inverse[column], rel=1e-9)


def test_rows_stay_as_they_are_where_nothing_would_be_dropped() -> None:
    """Else the last digits of every result would be others."""
    assert row_scales(diet().matrix) is None
    assert row_scales(Matrix((1, 2), np.array([0.0, 1.0]), np.array([0, 1]), np.array([0, 2]))) is None
    scale = row_scales(Matrix.of(np.array([[1.0, 2e-9], [1e-9, 4.0], [1e-30, 0]])))
    assert scale is not None and scale[0] == 1
    assert (np.frexp(scale)[0] == 0.5).all() and scale[1] == 2


REFUSED = {
    "a large coefficient": (
        program([1, 1], [[1e15, 1]], [1]),
        "coefficient of column 0 in row 0 is 1e+15",
        "1e+15 or",
    ),
    "one too small beside another": (
        program([1, 1], [[1, 1], [1e-20, 1e9]], [1, 1]),
        "column 0 in row 1",
        "1e-09",
    ),
    "no coefficient": (program([1], [[np.nan]], [1]), "coefficient of column 0 in row 0 is nan", "finite"),
    "an endless side": (program([1], [[1]], [1e20]), "right side of row 0 is 1e+20", "infinite"),
    "no side": (program([1], [[1]], [np.nan]), "right side of row 0 is nan", "finite"),
    "from above": (program([1], [[1]], [-INF], [-1e21]), "right side of row 0 is -1e+21", "infinite"),
    "an endless cost": (
        program([2, 1e20], [[1, 1]], [1]),
        "cost of column 1 is 1e+20",
        "1e+20 and more is infinite",
    ),
    "no cost": (program([np.nan], [[1]], [1]), "cost of column 0 is nan", "finite"),
    "an endless bound": (
        program([1], [[1]], [1], column_lower=1e20),
        "bound of column 0 is 1e+20",
        "infinite",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_number_that_highs_would_take_for_another(name: str) -> None:
    lp, where, why = REFUSED[name]
    with pytest.raises(SolveError, match=re.escape(where)) as caught:
        Solver(lp)
    assert why in str(caught.value) and isinstance(caught.value, Unfit)
    assert str(type(caught.value)("said otherwise")) == "said otherwise"
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_a_limit_beyond_all_numbers_is_none() -> None:
    assert Solver(program([1], [[1], [1]], [1, -1e25])).solve().objective == 1
    assert Solver(program([1], [[1]], [1], [1e25])).solve().objective == 1


def add_row(solver: Solver, lower: float, columns: list[int], values: list[float]) -> None:
    row = Matrix((1, solver.columns), np.array(values), np.array(columns), np.array([0, len(columns)]))
    solver.add_rows(np.array([lower]), np.array([INF]), row)


CHANGES = {
    "a row": lambda s: add_row(s, 1e20, [0], [1.0]),
    "the second of two rows": lambda s: s.add_rows(
        np.array([1.0, 1e20]), np.full(2, INF), Matrix.identity(2)
    ),
    "an entry": lambda s: add_row(s, 1.0, [0], [1e15]),
    "no entry": lambda s: add_row(s, 1.0, [0], [np.nan]),
    "a column twice": lambda s: add_row(s, 1.0, [0, 0], [1.0, 1.0]),
    "a column that is not there": lambda s: add_row(s, 1.0, [7], [1.0]),
    "sides": lambda s: s.set_rows(np.array([1]), np.array([1e20]), np.array([INF])),
    "sides of no row": lambda s: s.set_rows(np.array([9]), np.array([1.0]), np.array([INF])),
    "no side": lambda s: s.set_rows(np.array([1]), np.array([np.nan]), np.array([INF])),
    "bounds": lambda s: s.set_bounds(np.array([1]), np.array([1e20]), np.array([INF])),
    "bounds of no column": lambda s: s.set_bounds(np.array([9]), np.array([1.0]), np.array([INF])),
    "a cost": lambda s: s.set_cost(np.array([1e20]), np.array([1])),
    "no cost": lambda s: s.set_cost(np.array([np.nan]), np.array([1])),
    "a cost of no column": lambda s: s.set_cost(np.array([1.0]), np.array([9])),
    "a column": lambda s: s.add_columns(np.array([1e20]), np.array([INF])),
    "a column without an end": lambda s: s.add_columns(np.array([0.0]), np.array([np.nan])),
    "a basis": lambda s: s.start_from(np.array([True] * 3), np.array([False] * 2), np.array([False] * 2)),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_that_highs_refuses_is_an_error_and_changes_nothing(name: str) -> None:
    solver = Solver(diet())
    before = solver.solve()
    with pytest.raises(SolveError):
        CHANGES[name](solver)
    assert (solver.rows, solver.columns) == (solver.highs.getNumRow(), solver.highs.getNumCol()) == (2, 2)
    after = solver.solve()
    assert after.objective == before.objective and after.x.tolist() == before.x.tolist()


def test_an_lp_whose_sizes_disagree_is_refused() -> None:
    with pytest.raises(SolveError, match="the sizes of the LP disagree"):
        Solver(replace(diet(), cost=np.zeros(3)))
    with pytest.raises(SolveError, match="the sizes of the LP disagree"):
        Solver(replace(diet(), row_upper=np.zeros(1)))


def own(entry: float = 1.0, side: float = 1.0, cost: float = 5.0) -> pyo.ConcreteModel:
    m = pyo.ConcreteModel()
    m.x, m.y = pyo.Var(within=pyo.NonNegativeReals), pyo.Var(within=pyo.NonNegativeReals)
    m.need = pyo.Constraint(expr=entry * m.x + m.y >= side)
    m.cost = pyo.Objective(expr=entry * m.x + cost * m.y)
    return m


def test_a_model_of_ones_own_keeps_its_small_coefficients() -> None:
    m = own(1e-9)
    prices = floors.price(m, {"need": [(m.need, 1.0)]})
    assert prices.cost == pytest.approx(1) and prices.floors["need"] == pytest.approx(1)


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (
            own(entry=1e16),
            "the coefficient of x in need is 1e+16: HiGHS takes no coefficient of 1e+15 or more.",
        ),
        (own(side=1e21), "the right side of need is 1e+21: to HiGHS 1e+20 and more is infinite."),
        (own(cost=1e21), "the cost of y is 1e+21: to HiGHS 1e+20 and more is infinite."),
    ],
)
def test_a_number_of_ones_own_model_is_named_as_the_model_does(model: pyo.ConcreteModel, said: str) -> None:
    with pytest.raises(Unfit) as caught:
        floors.price(model, {"need": [(model.need, 1.0)]})
    assert str(caught.value) == said


def test_a_bound_of_ones_own_model_is_named() -> None:
    m = own()
    m.x.setlb(1e21)
    with pytest.raises(SolveError, match=r"the right side of a bound of x is 1e\+21"):
        compile_model(m)
