"""Rows of one column as bounds: the same optimum, duals that prove it, and a basis of all rows."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from pytest import approx

import floors
from floors.errors import Infeasible
from floors.lp.bounded import BoundedSolver
from floors.lp.highs import Factor, Solver, Status
from floors.lp.linear import LinearProgram, compile_model
from floors.lp.sparse import Matrix
from tests.support import entangled, mixed
from tests.support.counts import few


def program(
    cost: list[float], rows: list[list[float]], low: list[float], high: list[float] | None = None
) -> LinearProgram:
    n = len(cost)
    return LinearProgram(
        cost=np.array(cost, dtype=float),
        offset=1.0,
        matrix=Matrix.of(np.array(rows, dtype=float)),
        row_lower=np.array(low, dtype=float),
        row_upper=np.full(len(low), np.inf) if high is None else np.array(high, dtype=float),
        lower=np.zeros(n),
        upper=np.full(n, np.inf),
    )


def proven(lp: LinearProgram) -> BoundedSolver:
    """Solve, and hold against the LP as given: feasible, dual feasible, complementary; the basis is one, and gives
    this very point."""
    solver = BoundedSolver(lp)
    found, plain = solver.solve(), Solver(lp).solve()
    assert found.objective == approx(plain.objective, rel=1e-9, abs=1e-9)
    activity = lp.matrix @ found.x
    scale = 1 + np.abs(lp.row_lower)
    assert (activity >= lp.row_lower - 1e-7 * scale).all() and (found.x >= -1e-9).all()
    equal = lp.row_lower == lp.row_upper
    assert (found.dual[~equal] >= -1e-9).all()
    terms = 1 + np.abs(lp.cost) + np.abs(found.dual) @ abs(lp.matrix)
    reduced = lp.cost - found.dual @ lp.matrix
    assert np.abs(reduced - found.reduced) / terms == approx(0, abs=1e-9)
    assert (reduced / terms >= -1e-9).all()
    gap = lp.cost @ found.x - found.dual @ np.where(np.isfinite(lp.row_lower), lp.row_lower, 0.0)
    assert gap == approx(0, abs=1e-8 * (1 + abs(found.objective)))
    columns, rows = solver.basic()
    assert columns.sum() + rows.sum() == len(lp.row_lower)
    assert (found.reduced[columns] == 0).all() and (found.dual[rows] == 0).all()
    basis = lp.matrix[~rows].columns(columns)
    assert basis.shape[0] == basis.shape[1]
    Factor(basis)  # raises where it is singular
    assert found.x[~columns] == approx(0, abs=1e-9)
    return solver


def test_a_limit_and_a_minimum_by_hand() -> None:
    """At least 10 of x, y and z, x at most 6 (twice said), y at least 1, z dear: the limit is worth 2, the minimum
    costs nothing more than y does anyway."""
    lp = program([1, 3, 5], [[1, 1, 1], [-1, 0, 0], [-2, 0, 0], [0, 4, 0]], [10, -6, -14, 4])
    solver = proven(lp)
    found = solver.solve()
    assert found.x.tolist() == [6, 4, 0] and found.dual == approx([3, 2, 0, 0])
    assert found.reduced == approx([0, 0, 2])
    assert solver.solver.rows == 1 and [b.tolist() for b in solver.basic()] == [
        [True, True, False],
        [False, False, True, True],
    ]


def test_an_equation_of_one_column_has_a_dual_of_either_sign() -> None:
    for cost, dual in ((2.0, 2.0), (-2.0, -2.0)):
        lp = program([cost, 1], [[1, 0], [1, 1]], [3, 5], [3, np.inf])
        found = proven(lp).solve()
        assert found.x.tolist() == [3, 2] and found.dual == approx([dual - 1, 1])


def test_limits_that_contradict_each_other_have_no_plan() -> None:
    lp = program([1, 1], [[1, 1], [-1, 0], [1, 0]], [1, -2, 3])
    with pytest.raises(floors.FloorsError):
        BoundedSolver(lp).solve()
    with pytest.raises(Infeasible):
        BoundedSolver(program([1, 1], [[1, 1], [-1, 0], [0, -1]], [5, -2, -2])).solve()


def test_it_starts_at_the_corner_of_another() -> None:
    lp = program([1, 3, 5], [[1, 1, 1], [-1, 0, 0], [0, 1, -1]], [10, -6, -4])
    first = proven(lp)
    again = BoundedSolver(lp)
    again.start_at(first.corner())
    found = again.try_solve()
    assert found.status is Status.OPTIMAL and found.iterations == 0
    assert np.array_equal(again.basic()[0], first.basic()[0])


@pytest.mark.parametrize("seed", few(range(60), 14))
def test_random_studies(seed: int) -> None:
    make = mixed.sheets if seed % 2 else entangled.sheets
    lp = compile_model(floors.build(floors.Study(make(Random(seed))))).lp
    if Solver(lp).optimum()[0] is Status.OPTIMAL:
        proven(lp)
    else:
        with pytest.raises(Infeasible):
            BoundedSolver(lp).solve()
