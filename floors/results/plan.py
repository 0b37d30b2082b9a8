"""Sheets sourcing, shipments, production, investment and stocks."""

from __future__ import annotations

import numpy as np

from floors.case.contracts import contracted_activity
from floors.case.derive import Case
from floors.case.leaks import leaked_to
from floors.case.tags import ANY, CLEAN
from floors.contract.results.trade import (
    SHIPMENTS,
    InvestmentRow,
    ProductionRow,
    ShipmentRow,
    SourcingRow,
    StockRow,
)
from floors.solving.accounts import contracts_paid
from floors.solving.friction import charge_per_tonne
from floors.solving.mix import Mix
from floors.solving.outcome import Outcome
from floors.solving.payments import made_whole

NOT_ASKED = (None, None)


def sourcing_table(outcome: Outcome, mix: Mix) -> list[SourcingRow]:
    """Origins of what arrives at each destination; a leak is a row of its own."""
    tags = outcome.case.tags
    plain = tags.plain
    arriving: dict[tuple[str, str, int], list[tuple[str, str, float, bool, bool]]] = {}
    for key, quantity in outcome.ship.items():
        if quantity:
            o, d, c, t = key
            place = d, plain.get(c, c), t
            arriving.setdefault(place, []).append((o, c, quantity, False, key in mix.movable))
    for place, by_origin in leaked_to(outcome.case).items():
        leaks = ((o, tags.own(o, place[1]), q, True, False) for o, q in by_origin.items())
        arriving.setdefault(place, []).extend(leaks)
    rows: list[SourcingRow] = []
    for d, c, t in sorted(arriving, key=outcome.case.arcs.axes.order):
        total = sum(q for _, _, q, _, _ in arriving[d, c, t])
        for o, name, q, leak, moves in arriving[d, c, t]:
            key = (d, c if leak else name, t, o, leak)
            least, most = mix.ranges.get(key, NOT_ASKED)
            least_1pc, most_1pc = mix.near.get(key, NOT_ASKED)
            rows.append(
                SourcingRow(
                    destination=d,
                    commodity=c,
                    year=t,
                    origin=o,
                    tag=tags.tag(name),
                    quantity=q,
                    share=q / total,
                    leak=leak,
                    movable=moves,
                    least_share=least,
                    most_share=most,
                    least_share_1pc=least_1pc,
                    most_share_1pc=most_1pc,
                )
            )
    return rows


def shipments_table(outcome: Outcome) -> list[ShipmentRow]:
    """Every shipment of the plan, with the levies and costs it bears."""
    arcs, free, liable = outcome.case.arcs, outcome.exempt_column, outcome.liable_column
    pays = outcome.shipping[(liable[outcome.shipping] > 0) | (free[outcome.shipping] == 0)]
    at, exempt = (
        np.concatenate([pays, np.flatnonzero(free)]),
        np.repeat([False, True], [len(pays), (free != 0).sum()]),
    )
    order = np.argsort(at, kind="stable")
    at, exempt = at[order], exempt[order]
    charged = charge_per_tonne(outcome)
    o, d, c, t = zip(*arcs.table.take(at).keys, strict=True) if len(at) else ((), (), (), ())
    tags = outcome.case.tags
    plain = tags.plain
    return SHIPMENTS.from_columns(
        origin=o,
        destination=d,
        commodity=[plain.get(name, name) for name in c],
        year=t,
        tag=map(tags.tag, c),
        exempt=exempt.tolist(),
        quantity=np.where(exempt, free[at], liable[at]).tolist(),
        content=arcs.content[at].tolist(),
        levy=np.where(exempt, outcome.kept_column[at], outcome.levy_column[at]).tolist(),
        cost=arcs.carriage[at].tolist(),
        friction=outcome.friction_on(arcs.ways)[at].tolist(),
        link_charge=(charged[at] * np.where(exempt, free[at], liable[at])).tolist(),
    )


def capacity_at(outcome: Outcome, x: str, t: int) -> float | None:
    """Existing capacity and what was built and is alive, t per year; None where there is no limit."""
    existing = outcome.case.production.capacity.get((x, t))
    if existing is None:
        return None
    expansion = outcome.case.production.expansion.get(x)
    if expansion is None:
        return existing
    return existing + sum(
        outcome.build.get((x, b), 0.0) for b, alive in expansion.alive.items() if t in alive
    )


def unit_margin(outcome: Outcome, p: str, t: int) -> float:
    """Prices x coefficients less the unit cost, USD/kg of activity."""
    data = outcome.case.production
    r = data.region[p]
    income = sum(a * outcome.origin_price[r, c, t] for c, a in data.made(p).items())
    inputs = sum(a * outcome.delivered[r, c, t] for c, a in data.used(p).items())
    return income - inputs - data.unit_cost[p, t]


def production_table(outcome: Outcome) -> list[ProductionRow]:
    """Every process, then every plant, in every year in which it may run."""
    data = outcome.case.production
    asked = contracted_activity(data.untagged, outcome.case.contracts)
    terms = _contract_notes(outcome)
    paid = {
        (name, t)
        for (kind, name, t), amount in made_whole(outcome).items()
        if kind == "process" and amount > 0
    }
    rows: list[ProductionRow] = []
    for (q, t), activity in outcome.produce.items():
        p, margin = data.process(q), unit_margin(outcome, q, t)
        room = capacity_at(outcome, p, t)
        whole = sum(outcome.produce.get((mode, t), 0.0) for mode in data.modes(p))
        kept = _kept(outcome, asked, paid, p, t, activity, margin)
        rows.append(
            ProductionRow(
                process=p,
                region=data.region[p],
                year=t,
                mode=mode_of(outcome.case, q),
                activity=activity,
                capacity=room,
                utilisation=_share(whole, room),
                unit_margin=margin,
                note="; ".join(filter(None, (kept, *(terms.get((p, t), ()) if p == q else ())))),
            )
        )
    for x in data.plants:
        for t in outcome.case.calendar.years:
            if (x, t) not in data.capacity:
                continue
            load = sum(a * outcome.produce.get((p, t), 0.0) for p, a in data.load[x].items())
            room = capacity_at(outcome, x, t)
            rows.append(
                ProductionRow(
                    process=x,
                    region=data.region[x],
                    year=t,
                    mode=None,
                    activity=load,
                    capacity=room,
                    utilisation=_share(load, room),
                    unit_margin=None,
                    note="plant",
                )
            )
    return rows


def mode_of(case: Case, p: str) -> str | None:
    """How a process runs where it makes what is tagged: from clean inputs, or from any."""
    tags = {case.tags.tag(c) for c in case.production.made(p)} - {None}
    return (CLEAN if CLEAN in tags else ANY) if tags else None


def _share(activity: float, room: float | None) -> float | None:
    return activity / room if room else None


def _contract_notes(outcome: Outcome) -> dict[tuple[str, int], list[str]]:
    """What each contract for difference pays, by process and year."""
    said: dict[tuple[str, int], list[str]] = {}
    for paid in contracts_paid(outcome):
        contract, flows = paid.contract, "pays" if paid.amount >= 0 else "gets back"
        said.setdefault((contract.process, paid.year), []).append(
            f"{contract.payer} {flows} {abs(paid.amount):,.3f} million under its contract: "
            f"{contract.tonnes[paid.year]:,.6g} t of {contract.commodity}, strike {contract.strike:,.6g}, "
            f"price {paid.price:,.4f}"
        )
    return said


def _kept(
    outcome: Outcome,
    asked: dict[tuple[str, int], float],
    paid: set[tuple[str, int]],
    p: str,
    t: int,
    activity: float,
    margin: float,
) -> str:
    if activity <= 0 or margin >= -outcome.binds:
        return ""
    least = outcome.case.production.minimum
    if asked.get((p, t), 0.0) >= least.get((p, t), 0.0) and (p, t) in asked:
        return "runs at a loss: kept by a contract"
    if (p, t) in least:
        return "runs at a loss: kept by its minimum"
    if (p, t) in paid:
        return "runs at a loss under the floor rules: see support"
    return "runs at a loss: kept by a take-or-pay route, or made with something that pays"


def investment_table(outcome: Outcome) -> list[InvestmentRow]:
    """Capacity added, where any is."""
    data = outcome.case.production
    return [
        InvestmentRow(
            process=x,
            region=data.region[x],
            year=b,
            added=added,
            annual_charge=data.expansion[x].charge * added / 1000,
        )
        for (x, b), added in outcome.build.items()
        if added
    ]


def stocks_table(outcome: Outcome) -> list[StockRow]:
    """Every stockpile in every year."""
    case = outcome.case
    rows = []
    for (k, t), closing in outcome.stock.items():
        pile = case.stocks.piles[k]
        price = outcome.delivered[pile.region, pile.commodity, t]
        spent = case.calendar.length[t] * price * outcome.put[k, t] / 1000
        rows.append(
            StockRow(
                stockpile=case.stocks.pile(k),
                year=t,
                tag=case.tags.tag(pile.commodity),
                put=outcome.put[k, t],
                take=outcome.take[k, t],
                closing=closing,
                fund_spent=spent,
                released_limit=case.stocks.piles[case.stocks.pile(k)].release.get(t),
                closing_worth=pile.worth_a_year(closing, t, case.calendar) * case.calendar.length[t]
                if pile.closing_value is not None and t == case.calendar.years[-1]
                else None,
            )
        )
    return rows
