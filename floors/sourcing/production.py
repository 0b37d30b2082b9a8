"""Production: joint products, shared plants, expansion with lead time and lifetime, yearly minimums.

Activity in t per year; capacity in t per year; unit costs and annual charges in USD/kg.
"""

from __future__ import annotations

from typing import Any

import pyomo.core as pyo

from floors.case.derive import Case


def add_production(m: pyo.Block, case: Case) -> None:
    """Variables produce[p,t], build[x,b]; rows capacity, build_limit, build_total, process_minimum."""
    production_data(m, case)
    m.produce = pyo.Var(m.PRODUCE, domain=pyo.NonNegativeReals)
    m.build = pyo.Var(m.BUILD, domain=pyo.NonNegativeReals)
    m.capacity = pyo.Constraint(m.CAPACITY, rule=capacity)
    m.build_limit = pyo.Constraint(m.BUILD_LIMITED, rule=build_limit)
    m.build_total = pyo.Constraint(m.TOTAL_LIMITED, rule=build_total)
    m.process_minimum = pyo.Constraint(m.PROCESS_MINIMUM, rule=process_minimum)


def production_data(m: pyo.Block, case: Case) -> None:
    """Index sets and numbers of production: what runs when, capacities, costs, charges, limits."""
    data, weight = case.production, case.calendar.weight
    runs = [(p, t) for p in data.processes for t in data.active[p]]
    limited = [(x, t) for x, t in data.capacity if any(t in data.active[p] for p in data.load[x])]
    with_rows = {x for x, _ in limited}
    builds = [(x, b) for x, e in data.expansion.items() if x in with_rows for b in e.alive]
    m.PRODUCE = pyo.Set(dimen=2, initialize=runs)
    m.CAPACITY = pyo.Set(dimen=2, initialize=limited)
    m.BUILD = pyo.Set(dimen=2, initialize=builds)
    m.LOADING = pyo.Set(
        m.CAPACITY,
        initialize={(x, t): [p for p in data.load[x] if t in data.active[p]] for x, t in limited},
    )
    alive: dict[tuple[str, int], list[int]] = {key: [] for key in limited}
    for x, b in builds:
        for t in data.expansion[x].alive[b]:
            if (x, t) in alive:
                alive[x, t].append(b)
    m.ALIVE = pyo.Set(m.CAPACITY, initialize=alive)
    loads = {(x, p): load for x in with_rows for p, load in data.load[x].items()}
    m.LOAD = pyo.Set(dimen=2, initialize=list(loads))
    m.loads = pyo.Param(m.LOAD, initialize=loads)
    m.existing = pyo.Param(m.CAPACITY, initialize={key: data.capacity[key] for key in limited})
    m.unit_cost = pyo.Param(m.PRODUCE, initialize={key: data.unit_cost[key] for key in runs})
    m.MADE = pyo.Set(dimen=2, initialize=[(p, c) for p in data.processes for c in data.made(p)])
    m.USED = pyo.Set(dimen=2, initialize=[(p, c) for p in data.processes for c in data.used(p)])
    m.makes = pyo.Param(
        m.MADE, initialize={(p, c): a for p in data.processes for c, a in data.made(p).items()}
    )
    m.uses = pyo.Param(
        m.USED, initialize={(p, c): a for p in data.processes for c, a in data.used(p).items()}
    )
    charge = {
        (x, b): data.expansion[x].charge * sum(weight[t] for t in data.expansion[x].alive[b])
        for x, b in builds
    }
    m.charge = pyo.Param(m.BUILD, initialize=charge)
    most = {(x, b): data.expansion[x].max_build for x, b in builds}
    m.BUILD_LIMITED = pyo.Set(dimen=2, initialize=[key for key, v in most.items() if v is not None])
    m.max_build = pyo.Param(m.BUILD_LIMITED, initialize={key: v for key, v in most.items() if v is not None})
    total = {x: e.max_total for x, e in data.expansion.items() if x in with_rows and e.alive}
    m.TOTAL_LIMITED = pyo.Set(dimen=1, initialize=[x for x, v in total.items() if v is not None])
    m.max_total = pyo.Param(m.TOTAL_LIMITED, initialize={x: v for x, v in total.items() if v is not None})
    m.BUILT_IN = pyo.Set(
        m.TOTAL_LIMITED, initialize={x: [b for y, b in builds if y == x] for x in m.TOTAL_LIMITED}
    )
    least = {key: v for key, v in data.minimum.items() if key in data.unit_cost}
    m.PROCESS_MINIMUM = pyo.Set(dimen=2, initialize=list(least))
    m.least_run = pyo.Param(m.PROCESS_MINIMUM, initialize=least)


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
    """Activity >= the minimum that runs whatever the price [t/yr]."""
    return m.produce[p, t] >= m.least_run[p, t]


def production_cost(m: Any) -> Any:
    """Unit costs, and annual charges of what is built over the years it is alive [thousand, PV]."""
    return sum(m.weight[t] * m.unit_cost[p, t] * m.produce[p, t] for p, t in m.PRODUCE) + sum(
        m.charge[x, b] * m.build[x, b] for x, b in m.BUILD
    )
