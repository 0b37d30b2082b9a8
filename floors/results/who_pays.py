"""Sheets who_pays and baseline_accounts: what the policy changes for each region, and the accounts without it."""

from __future__ import annotations

from floors.contract.results.policy import BaselineAccountRow, WhoPaysRow
from floors.solving.accounts import Account, Accounts
from floors.solving.below_cost import below_cost
from floors.solving.members_range import Range
from floors.solving.outcome import Outcome


def baseline_accounts_table(baseline: Outcome, accounts: Accounts) -> list[BaselineAccountRow]:
    """One row per place and year, million a year."""
    places, below = baseline.case.places, below_cost(baseline)
    return [
        BaselineAccountRow(
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
            settled=a.settled,
            net_cost=a.net_cost,
            below_cost=below.get((d, t), 0.0),
        )
        for (d, t), a in accounts.of.items()
    ]


def who_pays_table(
    outcome: Outcome, accounts: Accounts, baseline: Accounts, ranges: dict[str, Range | None]
) -> list[WhoPaysRow]:
    """One row a region, million at present value; `ranges` are least and most of net, of those that have them."""
    places = outcome.case.places
    return [
        _row(
            region,
            places.told_role(region),
            *_change(outcome, accounts, baseline, region),
            ranges.get(region),
        )
        for region in places.regions
    ]


def _change(outcome: Outcome, accounts: Accounts, baseline: Accounts, region: str) -> tuple[Account, Account]:
    """Accounts of a region and its markets with the policy and without it, million at present value."""
    region_of, weight = outcome.case.places.region_of, outcome.case.calendar.weight
    now, before = Account(), Account()
    for total, of in ((now, accounts), (before, baseline)):
        for (d, t), account in of.of.items():
            if region_of[d] == region:
                for name, amount in vars(account).items():
                    setattr(total, name, getattr(total, name) + weight[t] * amount)
    return now, before


def _row(region: str, role: str, now: Account, before: Account, ends: Range | None) -> WhoPaysRow:
    return WhoPaysRow(
        region=region,
        role=role,
        buyers=before.outlay + before.unserved - now.outlay - now.unserved,
        levies=now.levy_revenue - before.levy_revenue,
        tariffs=now.tariff_revenue - before.tariff_revenue,
        export_taxes=now.export_tax_revenue - before.export_tax_revenue,
        producers=now.producer_surplus - before.producer_surplus,
        stockpiles=before.stock_cost - now.stock_cost,
        contracts=before.contract_payments + before.support - now.contract_payments - now.support,
        net=before.net_cost - now.net_cost,
        least_net=ends and ends[0],
        most_net=ends and ends[1],
    )
