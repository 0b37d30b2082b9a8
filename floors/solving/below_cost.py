"""What selling below cost costs the sellers: in no account, since these are kept at offer prices and money balances."""

from __future__ import annotations

from floors.solving.outcome import Outcome


def below_cost(outcome: Outcome) -> dict[tuple[str, int], float]:
    """(What it costs - unit cost) x activity, over the processes of each region, million a year by region and year;
    below 0 where offers lie above cost."""
    data = outcome.case.production
    found: dict[tuple[str, int], float] = {}
    for (p, t), activity in outcome.produce.items():
        missed = data.basis[p, t] - data.unit_cost[p, t]
        if missed and activity:
            key = data.region[p], t
            found[key] = found.get(key, 0.0) + missed * activity / 1000
    return found
