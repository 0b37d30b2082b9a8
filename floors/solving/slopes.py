"""What one more and one less tonne under each cap would change, and how far that holds.

Costs are those of the whole system as a function of the right side of one row, all other rows as they are: its
slopes to both sides, and where each of them ends. Nothing is re-solved where the plan's own duals are a slope:
they stay one as long as a plan complementary to them exists, which one LP finds out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from floors.errors import SolveError
from floors.lp import sizes
from floors.lp.blocks import Block, Blocks
from floors.lp.faces import Face
from floors.lp.highs import Solution, Solver, Status
from floors.lp.linear import LinearProgram, Vector
from floors.solving.largest import Held, affordable, largest
from floors.solving.outcome import Outcome
from floors.steps import stage

REACH = 1e-6  # of the volume: a slope that holds for less holds for nothing
OF_LARGEST = 1e-6  # of the largest quantity: a volume of less is weighed as if it were so large
FIRST_STEP = 1e-2
SMALLEST_STEP = 1e-6
EXACT = 1e-12  # of the cost: a slope is one from the present volume on if it misses it by no more
Key = tuple[str, int]  # name of a cap, year


@dataclass(frozen=True)
class Side:
    """One side of a cap: `slope`, thousand at present value that one tonne changes the cost, and for how many
    tonnes from the present volume (infinite: for all). `slope` None: the cap cannot move this way at all."""

    slope: float | None
    reach: float


class Slopes(NamedTuple):
    """Of a cap in a year: what one tonne `more` and one `less` under it changes."""

    more: Side
    less: Side


@dataclass(frozen=True, kw_only=True)
class CapSlopes:
    """Slopes of caps that bind, in the order of sheet `caps`, and of how many that bind they are."""

    of: Mapping[Key, Slopes]
    held: Held


@stage("worth of caps")
def cap_slopes(outcome: Outcome, ranges: bool | None = None) -> CapSlopes:
    """The slopes of all caps that bind where `ranges` asks for them, else of as many as are affordable, those whose
    levy is most money (present value) first."""
    rows, case = outcome.compiled.rows(outcome.model.cap), outcome.case
    asked = {
        (cap.name, t): k
        for k, cap in enumerate(case.caps)
        for t in sorted(cap.given)
        if (cap.name, t) in rows
        and _binds(outcome, rows[cap.name, t], outcome.cap_worth.get((cap.name, t), 0.0))
    }
    binding = len(asked)
    if not ranges:
        used, _ = case.counted_in(outcome.ship_column, outcome.unused)
        weight, year = case.calendar.weight, case.arcs.axes.year
        money = [
            weight[t] * float(used[k, year[t]]) * outcome.cap_worth.get((name, t), 0.0)
            for (name, t), k in asked.items()
        ]
        keys = [*asked]
        most = affordable(len(outcome.compiled.lp.cost))
        asked = {keys[i]: asked[keys[i]] for i in largest(np.array(money), most).tolist()}
    slopes = _Slopes(outcome, [rows[key] for key in asked])
    found, failed = dict[Key, Slopes](), 0
    with stage("caps", len(asked)) as here:
        for key in asked:
            try:
                found[key] = Slopes(slopes.side(rows[key], 1.0), slopes.side(rows[key], -1.0))
            except SolveError:  # counted, and said: a table of LPs of its own does not fail the result
                failed += 1
            here.finished()
    held = Held(
        table="sensitivity",
        what="Sheet sensitivity is of the caps that bind",
        held=len(asked),
        of=binding,
        failed=failed,
    )
    return CapSlopes(of=found, held=held)


def _binds(outcome: Outcome, row: int, levy: float) -> bool:
    lp = outcome.compiled.lp
    if levy <= outcome.binds and _at_nothing(lp, row):
        return False  # a ban that costs nothing
    slack = float((lp.matrix[[row]] @ outcome.plan.x)[0] - lp.row_lower[row])
    return levy > outcome.binds or abs(slack) <= REACH * _volume(outcome, row)


def _volume(outcome: Outcome, row: int) -> float:
    """The size of a cap in tonnes: its limit or what counts under it; of a plan of nothing, what its rows ask for."""
    lp, x = outcome.compiled.lp, outcome.plan.x
    counted = float((abs(lp.matrix[[row]]) @ np.abs(x))[0])
    whole = sizes.largest(x) or sizes.largest(lp.row_lower)
    return max(abs(float(lp.row_lower[row])), counted, OF_LARGEST * whole)


class _Slopes:
    """Slopes and reaches of caps; where the plan's duals hold on no side, of plans a step away."""

    def __init__(self, outcome: Outcome, rows: list[int]) -> None:
        lp = outcome.compiled.lp
        self._outcome, self._basic = outcome, outcome.basic
        self._face = Face(lp, outcome.plan, rows, self._basic)

    def side(self, row: int, sign: float) -> Side:
        """The slope to one side, from the plan's own duals where they hold there, else from plans a step away."""
        lp, plan = self._outcome.compiled.lp, self._outcome.plan
        scale = _volume(self._outcome, row)
        reach = self._face.reach(row, sign)
        if reach > REACH * scale:
            return Side(max(0.0, float(plan.dual[row])), reach)
        if sign < 0 and _at_nothing(lp, row):
            return Side(None, 0.0)
        k = int(self._blocks.block_of_row[row])
        block, (solver, start) = self._blocks.block(k), self._blocks.solver(k, self._basic)
        step, last = max(FIRST_STEP * scale, solver.finest), Side(None, 0.0)
        at = np.flatnonzero(block.rows == row)
        before = float(block.lp.cost @ self._outcome.choice.corner[block.columns])
        while step >= max(SMALLEST_STEP * scale, solver.finest):  # a finer one is none, however impossible
            side = np.array([lp.row_lower[row] - sign * step])
            solver.set_rows(at, side, np.array([np.inf]))
            found = solver.try_solve()
            if found.status not in (Status.OPTIMAL, Status.INFEASIBLE):
                raise SolveError(f"the slope of a cap stopped with status {found.status}.")
            if found.status is Status.OPTIMAL:
                slope = max(0.0, float(found.dual[at[0]]))
                off = found.objective + sign * slope * step - before
                if abs(off) <= EXACT * self._outcome.size:
                    last = Side(slope, step + self._further(block, solver, found, int(at[0]), sign, side))
                    break
                last = Side(slope, 0.0)
            step /= 10
        solver.set_rows(at, block.lp.row_lower[at], block.lp.row_upper[at])
        solver.set_basis(start)
        return last

    @cached_property
    def _blocks(self) -> Blocks:
        return Blocks(self._outcome.compiled.lp)

    @staticmethod
    def _further(block: Block, solver: Solver, there: Solution, row: int, sign: float, side: Vector) -> float:
        """Tonnes beyond a step at which its slope still holds."""
        lower = block.lp.row_lower.copy()
        lower[row] = side[0]
        return Face(replace(block.lp, row_lower=lower), there, [row], solver.basic()).reach(row, sign)


def _at_nothing(lp: LinearProgram, row: int) -> bool:
    """Whether a cap lets nothing in, and nothing makes up for what counts: less than nothing is no cap."""
    return bool(lp.row_lower[row] >= 0 and (lp.matrix[[row]].data <= 0).all())
