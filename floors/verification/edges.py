"""Sheets floors, floor_parts, prices, caps and temptation: what stands at the border of the bloc."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from floors.verification.calendar import Place
from floors.verification.check import About, Either, Unknown
from floors.verification.given import Given
from floors.verification.plan import Plan
from floors.verification.words import floor_note
from floors.verification.written import Line

Row = dict[str, Any]
PAYS = 1e-6  # USD/kg, and t
BEST = 3  # hubs that temptation tells of a floor
TIED = 1e-8  # relative to 1 USD/kg: as good as each other
UNSEEN = (
    "hubs in temptation, where the levy of the minimum rule on a hub that ships nothing is in no other cell"
)


def clean(amount: float, beside: float) -> float:
    """0 for what is rounding beside a number."""
    return 0.0 if abs(amount) <= 1e-9 * max(1.0, abs(beside)) else amount


def floors(plan: Plan, setter: dict[Place, tuple[str, ...]], found: dict[Place, Line]) -> Iterator[Row]:
    """One row per floor that exists; `setter` is read off its parts, the ends of its range off the sheet."""
    g = plan.given
    for (d, c, t), o in g.borders.origin.items():
        road = g.sure_road(o, d, c, t)
        price = plan.origin.get((o, c, t), 0.0)
        floor = price + plan.levy_on(o, d, c, t)
        levy = clean(floor - price, floor)
        rebate = sum(plan.levy.get((i, t), 0.0) * cap.share(d, c, t) for i, cap in enumerate(g.caps))
        paid = paying(plan, d, c, t)
        line = found.get((d, c, t))
        sets = setter.get((d, c, t), ("",))
        yield {
            "member": d,
            "commodity": c,
            "year": t,
            "origin": o,
            "floor": About(floor, 1000.0),
            "capped_price": About(price, 1000.0),
            "levy": Either((About(levy, 1000.0), 0.0)) if levy < 1e-6 else About(levy, 1000.0),
            "levy_rate": About(levy / price, 1000.0 / price) if price > 0 else None,
            "landed_price": About(floor + road.cost, 1000.0),
            "rebate": About(rebate, 1000.0),
            "producer_price": About(floor + rebate, 1000.0),
            "effective": paid > PAYS,
            "set_by": Either(sets),
            "binding": levy > PAYS,
            "note": floor_note(
                ban=any(
                    cap.basis != "use" and cap.covers(d, c, t) and cap.limit(g.buying, t) == 0
                    for cap in g.caps
                ),
                setter=sets[0],
                binding=levy > PAYS,
                paying=paid > PAYS,
                kept_out=plan.price.get((d, c, t), 0.0) > (price + road.cost) / (1 - road.loss) + PAYS,
                apart=_apart(line),
            ),
        }


def _apart(line: Line | None) -> float | None:
    if line is None or line["highest"] is None or line["lowest"] is None:
        return None
    return float(line["highest"] - line["lowest"])


def paying(plan: Plan, d: str, c: str, t: int) -> float:
    """t of capped content that arrive at a place and pay a levy."""
    g, total = plan.given, 0.0
    for o in g.world.role:
        shipped = plan.ship.get((o, d, c, t), 0.0)
        if shipped and g.sure_road(o, d, c, t).content > 0 and plan.levy_on(o, d, c, t) > PAYS:
            total += shipped
    return total


def prices(plan: Plan) -> Iterator[Row]:
    """A row wherever a price exists; which of the two there is, its own value apart."""
    g = plan.given
    making = g.making
    sold: dict[Place, None] = {}
    used: dict[Place, None] = dict.fromkeys(g.buying.buyers())
    for p in making.processes:
        for t in making.runs[p]:
            sold.update(dict.fromkeys((making.region[p], c, t) for c in making.makes[p]))
            used.update(dict.fromkeys((making.region[p], c, t) for c in making.uses[p]))
    used.update(dict.fromkeys((h.region, h.commodity, t) for h in g.heaps.values() for t in g.calendar.years))
    wanted = set(used) | {(d, c, t) for d, _, c, t in g.buying.quantity} | set(g.borders.origin)
    for cap in g.caps:
        wanted |= {
            (d, c, t) for c, ds in cap.places.items() for d in ds for t in cap.given if cap.share(d, c, t)
        }
    for o, c, t in sold:
        for d in g.world.region:
            road = g.road(o, d, c, t) if g.world.takes(d, c) else None
            if road is not None and ((d, c, t) in wanted or (road.least and not g.world.is_market(d))):
                used[d, c, t] = None
    for key in sorted({**used, **sold}, key=g.order()):
        row: Row = dict(zip(("region", "commodity", "year"), key, strict=True))
        row["price"] = plan.price.get(key, 0.0) if key in used else None
        row["origin_price"] = plan.origin.get(key, 0.0) if key in sold else None
        yield row


def caps(plan: Plan) -> Iterator[Row]:
    """One row per cap and year."""
    g = plan.given
    for i, cap in enumerate(g.caps):
        for t in sorted(cap.given):
            used, arrivals = counted(plan, i, t)
            base = arrivals if cap.basis == "use" else cap.base(g.buying, t)
            limit = cap.given[t] * arrivals if cap.basis == "use" else cap.limit(g.buying, t)
            ban = "a ban" if cap.basis != "use" and limit == 0 else ""
            slack = clean(limit - used, limit)
            yield {
                "scope": cap.scope,
                "commodity": cap.commodity,
                "segment": cap.segment,
                "origin": cap.origin,
                "basis": cap.basis,
                "year": t,
                "limit": About(limit, limit),
                "used": About(used, arrivals),
                "slack": Either((About(slack, arrivals), 0.0))
                if abs(slack) < 1e-8 * limit
                else About(slack, arrivals),
                "per_point": plan.levy.get((i, t), 0.0) * 0.01 * base / 1000,
                "note": "; ".join(word for word in (cap.note, ban) if word),
            }


def counted(plan: Plan, i: int, t: int) -> tuple[float, float]:
    """What counts against a cap, and all arrivals in its scope, leaks in both, weighted."""
    g = plan.given
    cap, used, arrivals = g.caps[i], 0.0, 0.0
    flows = [(key, q) for key, q in plan.ship.items()]
    flows += [((o, d, c, y), q) for (d, _, c, y), (o, q) in g.buying.leak.items()]
    for (o, d, c, y), q in flows:
        if y == t and cap.covers(d, c, t):
            used += q * cap.counted(g.world, g.roads, o, d, c, t)
            arrivals += q * cap.weights[c]
    return used, arrivals


def temptation(plan: Plan, told: set[tuple[Any, ...]]) -> Iterator[Row]:
    """For each floor with a levy the best third countries through which it would come cheaper, largest first.

    Of those that are as good as the last one told any may be: `told` are the (member, commodity, year, hub) of the
    sheet. A hub that is not told and whose levy of the minimum rule nothing else shows cannot be weighed.
    """
    for key, o in plan.given.borders.origin.items():
        hubs = [hub for hub in plan.given.world.role if (*key, hub) in told or not _unseen(plan, key, hub)]
        found = [row for hub in hubs for row in _detour(plan, key, o, hub)]
        found.sort(key=lambda row: -row["temptation"].value)
        if len(found) > BEST:
            last = found[BEST - 1]["temptation"].value
            near = TIED * (1 + abs(last))
            better = [row for row in found if row["temptation"].value > last + near]
            as_good = [row for row in found if abs(row["temptation"].value - last) <= near]
            as_good.sort(key=lambda row: (*key, row["hub"]) not in told)
            chosen = better + as_good[: BEST - len(better)]
        else:
            chosen = found
        count = len(found) if len(hubs) == len(plan.given.world.role) else Unknown(UNSEEN)
        yield from ({**row, "hubs": count} for row in chosen)


def _unseen(plan: Plan, floor: Place, hub: str) -> bool:
    """Whether a shipment from a hub would pay a levy of the minimum rule that no other cell shows."""
    g, (m, c, t) = plan.given, floor
    return (hub, c, t) not in plan.minimum and bool(g.borders.pays(g.world, g.roads, hub, m, c, t))


def _detour(plan: Plan, floor: Place, o: str, hub: str) -> Iterator[Row]:
    g, (m, c, t) = plan.given, floor
    home, levy = g.world.region[m], plan.levy_on(o, m, c, t)
    first, second, direct = g.roads.get(o, hub, c, t), g.roads.get(hub, home, c, t), g.sure_road(o, m, c, t)
    if levy <= PAYS or hub in (o, home) or not first or not second or 0 in (first.limit, second.limit):
        return
    price = plan.origin.get((o, c, t), 0.0)
    straight = (price + direct.cost) / (1 - direct.loss)
    landed = ((price + first.cost) / (1 - first.loss) + second.cost) / (1 - second.loss)
    saved = levy / (1 - direct.loss) - plan.levy_on(hub, m, c, t) / (1 - second.loss) - (landed - straight)
    if saved > PAYS:
        yield {
            "member": m,
            "commodity": c,
            "year": t,
            "origin": o,
            "hub": hub,
            "levy": About(levy, 1000.0),
            "detour_cost": About(landed - straight, 1000.0),
            "temptation": About(saved, 1000.0),
        }


def rules_kept(plan: Plan) -> list[tuple[Place | None, str, float, float]]:
    """(floor, rule, its number, by how much it is broken) of every rule on floors, in USD/kg."""
    g, floor = plan.given, plan.floor
    found: list[tuple[Place | None, str, float, float]] = []
    leader: dict[tuple[str, str, int], Place] = {}
    for key in g.borders.origin:
        if key not in floor or key[2] < g.known_from:
            continue
        d, c, t = key
        found += [(key, f"{name} {c}", number, off) for name, number, off in _broken(g, floor, key)]
        if g.study.settings.coordination == "bloc":
            first = leader.setdefault((g.world.segment_of(d), c, t), key)
            if first in floor and _made_of(plan, first) != _made_of(plan, key):
                found.append((key, f"coordination {c}", 0.0, abs(floor[key] - floor[first])))
    found += _margins(plan)
    return found


def _made_of(plan: Plan, key: Place) -> tuple[object, ...]:
    """What a floor is a sum of: floors of one sum are the same without a rule."""
    g, (d, c, t) = plan.given, key
    o = g.borders.origin[key]
    caps = (cap.coefficient(g.world, g.roads, o, d, c, t) for cap in g.caps)
    return o, *caps, g.borders.pays(g.world, g.roads, o, d, c, t)


def _broken(g: Given, floor: dict[Place, float], key: Place) -> Iterator[tuple[str, float, float]]:
    d, c, t = key
    now, before = floor[key], g.calendar.before(t)
    most = g.borders.rule("maximum", c, t)
    if most is not None:
        yield "maximum", most, now - most
    if before is None or (d, c, before) not in floor:
        return
    was, years = floor[d, c, before], t - before
    for name in ("max_rise", "max_fall", "max_rise_share", "max_fall_share"):
        value = g.borders.rule(name, c, t)
        if value is None:
            continue
        up = name.startswith("max_rise")
        if name.endswith("share"):
            edge = was * (1 + value if up else 1 - value) ** years
        else:
            edge = was + (value if up else -value) * years
        yield name, value, now - edge if up else edge - now


def _margins(plan: Plan) -> Sequence[tuple[Place | None, str, float, float]]:
    """The margin of every technology that a member runs, at floors where there are some, else at prices."""
    g, making = plan.given, plan.given.making
    found: list[tuple[Place | None, str, float, float]] = []
    there = {(making.region[p], making.technology[p]): p for p in making.processes if making.technology[p]}
    for (m, technology), p in there.items():
        if g.world.role[m] != "member":
            continue
        for c, a in making.makes[p].items():
            for t in g.calendar.years:
                value = g.borders.rule("margin", c, t)
                if value is None or (m, c, t) not in plan.floor or t < g.known_from:
                    continue
                earned = sum(b * _worth(plan, (m, i, t)) for i, b in making.makes[p].items())
                earned -= sum(b * _worth(plan, (m, i, t)) for i, b in making.uses[p].items())
                found.append(((m, c, t), f"margin {c} ({technology})", value, value * a - earned))
    return found


def _worth(plan: Plan, key: Place) -> float:
    return plan.floor.get(key, plan.price.get(key, plan.origin.get(key, 0.0)))
