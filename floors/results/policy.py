"""Sheets support and accounts."""

from __future__ import annotations

from floors.contract.results.policy import AccountRow, MemberRangeRow, SupportRow
from floors.solving.accounts import Accounts
from floors.solving.below_cost import below_cost
from floors.solving.members_range import MembersRange
from floors.solving.outcome import Outcome
from floors.solving.payments import made_whole, named_in_support, payments
from floors.sourcing.rows import ROW_KINDS, Holder, parts

Key = tuple[str, str, int]


def support_table(outcome: Outcome, accounts: Accounts) -> list[SupportRow]:
    """Make-whole and foregone by who or what, million at present value; nothing without uplift."""
    made = made_whole(outcome)
    payer = {
        (one.kind, one.name, one.year): ", ".join(accounts.payer[one.place, one.year])
        for one in payments(outcome)
    }
    foregone = _foregone(outcome)
    keys = [k for k in dict.fromkeys([*made, *foregone]) if made.get(k, 0.0) > 0 or foregone.get(k, 0.0) > 0]
    return [
        SupportRow(
            kind=kind,
            name=name,
            year=t,
            make_whole=made.get((kind, name, t), 0.0),
            foregone=foregone.get((kind, name, t), 0.0),
            paid_by=payer.get((kind, name, t)) if made.get((kind, name, t), 0.0) > 0 else None,
        )
        for kind, name, t in keys
    ]


def _foregone(outcome: Outcome) -> dict[Key, float]:
    case, found = outcome.case, dict[Key, float]()
    years, holders = [t for t in case.calendar.years if t >= outcome.first], list(Holder)
    unequal = [kind for kind in ROW_KINDS.values() if kind.sense != "="]
    for kind in sorted(unequal, key=lambda kind: holders.index(kind.holder)):
        over_all = years[0] if kind.shared else years[-1]
        for index, amount in outcome.foregone_on(getattr(outcome.model, kind.name)).items():
            who, name = named_in_support(case, kind, parts(index))
            of = who, name, kind.year_of(index) or over_all
            found[of] = found.get(of, 0.0) + amount / 1000
    return outcome.with_past(found, _foregone(outcome.past.outcome) if outcome.past else None)


def members_table(found: MembersRange) -> list[MemberRangeRow]:
    """One row a member, million at present value; blank ends where none were found."""
    return [
        MemberRangeRow(member=member, least_net_cost=ends and ends[0], most_net_cost=ends and ends[1])
        for member, ends in found.of.items()
    ]


def accounts_table(outcome: Outcome, accounts: Accounts, baseline: Accounts) -> list[AccountRow]:
    """One row per place and year, million a year."""
    places, below = outcome.case.places, below_cost(outcome)
    rows = []
    for (d, t), a in accounts.of.items():
        before = baseline.of[d, t]
        rows.append(
            AccountRow(
                region=d,
                role=places.role_in(d, t),
                year=t,
                outlay=a.outlay,
                unserved=a.unserved,
                levy_revenue=a.levy_revenue,
                tariff_revenue=a.tariff_revenue,
                producer_surplus=a.producer_surplus,
                support=a.support,
                contract_payments=a.contract_payments,
                export_tax_revenue=a.export_tax_revenue,
                stock_cost=a.stock_cost,
                link_charge=a.link_charge,
                rent_revenue=a.rent_revenue,
                settled=a.settled,
                net_cost=a.net_cost,
                below_cost=below.get((d, t), 0.0),
                baseline_cost=before.net_cost,
                change=a.net_cost - before.net_cost,
                consumer_surplus_change=before.outlay + before.unserved - a.outlay - a.unserved,
            )
        )
    return rows
