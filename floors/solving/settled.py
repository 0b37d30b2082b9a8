"""Take-or-pay contracts that settle at a price of their own: what this moves between buyers and sellers.

Of a pair of regions with a minimum and a price the minimum is paid at that price and not at what the market pays the
seller there; more than the minimum is at market. Nothing else moves: neither the plan nor a price hangs on it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from floors.lp.labels import Vector
from floors.solving.outcome import Outcome


@dataclass(frozen=True)
class Settled:
    """Shipments of such pairs by their position among those of the case; `tonnes` t per year of each that are paid at
    its contract's `price`, USD/kg ex works, and not at `market`, what the seller is paid there; `amount` is what this
    adds to what is paid there, million a year, below 0 where the market's price is higher."""

    at: Vector
    tonnes: Vector
    price: Vector
    market: Vector

    @property
    def amount(self) -> Vector:
        found: Vector = self.tonnes * (self.price - self.market) / 1000
        return found


def settled(outcome: Outcome) -> Settled:
    """What take-or-pay contracts move, at the prices of an outcome.

    Where a region has markets its minimum binds on the sum over them, and over tags: each takes the part of it that it
    has of what is shipped. Of exempt tonnes the market pays the seller the levy too.
    """
    case, arcs = outcome.case, outcome.case.arcs
    routes, shipped = case.routes, outcome.ship_column
    price = routes.at(routes.price, arcs.o, arcs.r, arcs.c, arcs.t)
    at = np.flatnonzero(np.isfinite(price) & (arcs.minimum > 0) & (shipped > 0))
    o, r, c, t = arcs.o[at], arcs.r[at], arcs.c[at], arcs.t[at]
    pair = np.ravel_multi_index((o, r, arcs.axes.plain[c], t), routes.shape)
    _, of = np.unique(pair, return_inverse=True)
    whole = np.bincount(of, shipped[at])[of] if len(at) else np.zeros(0)
    landed = (1 - arcs.loss[at]) * outcome.delivered_at[arcs.d[at], c, t]
    market = landed - arcs.carriage[at] - outcome.levied[at] / shipped[at]
    return Settled(at, arcs.minimum[at] * shipped[at] / whole, price[at], market)
