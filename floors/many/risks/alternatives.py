"""Plans that do not weigh the states: each state known beforehand, or capacity decided for one of them alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from floors.case.demand import Key
from floors.case.derive import Case, derive
from floors.diagnosis.explained import explain
from floors.errors import SolveError
from floors.lp.linear import Compiled, compile_model
from floors.many.risks.mean import NoMean, mean_study
from floors.many.risks.states import State
from floors.results.summary import bloc_total
from floors.solving.accounts import keep_accounts
from floors.solving.outcome import Outcome, Past
from floors.solving.run import check_possible, solve_case, solve_once
from floors.sourcing.build import build

Cuts = Mapping[Key, tuple[float, ...]]
Ready = tuple[Case, Any, Compiled]


@dataclass(frozen=True)
class Course:
    """What comes of one way to plan: the outcome of each state, or `why` there is none in one of them."""

    outcomes: Mapping[str, Outcome]
    why: str = ""

    def cost(self, state: State) -> float | None:
        """Cost of the system in a state, million at present value."""
        found = self.outcomes.get(state.name)
        return None if found is None else found.plan.objective / 1000

    def bloc(self, state: State) -> float | None:
        """Net cost of the bloc in a state, million at present value."""
        found = self.outcomes.get(state.name)
        return None if found is None else bloc_total(found, keep_accounts(found), "net_cost")


@dataclass(frozen=True)
class Costs:
    """What a way to plan costs in each state, million at present value, or `why` there is none in one of them."""

    of: Mapping[str, float]
    why: str = ""

    def cost(self, state: State) -> float | None:
        """Cost of the system in a state."""
        return self.of.get(state.name)


def costs_of(states: tuple[State, ...], course: Course) -> Costs:
    """The costs of a course alone."""
    found = {state.name: course.cost(state) for state in states}
    return Costs({name: cost for name, cost in found.items() if cost is not None}, course.why)


def capacity_for_one(
    states: tuple[State, ...], cuts: Cuts, leader: State, alone: Course | None = None
) -> tuple[Costs, Costs]:
    """Costs of the states with capacity for their mean, and with capacity as if `leader` were certain.

    `alone`: each state known beforehand, with these cuts, where it is solved already.
    """
    alone = alone or known_beforehand(states, cuts, time_limit=None, log=False)
    found = for_the_mean(states, alone, cuts), for_one(states, alone, leader)
    return costs_of(states, found[0]), costs_of(states, found[1])


def expected(states: tuple[State, ...], costs: Mapping[str, float | None]) -> float | None:
    """Probability x cost over all states; None where one is missing."""
    found = [(state.probability, costs[state.name]) for state in states]
    return None if any(c is None for _, c in found) else sum(p * c for p, c in found if c is not None)


def known_beforehand(states: tuple[State, ...], cuts: Cuts, policy: bool = True, **options: Any) -> Course:
    """Each state solved alone, foreseen from the first year. Raises Infeasible, naming the state."""
    found = {}
    for state in states:
        case = derive(state.study, policy=policy, cuts=dict(cuts))
        try:
            check_possible(case)
            found[state.name] = solve_case(case, build, ranges=False, **options)
        except SolveError as error:
            explain(error)
            raise type(error)(f"{state.name}: {error}") from error
    return Course(found)


def follow(
    states: tuple[State, ...], ready: Mapping[str, Ready], first: Outcome, leader: str | None
) -> Course:
    """Every state with the capacity of `first`, and with its quantities until the state is known.

    `leader` is the state that `first` is the plan of, None for none of them.
    """
    found: dict[str, Outcome] = {} if leader is None else {leader: first}
    for state in states:
        if state.name in found:
            continue
        before = first if state.parent is None else found[state.parent]
        known = state.known_from or state.study.years[0]
        try:
            case, model, arrays = ready[state.name]
            past = Past(before, known, capacity=True)
            found[state.name] = solve_once(case, model, arrays, past=past)
        except SolveError as error:
            explain(error)
            return Course({}, f"{state.name} has no plan with this capacity: {error}")
    return Course(found)


def for_one(states: tuple[State, ...], alone: Course, leader: State) -> Course:
    """Capacity as if `leader` were certain."""
    ready = {name: (found.case, found.model, found.whole) for name, found in alone.outcomes.items()}
    return follow(states, ready, alone.outcomes[leader.name], leader.name)


def for_the_mean(states: tuple[State, ...], alone: Course, cuts: Cuts) -> Course:
    """Capacity as if every number that differs between states were its mean."""
    try:
        case = derive(mean_study(states), cuts=dict(cuts))
    except NoMean as error:
        return Course({}, f"the states have no mean: {error}")
    ready = {name: (found.case, found.model, found.whole) for name, found in alone.outcomes.items()}
    try:
        first = solve_case(case, build, ranges=False, time_limit=None, log=False)
    except SolveError as error:
        explain(error)
        return Course({}, f"no plan for the mean of the states: {error}")
    return follow(states, ready, first, None)


def without_policy(states: tuple[State, ...], cuts: Cuts, leader: State) -> Course:
    """No caps and no rules on floors, capacity as if `leader` were certain."""
    ready: dict[str, Ready] = {}
    for state in states:
        case = derive(state.study, policy=False, cuts=dict(cuts))
        model = build(case)
        ready[state.name] = case, model, compile_model(model)
    case, model, arrays = ready[leader.name]
    first = solve_once(case, model, arrays)
    return follow(states, ready, replace(first, past=None), leader.name)
