"""One shock and what it starts from, weighed at any probability: the plans of least cost, capacity decided at two
dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from floors.case.demand import Key
from floors.case.derive import Case, derive
from floors.case.leaks import constant_cost
from floors.lp.highs import Solver
from floors.lp.linear import Compiled, Vector, compile_model
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


class Pair:
    """The LP of a shock and its parent, kept with its basis: `at` weighs them at one probability after another.

    `when_known`: from the year in which the shock is known on each may build its own; otherwise all capacity is
    decided before. `idle`: a year in which nothing is built.
    """

    def __init__(
        self,
        parent: Study,
        shock: Study,
        known_from: int,
        how: How,
        *,
        policy: bool = True,
        cuts: Cuts | None = None,
        when_known: bool,
        idle: int | None = None,
    ) -> None:
        first = State(name="before", probability=EVEN, study=parent, parent=None, known_from=None)
        second = State(name="shock", probability=EVEN, study=shock, parent=first.name, known_from=known_from)
        self.states = first, second
        self.cases: dict[str, Case] = {}
        for state in self.states:
            self.cases[state.name] = derive(state.study, policy=policy, cuts=dict(cuts or {}))
            check_possible(self.cases[state.name])
        self.model: Any = two_stage(self.states, self.cases, build_when_known=when_known)
        self.compiled: Compiled = compile_model(self.model)
        self.columns = [columns_of(self.model.state[s.name], self.compiled) for s in self.states]
        self.solver = Solver(self.compiled.lp, log=how.log, time_limit=how.time_limit)
        if idle is not None:
            columns = self._built_in(idle)
            self.solver.set_bounds(columns, np.zeros(len(columns)), np.zeros(len(columns)))
        self.line = cache(self._line)

    def _built_in(self, year: int) -> Vector:
        """Columns of what is built in a year, in either state."""
        found = [
            column
            for s in self.states
            for key, column in self.compiled.column_of(self.model.state[s.name].build).items()
            if key[-1] == year
        ]
        return np.array(sorted(found), dtype=int)

    def _line(self, probability: float) -> Line:
        """Of the plan that is cheapest at a probability above 0 and below 1."""
        odds = 1 - probability, probability
        states = tuple(replace(s, probability=p, weight=p) for s, p in zip(self.states, odds, strict=True))
        cost = self.compiled.lp.cost.copy()
        for columns, p in zip(self.columns, odds, strict=True):
            cost[columns] *= p / EVEN
        weighed = replace(self.compiled, lp=replace(self.compiled.lp, cost=cost))
        share = [{t: weight_of(states, s, t) for t in s.study.years} for s in states]
        self.solver.set_cost(cost)
        charged = charged_states(states, self.cases, self.model, share)
        plan, _, priced, _ = settle(charged, weighed, self.solver)
        costs = [
            (float(priced.lp.cost[columns] @ plan.x[columns]) / p + constant_cost(self.cases[s.name])) / 1000
            for s, columns, p in zip(states, self.columns, odds, strict=True)
        ]
        return Line(*costs)
