"""Links: a pair of regions ships what it is qualified for, and what it qualifies beside, as it would build a plant.

Links in t per year, of a pair of regions, its markets and tags together; charges in USD per kg/yr. What else a pair
ships through its link, beside `ship`, is one more sum in row `link`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.core as pyo

from floors.case.derive import Case
from floors.lp.components import Columns, Members, Numbers, Quantities, Rows, give
from floors.lp.labels import KeyTable
from floors.lp.rules import sum
from floors.sourcing.exemptions import exempt_arcs


def add_links(m: pyo.Block, case: Case) -> None:
    """Variable connect[o,r,c,b]."""
    links_data(m, case)
    m.connect = Quantities(m.CONNECT, doc="Link of a pair of regions qualified in a period [t/yr of link]")


def links_data(m: pyo.Block, case: Case) -> None:
    """Index sets and numbers of links: which pairs need one, what stands, what can be built at which charge."""
    arcs, links = case.arcs, case.links
    pair = arcs.axes.table(arcs.o, arcs.r, arcs.axes.plain[arcs.c], arcs.t, kinds="ooct")
    through = KeyTable(case.names, (*pair.columns, *arcs.table.columns[1:3]))
    bound = links.holds(arcs.o, arcs.r, arcs.c, arcs.t)
    m.LINK = Rows(pair.take(bound).distinct())
    m.THROUGH = Members(m.LINK, through.take(bound), by=(0, 1, 2, 3))
    m.qualified = Numbers(
        m.LINK,
        [links.stands(o, r, c) for o, r, c, _ in m.LINK.table.keys],
        doc="What a pair of regions is qualified for from the start [t/yr of link]",
    )
    needed = np.zeros(links.bound.shape, dtype=bool)
    needed[arcs.o[bound], arcs.r[bound], arcs.axes.plain[arcs.c[bound]], arcs.t[bound]] = True
    o, r, c, b = builds = links.builds(needed)
    row = links.row[builds]
    alive = links.terms.alive[row, b]
    m.CONNECT = Rows(arcs.axes.table(*builds, kinds="ooct"))
    i, t = np.nonzero(alive & needed[o, r, c])
    m.LINKED = Members(m.LINK, arcs.axes.table(o[i], r[i], c[i], t, b[i], kinds="ooctt"), by=(0, 1, 2, 3))
    limited = np.isfinite(links.terms.limit[row])
    pays = case.pays_minimum(arcs.ways, arcs.content)
    levied, exempt = (pays != 0) & bound, exempt_arcs(case)
    by_tag = arcs.axes.table(arcs.o, arcs.d, arcs.r, arcs.c, arcs.t, kinds="odoct")
    m.LINK_PAYING = Rows(by_tag.take(levied))
    m.LINK_LEVIED, m.LINK_LIABLE = Rows(by_tag.take(levied & ~exempt)), Rows(by_tag.take(levied & exempt))
    m.LINK_LEVY = Rows(m.LINK_PAYING.table.pick(0, 2, 3, 4).distinct())
    m.link_pays = Numbers(
        m.LINK_PAYING, pays[levied], doc="Minimum levies that a t shipped by a link pays [levies per t]"
    )
    first = [case.border.start[key] for key in m.LINK_LEVY.table.keys]
    m.link_levy = Numbers(
        m.LINK_LEVY,
        first,
        mutable=True,
        doc="Levy of the minimum rule on a kg of content of a pair with a link [USD/kg]",
    )
    m.CONNECT_LIMITED = Rows(m.CONNECT.table.take(limited))
    m.connect_most = Numbers(
        m.CONNECT_LIMITED, links.terms.limit[row[limited]], doc="Most link qualified per year [t/yr per year]"
    )
    give(m, link_numbers(m, case), _DOCS)


_DOCS = {
    "connect_charge": "Annual charges of a link over all years it is alive [thousand USD, PV, per t/yr of link]"
}


def link_numbers(m: Any, case: Case) -> Columns:
    """The charge of each link that can be built, over the years in which it is alive."""
    links, (o, r, c, b) = case.links, case.arcs.axes.positions(m.CONNECT.table, kinds="ooct")
    row = links.row[o, r, c, b]
    weights = np.cumsum(np.where(links.terms.alive[row, b], case.weight_at, 0.0), axis=1)[:, -1]
    return {"connect_charge": (m.CONNECT, links.terms.charge[row] * weights)}


def link(m: Any, o: str, r: str, c: str, t: int) -> Any:
    """Shipments from o to region r and its markets, tags together, <= what is qualified + what was qualified since and
    is alive [t/yr]; dual: the friction, what a seller asks on this route above its price at origin."""
    return sum(m.ship[o, d, tag, t] for d, tag in m.THROUGH[o, r, c, t]) <= m.qualified[o, r, c, t] + sum(
        m.connect[o, r, c, b] for b in m.LINKED[o, r, c, t]
    )


def connect_limit(m: Any, o: str, r: str, c: str, b: int) -> Any:
    """Qualified in period b <= qualify_limit x length of the period [t/yr]."""
    return m.connect[o, r, c, b] <= m.connect_most[o, r, c, b] * m.length[b]


def link_cost(m: Any) -> Any:
    """Annual charges of what is qualified over the years it is alive, and the levies of the minimum rule on what is
    shipped by pairs with a link [thousand, PV]."""
    return (
        sum(m.connect_charge[o, r, c, b] * m.connect[o, r, c, b] for o, r, c, b in m.CONNECT)
        + sum(
            m.weight[t] * m.link_pays[o, d, r, c, t] * m.link_levy[o, r, c, t] * m.ship[o, d, c, t]
            for o, d, r, c, t in m.LINK_LEVIED
        )
        + sum(
            m.weight[t] * m.link_pays[o, d, r, c, t] * m.link_levy[o, r, c, t] * m.liable[o, d, c, t]
            for o, d, r, c, t in m.LINK_LIABLE
        )
    )
