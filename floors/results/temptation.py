"""What a detour through a third country would save: the plan never takes it, a trader might."""

from __future__ import annotations

from typing import Any

import numpy as np

from floors.case.counted import Scopes
from floors.lp.tables import Groups, Vector
from floors.outcome import Outcome

Row = tuple[Any, ...]
TEMPTS = 1e-6  # USD/kg


def temptation_table(outcome: Outcome) -> list[Row]:
    """For each floor with a levy, the third countries through which capped material would come cheaper.

    temptation = landed cost straight from the capped origin, levy in, less landed cost by the detour, per kg
    arriving; the hub's shipment pays the levy of its own declared content. Largest first within a floor.
    """
    case, axes = outcome.case, outcome.case.arcs.axes
    routes, size = case.routes, len(axes.regions)
    floors = list(case.border.origin.items())
    if not floors:
        return []
    place, home, origin, c, t = (
        np.array(column)
        for column in zip(
            *(
                (
                    axes.place[f.member],
                    axes.place[case.places.region_of[f.member]],
                    axes.place[o],
                    axes.commodity[f.commodity],
                    axes.year[f.year],
                )
                for f, o in floors
            ),
            strict=True,
        )
    )
    price = np.array([outcome.origin_price[o, f.commodity, f.year] for f, o in floors])
    levy = levies_on(outcome, origin, place, home, c, t)
    reference = np.zeros((len(axes.commodities), len(axes.years)))
    for (good, year), p in case.reference.items():
        reference[axes.commodity[good], axes.year[year]] = p

    def carriage(o: Vector, d: Vector, c: Vector, t: Vector) -> Vector:
        freight, tariff, tax = (
            routes.at(a, o, d, c, t) for a in (routes.freight, routes.tariff, routes.export_tax)
        )
        return freight + (tariff + tax) * reference[c, t]

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
    order = np.lexsort((-tempts, f))
    return [
        (*floors[i][0], floors[i][1], axes.regions[h], *numbers)
        for i, h, *numbers in zip(
            *(column[order].tolist() for column in (f, hub, levy[f], extra, tempts)), strict=True
        )
        if numbers[-1] > TEMPTS
    ]


def levies_on(outcome: Outcome, o: Vector, d: Vector, r: Vector, c: Vector, t: Vector) -> Vector:
    """All levies that shipments between these positions would pay, USD/kg, whether or not the plan knows them."""
    case, axes = outcome.case, outcome.case.arcs.axes
    scopes, routes = Scopes(case.caps, axes), case.routes
    shape = len(axes.places), len(axes.commodities), len(axes.years)
    spot = np.ravel_multi_index((scopes.d, scopes.c, scopes.t), shape)
    groups = Groups(spot, int(np.prod(shape)))
    position, at = groups.expand(np.ravel_multi_index((d, c, t), shape))
    scope = groups.order[at]
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
