"""Sheets sourcing, shipments, production, investment, stocks and shuffling: what follows from the quantities."""

from __future__ import annotations

from collections.abc import Iterator
from math import fsum

from floors.verification.balances import stock_after
from floors.verification.check import About, Row, Unknown
from floors.verification.links import charge
from floors.verification.named import is_clean, plain
from floors.verification.plan import Plan
from floors.verification.profits import Profits

MOVABLE = "movable in sourcing: it takes the solver to know what varies over the optimal plans; the flag is not checked"
BUYERS = ("members", "others", "home")


def shipments(plan: Plan) -> Iterator[Row]:
    """Every shipment with content, levies and costs of its route; what is exempt by itself, without a levy."""
    for arc in plan.ship:
        road = plan.given.sure_road(*arc)
        levy = About.sum_of(plan.levies_on(*arc))
        o, d, c, t = arc
        key = o, d, plain(c), t, plan.given.tagging.tag(c)
        pair = o, plan.given.world.region[d], plain(c), t
        charges, sent = About.sum_of(charge(plan, *pair)), plan.shipped.get(pair, 0.0)
        cells = {"content": road.content, "cost": road.cost, "friction": plan.friction_on(*arc)}
        for tonnes, exempt in ((plan.liable(arc), False), (plan.exempt.get(arc, 0.0), True)):
            share = About(charges.value * (tonnes / sent if sent else 0.0), charges.scale)
            if exempt and arc in plan.exempt:
                rebates = About.sum_of([one for one in plan.levies_on(*arc) if one < 0])
                yield (*key, True), cells | {"levy": rebates, "link_charge": share}
            elif not exempt and (plan.liable(arc) or arc not in plan.exempt):
                yield (*key, False), cells | {"levy": levy, "link_charge": share}


def sourcing(plan: Plan) -> Iterator[Row]:
    """Shipments and leaks by destination, with their shares."""
    arriving: dict[tuple[str, str, int], dict[tuple[str, str | None, bool], float]] = {}
    leaks = [(key, q) for key, q in plan.flows[len(plan.ship) :] if q]
    for flows, leak in ((plan.ship.items(), False), (leaks, True)):
        for (o, d, c, t), q in flows:
            of = arriving.setdefault((d, plain(c), t), {})
            one = o, plan.given.tagging.tag(c), leak
            of[one] = of.get(one, 0.0) + q
    for key, of in arriving.items():
        total = sum(of.values())
        for (o, tag, leak), q in of.items():
            share = q / total if total else 0.0
            movable = False if leak else Unknown(MOVABLE)
            yield (*key, o, tag, leak), {"quantity": q, "share": share, "movable": movable}


def production(plan: Plan, profits: Profits) -> Iterator[Row]:
    """Every process in the years in which it may run, and every plant."""
    making = plan.given.making
    for p in making.processes:
        for t in making.runs[p]:
            cells = _used(plan, p, t, plan.activity(p, t))
            for mode in making.modes(p):
                key = (p, t, _mode(plan, mode))
                yield key, cells | {"unit_margin": About(*profits.margin(mode, t))}
    for x in making.plants:
        for t in plan.given.calendar.years:
            if (x, t) in making.room:
                load = plan.load(x, t)
                cells = _used(plan, x, t, load)
                yield (x, t, None), cells | {"activity": About(load, load), "unit_margin": None}


def _mode(plan: Plan, p: str) -> str | None:
    """What sheet production calls the mode of a process that makes what is tagged."""
    made = plan.given.making.makes[p]
    if any(map(is_clean, made)):
        return "clean"
    return "any" if plan.given.tagging.goods & made.keys() else None


def _used(plan: Plan, x: str, t: int, activity: float) -> dict[str, object]:
    room = plan.room(x, t)
    return {
        "capacity": None if room is None else About(room, room),
        "utilisation": activity / room if room else None,
    }


def investment(plan: Plan) -> Iterator[Row]:
    """Capacity added."""
    for (x, b), q in plan.added.items():
        yield (x, b), {"annual_charge": plan.given.making.building[x].charge * q / 1000}


def stocks(plan: Plan) -> Iterator[Row]:
    """Every stockpile in every year."""
    g = plan.given
    for k, heap in g.heaps.items():
        for t in g.calendar.years:
            price = plan.price.get((heap.region, heap.commodity, t), 0.0)
            closing, scale = stock_after(plan, k, t)
            paid = g.calendar.length[t] * price * plan.put.get((k, t), 0.0) / 1000
            key = (plain(k), t, g.tagging.tag(heap.commodity))
            cells = {"closing": About(closing, scale, plan.lost(scale)), "fund_spent": paid}
            last = heap.value is not None and t == g.calendar.years[-1]
            worth = (heap.value or 0.0) * plan.closing.get((k, t), 0.0) / 1000 if last else None
            yield key, cells | {"released_limit": heap.most.get(t), "closing_worth": worth}


def shuffling(plan: Plan, baseline: Plan) -> Iterator[Row]:
    """Where each capped origin sells, with the policy and without: a row wherever it sells in one of the two."""
    now, before = sales(plan), sales(baseline)
    for key in now | before:
        after, then = ({name: fsum(of.get(key, {}).get(name, ())) for name in BUYERS} for of in (now, before))
        cells = {name: About(q, q) for name, q in after.items()}
        cells |= {f"baseline_{name}": About(q, q) for name, q in then.items()}
        moved = min(then["members"] - after["members"], after["others"] - then["others"])
        scale = sum(after.values()) + sum(then.values())
        yield key, cells | {"redirected": About(max(0.0, moved), scale)}


def sales(plan: Plan) -> dict[tuple[str, int, str], dict[str, list[float]]]:
    """t a year, before loss, that leave the gates of capped origins, to each kind of buyer, by (commodity, year,
    origin)."""
    world, found = plan.given.world, dict[tuple[str, int, str], dict[str, list[float]]]()
    for (o, d, c, t), q in plan.flows:
        if q and world.roles[o, t] == "capped":
            buyer = world.region[d]
            other = "members" if world.is_member(d, t) else "others"
            of = found.setdefault((plain(c), t, o), {name: [] for name in BUYERS})
            of["home" if buyer == o else other].append(q)
    return found
