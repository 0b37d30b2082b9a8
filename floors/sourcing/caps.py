"""Caps on capped content: by scope, segment, origin and group, on demand, use or tonnes."""

from __future__ import annotations

from typing import Any

import pyomo.core as pyo

from floors.case.derive import Case
from floors.case.leaks import leaked_into


def add_caps(m: pyo.Block, case: Case) -> None:
    """Row cap[i,t], i the name of a cap; shipments by coefficient, leaks taken off the volume."""
    caps_data(m, case)
    m.cap = pyo.Constraint(m.CAP, rule=cap_row)


def caps_data(m: pyo.Block, case: Case) -> None:
    """Index sets and numbers of caps: which shipments count in which row, how much, against what."""
    counted: dict[tuple[str, int], list[tuple[str, str, str]]] = {}
    coefficient: dict[tuple[str, str, str, str, int], float] = {}
    for cap in case.caps:
        inside = {d for places in cap.places.values() for d in places}
        for o, d, c, t in case.arcs:
            if d not in inside or c not in cap.weights or t not in cap.given:
                continue
            number = cap.coefficient(case.routes, case.places.region_of, o, d, c, t)
            if number:
                counted.setdefault((cap.name, t), []).append((o, d, c))
                coefficient[cap.name, o, d, c, t] = number
    volume = {(cap.name, t): cap.limit[t] - leaked_into(case, cap, t) for cap in case.caps for t in cap.given}
    m.CAP = pyo.Set(dimen=2, initialize=list(counted))
    m.COUNTED = pyo.Set(m.CAP, dimen=3, initialize=counted)
    m.COEFFICIENT = pyo.Set(dimen=5, initialize=list(coefficient))
    m.coefficient = pyo.Param(m.COEFFICIENT, initialize=coefficient)
    m.volume = pyo.Param(m.CAP, initialize={key: volume[key] for key in counted})


def cap_row(m: Any, i: str, t: int) -> Any:
    """Coefficient x shipments <= the volume of the cap [t/yr]; dual: the levy."""
    return (
        sum(m.coefficient[i, o, d, c, t] * m.ship[o, d, c, t] for o, d, c in m.COUNTED[i, t])
        <= m.volume[i, t]
    )
