"""The same plan held by contracts, grants and one tariff a commodity: what must be paid at least, thousand of present value.

Without levies (duals of caps, levies of the minimum) and without a price for any row that is slack in the plan; where
nobody could gain less only at some price of what buyers miss or of bounds on stockpiles, at the least of that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from tests.oracle.lp import INF, NoSolution, Program
from tests.oracle.minimum import payers
from tests.oracle.sourcing import moves, sourcing

SLACK = 1e-8  # of the terms of a row
WANTED = ("demand", "stock_capacity", "stock_target", "release")


class Held(NamedTuple):
    """`paid` under contracts; `running` and `grants` under grants; `tariff`: paid and foregone under one."""

    paid: float
    running: float
    grants: float
    tariff: float


def held(answer: Any) -> Held:
    """All of them, of an answer's plan."""
    exempt_too = dict.fromkeys(payers(answer.data), 0.0)  # who pays a minimum may be exempt from it
    lp = sourcing(answer.data, answer.steps, answer.caps, exempt_too)
    x = answer.plan.value
    cost = sum(c * x[k] for k, c in lp.cost.items())
    running = {k: c for k, c in lp.cost.items() if k[0] != "build"}
    dual = _untaxed(lp, x)
    paid = cost + dual.copy().solve(_earned(lp, x)).least
    others = sum(c * x[k] for k, c in running.items())
    kept = dual.copy()
    first = kept.solve(_earned(lp, {k: q for k, q in x.items() if k in running}))
    kept.hold(first)
    builds = {k: q for k, q in x.items() if k in lp.cost and k not in running}
    grants = sum(lp.cost[k] * q for k, q in builds.items()) + kept.solve(_earned(lp, builds)).least
    return Held(paid, others + first.least, grants, cost + _tariff(answer, lp, x))


def _earned(lp: Program, x: Mapping[tuple, float]) -> dict[tuple, float]:
    """What these quantities take of every row, as a cost of prices: less of it is more that is paid."""
    return {
        row: -sum(a * x.get(k, 0.0) for k, a in terms.items())
        for row, (_, terms, _) in lp.rows.items()
        if any(k in x for k in terms)
    }


def _room(lp: Program, x: Mapping[tuple, float]) -> Iterator[tuple[tuple, float]]:
    """Rows with room in the plan, and how much."""
    for row, (low, terms, high) in lp.rows.items():
        parts = [a * x[k] for k, a in terms.items()]
        room = min(sum(parts) - low, high - sum(parts))
        if room > SLACK * (sum(map(abs, parts)) + abs(low if low > -INF else high)):
            yield row, room


def _untaxed(lp: Program, x: Mapping[tuple, float]) -> Program:
    room = dict(_room(lp, x))
    closed = {row for row in lp.rows if row[0] == "cap" or row in room}
    for opened in (
        set(),
        {row for row in room if row[0] in WANTED},
        {row for row in room if row[0] != "cap"},
    ):
        dual = lp.dual()
        for row in closed - opened:
            dual.bounds[row] = (0.0, 0.0)
        worth = {row: room[row] * (-1.0 if lp.rows[row][0] == -INF else 1.0) for row in opened}
        try:
            dual.hold(dual.solve(worth))
        except NoSolution:
            continue
        return dual
    raise NoSolution


def _tariff(answer: Any, lp: Program, x: Mapping[tuple, float]) -> float:
    """The least of b'y below cost, with one levy more a commodity on what is shipped."""
    dual = lp.dual()
    for row in lp.rows:
        if row[0] == "cap":
            dual.bounds[row] = (0.0, 0.0)
    charged: dict[tuple, float] = {}
    for column in [key for key in lp.cost if key[0] == "ship"]:
        part = _part(answer, *moves(column)) * answer.data.weight[column[-1]]
        if part:
            levy = ("tariff", column[3])
            charged[levy] = charged.get(levy, 0.0) + part * x[column]
            dual.rows["gain", column][1][levy] = -part
    for levy, amount in charged.items():
        dual.column(levy, amount)
    return dual.solve().least


def _part(answer: Any, o: str, d: str, c: str, t: int) -> float:
    data, r = answer.data, answer.data.region_of[d]
    meets = [cap for cap in answer.caps if c in cap.weight and cap.volume]
    if not data.is_member(r, t) or not (meets or any(key[0] == c for key in data.rule("minimum"))):
        return 0.0
    charged = data.is_charged(o, t, data.settings.levy_on == "non_members")
    if charged or any(cap.origin == o for cap in meets):
        return 1.0
    route = data.route(o, r, c, t)
    return 0.0 if route is None else route.content
