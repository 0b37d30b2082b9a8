"""What can be made where, and what can reach whom: volumes play no part."""

from __future__ import annotations

from dataclasses import dataclass

from floors.case.calendar import Calendar
from floors.case.places import Places
from floors.case.production import Production
from floors.case.routes import Routes
from floors.study import Study


@dataclass(frozen=True)
class Reach:
    """`makes[t]` holds (region, commodity) that can be made in year t, from whatever can be had."""

    makes: dict[int, frozenset[tuple[str, str]]]

    def can_make(self, region: str, commodity: str, t: int) -> bool:
        """True where some process with room, and inputs that can be had, makes the commodity."""
        return (region, commodity) in self.makes[t]


def derive_reach(
    study: Study, calendar: Calendar, places: Places, production: Production, routes: Routes
) -> Reach:
    """The smallest set that obeys the rule of `Reach`, year by year."""
    piled = {(row["region"], row["commodity"]) for row in study.rows("stockpiles") if row["opening"] > 0}
    return Reach({t: _fixed_point(t, places, production, routes, piled) for t in calendar.years})


def has_room(production: Production, x: str, t: int) -> bool:
    """Capacity x exists, is not limited, or can have been built by year t."""
    if (x, t) not in production.capacity or production.capacity[x, t] > 0:
        return True
    expansion = production.expansion.get(x)
    if expansion is None or expansion.max_build == 0 or expansion.max_total == 0:
        return False
    return any(t in alive for alive in expansion.alive.values())


def _fixed_point(
    t: int, places: Places, production: Production, routes: Routes, piled: set[tuple[str, str]]
) -> frozenset[tuple[str, str]]:
    makes: set[tuple[str, str]] = set()

    def can_have(d: str, c: str) -> bool:
        if (d, c) in piled or (d, c) in makes:
            return True
        return any(
            (o, c) in makes and (route := routes.get(o, d, c, t)) is not None and route.open
            for o in places.regions
        )

    waiting = [
        p
        for p in production.processes
        if t in production.active[p] and all(has_room(production, x, t) for x in production.limits_on(p))
    ]
    grown = True
    while grown:
        grown = False
        for p in waiting:
            d = production.region[p]
            new = {(d, c) for c in production.made(p)} - makes
            if new and all(can_have(d, c) for c in production.used(p)):
                makes |= new
                grown = True
    return frozenset(makes)
