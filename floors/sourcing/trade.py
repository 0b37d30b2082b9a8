"""Trade: what is made and what arrives are two balances; losses, limits, take-or-pay, tariffs, levies.

Shipments in t per year before loss, from the region that makes to the place that uses.
"""

from __future__ import annotations

from typing import Any

import pyomo.core as pyo

from floors.case.derive import Case
from floors.case.leaks import leaked_on


def add_trade(m: pyo.Block, case: Case) -> None:
    """Variable ship[o,d,c,t]; rows supply, route_limit, route_minimum."""
    trade_data(m, case)
    m.ship = pyo.Var(m.SHIP, domain=pyo.NonNegativeReals)
    m.supply = pyo.Constraint(m.SUPPLY, rule=supply)
    m.route_limit = pyo.Constraint(m.ROUTE_LIMIT, rule=route_limit)
    m.route_minimum = pyo.Constraint(m.ROUTE_MINIMUM, rule=route_minimum)


def add_use(m: pyo.Block, case: Case) -> None:
    """Row use[d,c,t], once production, trade, demand and stockpiles have their variables."""
    use_data(m, case)
    m.use = pyo.Constraint(m.USE, rule=use)


def use_data(m: pyo.Block, case: Case) -> None:
    """Index sets of the use balance: who arrives, who uses, who buys, what is piled, by place."""
    data, stocks = case.production, case.stocks
    users: dict[tuple[str, str, int], list[str]] = {}
    for p in data.processes:
        for t in data.active[p]:
            for c in data.used(p):
                users.setdefault((data.region[p], c, t), []).append(p)
    arriving: dict[tuple[str, str, int], list[str]] = {}
    for o, d, c, t in case.arcs:
        arriving.setdefault((d, c, t), []).append(o)
    buyers: dict[tuple[str, str, int], list[tuple[str, int]]] = {}
    for (d, g, c, t), steps in case.demand.steps.items():
        buyers.setdefault((d, c, t), []).extend((g, j) for j in range(len(steps)))
    piles = {
        (s.region, s.commodity, t): stocks.at(s.region, s.commodity)
        for s in stocks.piles.values()
        for t in case.calendar.years
    }
    keys = list(dict.fromkeys([*arriving, *users, *buyers, *piles]))
    m.USE = pyo.Set(dimen=3, initialize=keys)
    m.ARRIVING = pyo.Set(m.USE, dimen=1, initialize={key: arriving.get(key, []) for key in keys})
    m.USING = pyo.Set(m.USE, dimen=1, initialize={key: users.get(key, []) for key in keys})
    m.BUYING = pyo.Set(m.USE, dimen=2, initialize={key: buyers.get(key, []) for key in keys})
    m.PILED = pyo.Set(m.USE, dimen=1, initialize={key: piles.get(key, ()) for key in keys})


def trade_data(m: pyo.Block, case: Case) -> None:
    """Index sets and numbers of trade: who may ship what to whom, at what cost, within which limits."""
    _arcs(m, case)
    _pairs(m, case)


def _arcs(m: pyo.Block, case: Case) -> None:
    arcs, reference = case.arcs, case.reference
    m.SHIP = pyo.Set(dimen=4, initialize=list(arcs))
    m.freight = pyo.Param(m.SHIP, initialize={a: r.freight for a, r in arcs.items()})
    m.duty = pyo.Param(
        m.SHIP,
        initialize={
            a: (r.tariff + r.export_tax) * reference[a[2], a[3]] if r.tariff or r.export_tax else 0.0
            for a, r in arcs.items()
        },
    )
    m.arrives = pyo.Param(m.SHIP, initialize={a: 1 - r.loss for a, r in arcs.items()})
    border = case.border
    pays = {a: border.pays_minimum(case.places, case.routes, *a) for a in arcs} if border.start else {}
    pays = {a: share for a, share in pays.items() if share}
    m.LEVIED = pyo.Set(dimen=4, initialize=list(pays))
    m.LEVY = pyo.Set(dimen=3, initialize=list(dict.fromkeys((o, c, t) for o, _, c, t in pays)))
    m.pays = pyo.Param(m.LEVIED, initialize=pays)
    m.minimum_levy = pyo.Param(m.LEVY, initialize={key: border.start[key] for key in m.LEVY}, mutable=True)
    data = case.production
    makers: dict[tuple[str, str, int], list[str]] = {}
    for p in data.processes:
        for t in data.active[p]:
            for c in data.made(p):
                makers.setdefault((data.region[p], c, t), []).append(p)
    leaving: dict[tuple[str, str, int], list[str]] = {key: [] for key in makers}
    for o, d, c, t in arcs:
        leaving[o, c, t].append(d)
    leaked = leaked_from(case)
    m.SUPPLY = pyo.Set(dimen=3, initialize=list(makers))
    m.MAKING = pyo.Set(m.SUPPLY, dimen=1, initialize=makers)
    m.LEAVING = pyo.Set(m.SUPPLY, dimen=1, initialize=leaving)
    m.leaked = pyo.Param(m.SUPPLY, initialize={key: leaked.get(key, 0.0) for key in makers})
    m.leak_cost = pyo.Param(initialize=leak_cost(case))


def leak_cost(case: Case) -> float:
    """Freight, tariffs and export taxes of what leaks: a constant [thousand, PV]."""
    total = 0.0
    for (d, _, c, t), (o, quantity) in case.demand.leak.items():
        route = case.routes.of[o, case.places.region_of[d], c, t]
        duty = (route.tariff + route.export_tax) * case.reference.get((c, t), 0.0)
        total += case.calendar.weight[t] * quantity * (route.freight + duty)
    return total


def leaked_from(case: Case) -> dict[tuple[str, str, int], float]:
    """Tonnes that leave each capped origin unseen, by (origin, commodity, year)."""
    leaked: dict[tuple[str, str, int], float] = {}
    for (_, _, c, t), (o, quantity) in case.demand.leak.items():
        leaked[o, c, t] = leaked.get((o, c, t), 0.0) + quantity
    return leaked


def _pairs(m: pyo.Block, case: Case) -> None:
    """Limits and minimums of a pair of regions bind on the sum over the region and its markets."""
    reaching: dict[tuple[str, str, str, int], list[str]] = {}
    for o, d, c, t in case.arcs:
        reaching.setdefault((o, case.places.region_of[d], c, t), []).append(d)
    leaked = leaked_on(case)
    limit = {k: v for k in reaching if (v := case.routes.of[k].limit) is not None}
    least = {k: v for k in reaching if (v := case.routes.of[k].minimum) is not None}
    m.ROUTE_LIMIT = pyo.Set(dimen=4, initialize=list(limit))
    m.ROUTE_MINIMUM = pyo.Set(dimen=4, initialize=list(least))
    pairs = list(dict.fromkeys([*limit, *least]))
    m.PAIR = pyo.Set(dimen=4, initialize=pairs)
    m.REACHING = pyo.Set(m.PAIR, dimen=1, initialize={k: reaching[k] for k in pairs})
    room = {k: v - leaked.get(k, 0.0) for k, v in limit.items()}
    m.limit = pyo.Param(m.ROUTE_LIMIT, initialize=room)
    m.take_or_pay = pyo.Param(m.ROUTE_MINIMUM, initialize=least)


def supply(m: Any, o: str, c: str, t: int) -> Any:
    """What o makes of c covers what o ships and what leaks from it [t/yr]; dual: price ex works."""
    return (
        sum(m.makes[p, c] * m.produce[p, t] for p in m.MAKING[o, c, t])
        >= sum(m.ship[o, d, c, t] for d in m.LEAVING[o, c, t]) + m.leaked[o, c, t]
    )


def use(m: Any, d: str, c: str, t: int) -> Any:
    """Arrivals after loss and stock taken cover inputs, consumption and stock put away [t/yr]; dual:
    delivered price."""
    return sum(m.arrives[o, d, c, t] * m.ship[o, d, c, t] for o in m.ARRIVING[d, c, t]) + sum(
        m.take[k, t] for k in m.PILED[d, c, t]
    ) >= sum(m.uses[p, c] * m.produce[p, t] for p in m.USING[d, c, t]) + sum(
        m.consume[d, g, c, j, t] for g, j in m.BUYING[d, c, t]
    ) + sum(m.put[k, t] for k in m.PILED[d, c, t])


def route_limit(m: Any, o: str, r: str, c: str, t: int) -> Any:
    """Shipments from o to region r and its markets <= the limit, less what leaks [t/yr]; dual: quota rent."""
    return sum(m.ship[o, d, c, t] for d in m.REACHING[o, r, c, t]) <= m.limit[o, r, c, t]


def route_minimum(m: Any, o: str, r: str, c: str, t: int) -> Any:
    """Shipments from o to region r and its markets >= the take-or-pay quantity [t/yr]."""
    return sum(m.ship[o, d, c, t] for d in m.REACHING[o, r, c, t]) >= m.take_or_pay[o, r, c, t]


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
        + m.leak_cost
    )
