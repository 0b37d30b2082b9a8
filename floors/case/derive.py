"""From a study to a case: every number the sourcing LP and the accounts need, keyed by what exists."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from floors.case.border import Border, FloorsAt, derive_border
from floors.case.calendar import Calendar, derive_calendar
from floors.case.caps import Cap, derive_caps
from floors.case.contracts import Contract, derive_contracts, keep_contracts
from floors.case.counted import Counted, Scopes
from floors.case.demand import Demand, Key, derive_demand
from floors.case.grid import Arcs, Axes, Routes
from floors.case.places import Places, derive_places
from floors.case.production import Production, derive_production
from floors.case.reach import Reach, derive_reach
from floors.case.renaming import check_renaming
from floors.case.stocks import Stocks, derive_stocks
from floors.errors import InputError, Problem
from floors.lp.tables import Labels, Vector
from floors.reading.locate import group
from floors.study import Study

Arc = tuple[str, str, str, int]  # origin region, destination place, commodity, year


@dataclass(frozen=True)
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
    reach: Reach
    demand: Demand
    stocks: Stocks
    caps: tuple[Cap, ...]
    border: Border
    arcs: Arcs
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
    def reference_at(self) -> Vector:
        """Reference prices, USD/kg, [commodity, year]; 0 where there is none."""
        axes = self.arcs.axes
        found = np.zeros((len(axes.commodities), len(axes.years)))
        for (c, t), price in self.reference.items():
            found[axes.commodity[c], axes.year[t]] = price
        return found

    @cached_property
    def floors_at(self) -> FloorsAt:
        """Where the floors of the border stand, as positions."""
        return FloorsAt.of(self.border.origin.items(), self.arcs.axes, self.places.region_of)


def derive(study: Study, *, policy: bool = True, cuts: dict[Key, tuple[float, ...]] | None = None) -> Case:
    """Make a case; raises InputError with every fault that only shows once the sheets are put together."""
    problems: list[Problem] = []
    notes: list[Problem] = list(study.notes)
    calendar = derive_calendar(study)
    places = derive_places(study, notes)
    commodities = tuple(row["commodity"] for row in study.rows("commodities"))
    reference = {
        (row["commodity"], t): p for row in study.rows("reference_prices") for t, p in row["years"].items()
    }
    production = derive_production(study, calendar, problems)
    contracts = derive_contracts(study, places, production, problems, notes)
    production = keep_contracts(production, contracts)
    axes = Axes.of(places, commodities, calendar)
    routes = Routes(study, axes, places, problems)
    reach = derive_reach(study, axes, production, routes)
    demand = derive_demand(study, calendar, places, routes, reach, reference, cuts or {}, problems, notes)
    stocks = derive_stocks(study, calendar, reference, problems)
    caps = derive_caps(study, places, production, demand, problems, notes)
    check_renaming(study, places, production, caps, problems)
    border = derive_border(study, calendar, places, commodities, routes, reach, caps, reference, problems)
    if not policy:
        caps, border = (), Border({}, {}, {}, {}, study.settings.levy_on)
    arcs = _arcs(axes, places, production, routes, demand, stocks, caps, border)
    _check_tariffs(study, arcs, reference, problems)
    if problems:
        raise InputError(group(problems))
    return Case(
        study,
        calendar,
        places,
        commodities,
        reference,
        production,
        routes,
        reach,
        demand,
        stocks,
        caps,
        border,
        arcs,
        policy,
        tuple(notes),
        dict(cuts or {}),
        contracts,
    )


def _arcs(
    axes: Axes,
    places: Places,
    production: Production,
    routes: Routes,
    demand: Demand,
    stocks: Stocks,
    caps: tuple[Cap, ...],
    border: Border,
) -> Arcs:
    """Shipments from where a process makes the commodity to where it is wanted, or contracted to go."""
    made = np.zeros((len(axes.regions), len(axes.commodities), len(axes.years)), dtype=bool)
    turn = np.full(made.shape[1:], -1)  # the order in which processes first make a commodity in a year
    goods: dict[tuple[int, int], None] = {}
    for p in production.processes:
        cs, ts = axes.goods(production.made(p)), axes.dates(production.active[p])
        made[axes.place[production.region[p]], cs[:, None], ts] = True
        goods.update(dict.fromkeys((c, t) for t in ts.tolist() for c in cs.tolist()))
    if goods:
        turn[tuple(zip(*goods, strict=True))] = np.arange(len(goods))
    wanted = wanted_at(axes, production, demand, stocks, caps, border)
    sold = np.zeros(wanted.shape[:2], dtype=bool)  # where a place can hold a commodity at all
    sold[: len(axes.regions)] = True
    for (_, _, c), name in places.markets.items():
        sold[axes.place[name], axes.commodity[c]] = True
    home = np.array([axes.place[places.region_of[d]] for d in axes.places])
    there = (routes.there[:, home] & made[:, None]) & (sold[..., None] & wanted)
    if (routes.minimum > 0).any():
        size = len(axes.regions)
        there[:, :size] |= routes.there & (routes.minimum > 0) & made[:, None]
    o, d, c, t = np.nonzero(there)
    order = np.argsort((turn[c, t] * len(axes.regions) + o) * len(axes.places) + d)
    return Arcs(routes, axes, places, o[order], d[order], c[order], t[order])


def wanted_at(
    axes: Axes,
    production: Production,
    demand: Demand,
    stocks: Stocks,
    caps: tuple[Cap, ...],
    border: Border,
) -> Vector:
    """Where which commodity is used, counted or held up: [place, commodity, year].

    A place that cannot use a commodity can gain from its arrival only by a take-or-pay contract, or by a
    `use` cap that every arrival loosens; elsewhere the shipment would never pay. Where a floor stands its
    caps need their rows even so, since their duals are part of the floor.
    """
    wanted = np.zeros((len(axes.places), len(axes.commodities), len(axes.years)), dtype=bool)
    keys = [(d, c, t) for d, _, c, t in demand.quantity]
    keys += border.origin
    for d, c, t in keys:
        wanted[axes.place[d], axes.commodity[c], axes.year[t]] = True
    for p in production.processes:
        cs, ts = axes.goods(production.used(p)), axes.dates(production.active[p])
        wanted[axes.place[production.region[p]], cs[:, None], ts] = True
    for s in stocks.piles.values():
        wanted[axes.place[s.region], axes.commodity[s.commodity]] = True
    scopes = Scopes(caps, axes)
    loosened = scopes.share * scopes.weight != 0
    wanted[scopes.d[loosened], scopes.c[loosened], scopes.t[loosened]] = True
    return wanted


def _check_tariffs(
    study: Study, arcs: Arcs, reference: dict[tuple[str, int], float], problems: list[Problem]
) -> None:
    """Tariffs and export taxes are shares of a reference price: it must be there."""
    axes = arcs.axes
    known = np.zeros((len(axes.commodities), len(axes.years)), dtype=bool)
    for c, t in reference:
        known[axes.commodity[c], axes.year[t]] = True
    bad = ((arcs.tariff != 0) | (arcs.export_tax != 0)) & ~known[arcs.c, arcs.t]
    missing: dict[str, tuple[int, str]] = {}
    for i in np.flatnonzero(bad).tolist():
        pair = f"{axes.places[arcs.o[i]]} to {axes.places[arcs.d[i]]}"
        missing.setdefault(axes.commodities[arcs.c[i]], (axes.years[arcs.t[i]], pair))
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
