"""Trade: what is made and what arrives are two balances; losses, limits, take-or-pay, tariffs, levies.

Shipments in t per year before loss, from the region that makes to the place that uses.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.core as pyo

from floors.case.derive import Case
from floors.case.leaks import leak_costs, leaked_from, leaked_on
from floors.lp.components import Columns, Members, Numbers, Quantities, Rows, give
from floors.lp.labels import KeyTable, joined
from floors.lp.rules import sum
from floors.sourcing.exemptions import exempt_arcs, exempt_data, levies_of_liable


def add_trade(m: pyo.Block, case: Case) -> None:
    """Variable ship[o,d,c,t]."""
    trade_data(m, case)
    m.ship = Quantities(m.SHIP, doc="Shipment from origin to destination, before losses on the way [t/yr]")


def use_data(m: pyo.Block, case: Case) -> None:
    """Index sets of the use balance: who arrives, who uses, who buys, what is piled, by place; what is wasted."""
    spots = case.spots
    m.SPOT = Rows(spots.all)
    m.USE = Rows(spots.open)
    waste_data(m, case)
    m.ARRIVING = Members(m.SPOT, m.SHIP, by=(1, 2, 3))
    m.USING = Members(m.SPOT, spots.using, by=(0, 1, 2))
    m.BUYING = Members(m.SPOT, spots.buying, by=(0, 1, 2))
    m.PILED = Members(m.SPOT, spots.piled, by=(0, 1, 2))

    m.POOL = Rows(case.pool)
    m.PASSED_IN, m.PASSED_OUT = _moved(m.SPOT, case.pool, case)


def add_waste(m: pyo.Block) -> None:
    """Variable waste[d,c,t]: what arrives under a `use` cap and nobody uses."""
    m.waste = Quantities(m.WASTE, doc="What arrives under a use cap and nobody uses [t/yr]")


def add_pools(m: pyo.Block) -> None:
    """Variables of what is clean: passed[d,c,t], used as any; mingled[o,c,t], leaving as tainted."""
    m.passed = Quantities(m.POOL, doc="What is clean and used as any [t/yr]")
    m.mingled = Quantities(m.MINGLED, doc="What is clean and leaves as tainted [t/yr]")


def waste_data(m: pyo.Block, case: Case) -> None:
    """Index set of what is wasted under a `use` cap."""
    m.WASTE = Rows(case.spots.closed)


def trade_data(m: pyo.Block, case: Case) -> None:
    """Index sets and numbers of trade: who may ship what to whom, at what cost, within which limits."""
    _arcs(m, case)
    pairs_data(m, case)
    exempt_data(m, case)


def _arcs(m: pyo.Block, case: Case) -> None:
    arcs, table = case.arcs, case.names.table
    m.SHIP = Rows(arcs.table)
    start, pays = case.border.start, case.pays_minimum(arcs.ways, arcs.content)
    linked = case.links.holds(arcs.o, arcs.r, arcs.c, arcs.t)
    levied = (pays != 0) & ~linked & ~exempt_arcs(case)
    m.LEVIED = Rows(arcs.table.take(levied))
    m.LEVY = Rows(arcs.table.take((pays != 0) & ~linked).pick(0, 2, 3).distinct())
    m.pays = Numbers(m.LEVIED, pays[levied], doc="Minimum levies that a shipped t pays [levies per t]")
    m.minimum_levy = Numbers(
        m.LEVY,
        [start[key] for key in m.LEVY.table.keys],
        mutable=True,
        doc="Levy of the minimum rule on a kg of content [USD/kg]",
    )
    data = case.production
    makers = table(
        [
            (data.region[p], c, t, p)
            for p, io in data.coefficient.items()
            for t in data.active[p]
            for c, a in io.items()
            if a > 0
        ],
        4,
    )
    mingled = case.mingled
    m.SUPPLY = Rows(joined(makers.pick(0, 1, 2), mingled).distinct())
    m.MAKING = Members(m.SUPPLY, makers, by=(0, 1, 2))
    m.MINGLED = Rows(mingled)
    m.MINGLED_IN, m.MINGLED_OUT = _moved(m.SUPPLY, mingled, case)
    m.LEAVING = Members(m.SUPPLY, m.SHIP, by=(0, 2, 3))
    give(m, arc_numbers(m, case), _DOCS)
    m.leak_cost = pyo.Param(
        initialize=float(sum(leak_costs(case))),
        doc="Freight, tariffs and export taxes on what leaks [thousand USD, PV]",
    )


_DOCS = {
    "freight": "Freight [USD/kg shipped]",
    "duty": "Tariff and export tax [USD/kg shipped]",
    "arrives": "What arrives of what is shipped [share]",
    "leaked": "What leaks past enforcement at its origin [t/yr]",
}


def arc_numbers(m: Any, case: Case) -> Columns:
    """What each shipment costs and what of it arrives; what leaks at each origin."""
    arcs, leaked = case.arcs, leaked_from(case)
    gone = [leaked.get(key, 0.0) for key in m.SUPPLY.table.keys] if leaked else np.zeros(len(m.SUPPLY))
    return {
        "freight": (m.SHIP, arcs.freight),
        "duty": (m.SHIP, arcs.duty),
        "arrives": (m.SHIP, 1 - arcs.loss),
        "leaked": (m.SUPPLY, gone),
    }


def _moved(index: Rows, keys: KeyTable, case: Case) -> tuple[Members, Members]:
    """Of rows by place, name and year: the commodity that clean goods become, and that which they leave."""
    d, c, t = keys.columns
    clean = case.names.codes([case.tags.clean[name] for _, name, _ in keys.keys])
    into, out = (KeyTable(case.names, (d, row, t, c)) for row in (c, clean))
    return Members(index, into, by=(0, 1, 2)), Members(index, out, by=(0, 1, 2))


def pairs_data(m: pyo.Block, case: Case) -> None:
    """Limits and minimums of a pair of regions bind on the sum over the region and its markets, and over tags."""
    arcs = case.arcs
    pair = arcs.axes.table(arcs.o, arcs.r, arcs.axes.plain[arcs.c], arcs.t, kinds="ooct")
    reaching = KeyTable(case.names, (*pair.columns, *arcs.table.columns[1:3]))
    bound = np.isfinite(arcs.limit) | (arcs.minimum > 0)
    m.PAIR = Rows(pair.take(bound).distinct())
    m.REACHING = Members(m.PAIR, reaching.take(bound), by=(0, 1, 2, 3))
    leaked = leaked_on(case)
    first = np.flatnonzero(pair.find(pair.columns) == np.arange(len(pair)))
    limited, asked = (first[f] for f in (np.isfinite(arcs.limit[first]), arcs.minimum[first] > 0))
    m.ROUTE_LIMIT, m.ROUTE_MINIMUM = Rows(pair.take(limited)), Rows(pair.take(asked))
    gone = [leaked.get(key, 0.0) for key in m.ROUTE_LIMIT.table.keys]
    m.limit = Numbers(
        m.ROUTE_LIMIT,
        arcs.limit[limited] - np.array(gone),
        doc="The most that a pair of regions ships, less what leaks [t/yr]",
    )
    m.take_or_pay = Numbers(
        m.ROUTE_MINIMUM, arcs.minimum[asked], doc="The least that a pair of regions ships [t/yr]"
    )


def supply(m: Any, o: str, c: str, t: int) -> Any:
    """What o makes of c covers what o ships and what leaks from it, what is clean and leaves as tainted moved from
    the one to the other [t/yr]; dual: price ex works."""
    return (
        sum(m.makes[p, c] * m.produce[p, t] for p in m.MAKING[o, c, t])
        + sum(m.mingled[o, b, t] for b in m.MINGLED_IN[o, c, t])
        >= sum(m.ship[o, d, c, t] for d in m.LEAVING[o, c, t])
        + sum(m.mingled[o, b, t] for b in m.MINGLED_OUT[o, c, t])
        + m.leaked[o, c, t]
    )


def use(m: Any, d: str, c: str, t: int) -> Any:
    """Arrivals after loss and stock taken cover inputs, consumption and stock put away, what is clean and used as any
    moved from the one to the other [t/yr]; dual: delivered price."""
    return sum(m.arrives[o, d, c, t] * m.ship[o, d, c, t] for o in m.ARRIVING[d, c, t]) + sum(
        m.take[k, t] for k in m.PILED[d, c, t]
    ) + sum(m.passed[d, b, t] for b in m.PASSED_IN[d, c, t]) >= sum(
        m.uses[p, c] * m.produce[p, t] for p in m.USING[d, c, t]
    ) + sum(m.consume[d, g, c, j, t] for g, j in m.BUYING[d, c, t]) + sum(
        m.put[k, t] for k in m.PILED[d, c, t]
    ) + sum(m.passed[d, b, t] for b in m.PASSED_OUT[d, c, t])


def use_or_waste(m: Any, d: str, c: str, t: int) -> Any:
    """Under a `use` cap arrivals after loss and stock taken, less what is wasted, are what is used and put away
    [t/yr]; dual: delivered price."""
    return sum(m.arrives[o, d, c, t] * m.ship[o, d, c, t] for o in m.ARRIVING[d, c, t]) + sum(
        m.take[k, t] for k in m.PILED[d, c, t]
    ) + sum(m.passed[d, b, t] for b in m.PASSED_IN[d, c, t]) - m.waste[d, c, t] == sum(
        m.uses[p, c] * m.produce[p, t] for p in m.USING[d, c, t]
    ) + sum(m.consume[d, g, c, j, t] for g, j in m.BUYING[d, c, t]) + sum(
        m.put[k, t] for k in m.PILED[d, c, t]
    ) + sum(m.passed[d, b, t] for b in m.PASSED_OUT[d, c, t])


def route_limit(m: Any, o: str, r: str, c: str, t: int) -> Any:
    """Shipments from o to region r and its markets <= the limit, less what leaks [t/yr]; dual: quota rent."""
    return sum(m.ship[o, d, b, t] for d, b in m.REACHING[o, r, c, t]) <= m.limit[o, r, c, t]


def route_minimum(m: Any, o: str, r: str, c: str, t: int) -> Any:
    """Shipments from o to region r and its markets >= the take-or-pay quantity [t/yr]."""
    return sum(m.ship[o, d, b, t] for d, b in m.REACHING[o, r, c, t]) >= m.take_or_pay[o, r, c, t]


def trade_cost(m: Any) -> Any:
    """Freight, tariffs, export taxes and the levies of the minimum rule on what is shipped, and the first
    three on what leaks [thousand, PV]."""
    return (
        sum(
            m.weight[t] * (m.freight[o, d, c, t] + m.duty[o, d, c, t]) * m.ship[o, d, c, t]
            for o, d, c, t in m.SHIP
        )
        + sum(
            m.weight[t] * m.pays[o, d, c, t] * m.minimum_levy[o, c, t] * m.ship[o, d, c, t]
            for o, d, c, t in m.LEVIED
        )
        + levies_of_liable(m)
        + m.leak_cost
    )
