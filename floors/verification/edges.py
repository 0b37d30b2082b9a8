"""Sheets floors, caps and temptation, and the rules on floors: what stands at the border of the bloc."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import fsum
from typing import Any

from floors.verification.balances import counted
from floors.verification.calendar import Place
from floors.verification.check import About, Row
from floors.verification.given import Given
from floors.verification.links import is_full
from floors.verification.named import plain
from floors.verification.plan import Plan
from floors.verification.written import Line

Kept = tuple[Place, str, float, float]  # floor, rule, its number, by how much it is broken in USD/kg

BINDS = 1e-8  # of the highest price: a levy of less is none
NONE = 1e-9  # of a floor: a levy of less may be said to be 0
BEST = 3  # hubs that temptation tells of a floor
TIED = 1e-8  # relative: as good as each other


def floors(plan: Plan) -> Iterator[Row]:
    """One row per floor that exists; the ends of its range take a solver."""
    g = plan.given
    bites = _bites_from(plan)
    for (d, c, t), o in g.borders.origin.items():
        _, good, _ = source = g.source(d, c, t)
        origin, friction = plan.origin.get(source, 0.0), plan.friction_on(o, d, c, t)
        price, levies = origin + friction, plan.levies_on(o, d, good, t)
        levy = sum(levies)
        floor = About.sum_of([price, *levies])
        rebates = [plan.earned(d, c, t) * (1 - g.sure_road(o, d, c, t).loss)]
        yield (
            (d, c, t),
            {
                "origin": o,
                "floor": floor,
                "capped_price": About.sum_of([origin, friction]),
                "origin_price": origin,
                "friction": friction,
                "levy": About(levy, floor.scale, NONE * floor.scale),
                "own_levy": plan.own.get((o, d, good, t), 0.0),
                "levy_rate": About(levy / price, floor.scale / price, NONE * floor.scale / price)
                if price > 0
                else None,
                "landed_price": About.sum_of([price, *levies, g.sure_road(o, d, c, t).cost]),
                "rebate": About.sum_of(rebates),
                "producer_price": About.sum_of([price, *levies, *rebates]),
                "effective": pays(plan, d, c, t),
                "state": _state(plan, (d, c, t), o, price),
                "bites_from": bites.get((d, c)),
                "binding": levy > BINDS * plan.dearest,
            },
        )


def _bites_from(plan: Plan) -> dict[tuple[str, str], int]:
    """By place and commodity with exemptions the first year in which a floor is more than idle."""
    g, found = plan.given, dict[tuple[str, str], int]()
    given = {(o, r, c) for (o, r, c, t) in _pairs_at_border(plan) if g.exempt(o, r, c, t) > 0}
    for (d, c, t), o in sorted(g.borders.origin.items(), key=lambda one: one[0][2]):
        idle = _state(plan, (d, c, t), o, plan.origin.get(g.source(d, c, t), 0.0)) == "idle"
        if (o, g.world.region[d], c) in given and not idle:
            found.setdefault((d, c), t)
    return found


def _pairs_at_border(plan: Plan) -> Iterator[tuple[str, str, str, int]]:
    """The pair of regions of each floor, commodity and year."""
    for (d, c, t), o in plan.given.borders.origin.items():
        yield o, plan.given.world.region[d], c, t


def pays(plan: Plan, d: str, c: str, t: int) -> bool:
    """Whether some of what arrives at a place comes from a capped region, has capped content or is tainted by one, and
    pays a levy."""
    g = plan.given
    class_ = g.tagging.regions <= set(g.world.capped)
    return any(
        plan.liable((o, d, name, t)) > 0
        and (
            g.world.roles[o, t] == "capped"
            or g.sure_road(o, d, c, t).content > 0
            or (class_ and name in g.tagging.goods)
        )
        and plan.levy_on(o, d, name, t) > BINDS * plan.dearest
        for o in g.world.regions
        for name in g.tagging.names(c)
    )


def _state(plan: Plan, key: Place, o: str, price: float) -> str:
    """paid: capped material arrives and pays; prohibitive: without the levy it would arrive; idle: neither."""
    road, binds = plan.given.sure_road(o, *key), BINDS * plan.dearest
    if (o, plan.given.world.region[key[0]], *key[1:]) in plan.scarce:
        return "idle"
    if pays(plan, *key):
        return "paid"
    d, _, t = key
    _, good, _ = plan.given.source(*key)
    worth = (1 - road.loss) * plan.price.get((d, good, t), 0.0)
    pair = o, plan.given.world.region[d], key[1], t
    if is_full(plan, *pair):
        price += plan.given.links.least(*pair) or 0.0
    kept_out = plan.levy_on(o, d, good, t) > binds and price + road.cost < worth - (1 - road.loss) * binds
    more = plan.exemptible(o, plan.given.world.region[d], *key[1:])
    return "prohibitive" if kept_out and not more else "idle"


def own_levies(plan: Plan) -> Iterator[Row]:
    """None is below 0, and each is on what comes from a capped origin, or under `levy_on` from a non-member, to a place
    with a floor; what is shipped there. There are none where the rules ask for none."""
    g = plan.given
    due = not plan.own or breaks_rules(plan) or unheld(plan)
    for (o, d, c, t), levy in plan.own.items():
        if not due and t >= g.known_from:
            continue
        traced = any(cap.traced and cap.counted(g.world, g.roads, o, d, c, t) > 0 for cap in g.caps)
        levied = g.world.roles[o, t] == "capped" or (
            (o in g.charged or traced) and not g.world.is_member(o, t)
        )
        if levied and levy > 0 and (d, plain(c), t) in g.borders.origin:
            yield (o, d, plain(c), t, g.tagging.tag(c)), {"quantity": plan.liable((o, d, c, t))}


def breaks_rules(plan: Plan) -> bool:
    """Whether floors at the prices of the plan, without any levy of its own, would break a rule on floors."""
    g, bare = plan.given, replace(plan.without_rules(), own={})
    floor = {
        (d, c, t): bare.origin.get((o, good, t), 0.0)
        + bare.friction_on(o, d, c, t)
        + bare.levy_on(o, d, good, t)
        for d, c, t in g.borders.origin
        if t >= g.known_from
        for o, good, _ in [g.source(d, c, t)]
    }
    ruled = replace(bare, floor=plan.floor | floor)
    return any(off > 0 for *_, off in rules_kept(ruled)) or any(off > 0 for off in missed(ruled))


def unheld(plan: Plan) -> bool:
    """Whether, without rules on floors, exempt tonnes would gain by coming, or by going elsewhere in the same region:
    no levy holds them, so that prices alone may not keep the plan."""
    g, bare = plan.given, plan.without_rules()
    binds, gains = BINDS * plan.dearest, dict[tuple[str, str, str, int], list[tuple[float, bool]]]()
    for (o, c, t), sold in bare.origin.items():
        for d in g.world.region:
            pair = (o, g.world.region[d], plain(c), t)
            road = g.road(o, d, c, t) if (d, c, t) in bare.price and g.exempt(*pair) else None
            if road is not None:
                gain = (1 - road.loss) * bare.price[d, c, t] - sold - road.cost
                gains.setdefault(pair, []).append((gain, plan.exempt.get((o, d, c, t), 0.0) > 0))
    for pair, found in gains.items():
        most = max(gain for gain, _ in found)
        if most > binds and plan.exemptible(*pair):
            return True
        if any(comes and gain < most - binds for gain, comes in found):
            return True
    return False


def caps(plan: Plan) -> Iterator[Row]:
    """One row per cap and year."""
    g = plan.given
    for i, cap in enumerate(g.caps):
        for t in sorted(cap.given):
            used, arrivals, limit, wasted, scale, declared = counted(plan, i, t)
            base = arrivals if cap.basis == "use" else cap.base(g.buying, t)
            size = scale if cap.basis == "use" else arrivals
            yield (
                cap.key(t),
                {
                    "limit": About(limit, scale if cap.basis == "use" else limit),
                    "used": About(used, size),
                    "slack": About(limit - used, size, NONE * scale),
                    "traced": cap.traced,
                    "per_point": plan.cap_worth.get((i, t), 0.0) * 0.01 * base / 1000,
                    "wasted": About(wasted, scale) if cap.basis == "use" else None,
                    "exempt": About(_exempt(plan, i, t), size),
                    "leaks": "unseen" if cap.unseen else "counted",
                    "declared": About(declared, size),
                },
            )


def _exempt(plan: Plan, i: int, t: int) -> float:
    """What of all that counts against the i-th cap in a year is exempt."""
    g, cap = plan.given, plan.given.caps[i]
    return fsum(
        q * cap.counted(g.world, g.roads, o, d, c, t)
        for (o, d, c, y), q in plan.exempt.items()
        if y == t and cap.covers(d, c, t)
    )


def temptation(plan: Plan, lines: list[Line]) -> Iterator[Row]:
    """For each floor with a levy the best third countries through which it would come cheaper.

    Of those that are as good as the last one told any may be.
    """
    told = {line.key for line in lines}
    for key, o in plan.given.borders.origin.items():
        found = {hub: cells for hub in plan.given.world.regions for cells in _detour(plan, key, o, hub)}
        worth = sorted((cells["temptation"].value for cells in found.values()), reverse=True)
        last = worth[BEST - 1] if len(worth) > BEST else 0.0
        near = TIED * max((cells["temptation"].scale for cells in found.values()), default=0.0)
        for hub, cells in found.items():
            value = cells["temptation"].value
            if value > last + near or ((*key, hub) in told and value >= last - near):
                yield (*key, hub), cells | {"origin": o, "hubs": len(found)}


def _detour(plan: Plan, floor: Place, o: str, hub: str) -> Iterator[dict[str, Any]]:
    g, (m, c, t) = plan.given, floor
    _, good, _ = source = g.source(*floor)
    home, levy = g.world.region[m], plan.levy_on(o, m, good, t)
    first, second, direct = g.roads.get(o, hub, c, t), g.roads.get(hub, home, c, t), g.sure_road(o, m, c, t)
    price = plan.origin.get(source, 0.0)
    if levy <= BINDS * plan.dearest or hub in (o, home) or not first or not second:
        return
    if 0 in (first.limit, second.limit):
        return
    straight = (price + direct.cost) / (1 - direct.loss)
    landed = ((price + first.cost) / (1 - first.loss) + second.cost) / (1 - second.loss)
    saved = (
        levy / (1 - direct.loss)
        - plan.levy_on(hub, m, g.tagging.own(hub, c), t) / (1 - second.loss)
        - (landed - straight)
    )
    size = straight + landed + levy / (1 - direct.loss)
    if saved > BINDS * plan.dearest:
        yield {
            "levy": About(levy, size),
            "detour_cost": About(landed - straight, size),
            "temptation": About(saved, size),
        }


def rules_kept(plan: Plan) -> list[Kept]:
    """Every rule on floors, with by how much it is broken."""
    g, floor = plan.given, plan.floor
    found: list[Kept] = []
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
    return [*found, *_margins(plan)]


def missed(plan: Plan) -> list[float]:
    """By how much each floor misses its minimum, the levy of content that does not pay apart, USD/kg."""
    g, found = plan.given, []
    for (d, c, t), o in g.borders.origin.items():
        least = g.borders.rule("minimum", c, t)
        if least is not None:
            _, good, _ = g.source(d, c, t)
            unpaid = (1 - g.borders.pays(g.world, g.roads, o, d, good, t)) * plan.minimum_on(o, d, good, t)
            found.append(least - unpaid - plan.floor.get((d, c, t), 0.0))
    return found


def _made_of(plan: Plan, key: Place) -> tuple[object, ...]:
    """What a floor is a sum of: floors of one sum are the same without a rule."""
    g, (d, c, t) = plan.given, key
    o, good, _ = g.source(d, c, t)
    caps = (cap.coefficient(g.world, g.roads, o, d, good, t) for cap in g.caps)
    pair = g.world.region[d] if g.links.needed(o, g.world.region[d], c, t) else None  # its link has a price
    return o, pair, *caps, g.borders.pays(g.world, g.roads, o, d, good, t)


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


def _margins(plan: Plan) -> Iterator[Kept]:
    """The margin of every technology that a member runs, at floors where there are some, else at prices."""
    g, making = plan.given, plan.given.making
    there = {(making.region[p], making.technology[p]): p for p in making.processes if making.technology[p]}
    for (m, technology), p in there.items():
        if m not in g.world.members:
            continue
        makes = {plain(c): a for c, a in making.makes[p].items()}
        for c, a in makes.items():
            for t in g.calendar.years:
                value = g.borders.rule("margin", c, t)
                if value is None or (m, c, t) not in plan.floor or t < g.known_from:
                    continue
                earned = sum(b * _worth(plan, (m, i, t)) for i, b in makes.items())
                earned -= sum(b * _worth(plan, (m, i, t)) for i, b in making.uses[p].items())
                yield (m, c, t), f"margin {c} ({technology})", value, value * a - earned


def _worth(plan: Plan, key: Place) -> float:
    return plan.floor.get(key, plan.price.get(key, plan.origin.get(key, 0.0)))
