"""Demand in steps that buyers value, dearest first; a curve's steps hold the area under it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise
from math import log
from typing import NamedTuple

from tests.oracle.leaks import leaks
from tests.oracle.reading import Data

Key = tuple[str, str, str, int]  # place, segment, commodity, year
Cuts = Mapping[Key, Collection[float]]


class Step(NamedTuple):
    """t/yr worth `value` USD/kg (None: must be met): where demand is a curve, between the prices `low` and `high`."""

    width: float
    value: float | None
    low: float = 0.0
    high: float = 0.0


def curve(Q: float, p0: float, e: float, top: float, cuts: Collection[float]) -> Iterator[Step]:
    """q(p) = Q (p / p0)^e from `top` down, each step worth the integral of p dq over it; all that is bought at `top`
    is worth `top`."""

    def q(p: float) -> float:
        return Q * (p / p0) ** e

    def buyers_gain(low: float, high: float) -> float:
        """The integral of q dp."""
        if e == -1:
            return Q * p0 * log(high / low)
        return Q * p0**-e * (high ** (e + 1) - low ** (e + 1)) / (e + 1)

    yield Step(q(top), top)
    for high, low in pairwise(sorted({*cuts, top}, reverse=True)):
        width = q(low) - q(high)
        yield Step(width, (low * q(low) - high * q(high) + buyers_gain(low, high)) / width, low, high)


def demand_steps(data: Data, cuts: Cuts) -> dict[Key, list[Step]]:
    """The market of each row of demand: what does not leak. Curves go from value to p0 / 2 in equal price ratios,
    and are cut again at `cuts`."""
    found: dict[Key, list[Step]] = {}
    leaking = leaks(data)
    for row in data.demand:
        place, c, value, e = data.place_of(row), row["commodity"], row["value"], row["elasticity"]
        for t, Q in row["years"].items():
            key = (place, row["segment"], c, t)
            market = Q * (row["enforcement"] if key in leaking else 1.0)
            if market == 0:
                continue
            if e == 0:
                found[key] = [Step(market, value)]
                continue
            p0, count = data.reference[c, t], data.settings.demand_steps
            ratio = (value / (p0 / 2)) ** (1 / count)
            ladder = [p0 / 2 * ratio**j for j in range(count)]
            found[key] = list(curve(market, p0, e, value, {*ladder, *cuts.get(key, ())}))
    return found
