"""How concentrated and how dependent supply is: HHI (Hirschman 1964), capped and embodied shares, redirected trade."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from floors.case.tags import TAINTED
from floors.contract.results.policy import ConcentrationRow
from floors.results.embodied import Traced
from floors.solving.outcome import Outcome

DIGITS = 10
NONE = 1e-9  # of what arrives and is taken: less is not used


@dataclass
class _Arrivals:
    """What arrives in a scope, by origin, t per year before loss; capped, declared and embodied t in it, and
    tainted t where it is tagged; and what stocks add to its use (less what they put away), embodied t and all of it."""

    by_origin: dict[str, float]
    capped: float = 0.0
    embodied: float = 0.0
    leaked: float = 0.0
    tainted: float | None = None
    stored: tuple[float, float] = (0.0, 0.0)

    @property
    def total(self) -> float:
        return sum(self.by_origin.values())

    def add(
        self, origin: str, quantity: float, content: float, traced: float, tag: str | None = None
    ) -> None:
        self.by_origin[origin] = self.by_origin.get(origin, 0.0) + quantity
        self.capped += quantity * content
        self.embodied += quantity * traced
        if tag is not None:
            self.tainted = (self.tainted or 0.0) + quantity * (tag == TAINTED)

    @property
    def embodied_share(self) -> float | None:
        """Of what is used: arrivals, and what is taken from stock, less the part of both that is put away; None where
        that is all."""
        used = self.total + self.stored[1]
        return (
            (self.embodied + self.stored[0]) / used
            if used > NONE * (self.total + abs(self.stored[1]))
            else None
        )

    @property
    def traced_share(self) -> float | None:
        """What traced caps count of it; None where nothing arrives, or nothing is tagged."""
        return self.tainted / self.total if self.tainted is not None and self.total else None

    def shares(self) -> dict[str, Any]:
        """What the sheet has of arrivals, with the policy and without; None where nothing arrives."""
        if not self.total:
            return dict.fromkeys(("hhi", "capped_share", "top_origin", "top_share", "top3_share")) | {
                "embodied_share": self.embodied_share
            }
        return {
            "hhi": self.hhi,
            "capped_share": self.capped / self.total,
            "embodied_share": self.embodied_share,
            "top_origin": self.ranked[0],
            "top_share": self.largest(1),
            "top3_share": self.largest(3),
        }

    @property
    def declared_share(self) -> float | None:
        """Of what the papers show: what leaks is not there; None where that is all."""
        shown = self.total - self.leaked
        return (self.capped - self.leaked) / shown if shown > NONE * self.total else None

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


def _arrivals(
    outcome: Outcome, traced: Traced, *, members: bool = True
) -> dict[tuple[str, str, int], _Arrivals]:
    """By (scope, commodity, year): the bloc, and each of its `members` of the year with its markets."""
    case = outcome.case
    inside = case.places.is_member
    found: dict[tuple[str, str, int], _Arrivals] = {}

    tags = case.tags
    plain = tags.plain

    def scopes(d: str) -> tuple[str, ...]:
        return ("bloc", case.places.region_of[d]) if members else ("bloc",)

    def book(d: str, name: str, t: int, o: str, quantity: float, content: float, share: float) -> None:
        c, tag = plain.get(name, name), tags.tag(name)
        for scope in scopes(d):
            one = found.get((scope, c, t))
            if one is None:
                one = found[scope, c, t] = _Arrivals({})
            one.add(o, quantity, content, share, tag)

    at = outcome.shipping
    content, embodied = case.arcs.content[at].tolist(), traced.shares[at].tolist()
    for ((o, d, c, t), quantity), k, share in zip(outcome.ship.items(), content, embodied, strict=True):
        if inside(d, t):
            book(d, c, t, o, quantity, k, share)
    for (d, _, c, t), (o, quantity) in case.demand.leak.items():
        if quantity and inside(d, t):
            book(d, tags.own(o, c), t, o, quantity, 1.0, 1.0)
            for scope in scopes(d):
                found[scope, c, t].leaked += quantity
    for (d, name, t), more in _stored(outcome, traced).items():
        c = plain.get(name, name)
        for scope in scopes(d) if inside(d, t) else ():
            one = found.setdefault((scope, c, t), _Arrivals({}))
            one.stored = one.stored[0] + more[0], one.stored[1] + more[1]
    return found


def _stored(outcome: Outcome, traced: Traced) -> dict[tuple[str, str, int], tuple[float, float]]:
    """Embodied t and all t per year that stocks add to the use of what has arrived, by place, commodity and year.

    Of what arrives (before loss) and is taken the part is put away that it is of both after loss.
    """
    case, arcs = outcome.case, outcome.case.arcs
    moved: dict[tuple[str, str, int], list[float]] = {}
    for (k, t), share in traced.taken.items():
        pile, put, take = case.stocks.piles[k], outcome.put[k, t], outcome.take[k, t]
        if put or take:
            of = moved.setdefault((pile.region, pile.commodity, t), [0.0, 0.0, 0.0])
            for i, amount in enumerate((put, take, share * take)):
                of[i] += amount
    if not moved:
        return {}
    sent, landed = outcome.ship_column, outcome.ship_column * (1 - arcs.loss)
    before, after, embodied = (arcs.arriving(q) for q in (sent, landed, sent * traced.shares))
    found = {}
    for key, (put, take, of_take) in moved.items():
        ((d,), (c,), (t,)) = arcs.axes.at([key], "dct")
        pool = float(after[d, c, t]) + take
        away = min(1.0, put / pool) if pool > 0 else 0.0
        found[key] = (
            of_take - away * (float(embodied[d, c, t]) + of_take),
            take - away * (float(before[d, c, t]) + take),
        )
    return found


def concentration_table(
    outcome: Outcome, baseline: Outcome, traced: Traced, base_traced: Traced
) -> list[ConcentrationRow]:
    """One row per commodity, year and scope with arrivals or with stock that is taken; `redirected` on the bloc's
    rows.

    Columns of arrivals are None where nothing arrives, those of the baseline where nothing arrives in it.
    """
    moved = _redirected(outcome, baseline)
    arrivals, before = _arrivals(outcome, traced), _arrivals(baseline, base_traced)
    scopes = {scope: i for i, scope in enumerate(["bloc", *outcome.case.places.members])}
    order = {c: i for i, c in enumerate(outcome.case.commodities)}
    stage = {row["commodity"]: row["stage"] for row in outcome.case.study.rows("commodities")}
    rows: list[ConcentrationRow] = []
    for scope, c, t in sorted(arrivals, key=lambda k: (order[k[1]], k[2], scopes[k[0]])):
        found, then = arrivals[scope, c, t], before.get((scope, c, t), _Arrivals({}))
        rows.append(
            ConcentrationRow(
                commodity=c,
                year=t,
                scope=scope,
                **found.shares(),
                redirected=moved.get((c, t), 0.0) if scope == "bloc" else None,
                declared_share=found.declared_share,
                traced_share=found.traced_share,
                **{f"baseline_{name}": value for name, value in then.shares().items()},
                stage=stage[c],
            )
        )
    return rows


def _redirected(outcome: Outcome, baseline: Outcome) -> dict[tuple[str, int], float]:
    """Half of (sum of |change| by destination less |change of the total|), summed over origins, t per year."""
    region_of, plain = outcome.case.places.region_of, outcome.case.tags.plain
    change: dict[tuple[str, int], dict[str, dict[str, float]]] = {}
    for one, sign in ((outcome, 1.0), (baseline, -1.0)):
        for (o, d, c, t), quantity in one.ship.items():
            if quantity:
                c = plain.get(c, c)
                of = change.setdefault((c, t), {}).setdefault(o, {})
                of[region_of[d]] = of.get(region_of[d], 0.0) + sign * quantity
    return {
        key: sum((sum(map(abs, by.values())) - abs(sum(by.values()))) / 2 for by in origins.values())
        for key, origins in change.items()
    }


@dataclass(frozen=True)
class BlocShares:
    """Shares of capped origin in the bloc's arrivals of commodities under a cap, all years; None: no cap.

    `declared` is that on paper, without leaks; `embodied` is of what is used; `traced` is what traced caps count of
    what is tagged, None where nothing is."""

    capped: float | None
    embodied: float | None
    declared: float | None = None
    traced: float | None = None


def bloc_shares(outcome: Outcome, traced: Traced) -> BlocShares:
    """By content, and traced, this of what is used; years weighted by their length."""
    case = outcome.case
    named = {c for row in case.study.rows("caps") for c in case.places.commodities_of(row["commodity"])}
    total, tainted, tagged = _Arrivals({}), 0.0, 0.0
    for (scope, c, t), found in _arrivals(outcome, traced, members=False).items():
        if scope == "bloc" and c in named:
            length = case.calendar.length[t]
            total.add("all", length * found.total, 0.0, 0.0)
            total.capped += length * found.capped
            total.embodied += length * found.embodied
            total.leaked += length * found.leaked
            if found.tainted is not None:
                tainted, tagged = tainted + length * found.tainted, tagged + length * found.total
            total.stored = (
                total.stored[0] + length * found.stored[0],
                total.stored[1] + length * found.stored[1],
            )
    if total.total == 0:
        return BlocShares(None, total.embodied_share)
    traced_share = tainted / tagged if tagged else None
    return BlocShares(total.capped / total.total, total.embodied_share, total.declared_share, traced_share)
