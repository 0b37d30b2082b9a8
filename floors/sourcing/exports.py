"""Exports: the most that a seller ships abroad of a commodity, as it answers a policy by withholding goods."""

from __future__ import annotations

from typing import Any

import pyomo.core as pyo

from floors.case.derive import Case
from floors.lp.components import Members, Numbers, Rows
from floors.lp.labels import KeyTable
from floors.lp.rules import sum


def exports_data(m: pyo.Block, case: Case) -> None:
    """Index set and numbers: which sellers withhold what, their shipments abroad, and how much of them there may be."""
    limits, arcs = case.study.export_limits, case.arcs
    sold = arcs.axes.table(arcs.o, arcs.axes.plain[arcs.c], arcs.t, kinds="oct")
    abroad = KeyTable(case.names, (*sold.columns, *arcs.table.columns[1:3]))
    limited = arcs.axes.filled(dict.fromkeys(limits, 1.0), "dct") > 0
    bound = (arcs.o != arcs.r) & limited[arcs.o, arcs.axes.plain[arcs.c], arcs.t]
    m.EXPORT_LIMIT = Rows(sold.take(bound).distinct())
    m.ABROAD = Members(m.EXPORT_LIMIT, abroad.take(bound), by=(0, 1, 2))
    m.most_abroad = Numbers(
        m.EXPORT_LIMIT,
        [limits[key] for key in m.EXPORT_LIMIT.table.keys],
        doc="The most that a seller ships abroad [t/yr]",
    )


def export_limit(m: Any, s: str, c: str, t: int) -> Any:
    """Shipments of seller s to other regions and their markets, tags together, <= what it ships abroad at most [t/yr];
    dual: the rent that its withholding makes, which it keeps."""
    return sum(m.ship[s, d, tag, t] for d, tag in m.ABROAD[s, c, t]) <= m.most_abroad[s, c, t]
