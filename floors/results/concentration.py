"""How concentrated and how dependent supply is: HHI (Hirschman 1964), capped and embodied shares, redirected trade."""

from __future__ import annotations

from dataclasses import dataclass

from floors.contract.results.policy import ConcentrationRow
from floors.lp.labels import Vector
from floors.solving.outcome import Outcome

DIGITS = 10


@dataclass
class _Arrivals:
    """What arrives in a scope, by origin, t per year before loss; capped, declared and embodied t in it."""

    by_origin: dict[str, float]
    capped: float = 0.0
    embodied: float = 0.0
    leaked: float = 0.0

    @property
    def total(self) -> float:
        return sum(self.by_origin.values())

    def add(self, origin: str, quantity: float, content: float, traced: float) -> None:
        self.by_origin[origin] = self.by_origin.get(origin, 0.0) + quantity
        self.capped += quantity * content
        self.embodied += quantity * traced

    @property
    def ranked(self) -> list[str]:
        """Origins, largest first; what is equal but for rounding in the order of regions."""
        return sorted(self.by_origin, key=lambda o: -float(f"{self.by_origin[o]:.{DIGITS}g}"))

    @property
    def hhi(self) -> float:
        """Sum of squared shares in per cent."""
        return sum((100 * q / self.total) ** 2 for q in self.by_origin.values())

    def largest(self, count: int) -> float:
        """Share of the largest origins together."""
        return sum(self.by_origin[o] for o in self.ranked[:count]) / self.total


def _arrivals(outcome: Outcome, traced: Vector) -> dict[tuple[str, str, int], _Arrivals]:
    """By (scope, commodity, year): the bloc, and each member with its markets."""
    case = outcome.case
    bloc = set(case.places.bloc)
    found: dict[tuple[str, str, int], _Arrivals] = {}

    def book(d: str, c: str, t: int, o: str, quantity: float, content: float, share: float) -> None:
        for scope in ("bloc", case.places.region_of[d]):
            found.setdefault((scope, c, t), _Arrivals({})).add(o, quantity, content, share)

    at = outcome.shipping
    content, embodied = case.arcs.content[at].tolist(), traced[at].tolist()
    for ((o, d, c, t), quantity), k, share in zip(outcome.ship.items(), content, embodied, strict=True):
        if d in bloc:
            book(d, c, t, o, quantity, k, share)
    for (d, _, c, t), (o, quantity) in case.demand.leak.items():
        if quantity and d in bloc:
            book(d, c, t, o, quantity, 1.0, 1.0)
            for scope in ("bloc", case.places.region_of[d]):
                found[scope, c, t].leaked += quantity
    return found


def concentration_table(
    outcome: Outcome, baseline: Outcome, traced: Vector, base_traced: Vector
) -> list[ConcentrationRow]:
    """One row per commodity, year and scope with arrivals; `redirected` on the bloc's rows.

    Baseline columns are None where nothing arrives in the baseline.
    """
    moved = _redirected(outcome, baseline)
    arrivals, before = _arrivals(outcome, traced), _arrivals(baseline, base_traced)
    scopes = {scope: i for i, scope in enumerate(["bloc", *outcome.case.places.members])}
    order = {c: i for i, c in enumerate(outcome.case.commodities)}
    stage = {row["commodity"]: row["stage"] for row in outcome.case.study.rows("commodities")}
    rows: list[ConcentrationRow] = []
    for scope, c, t in sorted(arrivals, key=lambda k: (order[k[1]], k[2], scopes[k[0]])):
        found, then = arrivals[scope, c, t], before.get((scope, c, t))
        rows.append(
            ConcentrationRow(
                commodity=c,
                year=t,
                scope=scope,
                hhi=found.hhi,
                capped_share=found.capped / found.total,
                embodied_share=found.embodied / found.total,
                redirected=moved.get((c, t), 0.0) if scope == "bloc" else None,
                top_origin=found.ranked[0],
                top_share=found.largest(1),
                top3_share=found.largest(3),
                declared_share=(found.capped - found.leaked) / found.total,
                baseline_hhi=then.hhi if then else None,
                baseline_capped_share=then.capped / then.total if then else None,
                baseline_embodied_share=then.embodied / then.total if then else None,
                baseline_top_origin=then.ranked[0] if then else None,
                baseline_top_share=then.largest(1) if then else None,
                baseline_top3_share=then.largest(3) if then else None,
                stage=stage[c],
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
    """Shares of capped origin in the bloc's arrivals of commodities under a cap, all years; None: no cap.

    `declared` is that on paper, without leaks."""

    capped: float | None
    embodied: float | None
    declared: float | None = None


def bloc_shares(outcome: Outcome, traced: Vector) -> BlocShares:
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
            total.leaked += length * found.leaked
    if total.total == 0:
        return BlocShares(None, None)
    declared = (total.capped - total.leaked) / total.total
    return BlocShares(total.capped / total.total, total.embodied / total.total, declared)
