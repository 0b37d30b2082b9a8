"""What can be made where, and what can reach whom: volumes play no part."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from floors.case.axes import Axes
from floors.case.links import Links
from floors.case.production import Production
from floors.case.routes import Routes
from floors.lp.labels import Vector
from floors.study.study import Study


@dataclass(frozen=True)
class Reach:
    """`makes` [region, commodity, year]: whether it can be made there then, from whatever can be had."""

    axes: Axes
    makes: Vector

    def can_make(self, region: str, commodity: str, t: int) -> bool:
        """True where some process with room, and inputs that can be had, makes the commodity."""
        axes = self.axes
        return bool(self.makes[axes.place[region], axes.commodity[commodity], axes.year[t]])


def has_room(production: Production, x: str, t: int) -> bool:
    """Capacity x exists, is not limited, or can have been built by year t."""
    if (x, t) not in production.capacity or production.capacity[x, t] > 0:
        return True
    expansion = production.expansion.get(x)
    if expansion is None or expansion.max_build == 0 or expansion.max_total == 0:
        return False
    return any(t in alive for alive in expansion.alive.values())


def derive_reach(study: Study, axes: Axes, production: Production, routes: Routes, links: Links) -> Reach:
    """The smallest set that obeys the rule of `Reach`, all years at once."""
    processes = production.processes
    region = np.array([axes.place[production.region[p]] for p in processes], dtype=int)
    runs = np.zeros((len(processes), len(axes.years)), dtype=bool)
    for i, p in enumerate(processes):
        for y in production.active[p]:
            runs[i, axes.year[y]] = all(has_room(production, x, y) for x in production.limits_on(p))
    uses, makes = (
        _of_processes(axes, (part(p) for p in processes)) for part in (production.used, production.made)
    )
    piled = np.zeros((len(axes.regions), len(axes.commodities), 1), dtype=bool)
    for row in study.rows("stockpiles"):
        if row["opening"] > 0:
            for tag, share in axes.tags.split(row["commodity"], row["opening_content"]):
                piled[axes.place[row["region"]], axes.commodity[tag]] |= share > 0
    made = np.zeros((len(axes.regions), len(axes.commodities), len(axes.years)), dtype=bool)
    ready = ~np.isin(np.arange(len(processes)), uses[0])[:, None] & runs
    open_ = np.broadcast_to(routes.open & links.passable, routes.shape)
    while True:
        before = made.copy()
        maker, good = makes
        at, years = np.nonzero(ready[maker])
        made[region[maker[at]], good[at], years] = True
        if (made == before).all():
            return Reach(axes, made)
        had = piled | made
        for o in range(len(axes.regions)):  # a region at a time: all of them at once would be large
            had |= open_[o] & made[o]
        plain, clean = axes.tagged
        had[:, plain] |= had[:, clean]  # what is clean is used as any, too
        user, good = uses
        lacking = np.zeros((len(processes), len(axes.years)), dtype=bool)
        np.logical_or.at(lacking, user, ~had[region[user], good])
        ready = runs & ~lacking


def _of_processes(axes: Axes, parts: Iterable[Iterable[str]]) -> tuple[Vector, Vector]:
    """(process, commodity) of every part, as positions."""
    pairs = [(k, axes.commodity[c]) for k, part in enumerate(parts) for c in part]
    process, commodity = np.array(pairs, dtype=int).reshape(-1, 2).T
    return process, commodity
