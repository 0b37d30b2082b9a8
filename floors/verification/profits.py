"""Zero profit: at the prices nobody gains by doing more, and nobody loses by what is done unless it is paid."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from floors.verification.balances import counted, lost, target
from floors.verification.calendar import Place
from floors.verification.check import Checker
from floors.verification.plan import Arc, Plan
from floors.verification.written import Line

NEAR = 2e-6  # USD/kg: gains below this are rounding of the solver
DONE = 1e-6  # t


class Profits:
    """What everybody would gain by one tonne more; `paid` holds (kind, name, year) of sheet support.

    Sheet baseline (`of` says so) leaves out what is 0 where something is sold or arrives, and all other prices.
    """

    def __init__(
        self,
        plan: Plan,
        of: str,
        support: list[Line],
        checker: Checker,
        lines: dict[Place, Line],
        columns: str = "",
    ) -> None:
        """`columns`: what the names of the columns of its prices begin with in `lines`."""
        self.plan, self.of, self.checker, self.lines, self._columns = plan, of, checker, lines, columns
        self.paid = {line.key for line in support if (line["make_whole"] or 0) + (line["foregone"] or 0) > 0}
        self.price, self.origin = dict(plan.price), dict(plan.origin)
        if of:
            for (o, d, c, t), q in plan.ship.items():
                if q:
                    self.price.setdefault((d, c, t), 0.0)
                    self.origin.setdefault((o, c, t), 0.0)

    def check(self) -> None:
        """Every shipment, process, buyer and cap; and that every price is there and held by something."""
        for arc, gain in self.shipping():
            self._shipment(arc, gain)
        self._processes()
        self._buyers()
        self._caps()
        self._waste()
        self._supply()
        if not self.of:
            self._there()
            self._held()

    def shipping(self) -> Iterator[tuple[Arc, float]]:
        """Gain per kg shipped, wherever both prices are there and a route is open."""
        g = self.plan.given
        at: dict[tuple[str, int], list[str]] = {}
        for d, c, t in self.price:
            at.setdefault((c, t), []).append(d)
        for (o, c, t), sold in self.origin.items():
            for d in at.get((c, t), ()):
                road = g.road(o, d, c, t) if g.world.takes(d, c) else None
                if road is not None:
                    worth = (1 - road.loss) * self.price[d, c, t]
                    yield (o, d, c, t), worth - sold - road.cost - self.plan.levy_on(o, d, c, t)

    def _shipment(self, arc: Arc, gain: float) -> None:
        o, d, c, t = arc
        road, pair = self.plan.given.sure_road(o, d, c, t), (o, self.plan.given.world.region[d], c, t)
        name, sent = f"{o} > {d} {c}", self.plan.sent.get(pair, 0.0)
        self.checker.compared += 1
        full = road.limit is not None and sent >= road.limit - lost(road.limit)
        if gain > NEAR and not full and not self._is_paid("route", f"{o} > {pair[1]} {c}", t):
            self.say((d, c, t), f"{name} earns {gain:.6g}", "nobody gains by shipping more")
        bound = road.least and self.plan.shipped.get(pair, 0.0) <= road.least + lost(road.least)
        shipped = self.plan.ship.get(arc, 0.0) > DONE
        if shipped and gain < -NEAR and not bound and not self._is_paid("route", name, t):
            self.say((d, c, t), f"{name} loses {-gain:.6g}", "nobody ships at a loss")

    def _processes(self) -> None:
        g, plan = self.plan.given, self.plan
        for p in g.making.processes:
            for t in g.making.runs[p]:
                r, q = g.making.region[p], plan.make.get((p, t), 0.0)
                if self.of and not self._known(p, t):
                    continue
                self.checker.compared += 1
                margin, least = self.margin(p, t), g.making.least.get((p, t), 0.0)
                limits = [(x, plan.room(x, t)) for x in g.making.limits(p)]
                full = any(
                    room is not None and plan.load(x, t) >= room - lost(room) and g.making.load[x][p]
                    for x, room in limits
                )
                held = self._covers(p, t) or any(
                    self._is_paid(kind, x, t) for kind in ("process", "plant") for x, _ in limits
                )
                where = (r, next(iter(g.making.makes[p]), ""), t)
                if margin > NEAR and not full and not held:
                    self.say(where, f"{p} earns {margin:.6g}", "nobody gains by making more: it has room")
                kept = q <= least + lost(least) or self._is_paid("process", p, t) or self._covers(p, t)
                if q > DONE and margin < -NEAR and not kept:
                    self.say(where, f"{p} loses {-margin:.6g}", "nobody makes at a loss")

    def margin(self, p: str, t: int) -> float:
        """Prices x coefficients - unit cost, USD/kg of activity."""
        making = self.plan.given.making
        r = making.region[p]
        sold = sum(a * self.origin.get((r, c, t), 0.0) for c, a in making.makes[p].items())
        used = sum(a * self.price.get((r, c, t), 0.0) for c, a in making.uses[p].items())
        return sold - used - making.cost[p, t]

    def _known(self, p: str, t: int) -> bool:
        making = self.plan.given.making
        r = making.region[p]
        return all((r, c, t) in self.origin for c in making.makes[p]) and all(
            (r, c, t) in self.price for c in making.uses[p]
        )

    def _covers(self, p: str, t: int) -> bool:
        """A stock that must hold days of use makes using dearer."""
        g = self.plan.given
        return any(
            heap.region == g.making.region[p] and heap.commodity in g.making.uses[p] and t in heap.days
            for heap in g.heaps.values()
        )

    def _buyers(self) -> None:
        g = self.plan.given
        for (d, c, t), steps in self.plan.served.items():
            if (d, c, t) not in self.price:
                continue
            price = self.price[d, c, t]
            for buyer, step, got in steps:
                self.checker.compared += 1
                name = f"{g.buyer_name(buyer)} {c}"
                if self._is_paid("demand", name, t):
                    continue
                near = lost(step.width) * 10
                if step.value > price + NEAR and got < step.width - near:
                    rule = f"{name} goes without, and would pay {step.value:.6g}"
                    self.say((d, c, t), price, rule)
                elif step.value < price - NEAR and got > near:
                    rule = f"{name} buys, and would pay no more than {step.value:.6g}"
                    self.say((d, c, t), price, rule)

    def _caps(self) -> None:
        for i, cap in enumerate(self.plan.given.caps):
            for t in cap.given:
                used, arrivals, limit, wasted = counted(self.plan, i, t)
                levy = self.plan.levy.get((i, t), 0.0)
                self.checker.compared += 1
                idle = limit - used > 10 * lost(max(limit, arrivals + wasted))
                if levy < 0 or (levy > NEAR and idle and not self._is_paid("cap", cap.name, t)):
                    rule = "a levy is never below 0, and 0 where its cap has room"
                    self.checker.say("caps", "", "levy", levy, 0, rule, cap.key(t))

    def _waste(self) -> None:
        """Nobody gains by throwing away what has arrived."""
        for key in self.price:
            self.checker.compared += 1
            if self.plan.worth(*key) < -NEAR:
                rule = f"a price is never below what a `use` cap pays for use, {self.plan.earned(*key):.6g}"
                self.say(key, self.price[key], rule)

    def _supply(self) -> None:
        """What is made in vain has no price."""
        made, left = self.plan.made, dict(self.plan.made)
        for (o, _, c, t), q in self.plan.sent.items():
            left[o, c, t] = left.get((o, c, t), 0.0) - q
        for key, rest in left.items():
            self.checker.compared += 1
            vain = rest > 10 * lost(made.get(key, 0.0)) and self.origin.get(key, 0.0) > NEAR
            if vain and not self._is_paid("supply", f"{key[0]} {key[1]}", key[2]):
                self.say(key, self.origin[key], "what is made and not sent has no price", "origin_price")

    def _there(self) -> None:
        """Without a price of all that is made, used, bought or piled nobody's profit would be known."""
        g = self.plan.given
        sold = {
            (g.making.region[p], c, t)
            for p in g.making.processes
            for t in g.making.runs[p]
            for c in g.making.makes[p]
        }
        bought = {(d, c, t) for _, d, c, t in self.plan.ship} | set(g.buying.buyers()) | self._inputs()
        bought |= {(heap.region, heap.commodity, t) for heap in g.heaps.values() for t in g.calendar.years}
        for column, wanted, known in (("price", bought, self.price), ("origin_price", sold, self.origin)):
            for key in sorted(wanted - known.keys()):
                rule = "what is made, used, bought or piled has a price"
                self.checker.say("prices", "", column, None, "a price", rule, key)

    def _inputs(self) -> set[Place]:
        """Where processes use something."""
        making = self.plan.given.making
        return {
            (making.region[p], c, t) for p in making.processes for t in making.runs[p] for c in making.uses[p]
        }

    def _held(self) -> None:
        """A delivered price that enters no other number of the results is 0, or somebody breaks even at it."""
        plan, g = self.plan, self.plan.given
        tied = {(d, c, t) for (o, d, c, t), gain in self.shipping() if abs(gain) <= NEAR}
        entered = self._inputs() | {key for key, q in plan.net.items() if abs(q) > DONE}
        entered |= {
            (g.heaps[k].region, g.heaps[k].commodity, t) for (k, t), q in plan.put.items() if q > DONE
        }
        entered |= {
            key
            for key, steps in plan.served.items()
            if any(abs(s.value - plan.price.get(key, 0.0)) <= NEAR for _, s, _ in steps)
        }
        for key, price in plan.price.items():
            if key not in tied | entered and price > 0 and not g.borders.rules and not self._piled(key):
                self.say(key, price, "a price at which nobody breaks even is 0")

    def _piled(self, key: Place) -> bool:
        """Whether a stock ties this price to that of another year: price + holding = what is left of the next."""
        plan, g, (d, c, t) = self.plan, self.plan.given, key
        years = g.calendar.years
        for k, heap in g.heaps.items():
            if (heap.region, heap.commodity) != (d, c):
                continue
            if target(plan, k, t) is not None or heap.room is not None:
                return True
            per_year = {y: g.calendar.weight[y] / g.calendar.length[y] for y in years}
            values = [plan.worth(d, c, y) * per_year[y] for y in years]
            for i, (now, later) in enumerate(pairwise(years)):
                kept = (1 - heap.loss) ** g.calendar.length[later]
                cost = g.calendar.weight[now] * heap.holding
                if t in (now, later) and abs(values[i] + cost - kept * values[i + 1]) <= NEAR:
                    return True
        return False

    def _is_paid(self, kind: str, name: str, t: int) -> bool:
        return (kind, name, t) in self.paid

    def say(self, key: Place, found: object, rule: str, column: str = "price") -> None:
        """Something is wrong with a price."""
        line = self.lines.get(key)
        if line is not None:
            self.checker.at(line, f"{self._columns}{column}", found, "no profit", rule)
        else:
            sheet = "baseline" if self.of else "prices"
            self.checker.say(sheet, "", column, found, "no profit", f"{self.of}{rule}", key)
