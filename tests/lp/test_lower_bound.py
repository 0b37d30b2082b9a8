"""Bounds that hold whatever the solver did: for any duals at all, and with every rounding outward."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import floors
from floors.lp.exact import check, exact_bound, solve_basis
from floors.lp.highs import Solver
from floors.lp.linear import LinearProgram
from floors.lp.lower_bound import LARGEST, implied_bounds, lower_bound, netted
from tests.lp.test_highs import diet, program
from tests.support.places import CASES

INF = np.inf
number = st.integers(-4, 4).map(float) | st.floats(-4, 4).map(lambda v: round(v, 2))


@st.composite
def programs(draw: st.DrawFn) -> LinearProgram:
    """Small LPs with rows of every kind, bounded by a last row; many have no plan, some are degenerate."""
    n, m = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    rows = [[draw(number) for _ in range(n)] for _ in range(m)] + [[-1.0] * n]
    lower = [draw(number) for _ in range(m)] + [-10.0]
    kinds = [draw(st.sampled_from(["least", "equal", "most", "between"])) for _ in range(m)] + ["least"]
    upper = [
        {"least": INF, "equal": b, "most": b, "between": b + 2}[k] for b, k in zip(lower, kinds, strict=True)
    ]
    lower = [-INF if k == "most" else b for b, k in zip(lower, kinds, strict=True)]
    return program([draw(number) for _ in range(n)], rows, lower, upper, offset=draw(number))


@settings(max_examples=300, deadline=None)
@given(programs(), st.data())
def test_no_duals_give_more_than_the_least_cost(lp: LinearProgram, data: st.DataObject) -> None:
    solver = Solver(lp)
    found = solver.try_solve()
    if found.status.value != "optimal":
        return
    best = solve_basis(lp, *solver.basic(), found.x)
    duals = np.array([data.draw(st.floats(-9, 9)) for _ in lp.row_lower])
    for dual in (found.dual, duals, found.dual + 1e-7 * duals, -found.dual):
        for ceiling in (found.objective + 1, found.objective + 1e6):
            bound, exact = lower_bound(lp, dual, ceiling), exact_bound(lp, dual, ceiling)
            assert bound.assumed == exact.assumed == 0
            assert bound.value <= exact.value
            # The exact corner may break a row by a last bit of the doubles given; then it is no plan.
            if best.optimal:
                assert Fraction(exact.value) <= best.cost
    assert lower_bound(lp, found.dual, found.objective + 1).value == pytest.approx(found.objective, abs=1e-6)


@settings(max_examples=200, deadline=None)
@given(programs())
def test_no_plan_lies_outside_implied_bounds(lp: LinearProgram) -> None:
    found = Solver(lp).try_solve()
    if found.status.value != "optimal":
        return
    for ceiling in (INF, found.objective + 1e-6):
        least, most = implied_bounds(lp, ceiling)
        assert (least - 1e-6 <= found.x).all() and (found.x <= most + 1e-6).all()
        assert np.isfinite(most).all(), "the last row bounds all"


def test_a_bound_that_can_be_seen() -> None:
    """x + y >= 4 and x + 3 y >= 6 at 2 x + 3 y + 10: duals 3/2 and 1/2 prove 19, half of them 14.5, none 10."""
    for dual, bound in (
        ([1.5, 0.5], 19),
        ([0.75, 0.25], 14.5),
        ([0, 0], 10),
        ([-1, -1], 10),
        ([1.5, -3], 16),
    ):
        found = lower_bound(diet(), np.array(dual, dtype=float), 30)
        assert found.value == pytest.approx(bound, rel=1e-14) and found.value <= bound


def test_wrong_reduced_costs_are_charged_against_the_largest_quantity() -> None:
    """Duals 2 and 1 leave reduced costs of -1 and -2; what costs at most 30 holds at most 10 x and 20/3 y."""
    found = lower_bound(diet(), np.array([2.0, 1.0]), 30)
    assert found.value == pytest.approx(10 + 14 - 10 - 2 * 20 / 3, rel=1e-12)
    assert implied_bounds(diet(), 30)[1] == pytest.approx([10, 20 / 3])
    assert not np.isfinite(implied_bounds(diet())[1]).any()


def test_a_plan_at_the_ceiling_bounds_no_more_than_it() -> None:
    assert lower_bound(diet(), np.array([1.5, 0.5]), 15).value == 15


def test_columns_that_nothing_limits() -> None:
    """At a cost of 0 and duals of the wrong side the bound must assume a largest quantity, and says so."""
    lp = program([0, 1], [[1, 1]], [4])
    assert lower_bound(lp, np.array([0.0]), 5).value == 0
    assert lower_bound(lp, np.array([0.0]), 5).assumed == 0
    wrong = lower_bound(lp, np.array([1e-12]), 5)
    assert wrong.assumed == 1 and wrong.value == pytest.approx(-1e-12 * LARGEST, rel=1e-3)
    assert lower_bound(lp, np.array([1e-12]), 5, largest=10).value == pytest.approx(-6e-12, rel=1e-3)
    free = program([0, 0], [[1, 1]], [0], column_lower=-INF)
    assert lower_bound(free, np.array([0.0]), 5).value == pytest.approx(0, abs=1e-300)
    assert lower_bound(free, np.array([1e-12]), 5).assumed == 2


def test_free_columns_are_bounded_by_rows_from_both_sides() -> None:
    lp = program([1, 0], [[1, 0], [-1, 0], [1, -1], [-1, 1]], [2, -5, -3, -4], column_lower=-INF)
    least, most = implied_bounds(lp)
    assert least == pytest.approx([2, -2]) and most == pytest.approx([5, 8])
    assert (least <= [2, -2]).all() and (most >= [5, 8]).all()


def test_columns_that_undo_each_other_are_one() -> None:
    """Put and take of a stockpile may both be without end; only their difference matters."""
    lp = program([0, 0, 1], [[-1, 1, 1], [1, -1, 0], [-1, 1, 0]], [3, -1, -2])
    merged, least, most = netted(lp, 100.0)
    assert merged.matrix.shape == (3, 2) and merged.lower.tolist() == [-INF, 0]
    assert least[0] == pytest.approx(-1) and most[0] == pytest.approx(2)
    bound = lower_bound(lp, np.array([1 + 1e-10, 1.0, 0]), 100)
    assert bound.assumed == 0 and bound.value == pytest.approx(2, abs=1e-7) and bound.value <= 2
    lp.cost[0] = 0.5
    assert netted(lp, 100.0)[0] is lp, "put away at a cost does not undo taking out for nothing"


@pytest.mark.parametrize("name", ["toy", "ampl_steelT", "mexss"])
def test_bounds_of_real_plans(name: str) -> None:

    study = floors.read(CASES / f"{name}.xlsx")
    outcome = floors.solve(study).outcome
    exact = check(outcome.compiled.lp, outcome.plan.x, outcome.plan.dual)
    assert outcome.proven.assumed == exact.assumed == 0
    assert 0 <= outcome.gap < 1e-12 and abs(exact.relative_gap) < 1e-13
    assert Fraction(outcome.proven.value) <= exact.bound <= exact.cost + Fraction(1, 10**6)


def test_an_empty_program() -> None:
    lp = program([], [], [], offset=3)
    assert lower_bound(lp, np.zeros(0), 9).value == pytest.approx(3)
    assert lp.matrix.nnz == 0
