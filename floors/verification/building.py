"""What capacity that can be built earns at given prices, whatever its rents."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import fsum, inf

from floors.verification.gain import Gain
from floors.verification.plan import Plan


@dataclass(frozen=True)
class Earned:
    """What a build earns at least and at most over its life, whatever the split with a plant, and its charges."""

    least: float
    most: float
    charge: float


"""Thousand at present value per t a year; `most` infinite where a minimum or a payment leaves it open."""


def builds(
    plan: Plan, margin: Callable[[str, int], Gain], kept: Callable[[str, int], bool]
) -> Iterator[tuple[str, int, Earned]]:
    """Every capacity that can be built, by period. `kept(p, t)`: whether something else may hold a process."""
    making, weight = plan.given.making, plan.given.calendar.weight
    for y, built in making.building.items():
        for b, years in built.alive.items():
            ends = [_rent(plan, margin, kept, y, t) for t in years if (y, t) in making.room]
            charge = built.charge * fsum(weight[t] for t in years)
            yield y, b, Earned(fsum(low for low, _ in ends), fsum(high for _, high in ends), charge)


def _rent(
    plan: Plan, margin: Callable[[str, int], Gain], kept: Callable[[str, int], bool], y: str, t: int
) -> tuple[float, float]:
    """Least and most that a unit of a capacity can be worth in a year, at present value."""
    making, full, weight = plan.given.making, plan.is_full(y, t), plan.given.calendar.weight[t]
    if y in making.makes:
        if t not in making.runs[y]:
            return 0.0, 0.0
        worth = weight * max(0.0, margin(y, t).value)
        shared = any(x != y and plan.is_full(x, t) for x in making.limits(y))
        if not full:
            return 0.0, 0.0
        return (0.0, inf) if kept(y, t) else (0.0 if shared else worth, worth)
    if not full:
        return 0.0, 0.0
    low, high = 0.0, inf
    for p, load in making.load[y].items():
        if t not in making.runs[p] or load <= 0:
            continue
        if kept(p, t):
            continue
        worth = weight * max(0.0, margin(p, t).value) / load
        if not plan.is_full(p, t):
            low = max(low, worth)
        if any(plan.runs(mode, t) for mode in making.modes(p)):
            high = min(high, worth)
    return low, max(low, high)
