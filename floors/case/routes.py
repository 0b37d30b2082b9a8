"""Routes between regions: arrays over origin, destination, commodity and year, and one by one for who has names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from floors.case.axes import Axes
from floors.case.places import ROLES, Places
from floors.errors import Problem
from floors.lp.labels import Vector
from floors.study.study import Study

INF = float("inf")
KEPT = 1 << 20  # cells of a match of rows that is kept
NUMBERS = (
    "there",
    "freight",
    "loss",
    "tariff",
    "export_tax",
    "content",
    "limit",
    "minimum",
    "price",
)  # of Routes
OF_ROUTE = ("freight", "tariff", "export_tax", "loss", "content", "limit", "minimum")
ROWS = ("by_row", "limit_row", "minimum_row")  # of Routes: where its numbers are written


@dataclass(frozen=True, kw_only=True)
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


class Best:
    """For each pair of regions, commodity and year the one row of a sheet that fits it most exactly, -1 for none.

    `row` is [o, d, c, t], with a single t where no row of the sheet depends on the year; `named` [o, d, c] is
    where some row fits in some year. Both are kept for studies that differ in numbers alone, and never written to.
    """

    row: Vector
    named: Vector

    def __init__(
        self,
        study: Study,
        name: str,
        places: Places,
        axes: Axes,
        valid: list[Vector],
        problems: list[Problem],
    ) -> None:
        keys = tuple((row["origin"], row["destination"], row["commodity"]) for row in study.rows(name))
        turns = places.changes and any({origin, destination} & {*ROLES} for origin, destination, _ in keys)
        dated = turns or any(not years.all() for years in valid)
        when = slice(None) if turns else slice(1)  # one year where nobody changes roles
        shape = (len(axes.regions), len(axes.commodities), len(axes.years) if dated else 1)
        match = _matched if shape[0] ** 2 * shape[1] * shape[2] <= KEPT else _matched.__wrapped__
        self.row, self.named, met = match(
            keys,
            np.array(valid, dtype=bool).tobytes(),
            len(axes.years),
            tuple((role, places.is_role(role)[:, when].tobytes()) for role in ROLES),
            axes.regions,
            axes.commodities,
            tuple(axes.plain.tolist()),
            dated,
        )
        for at, first, second in met:
            _tie(study, name, axes, first, second, at, problems)


@lru_cache(maxsize=8)
def _matched(
    rows: tuple[tuple[str, str, str], ...],
    valid_in: bytes,
    years: int,
    roles: tuple[tuple[str, bytes], ...],
    regions: tuple[str, ...],
    commodities: tuple[str, ...],
    plain: tuple[int, ...],
    dated: bool,
) -> tuple[Vector, Vector, list[tuple[tuple[int, ...], int, int]]]:
    """Row and named of `Best`, and the first place of each two rows that fit it equally well. `rows` name origin,
    destination and commodity, `valid_in` [row, year] and `roles` [region, year] are bool vectors."""
    size, place = len(regions), {r: i for i, r in enumerate(regions)}
    valid = np.frombuffer(valid_in, dtype=bool).reshape(len(rows), years)
    best = np.full((size, size, len(commodities), years if dated else 1), -1, dtype=np.int32)
    named = np.zeros(best.shape[:3], dtype=bool)
    rank = np.full(best.shape, -1, dtype=np.int8)
    which = {role: np.frombuffer(held, dtype=bool).reshape(size, -1) for role, held in roles} | {
        r: np.arange(size)[:, None] == o for r, o in place.items()
    }
    which["*"] = np.ones((size, 1), dtype=bool)
    goods = {c: np.flatnonzero(np.array(plain) == k) for k, c in enumerate(commodities)} | {
        "*": np.arange(len(commodities))
    }
    tied: list[tuple[int, int, Any, Vector]] = []

    def exactness(i: int) -> tuple[int, ...]:
        """Names, then roles; of equals the one exact about the origin, then the destination, then the first."""
        kinds = [2 if key in place else 1 if key in ROLES else 0 for key in rows[i][:2]]
        good = int(rows[i][2] != "*")
        return kinds.count(2) + good, kinds.count(1), *kinds, good, -i

    for i in sorted(range(len(rows)), key=exactness):  # the most exact last
        origin, destination, good = rows[i]
        pair = which[origin][:, None] & which[destination]  # [o, d, t]
        if not (origin == destination and origin in place):
            pair[np.arange(size), np.arange(size)] = (
                False  # a region's own shipments only where a row names it twice
            )
        if pair.shape[2] > 1:
            o, d, t = np.nonzero(pair & valid[i])
            cells = o[:, None], d[:, None], goods[good], t[:, None]
        else:
            o, d, _ = np.nonzero(pair)
            t = np.flatnonzero(valid[i]) if dated else np.zeros(1, dtype=int)
            cells = o[:, None, None], d[:, None, None], goods[good][:, None], t
        names, of_roles, *_ = exactness(i)
        level = 10 * names + of_roles
        equal = rank[cells] == level
        if equal.any():
            there = best[cells]
            for other in np.unique(there[equal]).tolist():
                tied.append((i, other, cells, equal & (there == other)))
        best[cells], rank[cells] = i, level
        named[o[:, None], d[:, None], goods[good]] = True
    met = []
    for first, second, cells, equal in tied:
        left = np.argwhere(equal & (best[cells] == first))  # no better row, and none before it, fits there
        if len(left):
            at = tuple(int(np.broadcast_to(part, equal.shape)[tuple(left[0])]) for part in cells)
            met.append((at, first, second))
    best.flags.writeable = named.flags.writeable = False
    return best, named, sorted(met)


def _tie(
    study: Study, name: str, axes: Axes, first: int, second: int, at: tuple[int, ...], problems: list[Problem]
) -> None:
    o, d, c, t = at
    pair = f"{axes.regions[o]} to {axes.regions[d]}, {axes.commodities[c]}, {axes.years[t]}"
    other = study.value_cell(name, first, "origin")
    message = f"this row and the one at {other} fit {pair} equally well."
    hint = "Name one more of origin, destination and commodity exactly, or make the years differ."
    problems.append(study.problem(name, second, "origin", message, hint, code="route_tie"))


@dataclass(frozen=True, eq=False, kw_only=True)
class Routes:
    """Routes between regions as arrays [o, d, c, t]; a single t where nothing depends on it.

    `there` is where a route is valid; `freight` USD/kg; shares `tariff`, `export_tax`, `loss`, `content`; `limit`
    (infinite: none) and `minimum` (0: none) in t/yr, `price` (infinite: the market's) at which a minimum settles,
    USD/kg ex works. `by_row`, `limit_row`, `minimum_row` are the records behind them
    in sheets routes, route_limits and route_minimums (-1: none; None: no such sheet). `reference` [c, t] is the price
    that tariffs and export taxes are shares of, USD/kg, 0 where there is none. `get` and `of` speak by name.
    """

    axes: Axes
    reference: Vector
    there: Vector
    freight: Vector
    loss: Vector
    tariff: Vector
    export_tax: Vector
    content: Vector
    limit: Vector
    minimum: Vector
    price: Vector
    by_row: Vector
    limit_row: Vector | None
    minimum_row: Vector | None

    @cached_property
    def open(self) -> Vector:
        """Where a route is valid and its limit is not 0."""
        found: Vector = self.there & (self.limit != 0)
        return found

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Size along each axis."""
        size = len(self.axes.regions)
        return size, size, len(self.axes.commodities), len(self.axes.years)

    def at(self, array: Vector, o: Vector, d: Vector, c: Vector, t: Vector) -> Vector:
        """The numbers of an array at these positions."""
        places = (0 if size == 1 else p for size, p in zip(array.shape, (o, d, c, t), strict=True))
        return np.broadcast_to(array[tuple(places)], np.broadcast_shapes(*map(np.shape, (o, d, c, t))))

    def content_at(self, *way: Vector) -> Vector:
        """The content of routes at these positions; 0 where nothing may be shipped."""
        return np.where(self.at(self.there, *way), self.at(self.content, *way), 0.0)

    def carriage(self, *way: Vector) -> Vector:
        """Freight, tariff and export tax at these positions, USD/kg shipped."""
        freight, tariff, tax = (self.at(a, *way) for a in (self.freight, self.tariff, self.export_tax))
        found: Vector = freight + duty(tariff, tax, self.reference[way[2:]])
        return found

    def columns(self, at: tuple[Vector, Vector, Vector, Vector], *names: str) -> Iterator[Vector]:
        """The numbers of these arrays at positions (o, d, c, t), as columns."""
        place: dict[tuple[int, ...], Vector] = {}
        for array in (getattr(self, name) for name in names):
            if array.shape not in place:
                one_year = array.shape[3] == 1
                place[array.shape] = np.ravel_multi_index(
                    (*at[:3], np.zeros_like(at[3]) if one_year else at[3]), array.shape
                )
            yield array.ravel()[place[array.shape]]

    def _one(self, array: Vector, o: str, d: str, c: str, t: int) -> Any:
        """The number of an array for this pair, commodity and year."""
        axes = self.axes
        year = axes.year[t] if array.shape[3] > 1 else 0
        return array.item(axes.place[o], axes.place[d], axes.commodity[c], year)

    def get(self, o: str, d: str, c: str, t: int) -> Route | None:
        """The route, or None where nothing may be shipped."""
        key = o, d, c, t
        if not self._one(self.there, *key):
            return None
        return route_of(tuple(self._one(getattr(self, name), *key) for name in OF_ROUTE))

    @cached_property
    def of(self) -> Mapping[Any, Route]:
        """Every route by (o, d, c, t)."""
        return _Named(self)

    def cell(self, column: str, key: Any) -> tuple[str, int, str | int]:
        """Where the limit or minimum of a route is written."""
        by_year = self.limit_row if column == "limit" else self.minimum_row
        if by_year is not None and (row := self._one(by_year, *key)) >= 0:
            return f"route_{column}s", row, key[3]
        return "routes", self._one(self.by_row, *key), column

    def rows(self, o: str, d: str, c: str, t: int) -> tuple[int | None, ...]:
        """Records of routes, route_limits and route_minimums behind a route, None where a sheet has none."""
        sheets = (self.by_row, self.limit_row, self.minimum_row)
        found = (-1 if rows is None else self._one(rows, o, d, c, t) for rows in sheets)
        return tuple(None if row < 0 else row for row in found)


def duty(tariff: Vector, export_tax: Vector, reference: Vector) -> Vector:
    """What a kg pays at the border in all, USD: both are shares of the reference price."""
    found: Vector = (tariff + export_tax) * reference
    return found


def route_of(numbers: tuple[float, ...]) -> Route:
    """A route from its numbers in the order of OF_ROUTE."""
    freight, tariff, export_tax, loss, content, limit, minimum = numbers
    return Route(
        freight=freight,
        tariff=tariff,
        export_tax=export_tax,
        loss=loss,
        content=content,
        limit=None if limit == INF else limit,
        minimum=minimum or None,
    )


def derive_routes(
    study: Study,
    axes: Axes,
    places: Places,
    reference: Mapping[tuple[str, int], float],
    problems: list[Problem],
) -> Routes:
    """Sheets routes, route_limits and route_minimums for every pair of regions, commodity and year."""
    rows, years = study.rows("routes"), np.array(axes.years)
    spans = [
        (years >= (-INF if r["first_year"] is None else r["first_year"]))
        & (years <= (INF if r["last_year"] is None else r["last_year"]))
        for r in rows
    ]
    best = Best(study, "routes", places, axes, spans, problems)
    own = np.eye(len(axes.regions), dtype=bool)[:, :, None, None]
    held = places.is_role("capped")
    turns = (held != held[:, :1]).any()
    capped = held[:, None, None, slice(None) if turns else slice(1)]

    def column(name: str, default: float) -> Vector:
        return by_row(rows, name, default, best.row)

    content = column("content", np.nan)
    limit, limit_row = best_by_year(study, "route_limits", column("limit", INF), places, axes, problems)
    minimum, minimum_row = best_by_year(
        study, "route_minimums", column("minimum", 0.0), places, axes, problems
    )
    return Routes(
        axes=axes,
        reference=axes.filled(reference, "ct"),
        there=(best.row >= 0) | (~best.named[..., None] & (own | (not study.has("routes")))),
        freight=column("freight", 0.0),
        loss=column("loss", 0.0),
        tariff=np.where(own, 0.0, column("tariff", 0.0)),
        export_tax=np.where(own, 0.0, column("export_tax", 0.0)),
        content=np.where(np.isnan(content), capped, content),
        limit=limit,
        minimum=minimum,
        price=column("price", INF),
        by_row=best.row,
        limit_row=limit_row,
        minimum_row=minimum_row,
    )


def by_row(rows: Sequence[dict[str, Any]], name: str, default: float, of: Vector) -> Vector:
    """A column of sheet routes where its records are these (-1: the default)."""
    numbers = [default if row[name] is None else float(row[name]) for row in rows]
    found: Vector = np.array([*numbers, default])[of]
    return found


def best_by_year(
    study: Study, name: str, numbers: Vector, places: Places, axes: Axes, problems: list[Problem]
) -> tuple[Vector, Vector | None]:
    """Numbers [o, d, c, t], and in their place those of a sheet by pair and year, with the records they are from."""
    rows = study.rows(name)
    if not rows:
        return numbers, None
    values = np.array([[r["years"].get(t, np.nan) for t in axes.years] for r in rows])
    best = Best(study, name, places, axes, list(~np.isnan(values)), problems)
    t = np.arange(len(axes.years))
    return np.where(best.row >= 0, values[best.row, t], numbers), best.row


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
        return int(np.broadcast_to(self.routes.there, self.routes.shape).sum())

    def __iter__(self) -> Iterator[Any]:
        axes = self.routes.axes
        for o, d, c, t in np.argwhere(np.broadcast_to(self.routes.there, self.routes.shape)).tolist():
            yield axes.regions[o], axes.regions[d], axes.commodities[c], axes.years[t]
