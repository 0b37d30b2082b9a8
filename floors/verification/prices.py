"""Prices that results hold: each is there, and somebody breaks even at it."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from floors.verification.balances import target
from floors.verification.calendar import Place
from floors.verification.check import Checker
from floors.verification.gain import NEAR, Gain
from floors.verification.named import clean, is_clean, plain
from floors.verification.piles import holding
from floors.verification.plan import Arc, Plan
from floors.verification.written import Line


class Prices:
    """Prices of a plan; `paid` holds (kind, name, year) of sheet support.

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
        plain: bool = False,
    ) -> None:
        """`columns`: what the names of the columns of its prices begin with in `lines`. `plain`: prices are those of
        the sourcing LP, in which caps see what is exempt too."""
        self.plain = plain
        self.plan, self.of, self.checker, self.lines, self._columns = plan, of, checker, lines, columns
        self.paid = {line.key for line in support if (line["make_whole"] or 0) + (line["foregone"] or 0) > 0}
        self.price, self.origin = dict(plan.price), dict(plan.origin)
        if of:
            for (o, d, c, t), q in plan.ship.items():
                if q:
                    self.price.setdefault((d, c, t), 0.0)
                    self.origin.setdefault((o, c, t), 0.0)

    def shipping(self) -> Iterator[tuple[Arc, Gain]]:
        """Gain per kg shipped, wherever both prices are there and a route is open."""
        g = self.plan.given
        at: dict[tuple[str, int], list[str]] = {}
        for d, c, t in self.price:
            at.setdefault((c, t), []).append(d)
        for (o, c, t), sold in self.origin.items():
            for d in at.get((c, t), ()):
                road = g.road(o, d, c, t) if g.takes(d, c) and g.ships(o, d, c, t) else None
                if road is not None:
                    worth = (1 - road.loss) * self.price[d, c, t]
                    levies = self.plan.levies_on(o, d, c, t)
                    asked = self.plan.friction_on(o, d, c, t)
                    yield (o, d, c, t), Gain.of(worth, -sold, -asked, -road.cost, *(-levy for levy in levies))

    def exempt_gain(self, arc: Arc) -> Gain:
        """Gain per kg of what is exempt: no levy falls on it, and no rebate is lost."""
        o, d, c, t = arc
        road = self.plan.given.sure_road(*arc)
        kept = self.plan.cap_levies_on(*arc)
        left = (-levy for levy in kept if self.plain or levy < 0)
        worth = (1 - road.loss) * self.price[d, c, t]
        return Gain.of(worth, -self.origin[o, c, t], -self.plan.friction_on(*arc), -road.cost, *left)

    def pools(self) -> Iterator[tuple[Place, Place, Gain]]:
        """What using a kg of what is clean as any would gain, wherever both have a price."""
        for d, name, t in self.price:
            key = (d, plain(name), t)
            if is_clean(name) and key in self.price:
                yield key, (d, name, t), Gain.of(self.price[key], -self.price[d, name, t])

    def mingling(self) -> Iterator[tuple[Place, Place, Gain]]:
        """What sending a kg of what is clean as tainted would gain, where a route makes it so."""
        for o, name, t in self.origin:
            key = (o, plain(name), t)
            if is_clean(name) and key in self.origin and self.plan.given.mingles(*key):
                yield key, (o, name, t), Gain.of(self.origin[key], -self.origin[o, name, t])

    def _supply(self) -> None:
        """What is made in vain has no price."""
        made, left = self.plan.made, dict(self.plan.made)
        for (o, _, c, t), q in self.plan.flows:
            left[o, c, t] = left.get((o, c, t), 0.0) - q
        for (o, c, t), q in self.plan.mingled.items():
            left[o, c, t] += q
            left[o, clean(c), t] = left.get((o, clean(c), t), 0.0) - q
        for key, rest in left.items():
            self.checker.compared += 1
            priced = self.origin.get(key, 0.0) > NEAR * self.plan.dearest
            vain = priced and rest > 10 * self.plan.lost(made.get(key, 0.0))
            if vain and not self._is_paid("supply", f"{key[0]} {plain(key[1])}", key[2]):
                self.say(key, self.origin[key], "what is made and not sent has no price", "origin_price")

    def _there(self) -> None:
        """Without a price of all that is made, used, bought or piled nobody's profit would be known."""
        g = self.plan.given
        sold = {
            (g.making.region[p], c, t)
            for p in g.making.makes
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
        return {(making.region[p], c, t) for p in making.uses for t in making.runs[p] for c in making.uses[p]}

    def _held(self) -> None:
        """A delivered price that enters no other number of the results is 0, or somebody breaks even at it."""
        plan, g = self.plan, self.plan.given
        tied = {(d, c, t) for (o, d, c, t), gain in self.shipping() if not gain.is_one and not gain.is_loss}
        for pool, other, gain in self.pools():
            tied |= {pool, other} if not gain.is_one and not gain.is_loss else set()
        entered = self._inputs() | {key for key, q in plan.net.items() if q}
        entered |= {(g.heaps[k].region, g.heaps[k].commodity, t) for (k, t), q in plan.put.items() if q}
        entered |= {
            key
            for key, steps in plan.served.items()
            if any(
                abs(s.value - plan.price.get(key, 0.0)) <= NEAR * s.value
                for _, s, _ in steps
                if s.value < inf
            )
        }
        for key, price in plan.price.items():
            if key not in tied | entered and price > 0 and not g.borders.rules and not self._piled(key):
                self.say(key, price, "a price at which nobody breaks even is 0")

    def _piled(self, key: Place) -> bool:
        """Whether a stock ties this price to that of another year: price + holding = what is left of the next."""
        plan, g, (d, c, t) = self.plan, self.plan.given, key
        for k, heap in g.heaps.items():
            if (heap.region, heap.commodity) != (d, c):
                continue
            if target(plan, k, t) is not None or heap.room is not None:
                return True
            for now, gain in holding(plan, k):
                if t in (now, g.calendar.after(now)) and not gain.is_one and not gain.is_loss:
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


def traded(plan: Plan, lines: list[Line]) -> Iterator[tuple[Place, dict[str, bool | None]]]:
    """Of each row of sheet prices whether anything is bought there, and whether anything is sold."""
    heaps = plan.given.heaps
    bought = {(d, plain(c), t) for (_, d, c, t), q in plan.ship.items() if q > 0}
    bought |= {(heaps[k].region, plain(heaps[k].commodity), t) for (k, t), q in plan.take.items() if q > 0}
    sold = {(o, plain(c), t) for (o, _, c, t), q in plan.flows if q > 0}
    for line in {line.key: line for line in lines}.values():
        yield (
            line.key,
            {
                "bought": None if line["price"] is None else line.key in bought,
                "sold": None if line["origin_price"] is None else line.key in sold,
            },
        )
