"""Sheet baseline: the plan and the prices without policy, that every comparison rests on."""

from __future__ import annotations

from collections.abc import Iterator

from floors.contract.results.trade import BaselineRow
from floors.results.plan import mode_of
from floors.solving.accounts import contracts_paid
from floors.solving.outcome import Outcome


def baseline_table(outcome: Outcome, baseline: Outcome, currency: str) -> list[BaselineRow]:
    """A row for everything that is not 0; none where policy and baseline are one."""
    if baseline is outcome:
        return []
    per_kg, case = f"{currency}/kg", baseline.case
    tags, piles = case.tags, case.stocks
    plain = tags.plain

    def row(
        item: str,
        name: str,
        d: str | None,
        c: str | None,
        t: int,
        value: float,
        unit: str = "t/yr",
        tag: str | None = None,
    ) -> BaselineRow:
        if c is not None:
            c, tag = plain.get(c, c), tags.tag(c)
        return BaselineRow(
            item=item, name=name, destination=d, commodity=c, year=t, tag=tag, value=value, unit=unit
        )

    def stored(item: str, k: str, t: int, value: float, unit: str = "t/yr") -> BaselineRow:
        return row(item, piles.pile(k), None, None, t, value, unit, tags.tag(piles.piles[k].commodity))

    return [
        *(row("shipment", o, d, c, t, q) for (o, d, c, t), q in baseline.ship.items() if q),
        *(
            row("activity", case.production.process(p), None, None, t, q, tag=mode_of(case, p))
            for (p, t), q in baseline.produce.items()
            if q
        ),
        *(row("added", x, None, None, b, q) for (x, b), q in baseline.build.items() if q),
        *(row("link", o, r, c, b, q) for (o, r, c, b), q in baseline.connect.items() if q),
        *(stored("put", k, t, q) for (k, t), q in baseline.put.items() if q),
        *(stored("take", k, t, q) for (k, t), q in baseline.take.items() if q),
        *(stored("closing", k, t, q, "t") for (k, t), q in baseline.stock.items() if q),
        *(
            row("price", d, None, c, t, p, per_kg)
            for (d, c, t) in dict.fromkeys(_used(baseline))
            if (p := baseline.delivered.get((d, c, t), 0.0))
        ),
        *(
            row("origin price", o, None, c, t, p, per_kg)
            for (o, c, t) in dict.fromkeys(_sold(baseline))
            if (p := baseline.origin_price.get((o, c, t), 0.0))
        ),
        *(row("friction", o, r, c, t, p, per_kg) for (o, r, c, t), p in baseline.friction.items() if p),
    ]


def _used(baseline: Outcome) -> Iterator[tuple[str, str, int]]:
    """Where something arrives, is used as any or is taken from a stock: delivered prices that the accounts rest on."""
    for (_, d, c, t), q in baseline.ship.items():
        if q:
            yield d, c, t
    for (d, c, t), q in baseline.passed.items():
        if q:
            yield from ((d, name, t) for name in baseline.case.tags.names(c))
    for (k, t), q in baseline.take.items():
        if q:
            pile = baseline.case.stocks.piles[k]
            yield pile.region, pile.commodity, t


def _sold(baseline: Outcome) -> Iterator[tuple[str, str, int]]:
    """Where something is sold, leaks or is under contract: prices at origin that the accounts rest on."""
    for (o, _, c, t), q in baseline.ship.items():
        if q:
            yield o, c, t
    for (o, c, t), q in baseline.mingled.items():
        if q:
            yield from ((o, name, t) for name in baseline.case.tags.names(c))
    for (_, _, c, t), (o, _) in baseline.case.demand.leak.items():
        yield o, baseline.case.tags.own(o, c), t
    for paid in contracts_paid(baseline):
        for c in baseline.case.tags.names(paid.contract.commodity):
            yield paid.place, c, paid.year
