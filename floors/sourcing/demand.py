"""Demand in steps: what must be served, what has a value, and curves cut into steps."""

from __future__ import annotations

from typing import Any

import pyomo.core as pyo

from floors.case.derive import Case


def add_demand(m: pyo.Block, case: Case) -> None:
    """Variable consume[d,g,c,j,t] (place, segment, commodity, step, year); rows demand, must_serve."""
    demand_data(m, case)
    m.consume = pyo.Var(m.CONSUME, domain=pyo.NonNegativeReals)
    m.demand = pyo.Constraint(m.VALUED, rule=demand)
    m.must_serve = pyo.Constraint(m.MUST_SERVE, rule=must_serve)


def demand_data(m: pyo.Block, case: Case) -> None:
    """Index sets and numbers of demand: steps with a value, and what must be served."""
    steps = {
        (d, g, c, j, t): step
        for (d, g, c, t), ladder in case.demand.steps.items()
        for j, step in enumerate(ladder)
    }
    m.CONSUME = pyo.Set(dimen=5, initialize=list(steps))
    m.VALUED = pyo.Set(dimen=5, initialize=[k for k, s in steps.items() if s.value is not None])
    m.MUST_SERVE = pyo.Set(dimen=5, initialize=[k for k, s in steps.items() if s.value is None])
    m.wanted = pyo.Param(m.CONSUME, initialize={k: s.width for k, s in steps.items()})
    m.value = pyo.Param(m.VALUED, initialize={k: s.value for k, s in steps.items() if s.value is not None})


def demand(m: Any, d: str, g: str, c: str, j: int, t: int) -> Any:
    """Consumption of a step <= its quantity [t/yr]; dual: consumer surplus."""
    return m.consume[d, g, c, j, t] <= m.wanted[d, g, c, j, t]


def must_serve(m: Any, d: str, g: str, c: str, j: int, t: int) -> Any:
    """Consumption = the quantity that must be met [t/yr]."""
    return m.consume[d, g, c, j, t] == m.wanted[d, g, c, j, t]


def unserved_cost(m: Any) -> Any:
    """Value of demand left unserved [thousand, PV]."""
    return sum(
        m.weight[t] * m.value[d, g, c, j, t] * (m.wanted[d, g, c, j, t] - m.consume[d, g, c, j, t])
        for d, g, c, j, t in m.VALUED
    )
