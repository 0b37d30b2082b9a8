"""Capped material traced through the chain: what the ore was, not only the last process."""

from __future__ import annotations

from dataclasses import dataclass, field

from floors.outcome import Outcome

SETTLED = 1e-12
MOST_PASSES = 10_000

Place = tuple[str, str]  # place, commodity


@dataclass
class _Year:
    """Shares of one year, all starting at 0 and only ever rising."""

    made: dict[Place, float] = field(default_factory=dict)  # what is made at a region
    pool: dict[Place, float] = field(default_factory=dict)  # what arrives at a place


def traced_shares(outcome: Outcome) -> dict[tuple[str, str, str, int], float]:
    """Share of capped origin in every shipment, traced by mass through the solved flows.

    A process in a capped region makes 1; any other the average of its inputs by mass; a place's pool is the
    average of its arrivals; a shipment the larger of what is traced and its `content`; a stock the running
    average; a leak 1. Chains may close on themselves, so the shares of a year are passed round until they
    settle.
    """
    shares: dict[tuple[str, str, str, int], float] = {}
    kept: dict[str, float] = dict.fromkeys(outcome.case.stocks.piles, 0.0)
    for t in outcome.case.calendar.years:
        year = _Year()
        for _ in range(MOST_PASSES):
            if _pass(outcome, t, year, kept) <= SETTLED:
                break
        for (o, d, c, y), quantity in outcome.ship.items():
            if y == t and quantity:
                shares[o, d, c, t] = max(year.made.get((o, c), 0.0), outcome.case.arcs[o, d, c, t].content)
        _close_stocks(outcome, t, year, kept)
    return shares


def _pass(outcome: Outcome, t: int, year: _Year, kept: dict[str, float]) -> float:
    made = _made(outcome, t, year)
    moved = _largest_change(year.made, made)
    year.made = made
    pool = _pools(outcome, t, year, kept)
    moved = max(moved, _largest_change(year.pool, pool))
    year.pool = pool
    return moved


def _largest_change(before: dict[Place, float], after: dict[Place, float]) -> float:
    return max((abs(share - before.get(key, 0.0)) for key, share in after.items()), default=0.0)


def _made(outcome: Outcome, t: int, year: _Year) -> dict[Place, float]:
    data, role = outcome.case.production, outcome.case.places.role
    mass: dict[Place, float] = {}
    capped: dict[Place, float] = {}
    for p in data.processes:
        activity = outcome.produce.get((p, t), 0.0)
        if not activity:
            continue
        r = data.region[p]
        used = data.used(p)
        total = sum(used.values())
        if role[r] == "capped":
            share = 1.0
        elif total:
            share = sum(a * year.pool.get((r, c), 0.0) for c, a in used.items()) / total
        else:
            share = 0.0
        for c, a in data.made(p).items():
            mass[r, c] = mass.get((r, c), 0.0) + a * activity
            capped[r, c] = capped.get((r, c), 0.0) + a * activity * share
    return {key: capped[key] / m for key, m in mass.items()}


def _pools(outcome: Outcome, t: int, year: _Year, kept: dict[str, float]) -> dict[Place, float]:
    case = outcome.case
    mass: dict[Place, float] = {}
    capped: dict[Place, float] = {}

    def arrive(key: Place, quantity: float, share: float) -> None:
        mass[key] = mass.get(key, 0.0) + quantity
        capped[key] = capped.get(key, 0.0) + quantity * share

    for (o, d, c, y), quantity in outcome.ship.items():
        if y == t and quantity:
            route = case.arcs[o, d, c, t]
            arrive((d, c), quantity * (1 - route.loss), max(year.made.get((o, c), 0.0), route.content))
    for k, pile in case.stocks.piles.items():
        taken = outcome.take[k, t]
        if taken:
            arrive((pile.region, pile.commodity), taken, kept[k])
    return {key: capped[key] / m for key, m in mass.items() if m > 0}


def _close_stocks(outcome: Outcome, t: int, year: _Year, kept: dict[str, float]) -> None:
    length = outcome.case.calendar.length[t]
    for k, pile in outcome.case.stocks.piles.items():
        closing, put = outcome.stock[k, t], length * outcome.put[k, t]
        before = max(0.0, closing - put)
        if closing > 0 and put > 0:
            new = year.pool.get((pile.region, pile.commodity), 0.0)
            kept[k] = (before * kept[k] + put * new) / (before + put)
