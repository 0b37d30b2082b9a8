"""A linear program solved in stages: the optima of each are all that the next chooses from."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from floors.lp import sizes
from floors.lp.blocks import Blocks
from floors.lp.highs import Solution, Solver, Status
from floors.lp.linear import LinearProgram, Vector
from floors.lp.sparse import Matrix, median, vstack

RELATIVE = 1e-10  # of the terms that a dual is the sum of: less is none
OF_USUAL = 1e-3  # of the middle one of such sums: what is smaller is weighed as if it were so large


class StagedLP:
    """An LP whose optima are held by complementarity, never by a row on the objective.

    `lower <= matrix @ x <= upper` and `column_lower <= x <= column_upper` as they stand, which are changed here as
    optima are held; `cost` of the last stage.
    """

    matrix: Matrix
    lower: Vector
    upper: Vector
    column_lower: Vector
    column_upper: Vector
    cost: Vector
    solver: Solver

    def __init__(self, lp: LinearProgram, solver: Solver) -> None:
        """`solver` holds this LP."""
        self.matrix, self.cost, self.solver = lp.matrix, lp.cost, solver
        self.lower, self.upper = lp.row_lower.copy(), lp.row_upper.copy()
        self.column_lower, self.column_upper = lp.lower.copy(), lp.upper.copy()
        self._sizes: tuple[Matrix, Matrix] | None = None  # the matrix, and its entries without their signs

    def as_it_stands(self, cost: Vector) -> LinearProgram:
        """The LP as it is now, at these costs; what later stages hold does not change it."""
        return LinearProgram(
            cost=cost,
            offset=0.0,
            matrix=self.matrix,
            row_lower=self.lower.copy(),
            row_upper=self.upper.copy(),
            lower=self.column_lower.copy(),
            upper=self.column_upper.copy(),
        )

    def least(self, cost: Vector) -> Solution:
        """Minimise `cost` over the present face. Raises what a solver can end with."""
        self.cost = cost
        self.solver.set_cost(cost)
        return self.solver.solve("the pricing LP")

    def try_to(self, cost: Vector) -> Solution | None:
        """The end of the present face in this direction, or None where it has none."""
        before = self.solver.basis()
        self.solver.set_cost(cost)
        solution = self.solver.try_solve()
        if solution.status is Status.OPTIMAL:
            self.cost = cost
            return solution
        self.solver.set_basis(before)
        return None

    def hold(self, solution: Solution) -> None:
        """Keep to the optimal face of the last solve: by complementarity, never by a row on the objective."""
        fixed = np.abs(solution.reduced) > self._rounding(solution.dual, self.cost)
        value = np.where(solution.reduced > 0, self.column_lower, self.column_upper)
        self.hold_columns(np.flatnonzero(fixed & np.isfinite(value)), value)
        side = np.where(solution.dual > 0, self.lower, self.upper)
        small = RELATIVE * sizes.largest(solution.dual)
        self.hold_rows(np.flatnonzero((np.abs(solution.dual) > small) & np.isfinite(side)), side)

    def hold_columns(self, which: Vector, value: Vector) -> None:
        """Keep these columns at `value` (one number per column of the LP)."""
        self.column_lower[which] = self.column_upper[which] = value[which]
        self.solver.set_bounds(which, value[which], value[which])

    def hold_rows(self, which: Vector, side: Vector) -> None:
        """Make these rows equalities at `side` (one number per row of the LP)."""
        self.lower[which] = self.upper[which] = side[which]
        self.solver.set_rows(which, side[which], side[which])

    def go_back(self, lp: LinearProgram, basis: Any) -> None:
        """Let go again what was held since `as_it_stands` gave this LP, and its `basis`."""
        let_go = np.flatnonzero((self.lower != lp.row_lower) | (self.upper != lp.row_upper))
        self.solver.set_rows(let_go, lp.row_lower[let_go], lp.row_upper[let_go])
        freed = np.flatnonzero((self.column_lower != lp.lower) | (self.column_upper != lp.upper))
        self.solver.set_bounds(freed, lp.lower[freed], lp.upper[freed])
        self.lower, self.upper, self.column_lower, self.column_upper = (
            lp.row_lower,
            lp.row_upper,
            lp.lower,
            lp.upper,
        )
        self.solver.set_basis(basis)

    def add_columns(self, lower: Vector, upper: Vector) -> Vector:
        """Further variables for a later stage; their numbers."""
        which = self.solver.add_columns(lower, upper)
        self.column_lower = np.append(self.column_lower, lower)
        self.column_upper = np.append(self.column_upper, upper)
        return which

    def add_rows(self, lower: Vector, upper: Vector, rows: Matrix) -> None:
        """Further rows (r x columns) for a later stage."""
        self.solver.add_rows(lower, upper, rows)
        self.lower, self.upper = np.append(self.lower, lower), np.append(self.upper, upper)
        width = len(self.column_lower)
        self.matrix = vstack([replace(self.matrix, shape=(self.matrix.shape[0], width)), rows])

    def could_move(self, cost: Vector) -> bool:
        """Whether this sum would move with what the present basis could let in; where it would not, it is the same on
        the whole of the present face. Nothing is solved."""
        dual = self.solver.duals_for(cost)
        basic_columns, basic_rows = self.solver.basic()
        columns = ~basic_columns & (self.column_lower < self.column_upper)
        rows = ~basic_rows & (self.lower < self.upper)
        moved = np.abs(cost - dual @ self.matrix) > self._rounding(dual, cost)
        priced = np.abs(dual) > RELATIVE * sizes.largest(dual)
        return bool((columns & moved).any() or (rows & priced).any())

    def _rounding(self, dual: Vector, of: Vector) -> Vector:
        """What of each reduced cost, at costs `of`, may be rounding: a capacity typed as 1e16 t says nothing of other
        columns."""
        cost = np.zeros(len(self.column_lower))
        cost[: len(of)] = np.abs(of)
        if self._sizes is None or self._sizes[0] is not self.matrix:
            self._sizes = self.matrix, abs(self.matrix)
        terms = cost + np.abs(dual) @ self._sizes[1]
        usual = median(terms[terms > 0]) if (terms > 0).any() else 0.0
        rounding: Vector = np.maximum(RELATIVE * terms, RELATIVE * OF_USUAL * usual)
        return rounding


def open_blocks(staged: StagedLP) -> Blocks:
    """The blocks of what an LP still leaves open; what is held moves to the sides of rows."""
    lp = staged.as_it_stands(np.zeros(len(staged.column_lower)))
    shut = lp.lower == lp.upper
    held = lp.matrix @ np.where(shut, lp.lower, 0.0)
    return Blocks(replace(lp, row_lower=lp.row_lower - held, row_upper=lp.row_upper - held), ~shut)
