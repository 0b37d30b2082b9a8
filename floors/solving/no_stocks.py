"""The same study and policy without its stockpiles, funds and reserve targets: what it is told beside."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from floors.case.derive import derive
from floors.errors import Infeasible, OverBudget, SolveError
from floors.lp.linear import Compiled, Vector
from floors.solving.minimum import levied_columns, recharged, set_levies
from floors.solving.outcome import Outcome
from floors.solving.planned import Past
from floors.solving.run import (
    PLAINLY,
    Builder,
    How,
    Parents,
    keep_few,
    price_once,
    same_steps,
    settle_once,
    solve_case,
)
from floors.steps import stage

NO_PLAN = "no plan without them"


@dataclass(frozen=True, kw_only=True)
class WithoutStocks:
    """The outcome without stockpiles; None where there is none, and `why`."""

    outcome: Outcome | None
    why: str = ""


def without_stocks(
    policy: Outcome, make: Builder, how: How = PLAINLY, parents: Parents | None = None
) -> WithoutStocks | None:
    """The study of an outcome solved without stockpiles; None where it has none. No answer is one: it is said, and
    fails nothing.

    Nothing is in store at the beginning either. Of a surprise the years before are those of its parent without
    stockpiles.
    """
    if not policy.case.stocks.piles:
        return None
    try:
        with stage("without stockpiles"):
            return WithoutStocks(outcome=_solved(policy, make, replace(how, ranges=False), parents))
    except (Infeasible, OverBudget):
        return WithoutStocks(outcome=None, why=NO_PLAN)
    except SolveError as error:
        return WithoutStocks(outcome=None, why=f"no answer: {error}")


def _solved(policy: Outcome, make: Builder, how: How, parents: Parents | None) -> Outcome:
    name = policy.case.study.scenario_name
    kept = parents.without_stocks if parents is not None else {}
    if name in kept:
        return kept[name]
    past = None
    if policy.past is not None:
        before = _solved(policy.past.outcome, make, how, parents)
        past = Past(before, policy.past.known_from, policy.past.capacity)
    found = _solve(policy, make, how, past) if policy.case.stocks.piles or past else policy
    if parents is not None and name in parents.of:
        keep_few(kept, name, found)
    return found


def _solve(policy: Outcome, make: Builder, how: How, past: Past | None) -> Outcome:
    """The model of the policy with nothing in store; made again where the past cuts its demand otherwise."""
    case = policy.case
    if past is not None and not same_steps(case, past):
        case = replace(derive(case.study, policy=case.policy, cuts=past.outcome.case.cuts), notes=case.notes)
        return solve_case(case, make, how, past=past, changed=emptied)
    cost = policy.whole.lp.cost.copy()
    for column, key, per_unit in levied_columns(policy.model, policy.whole):
        start = case.border.start[key]
        cost[column] = recharged(cost[column], per_unit, policy.levies[key], start)
    m, whole = policy.model, replace(policy.whole, lp=replace(policy.whole.lp, cost=cost))
    try:
        if past is not None or any(len(steps) > 1 for steps in case.demand.steps.values()):
            return solve_case(case, make, how, ready=(m, whole), past=past, changed=emptied)
        return price_once(settle_once(case, m, emptied(m, whole), how=how, start=_basis(policy)), how)
    finally:
        set_levies(policy.model, policy.levies)


def emptied(m: Any, whole: Compiled) -> Compiled:
    """The arrays with nothing put away, taken or kept, and no reserve to reach."""
    columns = _stored(m, whole)
    return whole.without(m.stock_target, whole.lp.cost).held(columns, np.zeros(len(columns)))


def _stored(m: Any, whole: Compiled) -> Vector:
    columns = [j for v in (m.put, m.take, m.stock) for j in whole.column_of(v).values()]
    return np.sort(np.array(columns, dtype=int))


def _basis(policy: Outcome) -> tuple[Vector, Vector]:
    """Where the plan without stockpiles starts: columns and rows (bool) that are basic with them, and what is in store,
    which a row of its own holds at nothing."""
    m, whole, (basic, basic_rows) = policy.model, policy.whole, policy.basic
    held, columns = _stored(m, whole), basic.copy()
    columns[held] = True
    numbers = np.arange(len(basic_rows), dtype=float)
    numbered = emptied(m, replace(whole, lp=replace(whole.lp, row_lower=numbers))).lp.row_lower
    kept = numbered[: len(numbered) - len(held)].astype(int)
    return columns, np.append(basic_rows[kept], np.zeros(len(held), dtype=bool))
