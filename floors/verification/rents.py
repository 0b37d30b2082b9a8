"""What capacity is worth at given prices: rents by which processes, plants and what can be built prove a bound.

A process and the plant that it loads share a margin: of the splits tried the one that proves most is taken, and each
of them is a bound. Rents are never below 0, and whatever they leave of a margin, or give a build above its charges,
counts: up to what the tables allow of it, without end where they allow all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from math import fsum, inf

from floors.verification.gain import Gain
from floors.verification.plan import Plan

Key = tuple[str, int]
ROUNDS = 6  # over the years of a plant, in search of the split that proves most
REACHED = 1e-12  # relative: a split that misses the plan's own value by less is the best


@dataclass
class Terms:
    """Terms of a bound, thousand at present value, and what is gained without end, in words."""

    found: list[float] = field(default_factory=list)
    endless: list[str] = field(default_factory=list)

    def add(self, term: float) -> None:
        """One term."""
        self.found.append(term)

    def gain(self, name: str, gain: Gain, most: float | None, reach: float) -> None:
        """What doing more of something gains, up to `most`; without such an end what is no more than rounding of
        the prices counts up to `reach`, and any more is gained without end."""
        if gain.value <= 0:
            return
        if most is None and gain.is_one:
            self.endless.append(name)
        self.found.append(-gain.value * (reach if most is None else most))

    @property
    def value(self) -> float:
        return -inf if self.endless else fsum(self.found)


class Rents:
    """Margins of all processes at present value (`margin[p, t]`), and the bound that they prove."""

    def __init__(self, plan: Plan, margin: dict[Key, Gain]) -> None:
        self.plan, self.margin = plan, margin
        self.making, self.weight = plan.given.making, plan.given.calendar.weight

    def terms(self) -> Terms:
        """Of every process and plant."""
        whole, plants = Terms(), self.making.plants
        of_plant = {p for x in plants for p in self.making.load[x]}
        groups = [("", [p]) for p in self.making.processes if p not in of_plant]
        for x, members in [*groups, *((x, [*self.making.load[x]]) for x in plants)]:
            found = _Group(self, x, members).best()
            whole.found += found.found
            whole.endless += found.endless
        return whole


class _Group:
    """A plant with the processes that load it, or one process alone (`x` blank)."""

    def __init__(self, rents: Rents, x: str, members: list[str]) -> None:
        self.of, self.x, self.members = rents, x, members
        self.plan, self.making, self.weight = rents.plan, rents.making, rents.weight
        self.keys = [key for key in rents.margin if key[0] in members]
        self.years = [t for t in self.plan.given.calendar.years if (x, t) in self.making.room]

    def best(self) -> Terms:
        """The terms of the split that proves most."""
        if not self.years:
            return self.terms({})
        starts = [self._least(full=True), self._most(), self._least(full=False)]
        tried = max((self.terms(rent) for rent in starts), key=lambda terms: terms.value)
        if self._is_best(tried.value):
            return tried
        for rent in starts:
            found = self.terms(self._climbed(rent))
            tried = max((tried, found), key=lambda terms: terms.value)
            if self._is_best(tried.value):
                break
        return tried

    def _is_best(self, value: float) -> bool:
        own, size = self._own
        return value >= own - REACHED * size

    @cached_property
    def _own(self) -> tuple[float, float]:
        """What the plan itself makes of these prices, above which no bound can be; the size of its terms."""
        terms = [-self.of.margin[p, t].value * self.plan.activity(p, t) for p, t in self.keys]
        for y in (self.x, *self.members):
            built = self.making.building.get(y)
            for b, years in built.alive.items() if built else ():
                terms.append(self.plan.added.get((y, b), 0.0) * self._charge(y, years))
        return fsum(terms), fsum(map(abs, terms))

    def _charge(self, y: str, years: tuple[int, ...]) -> float:
        return self.making.building[y].charge * fsum(self.weight[t] for t in years)

    def _least(self, *, full: bool) -> dict[int, float]:
        """Rents of the plant that processes with room of their own left force (or, not `full`, those without
        limit of their own alone)."""
        found = {}
        for t in self.years:
            forced = [0.0]
            for p, ratio in self._ratios(t):
                limited = (p, t) in self.making.room
                if not limited or (full and not self.plan.is_full(p, t)):
                    forced.append(ratio)
            found[t] = max(forced)
        return found

    def _most(self) -> dict[int, float]:
        return {t: max([0.0, *(ratio for _, ratio in self._ratios(t))]) for t in self.years}

    def _ratios(self, t: int) -> Iterator[tuple[str, float]]:
        """Margins per t of the plant."""
        for p, load in self.making.load[self.x].items():
            if (p, t) in self.of.margin and load > 0:
                yield p, self.of.margin[p, t].value / load

    def _climbed(self, rent: dict[int, float]) -> dict[int, float]:
        """Year by year the rent that proves most beside those of the other years."""
        rent = dict(rent)
        value = self.terms(rent).value if self._finite(rent) else self._guess(rent)
        for _ in range(ROUNDS):
            before = value
            for t in self.years:
                for candidate in self._corners(rent, t):
                    other = rent | {t: candidate}
                    now = self._guess(other)
                    if now > value:
                        rent, value = other, now
            if value <= before:
                break
        return rent

    def _finite(self, rent: dict[int, float]) -> bool:
        return not self.terms(rent).endless

    def _guess(self, rent: dict[int, float]) -> float:
        """The bound, were what is gained without end gained for a great many tonnes: so that less of it is better."""
        return fsum(self.terms(rent).found)

    def _corners(self, rent: dict[int, float], t: int) -> set[float]:
        """Where the bound bends in the rent of a year: where a margin is used up, and where a build breaks even."""
        found = {0.0}
        for p, ratio in self._ratios(t):
            load = self.making.load[self.x][p]
            found.add(max(0.0, ratio))
            if (p, t) in self.making.room:
                left = self._left(rent)
                for needed in self._missing(p, t, {y: left[p, y].value for y in self._years_of(p) if y != t}):
                    found.add(max(0.0, (self.of.margin[p, t].value - needed) / load))
        found.update(self._missing(self.x, t, {y: q for y, q in rent.items() if y != t}))
        return found

    def _years_of(self, p: str) -> list[int]:
        return [t for q, t in self.keys if q == p]

    def _missing(self, y: str, t: int, rent: dict[int, float]) -> Iterator[float]:
        """What the rent of a year must be for each build alive in it to break even."""
        built = self.making.building.get(y)
        for years in built.alive.values() if built else ():
            if t in years:
                others = fsum(max(0.0, rent.get(s, 0.0)) for s in years if s != t)
                yield max(0.0, self._charge(y, years) - others)

    def _left(self, rent: dict[int, float]) -> dict[Key, Gain]:
        """What the rents of the plant leave of margins."""
        load = self.making.load.get(self.x, {})
        return {(p, t): self.of.margin[p, t].less(load.get(p, 0.0) * rent.get(t, 0.0)) for p, t in self.keys}

    def terms(self, rent: dict[int, float]) -> Terms:
        """The bound at rents of the plant by year; what they leave of a margin is the process's own rent."""
        found, own = Terms(), dict[str, dict[int, float]]()
        lefts = self._left(rent)
        for (p, t), left in lefts.items():
            if (p, t) in self.making.room:
                own.setdefault(p, {})[t] = max(0.0, left.value)
            else:
                found.gain(f"{p} in {t}", left, None, self.plan.reach)
        for p, rents in own.items():
            self._asked(p, rents)
        for (p, t), left in lefts.items():
            price = own.get(p, {}).get(t, 0.0) - left.value  # of the minimum
            found.add(max(0.0, price) * self.making.least.get((p, t), 0.0))
        for y, rents in ((self.x, rent), *own.items()):
            for t, amount in rents.items():
                found.add(-amount * self.making.room[y, t])
            self._builds(found, y, rents)
        return found

    def _asked(self, p: str, rent: dict[int, float]) -> None:
        """Raise rents of years whose minimum asks for more than there is, until what must be built breaks even: the
        minimum pays for it."""
        for t in rent:
            if self.making.least.get((p, t), 0.0) > self.making.room[p, t]:
                others = {s: amount for s, amount in rent.items() if s != t}
                rent[t] = max(rent[t], min(self._missing(p, t, others), default=0.0))

    def _builds(self, found: Terms, y: str, rent: dict[int, float]) -> None:
        """The best that can be built at these rents: what gains most a tonne first."""
        built = self.making.building.get(y)
        if built is None:
            return
        gains = {}
        for b, years in built.alive.items():
            charge, earned = self._charge(y, years), fsum(rent.get(t, 0.0) for t in years)
            gains[b] = Gain(earned - charge, earned + charge)
        left = built.in_all
        for b in sorted(gains, key=lambda b: -gains[b].value):
            most = None if built.a_year is None else built.a_year * self.plan.given.calendar.length[b]
            if left is not None:
                most = left if most is None else min(left, most)
            found.gain(f"building {y} in {b}", gains[b], most, self.plan.reach)
            if left is not None and gains[b].value > 0:
                left -= most or 0.0
