"""How far one row of an LP can move before its solution's duals stop being right: one LP on one part of a face."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from floors.lp.blocks import Blocks
from floors.lp.highs import Basic, Solution, Status
from floors.lp.linear import LinearProgram
from floors.lp.near_plans import on_the_face
from floors.lp.sparse import Matrix, hstack


class Face:
    """The plans complementary to a solution's duals, with a column for each of these rows that adds to its activity.

    Such a column opens and the rest of its part of the face follows; all other parts stay as they are.
    """

    def __init__(self, lp: LinearProgram, solution: Solution, rows: list[int], basic: Basic) -> None:
        face, count = on_the_face(lp, solution), len(rows)
        n = len(face.cost)
        room = Matrix.from_entries(rows, np.arange(count), np.ones(count), (face.matrix.shape[0], count))
        shut = np.zeros(count)
        self._blocks = Blocks(
            replace(
                face,
                cost=np.zeros(n + count),
                matrix=hstack([face.matrix, room]),
                lower=np.append(face.lower, shut),
                upper=np.append(face.upper, shut),
            ),
            np.append((face.upper > 0) | (face.lower < 0), np.ones(count, dtype=bool)),
        )
        self._column = {row: n + k for k, row in enumerate(rows)}
        self._basic = np.append(basic[0], np.zeros(count, dtype=bool)), basic[1]

    def reach(self, row: int, sign: float) -> float:
        """By how much the row's side can rise (sign -1 of a `>=` row's room: fall) with the same duals."""
        column = self._column[row]
        k = int(self._blocks.block_of_column[column])
        solver, start = self._blocks.solver(k, self._basic)
        solver.keep_feasible()
        at = self._blocks.places[[column]]
        solver.set_bounds(
            at, *((np.zeros(1), np.array([np.inf])) if sign > 0 else (np.array([-np.inf]), np.zeros(1)))
        )
        solver.set_cost(np.array([-sign]), at)
        status, most = solver.optimum()
        solver.set_bounds(at, np.zeros(1), np.zeros(1))
        solver.set_cost(np.zeros(1), at)
        solver.set_basis(start)
        return np.inf if status is Status.UNBOUNDED else abs(most) if status is Status.OPTIMAL else 0.0
