"""The standard model, spelled out: copy it, and add to it.

`floors solve study.xlsx --model models/bloc.py` solves a workbook with this file in place of
`floors.build`. Whatever rows or variables you add are priced with the rest: a floor is a sum of prices of
rows, and no company can profit from any column, yours included. Keep the names of the standard parts, since
the results tables read them. The baseline is this model without the rows of `cap`.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from floors.case.derive import Case
from floors.sourcing import caps, demand, production, stockpiles, time, trade


def build(case: Case) -> pyo.ConcreteModel:
    """The sourcing LP of a case: t per year, thousand of currency at present value."""
    m = pyo.ConcreteModel("bloc")
    time.add_time(m, case)

    # What can be made: produce[p,t], build[x,t]; capacity, build_limit, build_total, process_minimum.
    production.add_production(m, case)

    # What is shipped: ship[o,d,c,t]; supply (its dual is the price ex works), route_limit, route_minimum.
    trade.add_trade(m, case)

    # What is wanted: consume[d,g,c,j,t]; demand, must_serve.
    demand.add_demand(m, case)

    # What is stored: put, take, stock[k,t].
    stockpiles.add_stockpiles(m, case)

    # What arrives covers what is used: use (its dual is the delivered price), then the rows of the stocks.
    trade.add_use(m, case)
    stockpiles.add_stock_rows(m, case)

    # What is capped: cap (its dual is the levy).
    caps.add_caps(m, case)

    m.cost = pyo.Objective(rule=total_cost)
    return m


def total_cost(m: Any) -> Any:
    """Unit costs, charges, freight, tariffs, holding, and the value of unserved demand."""
    return (
        production.production_cost(m)
        + trade.trade_cost(m)
        + stockpiles.holding_cost(m)
        + demand.unserved_cost(m)
    )
