"""What no plan can do, told before anything is solved: in the user's words, with quantities and cells.

Every bound here is an upper bound on what a plan can reach, so a problem found is one for certain; that none is
found promises nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

import numpy as np

from floors.case.derive import Case
from floors.case.in_print import in_print
from floors.case.leaks import leaked_on
from floors.case.stocks import Stockpile
from floors.errors import Problem
from floors.study.locate import listed, spans

ABOVE = 1 + 1e-9  # less than this is no contradiction but rounding


def impossible(case: Case, supply: Supply | None = None) -> list[Problem]:
    """Contradictions that no plan can obey, each as an error at the cell that asks for too much.

    `supply`: that of the case, where it was looked into already.
    """
    supply = supply or Supply(case)
    return [*without_row(case), *_minimums(case), *_targets(case), *_must_serve(case, supply)]


def without_row(case: Case) -> list[Problem]:
    """Those contradictions that no row of the sourcing LP could show, so that it must not be solved."""
    return [*_contracts_of_routes(case), *_leaks_on_routes(case), *_leaks_under_caps(case)]


def _contracts_of_routes(case: Case) -> Iterator[Problem]:
    """Take-or-pay of what nobody there makes, or above the limit of the same route."""
    routes, arcs, axes = case.routes, case.arcs, case.routes.axes
    bound = routes.there & (routes.minimum > 0)
    bound = bound & ~np.isin(np.arange(len(axes.commodities)), axes.tagged[1])[:, None]  # once for both tags
    if not bound.any():
        return
    made = np.zeros((len(axes.regions), len(axes.commodities), len(axes.years)), dtype=bool)
    made[arcs.o, arcs.c, arcs.t] = True
    plain, clean = axes.tagged
    made[:, plain] |= made[:, clean]
    made[:, clean] = made[:, plain]
    at = np.nonzero(np.broadcast_to(bound, routes.shape))
    above = routes.at(routes.minimum, *at) > routes.at(routes.limit, *at) * ABOVE
    told: set[tuple[str, str, str]] = set()
    for places in np.transpose(at)[~made[at[0], at[2], at[3]] | above].tolist():
        o, d, c, t = key = (
            axes.regions[places[0]],
            axes.regions[places[1]],
            axes.commodities[places[2]],
            axes.years[places[3]],
        )
        if (o, d, c) in told:
            continue
        route = routes.of[key]
        least, limit = in_print(route.minimum or 0.0, inf if route.limit is None else route.limit)
        asked = f"{o} must ship at least {least} t of {c} to {d} in {t}"
        if not made[places[0], places[2], places[3]]:
            message = f"{asked}, but no process there makes it."
            hint, code = "Lower the minimum in routes or route_minimums.", "minimum_without_maker"
        else:
            message = f"{asked}, but at most {limit} t may pass."
            hint, code = "Lower the minimum, or raise the limit.", "minimum_above_limit"
        told.add((o, d, c))
        sheet, row, column = routes.cell("minimum", key)
        yield case.study.problem(sheet, row, column, message, hint, code)


def _leaks_on_routes(case: Case) -> Iterator[Problem]:
    """More leaks past enforcement than the route lets pass."""
    for key, leak in leaked_on(case).items():
        o, r, c, t = key
        limit = case.routes.of[key].limit
        if limit is not None and leak > limit * ABOVE:
            room, leaks = in_print(limit, leak)
            message = (
                f"the route {o} to {r} lets {room} t of {c} pass in {t}, but {leaks} t leak past enforcement."
            )
            hint = "Raise the limit in routes or route_limits, or enforcement in sheet demand."
            sheet, row, column = case.routes.cell("limit", key)
            yield case.study.problem(sheet, row, column, message, hint, "leak_above_limit")


def _leaks_under_caps(case: Case) -> Iterator[Problem]:
    """More leaks past enforcement than a cap allows in all."""
    for cap in case.caps:
        for t, volume in cap.limit.items() if cap.basis != "use" else ():
            leak = case.leaked[cap.name, t]
            if leak > volume * ABOVE:
                room, leaks = in_print(volume, leak)
                message = f"{cap.name} is limited in {t} to {room} t, but {leaks} t leak past enforcement."
                hint = "Raise the cap, or enforcement in sheet demand."
                yield case.study.problem("caps", cap.row, t, message, hint, "leak_above_cap")


def _minimums(case: Case) -> Iterator[Problem]:
    """Processes that must run more than all that there is and can be built."""
    production = case.production.untagged
    place = {p: i for i, p in enumerate(production.processes)}
    told: set[str] = set()
    for (p, t), least in production.minimum.items():
        most = most_activity(case, p, t)
        if p in told or least <= most * ABOVE:
            continue
        told.add(p)
        must, can = in_print(least, most)
        message = f"{p} must run {must} t in {t}, but has capacity for {can} t, new capacity included."
        hint = "Lower the minimum or what is under contract, or raise the capacity."
        yield case.study.problem("processes", place[p], "capacity", message, hint, "minimum_above_capacity")


def _targets(case: Case) -> Iterator[Problem]:
    """Stockpiles that must hold more than they have room for."""
    targets = {row["stockpile"]: (i, row["years"]) for i, row in enumerate(case.study.rows("stock_targets"))}
    for i, (k, pile) in enumerate(case.stocks.whole.items()):
        above = [t for t, target in pile.target.items() if target > room_of(pile) * ABOVE]
        if not above:
            continue
        t = above[0]
        line, written = targets.get(k, (0, {}))
        target, room, opening = in_print(pile.target[t], room_of(pile), pile.opening)
        has = f"but has room for {room} t."
        if t in written:
            message = f"stockpile {k} must hold {target} t in {t}, {has}"
            hint = "Lower the target, or raise the capacity."
            yield case.study.problem("stock_targets", line, t, message, hint, "target_above_capacity")
        else:
            closing = f"must close {t} with {target} t, {has}"
            message = f"stockpile {k} opens with {opening} t and {closing}"
            hint = f"Lower the opening, raise the capacity, or set a target for {t}."
            yield case.study.problem("stockpiles", i, "opening", message, hint, "target_above_capacity")


def room_of(pile: Stockpile) -> float:
    """Capacity of a stockpile; infinite where it has no limit [t]."""
    return inf if pile.capacity is None else pile.capacity


def room(case: Case, x: str, t: int) -> float:
    """Capacity of a process or plant in a year, with all that can have been built by then [t/yr]."""
    production = case.production
    if (x, t) not in production.capacity:
        return inf
    expansion = production.expansion.get(x)
    if expansion is None:
        return production.capacity[x, t]
    most = inf if expansion.max_build is None else expansion.max_build
    built = sum(most * case.calendar.length[b] for b, alive in expansion.alive.items() if t in alive)
    return production.capacity[x, t] + min(built, inf if expansion.max_total is None else expansion.max_total)


def most_activity(case: Case, p: str, t: int) -> float:
    """What a process can run at most, inputs not counted [t/yr]."""
    production = case.production
    loads = ((x, production.load[x][p]) for x in production.limits_on(p))
    return min((room(case, x, t) / load for x, load in loads if load > 0), default=inf)


class Supply:
    """The most of a commodity that can be made or had anywhere [t/yr]; infinite where a stock or circle is met.
    `linked`: as far as links let it pass."""

    def __init__(self, case: Case, linked: bool = True) -> None:
        self.case, self._linked = case, linked and case.links.any
        self.production = production = case.production.untagged
        self._makers: dict[tuple[str, str, int], list[str]] = {}
        for p in production.processes:
            for c in production.made(p):
                for t in production.active[p]:
                    self._makers.setdefault((production.region[p], c, t), []).append(p)
        self._made: dict[tuple[str, str, int], float] = {}
        self._arrives: dict[tuple[str, str, int], float] = {}
        self._from: dict[tuple[int, int], list[list[tuple[str, float, float]]]] = {}
        self._open: set[tuple[str, str, int]] = set()
        self._circles = 0  # how often something was met on the way to itself
        self._piled = {(s.region, s.commodity) for s in case.stocks.whole.values()}
        self._used = {p: production.used(p).items() for p in production.processes}
        self._most: dict[tuple[str, int], float] = {}

    def for_others(self) -> Supply:
        """Itself; where a circle was met a new one, since what is found in it depends on where one starts."""
        return Supply(self.case, self._linked) if self._circles else self

    def made(self, o: str, c: str, t: int) -> float:
        """What the processes of a region can make, with the inputs that can reach them."""
        key = (o, c, t)
        found = self._made.get(key)
        if found is None:
            self._made[key] = inf  # met again on the way to itself: no bound
            self._open.add(key)
            found = self._made[key] = sum(
                self.production.coefficient[p][c] * self._activity(p, o, t) for p in self._makers.get(key, ())
            )
            self._open.discard(key)
        elif key in self._open:
            self._circles += 1
        return found

    def _activity(self, p: str, o: str, t: int) -> float:
        most = self._most.get((p, t))
        if most is None:
            most = self._most[p, t] = most_activity(self.case, p, t)
        return min(most, *(self.at(o, used, t) / a for used, a in self._used[p]), inf)

    def at(self, r: str, c: str, t: int, stocks: bool = True) -> float:
        """What can arrive in a region, and lie there where `stocks` count."""
        if stocks and (r, c) in self._piled:
            return inf
        found = self._arrives.get((r, c, t))
        if found is None:
            before = self._circles
            found = sum(quantity for _, quantity in self.arriving(r, c, t))
            if self._circles == before or not self._open:  # else something on the way to itself was met
                self._arrives[r, c, t] = found
        return found

    def arriving(self, r: str, c: str, t: int) -> Iterator[tuple[str, float]]:
        """(origin, most that can arrive from it), after losses."""
        for o, most, lost in self._ways(r, c)[self.case.routes.axes.year[t]]:
            if (o, c, t) not in self._makers:
                continue
            there = min(self.made(o, c, t), most)
            if there > 0:
                yield o, there * (1 - lost)

    def _ways(self, r: str, c: str) -> list[list[tuple[str, float, float]]]:
        """(origin, limit, loss) of every route by which the commodity may come, for each year."""
        routes, axes = self.case.routes, self.case.routes.axes
        d, k = axes.place[r], axes.commodity[c]
        found = self._from.get((d, k))
        if found is None:
            here = [
                a[:, 0 if a.shape[1] == 1 else d, 0 if a.shape[2] == 1 else k]
                for a in (routes.open, routes.limit, routes.loss)
            ]
            if self._linked:
                every = np.arange(len(axes.regions))[:, None], d, k, np.arange(len(axes.years))
                here[1] = np.minimum(here[1], self.case.links.most(*every))
            years = 1 if all(a.shape[1] == 1 for a in here) else len(axes.years)
            opens, limit, loss = (np.broadcast_to(a, (len(axes.regions), years)) for a in here)
            of_years = [
                [
                    (o, *way)
                    for o, is_open, *way in zip(axes.regions, *(a.tolist() for a in columns), strict=True)
                    if is_open
                ]
                for columns in zip(opens.T, limit.T, loss.T, strict=True)
            ]
            found = self._from[d, k] = of_years * len(axes.years) if years == 1 else of_years
        return found


def _must_serve(case: Case, supply: Supply) -> Iterator[Problem]:
    """Demand that must be met in full, above all that can reach its region."""
    asked: dict[tuple[str, str], dict[int, list[tuple[str, str, float]]]] = {}
    for (d, segment, c, t), steps in case.demand.steps.items():
        if steps[0].value is None:
            years = asked.setdefault((case.places.region_of[d], c), {})
            years.setdefault(t, []).append((d, segment, steps[0].width))
    for (r, c), years in asked.items():
        short = {t: found for t, wanted in years.items() if (found := _short(case, supply, r, c, t, wanted))}
        if short:
            first = min(short)
            yield _too_little(case, supply, (r, c, first), short[first], sorted(short))


def _short(
    case: Case, supply: Supply, r: str, c: str, t: int, wanted: list[tuple[str, str, float]]
) -> list[tuple[str, str, float]] | None:
    """The demands of a region, or of its markets where it has a stock, that cannot all be met."""
    markets = [one for one in wanted if case.places.is_market(one[0])]
    for some, stocks in ((wanted, True), (markets, False)):
        if sum(q for _, _, q in some) > supply.at(r, c, t, stocks) * ABOVE:
            return some
    return None


def _too_little(
    case: Case,
    supply: Supply,
    key: tuple[str, str, int],
    short: list[tuple[str, str, float]],
    years: list[int],
) -> Problem:
    r, c, t = key
    total = sum(q for _, _, q in short)
    found = list(supply.arriving(r, c, t))
    rows = [case.demand.row[d, segment, c] for d, segment, _ in short]
    cells = listed([case.study.value_cell("demand", row, t) for row in rows])
    also = f" So it is in {spans(years[1:])}." if len(years) > 1 else ""
    most = sum(quantity for _, quantity in found)
    needed, reached, *each = in_print(total, most, *(quantity for _, quantity in found))
    asked = f"{needed} t of {c} must be met in full in {r} in {t} ({cells})"
    if not found:
        message = f"{asked}, but nobody can make it and ship it there."
        hint = "Add a process or a route, or give the demand a value: the most that a buyer would pay."
        return case.study.problem("demand", rows[0], t, message + also, hint, "unreachable_demand")
    parts = listed([f"{quantity} t from {o}" for quantity, (o, _) in zip(each, found, strict=True)])
    message = f"{asked}, but at most {reached} t can reach it: {parts}."
    hint = (
        "Raise capacities or limits of routes, or give the demand a value: the most that a buyer would pay."
    )
    return case.study.problem("demand", rows[0], t, message + also, hint, "demand_above_capacity")
