"""Plans that do not weigh the states: each state known beforehand, or capacity decided for one of them alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from floors.case.demand import Key
from floors.case.derive import Case, derive
from floors.diagnosis.explained import explain
from floors.errors import SolveError
from floors.lp.linear import Compiled, compile_model
from floors.many.risks.mean import NoMean, mean_study
from floors.many.risks.states import FIRST_STAGE, State, alike
from floors.solving.outcome import Outcome, Past
from floors.solving.run import PLAINLY, How, check_possible, name_numbers, solve_case, solve_once
from floors.sourcing.build import build
from floors.steps import stage

Cuts = Mapping[Key, tuple[float, ...]]
Ready = tuple[Case, Any, Compiled]


@dataclass(frozen=True)
class Course:
    """What a way to plan costs the system in each state, million at present value, or `why` there is no plan in one of
    them; `bloc` what it costs the members, where that is asked for, and `outcomes` those of the states."""

    costs: Mapping[str, float]
    why: str = ""
    bloc: Mapping[str, float] = field(default_factory=dict)
    outcomes: Mapping[str, Outcome] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, outcomes: Mapping[str, Outcome]) -> Course:
        """The course that has these outcomes."""
        return cls({name: found.plan.objective / 1000 for name, found in outcomes.items()}, outcomes=outcomes)

    def alone(self) -> Course:
        """The costs alone, which go to another process."""
        return Course(self.costs, self.why)


def capacity_for_one(
    states: tuple[State, ...], cuts: Cuts, leader: State, known: Course | None = None
) -> tuple[Course, Course]:
    """Costs of the states with capacity for their mean, and with capacity as if `leader` were certain.

    `known`: each state known beforehand, with these cuts, where it is solved already.
    """
    known = known or known_beforehand(states, cuts)
    ready = {name: (found.case, found.model, found.whole) for name, found in known.outcomes.items()}
    one = follow(states, ready, known.outcomes[leader.name], leader.name)
    return for_the_mean(states, ready, cuts).alone(), one.alone()


def expected(states: tuple[State, ...], costs: Mapping[str, float | None]) -> float | None:
    """Probability x cost over all states; None where one is missing."""
    found = [(state.probability, costs[state.name]) for state in states]
    return None if any(c is None for _, c in found) else sum(p * c for p, c in found if c is not None)


def known_beforehand(states: tuple[State, ...], cuts: Cuts, how: How = PLAINLY) -> Course:
    """Each state solved alone, foreseen from the first year. Raises Infeasible, naming the state."""
    found = {}
    with stage("states", len(states)) as here:
        for state in states:
            case = derive(state.study, cuts=dict(cuts))
            try:
                check_possible(case)
                found[state.name] = solve_case(case, build, how)
            except SolveError as error:
                explain(error)
                name_numbers(error, state.study)
                raise type(error)(f"{state.name}: {error}") from error
            here.finished(state.name)
    return Course.of(found)


def follow(
    states: tuple[State, ...], ready: Mapping[str, Ready], first: Outcome, leader: str | None
) -> Course:
    """Every state with the capacity of `first`, and with its quantities until the state is known; without known_from,
    with what goes in and out of store and is qualified until its data differ.

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
            shared = _shared(states, state, found, first)
            past = Past(before, known, capacity=True, shared=shared, shared_columns=FIRST_STAGE)
            found[state.name] = solve_once(case, model, arrays, past=past)
        except SolveError as error:
            explain(error)
            return Course({}, f"{state.name} has no plan with this capacity: {error}")
    return Course.of(found)


def _shared(
    states: tuple[State, ...], state: State, found: Mapping[str, Outcome], first: Outcome
) -> dict[int, Outcome]:
    """By year, whose decision in ignorance of `state` is already made: that of a state not told from it, else `first`
    where none of the states without known_from is told from another."""
    every = [one for one in states if one.parent is None]
    shared = {}
    for t in state.study.years:
        same = alike(states, state, t)
        made = [found[one.name] for one in same if one.name in found]
        if made:
            shared[t] = made[0]
        elif len(every) == len(same) > 1:
            shared[t] = first
    return shared


def for_the_mean(states: tuple[State, ...], ready: Mapping[str, Ready], cuts: Cuts) -> Course:
    """Capacity as if every number that differs between states were its mean."""
    try:
        case = derive(mean_study(states), cuts=dict(cuts))
    except NoMean as error:
        return Course({}, f"the states have no mean: {error}")
    try:
        first = solve_case(case, build)
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
