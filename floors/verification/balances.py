"""Rows of the sourcing LP that a plan must obey: balances, capacities, minimums, limits, targets, funds, caps."""

from __future__ import annotations

from collections.abc import Iterator
from math import fsum, inf
from typing import NamedTuple

from floors.verification.check import Checker
from floors.verification.gain import NEAR
from floors.verification.given import Given
from floors.verification.links import broken
from floors.verification.named import clean, is_clean, plain
from floors.verification.plan import Plan


class Broken(NamedTuple):
    """A row, in words; what stands on either side; its sheet in the results and a key there."""

    sheet: str
    key: tuple[object, ...]
    rule: str
    found: float
    least: float  # found >= least, within what a solver may leave of a row of this size
    scale: float


def check_plan(plan: Plan, of: str, checker: Checker) -> None:
    """Every row of the plan; `of` is blank, or names the baseline."""
    for row in rows(plan):
        checker.compared += 1
        if row.found < row.least - plan.lost(row.scale):
            sheet = "baseline" if of else row.sheet
            checker.say(sheet, "", "", row.found, f"at least {row.least:.10g}", f"{of}{row.rule}", row.key)


def rows(plan: Plan) -> Iterator[Broken]:
    """All of them as found >= least."""
    yield from _balances(plan)
    yield from _capacities(plan)
    yield from _routes(plan)
    for sheet, key, rule, found, most in broken(plan):
        yield _most(sheet, key, rule, found, most)
    yield from _stocks(plan)
    yield from _caps(plan)


def _most(sheet: str, key: tuple[object, ...], rule: str, found: float, most: float) -> Broken:
    """A row that says found <= most."""
    return Broken(sheet, key, rule, -found, -most, most)


def _balances(plan: Plan) -> Iterator[Broken]:
    """What is made covers what is sent and leaks; what arrives covers inputs, buyers that must be served, stocks."""
    g = plan.given
    sent: dict[tuple[str, str, int], float] = {}
    for (o, _, c, t), q in plan.flows:
        sent[o, c, t] = sent.get((o, c, t), 0.0) + q
    for key, q in sent.items():
        rule = "supply: what is made covers what is shipped and what leaks"
        o, c, t = key
        more = plan.mingled.get((o, plain(c), t), 0.0)  # of what is clean, sent as tainted
        q += more if is_clean(c) else -more
        yield Broken("production", key, rule, plan.made.get(key, 0.0), q, q)
    for (o, c, t), q in plan.mingled.items():
        if (o, clean(c), t) not in sent:
            rule = "supply: what leaves as tainted is made"
            yield Broken("production", (o, c, t), rule, plan.made.get((o, clean(c), t), 0.0), q, q)
    buyers, flow = g.buying.buyers(), _throughput(plan)
    for key, left in plan.net.items():
        steps = [step for buyer in buyers.get(key, ()) for step in g.buying.ladder[buyer]]
        must = sum(step.width for step in steps if step.value == inf)
        rule = "use: arrivals and stock taken cover inputs, stock put away and buyers that must be served"
        yield Broken("sourcing", key, rule, left, must, flow.get(key, 0.0) + must)
        wanted = sum(step.width for step in steps)
        if is_clean(key[1]):
            continue  # what is left of it is used as any
        if plan.worth(*key) > NEAR * plan.dearest and not is_ruled(g):
            rule = "use: nothing arrives in vain where it has a price"
            yield Broken("sourcing", key, rule, -left, -wanted, flow.get(key, 0.0) + wanted)


def is_ruled(g: Given) -> bool:
    """Under rules on floors a price may stand beside what nobody uses: its product is foregone."""
    return bool(g.borders.rules) or g.study.settings.coordination == "bloc" or g.surprise or g.exempts


def _throughput(plan: Plan) -> dict[tuple[str, str, int], float]:
    found: dict[tuple[str, str, int], float] = {}
    for (_, d, c, t), q in plan.ship.items():
        found[d, c, t] = found.get((d, c, t), 0.0) + q
    for k, heap in plan.given.heaps.items():
        for t in plan.given.calendar.years:
            key = (heap.region, heap.commodity, t)
            found[key] = found.get(key, 0.0) + plan.take.get((k, t), 0.0)
    return found


def _capacities(plan: Plan) -> Iterator[Broken]:
    g, making = plan.given, plan.given.making
    for x, t in making.room:
        room = plan.room(x, t)
        assert room is not None
        rule = "capacity: activity within what exists and was built"
        yield _most("production", (x, t), rule, plan.load(x, t), room)
    for (p, t), least in making.least.items():
        rule = "minimum of a process, or of its contracts"
        yield Broken("production", (p, t), rule, plan.activity(p, t), least, least)
    for x, built in making.building.items():
        added = {b: plan.added.get((x, b), 0.0) for b in built.alive}
        for b, q in added.items():
            if built.a_year is not None:
                most = built.a_year * g.calendar.length[b]
                yield _most("investment", (x, b), "max_build x length of the period", q, most)
        if built.in_all is not None:
            yield _most("investment", (x,), "max_total", sum(added.values()), built.in_all)


def _routes(plan: Plan) -> Iterator[Broken]:
    g = plan.given
    for o in g.world.regions:
        for r in g.world.regions:
            for c in g.commodities:
                for t in g.calendar.years:
                    road, key = g.roads.get(o, r, c, t), (o, r, c, t)
                    if key in plan.exempted:
                        yield _most(
                            "shipments", key, "exempt tonnes of the pair", plan.exempted[key], g.exempt(*key)
                        )
                    if road and road.limit is not None:
                        yield _most(
                            "shipments", key, "limit of the route", plan.sent.get(key, 0.0), road.limit
                        )
                    if road and road.least:
                        rule = "minimum of the route: take or pay"
                        shipped = plan.shipped.get(key, 0.0)
                        yield Broken("shipments", key, rule, shipped, road.least, road.least)


def _stocks(plan: Plan) -> Iterator[Broken]:
    g = plan.given
    for k, heap in g.heaps.items():
        for t in g.calendar.years:
            closing = plan.closing.get((k, t), 0.0)
            after, scale = stock_after(plan, k, t)
            rule = "stock: what is left of the last one + length x (put - take)"
            yield Broken("stocks", (k, t), rule, closing, after, scale)
            yield Broken("stocks", (k, t), rule, after, closing, scale)
            if is_clean(k):
                continue  # the rest binds both parts
            closing = plan.in_both(plan.closing, k, t)
            if heap.room is not None:
                yield _most("stocks", (k, t), "capacity of the stockpile", closing, heap.room)
            if t in heap.most:
                yield _most("stocks", (k, t), "releases", plan.in_both(plan.take, k, t), heap.most[t])
            least = target(plan, k, t)
            if least is not None:
                yield Broken("stocks", (k, t), "target of the stockpile", closing, least, least)
    for fund, amount in g.funds.items():
        rule = "a fund buys at reference prices within its amount"
        yield _most("stocks", (fund,), rule, spent(plan, fund), amount)


def stock_after(plan: Plan, k: str, t: int) -> tuple[float, float]:
    """Closing stock as it follows from the last one, and the size of its terms."""
    g = plan.given
    heap, n, before = g.heaps[k], g.calendar.length[t], g.calendar.before(t)
    last = heap.opening if before is None else plan.closing.get((k, before), 0.0)
    put, take = n * plan.put.get((k, t), 0.0), n * plan.take.get((k, t), 0.0)
    kept = (1 - heap.loss) ** n * last
    return kept + put - take, kept + abs(put) + abs(take)


def spent(plan: Plan, fund: str) -> float:
    """What a fund spends at reference prices, million."""
    g = plan.given
    bought = [(k, t, q) for (k, t), q in plan.put.items() if g.heaps[k].fund == fund]
    amounts = [
        g.calendar.length[t] * g.reference[plain(g.heaps[k].commodity), t] * q / 1000 for k, t, q in bought
    ]
    return fsum(amounts)


def target(plan: Plan, k: str, t: int) -> float | None:
    """Least closing stock: t, or days of the region's table demand and planned use; None: no target."""
    g = plan.given
    heap, making = g.heaps[k], g.making
    if t not in heap.days:
        return heap.target.get(t)
    used = sum(
        making.uses[p].get(c, 0.0) * q
        for (p, year), q in plan.make.items()
        if year == t and making.region[p] == heap.region
        for c in g.tagging.names(plain(heap.commodity))
    )
    return table_target(g, k, t) + heap.days[t] / 365 * used


def table_target(g: Given, k: str, t: int) -> float:
    """A target without planned use, t."""
    heap = g.heaps[k]
    if t not in heap.days:
        return heap.target[t]
    c = plain(heap.commodity)
    places = g.world.parts(heap.region, c)
    return heap.days[t] / 365 * sum(g.buying.table(d, c, t) for d in places)


class Counted(NamedTuple):
    """What counts against a cap, all arrivals in its scope (leaks in both where it sees them, weighted), what it
    allows, what is wasted of the arrivals, and what papers show of what counts. Under `use` arrivals are after loss,
    less what is wasted or put away and not taken; `scale` is the size of all of these."""

    used: float
    arrivals: float
    limit: float
    wasted: float
    scale: float
    declared: float


def counted(plan: Plan, i: int, t: int) -> Counted:
    """The i-th cap in a year."""
    g = plan.given
    cap, used, arrivals, declared = g.caps[i], 0.0, 0.0, 0.0
    for n, ((o, d, c, y), q) in enumerate(plan.ship.items() if cap.unseen else plan.flows):
        if y == t and cap.covers(d, c, t):
            counts = q * cap.counted(g.world, g.roads, o, d, c, t)
            used += counts
            declared += counts if n < len(plan.ship) else 0.0
            arrivals += q * cap.weight(c) * cap.seen(g.world, g.roads, o, d, c, t)
    wasted = fsum(
        cap.weight(c) * q for (d, c, y), q in plan.surplus.items() if y == t and cap.covers(d, c, t)
    )
    if cap.basis != "use":
        limit = cap.limit(g.buying, t)
        return Counted(used, arrivals, limit, wasted, max(limit, arrivals), declared)
    scale = arrivals
    for k, heap in g.heaps.items():
        if cap.covers(heap.region, heap.commodity, t):
            put, take = (cap.weight(heap.commodity) * of.get((k, t), 0.0) for of in (plan.put, plan.take))
            arrivals, scale = arrivals + take - put, scale + take
    arrivals -= wasted
    return Counted(used, arrivals, cap.given[t] * arrivals, wasted, scale, declared)


def exempt_under(plan: Plan, i: int, t: int) -> float:
    """What of the room of the i-th cap in a year is taken by what is exempt."""
    g, cap = plan.given, plan.given.caps[i]
    return fsum(
        q * max(0.0, cap.coefficient(g.world, g.roads, o, d, c, t))
        for (o, d, c, y), q in plan.exempt.items()
        if y == t and cap.covers(d, c, t)
    )


def _caps(plan: Plan) -> Iterator[Broken]:
    for i, cap in enumerate(plan.given.caps):
        for t in cap.given:
            one = counted(plan, i, t)
            yield Broken("caps", cap.key(t), "the cap is kept", -one.used, -one.limit, one.scale)
