"""The standard model, spelled out: copy it, and add to it.

`floors solve study.xlsx --model models/bloc.py` solves a workbook with this file in place of
`floors.build`. Whatever rows or variables you add are priced with the rest: a floor is a sum of prices of
rows, and no company can profit from any column, yours included. Keep the names of the standard parts, since
the results tables read them. The baseline is this model without the rows of `cap`.

Quantities in t per year, money in thousand of the study's currency at present value; `weight[t]` is the
present value of a year. The numbers and index sets of each subject come from `floors`; every row
below is one line of algebra.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from floors import (
    Case,
    add_time,
    caps_data,
    demand_data,
    exports_data,
    links_data,
    production_data,
    stock_data,
    trade_data,
    use_data,
)


def build(case: Case) -> pyo.ConcreteModel:
    """The sourcing LP of a case, subject by subject."""
    m = pyo.ConcreteModel("bloc")
    add_time(m, case)
    production(m, case)
    trade(m, case)
    links(m, case)
    exports(m, case)
    exemptions(m)
    demand(m, case)
    stockpiles(m, case)
    balances(m, case)
    caps(m, case)
    m.cost = pyo.Objective(rule=cost)
    return m


def production(m: Any, case: Case) -> None:
    """Mines, plants, recyclers: what they run, what is built."""
    production_data(m, case)
    m.produce = pyo.Var(m.PRODUCE, domain=pyo.NonNegativeReals)
    m.build = pyo.Var(m.BUILD, domain=pyo.NonNegativeReals)

    @m.Constraint(m.CAPACITY)
    def capacity(m: Any, x: str, t: int) -> Any:
        """The load on x is within what exists and what was built and is alive."""
        built = sum(m.build[x, b] for b in m.ALIVE[x, t])
        return sum(m.loads[x, p] * m.produce[p, t] for p in m.LOADING[x, t]) <= m.existing[x, t] + built

    @m.Constraint(m.BUILD_LIMITED)
    def build_limit(m: Any, x: str, b: int) -> Any:
        return m.build[x, b] <= m.max_build[x, b] * m.length[b]

    @m.Constraint(m.TOTAL_LIMITED)
    def build_total(m: Any, x: str) -> Any:
        return sum(m.build[x, b] for b in m.BUILT_IN[x]) <= m.max_total[x]

    @m.Constraint(m.PROCESS_MINIMUM)
    def process_minimum(m: Any, p: str, t: int) -> Any:
        """Of a process with two modes under a traced cap both count."""
        return sum(m.produce[q, t] for q in m.MODES[p, t]) >= m.least_run[p, t]


def trade(m: Any, case: Case) -> None:
    """Shipments, from where a good is made to where it is used."""
    trade_data(m, case)
    m.ship = pyo.Var(m.SHIP, domain=pyo.NonNegativeReals)
    m.mingled = pyo.Var(m.MINGLED, domain=pyo.NonNegativeReals)  # what is clean and leaves as tainted

    @m.Constraint(m.ROUTE_LIMIT)
    def route_limit(m: Any, o: str, r: str, c: str, t: int) -> Any:
        return sum(m.ship[o, d, b, t] for d, b in m.REACHING[o, r, c, t]) <= m.limit[o, r, c, t]

    @m.Constraint(m.ROUTE_MINIMUM)
    def route_minimum(m: Any, o: str, r: str, c: str, t: int) -> Any:
        return sum(m.ship[o, d, b, t] for d, b in m.REACHING[o, r, c, t]) >= m.take_or_pay[o, r, c, t]


def links(m: Any, case: Case) -> None:
    """What a pair of regions is qualified to ship, and what it qualifies beside."""
    links_data(m, case)
    m.connect = pyo.Var(m.CONNECT, domain=pyo.NonNegativeReals)

    @m.Constraint(m.LINK)
    def link(m: Any, o: str, r: str, c: str, t: int) -> Any:
        """Dual: the friction, what a seller asks on this route above its price at origin."""
        stands = m.qualified[o, r, c, t] + sum(m.connect[o, r, c, b] for b in m.LINKED[o, r, c, t])
        return sum(m.ship[o, d, tag, t] for d, tag in m.THROUGH[o, r, c, t]) <= stands

    @m.Constraint(m.CONNECT_LIMITED)
    def connect_limit(m: Any, o: str, r: str, c: str, b: int) -> Any:
        return m.connect[o, r, c, b] <= m.connect_most[o, r, c, b] * m.length[b]


def exports(m: Any, case: Case) -> None:
    """The most that a seller ships abroad, where it answers a policy by withholding goods."""
    exports_data(m, case)

    @m.Constraint(m.EXPORT_LIMIT)
    def export_limit(m: Any, s: str, c: str, t: int) -> Any:
        """Dual: the rent that this makes, which the seller keeps."""
        return sum(m.ship[s, d, tag, t] for d, tag in m.ABROAD[s, c, t]) <= m.most_abroad[s, c, t]


def exemptions(m: Any) -> None:
    """What of a shipment pays no levy, and what is over: index sets and numbers are those of `trade_data`."""
    m.exempt = pyo.Var(m.EXEMPT, domain=pyo.NonNegativeReals)
    m.liable = pyo.Var(m.EXEMPT, domain=pyo.NonNegativeReals)

    @m.Constraint(m.EXEMPTION)
    def exemption(m: Any, o: str, r: str, c: str, t: int) -> Any:
        return sum(m.exempt[o, d, b, t] for d, b in m.EXEMPTED[o, r, c, t]) <= m.exempt_tonnes[o, r, c, t]

    @m.Constraint(m.EXEMPT)
    def exempt_or_liable(m: Any, o: str, d: str, c: str, t: int) -> Any:
        """Every other row sees `ship`, the sum."""
        return m.ship[o, d, c, t] == m.exempt[o, d, c, t] + m.liable[o, d, c, t]


def demand(m: Any, case: Case) -> None:
    """What buyers take: up to the quantity of a step, or exactly what must be served."""
    demand_data(m, case)
    m.consume = pyo.Var(m.CONSUME, domain=pyo.NonNegativeReals)

    @m.Constraint(m.VALUED)
    def demand(m: Any, d: str, g: str, c: str, j: int, t: int) -> Any:
        return m.consume[d, g, c, j, t] <= m.wanted[d, g, c, j, t]

    @m.Constraint(m.MUST_SERVE)
    def must_serve(m: Any, d: str, g: str, c: str, j: int, t: int) -> Any:
        return m.consume[d, g, c, j, t] == m.wanted[d, g, c, j, t]


def stockpiles(m: Any, case: Case) -> None:
    """What is put away and taken: stock at the end of each period."""
    stock_data(m, case)
    m.put = pyo.Var(m.PILE, domain=pyo.NonNegativeReals)
    m.take = pyo.Var(m.PILE, domain=pyo.NonNegativeReals)
    m.stock = pyo.Var(m.PILE, domain=pyo.NonNegativeReals)

    @m.Constraint(m.OPENED)
    def stock_opening(m: Any, k: str, t: int) -> Any:
        return m.stock[k, t] == m.kept[k, t] * m.opening[k, t] + m.length[t] * (m.put[k, t] - m.take[k, t])

    @m.Constraint(m.CARRIED)
    def stock_balance(m: Any, k: str, t: int, before: int) -> Any:
        moved = m.length[t] * (m.put[k, t] - m.take[k, t])
        return m.stock[k, t] == m.kept[k, t] * m.stock[k, before] + moved

    @m.Constraint(m.RELEASED)
    def release(m: Any, k: str, t: int) -> Any:
        return sum(m.take[part, t] for part in m.TAKEN[k, t]) <= m.releases[k, t]

    @m.Constraint(m.ROOM)
    def stock_capacity(m: Any, k: str, t: int) -> Any:
        return sum(m.stock[part, t] for part in m.HELD[k, t]) <= m.room[k, t]

    @m.Constraint(m.TARGET)
    def stock_target(m: Any, k: str, t: int) -> Any:
        """The reserve: tonnes, or so many days of what the region demands and uses."""
        in_use = sum(m.uses[p, c] * m.produce[p, t] for p, c in m.TARGET_USE[k, t])
        held = sum(m.stock[part, t] for part in m.RESERVED[k, t])
        return held >= m.least_stock[k, t] + m.cover[k, t] * in_use

    @m.Constraint(m.FUND)
    def fund(m: Any, f: str) -> Any:
        bought = sum(m.length[t] * m.buying_price[k, t] * m.put[k, t] for k, t in m.BOUGHT[f])
        return bought <= m.amount[f]


def balances(m: Any, case: Case) -> None:
    """Two balances, not one: what is made is shipped once, and what has arrived starts no new journey. Of what a traced
    cap tags, what is clean has balances of its own, and may be used as any."""
    use_data(m, case)
    m.waste = pyo.Var(m.WASTE, domain=pyo.NonNegativeReals)
    m.passed = pyo.Var(m.POOL, domain=pyo.NonNegativeReals)

    @m.Constraint(m.SUPPLY)
    def supply(m: Any, o: str, c: str, t: int) -> Any:
        """Dual: the price ex works."""
        made = sum(m.makes[p, c] * m.produce[p, t] for p in m.MAKING[o, c, t])
        made += sum(m.mingled[o, b, t] for b in m.MINGLED_IN[o, c, t])
        made -= sum(m.mingled[o, b, t] for b in m.MINGLED_OUT[o, c, t])
        return made >= sum(m.ship[o, d, c, t] for d in m.LEAVING[o, c, t]) + m.leaked[o, c, t]

    @m.Constraint(m.USE)
    def use(m: Any, d: str, c: str, t: int) -> Any:
        """Dual: the delivered price."""
        arrived = sum(m.arrives[o, d, c, t] * m.ship[o, d, c, t] for o in m.ARRIVING[d, c, t])
        taken = sum(m.take[k, t] - m.put[k, t] for k in m.PILED[d, c, t])
        taken += sum(m.passed[d, b, t] for b in m.PASSED_IN[d, c, t])
        taken -= sum(m.passed[d, b, t] for b in m.PASSED_OUT[d, c, t])
        inputs = sum(m.uses[p, c] * m.produce[p, t] for p in m.USING[d, c, t])
        return arrived + taken >= inputs + sum(m.consume[d, g, c, j, t] for g, j in m.BUYING[d, c, t])

    @m.Constraint(m.WASTE)
    def use_or_waste(m: Any, d: str, c: str, t: int) -> Any:
        """The same under a cap on use, where what is wasted does not count; dual: the delivered price."""
        arrived = sum(m.arrives[o, d, c, t] * m.ship[o, d, c, t] for o in m.ARRIVING[d, c, t])
        taken = sum(m.take[k, t] - m.put[k, t] for k in m.PILED[d, c, t])
        taken += sum(m.passed[d, b, t] for b in m.PASSED_IN[d, c, t])
        taken -= sum(m.passed[d, b, t] for b in m.PASSED_OUT[d, c, t])
        inputs = sum(m.uses[p, c] * m.produce[p, t] for p in m.USING[d, c, t])
        bought = sum(m.consume[d, g, c, j, t] for g, j in m.BUYING[d, c, t])
        return arrived + taken - m.waste[d, c, t] == inputs + bought


def caps(m: Any, case: Case) -> None:
    """What may come from capped origins."""
    caps_data(m, case)

    @m.Constraint(m.CAP)
    def cap(m: Any, i: str, t: int) -> Any:
        """Dual: the levy."""
        counted = sum(m.coefficient[i, o, d, c, t] * m.ship[o, d, c, t] for o, d, c in m.COUNTED[i, t])
        wasted = sum(m.paid_back[i, d, c, t] * m.waste[d, c, t] for d, c in m.WASTED[i, t])
        piled = sum(m.paid_by_pile[i, k, t] * (m.put[k, t] - m.take[k, t]) for k in m.STORED[i, t])
        return counted + wasted + piled <= m.volume[i, t]


def cost(m: Any) -> Any:
    """Unit costs, charges, freight, tariffs, levies of the minimum rule, links, holding, unserved demand."""
    made = sum(m.weight[t] * m.unit_cost[p, t] * m.produce[p, t] for p, t in m.PRODUCE)
    built = sum(m.charge[x, b] * m.build[x, b] for x, b in m.BUILD)
    moved = sum(
        m.weight[t] * (m.freight[o, d, c, t] + m.duty[o, d, c, t]) * m.ship[o, d, c, t]
        for o, d, c, t in m.SHIP
    )
    levied = sum(
        m.weight[t] * m.pays[o, d, c, t] * m.minimum_levy[o, c, t] * m.ship[o, d, c, t]
        for o, d, c, t in m.LEVIED
    ) + sum(
        m.weight[t] * m.liable_pays[o, d, c, t] * m.minimum_levy[o, c, t] * m.liable[o, d, c, t]
        for o, d, c, t in m.LIABLE
    )
    levied += sum(
        m.weight[t] * m.link_pays[o, d, r, c, t] * m.link_levy[o, r, c, t] * m.ship[o, d, c, t]
        for o, d, r, c, t in m.LINK_LEVIED
    ) + sum(
        m.weight[t] * m.link_pays[o, d, r, c, t] * m.link_levy[o, r, c, t] * m.liable[o, d, c, t]
        for o, d, r, c, t in m.LINK_LIABLE
    )
    linked = sum(m.connect_charge[o, r, c, b] * m.connect[o, r, c, b] for o, r, c, b in m.CONNECT)
    held = sum(m.weight[t] * m.holding[k, t] * m.stock[k, t] for k, t in m.PILE)
    left = sum(m.worth[k, t] * m.stock[k, t] for k, t in m.WORTH)
    unserved = sum(
        m.weight[t] * m.value[d, g, c, j, t] * (m.wanted[d, g, c, j, t] - m.consume[d, g, c, j, t])
        for d, g, c, j, t in m.VALUED
    )
    return made + built + moved + levied + linked + m.leak_cost + held - left + unserved
