"""Sheet vault: what each fund bought, sold and owes, out of the plan and its prices."""

from __future__ import annotations

from collections.abc import Iterator
from math import fsum
from typing import Any

from floors.verification.check import About, Row
from floors.verification.named import plain
from floors.verification.plan import Plan


def vault(plan: Plan) -> Iterator[Row]:
    """One row a year of every fund that a stockpile names."""
    for fund in plan.given.study.rows("funds"):
        if any(heap.fund == fund["fund"] for heap in plan.given.heaps.values()):
            yield from _of(plan, fund)


def _of(plan: Plan, fund: dict[str, Any]) -> Iterator[Row]:
    g, owed, scale = plan.given, 0.0, 0.0
    heaps = {k: heap for k, heap in g.heaps.items() if heap.fund == fund["fund"]}
    loan, private = fund["loan"], fund["private"]
    if loan is None:
        loan = fund["amount"] - private
    dear = fund["rate"] if fund["private_rate"] is None else fund["private_rate"]
    for t, n in g.calendar.length.items():
        price = {k: n * plan.price.get((h.region, h.commodity, t), 0.0) / 1000 for k, h in heaps.items()}
        bought = fsum(p * plan.put.get((k, t), 0.0) for k, p in price.items())
        sold = fsum(p * plan.take.get((k, t), 0.0) for k, p in price.items())
        stored = fsum(n * h.holding * plan.closing.get((k, t), 0.0) / 1000 for k, h in heaps.items())
        risky = 0.0 if owed <= loan else min(owed - loan, private)
        interest = risky * ((1 + dear) ** n - 1) + (owed - risky) * ((1 + fund["rate"]) ** n - 1)
        owed += interest + bought + stored - sold
        scale += abs(interest) + abs(bought) + stored + abs(sold)
        cells: dict[str, Any] = {
            "purchases": bought,
            "sales": sold,
            "holding": stored,
            "interest": About(interest, scale),
            "balance": About(owed, scale),
        }
        ends = ("closing_worth", "result", "borne_by_private", "borne_by_treasury")
        if t != g.calendar.years[-1]:
            yield (fund["fund"], t), cells | dict.fromkeys(ends)
            continue
        worth = fsum(
            (g.reference[plain(h.commodity), t] if h.value is None else h.value)
            * plan.closing.get((k, t), 0.0)
            / 1000
            for k, h in heaps.items()
        )
        lost = max(0.0, owed - worth)
        borne = min(lost, private), max(0.0, lost - private)
        found = (worth, worth - owed, *borne)
        yield (
            (fund["fund"], t),
            cells | {end: About(amount, scale + worth) for end, amount in zip(ends, found, strict=True)},
        )
