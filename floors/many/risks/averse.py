"""Risk aversion: the tail of the worst states counts beside the average.

With a = `risk_aversion` and b = `risk_tail` the plan costs least in (1 - a) x expected cost + a x CVaR, the mean cost
of the worst share b of what may come (Rockafellar and Uryasev 2000): least over eta of eta + sum over states of
probability x z / b, z >= cost of the state - eta. The duals of these rows and (1 - a) x probability are the weights
of the states. They add up to 1, and the plan is one of least cost by weight: prices are over weight wherever they are
over probability without aversion.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log2

import numpy as np

from floors.contract.input_columns import Bounds
from floors.errors import UsageError
from floors.lp.highs import Basic, Solution, Solver
from floors.lp.linear import Compiled, LinearProgram, Vector
from floors.lp.sparse import Matrix, hstack, median, vstack
from floors.many.risks.states import State
from floors.pricing.dual import FloorRows, PricingLP
from floors.solving.run import How
from floors.study.study import Study

WEIGHT, SHARE = Bounds(low=0, high=1, open_high=True), Bounds(low=0, high=1, open_low=True)
EDGE = 1e-9  # of the largest cost: states nearer to the edge of the tail are at it
OPEN = 1e-7  # of a weight: what may differ by less may not


@dataclass(frozen=True)
class Aversion:
    """`weight` a of the tail, 0 <= a < 1, and `tail` b, the share of the worst that it holds, 0 < b <= 1."""

    weight: float = 0.0
    tail: float = 0.1

    def __post_init__(self) -> None:
        """Raises UsageError."""
        for name, value, bounds in (("aversion", self.weight, WEIGHT), ("tail", self.tail, SHARE)):
            if isinstance(value, bool) or not isinstance(value, int | float) or not bounds.holds(value):
                raise UsageError(f"{name} expects a number {bounds.text}; found {value!r}.")

    @classmethod
    def of(cls, study: Study) -> Aversion:
        """That of the settings."""
        return cls(study.settings.risk_aversion, study.settings.risk_tail)

    def cvar(self, odds: Sequence[float], costs: Sequence[float]) -> float:
        """The mean cost of the worst share `tail` of what may come."""
        left, total = self.tail, 0.0
        for chance, cost in sorted(zip(odds, costs, strict=True), key=lambda one: -one[1]):
            taken = min(chance, left)
            total, left = total + taken * cost, left - taken
        return total / (self.tail - max(left, 0.0))

    def measure(self, expected: float, cvar: float) -> float:
        """What the plan is the least of: (1 - a) x expected cost + a x CVaR."""
        return expected if not self.weight else (1 - self.weight) * expected + self.weight * cvar


NEUTRAL = Aversion()


@dataclass(frozen=True, kw_only=True)
class Tail:
    """The LP of the least (1 - a) x expected cost + a x CVaR, in thousand at present value: that of the states, whose
    `columns` and rows come first, then eta, and z and a row for each state. `edge` are states whose cost is eta, among
    which the weights of the `open` ones may be others in prices that hold the same plan."""

    compiled: Compiled
    solution: Solution
    basic: Basic
    columns: int
    edge: tuple[str, ...]
    open: tuple[str, ...]


class AverseSolver:
    """The LP of the states held as `Solver` holds one: its plan is that of least measure, its duals and basis are those
    of the LP by weight. `reweighed` is told the weights after each solve, by state. `start`: a basis like that of the
    LP with the tail in it to start from."""

    def __init__(
        self,
        compiled: Compiled,
        states: Sequence[State],
        columns: Sequence[Vector],
        constants: Sequence[float],
        aversion: Aversion,
        how: How,
        reweighed: Callable[[tuple[State, ...]], None],
        start: Basic | None = None,
    ) -> None:
        self.compiled, self.aversion, self.how = compiled, aversion, how
        self.states, self.reweighed = tuple(states), reweighed
        self.odds, self.constants = np.array([s.probability for s in states]), np.array(constants)
        self.owner = np.full(len(compiled.lp.cost), -1)
        for i, mine in enumerate(columns):
            self.owner[mine] = i
        self.cost = compiled.lp.cost
        self.weighing: Solver | None = None
        self.at: Basic | None = start

    def set_cost(self, cost: Vector) -> None:
        """Replace the costs of the columns, weighed by probability."""
        self.cost = cost

    def solve(self, what: str) -> Solution:
        """The plan of least measure, with the prices of the LP by weight; raises as `Solver.solve`."""
        tail, unit = self._tail()
        solver = Solver(tail.lp, log=self.how.log, time_limit=self.how.time_limit)
        if self.at is not None:
            solver.start_like(*self.at)
        found = solver.solve(what)
        self.at = solver.basic()
        n, m = len(self.cost), len(self.compiled.equality)
        share = np.clip(found.dual[m:] / unit, 0.0, self.aversion.weight * self.odds / self.aversion.tail)
        share *= self.aversion.weight / share.sum()
        weights = (1 - self.aversion.weight) * self.odds + share
        self.states = tuple(
            replace(s, weight=float(q)) for s, q in zip(self.states, weights / weights.sum(), strict=True)
        )
        self.reweighed(self.states)
        self.tail = tail, found, unit
        lp = self.weighed(replace(self.compiled, lp=replace(self.compiled.lp, cost=self.cost))).lp
        if self.weighing is None:
            self.weighing = Solver(lp, log=self.how.log, time_limit=self.how.time_limit)
            self.weighing.start_like(self.at[0][:n], self.at[1][:m])
        else:
            self.weighing.set_cost(lp.cost)
        priced = self.weighing.solve(what)
        self.corner = priced.x
        return replace(priced, x=found.x[:n], objective=float(lp.cost @ found.x[:n]) + lp.offset)

    def basic(self) -> Basic:
        """The basis of the LP by weight: bool vectors of its columns and rows."""
        assert self.weighing is not None, "nothing was solved"
        return self.weighing.basic()

    def by_weight(self, cost: Vector) -> Vector:
        """Costs by weight, of costs by probability (n)."""
        times = np.array([s.weight for s in self.states]) / self.odds
        found: Vector = cost * np.append(times, 1.0)[self.owner]
        return found

    def weighed(self, compiled: Compiled) -> Compiled:
        """The LP by weight, of that by probability."""
        offset = float(np.array([s.weight for s in self.states]) @ self.constants)
        lp = replace(compiled.lp, cost=self.by_weight(compiled.lp.cost), offset=offset)
        return replace(compiled, lp=lp)

    def _tail(self) -> tuple[Compiled, float]:
        """The LP with the tail in it, and what its rows are divided by: a cost per t, so that eta and z are in t."""
        lp, count, n = self.compiled.lp, len(self.states), len(self.cost)
        a, b = self.aversion.weight, self.aversion.tail
        at = np.flatnonzero((self.owner >= 0) & (self.cost != 0))
        each = self.cost[at] / self.odds[self.owner[at]]
        unit = 2.0 ** round(log2(median(np.abs(each)))) if len(each) else 1.0
        own = Matrix.from_entries(self.owner[at], at, -each / unit, (count, n))
        edge = Matrix.from_entries(np.arange(count), np.zeros(count, dtype=int), np.ones(count), (count, 1))
        rows = hstack([own, edge, Matrix.identity(count)])
        end = np.full(count, np.inf)
        whole = LinearProgram(
            cost=np.concatenate([(1 - a) * self.cost, [a * unit], a * unit * self.odds / b]),
            offset=(1 - a) * lp.offset,
            matrix=vstack(
                [hstack([lp.matrix, Matrix.empty(lp.matrix.shape[0], 1 + count)]), rows],
            ),
            row_lower=np.append(lp.row_lower, self.constants / unit),
            row_upper=np.append(lp.row_upper, end),
            lower=np.concatenate([lp.lower, [-np.inf], np.zeros(count)]),
            upper=np.concatenate([lp.upper, [np.inf], end]),
        )
        none = np.zeros(count, dtype=bool)
        compiled = replace(
            self.compiled,
            lp=whole,
            equality=np.append(self.compiled.equality, none),
            flipped=np.append(self.compiled.flipped, none),
            free=np.concatenate([self.compiled.free, [True], none]),
        )
        return compiled, unit

    def found(self) -> Tail:
        """The LP with the tail as it was solved last, and whose weights it leaves open."""
        compiled, solution, unit = self.tail
        n, assert_basic = len(self.cost), self.at
        assert assert_basic is not None, "nothing was solved"
        eta, beyond = float(solution.x[n]), solution.x[n + 1 :]
        cost = np.array(
            [
                float(self.cost[self.owner == i] @ solution.x[:n][self.owner == i])
                for i in range(len(self.states))
            ]
        )
        cost = (cost / self.odds + self.constants) / unit
        near = EDGE * max(float(np.abs(cost).max(initial=0.0)), abs(eta))
        at_edge = [i for i in range(len(self.states)) if abs(cost[i] - eta) <= near and beyond[i] <= near]
        names = tuple(self.states[i].name for i in at_edge)
        return Tail(
            compiled=compiled,
            solution=solution,
            basic=assert_basic,
            columns=n,
            edge=names,
            open=self._open(at_edge) if len(at_edge) > 1 else (),
        )

    def _open(self, at_edge: Sequence[int]) -> tuple[str, ...]:
        """States at the edge of the tail whose weight may be another at prices that prove the same plan."""
        compiled, solution, unit = self.tail
        m = len(self.compiled.equality)
        none = FloorRows(
            keys=(),
            column=np.zeros(0, dtype=int),
            matrix=Matrix.empty(0, len(compiled.equality)),
            constant=np.zeros(0),
            weight=np.zeros(0),
        )
        pricing = PricingLP(compiled, solution.x, none, (), self.at)
        pricing.hold(pricing.solve())
        found = []
        for i in at_edge:
            asked = np.zeros(pricing.m)
            asked[m + i] = 1.0
            ends = [pricing.try_to(pricing.over_prices(sign * asked)) for sign in (1.0, -1.0)]
            known = [end.x[m + i] for end in ends if end is not None]
            if known and max(known) - min(known) > OPEN * unit * self.aversion.weight:
                found.append(self.states[i].name)
        return tuple(found)


def cvar_of(states: Sequence[State], costs: Mapping[str, float | None], aversion: Aversion) -> float | None:
    """CVaR of costs by state; None where one is missing."""
    known = [costs[s.name] for s in states]
    if any(cost is None for cost in known):
        return None
    return aversion.cvar([s.probability for s in states], [cost for cost in known if cost is not None])
