"""Who pays: region by region, market by market, year by year, with the identity that must close."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from floors.case.arcs import Arcs
from floors.case.contracts import Contract
from floors.lp.labels import Vector
from floors.solving.friction import link_charges, scarce_arcs
from floors.solving.outcome import Outcome
from floors.solving.payments import payments
from floors.solving.settled import settled

SURPLUS = 1e-12  # of what passes through a place: less is rounding


@dataclass
class Account:
    """One place in one year, million a year, real and undiscounted; `net_cost` is what it all comes to.

    `settled_outlay` and `settled_surplus` are what contracts at prices of their own add to outlay and surplus.
    """

    outlay: float = 0.0
    unserved: float = 0.0
    levy_revenue: float = 0.0
    tariff_revenue: float = 0.0
    producer_surplus: float = 0.0
    support: float = 0.0
    contract_payments: float = 0.0
    export_tax_revenue: float = 0.0
    stock_cost: float = 0.0
    link_charge: float = 0.0  # of producer_surplus
    rent_revenue: float = 0.0  # of levy_revenue
    settled_outlay: float = 0.0
    settled_surplus: float = 0.0

    @property
    def settled(self) -> float:
        """What contracts at prices of their own add to outlay and to producers' surplus."""
        return self.settled_outlay + self.settled_surplus

    @property
    def net_cost(self) -> float:
        """Outlay, unserved, stocks, support and contracts, less revenues and producers' surplus."""
        return (
            self.outlay
            + self.unserved
            + self.stock_cost
            + self.support
            + self.contract_payments
            - self.levy_revenue
            - self.tariff_revenue
            - self.export_tax_revenue
            - self.producer_surplus
        )


Key = tuple[str, int]  # place, year


@dataclass(frozen=True)
class Accounts:
    """`of[place, year]`; `resources[year]` is what was really spent and left unserved, million a year."""

    of: dict[Key, Account]
    resources: dict[int, float]
    payer: dict[tuple[str, int], dict[str, float]]  # (payee's place, year) -> payer -> share

    def imbalance(self) -> float:
        """Largest difference in any year between the sum of net costs and what was spent, relative."""
        total = dict.fromkeys(self.resources, 0.0)
        scale = {t: abs(spent) for t, spent in self.resources.items()}
        for (_, t), account in self.of.items():
            total[t] += account.net_cost
            scale[t] = max(scale[t], *map(abs, vars(account).values()))
        off = [abs(total[t] - spent) / (scale[t] or 1.0) for t, spent in self.resources.items()]
        return float(np.max(off, initial=0.0))  # NaN where one is no number, so that it passes nothing


def keep_accounts(outcome: Outcome, *, rents: bool = True) -> Accounts:
    """The accounts of one outcome, from its plan and the prices of the pricing LP; without `rents`, `rent_revenue`,
    which is part of other items and takes an LP of its own, stays 0."""
    case = outcome.case
    of = {(d, t): Account() for d in case.places.all for t in case.calendar.years}
    resources = dict.fromkeys(case.calendar.years, 0.0)
    _trade(outcome, of, resources)
    if rents:
        _rents(outcome, of)
    _links(outcome, of, resources)
    _production(outcome, of, resources)
    _demand(outcome, of, resources)
    _stocks(outcome, of, resources)
    for paid in contracts_paid(outcome):
        of[paid.contract.payer, paid.year].contract_payments += paid.amount
        of[paid.place, paid.year].producer_surplus += paid.amount
    _contracts_at_own_price(outcome, of)
    payer = _support(outcome, of)
    return Accounts(of, resources, payer)


@dataclass(frozen=True, kw_only=True)
class ContractPayment:
    """`amount` in million a year from the payer to where the process is, negative when upside flows back."""

    contract: Contract
    place: str
    year: int
    price: float  # at origin, USD/kg
    amount: float


def contracts_paid(outcome: Outcome) -> list[ContractPayment]:
    """What every contract for difference pays in every year, at prices at origin of the pricing LP."""
    case, paid = outcome.case, []
    for contract in case.contracts:
        place = case.production.region[contract.process]
        for t in contract.tonnes:
            price = contract_price(outcome, contract, t)
            paid.append(
                ContractPayment(
                    contract=contract, place=place, year=t, price=price, amount=contract.payment(price, t)
                )
            )
    return paid


def contract_price(outcome: Outcome, contract: Contract, t: int) -> float:
    """The price at origin of what is under contract, USD/kg: of tainted and clean output the average by mass, of a
    process that stands still the lowest."""
    data, c = outcome.case.production, contract.commodity
    names = {c, outcome.case.tags.clean.get(c, c)}
    sold = [
        (outcome.origin_price[data.region[p], name, t], a * outcome.produce.get((p, t), 0.0))
        for p in data.modes(contract.process)
        for name, a in data.made(p).items()
        if name in names
    ]
    made = sum(quantity for _, quantity in sold)
    return sum(price * q for price, q in sold) / made if made else min(price for price, _ in sold)


def _trade(outcome: Outcome, of: dict[Key, Account], resources: dict[int, float]) -> None:
    """What is shipped, at delivered prices, and what leaks, at the price at origin and what the way costs."""
    case, arcs, leaks = outcome.case, outcome.case.arcs, outcome.case.leaks
    landed = (1 - arcs.loss) * outcome.delivered_at[arcs.d, arcs.c, arcs.t]
    levy, tonnes, relief = outcome.levy_column, outcome.ship_column / 1000, outcome.relief_column
    surplus = tonnes * (landed - arcs.freight - arcs.tariff_paid - arcs.export_tax_paid - levy)
    surplus += outcome.exempt_column / 1000 * relief
    levies = _levies(outcome)
    kept, taken = (levies, 0.0 * levy) if case.exporter_keeps else (0.0 * levy, levies)
    _book(arcs, of, "producer_surplus", arcs.o, surplus + kept)
    _book(arcs, of, "levy_revenue", arcs.d, taken)
    price, unseen = outcome.origin_price_at[leaks.o, leaks.c, leaks.t], leaks.tonnes / 1000
    _book(leaks, of, "outlay", leaks.d, unseen * (price + leaks.carriage))
    _book(leaks, of, "producer_surplus", leaks.o, unseen * price)
    for goods, moved in ((arcs, tonnes), (leaks, unseen)):
        _book(goods, of, "tariff_revenue", goods.d, moved * goods.tariff_paid)
        _book(goods, of, "export_tax_revenue", goods.o, moved * goods.export_tax_paid)
        spent = goods.axes.summed(moved * goods.freight, goods.t, kinds="t")
        for t, amount in zip(goods.axes.years, spent.tolist(), strict=True):
            resources[t] += amount


def _levies(outcome: Outcome) -> Vector:
    """What each shipment pays of levies, million a year."""
    tonnes, relief = outcome.ship_column / 1000, outcome.relief_column
    found: Vector = tonnes * outcome.kept_column + outcome.liable_column / 1000 * relief
    return found


def _rents(outcome: Outcome, of: dict[Key, Account]) -> None:
    """What of the levies that a treasury takes is rent of links that are full."""
    case, arcs = outcome.case, outcome.case.arcs
    if not case.exporter_keeps:
        scarce = scarce_arcs(case, outcome.scarcity.pairs)
        _book(arcs, of, "rent_revenue", arcs.d, np.where(scarce, _levies(outcome), 0.0))


def _contracts_at_own_price(outcome: Outcome, of: dict[Key, Account]) -> None:
    """What take-or-pay contracts with a price of their own move from who buys to who sells."""
    arcs, found = outcome.case.arcs, settled(outcome)
    money = np.zeros(len(arcs))
    money[found.at] = found.amount
    for names, place in (
        (("outlay", "settled_outlay"), arcs.d),
        (("producer_surplus", "settled_surplus"), arcs.o),
    ):
        for name in names:
            _book(arcs, of, name, place, money)


def _book(goods: Arcs, of: dict[Key, Account], name: str, place: Vector, money: Vector) -> None:
    """Add what each shipment brings or costs to an item of the account at these places."""
    axes = goods.axes
    sums = axes.summed(money, place, goods.t, kinds="dt")
    for d, t in np.argwhere(sums).tolist():
        account = of[axes.places[d], axes.years[t]]
        setattr(account, name, getattr(account, name) + float(sums[d, t]))


def _links(outcome: Outcome, of: dict[Key, Account], resources: dict[int, float]) -> None:
    """What is qualified, which senders pay."""
    for (o, _, _, t), charge in link_charges(outcome).items():
        of[o, t].producer_surplus -= charge
        of[o, t].link_charge += charge
        resources[t] += charge


def _production(outcome: Outcome, of: dict[Key, Account], resources: dict[int, float]) -> None:
    data, delivered = outcome.case.production, outcome.delivered
    used = {p: data.used(p).items() for p in data.processes}
    for (p, t), activity in outcome.produce.items():
        if not activity:
            continue
        r = data.region[p]
        inputs = sum(a * delivered.get((r, c, t), 0.0) for c, a in used[p])
        cost = data.unit_cost[p, t] * activity / 1000
        of[r, t].producer_surplus -= inputs * activity / 1000 + cost
        resources[t] += cost
    for (x, b), added in outcome.build.items():
        charge = data.expansion[x].charge * added / 1000
        for t in data.expansion[x].alive[b] if added else ():
            of[data.region[x], t].producer_surplus -= charge
            resources[t] += charge


def _demand(outcome: Outcome, of: dict[Key, Account], resources: dict[int, float]) -> None:
    case = outcome.case
    for (d, g, c, j, t), quantity in outcome.consume.items():
        step = case.demand.steps[d, g, c, t][j]
        of[d, t].outlay += outcome.delivered[d, c, t] * quantity / 1000
        if step.value is not None:
            unserved = step.value * (step.width - quantity) / 1000
            of[d, t].unserved += unserved
            resources[t] += unserved
    for (d, c, t), quantity in outcome.surplus.items():
        of[d, t].outlay += outcome.delivered[d, c, t] * quantity / 1000
        of[d, t].outlay += _paid_back(outcome, of, (d, c, t), quantity)
    _tags(outcome, of)


def _tags(outcome: Outcome, of: dict[Key, Account]) -> None:
    """What those lose who use what is clean as any, at prices under the rules, and who send it as tainted."""
    clean = outcome.case.tags.clean
    for (d, c, t), quantity in outcome.passed.items():
        if quantity:
            dearer = outcome.delivered[d, clean[c], t] - outcome.delivered[d, c, t]
            of[d, t].outlay += dearer * quantity / 1000
    for (o, c, t), quantity in outcome.mingled.items():
        if quantity:
            dearer = outcome.origin_price[o, clean[c], t] - outcome.origin_price[o, c, t]
            of[o, t].outlay += dearer * quantity / 1000
            of[o, t].producer_surplus += dearer * quantity / 1000  # producers sell it as clean


def _paid_back(outcome: Outcome, of: dict[Key, Account], key: tuple[str, str, int], quantity: float) -> float:
    """The rebate of `use` caps on t per year that is not used, million a year, which the treasury there gets."""
    axes, (d, c, t) = outcome.case.arcs.axes, key
    amount = float(outcome.earned[axes.place[d], axes.commodity[c], axes.year[t]]) * quantity / 1000
    of[d, t].levy_revenue += amount
    return amount


def _stocks(outcome: Outcome, of: dict[Key, Account], resources: dict[int, float]) -> None:
    for (k, t), closing in outcome.stock.items():
        pile = outcome.case.stocks.piles[k]
        key = (pile.region, pile.commodity, t)
        holding, added = pile.holding * closing / 1000, outcome.put[k, t] - outcome.take[k, t]
        of[pile.region, t].stock_cost += holding
        if added:  # a place where nothing can move has no price
            of[pile.region, t].stock_cost += outcome.delivered[key] * added / 1000
            of[pile.region, t].stock_cost += _paid_back(outcome, of, key, added)
        resources[t] += holding
        worth = pile.worth_a_year(closing, t, outcome.case.calendar)
        of[pile.region, t].stock_cost -= worth
        resources[t] -= worth


def _support(outcome: Outcome, of: dict[Key, Account]) -> dict[tuple[str, int], dict[str, float]]:
    """Book make-whole with who gets it and who pays; returns the payers by payee's place and year."""
    paid = payments(outcome)
    for payment in paid:
        account = of[payment.place, payment.year]
        if payment.kind in ("demand", "waste", "pool"):
            account.outlay -= payment.amount
        else:
            account.producer_surplus += payment.amount
    payer = {(p.place, p.year): payers(outcome, of, p.place, p.year) for p in paid}
    for payment in paid:
        for place, share in payer[payment.place, payment.year].items():
            of[place, payment.year].support += share * payment.amount
    return payer


def payers(outcome: Outcome, of: dict[Key, Account], place: str, year: int) -> dict[str, float]:
    """The member of the year where the payee is; for one outside the bloc, its members in proportion to their outlay at
    market. Where nobody is a member any more, those who were last."""
    places = outcome.case.places
    if places.is_member(place, year):
        return {place: 1.0}
    bloc = next(
        (places.bloc_in(t) for t in reversed(places.years) if t <= year and places.bloc_in(t)), places.bloc
    )
    outlay = {d: max(0.0, of[d, year].outlay - of[d, year].settled_outlay) for d in bloc}
    total = sum(outlay.values())
    if total == 0:
        return {d: 1 / len(bloc) for d in bloc}
    return {d: amount / total for d, amount in outlay.items() if amount}
