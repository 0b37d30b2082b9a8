"""How far the capped share of what arrives can go in plans that cost little more than the least: two LPs a share.

The plans are those of `floors.solving.contrasts`: within the limit of cost, all rows kept, and no more of what arrives
in members left unused than in the plan of least cost. They are a convex set on which a share is continuous, so that
whatever lies between its ends is the share of one of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from floors.contract.results.alternatives import BLOC, SHARE_RANGES
from floors.errors import SolveError
from floors.lp import sizes
from floors.lp.linear import Vector
from floors.lp.near_plans import MOST_STEPS, NOTHING, ROUNDING, Plans, near_in_changes, unit_of
from floors.solving.contrasts import limit_of, named_in_caps, nothing_more_unused
from floors.solving.largest import Held, affordable, largest
from floors.solving.outcome import Outcome
from floors.solving.tonnes import ship_places
from floors.steps import stage

WHAT = "least and most are of capped shares"


@dataclass(frozen=True, kw_only=True)
class Arriving:
    """What arrives in a member, its markets in it (`BLOC`: in all of them), of a commodity (None: of all under caps) in
    a year (None: in all, by their length): `columns` of shipments, t of each in the sum (`size`) and of it capped
    content (`content`), and what `leaks`, all of it capped, t/yr (t for all years); `money` is what arrives in the plan
    of least cost at delivered prices, thousand at present value."""

    destination: str
    commodity: str | None
    year: int | None
    columns: Vector
    size: Vector
    content: Vector
    leaks: float
    money: float

    def over(self, x: Vector) -> float:
        """All that arrives in a plan (n)."""
        return float(self.size @ x[self.columns]) + self.leaks

    def capped(self, x: Vector) -> float:
        """What of it is of capped origin."""
        return float(self.content @ x[self.columns]) + self.leaks


@dataclass(frozen=True, kw_only=True)
class Reach:
    """A share and its ends over all plans within the limit, those apart in which nothing arrives: None where that is
    so in every plan (`share`: in the plan of least cost), or where the solver gave no answer (`failed`)."""

    of: Arriving
    quantity: float
    share: float | None
    least: float | None = None
    most: float | None = None
    failed: bool = False


def arriving_at(outcome: Outcome, destination: str) -> list[Arriving]:
    """What of the commodities under caps (all, where there are none) arrives at a member, or in the bloc, by commodity
    and year; in the bloc of all of them and all years first."""
    case, arcs, axes = outcome.case, outcome.case.arcs, outcome.case.arcs.axes
    places, length = case.places, case.calendar.length
    named = named_in_caps(case) or list(axes.commodities)
    column = ship_places(case, outcome.model, outcome.compiled)
    inside = (column >= 0) & places.is_role("member")[arcs.r, arcs.t]
    if destination != BLOC:
        inside &= arcs.r == axes.place[destination]
    price = axes.filled(outcome.delivered, "dct")[arcs.d, arcs.c, arcs.t]
    price = price * np.array([case.calendar.weight[t] for t in axes.years])[arcs.t]
    x, good, year = outcome.plan.x, axes.plain[arcs.c], np.array(axes.years)[arcs.t]
    leaks = dict[tuple[str, int], float]()
    for (d, _, c, t), (_, quantity) in case.demand.leak.items():
        if destination in (BLOC, places.region_of[d]) and places.is_member(d, t):
            leaks[c, t] = leaks.get((c, t), 0.0) + quantity

    def arriving(at: Vector, weight: Vector, leak: float, c: str | None, t: int | None) -> Arriving:
        return Arriving(
            destination=destination,
            commodity=c,
            year=t,
            columns=column[at],
            size=weight,
            content=weight * arcs.content[at],
            leaks=leak,
            money=float(price[at] @ x[column[at]]),
        )

    found = list[Arriving]()
    if destination == BLOC:
        at = np.flatnonzero(inside & np.isin(good, axes.goods(named)))
        leak = sum(length[t] * leaks.get((c, t), 0.0) for c in named for t in axes.years)
        found.append(arriving(at, np.array([length[t] for t in axes.years])[arcs.t[at]], leak, None, None))
    for c in named:
        of = inside & (good == axes.commodity[c])
        for t in axes.years:
            at = np.flatnonzero(of & (year == t))
            leak = leaks.get((c, t), 0.0)
            if len(at) or leak:
                found.append(arriving(at, np.ones(len(at)), leak, c, t))
    return found


@dataclass(frozen=True, kw_only=True)
class Reached:
    """Shares at one destination with their ends, and of how many everywhere those of most money were looked for."""

    shares: tuple[Reach, ...]
    held: Held


@stage("ranges of shares")
def reached(outcome: Outcome, destination: str, within: float, ranges: bool | None) -> Reached:
    """The ends of capped shares at a member, or in the bloc, over plans that cost at most `within` of the least cost
    more: of all of them where `ranges` asks for it or that is little work, else of those of most money, everywhere; of
    none but that of all goods and years where it is False."""
    x = outcome.plan.x
    asked = [one for place in (BLOC, *outcome.case.places.members) for one in arriving_at(outcome, place)]
    most = len(asked) if ranges else affordable(len(x)) if ranges is None else 1
    money = np.array([one.money if one.year is not None else np.inf for one in asked])
    chosen = [asked[k] for k in largest(money, most).tolist()]
    here = [one for one in chosen if one.destination == destination]
    plans, unit = _plans(outcome, within), unit_of(x)
    none = NOTHING * (sizes.largest(x) or 1.0)
    found = []
    with stage("shares", len(here)) as telling:
        for one in here:
            found.append(_reach(plans, x, unit, one, none))
            telling.finished()
    held = Held(
        table=SHARE_RANGES.name,
        what=WHAT,
        held=len(chosen),
        of=len(chosen if ranges is False else asked),
        failed=sum(one.failed for one in found),
    )
    return Reached(shares=tuple(found), held=held)


def _reach(plans: Plans, x: Vector, unit: float, one: Arriving, none: float) -> Reach:
    over = one.over(x)
    now = Reach(of=one, quantity=over, share=one.capped(x) / over if over > none else None)
    try:
        low, high = (_end(plans, x, unit, one, sign, none) for sign in (1.0, -1.0))
    except SolveError:  # counted, and said: a range by itself does not fail the plans
        return replace(now, failed=True)
    if low is None or high is None:
        return now
    held = [low, high] if now.share is None else [low, high, now.share]
    return replace(now, least=max(0.0, min(held)), most=min(1.0, max(held)))


def _plans(outcome: Outcome, within: float) -> Plans:
    """The plans within the limit, by what they change of the one of least cost, in units of so many t."""
    x, least = outcome.plan.x, outcome.plan.objective
    unit, room = unit_of(x), limit_of(least, within) - least
    lp, basic = near_in_changes(nothing_more_unused(outcome), outcome.plan, outcome.basic, room, unit)
    return Plans(lp, np.zeros(len(x)), basic, sizes.largest(x) / unit)


def _end(plans: Plans, x: Vector, unit: float, one: Arriving, sign: float, none: float) -> float | None:
    """Least of sign x share, as a share; None where nothing arrives in any plan.

    A ratio is at its end where no plan has less of sign x capped - ratio x all that arrives than 0 (Dinkelbach 1967):
    each step takes the ratio of the plan found, and the last finds none.
    """
    columns = one.columns
    plan = x
    if one.over(plan) <= none:
        plan = x + unit * plans.end(columns, -one.size)
        if one.over(plan) <= none:
            return None
    ratio, best = sign * one.capped(plan) / one.over(plan), min(0.0, sign)
    for _ in range(MOST_STEPS):
        if ratio <= best + ROUNDING:
            break
        plan = x + unit * plans.end(columns, sign * one.content - ratio * one.size)
        over = one.over(plan)
        now = sign * one.capped(plan)
        if over <= none or ratio * over - now <= ROUNDING * over:
            break
        ratio = now / over
    return sign * ratio
