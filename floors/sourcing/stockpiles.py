"""Stockpiles: put away from, and taken into, the use of their own region; reserves and funds.

`put` and `take` in t per year, `stock` in t at the end of a period.
"""

from __future__ import annotations

from typing import Any

import pyomo.core as pyo

from floors.case.derive import Case


def add_stockpiles(m: pyo.Block, case: Case) -> None:
    """Variables put, take, stock [k,t]; the rows are added by `add_stock_rows` once `produce` exists."""
    stock_data(m, case)
    m.put = pyo.Var(m.PILE, domain=pyo.NonNegativeReals)
    m.take = pyo.Var(m.PILE, domain=pyo.NonNegativeReals)
    m.stock = pyo.Var(m.PILE, domain=pyo.NonNegativeReals)


def add_stock_rows(m: pyo.Block) -> None:
    """Rows stock_opening, stock_balance, stock_capacity, stock_target, fund."""
    m.stock_opening = pyo.Constraint(m.OPENED, rule=stock_opening)
    m.stock_balance = pyo.Constraint(m.CARRIED, rule=stock_balance)
    m.stock_capacity = pyo.Constraint(m.ROOM, rule=stock_capacity)
    m.stock_target = pyo.Constraint(m.TARGET, rule=stock_target)
    m.fund = pyo.Constraint(m.FUND, rule=fund)


def stock_data(m: pyo.Block, case: Case) -> None:
    """Index sets and numbers of stockpiles: opening, losses, room, targets, funds, holding cost."""
    piles, calendar = case.stocks.piles, case.calendar
    first = calendar.years[0]
    later = [(k, t) for k in piles for t in calendar.years[1:]]
    m.PILE = pyo.Set(dimen=2, initialize=[(k, t) for k in piles for t in calendar.years])
    m.OPENED = pyo.Set(dimen=2, initialize=[(k, first) for k in piles])
    m.CARRIED = pyo.Set(dimen=3, initialize=[(k, t, calendar.before(t)) for k, t in later])
    m.kept = pyo.Param(m.PILE, initialize={(k, t): piles[k].kept(calendar.length[t]) for k, t in m.PILE})
    m.opening = pyo.Param(m.OPENED, initialize={(k, t): piles[k].opening for k, t in m.OPENED})
    room = {(k, t): piles[k].capacity for k, t in m.PILE if piles[k].capacity is not None}
    m.ROOM = pyo.Set(dimen=2, initialize=list(room))
    m.room = pyo.Param(m.ROOM, initialize=room)
    m.holding = pyo.Param(m.PILE, initialize={(k, t): piles[k].holding for k, t in m.PILE})
    _targets(m, case)
    _funds(m, case)


def _targets(m: pyo.Block, case: Case) -> None:
    data = case.production
    tonnes: dict[tuple[str, int], float] = {}
    using: dict[tuple[str, int], list[str]] = {}
    years: dict[tuple[str, int], float] = {}
    for k, s in case.stocks.piles.items():
        places = tuple(case.places.destinations(s.region, s.commodity))
        for t in case.calendar.years:
            cover = s.cover.get(t)
            least = s.target.get(t) if cover is None else cover * case.demand.table(places, s.commodity, t)
            if least is None:
                continue
            tonnes[k, t], years[k, t] = least, cover or 0.0
            using[k, t] = [
                p
                for p in data.processes
                if cover
                and data.region[p] == s.region
                and s.commodity in data.used(p)
                and t in data.active[p]
            ]
    m.TARGET = pyo.Set(dimen=2, initialize=list(tonnes))
    m.TARGET_USE = pyo.Set(
        m.TARGET,
        dimen=2,
        initialize={key: [(p, case.stocks.piles[key[0]].commodity) for p in ps] for key, ps in using.items()},
    )
    m.least_stock = pyo.Param(m.TARGET, initialize=tonnes)
    m.cover = pyo.Param(m.TARGET, initialize=years)


def _funds(m: pyo.Block, case: Case) -> None:
    stocks = case.stocks
    buying = {f: [(k, t) for k, t in stocks.price if stocks.piles[k].fund == f] for f in stocks.funds}
    m.FUND = pyo.Set(dimen=1, initialize=[f for f, keys in buying.items() if keys])
    m.BOUGHT = pyo.Set(m.FUND, dimen=2, initialize={f: buying[f] for f in m.FUND})
    m.amount = pyo.Param(m.FUND, initialize={f: stocks.funds[f] for f in m.FUND})
    m.FUNDED = pyo.Set(dimen=2, initialize=list(stocks.price))
    m.buying_price = pyo.Param(m.FUNDED, initialize=stocks.price)


def stock_opening(m: Any, k: str, t: int) -> Any:
    """First closing stock = what is left of the opening stock + length x (put - take) [t]."""
    return m.stock[k, t] == m.kept[k, t] * m.opening[k, t] + m.length[t] * (m.put[k, t] - m.take[k, t])


def stock_balance(m: Any, k: str, t: int, before: int) -> Any:
    """Closing stock = what is left of the last one + length x (put - take) [t]."""
    return m.stock[k, t] == m.kept[k, t] * m.stock[k, before] + m.length[t] * (m.put[k, t] - m.take[k, t])


def stock_capacity(m: Any, k: str, t: int) -> Any:
    """Closing stock <= room [t]."""
    return m.stock[k, t] <= m.room[k, t]


def stock_target(m: Any, k: str, t: int) -> Any:
    """Closing stock >= the reserve: tonnes, or years of the region's demand and use [t]."""
    return m.stock[k, t] >= m.least_stock[k, t] + sum(
        m.cover[k, t] * m.uses[p, c] * m.produce[p, t] for p, c in m.TARGET_USE[k, t]
    )


def fund(m: Any, f: str) -> Any:
    """Purchases at reference prices over the horizon <= the fund [thousand, undiscounted]."""
    return sum(m.length[t] * m.buying_price[k, t] * m.put[k, t] for k, t in m.BOUGHT[f]) <= m.amount[f]


def holding_cost(m: Any) -> Any:
    """Holding cost of closing stocks [thousand, PV]."""
    return sum(m.weight[t] * m.holding[k, t] * m.stock[k, t] for k, t in m.PILE)
