"""A study as plain data: years, regions and markets, processes, routes, and what can be made where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

INF = float("inf")
Row = dict[str, Any]


class Route(NamedTuple):
    """USD/kg shipped, shares, t/yr."""

    freight: float
    tariff: float
    tax: float
    loss: float
    content: float
    limit: float
    least: float


@dataclass
class Process:
    """What a tonne of activity `makes` (used: below 0) and costs in the years in which it may run."""

    name: str
    region: str
    technology: str | None
    makes: dict[str, float]
    cost: dict[int, float]
    least: dict[int, float]


@dataclass
class Works:
    """A process or a plant as capacity: `room[t]` (no key: no limit), the load that each of its `users` puts on it,
    and, where it can be built, the yearly `charge` and the years in which capacity built in b is `alive[b]`."""

    name: str
    region: str
    users: dict[str, float]
    room: dict[int, float]
    charge: float = 0.0
    most_a_year: float = INF
    most_in_all: float = INF
    alive: dict[int, list[int]] = field(default_factory=dict)

    def can_run(self, t: int) -> bool:
        buildable = self.most_a_year > 0 and self.most_in_all > 0
        return self.room.get(t, INF) > 0 or (buildable and any(t in years for years in self.alive.values()))


class Data:
    """The numbers of a `floors.Study`, which has checked them."""

    def __init__(self, study: Any) -> None:
        assert study.settings.support_budget is None and study.known_from is None, "not in the oracle"
        self.study, self.settings, self.years = study, study.settings, study.years
        first, rate = self.years[0], self.settings.discount_rate
        self.length = {row["year"]: row["length"] for row in study.rows("years")}
        self.weight = {t: n / (1 + rate) ** (t - first) for t, n in self.length.items()}
        self.role = {row["region"]: row["role"] for row in study.rows("regions")}
        self.members = [r for r, role in self.role.items() if role == "member"]
        self.capped = [r for r, role in self.role.items() if role == "capped"]
        self.commodities = [row["commodity"] for row in study.rows("commodities")]
        self.reference = {
            (r["commodity"], t): p for r in study.rows("reference_prices") for t, p in r["years"].items()
        }
        self.group: dict[str, dict[str, float]] = {c: {c: 1.0} for c in self.commodities}
        for row in study.rows("groups"):
            self.group.setdefault(row["group"], {})[row["commodity"]] = row["weight"]
        self.demand = study.rows("demand")
        self.market = dict(self._markets())
        self.region_of = {r: r for r in self.role} | {name: key[0] for key, name in self.market.items()}
        self.processes = {p.name: p for p in self._processes()}
        self._keep_contracts()
        self.works = {x.name: x for x in self._works()}
        self.route, self.best = cache(self._route), cache(self._best)
        self.can_make = set(self._reach())

    def _markets(self) -> Iterator[tuple[tuple[str, str, str], str]]:
        """A segment that a cap names is a market of its own, in each member that it covers."""
        for cap in self.study.rows("caps"):
            for row in self.demand:
                region, segment, c = row["region"], row["segment"], row["commodity"]
                named = segment == cap["segment"] and c in self.group[cap["commodity"]]
                if named and region in self.members and cap["scope"] in ("bloc", region):
                    yield (region, segment, c), f"{region}/{segment}"

    def place_of(self, row: Row) -> str:
        """Where demand is met: its market, else its region."""
        return self.market.get((row["region"], row["segment"], row["commodity"]), row["region"])

    def places(self, region: str, c: str) -> list[str]:
        """The region and its markets of a commodity."""
        return [
            region,
            *dict.fromkeys(name for (r, _, k), name in self.market.items() if (r, k) == (region, c)),
        ]

    def nodes(self) -> Iterator[tuple[str, str]]:
        """Every place and commodity that can be used there."""
        yield from ((r, c) for r in self.role for c in self.commodities)
        yield from dict.fromkeys((name, c) for (_, _, c), name in self.market.items())

    def table(self, places: list[str], c: str, t: int) -> float:
        """Table demand of a commodity in these places, t/yr."""
        here = (row for row in self.demand if row["commodity"] == c and self.place_of(row) in places)
        return sum(row["years"].get(t, 0.0) for row in here)

    # ------------------------------------------------------------ production

    def _by_year(self, sheet: str, key: str, name: str, column: float | None) -> dict[int, float]:
        """The sheet by year, where blank the column; years without either are left out."""
        rows = [row["years"] for row in self.study.rows(sheet) if row[key] == name]
        found = dict.fromkeys(self.years, column) | (rows[0] if rows else {})
        return {t: v for t, v in found.items() if v is not None}

    def _processes(self) -> Iterator[Process]:
        for row in self.study.rows("processes"):
            name, technology = row["process"], row["technology"]
            first, last = row["first_year"] or -INF, row["last_year"] or INF
            active = [t for t in self.years if first <= t <= last]
            makes = {
                io["commodity"]: io["coefficient"]
                for io in self.study.rows("technologies")
                if io["technology"] == technology and io["coefficient"]
            }
            cost = self._by_year("unit_costs", "process", name, row["unit_cost"])
            least = self._by_year("minimums", "process", name, row["minimum"])
            yield Process(
                name,
                row["region"],
                technology,
                makes if technology else {row["commodity"]: 1.0},
                {t: cost[t] for t in active},
                {t: least[t] for t in active},
            )

    def _keep_contracts(self) -> None:
        """At least the tonnes under contract are made; contracts for one commodity add up."""
        self.contracts: list[tuple[str, str, Row]] = []
        asked: dict[tuple[str, str, int], float] = {}
        for row in self.study.rows("contracts"):
            p = self.processes[row["process"]]
            c = row["commodity"] or next(c for c, a in p.makes.items() if a > 0)
            self.contracts.append((p.name, c, row))
            for t, tonnes in row["years"].items():
                asked[p.name, c, t] = asked.get((p.name, c, t), 0.0) + tonnes
        for (name, c, t), tonnes in asked.items():
            p = self.processes[name]
            if tonnes:
                p.least[t] = max(p.least[t], tonnes / p.makes[c])

    def _works(self) -> Iterator[Works]:
        rows = self.study.rows("processes")
        for row in rows:
            yield self._capacity(row["process"], row["region"], {row["process"]: 1.0}, row)
        for row in self.study.rows("plants"):
            users = [user for user in rows if user["plant"] == row["plant"]]
            if users:
                load = {user["process"]: user["plant_use"] for user in users}
                yield self._capacity(row["plant"], users[0]["region"], load, row)

    def _capacity(self, name: str, region: str, users: dict[str, float], row: Row) -> Works:
        column = 0.0 if row["capacity"] is None and row["capital_cost"] is not None else row["capacity"]
        found = Works(name, region, users, self._by_year("capacities", "process", name, column))
        if row["capital_cost"] is not None:
            q = self.settings.capital_rate if row["rate"] is None else row["rate"]
            life, lead = row["lifetime"], row["lead_time"]
            annuity = q / (1 - (1 + q) ** -life) if q else 1 / life
            found.charge = row["capital_cost"] * annuity
            found.most_a_year = INF if row["max_build"] is None else row["max_build"]
            found.most_in_all = INF if row["max_total"] is None else row["max_total"]
            found.alive = {b: [t for t in self.years if b + lead <= t < b + lead + life] for b in self.years}
        return found

    # ------------------------------------------------------------ routes

    def _best(self, sheet: str, o: str, r: str, c: str, t: int | None) -> Row | None:
        """Of the rows that fit (and are valid in t), the one with most exact names, then most roles."""

        def fits(row: Row) -> bool:
            if o == r and (row["origin"], row["destination"]) != (o, r):
                return False  # only a row that names a region twice changes its shipments to itself
            ends = ((row["origin"], o), (row["destination"], r))
            if not all(name in ("*", region, self.role[region]) for name, region in ends):
                return False
            if row["commodity"] not in ("*", c):
                return False
            if t is None:
                return True
            if sheet == "routes":
                return (row["first_year"] or -INF) <= t <= (row["last_year"] or INF)
            return t in row["years"]

        def exactness(row: Row) -> tuple[int, int]:
            names = (
                (row["origin"] in self.role) + (row["destination"] in self.role) + (row["commodity"] != "*")
            )
            return names, sum(row[end] in self.role.values() for end in ("origin", "destination"))

        return max(filter(fits, self.study.rows(sheet)), key=exactness, default=None)

    def _route(self, o: str, r: str, c: str, t: int) -> Route | None:
        """The terms of shipping c from o to r in t; None where it may not be."""
        row = self.best("routes", o, r, c, t)
        if row is None:
            if self.best("routes", o, r, c, None) if o == r else self.study.has("routes"):
                return None
            row = dict.fromkeys(("limit", "minimum", "content"))

        def number(column: str, default: float, sheet: str | None = None) -> float:
            dated = self.best(sheet, o, r, c, t) if sheet else None
            value = dated["years"][t] if dated else row.get(column, default)
            return default if value is None else value

        abroad = float(o != r)
        return Route(
            number("freight", 0.0),
            abroad * number("tariff", 0.0),
            abroad * number("export_tax", 0.0),
            number("loss", 0.0),
            number("content", float(o in self.capped)),
            number("limit", INF, "route_limits"),
            number("minimum", 0.0, "route_minimums"),
        )

    def open(self, o: str, r: str, c: str, t: int) -> bool:
        route = self.route(o, r, c, t)
        return route is not None and route.limit > 0

    def duty(self, route: Route, c: str, t: int) -> float:
        """Tariff and export tax, USD/kg."""
        share = route.tariff + route.tax
        return share * self.reference[c, t] if share else 0.0

    def _reach(self) -> set[tuple[str, str, int]]:
        """(region, commodity, year) that can be made there: a process runs whose inputs can be had. Volumes play
        no part."""
        piled = {(r["region"], r["commodity"]) for r in self.study.rows("stockpiles") if r["opening"] > 0}
        made: set[tuple[str, str, int]] = set()

        def had(r: str, c: str, t: int) -> bool:
            return (r, c) in piled or any(
                (o, c, t) in made and (o == r or self.open(o, r, c, t)) for o in self.role
            )

        def runs(p: Process, t: int) -> bool:
            return all(x.can_run(t) for x in self.works.values() if p.name in x.users)

        able = [(p, t) for p in self.processes.values() for t in p.cost if runs(p, t)]
        size = -1
        while size < len(made):
            size = len(made)
            for p, t in able:
                if all(a > 0 or had(p.region, c, t) for c, a in p.makes.items()):
                    made |= {(p.region, c, t) for c, a in p.makes.items() if a > 0}
        return made

    def supplier(self, r: str, c: str, t: int) -> str | None:
        """The first capped region that can supply a region."""
        return next((o for o in self.capped if (o, c, t) in self.can_make and self.open(o, r, c, t)), None)
