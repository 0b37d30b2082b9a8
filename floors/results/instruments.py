"""Sheets instruments, grants and tariffs: the same plan held otherwise, and who would pay."""

from __future__ import annotations

from math import inf

import numpy as np

from floors.contract.results.instruments import GrantRow, InstrumentRow, TariffRow
from floors.solving.accounts import Account, Accounts
from floors.solving.instruments import BORDER, GRANTS, TARIFF, HeldBy, Instruments, tariffed
from floors.solving.outcome import Outcome
from floors.solving.payments import Payment, payments

_Key = tuple[str, str, int | None]  # kind, name, year built


def instruments_table(held: Instruments) -> list[InstrumentRow]:
    """One row an instrument and region, million at present value."""
    return [
        _row(one, region, total, grants.get(region, 0.0), running.get(region, 0.0))
        for one in held.by.values()
        for grants, running in ((_paid(one, built=True), _paid(one, built=False)),)
        for region, total in _by_region(one.outcome, one.accounts).items()
    ]


def _row(held: HeldBy, region: str, total: Account, grants: float, running: float) -> InstrumentRow:
    return InstrumentRow(
        instrument=held.instrument,
        region=region,
        buyers=total.outlay,
        levies=total.levy_revenue,
        support=0.0 if held.instrument == GRANTS else total.support,
        grants=grants,
        running=running,
        producers=total.producer_surplus,
        net_cost=total.net_cost,
        unserved=total.unserved,
        stockpiles=total.stock_cost,
        contracts=total.contract_payments,
        tariffs=total.tariff_revenue,
        export_taxes=total.export_tax_revenue,
    )


def _by_region(outcome: Outcome, accounts: Accounts) -> dict[str, Account]:
    """Accounts of each region and its markets, million at present value."""
    places, weight = outcome.case.places, outcome.case.calendar.weight
    found = {region: Account() for region in places.regions}
    for (d, t), account in accounts.of.items():
        total = found[places.region_of[d]]
        for name, amount in vars(account).items():
            setattr(total, name, getattr(total, name) + weight[t] * amount)
    return found


def _paid(held: HeldBy, built: bool) -> dict[str, float]:
    """What each region pays for builds, or for all else, million at present value; nothing but under grants."""
    found: dict[str, float] = {}
    if held.instrument == GRANTS:
        region_of = held.outcome.case.places.region_of
        for one in payments(held.outcome, built=built):
            for payer, share in held.accounts.payer[one.place, one.year].items():
                region = region_of[payer]
                found[region] = found.get(region, 0.0) + share * one.present
    return found


def grants_table(held: Instruments) -> list[GrantRow]:
    """One row a build, and one for what else of a process is paid for."""
    return _grants(held.by[GRANTS].outcome) if held.by else []


def _grants(outcome: Outcome) -> list[GrantRow]:
    data, calendar = outcome.case.production, outcome.case.calendar
    paid, running, rows = outcome.paid_for(outcome.model.build), _running(outcome), dict[_Key, GrantRow]()
    past = outcome.past
    before = _grants(past.outcome) if past is not None else []
    for row in before:
        if past is not None and row.year_built is not None and row.year_built < past.known_from:
            rows[row.kind, row.process, row.year_built] = row._replace(running=0.0)
    for (x, b), added in outcome.build.items():
        if not added or b < outcome.first:
            continue
        each, kind = data.expansion[x], "plant" if x in data.plants else "process"
        weight = calendar.weight
        charges, grant = each.charge * sum(weight[t] for t in each.alive[b]), paid.get((x, b), 0.0) / added
        rows[kind, x, b] = GrantRow(
            process=x,
            year_built=b,
            grant=grant * calendar.length[b] / weight[b],
            share_of_charges=grant / charges if charges else None,
            running=0.0,
            kind=kind,
        )
    for (kind, name, b), amount in running.items():
        none = GrantRow(process=name, year_built=b, grant=None, share_of_charges=None, running=0.0, kind=kind)
        rows[kind, name, b] = rows.get((kind, name, b), none)._replace(running=amount)
    order = {name: i for i, name in enumerate(data.region)}
    kinds = ("process", "plant")
    made = [key for key in rows if key[0] in kinds]
    made.sort(key=lambda key: (order[key[1]], key[2] or 0))
    return [rows[key] for key in [*made, *(key for key in rows if key[0] not in kinds)]]


def _running(outcome: Outcome) -> dict[_Key, float]:
    """What is paid to each for all but its builds, million at present value; to a process by the year in which its
    capacity was built, in proportion to what of it is alive. None: what exists before, is of a plant, or is none."""
    found: dict[_Key, float] = {}
    for one in payments(outcome, built=False):
        for b, share in _alive(outcome, one).items() if one.kind == "process" else ((None, 1.0),):
            key = one.kind, one.name, b
            found[key] = found.get(key, 0.0) + share * one.present
    return {key: amount for key, amount in found.items() if amount}


def _alive(outcome: Outcome, paid: Payment) -> dict[int | None, float]:
    """The part of the capacity of a process in a year that was built in each year."""
    data, x, t = outcome.case.production, paid.name, paid.year
    years = data.expansion[x].alive if x in data.expansion else {}
    built: dict[int | None, float] = {
        b: outcome.build[x, b] for b, alive in years.items() if t in alive and outcome.build.get((x, b))
    }
    whole = {None: data.capacity.get((x, t), 0.0), **built}
    total = sum(whole.values())
    return {b: q / total for b, q in whole.items() if q} if built and total else {None: 1.0}


def tariffs_table(held: Instruments) -> list[TariffRow]:
    """The plain tariff of each commodity beside the levies of the border on what is shipped and pays it, USD/kg."""
    return _tariffs(held.by[BORDER].outcome, held.by[TARIFF].outcome) if held.by else []


def _tariffs(border: Outcome, taxing: Outcome, until: float = inf) -> list[TariffRow]:
    """Those of the years before a surprise, which are the parent's, then those from there on; `until` a year."""
    rows, first, past = list[TariffRow](), border.case.calendar.years[0], taxing.past
    if past is not None and border.past is not None:
        first = past.known_from
        rows = _tariffs(border.past.outcome, past.outcome, first)
    axes, arcs, levies = border.case.arcs.axes, border.case.arcs, border.levy_column
    commodities, taxed = tariffed(border.case, border)
    years, of = np.array(axes.years)[arcs.t], axes.plain[arcs.c]
    there = (taxed > 0) & (years >= first) & (years < until)
    shipped = there & (border.ship_column > 0)
    for c in commodities.tolist():
        rate = taxing.own_column[there & (of == c)] / taxed[there & (of == c)]
        found = levies[shipped & (of == c)] / taxed[shipped & (of == c)]
        rows.append(
            TariffRow(
                commodity=axes.commodities[c],
                from_year=first,
                tariff=float(rate.max(initial=0.0)),
                least_levy=float(found.min()) if len(found) else None,
                most_levy=float(found.max()) if len(found) else None,
            )
        )
    return rows
