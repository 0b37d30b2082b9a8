"""Routes: which region may ship what to which, at what cost, within which limits, year by year."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import Any

from floors.case.calendar import Calendar
from floors.case.places import Places
from floors.errors import Problem
from floors.study import Study

ROLES = ("member", "capped", "other")
Cell = tuple[str, int, str | int]  # table, record, column
Pair = tuple[str, str, str]  # origin region, destination region, commodity


@dataclass(frozen=True)
class Route:
    """One route in one year. USD/kg shipped, before loss; shares; t/yr; `content` of capped origin."""

    freight: float
    tariff: float
    export_tax: float
    loss: float
    content: float
    limit: float | None
    minimum: float | None

    @property
    def open(self) -> bool:
        """False where the limit is 0."""
        return self.limit != 0


@dataclass(frozen=True)
class Routes:
    """`of[o, d, c, t]` between regions, where a route is valid in that year.

    `limited_by`, `bound_by` are the cells (table, record, column) of its limit and minimum, where it has them.
    """

    of: dict[tuple[str, str, str, int], Route]
    limited_by: dict[tuple[str, str, str, int], Cell] = field(default_factory=dict)
    bound_by: dict[tuple[str, str, str, int], Cell] = field(default_factory=dict)

    def get(self, o: str, d: str, c: str, t: int) -> Route | None:
        """The route, or None where nothing may be shipped."""
        return self.of.get((o, d, c, t))


class _Table:
    """One of routes, route_limits, route_minimums: the best row for a pair, by exact names, then roles."""

    def __init__(self, study: Study, name: str, places: Places, problems: list[Problem]) -> None:
        self.study, self.name, self.places, self.problems = study, name, places, problems
        self.rows = study.rows(name)
        self.by_key: dict[Pair, list[int]] = {}
        for i, row in enumerate(self.rows):
            self.by_key.setdefault((row["origin"], row["destination"], row["commodity"]), []).append(i)
        self.tied: set[tuple[int, int]] = set()

    def ranked(self, o: str, d: str, c: str) -> list[list[int]]:
        """Rows that match the pair, best rank first; a rank's rows tie where they are valid together."""
        if not self.by_key:
            return []
        role = self.places.role
        if o == d:  # only a row that names a region twice reaches its shipments to itself
            origins: tuple[str, ...] = (o,)
            destinations: tuple[str, ...] = (d,)
        else:
            origins, destinations = (o, role[o], "*"), (d, role[d], "*")
        found: dict[tuple[int, int], list[int]] = {}
        for key in product(origins, destinations, (c, "*")):
            rows = self.by_key.get(key)
            if rows:
                exact = (key[0] == o) + (key[1] == d) + (key[2] == c)
                roles = (key[0] in ROLES) + (key[1] in ROLES)
                found.setdefault((exact, roles), []).extend(rows)
        return [found[rank] for rank in sorted(found, reverse=True)]

    def best(self, ranks: list[list[int]], t: int, pair: Pair, valid: Any) -> int | None:
        """The one row of the best rank that `valid(row, t)` accepts; two of them are an error."""
        for rows in ranks:
            now = [i for i in rows if valid(self.rows[i], t)]
            if now:
                if len(now) > 1:
                    self._tie(now[0], now[1], t, pair)
                return now[0]
        return None

    def _tie(self, first: int, second: int, t: int, pair: Pair) -> None:
        if (first, second) in self.tied:
            return
        self.tied.add((first, second))
        o, d, c = pair
        other = self.study.value_cell(self.name, first, "origin")
        self.problems.append(
            self.study.problem(
                self.name,
                second,
                "origin",
                f"this row and the one at {other} fit {o} to {d}, {c}, {t} equally well.",
                "Name one more of origin, destination and commodity exactly, or make the years differ.",
                code="route_tie",
            )
        )


def _in_years(row: dict[str, Any], t: int) -> bool:
    first, last = row["first_year"], row["last_year"]
    return (first is None or t >= first) and (last is None or t <= last)


def _filled(row: dict[str, Any], t: int) -> bool:
    return t in row["years"]


def derive_routes(
    study: Study, calendar: Calendar, places: Places, commodities: tuple[str, ...], problems: list[Problem]
) -> Routes:
    """Resolve routes, route_limits and route_minimums for every pair of regions, commodity and year."""
    given = study.has("routes")
    routes = _Table(study, "routes", places, problems)
    limits = _Table(study, "route_limits", places, problems)
    minimums = _Table(study, "route_minimums", places, problems)
    found = Routes({})
    for o, d, c in product(places.regions, places.regions, commodities):
        pair = (o, d, c)
        ranks = routes.ranked(o, d, c)
        if not ranks and given and o != d:
            continue
        limit_ranks, minimum_ranks = limits.ranked(o, d, c), minimums.ranked(o, d, c)
        capped = 1.0 if places.role[o] == "capped" else 0.0
        made: dict[tuple[int | None, int | None, int | None, int | None], Route] = {}
        for t in calendar.years:
            i = routes.best(ranks, t, pair, _in_years) if ranks else None
            if i is None and ((given and o != d) or ranks):
                continue
            j = limits.best(limit_ranks, t, pair, _filled) if limit_ranks else None
            k = minimums.best(minimum_ranks, t, pair, _filled) if minimum_ranks else None
            key = (i, j, k, None if j is None and k is None else t)
            if key not in made:
                row = routes.rows[i] if i is not None else None
                limit, minimum = (row["limit"], row["minimum"]) if row else (None, None)
                if j is not None:
                    limit = limits.rows[j]["years"][t]
                if k is not None:
                    minimum = minimums.rows[k]["years"][t]
                made[key] = _route(row, o != d, capped, limit, minimum)
            found.of[o, d, c, t] = made[key]
            if made[key].limit is not None:
                found.limited_by[o, d, c, t] = _cell("limit", i, j, t)
            if made[key].minimum is not None:
                found.bound_by[o, d, c, t] = _cell("minimum", i, k, t)
    return found


def _cell(column: str, row: int | None, by_year: int | None, t: int) -> Cell:
    """Where a limit or minimum is written: in its sheet by year, else in sheet routes."""
    if by_year is not None:
        return f"route_{column}s", by_year, t
    assert row is not None  # a route without a row has no limit of its own
    return "routes", row, column


def _route(
    row: dict[str, Any] | None, abroad: bool, capped: float, limit: float | None, minimum: float | None
) -> Route:
    """A route from its row; a region's own shipments, and an absent sheet, are free and open."""
    if row is None:
        return Route(0.0, 0.0, 0.0, 0.0, capped, limit, minimum or None)
    return Route(
        freight=row["freight"],
        tariff=row["tariff"] if abroad else 0.0,
        export_tax=row["export_tax"] if abroad else 0.0,
        loss=row["loss"],
        content=capped if row["content"] is None else row["content"],
        limit=limit,
        minimum=minimum or None,
    )


class Behind:
    """Which rows of routes, route_limits and route_minimums stand behind a route."""

    def __init__(self, study: Study, places: Places) -> None:
        self._tables = [
            (_Table(study, name, places, []), valid)
            for name, valid in (("routes", _in_years), ("route_limits", _filled), ("route_minimums", _filled))
        ]

    def rows(self, o: str, d: str, c: str, t: int) -> tuple[int | None, ...]:
        """Records of the three sheets in this order, None where a sheet has none for this pair and year."""
        return tuple(table.best(table.ranked(o, d, c), t, (o, d, c), valid) for table, valid in self._tables)
