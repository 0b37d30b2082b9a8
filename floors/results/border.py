"""Sheets floors, floor_parts, prices and caps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from floors.case.axes import Axes, Ways
from floors.case.border import Floor
from floors.case.caps import table_base
from floors.case.derive import Case
from floors.case.leaks import leaked_from
from floors.contract.results.border import (
    ALL_EXEMPT,
    FLOOR_PARTS,
    OWN_LEVIES,
    PRICES,
    CapRow,
    FloorRow,
    OwnLevyRow,
    PartRow,
    PriceRow,
)
from floors.lp.labels import Vector
from floors.solving.floor_parts import Part, set_by
from floors.solving.friction import one_more
from floors.solving.outcome import Outcome

HOLDS_NOTHING = ", and holds nothing up"  # ends the note of a floor without a levy, where none pays another
Place = tuple[str, str, int]  # region or market, commodity, year
NOT_UNIQUE = 5e-5  # of a floor: a range as narrow as this is a number


def _clean(amount: float, scale: float) -> float:
    """The amount, or 0 where it is rounding beside `scale`."""
    return 0.0 if abs(amount) <= 1e-9 * abs(scale) else amount


def floors_table(
    outcome: Outcome, parts: dict[Floor, list[Part]], movable: Set[Any] = frozenset()
) -> list[FloorRow]:
    """One row per floor that exists; `movable`: keys of shipments that can change at no cost."""
    at, open_ = _Beside.of(outcome), could_pay(outcome, movable)
    rows = [
        _floor(outcome, floor, parts[floor], at.row(i), tuple(floor) in open_)
        for i, floor in enumerate(outcome.floor)
    ]
    bites = bites_from(outcome, rows)
    return [row._replace(bites_from=bites.get((row.member, row.commodity))) for row in rows]


def bites_from(outcome: Outcome, rows: Sequence[FloorRow]) -> dict[tuple[str, str], int]:
    """By place and commodity with exemptions the first year in which a floor is more than idle."""
    case, given = outcome.case, set[tuple[str, str, str]]()
    for o, r, c, _ in case.exempt.pair.take(case.exempt.first).keys:
        given.add((o, r, c))
    found: dict[tuple[str, str], int] = {}
    for row in rows:
        pair = row.origin, case.places.region_of[row.member], row.commodity
        if pair in given and row.state != "idle":
            key = row.member, row.commodity
            found[key] = min(row.year, found.get(key, row.year))
    return found


def could_pay(outcome: Outcome, movable: Set[Any]) -> set[tuple[str, str, int]]:
    """Place, commodity and year of movable shipments of capped material that would pay a levy."""
    case, keys, arcs = outcome.case, list(movable), outcome.case.arcs
    if not keys:
        return set()
    ways = Ways.of(arcs.axes, keys)
    at = arcs.table.find(arcs.axes.table(ways.o, ways.d, ways.c, ways.t, kinds="odct").columns)
    pays = of_capped_origin(case)[at] & (at >= 0) & (outcome.levy_column[at] > outcome.binds)
    plain = case.tags.plain
    return {(d, plain.get(c, c), t) for _, d, c, t in (keys[i] for i in np.flatnonzero(pays))}


def of_capped_origin(case: Case) -> Vector:
    """Which shipments of a case are of capped origin: from there, with content of it, or tainted by it."""
    arcs, axes = case.arcs, case.arcs.axes
    capped = case.places.is_role("capped")[arcs.o, arcs.t] | (arcs.content > 0)
    tainted = set(case.places.capped) >= case.tags.regions
    found: Vector = capped | (tainted & np.isin(arcs.c, axes.tagged[0]))
    return found


def _tags_summed(axes: Axes, tonnes: Vector) -> Vector:
    """t [place, commodity, year] of both tags, under either name."""
    plain, clean = axes.tagged
    tonnes[:, plain] += tonnes[:, clean]
    tonnes[:, clean] = tonnes[:, plain]
    return tonnes


def more_exempt(outcome: Outcome) -> set[tuple[str, str, int]]:
    """Floors under which more would gain by coming without a levy, and may: no levy keeps it out."""
    found = set[tuple[str, str, int]]()
    if not len(outcome.case.exempt):
        return found
    at = _Beside.of(outcome)
    for i, floor in enumerate(outcome.floor):
        way = at.row(i)
        if way.exemptible and _kept_out(outcome, floor, way):
            found.add((floor.member, floor.commodity, floor.year))
    return found


def floor_levies(outcome: Outcome) -> list[tuple[float, float, bool]]:
    """Of every floor that exists: its level and levy, USD/kg, and whether what arrives there pays it."""
    at, found = _Beside.of(outcome), []
    for i, (floor, level) in enumerate(outcome.floor.items()):
        way = at.row(i)
        price = outcome.origin_price[outcome.case.border.source(floor)]
        found.append((level, _clean(level - price - way.friction, level), way.paying > 0))
    return found


class _Way(NamedTuple):
    """What lies beside a floor: freight and duties of the straight way and what it leaves of a kg, the rebate, the levy
    of its own, the friction of the pair and what one more kg of link takes where its link is full, all in USD/kg;
    tonnes of capped content that pay a levy, that are exempt, and that more could be; whether any shipment pays one;
    and whether a ban is among its caps."""

    carriage: float
    left: float
    rebate: float
    own: float
    friction: float
    more: float
    paying: float
    exempt: float
    exemptible: float
    others: bool
    banned: bool


@dataclass(frozen=True)
class _Beside:
    """`_Way` of every floor, as columns."""

    columns: tuple[list[Any], ...]

    @staticmethod
    def of(outcome: Outcome) -> _Beside:
        case, axes, routes = outcome.case, outcome.case.arcs.axes, outcome.case.routes
        scopes, arcs, at = case.scopes, case.arcs, case.ways_of(outcome.floor)
        floor, scope = scopes.meeting(at.d, at.c, at.t)
        dual = outcome.levy_by_cap[scopes.cap[scope], scopes.t[scope]]
        left = 1 - routes.at(routes.loss, *at.route)
        rebate = np.bincount(floor, scopes.rebate(scope) * dual, len(at.d)) * left
        capped = of_capped_origin(case)
        pays = capped & (outcome.levy_column > outcome.binds)
        paying = _tags_summed(axes, arcs.arriving(np.where(pays, outcome.liable_column, 0.0)))
        exempt = _tags_summed(axes, arcs.arriving(np.where(capped, outcome.exempt_column, 0.0)))
        levied = _tags_summed(
            axes, arcs.arriving(np.where(outcome.levy_column > outcome.binds, outcome.liable_column, 0.0))
        )
        ban = np.array([[cap.bans(t) for t in axes.years] for cap in case.caps], dtype=bool)
        banned = np.zeros(len(at.d), dtype=bool)
        banned[floor[ban[scopes.cap[scope], scopes.t[scope]]] if len(scope) else []] = True
        columns = (
            routes.carriage(*at.route),
            left,
            rebate,
            outcome.own_on(at),
            outcome.friction_on(at),
            one_more(outcome, at),
            paying[at.d, at.c, at.t],
            exempt[at.d, at.c, at.t],
            outcome.exemptible_on(at),
            levied[at.d, at.c, at.t] > 0,
            banned,
        )
        return _Beside(tuple(np.asarray(column).tolist() for column in columns))

    def row(self, i: int) -> _Way:
        return _Way(*(column[i] for column in self.columns))


def _floor(outcome: Outcome, floor: Floor, parts: list[Part], way: _Way, open_: bool) -> FloorRow:
    d, c, t = floor
    o = outcome.case.border.origin[floor]
    level, origin_price = outcome.floor[floor], outcome.origin_price[outcome.case.border.source(floor)]
    capped_price = origin_price + way.friction
    levy = _clean(level - capped_price, level)
    binding = levy > outcome.binds
    setter = set_by(parts)
    return FloorRow(
        member=d,
        commodity=c,
        year=t,
        origin=o,
        floor=level,
        capped_price=capped_price,
        origin_price=origin_price,
        friction=way.friction,
        levy=levy,
        own_levy=_clean(way.own, level),
        levy_rate=levy / capped_price if capped_price > 0 else None,
        landed_price=level + way.carriage,
        rebate=way.rebate,
        producer_price=level + way.rebate,
        effective=way.paying > 0,
        state=_state(outcome, floor, binding, way),
        bites_from=None,
        lowest=_end(outcome.lowest.get(floor)),
        highest=_end(outcome.highest.get(floor)),
        set_by=setter,
        binding=binding,
        note=_note(outcome, floor, binding, way, setter, open_),
    )


def _state(outcome: Outcome, floor: Floor, binding: bool, way: _Way) -> str:
    """Whether the levy is paid, keeps everything out, or does nothing: nor does one that takes the rent of a link."""
    if _is_rent(outcome, floor):
        return "idle"
    if way.paying > 0:
        return "paid"
    levied_out = binding and not way.exemptible and _kept_out(outcome, floor, way)
    return "prohibitive" if levied_out else "idle"


def _is_rent(outcome: Outcome, floor: Floor) -> bool:
    """Whether the link of the pair alone would hold the plan, so that a levy there is a tax on its rent."""
    pair = (
        outcome.case.border.origin[floor],
        outcome.case.places.region_of[floor.member],
        floor.commodity,
        floor.year,
    )
    return pair in outcome.scarcity.pairs


def _end(price: float | None) -> float | None:
    return None if price is None or np.isnan(price) else price


def _note(outcome: Outcome, floor: Floor, binding: bool, way: _Way, setter: str, open_: bool) -> str:
    notes = []
    if way.banned:
        notes.append("a cap of 0 is a ban: the floor has no upper end")
    if setter.startswith("unserved"):
        notes.append("a buyer's value: a shortage, not a floor")
    if not binding:
        o = outcome.case.border.origin[floor]
        idle = "" if way.others or way.rebate > outcome.binds else HOLDS_NOTHING
        notes.append(f"no levy on what comes from {o}: the floor is its price there{idle}")
    elif not way.paying and open_:
        notes.append("nobody pays it in this plan; others of the same cost bring some capped material")
    elif not way.paying and _kept_out(outcome, floor, way):
        notes.append(_nobody(way))
    elif not way.paying and way.exempt:
        notes.append(f"nobody pays it: {ALL_EXEMPT}")
    elif not way.paying:
        notes.append("nobody pays it: no capped material would arrive without it either")
    if binding and _is_rent(outcome, floor):
        notes.append("a tax on a scarcity rent: the link alone would hold the plan")
    wide = outcome.highest[floor] - outcome.lowest[floor] if floor in outcome.highest else 0.0
    if wide > NOT_UNIQUE * abs(outcome.floor[floor]):
        notes.append("other floors keep this plan too: see lowest and highest")
    return "; ".join(notes)


def _nobody(way: _Way) -> str:
    """Why nobody pays a levy where capped material would gain by coming without one."""
    if way.exemptible:
        return "nobody pays it: more may come exempt, and no levy keeps it out"
    rest = " but what is exempt" if way.exempt else ""
    return f"nobody pays it: the levy keeps all capped material out{rest}"


def _kept_out(outcome: Outcome, floor: Floor, way: _Way) -> bool:
    """Whether capped material would undercut the delivered price if it paid no levy, on a link built for it where the
    pair's is full."""
    d, _, t = floor
    price = outcome.origin_price[outcome.case.border.source(floor)] + way.friction
    free = (price + way.more + way.carriage) / way.left
    name = outcome.case.border.source(floor)[1]
    return outcome.delivered.get((d, name, t), 0.0) > free + outcome.binds


def parts_table(parts: dict[Floor, list[Part]]) -> list[PartRow]:
    """One row per part of each floor."""
    whole = [(floor, part) for floor, found in parts.items() for part in found]
    return FLOOR_PARTS.from_columns(
        member=[floor.member for floor, _ in whole],
        commodity=[floor.commodity for floor, _ in whole],
        year=[floor.year for floor, _ in whole],
        part=[part.label for _, part in whole],
        coefficient=[part.coefficient for _, part in whole],
        amount=[part.amount for _, part in whole],
    )


def own_levies_table(outcome: Outcome) -> list[OwnLevyRow]:
    """One row per shipment that pays a levy of its own, or would."""
    own, arcs = outcome.own_column, outcome.case.arcs
    at, tags = np.flatnonzero(own), outcome.case.tags
    plain = tags.plain
    o, d, c, t = zip(*arcs.table.take(at).keys, strict=True) if len(at) else ((), (), (), ())
    return OWN_LEVIES.from_columns(
        origin=o,
        destination=d,
        commodity=[plain.get(name, name) for name in c],
        year=t,
        tag=map(tags.tag, c),
        own_levy=own[at].tolist(),
        quantity=outcome.liable_column[at].tolist(),
    )


def prices_table(outcome: Outcome) -> list[PriceRow]:
    """Delivered price and price ex works wherever one of them exists, and of what is tagged those of what is clean."""
    tags = outcome.case.tags
    plain = tags.plain
    known = dict.fromkeys((d, plain.get(c, c), t) for d, c, t in [*outcome.delivered, *outcome.origin_price])
    keys = sorted(known, key=outcome.case.arcs.axes.order)
    clean: list[Any] = [(d, tags.clean.get(c), t) for d, c, t in keys]
    bought, sold = _traded(outcome)
    return PRICES.from_columns(
        region=[d for d, _, _ in keys],
        commodity=[c for _, c, _ in keys],
        year=[t for _, _, t in keys],
        price=map(outcome.delivered.get, keys),
        origin_price=map(outcome.origin_price.get, keys),
        minimum_levy=map(outcome.levies.get, keys),
        plan_price=map(outcome.plan_delivered.get, keys),
        plan_origin_price=map(outcome.plan_origin_price.get, keys),
        clean_price=map(outcome.delivered.get, clean),
        clean_origin_price=map(outcome.origin_price.get, clean),
        clean_minimum_levy=map(outcome.levies.get, clean),
        clean_plan_price=map(outcome.plan_delivered.get, clean),
        clean_plan_origin_price=map(outcome.plan_origin_price.get, clean),
        bought=[key in bought if key in outcome.delivered else None for key in keys],
        sold=[key in sold if key in outcome.origin_price else None for key in keys],
    )


def _traded(outcome: Outcome) -> tuple[set[Place], set[Place]]:
    """(place, commodity, year) at which anything is bought, and at which anything is sold, of any tag."""
    case = outcome.case
    plain, piles = case.tags.plain, case.stocks.piles
    bought = {(d, plain.get(c, c), t) for (_, d, c, t), q in outcome.ship.items() if q > 0}
    for (k, t), q in outcome.take.items():
        if q > 0:
            bought.add((piles[k].region, plain.get(piles[k].commodity, piles[k].commodity), t))
    sold = {(o, plain.get(c, c), t) for (o, _, c, t), q in outcome.ship.items() if q > 0}
    return bought, sold | {(o, plain.get(c, c), t) for (o, c, t), q in leaked_from(case).items() if q > 0}


def caps_table(outcome: Outcome, averages: Mapping[tuple[str, int], float] | None = None) -> list[CapRow]:
    """One row per cap and year; `averages` are average costs by name and year, USD/kg, None where not looked for."""
    return list(_caps(outcome, averages or {}))


def _caps(outcome: Outcome, averages: Mapping[tuple[str, int], float]) -> Iterator[CapRow]:
    case = outcome.case
    counted_under, arriving = uses(outcome, case)
    declared = case.declared_in(outcome.ship_column)
    wasted = case.unused_in(case.arcs.axes.filled(outcome.surplus, "dct"))
    exempt = case.counted.by_cap(outcome.exempt_column[case.counted.arc] * case.counted.counts)
    for k, cap in enumerate(case.caps):
        for t in sorted(cap.given):
            y = case.arcs.axes.year[t]
            used, arrivals = float(counted_under[k, y]), float(arriving[k, y])
            if cap.basis == "use":
                limit, base = cap.given[t] * arrivals, arrivals
            else:
                limit, base = cap.limit[t], table_base(cap, case.demand, t)
            levy = outcome.cap_worth.get((cap.name, t), 0.0)
            low, high = map(_end, outcome.scarcity.ends.get((cap.name, t), (None, None)))
            charged = outcome.cap_levy.get((cap.name, t), 0.0)
            note = "a ban" if cap.bans(t) else ""
            yield CapRow(
                scope=cap.scope,
                commodity=cap.commodity,
                segment=cap.segment,
                origin=cap.origin,
                basis=cap.basis,
                year=t,
                limit=limit,
                used=used,
                slack=_clean(limit - used, max(limit, arrivals)),
                traced=cap.traced,
                levy=levy,
                charged=charged,
                per_point=levy * 0.01 * base / 1000,
                lowest_levy=low,
                highest_levy=high,
                lowest_per_point=None if low is None else low * 0.01 * base / 1000,
                highest_per_point=None if high is None else high * 0.01 * base / 1000,
                average=averages.get((cap.name, t)),
                wasted=float(wasted[k, y]) if cap.basis == "use" else None,
                exempt=float(exempt[k, y]),
                leaks="unseen" if cap.unseen else "counted",
                declared=float(declared[k, y]),
                note="; ".join(n for n in (cap.note, note) if n),
            )


def uses(outcome: Outcome, of: Case) -> tuple[np.ndarray, np.ndarray]:
    """What counts against each cap of a case, and all arrivals in its scope, under `use` what is used of them; see
    `Case.counted_in`. The outcome may be that of the case without its policy."""
    shipped = outcome.ship_column
    if outcome.case.arcs is not of.arcs:
        at = outcome.case.arcs.table.find(of.arcs.table.columns)
        shipped = np.where(at >= 0, shipped[at], 0.0)
    return of.counted_in(shipped, outcome.unused)
