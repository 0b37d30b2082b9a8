"""The sourcing LP: the cheapest plan that respects the caps, as rows and columns by name.

Columns ("produce", p, t), ("build", x, b), ("ship", o, d, c, t), of what is exempt ("exempt", o, d, c, t) beside it,
("consume", d, g, c, j, t), ("put" | "take" | "stock", k, t) and ("waste", d, c, t) in t a year, and ("leak", o, d, g, c, t), which is fixed; rows by the names of the model.
Costs are thousand of present value.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import product

from tests.oracle import links
from tests.oracle.caps import Cap
from tests.oracle.demand import Key, Step
from tests.oracle.exempt import may_pay
from tests.oracle.leaks import leaks
from tests.oracle.lp import INF, Program
from tests.oracle.minimum import Levies, pays
from tests.oracle.reading import Data

Sides = dict[tuple, dict[tuple, float]]


def sourcing(data: Data, steps: Mapping[Key, list[Step]], caps: list[Cap], levies: Levies) -> Program:
    """The LP at given levies of the minimum rule [USD/kg]."""
    lp = Program()
    supply: Sides = {}
    use: Sides = {(d, c, t): {} for d, c in data.nodes() for t in data.years}
    _produce(data, lp, supply, use)
    _build(data, lp)
    _ship(data, lp, supply, use, caps, levies)
    _consume(data, lp, use, steps)
    _store(data, lp, use)
    wasted = dict(_waste(lp, caps, use))
    for name, sides in (("supply", supply), ("use", use)):
        for key, terms in sides.items():
            lp.row((name, *key), 0.0, terms, 0.0 if name == "use" and key in wasted else INF)
    kinds = ("ship", "exempt", "leak")
    moving = [(column, moves(column)) for column in (*lp.cost, *lp.fixed) if column[0] in kinds]
    for i, cap in enumerate(caps):
        for t, volume in cap.volume.items():
            counted = {
                column: cap.coefficient(data, *way)
                for column, way in moving
                if way[3] == t and not (cap.unseen and column[0] == "leak")
            }
            counted |= {wasted[key]: cap.uses(*key) for key in wasted if key[2] == t}
            counted |= dict(_stocked(data, cap, t))
            if any(counted.values()):
                lp.row(("cap", i, t), -INF, counted, volume)
    return lp


def moves(column: tuple) -> tuple[str, str, str, int]:
    """Origin, place, commodity and year of a shipment or a leak."""
    return (*column[1:3], *column[-2:])


def _waste(lp: Program, caps: list[Cap], use: Sides) -> Iterator[tuple[tuple, tuple]]:
    """Where a `use` cap reaches, what is not used is a column, so that it counts as no use."""
    for key in use:
        if any(cap.basis == "use" and cap.covers(*key) for cap in caps):
            thrown = lp.column(("waste", *key))
            use[key][thrown] = -1.0
            yield key, thrown


def _stocked(data: Data, cap: Cap, t: int) -> Iterator[tuple[tuple, float]]:
    """What is put away is used when it is taken."""
    for row in data.study.rows("stockpiles"):
        share = cap.uses(row["region"], row["commodity"], t)
        yield ("put", row["stockpile"], t), share
        yield ("take", row["stockpile"], t), -share


def _produce(data: Data, lp: Program, supply: Sides, use: Sides) -> None:
    for p in data.processes.values():
        for t, cost in p.cost.items():
            run = lp.column(("produce", p.name, t), data.weight[t] * cost)
            for c, a in p.makes.items():
                side = supply.setdefault((p.region, c, t), {}) if a > 0 else use[p.region, c, t]
                side[run] = a
            if p.least[t]:
                lp.row(("process_minimum", p.name, t), p.least[t], {run: 1.0})


def _build(data: Data, lp: Program) -> None:
    for x in data.works:
        builds = {b: ("build", x.name, b) for b in x.alive}
        for b, built in builds.items():
            lp.column(built, x.charge * sum(data.weight[t] for t in x.alive[b]))
            lp.row(("build_limit", x.name, b), -INF, {built: 1.0}, x.most_a_year * data.length[b])
        lp.row(("build_total", x.name), -INF, dict.fromkeys(builds.values(), 1.0), x.most_in_all)
        for t, room in x.room.items():
            load = {("produce", p, t): a for p, a in x.users.items() if t in data.processes[p].cost}
            added = {built: -1.0 for b, built in builds.items() if t in x.alive[b]}
            lp.row(("capacity", x.name, t), -INF, load | added, room)


def _ship(data: Data, lp: Program, supply: Sides, use: Sides, caps: list[Cap], levies: Levies) -> None:
    """From where a commodity is made to where it is used; a route's bounds hold for a region and its markets, its
    limit for leaks too. What is exempt is shipped like the rest, without the levy, up to the tonnes of the pair."""
    leaving: Sides = defaultdict(dict)
    linked: Sides = {}
    for (d, g, c, t), leak in leaks(data).items():
        cost = leak.route.freight + sum(data.duties(leak.route, c, t))
        gone = lp.fix(("leak", leak.origin, d, g, c, t), leak.leaves, data.weight[t] * cost)
        supply[leak.origin, c, t][gone] = -1.0
        leaving[leak.origin, data.region_of[d], c, t][gone] = 1.0
    for o, r, c, t in product(data.role, data.role, data.commodities, data.years):
        route = data.route(o, r, c, t)
        if route is None:
            continue
        carried, levy = route.freight + sum(data.duties(route, c, t)), pays(data, levies, o, r, c, t)
        shipped = {("ship", o, d, c, t): 1.0 for d in data.places(r, c) if (o, c, t) in supply}
        if most := data.exempt(o, r, c, t):
            levied = [ship for ship in shipped if may_pay(data, caps, levies, *ship[1:])]
            free = {("exempt", *ship[1:]): 1.0 for ship in levied}
            if free:
                lp.row(("exemption", o, r, c, t), -INF, free, most)
            shipped |= free
        for ship in shipped:
            lp.column(ship, data.weight[t] * (carried + (levy if ship[0] == "ship" else 0.0)))
            supply[o, c, t][ship] = -1.0
            use[ship[2], c, t][ship] = 1 - route.loss
        lp.row(("route_limit", o, r, c, t), -INF, shipped | leaving[o, r, c, t], route.limit)
        if route.least:
            lp.row(("route_minimum", o, r, c, t), route.least, shipped)
        linked[o, r, c, t] = shipped
    links.add(data, lp, linked)
    for (o, c, t), most in data.study.export_limits.items():
        abroad = [ships for (s, r, k, y), ships in linked.items() if (s, k, y) == (o, c, t) and r != o]
        lp.row(("export_limit", o, c, t), -INF, {ship: 1.0 for ships in abroad for ship in ships}, most)


def _consume(data: Data, lp: Program, use: Sides, steps: Mapping[Key, list[Step]]) -> None:
    """What is not bought of a step costs its value."""
    for (d, g, c, t), ladder in steps.items():
        for j, step in enumerate(ladder):
            worth = data.weight[t] * (step.value or 0.0)
            bought = lp.column(("consume", d, g, c, j, t), -worth)
            lp.constant += worth * step.width
            use[d, c, t][bought] = -1.0
            least = step.width if step.value is None else -INF
            lp.row(("demand", d, g, c, j, t), least, {bought: 1.0}, step.width)


def _store(data: Data, lp: Program, use: Sides) -> None:
    """stock[t] = (1 - loss)^n stock[t-1] + n (put - take), all in the use of the stock's own region."""
    targets = {row["stockpile"]: row["years"] for row in data.study.rows("stock_targets")}
    most = {row["stockpile"]: row["years"] for row in data.study.rows("releases")}
    last = data.years[-1]
    spent: Sides = defaultdict(dict)
    for row in data.study.rows("stockpiles"):
        k, r, c = row["stockpile"], row["region"], row["commodity"]
        for t, n in data.length.items():
            put, take = lp.column(("put", k, t)), lp.column(("take", k, t))
            worth = (row["closing_value"] or 0.0) * data.weight[t] / n if t == last else 0.0
            stock = lp.column(("stock", k, t), data.weight[t] * row["holding_cost"] - worth)
            lp.row(("release", k, t), -INF, {take: 1.0}, most.get(k, {}).get(t, INF))
            use[r, c, t] |= {put: -1.0, take: 1.0}
            kept, before = (1 - row["loss"]) ** n, data.before.get(t)
            left = {("stock", k, before): -kept} if before else {}
            held = 0.0 if before else kept * row["opening"]
            lp.row(("stock_balance", k, t), held, {stock: 1.0, put: -n, take: n} | left, held)
            lp.row(
                ("stock_capacity", k, t),
                -INF,
                {stock: 1.0},
                INF if row["capacity"] is None else row["capacity"],
            )
            if row["fund"]:
                spent["fund", row["fund"]][put] = n * data.reference[c, t]
        end = {last: row["opening"] * (1 - row["loss"]) ** sum(data.length.values())}
        if row["closing_value"] is not None:
            end = {}
        for t, target in (end | targets.get(k, {})).items():
            terms = {("stock", k, t): 1.0}
            if isinstance(target, str):  # days of the region's table demand and planned use
                days = float(target.rstrip("d")) / 365
                target = days * data.table(data.places(r, c), c, t)
                users = [p for p in data.processes.values() if p.region == r and p.makes.get(c, 0.0) < 0]
                terms |= {("produce", p.name, t): days * p.makes[c] for p in users if t in p.cost}
            lp.row(("stock_target", k, t), target, terms)
    for row in data.study.rows("funds"):
        lp.row(("fund", row["fund"]), -INF, spent["fund", row["fund"]], 1000 * row["amount"])
