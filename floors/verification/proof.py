"""Weak duality without a solver: what the prices of the results prove about the cost of any other plan.

At given prices every plan costs at least what its parts would cost if each did the best for itself: routes,
buyers, stockpiles, processes with their plants and what can be built. Each of these is small enough to be
solved by hand, so the sum is a bound on the cost of every plan that obeys the tables. Where it equals the cost
of the plan, no plan is cheaper. Gains below `profits.NEAR` a kg count as none.
"""

from __future__ import annotations

from math import fsum, inf

from floors.verification.balances import lost, spent, table_target, target
from floors.verification.plan import Plan
from floors.verification.profits import Profits

Key = tuple[str, int]


def lower_bound(profits: Profits) -> tuple[float, str]:
    """(million at present value, "") or, where the tables are not enough, (0, why not)."""
    plan = profits.plan
    if plan.given.surprise:
        return 0.0, "years before a surprise are fixed, and their prices are the parent's"
    for fund, amount in plan.given.funds.items():
        if 1000 * spent(plan, fund) >= 1000 * amount - lost(1000 * amount):
            return 0.0, f"fund {fund} is spent, and what more of it would save is in no sheet"
    reserve: dict[Key, float] = {}
    stocks = [_stockpile(plan, k, reserve) for k in plan.given.heaps]
    made = _production(profits, reserve)
    return fsum([*_leaks(plan), *_caps(plan), *_routes(profits), *_buyers(plan), *stocks, *made]) / 1000, ""


def _leaks(plan: Plan) -> list[float]:
    """What leaks is paid for at any plan."""
    g, found = plan.given, []
    for (d, _, c, t), (o, q) in g.buying.leak.items():
        price = plan.origin.get((o, c, t), 0.0)
        found.append(g.calendar.weight[t] * q * (g.sure_road(o, d, c, t).cost + price))
    return found


def _caps(plan: Plan) -> list[float]:
    """- levy x volume: leaks take their part of it."""
    g, found = plan.given, []
    for i, cap in enumerate(g.caps):
        for t in cap.given:
            leaked = sum(
                q * cap.coefficient(g.world, g.roads, o, d, c, t)
                for (d, _, c, y), (o, q) in g.buying.leak.items()
                if y == t
            )
            levy = plan.levy.get((i, t), 0.0)
            found.append(-g.calendar.weight[t] * levy * (cap.limit(g.buying, t) - leaked))
    return found


def _routes(profits: Profits) -> list[float]:
    """The cheapest place of each pair of regions: as much as its limit where it gains, its minimum where not."""
    plan, g = profits.plan, profits.plan.given
    least: dict[tuple[str, str, str, int], float] = {}
    for (o, d, c, t), gain in profits.shipping():
        pair = (o, g.world.region[d], c, t)
        least[pair] = min(least.get(pair, inf), -gain)
    found = []
    for (o, r, c, t), cost in least.items():
        road, pair = g.sure_road(o, r, c, t), (o, r, c, t)
        leaked = plan.sent.get(pair, 0.0) - plan.shipped.get(pair, 0.0)
        room = None if road.limit is None else road.limit - leaked
        quantity = (room or 0.0) if cost < 0 else road.least
        found.append(g.calendar.weight[t] * cost * quantity)
    return found


def _buyers(plan: Plan) -> list[float]:
    """What must be served costs its price; any other step the lower of its price and its value."""
    g, found = plan.given, []
    for buyer in g.buying.ladder:
        d, _, c, t = buyer
        price = plan.price.get((d, c, t), 0.0)
        for step in g.buying.fine(buyer):
            found.append(g.calendar.weight[t] * step.width * min(price, step.value))
    return found


def _stockpile(plan: Plan, k: str, reserve: dict[Key, float]) -> float:
    """A t in stock is worth its price there; holding it until the next year gains or costs the difference.

    `reserve[k, t]` is what the target of a year costs: days of use make using dearer by it.
    """
    g = plan.given
    heap, years = g.heaps[k], g.calendar.years
    worth = [
        g.calendar.weight[t] * plan.worth(heap.region, heap.commodity, t) / g.calendar.length[t]
        for t in years
    ]
    kept: list[float] = [(1 - heap.loss) ** g.calendar.length[t] for t in years]
    bound = -worth[0] * kept[0] * heap.opening
    for i, t in enumerate(years):
        later = kept[i + 1] * worth[i + 1] if i + 1 < len(years) else 0.0
        cost = g.calendar.weight[t] * heap.holding + worth[i] - later
        least = target(plan, k, t)
        if cost < 0:
            bound += cost * (heap.room or 0.0)
        elif least is not None and plan.closing.get((k, t), 0.0) <= least + 10 * lost(least):
            reserve[k, t] = cost
            bound += cost * table_target(g, k, t)
    return bound


def _production(profits: Profits, reserve: dict[Key, float]) -> list[float]:
    """Rents of capacities as low as the margins allow, then the best that can be built at these rents."""
    plan = profits.plan
    g, making = plan.given, plan.given.making
    margin = {(p, t): _gain(profits, p, t, reserve) for p in making.processes for t in making.runs[p]}
    rent: dict[Key, float] = {}
    for x in making.plants:
        for t in g.calendar.years:
            if (x, t) in making.room:
                rent[x, t] = max([0.0, *_ratios(plan, x, t, margin)])
    found = []
    for (p, t), gain in margin.items():
        gain -= sum(making.load[x][p] * rent.get((x, t), 0.0) for x in making.limits(p) if x != p)
        if (p, t) in making.room:
            rent[p, t] = max(0.0, gain)
        found.append(max(0.0, -gain) * making.least.get((p, t), 0.0))
    found += [-rent[key] * making.room[key] for key in rent]
    for x, built in making.building.items():
        cost = {
            b: built.charge * sum(g.calendar.weight[t] for t in years)
            - sum(rent.get((x, t), 0.0) for t in years)
            for b, years in built.alive.items()
        }
        left = inf if built.in_all is None else built.in_all
        for b in sorted(cost, key=lambda b: cost[b]):
            most = left if built.a_year is None else min(left, built.a_year * g.calendar.length[b])
            if cost[b] < 0 and most < inf:
                found.append(cost[b] * most)
                left -= most
    return found


def _gain(profits: Profits, p: str, t: int, reserve: dict[Key, float]) -> float:
    """Margin of a t of activity at present value, less what days of use under a target cost."""
    g = profits.plan.given
    gain = g.calendar.weight[t] * profits.margin(p, t)
    for (k, year), cost in reserve.items():
        heap = g.heaps[k]
        if year == t and t in heap.days and heap.region == g.making.region[p]:
            gain -= cost * heap.days[t] / 365 * g.making.uses[p].get(heap.commodity, 0.0)
    return gain


def _ratios(plan: Plan, x: str, t: int, margin: dict[Key, float]) -> list[float]:
    """Margins per t of the plant, of processes that it alone holds back."""
    making, found = plan.given.making, []
    for p, load in making.load[x].items():
        if (p, t) not in margin or load == 0:
            continue
        own = plan.room(p, t)
        if own is None or plan.make.get((p, t), 0.0) < own - 10 * lost(own):
            found.append(margin[p, t] / load)
    return found


def said(scenario: str, cost: float, bound: float, why_not: str) -> str:
    """What it proves, in words."""
    of = f"{scenario}: " if scenario else ""
    if why_not:
        return f"{of}no bound on the cost from the tables alone: {why_not}."
    gap = cost - bound
    if abs(gap) <= 1e-7 * max(1.0, abs(cost)):
        return f"{of}no plan costs less than {bound:,.6f} million: the plan's cost is proven least by the prices."
    return f"{of}the prices prove that no plan costs less than {bound:,.6f} million, {gap:,.6f} below the plan's."
