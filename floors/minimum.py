"""The minimum rule: levies that top the price at each origin up to its minimum, found by solving again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from floors.bloc import Levies
from floors.case.border import MINIMUM_TOLERANCE
from floors.case.derive import Case
from floors.errors import NotConverged
from floors.highs import Solution, Solver
from floors.linear import Compiled, Vector
from floors.outcome import Past

MOST_SOLVES = 40
MOST_CAREFUL = 160  # further solves with steps that never overshoot on purpose


def settle_minimum(
    case: Case, m: Any, compiled: Compiled, solver: Solver, past: Past | None
) -> tuple[Solution, Levies, Compiled, int]:
    """The plan, the levies in USD/kg, the arrays at those levies, and how many solves it took.

    Done when every levy is within 0.01 of the minimum less the price at its origin in the solution (or of 0).
    A step is the gap, doubled each time its sign repeats for that origin and halved when it turns; where
    that does not settle in 40 solves, steps no longer grow beyond the gap. Levies of past years stay.
    """
    if not case.border.start:
        return solver.solve("the sourcing plan"), {}, compiled, 1
    supply = compiled.rows(m.supply)
    weight = case.calendar.weight
    first = past.known_from if past else case.calendar.years[0]
    levy = {
        key: past.outcome.levies.get(key, start) if past and key[2] < first else start
        for key, start in case.border.start.items()
    }
    keys = [key for key in levy if key in supply and key[2] >= first]
    least = {key: case.border.rules["minimum"][key[1]][key[2]] for key in keys}
    factor = dict.fromkeys(keys, 1.0)
    last: dict[Any, float] = dict.fromkeys(keys, 0.0)
    paying = levied_columns(m, compiled)
    gap: dict[Any, float] = {}
    for solves in range(1, MOST_SOLVES + MOST_CAREFUL + 1):
        cost = _cost(case, compiled, paying, levy)
        solver.set_cost(cost)
        plan = solver.solve("the sourcing plan")
        price = {key: max(0.0, float(plan.dual[supply[key]])) / weight[key[2]] for key in keys}
        gap = {key: max(0.0, least[key] - price[key]) - levy[key] for key in keys}
        if all(abs(g) <= MINIMUM_TOLERANCE for g in gap.values()):
            for key in m.LEVY:
                m.minimum_levy[key] = levy[key]
            return plan, levy, replace(compiled, lp=replace(compiled.lp, cost=cost)), solves
        if solves == MOST_SOLVES:
            factor = dict.fromkeys(keys, 1.0)
        for key, g in gap.items():
            if g * last[key] > 0:
                factor[key] = 2 * factor[key] if solves < MOST_SOLVES else min(1.2 * factor[key], 1.0)
            elif g * last[key] < 0:
                factor[key] /= 2
            last[key] = g
            levy[key] = min(max(levy[key] + factor[key] * g, 0.0), least[key])
    (o, c, t), widest = max(gap.items(), key=lambda item: abs(item[1]))
    rule = case.study.problem("floor_rules", case.border.rule_row["minimum", c], t, "")
    raise NotConverged(
        f"the levies of the minimum rule did not settle in {MOST_SOLVES + MOST_CAREFUL} solves; the widest gap "
        f"is {abs(widest):.3g} a kg, of {c} from {o} in {t} ({rule.place}). Change the minimum or the reference "
        "price a little."
    )


def _cost(case: Case, compiled: Compiled, paying: list[tuple[int, Any, float]], levy: Levies) -> Vector:
    """Costs of the LP's columns at these levies: the model was built at the first ones."""
    cost = compiled.lp.cost.copy()
    for column, key, per_unit in paying:
        cost[column] += per_unit * (levy[key] - case.border.start[key])
    return cost


def levied_columns(m: Any, compiled: Compiled) -> list[tuple[int, Any, float]]:
    """(column, levy key, thousand of present value per t and unit of levy) of every shipment that pays."""
    keys, columns = compiled.columns(m.ship)
    place = dict(zip(keys, columns.tolist(), strict=True))
    return [
        (place[key], (key[0], key[2], key[3]), m.weight[key[3]] * m.pays[key])
        for key in m.LEVIED
        if place[key] >= 0
    ]
