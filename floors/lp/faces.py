"""How far one row of an LP can move before its solution's duals stop being right: one LP on one part of a face."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from floors.lp.blocks import Blocks
from floors.lp.highs import Factor, Singular, Solution, Solver, Status
from floors.lp.linear import LinearProgram, Vector
from floors.lp.near_plans import on_the_face
from floors.lp.sparse import Matrix, hstack


class Face:
    """The plans complementary to a solution's duals, with a column for each of these rows that adds to its activity.

    Such a column opens and the rest of its part of the face follows; all other parts stay as they are.
    """

    def __init__(
        self, lp: LinearProgram, solution: Solution, rows: list[int], basic: tuple[Vector, Vector]
    ) -> None:
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
        self._x = np.append(solution.x, shut)
        self._row_place = np.full(len(face.row_lower), -1)
        self._solvers: dict[int, tuple[Solver, object]] = {}
        self._corners: dict[int, _Corner] = {}

    def reach(self, row: int, sign: float) -> float:
        """By how much the row's side can rise (sign -1 of a `>=` row's room: fall) with the same duals."""
        column = self._column[row]
        k = int(self._blocks.block_of_column[column])
        known = self._corner(k).reach(int(self._row_place[row]), sign)
        if known is not None:
            return known
        solver, start = self._solver(k)
        at = self._blocks.places[[column]]
        solver.set_bounds(
            at, *((np.zeros(1), np.array([np.inf])) if sign > 0 else (np.array([-np.inf]), np.zeros(1)))
        )
        solver.set_costs(at, np.array([-sign]))
        status, most = solver.optimum()
        solver.set_bounds(at, np.zeros(1), np.zeros(1))
        solver.set_costs(at, np.zeros(1))
        solver.set_basis(start)
        return np.inf if status is Status.UNBOUNDED else abs(most) if status is Status.OPTIMAL else 0.0

    def _solver(self, k: int) -> tuple[Solver, object]:
        if k not in self._solvers:
            solver = self._blocks.block(k).solver(self._basic)
            solver.keep_feasible()
            self._solvers[k] = solver, solver.basis()
        return self._solvers[k]

    def _corner(self, k: int) -> _Corner:
        if k not in self._corners:
            block = self._blocks.block(k)
            self._row_place[block.rows] = np.arange(len(block.rows))
            basic = self._basic[0][block.columns], self._basic[1][block.rows]
            self._corners[k] = _Corner(block.lp, self._x[block.columns], *basic)
        return self._corners[k]


class _Corner:
    """The corner of a part where the solution stands: what moves along with one row, and what stops it.

    What stops it is the last word where no other edge from this corner makes room, which the row of the inverse
    proves; else it takes an LP.
    """

    def __init__(self, lp: LinearProgram, x: Vector, basic: Vector, basic_rows: Vector) -> None:
        self.lp, self.x, self.activity = lp, x, lp.matrix @ x
        self.basic, self.held = np.flatnonzero(basic), np.flatnonzero(~basic_rows)
        self.fits = len(self.basic) == len(self.held)
        if not self.fits:
            return
        held = lp.matrix[self.held]
        self.place = np.full(len(basic_rows), -1)
        self.place[self.held] = np.arange(len(self.held))
        try:
            self.factor = Factor(held.columns(self.basic))
        except Singular:
            self.fits = False
            return
        self.of_held, self.of_basic = held, lp.matrix.columns(self.basic)
        self.idle = ~basic & (lp.lower < lp.upper)
        # Which way what is idle can go: 1 up from its lower end, -1 down from its upper.
        self.way = np.where(x - lp.lower <= lp.upper - x, 1.0, -1.0)
        self.free = np.isneginf(lp.lower) & np.isposinf(lp.upper)  # both ways
        loose = lp.row_lower[self.held] < lp.row_upper[self.held]
        near = (
            np.abs(self.activity - lp.row_lower)[self.held] <= np.abs(self.activity - lp.row_upper)[self.held]
        )
        self.row_way = np.where(loose, np.where(near, 1.0, -1.0), 0.0)
        self.moved: tuple[int, Vector, Vector] | None = None

    def reach(self, row: int, sign: float) -> float | None:
        """As `Face.reach`; None where this corner does not tell."""
        if not self.fits:
            return None
        lp = self.lp
        if self.moved is None or self.moved[0] != row:
            right = np.zeros(len(self.held))
            if self.place[row] >= 0:
                right[self.place[row]] = -1.0
            step = self.factor.solve(right)
            rows = self.of_basic @ step
            rows[row] += 1.0
            rows[self.held] = 0.0
            self.moved = row, step, rows
        _, step, rows = self.moved
        ends = (lp.lower[self.basic], lp.upper[self.basic]), (lp.row_lower, lp.row_upper)
        (j, far), (i, wide) = (
            _first(sign * d, at, *end)
            for d, at, end in zip((step, rows), (self.x[self.basic], self.activity), ends, strict=True)
        )
        most = min(far, wide)
        if most == np.inf:
            return np.inf
        if most <= 1e-9:
            return None
        if far <= wide:
            right, falls = np.zeros(len(self.held)), sign * step[j] < 0
            right[j] = 1.0
            own = np.zeros(len(self.x))
        else:
            right, falls = self.of_basic[[i]].toarray()[0], sign * rows[i] < 0
            own = lp.matrix[[i]].toarray()[0]
        weight = self.factor.solve_transposed(right)
        gain = (own - weight @ self.of_held) * self.way
        row_gain = weight * self.row_way
        if not falls:
            gain, row_gain = -gain, -row_gain
        gain[self.free] = np.abs(gain[self.free])
        return None if (gain[self.idle] > 1e-9).any() or (row_gain > 1e-9).any() else most


def _first(step: Vector, at: Vector, low: Vector, high: Vector) -> tuple[int, float]:
    """Which of these comes to its end first, and after how far."""
    moves = np.flatnonzero(np.abs(step) > 1e-11)
    if not len(moves):
        return -1, np.inf
    far = np.where(step[moves] > 0, high[moves] - at[moves], low[moves] - at[moves]) / step[moves]
    k = int(np.argmin(far))
    return int(moves[k]), max(0.0, float(far[k]))
