"""Cost along a cap, exactly: where a straight piece of it ends, and the tightest cap that has a plan.

Along a share s of table demand only the right sides of the caps' rows move, and they move with s in a straight
line. So the least cost is convex and piecewise linear in s, and two tangents that meet on it meet at its only
break between them; where they meet below it, the search goes on to both sides.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from floors.lp.highs import Solver, Status
from floors.lp.linear import Compiled, LinearProgram, Vector
from floors.lp.sparse import Matrix, hstack

SAME_COST = 1e-9  # relative: two costs that differ by less are one
SAME_SLOPE = 1e-6  # relative: two slopes that differ by less are one
NARROW = 1e-9  # share: breaks nearer to each other are one


class Corner(NamedTuple):
    """A point of the line of costs: cost in million, and million per unit of share to its left and right."""

    share: float
    cost: float
    left: float
    right: float

    @property
    def breaks(self) -> bool:
        """Whether the line bends here."""
        return self.right - self.left > SAME_SLOPE * max(1e-3, abs(self.left), abs(self.right))


class _Point(NamedTuple):
    share: float
    cost: float
    slope: float


@dataclass(frozen=True)
class Line:
    """The least cost of a sourcing LP whose right side is `at_none` + share x `rise` (m)."""

    lp: LinearProgram
    at_none: Vector
    rise: Vector

    def tightest(self) -> float | None:
        """The least share that has a plan; None where no share has one."""
        n, column = len(self.lp.cost), Matrix.of(-self.rise[:, None])
        cost = np.zeros(n + 1)
        cost[n] = 1.0
        equality = self.lp.row_lower == self.lp.row_upper
        whole = LinearProgram(
            cost=cost,
            offset=0.0,
            matrix=hstack([self.lp.matrix, column]),
            row_lower=self.at_none,
            row_upper=np.where(equality, self.at_none, self.lp.row_upper),
            lower=np.append(self.lp.lower, 0.0),
            upper=np.append(self.lp.upper, 1.0),
        )
        solution = Solver(whole).try_solve()
        return float(solution.x[n]) if solution.status is Status.OPTIMAL else None

    def corners(self, low: float, high: float) -> list[Corner]:
        """The ends of the line between two shares, and every break between them, lowest share first.

        `low` may be the tightest share, where a plan exists but for rounding.
        """
        walk = _Walk(self)
        first, last = walk.at(low), walk.at(high)
        if first is None:
            first = walk.at(low + 1e-7)
        if first is None or last is None or last.share - first.share < NARROW:
            return []
        points = [first, *_between(walk, first, last), last]
        slopes = [(b.cost - a.cost) / (b.share - a.share) for a, b in pairwise(points)]
        left, right = [slopes[0], *slopes], [*slopes, slopes[-1]]
        corners = [Corner(p.share, p.cost, a, b) for p, a, b in zip(points, left, right, strict=True)]
        return [c for n, c in enumerate(corners) if n in (0, len(corners) - 1) or c.breaks]


class _Walk:
    """The LP held by the solver, moved from share to share."""

    def __init__(self, line: Line) -> None:
        self.line, self.rows = line, np.flatnonzero(line.rise)
        self.solver = Solver(line.lp)

    def at(self, share: float) -> _Point | None:
        side = (self.line.at_none + share * self.line.rise)[self.rows]
        self.solver.set_rows(self.rows, side, np.full(len(side), np.inf))
        status, cost = self.solver.optimum()
        if status is not Status.OPTIMAL:
            return None
        slope = float(self.solver.duals()[self.rows] @ self.line.rise[self.rows])
        return _Point(share, cost / 1000, slope / 1000)


def _between(walk: _Walk, a: _Point, b: _Point) -> list[_Point]:
    """Points inside so that the line is straight between all neighbours; a stack, for there may be many."""
    found: list[_Point] = []
    waiting = [(a, b)]
    while waiting:
        a, b = waiting.pop()
        width = b.share - a.share
        close = SAME_COST * max(1.0, abs(a.cost), abs(b.cost))
        touches = a.cost + a.slope * width >= b.cost - close or b.cost - b.slope * width >= a.cost - close
        if touches or width < NARROW or b.slope - a.slope <= 0:
            continue
        share = a.share + (b.cost - a.cost - b.slope * width) / (a.slope - b.slope)
        point = walk.at(min(max(share, a.share), b.share))
        if point is None:
            continue
        found.append(point)
        if point.cost - (a.cost + a.slope * (point.share - a.share)) > close:
            waiting += [(point, b), (a, point)]
    return sorted(found)


def make_line(none: Compiled, whole: Compiled) -> Line:
    """The line through the same LP at a share of 0 and at a share of 1."""
    return Line(
        replace(whole.lp, row_lower=none.lp.row_lower.copy()),
        none.lp.row_lower.copy(),
        whole.lp.row_lower - none.lp.row_lower,
    )
