"""Demand: must-serve, valued, or elastic in steps whose values are exact areas under the curve."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import log
from typing import NamedTuple

from floors.case.calendar import Calendar
from floors.case.places import Places
from floors.case.reach import Reach
from floors.case.routes import Routes
from floors.errors import Problem
from floors.study.study import Study

Key = tuple[str, str, str, int]  # place, segment, commodity, year


class Step(NamedTuple):
    """`width` t/yr that buyers value at `value` USD/kg (None: must be met); prices it stands for."""

    width: float
    value: float | None
    low: float | None = None
    high: float | None = None

    @property
    def bends(self) -> bool:
        """True for a step of a curve below its cut: leaving it unserved is no shortage."""
        return self.high is not None


@dataclass(frozen=True, kw_only=True)
class Demand:
    """`quantity[key]` of the table, t/yr, and `enforced[key]` what of it does not leak; `steps[key]`, dearest first;
    `leak[key]`: (origin, t that leave)."""

    quantity: dict[Key, float]
    enforced: dict[Key, float]
    steps: dict[Key, tuple[Step, ...]]
    leak: dict[Key, tuple[str, float]]
    row: dict[tuple[str, str, str], int]

    def table(self, places: tuple[str, ...], commodity: str, t: int) -> float:
        """Table demand of the commodity in these places, t/yr."""
        return sum(self._at.get((d, commodity, t), 0.0) for d in dict.fromkeys(places))

    def on_paper(self, places: tuple[str, ...], commodity: str, t: int) -> float:
        """Table demand there less what leaks into it: what the papers show, t/yr."""
        return sum(self._enforced_at.get((d, commodity, t), 0.0) for d in dict.fromkeys(places))

    def worth(self, weight: Mapping[int, float]) -> dict[Key, float]:
        """What buyers value their demand at, where it need not be served, thousand at present value."""
        return {
            key: weight[key[-1]] * sum(s.value * s.width for s in steps if s.value is not None)
            for key, steps in self.steps.items()
        }

    @cached_property
    def _at(self) -> dict[tuple[str, str, int], float]:
        return _by_place(self.quantity)

    @cached_property
    def _enforced_at(self) -> dict[tuple[str, str, int], float]:
        return _by_place(self.enforced)


def _by_place(quantity: Mapping[Key, float]) -> dict[tuple[str, str, int], float]:
    """Sums over segments."""
    found: dict[tuple[str, str, int], float] = {}
    for (d, _, c, t), q in quantity.items():
        found[d, c, t] = found.get((d, c, t), 0.0) + q
    return found


def curve(price: float, quantity: float, reference: float, elasticity: float) -> float:
    """Constant-elasticity demand q(p) = Q (p / p0)^e, t/yr."""
    return quantity * float((price / reference) ** elasticity)


def area(low: float, high: float, quantity: float, reference: float, elasticity: float) -> float:
    """Value of the demand between two prices on the curve, thousand per year: the integral of p dq."""
    if elasticity == -1:
        integral = log(high / low)
    else:
        integral = (high ** (elasticity + 1) - low ** (elasticity + 1)) / (elasticity + 1)
    return -elasticity * quantity * float(reference**-elasticity) * integral


def elastic_steps(
    quantity: float,
    reference: float,
    elasticity: float,
    value: float,
    count: int,
    cuts: tuple[float, ...] = (),
) -> tuple[Step, ...]:
    """The curve between reference / 2 and `value` in `count` equal price ratios, cut again at `cuts`."""
    low = reference / 2
    prices = {low * (value / low) ** (j / count) for j in range(1, count)} | {low, value}
    ladder = sorted(prices | {p for p in cuts if low < p < value}, reverse=True)
    steps = [Step(curve(value, quantity, reference, elasticity), value, value, None)]
    for high, low in pairwise(ladder):
        width = curve(low, quantity, reference, elasticity) - curve(high, quantity, reference, elasticity)
        mean = area(low, high, quantity, reference, elasticity) / width
        steps.append(Step(width, mean, low, high))
    return tuple(steps)


def derive_demand(
    study: Study,
    calendar: Calendar,
    places: Places,
    routes: Routes,
    reach: Reach,
    reference: dict[tuple[str, int], float],
    cuts: dict[Key, tuple[float, ...]],
    problems: list[Problem],
    notes: list[Problem],
) -> Demand:
    """Sheet `demand`; `cuts` are further prices at which elastic curves are cut."""
    quantity: dict[Key, float] = {}
    enforced: dict[Key, float] = {}
    steps: dict[Key, tuple[Step, ...]] = {}
    leak: dict[Key, tuple[str, float]] = {}
    index: dict[tuple[str, str, str], int] = {}
    for i, row in enumerate(study.rows("demand")):
        region, segment, c = row["region"], row["segment"], row["commodity"]
        d = places.place_of(region, segment, c)
        index[d, segment, c] = i
        value, elasticity = row["value"], row["elasticity"]
        for t, q in row["years"].items():
            if q == 0:
                continue
            key = (d, segment, c, t)
            quantity[key] = q
            source = _leaks_from(places, routes, reach, region, c, t) if row["enforcement"] < 1 else None
            share = 1.0
            if source is not None:
                share = row["enforcement"]
                route = routes.of[source, region, c, t]
                leak[key] = (source, (1 - share) * q / (1 - route.loss))
            enforced[key] = share * q
            if share == 0:
                continue
            if elasticity == 0:
                steps[key] = (Step(share * q, value),)
                continue
            p0 = reference.get((c, t))
            if p0 is None or p0 / 2 == 0 or value is None or value <= p0 / 2:
                problems.append(_curve_problem(study, i, t, c, p0, value))
                break
            count = study.settings.demand_steps
            try:
                steps[key] = elastic_steps(share * q, p0, elasticity, value, count, cuts.get(key, ()))
            except (OverflowError, ZeroDivisionError):
                problems.append(_steep(study, i, elasticity, p0, value))
                break
    _note_gaps(study, calendar, {key[-1] for key in quantity}, notes)
    return Demand(quantity=quantity, enforced=enforced, steps=steps, leak=leak, row=index)


def _note_gaps(study: Study, calendar: Calendar, found: set[int], notes: list[Problem]) -> None:
    """A year in which nothing at all is demanded is more often forgotten than meant."""
    for t in calendar.years if found else ():
        if t not in found:
            message = f"nothing is demanded in {t}: sheet demand has no quantity for that year."
            notes.append(
                Problem("demand", "", t, message, "Fill the year.", "year_without_demand", "warning")
            )


def _leaks_from(places: Places, routes: Routes, reach: Reach, region: str, c: str, t: int) -> str | None:
    """The first capped region that can supply the region, in sheet order."""
    for o in places.capped_in(t):
        route = routes.get(o, region, c, t)
        if route is not None and route.open and reach.can_make(o, reach.axes.tags.own(o, c), t):
            return o
    return None


def _steep(study: Study, i: int, elasticity: float, p0: float, value: float) -> Problem:
    """A curve whose quantities leave the range of numbers between half the reference price and the value."""
    return study.problem(
        "demand",
        i,
        "elasticity",
        f"expected an elasticity that lets quantities be counted from {p0 / 2:g} to {value:g}; found {elasticity:g}.",
        "Choose one nearer to 0: -0.1 to -3 is usual.",
        code="elasticity_too_steep",
    )


def _curve_problem(study: Study, i: int, t: int, c: str, p0: float | None, value: float | None) -> Problem:
    if p0 is None or p0 / 2 == 0:
        return study.problem(
            "demand",
            i,
            "elasticity",
            f"elastic demand needs a reference price of {c} in {t} above 0; found {'none' if p0 is None else p0}.",
            "Fill it in sheet reference_prices, or set the elasticity to 0.",
            code="missing_reference",
        )
    return study.problem(
        "demand",
        i,
        "value",
        f"elastic demand needs a value above half the reference price ({p0 / 2:g} in {t}); found "
        f"{'none' if value is None else f'{value:g}'}.",
        "Fill the most that a buyer would pay, or set the elasticity to 0.",
        code="value_below_curve",
    )
