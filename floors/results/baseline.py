"""Sheet baseline: the plan and the prices without policy, that every comparison rests on."""

from __future__ import annotations

from collections.abc import Iterator

from floors.contract.results.trade import BaselineRow
from floors.solving.accounts import contracts_paid
from floors.solving.outcome import Outcome


def baseline_table(outcome: Outcome, baseline: Outcome, currency: str) -> list[BaselineRow]:
    """A row for everything that is not 0; none where policy and baseline are one."""
    if baseline is outcome:
        return []
    per_kg = f"{currency}/kg"

    def row(
        item: str, name: str, d: str | None, c: str | None, t: int, value: float, unit: str = "t/yr"
    ) -> BaselineRow:
        return BaselineRow(item=item, name=name, destination=d, commodity=c, year=t, value=value, unit=unit)

    return [
        *(row("shipment", o, d, c, t, q) for (o, d, c, t), q in baseline.ship.items() if q),
        *(row("activity", p, None, None, t, q) for (p, t), q in baseline.produce.items() if q),
        *(row("added", x, None, None, b, q) for (x, b), q in baseline.build.items() if q),
        *(row("link", o, r, c, b, q) for (o, r, c, b), q in baseline.connect.items() if q),
        *(row("put", k, None, None, t, q) for (k, t), q in baseline.put.items() if q),
        *(row("take", k, None, None, t, q) for (k, t), q in baseline.take.items() if q),
        *(row("closing", k, None, None, t, q, "t") for (k, t), q in baseline.stock.items() if q),
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
    """Where something arrives or is taken from a stock: delivered prices that the accounts rest on."""
    for (_, d, c, t), q in baseline.ship.items():
        if q:
            yield d, c, t
    for (k, t), q in baseline.take.items():
        if q:
            pile = baseline.case.stocks.piles[k]
            yield pile.region, pile.commodity, t


def _sold(baseline: Outcome) -> Iterator[tuple[str, str, int]]:
    """Where something is sold, leaks or is under contract: prices at origin that the accounts rest on."""
    for (o, _, c, t), q in baseline.ship.items():
        if q:
            yield o, c, t
    for (_, _, c, t), (o, _) in baseline.case.demand.leak.items():
        yield o, c, t
    for paid in contracts_paid(baseline):
        yield paid.place, paid.contract.commodity, paid.year
