"""From a study to a case: every number the sourcing LP and the accounts need, keyed by what exists."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from floors.case.arcs import Arcs, Leaks
from floors.case.axes import Axes, Ways
from floors.case.border import Border, Floor, LevyKey, derive_border
from floors.case.calendar import Calendar, derive_calendar
from floors.case.caps import Cap, derive_caps
from floors.case.contracts import Contract, derive_contracts, keep_contracts
from floors.case.counted import Counted, Scopes
from floors.case.demand import Demand, Key, derive_demand
from floors.case.exemptions import Exempt, Exemptions, derive_equivalent, derive_exemptions
from floors.case.links import Links, check_links, derive_links
from floors.case.places import Places, derive_places
from floors.case.production import Production, derive_production
from floors.case.reach import Reach, derive_reach
from floors.case.renaming import check_renaming
from floors.case.routes import Routes, derive_routes
from floors.case.spots import Returned, Spots, returned_by, spots_of
from floors.case.stock_parts import in_parts
from floors.case.stocks import Stocks, derive_stocks
from floors.case.tag_checks import check_tags
from floors.case.tags import Tags, derive_tags, paired, with_modes
from floors.errors import InputError, Problem
from floors.lp.labels import KeyTable, Labels, Vector
from floors.stopping import seconds_left
from floors.study.locate import group
from floors.study.study import Study

Arc = tuple[str, str, str, int]  # origin region, destination place, commodity, year


@dataclass(frozen=True, kw_only=True)
class Case:
    """A study ready to be solved. `policy` False is the baseline: no caps, no rules, the same markets.

    `arcs[o, d, c, t]` are the shipments that can be of use; `reference[c, t]` in USD/kg; `notes` are
    warnings that belong in the result.
    """

    study: Study
    calendar: Calendar
    places: Places
    commodities: tuple[str, ...]
    reference: dict[tuple[str, int], float]
    production: Production
    routes: Routes
    links: Links
    reach: Reach
    demand: Demand
    stocks: Stocks
    caps: tuple[Cap, ...]
    border: Border
    arcs: Arcs
    exemptions: Exemptions
    policy: bool = True
    notes: tuple[Problem, ...] = field(default=())
    cuts: dict[Key, tuple[float, ...]] = field(default_factory=dict)
    contracts: tuple[Contract, ...] = ()

    @property
    def names(self) -> Labels:
        """Names and years as integers."""
        return self.arcs.axes.labels

    @cached_property
    def scopes(self) -> Scopes:
        """Which arrivals fall under which cap."""
        return Scopes(self.caps, self.arcs.axes)

    @cached_property
    def counted(self) -> Counted:
        """Which shipments count under which cap."""
        return Counted(self.scopes, self.caps, self.arcs.axes, self.arcs)

    @cached_property
    def leaks(self) -> Leaks:
        """What leaks past enforcement."""
        return Leaks(self.routes, self.arcs.axes, self.demand.leak)

    @cached_property
    def exempt(self) -> Exempt:
        """Shipments of which some may come without a levy that falls on the rest."""
        arcs, counted = self.arcs, self.counted
        levied = self.pays_minimum(arcs.ways, arcs.content) > 0
        levied[counted.arc[counted.coefficient > 0]] = True
        stands = arcs.axes.filled(dict.fromkeys(self.border.origin, 1.0), "dct") > 0
        held = stands[arcs.d, arcs.axes.plain[arcs.c], arcs.t]
        levied |= held & self.border.levies(self.places)[arcs.o, arcs.t]
        return Exempt(arcs, self.exemptions, levied)

    @cached_property
    def counted_leaks(self) -> Counted:
        """Which leaks count under which cap: none where they are unseen."""
        return Counted(self.scopes, self.caps, self.arcs.axes, self.leaks, unseen=False)

    @cached_property
    def pool(self) -> KeyTable:
        """Where what is clean may be used as any of a tagged commodity: (place, commodity, year)."""
        return paired(self.spots.all, self.tags)

    @cached_property
    def mingled(self) -> KeyTable:
        """Where what is clean may leave as tainted, on a route whose content says that it is: (region, commodity,
        year)."""
        if not self.tags.clean:
            return self.names.table([], 3)
        arcs, marked = self.arcs, mingling(self.arcs.axes, self.places, self.routes)
        on = marked[arcs.o, arcs.r, arcs.c, arcs.t] & np.isin(arcs.c, arcs.axes.tagged[0])
        made = {
            (self.production.region[p], c, t)
            for p in self.production.processes
            for c in self.production.made(p)
            for t in self.production.active[p]
        }
        keys = dict.fromkeys(arcs.table.take(on).pick(0, 2, 3).keys)
        return self.names.table([(o, c, t) for o, c, t in keys if (o, self.tags.clean[c], t) in made], 3)

    @cached_property
    def spots(self) -> Spots:
        """Where what arrives has a balance."""
        return spots_of(self.arcs, self.production, self.demand, self.stocks, self.calendar, self.scopes)

    @cached_property
    def returned(self) -> Returned:
        """What pays the rebate of `use` caps back."""
        return returned_by(self.scopes, self.arcs.axes, self.stocks, self.spots)

    def counted_in(self, shipped: Vector, unused: Vector) -> tuple[Vector, Vector]:
        """What counts against each cap, and all that arrives in its scope, weighted: t per year, [cap, year].

        `shipped` is t per year of each shipment; what leaks is in both, but of a cap that does not see it. Under `use`
        both are after loss, and the second is what is used of it: less `unused`, what is wasted or put away and not
        taken, [place, commodity, year].
        """
        used = arriving = np.zeros((len(self.caps), len(self.arcs.axes.years)))
        for of, tonnes in ((self.counted, shipped), (self.counted_leaks, self.leaks.tonnes)):
            used = used + of.by_cap(tonnes[of.arc] * of.counts)
            arriving = arriving + of.by_cap(tonnes[of.arc] * of.weight)
        return used, arriving - self.unused_in(unused)

    def unused_in(self, unused: Vector) -> Vector:
        """What of t per year [place, commodity, year] is under each `use` cap, weighted, [cap, year]."""
        of = self.scopes
        return of.by_cap(np.where(of.landed, of.weight * unused[of.d, of.c, of.t], 0.0))

    def paid_back_in(self, unused: Vector) -> Vector:
        """What of t per year [place, commodity, year] that is not used stands in the row of each cap, [cap, year]."""
        of = self.scopes
        rebate = of.rebate(np.arange(len(of.cap)))
        return of.by_cap(rebate * unused[of.d, of.c, of.t])

    def declared_in(self, shipped: Vector) -> Vector:
        """What the papers show of what counts against each cap, t per year, [cap, year]: leaks apart."""
        return self.counted.by_cap(shipped[self.counted.arc] * self.counted.counts)

    @cached_property
    def leaked(self) -> dict[tuple[str, int], float]:
        """Coefficient x what leaks under each cap, by name and year, t/yr."""
        counted, years = self.counted_leaks, self.arcs.axes.year
        sums = counted.by_cap(counted.coefficient * self.leaks.tonnes[counted.arc])
        return {(cap.name, t): float(sums[k, years[t]]) for k, cap in enumerate(self.caps) for t in cap.given}

    @cached_property
    def room(self) -> dict[tuple[str, int], float]:
        """The right side of each cap's row, by name and year: its volume less what leaks under it, t/yr."""
        return {
            (cap.name, t): cap.limit[t] - self.leaked[cap.name, t] for cap in self.caps for t in cap.given
        }

    @cached_property
    def weight_at(self) -> Vector:
        """Weight of each year in present value, [year]."""
        return np.array([self.calendar.weight[t] for t in self.arcs.axes.years])

    @cached_property
    def floors_at(self) -> Ways:
        """The ways on which the floors of the border stand, from their capped origins."""
        return self.ways_of(self.border.origin)

    def ways_of(self, floors: Iterable[Floor]) -> Ways:
        """The ways of these floors, from their capped origins."""
        sources = [(f.member, self.border.source(f)) for f in floors]
        return Ways.of(self.arcs.axes, [(o, d, c, t) for d, (o, c, t) in sources])

    @property
    def tags(self) -> Tags:
        """What is kept apart as tainted and clean."""
        return self.arcs.axes.tags

    def levy_key(self, floor: Floor) -> LevyKey:
        """Whose minimum levy the floor has in it."""
        o, name, t = self.border.source(floor)
        region = self.places.region_of[floor.member]
        return (o, region, name, t) if self.links.needed(o, region, name, t) else (o, name, t)

    def pays_minimum(self, ways: Ways, content: Vector) -> Vector:
        """Levies of the minimum rule that one tonne of such content pays on each way."""
        return self.border.pays_minimum(self.places, self.arcs.axes, ways, content)

    @property
    def exporter_keeps(self) -> bool:
        """Whether exporters keep the levies, and not who takes them in."""
        return self.study.settings.rent == "exporter"


def derive(study: Study, *, policy: bool = True, cuts: dict[Key, tuple[float, ...]] | None = None) -> Case:
    """Make a case; raises InputError with every fault that only shows once the sheets are put together, TimeLimit
    where a deadline is over."""
    seconds_left()  # nothing is begun that is not solved any more
    problems: list[Problem] = []
    notes: list[Problem] = list(study.notes)
    calendar = derive_calendar(study)
    places = derive_places(study, notes)
    commodities = tuple(row["commodity"] for row in study.rows("commodities"))
    reference = {
        (row["commodity"], t): p for row in study.rows("reference_prices") for t, p in row["years"].items()
    }
    production = derive_production(study, calendar, places, problems)
    contracts = derive_contracts(study, places, production, problems, notes)
    production = keep_contracts(production, contracts)
    tags = derive_tags(study, places, production, problems)
    production = with_modes(study, production, tags)
    reference |= {(tags.clean[c], t): p for (c, t), p in reference.items() if c in tags.clean}
    axes = Axes.of(places, commodities, calendar, tags)
    routes = derive_routes(study, axes, places, reference, problems)
    links = derive_links(study, axes, calendar, routes)
    check_links(study, routes, links, problems)
    reach = derive_reach(study, axes, production, routes, links)
    exemptions = derive_exemptions(study, places, axes, problems)
    demand = derive_demand(study, calendar, places, routes, reach, reference, cuts or {}, problems, notes)
    stocks = in_parts(study, derive_stocks(study, calendar, reference, problems), tags)
    caps = derive_caps(study, places, production.untagged, demand, problems, notes)
    check_renaming(study, places, production.untagged, caps, problems)
    check_tags(study, production.untagged, tags, problems, notes)
    scopes = Scopes(caps, axes)
    equivalent = derive_equivalent(study, places, problems, notes)
    border = derive_border(
        study, calendar, places, commodities, routes, links, reach, scopes, reference, problems, equivalent
    )
    if not policy:
        caps, border = (), Border.without_rules(study.settings.levy_on)
        scopes = Scopes(caps, axes)
    works = derive_works(axes, production)
    arcs = works.arcs(routes, shipped(places, works, routes, demand, stocks, scopes, border))
    check_tariffs(arcs, reference, problems)
    if problems:
        raise InputError(group(problems))
    return Case(
        study=study,
        calendar=calendar,
        places=places,
        commodities=commodities,
        reference=reference,
        production=production,
        routes=routes,
        links=links,
        reach=reach,
        demand=demand,
        stocks=stocks,
        caps=caps,
        border=border,
        arcs=arcs,
        exemptions=exemptions,
        policy=policy,
        notes=tuple(notes),
        cuts=dict(cuts or {}),
        contracts=contracts,
    )


@dataclass(frozen=True)
class Works:
    """What processes may make and use where and when, whatever their room: `made` and `used` [region, commodity,
    year]; `turn` [commodity, year] is the order in which they first make something, -1 where none does."""

    made: Vector
    used: Vector
    turn: Vector

    def arcs(self, routes: Routes, shipped: Vector) -> Arcs:
        """Shipments [region, place, commodity, year] as columns, in the order in which they can first be made."""
        o, d, c, t = np.nonzero(shipped)
        order = np.argsort((self.turn[c, t] * shipped.shape[0] + o) * shipped.shape[1] + d)
        return Arcs(routes, routes.axes, o[order], d[order], c[order], t[order])


def derive_works(axes: Axes, production: Production) -> Works:
    """Who may make and use what, from sheets processes and technologies alone."""
    made = np.zeros((len(axes.regions), len(axes.commodities), len(axes.years)), dtype=bool)
    used = np.zeros_like(made)
    turn = np.full(made.shape[1:], -1)
    goods: dict[tuple[int, int], None] = {}
    for p in production.processes:
        o, ts = axes.place[production.region[p]], axes.dates(production.active[p])
        cs = axes.goods(production.made(p))
        made[o, cs[:, None], ts] = True
        used[o, axes.goods(production.used(p))[:, None], ts] = True
        goods.update(dict.fromkeys((c, t) for t in ts.tolist() for c in cs.tolist()))
    if goods:
        turn[tuple(zip(*goods, strict=True))] = np.arange(len(goods))
    return Works(made, used, turn)


def sold_at(axes: Axes, places: Places) -> Vector:
    """Which places can hold a commodity at all [place, commodity]: every region, and a market its own."""
    sold = np.zeros((len(axes.places), len(axes.commodities)), dtype=bool)
    sold[: len(axes.regions)] = True
    for (_, _, c), name in places.markets.items():
        sold[axes.place[name], axes.plain == axes.commodity[c]] = True
    return sold


def shipped(
    places: Places,
    works: Works,
    routes: Routes,
    demand: Demand,
    stocks: Stocks,
    scopes: Scopes,
    border: Border,
) -> Vector:
    """Shipments that can be of use, [region, place, commodity, year]: from where a process makes the commodity to
    where it is wanted, or contracted to go."""
    axes = routes.axes
    wanted = wanted_at(axes, works, demand, stocks, scopes, border) & sold_at(axes, places)[..., None]
    plain, clean = axes.tagged
    wanted[:, clean] |= wanted[:, plain]
    there: Vector = routes.there[:, axes.home] & works.made[:, None] & wanted
    if (routes.minimum > 0).any():
        there[:, : len(axes.regions)] |= routes.there & (routes.minimum > 0) & works.made[:, None]
    if len(clean):
        marked = mingling(axes, places, routes)[:, axes.home]
        there[:, :, plain] |= there[:, :, clean] & marked[:, :, clean]
        there &= ~marked | ~np.isin(np.arange(len(axes.commodities)), clean)[:, None]
    return there


def mingling(axes: Axes, places: Places, routes: Routes) -> Vector:
    """Routes on which what is clean arrives tainted, since more of it than may be is of capped origin: [region,
    region, commodity, year]."""
    outside = ~places.is_role("capped")
    over = routes.there & (routes.content > axes.tags.most)
    found: Vector = np.broadcast_to(over, routes.shape) & outside[:, None, None]
    return found


def wanted_at(
    axes: Axes,
    works: Works,
    demand: Demand,
    stocks: Stocks,
    scopes: Scopes,
    border: Border,
) -> Vector:
    """Where which commodity is used, counted or held up: [place, commodity, year].

    A place that cannot use a commodity can gain from its arrival only by a take-or-pay contract; elsewhere the
    shipment would never pay. Where a floor stands its caps need their rows even so, since their duals are part
    of the floor.
    """
    wanted = np.zeros((len(axes.places), len(axes.commodities), len(axes.years)), dtype=bool)
    wanted[: len(axes.regions)] = works.used
    keys = [*((d, c, t) for d, _, c, t in demand.quantity), *border.origin]
    wanted[axes.at(keys, "dct")] = True
    for s in stocks.piles.values():
        wanted[axes.place[s.region], axes.commodity[s.commodity]] = True
    return wanted


def check_tariffs(arcs: Arcs, reference: dict[tuple[str, int], float], problems: list[Problem]) -> None:
    """Tariffs and export taxes are shares of a reference price: it must be there."""
    axes = arcs.axes
    known = axes.filled(dict.fromkeys(reference, 1.0), "ct") > 0
    bad = ((arcs.tariff != 0) | (arcs.export_tax != 0)) & ~known[arcs.c, arcs.t]
    missing: dict[str, tuple[int, str]] = {}
    for i in np.flatnonzero(bad).tolist():
        pair = f"{axes.places[arcs.o[i]]} to {axes.places[arcs.d[i]]}"
        missing.setdefault(axes.commodities[axes.plain[arcs.c[i]]], (axes.years[arcs.t[i]], pair))
    for c, (t, pair) in missing.items():
        problems.append(
            Problem(
                "reference_prices",
                "",
                None,
                f"the tariff or export tax on {c} ({pair}) is a share of its reference price; found none in {t}.",
                f"Add a row for {c} with every year.",
                "missing_reference",
            )
        )
