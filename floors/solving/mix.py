"""How far the sourcing mix can move: the range of each origin's share over all plans that cost as little.

The share of an origin is a ratio where what arrives in all can change too; its range is over the plans in
which something arrives.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from floors.case.leaks import leaked_to
from floors.errors import SolveError
from floors.lp import sizes
from floors.lp.near_plans import (
    MOVED,
    Plans,
    Shares,
    movable_in,
    near_plans,
    share_ranges,
    total_range,
)
from floors.lp.sparse import Matrix
from floors.solving.largest import Held, largest
from floors.solving.outcome import Outcome
from floors.steps import stage

NEAR = 0.01  # of the total cost
WORK = 200_000  # moving shipments x columns of the LP: up to so much, all ranges are found unasked
FEWEST = 10  # of more work, the ranges of so many that are most money
STILL = 1e-9  # of a share that is the same in all plans
SHARES = "least_share and most_share are of the shares that can change"
Place = tuple[str, str, int]  # destination, commodity, year
Origin = tuple[
    str, str, int, str, bool
]  # and origin, and whether it is the leak; of what is tagged a name each
Range = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Mix:
    """`movable` keys of shipments, of what is tagged where more than the tag can change; ranges of shares by
    (destination, commodity, year, origin, leak): at the least cost, of all or of the `held`, and, for the bloc, within
    1 % of it, empty where not asked for; `seen`: least and most t that a movable shipment, or one whose tag can change,
    was seen to hold."""

    movable: frozenset[Any]
    ranges: dict[Origin, Range] = field(default_factory=dict)
    near: dict[Origin, Range] = field(default_factory=dict)
    seen: dict[Any, tuple[float, float]] = field(default_factory=dict)
    held: Held = field(default_factory=lambda: Held(table="least_share", what=SHARES, held=0, of=0))
    loose: frozenset[Place] | None = None  # where what arrives in all can change; None: not looked for


@stage("ranges of shares")
def find_mix(outcome: Outcome, ranges: bool | None) -> Mix:
    """What can move at no cost, and how far: ranges at the least cost of all shipments where they were asked for or
    are little work, else of those of most money; within 1 % of the cost where they were asked for."""
    compiled, plan, plans = outcome.compiled, outcome.plan, outcome.plans
    column = compiled.column_of(outcome.model.ship)
    try:
        moves, known = movable_in(plans, compiled, outcome.model.ship), True
    except SolveError:  # what was seen to move is told, and that the rest is not known
        gap = MOVED * sizes.largest(plans.plan)
        moves = frozenset(key for key, j in column.items() if plans.high[j] - plans.low[j] > gap)
        known = False
    seen = {key: (float(plans.low[column[key]]), float(plans.high[column[key]])) for key in moves}
    if ranges is False:
        return Mix(movable=_more_than_tags(outcome, plans, moves), seen=seen)
    used = sum(1 for key in moves if outcome.ship[key])
    if not known:
        of = sum(1 for quantity in outcome.ship.values() if quantity)
        loose = frozenset(_place(outcome, key) for key in column)
        unknown = Held(table="least_share", what=SHARES, held=of, of=of, failed=of)
        return Mix(movable=_more_than_tags(outcome, plans, moves), seen=seen, held=unknown, loose=loose)
    most = None if ranges or used * len(plans.plan) <= WORK else FEWEST
    try:
        found, held, loose = _ranges(outcome, plans, moves, most)
    except SolveError:  # counted, and said: tables of LPs of their own do not fail the result
        found, held = {}, Held(table="least_share", what=SHARES, held=used, of=used, failed=used)
        loose = frozenset(_place(outcome, key) for key in moves)
    near: dict[Origin, Range] = {}
    if ranges and found:
        try:
            around = near_plans(compiled, plan, outcome.basic, NEAR)
            moves_near = movable_in(around, compiled, outcome.model.ship)
            near, *_ = _ranges(outcome, around, moves_near, None, outcome.case.places.is_member)
        except SolveError:
            held = replace(held, failed=held.of)
    movable = _more_than_tags(outcome, plans, moves)
    return Mix(movable=movable, ranges=found, near=near, seen=seen, held=held, loose=loose)


def _more_than_tags(outcome: Outcome, plans: Plans, moves: frozenset[Any]) -> frozenset[Any]:
    """Of these shipments those of which more can change than whether they are tainted or clean."""
    plain, tagged = outcome.case.tags.plain, outcome.case.tags.clean
    column = outcome.compiled.column_of(outcome.model.ship)
    pairs: dict[Any, list[Any]] = {}
    for o, d, c, t in moves:
        if c in plain or c in tagged:
            good = plain.get(c, c)
            names = outcome.case.tags.names(good)
            pairs[o, d, good, t] = [key for name in names if (key := (o, d, name, t)) in column]
    if not pairs:
        return moves
    sums = _sums([[column[key] for key in keys] for keys in pairs.values()], len(plans.plan))
    try:
        changing = plans.moving(sums).tolist()
    except SolveError:  # not known to be still
        return moves
    still = {key for keys, moving in zip(pairs.values(), changing, strict=True) for key in keys if not moving}
    return moves - still


def _of_most_money(outcome: Outcome, keys: list[Any], most: int) -> set[Any]:
    """So many of these shipments, the largest by quantity x delivered price at present value; of equals the first."""
    weight = outcome.case.calendar.weight
    keys = sorted(keys)
    money = np.array([outcome.ship[k] * outcome.delivered.get(k[1:], 0.0) * weight[k[3]] for k in keys])
    return {keys[i] for i in largest(money, most).tolist()}


def _ranges(
    outcome: Outcome,
    plans: Plans,
    moves: frozenset[Any],
    many: int | None,
    within: Callable[[str, int], bool] | None = None,
) -> tuple[dict[Origin, Range], Held, frozenset[Place]]:
    """Least and most share of every origin in the plan, leaks too, at these destinations (None: at all); of shares
    that can change those of so many shipments as are most money (None: of all), leaks not among them; and where what
    arrives in all can change."""
    column = outcome.compiled.column_of(outcome.model.ship)
    column = {key: j for key, j in column.items() if within is None or within(key[1], key[3])}
    groups: dict[Place, list[Any]] = {}
    for key in column:
        groups.setdefault(_place(outcome, key), []).append(key)
    leaks = leaked_to(outcome.case)
    places = [p for p in groups if leaks.get(p) or any(outcome.ship[key] for key in groups[p])]
    sums = _sums([[column[key] for key in groups[p]] for p in places], len(plans.plan))
    changing = plans.moving(sums)
    rest = np.array([sum(leaks.get(place, {}).values()) for place in places])
    used = [(g, key) for g, place in enumerate(places) for key in groups[place] if outcome.ship[key]]
    open_ = [(g, key) for g, key in used if changing[g] or key in moves]
    held = Held(table="least_share", what=SHARES, held=len(open_), of=len(open_))
    left = set[Any]()
    if many is not None and len(open_) > many:
        keys = [key for _, key in open_]
        chosen = _of_most_money(outcome, keys, many)
        held, left = replace(held, held=many), set(keys) - chosen
        open_ = [(g, key) for g, key in open_ if key in chosen]
    shares = Shares(
        column=np.array([column[key] for _, key in open_], dtype=int),
        group=np.array([g for g, _ in open_], dtype=int),
        sums=sums,
        rest=rest,
        fixed=~changing,
    )
    least, most = share_ranges(plans, shares)
    ends = {key: (least[k], most[k]) for k, (_, key) in enumerate(open_)}
    total = sums @ plans.plan + rest
    found: dict[Origin, Range] = {}
    for g, key in used:
        if key in left:
            continue
        share = outcome.ship[key] / float(total[g])
        found[*key[1:], key[0], False] = _shown(*ends.get(key, (share, share)), share)
    for g, place in enumerate(places):
        if place in leaks and not (left and changing[g]):
            low, high = _arriving(plans, sums[[g]].indices, bool(changing[g]))
            for o, leak in leaks[place].items():
                ends_of = leak / (high + rest[g]), leak / (low + rest[g])
                found[*place, o, True] = _shown(*ends_of, leak / float(total[g]))
    return found, held, frozenset(place for place, g in zip(places, changing.tolist(), strict=True) if g)


def _place(outcome: Outcome, key: Any) -> Place:
    """Where a shipment is part of what arrives, tainted and clean together."""
    _, d, c, t = key
    return d, outcome.case.tags.plain.get(c, c), t


def _arriving(plans: Plans, group: Any, changes: bool) -> tuple[float, float]:
    """Least and most that is shipped to a place."""
    now = float(plans.plan[group].sum())
    return total_range(plans, group) if changes else (now, now)


def _sums(groups: list[list[int]], size: int) -> Matrix:
    """A row per group that adds up its columns."""
    rows = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    columns = np.array([j for group in groups for j in group], dtype=int)
    return Matrix.from_entries(rows, columns, np.ones(len(rows)), (len(groups), size))


def _shown(least: float, most: float, share: float) -> Range:
    """The range, around the share of the plan, which is in it."""
    return max(0.0, min(float(least), share)), min(1.0, max(float(most), share))
