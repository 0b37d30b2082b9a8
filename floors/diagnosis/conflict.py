"""An irreducible set of conflicting rows: none of them can be left out, and nothing else is needed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from floors.diagnosis.rows import support
from floors.lp.highs import Solver, Status
from floors.lp.linear import LinearProgram, Vector
from floors.lp.sparse import Matrix, hstack


def conflicting(lp: LinearProgram, order: Vector) -> Vector:
    """Rows of an infeasible LP that cannot hold together, while all of them but any one can.

    Bounds of columns always hold. Where there is a choice, rows early in `order` (m, all rows) are kept.
    Starts from the rows with a dual price when every row may be missed at the same price: by duality they are
    infeasible by themselves. Then each is left out in turn, for good where the others are infeasible still.
    """
    rows = _priced(lp)
    rank = np.empty(len(order), dtype=int)
    rank[order] = np.arange(len(order))
    rows = rows[np.argsort(rank[rows])]
    part = only(lp, rows)
    solver = Solver(part)
    kept = np.ones(len(rows), dtype=bool)
    for i in range(len(rows) - 1, -1, -1):
        one = np.array([i])
        solver.set_rows(one, np.array([-np.inf]), np.array([np.inf]))
        if solver.try_solve().status is Status.INFEASIBLE:
            kept[i] = False
        else:
            solver.set_rows(one, part.row_lower[one], part.row_upper[one])
    return rows[kept]


def only(lp: LinearProgram, rows: Vector) -> LinearProgram:
    """The LP with these rows alone, and nothing to minimise."""
    return replace(
        lp,
        cost=np.zeros(len(lp.cost)),
        matrix=lp.matrix[rows],
        row_lower=lp.row_lower[rows],
        row_upper=lp.row_upper[rows],
    )


def feasible(lp: LinearProgram) -> bool:
    """Whether anything obeys every row and bound."""
    return Solver(replace(lp, cost=np.zeros(len(lp.cost)))).try_solve().status is not Status.INFEASIBLE


def _priced(lp: LinearProgram) -> Vector:
    rows, columns = lp.matrix.shape
    slack = Matrix.identity(rows)
    elastic = replace(
        lp,
        cost=np.concatenate([np.zeros(columns), np.ones(2 * rows)]),
        matrix=hstack([lp.matrix, slack, -slack]),
        lower=np.concatenate([lp.lower, np.zeros(2 * rows)]),
        upper=np.concatenate([lp.upper, np.full(2 * rows, np.inf)]),
    )
    return support(Solver(elastic).solve("the conflict").dual)
