"""Exemptions: of what a pair of regions ships, so much pays no levy; what is over is liable.

Both are part of `ship`, which every other row sees. Caps bind the sum, and their levies fall on what is liable.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.core as pyo

from floors.case.derive import Case
from floors.lp.components import Members, Numbers, Quantities, Rows
from floors.lp.labels import KeyTable
from floors.lp.rules import sum


def add_exemptions(m: pyo.Block) -> None:
    """Variables exempt[o,d,c,t] and liable[o,d,c,t]."""
    m.exempt = Quantities(m.EXEMPT, doc="Of a shipment, what pays no levy [t/yr]")
    m.liable = Quantities(m.EXEMPT, doc="Of a shipment that may be exempt, what pays levies [t/yr]")


def exempt_data(m: pyo.Block, case: Case) -> None:
    """Index sets and numbers: which shipments may come without a levy, and the tonnes of each pair of regions."""
    exempt = case.exempt
    m.EXEMPT = Rows(exempt.table)
    pair = exempt.pair
    m.EXEMPTION = Rows(pair.take(exempt.first))
    m.EXEMPTED = Members(
        m.EXEMPTION, KeyTable(case.names, (*pair.columns, *exempt.table.columns[1:3])), by=(0, 1, 2, 3)
    )
    m.exempt_tonnes = Numbers(
        m.EXEMPTION, exempt.tonnes[exempt.first], doc="What of a pair of regions may pay no levy [t/yr]"
    )
    arcs, at = case.arcs, exempt.arc
    linked = case.links.holds(arcs.o, arcs.r, arcs.c, arcs.t)  # what these pay is of their pair
    pays = np.where(linked, 0.0, case.pays_minimum(arcs.ways, arcs.content))[at]
    m.LIABLE = Rows(exempt.table.take(pays != 0))
    m.liable_pays = Numbers(
        m.LIABLE, pays[pays != 0], doc="Minimum levies that a liable t pays [levies per t]"
    )


def exempt_arcs(case: Case) -> np.ndarray:
    """Whether some of each shipment may come without a levy."""
    found = np.zeros(len(case.arcs), dtype=bool)
    found[case.exempt.arc] = True
    return found


def exemption(m: Any, o: str, r: str, c: str, t: int) -> Any:
    """Of shipments from o to region r and its markets no more than the tonnes of the pair pay no levy [t/yr]; dual:
    the levy saved."""
    return sum(m.exempt[o, d, b, t] for d, b in m.EXEMPTED[o, r, c, t]) <= m.exempt_tonnes[o, r, c, t]


def exempt_or_liable(m: Any, o: str, d: str, c: str, t: int) -> Any:
    """What is shipped is exempt or liable [t/yr]."""
    return m.ship[o, d, c, t] == m.exempt[o, d, c, t] + m.liable[o, d, c, t]


def levies_of_liable(m: Any) -> Any:
    """Levies of the minimum rule on what is liable [thousand, PV]."""
    return sum(
        m.weight[t] * m.liable_pays[o, d, c, t] * m.minimum_levy[o, c, t] * m.liable[o, d, c, t]
        for o, d, c, t in m.LIABLE
    )
