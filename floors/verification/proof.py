"""Weak duality without a solver: what the prices of the results prove about the cost of any other plan.

At given prices every plan costs at least what its parts would cost if each did the best for itself: routes,
buyers, stockpiles, processes with their plants and what can be built. Each of these is small enough to be
solved by hand, so the sum is a bound on the cost of every plan that obeys the tables. Where it equals the cost
of the plan, no plan is cheaper. What gains at the prices counts up to its limit; where it has none the bound is minus
infinity, and nothing is proven. A gain of the last digits of the prices alone (`gain.NEAR` of its terms) counts up to
`Plan.reach`.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum, inf

from floors.verification.balances import exempt_under, table_target, target
from floors.verification.gain import Gain
from floors.verification.links import earnings
from floors.verification.named import is_clean, plain
from floors.verification.piles import holding, in_store
from floors.verification.plan import Plan
from floors.verification.profits import Profits, is_spent
from floors.verification.rents import Rents, Terms

Key = tuple[str, int]
PROVEN = 2e-9  # of the cost: a bound as near as this is the cost
BEYOND = 2e-9  # of all terms of cost and bound: a bound that is above the cost by more is wrong


@dataclass(frozen=True)
class Bound:
    """What no plan costs less than, million at present value, and the size of the terms that it is the sum of.

    `endless` is what would be gained without end at the prices, which then bound nothing; `why_not` says why the tables
    are not enough for a bound. Where there is one of these `value` is none.
    """

    value: float = 0.0
    size: float = 0.0
    endless: tuple[str, ...] = ()
    why_not: str = ""

    @property
    def is_one(self) -> bool:
        """Whether it bounds anything."""
        return not self.endless and not self.why_not


def lower_bound(profits: Profits) -> Bound:
    """The bound that the prices prove, on the cost of every plan that obeys the tables."""
    plan = profits.plan
    if plan.given.surprise:
        return Bound(why_not="years before a surprise are fixed, and their prices are the parent's")
    for fund in plan.given.funds:
        if is_spent(plan, fund):
            return Bound(why_not=f"fund {fund} is spent, and what more of it would save is in no sheet")
    reserve: dict[Key, float] = {}
    terms = Terms([*_leaks(plan), *_caps(plan, profits.plain), *_buyers(plan)])
    _routes(profits, terms)
    _links(plan, terms)
    for d, c, t in plan.price:
        thrown = plan.wasting(d, c, t).times(plan.given.calendar.weight[t])
        terms.gain(f"throwing {c} away in {d} in {t}", thrown, None, plan.reach)
    for pools, what in (
        (profits.pools(), "using clean {} in {} as any"),
        (profits.mingling(), "sending clean {} from {} as tainted"),
    ):
        for (d, c, t), _, gain in pools:
            now = gain.times(plan.given.calendar.weight[t])
            terms.gain(f"{what.format(c, d)} in {t}", now, None, plan.reach)
    for k in plan.given.heaps:
        if not is_clean(k):
            _stockpile(plan, k, reserve, terms)
    making = plan.given.making
    margin = {
        (p, t): max(_gain(profits, mode, t, reserve) for mode in making.modes(p))
        for p in making.processes
        for t in making.runs[p]
    }
    made = Rents(plan, margin).terms()
    found = [*terms.found, *made.found]
    return Bound(
        fsum(found) / 1000,
        fsum(map(abs, found)) / 1000,
        tuple(dict.fromkeys([*terms.endless, *made.endless])),
    )


def _leaks(plan: Plan) -> list[float]:
    """What leaks is paid for at any plan."""
    g, found = plan.given, []
    for (d, _, c, t), (o, q) in g.buying.leak.items():
        price = plan.origin.get((o, g.tagging.own(o, c), t), 0.0)
        found.append(g.calendar.weight[t] * q * (g.sure_road(o, d, c, t).cost + price))
    return found


def _caps(plan: Plan, seen: bool) -> list[float]:
    """- levy x volume: leaks take their part of it, and so does what is exempt in the plan where caps do not see it, as
    in the market that prices hold up."""
    g, found = plan.given, []
    for i, cap in enumerate(g.caps):
        for t in cap.given:
            leaked = sum(
                q * cap.coefficient(g.world, g.roads, o, d, g.tagging.own(o, c), t)
                for (d, _, c, y), (o, q) in g.buying.leak.items()
                if y == t and not cap.unseen
            )
            levy, exempt = plan.levy.get((i, t), 0.0), 0.0 if seen else exempt_under(plan, i, t)
            found.append(-g.calendar.weight[t] * levy * (cap.limit(g.buying, t) - leaked - exempt))
    return found


def _routes(profits: Profits, terms: Terms) -> None:
    """The cheapest place and tag of each pair of regions: its limit where it gains, its minimum where not; what may be
    exempt first."""
    plan, g = profits.plan, profits.plan.given
    best: dict[tuple[str, str, str, int], Gain] = {}
    free: dict[tuple[str, str, str, int], Gain] = {}
    for (o, d, c, t), gain in profits.shipping():
        pair = (o, g.world.region[d], plain(c), t)
        best[pair] = max(best.get(pair, gain), gain)
        unlevied = profits.exempt_gain((o, d, c, t))
        free[pair] = max(free.get(pair, unlevied), unlevied)
    for (o, r, c, t), gain in best.items():
        road, pair = g.sure_road(o, r, c, t), (o, r, c, t)
        leaked = plan.sent.get(pair, 0.0) - plan.shipped.get(pair, 0.0)
        most = None if road.limit is None else road.limit - leaked
        least, exempt = road.least, min(g.exempt(*pair), inf if most is None else most)
        if exempt:
            earned = free[pair].times(g.calendar.weight[t])
            exempt = exempt if earned.value > 0 else min(exempt, least)
            terms.add(-earned.value * exempt)
            most, least = None if most is None else most - exempt, max(0.0, least - exempt)
        now = gain.times(g.calendar.weight[t])
        terms.gain(f"shipping {c} from {o} to {r} in {t}", now, most, plan.reach)
        if now.value < 0:
            terms.add(-now.value * least)


def _links(plan: Plan, terms: Terms) -> None:
    """- price x what stands of each link; what more qualifies gains or costs up to its limit."""
    g = plan.given
    for (o, r, c, t), price in plan.friction.items():
        terms.add(-g.calendar.weight[t] * price * g.links.stands.get((o, r, c), 0.0))
    for (o, r, c, b), of, one in earnings(plan):
        most = None if of.most is None else of.most * g.calendar.length[b]
        name = f"qualifying more of {c} from {o} to {r} in {b}"
        terms.gain(name, Gain(one.earned - one.charge, one.earned + one.charge), most, plan.reach)


def _buyers(plan: Plan) -> list[float]:
    """What must be served costs its price; any other step the lower of its price and its value."""
    g, found = plan.given, []
    for buyer in g.buying.ladder:
        d, _, c, t = buyer
        price = plan.price.get((d, c, t), 0.0)
        for step in g.buying.fine(buyer):
            found.append(g.calendar.weight[t] * step.width * min(price, step.value))
    return found


def _stockpile(plan: Plan, k: str, reserve: dict[Key, float], terms: Terms) -> None:
    """A t in stock is worth its price there; holding it until the next year gains or costs the difference.

    `reserve[k, t]` is what the target of a year costs: days of use make using dearer by it.
    """
    g = plan.given
    heap, first, parts = g.heaps[k], g.calendar.years[0], g.parts(k)
    worth = {part: in_store(plan, part) for part in parts}
    for part in parts:
        opening = (1 - heap.loss) ** g.calendar.length[first] * g.heaps[part].opening
        terms.add(-worth[part][first].value * opening)
    for t, most in heap.most.items():  # taking a t gains its price, and loses what it is worth in store
        price = {
            part: g.calendar.weight[t] * plan.worth(heap.region, g.heaps[part].commodity, t) for part in parts
        }
        gains = (price[part] - g.calendar.length[t] * worth[part][t].value for part in parts)
        terms.add(-max(0.0, *gains) * most)
    held = [dict(holding(plan, part)) for part in parts]
    for t in g.calendar.years:
        gain, least = (
            max(of[t] for of in held),
            target(plan, k, t),
        )  # room and targets bind both parts together
        terms.gain(f"holding more in {k} in {t}", gain, heap.room, plan.reach)
        if (
            gain.value < 0
            and least is not None
            and plan.in_both(plan.closing, k, t) <= least + 10 * plan.lost(least)
        ):
            reserve[k, t] = -gain.value
            terms.add(-gain.value * table_target(g, k, t))


def _gain(profits: Profits, p: str, t: int, reserve: dict[Key, float]) -> Gain:
    """Margin of a t of activity at present value, less what days of use under a target cost."""
    g = profits.plan.given
    gain = profits.margin(p, t).times(g.calendar.weight[t])
    for (k, year), cost in reserve.items():
        heap = g.heaps[k]
        if year == t and t in heap.days and heap.region == g.making.region[p]:
            used = sum(g.making.uses[p].get(c, 0.0) for c in g.tagging.names(heap.commodity))
            gain = gain.less(cost * heap.days[t] / 365 * used)
    return gain


def said(scenario: str, cost: float, bound: Bound, wrong: bool) -> str:
    """What it proves, in words; of results in which something is `wrong` nothing of the plan."""
    of = f"{scenario}: " if scenario else ""
    if bound.why_not:
        return f"{of}no bound on the cost from the tables alone: {bound.why_not}."
    if bound.endless:
        first, more = bound.endless[0], len(bound.endless) - 1
        others = f" (and {more} more)" if more else ""
        return (
            f"{of}not proven: at these prices {first} would gain{others}, and nothing in the tables limits it, so that "
            "the prices bound no cost."
        )
    least, gap = bound.value, cost - bound.value
    if wrong:
        return (
            f"{of}not proven, since the results are wrong: at their prices no plan would cost less than {least:,.6f} "
            "million."
        )
    if abs(gap) <= PROVEN * abs(cost):
        return f"{of}no plan costs less than {least:,.6f} million: the plan's cost is proven least by the prices."
    return (
        f"{of}not proven: by the prices no plan costs less than {least:,.6f} million, {gap:,.6g} below the plan's "
        "cost."
    )
