"""A Pyomo model as arrays: senses, right sides, bounds, the order of rows and columns, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo
import pytest

from floors.errors import Infeasible, UsageError
from floors.lp.linear import Compiled, compile_model
from tests.support.matrices import dense

INF = np.inf


def tiny() -> Any:
    """Two variables, and a row of each sense."""
    m = pyo.ConcreteModel()
    m.x, m.y = pyo.Var(domain=pyo.NonNegativeReals), pyo.Var(domain=pyo.NonNegativeReals)
    m.least = pyo.Constraint(expr=2 * m.x + m.y >= 8)
    m.most = pyo.Constraint(expr=m.x + 3 * m.y <= 19)
    m.exact = pyo.Constraint(expr=m.x - m.y == -1)
    m.cost = pyo.Objective(expr=5 * m.x + 7 * m.y + 11)
    return m


def row(compiled: Compiled, constraint: Any) -> tuple[list[float], float, float]:
    """The one row of a constraint: coefficients, lower and upper side."""
    (i,) = compiled.rows_of(constraint)
    lp = compiled.lp
    return dense(lp.matrix)[i].tolist(), float(lp.row_lower[i]), float(lp.row_upper[i])


def test_every_row_reads_at_least_or_equal() -> None:
    m = tiny()
    found = compile_model(m)
    assert row(found, m.least) == ([2, 1], 8, INF)
    assert row(found, m.most) == ([-1, -3], -19, INF)
    assert row(found, m.exact) == ([1, -1], -1, -1)
    assert found.flipped.tolist() == [False, True, False]
    assert found.equality.tolist() == [False, False, True]


def test_costs_offset_and_columns_that_are_not_negative() -> None:
    m = tiny()
    found = compile_model(m)
    assert found.lp.cost.tolist() == [5, 7] and found.lp.offset == 11
    assert found.lp.lower.tolist() == [0, 0] and found.lp.upper.tolist() == [INF, INF]
    assert not found.free.any() and not found.maximised
    assert [found.columns(v)[1].tolist() for v in (m.x, m.y)] == [[0], [1]]


def test_constants_go_to_the_right_side() -> None:
    m = tiny()
    m.both = pyo.Constraint(expr=m.x + 4 >= 2 * m.y + m.x - 6 + m.x)
    coefficients, lower, upper = row(compile_model(m), m.both)
    assert (coefficients, lower, upper) == ([-1, -2], -10, INF)


def test_maximisation_is_turned_round() -> None:
    m = tiny()
    m.cost.sense = pyo.maximize
    found = compile_model(m)
    assert found.maximised
    assert found.lp.cost.tolist() == [-5, -7] and found.lp.offset == -11
    assert row(found, m.least) == ([2, 1], 8, INF)


def test_rows_and_columns_keep_the_order_of_the_model() -> None:
    """Two builds give the same arrays: the order is that of the model, not that of a hash."""
    first, second = tiny(), tiny()
    one, other = compile_model(first), compile_model(second)
    assert one.row_names == other.row_names == ["least", "most", "exact"]
    assert one.column_names == other.column_names == ["x", "y"]
    assert (dense(one.lp.matrix) == dense(other.lp.matrix)).all()


@pytest.mark.parametrize(
    ("low", "high", "rows", "free"),
    [
        (0, None, [], False),
        (0, 5, [([-1.0], -5.0)], False),
        (2, None, [([1.0], 2.0)], True),
        (2, 5, [([1.0], 2.0), ([-1.0], -5.0)], True),
        (-3, None, [([1.0], -3.0)], True),
        (None, 5, [([-1.0], -5.0)], True),
        (None, 0, [([-1.0], 0.0)], True),
        (None, None, [], True),
    ],
)
def test_bounds_become_rows_at_the_end(
    low: float | None, high: float | None, rows: list[Any], free: bool
) -> None:
    m = pyo.ConcreteModel()
    m.x = pyo.Var(bounds=(low, high))
    m.row = pyo.Constraint(expr=m.x >= -100)
    m.cost = pyo.Objective(expr=m.x)
    found = compile_model(m)
    lp = found.lp
    assert row(found, m.row) == ([1], -100, INF)
    added = list(zip(dense(lp.matrix)[1:].tolist(), lp.row_lower[1:].tolist(), strict=True))
    assert added == rows
    assert (lp.row_upper == INF).all() and not found.equality.any()
    assert found.free.tolist() == [free]
    assert lp.lower.tolist() == [-INF if free else 0] and lp.upper.tolist() == [INF]
    assert found.flipped[1:].tolist() == [coefficients == [-1.0] for coefficients, _ in rows]


def test_a_domain_and_a_bound_both_hold() -> None:
    m = pyo.ConcreteModel()
    m.x = pyo.Var(domain=pyo.NonNegativeReals, bounds=(-4, 6))
    m.cost = pyo.Objective(expr=m.x)
    lp = compile_model(m).lp
    assert lp.lower.tolist() == [0]
    assert dense(lp.matrix).tolist() == [[-1]] and lp.row_lower.tolist() == [-6]


def test_a_fixed_variable_is_a_free_column_with_an_equality() -> None:
    m = tiny()
    m.y.fix(3)
    found = compile_model(m)
    lp = found.lp
    assert dense(lp.matrix)[-1].tolist() == [0, 1]
    assert lp.row_lower[-1] == lp.row_upper[-1] == 3 and found.equality[-1]
    assert found.free.tolist() == [False, True]
    assert row(found, m.most) == ([-1, -3], -19, INF)
    assert m.y.fixed and m.y.value == 3


def test_fixed_variables_stay_fixed_whatever_goes_wrong() -> None:
    m = tiny()
    m.y.fix(3)
    m.odd = pyo.Constraint(expr=m.x**2 <= 4)
    with pytest.raises(UsageError, match="linear"):
        compile_model(m)
    assert m.y.fixed and m.y.value == 3


def test_a_ranged_row_is_two_rows_in_its_place() -> None:
    m = tiny()
    m.range = pyo.Constraint(expr=(2, m.x + m.y, 6))
    m.after = pyo.Constraint(expr=m.x <= 50)
    found = compile_model(m)
    rows = found.rows_of(m.range)
    read = sorted((dense(found.lp.matrix)[i].tolist(), float(found.lp.row_lower[i])) for i in rows)
    assert read == [([-1, -1], -6), ([1, 1], 2)]
    assert [bool(found.flipped[i]) for i in rows] == [found.lp.row_lower[i] < 0 for i in rows]
    assert row(found, m.after) == ([-1, 0], -50, INF)


def test_columns_and_rows_of_a_component() -> None:
    m = pyo.ConcreteModel()
    m.x = pyo.Var(["a", "b", "c"], domain=pyo.NonNegativeReals)
    m.row = pyo.Constraint(["a", "c"], rule=lambda m, i: m.x[i] >= 1)
    m.row["a"].deactivate()
    m.cost = pyo.Objective(expr=m.x["a"] + m.x["c"])
    found = compile_model(m)
    keys, columns = found.columns(m.x)
    assert keys == ["a", "b", "c"]
    assert columns.tolist()[1] == -1 and sorted(columns.tolist()) == [-1, 0, 1]
    assert found.rows(m.row) == {"c": 0}


def test_what_is_deactivated_takes_no_part() -> None:
    m = tiny()
    m.most.deactivate()
    m.block = pyo.Block()
    m.block.row = pyo.Constraint(expr=m.x >= 1)
    m.block.deactivate()
    found = compile_model(m)
    assert found.lp.matrix.shape == (2, 2)
    assert found.rows_of(m.most) == found.rows_of(m.block.row) == []


def test_rows_inside_blocks_count() -> None:
    m = tiny()
    m.block = pyo.Block()
    m.block.z = pyo.Var(bounds=(1, 4))
    m.block.row = pyo.Constraint(expr=m.x + m.block.z >= 1)
    found = compile_model(m)
    assert found.lp.matrix.shape == (6, 3)
    assert row(found, m.block.row)[1:] == (1, INF)


@pytest.mark.parametrize(("left", "right"), [(2, 1), (-1, -2)])
def test_a_row_without_variables_that_cannot_hold_is_infeasible(left: float, right: float) -> None:
    m = tiny()
    m.none = pyo.Constraint(expr=0 * m.x + left <= right)
    with pytest.raises(Infeasible, match="none"):
        compile_model(m)


def test_a_row_of_fixed_variables_that_cannot_hold_is_found_by_the_solver_not_dropped() -> None:
    m = tiny()
    m.z = pyo.Var(domain=pyo.NonNegativeReals)
    m.z.fix(5)
    m.none = pyo.Constraint(expr=m.z <= 4)
    found = compile_model(m)
    coefficients, lower, upper = row(found, m.none)
    assert (coefficients[-1], lower, upper) == (-1, -4, INF)


def test_a_row_without_variables_that_holds_is_left_out() -> None:
    m = tiny()
    m.none = pyo.Constraint(expr=0 * m.x + 1 <= 2)
    found = compile_model(m)
    assert found.rows(m.none) == {} and found.lp.matrix.shape == (3, 2)


def test_a_model_without_rows() -> None:
    m = pyo.ConcreteModel()
    m.x = pyo.Var(domain=pyo.NonNegativeReals)
    m.cost = pyo.Objective(expr=m.x + 2)
    found = compile_model(m)
    assert found.lp.matrix.shape == (0, 1) and found.lp.cost.tolist() == [1] and found.lp.offset == 2
