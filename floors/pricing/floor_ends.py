"""How far floors can move while the plan and the uplift stay: both ends of each, part by part of the pricing LP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from floors.errors import SolveError
from floors.lp.highs import Singular, Status
from floors.lp.inverse import inverse_rows
from floors.lp.linear import Vector
from floors.lp.sparse import Matrix
from floors.lp.staged import open_blocks
from floors.steps import stage

if TYPE_CHECKING:
    from floors.pricing.dual import PricingLP

ROUNDING = 1e-9  # reduced costs and weights of rows below this are none


@dataclass(frozen=True)
class Ends:
    """`lowest` and `highest` of every distinct floor (k): NaN where it was not asked for, or has no end; `failed`
    are the asked ones for which the solver gave no answer."""

    lowest: Vector
    highest: Vector
    failed: Vector


def floor_ends(pricing: PricingLP, asked: Vector) -> Ends:
    """Ends of these distinct floors (positions) on the present face of a pricing LP that was just solved.

    The present basis proves an end where the signs of its reduced costs for that floor are right; only the other
    ends need an LP, and of that only the part that the floor is in: prices that are held at their bound move nothing.
    """
    face = _Face(pricing)
    ends = np.full((2, pricing.k), np.nan)
    failed = []
    try:
        proof = inverse_rows(pricing.matrix, *face.basic, pricing.m + asked)
    except Singular:  # the solver's own rounding: each end then takes its LP
        proof = None
    with stage("ranges of floors", len(asked)) as here:
        for i, f in enumerate(asked.tolist()):
            column = pricing.m + f
            proven = (False, False) if proof is None else face.proves(column, proof, i)
            for end, sign in enumerate((1.0, -1.0)):
                if proven[end]:
                    ends[end, f] = face.x[column]
                    continue
                status, value = face.end(column, sign)
                if status is Status.OPTIMAL:
                    ends[end, f] = value
                elif status is not Status.UNBOUNDED:
                    failed.append(f)
                    ends[:, f] = np.nan  # one end alone would say that there is no other
                    break
            here.finished()
    return Ends(ends[0], ends[1], np.array(failed, dtype=int))


class _Face:
    """The prices that the pricing LP still leaves open, in parts."""

    def __init__(self, pricing: PricingLP) -> None:
        lp = pricing.as_it_stands(np.zeros(len(pricing.column_lower)))
        self.lp, self.basic, self.x = lp, pricing.solver.basic(), pricing.solver.values()
        shut = lp.lower == lp.upper
        self._blocks = open_blocks(pricing)
        at_upper = ~shut & np.isfinite(lp.upper) & (self.x >= lp.upper)
        free = ~np.isfinite(lp.lower) & ~np.isfinite(lp.upper)
        # The signs with which a column's reduced cost would let it move: up from a lower end, down from an upper.
        self._up, self._down = ~shut & ~at_upper, ~shut & (at_upper | free)
        self._row_open = ~self.basic[1] & (lp.row_lower != lp.row_upper)
        self._row_sign = np.where(np.isfinite(lp.row_lower), 1.0, -1.0)

    def proves(self, column: int, rows: Matrix, i: int) -> tuple[bool, bool]:
        """Whether the present basis is one at which the floor is lowest, and highest; row `i` of `rows` is the
        floor's row of the inverse."""
        if not self.basic[0][column]:
            return False, False
        span = slice(rows.indptr[i], rows.indptr[i + 1])
        at, weight = rows.indices[span], rows.data[span]
        some = self.lp.matrix[at]
        reduced = -np.bincount(some.indices, some.data * weight[some.row], len(self.x))
        idle = ~self.basic[0] & (np.abs(reduced) > ROUNDING)
        sides = (weight * self._row_sign[at])[self._row_open[at]]

        def right(sign: float) -> bool:
            """Whether no sign would let the floor fall (1), or rise (-1)."""
            moves = self._up & (sign * reduced < 0) | self._down & (sign * reduced > 0)
            return not ((idle & moves).any() or (sign * sides < -ROUNDING).any())

        return right(1.0), right(-1.0)

    def end(self, column: int, sign: float) -> tuple[Status, float]:
        """The least (sign 1) or most (-1) of a column, by an LP on its part."""
        k = int(self._blocks.block_of_column[column])
        block = self._blocks.block(k)
        solver, _ = self._blocks.solver(k, self.basic, ~np.isfinite(block.lp.row_lower))
        solver.keep_feasible()
        at = self._blocks.places[[column]]
        solver.set_cost(np.array([sign]), at)
        try:
            status, value = solver.optimum()
        except SolveError:  # as good as no answer
            status, value = Status.FAILED, 0.0
        solver.set_cost(np.zeros(1), at)
        return status, sign * value
