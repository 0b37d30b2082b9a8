"""Sheets support and accounts."""

from __future__ import annotations

from typing import Any

from floors.solving.accounts import Accounts
from floors.solving.outcome import Outcome
from floors.solving.payments import SMALL, made_whole, payments

Row = tuple[Any, ...]
Key = tuple[str, str, int]


def support_table(outcome: Outcome, accounts: Accounts) -> list[Row]:
    """Make-whole and foregone by who or what, million at present value; nothing without uplift."""
    made = made_whole(outcome)
    payer = {
        (one.kind, one.name, one.year): ", ".join(accounts.payer[one.place, one.year])
        for one in payments(outcome)
    }
    foregone = _foregone(outcome)
    keys = [
        k
        for k in dict.fromkeys([*made, *foregone])
        if made.get(k, 0.0) > SMALL or foregone.get(k, 0.0) > SMALL
    ]
    return [
        (
            *key,
            made.get(key, 0.0),
            foregone.get(key, 0.0),
            payer.get(key) if made.get(key, 0.0) > SMALL else None,
        )
        for key in keys
    ]


def _foregone(outcome: Outcome) -> dict[Key, float]:
    m, case = outcome.model, outcome.case
    plants, first = set(case.production.plants), case.calendar.years[0]
    last = case.calendar.years[-1]

    def owner(x: str) -> str:
        return "plant" if x in plants else "process"

    rows = [
        (m.supply, lambda k: ("supply", f"{k[0]} {k[1]}", k[2])),
        (m.use, lambda k: ("use", f"{k[0]} {k[1]}", k[2])),
        (m.capacity, lambda k: (owner(k[0]), k[0], k[1])),
        (m.build_limit, lambda k: (owner(k[0]), k[0], k[1])),
        (m.build_total, lambda k: (owner(k), k, first)),
        (m.process_minimum, lambda k: ("process", k[0], k[1])),
        (m.route_limit, lambda k: ("route", f"{k[0]} > {k[1]} {k[2]}", k[3])),
        (m.route_minimum, lambda k: ("route", f"{k[0]} > {k[1]} {k[2]}", k[3])),
        (
            m.demand,
            lambda k: (
                "demand",
                f"{k[0]} {k[2]}" if case.places.is_market(k[0]) else f"{k[0]}/{k[1]} {k[2]}",
                k[4],
            ),
        ),
        (m.cap, lambda k: ("cap", k[0], k[1])),
        (m.stock_capacity, lambda k: ("stockpile", k[0], k[1])),
        (m.stock_target, lambda k: ("stockpile", k[0], k[1])),
        (m.fund, lambda k: ("fund", k, last)),
    ]
    found: dict[Key, float] = {}
    for component, name in rows:
        for key, amount in outcome.foregone_on(component).items():
            who = name(key)
            found[who] = found.get(who, 0.0) + amount / 1000
    return outcome.with_past(found, _foregone(outcome.past.outcome) if outcome.past else None)


def accounts_table(outcome: Outcome, accounts: Accounts, baseline: Accounts) -> list[Row]:
    """One row per place and year, million a year."""
    places = outcome.case.places
    rows = []
    for (d, t), a in accounts.of.items():
        before = baseline.of[d, t]
        rows.append(
            (
                d,
                places.role[places.region_of[d]],
                t,
                a.outlay,
                a.unserved,
                a.levy_revenue,
                a.tariff_revenue,
                a.producer_surplus,
                a.support,
                a.contract_payments,
                a.export_tax_revenue,
                a.stock_cost,
                a.net_cost,
                before.net_cost,
                a.net_cost - before.net_cost,
                before.outlay + before.unserved - a.outlay - a.unserved,
            )
        )
    return rows


def change_by_member(outcome: Outcome, accounts: Accounts, baseline: Accounts) -> dict[str, float]:
    """Change of net cost of each member and market against the baseline, million at present value."""
    weight = outcome.case.calendar.weight
    found = dict.fromkeys(outcome.case.places.bloc, 0.0)
    for (d, t), account in accounts.of.items():
        if d in found:
            found[d] += weight[t] * (account.net_cost - baseline.of[d, t].net_cost)
    return found
