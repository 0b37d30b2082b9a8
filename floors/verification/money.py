"""Sheet accounts: who pays and who gains, and what was really spent, out of a plan and its prices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import fsum, inf
from typing import Any

from floors.verification.calendar import Place
from floors.verification.check import About, Row
from floors.verification.given import Given
from floors.verification.links import charged
from floors.verification.making import Contract
from floors.verification.named import clean, plain
from floors.verification.plan import Plan
from floors.verification.written import Line

COSTS = ("outlay", "unserved", "stock_cost", "support", "contract_payments")
BOUGHT = "settled in outlay"
NOISE = 1e-18  # of all money: prices that are rounding of 0 are in one table and not in the other
BELOW = "below_cost"  # beside the accounts, which are at offers
GAINS = ("levy_revenue", "tariff_revenue", "export_tax_revenue", "producer_surplus")


@dataclass
class Accounts:
    """Terms of every column by (place, year), and of `resources` by year, million a year; nothing is summed
    before all terms are there."""

    given: Given
    terms: dict[tuple[str, int, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    resources: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))

    def book(self, place: str, t: int, column: str, amount: float) -> None:
        """One term."""
        self.terms[place, t, column].append(amount)

    def sum(self, place: str, t: int, column: str) -> float:
        """A column of the sheet."""
        if column == "net_cost":
            return fsum(self.sum(place, t, c) for c in COSTS) - fsum(self.sum(place, t, c) for c in GAINS)
        return fsum(self.terms.get((place, t, column), ()))

    def scale(self, place: str, t: int, column: str) -> float:
        """Size of the terms of a column."""
        columns = (*COSTS, *GAINS) if column == "net_cost" else (column,)
        return fsum(abs(a) for c in columns for a in self.terms.get((place, t, c), ()))

    def bloc(self, column: str) -> About:
        """Present value over members and their markets, million."""
        weight = self.given.calendar.weight
        keys = [(d, t) for t in weight for d in self.given.world.bloc(t)]
        return About(
            fsum(weight[t] * self.sum(d, t, column) for d, t in keys),
            fsum(weight[t] * self.scale(d, t, column) for d, t in keys),
        )

    def present(self, by_year: dict[int, list[float]]) -> About:
        """Present value of yearly amounts, million."""
        weight = self.given.calendar.weight
        return About(
            fsum(weight[t] * fsum(terms) for t, terms in by_year.items()),
            fsum(weight[t] * abs(a) for t, terms in by_year.items() for a in terms),
        )

    def spent(self) -> About:
        """What the world spends and leaves unserved."""
        return self.present(self.resources)

    def below_cost(self) -> About:
        """What is sold below cost, everywhere."""
        found: dict[int, list[float]] = defaultdict(list)
        for (_, t, column), terms in self.terms.items():
            if column == BELOW:
                found[t] += terms
        return self.present(found)

    def unserved(self) -> About:
        """Value left unserved, everywhere."""
        found: dict[int, list[float]] = defaultdict(list)
        for (_, t, column), terms in self.terms.items():
            if column == "unserved":
                found[t] += terms
        return self.present(found)


def keep(plan: Plan, support: list[Line]) -> Accounts:
    """The accounts of a plan; `support` are the rows of make-whole."""
    accounts = Accounts(plan.given)
    _trade(plan, accounts)
    _leaks(plan, accounts)
    for (o, _, _, t), amount in charged(plan):
        accounts.book(o, t, "producer_surplus", -amount)
        accounts.book(o, t, "link_charge", amount)
        accounts.resources[t].append(amount)
    _production(plan, accounts)
    _demand(plan, accounts)
    _stocks(plan, accounts)
    _contracts(plan, accounts)
    _settle(plan, accounts)
    _support(plan, accounts, support)
    return accounts


def _trade(plan: Plan, accounts: Accounts) -> None:
    g = plan.given
    for (o, d, c, t), q in plan.ship.items():
        road, kt = g.sure_road(o, d, c, t), q / 1000
        levy, free = plan.levy_on(o, d, c, t), plan.exempt.get((o, d, c, t), 0.0) / 1000
        worth = (1 - road.loss) * plan.price.get((d, c, t), 0.0)
        taken = kt * levy - free * plan.saved((o, d, c, t)) if free else kt * levy
        for amount in (worth, -road.freight, -road.tariff, -road.export_tax):
            accounts.book(o, t, "producer_surplus", kt * amount)
        accounts.book(o, t, "producer_surplus", -taken)
        accounts.book(d, t, "tariff_revenue", kt * road.tariff)
        accounts.book(o, t, "export_tax_revenue", kt * road.export_tax)
        keeper = (o, "producer_surplus") if g.study.settings.rent == "exporter" else (d, "levy_revenue")
        accounts.book(keeper[0], t, keeper[1], taken)
        if keeper[1] == "levy_revenue" and (o, g.world.region[d], plain(c), t) in plan.scarce:
            accounts.book(d, t, "rent_revenue", taken)
        accounts.resources[t].append(kt * road.freight)


def _leaks(plan: Plan, accounts: Accounts) -> None:
    g = plan.given
    for (d, _, c, t), (o, q) in g.buying.leak.items():
        road, kt = g.sure_road(o, d, c, t), q / 1000
        price = plan.origin.get((o, g.tagging.own(o, c), t), 0.0)
        for amount in (price, road.freight, road.tariff, road.export_tax):
            accounts.book(d, t, "outlay", kt * amount)
        accounts.book(d, t, "tariff_revenue", kt * road.tariff)
        accounts.book(o, t, "export_tax_revenue", kt * road.export_tax)
        accounts.book(o, t, "producer_surplus", kt * price)
        accounts.resources[t].append(kt * road.freight)


def _production(plan: Plan, accounts: Accounts) -> None:
    making = plan.given.making
    for (p, t), q in plan.make.items():
        r, kt = making.region[p], q / 1000
        for c, a in making.uses[p].items():
            accounts.book(r, t, "producer_surplus", -kt * a * plan.price.get((r, c, t), 0.0))
        for cost in (
            (making.basis[p, t], -making.cost[p, t]) if making.basis[p, t] != making.cost[p, t] else ()
        ):
            accounts.book(r, t, BELOW, kt * cost)
        accounts.book(r, t, "producer_surplus", -kt * making.cost[p, t])
        accounts.resources[t].append(kt * making.cost[p, t])
    for (x, b), q in plan.added.items():
        charge = making.building[x].charge * q / 1000
        for t in making.building[x].alive[b]:
            accounts.book(making.region[x], t, "producer_surplus", -charge)
            accounts.resources[t].append(charge)


def _demand(plan: Plan, accounts: Accounts) -> None:
    """Buyers pay for all that is left for them, used or not."""
    for (d, c, t), terms in plan.arriving.items():  # under both names, at the price of each
        for q in terms:
            accounts.book(d, t, "outlay", plan.price.get((d, c, t), 0.0) * q / 1000)
    for (o, c, t), q in plan.mingled.items():
        for price in (plan.origin.get((o, clean(c), t), 0.0), -plan.origin.get((o, c, t), 0.0)):
            accounts.book(o, t, "outlay", price * q / 1000)
            accounts.book(o, t, "producer_surplus", price * q / 1000)  # producers sell it as clean
    for key, q in plan.surplus.items():
        _pay_back(plan, accounts, key, "outlay", q)
    for (d, _, t), steps in plan.served.items():
        for _, step, got in steps:
            for q in (step.width, -got) if step.value < inf else ():
                accounts.book(d, t, "unserved", step.value * q / 1000)
                accounts.resources[t].append(step.value * q / 1000)


def _pay_back(plan: Plan, accounts: Accounts, key: Place, column: str, q: float) -> None:
    """The rebate of `use` caps on what is not used, which the treasury there gets."""
    amount, (d, _, t) = plan.earned(*key) * q / 1000, key
    accounts.book(d, t, column, amount)
    accounts.book(d, t, "levy_revenue", amount)


def _stocks(plan: Plan, accounts: Accounts) -> None:
    g = plan.given
    for k, heap in g.heaps.items():
        for t in g.calendar.years:
            price = plan.price.get((heap.region, heap.commodity, t), 0.0)
            flow = plan.put.get((k, t), 0.0) - plan.take.get((k, t), 0.0)
            holding = heap.holding * plan.closing.get((k, t), 0.0) / 1000
            accounts.book(heap.region, t, "stock_cost", price * flow / 1000)
            _pay_back(plan, accounts, (heap.region, heap.commodity, t), "stock_cost", flow)
            accounts.book(heap.region, t, "stock_cost", holding)
            accounts.resources[t].append(holding)
            if heap.value is not None and t == g.calendar.years[-1]:
                left = heap.value * plan.closing.get((k, t), 0.0) / g.calendar.length[t] / 1000
                accounts.book(heap.region, t, "stock_cost", -left)
                accounts.resources[t].append(-left)


def _contracts(plan: Plan, accounts: Accounts) -> None:
    for one in plan.given.contracts:
        place = plan.given.making.region[one.process]
        for t in one.tonnes:
            amount = one.pays(_sold_at(plan, one, t), t)
            accounts.book(one.payer, t, "contract_payments", amount)
            accounts.book(place, t, "producer_surplus", amount)


def _sold_at(plan: Plan, one: Contract, t: int) -> float:
    """The price at origin of what is under contract: of both tags by what is made of them, the lower of a process that
    stands still."""
    making = plan.given.making
    sold = [
        (plan.origin.get((making.region[one.process], c, t), 0.0), a * plan.make.get((mode, t), 0.0))
        for mode in making.modes(one.process)
        for c, a in making.makes[mode].items()
        if plain(c) == one.commodity
    ]
    made = fsum(q for _, q in sold)
    return fsum(price * q for price, q in sold) / made if made else min(price for price, _ in sold)


def _settle(plan: Plan, accounts: Accounts) -> None:
    """The minimum of a route with a price is paid at that, each place its part of it: outlay of the buyer, income of
    the seller."""
    g = plan.given
    for arc, q in plan.ship.items():
        o, d, c, t = arc
        road, kt = g.sure_road(*arc), q / 1000
        if road.price is None or not road.least or not q:
            continue
        bound = kt * road.least / plan.shipped[o, g.world.region[d], plain(c), t]
        worth = (1 - road.loss) * plan.price.get((d, c, t), 0.0)
        for amount in (
            road.price,
            -worth,
            road.freight,
            road.tariff,
            road.export_tax,
            *plan.levies_on(*arc),
            -plan.saved(arc) * plan.exempt.get(arc, 0.0) / q,
        ):
            for place, column in ((d, "outlay"), (o, "producer_surplus")):
                accounts.book(place, t, column, bound * amount)
                accounts.book(place, t, "settled", bound * amount)
            accounts.book(d, t, BOUGHT, bound * amount)


def payee_place(given: Given, kind: str, name: str) -> str | None:
    """Where whoever is paid make-whole is; None for a name that the tables do not have."""
    making = given.making
    if kind == "process" and name in making.makes:
        return making.region[name]
    if kind == "plant" and name in making.plants:
        return making.region[name]
    if kind == "stockpile" and name in given.heaps:
        return given.heaps[name].region
    if kind in ("waste", "pool"):
        return next((d for d in given.world.region for c in given.commodities if f"{d} {c}" == name), None)
    if kind == "demand":
        return next((b[0] for b in given.buying.ladder if f"{given.buyer_name(b)} {b[2]}" == name), None)
    if kind == "route":
        origin, _, rest = name.partition(" > ")
        there = any(rest == f"{d} {c}" for d in given.world.region for c in given.commodities)
        return origin if origin in given.world.regions and there else None
    return None


def _support(plan: Plan, accounts: Accounts, support: list[Line]) -> None:
    """Book make-whole with who gets it and who pays it."""
    g, paid = plan.given, []
    for line in support:
        place = payee_place(g, line["kind"], str(line["name"]))
        t, made_whole = line["year"], line["make_whole"] or 0.0
        if place is None or t not in g.calendar.weight or made_whole == 0:
            continue
        amount = made_whole / g.calendar.weight[t]
        column, sign = (
            ("outlay", -1) if line["kind"] in ("demand", "waste", "pool") else ("producer_surplus", 1)
        )
        accounts.book(place, t, column, sign * amount)
        paid.append((place, t, amount))
    shares = {(place, t): payers(accounts, place, t) for place, t, _ in paid}
    for place, t, amount in paid:
        for payer, share in shares[place, t].items():
            accounts.book(payer, t, "support", share * amount)


def payers(accounts: Accounts, place: str, t: int) -> dict[str, float]:
    """The member where the payee is; for one outside the bloc members of the year in proportion to their outlay at
    market, and where there is none any more those who were last."""
    world = accounts.given.world
    if world.is_member(place, t):
        return {place: 1.0}
    bloc: tuple[str, ...] = ()
    for year in accounts.given.calendar.years:
        bloc = (world.bloc(year) or bloc) if year <= t else bloc
    bloc = bloc or tuple(d for d, r in world.region.items() if r in world.members)
    outlay = {d: max(0.0, accounts.sum(d, t, "outlay") - accounts.sum(d, t, BOUGHT)) for d in bloc}
    total = fsum(outlay.values())
    if total == 0:
        return dict.fromkeys(bloc, 1 / len(bloc))
    return {d: amount / total for d, amount in outlay.items() if amount}


def account_rows(accounts: Accounts, baseline: Accounts) -> Iterator[Row]:
    """One row per place and year."""
    g = accounts.given
    noise = NOISE * fsum(abs(a) for of in (accounts, baseline) for terms in of.terms.values() for a in terms)
    for d in g.world.region:
        for t in g.calendar.years:
            row: dict[str, Any] = {"role": g.world.role_in(d, t)}
            for column in (*COSTS, *GAINS, "settled", "link_charge", "rent_revenue", "net_cost", BELOW):
                row[column] = About(accounts.sum(d, t, column), accounts.scale(d, t, column), noise)
            base, scale = baseline.sum(d, t, "net_cost"), baseline.scale(d, t, "net_cost")
            row["baseline_cost"] = About(base, scale, noise)
            row["change"] = About(row["net_cost"].value - base, row["net_cost"].scale + scale, noise)
            row["consumer_surplus_change"] = _gained(accounts, baseline, d, t)._replace(slack=noise)
            yield (d, t), row


def baseline_rows(baseline: Accounts) -> Iterator[Row]:
    """One row per place and year of the accounts without policy."""
    g = baseline.given
    noise = NOISE * fsum(abs(a) for terms in baseline.terms.values() for a in terms)
    for d in g.world.region:
        for t in g.calendar.years:
            yield (
                (d, t),
                {"role": g.world.role_in(d, t)}
                | {
                    column: About(baseline.sum(d, t, column), baseline.scale(d, t, column), noise)
                    for column in (*COSTS, *GAINS, "settled", "link_charge", "net_cost", BELOW)
                },
            )


def _gained(accounts: Accounts, baseline: Accounts, d: str, t: int) -> About:
    """By how much buyers pay and miss less than in the baseline, million a year."""
    paid = ("outlay", "unserved")
    before, now = (fsum(of.sum(d, t, column) for column in paid) for of in (baseline, accounts))
    return About(before - now, fsum(of.scale(d, t, c) for of in (baseline, accounts) for c in paid))


def imbalance(accounts: Accounts) -> float:
    """Largest difference in a year between all net costs and what was spent, relative, as in the certificate."""
    g, worst = accounts.given, 0.0
    for t in g.calendar.years:
        total = fsum(accounts.sum(d, t, "net_cost") for d in g.world.region)
        spent = fsum(accounts.resources[t])
        sizes = [abs(accounts.sum(d, t, c)) for d in g.world.region for c in (*COSTS, *GAINS)]
        worst = max(worst, abs(total - spent) / (max(abs(spent), *sizes) or 1.0))
    return worst
