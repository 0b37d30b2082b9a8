"""Every shipment that some coalition may have, and the rows of a coalition that sum them: limits, take-or-pay
and caps, as `floors/sourcing` makes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from floors.case.caps import Cap
from floors.case.derive import Arc, Case
from floors.case.leaks import leaked_into, leaked_on
from floors.case.routes import Route
from floors.coalitions.blocs import Bloc, Common
from floors.linear import Vector

WAYS = ((False, False), (False, True), (True, False), (True, True))  # is the origin in, is the destination
SUMS = ("route_limit", "route_minimum", "cap")
Row = tuple[str, Any]  # name of the component, key


@dataclass(frozen=True)
class Shipments:
    """Every shipment k that some coalition may have, by key, and what holds of it in each of WAYS (4 x k).

    `route` is None (object) where there is none and `open` False; `cost` in thousand of present value per t,
    `arrives` and `content` shares, `bound` True for take-or-pay to a region. `ends` are the players at either
    end (-1: none), `goal[k]` is where it goes as a number of `goals`; `at` says which shipments (bool) have an
    origin, a place, a commodity, a year.
    """

    arcs: list[Arc]
    route: Vector
    cost: Vector
    arrives: Vector
    content: Vector
    open: Vector
    bound: Vector
    ends: tuple[Vector, Vector]
    goals: list[tuple[str, str, int]]
    goal: Vector
    at: dict[str, dict[Any, Vector]]

    def way(self, players: tuple[str, ...], bloc: Bloc) -> Vector:
        """Which of WAYS each goes: by the origin's and the destination's being in."""
        inside = np.array([i in bloc for i in players] + [False], dtype=int)
        return 2 * inside[self.ends[0]] + inside[self.ends[1]]


def make_shipments(common: Common) -> Shipments:
    """The shipments of all coalitions; a duty on a missing reference price is NaN, refused where it is used."""
    case = common.whole
    found = _ways(common)
    arcs = list(found)
    route = np.empty((len(WAYS), len(arcs)), dtype=object)
    for k, ways in enumerate(found.values()):
        route[:, k] = ways

    def table(number: Callable[[Route, Arc], float]) -> Vector:
        rows = [
            [0.0 if r is None else number(r, arc) for r, arc in zip(way, arcs, strict=True)] for way in route
        ]
        return np.array(rows, dtype=float)

    def spent(one: Route, arc: Arc) -> float:
        duty = one.tariff + one.export_tax
        paid = duty * case.reference.get((arc[2], arc[3]), np.nan) if duty else 0.0
        return case.calendar.weight[arc[3]] * (one.freight + paid)

    region = case.places.region_of
    number = {i: n for n, i in enumerate(common.players)}
    goals = {goal: n for n, goal in enumerate(dict.fromkeys(arc[1:] for arc in arcs))}
    return Shipments(
        arcs,
        route,
        table(spent),
        table(lambda one, _: 1 - one.loss),
        table(lambda one, _: one.content),
        table(lambda *_: 1.0) > 0,
        table(lambda one, arc: bool(one.minimum) and region[arc[1]] == arc[1]) > 0,
        (
            np.array([number.get(o, -1) for o, _, _, _ in arcs], dtype=int),
            np.array([number.get(region[d], -1) for _, d, _, _ in arcs], dtype=int),
        ),
        list(goals),
        np.array([goals[arc[1:]] for arc in arcs], dtype=int),
        _index(arcs),
    )


def _ways(common: Common) -> dict[Arc, list[Route | None]]:
    """From where a commodity is made to every place, the route in each of WAYS, where there is any."""
    production, places = common.whole.production, common.whole.places
    made = dict.fromkeys(
        (production.region[p], c, t)
        for p in production.processes
        for t in production.active[p]
        for c in production.made(p)
    )
    market_of: dict[str, set[str]] = {}
    for (_, _, c), name in places.markets.items():
        market_of.setdefault(name, set()).add(c)
    found: dict[Arc, list[Route | None]] = {}
    for o, c, t in made:
        for d, region in places.region_of.items():
            if d == region or c in market_of[d]:
                ways = [common.routes.get((o, region, *way), {}).get((o, region, c, t)) for way in WAYS]
                if any(ways):
                    found[o, d, c, t] = ways
    return found


def _index(arcs: list[Arc]) -> dict[str, dict[Any, Vector]]:
    found: dict[str, dict[Any, Vector]] = {}
    for n, name in enumerate(("origin", "place", "commodity", "year")):
        values = np.array([arc[n] for arc in arcs], dtype=object)
        found[name] = {value: values == value for value in dict.fromkeys(values.tolist())}
    return found


@dataclass(frozen=True)
class Sums:
    """Rows that sum shipments, as `a x >= b`: entries by row and shipment, names, right sides, flipped."""

    rows: Vector
    shipments: Vector
    values: Vector
    names: list[Row]
    sides: list[float]
    flipped: list[bool]


def sums_of(ships: Shipments, case: Case, way: Vector, shipped: Vector) -> Sums:
    """Limits, take-or-pay and caps, each a row over shipments."""
    rows: list[Vector] = []
    shipments: list[Vector] = []
    values: list[Vector] = []
    names: list[Row] = []
    sides: list[float] = []
    flipped: list[bool] = []

    def add(name: Row, which: Vector, value: Vector, side: float, turned: bool) -> None:
        rows.append(np.full(len(which), len(names)))
        shipments.append(which)
        values.append(-value if turned else value)
        names.append(name)
        sides.append(-side if turned else side)
        flipped.append(turned)

    leaked, region = leaked_on(case), case.places.region_of
    pairs: dict[Any, list[int]] = {}
    for k in np.flatnonzero(shipped).tolist():
        route = ships.route[way[k], k]
        if route.limit is not None or route.minimum is not None:
            o, d, c, t = ships.arcs[k]
            pairs.setdefault((o, region[d], c, t), []).append(k)
    for key, ks in pairs.items():
        which, route = np.array(ks), case.routes.of[key]
        if route.limit is not None:
            add(("route_limit", key), which, np.ones(len(ks)), route.limit - leaked.get(key, 0.0), True)
        if route.minimum is not None:
            add(("route_minimum", key), which, np.ones(len(ks)), route.minimum, False)
    content = ships.content[way, np.arange(len(way))]
    for cap in case.caps:
        for t in cap.given:
            number = _counted(ships, cap, t, content, shipped)
            which = np.flatnonzero(number)
            if len(which):
                volume = cap.limit[t] - leaked_into(case, cap, t)
                add(("cap", (cap.name, t)), which, number[which], volume, True)
    empty = np.zeros(0, dtype=int)
    return Sums(
        np.concatenate([empty, *rows]),
        np.concatenate([empty, *shipments]),
        np.concatenate([np.zeros(0), *values]),
        names,
        sides,
        flipped,
    )


def _counted(ships: Shipments, cap: Cap, t: int, content: Vector, shipped: Vector) -> Vector:
    """The number before every shipment in the row of a cap: `Cap.coefficient` for all of them."""
    number, none = np.zeros(len(shipped)), np.zeros(len(shipped), dtype=bool)
    now = shipped & ships.at["year"].get(t, none)
    for c, places in cap.places.items():
        inside = none.copy()
        for d in places:
            inside |= ships.at["place"].get(d, none)
        inside &= now & ships.at["commodity"].get(c, none)
        counts = content if cap.origin is None else ships.at["origin"].get(cap.origin, none)
        rebate = cap.given[t] if cap.basis == "use" else 0.0
        number[inside] = cap.weights[c] * (counts[inside] - rebate)
    return number
