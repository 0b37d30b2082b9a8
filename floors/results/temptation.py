"""What a detour through a third country would save: the plan never takes it, a trader might."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from floors.case.axes import Ways
from floors.contract.results.border import TemptationRow
from floors.lp.labels import Vector
from floors.solving.outcome import Outcome

AT_ONCE = 4_096  # floors x hubs weighed together
BEST = 3  # hubs told of a floor
TIED = 9  # decimals of the highest: what is equal to so many is in the order of the regions


def temptation_table(outcome: Outcome) -> list[TemptationRow]:
    """For each floor with a levy, the best third countries through which capped material would come cheaper.

    temptation = landed cost straight from the capped origin, levy in, less landed cost by the detour, per kg
    arriving; the hub's shipment pays the levy of its own declared content. Largest first within a floor, `BEST` at
    most, and beside them how many pay in all.
    """
    case = outcome.case
    levy = outcome.levies_on(case.floors_at)
    tempting = np.flatnonzero(levy > outcome.binds)
    blocks = np.array_split(tempting, len(tempting) * len(case.places.regions) // AT_ONCE + 1)
    return [row for some in blocks for row in _best(outcome, some, levy[some])]


def _best(outcome: Outcome, some: Vector, levy: Vector) -> Iterator[TemptationRow]:
    """The rows of these floors (positions), at their levies."""
    case, axes = outcome.case, outcome.case.arcs.axes
    routes, regions = case.routes, np.arange(len(axes.regions))
    origin, place, home, c, t = (column[some] for column in case.floors_at)
    price = outcome.origin_price_at[origin, c, t]
    kept = 1 - routes.at(routes.loss, origin, home, c, t)
    straight = (price + routes.carriage(origin, home, c, t) + levy) / kept
    f, hub = np.nonzero((regions != origin[:, None]) & (regions != home[:, None]))
    first, second = (origin[f], hub, c[f], t[f]), (hub, home[f], c[f], t[f])
    open_ = routes.at(routes.open, *first) & routes.at(routes.open, *second)
    f, hub = f[open_], hub[open_]
    first, second = (origin[f], hub, c[f], t[f]), (hub, home[f], c[f], t[f])
    on_board = (price[f] + routes.carriage(*first)) / (1 - routes.at(routes.loss, *first)) + routes.carriage(
        *second
    )
    left, own = 1 - routes.at(routes.loss, *second), axes.own(hub, axes.plain[c[f]])
    detour = (on_board + outcome.levies_on(Ways(hub, place[f], home[f], own, t[f]))) / left
    extra = on_board / left - (straight[f] - levy[f] / kept[f])
    tempts = straight[f] - detour
    pays = np.flatnonzero(tempts > outcome.binds)
    order = pays[
        np.lexsort((hub[pays], -np.round(tempts[pays] / (tempts.max(initial=0.0) or 1.0), TIED), f[pays]))
    ]
    count = np.bincount(f[pays], minlength=len(some))
    place_in_floor = np.arange(len(order)) - (np.cumsum(count) - count)[f[order]]
    order = order[place_in_floor < BEST]
    columns = (some[f], hub, levy[f], extra, tempts, count[f])
    floors = [*case.border.origin.items()]
    for i, h, paid, dearer, saved, hubs in zip(*(column[order].tolist() for column in columns), strict=True):
        floor, o = floors[i]
        yield TemptationRow(
            member=floor.member,
            commodity=floor.commodity,
            year=floor.year,
            origin=o,
            hub=axes.regions[h],
            levy=paid,
            detour_cost=dearer,
            temptation=saved,
            hubs=hubs,
        )
