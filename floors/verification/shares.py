"""Sheet concentration: origins of what arrives, content by declaration and traced to the ore, redirected trade."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import fsum
from typing import Any, NamedTuple

from floors.verification.calendar import Place
from floors.verification.check import About, Either, Row
from floors.verification.named import clean, is_clean, plain
from floors.verification.plan import Arc, Plan

Spot = tuple[str, str]  # place, commodity
SETTLED = 1e-13
UNUSED = 1e-9  # of what arrives and is taken: less is not used
MOST_PASSES = 10_000
TRACED = 1e-9  # chains that close on themselves are passed round until they settle


@dataclass
class Arrivals:
    """t a year by origin, and how much of it is capped: by content, and traced; and what stocks add to use, all of it
    and what is traced of it."""

    of: dict[str, float] = field(default_factory=dict)
    capped: float = 0.0
    traced: float = 0.0
    leaked: float = 0.0
    tainted: float | None = None  # of what is tagged
    stored: float = 0.0
    stored_traced: float = 0.0

    def add(self, origin: str, q: float, content: float, traced: float) -> None:
        """One shipment or leak."""
        self.of[origin] = self.of.get(origin, 0.0) + q
        self.capped += q * content
        self.traced += q * traced

    @property
    def total(self) -> float:
        return fsum(self.of.values())

    @property
    def embodied(self) -> About | None:
        """Traced share of what is used; None where all that arrives and is taken is put away."""
        used, moved = self.total + self.stored, self.total + abs(self.stored)
        if used <= UNUSED * moved:
            return None
        return About((self.traced + self.stored_traced) / used, 1.0, TRACED * max(1.0, moved / used))

    @property
    def declared(self) -> float | None:
        """Capped share of what the papers show, leaks apart; None where all leaks."""
        shown = self.total - self.leaked
        return (self.capped - self.leaked) / shown if shown > UNUSED * self.total else None

    def numbers(self) -> dict[str, Any]:
        """What the sheet has of the policy and of the baseline."""
        total, most = self.total, sorted(self.of.values(), reverse=True)
        if not total:
            names = ("hhi", "capped_share", "top_origin", "top_share", "top3_share")
            return dict.fromkeys(names) | {"embodied_share": self.embodied}
        return {
            "hhi": About(fsum((100 * q / total) ** 2 for q in most), 1e4),
            "capped_share": About(self.capped / total, 1.0),
            "embodied_share": self.embodied,
            "top_origin": Either(tuple(o for o, q in self.of.items() if q >= most[0] * (1 - 1e-9))),
            "top_share": About(most[0] / total, 1.0),
            "top3_share": About(fsum(most[:3]) / total, 1.0),
        }


def arrivals(plan: Plan) -> dict[tuple[str, int, str], Arrivals]:
    """By (commodity, year, scope), before loss: the bloc, and each member with its markets."""
    g, found = plan.given, dict[tuple[str, int, str], Arrivals]()
    traced, stored = trace(plan)
    for i, (arc, q) in enumerate(plan.flows):
        o, d, c, t = arc
        if not q or not g.world.is_member(d, t):
            continue
        leak = i >= len(plan.ship)
        content, share = (1.0, 1.0) if leak else (g.sure_road(*arc).content, traced[arc])
        for scope in ("bloc", g.world.region[d]):
            one = found.setdefault((plain(c), t, scope), Arrivals())
            one.add(o, q, content, share)
            one.leaked += q if leak else 0.0
            tag = g.tagging.tag(c)
            if tag is not None:
                one.tainted = (one.tainted or 0.0) + (q if tag == "tainted" else 0.0)
    for (d, c, t), (mass, capped) in stored.items():
        for scope in ("bloc", d) if g.world.is_member(d, t) else ():
            one = found.setdefault((plain(c), t, scope), Arrivals())
            one.stored += mass
            one.stored_traced += capped
    return found


def concentration(
    plan: Plan,
    baseline: Plan,
    found: dict[tuple[str, int, str], Arrivals],
    before: dict[tuple[str, int, str], Arrivals],
) -> Iterator[Row]:
    """One row per commodity, year and scope with arrivals; `found` with the policy, `before` without."""
    moved = redirected(plan, baseline)
    for key, one in found.items():
        numbers, then, declared = one.numbers(), before.get(key), one.declared
        bare = dict.fromkeys(numbers) if then is None else then.numbers()
        yield (
            key,
            {
                **numbers,
                "redirected": moved.get(key[:2], About(0.0)) if key[2] == "bloc" else None,
                "declared_share": None
                if declared is None
                else About(declared, one.total / (one.total - one.leaked)),
                "traced_share": About(one.tainted / one.total, 1.0)
                if one.tainted is not None and one.total
                else None,
                **{f"baseline_{name}": value for name, value in bare.items()},
            },
        )


def redirected(plan: Plan, baseline: Plan) -> dict[tuple[str, int], About]:
    """Trade that changed its destination and not its sum, t a year by commodity and year."""
    region = plan.given.world.region
    change: dict[tuple[str, int, str], dict[str, float]] = {}
    sent: dict[tuple[str, int], float] = {}
    for one, sign in ((plan, 1.0), (baseline, -1.0)):
        for (o, d, name, t), q in one.ship.items():
            c = plain(name)
            of = change.setdefault((c, t, o), {})
            of[region[d]] = of.get(region[d], 0.0) + sign * q
            sent[c, t] = sent.get((c, t), 0.0) + q
    found: dict[tuple[str, int], float] = {}
    for (c, t, _), by in change.items():
        half = (fsum(map(abs, by.values())) - abs(fsum(by.values()))) / 2
        found[c, t] = found.get((c, t), 0.0) + half
    return {key: About(q, sent[key]) for key, q in found.items()}


class BlocShares(NamedTuple):
    """Of arrivals of commodities that caps name, traced of what is used, years by their length; None where there is
    nothing."""

    capped: float | None
    traced: float | None
    declared: float | None
    tainted: float | None = None


def bloc_shares(plan: Plan, found: dict[tuple[str, int, str], Arrivals]) -> BlocShares:
    """Capped, traced and declared share of the bloc."""
    g = plan.given
    named = {c for row in g.study.rows("caps") for c in g.world.weights(row["commodity"])}
    whole, tainted, tagged = Arrivals(), 0.0, 0.0
    for (c, t, scope), one in found.items():
        if scope == "bloc" and c in named:
            n = g.calendar.length[t]
            whole.add("all", n * one.total, 0.0, 0.0)
            if one.tainted is not None:
                tainted, tagged = tainted + n * one.tainted, tagged + n * one.total
            for name in ("capped", "traced", "leaked", "stored", "stored_traced"):
                setattr(whole, name, getattr(whole, name) + n * getattr(one, name))
    embodied, total = whole.embodied, whole.total
    return BlocShares(
        whole.capped / total if total else None,
        None if embodied is None else embodied.value,
        whole.declared,
        tainted / tagged if tagged else None,
    )


def trace(plan: Plan) -> tuple[dict[Arc, float], dict[Place, tuple[float, float]]]:
    """Share of capped origin in every shipment: 1 out of a capped region, else that of the inputs by mass; the
    larger of this and the route's content; a stock is its running average. And what stocks add to the use of what
    has arrived, all of it and its traced part."""
    g, found, stored = plan.given, dict[Arc, float](), dict[Place, tuple[float, float]]()
    capped = set(g.world.capped) >= g.tagging.regions
    heap_share = {k: float(capped and h.commodity in g.tagging.goods) for k, h in g.heaps.items()}
    for t in g.calendar.years:
        ships = {key: q for key, q in plan.ship.items() if key[3] == t and q}
        pool: dict[Spot, float] = {}
        made: dict[Spot, float] = {}
        for _ in range(MOST_PASSES):
            before = {**pool, **{(f"made {r}", c): s for (r, c), s in made.items()}}
            made = _made(plan, t, pool)
            pool = _pool(plan, t, ships, made, heap_share, pool)
            after = {**pool, **{(f"made {r}", c): s for (r, c), s in made.items()}}
            if all(abs(s - before.get(key, 0.0)) <= SETTLED for key, s in after.items()):
                break
        for o, d, c, _ in ships:
            found[o, d, c, t] = max(made.get((o, c), 0.0), g.sure_road(o, d, c, t).content)
        stored |= _stored(plan, t, ships, found, heap_share)
        _keep_stocks(plan, t, pool, heap_share)
    return found, stored


def _stored(
    plan: Plan, t: int, ships: dict[Arc, float], traced: dict[Arc, float], heap_share: dict[str, float]
) -> dict[Place, tuple[float, float]]:
    """What stocks add to use, by place: what is taken, less the part that is put away of it and of what arrives."""
    g, found = plan.given, dict[Place, tuple[float, float]]()
    for spot in dict.fromkeys((heap.region, heap.commodity) for heap in g.heaps.values()):
        heaps = [k for k, heap in g.heaps.items() if (heap.region, heap.commodity) == spot]
        put = fsum(plan.put.get((k, t), 0.0) for k in heaps)
        take = fsum(plan.take.get((k, t), 0.0) for k in heaps)
        if not put and not take:
            continue
        of_take = fsum(plan.take.get((k, t), 0.0) * heap_share[k] for k in heaps)
        here = {arc: q for arc, q in ships.items() if arc[1:3] == spot}
        landed = fsum(q * (1 - g.sure_road(*arc).loss) for arc, q in here.items()) + take
        part = min(1.0, put / landed) if landed > 0 else 0.0
        mass = fsum(here.values()) + take
        capped = fsum(q * traced[arc] for arc, q in here.items()) + of_take
        found[*spot, t] = take - part * mass, of_take - part * capped
    return found


def _made(plan: Plan, t: int, pool: dict[Spot, float]) -> dict[Spot, float]:
    making, roles = plan.given.making, plan.given.world.roles
    mass: dict[Spot, float] = {}
    capped: dict[Spot, float] = {}
    for p in making.makes:
        q, r, uses = plan.make.get((p, t), 0.0), making.region[p], making.uses[p]
        share = 0.0
        if roles[r, t] == "capped":
            share = 1.0
        elif uses:
            share = sum(a * pool.get((r, c), 0.0) for c, a in uses.items()) / sum(uses.values())
        for c, a in making.makes[p].items() if q else ():
            mass[r, c] = mass.get((r, c), 0.0) + a * q
            capped[r, c] = capped.get((r, c), 0.0) + a * q * share
    for (o, c, year), q in plan.mingled.items():
        if year == t and mass.get((o, clean(c))):
            mass[o, c] = mass.get((o, c), 0.0) + q
            capped[o, c] = capped.get((o, c), 0.0) + q * capped[o, clean(c)] / mass[o, clean(c)]
    return {key: capped[key] / m for key, m in mass.items()}


def _pool(
    plan: Plan,
    t: int,
    ships: dict[Arc, float],
    made: dict[Spot, float],
    heap_share: dict[str, float],
    before: dict[Spot, float],
) -> dict[Spot, float]:
    g = plan.given
    flows: list[tuple[Spot, float, float]] = []
    for (o, d, c, _), q in ships.items():
        road = g.sure_road(o, d, c, t)
        flows.append(((d, c), q * (1 - road.loss), max(made.get((o, c), 0.0), road.content)))
    for k, heap in g.heaps.items():
        flows.append(((heap.region, heap.commodity), plan.take.get((k, t), 0.0), heap_share[k]))
    for (d, c), q in _passed(plan, t).items():
        flows.append(((d, c), q, before.get((d, clean(c)), 0.0)))
    mass: dict[Spot, float] = {}
    capped: dict[Spot, float] = {}
    for spot, q, share in flows:
        mass[spot] = mass.get(spot, 0.0) + q
        capped[spot] = capped.get(spot, 0.0) + q * share
    return {spot: capped[spot] / m for spot, m in mass.items() if m > 0}


def _passed(plan: Plan, t: int) -> dict[Spot, float]:
    """t of what is clean that are used as any, by place and commodity: all that is left of it."""
    return {(d, plain(c)): q for (d, c, year), q in plan.net.items() if year == t and is_clean(c) and q > 0}


def _keep_stocks(plan: Plan, t: int, pool: dict[Spot, float], heap_share: dict[str, float]) -> None:
    g = plan.given
    for k, heap in g.heaps.items():
        new, closing = g.calendar.length[t] * plan.put.get((k, t), 0.0), plan.closing.get((k, t), 0.0)
        if new > 0 and closing > 0:
            old = max(0.0, closing - new)
            arrived = pool.get((heap.region, heap.commodity), 0.0)
            heap_share[k] = (old * heap_share[k] + new * arrived) / (old + new)
