"""A variant of the standard model: the bloc makes at least a share of what it buys of each capped good.

`floors solve study.xlsx --model models/domestic_content.py`. The added row needs no pricing code: the zero
profit of every shipment counts its price.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

import floors
from floors import Case

SHARE = 0.05  # an illustration, taken from no agreement


def build(case: Case) -> pyo.ConcreteModel:
    """The standard model with one more row, domestic[c,t]."""
    m = floors.build(case)
    inside = case.places.is_member
    goods = {c for cap in case.caps for c in cap.weights}
    arrivals: dict[tuple[str, int], list[tuple[str, str]]] = {}
    for o, d, c, t in case.arcs:
        if inside(d, t) and c in goods:
            arrivals.setdefault((c, t), []).append((o, d))
    m.DOMESTIC = pyo.Set(dimen=2, initialize=list(arrivals))
    m.INTO = pyo.Set(m.DOMESTIC, dimen=2, initialize=arrivals)
    counted = {
        (o, d, c, t): (1.0 if inside(o, t) else 0.0) - SHARE
        for (c, t), pairs in arrivals.items()
        for o, d in pairs
    }
    m.ARRIVAL = pyo.Set(dimen=4, initialize=list(counted))
    m.own = pyo.Param(m.ARRIVAL, initialize=counted)
    m.domestic = pyo.Constraint(m.DOMESTIC, rule=domestic)
    return m


def domestic(m: Any, c: str, t: int) -> Any:
    """Arrivals from members >= SHARE x all arrivals in the bloc [t/yr]."""
    return sum(m.own[o, d, c, t] * m.ship[o, d, c, t] for o, d in m.INTO[c, t]) >= 0
