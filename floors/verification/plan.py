"""The plan and the prices that results hold: what everything else in them follows from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from math import fsum
from typing import Any

from floors.verification.buying import Buyer, Step, serve
from floors.verification.calendar import Place
from floors.verification.given import Given
from floors.verification.written import Book, Line

Arc = tuple[str, str, str, int]  # origin, destination, commodity, year
OF_ITEM = {
    "shipment": "ship",
    "activity": "make",
    "added": "added",
    "put": "put",
    "take": "take",
    "closing": "closing",
    "price": "price",
    "origin price": "origin",
}
"""What sheet baseline calls a quantity or a price -> the field of a Plan."""


@dataclass
class Plan:
    """Quantities in t/yr (`closing` in t), prices and levies in USD/kg; what is not there is 0.

    `levy[i, t]` is what the i-th cap has shipments pay, `cap_worth[i, t]` what a kg more under it saves;
    `minimum[o, c, t]` is the levy of the minimum rule, `own` that of a shipment beside both. `plan_price` and
    `plan_origin` are prices without rules on floors, where these change some.
    """

    given: Given
    ship: dict[Arc, float] = field(default_factory=dict)
    make: dict[tuple[str, int], float] = field(default_factory=dict)
    added: dict[tuple[str, int], float] = field(default_factory=dict)
    put: dict[tuple[str, int], float] = field(default_factory=dict)
    take: dict[tuple[str, int], float] = field(default_factory=dict)
    closing: dict[tuple[str, int], float] = field(default_factory=dict)
    price: dict[Place, float] = field(default_factory=dict)
    origin: dict[Place, float] = field(default_factory=dict)
    levy: dict[tuple[int, int], float] = field(default_factory=dict)
    minimum: dict[tuple[str, str, int], float] = field(default_factory=dict)
    cap_worth: dict[tuple[int, int], float] = field(default_factory=dict)
    own: dict[Arc, float] = field(default_factory=dict)
    plan_price: dict[Place, float] = field(default_factory=dict)
    plan_origin: dict[Place, float] = field(default_factory=dict)
    floor: dict[Place, float] = field(default_factory=dict)
    strange: list[Line] = field(default_factory=list)  # rows about what cannot be

    def read(self, line: Line, item: str, key: tuple[Any, ...], column: str) -> None:
        """One number of a row; a row about what cannot be, or below 0, is a strange one. (How far below 0 a delivered
        price may be is for `profits` to say.)"""
        there, value = _there(self.given, item, key), _number(line, column)
        if there and line[column] is not None:
            of = getattr(self, OF_ITEM[item])
            of[key] = of.get(key, 0.0) + value
        if (not there or (value < 0 and item != "price")) and line not in self.strange:
            self.strange.append(line)

    def levy_on(self, o: str, d: str, c: str, t: int) -> float:
        """All levies that a shipment pays or would pay, USD/kg."""
        own = self.own.get((o, d, c, t), 0.0)
        return self.cap_levies(o, d, c, t) + self.minimum_paid(o, d, c, t) + own

    def without_rules(self) -> Plan:
        """The same plan at the prices that it has without rules on floors: itself where these change none."""
        if not (self.plan_price or self.plan_origin):
            return self
        price, origin = self.price | self.plan_price, self.origin | self.plan_origin
        return replace(self, price=price, origin=origin, levy=self.cap_worth, own={})

    def cap_levies(self, o: str, d: str, c: str, t: int) -> float:
        """Coefficient x levy over all caps."""
        g = self.given
        return sum(
            levy * cap.coefficient(g.world, g.roads, o, d, c, t)
            for i, cap in enumerate(g.caps)
            if (levy := self.levy.get((i, t), 0.0))
        )

    def minimum_paid(self, o: str, d: str, c: str, t: int) -> float:
        """What the minimum rule takes of a shipment."""
        share = self.given.borders.pays(self.given.world, self.given.roads, o, d, c, t)
        return share * self.minimum.get((o, c, t), 0.0) if share else 0.0

    def room(self, x: str, t: int) -> float | None:
        """Capacity that exists and what was built and is alive; None without limit."""
        making = self.given.making
        existing = making.room.get((x, t))
        if existing is None or x not in making.building:
            return existing
        alive = making.building[x].alive
        return existing + sum(self.added.get((x, b), 0.0) for b, years in alive.items() if t in years)

    def load(self, x: str, t: int) -> float:
        """What runs of a capacity or plant."""
        return sum(a * self.make.get((p, t), 0.0) for p, a in self.given.making.load.get(x, {}).items())

    @cached_property
    def flows(self) -> list[tuple[Arc, float]]:
        """All that is sent: shipments, then leaks."""
        leaks = self.given.buying.leak.items()
        return [*self.ship.items(), *(((o, d, c, t), q) for (d, _, c, t), (o, q) in leaks)]

    @cached_property
    def shipped(self) -> dict[Arc, float]:
        """Shipments from region to region."""
        return self._by_pair(list(self.ship.items()))

    @cached_property
    def sent(self) -> dict[Arc, float]:
        """Shipments and leaks from region to region."""
        return self._by_pair(self.flows)

    def _by_pair(self, flows: list[tuple[Arc, float]]) -> dict[Arc, float]:
        found: dict[Arc, float] = {}
        for (o, d, c, t), q in flows:
            key = (o, self.given.world.region[d], c, t)
            found[key] = found.get(key, 0.0) + q
        return found

    @cached_property
    def made(self) -> dict[Place, float]:
        """What processes make, by region and commodity."""
        making, found = self.given.making, dict[Place, float]()
        for (p, t), q in self.make.items():
            for c, a in making.makes[p].items():
                key = (making.region[p], c, t)
                found[key] = found.get(key, 0.0) + a * q
        return found

    @cached_property
    def net(self) -> dict[Place, float]:
        """What is left for buyers: arrivals after loss and stock taken, less inputs and stock put away."""
        g, left = self.given, dict.fromkeys(self.given.buying.buyers(), 0.0)
        for (o, d, c, t), q in self.ship.items():
            left[d, c, t] = left.get((d, c, t), 0.0) + q * (1 - g.sure_road(o, d, c, t).loss)
        for (p, t), q in self.make.items():
            for c, a in g.making.uses[p].items():
                key = (g.making.region[p], c, t)
                left[key] = left.get(key, 0.0) - a * q
        for k, heap in g.heaps.items():
            for t in g.calendar.years:
                key = (heap.region, heap.commodity, t)
                flow = self.take.get((k, t), 0.0) - self.put.get((k, t), 0.0)
                left[key] = left.get(key, 0.0) + flow
        return left

    def earned(self, d: str, c: str, t: int) -> float:
        """What a kg that arrives earns under `use` caps, and waste and stock put away pay back, USD/kg."""
        caps = self.given.caps
        return sum(levy * caps[i].share(d, c, t) for (i, y), levy in self.levy.items() if y == t and levy)

    def worth(self, d: str, c: str, t: int) -> float:
        """What a kg in stock is worth, and a kg wasted costs: its delivered price, and what is paid back for it."""
        return self.price.get((d, c, t), 0.0) + self.earned(d, c, t)

    @cached_property
    def surplus(self) -> dict[Place, float]:
        """What arrives and nobody uses, buys or puts away."""
        bought = {key: fsum(got for _, _, got in steps) for key, steps in self.served.items()}
        left = {key: q - bought.get(key, 0.0) for key, q in self.net.items()}
        return {key: q for key, q in left.items() if q > 0}

    @cached_property
    def served(self) -> dict[Place, list[tuple[Buyer, Step, float]]]:
        """What each step of demand gets."""
        buying = self.given.buying
        return {key: serve(buying, buyers, self.net[key]) for key, buyers in buying.buyers().items()}


def read_plan(given: Given, book: Book, scenario: str) -> Plan:
    """The plan of a scenario out of its sheets."""
    plan = Plan(given)
    for line in book.lines(scenario, "shipments"):
        plan.read(line, "shipment", line.key, "quantity")
    for line in book.lines(scenario, "production"):
        if line["process"] in given.making.makes:  # and no plant
            plan.read(line, "activity", line.key, "activity")
    for line in book.lines(scenario, "investment"):
        plan.read(line, "added", line.key, "added")
    for line in book.lines(scenario, "stocks"):
        for item in ("put", "take", "closing"):
            plan.read(line, item, line.key, item)
    for line in book.lines(scenario, "prices"):
        plan.read(line, "price", line.key, "price")
        if line["origin_price"] is not None:
            plan.read(line, "origin price", line.key, "origin_price")
        for item, of in (("price", plan.plan_price), ("origin price", plan.plan_origin)):
            column = f"plan_{item.replace(' ', '_')}"
            if line[column] is not None and _there(given, item, line.key):
                of[line.key] = _number(line, column)
    _levies(plan, book, scenario)
    return plan


def read_baseline(given: Given, book: Book, scenario: str) -> Plan:
    """The plan and prices without policy, out of sheet baseline."""
    plan = Plan(given.bare)
    for line in book.lines(scenario, "baseline"):
        item, name, c, t = line["item"], line["name"], line["commodity"], line["year"]
        key = (name, line["destination"], c, t) if item == "shipment" else (name, c, t)
        plan.read(line, item, key if item in ("shipment", "price", "origin price") else (name, t), "value")
    return plan


def _there(given: Given, item: str, key: tuple[Any, ...]) -> bool:
    """Whether there is such a route, process, capacity to build, stockpile or place."""
    making, t = given.making, key[-1]
    if item == "shipment":
        return _is_arc(given, *key)
    if item in ("price", "origin price"):
        return _is_place(given, *key) and (item == "price" or key[0] in given.world.role)
    if item == "activity":
        return key[0] in making.makes and t in making.runs[key[0]]
    if item == "added":
        return key[0] in making.building and t in making.building[key[0]].alive
    return item in OF_ITEM and key[0] in given.heaps and t in given.calendar.years


def _is_place(given: Given, d: str, c: str, t: int) -> bool:
    return d in given.world.region and c in given.commodities and t in given.calendar.years


def _is_arc(given: Given, o: str, d: str, c: str, t: int) -> bool:
    """A route that is there, from where a process makes the commodity to a place that can take it."""
    making = given.making
    return (
        o in given.world.role
        and _is_place(given, d, c, t)
        and given.world.takes(d, c)
        and any(
            r == o and c in making.makes.get(p, ()) and t in making.runs[p] for p, r in making.region.items()
        )
        and given.road(o, d, c, t) is not None
    )


def _levies(plan: Plan, book: Book, scenario: str) -> None:
    """Cap levies from sheet caps, levies of their own from own_levies; those of the minimum rule from floors, else from
    what shipments pay."""
    g = plan.given
    for line in book.lines(scenario, "own_levies"):
        if _is_arc(g, *line.key):
            plan.own[line.key] = _number(line, "own_levy")
        else:
            plan.strange.append(line)
    lines: dict[tuple[object, ...], list[Line]] = {}
    for line in book.lines(scenario, "caps"):
        lines.setdefault(line.key, []).append(line)
    for i, cap in enumerate(g.caps):
        for t in cap.given:
            found = lines.get(cap.key(t))
            if found:
                row = found.pop(0)
                plan.levy[i, t], plan.cap_worth[i, t] = _number(row, "charged"), _number(row, "levy")
    for line in book.lines(scenario, "floors"):
        d, c, t = line.key
        plan.floor[d, c, t] = _number(line, "floor")
        o = g.borders.origin.get((d, c, t))
        if o:
            beside = plan.origin.get((o, c, t), 0.0) + plan.cap_levies(o, d, c, t)
            beside += plan.own.get((o, d, c, t), 0.0)
            _minimum(plan, (o, d, c, t), plan.floor[d, c, t] - beside)
    for line in book.lines(scenario, "shipments"):
        if line.key in plan.ship:
            beside = plan.cap_levies(*line.key) + plan.own.get(line.key, 0.0)
            _minimum(plan, line.key, _number(line, "levy") - beside)
    for line in book.lines(scenario, "temptation"):
        _from_detour(plan, line)


def _minimum(plan: Plan, arc: Arc, paid: float) -> None:
    """The levy of the minimum rule on an origin, where it is not known yet, by what is paid of it on a route."""
    g, (o, _, c, t) = plan.given, arc
    share = g.borders.pays(g.world, g.roads, *arc)
    if share and (o, c, t) not in plan.minimum:
        plan.minimum[o, c, t] = paid / share


def _from_detour(plan: Plan, line: Line) -> None:
    """The levy on a hub that ships nothing shows in what a detour through it would save."""
    g, (m, c, t, hub) = plan.given, line.key
    o = g.borders.origin.get((m, c, t))
    direct = g.road(o, m, c, t) if o else None
    second = g.road(hub, m, c, t) if direct and hub in g.world.role else None
    if o and direct and second:
        levy = plan.levy_on(o, m, c, t) / (1 - direct.loss)
        levy -= _number(line, "temptation") + _number(line, "detour_cost")
        beside = plan.cap_levies(hub, m, c, t) + plan.own.get((hub, m, c, t), 0.0)
        _minimum(plan, (hub, m, c, t), levy * (1 - second.loss) - beside)


def _number(line: Line, column: str) -> float:
    """The number of a cell; a blank one counts as 0 here and is found elsewhere."""
    value = line[column]
    return 0.0 if value is None else float(value)
