"""Which shipments can move at no cost: what varies over the optimal plans."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from floors.highs import Solution, Solver, Status
from floors.linear import Compiled, Vector

DUAL_TOLERANCE = 1e-7
MOVED = 1e-6


def movable(compiled: Compiled, plan: Solution, variable: Any, basis: Any) -> frozenset[Any]:
    """Keys of a variable that are not the same in all optimal plans.

    Optimal plans are those complementary to the duals of `plan`. A random objective over the entries not
    yet seen to move has different ends unless none of them moves, so each round finds one or is the last:
    an entry found has moved for certain, one not found is fixed with probability one.
    """
    lp = compiled.lp
    upper = np.where(np.abs(plan.reduced) > DUAL_TOLERANCE, 0.0, lp.upper)
    tight = np.abs(plan.dual) > DUAL_TOLERANCE
    row_upper = np.where(tight, lp.row_lower, lp.row_upper)
    keys, columns = compiled.columns(variable)
    open_columns = columns[(columns >= 0)]
    left = open_columns[upper[open_columns] > 0]
    generator = np.random.default_rng(0)
    low, high = plan.x.copy(), plan.x.copy()
    face = Solver(replace(lp, upper=upper, row_upper=row_upper))
    face.set_basis(basis)
    moving: set[int] = set()
    while len(left):
        cost = np.zeros(len(lp.cost))
        cost[left] = generator.uniform(0.5, 1.5, len(left)) * generator.choice([-1.0, 1.0], len(left))
        for sign in (1.0, -1.0):
            found = _end(face, sign * cost)
            if found is not None:
                low, high = np.minimum(low, found), np.maximum(high, found)
        new = left[high[left] - low[left] > MOVED * (1 + np.abs(plan.x[left]))]
        if not len(new):
            break
        moving.update(new.tolist())
        left = np.setdiff1d(left, new)
    return frozenset(key for key, j in zip(keys, columns.tolist(), strict=True) if j in moving)


def _end(face: Solver, cost: Vector) -> Vector | None:
    """A plan at the end of the face in this direction; None where it has no end there."""
    face.set_cost(cost)
    found = face.try_solve()
    return found.x if found.status is Status.OPTIMAL else None
