"""The cheapest plan on average: capacity decided once, quantities by state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from floors.case.demand import Key
from floors.case.derive import Case, derive
from floors.case.leaks import constant_cost
from floors.errors import Infeasible
from floors.lp.highs import Basic, Solution, Solver
from floors.lp.linear import Compiled, Vector
from floors.many.risks.averse import NEUTRAL, AverseSolver, Aversion, Tail
from floors.many.risks.model import two_stage
from floors.many.risks.states import State, weight_of
from floors.solving.bloc import Levies
from floors.solving.cutting import Cuts, cut_until_narrow, finer_cuts
from floors.solving.exempt import exempted, most_exempt, outside_caps
from floors.solving.minimum import Charged, settle
from floors.solving.planned import Choice
from floors.solving.run import How
from floors.solving.steady import state_of, steadied
from floors.solving.tonnes import ship_places, tonnes_at, unused
from floors.sourcing.rows import COLUMN_KINDS, ROW_KINDS


@dataclass(frozen=True, kw_only=True)
class TwoStagePlan:
    """A two-stage plan: its cases, Pyomo model, arrays, solution, and the levies of the minimum rule.

    Costs of the arrays, and prices, are by the weight of each state, which is its probability unless there is
    `aversion`; `tail` is the LP of which the plan is then the least.
    """

    states: tuple[State, ...]
    cases: Mapping[str, Case]
    model: Any
    compiled: Compiled
    solution: Solution
    levies: Mapping[str, Levies]
    basic: tuple[Vector, Vector] = field(repr=False)
    choice: Choice = field(repr=False)
    aversion: Aversion = NEUTRAL
    tail: Tail | None = field(default=None, repr=False)
    solves: int = 1

    @cached_property
    def market(self) -> Compiled:
        """The LP that prices hold up: see `floors.solving.exempt`."""
        return outside_caps(map(self.block, self.states), self.compiled, self.solution.x)

    def shipped(self, state: State) -> Vector:
        """t per year of each shipment of the case of a state."""
        at = ship_places(self.cases[state.name], self.block(state), self.compiled)
        return tonnes_at(at, self.solution.x)

    def unused(self, state: State) -> Vector:
        """t per year that is wasted or put away in a state, less what is taken, [place, commodity, year]."""
        return unused(self.cases[state.name], self.block(state), self.compiled, self.solution.x)

    def block(self, state: State) -> Any:
        """The Pyomo block of a state."""
        return self.model.state[state.name]

    def cost(self, state: State) -> float:
        """What the system costs in a state, thousand at present value."""
        columns = self.columns(state)
        moving = float(self.compiled.lp.cost[columns] @ self.solution.x[columns])
        return moving / state.weight + constant_cost(self.cases[state.name])

    def columns(self, state: State) -> Vector:
        """Columns of the LP that belong to a state."""
        return columns_of(self.block(state), self.compiled)

    def row_scale(self) -> Vector:
        """What turns the price of each row, by weight, into that of its state (m)."""
        scale = np.ones(len(self.compiled.lp.row_lower))
        for state in self.states:
            block = self.block(state)
            for kind in ROW_KINDS.values():
                for index, row in self.compiled.rows(block.component(kind.name)).items():
                    year = kind.own_year(index)
                    share = state.weight if year is None else weight_of(self.states, state, year)
                    scale[row] = 1 / share
        return scale


def columns_of(block: Any, compiled: Compiled) -> Vector:
    """Columns of the LP that belong to the block of a state."""
    found = np.concatenate([compiled.columns(block.component(name))[1] for name in COLUMN_KINDS])
    return found[found >= 0]


@dataclass(frozen=True)
class StatesLP:
    """The two-stage LP of states, made once; it may be solved with other numbers in it. `share` is the weight of the
    rows of each state by year, as it was solved last."""

    states: tuple[State, ...]
    cases: Mapping[str, Case]
    model: Any
    compiled: Compiled
    share: Sequence[dict[int, float]]
    how: How
    aversion: Aversion

    @classmethod
    def made(
        cls,
        states: tuple[State, ...],
        cuts: Mapping[Key, tuple[float, ...]],
        how: How,
        *,
        policy: bool = True,
        aversion: Aversion = NEUTRAL,
    ) -> StatesLP:
        """Of these states, their demand in steps by `cuts`."""
        cases = {s.name: derive(s.study, policy=policy, cuts=dict(cuts)) for s in states}
        model, compiled = two_stage(states, cases)
        share = [{t: weight_of(states, s, t) for t in s.study.years} for s in states]
        return cls(states, cases, model, compiled, share, how, aversion)

    def solved(self, compiled: Compiled | None = None, start: Basic | None = None) -> TwoStagePlan:
        """The plan of least measure; of `compiled`, the LP with other numbers, where it is given, from a basis like
        `start`. Raises Infeasible, and what a solver can end with."""
        states, cases, model = self.states, self.cases, self.model
        compiled = compiled or self.compiled
        charged = charged_states(states, cases, model, self.share)
        averse = self._averse(compiled, start) if self.aversion.weight else None
        solver = averse or Solver(compiled.lp, log=self.how.log, time_limit=self.how.time_limit)
        if start is not None and isinstance(solver, Solver):
            solver.start_like(*start)
        try:
            solution, levies, compiled, solves = settle(
                charged, compiled, solver, averse.by_weight if averse else None
            )
        except Infeasible:
            raise Infeasible(
                "each state has a plan of its own, but no capacity decided before it is known serves them all. Give "
                "the demand of every state a value, or raise what can be built."
            ) from None
        return TwoStagePlan(
            states=states if averse is None else averse.states,
            cases=cases,
            model=model,
            compiled=compiled if averse is None else averse.weighed(compiled),
            solution=solution,
            levies=dict(zip(cases, levies, strict=True)),
            basic=solver.basic(),
            choice=Choice(corner=solution.x if averse is None else averse.corner),
            aversion=self.aversion,
            tail=None if averse is None else averse.found(),
            solves=solves,
        )

    def _averse(self, compiled: Compiled, start: Basic | None) -> AverseSolver:
        """The solver of a plan by aversion, which keeps the `share` of each state's rows by year."""

        def reweighed(weighed: tuple[State, ...]) -> None:
            for state, by_year in zip(weighed, self.share, strict=True):
                by_year.update({t: weight_of(weighed, state, t) for t in by_year})

        return AverseSolver(
            compiled,
            self.states,
            [columns_of(self.model.state[s.name], compiled) for s in self.states],
            [constant_cost(self.cases[s.name]) for s in self.states],
            self.aversion,
            self.how,
            reweighed,
            start,
        )


def solve_plan(
    states: tuple[State, ...],
    cuts: Mapping[Key, tuple[float, ...]],
    how: How,
    *,
    policy: bool = True,
    aversion: Aversion = NEUTRAL,
) -> TwoStagePlan:
    """The plan that is cheapest on average, or by `aversion`; elastic demand is cut until the price of every state is
    within 1 %.

    Raises Infeasible, and what a solver can end with.
    """

    def step(found: Cuts) -> tuple[TwoStagePlan, Cuts]:
        plan = StatesLP.made(states, found, how, policy=policy, aversion=aversion).solved()
        return _exempted(plan), _finer(plan)

    return cut_until_narrow(step, dict(cuts))


def steady_plan(plan: TwoStagePlan, how: How) -> TwoStagePlan:
    """The plan, or that of those that cost as much in which suppliers change least, where `plan_choice` asks for it."""
    if plan.states[0].study.settings.plan_choice != "steady":
        return plan
    states = [state_of(plan.cases[s.name], plan.block(s), s.probability) for s in plan.states]
    blocks = map(plan.block, plan.states)
    compiled, found, basic = plan.compiled, plan.solution, plan.basic
    if plan.tail is not None:  # plans of the same cost by weight may have another tail
        compiled, found, basic = plan.tail.compiled, plan.tail.solution, plan.tail.basic
    first, free = most_exempt(blocks, compiled, found, log=how.log, time_limit=how.time_limit)
    solution, choice = steadied(
        states, compiled, first, basic, held=free, log=how.log, time_limit=how.time_limit
    )
    if plan.tail is not None:
        x = solution.x[: plan.tail.columns]
        cost = float(plan.compiled.lp.cost @ x) + plan.compiled.lp.offset
        solution = replace(plan.solution, x=x, objective=cost)
        choice = replace(choice, corner=plan.choice.corner)
    return _exempted(replace(plan, solution=solution, choice=choice))


def _exempted(plan: TwoStagePlan) -> TwoStagePlan:
    """The plan with as much exempt in each state as there may be."""
    solution = plan.solution
    for state in plan.states:
        solution = exempted(plan.cases[state.name], plan.block(state), plan.compiled, solution)
    return replace(plan, solution=solution)


def charged_states(
    states: tuple[State, ...],
    cases: Mapping[str, Case],
    model: Any,
    share: Sequence[Mapping[int, float]],
) -> list[Charged]:
    names = [s.name for s in states]
    return [
        Charged(
            case=cases[s.name],
            model=model.state[s.name],
            share=by_year,
            probability=s.probability,
            first=s.first,
            parent=None if s.parent is None else names.index(s.parent),
        )
        for s, by_year in zip(states, share, strict=True)
    ]


def _finer(plan: TwoStagePlan) -> dict[Key, tuple[float, ...]]:
    dual = plan.solution.dual * plan.row_scale()
    finer: dict[Key, tuple[float, ...]] = {}
    for state in plan.states:
        case = plan.cases[state.name]
        found = finer_cuts(case, plan.block(state), plan.compiled, dual)
        for key, prices in found.items():
            finer[key] = tuple(sorted({*finer.get(key, ()), *prices}))
    return finer


def links_of(plan: TwoStagePlan) -> Vector:
    """Rows that make two states decide alike (bool, m)."""
    links = np.zeros(plan.compiled.lp.matrix.shape[0], dtype=bool)
    for component in plan.model.component_objects(descend_into=False):
        if component.local_name.startswith("same_"):
            links[list(plan.compiled.rows(component).values())] = True
    return links
