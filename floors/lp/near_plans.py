"""All plans of least cost, or nearly so: what is the same in each of them, and how far the rest can move."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from floors.lp import sizes
from floors.lp.blocks import Blocks
from floors.lp.highs import Basic, Solution
from floors.lp.labels import Groups
from floors.lp.linear import Compiled, LinearProgram, Vector
from floors.lp.sparse import Matrix, distinct, vstack
from floors.steps import stage

DUAL_TOLERANCE = 1e-9  # of the terms of a reduced cost, or of the largest dual: less is none
MOVED = 1e-6  # of a sum
NOTHING = 1e-11  # of the largest quantity: a sum of less is none
FAR = 1e6
MOST_STEPS = 60
ROUNDING = 1e-9  # of a share
ENOUGH = 3  # ends that a plan must be at once for the next to be looked for in the same way


class Plans:
    """A set of plans to look for ends of; `low` and `high` are the least and most seen of each quantity (n).

    Quantities that nothing limits are looked at up to FAR times the largest of the plan. The set falls into parts
    that do not know of each other, and only those in question are solved.
    """

    def __init__(self, lp: LinearProgram, plan: Vector, basic: Basic, largest: float | None = None) -> None:
        """`largest`: the largest quantity, where it is not that of `plan`."""
        self.plan, self.low, self.high = plan, plan.copy(), plan.copy()
        most = (sizes.largest(plan) if largest is None else largest) or 1.0
        self.nothing, far = NOTHING * most, FAR * most
        lower, upper = np.maximum(lp.lower, -far), np.minimum(lp.upper, far)
        self.blocks = Blocks(
            replace(lp, cost=np.zeros(len(lp.cost)), lower=lower, upper=upper), lower < upper
        )
        self._basic = basic
        loose = self.blocks.block_of_row[~basic[1] & (lp.row_lower < lp.row_upper)]
        idle = self.blocks.block_of_column[~basic[0] & (lower < upper)]
        self._free = np.zeros(self.blocks.count, dtype=bool)  # parts in which a plan can move at all
        self._free[np.append(loose, idle)] = True

    @property
    def moving_columns(self) -> Vector:
        """Columns of the parts in which a plan can move at all."""
        return np.flatnonzero(np.append(self._free, False)[self.blocks.block_of_column])

    def end(self, columns: Vector, values: Vector) -> Vector:
        """The plan where the sum of values x columns is least."""
        block, found = self.blocks.block_of_column[columns], self.plan.copy()
        for k in self._moving_blocks(block):
            here = block == k
            cost = np.zeros(len(self.blocks.block(k).columns))
            np.add.at(cost, self.blocks.places[columns[here]], values[here])
            found[self.blocks.block(k).columns] = self.end_of_block(k, cost)
        return found

    def _moving_blocks(self, block: Vector) -> list[int]:
        """Those of these parts (-1: none) in which a plan can move, each once."""
        known = distinct(block[block >= 0])
        moving: list[int] = known[self._free[known]].tolist()
        return moving

    def end_of_block(self, k: int, cost: Vector) -> Vector:
        """The columns of a part where its cost is least."""
        block = self.blocks.block(k)
        solver, _ = self.blocks.solver(k, self._basic)
        solver.keep_feasible()
        solver.set_cost(cost)
        found = solver.solve_anew("the range of the sourcing mix").x
        self.low[block.columns] = np.minimum(self.low[block.columns], found)
        self.high[block.columns] = np.maximum(self.high[block.columns], found)
        return found

    def moving(self, sums: Matrix) -> Vector:
        """Which sums of quantities (k x n) are not the same in all plans (bool, k).

        What of a sum is in one part moves by itself. A random objective over what is not yet seen to move has
        different ends unless none of it moves, so each round finds some or is the last: what is found has moved
        for certain, what is not found is fixed with probability one.
        """
        generator = None
        row, column = sums.row, sums.indices
        block = self.blocks.block_of_column[column]
        moved = np.zeros(sums.shape[0], dtype=bool)
        scale = np.maximum(MOVED * (abs(sums) @ np.abs(self.plan)), self.nothing)
        in_block = Groups(block)
        for k in self._moving_blocks(block):
            generator = generator or np.random.default_rng(0)  # not imported where nothing moves
            at = in_block[k]
            rows = distinct(row[at])
            place = np.searchsorted(rows, row[at])
            size = len(self.blocks.block(k).columns)
            some = Matrix.from_entries(
                place, self.blocks.places[column[at]], sums.data[at], (len(rows), size)
            )
            moved[rows] |= self._moving_in(k, some, scale[rows], generator)
        return moved

    def _moving_in(self, k: int, sums: Matrix, scale: Vector, generator: np.random.Generator) -> Vector:
        least = most = sums @ self.plan[self.blocks.block(k).columns]
        moved = np.zeros(sums.shape[0], dtype=bool)
        while not moved.all():
            left = np.flatnonzero(~moved)
            weight = np.zeros(len(moved))
            weight[left] = generator.uniform(0.5, 1.5, len(left)) * generator.choice([-1.0, 1.0], len(left))
            cost = weight @ sums
            for sign in (1.0, -1.0):
                now = sums @ self.end_of_block(k, sign * cost)
                least, most = np.minimum(least, now), np.maximum(most, now)
            new = ~moved & (most - least > scale)
            if not new.any():
                break
            moved |= new
        return moved


def optimal_plans(compiled: Compiled, plan: Solution, basic: Basic) -> Plans:
    """The plans complementary to the duals of `plan`: all that cost as little as it does."""
    return Plans(on_the_face(compiled.lp, plan), plan.x, basic)


def on_the_face(lp: LinearProgram, plan: Solution, tolerance: float = DUAL_TOLERANCE) -> LinearProgram:
    """The LP with columns that would cost more shut, and rows that have a price tight; what is within the tolerance
    (of its terms) costs and is priced nothing."""
    dearer = np.abs(plan.reduced) > tolerance * sizes.of_columns(lp, plan.dual)
    upper = np.where(dearer, np.maximum(lp.lower, 0.0), lp.upper)
    tight = np.abs(plan.dual) > tolerance * sizes.largest(lp.cost)
    return replace(lp, upper=upper, row_upper=np.where(tight, lp.row_lower, lp.row_upper))


def in_changes(face: LinearProgram, plan: Vector, unit: float, held: Vector | None = None) -> LinearProgram:
    """The same plans by what they change of one of them, in units of so many t, so that this one obeys every row to the
    last digit; columns that are `held` (bool, n) change nothing."""
    activity = face.matrix @ plan
    tight = face.row_lower == face.row_upper
    shut = face.lower == face.upper
    if held is not None:
        shut = shut | held
    return replace(
        face,
        row_lower=np.where(tight, 0.0, np.minimum(face.row_lower - activity, 0.0)) / unit,
        row_upper=np.where(tight, 0.0, np.maximum(face.row_upper - activity, 0.0)) / unit,
        lower=np.where(shut, 0.0, np.minimum(face.lower - plan, 0.0)) / unit,
        upper=np.where(shut, 0.0, np.maximum(face.upper - plan, 0.0)) / unit,
    )


def near_in_changes(
    lp: LinearProgram, plan: Solution, basic: Basic, room: float, unit: float
) -> tuple[LinearProgram, Basic]:
    """The plans that cost at most `room` more than `plan`, of least cost, by what they change of it, and a basis to
    start from. `lp` may have narrower rows and bounds than that of which `plan` is the optimum, if `plan` obeys them;
    without room the plans are those complementary to its duals."""
    columns, rows = basic
    if room <= 0:
        return in_changes(on_the_face(lp, plan), plan.x, unit), basic
    changes = in_changes(lp, plan.x, unit)
    limited = replace(
        changes,
        matrix=vstack([changes.matrix, Matrix.of(lp.cost)]),
        row_lower=np.append(changes.row_lower, -np.inf),
        row_upper=np.append(changes.row_upper, room / unit),
    )
    return limited, (columns, np.append(rows, True))


def unit_of(plan: Vector) -> float:
    """t in which quantities are large enough for a solver that sees nothing below 1e-9."""
    return min(1.0, float(np.abs(plan).max(initial=0.0))) or 1.0


def near_plans(compiled: Compiled, plan: Solution, basic: Basic, share: float) -> Plans:
    """The plans that cost at most this share of the least cost more."""
    lp = compiled.lp
    most = plan.objective - lp.offset + share * abs(plan.objective)
    columns, rows = basic
    matrix = vstack([lp.matrix, Matrix.of(lp.cost)])
    sides = np.append(lp.row_lower, -np.inf), np.append(lp.row_upper, most)
    return Plans(
        replace(lp, matrix=matrix, row_lower=sides[0], row_upper=sides[1]),
        plan.x,
        (columns, np.append(rows, True)),
    )


def movable_in(plans: Plans, compiled: Compiled, variable: Any) -> frozenset[Any]:
    """Keys of a variable whose quantity is not the same in all these plans."""
    keys, columns = compiled.columns(variable)
    known = np.flatnonzero(columns >= 0)
    size = len(plans.plan)
    moved = plans.moving(
        Matrix.from_entries(np.arange(len(known)), columns[known], np.ones(len(known)), (len(known), size))
    )
    return frozenset(keys[i] for i in known[moved].tolist())


@dataclass(frozen=True, kw_only=True)
class Shares:
    """Shares x[column] / (sum of x over its group + rest): `group` (k) of each, `sums` (g x n), `rest` (g) and
    whether that sum is the same in all plans (`fixed`, bool g)."""

    column: Vector
    group: Vector
    sums: Matrix
    rest: Vector
    fixed: Vector

    def at(self, x: Vector) -> Vector:
        """The shares of one plan (k), NaN where nothing arrives."""
        total = self.sums @ x + self.rest
        none = NOTHING * sizes.largest(x)
        shares: Vector = x[self.column] / np.where(total > none, total, np.nan)[self.group]
        return shares


def share_ranges(plans: Plans, shares: Shares) -> tuple[Vector, Vector]:
    """Least and most of every share over the plans in which something arrives (k each).

    Plans that are the end for many shares at once come first; a share seen at 0 or at 1 needs no more. Then a
    ratio is at its end where no plan has more of x - ratio x sum: each step takes the ratio of the plan that
    has most (Dinkelbach), and the last finds none.
    """
    ends = np.array(
        [shares.at(plans.plan), -shares.at(plans.plan)]
    )  # the second row turned round: least of -share

    def see(x: Vector) -> None:
        now = shares.at(x)
        ends[0], ends[1] = np.fmin(ends[0], now), np.fmin(ends[1], -now)

    best = np.array([0.0, -1.0])[:, None]
    generator = np.random.default_rng(0)
    for side, sign in enumerate((1.0, -1.0)):
        left = np.flatnonzero(ends[side] > best[side] + ROUNDING)
        while len(left):
            found = plans.end(shares.column[left], sign * generator.uniform(0.5, 1.5, len(left)))
            see(found)
            still = np.flatnonzero(ends[side] > best[side] + ROUNDING)
            if len(left) - len(still) < ENOUGH:
                break
            left = still
        with stage("most" if side else "least", len(left)) as here:
            for k in left.tolist():
                if ends[side, k] > best[side] + ROUNDING:
                    ends[side, k] = _end_of_share(plans, shares, k, sign, float(ends[side, k]), see)
                here.finished()
    return ends[0], -ends[1]


def _end_of_share(
    plans: Plans, shares: Shares, k: int, sign: float, ratio: float, see: Callable[[Vector], None]
) -> float:
    """The least of sign x share, from one that a plan has."""
    g = int(shares.group[k])
    members = shares.sums[[g]].indices
    fixed, rest = bool(shares.fixed[g]), float(shares.rest[g])
    columns = np.append(members, shares.column[k])
    for _ in range(MOST_STEPS):
        found = plans.end(columns, np.append(np.full(len(members), 0.0 if fixed else -ratio), sign))
        see(found)
        total = float(found[members].sum()) + rest
        gain = ratio * total - sign * float(found[shares.column[k]])
        if gain <= ROUNDING * total or total <= plans.nothing:
            break
        ratio = sign * float(found[shares.column[k]]) / total
        if fixed:
            break
    return ratio


def total_range(plans: Plans, group: Vector) -> tuple[float, float]:
    """Least and most of the sum of x[group]."""
    least, most = (float(plans.end(group, np.full(len(group), sign))[group].sum()) for sign in (1.0, -1.0))
    return least, most
