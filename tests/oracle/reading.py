"""A study as plain data: years, regions and markets, processes, routes, and what can be made where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

INF = float("inf")
Row = dict[str, Any]


def within(row: Row, t: int) -> bool:
    return bool((row["first_year"] or -INF) <= t <= (row["last_year"] or INF))


class Route(NamedTuple):
    """USD/kg shipped, shares, t/yr."""

    freight: float
    tariff: float
    tax: float
    loss: float
    content: float
    limit: float
    least: float
    price: float | None


class Process(NamedTuple):
    """What a tonne of activity `makes` (used: below 0); its unit cost and minimum in the years in which it may run, and
    what it costs, whatever it is offered at."""

    name: str
    region: str
    technology: str | None
    makes: dict[str, float]
    cost: dict[int, float]
    least: dict[int, float]
    basis: dict[int, float]


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
        built = (
            self.most_a_year > 0 and self.most_in_all > 0 and any(t in years for years in self.alive.values())
        )
        return built or self.room.get(t, INF) > 0


class Data:
    """The numbers of a `floors.Study`, which has checked them."""

    def __init__(self, study: Any) -> None:
        assert study.settings.support_budget is None and study.known_from is None, "not in the oracle"
        self.study, self.settings, self.years, rows = study, study.settings, study.years, study.rows
        first, rate = self.years[0], self.settings.discount_rate
        self.plan_choice = getattr(study.settings, "plan_choice", "any")
        self.length = {row["year"]: row["length"] for row in rows("years")}
        self.weight = {t: n / (1 + rate) ** (t - first) for t, n in self.length.items()}
        self.before = dict(zip(self.years[1:], self.years, strict=False))
        self.role = {row["region"]: row["role"] for row in rows("regions")}
        self.held = {(r, t): role for r, role in self.role.items() for t in self.years}
        self.held |= {(row["region"], t): role for row in rows("roles") for t, role in row["years"].items()}
        self.members, self.capped = (
            [r for r in self.role if any(self.held[r, t] == role for t in self.years)]
            for role in ("member", "capped")
        )
        self.let_off = {row["region"] for row in rows("regions") if row["equivalent"]}
        self.commodities = [row["commodity"] for row in rows("commodities")]
        self.reference = {
            (r["commodity"], t): p for r in rows("reference_prices") for t, p in r["years"].items()
        }
        self.group: dict[str, dict[str, float]] = {c: {c: 1.0} for c in self.commodities}
        for row in rows("groups"):
            self.group.setdefault(row["group"], {})[row["commodity"]] = row["weight"]
        self.demand = rows("demand")
        self.market = dict(self._markets())
        self.region_of = {r: r for r in self.role} | {name: key[0] for key, name in self.market.items()}
        self.processes = {row["process"]: self._process(row) for row in rows("processes")}
        self.contracts = list(self._contracts())
        self.works = list(self._works())
        self.route, self.best = cache(self._route), cache(self._best)
        self.can_make = self._reach()

    def _markets(self) -> Iterator[tuple[tuple[str, str, str], str]]:
        """A segment that a cap names is a market of its own, in each member that it covers."""
        for cap in self.study.rows("caps"):
            for row in self.demand:
                region, segment, c = row["region"], row["segment"], row["commodity"]
                named = segment == cap["segment"] and c in self.group[cap["commodity"]]
                if named and region in self.members and cap["scope"] in ("bloc", region):
                    yield (region, segment, c), f"{region}/{segment}"

    def is_member(self, r: str, t: int) -> bool:
        """Whether a region is a member in a year; `members` are those of any."""
        return self.held[r, t] == "member"

    def is_charged(self, r: str, t: int, everyone: bool) -> bool:
        """Whether a region may pay a minimum or a levy of its own in a year: if it is capped, or everyone abroad does
        and it has no equivalent floor."""
        return self.is_capped(r, t) or (everyone and not self.is_member(r, t) and r not in self.let_off)

    def is_capped(self, r: str, t: int) -> bool:
        return self.held[r, t] == "capped"

    def place_of(self, row: Row) -> str:
        """Where demand is met: its market, else its region."""
        region: str = row["region"]
        return self.market.get((region, row["segment"], row["commodity"]), region)

    def places(self, r: str, c: str, segment: str | None = None) -> list[str]:
        """The region and its markets of a commodity; of a segment its market alone."""
        markets = [
            name for (m, g, k), name in self.market.items() if (m, k) == (r, c) and segment in (None, g)
        ]
        return markets if segment else [r, *markets]

    def nodes(self) -> Iterator[tuple[str, str]]:
        """Every place and commodity that can be used there."""
        return ((d, c) for r in self.role for c in self.commodities for d in self.places(r, c))

    def table(self, places: list[str], c: str, t: int) -> float:
        """Table demand of a commodity in these places, t/yr."""
        here = (row for row in self.demand if row["commodity"] == c and self.place_of(row) in places)
        return sum(row["years"].get(t, 0.0) for row in here)

    def rule(self, name: str) -> dict[tuple[str, int], float]:
        """A rule on floors by commodity and year; a row that names the commodity replaces `*`."""
        rows = (row for row in self.study.rows("floor_rules") if row["rule"] == name and row["years"])
        years = {row["commodity"]: row["years"] for row in rows}
        return {(c, t): v for c in self.commodities for t, v in years.get(c, years.get("*", {})).items()}

    def _by_year(self, sheet: str, name: str, column: float | None) -> dict[int, float]:
        """The sheet by year, where blank the column; years without either are left out."""
        given: dict[int, float] = next(
            (row["years"] for row in self.study.rows(sheet) if row["process"] == name), {}
        )
        return {t: v for t, v in (dict.fromkeys(self.years, column) | given).items() if v is not None}

    def _process(self, row: Row) -> Process:
        name, technology = row["process"], row["technology"]
        active = [t for t in self.years if within(row, t)]
        io = {
            r["commodity"]: r["coefficient"]
            for r in self.study.rows("technologies")
            if r["technology"] == technology
        }
        makes = {c: a for c, a in io.items() if a} if technology else {row["commodity"]: 1.0}
        cost, least = (self._by_year(f"{k}s", name, row[k]) for k in ("unit_cost", "minimum"))
        return Process(
            name,
            row["region"],
            technology,
            makes,
            {t: cost[t] for t in active},
            {t: least[t] for t in active},
            {t: self._basis(row, t, cost[t]) for t in active},
        )

    def _basis(self, row: Row, t: int, cost: float) -> float:
        """As given; else where it is an offer, the cost before any scenario."""
        if row["cost_basis"] is not None:
            return float(row["cost_basis"])
        if self.role[row["region"]] != "capped":
            return cost
        base = self.study.base
        (single,) = (one["unit_cost"] for one in base.rows("processes") if one["process"] == row["process"])
        years = [one["years"] for one in base.rows("unit_costs") if one["process"] == row["process"]]
        return float(years[0].get(t, single) if years else single)

    def _contracts(self) -> Iterator[tuple[Process, str, Row]]:
        """What is under contract is made at the least; contracts for one commodity add up."""
        asked: dict[tuple[str, str, int], float] = {}
        for row in self.study.rows("contracts"):
            p = self.processes[row["process"]]
            c = row["commodity"] or next(c for c, a in p.makes.items() if a > 0)
            yield p, c, row
            for t, tonnes in row["years"].items():
                asked[p.name, c, t] = asked.get((p.name, c, t), 0.0) + tonnes
                if tonnes:
                    p.least[t] = max(p.least[t], asked[p.name, c, t] / p.makes[c])

    def _works(self) -> Iterator[Works]:
        processes = self.study.rows("processes")
        for row in processes:
            yield self._capacity(row["process"], row["region"], {row["process"]: 1.0}, row)
        for row in self.study.rows("plants"):
            users = [user for user in processes if user["plant"] == row["plant"]]
            if users:
                load = {user["process"]: user["plant_use"] for user in users}
                yield self._capacity(row["plant"], users[0]["region"], load, row)

    def _capacity(self, name: str, region: str, users: dict[str, float], row: Row) -> Works:
        buildable = row["capital_cost"] is not None
        column = 0.0 if row["capacity"] is None and buildable else row["capacity"]
        found = Works(name, region, users, self._by_year("capacities", name, column))
        if buildable:
            q = self.settings.capital_rate if row["rate"] is None else row["rate"]
            life, lead = row["lifetime"], row["lead_time"]
            found.charge = row["capital_cost"] * (q / (1 - (1 + q) ** -life) if q else 1 / life)
            found.most_a_year = INF if row["max_build"] is None else row["max_build"]
            found.most_in_all = INF if row["max_total"] is None else row["max_total"]
            found.alive = {b: [t for t in self.years if b + lead <= t < b + lead + life] for b in self.years}
        return found

    def _best(self, sheet: str, o: str, r: str, c: str, t: int | None) -> Row | None:
        """Of the rows that fit (and are valid in t), the one with most exact names, then most roles."""

        def fits(row: Row) -> bool:
            ends = ((row["origin"], o), (row["destination"], r))
            if o == r and any(name != region for name, region in ends):
                return False  # only a row that names a region twice changes its shipments to itself
            roles = {region: self.role[region] if t is None else self.held[region, t] for region in (o, r)}
            if not all(name in ("*", region, roles[region]) for name, region in ends):
                return False
            if t is not None and sheet != "routes" and t not in row["years"]:
                return False
            if t is not None and sheet == "routes" and not within(row, t):
                return False
            return row["commodity"] in ("*", c)

        def exactness(row: Row) -> tuple[int, int]:
            ends = row["origin"], row["destination"]
            return (
                sum(name in self.role for name in ends) + (row["commodity"] != "*"),
                sum(name in ("member", "capped", "other") for name in ends),
            )

        return max(filter(fits, self.study.rows(sheet)), key=exactness, default=None)

    def _route(self, o: str, r: str, c: str, t: int) -> Route | None:
        """The terms of shipping c from o to r in t; None where it may not be."""
        row = self.best("routes", o, r, c, t) or {}
        if not row and (self.best("routes", o, r, c, None) if o == r else self.study.has("routes")):
            return None

        def number(column: str, default: float, sheet: str = "") -> float:
            dated = self.best(sheet, o, r, c, t) if sheet else None
            value = dated["years"][t] if dated else row.get(column)
            return default if value is None else value

        duties = (0.0, 0.0) if o == r else (number("tariff", 0.0), number("export_tax", 0.0))
        content, limit = number("content", float(self.is_capped(o, t))), number("limit", INF, "route_limits")
        least = number("minimum", 0.0, "route_minimums")
        price = row.get("price")
        return Route(number("freight", 0.0), *duties, number("loss", 0.0), content, limit, least, price)

    def exempt(self, o: str, r: str, c: str, t: int) -> float:
        """t/yr of a pair that pay no levy."""
        row = self.best("exemptions", o, r, c, t) if self.study.has("exemptions") else None
        return float(row["years"][t]) if row else 0.0

    def open(self, o: str, r: str, c: str, t: int) -> bool:
        route = self.route(o, r, c, t)
        return route is not None and route.limit > 0

    def duties(self, route: Route, c: str, t: int) -> tuple[float, float]:
        """Tariff and export tax, USD/kg; both are shares of the reference price."""
        if not (route.tariff or route.tax):
            return 0.0, 0.0
        return route.tariff * self.reference[c, t], route.tax * self.reference[c, t]

    def _reach(self) -> set[tuple[str, str, int]]:
        """(region, commodity, year) that can be made there: a process runs whose inputs can be had. Volumes play
        no part."""
        piled = {(r["region"], r["commodity"]) for r in self.study.rows("stockpiles") if r["opening"] > 0}
        made: set[tuple[str, str, int]] = set()

        def had(r: str, c: str, t: int) -> bool:
            return (r, c) in piled or any(
                (o, c, t) in made and (o == r or self.passable(o, r, c, t)) for o in self.role
            )

        def runs(p: Process, t: int) -> bool:
            return all(x.can_run(t) for x in self.works if p.name in x.users)

        able = [(p, t) for p in self.processes.values() for t in p.cost if runs(p, t)]
        while True:
            ready = [(p, t) for p, t in able if all(a > 0 or had(p.region, c, t) for c, a in p.makes.items())]
            more = {(p.region, c, t) for p, t in ready for c, a in p.makes.items() if a > 0}
            if more == made:
                return made
            made = more

    def supplier(self, r: str, c: str, t: int, linked: bool = True) -> str | None:
        """The first capped region that can supply a region; not `linked`, by a way that takes no link."""
        open_ = self.passable if linked else self.open
        able = (o for o in self.role if self.is_capped(o, t) and (o, c, t) in self.can_make)
        return next((o for o in able if open_(o, r, c, t)), None)

    def passable(self, o: str, r: str, c: str, t: int) -> bool:
        """Open, and where a link is needed one stands or can be built."""
        from tests.oracle import links

        return self.open(o, r, c, t) and links.passable(self, o, r, c, t)
