"""The round trip of the floor: without any cap, with the levies in place as costs, the plan is still the best.

In that market each shipment pays the levies that the result reports, and under `use` caps what is wasted or put away
pays the rebate back, which what is taken from stock earns. Its least cost lies between plan + levies
- uplift and plan + levies, so it is exactly plan + levies where the uplift is 0. Neither end needs a solve: the
plan itself is a plan of that market (a row less breaks nothing), and the prices of all rows but the caps bound
its cost from below, whatever else its buyers might do. Flows are not compared: at these levies buyers are
indifferent, and many plans cost the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from floors.lp import sizes
from floors.lp.exact import proven_bound
from floors.lp.linear import LinearProgram
from floors.solving.minimum import levied_columns
from floors.solving.outcome import Outcome


@dataclass(frozen=True)
class RoundTrip:
    """Thousand at present value: `plan`, `levies` of the caps and levies of their own; `cost` of the plan in the
    market without caps at the levies reported; `least`, proven, that any plan of that market costs."""

    plan: float
    levies: float
    cost: float
    least: float


def round_trip(outcome: Outcome) -> RoundTrip | None:
    """The market without caps at the reported levies; None where no cap has a row and no levy of its own is taken.

    Levies of the minimum rule are costs of both markets. Shipments of years that are past are fixed in both
    and their levies, paid by then, are left out.
    """
    compiled, lp, x = outcome.market, outcome.market.lp, outcome.plan.x
    caps = np.array(sorted(compiled.rows(outcome.model.cap).values()), dtype=int)
    price, own = outcome.priced.price, outcome.priced.own
    if not len(caps) and not own.any():
        return None
    levies = -float(price[caps] @ (lp.matrix @ x)[caps]) + float(own @ x)
    kept = np.ones(len(price), dtype=bool)
    kept[caps] = False
    market = replace(
        _at_the_levies(outcome),
        matrix=lp.matrix[kept],
        row_lower=lp.row_lower[kept],
        row_upper=lp.row_upper[kept],
    )
    cost = float(market.cost @ x) + lp.offset
    size, most = sizes.of_cost(market, x), sizes.FAR * sizes.largest(x)
    least = proven_bound(market, price[kept], cost, size, largest=most).value
    return RoundTrip(outcome.plan.objective, levies, cost, least)


def _at_the_levies(outcome: Outcome) -> LinearProgram:
    """The LP with every shipment paying the levies of sheet `shipments` in place of those it was solved with."""
    compiled, m = outcome.market, outcome.model
    cost = compiled.lp.cost.copy()
    for column, key, per_unit in levied_columns(m, compiled):
        if key[-1] >= outcome.first:
            cost[column] -= per_unit * outcome.levies[key]
    arcs, relief = outcome.case.arcs, outcome.relief_column
    asked = (np.array(arcs.axes.years) >= outcome.first)[arcs.t]
    for columns, levy in ((outcome.ship_place, outcome.kept_column), (outcome.levied_place, relief)):
        paying = (columns >= 0) & asked
        cost[columns[paying]] += (outcome.case.weight_at[arcs.t] * levy)[paying]
    for variable, sign in ((m.waste, 1.0), (m.put, 1.0), (m.take, -1.0)):
        for key, column in compiled.column_of(variable).items():
            if key[-1] >= outcome.first:
                cost[column] += sign * _paid_back(outcome, key)
    return replace(compiled.lp, cost=cost)


def _paid_back(outcome: Outcome, key: tuple[Any, ...]) -> float:
    """The rebate of `use` caps on a t of waste (place, commodity, year) or of stock (stockpile, year), thousand at
    present value."""
    case, axes = outcome.case, outcome.case.arcs.axes
    if len(key) == 2:
        pile = case.stocks.piles[key[0]]
        key = (pile.region, pile.commodity, key[1])
    d, c, t = key
    return case.calendar.weight[t] * float(outcome.earned[axes.place[d], axes.commodity[c], axes.year[t]])
