"""Quantities out of a solution array, keyed as the model is, in t per year."""

from __future__ import annotations

from typing import Any

import numpy as np

from floors.case.derive import Case
from floors.lp import sizes
from floors.lp.linear import Compiled, Vector

NONE = 1e-12  # of the largest quantity of a plan: below this a quantity is rounding


class Flows(dict[Any, float]):
    """Quantities by key; what is not there is 0."""

    def __missing__(self, key: Any) -> float:
        return 0.0


def surplus(m: Any, compiled: Compiled, x: Vector) -> dict[Any, float]:
    """t per year that arrives and nobody uses or puts away, of a plan, by (place, commodity, year)."""
    lp, rows = compiled.lp, compiled.rows(m.use)
    slack, none = (lp.matrix @ x - lp.row_lower).tolist(), (NONE * sizes.of_rows(lp, x)).tolist()
    found = {key: slack[row] for key, row in rows.items() if abs(slack[row]) > none[row]}
    return found | {key: q for key, q in quantities(compiled, m.waste, x).items() if q}


def unused(case: Case, m: Any, compiled: Compiled, x: Vector) -> Vector:
    """t per year that a plan wastes or puts away, less what it takes, [place, commodity, year]."""
    found = case.arcs.axes.filled(surplus(m, compiled, x), "dct")
    put, take = (quantities(compiled, v, x) for v in (m.put, m.take))
    for (k, t), quantity in put.items():
        pile = case.stocks.piles[k]
        ((d,), (c,), (y,)) = case.arcs.axes.at([(pile.region, pile.commodity, t)], "dct")
        found[d, c, y] += quantity - take[k, t]
    return found


def ship_places(case: Case, m: Any, compiled: Compiled) -> Vector:
    """The column of each shipment of a case, -1 for one that the LP does not have."""
    if getattr(m.ship.index_set(), "table", None) is case.arcs.table:
        return compiled.places(m.ship)
    place = compiled.column_of(m.ship)  # the model of somebody's own has an order of its own
    return np.array([place.get(key, -1) for key in case.arcs.table.keys], dtype=int)


def levied_places(case: Case, m: Any, compiled: Compiled) -> Vector:
    """The column that levies on each shipment of a case fall on: what of it is liable where some may be exempt, -1 for
    one that the LP does not have."""
    found = ship_places(case, m, compiled)
    if len(case.exempt):
        found = found.copy()
        found[case.exempt.arc] = compiled.places(m.liable)
    return found


def quantities(compiled: Compiled, component: Any, x: Vector) -> dict[Any, float]:
    """Values of a Pyomo variable out of a solution array, by key."""
    keys, columns = compiled.columns(component)
    return dict(zip(keys, tonnes_at(columns, x).tolist(), strict=True))


def tonnes_at(columns: Vector, x: Vector) -> Vector:
    """Values of these columns, 0 for what the LP does not have (-1) and for what is rounding beside the largest."""
    values = np.where(columns >= 0, x[columns], 0.0) if len(columns) else np.zeros(0)
    values[np.abs(values) <= NONE * sizes.largest(x)] = 0.0
    return values
