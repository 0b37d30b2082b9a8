"""Years, places and commodities: the sets that every subject shares."""

from __future__ import annotations

import pyomo.core as pyo

from floors.case.derive import Case


def add_time(m: pyo.Block, case: Case) -> None:
    """Sets YEARS; Params length[t] (years) and weight[t] (years of present value)."""
    m.YEARS = pyo.Set(initialize=case.calendar.years)
    m.length = pyo.Param(m.YEARS, initialize=case.calendar.length)
    m.weight = pyo.Param(m.YEARS, initialize=case.calendar.weight)
