"""Exact proofs: rational numbers on the doubles given, without a tolerance."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import floors
import floors.lp.exact
from floors.errors import UsageError
from floors.lp.exact import check, solve_basis
from floors.lp.highs import Solver
from floors.lp.linear import LinearProgram
from tests.lp.test_highs import diet, program
from tests.support.places import CASES

INF = np.inf
DEGENERATE = program([-1, -1], [[-1, 0], [0, -1], [-1, -1], [-2, -1]], [-2, -2, -4, -6])
"""min -x - y in a box whose corner (2, 2) three further rows touch."""


def test_a_perfect_pair_is_weighed_as_perfect() -> None:
    found = check(diet(), np.array([3.0, 1.0]), np.array([1.5, 0.5]))
    assert (found.cost, found.bound, found.gap, found.relative_gap) == (19, 19, 0, 0)
    assert found.row_violation == found.bound_violation == found.dual_sign == found.reduced_sign == 0
    assert found.assumed == 0


def test_every_fault_is_weighed_exactly() -> None:
    much = Fraction(2.75)
    short = check(diet(), np.array([2.75, -1.0]), np.array([1.5, -0.25]))
    assert short.row_violation == 6 - much + 3
    assert short.bound_violation == 1 and short.dual_sign == Fraction(1, 4)
    assert short.cost == 10 + 2 * much - 3
    assert float(short.bound) == pytest.approx(float(short.cost) * 1.01, rel=1e-12), (
        "no more is asked of a bound than to refute the plan"
    )
    dear = check(diet(), np.array([4.0, 2.0]), np.array([1.5, 0.5]))
    assert dear.gap == 24 - 19
    assert dear.row_violation == 0
    greedy = check(diet(), np.array([3.0, 1.0]), np.array([2.0, 0.5]))
    assert greedy.reduced_sign == Fraction(1, 2)
    assert greedy.bound < greedy.cost, "a wrong reduced cost is charged, so that the bound still holds"
    above = check(program([1], [[1]], [0], [2], column_upper=3), np.array([5.0]), np.array([0.0]))
    assert above.row_violation == 3 and above.bound_violation == 2


def test_what_no_row_limits_is_said_to_be_assumed() -> None:
    lp = program([0, 1], [[1, 1]], [4])
    found = check(lp, np.array([4.0, 0.0]), np.array([2.0**-40]))
    assert found.assumed == 1 and found.bound == Fraction(4, 2**40) - Fraction(10**9, 2**40)
    free = program([0], [[1]], [4], column_lower=-INF)
    assert check(free, np.array([4.0]), np.array([-1.0])).assumed == 0
    assert check(free, np.array([4.0]), np.array([1.0])).assumed == 1


def optimum(lp: LinearProgram) -> floors.lp.exact.ExactOptimum:
    solver = Solver(lp)
    found = solver.solve()
    return solve_basis(lp, *solver.basic(), found.x)


def test_corners_that_can_be_seen() -> None:
    found = optimum(diet())
    assert found.optimal and found.why == "" and found.cost == 19
    assert found.x == [3, 1] and found.dual == [Fraction(3, 2), Fraction(1, 2)]
    thirds = optimum(program([1, 1], [[3, 0], [0, 7]], [1, 1]))
    assert thirds.x == [Fraction(1, 3), Fraction(1, 7)] and thirds.cost == Fraction(10, 21)
    degenerate = optimum(DEGENERATE)
    assert degenerate.optimal and degenerate.x == [2, 2] and degenerate.cost == -4
    held = optimum(program([1, 2], [[1, 1]], [5], [5], column_upper=3))
    assert held.optimal and held.x == [3, 2] and held.cost == 7
    free = optimum(program([1, 1], [[1, 1], [1, -1]], [2, 1], [INF, 1], column_lower=-INF))
    assert free.optimal and free.cost == 2


def test_a_corner_that_is_no_optimum_says_why() -> None:
    yes, no = np.array([True, True]), np.array([False, False])
    short = solve_basis(diet(), np.array([False, True]), np.array([False, True]), np.array([0.0, 4.0]))
    assert not short.optimal and short.x == [0, 4] and short.why == "a reduced cost has the wrong sign: 1"
    broken = solve_basis(diet(), no, yes, np.zeros(2))
    assert broken.why == "a row is broken by 6" and broken.worst == 6
    outside = solve_basis(program([1], [[1]], [-3]), np.array([True]), np.array([False]), np.zeros(1))
    assert outside.why == "a bound is broken by 3"
    upper = solve_basis(program([1], [[1]], [0], [2]), np.array([True]), np.array([False]), np.array([2.0]))
    assert upper.why == "a dual has the wrong sign: 1"


def test_what_is_no_basis_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    yes, no = np.array([True, True]), np.array([False, False])
    with pytest.raises(UsageError, match="expected as many basic columns as rows"):
        solve_basis(diet(), yes, yes, np.zeros(2))
    same = program([1, 1], [[1, 1], [2, 2]], [1, 2])
    with pytest.raises(UsageError, match="singular"):
        solve_basis(same, yes, no, np.zeros(2))
    monkeypatch.setattr(floors.lp.exact, "MOST_ROWS", 1)
    with pytest.raises(UsageError, match="at most 1 rows; this LP has 2"):
        solve_basis(diet(), yes, no, np.zeros(2))


def test_random_corners_solve_their_systems() -> None:
    """Dense bases, where elimination fills in: every tight row holds exactly."""
    generator = np.random.default_rng(3)
    for size in (1, 2, 5, 12):
        rows = generator.integers(-3, 4, (size, size)) + 5 * np.eye(size)
        lp = program([1.0] * size, rows.tolist(), generator.integers(1, 9, size).astype(float).tolist())
        found = solve_basis(lp, np.ones(size, bool), np.zeros(size, bool), np.zeros(size))
        for row, side in zip(rows.tolist(), lp.row_lower.tolist(), strict=True):
            assert sum(Fraction(a) * v for a, v in zip(row, found.x, strict=True)) == Fraction(side)
        for column in np.array(rows).T.tolist():
            assert sum(Fraction(a) * v for a, v in zip(column, found.dual, strict=True)) == 1


@pytest.mark.parametrize(
    "name", ["dantzig", "tp1", "tp5", "three_countries", "ampl_steelP", "ampl_steelT", "toy"]
)
def test_plans_of_known_cases(name: str) -> None:
    """The exact corner costs what the plan does, and no bound of `check` is above it."""
    outcome = floors.solve(floors.read(CASES / f"{name}.xlsx")).outcome
    lp, plan = outcome.compiled.lp, outcome.plan
    corner = solve_basis(lp, *outcome.basic, outcome.choice.corner)
    found = check(lp, plan.x, plan.dual)
    assert float(corner.cost) == pytest.approx(plan.objective, rel=1e-14)
    assert found.bound <= corner.cost or not corner.optimal
    assert corner.optimal == (corner.worst == 0)
    assert corner.worst < 1e-12, "a tie in decimals may be none in doubles, by a last bit"
    assert [float(v) for v in corner.x] == pytest.approx(outcome.choice.corner.tolist(), abs=1e-9)
