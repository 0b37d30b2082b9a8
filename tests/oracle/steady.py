"""Of all plans of least cost the one whose flows change least from year to year, and any plan proven to be one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from tests.oracle.lp import Program, Solution, Terms
from tests.oracle.reading import Data

OFF = 1e-7  # how far a plan may be from its rows, relative
DEARER = 1e-8  # and from the least cost

SHIPPED = ("ship", "exempt")
Flow = tuple[str, str, str, int]  # origin, region, commodity, year


class NotLeast(Exception):
    """A plan that breaks a row, or costs more than it need."""


def prove(lp: Program, plan: Mapping[tuple, float], least: float) -> Terms:
    """The plan with its zeros, once it is known to be one of least cost. Raises NotLeast."""
    value = {column: plan.get(column, 0.0) for column in lp.cost}
    if strange := {key for key, q in plan.items() if q and key not in value}:
        raise NotLeast(f"no columns: {sorted(map(str, strange))[:4]}")
    if (off := lp.off(value)) > OFF:
        raise NotLeast(f"a row is missed by {off}")
    cost = sum(a * value[column] for column, a in lp.cost.items())
    if cost - least > DEARER * (1 + abs(least)):
        raise NotLeast(f"costs {cost - least} more than {least}")
    return value


def face(lp: Program, cheapest: Solution) -> Program:
    """All plans of least cost: what has a price stays where it is."""
    found = lp.copy()
    found.hold(cheapest)
    return found


def totals(data: Data, plan: Terms) -> dict[str, float]:
    """Tonnes shipped of each commodity over all years."""
    found: dict[str, float] = defaultdict(float)
    for (kind, *way), q in plan.items():
        if kind in SHIPPED:
            found[way[2]] += data.length[way[3]] * q
    return found


def changes(data: Data, plan: Terms, shipped: Mapping[str, float]) -> float:
    """What is to be least: changes of the flow of each pair, discounted, each commodity by what is shipped of it."""
    flows: dict[Flow, float] = defaultdict(float)
    for (kind, *way), q in plan.items():
        if kind in SHIPPED:
            flows[_flow(data, way)] += q
    total = 0.0
    for key, (before, weight) in _steps(data, {*flows}, shipped).items():
        earlier = before if isinstance(before, float) else flows[before]
        total += weight * abs(flows[key] - earlier)
    return total


def steadiest(data: Data, lp: Program, shipped: Mapping[str, float]) -> Solution:
    """The plan on a face whose changes are least."""
    flows: dict[Flow, dict[tuple, float]] = defaultdict(dict)
    for kind, *way in lp.cost:
        if kind in SHIPPED:
            flows[_flow(data, way)][kind, *way] = 1.0
    goal = {}
    found = lp.copy()
    for key, (before, weight) in _steps(data, {*flows}, shipped).items():
        change = found.column(("change", *key))
        goal[change] = weight
        for sign in (1.0, -1.0):
            terms = dict.fromkeys(flows[key], -sign) | {change: 1.0}
            low = 0.0
            if isinstance(before, float):
                low = -sign * before
            else:
                terms |= dict.fromkeys(flows[before], sign)
            found.row(("change", sign, *key), low, terms)
    return found.solve(goal)


def _flow(data: Data, way: list) -> Flow:
    """A pair of regions: its markets count together."""
    o, d, c, t = way
    return o, data.region_of[d], c, t


def known(data: Data) -> dict[tuple[str, str, str], float]:
    """What pairs shipped in the year before the first."""
    rows = data.study.rows("qualified") if data.study.has("qualified") else ()
    return {
        (row["origin"], row["destination"], row["commodity"]): row["t"]
        if row["before"] is None
        else row["before"]
        for row in rows
    }


def _steps(
    data: Data, flows: set[Flow], shipped: Mapping[str, float]
) -> dict[Flow, tuple[float | Flow, float]]:
    """Of each flow what it was before, a number or a flow, and what a tonne of change weighs. The year before the
    first is known of commodities with a row in `qualified`, and nothing came on pairs without."""
    before = known(data)
    goods = {c for _, _, c in before}
    first = data.years[0]
    pairs = {flow[:3] for flow in flows} | before.keys()
    found: dict[Flow, tuple[float | Flow, float]] = {}
    for pair in pairs:
        c = pair[2]
        if shipped.get(c, 0.0) <= 0:
            continue
        for t in data.years:
            weight = data.weight[t] / data.length[t] / shipped[c]
            if t != first:
                found[*pair, t] = (*pair, data.before[t]), weight
            elif c in goods:
                found[*pair, t] = float(before.get(pair, 0.0)), weight
    return found
