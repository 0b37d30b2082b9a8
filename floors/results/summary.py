"""Sheet summary, and the warnings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

import numpy as np

from floors.contract.results.border import FloorRow
from floors.contract.results.policy import ConcentrationRow, SupportRow
from floors.contract.results.trade import SourcingRow, StockRow
from floors.contract.results.whole import SummaryRow
from floors.lp.linear import Vector
from floors.results.concentration import BlocShares
from floors.solving.accounts import Accounts
from floors.solving.outcome import Outcome

AWAY = 0.05  # a base price further from its reference price is warned of
POINTS = 0.05  # embodied share above a cap by more is warned of


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Headline numbers, million at present value unless a share."""

    total_cost: float
    resource_cost: float
    world_cost: float  # what the world spends and the value that it leaves unserved, transfers apart
    capital_premium: float
    unserved_cost: float
    levy_revenue: float
    bloc_net_cost: float
    baseline_bloc_net_cost: float
    baseline_total_cost: float
    baseline_resource_cost: float
    uplift: float
    make_whole: float
    foregone: float
    least_make_whole: float
    capped_share: float | None
    embodied_share: float | None
    baseline_capped_share: float | None
    declared_share: float | None
    gap: float
    consumer_surplus_change: float  # of the bloc's buyers: less outlay, and less value left unserved
    deadweight_loss: float  # what the world spends more and leaves unserved, transfers apart
    contract_payments: float | None = None  # of members; None without contracts
    baseline_contract_payments: float | None = None


def present(outcome: Outcome, yearly: dict[int, float]) -> float:
    """Sum of weight x yearly amount."""
    return sum(outcome.case.calendar.weight[t] * amount for t, amount in yearly.items())


def bloc_total(outcome: Outcome, accounts: Accounts, name: str) -> float:
    """Present value of one column of the accounts over members and their markets, million."""
    bloc = set(outcome.case.places.bloc)
    weight = outcome.case.calendar.weight
    amounts: list[float] = [weight[t] * getattr(a, name) for (d, t), a in accounts.of.items() if d in bloc]
    return sum(amounts)


def resource_cost(outcome: Outcome, accounts: Accounts) -> float:
    """What was really spent, million at present value: no transfers, no unserved value."""
    unserved: dict[int, float] = {}
    for (_, t), account in accounts.of.items():
        unserved[t] = unserved.get(t, 0.0) + account.unserved
    return present(outcome, {t: spent - unserved[t] for t, spent in accounts.resources.items()})


def capital_premium(outcome: Outcome) -> float:
    """Annual charges at the hurdle rate less those at the discount rate, million at present value."""
    expansions, weight = outcome.case.production.expansion, outcome.case.calendar.weight
    return (
        sum(
            added
            * (expansions[x].charge - expansions[x].social)
            * sum(weight[t] for t in expansions[x].alive[b])
            for (x, b), added in outcome.build.items()
        )
        / 1000
    )


def figures(
    outcome: Outcome,
    baseline: Outcome,
    accounts: Accounts,
    baseline_accounts: Accounts,
    shares: BlocShares,
    baseline_shares: BlocShares,
    support: list[SupportRow],
) -> Figures:
    """All headline numbers of a result; under a surprise uplift counts that of the years before as well."""
    priced = outcome.priced
    then_paid = sum(row.make_whole for row in support if row.year < outcome.first)
    then_foregone = sum(row.foregone for row in support if row.year < outcome.first)
    contracts = bool(outcome.case.contracts)
    return Figures(
        total_cost=outcome.plan.objective / 1000,
        resource_cost=resource_cost(outcome, accounts),
        world_cost=present(outcome, accounts.resources),
        capital_premium=capital_premium(outcome),
        unserved_cost=bloc_total(outcome, accounts, "unserved"),
        levy_revenue=bloc_total(outcome, accounts, "levy_revenue"),
        bloc_net_cost=bloc_total(outcome, accounts, "net_cost"),
        baseline_bloc_net_cost=bloc_total(baseline, baseline_accounts, "net_cost"),
        baseline_total_cost=baseline.plan.objective / 1000,
        baseline_resource_cost=resource_cost(baseline, baseline_accounts),
        uplift=priced.uplift / 1000 + then_paid + then_foregone,
        make_whole=priced.make_whole / 1000 + then_paid,
        foregone=priced.foregone / 1000 + then_foregone,
        least_make_whole=priced.least_make_whole / 1000,
        capped_share=shares.capped,
        embodied_share=shares.embodied,
        baseline_capped_share=baseline_shares.capped,
        declared_share=shares.declared,
        gap=outcome.gap,
        consumer_surplus_change=_paid_or_missed(baseline, baseline_accounts)
        - _paid_or_missed(outcome, accounts),
        deadweight_loss=present(outcome, accounts.resources) - present(baseline, baseline_accounts.resources),
        contract_payments=bloc_total(outcome, accounts, "contract_payments") if contracts else None,
        baseline_contract_payments=bloc_total(baseline, baseline_accounts, "contract_payments")
        if contracts
        else None,
    )


def _paid_or_missed(outcome: Outcome, accounts: Accounts) -> float:
    """What the bloc's buyers pay and the value they go without, million at present value."""
    return bloc_total(outcome, accounts, "outlay") + bloc_total(outcome, accounts, "unserved")


def summary_table(found: Figures, currency: str) -> list[SummaryRow]:
    """One row per metric."""
    money = f"million {currency}, present value"
    told: dict[str, float | None] = {}
    for name in Figures.__dataclass_fields__:
        if name in ("gap", "consumer_surplus_change", "deadweight_loss"):
            continue
        if name.endswith("contract_payments") and getattr(found, name) is None:
            continue
        told[name] = getattr(found, name)
    told["change_in_consumer_surplus"] = found.consumer_surplus_change
    told["deadweight_loss"] = found.deadweight_loss
    told["change_in_bloc_net_cost"] = found.bloc_net_cost - found.baseline_bloc_net_cost
    told["change_in_resource_cost"] = found.resource_cost - found.baseline_resource_cost
    return [
        SummaryRow(metric=name, value=value, unit="share" if name.endswith("_share") else money)
        for name, value in told.items()
    ]


def warnings(
    outcome: Outcome,
    baseline: Outcome,
    floors: list[FloorRow],
    concentration: list[ConcentrationRow],
    stocks: list[StockRow],
    sourcing: list[SourcingRow],
) -> list[str]:
    """What a careful reader must be told; none changes a result."""
    said = [f"{note.place}: {note.message}" for note in outcome.case.notes]
    said += _reference_prices(baseline)
    said += _nobody_pays(outcome, floors)
    said += _embodied(outcome, concentration)
    said += _payees(outcome)
    said += _funds(outcome, stocks)
    said += _not_unique(outcome, sourcing)
    return said


def _not_unique(outcome: Outcome, sourcing: list[SourcingRow]) -> Iterator[str]:
    """Arrivals in the bloc that can change place at no cost: accounts by member follow them."""
    bloc = set(outcome.case.places.bloc)
    moving = sorted({row.commodity for row in sourcing if row.destination in bloc and row.movable})
    if moving:
        yield (
            f"sourcing: shipments of {', '.join(moving)} marked movable can change place at no cost, so the split of "
            "net cost between members is not determined; their sum is."
        )


def _reference_prices(baseline: Outcome) -> Iterator[str]:
    """A base price over 5 % away from its reference price, one line per commodity."""
    case = baseline.case
    for c in case.commodities:
        worst: tuple[float, int, float] | None = None
        for t in case.calendar.years:
            makers = [
                o
                for o in case.places.capped
                if (o, c, t) in baseline.origin_price and case.reach.can_make(o, c, t)
            ]
            if not makers or (c, t) not in case.reference:
                continue
            price, reference = baseline.origin_price[makers[0], c, t], case.reference[c, t]
            away = abs(price - reference) / reference if reference else 0.0
            if away > AWAY and (worst is None or away > worst[0]):
                worst = (away, t, price)
        if worst is not None:
            away, t, price = worst
            yield (
                f"reference_prices: {c} is {case.reference[c, t]:,.2f} in {t}, but its price without policy is "
                f"{price:,.2f} ({away:.0%} away): tariffs, funds and curves use the reference price."
            )


def _nobody_pays(outcome: Outcome, floors: list[FloorRow]) -> Iterator[str]:
    """Minimums that no arrival pays, with the supply that stays below them."""
    told: set[str] = set()
    under: Vector | None = None
    axes = outcome.case.arcs.axes
    for row in floors:
        c, t = row.commodity, row.year
        least = outcome.case.border.rule("minimum", c, t)
        if least is None or row.effective or c in told:
            continue
        under = _under_minimum(outcome) if under is None else under
        below = float(under[axes.commodity[c], axes.year[t]])
        if below > 0:
            told.add(c)
            yield (
                f"floor_rules: the minimum of {least:g} on {c} is paid by nobody at {row.member} in {t}: {below:,.0f} "
                "t arrive in the bloc below it from origins that no levy reaches."
            )


def _under_minimum(outcome: Outcome) -> Vector:
    """t per year that arrive in the bloc at less than the minimum, [commodity, year]."""
    case, arcs, axes = outcome.case, outcome.case.arcs, outcome.case.arcs.axes
    minimum = [[case.border.rule("minimum", c, t) for t in axes.years] for c in axes.commodities]
    least = np.array([[-inf if v is None else v for v in row] for row in minimum])
    inside = np.isin(arcs.d, [axes.place[d] for d in case.places.bloc])
    low = outcome.delivered_at[arcs.d, arcs.c, arcs.t] < least[arcs.c, arcs.t] - outcome.binds
    tonnes = np.where(inside & low, outcome.ship_column, 0.0)
    return np.bincount(arcs.c * len(axes.years) + arcs.t, tonnes, least.size).reshape(least.shape)


def _embodied(outcome: Outcome, concentration: list[ConcentrationRow]) -> Iterator[str]:
    """A share cap kept on paper while traced content is over it by more than 5 points."""
    case = outcome.case
    told: set[tuple[str, str]] = set()
    for cap in case.caps:
        if cap.basis == "tonnes" or cap.origin is not None or cap.segment is not None:
            continue
        for row in concentration:
            c, t, traced = row.commodity, row.year, row.embodied_share
            if (
                c in cap.weights
                and row.scope == cap.scope
                and t in cap.given
                and traced > cap.given[t] + POINTS
            ):
                if (cap.name, c) in told:
                    continue
                told.add((cap.name, c))
                yield (
                    f"caps: {cap.name} is {cap.given[t]:.0%} in {t}, but {traced:.0%} of what arrives at {row.scope} "
                    "holds capped material traced through the chain: a cap sees the country of the last process."
                )


def _payees(outcome: Outcome) -> Iterator[str]:
    """Make-whole that the rules leave to a capped origin."""
    from floors.solving.payments import payments

    role, region_of = outcome.case.places.role, outcome.case.places.region_of
    paid = sum(p.present for p in payments(outcome) if role[region_of[p.place]] == "capped")
    if paid > 0:
        yield f"support: {paid:,.3f} million of make-whole goes to a capped origin under these rules."


def _funds(outcome: Outcome, stocks: list[StockRow]) -> Iterator[str]:
    """Funds that are spent in full, and those whose spending at delivered prices is above their amount."""
    case, buying = outcome.case, outcome.put
    for name, amount in case.stocks.funds.items():
        piles = {k for k, pile in case.stocks.piles.items() if pile.fund == name}
        years = [t for k, t in buying if k in piles and buying[k, t]]
        used = sum(
            case.calendar.length[t] * case.stocks.price[k, t] * buying[k, t] for k, t in buying if k in piles
        )
        if years and used >= amount * (1 - 1e-9):
            yield (
                f"funds: {name} has spent all of its {amount / 1000:,.6g} million, at reference prices, by "
                f"{max(years)}: no more can be put away."
            )
        spent = sum(row.fund_spent for row in stocks if row.stockpile in piles)
        if spent > amount / 1000 * (1 + 1e-9):
            yield (
                f"funds: {name} spends {spent:,.1f} million at delivered prices, above its {amount / 1000:,.1f}: the "
                "limit is kept at reference prices."
            )
