"""What more weight of the tail costs on average, and what it takes off the worst: a plan for each weight."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from numbers import Real

import numpy as np

from floors.case.demand import Key
from floors.contract.results.risk import FrontierRow
from floors.errors import UsageError
from floors.many.executors import in_order
from floors.many.risks.alternatives import expected
from floors.many.risks.averse import Aversion, cvar_of
from floors.many.risks.plan import TwoStagePlan, solve_plan
from floors.many.risks.states import State
from floors.solving.run import How
from floors.steps import stage

LIKE = "0:0.9:10"
MOST_POINTS = 200
Task = tuple[tuple[State, ...], Mapping[Key, tuple[float, ...]], How, Aversion]


def weights_of(given: str | Iterable[float]) -> tuple[float, ...]:
    """Weights of the tail from the least, each once, of a list or of LOW:HIGH:POINTS. Raises UsageError."""
    weights = _parsed(given) if isinstance(given, str) else list(given)
    if not 0 < len(weights) <= MOST_POINTS:
        raise UsageError(f"expected 1 to {MOST_POINTS} weights of the tail, found {len(weights)}.")
    for weight in weights:
        if isinstance(weight, bool) or not isinstance(weight, Real) or not 0 <= weight < 1:
            raise UsageError(f"expected weights of the tail from 0 to below 1, found {weight!r}.")
    return tuple(sorted({float(weight) for weight in weights}))


def _parsed(text: str) -> list[float]:
    parts = text.split(":")
    try:
        low, high, count = float(parts[0]), float(parts[1]), int(parts[2])
        if len(parts) != 3 or count < 1 or (count == 1 and low != high):
            raise ValueError(text)
    except (ValueError, IndexError):
        raise UsageError(
            f"expected a weight of the tail, or LOW:HIGH:POINTS such as {LIKE}; found {text!r}."
        ) from None
    if count > MOST_POINTS:
        raise UsageError(f"expected at most {MOST_POINTS} weights of the tail, found {count}.")
    return [round(float(weight), 12) for weight in np.linspace(low, high, count)]


def frontier(
    states: tuple[State, ...],
    cuts: Mapping[Key, tuple[float, ...]],
    how: How,
    weights: Sequence[float],
    tail: float,
    where: Executor | None,
) -> list[FrontierRow]:
    """The plan at each weight, in million at present value. Raises what a solve can end with."""
    if not weights:
        return []
    found = []
    tasks: list[Task] = [(states, cuts, how, Aversion(weight, tail)) for weight in weights]
    with stage("frontier", len(tasks)) as here:
        for row in in_order(_point, tasks, where):
            found.append(row)
            here.finished(f"{row.aversion:g}")
    return found


def _point(task: Task) -> FrontierRow:
    states, cuts, how, aversion = task
    plan = solve_plan(states, cuts, how, aversion=aversion)
    costs: dict[str, float | None] = {s.name: plan.cost(s) / 1000 for s in plan.states}
    mean, worst = expected(states, costs), cvar_of(states, costs, aversion)
    assert mean is not None and worst is not None, "every state of a plan has its cost"
    return FrontierRow(
        aversion=aversion.weight,
        expected_cost=mean,
        cvar=worst,
        risk_objective=aversion.measure(mean, worst),
        dearest_state=max(costs, key=lambda name: costs[name] or 0.0),
        dearest_cost=max(cost for cost in costs.values() if cost is not None),
        charges=_charges(plan),
    )


def _charges(plan: TwoStagePlan) -> float:
    """Capital charges of all that is built, million at present value."""
    state = plan.states[0]
    data, weight = plan.cases[state.name].production, plan.cases[state.name].calendar.weight
    keys, columns = plan.compiled.columns(plan.block(state).build)
    return sum(
        data.expansion[x].charge
        * float(plan.solution.x[column])
        * sum(weight[t] for t in data.expansion[x].alive[b] if t in weight)
        / 1000
        for (x, b), column in zip(keys, columns.tolist(), strict=True)
        if column >= 0
    )
