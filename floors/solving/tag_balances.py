"""Whether tags close: what is clean is made clean, arrives clean and is used no more than once, told from the plan."""

from __future__ import annotations

import numpy as np

from floors.lp import sizes
from floors.lp.labels import Vector
from floors.solving.outcome import Outcome


def tags_close(outcome: Outcome) -> float:
    """The most of what is clean that is sent and not made, or used and not there, of the terms of its balance."""
    case = outcome.case
    axes, arcs, (_, clean) = case.arcs.axes, case.arcs, case.arcs.axes.tagged
    there = {kind: np.zeros((2, len(axes.places), len(axes.commodities), len(axes.years))) for kind in "ou"}

    def book(kind: str, side: int, d: str, c: str, t: int, quantity: float) -> None:
        there[kind][side, axes.place[d], axes.commodity[c], axes.year[t]] += quantity

    data = case.production
    for (p, t), activity in outcome.produce.items():
        for c, a in data.made(p).items():
            book("o", 0, data.region[p], c, t, a * activity)
        for c, a in data.used(p).items():
            book("u", 1, data.region[p], c, t, a * activity)
    there["o"][1] += axes.summed(outcome.ship_column, arcs.o, arcs.c, arcs.t, kinds="dct")
    there["u"][0] += arcs.arriving(outcome.ship_column * (1 - arcs.loss))
    leaks = case.leaks
    there["o"][1] += axes.summed(leaks.tonnes, leaks.o, leaks.c, leaks.t, kinds="dct")
    for (k, t), quantity in outcome.take.items():
        pile = case.stocks.piles[k]
        book("u", 0, pile.region, pile.commodity, t, quantity)
        book("u", 1, pile.region, pile.commodity, t, outcome.put[k, t])
    none = sizes.largest(outcome.plan.x)
    return max(_worst(of[:, :, clean], none) for of in there.values())


def _worst(sides: Vector, largest: float) -> float:
    """By how much the second side is above the first, of both or, where these are rounding, of the largest quantity."""
    more, size = sides[1] - sides[0], sides.sum(axis=0)
    scale = np.where(size > 1e-12 * largest, size, largest or 1.0)
    return float(np.maximum(more / scale, 0.0).max(initial=0.0))
