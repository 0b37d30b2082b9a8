"""Production: joint products, shared plants, expansion with lead time and lifetime, yearly minimums.

Activity in t per year; capacity in t per year; unit costs and annual charges in USD/kg.
"""

from __future__ import annotations

from typing import Any

import pyomo.core as pyo

from floors.case.derive import Case
from floors.lp.components import Columns, Members, Quantities, Rows, give
from floors.lp.rules import sum


def add_production(m: pyo.Block, case: Case) -> None:
    """Variables produce[p,t], build[x,b]."""
    production_data(m, case)
    m.produce = Quantities(m.PRODUCE, doc="Activity of a process in a year [t/yr of activity]")
    m.build = Quantities(
        m.BUILD, doc="Capacity of a process or plant decided on in a period [t/yr of capacity]"
    )


def production_data(m: pyo.Block, case: Case) -> None:
    """Index sets and numbers of production: what runs when, capacities, costs, charges, limits."""
    data = case.production
    runs = [(p, t) for p in data.processes for t in data.active[p]]
    limited = [(x, t) for x, t in data.capacity if any(t in data.active[p] for p in data.load[x])]
    with_rows = {x for x, _ in limited}
    builds = [(x, b) for x, e in data.expansion.items() if x in with_rows for b in e.alive]
    table = case.names.table
    m.PRODUCE = Rows(table(runs, 2))
    m.CAPACITY = Rows(table(limited, 2))
    m.BUILD = Rows(table(builds, 2))
    loading = [(x, t, p) for x, t in limited for p in data.load[x] if t in data.active[p]]
    m.LOADING = Members(m.CAPACITY, table(loading, 3), by=(0, 1))
    alive = [(x, t, b) for x, b in builds for t in data.expansion[x].alive[b]]
    m.ALIVE = Members(m.CAPACITY, table(alive, 3), by=(0, 1))
    loads = [(x, p) for x in dict.fromkeys(x for x, _ in limited) for p in data.load[x]]
    m.LOAD = Rows(table(loads, 2))
    made = [(p, c) for p, made in data.coefficient.items() for c, a in made.items() if a > 0]
    used = [(p, c) for p, used in data.coefficient.items() for c, a in used.items() if a < 0]
    m.MADE, m.USED = Rows(table(made, 2)), Rows(table(used, 2))
    m.BUILD_LIMITED = Rows(table([(x, b) for x, b in builds if data.expansion[x].max_build is not None], 2))
    total = [x for x in dict.fromkeys(x for x, _ in builds) if data.expansion[x].max_total is not None]
    m.TOTAL_LIMITED = Rows(table(total, 1))
    m.BUILT_IN = Members(m.TOTAL_LIMITED, m.BUILD, by=(0,))
    least = [key for key in data.minimum if key in data.unit_cost]
    m.PROCESS_MINIMUM = Rows(table(least, 2))
    modes = [(p, t, q) for p, t in least for q in data.modes(p)]
    m.MODES = Members(m.PROCESS_MINIMUM, table(modes, 3), by=(0, 1))
    give(m, production_numbers(m, case), _DOCS)


_DOCS = {
    "loads": "Load of a process on its plant, or on itself [t/yr of capacity per t/yr of activity]",
    "existing": "Existing capacity [t/yr of capacity]",
    "unit_cost": "Unit cost without inputs [USD/kg of activity]",
    "makes": "What a process makes [t per t of activity]",
    "uses": "What a process uses [t per t of activity]",
    "charge": "Annual charges of capacity built in a period over all years it is alive [thousand USD, PV, per "
    "t/yr of capacity]",
    "max_build": "Most capacity added per year [t/yr per year]",
    "max_total": "Most capacity added over the horizon [t/yr of capacity]",
    "least_run": "Activity that runs whatever the price [t/yr of activity]",
}


def production_numbers(m: Any, case: Case) -> Columns:
    """Loads, capacities, unit costs, yields, charges and limits of production by the keys of the model."""
    data, weight = case.production, case.calendar.weight
    years = {
        (x, b): sum(weight[t] for t in alive)
        for x, e in data.expansion.items()
        for b, alive in e.alive.items()
    }
    return {
        "loads": (m.LOAD, [data.load[x][p] for x, p in m.LOAD.table.keys]),
        "existing": (m.CAPACITY, [data.capacity[key] for key in m.CAPACITY.table.keys]),
        "unit_cost": (m.PRODUCE, [data.unit_cost[key] for key in m.PRODUCE.table.keys]),
        "makes": (m.MADE, [data.coefficient[p][c] for p, c in m.MADE.table.keys]),
        "uses": (m.USED, [-data.coefficient[p][c] for p, c in m.USED.table.keys]),
        "charge": (m.BUILD, [data.expansion[x].charge * years[x, b] for x, b in m.BUILD.table.keys]),
        "max_build": (m.BUILD_LIMITED, [data.expansion[x].max_build for x, _ in m.BUILD_LIMITED.table.keys]),
        "max_total": (m.TOTAL_LIMITED, [data.expansion[x].max_total for x in m.TOTAL_LIMITED.table.keys]),
        "least_run": (m.PROCESS_MINIMUM, [data.minimum[key] for key in m.PROCESS_MINIMUM.table.keys]),
    }


def capacity(m: Any, x: str, t: int) -> Any:
    """Load on x <= existing capacity + what was built and is alive [t/yr]."""
    return sum(m.loads[x, p] * m.produce[p, t] for p in m.LOADING[x, t]) <= m.existing[x, t] + sum(
        m.build[x, b] for b in m.ALIVE[x, t]
    )


def build_limit(m: Any, x: str, b: int) -> Any:
    """Built in period b <= max_build x length of the period [t/yr]."""
    return m.build[x, b] <= m.max_build[x, b] * m.length[b]


def build_total(m: Any, x: str) -> Any:
    """Built over the horizon <= max_total [t/yr]."""
    return sum(m.build[x, b] for b in m.BUILT_IN[x]) <= m.max_total[x]


def process_minimum(m: Any, p: str, t: int) -> Any:
    """Activity, of both modes where there are two, >= the minimum that runs whatever the price [t/yr]."""
    return sum(m.produce[q, t] for q in m.MODES[p, t]) >= m.least_run[p, t]


def production_cost(m: Any) -> Any:
    """Unit costs, and annual charges of what is built over the years it is alive [thousand, PV]."""
    return sum(m.weight[t] * m.unit_cost[p, t] * m.produce[p, t] for p, t in m.PRODUCE) + sum(
        m.charge[x, b] * m.build[x, b] for x, b in m.BUILD
    )
