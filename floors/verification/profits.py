"""Zero profit: at the prices nobody gains by doing more, and nobody loses by what is done unless it is paid."""

from __future__ import annotations

from math import inf
from typing import Any

from floors.verification.balances import counted, is_ruled, spent
from floors.verification.building import builds
from floors.verification.gain import NEAR, Gain
from floors.verification.links import earnings
from floors.verification.links import is_full as is_taken
from floors.verification.named import plain, told
from floors.verification.piles import holding, is_full, is_low
from floors.verification.plan import Arc, Plan
from floors.verification.prices import Prices

IN_ALL = 1e-12  # of the dearest price x the largest quantity: who loses less in all, loses nothing


class Profits(Prices):
    """What everybody would gain by one tonne more at these prices."""

    def check(self) -> None:
        """Every column: shipments, processes, builds, buyers, stocks; caps; and that every price is there and held
        by something."""
        for arc, gain in self.shipping():
            self._shipment(arc, gain)
        self._processes()
        self._builds()
        self._links()
        self._stocks()
        self._buyers()
        self._caps()
        self._waste()
        self._pools()
        self._supply()
        if not self.of:
            self._there()
            self._held()
            self._minimums()

    def _shipment(self, arc: Arc, gain: Gain) -> None:
        o, d, c, t = arc
        plan = self.plan
        road, pair = plan.given.sure_road(o, d, c, t), (o, plan.given.world.region[d], plain(c), t)
        name, sent = f"{o} > {d} {plain(c)}", plan.sent.get(pair, 0.0)
        self.checker.compared += 1
        full = road.limit is not None and sent >= road.limit - plan.lost(road.limit)
        of_pair = self._is_paid(
            "route", f"{o} > {pair[1]} {plain(c)}", t
        )  # of its limit and commitment, markets together
        free = self.exempt_gain(arc)
        exempt, more = plan.exempt.get(arc, 0.0), plan.exemptible(*pair)
        best = free if more and any(plan.levies_on(*arc)) else gain
        if best.is_one and not full and not of_pair:
            self.say((d, c, t), f"{name} earns {best.value:.6g}", "nobody gains by shipping more")
        bound = road.least and plan.shipped.get(pair, 0.0) <= road.least + plan.lost(road.least)
        kept = bound or of_pair or self._is_paid("route", name, t)
        for tonnes, earned in ((plan.liable(arc), gain), (exempt, free)):
            if tonnes > plan.lost(sent) and self._loses(tonnes, earned) and not kept:
                self.say((d, c, t), f"{name} loses {-earned.value:.6g}", "nobody ships at a loss")

    def _loses(self, tonnes: float, gain: Gain) -> bool:
        """Whether so many lose what prices can tell: those of a few grams are found to no better than that."""
        nothing = IN_ALL * self.plan.dearest * self.plan.largest
        return gain.is_loss and tonnes * -gain.value > nothing

    def _processes(self) -> None:
        g, plan = self.plan.given, self.plan
        for p in g.making.makes:
            for t in g.making.runs[p]:
                r, q, of = g.making.region[p], plan.activity(plain(p), t), plain(p)
                if self.of and not self._known(p, t):
                    continue
                self.checker.compared += 1
                margin, least = self.margin(p, t), g.making.least.get((of, t), 0.0)
                limits = g.making.limits(p)
                full = any(plan.is_full(x, t) and g.making.load[x][of] for x in limits)
                held = self._covers(p, t) or any(
                    self._is_paid(kind, x, t) for kind in ("process", "plant") for x in limits
                )
                where = (r, next(iter(g.making.makes[p]), ""), t)
                if margin.is_one and not full and not held:
                    self.say(
                        where,
                        f"{told(p)} earns {margin.value:.6g}",
                        "nobody gains by making more: it has room",
                    )
                kept = q <= least + plan.lost(least) or self._is_paid("process", of, t) or self._covers(p, t)
                if plan.runs(p, t) and self._loses(q, margin) and not kept:
                    self.say(where, f"{told(p)} loses {-margin.value:.6g}", "nobody makes at a loss")

    def margin(self, p: str, t: int) -> Gain:
        """Prices x coefficients - unit cost, USD/kg of activity."""
        making = self.plan.given.making
        r = making.region[p]
        sold = (a * self.origin.get((r, c, t), 0.0) for c, a in making.makes[p].items())
        used = (-a * self.price.get((r, c, t), 0.0) for c, a in making.uses[p].items())
        return Gain.of(*sold, *used, -making.cost[p, t])

    def best(self, p: str, t: int) -> Gain:
        """The margin of a process in the mode that earns more."""
        return max(self.margin(mode, t) for mode in self.plan.given.making.modes(p))

    def _builds(self) -> None:
        """Over its life no capacity earns more than its charges, unless no more may be built; none earns less."""
        g, plan = self.plan.given, self.plan
        for y, b, earned in builds(plan, self.best, self._may_be_kept):
            built, years = g.making.building[y], g.making.building[y].alive[b]
            if b < g.known_from or (self.of and not all(self._is_known(y, t) for t in years)):
                continue
            if {("process", y), ("plant", y)} & {
                one[:2] for one in self.paid
            }:  # of all years one may be named
                continue
            self.checker.compared += 1
            q, ends = plan.added.get((y, b), 0.0), list[float]()
            if built.a_year is not None:
                ends.append(built.a_year * g.calendar.length[b] - q)
            if built.in_all is not None:
                ends.append(built.in_all - sum(plan.added.get((y, s), 0.0) for s in built.alive))
            room = min(ends, default=plan.reach) > plan.lost(q)
            if room and Gain.of(earned.least, -earned.charge).is_one:
                gain = (earned.least - earned.charge) / g.calendar.weight[b]
                self._of_capacity(
                    y, b, f"{y} would earn {gain:.6g} more than its charges", "by building more"
                )
            if q > plan.lost(max(q, plan.room(y, years[0]) or 0.0)) and self._loses(
                q, Gain.of(earned.most, -earned.charge)
            ):
                loss = (earned.charge - earned.most) / g.calendar.weight[b]
                self._of_capacity(y, b, f"{y} earns {loss:.6g} less than its charges", "")

    def _of_capacity(self, y: str, b: int, found: str, more: str) -> None:
        rule = f"nobody gains {more}" if more else "nobody builds at a loss"
        self.checker.say(
            "baseline" if self.of else "investment", "", "", found, "no profit", f"{self.of}{rule}", (y, b)
        )

    def _links(self) -> None:
        """A link has a price only where it is full; nobody gains by qualifying more, nor qualifies at a loss."""
        plan = self.plan
        for (o, r, c, t), price in plan.friction.items():
            self.checker.compared += 1
            idle = price > NEAR * plan.dearest and not is_taken(plan, o, r, c, t)
            if idle and not self._is_paid("route", f"{o} > {r} {c}", t):
                self._of_link((o, r, c, t), price, "a link has a price only where it is full")
        for (o, r, c, b), terms, one in earnings(plan):
            paid = any(self._is_paid("route", f"{o} > {r} {c}", t) for t in (b, *terms.alive))
            if paid or any(t < plan.given.known_from for t in (b, *terms.alive)):
                continue
            self.checker.compared += 1
            q, gain = plan.connected.get((o, r, c, b), 0.0), Gain.of(one.earned, -one.charge)
            most = None if terms.most is None else terms.most * plan.given.calendar.length[b]
            if gain.is_one and (most is None or q < most - plan.lost(most)):
                said = f"earns {gain.value / plan.given.calendar.weight[b]:.6g} more than its charges"
                self._of_link((o, r, c, b), said, "nobody gains by qualifying more")
            if self._loses(q, gain) and q > plan.lost(q):
                said = f"earns {-gain.value / plan.given.calendar.weight[b]:.6g} less than its charges"
                self._of_link((o, r, c, b), said, "nobody qualifies at a loss")

    def _of_link(self, key: Arc, found: object, rule: str) -> None:
        sheet = "baseline" if self.of else "links"
        self.checker.say(sheet, "", "friction", found, "no profit", f"{self.of}{rule}", key)

    def _is_known(self, y: str, t: int) -> bool:
        """Whether the prices are there of all that a capacity serves."""
        making = self.plan.given.making
        modes = (m for p in making.load.get(y, {}) for m in making.modes(p))
        return all(self._known(m, t) for m in modes if t in making.runs[m])

    def _may_be_kept(self, p: str, t: int) -> bool:
        """Whether a minimum, a payment or a stock for days of use may hold a process where prices do not."""
        least, plan = self.plan.given.making.least.get((p, t), 0.0), self.plan
        minimum = least > 0 and plan.activity(p, t) <= least + plan.lost(least)
        return minimum or self._covers(p, t) or self._is_paid("process", p, t)

    def _stocks(self) -> None:
        """Nobody gains by holding more until the next year, unless there is no room, nor loses by what is held."""
        g, plan = self.plan.given, self.plan
        for k, heap in g.heaps.items():
            place, spends = (heap.region, heap.commodity), self._has_fund_price(heap.fund)
            for t, gain in holding(plan, k):
                later = g.calendar.after(t)
                of = g.calendar.years if heap.most else (t, later)
                known = all((*place, y) in self.price for y in of if y is not None)
                if t < g.known_from or spends or not known or self._is_paid("stockpile", plain(k), t):
                    continue
                if later in heap.most and self._is_paid("stockpile", plain(k), later):
                    continue  # what more may be taken then is worth no price
                self.checker.compared += 1
                if gain.is_one and not is_full(plan, k, t):
                    self._of_stock(
                        k, t, f"holding more earns {gain.value:.6g}", "nobody gains by holding more"
                    )
                if gain.is_loss and not is_low(plan, k, t):
                    self._of_stock(k, t, f"holding loses {-gain.value:.6g}", "nobody holds at a loss")

    def _has_fund_price(self, fund: str | None) -> bool:
        """Whether what is put away may be worth more than its price: by what more of its fund would save."""
        if fund is None:
            return False
        return is_spent(self.plan, fund) or any(
            kind == "fund" and name == fund for kind, name, _ in self.paid
        )

    def _of_stock(self, k: str, t: int, found: str, rule: str) -> None:
        sheet = "baseline" if self.of else "stocks"
        self.checker.say(sheet, "", "", found, "no profit", f"{self.of}{rule}", (k, t))

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
            heap.region == g.making.region[p]
            and t in heap.days
            and heap.commodity in g.making.uses.get(p, ())
            for heap in g.heaps.values()
        )

    def _buyers(self) -> None:
        g, plan = self.plan.given, self.plan
        for (d, c, t), steps in plan.served.items():
            if (d, c, t) not in self.price:
                continue
            price = self.price[d, c, t]
            for buyer, step, got in steps:
                self.checker.compared += 1
                name = f"{g.buyer_name(buyer)} {c}"
                alike = {f"{g.buyer_name(b)} {c}" for b, other, _ in steps if other.value == step.value}
                if any(self._is_paid("demand", one, t) for one in alike):  # who of them is served is open
                    continue
                near = 10 * plan.lost(step.width)
                gain = Gain.of(step.value, -price) if step.value < inf else Gain(1.0, 1.0)
                if step.whole is not None and (step.whole - price) * gain.value <= 0 and is_ruled(g):
                    continue  # rules may set a price in a step that was not cut: it is worth its average
                if gain.is_one and got < step.width - near:
                    rule = f"{name} goes without, and would pay {step.value:.6g}"
                    self.say((d, c, t), price, rule)
                elif gain.is_loss and got > near:
                    rule = f"{name} buys, and would pay no more than {step.value:.6g}"
                    self.say((d, c, t), price, rule)

    def _caps(self) -> None:
        plan = self.plan
        for i, cap in enumerate(plan.given.caps):
            for t in cap.given:
                one = counted(plan, i, t)
                levy = plan.levy.get((i, t), 0.0)
                self.checker.compared += 1
                idle = one.limit - one.used > 10 * plan.lost(one.scale)
                if levy < 0 or (
                    levy > NEAR * plan.dearest and idle and not self._is_paid("cap", cap.name, t)
                ):
                    rule = "a levy is never below 0, and 0 where its cap has room"
                    self.checker.say("caps", "", "levy", levy, 0, rule, cap.key(t))

    def _minimums(self) -> None:
        """Every origin that the minimum rule levies has a levy from 0 to the minimum, and no other has one."""
        g, plan = self.plan.given, self.plan
        rule = "a levy of the minimum rule for each origin that pays it, from 0 to the minimum"
        due = set[tuple[Any, ...]]()
        for o, name, t in g.borders.levied:
            members = g.world.of_role("member", t)
            linked = [r for r in members if g.links.needed(o, r, name, t)]
            due |= {(o, r, name, t) for r in linked}
            if len(linked) < len(members) or not linked:
                due.add((o, name, t))
        for key in due | plan.minimum.keys():
            self.checker.compared += 1
            least = g.borders.rule("minimum", *key[-2:]) if key in due else None
            levy = plan.minimum.get(key)
            if levy is None or least is None or not 0 <= levy <= least:
                self.say((key[0], *key[-2:]), levy, rule, "minimum_levy")

    def _waste(self) -> None:
        """Nobody gains by throwing away what has arrived."""
        for key in self.price:
            self.checker.compared += 1
            if self.plan.wasting(*key).is_one:
                rule = f"a price is never below what a `use` cap pays for use, {self.plan.earned(*key):.6g}"
                self.say(key, self.price[key], rule)

    def _pools(self) -> None:
        """What is clean is never cheaper than any, and as dear where it is used as any."""
        plan = self.plan
        for found, column, used in (
            (self.pools(), "clean_price", lambda _, other: plan.net.get(other, 0.0)),
            (self.mingling(), "clean_origin_price", lambda key, _: plan.mingled.get(key, 0.0)),
        ):
            for key, other, gain in found:
                self.checker.compared += 1
                if abs(gain.value) <= NEAR * plan.dearest:
                    continue
                some = used(key, other) > 10 * plan.lost(plan.largest)
                paid = self._is_paid("pool", f"{key[0]} {key[1]}", key[2])
                kinds = ("use", "supply")
                paid = paid or any(self._is_paid(kind, f"{key[0]} {key[1]}", key[2]) for kind in kinds)
                if gain.is_one or (some and gain.is_loss and not paid):
                    rule = "what is clean is never cheaper than any, and as dear where it is used as any"
                    self.say(key, -gain.value, rule, column)


def is_spent(plan: Plan, fund: str) -> bool:
    """Whether a fund has nothing left."""
    amount: float = plan.given.funds[fund]
    return spent(plan, fund) >= amount * (1 - NEAR)
