"""Sheets sourcing, shipments, production, investment and stocks."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Any

from floors.verification.check import About, Unknown
from floors.verification.plan import Plan
from floors.verification.words import contract_note, loss_note

Row = dict[str, Any]
LOSS = 1e-6  # USD/kg
MOVABLE = "movable in sourcing: it takes the solver to know what varies over the optimal plans; the flag is not checked"


def lost(scale: float) -> float:
    """What a solver may leave of a balance, t."""
    return 1e-7 + 1e-10 * scale


def shipments(plan: Plan) -> list[Row]:
    """Every shipment with content, levies and costs of its route."""
    return [
        {
            "origin": o,
            "destination": d,
            "commodity": c,
            "year": t,
            "content": plan.given.sure_road(o, d, c, t).content,
            "levy": About(plan.levy_on(o, d, c, t), 1000.0),
            "cost": plan.given.sure_road(o, d, c, t).cost,
        }
        for o, d, c, t in in_order(plan)
    ]


def in_order(plan: Plan) -> list[tuple[str, str, str, int]]:
    """Shipments by commodity and year as processes first make them, then origin and destination."""
    g = plan.given
    first = {(c, t): None for p in g.making.processes for t in g.making.runs[p] for c in g.making.makes[p]}
    place = {key: i for i, key in enumerate(first)}
    origins = {r: i for i, r in enumerate(g.world.region)}
    return sorted(
        plan.ship, key=lambda k: (place.get((k[2], k[3]), -1), origins.get(k[0], -1), origins.get(k[1], -1))
    )


def sourcing(plan: Plan) -> list[Row]:
    """Shipments by destination, then leaks, with their shares."""
    g = plan.given
    arriving: dict[tuple[str, str, int], list[tuple[str, float, bool]]] = {}
    for o, d, c, t in in_order(plan):
        arriving.setdefault((d, c, t), []).append((o, plan.ship[o, d, c, t], False))
    leaks: dict[tuple[str, str, int], dict[str, float]] = {}
    for (d, _, c, t), (o, quantity) in g.buying.leak.items():
        if quantity:
            of = leaks.setdefault((d, c, t), {})
            of[o] = of.get(o, 0.0) + quantity
    for key, of in leaks.items():
        arriving.setdefault(key, []).extend((o, q, True) for o, q in of.items())
    rows = []
    for key in sorted(arriving, key=g.order()):
        total = sum(q for _, q, _ in arriving[key])
        for o, q, leak in arriving[key]:
            row = dict(zip(("destination", "commodity", "year"), key, strict=True))
            known = False if leak else Unknown(MOVABLE)
            rows.append(
                row
                | {
                    "origin": o,
                    "quantity": q,
                    "share": q / total if total else 0.0,
                    "leak": leak,
                    "movable": known,
                }
            )
    return rows


def production(plan: Plan, paid: Container[tuple[str, int]]) -> Iterator[Row]:
    """Every process in the years in which it may run, then every plant; `paid` have a make-whole in sheet support."""
    making = plan.given.making
    for p in making.processes:
        for t in making.runs[p]:
            activity, room, margin = plan.make.get((p, t), 0.0), plan.room(p, t), unit_margin(plan, p, t)
            yield {
                "process": p,
                "region": making.region[p],
                "year": t,
                "capacity": None if room is None else About(room, room),
                "utilisation": activity / room if room else None,
                "unit_margin": About(margin, 1000.0),
                "note": "; ".join(_notes(plan, p, t, activity, margin, (p, t) in paid)),
            }
    for x in making.plants:
        for t in plan.given.calendar.years:
            if (x, t) in making.room:
                load, room = plan.load(x, t), plan.room(x, t)
                yield {
                    "process": x,
                    "region": making.region[x],
                    "year": t,
                    "activity": About(load, load),
                    "capacity": None if room is None else About(room, room),
                    "utilisation": load / room if room else None,
                    "unit_margin": None,
                    "note": "plant",
                }


def unit_margin(plan: Plan, p: str, t: int) -> float:
    """Prices x coefficients - unit cost, USD/kg of activity."""
    making = plan.given.making
    r = making.region[p]
    sold = sum(a * plan.origin.get((r, c, t), 0.0) for c, a in making.makes[p].items())
    used = sum(a * plan.price.get((r, c, t), 0.0) for c, a in making.uses[p].items())
    return sold - used - making.cost[p, t]


def _notes(plan: Plan, p: str, t: int, activity: float, margin: float, paid: bool) -> Iterator[str]:
    making = plan.given.making
    if activity > LOSS and margin < -LOSS:
        least, asked = making.least.get((p, t), 0.0), making.asked.get((p, t), 0.0)
        yield loss_note(asked=asked, least=least, paid=paid)
    for one in plan.given.contracts:
        if one.process == p and t in one.tonnes:
            price = plan.origin.get((making.region[p], one.commodity, t), 0.0)
            yield contract_note(
                one.payer, one.pays(price, t), one.tonnes[t], one.commodity, one.strike, price
            )


def investment(plan: Plan) -> list[Row]:
    """Capacity added, processes first."""
    making = plan.given.making
    order = [(x, b) for x, built in making.building.items() for b in built.alive]
    return [
        {
            "process": x,
            "region": making.region[x],
            "year": b,
            "annual_charge": making.building[x].charge * plan.added[x, b] / 1000,
        }
        for x, b in order
        if (x, b) in plan.added
    ]


def stocks(plan: Plan) -> Iterator[Row]:
    """Every stockpile in every year."""
    g = plan.given
    for k, heap in g.heaps.items():
        for t in g.calendar.years:
            n, put = g.calendar.length[t], plan.put.get((k, t), 0.0)
            price = plan.price.get((heap.region, heap.commodity, t), 0.0)
            closing, scale = stock_after(plan, k, t)
            yield {
                "stockpile": k,
                "year": t,
                "closing": About(closing, scale, lost(scale)),
                "fund_spent": n * price * put / 1000,
            }


def stock_after(plan: Plan, k: str, t: int) -> tuple[float, float]:
    """Closing stock as it follows from the last one, and the size of its terms."""
    g = plan.given
    heap, n, before = g.heaps[k], g.calendar.length[t], g.calendar.before(t)
    last = heap.opening if before is None else plan.closing.get((k, before), 0.0)
    put, take = n * plan.put.get((k, t), 0.0), n * plan.take.get((k, t), 0.0)
    kept = (1 - heap.loss) ** n * last
    return kept + put - take, kept + abs(put) + abs(take)
