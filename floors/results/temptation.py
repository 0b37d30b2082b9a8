"""What a detour through a third country would save: the plan never takes it, a trader might."""

from __future__ import annotations

from typing import Any

import numpy as np

from floors.lp.tables import Vector
from floors.outcome import Outcome

Row = tuple[Any, ...]
TEMPTS = 1e-6  # USD/kg
BEST = 3  # hubs told of a floor
TIED = 9  # decimals, USD/kg: what is equal to so many is in the order of the regions


def temptation_table(outcome: Outcome) -> list[Row]:
    """For each floor with a levy, the best third countries through which capped material would come cheaper.

    temptation = landed cost straight from the capped origin, levy in, less landed cost by the detour, per kg
    arriving; the hub's shipment pays the levy of its own declared content. Largest first within a floor, `BEST` at
    most, and beside them how many pay in all.
    """
    case, axes = outcome.case, outcome.case.arcs.axes
    routes, size = case.routes, len(axes.regions)
    floors = list(case.border.origin.items())
    if not floors:
        return []
    at = case.floors_at
    place, home, origin, c, t = at.d, at.r, at.o, at.c, at.t
    price = outcome.origin_price_at[origin, c, t]
    levy = levies_on(outcome, origin, place, home, c, t)

    def carriage(o: Vector, d: Vector, c: Vector, t: Vector) -> Vector:
        freight, tariff, tax = (
            routes.at(a, o, d, c, t) for a in (routes.freight, routes.tariff, routes.export_tax)
        )
        return freight + (tariff + tax) * case.reference_at[c, t]

    kept = 1 - routes.at(routes.loss, origin, home, c, t)
    straight = (price + carriage(origin, home, c, t) + levy) / kept
    f, hub = np.nonzero(
        (levy > TEMPTS)[:, None] & (np.arange(size) != origin[:, None]) & (np.arange(size) != home[:, None])
    )
    open_ = routes.at(routes.open, origin[f], hub, c[f], t[f]) & routes.at(
        routes.open, hub, home[f], c[f], t[f]
    )
    f, hub = f[open_], hub[open_]
    first, second = (origin[f], hub, c[f], t[f]), (hub, home[f], c[f], t[f])
    on_board = (price[f] + carriage(*first)) / (1 - routes.at(routes.loss, *first)) + carriage(*second)
    left = 1 - routes.at(routes.loss, *second)
    detour = (on_board + levies_on(outcome, hub, place[f], home[f], c[f], t[f])) / left
    extra = on_board / left - (straight[f] - levy[f] / kept[f])
    tempts = straight[f] - detour
    pays = np.flatnonzero(tempts > TEMPTS)
    order = pays[np.lexsort((hub[pays], -np.round(tempts[pays], TIED), f[pays]))]
    count = np.bincount(f[pays], minlength=len(floors))
    place_in_floor = np.arange(len(order)) - (np.cumsum(count) - count)[f[order]]
    order = order[place_in_floor < BEST]
    columns = (f, hub, levy[f], extra, tempts, count[f])
    return [
        (*floors[i][0], floors[i][1], axes.regions[h], *numbers)
        for i, h, *numbers in zip(*(column[order].tolist() for column in columns), strict=True)
    ]


def levies_on(outcome: Outcome, o: Vector, d: Vector, r: Vector, c: Vector, t: Vector) -> Vector:
    """All levies that shipments between these positions would pay, USD/kg, whether or not the plan knows them."""
    case, axes = outcome.case, outcome.case.arcs.axes
    scopes, routes = case.scopes, case.routes
    position, scope = scopes.meeting(d, c, t)
    content = routes.at(routes.content, o, r, c, t) * np.ones(len(o))
    content = np.where(routes.at(routes.there, o, r, c, t), content, 0.0)
    counts = scopes.counts(scope, o[position], content[position]) - scopes.weight[scope] * scopes.share[scope]
    found = np.bincount(position, counts * outcome.levy_by_cap[scopes.cap[scope], scopes.t[scope]], len(o))
    if case.border.start:
        names = zip(
            *(
                ([x[i] for i in k.tolist()])
                for x, k in ((axes.places, o), (axes.places, d), (axes.commodities, c), (axes.years, t))
            ),
            strict=True,
        )
        for i, (a, b, good, year) in enumerate(names):
            pays = case.border.pays_minimum(case.places, routes, a, b, good, year)
            found[i] += pays * outcome.levies[a, good, year] if pays else 0.0
    return found
