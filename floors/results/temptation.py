"""What a detour through a third country would save: the plan never takes it, a trader might."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from floors.lp.labels import Vector
from floors.solving.outcome import Outcome
from floors.sourcing.trade import share_of_minimum

Row = tuple[Any, ...]
TEMPTS = 1e-6  # USD/kg
AT_ONCE = 4_096  # floors x hubs weighed together
BEST = 3  # hubs told of a floor
TIED = 9  # decimals, USD/kg: what is equal to so many is in the order of the regions


def temptation_table(outcome: Outcome) -> list[Row]:
    """For each floor with a levy, the best third countries through which capped material would come cheaper.

    temptation = landed cost straight from the capped origin, levy in, less landed cost by the detour, per kg
    arriving; the hub's shipment pays the levy of its own declared content. Largest first within a floor, `BEST` at
    most, and beside them how many pay in all.
    """
    case, at = outcome.case, outcome.case.floors_at
    levy = levies_on(outcome, at.o, at.d, at.r, at.c, at.t)
    tempting = np.flatnonzero(levy > TEMPTS)
    blocks = np.array_split(tempting, len(tempting) * len(case.places.regions) // AT_ONCE + 1)
    return [row for some in blocks for row in _best(outcome, some, levy[some])]


def _best(outcome: Outcome, some: Vector, levy: Vector) -> Iterator[Row]:
    """The rows of these floors (positions), at their levies."""
    case, axes, at = outcome.case, outcome.case.arcs.axes, outcome.case.floors_at
    routes, regions = case.routes, np.arange(len(axes.regions))
    origin, place, home, c, t = (column[some] for column in (at.o, at.d, at.r, at.c, at.t))

    def carriage(o: Vector, d: Vector, c: Vector, t: Vector) -> Vector:
        freight, tariff, tax = (
            routes.at(a, o, d, c, t) for a in (routes.freight, routes.tariff, routes.export_tax)
        )
        return freight + (tariff + tax) * case.reference_at[c, t]

    price = outcome.origin_price_at[origin, c, t]
    kept = 1 - routes.at(routes.loss, origin, home, c, t)
    straight = (price + carriage(origin, home, c, t) + levy) / kept
    f, hub = np.nonzero((regions != origin[:, None]) & (regions != home[:, None]))
    first, second = (origin[f], hub, c[f], t[f]), (hub, home[f], c[f], t[f])
    open_ = routes.at(routes.open, *first) & routes.at(routes.open, *second)
    f, hub = f[open_], hub[open_]
    first, second = (origin[f], hub, c[f], t[f]), (hub, home[f], c[f], t[f])
    on_board = (price[f] + carriage(*first)) / (1 - routes.at(routes.loss, *first)) + carriage(*second)
    left = 1 - routes.at(routes.loss, *second)
    detour = (on_board + levies_on(outcome, hub, place[f], home[f], c[f], t[f])) / left
    extra = on_board / left - (straight[f] - levy[f] / kept[f])
    tempts = straight[f] - detour
    pays = np.flatnonzero(tempts > TEMPTS)
    order = pays[np.lexsort((hub[pays], -np.round(tempts[pays], TIED), f[pays]))]
    count = np.bincount(f[pays], minlength=len(some))
    place_in_floor = np.arange(len(order)) - (np.cumsum(count) - count)[f[order]]
    order = order[place_in_floor < BEST]
    columns = (some[f], hub, levy[f], extra, tempts, count[f])
    floors = [*case.border.origin.items()]
    for i, h, *numbers in zip(*(column[order].tolist() for column in columns), strict=True):
        floor, o = floors[i]
        yield (*floor, o, axes.regions[h], *numbers)


def levies_on(outcome: Outcome, o: Vector, d: Vector, r: Vector, c: Vector, t: Vector) -> Vector:
    """All levies that shipments between these positions would pay, USD/kg, whether or not the plan knows them."""
    case, scopes, routes = outcome.case, outcome.case.scopes, outcome.case.routes
    position, scope = scopes.meeting(d, c, t)
    content = routes.at(routes.content, o, r, c, t) * np.ones(len(o))
    content = np.where(routes.at(routes.there, o, r, c, t), content, 0.0)
    counts = scopes.counts(scope, o[position], content[position]) - scopes.weight[scope] * scopes.share[scope]
    found = np.bincount(position, counts * outcome.levy_by_cap[scopes.cap[scope], scopes.t[scope]], len(o))
    if case.border.start:
        found = found + share_of_minimum(case, o, r, c, t, content) * outcome.minimum_levy_at[o, c, t]
    return found
