"""The least that must give: every number of the input may be missed, at a price in money."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy.sparse as sp

from floors.highs import Solver, Status
from floors.linear import LinearProgram, Vector


@dataclass(frozen=True)
class Dial:
    """One number of the input that could give way, and what a unit of that does to rows `a x >= b`.

    `effect[i]` is added to the left side of `rows[i]`; `price` in thousand at present value a unit; `group` is
    policy, physics, need or model.
    """

    kind: str
    key: tuple[Any, ...]
    name: str
    rows: tuple[int, ...]
    effect: tuple[float, ...]
    price: float
    group: str


class Elastic:
    """An LP with a column for every dial; dials stand at zero unless they are let go."""

    def __init__(self, lp: LinearProgram, dials: list[Dial]) -> None:
        rows, self.columns = lp.matrix.shape
        count = len(dials)
        entries = [
            (i, k, e) for k, dial in enumerate(dials) for i, e in zip(dial.rows, dial.effect, strict=True)
        ]
        places, numbers, effects = zip(*entries, strict=True) if entries else ((), (), ())
        beside = sp.csr_array((np.array(effects, dtype=float), (places, numbers)), shape=(rows, count))
        self.price = np.array([dial.price for dial in dials], dtype=float)
        self.price /= self.price.max(initial=1e-300)
        self.dials = self.columns + np.arange(count)
        self.solver = Solver(
            replace(
                lp,
                cost=np.zeros(self.columns + count),
                matrix=sp.csr_array(sp.hstack([lp.matrix, beside])),
                lower=np.concatenate([lp.lower, np.zeros(count)]),
                upper=np.concatenate([lp.upper, np.zeros(count)]),
            )
        )

    def cheapest(self, allowed: Vector) -> tuple[Vector, Vector] | None:
        """Units by which each dial gives way, and the plan, where only those `allowed` (bool) may; or None."""
        none = np.zeros(len(self.dials))
        self.solver.set_bounds(self.dials, none, np.where(allowed, np.inf, 0.0))
        self.solver.set_cost(np.concatenate([np.zeros(self.columns), self.price]))
        found = self.solver.try_solve()
        if found.status is not Status.OPTIMAL:
            return None
        given = found.x[self.columns :]
        return np.where(given > 1e-9 * max(1.0, given.max(initial=0.0)), given, 0.0), found.x[: self.columns]

    def alone(self, k: int) -> tuple[Vector, Vector] | None:
        """The same where only dial k may give way."""
        return self.cheapest(np.arange(len(self.dials)) == k)
