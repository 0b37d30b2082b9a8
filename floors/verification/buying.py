"""Demand, read again: ladders of steps, what leaks past enforcement, and who is served by what arrives."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import ceil, inf, log

from floors.study.study import Study
from floors.verification.calendar import Place, World
from floors.verification.roads import Made, Roads, first_supplier
from floors.verification.tagging import Tagging

Buyer = tuple[str, str, str, int]  # place, segment, commodity, year
FINE = 1.01  # the step that holds the price is narrower than this ratio


@dataclass(frozen=True)
class Step:
    """`width` t/yr worth `value` USD/kg each (infinite: must be met); `high`, `low`: its prices on a curve; `whole`:
    the value of the step that it was cut from."""

    width: float
    value: float
    high: float | None = None
    low: float | None = None
    whole: float | None = None


@dataclass(frozen=True)
class Curve:
    """q(p) = quantity x (p / reference)^elasticity, t/yr."""

    quantity: float
    reference: float
    elasticity: float

    def at(self, price: float) -> float:
        """Demand at a price."""
        return self.quantity * float((price / self.reference) ** self.elasticity)

    def step(self, high: float, low: float) -> Step:
        """The demand between two prices; its value is the area under the curve over its width."""
        e, width = self.elasticity, self.at(low) - self.at(high)
        if e == -1:
            area = self.quantity * self.reference * log(high / low)
        else:
            area = e / (e + 1) * (low * self.at(low) - high * self.at(high))
        return Step(width, area / width, high, low)


@dataclass
class Buying:
    """`quantity[buyer]` of the table, `enforced[buyer]` what of it does not leak; `ladder[buyer]` dearest first;
    `leak[buyer]` = (origin, t that leave)."""

    quantity: dict[Buyer, float] = field(default_factory=dict)
    enforced: dict[Buyer, float] = field(default_factory=dict)
    ladder: dict[Buyer, tuple[Step, ...]] = field(default_factory=dict)
    curve: dict[Buyer, Curve] = field(default_factory=dict)
    leak: dict[Buyer, tuple[str, float]] = field(default_factory=dict)

    def table(self, d: str, c: str, t: int) -> float:
        """Table demand of a place."""
        return sum(
            q for (place, _, good, year), q in self.quantity.items() if (place, good, year) == (d, c, t)
        )

    def papers(self, d: str, c: str, t: int) -> float:
        """Table demand of a place less what leaks into it."""
        return sum(
            q for (place, _, good, year), q in self.enforced.items() if (place, good, year) == (d, c, t)
        )

    def fine(self, buyer: Buyer) -> list[Step]:
        """The ladder with every step of its curve cut."""
        if buyer not in self.curve:
            return list(self.ladder[buyer])
        steps = self.ladder[buyer]
        return [part for s in steps for part in ([s] if s.high is None else cut(self.curve[buyer], s))]

    def buyers(self) -> dict[Place, list[Buyer]]:
        """Who buys where."""
        found: dict[Place, list[Buyer]] = {}
        for buyer in self.ladder:
            found.setdefault((buyer[0], buyer[2], buyer[3]), []).append(buyer)
        return found


def read_buying(
    study: Study,
    world: World,
    roads: Roads,
    made: Made,
    tagging: Tagging,
    reference: dict[tuple[str, int], float],
) -> Buying:
    """From sheet demand. `made[t]` holds the (region, commodity) that can be made in a year."""
    found = Buying()
    for row in study.rows("demand"):
        region, c, value = row["region"], row["commodity"], row["value"]
        for t, quantity in row["years"].items():
            if quantity == 0:
                continue
            buyer = (world.buys(region, row["segment"], c), row["segment"], c, t)
            found.quantity[buyer] = quantity
            source = None
            if row["enforcement"] < 1:
                source = first_supplier(world, roads.open, made, tagging, region, c, t)
            kept = quantity if source is None else row["enforcement"] * quantity
            if source is not None:
                road = roads.get(source, region, c, t)
                assert road is not None
                found.leak[buyer] = (source, (1 - row["enforcement"]) * quantity / (1 - road.loss))
            found.enforced[buyer] = kept
            if kept == 0:
                continue
            if row["elasticity"] == 0:
                found.ladder[buyer] = (Step(kept, inf if value is None else value),)
                continue
            curve = found.curve[buyer] = Curve(kept, reference[c, t], row["elasticity"])
            low, count = reference[c, t] / 2, study.settings.demand_steps
            prices = [value] + [low * (value / low) ** (j / count) for j in range(count - 1, 0, -1)] + [low]
            steps = [curve.step(high, low) for high, low in pairwise(prices)]
            found.ladder[buyer] = (Step(curve.at(value), value), *steps)
    return found


def cut(curve: Curve, step: Step) -> list[Step]:
    """A step of a curve as it stands once the price lies in it: in parts narrower than 1 %."""
    assert step.high is not None and step.low is not None
    ratio = step.high / step.low
    if ratio <= FINE:
        return [step]
    count = ceil(log(ratio) / log(FINE) * 1.01)
    prices = [step.high, *(step.low * ratio ** (i / count) for i in range(count - 1, 0, -1)), step.low]
    return [replace(curve.step(high, low), whole=step.value) for high, low in pairwise(prices)]


def serve(buying: Buying, buyers: list[Buyer], quantity: float) -> list[tuple[Buyer, Step, float]]:
    """What each step gets of a quantity that arrives: the dearest first, as any cheapest plan does.

    Curves are cut as the solver has the step that holds the price; cut or not, a step that is full or empty
    comes to the same.
    """
    steps = sorted(
        ((buyer, part) for buyer in buyers for part in buying.fine(buyer)), key=lambda s: -s[1].value
    )
    left, found = quantity, []
    for buyer, step in steps:
        got = min(max(left, 0.0), step.width)
        found.append((buyer, step, got))
        left -= got
    return found
