"""The sourcing LP: the cheapest plan that respects the caps, as rows and columns by name.

Columns ("produce", p, t), ("build", x, b), ("ship", o, d, c, t), ("consume", d, g, c, j, t), ("put" | "take" | "stock",
k, t) in t a year; rows by the names of the model. Costs are thousand of present value.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise, product

from tests.oracle import leaks
from tests.oracle.caps import Cap
from tests.oracle.demand import Key, Step
from tests.oracle.lp import INF, Program
from tests.oracle.minimum import Levies, pays
from tests.oracle.reading import Data

Terms = dict[tuple, float]


def sourcing(data: Data, steps: Mapping[Key, list[Step]], caps: list[Cap], levies: Levies) -> Program:
    """The LP at given levies of the minimum rule [USD/kg]."""
    lp = Program()
    supply: dict[tuple, Terms] = {}
    use: dict[tuple, Terms] = {(d, c, t): {} for d, c in data.nodes() for t in data.years}
    _produce(data, lp, supply, use)
    _build(data, lp)
    _ship(data, lp, supply, use, levies)
    _consume(data, lp, use, steps)
    _store(data, lp, use)
    for (o, c, t), terms in supply.items():
        lp.row(("supply", o, c, t), leaks.from_origin(data, o, c, t), terms)
    for key, terms in use.items():
        lp.row(("use", *key), 0.0, terms)
    ships = [key[1:] for key in lp.cost if key[0] == "ship"]
    for i, cap in enumerate(caps):
        for t, volume in cap.volume.items():
            counted = {("ship", *key): cap.coefficient(data, *key) for key in ships if key[3] == t}
            if any(counted.values()):
                lp.row(("cap", i, t), -INF, counted, volume - cap.leaked(data, t))
    return lp


def constant(data: Data, steps: Mapping[Key, list[Step]]) -> float:
    """What the objective holds beside the columns: all demand unserved, and the way of what leaks."""
    worth = sum(
        data.weight[t] * s.width * (s.value or 0.0) for (_, _, _, t), ladder in steps.items() for s in ladder
    )
    return worth + leaks.cost(data)


def _produce(data: Data, lp: Program, supply: dict[tuple, Terms], use: dict[tuple, Terms]) -> None:
    for p in data.processes.values():
        for t, cost in p.cost.items():
            run = lp.column(("produce", p.name, t), data.weight[t] * cost)
            for c, a in p.makes.items():
                side = supply.setdefault((p.region, c, t), {}) if a > 0 else use[p.region, c, t]
                side[run] = a
            if p.least[t] > 0:
                lp.row(("process_minimum", p.name, t), p.least[t], {run: 1.0})


def _build(data: Data, lp: Program) -> None:
    for x in data.works.values():
        for b, alive in x.alive.items():
            built = lp.column(("build", x.name, b), x.charge * sum(data.weight[t] for t in alive))
            if x.most_a_year < INF:
                lp.row(("build_limit", x.name, b), -INF, {built: 1.0}, x.most_a_year * data.length[b])
        if x.alive and x.most_in_all < INF:
            lp.row(("build_total", x.name), -INF, {("build", x.name, b): 1.0 for b in x.alive}, x.most_in_all)
        for t, room in x.room.items():
            load = {("produce", p, t): a for p, a in x.users.items() if t in data.processes[p].cost}
            added = {("build", x.name, b): -1.0 for b, alive in x.alive.items() if t in alive}
            lp.row(("capacity", x.name, t), -INF, load | added, room)


def _ship(
    data: Data, lp: Program, supply: dict[tuple, Terms], use: dict[tuple, Terms], levies: Levies
) -> None:
    """From where a commodity is made to where it is used; a route's bounds hold for a region and its markets."""
    for o, r, c, t in product(data.role, data.role, data.commodities, data.years):
        route, shipped = data.route(o, r, c, t), {}
        if route is None:
            continue
        for d in data.places(r, c) if (o, c, t) in supply else ():
            paid = route.freight + data.duty(route, c, t) + pays(data, levies, o, r, c, t)
            ship = lp.column(("ship", o, d, c, t), data.weight[t] * paid)
            supply[o, c, t][ship] = -1.0
            use[d, c, t][ship] = 1 - route.loss
            shipped[ship] = 1.0
        if shipped and route.limit < INF:
            room = route.limit - leaks.on_route(data, o, r, c, t)
            lp.row(("route_limit", o, r, c, t), -INF, shipped, room)
        if route.least > 0:
            lp.row(("route_minimum", o, r, c, t), route.least, shipped)


def _consume(data: Data, lp: Program, use: dict[tuple, Terms], steps: Mapping[Key, list[Step]]) -> None:
    for (d, g, c, t), ladder in steps.items():
        for j, step in enumerate(ladder):
            bought = lp.column(("consume", d, g, c, j, t), -data.weight[t] * (step.value or 0.0))
            use[d, c, t][bought] = -1.0
            least = step.width if step.value is None else -INF
            lp.row(("demand", d, g, c, j, t), least, {bought: 1.0}, step.width)


def _store(data: Data, lp: Program, use: dict[tuple, Terms]) -> None:
    """stock[t] = (1 - loss)^n stock[t-1] + n (put - take), all in the use of the stock's own region."""
    targets = {row["stockpile"]: row["years"] for row in data.study.rows("stock_targets")}
    spent: dict[str, Terms] = {}
    for row in data.study.rows("stockpiles"):
        k, r, c = row["stockpile"], row["region"], row["commodity"]
        for t in data.years:
            put, take = lp.column(("put", k, t)), lp.column(("take", k, t))
            lp.column(("stock", k, t), data.weight[t] * row["holding_cost"])
            use[r, c, t] |= {put: -1.0, take: 1.0}
            if row["capacity"] is not None:
                lp.row(("stock_capacity", k, t), -INF, {("stock", k, t): 1.0}, row["capacity"])
            if row["fund"]:
                spent.setdefault(row["fund"], {})[put] = data.length[t] * data.reference[c, t]
        for before, t in pairwise((None, *data.years)):
            n = data.length[t]
            kept = (1 - row["loss"]) ** n
            terms: Terms = {("stock", k, t): 1.0, ("put", k, t): -n, ("take", k, t): n}
            held = 0.0 if before else kept * row["opening"]
            if before:
                terms["stock", k, before] = -kept
            lp.row(("stock_balance", k, t), held, terms, held)
        asked = dict(targets.get(k, {}))
        asked.setdefault(data.years[-1], row["opening"] * (1 - row["loss"]) ** sum(data.length.values()))
        for t, target in asked.items():
            terms, least = {("stock", k, t): 1.0}, target
            if isinstance(target, str):  # days of the region's table demand and planned use
                days = float(target.rstrip("d")) / 365
                least = days * data.table(data.places(r, c), c, t)
                for p in data.processes.values():
                    if p.region == r and t in p.cost and p.makes.get(c, 0.0) < 0:
                        terms["produce", p.name, t] = days * p.makes[c]
            lp.row(("stock_target", k, t), least, terms)
    for row in data.study.rows("funds"):
        lp.row(("fund", row["fund"]), -INF, spent.get(row["fund"], {}), 1000 * row["amount"])
