"""Balances of what arrives: where there is one, where surplus must not count as use, and what pays the rebate back."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from floors.case.arcs import Arcs
from floors.case.axes import Axes
from floors.case.calendar import Calendar
from floors.case.counted import Scopes
from floors.case.demand import Demand
from floors.case.production import Production
from floors.case.stocks import Stocks
from floors.lp.labels import KeyTable, Vector, joined


class Spots(NamedTuple):
    """(place, commodity, year) with a balance of what arrives, as tables of keys.

    `using` adds the process that uses it, `buying` segment and step of demand, `piled` the stockpile. The balance
    is `open` where what nobody uses may be left, and `closed` where a `use` cap pays for use: there what is wasted
    is a quantity of its own.
    """

    using: KeyTable
    buying: KeyTable
    piled: KeyTable
    open: KeyTable
    closed: KeyTable

    @property
    def all(self) -> KeyTable:
        """Every balance once."""
        return joined(self.open, self.closed)


def spots_of(
    arcs: Arcs, production: Production, demand: Demand, stocks: Stocks, calendar: Calendar, scopes: Scopes
) -> Spots:
    """Wherever something arrives, is used, bought or piled."""
    table = arcs.axes.labels.table
    users = [
        (production.region[p], c, t, p)
        for p, io in production.coefficient.items()
        for t in production.active[p]
        for c, a in io.items()
        if a < 0
    ]
    buyers = [(d, c, t, g, j) for (d, g, c, t), steps in demand.steps.items() for j in range(len(steps))]
    piles = [(s.region, s.commodity, t, k) for k, s in stocks.piles.items() for t in calendar.years]
    using, buying, piled = table(users, 4), table(buyers, 5), table(piles, 4)
    arriving = arcs.table.pick(1, 2, 3)
    whole = joined(arriving, *(part.pick(0, 1, 2) for part in (using, buying, piled))).distinct()
    closed = _places(scopes, arcs.axes).find(whole.columns) >= 0
    return Spots(using, buying, piled, whole.take(~closed), whole.take(closed))


def _places(scopes: Scopes, axes: Axes) -> KeyTable:
    """Where the rebate of a `use` cap is paid back, a row for each cap that has one there."""
    at = scopes.paid_back
    return axes.table(scopes.d[at], scopes.c[at], scopes.t[at], kinds="dct")


class Returned(NamedTuple):
    """What pays the rebate of `use` caps back: a row for each cap and year (`cap`, `t`) and column, with what a tonne
    of it pays back (`rebate`, weight x share). `wasted` are keys (place, commodity, year) of waste, `piled` keys
    (stockpile, year) of what is put away, of which a tonne taken earns it."""

    waste: Payers
    piles: Payers


class Payers(NamedTuple):
    """Rows: positions `cap` and `t`, the `keys` of the column, its `rebate`."""

    cap: Vector
    t: Vector
    keys: KeyTable
    rebate: Vector

    def take(self, which: Vector) -> Payers:
        """These rows (positions or a mask)."""
        return Payers(self.cap[which], self.t[which], self.keys.take(which), self.rebate[which])


def returned_by(scopes: Scopes, axes: Axes, stocks: Stocks, spots: Spots) -> Returned:
    """Of every `use` cap, wherever there is a balance under it."""
    at, keys = scopes.paid_back, _places(scopes, axes)
    rebate = scopes.rebate(at)
    waste = Payers(scopes.cap[at], scopes.t[at], keys, rebate)
    piles = [*stocks.piles.values()]
    place = np.array([axes.place[s.region] for s in piles], dtype=int)
    good = np.array([axes.commodity[s.commodity] for s in piles], dtype=int)
    same = (scopes.d[at][:, None] == place) & (scopes.c[at][:, None] == good)
    row, pile = np.nonzero(same)
    name = axes.labels.codes([s.name for s in piles])
    held = KeyTable(axes.labels, (name[pile], keys.columns[2][row]))
    return Returned(
        waste.take(spots.closed.find(keys.columns) >= 0),
        Payers(waste.cap[row], waste.t[row], held, rebate[row]),
    )
