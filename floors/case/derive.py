"""From a study to a case: every number the sourcing LP and the accounts need, keyed by what exists."""

from __future__ import annotations

from dataclasses import dataclass, field

from floors.case.border import Border, derive_border
from floors.case.calendar import Calendar, derive_calendar
from floors.case.caps import Cap, derive_caps
from floors.case.contracts import Contract, derive_contracts, keep_contracts
from floors.case.demand import Demand, Key, derive_demand
from floors.case.places import Places, derive_places
from floors.case.production import Production, derive_production
from floors.case.reach import Reach, derive_reach
from floors.case.renaming import check_renaming
from floors.case.routes import Route, Routes, derive_routes
from floors.case.stocks import Stocks, derive_stocks
from floors.errors import InputError, Problem
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
    arcs: dict[Arc, Route]
    policy: bool = True
    notes: tuple[Problem, ...] = field(default=())
    cuts: dict[Key, tuple[float, ...]] = field(default_factory=dict)
    contracts: tuple[Contract, ...] = ()


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
    routes = derive_routes(study, calendar, places, commodities, problems)
    reach = derive_reach(study, calendar, places, production, routes)
    demand = derive_demand(study, calendar, places, routes, reach, reference, cuts or {}, problems, notes)
    stocks = derive_stocks(study, calendar, reference, problems)
    caps = derive_caps(study, places, production, demand, problems, notes)
    check_renaming(study, places, production, caps, problems)
    border = derive_border(study, calendar, places, commodities, routes, reach, caps, reference, problems)
    if not policy:
        caps, border = (), Border({}, {}, {}, {}, study.settings.levy_on)
    arcs = _arcs(calendar, places, production, routes, demand, stocks, caps, border)
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
    calendar: Calendar,
    places: Places,
    production: Production,
    routes: Routes,
    demand: Demand,
    stocks: Stocks,
    caps: tuple[Cap, ...],
    border: Border,
) -> dict[Arc, Route]:
    """Shipments from where a process makes the commodity to where it is wanted, or contracted to go."""
    makers: dict[tuple[str, int], list[str]] = {}
    for p in production.processes:
        region = production.region[p]
        for t in production.active[p]:
            for c in production.made(p):
                if region not in makers.setdefault((c, t), []):
                    makers[c, t].append(region)
    wanted = wanted_at(calendar, production, demand, stocks, caps, border)
    arcs: dict[Arc, Route] = {}
    order = {r: n for n, r in enumerate(places.regions)}
    market_of: dict[str, set[str]] = {}
    for (_, _, c), name in places.markets.items():
        market_of.setdefault(name, set()).add(c)
    for (c, t), origins in makers.items():
        for o in sorted(origins, key=order.__getitem__):
            for d, region in places.region_of.items():
                if d != region and c not in market_of[d]:
                    continue
                route = routes.get(o, region, c, t)
                if route is not None and ((d, c, t) in wanted or (route.minimum and d == region)):
                    arcs[o, d, c, t] = route
    return arcs


def wanted_at(
    calendar: Calendar,
    production: Production,
    demand: Demand,
    stocks: Stocks,
    caps: tuple[Cap, ...],
    border: Border,
) -> set[tuple[str, str, int]]:
    """Where which commodity is used, counted or held up: (place, commodity, year).

    A place that cannot use a commodity can gain from its arrival only by a take-or-pay contract, or by a
    `use` cap that every arrival loosens; elsewhere the shipment would never pay. Where a floor stands its
    caps need their rows even so, since their duals are part of the floor.
    """
    wanted = {(d, c, t) for d, _, c, t in demand.quantity}
    for p in production.processes:
        for t in production.active[p]:
            wanted.update((production.region[p], c, t) for c in production.used(p))
    wanted.update((s.region, s.commodity, t) for s in stocks.piles.values() for t in calendar.years)
    wanted.update((floor.member, floor.commodity, floor.year) for floor in border.origin)
    for cap in caps:
        wanted.update(
            (d, c, t) for c, ds in cap.places.items() for d in ds for t in cap.given if cap.rebate(d, c, t)
        )
    return wanted


def _check_tariffs(
    study: Study, arcs: dict[Arc, Route], reference: dict[tuple[str, int], float], problems: list[Problem]
) -> None:
    """Tariffs and export taxes are shares of a reference price: it must be there."""
    missing: dict[str, tuple[int, str]] = {}
    for (o, d, c, t), route in arcs.items():
        if (route.tariff or route.export_tax) and (c, t) not in reference:
            missing.setdefault(c, (t, f"{o} to {d}"))
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
