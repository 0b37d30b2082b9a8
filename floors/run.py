"""Solving a study: the plan, the levies of the minimum rule, the prices, the baseline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from floors.bloc import Levies, consumption_cost, contradiction, floor_rows, floor_rules, steadiness
from floors.case.border import MINIMUM_TOLERANCE, Border
from floors.case.demand import Key
from floors.case.derive import Case, derive
from floors.choosing import RANGE_LIMIT, choose
from floors.errors import Infeasible, NotConverged
from floors.highs import Solution, Solver
from floors.linear import Compiled, Vector, compile_model
from floors.outcome import Outcome, quantities
from floors.payments import payees
from floors.pricing import PricingLP
from floors.sourcing.build import build
from floors.sourcing.caps import leaked_into
from floors.sourcing.trade import leaked_on
from floors.study import Study

if TYPE_CHECKING:
    from floors.result import Result

MOST_SOLVES = 40
MOST_CAREFUL = 160  # further solves with steps that never overshoot on purpose
MOST_CUTS = 12
STEP_RATIO = 1.01  # the step that holds a price is cut until narrower

Builder = Callable[[Any], Any]


def solve(
    study: Study,
    *,
    ranges: bool | None = None,
    model: Builder | None = None,
    time_limit: float | None = None,
    log: bool = False,
    accept_failed: bool = False,
) -> Result:
    """Solve a study: sourcing mix, floors, accounts, each against the baseline without policy.

    `ranges`: lowest and highest of every floor (None: where there are at most 200). `model`: a function that
    makes the Pyomo model of a case in place of `floors.build`, and keeps its components. `time_limit` in
    seconds for each LP. Raises InputError, Infeasible, OverBudget, Unbounded, TimeLimit, NotConverged, and
    CertificateFailed unless `accept_failed`.
    """
    from floors.result import make_result

    make = model or build
    case = derive(study)
    check_possible(case)
    policy = solve_case(case, make, ranges=ranges, time_limit=time_limit, log=log)
    if policy.case.caps or policy.case.border.rules:
        baseline = solve_baseline(policy, make, time_limit=time_limit, log=log)
    else:
        baseline = policy
    return make_result(study, policy, baseline, accept_failed=accept_failed)


def solve_baseline(policy: Outcome, make: Builder, *, time_limit: float | None, log: bool) -> Outcome:
    """The same study without caps and floor rules: the same model without the rows of its caps."""
    case = policy.case
    bare = replace(
        case, caps=(), border=Border({}, {}, {}, {}, case.border.levied_on), policy=False, notes=()
    )
    cost = policy.compiled.lp.cost.copy()
    for column, key, per_unit in _levied_columns(policy.model, policy.compiled):
        cost[column] -= per_unit * policy.levies[key]
    compiled = policy.compiled.without(policy.model.cap, cost)
    return solve_case(
        bare, make, ranges=False, time_limit=time_limit, log=log, ready=(policy.model, compiled)
    )


def solve_case(
    case: Case,
    make: Builder,
    *,
    ranges: bool | None,
    time_limit: float | None,
    log: bool,
    ready: tuple[Any, Compiled] | None = None,
) -> Outcome:
    """Solve one case; elastic demand is cut again around its prices until a step is narrower than 1 %.

    `ready` is the model of the case and its arrays, where they exist already.
    """
    cuts: dict[Key, tuple[float, ...]] = {}
    for _ in range(MOST_CUTS):
        if ready is None:
            model = make(case)
            ready = model, compile_model(model)
        outcome = _solve_once(case, *ready, ranges=ranges, time_limit=time_limit, log=log)
        ready = None
        finer = _finer(outcome)
        if not finer:
            return outcome
        for key, prices in finer.items():
            cuts[key] = cuts.get(key, ()) + prices
        case = derive(case.study, policy=case.policy, cuts=cuts)
    raise NotConverged("the steps of elastic demand did not settle; set a higher demand_steps in settings.")


def _solve_once(
    case: Case,
    m: Any,
    compiled: Compiled,
    *,
    ranges: bool | None,
    time_limit: float | None,
    log: bool,
) -> Outcome:
    solver = Solver(compiled.lp, log=log, time_limit=time_limit)
    plan, levies, compiled, solves = _settle_minimum(case, m, compiled, solver)
    settings = case.study.settings
    rows = floor_rows(case, m, compiled, levies)
    rules = floor_rules(case, m, compiled, rows, levies, plan.dual)
    consumed = quantities(compiled, m.consume, plan.x)

    def choice(pricing: PricingLP) -> Vector:
        if settings.floor_choice == "steadiest" and rows.count:
            return steadiness(case, pricing)
        return pricing.over_prices(consumption_cost(case, m, compiled, consumed))

    try:
        priced = choose(
            compiled,
            plan,
            rows,
            rules,
            start=solver.basic(),
            budget=None if settings.support_budget is None else 1000 * settings.support_budget,
            choice=choice,
            payees=payees(case, m, compiled, plan.x) if rules else None,
            ranges=len(rows.keys) <= RANGE_LIMIT if ranges is None else ranges,
        )
    except Infeasible:
        raise contradiction(case, compiled, plan.x, rows, rules) from None
    return Outcome(case, m, compiled, plan, rows, tuple(rules), priced, levies, solver.basis(), solves)


def check_possible(case: Case) -> None:
    """Raise Infeasible where a contract has no maker or a leak alone is above a cap: no row could say so."""
    made = {(o, c, t) for o, _, c, t in case.arcs}
    for (o, d, c, t), route in case.routes.of.items():
        if route.minimum and (o, c, t) not in made:
            raise Infeasible(
                f"{o} must ship at least {route.minimum:g} t of {c} to {d} in {t}, but no process there makes it. "
                "Lower the minimum in routes or route_minimums."
            )
    for (o, r, c, t), leak in leaked_on(case).items():
        limit = case.routes.of[o, r, c, t].limit
        if limit is not None and leak > limit * (1 + 1e-12):
            raise Infeasible(
                f"the route {o} to {r} lets {limit:,.6g} t of {c} pass in {t}, but {leak:,.6g} t leak past "
                "enforcement. Raise the limit in routes or route_limits, or enforcement in sheet demand."
            )
    for cap in case.caps:
        for t, volume in cap.limit.items() if cap.basis != "use" else ():
            leak = leaked_into(case, cap, t)
            if leak > volume * (1 + 1e-12):
                raise Infeasible(
                    f"caps!{case.study.value_cell('caps', cap.row, t)} limits {cap.name} in {t} to {volume:,.6g} t, "
                    f"but {leak:,.6g} t leak past enforcement. Raise the cap or enforcement in sheet demand."
                )


def _settle_minimum(
    case: Case, m: Any, compiled: Compiled, solver: Solver
) -> tuple[Solution, Levies, Compiled, int]:
    """Solve until the levies of the minimum rule are what tops each origin's price up to its minimum."""
    plan = solver.solve("the sourcing plan")
    if not case.border.start:
        return plan, {}, compiled, 1
    supply = compiled.rows(m.supply)
    keys = [key for key in case.border.start if key in supply]
    weight = case.calendar.weight
    least = {key: case.border.rules["minimum"][key[1]][key[2]] for key in keys}
    levy = {key: case.border.start[key] for key in keys}
    factor = dict.fromkeys(keys, 1.0)
    last: dict[Any, float] = dict.fromkeys(keys, 0.0)
    paying = _levied_columns(m, compiled)
    lp = compiled.lp
    for solves in range(1, MOST_SOLVES + MOST_CAREFUL + 1):
        if solves == MOST_SOLVES:
            factor = dict.fromkeys(keys, 1.0)
        price = {key: max(0.0, float(plan.dual[supply[key]])) / weight[key[2]] for key in keys}
        gap = {key: max(0.0, least[key] - price[key]) - levy[key] for key in keys}
        if all(abs(g) <= MINIMUM_TOLERANCE for g in gap.values()):
            for key in m.LEVY:
                m.minimum_levy[key] = levy[key]
            full = {key: levy.get(key, 0.0) for key in case.border.start}
            return plan, full, replace(compiled, lp=lp), solves
        for key, g in gap.items():
            if g * last[key] > 0:
                factor[key] = 2 * factor[key] if solves < MOST_SOLVES else min(1.2 * factor[key], 1.0)
            elif g * last[key] < 0:
                factor[key] /= 2
            last[key] = g
            levy[key] = min(max(levy[key] + factor[key] * g, 0.0), least[key])
        cost = compiled.lp.cost.copy()
        for column, key, per_unit in paying:
            cost[column] += per_unit * (levy[key] - case.border.start[key])
        lp = replace(lp, cost=cost)
        solver.set_cost(cost)
        plan = solver.solve("the sourcing plan")
    raise NotConverged(
        f"the levies of the minimum rule did not settle in {solves} solves; the widest gap is "
        f"{max(abs(g) for g in gap.values()):.3g} a kg. Change the minimum or the reference price a little."
    )


def _levied_columns(m: Any, compiled: Compiled) -> list[tuple[int, Any, float]]:
    """(column, levy key, thousand of present value per t and unit of levy) of every shipment that pays."""
    keys, columns = compiled.columns(m.ship)
    place = dict(zip(keys, columns.tolist(), strict=True))
    found = []
    for key in m.LEVIED:
        o, _, c, t = key
        if place[key] >= 0:
            found.append((place[key], (o, c, t), m.weight[t] * m.pays[key]))
    return found


def _finer(outcome: Outcome) -> dict[Key, tuple[float, ...]]:
    """Where the price of an elastic demand lies in a step wider than 1 %: prices to cut that step at."""
    found: dict[Key, tuple[float, ...]] = {}
    for key, steps in outcome.case.demand.steps.items():
        if len(steps) == 1:
            continue
        d, _, c, t = key
        price = outcome.delivered.get((d, c, t), 0.0)
        for step in steps:
            if step.low is None or step.high is None or not step.low <= price <= step.high:
                continue
            ratio = step.high / step.low
            if ratio > STEP_RATIO:
                count = int(np.ceil(np.log(ratio) / np.log(STEP_RATIO) * 1.01))
                found[key] = tuple(step.low * ratio ** (i / count) for i in range(1, count))
    return found
