"""The plan and the prices that results hold: what everything else in them follows from."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from floors.verification.buying import Buyer, Step, serve
from floors.verification.calendar import Place
from floors.verification.given import Given
from floors.verification.written import Book, Line

Arc = tuple[str, str, str, int]  # origin, destination, commodity, year


@dataclass
class Plan:
    """Quantities in t/yr (`closing` in t), prices and levies in USD/kg; what is not there is 0.

    `levy[i, t]` of the i-th cap; `minimum[o, c, t]` is the levy of the minimum rule.
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
    floor: dict[Place, float] = field(default_factory=dict)
    strange: list[Line] = field(default_factory=list)  # rows about what cannot be

    def levy_on(self, o: str, d: str, c: str, t: int) -> float:
        """All levies that a shipment pays or would pay, USD/kg."""
        return self.cap_levies(o, d, c, t) + self.minimum_paid(o, d, c, t)

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

    @cached_property
    def served(self) -> dict[Place, list[tuple[Buyer, Step, float]]]:
        """What each step of demand gets."""
        buying = self.given.buying
        return {key: serve(buying, buyers, self.net[key]) for key, buyers in buying.buyers().items()}


def read_plan(given: Given, book: Book, scenario: str) -> Plan:
    """The plan of a scenario out of its sheets."""
    plan = Plan(given)
    making, years = given.making, given.calendar.years
    for line in book.lines(scenario, "shipments"):
        arc = (line["origin"], line["destination"], line["commodity"], line["year"])
        if _can_be(plan, line, _is_arc(given, arc), "quantity"):
            plan.ship[arc] = plan.ship.get(arc, 0.0) + _number(line, "quantity")
    for line in book.lines(scenario, "production"):
        p, t = key = line["process"], line["year"]
        if p in making.makes and _can_be(plan, line, t in making.runs[p], "activity"):
            plan.make[key] = _number(line, "activity")
    for line in book.lines(scenario, "investment"):
        x, t = key = line["process"], line["year"]
        if _can_be(plan, line, x in making.building and t in making.building[x].alive, "added"):
            plan.added[key] = plan.added.get(key, 0.0) + _number(line, "added")
    for line in book.lines(scenario, "stocks"):
        k, t = key = line["stockpile"], line["year"]
        if _can_be(plan, line, k in given.heaps and t in years, "put", "take", "closing"):
            plan.put[key], plan.take[key] = _number(line, "put"), _number(line, "take")
            plan.closing[key] = _number(line, "closing")
    for line in book.lines(scenario, "prices"):
        place = (line["region"], line["commodity"], line["year"])
        if _can_be(plan, line, _is_place(given, place), "price", "origin_price"):
            if line["price"] is not None:
                plan.price[place] = line["price"]
            if line["origin_price"] is not None and place[0] in given.world.role:
                plan.origin[place] = line["origin_price"]
    _levies(plan, book, scenario)
    return plan


def _can_be(plan: Plan, line: Line, sound: bool, *columns: str) -> bool:
    """Whether a row is about something that there is, and none of its numbers is below 0."""
    if not sound or any(_number(line, column) < 0 for column in columns):
        plan.strange.append(line)
    return sound


def _is_place(given: Given, place: Place) -> bool:
    d, c, t = place
    return d in given.world.region and c in given.commodities and t in given.calendar.years


def _is_arc(given: Given, arc: Arc) -> bool:
    """A route that is there, from where a process makes the commodity to a place that can take it."""
    o, d, c, t = arc
    making = given.making
    return (
        o in given.world.role
        and _is_place(given, (d, c, t))
        and given.world.takes(d, c)
        and any(
            r == o and c in making.makes.get(p, ()) and t in making.runs[p] for p, r in making.region.items()
        )
        and given.road(*arc) is not None
    )


def _levies(plan: Plan, book: Book, scenario: str) -> None:
    """Cap levies from sheet caps; those of the minimum rule from floors, else from what shipments pay."""
    g = plan.given
    lines: dict[tuple[object, ...], list[Line]] = {}
    for line in book.lines(scenario, "caps"):
        lines.setdefault(line.key, []).append(line)
    for i, cap in enumerate(g.caps):
        for t in cap.given:
            found = lines.get((cap.scope, cap.commodity, cap.segment, cap.origin, cap.basis, t))
            if found:
                plan.levy[i, t] = _number(found.pop(0), "levy")
    for line in book.lines(scenario, "floors"):
        d, c, t = line["member"], line["commodity"], line["year"]
        plan.floor[d, c, t] = _number(line, "floor")
        o = g.borders.origin.get((d, c, t))
        share = g.borders.pays(g.world, g.roads, o, d, c, t) if o else 0.0
        if o and share and (o, c, t) not in plan.minimum:
            beside = plan.origin.get((o, c, t), 0.0) + plan.cap_levies(o, d, c, t)
            plan.minimum[o, c, t] = (plan.floor[d, c, t] - beside) / share
    for line in book.lines(scenario, "shipments"):
        o, d, c, t = arc = (line["origin"], line["destination"], line["commodity"], line["year"])
        if arc not in plan.ship or (o, c, t) in plan.minimum:
            continue
        share = g.borders.pays(g.world, g.roads, o, d, c, t)
        if share:
            plan.minimum[o, c, t] = (_number(line, "levy") - plan.cap_levies(o, d, c, t)) / share
    for line in book.lines(scenario, "temptation"):
        _from_detour(plan, line)


def _from_detour(plan: Plan, line: Line) -> None:
    """The levy on a hub that ships nothing shows in what a detour through it would save."""
    g, (m, c, t) = plan.given, (line["member"], line["commodity"], line["year"])
    o, hub = line["origin"], line["hub"]
    if (m, c, t) not in g.borders.origin or (hub, c, t) in plan.minimum or o != g.borders.origin[m, c, t]:
        return
    direct, second = g.road(o, m, c, t), g.road(hub, m, c, t) if hub in g.world.role else None
    share = g.borders.pays(g.world, g.roads, hub, m, c, t) if second else 0.0
    if direct is None or second is None or not share:
        return
    levy = (
        plan.levy_on(o, m, c, t) / (1 - direct.loss)
        - _number(line, "temptation")
        - _number(line, "detour_cost")
    )
    plan.minimum[hub, c, t] = (levy * (1 - second.loss) - plan.cap_levies(hub, m, c, t)) / share


def read_baseline(given: Given, book: Book, scenario: str) -> Plan:
    """The plan and prices without policy, out of sheet baseline."""
    plan = Plan(given.bare)
    making, years = given.making, given.calendar.years
    for line in book.lines(scenario, "baseline"):
        item, name, c, t = line["item"], line["name"], line["commodity"], line["year"]
        value, sound = _number(line, "value"), True
        if item == "shipment":
            arc = (name, line["destination"], c, t)
            sound = _is_arc(given, arc)
            if sound:
                plan.ship[arc] = value
        elif item in ("price", "origin price"):
            sound = _is_place(given, (name, c, t))
            if item == "origin price":
                sound = sound and name in given.world.role
            if sound:
                (plan.price if item == "price" else plan.origin)[name, c, t] = value
        elif item == "activity":
            sound = name in making.makes and t in making.runs[name]
            if sound:
                plan.make[name, t] = value
        elif item == "added":
            sound = name in making.building and t in making.building[name].alive
            if sound:
                plan.added[name, t] = value
        else:
            sound = item in ("put", "take", "closing") and name in given.heaps and t in years
            if sound:
                getattr(plan, item)[name, t] = value
        blank = line["destination"] is None if item != "shipment" else True
        if not sound or value <= 0 or not blank:
            plan.strange.append(line)
    return plan


def _number(line: Line, column: str) -> float:
    """The number of a cell; a blank one counts as 0 here and is found elsewhere."""
    value = line[column]
    return 0.0 if value is None else float(value)
