"""How concentrated and how dependent supply is: HHI, capped and embodied shares, redirected trade."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from floors.outcome import Outcome

Row = tuple[Any, ...]


@dataclass
class _Arrivals:
    """What arrives in a scope, by origin, t per year before loss; capped and embodied t in it."""

    by_origin: dict[str, float]
    capped: float = 0.0
    embodied: float = 0.0

    @property
    def total(self) -> float:
        return sum(self.by_origin.values())

    def add(self, origin: str, quantity: float, content: float, traced: float) -> None:
        self.by_origin[origin] = self.by_origin.get(origin, 0.0) + quantity
        self.capped += quantity * content
        self.embodied += quantity * traced


def _arrivals(outcome: Outcome, traced: dict[Any, float]) -> dict[tuple[str, str, int], _Arrivals]:
    """By (scope, commodity, year): the bloc, and each member with its markets."""
    case = outcome.case
    bloc = set(case.places.bloc)
    found: dict[tuple[str, str, int], _Arrivals] = {}

    def book(d: str, c: str, t: int, o: str, quantity: float, content: float, share: float) -> None:
        for scope in ("bloc", case.places.region_of[d]):
            found.setdefault((scope, c, t), _Arrivals({})).add(o, quantity, content, share)

    for key, quantity in outcome.ship.items():
        o, d, c, t = key
        if quantity and d in bloc:
            book(d, c, t, o, quantity, case.arcs[key].content, traced[key])
    for (d, _, c, t), (o, quantity) in case.demand.leak.items():
        if quantity and d in bloc:
            book(d, c, t, o, quantity, 1.0, 1.0)
    return found


def concentration_table(outcome: Outcome, baseline: Outcome, traced: dict[Any, float]) -> list[Row]:
    """One row per commodity, year and scope with arrivals; `redirected` on the bloc's rows."""
    moved = _redirected(outcome, baseline)
    arrivals = _arrivals(outcome, traced)
    scopes = {scope: i for i, scope in enumerate(["bloc", *outcome.case.places.members])}
    order = {c: i for i, c in enumerate(outcome.case.commodities)}
    rows = []
    for scope, c, t in sorted(arrivals, key=lambda k: (order[k[1]], k[2], scopes[k[0]])):
        found = arrivals[scope, c, t]
        total = found.total
        top = max(found.by_origin, key=lambda o: found.by_origin[o])
        rows.append(
            (
                c,
                t,
                scope,
                sum((100 * q / total) ** 2 for q in found.by_origin.values()),
                found.capped / total,
                found.embodied / total,
                moved.get((c, t), 0.0) if scope == "bloc" else None,
                top,
                found.by_origin[top] / total,
            )
        )
    return rows


def _redirected(outcome: Outcome, baseline: Outcome) -> dict[tuple[str, int], float]:
    """Half of (sum of |change| by destination less |change of the total|), summed over origins, t per year."""
    region_of = outcome.case.places.region_of
    change: dict[tuple[str, int], dict[str, dict[str, float]]] = {}
    for one, sign in ((outcome, 1.0), (baseline, -1.0)):
        for (o, d, c, t), quantity in one.ship.items():
            if quantity:
                of = change.setdefault((c, t), {}).setdefault(o, {})
                of[region_of[d]] = of.get(region_of[d], 0.0) + sign * quantity
    return {
        key: sum((sum(map(abs, by.values())) - abs(sum(by.values()))) / 2 for by in origins.values())
        for key, origins in change.items()
    }


@dataclass(frozen=True)
class BlocShares:
    """Shares of capped origin in the bloc's arrivals of commodities under a cap, all years; None: no cap."""

    capped: float | None
    embodied: float | None


def bloc_shares(outcome: Outcome, traced: dict[Any, float]) -> BlocShares:
    """By content, and traced; years weighted by their length."""
    case = outcome.case
    named = {c for row in case.study.rows("caps") for c in case.places.commodities_of(row["commodity"])}
    total = _Arrivals({})
    for (scope, c, t), found in _arrivals(outcome, traced).items():
        if scope == "bloc" and c in named:
            length = case.calendar.length[t]
            total.add("all", length * found.total, 0.0, 0.0)
            total.capped += length * found.capped
            total.embodied += length * found.embodied
    if total.total == 0:
        return BlocShares(None, None)
    return BlocShares(total.capped / total.total, total.embodied / total.total)
