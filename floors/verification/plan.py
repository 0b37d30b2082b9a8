"""The plan and the prices that results hold: what everything else in them follows from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from math import fsum
from typing import Any

from floors.verification.buying import Buyer, Step, serve
from floors.verification.calendar import Place
from floors.verification.gain import Gain
from floors.verification.given import Given
from floors.verification.named import clean, is_clean, plain
from floors.verification.written import Book, Line

Arc = tuple[str, str, str, int]  # origin, destination, commodity, year
OF_ITEM = {
    "shipment": "ship",
    "exempt": "exempt",
    "activity": "make",
    "added": "added",
    "link": "connected",
    "put": "put",
    "take": "take",
    "closing": "closing",
    "price": "price",
    "origin price": "origin",
    "friction": "friction",
}
"""What sheet baseline calls a quantity or a price -> the field of a Plan."""
LOST = 1e-9  # of a sum
ROUNDING = 1e-12  # of the terms of a sum that each were rounded
OF_LARGEST = 4e-12  # of the largest quantity: what is less than a quarter of it is in no table


@dataclass
class Plan:
    """Quantities in t/yr (`closing` in t), prices and levies in USD/kg; what is not there is 0.

    `levy[i, t]` is what the i-th cap has shipments pay, `cap_worth[i, t]` what a kg more under it saves;
    `minimum[o, c, t]` is the levy of the minimum rule (`minimum[o, r, c, t]` where the pair has a link), `own` that of
    a shipment beside both. `plan_price` and
    `plan_origin` are prices without rules on floors, where these change some.
    """

    given: Given
    ship: dict[Arc, float] = field(default_factory=dict)
    exempt: dict[Arc, float] = field(default_factory=dict)  # of ship
    make: dict[tuple[str, int], float] = field(default_factory=dict)
    added: dict[tuple[str, int], float] = field(default_factory=dict)
    connected: dict[Arc, float] = field(default_factory=dict)  # link added, by pair of regions and period
    put: dict[tuple[str, int], float] = field(default_factory=dict)
    take: dict[tuple[str, int], float] = field(default_factory=dict)
    closing: dict[tuple[str, int], float] = field(default_factory=dict)
    price: dict[Place, float] = field(default_factory=dict)
    origin: dict[Place, float] = field(default_factory=dict)
    friction: dict[Arc, float] = field(default_factory=dict)  # price of a link, by pair of regions and year
    scarce: set[Arc] = field(
        default_factory=set
    )  # pairs of regions and years whose link alone holds the plan
    levy: dict[tuple[int, int], float] = field(default_factory=dict)
    minimum: dict[tuple[Any, ...], float] = field(default_factory=dict)
    cap_worth: dict[tuple[int, int], float] = field(default_factory=dict)
    own: dict[Arc, float] = field(default_factory=dict)
    plan_price: dict[Place, float] = field(default_factory=dict)
    plan_origin: dict[Place, float] = field(default_factory=dict)
    plan_friction: dict[Arc, float] = field(default_factory=dict)
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
        return sum(self.levies_on(o, d, c, t))

    def friction_on(self, o: str, d: str, c: str, t: int) -> float:
        """What the link of a pair adds to what its seller asks, USD/kg."""
        return self.friction.get((o, self.given.world.region[d], plain(c), t), 0.0)

    def levies_on(self, o: str, d: str, c: str, t: int) -> list[float]:
        """Each of them."""
        return [
            *self.cap_levies_on(o, d, c, t),
            self.minimum_paid(o, d, c, t),
            self.own.get((o, d, c, t), 0.0),
        ]

    def without_rules(self) -> Plan:
        """The same plan at the prices that it has without rules on floors: itself where these change none."""
        if not (self.plan_price or self.plan_origin):
            return self
        price, origin = self.price | self.plan_price, self.origin | self.plan_origin
        friction = self.friction | self.plan_friction
        return replace(self, price=price, origin=origin, friction=friction, levy=self.cap_worth, own={})

    def liable(self, arc: Arc) -> float:
        """What of a shipment levies fall on, t/yr."""
        shipped = self.ship.get(arc, 0.0)
        liable = shipped - self.exempt.get(arc, 0.0)
        return liable if abs(liable) > ROUNDING * shipped else 0.0

    def saved(self, arc: Arc) -> float:
        """What a kg saves by being exempt: all levies but rebates."""
        return sum(levy for levy in self.levies_on(*arc) if levy > 0)

    @cached_property
    def exempted(self) -> dict[Arc, float]:
        """What is exempt from region to region."""
        return self._by_pair(list(self.exempt.items()))

    def exemptible(self, o: str, r: str, c: str, t: int) -> float:
        """t/yr more that a pair of regions may ship without a levy; 0 where that is rounding."""
        most = self.given.exempt(o, r, c, t)
        left = most - self.exempted.get((o, r, c, t), 0.0)
        return left if left > self.lost(most) else 0.0

    def cap_levies(self, o: str, d: str, c: str, t: int) -> float:
        """Coefficient x levy over all caps."""
        return sum(self.cap_levies_on(o, d, c, t))

    def cap_levies_on(self, o: str, d: str, c: str, t: int) -> list[float]:
        """Each of them."""
        g = self.given
        return [
            levy * cap.coefficient(g.world, g.roads, o, d, c, t)
            for i, cap in enumerate(g.caps)
            if (levy := self.levy.get((i, t), 0.0))
        ]

    def minimum_paid(self, o: str, d: str, c: str, t: int) -> float:
        """What the minimum rule takes of a shipment."""
        share = self.given.borders.pays(self.given.world, self.given.roads, o, d, c, t)
        return share * self.minimum_on(o, d, c, t) if share else 0.0

    def minimum_on(self, o: str, d: str, c: str, t: int) -> float:
        """The levy of the minimum rule that is meant for what goes this way."""
        r = self.given.world.region[d]
        return self.minimum.get((o, r, c, t) if self.given.links.needed(o, r, c, t) else (o, c, t), 0.0)

    def activity(self, p: str, t: int) -> float:
        """What runs of a process, in both modes."""
        return sum(self.make.get((mode, t), 0.0) for mode in self.given.making.modes(p))

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
        return sum(a * self.activity(p, t) for p, a in self.given.making.load.get(x, {}).items())

    def in_both(self, of: dict[tuple[str, int], float], k: str, t: int) -> float:
        """What is put, taken or left in a stockpile, tainted and clean together."""
        return sum(of.get((part, t), 0.0) for part in self.given.parts(k))

    def is_full(self, x: str, t: int) -> bool:
        """Whether a capacity has no room left."""
        room = self.room(x, t)
        return room is not None and self.load(x, t) >= room - self.lost(room)

    def runs(self, p: str, t: int) -> bool:
        """Whether a process, or one in a mode, makes more than rounding."""
        q = self.make.get((p, t), 0.0)
        return q > self.lost(max(q, self.room(plain(p), t) or 0.0))

    @cached_property
    def largest(self) -> float:
        """The largest quantity of the plan, t."""
        parts = (self.ship, self.make, self.added, self.connected, self.put, self.take, self.closing)
        return max((abs(q) for part in parts for q in part.values()), default=0.0)

    @cached_property
    def dearest(self) -> float:
        """The highest price, USD/kg."""
        return max((abs(p) for of in (self.price, self.origin) for p in of.values()), default=0.0)

    @cached_property
    def dearest_of(self) -> dict[str, float]:
        """The highest price of each commodity, clean or not, anywhere and in any year, USD/kg."""
        found: dict[str, float] = {}
        for of in (self.price, self.origin):
            for (_, c, _), p in of.items():
                found[plain(c)] = max(found.get(plain(c), 0.0), abs(p))
        return found

    @property
    def reach(self) -> float:
        """What no quantity of any plan worth looking at exceeds, t: prices are doubles, and what their last digits
        seem to gain without end counts up to here."""
        return 10 * self.largest

    def lost(self, scale: float) -> float:
        """What a solver may leave of a sum whose terms are of this size, t: a share of them, and what rounding leaves
        of the largest quantities, by which all others are found."""
        return LOST * scale + OF_LARGEST * self.largest

    @cached_property
    def flows(self) -> list[tuple[Arc, float]]:
        """All that is sent: shipments, then leaks."""
        own, leaks = self.given.tagging.own, self.given.buying.leak.items()
        return [*self.ship.items(), *(((o, d, own(o, c), t), q) for (d, _, c, t), (o, q) in leaks)]

    @cached_property
    def shipped(self) -> dict[Arc, float]:
        """Shipments from region to region, of both tags."""
        return self._by_pair(list(self.ship.items()))

    @cached_property
    def sent(self) -> dict[Arc, float]:
        """Shipments and leaks from region to region."""
        return self._by_pair(self.flows)

    def _by_pair(self, flows: list[tuple[Arc, float]]) -> dict[Arc, float]:
        found: dict[Arc, float] = {}
        for (o, d, c, t), q in flows:
            key = (o, self.given.world.region[d], plain(c), t)
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
    def mingled(self) -> dict[Place, float]:
        """t of what is clean that leave a region as tainted, by region, commodity and year: what is sent beyond what is
        made there."""
        sent: dict[Place, float] = {}
        for (o, _, c, t), q in self.flows:
            sent[o, c, t] = sent.get((o, c, t), 0.0) + q
        left = {key: q - self.made.get(key, 0.0) for key, q in sent.items() if self.given.mingles(*key)}
        return {key: q for key, q in left.items() if q > ROUNDING * sent[key]}

    @cached_property
    def arriving(self) -> dict[Place, list[float]]:
        """Everything that is left for buyers as terms: arrivals after loss and stock taken, inputs and stock put away
        below 0."""
        g = self.given
        left: dict[Place, list[float]] = {key: [] for key in g.buying.buyers()}
        for (o, d, c, t), q in self.ship.items():
            left.setdefault((d, c, t), []).append(q * (1 - g.sure_road(o, d, c, t).loss))
        for (p, t), q in self.make.items():
            for c, a in g.making.uses[p].items():
                left.setdefault((g.making.region[p], c, t), []).append(-a * q)
        for k, heap in g.heaps.items():
            for t in g.calendar.years:
                of = left.setdefault((heap.region, heap.commodity, t), [])
                of += [self.take.get((k, t), 0.0), -self.put.get((k, t), 0.0)]
        return left

    def earned(self, d: str, c: str, t: int) -> float:
        """What a kg that arrives earns under `use` caps, and waste and stock put away pay back, USD/kg."""
        caps = self.given.caps
        return sum(levy * caps[i].share(d, c, t) for (i, y), levy in self.levy.items() if y == t and levy)

    def worth(self, d: str, c: str, t: int) -> float:
        """What a kg in stock is worth, and a kg wasted costs: its delivered price, and what is paid back for it."""
        return self.price.get((d, c, t), 0.0) + self.earned(d, c, t)

    def wasting(self, d: str, c: str, t: int) -> Gain:
        """What throwing a kg away would gain. A price is what is left of prices elsewhere: its rounding is theirs."""
        gain = Gain.of(-self.price.get((d, c, t), 0.0), -self.earned(d, c, t))
        return Gain(gain.value, gain.terms + self.dearest_of.get(plain(c), 0.0))

    @cached_property
    def surplus(self) -> dict[Place, float]:
        """What arrives and nobody uses, buys or puts away."""
        bought = {key: fsum(got for _, _, got in steps) for key, steps in self.served.items()}
        left = {key: q - bought.get(key, 0.0) for key, q in self.net.items() if not is_clean(key[1])}
        return {key: q for key, q in left.items() if q > ROUNDING * fsum(map(abs, self.pooled[key]))}

    @cached_property
    def pooled(self) -> dict[Place, list[float]]:
        """`arriving`, and under the name of any of a commodity what is left of the clean as well."""
        found = {key: [*terms] for key, terms in self.arriving.items()}
        for (d, c, t), terms in self.arriving.items():
            if is_clean(c):
                found.setdefault((d, plain(c), t), []).extend(terms)
        return found

    @cached_property
    def net(self) -> dict[Place, float]:
        """What is left for buyers, of what is clean for any use; 0 where it is what rounding leaves of the terms."""
        found = {}
        for key, terms in self.pooled.items():
            left = fsum(terms)
            found[key] = 0.0 if abs(left) <= ROUNDING * fsum(map(abs, terms)) else left
        return found

    @cached_property
    def served(self) -> dict[Place, list[tuple[Buyer, Step, float]]]:
        """What each step of demand gets."""
        buying = self.given.buying
        return {key: serve(buying, buyers, self.net[key]) for key, buyers in buying.buyers().items()}


def read_plan(given: Given, book: Book, scenario: str) -> Plan:
    """The plan of a scenario out of its sheets."""
    plan = Plan(given)
    for line in book.lines(scenario, "shipments"):
        plan.read(line, "shipment", arc_of(given, line), "quantity")
        if line["exempt"]:
            plan.read(line, "exempt", arc_of(given, line), "quantity")
    for line in book.lines(scenario, "production"):
        if line["process"] in given.making.makes:  # and no plant
            plan.read(line, "activity", _mode(given, line["process"], line["mode"], line["year"]), "activity")
    for line in book.lines(scenario, "investment"):
        plan.read(line, "added", line.key, "added")
    for line in book.lines(scenario, "links"):
        if line["added"]:
            plan.read(line, "link", line.key, "added")
        if line["scarce"] and _there(given, "friction", line.key):
            plan.scarce.add(line.key)
        if line["friction"] is not None:
            plan.read(line, "friction", line.key, "friction")
        if line["plan_friction"] is not None and _there(given, "friction", line.key):
            plan.plan_friction[line.key] = _number(line, "plan_friction")
    for line in book.lines(scenario, "stocks"):
        for item in ("put", "take", "closing"):
            plan.read(line, item, _part(given, line["stockpile"], line["tag"], line["year"]), item)
    for line in book.lines(scenario, "prices"):
        d, c, t = line.key
        plan.read(line, "price", line.key, "price")
        if line["origin_price"] is not None:
            plan.read(line, "origin price", line.key, "origin_price")
        for item in ("price", "origin price"):
            column = f"clean_{item.replace(' ', '_')}"
            if line[column] is not None:
                plan.read(line, item, (d, clean(c), t), column)
        for name, key in (("plan", line.key), ("clean_plan", (d, clean(c), t))):
            for item, of in (("price", plan.plan_price), ("origin price", plan.plan_origin)):
                column = f"{name}_{item.replace(' ', '_')}"
                if line[column] is not None and _there(given, item, key):
                    of[key] = _number(line, column)
    _levies(plan, book, scenario)
    return plan


def arc_of(given: Given, line: Line) -> Arc:
    """The shipment that a row is about."""
    c = given.tagging.of(line["commodity"], line["tag"])
    return line["origin"], line["destination"], c, line["year"]


def _mode(given: Given, p: str, mode: str | None, t: int) -> tuple[str, int]:
    """The process of a row, in its mode."""
    return (clean(p) if mode == "clean" and clean(p) in given.making.makes else p), t


def _part(given: Given, k: str, tag: str | None, t: int) -> tuple[str, int]:
    """The stockpile of a row, or its clean part."""
    return (clean(k) if tag == "clean" and clean(k) in given.heaps else k), t


def read_baseline(given: Given, book: Book, scenario: str) -> Plan:
    """The plan and prices without policy, out of sheet baseline."""
    plan = Plan(given.bare)
    for line in book.lines(scenario, "baseline"):
        key: tuple[Any, ...]
        item, name, c, t = line["item"], line["name"], line["commodity"], line["year"]
        if item in ("shipment", "price", "origin price"):
            c = given.tagging.of(c, line["tag"])
            key = (name, line["destination"], c, t) if item == "shipment" else (name, c, t)
        elif item in ("link", "friction"):
            key = (name, line["destination"], c, t)
        elif item == "activity":
            key = _mode(given, name, line["tag"], t)
        else:
            key = _part(given, name, line["tag"], t)
        plan.read(line, item, key, "value")
    return plan


def _there(given: Given, item: str, key: tuple[Any, ...]) -> bool:
    """Whether there is such a route, process, capacity to build, stockpile or place."""
    making, t = given.making, key[-1]
    if item in ("shipment", "exempt"):
        return _is_arc(given, *key)
    if item in ("link", "friction"):
        pair = key[0] in given.world.regions and key[1] in given.world.regions and t in given.calendar.years
        return pair and (given.links.needed(*key) if item == "friction" else given.links.can_build(*key))
    if item in ("price", "origin price"):
        return _is_place(given, *key) and (item == "price" or key[0] in given.world.regions)
    if item == "activity":
        return key[0] in making.makes and t in making.runs[key[0]]
    if item == "added":
        return key[0] in making.building and t in making.building[key[0]].alive
    return item in OF_ITEM and key[0] in given.heaps and t in given.calendar.years


def _is_place(given: Given, d: str, c: str, t: int) -> bool:
    return d in given.world.region and c in given.goods and t in given.calendar.years


def _is_arc(given: Given, o: str, d: str, c: str, t: int) -> bool:
    """A route that is there, from where a process makes the commodity to a place that can take it. What is clean takes
    no route that makes it tainted, and is tainted there."""
    if o not in given.world.regions or not _is_place(given, d, c, t) or not given.takes(d, c):
        return False
    if given.road(o, d, c, t) is None or not given.ships(o, d, c, t):
        return False
    made = {c} if given.ships(o, d, clean(c), t) else {c, clean(c)}
    making = given.making
    return any(
        r == o and made & making.makes[p].keys() and t in making.runs[p]
        for p, r in making.region.items()
        if p in making.makes
    )


def _levies(plan: Plan, book: Book, scenario: str) -> None:
    """Cap levies from sheet caps, levies of their own from own_levies, those of the minimum rule from prices; and the
    floors."""
    g = plan.given
    for line in book.lines(scenario, "own_levies"):
        arc = arc_of(g, line)
        if _is_arc(g, *arc):
            plan.own[arc] = _number(line, "own_levy")
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
        plan.floor[line.key] = _number(line, "floor")
    for line in book.lines(scenario, "prices"):
        (d, c, t) = line.key
        for column, name in (("minimum_levy", c), ("clean_minimum_levy", clean(c))):
            if line[column] is not None:
                plan.minimum[d, name, t] = _number(line, column)
    for line in book.lines(scenario, "links"):
        o, r, c, t = line.key
        for column, name in (("minimum_levy", c), ("clean_minimum_levy", clean(c))):
            if line[column] is not None and _there(g, "friction", line.key):
                plan.minimum[o, r, name, t] = _number(line, column)
            elif line[column] is not None and line not in plan.strange:
                plan.strange.append(line)


def _number(line: Line, column: str) -> float:
    """The number of a cell; a blank one counts as 0 here and is found elsewhere."""
    value = line[column]
    return 0.0 if value is None else float(value)
