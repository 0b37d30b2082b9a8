"""What is thrown away, whose use is paid for, and what a cap cannot see of use: in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from floors.case.caps import Cap
from floors.case.leaks import leaked_from
from floors.lp.labels import Vector
from floors.results.amounts import conjoined, price, share, tonnes, years
from floors.solving.outcome import Outcome

SOME = 1e-6  # of what is made, arrives or is used: less is rounding
PLACES = 6  # that are told one by one

Spot = tuple[str, str, int]  # place, commodity, year


def use_in_words(outcome: Outcome) -> Iterator[str]:
    """Surplus that is thrown away, and buyers that are paid for what they use."""
    yield from _thrown_away(outcome)
    yield from _paid_for(outcome)


def use_warnings(outcome: Outcome) -> Iterator[str]:
    """Use that is none, and bans that stocks get round: no row of the plan sees them."""
    yield from _made_in_vain(outcome)
    yield from _bans_met_from_stock(outcome)


def _arriving(outcome: Outcome) -> Vector:
    """t per year after loss and out of stocks, [place, commodity, year]."""
    arcs = outcome.case.arcs
    found = arcs.arriving(outcome.ship_column * (1 - arcs.loss))
    for (k, t), quantity in outcome.take.items():
        pile = outcome.case.stocks.piles[k]
        found[arcs.axes.at([(pile.region, pile.commodity, t)], "dct")] += quantity
    return found


def _surplus(outcome: Outcome) -> dict[Spot, float]:
    """t per year that arrives and nobody uses, where it is no rounding beside what arrives."""
    arriving, axes = _arriving(outcome), outcome.case.arcs.axes
    return {
        key: quantity
        for key, quantity in outcome.surplus.items()
        if quantity > SOME * float(arriving[axes.at([key], "dct")][0])
    }


def _thrown_away(outcome: Outcome) -> Iterator[str]:
    """Tonnes over all years by place and commodity, the most first."""
    total: dict[tuple[str, str], float] = {}
    plain = outcome.case.tags.plain
    for (d, name, t), quantity in _surplus(outcome).items():
        c = plain.get(name, name)
        total[d, c] = total.get((d, c), 0.0) + outcome.case.calendar.length[t] * quantity
    most = sorted(total, key=lambda one: -total[one])
    if most:
        told = "; ".join(f"{tonnes(total[d, c])} t of {c} in {d}" for d, c in most[:PLACES])
        more = f"; and at {len(most) - PLACES} more places" if len(most) > PLACES else ""
        yield f"Surplus that arrives and nobody uses is thrown away: {told}{more}."


def _paid_for(outcome: Outcome) -> Iterator[str]:
    """Places where a delivered price is below 0 and somebody uses what arrives, which a `use` cap counts."""
    axes, currency = outcome.case.arcs.axes, outcome.case.study.settings.currency
    used = _arriving(outcome) - _where(outcome, outcome.surplus)
    for (k, t), quantity in outcome.put.items():
        pile = outcome.case.stocks.piles[k]
        used[axes.at([(pile.region, pile.commodity, t)], "dct")] -= quantity
    lowest: dict[tuple[str, str], dict[int, float]] = {}
    plain = outcome.case.tags.plain
    for (d, c, t), delivered in outcome.delivered.items():
        at = axes.at([(d, c, t)], "dct")
        if delivered < -outcome.binds and float(used[at][0]) > SOME * float(np.abs(used).max()):
            paid = lowest.setdefault((d, plain.get(c, c)), {})
            paid[t] = min(delivered, paid.get(t, delivered))
    said = []
    for (d, c), prices in lowest.items():
        least, most = min(prices.values()), max(prices.values())
        ends = dict.fromkeys([price(-most), price(-least)])
        when = years(prices, outcome.case.calendar.years)
        said.append(f"{d} {' to '.join(ends)} {currency}/kg for {c} in {when}")
    if said:
        more = f"; and {len(said) - PLACES} more" if len(said) > PLACES else ""
        yield f"Use that makes room under a cap on use is paid for: {'; '.join(said[:PLACES])}{more}."


def _where(outcome: Outcome, quantities: dict[Spot, float]) -> Vector:
    return outcome.case.arcs.axes.filled(quantities, "dct")


def _made_in_vain(outcome: Outcome) -> Iterator[str]:
    """Processes that use what a binding `use` cap counts, and of whose products something is thrown away."""
    case, data = outcome.case, outcome.case.production
    capped, axes = [cap for cap in case.caps if cap.basis == "use"], case.arcs.axes
    of = {c: axes.commodities[k] for c, k in zip(axes.commodities, axes.plain.tolist(), strict=True)}
    left = _left(outcome) if capped else {}
    for cap in capped:
        paying = [
            t
            for t, given in cap.given.items()
            if given and outcome.cap_levy.get((cap.name, t), 0.0) > outcome.binds
        ]
        for p in data.processes:
            r, made = data.region[p], data.made(p)
            used = {
                c: a for c, a in data.used(p).items() if cap.weights.get(of[c]) and r in cap.places[of[c]]
            }
            running = [
                t
                for t in paying
                if outcome.produce.get((p, t), 0.0) and all(r in cap.places_in(of[c], t) for c in used)
            ]
            vain = [t for t in running if not made or any((r, c, t) in left for c in made)]
            if not used or not vain:
                continue
            t = vain[0]
            inputs = conjoined([f"{tonnes(a * outcome.produce[p, t])} t of {of[c]}" for c, a in used.items()])
            lost = conjoined(
                [f"{tonnes(left[r, c, t])} t of the {of[c]} made in {r}" for c in made if (r, c, t) in left]
                or [""]
            )
            also = f" So it is in {years(vain[1:], case.calendar.years)}." if len(vain) > 1 else ""
            yield (
                f"caps: {cap.name}: what {data.process(p)} uses counts as use, {inputs} in {t}, though "
                f"{f'{lost} are thrown away' if made else 'it makes nothing'}: no row sees that.{also}"
            )


def _left(outcome: Outcome) -> dict[Spot, float]:
    """t per year of what is made in a region that stay there, or are thrown away where they arrive."""
    case, data = outcome.case, outcome.case.production
    made, left = dict[Spot, float](), dict[Spot, float]()
    for (p, t), activity in outcome.produce.items():
        for c, a in data.made(p).items():
            key = (data.region[p], c, t)
            made[key] = made.get(key, 0.0) + a * activity
    sent, surplus = leaked_from(case), _surplus(outcome)
    for (o, d, c, t), quantity in outcome.ship.items():
        sent[o, c, t] = sent.get((o, c, t), 0.0) + quantity
        if quantity and (d, c, t) in surplus:
            left[o, c, t] = left.get((o, c, t), 0.0) + min(quantity, surplus[d, c, t])
    for key, quantity in made.items():
        left[key] = left.get(key, 0.0) + quantity - sent.get(key, 0.0)
    return {key: quantity for key, quantity in left.items() if quantity > SOME * made.get(key, 0.0)}


def _bans_met_from_stock(outcome: Outcome) -> Iterator[str]:
    """Bans in whose years something is used that they would not let in: it was put away before."""
    for cap in outcome.case.caps:
        banned = [t for t in outcome.case.calendar.years if cap.bans(t)]
        for c in (c for c, weight in cap.weights.items() if weight) if banned else ():
            yield from _met_from_stock(outcome, cap, c, banned)


def _met_from_stock(outcome: Outcome, cap: Cap, c: str, banned: list[int]) -> Iterator[str]:
    """What of one commodity is put away in other years and taken in those of the ban, by what the ban counts."""
    case, axes, length = outcome.case, outcome.case.arcs.axes, outcome.case.calendar.length
    goods = case.tags.names(c)
    piles = [s for s in case.stocks.piles.values() if s.commodity in goods and s.region in cap.places[c]]
    stored = _stored(outcome, cap, [s.name for s in piles])
    used = outcome.case.arcs.arriving(outcome.ship_column * (1 - outcome.case.arcs.loss)) - outcome.unused
    region = {s.name: s.region for s in piles}
    taken, of = dict[int, float](), 0.0
    for t in banned:
        inside = cap.places_in(c, t)
        places = axes.at([(d, name) for d in inside for name in goods], "dc")
        out = length[t] * sum(one.taken for (k, y), one in stored.items() if y == t and region[k] in inside)
        use = length[t] * float(used[(*places, axes.year[t])].sum())
        if out > SOME * use:
            taken[t], of = out, of + use
    if not taken:
        return
    total = sum(taken.values())
    names = [
        case.stocks.pile(k)
        for (k, t), one in stored.items()
        if t in taken and one.taken > SOME * taken[t] / length[t]
    ]
    before = {
        t: length[t] * sum(one.put for (_, y), one in stored.items() if y == t) for t in case.calendar.years
    }
    told = [
        f"{tonnes(q)} t in {t}"
        for t, q in before.items()
        if t not in banned and t < max(taken) and q > SOME * total
    ]
    piled, when = conjoined(list(dict.fromkeys(names))), years(taken, case.calendar.years)
    yield (
        f"caps: {cap.name} is a ban, but {tonnes(total)} t of {c} that it bans are taken out of {piled} in {when}: "
        f"{share(total / of)} of what is used there. Put away before: {conjoined(told)}."
    )


class _Of(NamedTuple):
    """What a cap would count of what is `put` into a stockpile and `taken` from it in a year, t per year."""

    put: float
    taken: float


def _stored(outcome: Outcome, cap: Cap, names: list[str]) -> dict[tuple[str, int], _Of]:
    """By stockpile and year: a place's pool is the average of what arrives and is taken there, a stock the running
    average of what was put into it; what opened it counts as nothing."""
    case, arcs, axes = outcome.case, outcome.case.arcs, outcome.case.arcs.axes
    counts = arcs.content if cap.origin is None else arcs.o == axes.place[cap.origin]
    if cap.traced:
        counts = np.isin(arcs.c, axes.tagged[0])
    arrived = outcome.ship_column * (1 - arcs.loss)
    mass, counted = arcs.arriving(arrived), arcs.arriving(arrived * counts)
    kept, found = dict.fromkeys(names, 0.0), dict[tuple[str, int], _Of]()
    for t in case.calendar.years:
        out = {k: outcome.take[k, t] for k in names}
        for k in names:
            d, c = case.stocks.piles[k].region, case.stocks.piles[k].commodity
            ((place,), (good,), (y,)) = axes.at([(d, c, t)], "dct")
            alike = ((one, case.stocks.piles[one]) for one in names)
            here = [one for one, pile in alike if (pile.region, pile.commodity) == (d, c)]
            whole = float(mass[place, good, y]) + sum(out[one] for one in here)
            part = float(counted[place, good, y]) + sum(out[one] * kept[one] for one in here)
            pool = part / whole if whole > 0 else 0.0
            found[k, t] = _Of(pool * outcome.put[k, t], out[k] * kept[k])
        for k in names:
            new, closing = case.calendar.length[t] * outcome.put[k, t], outcome.stock[k, t]
            old = max(0.0, closing - new)
            if new > 0 and closing > 0:
                kept[k] = (old * kept[k] + case.calendar.length[t] * found[k, t].put) / (old + new)
    return found
