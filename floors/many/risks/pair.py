"""One shock and what it starts from, weighed at any probability: the plans of least cost, capacity decided at two
dates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from floors.case.demand import Key
from floors.case.derive import Case, derive
from floors.case.leaks import constant_cost
from floors.lp.highs import Solver
from floors.lp.linear import Compiled, LinearProgram
from floors.many.risks.model import two_stage
from floors.many.risks.plan import charged_states, columns_of
from floors.many.risks.states import State, weight_of
from floors.solving.minimum import settle
from floors.solving.run import How, check_possible
from floors.study.study import Study

EVEN = 0.5
Cuts = Mapping[Key, tuple[float, ...]]


@dataclass(frozen=True)
class Line:
    """Expected cost of a plan by the probability of the shock: its cost without the shock and with it, million at
    present value."""

    without: float
    struck: float

    def at(self, probability: float) -> float:
        """Expected cost at a probability of the shock."""
        return (1 - probability) * self.without + probability * self.struck

    def less(self, other: Line) -> Line:
        """What it costs more than another."""
        return Line(self.without - other.without, self.struck - other.struck)

    @property
    def root(self) -> float | None:
        """The probability at which it is 0; None where it never changes."""
        rise = self.struck - self.without
        return None if rise == 0 else -self.without / rise


@dataclass(frozen=True)
class Without:
    """What of the policy goes: the caps, the reserve targets, or the contracts that a study is left without."""

    caps: bool = False
    targets: bool = False
    contracts: Callable[[Study], Study] | None = None


NOTHING = Without()


class Pair:
    """The LP of a shock and its parent, made once; `plans` weighs them at one probability after another."""

    def __init__(
        self, parent: Study, shock: Study, known_from: int, how: How, *, cuts: Cuts, policy: bool = True
    ) -> None:
        first = State(name="before", probability=EVEN, study=parent, parent=None, known_from=None)
        second = State(name="shock", probability=EVEN, study=shock, parent=first.name, known_from=known_from)
        self.states, self.known_from, self.how = (first, second), known_from, how
        self.cases: dict[str, Case] = {}
        for state in self.states:
            self.cases[state.name] = derive(state.study, policy=policy, cuts=dict(cuts))
            check_possible(self.cases[state.name])
        self.model: Any
        self.compiled: Compiled
        self.model, self.compiled = two_stage(self.states, self.cases)
        self.columns = [columns_of(self.model.state[s.name], self.compiled) for s in self.states]

    @property
    def minimum(self) -> bool:
        """Whether levies of a minimum are among the costs."""
        return any(case.border.start for case in self.cases.values())

    def plans(self, *, when_known: bool, idle: int | None = None, without: Without = NOTHING) -> Plans:
        """The plans of least cost. `when_known`: from the year in which the shock is known on each state may build its
        own; otherwise all capacity is decided before. `idle`: a year in which nothing is built."""
        lp = self.compiled.lp
        lower, upper, most = lp.row_lower.copy(), lp.row_upper.copy(), lp.upper.copy()
        if when_known:
            free = self._rows(self.model.same_capacity, from_year=self.known_from)
            lower[free], upper[free] = -np.inf, np.inf
        for state in self.states:
            block, case = self.model.state[state.name], self.cases[state.name]
            dropped = [block.cap] if without.caps else []
            dropped += [block.stock_target] if without.targets else []
            for rows in dropped:
                free = self._rows(rows)
                lower[free], upper[free] = -np.inf, np.inf
            if without.contracts is not None:
                least = derive(without.contracts(state.study), cuts=case.cuts).production.minimum
                for key, row in self.compiled.rows(block.process_minimum).items():
                    lower[row] = least.get(key, -np.inf)
            for key, column in self.compiled.column_of(block.build).items():
                if key[-1] == idle:
                    most[column] = 0.0
        return Plans(self, replace(lp, row_lower=lower, row_upper=upper, upper=most))

    def _rows(self, component: Any, from_year: float = -np.inf) -> list[int]:
        """All rows of a constraint, of keys that end in a year from then on."""
        return [row for key, row in self.compiled.rows(component).items() if key[-1] >= from_year]


class Plans:
    """The plans of a pair by the probability of the shock, each found once from the basis of the last."""

    def __init__(self, pair: Pair, lp: LinearProgram) -> None:
        self.pair, self.compiled = pair, replace(pair.compiled, lp=lp)
        self.solver = Solver(lp, log=pair.how.log, time_limit=pair.how.time_limit)
        self.line = cache(self._line)

    def _line(self, probability: float) -> Line:
        """Of the plan that is cheapest at a probability above 0 and below 1."""
        pair, odds = self.pair, (1 - probability, probability)
        states = tuple(replace(s, probability=p, weight=p) for s, p in zip(pair.states, odds, strict=True))
        cost = self.compiled.lp.cost.copy()
        for columns, p in zip(pair.columns, odds, strict=True):
            cost[columns] *= p / EVEN
        weighed = replace(self.compiled, lp=replace(self.compiled.lp, cost=cost))
        share = [{t: weight_of(states, s, t) for t in s.study.years} for s in states]
        self.solver.set_cost(cost)
        charged = charged_states(states, pair.cases, pair.model, share)
        plan, _, priced, _ = settle(charged, weighed, self.solver)
        costs = [
            (float(priced.lp.cost[columns] @ plan.x[columns]) / p + constant_cost(pair.cases[s.name])) / 1000
            for s, columns, p in zip(states, pair.columns, odds, strict=True)
        ]
        return Line(*costs)
