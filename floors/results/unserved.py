"""Sheet unserved: what buyers who may go without want, and what of it they do not get."""

from __future__ import annotations

from floors.contract.results.trade import UnservedRow
from floors.solving.outcome import Outcome

SHORT = 1e-9  # of what a buyer asks for: less is not left unserved

Key = tuple[str, str, int]  # place, commodity, year


def unserved_table(outcome: Outcome, baseline: Outcome) -> list[UnservedRow]:
    """One row per place, commodity and year with buyers who may go without."""
    now, before = unserved(outcome), unserved(baseline)
    return [
        UnservedRow(
            region=d,
            commodity=c,
            year=t,
            wanted=wanted,
            unserved=short,
            value=value,
            baseline_unserved=before[d, c, t][1],
        )
        for (d, c, t), (wanted, short, value) in now.items()
    ]


def unserved(outcome: Outcome) -> dict[Key, tuple[float, float, float]]:
    """t wanted, t not delivered, and the value of these, million a year; in the order of places, commodities, years."""
    found: dict[Key, tuple[float, float, float]] = {}
    for (d, g, c, t), steps in outcome.case.demand.steps.items():
        for j, step in enumerate(steps):
            if step.value is None or step.bends:
                continue
            left = step.width - outcome.consume[d, g, c, j, t]
            left = left if left > SHORT * step.width else 0.0
            wanted, short, value = found.get((d, c, t), (0.0, 0.0, 0.0))
            found[d, c, t] = (wanted + step.width, short + left, value + step.value * left / 1000)
    return dict(sorted(found.items(), key=lambda one: outcome.case.arcs.axes.order(one[0])))
