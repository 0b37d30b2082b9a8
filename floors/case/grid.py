"""Routes and shipments as arrays over origin, destination, commodity and year, with keys for those who ask by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from floors.case.calendar import Calendar
from floors.case.places import Places
from floors.case.routes import ROLES, Route
from floors.errors import Problem
from floors.lp.tables import Labels, Table, Vector
from floors.study import Study

INF = float("inf")


@dataclass(frozen=True)
class Axes:
    """Names in their order, and their integers: places (regions first), then commodities, then years."""

    labels: Labels
    regions: tuple[str, ...]
    places: tuple[str, ...]
    commodities: tuple[str, ...]
    years: tuple[int, ...]

    @staticmethod
    def of(places: Places, commodities: tuple[str, ...], calendar: Calendar) -> Axes:
        labels = Labels()
        for names in (places.all, commodities, calendar.years):
            labels.codes(names)
        return Axes(labels, places.regions, places.all, commodities, calendar.years)

    @cached_property
    def place(self) -> dict[str, int]:
        """Position of each place."""
        return {name: i for i, name in enumerate(self.places)}

    @cached_property
    def commodity(self) -> dict[str, int]:
        """Position of each commodity."""
        return {name: i for i, name in enumerate(self.commodities)}

    @cached_property
    def year(self) -> dict[int, int]:
        """Position of each year."""
        return {t: i for i, t in enumerate(self.years)}

    def goods(self, commodities: Iterable[str]) -> Vector:
        """Positions of these commodities."""
        return np.array([self.commodity[c] for c in commodities], dtype=int)

    def dates(self, years: Iterable[int]) -> Vector:
        """Positions of these years."""
        return np.array([self.year[t] for t in years], dtype=int)

    def table(self, *positions: Vector, kinds: str) -> Table:
        """A table of keys from positions: `kinds` is o or d (a place), c or t for each column."""
        codes = self._codes
        return Table(self.labels, [codes[kind][p] for p, kind in zip(positions, kinds, strict=True)])

    @cached_property
    def _codes(self) -> dict[str, Vector]:
        """Labels of places, commodities and years; a region and a commodity may bear one name, and one label."""
        places, goods, years = map(self.labels.codes, (self.places, self.commodities, self.years))
        return {"o": places, "d": places, "c": goods, "t": years}


class Best:
    """For each pair of regions, commodity and year the one row of a sheet that fits it most exactly, -1 for none.

    `row` is [o, d, c, t], with a single t where no row of the sheet depends on the year; `named` [o, d, c] is
    where some row fits in some year.
    """

    def __init__(
        self,
        study: Study,
        name: str,
        places: Places,
        axes: Axes,
        valid: list[Vector],
        problems: list[Problem],
    ) -> None:
        rows, size = study.rows(name), len(axes.regions)
        dated = any(not years.all() for years in valid)
        self.row = np.full(
            (size, size, len(axes.commodities), len(axes.years) if dated else 1), -1, dtype=np.int32
        )
        self.named = np.zeros(self.row.shape[:3], dtype=bool)
        rank = np.full(self.row.shape, -1, dtype=np.int8)
        which = {
            r: np.array([place == r or role == r for place, role in places.role.items()])
            for r in (*axes.regions, *ROLES)
        }
        which["*"] = np.ones(size, dtype=bool)
        goods = {c: np.array([k]) for k, c in enumerate(axes.commodities)} | {
            "*": np.arange(len(axes.commodities))
        }
        tied: list[tuple[int, int, Any, Vector]] = []

        def exactness(i: int) -> tuple[int, ...]:
            """Names, then roles; of equals the one exact about the origin, then the destination, then the first."""
            keys = rows[i]["origin"], rows[i]["destination"]
            kinds = [2 if key in axes.place else 1 if key in ROLES else 0 for key in keys]
            good = int(rows[i]["commodity"] != "*")
            return kinds.count(2) + good, kinds.count(1), *kinds, good, -i

        for i in sorted(range(len(rows)), key=exactness):  # the most exact last
            row = rows[i]
            exact = row["origin"] in axes.place and row["destination"] in axes.place
            pair = np.outer(which[row["origin"]], which[row["destination"]])
            if not (exact and row["origin"] == row["destination"]):
                np.fill_diagonal(pair, False)  # a region's own shipments only where a row names it twice
            o, d = np.nonzero(pair)
            t = np.flatnonzero(valid[i]) if dated else np.zeros(1, dtype=int)
            cells = o[:, None, None], d[:, None, None], goods[row["commodity"]][:, None], t
            names, roles, *_ = exactness(i)
            level = 10 * names + roles
            equal = rank[cells] == level
            if equal.any():
                there = self.row[cells]
                for other in np.unique(there[equal]).tolist():
                    tied.append((i, other, cells, equal & (there == other)))
            self.row[cells], rank[cells] = i, level
            self.named[o[:, None], d[:, None], goods[row["commodity"]]] = True
        met = []
        for first, second, cells, equal in tied:
            left = np.argwhere(
                equal & (self.row[cells] == first)
            )  # no better row, and none before it, fits there
            if len(left):
                at = tuple(int(np.broadcast_to(part, equal.shape)[tuple(left[0])]) for part in cells)
                met.append((at, first, second))
        for at, first, second in sorted(met):
            self._tie(study, name, axes, first, second, at, problems)

    def _tie(
        self,
        study: Study,
        name: str,
        axes: Axes,
        first: int,
        second: int,
        at: tuple[int, ...],
        problems: list[Problem],
    ) -> None:
        o, d, c, t = at
        pair = f"{axes.regions[o]} to {axes.regions[d]}, {axes.commodities[c]}, {axes.years[t]}"
        other = study.value_cell(name, first, "origin")
        message = f"this row and the one at {other} fit {pair} equally well."
        hint = "Name one more of origin, destination and commodity exactly, or make the years differ."
        problems.append(study.problem(name, second, "origin", message, hint, code="route_tie"))


class Routes:
    """Routes between regions as arrays [o, d, c, t]; a single t, and so on, where nothing depends on it.

    `there` is where a route is valid; `freight` USD/kg; shares `tariff`, `export_tax`, `loss`, `content`; `limit`
    (infinite: none) and `minimum` (0: none) in t/yr. `get` and `of` speak by name.
    """

    def __init__(self, study: Study, axes: Axes, places: Places, problems: list[Problem]) -> None:
        self.axes = axes
        rows, years = study.rows("routes"), np.array(axes.years)
        spans = [
            (years >= (-INF if r["first_year"] is None else r["first_year"]))
            & (years <= (INF if r["last_year"] is None else r["last_year"]))
            for r in rows
        ]
        best = Best(study, "routes", places, axes, spans, problems)
        own = np.eye(len(axes.regions), dtype=bool)[:, :, None, None]
        capped = np.array([places.role[r] == "capped" for r in axes.regions])[:, None, None, None]
        given = study.has("routes")
        self.there = (best.row >= 0) | (~best.named[..., None] & (own | (not given)))

        def column(name: str, default: float) -> Vector:
            numbers = [default if r[name] is None else float(r[name]) for r in rows]
            return np.array([*numbers, default])[best.row]

        self.freight, self.loss = column("freight", 0.0), column("loss", 0.0)
        self.tariff = np.where(own, 0.0, column("tariff", 0.0))
        self.export_tax = np.where(own, 0.0, column("export_tax", 0.0))
        content = column("content", np.nan)
        self.content = np.where(np.isnan(content), capped, content)
        self.by_row = best.row
        self.limit, self.limit_row = self._by_year(
            study, "route_limits", column("limit", INF), places, problems
        )
        self.minimum, self.minimum_row = self._by_year(
            study, "route_minimums", column("minimum", 0.0), places, problems
        )
        self.open = self.there & (self.limit != 0)

    def _by_year(
        self, study: Study, name: str, numbers: Vector, places: Places, problems: list[Problem]
    ) -> tuple[Vector, Vector | None]:
        """Numbers of sheet routes, and in their place those of a sheet by year with its rows."""
        rows = study.rows(name)
        if not rows:
            return numbers, None
        values = np.array([[r["years"].get(t, np.nan) for t in self.axes.years] for r in rows])
        best = Best(study, name, places, self.axes, list(~np.isnan(values)), problems)
        t = np.arange(len(self.axes.years))
        return np.where(best.row >= 0, values[best.row, t], numbers), best.row

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Size along each axis."""
        size = len(self.axes.regions)
        return size, size, len(self.axes.commodities), len(self.axes.years)

    def at(self, array: Vector, o: Vector, d: Vector, c: Vector, t: Vector) -> Vector:
        """The numbers of an array at these positions."""
        places = (0 if size == 1 else p for size, p in zip(array.shape, (o, d, c, t), strict=True))
        return np.broadcast_to(array[tuple(places)], np.broadcast_shapes(*map(np.shape, (o, d, c, t))))

    def get(self, o: str, d: str, c: str, t: int) -> Route | None:
        """The route, or None where nothing may be shipped."""
        axes = self.axes
        key = axes.place[o], axes.place[d], axes.commodity[c], axes.year[t]
        if not self.at(self.there, *key):
            return None
        limit, minimum = float(self.at(self.limit, *key)), float(self.at(self.minimum, *key))
        return Route(
            *(
                float(self.at(a, *key))
                for a in (self.freight, self.tariff, self.export_tax, self.loss, self.content)
            ),
            None if limit == INF else limit,
            minimum or None,
        )

    @cached_property
    def of(self) -> Mapping[Any, Route]:
        """Every route by (o, d, c, t)."""
        return _Named(self)

    def cell(self, column: str, key: Any) -> tuple[str, int, str | int]:
        """Where the limit or minimum of a route is written."""
        o, d, c, t = key
        axes = self.axes
        at = axes.place[o], axes.place[d], axes.commodity[c], axes.year[t]
        by_year = self.limit_row if column == "limit" else self.minimum_row
        if by_year is not None and (row := int(self.at(by_year, *at))) >= 0:
            return f"route_{column}s", row, t
        return "routes", int(self.at(self.by_row, *at)), column

    @cached_property
    def limited_by(self) -> Any:
        """Cell of a route's limit."""
        return _Cells(self, "limit")

    @cached_property
    def bound_by(self) -> Any:
        """Cell of a route's minimum."""
        return _Cells(self, "minimum")


class _Cells:
    def __init__(self, routes: Routes, column: str) -> None:
        self.routes, self.column = routes, column

    def __getitem__(self, key: Any) -> Any:
        return self.routes.cell(self.column, key)


class _Named(Mapping[Any, Route]):
    """Routes by name; each looked up once."""

    def __init__(self, routes: Routes) -> None:
        self.routes = routes
        self.known: dict[Any, Route] = {}

    def __getitem__(self, key: Any) -> Route:
        known = self.known.get(key)
        if known is not None:
            return known
        route = self.routes.get(*key)
        if route is None:
            raise KeyError(key)
        self.known[key] = route
        return route

    def __len__(self) -> int:
        axes = self.routes.axes
        return int(
            np.broadcast_to(
                self.routes.there, (len(axes.regions),) * 2 + (len(axes.commodities), len(axes.years))
            ).sum()
        )

    def __iter__(self) -> Iterator[Any]:
        axes = self.routes.axes
        shape = (len(axes.regions),) * 2 + (len(axes.commodities), len(axes.years))
        for o, d, c, t in np.argwhere(np.broadcast_to(self.routes.there, shape)).tolist():
            yield axes.regions[o], axes.regions[d], axes.commodities[c], axes.years[t]


class Arcs(Mapping[Any, Route]):
    """Shipments that can be of use, as columns, and as a mapping from (o, d, c, t) to their route.

    Positions `o` (region), `d` (place), `r` (its region), `c`, `t`; numbers as those of `Routes`.
    """

    def __init__(
        self, routes: Routes, axes: Axes, places: Places, o: Vector, d: Vector, c: Vector, t: Vector
    ) -> None:
        region = np.array([axes.place[places.region_of[p]] for p in axes.places])
        self.axes, self.o, self.d, self.c, self.t, self.r = axes, o, d, c, t, region[d]
        self.table = axes.table(o, d, c, t, kinds="odct")
        here = (o, self.r, c, t)
        self.freight, self.tariff, self.export_tax = (
            routes.at(a, *here) for a in (routes.freight, routes.tariff, routes.export_tax)
        )
        self.loss, self.content = routes.at(routes.loss, *here), routes.at(routes.content, *here)
        self.limit, self.minimum = routes.at(routes.limit, *here), routes.at(routes.minimum, *here)

    def __len__(self) -> int:
        return len(self.o)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._routes)

    def __contains__(self, key: object) -> bool:
        return key in self._routes

    def __getitem__(self, key: Any) -> Route:
        return self._routes[key]

    @cached_property
    def _routes(self) -> dict[Any, Route]:
        columns = (
            self.freight,
            self.tariff,
            self.export_tax,
            self.loss,
            self.content,
            self.limit,
            self.minimum,
        )
        made: dict[Any, Route] = {}
        found = {}
        for key, *terms in zip(self.table.keys, *(c.tolist() for c in columns), strict=True):
            route = made.get(known := tuple(terms))
            if route is None:
                freight, tariff, export_tax, loss, content, limit, minimum = known
                most = None if limit == INF else limit
                route = Route(freight, tariff, export_tax, loss, content, most, minimum or None)
                made[known] = route
            found[key] = route
        return found
