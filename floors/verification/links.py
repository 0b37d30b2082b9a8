"""Links, read again: which pairs of regions need one, what stands, what can be built; and whether they are kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import fsum
from typing import TYPE_CHECKING, NamedTuple

from floors.study.study import Study
from floors.verification.calendar import Calendar
from floors.verification.check import About, Row
from floors.verification.making import annuity
from floors.verification.named import plain

if TYPE_CHECKING:
    from floors.verification.plan import Plan
    from floors.verification.roads import Roads

Pair = tuple[str, str, str, int]  # origin, region of destination, commodity, year


class Terms(NamedTuple):
    """What a link that is built in a period takes: USD per kg/yr a year, at the hurdle and at the discount rate; t/yr
    added a year at most (None: any); the years in which it stands."""

    charge: float
    social: float
    most: float | None
    alive: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Links:
    """Which pairs need a link; `stands` t/yr when the first year begins, of the pairs that are listed."""

    study: Study
    calendar: Calendar
    roads: Roads
    stands: dict[tuple[str, str, str], float]
    goods: frozenset[str]

    def needed(self, o: str, r: str, c: str, t: int) -> bool:
        """Whether the pair ships no more than a link in a year."""
        c = plain(c)
        if o == r or c not in self.goods:
            return False
        row = self.roads.row(o, r, c, t)
        return row is not None and row["qualify_cost"] is not None

    def terms(self, o: str, r: str, c: str, b: int) -> Terms | None:
        """What a link takes that is built in a period; None where none can be."""
        row = self.roads.row(o, r, c, b) if self.needed(o, r, c, b) else None
        if row is None:
            return None
        settings, life, wait = self.study.settings, row["qualify_life"], row["qualify_time"]
        years = tuple(t for t in self.calendar.years if wait <= t - b < wait + life)
        charge, social = (
            annuity(row["qualify_cost"], rate, life)
            for rate in (settings.capital_rate, settings.discount_rate)
        )
        return Terms(charge, social, row["qualify_limit"], years)

    def can_build(self, o: str, r: str, c: str, b: int) -> bool:
        """Whether a link that is built in a period stands in any year."""
        terms = self.terms(o, r, c, b)
        return terms is not None and bool(terms.alive)

    def passable(self, o: str, r: str, c: str, t: int) -> bool:
        """Whether something can go this way: no link is needed, one stands, or one can be built; of either tag."""
        c = plain(c)
        if not self.needed(o, r, c, t) or self.stands.get((o, r, c), 0.0) > 0:
            return True
        return any(
            terms is not None and t in terms.alive and terms.most != 0
            for terms in (self.terms(o, r, c, b) for b in self.calendar.years)
        )

    def open(self, o: str, r: str, c: str, t: int) -> bool:
        """A route with a limit other than 0, and a link where it takes one."""
        return self.roads.open(o, r, c, t) and self.passable(o, r, c, t)

    def least(self, o: str, r: str, c: str, t: int) -> float | None:
        """The least charge a year of a link that can stand in a year; None where none can."""
        found = (self.terms(o, r, c, b) for b in self.calendar.years)
        return min((one.charge for one in found if one and t in one.alive and one.most != 0), default=None)

    @cached_property
    def any(self) -> bool:
        """Whether any pair of regions needs one in any year."""
        regions = [row["region"] for row in self.study.rows("regions")] if self.goods else []
        years = self.calendar.years
        return any(
            self.needed(o, r, c, t) for o in regions for r in regions for c in self.goods for t in years
        )


def read_links(study: Study, calendar: Calendar, roads: Roads) -> Links:
    """From sheet qualified and columns qualify_* of sheet routes."""
    stands = {
        (row["origin"], row["destination"], row["commodity"]): row["t"] for row in study.rows("qualified")
    }
    given = any(row["qualify_cost"] is not None for row in study.rows("routes"))
    return Links(study, calendar, roads, stands, frozenset(c for *_, c in stands) if given else frozenset())


def room(plan: Plan, o: str, r: str, c: str, t: int) -> float | None:
    """What a pair can ship, t/yr; None where it needs no link."""
    links = plan.given.links
    if not links.needed(o, r, c, t):
        return None
    return fsum([links.stands.get((o, r, c), 0.0), *(q for q, _ in _alive(plan, o, r, c, t))])


def is_full(plan: Plan, o: str, r: str, c: str, t: int) -> bool:
    """Whether the link of a pair has no room left; False where none is needed."""
    most = room(plan, o, r, c, t)
    return most is not None and plan.shipped.get((o, r, c, t), 0.0) >= most - plan.lost(most)


def charge(plan: Plan, o: str, r: str, c: str, t: int) -> list[float]:
    """Annual charges of what a pair qualified and is alive, million a year."""
    return [q * terms.charge / 1000 for q, terms in _alive(plan, o, r, c, t)]


def _alive(plan: Plan, o: str, r: str, c: str, t: int) -> Iterator[tuple[float, Terms]]:
    links = plan.given.links
    for b in plan.given.calendar.years:
        q = plan.connected.get((o, r, c, b), 0.0)
        terms = links.terms(o, r, c, b) if q else None
        if terms is not None and t in terms.alive:
            yield q, terms


def charged(plan: Plan) -> Iterator[tuple[Pair, float]]:
    """Annual charges of links, million a year, term by term, by pair and year."""
    for (o, r, c, b), q in plan.connected.items():
        terms = plan.given.links.terms(o, r, c, b)
        for t in terms.alive if terms is not None else ():
            yield (o, r, c, t), q * terms.charge / 1000 if terms is not None else 0.0


def link_rows(plan: Plan) -> Iterator[Row]:
    """Every row of sheet links: pairs and years in which a link stands, is built or paid for, has a minimum levy or a
    price."""
    g, charges = plan.given, dict[Pair, list[float]]()
    for key, amount in charged(plan):
        charges.setdefault(key, []).append(amount)
    stands = ((*pair, t) for pair, tonnes in g.links.stands.items() if tonnes for t in g.calendar.years)
    keys = dict.fromkeys(key for key in stands if g.links.needed(*key)) | dict.fromkeys(charges)
    for told in (plan.connected, plan.friction, plan.plan_friction):
        keys |= dict.fromkeys(key for key, number in told.items() if number)
    levied = ((o, r, plain(c), t) for o, r, c, t in (key for key in plan.minimum if len(key) == 4))
    for key in keys | dict.fromkeys(levied):
        most, shipped = room(plan, *key), plan.shipped.get(key, 0.0)
        yield (
            key,
            {
                "qualified": g.links.stands.get(key[:3], 0.0),
                "room": None if most is None else About(most, most),
                "shipped": About(shipped, shipped),
                **({} if could_be_scarce(plan, key) else {"scarce": False}),
                "charge": About.sum_of(charges.get(key, [])),
            },
        )


def could_be_scarce(plan: Plan, key: Pair) -> bool:
    """Whether the link of a pair might hold the plan alone: it is full, and what it ships counts under some cap. That
    it does takes a solver (--exact)."""
    _, r, c, t = key
    g = plan.given
    full = plan.shipped.get(key, 0.0) > 0 and is_full(plan, *key)
    return full and any(cap.covers(d, name, t) for cap in g.caps for d, name in _parts(plan, r, c))


def _parts(plan: Plan, r: str, c: str) -> Iterator[tuple[str, str]]:
    """Places of a region and names of a commodity."""
    g = plan.given
    for d, region in g.world.region.items():
        for name in g.tagging.names(c) if region == r else ():
            yield d, name


def broken(plan: Plan) -> Iterator[tuple[str, Pair, str, float, float]]:
    """Sheet, key, rule, what is found and the most that it may be, of every link and everything that was built."""
    links = plan.given.links
    for key, shipped in plan.shipped.items():
        most = room(plan, *key)
        if most is not None:
            yield "shipments", key, "a pair ships no more than its link", shipped, most
    for (o, r, c, b), added in plan.connected.items():
        terms = links.terms(o, r, c, b)
        if terms is not None and terms.most is not None:
            most = terms.most * plan.given.calendar.length[b]
            yield "links", (o, r, c, b), "qualify_limit x length of the period", added, most


class Built(NamedTuple):
    """What a t/yr of link earns over its years, and its charges there, thousand at present value."""

    earned: float
    charge: float


def earnings(plan: Plan) -> Iterator[tuple[Pair, Terms, Built]]:
    """Every link that can be built: what its pair's price pays for it."""
    links, weight = plan.given.links, plan.given.calendar.weight
    if not links.goods:
        return
    priced = dict.fromkeys(key[:3] for key, number in plan.friction.items() if number)
    for o, r, c in priced | dict.fromkeys(key[:3] for key in plan.connected):
        for b in plan.given.calendar.years:
            terms = links.terms(o, r, c, b)
            if terms is None or not terms.alive:
                continue
            earned = fsum(weight[t] * plan.friction.get((o, r, c, t), 0.0) for t in terms.alive)
            yield (o, r, c, b), terms, Built(earned, terms.charge * fsum(weight[t] for t in terms.alive))
