"""The minimum rule: levies that top the price at each origin up to its minimum, found by solving again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf
from typing import Any, Protocol

import numpy as np

from floors.case.border import MINIMUM_TOLERANCE
from floors.case.derive import Case
from floors.errors import NotConverged
from floors.lp import sizes
from floors.lp.highs import Basic, Solution, Solver
from floors.lp.linear import Compiled, Vector
from floors.lp.sparse import Matrix
from floors.pricing.dual import FloorRows, PricingLP
from floors.solving.bloc import Levies
from floors.solving.planned import Past
from floors.steps import stage

Paying = list[tuple[int, Any, float]]  # column, levy key, thousand per t and unit of levy
MOST_SOLVES = 40
NOTHING = 1e-12  # of the largest quantity: less is rounding
ROUNDED = 1e-15  # relative; what taking a levy off a cost may leave of it
MOST_CAREFUL = 160  # further solves with steps that never overshoot on purpose


@dataclass(frozen=True, kw_only=True)
class Charged:
    """A case within an LP: its model, `share[t]` of its rows in each year beside `Calendar.weight`, and the
    probability of its costs. Levies of years before `first` are fixed at `before`, or are those of the case
    that stands at `parent` in the list."""

    case: Case
    model: Any
    share: Mapping[int, float]
    probability: float = 1.0
    first: float = -inf
    before: Levies = field(default_factory=dict)
    parent: int | None = None


class Weighing(Protocol):
    """What is solved as a `Solver` is, at other costs than its duals are of."""

    def set_cost(self, cost: Vector) -> None:
        """Replace the costs of all columns."""

    def solve(self, what: str) -> Solution:
        """The plan and its duals; raises unless there is one."""

    def basic(self) -> Basic:
        """Columns and rows that are basic in the LP of the duals."""


@stage("plan")
def settle_minimum(
    case: Case, m: Any, compiled: Compiled, solver: Solver | Weighing, past: Past | None
) -> tuple[Solution, Levies, Compiled, int]:
    """The plan, the levies in USD/kg, the arrays at those levies, and how many solves it took."""
    once = dict.fromkeys(case.calendar.years, 1.0)
    first, before = (past.known_from, past.outcome.levies) if past else (-inf, {})
    plan, levies, compiled, solves = settle(
        [Charged(case=case, model=m, share=once, probability=1.0, first=first, before=before)],
        compiled,
        solver,
    )
    return plan, levies[0], compiled, solves


def settle(
    charged: Sequence[Charged],
    compiled: Compiled,
    solver: Solver | Weighing,
    by_weight: Callable[[Vector], Vector] | None = None,
) -> tuple[Solution, list[Levies], Compiled, int]:
    """The plan, the levies of each case in USD/kg, the arrays at those levies, and how many solves it took.

    Done when every levy is within 0.01 of the minimum less the price at its origin in the solution (or of 0); of prices
    that the solution leaves open those of `open_prices`.
    A step is the gap, doubled each time its sign repeats for that origin and halved when it turns; where
    that does not settle in 40 solves, steps no longer grow beyond the gap. Levies of past years stay. `by_weight`:
    at which costs the duals of a plan prove it, of those it was asked for at.
    """
    levies = [_first_levies(part) for part in charged]
    _follow(charged, levies)
    if not any(levies):
        return solver.solve("the sourcing plan"), levies, compiled, 1
    supply, least, above = {}, {}, dict[Any, list[int]]()
    for i, part in enumerate(charged):
        rows, links = compiled.rows(part.model.supply), compiled.rows(part.model.link)
        exports = compiled.rows(part.model.export_limit)
        for key in levies[i]:
            name, t, source = str(key[-2]), int(key[-1]), (key[0], *key[-2:])
            if source in rows and t >= part.first:
                supply[i, *key] = rows[source]
                c = part.case.tags.plain.get(name, name)
                least[i, *key] = part.case.border.rules["minimum"][c][t]
                asked = (links.get((*key[:2], c, t)) if len(key) == 4 else None, exports.get((key[0], c, t)))
                if any(row is not None for row in asked):
                    above[i, *key] = [row for row in asked if row is not None]
    most = {
        row: least[key] * charged[key[0]].case.calendar.weight[key[-1]] * charged[key[0]].share[key[-1]]
        for key, row in supply.items()
    }
    priced = [*dict.fromkeys(row for rows in above.values() for row in rows)]

    def gaps(found: Solution) -> dict[Any, float]:
        missing = dict[Any, float]()
        for key, row in supply.items():
            part, t = charged[key[0]], key[-1]
            price = sum(max(0.0, float(found.dual[one])) for one in (row, *above.get(key, ())))
            price = price / part.case.calendar.weight[t] / part.share[t]
            missing[key] = max(0.0, least[key] - price) - levies[key[0]][key[1:]]
        return missing

    factor = dict.fromkeys(supply, 1.0)
    last: dict[Any, float] = dict.fromkeys(supply, 0.0)
    paying = [levied_columns(part.model, compiled) for part in charged]
    canonical = bool(above)
    for solves in range(1, MOST_SOLVES + MOST_CAREFUL + 1):
        cost = cost_at(charged, compiled, levies, paying)
        solver.set_cost(cost)
        plan = solver.solve("the sourcing plan")
        gap = gaps(plan)
        canonical = canonical or _settled(gap)
        if canonical:  # no levy rests on prices that are open before they are chosen
            passing = abs(compiled.lp.matrix) @ np.abs(plan.x)
            idle = {row for row in most if passing[row] <= NOTHING * sizes.largest(plan.x)}
            idle |= {supply[key] for key in above}
            at = by_weight(cost) if by_weight else cost
            if idle:
                plan = open_prices(compiled, at, plan, solver, priced, {row: most[row] for row in idle})
                gap = gaps(plan)
        if _settled(gap):
            for part, levy in zip(charged, levies, strict=True):
                set_levies(part.model, levy)
            return plan, levies, replace(compiled, lp=replace(compiled.lp, cost=cost)), solves
        if solves == MOST_SOLVES:
            factor = dict.fromkeys(supply, 1.0)
        for key, g in gap.items():
            if g * last[key] > 0:
                factor[key] = 2 * factor[key] if solves < MOST_SOLVES else min(1.2 * factor[key], 1.0)
            elif g * last[key] < 0:
                factor[key] /= 2
            last[key] = g
            levy = levies[key[0]]
            levy[key[1:]] = min(max(levy[key[1:]] + factor[key] * g, 0.0), least[key])
        _follow(charged, levies)
    (i, o, *_, c, t), widest = max(gap.items(), key=lambda item: abs(item[1]))
    case = charged[i].case
    c = case.tags.plain.get(c, c)
    sheet, cell, _ = case.study.place("floor_rules", case.border.rule_row["minimum", c], t)
    raise NotConverged(
        f"the levies of the minimum rule did not settle in {MOST_SOLVES + MOST_CAREFUL} solves; the widest gap "
        f"is {abs(widest):.3g} a kg, of {c} from {o} in {t} ({sheet}!{cell}). Change the minimum or the reference "
        "price a little."
    )


def _first_levies(part: Charged) -> Levies:
    """The minimum less the reference price, or what the past left."""
    return {
        key: part.before.get(key, start) if key[-1] < part.first else start
        for key, start in part.case.border.start.items()
    }


def _follow(charged: Sequence[Charged], levies: Sequence[Levies]) -> None:
    """Levies of years that are those of another case of this LP follow them."""
    for part, levy in zip(charged, levies, strict=True):
        if part.parent is not None:
            before = levies[part.parent]
            levy.update({key: before[key] for key in levy if key[-1] < part.first})


def cost_at(
    charged: Sequence[Charged],
    compiled: Compiled,
    levies: Sequence[Levies],
    paying: Sequence[Paying] | None = None,
) -> Vector:
    """Costs of the LP's columns at these levies: the model was built at the first ones."""
    cost = compiled.lp.cost.copy()
    found = paying or [levied_columns(part.model, compiled) for part in charged]
    for part, columns, levy in zip(charged, found, levies, strict=True):
        for column, key, per_unit in columns:
            cost[column] = recharged(
                cost[column], part.probability * per_unit, part.case.border.start[key], levy[key]
            )
    return cost


def recharged(cost: float, per_unit: float, before: float, levy: float, most: float = 0.0) -> float:
    """A cost with one levy in place of another, neither above `most`; 0 where only rounding is left, since a cost
    just below 0 is a profit that nothing bounds."""
    total = cost + per_unit * (levy - before)
    return 0.0 if abs(total) <= ROUNDED * per_unit * max(before, levy, most) else total


def levied_columns(m: Any, compiled: Compiled) -> Paying:
    """(column, levy key, thousand of present value per t and unit of levy) of every shipment that pays, or of what of
    it is liable."""
    found: Paying = []
    for keys, pays, variable in ((m.LEVIED, m.pays, m.ship), (m.LIABLE, m.liable_pays, m.liable)):
        place = compiled.column_of(variable)
        found += [
            (place[key], (key[0], key[2], key[3]), m.weight[key[3]] * pays[key])
            for key in keys
            if key in place
        ]
    for pairs, variable in ((m.LINK_LEVIED, m.ship), (m.LINK_LIABLE, m.liable)):
        place = compiled.column_of(variable)
        found += [
            (place[o, d, c, t], (o, r, c, t), m.weight[t] * m.link_pays[o, d, r, c, t])
            for o, d, r, c, t in pairs
            if (o, d, c, t) in place
        ]
    return found


def set_levies(m: Any, levies: Levies) -> None:
    """Give the model the levies of its shipments."""
    for keys, numbers in ((m.LEVY, m.minimum_levy), (m.LINK_LEVY, m.link_levy)):
        for key in keys:
            numbers[key] = levies[key]


def _settled(gap: Mapping[Any, float]) -> bool:
    return all(abs(g) <= MINIMUM_TOLERANCE for g in gap.values())


def open_prices(
    compiled: Compiled,
    cost: Vector,
    plan: Solution,
    solver: Solver | Weighing,
    links: list[int],
    supply: Mapping[int, float],
) -> Solution:
    """The plan with those of its duals at which these links are priced least, and then these goods at their origin
    most (up to their minimum): what an exporter keeps by a link a levy can take, and where one sells nothing no levy
    need be larger."""
    at_cost = replace(compiled, lp=replace(compiled.lp, cost=cost))
    floors = FloorRows(
        keys=(),
        column=np.zeros(0, dtype=int),
        matrix=Matrix.empty(0, len(plan.dual)),
        constant=np.zeros(0),
        weight=np.zeros(0),
    )
    pricing = PricingLP(at_cost, plan.x, floors, (), solver.basic())
    found = pricing.solve()
    pricing.hold(found)
    if links:
        asked = np.zeros(pricing.m)
        asked[links] = 1.0
        found = pricing.solve(pricing.over_prices(asked))
        pricing.hold(found)
    sold = np.zeros(pricing.m)
    sides = list[float]()
    for row, most in supply.items():
        beyond = found.x[row] >= most  # where no levy is left
        sold[row] = 0.0 if beyond else -1.0
        sides.append(most if beyond else -most)
    rows, signs = np.array([*supply], dtype=int), np.where(sold[[*supply]] < 0, -1.0, 1.0)
    size = len(rows), len(pricing.column_lower)
    pricing.add_rows(
        np.array(sides),
        np.full(len(rows), np.inf),
        Matrix.from_entries(np.arange(len(rows)), rows, signs, size),
    )
    found = pricing.try_to(pricing.over_prices(sold)) or found
    dual = np.where(compiled.equality, found.x[: pricing.m], np.maximum(found.x[: pricing.m], 0.0))
    return replace(plan, dual=dual, reduced=cost - dual @ compiled.lp.matrix)
