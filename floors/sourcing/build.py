"""The sourcing LP, put together: the cheapest plan that respects the caps."""

from __future__ import annotations

from typing import Any

import pyomo.core as pyo
from pyomo.common.gc_manager import PauseGC

from floors.case.derive import Case, derive
from floors.errors import UsageError
from floors.sourcing.caps import add_caps
from floors.sourcing.demand import add_demand, unserved_cost
from floors.sourcing.production import add_production, production_cost
from floors.sourcing.stockpiles import add_stock_rows, add_stockpiles, holding_cost
from floors.sourcing.time import add_time
from floors.sourcing.trade import add_trade, add_use, trade_cost
from floors.study import Study


def build(study: Study | Case, block: Any = None) -> Any:
    """The sourcing LP of a study as a Pyomo ConcreteModel, or inside `block` of a model of your own.

    Variables in t per year, money in thousand of the study's currency at present value; the objective is
    `cost` (deactivate it, or add its expression to yours, inside a larger model). Variables: produce[process,
    year], build[process or plant, year], ship[origin, destination, commodity, year], consume[place, segment,
    commodity, step, year], put, take, stock[stockpile, year]. Rows: supply[region, commodity, year], use[place,
    commodity, year], cap[name, year], capacity, build_limit, build_total, process_minimum, route_limit,
    route_minimum, demand, must_serve, stock_opening, stock_balance, stock_capacity, stock_target, fund; the
    price of a row over weight[year] is in USD/kg. Raises InputError where the sheets contradict each other,
    UsageError for anything but a Study.
    """
    if not isinstance(study, Study | Case):
        raise UsageError(f"floors.build expects a Study, from floors.read(path); found {study!r}.")
    case = study if isinstance(study, Case) else derive(study)
    m = pyo.ConcreteModel(case.study.name) if block is None else block
    with PauseGC():
        add_time(m, case)
        add_production(m, case)
        add_trade(m, case)
        add_demand(m, case)
        add_stockpiles(m, case)
        add_use(m, case)
        add_stock_rows(m)
        add_caps(m, case)
        m.cost = pyo.Objective(rule=cost)
    return m


def cost(m: Any) -> Any:
    """Unit costs, charges, freight, tariffs, holding and the value of unserved demand [thousand, PV]."""
    return production_cost(m) + trade_cost(m) + holding_cost(m) + unserved_cost(m)
