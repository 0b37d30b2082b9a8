"""Sheet baseline: the plan and the prices without policy, that every comparison rests on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from floors.solving.accounts import contracts_paid
from floors.solving.outcome import Outcome

Row = tuple[Any, ...]


def baseline_table(outcome: Outcome, baseline: Outcome, currency: str) -> list[Row]:
    """item, name, destination, commodity, year, value, unit; none where policy and baseline are one."""
    if baseline is outcome:
        return []
    per_year, per_kg = "t/yr", f"{currency}/kg"
    return [
        *(("shipment", *key, q, per_year) for key, q in baseline.ship.items() if q),
        *(("activity", p, None, None, t, q, per_year) for (p, t), q in baseline.produce.items() if q),
        *(("added", x, None, None, b, q, per_year) for (x, b), q in baseline.build.items() if q),
        *(("put", k, None, None, t, q, per_year) for (k, t), q in baseline.put.items() if q),
        *(("take", k, None, None, t, q, per_year) for (k, t), q in baseline.take.items() if q),
        *(("closing", k, None, None, t, q, "t") for (k, t), q in baseline.stock.items() if q),
        *(
            ("price", d, None, c, t, p, per_kg)
            for (d, c, t) in dict.fromkeys(_used(baseline))
            if (p := baseline.delivered.get((d, c, t), 0.0))
        ),
        *(
            ("origin price", o, None, c, t, p, per_kg)
            for (o, c, t) in dict.fromkeys(_sold(baseline))
            if (p := baseline.origin_price.get((o, c, t), 0.0))
        ),
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
