"""The Owen allocation: what each region's own right sides are worth at the prices of the pricing LP.

Every row of the sourcing LP that asks for or allows something belongs to a region: demand to where it is,
capacity, limits on building and minimums to where the process is, limits and take-or-pay of a route to its
origin, stocks to where they lie, what leaks to who buys it, and the room under a cap to its members, by table
demand (nothing under `use`, whose right side is 0). A region bears the sum of price x right side. Tariffs,
export taxes and minimum levies are costs of the LP and return to whoever collects them; contracts for
difference are paid. Without rules on floors the sum over all regions is what is spent; it differs from the
accounts in who gets the levies: there where the capped material arrives, here who has room under the cap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from floors.case.caps import Cap, table_base
from floors.case.derive import Case
from floors.solving.accounts import contracts_paid
from floors.solving.outcome import Outcome

Share = tuple[str, float]  # region, and its part of a right side


def owen_shares(outcome: Outcome) -> dict[str, float]:
    """Million of present value by region."""
    case = outcome.case
    borne = dict.fromkeys(case.places.regions, 0.0)
    for region, amount in (*_owned(outcome), *_constants(case), *_collected(outcome)):
        borne[region] += amount / 1000
    for paid in contracts_paid(outcome):
        amount = case.calendar.weight[paid.year] * paid.amount
        borne[case.places.region_of[paid.contract.payer]] += amount
        borne[paid.place] -= amount
    return borne


def _owned(outcome: Outcome) -> Iterator[Share]:
    """Price x right side of every row with an owner, thousand."""
    price, lp, m = outcome.priced.price, outcome.compiled.lp, outcome.model
    case = outcome.case
    for name, owner in _owners(case).items():
        for key, row in outcome.compiled.rows(getattr(m, name)).items():
            yield owner(key), float(price[row] * lp.row_lower[row])
    supply = outcome.compiled.rows(m.supply)
    for (d, _, c, t), (o, quantity) in case.demand.leak.items():
        yield case.places.region_of[d], float(price[supply[o, c, t]]) * quantity
    for key, row in outcome.compiled.rows(m.fund).items():
        amount = float(price[row] * lp.row_lower[row])
        for region, share in _buyers(outcome, key):
            yield region, share * amount
    caps = outcome.compiled.rows(m.cap)
    for cap in case.caps:
        for t in cap.given:
            if (cap.name, t) in caps:
                levy = float(price[caps[cap.name, t]])
                yield from ((region, levy * part) for region, part in _room(case, cap, t))


def _owners(case: Case) -> dict[str, Callable[[Any], str]]:
    """By component: the region that a row belongs to, told by its key."""
    region, places, piles = case.production.region, case.places.region_of, case.stocks.piles

    def pile(key: Any) -> str:
        return piles[key[0]].region

    return {
        "demand": lambda key: places[key[0]],
        "must_serve": lambda key: places[key[0]],
        "capacity": lambda key: region[key[0]],
        "build_limit": lambda key: region[key[0]],
        "build_total": lambda key: region[key],
        "process_minimum": lambda key: region[key[0]],
        "route_limit": lambda key: key[0],
        "route_minimum": lambda key: key[0],
        "stock_opening": pile,
        "stock_capacity": pile,
        "stock_target": pile,
    }


def _buyers(outcome: Outcome, fund: str) -> list[Share]:
    """Where a fund buys, by what it spends in the plan at reference prices; alike where it spends nothing."""
    case = outcome.case
    spent: dict[str, float] = {}
    for (k, t), reference in case.stocks.price.items():
        pile = case.stocks.piles[k]
        if pile.fund == fund:
            bought = case.calendar.length[t] * reference * outcome.put[k, t]
            spent[pile.region] = spent.get(pile.region, 0.0) + bought
    total = sum(spent.values())
    return [(region, amount / total if total else 1 / len(spent)) for region, amount in spent.items()]


def _room(case: Case, cap: Cap, t: int) -> Iterator[Share]:
    """The right side of a cap's row as `a x >= b`, by region: less room is more cost, and leaks take room."""
    region_of = case.places.region_of
    regions = dict.fromkeys(region_of[d] for places in cap.places.values() for d in places)
    base = dict.fromkeys(regions, 0.0)
    for region in regions:
        for c, weight in cap.weights.items():
            own = tuple(d for d in cap.places[c] if region_of[d] == region)
            base[region] += weight * case.demand.table(own, c, t)
    whole = table_base(cap, case.demand, t)
    for region in regions:
        yield region, -cap.limit[t] * (base[region] / whole if whole else 1 / len(regions))
    for (d, _, c, y), (o, quantity) in case.demand.leak.items():
        if y == t:
            yield region_of[d], quantity * cap.coefficient(case.routes, region_of, o, d, c, t)


def _constants(case: Case) -> Iterator[Share]:
    """Value of all demand, of which `demand` rows give back what is met; freight and duties of leaks; thousand."""
    weight, region_of = case.calendar.weight, case.places.region_of
    for key, steps in case.demand.steps.items():
        for step in steps:
            if step.value is not None:
                yield region_of[key[0]], weight[key[-1]] * step.value * step.width
    for (d, _, c, t), (o, quantity) in case.demand.leak.items():
        route = case.routes.of[o, region_of[d], c, t]
        duty = (route.tariff + route.export_tax) * case.reference.get((c, t), 0.0)
        yield region_of[d], weight[t] * quantity * (route.freight + duty)


def _collected(outcome: Outcome) -> Iterator[Share]:
    """Tariffs, export taxes and minimum levies that treasuries collect, negative, thousand."""
    case, keeps = outcome.case, outcome.case.study.settings.rent == "exporter"
    weight, region_of = case.calendar.weight, case.places.region_of
    leaks = [(o, d, c, t, q, False) for (d, _, c, t), (o, q) in case.demand.leak.items()]
    shipped = [(*key, quantity, True) for key, quantity in outcome.ship.items() if quantity]
    for o, d, c, t, quantity, levied in (*leaks, *shipped):
        route = case.routes.of[o, region_of[d], c, t]
        worth = weight[t] * quantity * case.reference.get((c, t), 0.0)
        yield region_of[d], -route.tariff * worth
        yield o, -route.export_tax * worth
        pays = case.border.pays_minimum(case.places, case.routes, o, d, c, t) if levied else 0.0
        if pays:
            yield o if keeps else region_of[d], -weight[t] * quantity * pays * outcome.levies[o, c, t]
