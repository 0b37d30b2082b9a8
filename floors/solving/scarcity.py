"""Where a levy takes the rent of a link: caps that the plan does not need, since a full link holds it alone.

What such a levy brings moves from exporter to treasury and changes nothing else: a tax on a scarcity rent. At the
prices of the sourcing LP alone caps and link share the rent, so that what a cap is worth has two ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from floors.case.derive import Case
from floors.lp import sizes
from floors.lp.linear import Compiled, Vector
from floors.lp.sparse import Matrix
from floors.pricing.dual import FloorRows, PricingLP
from floors.pricing.floor_ends import floor_ends

FULL = 1e-9  # of the terms of a row: less room is none
NONE = 1e-8  # of the highest price: a levy of less is none

Pair = tuple[str, str, str, int]  # origin, region, commodity, year


@dataclass(frozen=True)
class Scarcity:
    """`pairs` whose link alone would hold the plan, though caps take something of what they ship; `ends` of what a cap
    is worth by (name, year), USD/kg, where it shares a rent with a link: the highest NaN where it has no end."""

    pairs: frozenset[Pair] = frozenset()
    ends: Mapping[tuple[str, int], tuple[float, float]] = field(default_factory=dict)


def find_scarcity(
    case: Case, m: Any, compiled: Compiled, x: Vector, basic: tuple[Vector, Vector], first: float
) -> Scarcity:
    """Of years from `first` on, at all duals that prove the plan `x` (n)."""
    under = _caps_of_full_pairs(case, m, compiled, x, first)
    caps = [*dict.fromkeys(cap for of in under.values() for cap in of)]
    if not caps:
        return Scarcity()
    rows, weight = compiled.rows(m.cap), case.calendar.weight
    sums = [{cap: 1.0} for cap in caps] + [*under.values()]
    entries = [(i, rows[cap], a / weight[cap[1]]) for i, one in enumerate(sums) for cap, a in one.items()]
    at, columns, values = zip(*entries, strict=True)
    asked = FloorRows(
        keys=(*caps, *under),
        column=np.arange(len(sums)),
        matrix=Matrix.from_entries(at, columns, values, (len(sums), compiled.lp.matrix.shape[0])),
        constant=np.zeros(len(sums)),
        weight=np.ones(len(sums)),
    )
    pricing = PricingLP(compiled, x, asked, (), basic)
    pricing.hold(pricing.solve())
    ends = floor_ends(pricing, np.arange(len(sums)))
    least = ends.lowest[len(caps) :].tolist()
    most = NONE * sizes.largest(pricing.solver.values()[: pricing.m])
    tight = _tight(compiled, x, rows)
    return Scarcity(
        frozenset(pair for pair, levy in zip(under, least, strict=True) if levy <= most),
        {
            cap: (low, high)
            for cap, low, high in zip(caps, ends.lowest.tolist(), ends.highest.tolist(), strict=False)
            if cap in tight
        },
    )


def _tight(compiled: Compiled, x: Vector, rows: Mapping[Any, int]) -> set[Any]:
    """Rows without room."""
    slack, size = compiled.lp.matrix @ x - compiled.lp.row_lower, sizes.of_rows(compiled.lp, x)
    return {key for key, row in rows.items() if slack[row] <= FULL * size[row]}


def _caps_of_full_pairs(
    case: Case, m: Any, compiled: Compiled, x: Vector, first: float
) -> dict[Pair, dict[tuple[str, int], float]]:
    """By pair that ships and whose link is full: the caps that count what it ships, and how much of it."""
    links, caps = compiled.rows(m.link), compiled.rows(m.cap)
    if not links or not caps:
        return {}
    lp, counted, axes = compiled.lp, case.counted, case.arcs.axes
    size = sizes.of_rows(lp, x)
    full = {pair for pair in _tight(compiled, x, links) if pair[3] >= first}
    column = compiled.column_of(m.ship)
    keys, plain, home = case.arcs.table.keys, case.tags.plain, case.places.region_of
    found: dict[Pair, dict[tuple[str, int], float]] = {}
    matters = np.flatnonzero(counted.coefficient != 0)
    for k, arc in zip(counted.cap[matters].tolist(), counted.arc[matters].tolist(), strict=True):
        o, d, c, t = key = keys[arc]
        pair, cap = (o, home[d], plain.get(c, c), t), (case.caps[k].name, t)
        if (
            pair in full
            and cap in caps
            and x[column.get(key, -1)] > FULL * size[links[pair]]
            and key in column
        ):
            found.setdefault(pair, {})[cap] = 1.0
    return {
        pair: found[pair] for pair in sorted(found, key=lambda p: (axes.place[p[0]], axes.place[p[1]], p[2:]))
    }
