"""The least that must give: every number of the input may be missed, at a price in money."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from floors.lp.highs import Solver, Status
from floors.lp.linear import LinearProgram, Vector
from floors.lp.sparse import Matrix, hstack

ROUNDING = 1e-9  # units by which a dial gives way: less is none
NEXT_TO_NOTHING = 1e-3  # share of the cost of an answer that may be paid for naming fewer numbers
MOST_TRIED = 30


@dataclass(frozen=True)
class Dial:
    """One number of the input that could give way, and what a unit of that does to rows `a x >= b`.

    `effect[i]` is added to the left side of `rows[i]`; `price` in thousand at present value a unit; `group` is
    policy, physics, need or model; `keys[i]` is the key of `rows[i]`, for the rows that are of `kind`.
    """

    kind: str
    key: tuple[Any, ...]
    name: str
    rows: tuple[int, ...]
    effect: tuple[float, ...]
    price: float
    group: str
    keys: tuple[tuple[Any, ...], ...] = ()


@dataclass(frozen=True)
class Given:
    """By how many of its units each dial gives way, the plan (n) that this makes possible, and what it counts."""

    by: Vector
    plan: Vector
    cost: float

    @property
    def count(self) -> int:
        """How many dials give way."""
        return int(np.count_nonzero(self.by))


class Elastic:
    """An LP with a column for every dial; dials stand at zero unless they are let go."""

    def __init__(self, lp: LinearProgram, dials: list[Dial]) -> None:
        rows, self.columns = lp.matrix.shape
        self.matrix = lp.matrix
        count = len(dials)
        entries = [
            (i, k, e) for k, dial in enumerate(dials) for i, e in zip(dial.rows, dial.effect, strict=True)
        ]
        places, numbers, effects = zip(*entries, strict=True) if entries else ((), (), ())
        beside = Matrix.from_entries(places, numbers, effects, (rows, count))
        self.price = np.array([dial.price for dial in dials], dtype=float)
        self.price /= self.price.max(initial=1e-300)
        self.each = dials
        self.dials = self.columns + np.arange(count)
        self.lp = replace(
            lp,
            cost=np.zeros(self.columns + count),
            matrix=hstack([lp.matrix, beside]),
            lower=np.concatenate([lp.lower, np.zeros(count)]),
            upper=np.concatenate([lp.upper, np.zeros(count)]),
        )
        self.solver = Solver(self.lp)

    def cheapest(self, allowed: Vector) -> Given | None:
        """What gives way at least cost, where only the dials `allowed` (bool) may; None where that cannot do.

        Many answers cost the same; one that names few numbers is looked for: each in turn, the cheapest first,
        is done without where that makes fewer and costs next to nothing.
        """
        best = self._least(allowed)
        if best is None:
            return None
        may, most = allowed.copy(), best.cost * (1 + NEXT_TO_NOTHING)
        for k in np.argsort(best.by * self.price, kind="stable").tolist()[-MOST_TRIED:]:
            if best.by[k] == 0 or best.count == 1:
                continue
            may[k] = False
            without = self._least(may)
            if without is not None and without.cost <= most and without.count < best.count:
                best = without
            else:
                may[k] = True
        return best

    def alone(self, *these: int) -> Given | None:
        """What these dials must give where no other may."""
        return self._least(np.isin(np.arange(len(self.dials)), these))

    def lightest(self, given: Given, dial: Dial) -> Vector:
        """Of the plans that an answer makes possible, one that the rows of a dial feel least (n).

        An answer leaves open much of its plan, and which corner of it a solver ends at is chance.
        """
        most = given.by * (1 + ROUNDING)
        self.solver.set_bounds(self.dials, np.zeros(len(self.dials)), most)
        felt = np.zeros(self.matrix.shape[0])
        felt[list(dial.rows)] = 1.0
        cost = np.maximum(-(self.matrix.T @ felt), 0.0)
        self.solver.set_cost(np.concatenate([cost, np.zeros(len(self.dials))]))
        found = self.solver.try_solve()
        return found.x[: self.columns] if found.status is Status.OPTIMAL else given.plan

    def _least(self, allowed: Vector) -> Given | None:
        self.solver.set_bounds(self.dials, np.zeros(len(self.dials)), np.where(allowed, np.inf, 0.0))
        self.solver.set_cost(np.concatenate([np.zeros(self.columns), self.price]))
        found = self.solver.try_solve()
        if found.status is not Status.OPTIMAL:
            return None
        given = found.x[self.columns :]
        some = given > ROUNDING * max(1.0, given.max(initial=0.0))
        return Given(np.where(some, given, 0.0), found.x[: self.columns], found.objective)
