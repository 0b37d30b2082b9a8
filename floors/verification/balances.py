"""Rows of the sourcing LP that a plan must obey: balances, capacities, minimums, limits, targets, funds, caps."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import NamedTuple

from floors.verification.check import Checker
from floors.verification.edges import counted
from floors.verification.flows import lost, stock_after
from floors.verification.given import Given
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
        if row.found < row.least - lost(row.scale):
            sheet = "baseline" if of else row.sheet
            checker.say(sheet, "", "", row.found, f"at least {row.least:.10g}", f"{of}{row.rule}", row.key)


def rows(plan: Plan) -> Iterator[Broken]:
    """All of them as found >= least."""
    yield from _balances(plan)
    yield from _capacities(plan)
    yield from _routes(plan)
    yield from _stocks(plan)
    yield from _caps(plan)


def _balances(plan: Plan) -> Iterator[Broken]:
    """What is made covers what is sent and leaks; what arrives covers inputs, buyers that must be served, stocks."""
    g = plan.given
    made: dict[tuple[str, str, int], float] = {}
    sent: dict[tuple[str, str, int], float] = {}
    for (p, t), q in plan.make.items():
        for c, a in g.making.makes[p].items():
            key = (g.making.region[p], c, t)
            made[key] = made.get(key, 0.0) + a * q
    for (o, _, c, t), q in plan.ship.items():
        sent[o, c, t] = sent.get((o, c, t), 0.0) + q
    for (_, _, c, t), (o, q) in g.buying.leak.items():
        sent[o, c, t] = sent.get((o, c, t), 0.0) + q
    for key, q in sent.items():
        rule = "supply: what is made covers what is shipped and what leaks"
        yield Broken("production", key, rule, made.get(key, 0.0), q, q)
    buyers, flow = g.buying.buyers(), _throughput(plan)
    for key, left in plan.net.items():
        steps = [step for buyer in buyers.get(key, ()) for step in g.buying.ladder[buyer]]
        must = sum(step.width for step in steps if step.value == inf)
        rule = "use: arrivals and stock taken cover inputs, stock put away and buyers that must be served"
        yield Broken("sourcing", key, rule, left, must, flow.get(key, 0.0) + must)
        wanted = sum(step.width for step in steps)
        if plan.price.get(key, 0.0) > PAYS and not _ruled(g):
            rule = "use: nothing arrives in vain where it has a price"
            yield Broken("sourcing", key, rule, -left, -wanted, flow.get(key, 0.0) + wanted)


PAYS = 1e-6


def _ruled(g: Given) -> bool:
    """Under rules on floors a price may stand beside what nobody uses: its product is foregone."""
    return bool(g.borders.rules) or g.study.settings.coordination == "bloc" or g.surprise


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
        room, load = plan.room(x, t), plan.load(x, t)
        assert room is not None
        yield Broken(
            "production", (x, t), "capacity: activity within what exists and was built", -load, -room, room
        )
    for (p, t), least in making.least.items():
        if least:
            yield Broken(
                "production",
                (p, t),
                "minimum of a process, or of its contracts",
                plan.make.get((p, t), 0.0),
                least,
                least,
            )
    for x, built in making.building.items():
        for b in built.alive:
            if built.a_year is not None:
                most = built.a_year * g.calendar.length[b]
                yield Broken(
                    "investment",
                    (x, b),
                    "max_build x length of the period",
                    -plan.added.get((x, b), 0.0),
                    -most,
                    most,
                )
        if built.in_all is not None:
            total = sum(plan.added.get((x, b), 0.0) for b in built.alive)
            yield Broken("investment", (x,), "max_total", -total, -built.in_all, built.in_all)


def _routes(plan: Plan) -> Iterator[Broken]:
    g = plan.given
    total: dict[tuple[str, str, str, int], float] = {}
    for (o, d, c, t), q in plan.ship.items():
        key = (o, g.world.region[d], c, t)
        total[key] = total.get(key, 0.0) + q
    leaked: dict[tuple[str, str, str, int], float] = {}
    for (d, _, c, t), (o, q) in g.buying.leak.items():
        key = (o, g.world.region[d], c, t)
        leaked[key] = leaked.get(key, 0.0) + q
    for o in g.world.role:
        for r in g.world.role:
            for c in g.commodities:
                for t in g.calendar.years:
                    road, key = g.roads.get(o, r, c, t), (o, r, c, t)
                    if road is None:
                        continue
                    if road.limit is not None:
                        sent = total.get(key, 0.0) + leaked.get(key, 0.0)
                        yield Broken("shipments", key, "limit of the route", -sent, -road.limit, road.limit)
                    if road.least:
                        rule = "minimum of the route: take or pay"
                        yield Broken("shipments", key, rule, total.get(key, 0.0), road.least, road.least)


def _stocks(plan: Plan) -> Iterator[Broken]:
    g = plan.given
    for k, heap in g.heaps.items():
        for t in g.calendar.years:
            closing = plan.closing.get((k, t), 0.0)
            after, scale = stock_after(plan, k, t)
            rule = "stock: what is left of the last one + length x (put - take)"
            yield Broken("stocks", (k, t), rule, closing, after, scale)
            yield Broken("stocks", (k, t), rule, after, closing, scale)
            if heap.room is not None:
                yield Broken("stocks", (k, t), "capacity of the stockpile", -closing, -heap.room, heap.room)
            least = target(plan, k, t)
            if least is not None:
                yield Broken("stocks", (k, t), "target of the stockpile", closing, least, least)
    for fund, amount in g.funds.items():
        spent = [
            g.calendar.length[t] * g.reference[g.heaps[k].commodity, t] * q / 1000
            for (k, t), q in plan.put.items()
            if g.heaps[k].fund == fund
        ]
        yield Broken(
            "stocks",
            (fund,),
            "a fund buys at reference prices within its amount",
            -sum(spent),
            -amount,
            amount,
        )


def target(plan: Plan, k: str, t: int) -> float | None:
    """Least closing stock: t, or days of the region's table demand and planned use; None: no target."""
    g = plan.given
    heap, making = g.heaps[k], g.making
    if t not in heap.days:
        return heap.target.get(t)
    demand = sum(g.buying.table(d, heap.commodity, t) for d in g.world.parts(heap.region, heap.commodity))
    used = sum(
        making.uses[p].get(heap.commodity, 0.0) * q
        for (p, year), q in plan.make.items()
        if year == t and making.region[p] == heap.region
    )
    return heap.days[t] / 365 * (demand + used)


def _caps(plan: Plan) -> Iterator[Broken]:
    g = plan.given
    for i, cap in enumerate(g.caps):
        for t in cap.given:
            used, arrivals = counted(plan, i, t)
            limit = cap.given[t] * arrivals if cap.basis == "use" else cap.limit(g.buying, t)
            key = (cap.scope, cap.commodity, cap.segment, cap.origin, cap.basis, t)
            yield Broken("caps", key, "the cap is kept", -used, -limit, max(limit, arrivals))
