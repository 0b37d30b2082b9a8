"""Selling below cost, in words: what no account at offer prices holds, and what the world's cost is with it."""

from __future__ import annotations

from collections.abc import Iterator

from floors.results.amounts import nothing, plain
from floors.results.summary import Figures
from floors.solving.below_cost import below_cost
from floors.solving.outcome import Outcome


def below_cost_in_words(outcome: Outcome, found: Figures, currency: str) -> Iterator[str]:
    """A sentence for each region that offers below its cost, or above it."""
    places, weight = outcome.case.places, outcome.case.calendar.weight
    by_region: dict[str, float] = {}
    for (r, t), amount in below_cost(outcome).items():
        by_region[r] = by_region.get(r, 0.0) + weight[t] * amount
    for r in places.regions:
        amount = by_region.get(r, 0.0)
        if nothing(amount, found.scale):
            continue
        told = f"{plain(abs(amount), found.scale)} million {currency} (present value)"
        if amount > 0:
            yield (
                f"Selling below cost costs {r} {told} that its net cost, which is at offers, does not hold: what "
                "others gain by cheaper offers is no gain of the world."
            )
        else:
            yield (
                f"What {r} makes costs {told} less than it is offered at: that margin is no cost to the world, and is "
                "not in its net cost, which is at offers."
            )
