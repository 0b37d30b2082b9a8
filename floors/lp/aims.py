"""Of all plans that cost little more than the least, one that is best by an aim, and of those the cheapest.

An aim is a sum, a share of one, or the largest of several: least of max_k (of[k] @ x + given[k]) / (total @ x + rest).
A share is at its least where no plan has a smaller max_k (of[k] @ x + given[k]) - share x (total @ x + rest) than 0
(Dinkelbach 1967): each step takes the share of the plan found, and the last, which finds none, is the proof.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from floors.lp import sizes
from floors.lp.exact import proven_bound
from floors.lp.highs import Basic, Solution, Solver
from floors.lp.linear import LinearProgram, Vector
from floors.lp.near_plans import DUAL_TOLERANCE, MOST_STEPS, NOTHING, near_in_changes, unit_of
from floors.lp.sparse import Matrix, hstack, vstack

FOUND = 1e-12  # of the size of an aim: a step that gains less is the last
FAR = 1e3  # sizes of an aim: what none is beyond
ROUNDING = 1e-14  # of what is subtracted


@dataclass(frozen=True, kw_only=True)
class Aim:
    """Least of the largest of `of` @ x + `given` (k) over `total` @ x + `rest`; `size` is what values of it are
    measured beside."""

    of: Matrix
    given: Vector
    total: Vector
    rest: float
    size: float = 1.0

    def over(self, x: Vector) -> float:
        """What the aim is a share of."""
        return float(self.total @ x) + self.rest

    def at(self, x: Vector) -> float:
        """The value of a plan (n); NaN where nothing is there of which it would be a share."""
        over = self.over(x)
        none = NOTHING * (float(np.abs(self.total) @ np.abs(x)) + abs(self.rest))
        return float((self.of @ x + self.given).max()) / over if over > none else np.nan


@dataclass(frozen=True, kw_only=True)
class Best:
    """A plan (n) that is best by an aim: its `value`, and by how much another could be better at most, proven by
    duals (`unproven`, of the size of the aim); by how much another that is as good could be cheaper at most
    (`cheaper`, money of the LP)."""

    x: Vector
    value: float
    unproven: float
    cheaper: float


def best_plan(lp: LinearProgram, plan: Solution, basic: Basic, room: float, aim: Aim) -> Best:
    """Of the plans of `lp` that cost at most `room` more than `plan`, of least cost, the cheapest of the best.

    As `near_in_changes` has the plans. Raises SolveError where a solve gives no answer.
    """
    x0, value = plan.x, aim.at(plan.x)
    if not np.isfinite(value):
        return Best(x=x0, value=value, unproven=0.0, cheaper=0.0)
    near = _Near(lp, plan, basic, room)
    x = x0
    for _ in range(MOST_STEPS):
        found, solution, solver = near.least(aim, value)
        x = near.plan(solution)
        now = aim.at(x)
        if not np.isfinite(now) or value - now <= FOUND * aim.size:
            break
        value = now
    size = aim.size * aim.over(x0) / near.unit
    bound = proven_bound(found, solution.dual, solution.objective, size, largest=near.far)
    cheapest, cheaper = near.cheapest(found, solution, solver)
    return Best(x=cheapest, value=aim.at(cheapest), unproven=max(0.0, -bound.value / size), cheaper=cheaper)


class _Near:
    """The plans, as what they change of the one of least cost, in units of so many t."""

    def __init__(self, lp: LinearProgram, plan: Solution, basic: Basic, room: float) -> None:
        self.unit, self.x0, self.cost = unit_of(plan.x), plan.x, lp.cost
        self.far = sizes.FAR * sizes.largest(plan.x) / self.unit
        self.changes, self.basic = near_in_changes(lp, plan, basic, room, self.unit)

    def least(self, aim: Aim, value: float) -> tuple[LinearProgram, Solution, Solver]:
        """The LP of which the least is 0 if none of the plans is better than `value`: the largest of the terms of the
        aim less `value` x what it is a share of. Its last columns are what the aim is a share of, as what that changes,
        and this largest."""
        one, n, rows = self.changes, len(self.cost), len(aim.given)
        over = aim.over(self.x0)
        start = (aim.of @ self.x0 + aim.given - value * over) / self.unit
        far = FAR * over / self.unit
        lp = LinearProgram(
            cost=np.append(np.zeros(n + 1), 1.0),
            offset=0.0,
            matrix=vstack(
                [
                    hstack([one.matrix, Matrix.empty(one.matrix.shape[0], 2)]),
                    hstack([-Matrix.of(aim.total), Matrix.of([[1.0, 0.0]])]),
                    hstack([-aim.of, Matrix.of(np.tile([value, 1.0], (rows, 1)))]),
                ]
            ),
            row_lower=np.concatenate([one.row_lower, [0.0], start]),
            row_upper=np.concatenate([one.row_upper, [0.0], np.full(rows, np.inf)]),
            lower=np.append(one.lower, [-far, -far * aim.size]),
            upper=np.append(one.upper, [far, far * aim.size]),
        )
        solver = Solver(lp)
        columns, tight = self.basic
        first = np.arange(rows) == int(np.argmax(start))
        solver.start_like(np.append(columns, [True, True]), np.concatenate([tight, [False], ~first]))
        solution = solver.solve("a plan that costs little more")
        basic = solver.basic()
        self.basic = basic[0][:n], basic[1][: len(tight)]
        return lp, solution, solver

    def plan(self, solution: Solution) -> Vector:
        """The plan of a solution, t; of what goes, nothing is left."""
        by = self.unit * solution.x[: len(self.x0)]
        found: Vector = self.x0 + by
        return np.where(np.abs(found) <= ROUNDING * np.abs(by), 0.0, found)

    def cheapest(self, lp: LinearProgram, best: Solution, solver: Solver) -> tuple[Vector, float]:
        """The cheapest of the plans that are as good as this one, and what another could cost less at most."""
        face = _optimal(lp, best)
        which = np.arange(len(lp.cost))
        solver.set_bounds(which, face.lower, face.upper)
        rows = np.arange(len(lp.row_lower))
        solver.set_rows(rows, face.row_lower, face.row_upper)
        cost = np.append(self.cost, [0.0, 0.0])
        solver.set_cost(cost)
        found = solver.solve("the cheapest of the best plans")
        size = sizes.of_cost(replace(lp, cost=cost), found.x) or 1.0
        bound = proven_bound(replace(face, cost=cost), found.dual, found.objective, size, largest=self.far)
        return self.plan(found), self.unit * max(0.0, found.objective - bound.value)


def _optimal(lp: LinearProgram, best: Solution) -> LinearProgram:
    """The solutions complementary to the duals of `best`: a column that costs stays at its bound, a row with a price at
    its side."""
    dear = np.abs(best.reduced) > DUAL_TOLERANCE * sizes.of_columns(lp, best.dual)
    bound = np.where(best.reduced > 0, lp.lower, lp.upper)
    fixed = dear & np.isfinite(bound)
    side = np.where(best.dual > 0, lp.row_lower, lp.row_upper)
    tight = (np.abs(best.dual) > DUAL_TOLERANCE * sizes.largest(best.dual)) & np.isfinite(side)
    return replace(
        lp,
        lower=np.where(fixed, bound, lp.lower),
        upper=np.where(fixed, bound, lp.upper),
        row_lower=np.where(tight, side, lp.row_lower),
        row_upper=np.where(tight, side, lp.row_upper),
    )
