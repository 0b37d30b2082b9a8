"""What traced caps count, where the average of pools says otherwise; who pays their levy; where no floor stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from floors.case.tags import TAINTED
from floors.results.amounts import conjoined, plain, price, share
from floors.results.embodied import Traced
from floors.solving.outcome import Outcome

SOME = 1e-3  # of what arrives: less is told as nothing


def traced_in_words(outcome: Outcome, traced: Traced, scale: float) -> Iterator[str]:
    """A sentence or two for each commodity under a traced cap."""
    goods = {c: None for cap in outcome.case.caps if cap.traced and cap.given for c in cap.weights}
    for good in goods:
        yield from _apart(outcome, traced, good)
        yield from _no_floor(outcome, good)
        yield from _at_home(outcome, good, scale)


class _Arrived(NamedTuple):
    """t that arrive in the bloc over all years, and t of capped material in them by mass: tainted, and clean."""

    tainted: float = 0.0
    tainted_holds: float = 0.0
    clean: float = 0.0
    clean_holds: float = 0.0


def _arrived(outcome: Outcome, traced: Traced, good: str) -> _Arrived:
    case, arcs, found = outcome.case, outcome.case.arcs, _Arrived()
    length, bloc = case.calendar.length, set(case.places.bloc)
    at = outcome.shipping
    for (_, d, name, t), q, holds in zip(
        arcs.table.take(at).keys, outcome.ship_column[at].tolist(), traced.shares[at].tolist(), strict=True
    ):
        if d in bloc and case.tags.plain.get(name, name) == good:
            found = _add(found, case.tags.tag(name) == TAINTED, length[t] * q, holds)
    for (d, _, c, t), (o, q) in case.demand.leak.items():
        if d in bloc and c == good:
            found = _add(found, case.tags.own(o, c) == c, length[t] * q, 1.0)
    return found


def _add(found: _Arrived, tainted: bool, tonnes: float, holds: float) -> _Arrived:
    if tainted:
        return found._replace(
            tainted=found.tainted + tonnes, tainted_holds=found.tainted_holds + tonnes * holds
        )
    return found._replace(clean=found.clean + tonnes, clean_holds=found.clean_holds + tonnes * holds)


def _apart(outcome: Outcome, traced: Traced, good: str) -> Iterator[str]:
    """What is counted beside what is embodied, where clean goods hold capped material or tainted ones other."""
    one = _arrived(outcome, traced, good)
    total = one.tainted + one.clean
    if not total:
        return
    counted, embodied = one.tainted / total, (one.tainted_holds + one.clean_holds) / total
    hidden, mixed = one.clean_holds, one.tainted - one.tainted_holds
    why = []
    if hidden > SOME * total:
        most = outcome.case.tags.most
        allowed = f" (de_minimis lets them hold {share(most)} of each input)" if most else ""
        why.append(f"{share(hidden / one.clean)} of what counts as clean is capped material{allowed}")
    if mixed > SOME * total:
        why.append(
            f"{share(mixed / one.tainted)} of what counts as tainted is not, since a plant that takes some capped "
            "material may take other, too"
        )
    if why and share(counted) != share(embodied):
        yield (
            f"Of the {good} that arrives in the bloc {share(counted)} is tainted, which its traced caps count, and "
            f"{share(embodied)} is capped material by mass: {conjoined(why)}."
        )


def _no_floor(outcome: Outcome, good: str) -> Iterator[str]:
    """A levy without a floor: no capped origin can supply a member, and others pay for what they make of its goods."""
    if any(floor.commodity == good for floor in outcome.case.border.origin):
        return
    levies: dict[str, list[float]] = {}
    levy = outcome.levy_column[outcome.shipping].tolist()
    for (o, d, name, _), amount in zip(outcome.ship, levy, strict=True):
        if name == good and d in outcome.case.places.bloc and amount > outcome.binds:
            levies.setdefault(o, []).append(amount)
    if levies:
        rates = [amount for of in levies.values() for amount in of]
        low, high = price(min(rates)), price(max(rates))
        currency = outcome.case.study.settings.currency
        rate = f"{low} {currency}/kg" if low == high else f"{low} to {high} {currency}/kg"
        make = "makes" if len(levies) == 1 else "make"
        yield (
            f"{good}: no floor stands, since no capped origin can supply a member; the levy, {rate}, lies on what "
            f"{conjoined(list(levies))} {make} of capped material."
        )


def _at_home(outcome: Outcome, good: str, scale: float) -> Iterator[str]:
    """What members make of capped material and use at home pays the levy, too, which no border holds."""
    case, weight = outcome.case, outcome.case.calendar.weight
    paid: dict[str, float] = {}
    levy = outcome.levy_column[outcome.shipping].tolist()
    for ((o, d, name, t), q), amount in zip(outcome.ship.items(), levy, strict=True):
        home = case.places.region_of[d] == o and d in case.places.bloc
        if name == good and home and amount > outcome.binds:
            paid[o] = paid.get(o, 0.0) + weight[t] * q * amount / 1000
    if paid:
        yield (
            f"{good}: what {conjoined(list(paid))} {'makes' if len(paid) == 1 else 'make'} of capped material and "
            f"{'uses' if len(paid) == 1 else 'use'} at home pays levies of {plain(sum(paid.values()), scale)} million "
            f"{case.study.settings.currency} (present value): no border holds that, it takes a charge at home."
        )
