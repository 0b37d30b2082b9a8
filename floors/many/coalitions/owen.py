"""The allocation of Owen (1975): what each region's own right sides are worth at the prices of the pricing LP.

Every row of the sourcing LP that asks for or allows something belongs to a region: demand to where it is,
capacity, limits on building and minimums to where the process is, limits and take-or-pay of a route to its
origin, stocks to where they lie, what leaks to who buys it, and the room under a cap to its members, by table
demand (nothing under `use`, whose right side is 0). A region bears the sum of price x right side. Tariffs,
export taxes, minimum levies and levies of their own are costs of the LP and return to whoever collects them;
contracts for difference are paid, and take-or-pay contracts at prices of their own. Without rules on floors the sum
over all regions is what is spent; it differs from the accounts in who gets the levies: there where the capped material
arrives, here who has room under the cap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from floors.case.caps import Cap, in_region, table_base
from floors.case.derive import Case
from floors.case.leaks import leak_costs
from floors.lp.labels import Vector
from floors.solving.accounts import contracts_paid
from floors.solving.bloc import minimum_levy_on
from floors.solving.outcome import Outcome
from floors.solving.payments import AGENTS
from floors.solving.settled import settled
from floors.sourcing.rows import ROW_KINDS, Holder, parts

Share = tuple[str, float]  # region, and its part of a right side


def owen_shares(outcome: Outcome) -> dict[str, float]:
    """Million of present value by region."""
    case = outcome.case
    borne = dict.fromkeys(case.places.regions, 0.0)
    for region, amount in (*_owned(outcome), *_constants(case), *_collected(outcome), *_settled(outcome)):
        borne[region] += amount / 1000
    for paid in contracts_paid(outcome):
        amount = case.calendar.weight[paid.year] * paid.amount
        borne[case.places.region_of[paid.contract.payer]] += amount
        borne[paid.place] -= amount
    return borne


def _owned(outcome: Outcome) -> Iterator[Share]:
    """Price x right side of every row, thousand, by the region that it belongs to."""
    for row, shares in right_sides(outcome):
        price = float(outcome.priced.price[row])
        yield from ((region, price * part) for region, part in shares)


def right_sides(outcome: Outcome) -> Iterator[tuple[int, Iterable[Share]]]:
    """Every row, and its right side by region."""
    case, lp = outcome.case, outcome.market.lp
    caps = {cap.name: cap for cap in case.caps}
    leaked = _leaving(case)
    divided: dict[Holder, Callable[..., Iterable[Share]]] = {
        Holder.GOODS: lambda side, *key: leaked[key] if side else (),
        Holder.FUND: lambda side, fund: ((r, share * side) for r, share in _buyers(outcome, fund)),
        Holder.SELLER: lambda side, seller, c, t: ((seller, side),),
        Holder.CAP: lambda side, name, t: _room(outcome, caps[name], t),
    }
    for kind in ROW_KINDS.values():
        for index, row in outcome.compiled.rows(getattr(outcome.model, kind.name)).items():
            side, key = float(lp.row_lower[row]), parts(index)
            if kind.holder in AGENTS:
                place = AGENTS[kind.holder](case, *key).place
                yield row, [(case.places.region_of[place], side)]
            else:
                yield row, divided[kind.holder](side, *key)


def _leaving(case: Case) -> dict[tuple[str, str, int], list[Share]]:
    """What leaks from an origin, of a commodity in a year, by who buys it."""
    found: dict[tuple[str, str, int], list[Share]] = {}
    for (d, _, c, t), (o, quantity) in case.demand.leak.items():
        found.setdefault((o, c, t), []).append((case.places.region_of[d], quantity))
    return found


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


def _room(outcome: Outcome, cap: Cap, t: int) -> Iterator[Share]:
    """The right side of a cap's row as `a x >= b`, by region: less room is more cost; leaks and what is exempt take
    room."""
    case = outcome.case
    region_of = case.places.region_of
    regions = dict.fromkeys(region_of[d] for c in cap.places for d in cap.places_in(c, t))
    whole = table_base(cap, case.demand, t)
    for region in regions:
        own = table_base(in_region(cap, region, region_of), case.demand, t)
        yield region, -cap.limit[t] * (own / whole if whole else 1 / len(regions))
    for counted, goods, tonnes in (
        (case.counted_leaks, case.leaks, case.leaks.tonnes),
        (case.counted, case.arcs, outcome.exempt_column),
    ):
        under = (counted.cap == case.caps.index(cap)) & (counted.t == case.arcs.axes.year[t])
        taken = counted.coefficient * tonnes[counted.arc]
        if goods is case.arcs:
            under &= counted.coefficient > 0  # no levy is no rebate lost
        yield from _by_region(case, goods.r[counted.arc[under]], taken[under])


def _by_region(case: Case, at: Vector, amounts: Vector) -> Iterator[Share]:
    """Sums of amounts by region, positions `at`."""
    regions = case.places.regions
    yield from zip(regions, np.bincount(at, amounts, len(regions)).tolist(), strict=True)


def _constants(case: Case) -> Iterator[Share]:
    """Value of all demand, of which `demand` rows give back what is met; freight and duties of leaks; thousand."""
    for key, worth in case.demand.worth(case.calendar.weight).items():
        yield case.places.region_of[key[0]], worth
    yield from _by_region(case, case.leaks.r, np.array(leak_costs(case)))


def _settled(outcome: Outcome) -> Iterator[Share]:
    """What contracts at prices of their own move from who buys to who sells, thousand."""
    case, arcs, found = outcome.case, outcome.case.arcs, settled(outcome)
    moved = 1000 * case.weight_at[arcs.t[found.at]] * found.amount
    yield from _by_region(case, arcs.r[found.at], moved)
    yield from _by_region(case, arcs.o[found.at], -moved)


def _collected(outcome: Outcome) -> Iterator[Share]:
    """Tariffs, export taxes, minimum levies and levies of their own that treasuries collect, negative, thousand."""
    case, arcs = outcome.case, outcome.case.arcs
    for goods, tonnes in ((arcs, outcome.ship_column), (case.leaks, case.leaks.tonnes)):
        worth = -case.weight_at[goods.t] * tonnes
        yield from _by_region(case, goods.r, worth * goods.tariff_paid)
        yield from _by_region(case, goods.o, worth * goods.export_tax_paid)
    levied = minimum_levy_on(case, arcs.ways, arcs.content, outcome.levies) + outcome.own_column
    levied = levied * outcome.liable_column
    taker = arcs.o if case.exporter_keeps else arcs.r
    yield from _by_region(case, taker, -case.weight_at[arcs.t] * levied)
