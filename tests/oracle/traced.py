"""The least cost under traced caps, as rows that sum tags: what is clean needs no column in which it is used as any.

What is used of a tagged commodity is covered by what arrives of both tags, and what must be clean by what arrives clean.
A plant runs clean or any; `renews` runs clean on any inputs. Columns and rows else are those of `sourcing`.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

from tests.oracle import demand
from tests.oracle.caps import Cap, caps
from tests.oracle.leaks import leaks
from tests.oracle.lp import INF, Program
from tests.oracle.minimum import Levies, pays
from tests.oracle.reading import Data

Rows = dict[tuple[Any, ...], dict[tuple[Any, ...], float]]
CLEAN, TAINTED, ANY = "clean", "tainted", "any"


class Tags:
    """What is tagged, whose goods are tainted, and how much of each input may be of any tag in what is clean."""

    def __init__(self, data: Data) -> None:
        rows = [row for row in data.study.rows("caps") if row["traced"]]
        self.goods = {c for row in rows for c in data.group[row["commodity"]]}
        for _ in data.commodities:
            for p in data.processes.values():
                if any(a > 0 and c in self.goods for c, a in p.makes.items()):
                    self.goods |= {c for c, a in p.makes.items() if a < 0}
        origin = rows[0]["origin"] if rows else None
        self.regions = [origin] if origin else data.capped
        self.share = data.settings.de_minimis
        self.renews = {row["process"] for row in data.study.rows("processes") if row["renews"]}

    def of(self, c: str) -> tuple[str | None, ...]:
        return (TAINTED, CLEAN) if c in self.goods else (None,)

    def modes(self, p: Any) -> tuple[str, ...]:
        """In which a process can run: with outputs of which tag."""
        if p.region in self.regions:
            return (TAINTED,)
        if p.name in self.renews or not any(a < 0 and c in self.goods for c, a in p.makes.items()):
            return (CLEAN,)
        if not any(a > 0 and c in self.goods for c, a in p.makes.items()):
            return (TAINTED,)  # its outputs have no tag, and its inputs may have any
        return (TAINTED, CLEAN)

    def must_be_clean(self, p: Any, mode: str) -> float:
        """The share of each tagged input that must be clean."""
        return 1 - self.share if mode == CLEAN and len(self.modes(p)) == 2 else 0.0


def least_cost(study: Any, cuts: demand.Cuts, levies: Levies, *, policy: bool) -> float:
    """The least cost at these levies of the minimum rule, thousand at present value. Raises NoSolution."""
    data = Data(study)
    lp, tags = Program(), Tags(data)
    supply: Rows = {}
    use: Rows = {(d, c, t): {} for d, c in data.nodes() for t in data.years}
    clean: Rows = {key: {} for key in use if key[1] in tags.goods}
    _make(data, tags, lp, supply, use, clean)
    kept = list(caps(data)) if policy else []
    counted: Rows = {(i, t): {} for i, cap in enumerate(kept) for t in cap.volume}
    traced = [row["traced"] for row in _rows_of(data)] if policy else []
    side = {(i, t): kept[i].volume[t] for i, t in counted}
    _move(data, tags, lp, supply, use, clean, kept, traced, counted, side, levies)
    _buy(data, lp, use, demand.demand_steps(data, cuts))
    _keep(data, tags, lp, use, clean, kept, counted)
    for key, terms in use.items():
        closed = any(cap.basis == "use" and cap.covers(*key) for cap in kept)
        if closed:
            thrown = lp.column(("waste", *key))
            terms[thrown] = -1.0
            for i, cap in enumerate(kept):
                if cap.covers(*key) and cap.uses(*key):
                    counted[i, key[2]][thrown] = cap.uses(*key)
        lp.row(("use", *key), 0.0, terms, 0.0 if closed else INF)
    for name, rows in (("supply", supply), ("clean", clean)):
        for key, terms in rows.items():
            lp.row((name, *key), 0.0, terms)
    for (i, t), terms in counted.items():
        if any(terms.values()):
            lp.row(("cap", i, t), -INF, terms, side[i, t])
        elif side[i, t] < 0:
            lp.row(("cap", i, t), 0.0, {}, side[i, t])
    return lp.solve().least + lp.constant


def _rows_of(data: Data) -> list[Any]:
    """The row of sheet caps behind each cap that `caps` makes."""
    found = []
    for row in data.study.rows("caps"):
        if row["scope"] not in ("bloc", *data.members):
            continue
        national = data.settings.coordination == "national" and row["scope"] == "bloc"
        outsiders = [r for r in data.role if r not in data.members]
        found += (
            [row]
            * (len(data.members) if national else 1)
            * (len(outsiders) if row["origin"] == "each" else 1)
        )
    return found


def _make(data: Data, tags: Tags, lp: Program, supply: Rows, use: Rows, clean: Rows) -> None:
    for p in data.processes.values():
        for t, cost in p.cost.items():
            runs = {
                mode: lp.column(("produce", p.name, t, mode), data.weight[t] * cost) for mode in tags.modes(p)
            }
            for mode, run in runs.items():
                for c, a in p.makes.items():
                    if a > 0:
                        tag = mode if c in tags.goods else None
                        supply.setdefault((p.region, c, t, tag), {})[run] = a
                        continue
                    use[p.region, c, t][run] = a
                    if c in tags.goods:
                        clean[p.region, c, t][run] = a * tags.must_be_clean(p, mode)
            if p.least[t]:
                lp.row(("process_minimum", p.name, t), p.least[t], dict.fromkeys(runs.values(), 1.0))
    for x in data.works:
        builds = {b: ("build", x.name, b) for b in x.alive}
        for b, built in builds.items():
            lp.column(built, x.charge * sum(data.weight[t] for t in x.alive[b]))
            lp.row(("build_limit", x.name, b), -INF, {built: 1.0}, x.most_a_year * data.length[b])
        lp.row(("build_total", x.name), -INF, dict.fromkeys(builds.values(), 1.0), x.most_in_all)
        for t, room in x.room.items():
            load = {
                ("produce", p, t, mode): a
                for p, a in x.users.items()
                if t in data.processes[p].cost
                for mode in tags.modes(data.processes[p])
            }
            added = {built: -1.0 for b, built in builds.items() if t in x.alive[b]}
            lp.row(("capacity", x.name, t), -INF, load | added, room)


def _move(
    data: Data,
    tags: Tags,
    lp: Program,
    supply: Rows,
    use: Rows,
    clean: Rows,
    kept: list[Cap],
    traced: list[bool],
    counted: Rows,
    side: dict[tuple[int, int], float],
    levies: Levies,
) -> None:
    """Shipments by the tag with which they leave and that with which they arrive."""
    leaving: dict[tuple[str, str, str, int], float] = {}
    for (d, g, c, t), leak in leaks(data).items():
        o, route = leak.origin, leak.route
        tag = None if c not in tags.goods else TAINTED if o in tags.regions else CLEAN
        lp.constant += data.weight[t] * (route.freight + sum(data.duties(route, c, t))) * leak.leaves
        gone = lp.fix(("leak", o, d, g, c, t), leak.leaves, 0.0)
        supply[o, c, t, tag][gone] = -1.0
        pair = (o, data.region_of[d], c, t)
        leaving[pair] = leaving.get(pair, 0.0) + leak.leaves
        for i, cap in enumerate(kept):
            if not cap.unseen and cap.covers(d, c, t):
                number = _number(data, cap, traced[i], (o, d, c, t), tag)
                side[i, t] -= number * leak.leaves
    for o, r, c, t in product(data.role, data.role, data.commodities, data.years):
        route = data.route(o, r, c, t)
        if route is None:
            continue
        taints = route.content > tags.share and o not in data.capped
        shipped = {}
        for made, d in product(tags.of(c), data.places(r, c)):
            if (o, c, t, made) not in supply:
                continue
            tag = TAINTED if taints and made is not None else made
            levy = pays(data, levies, o, r, c, t)
            if c in tags.goods:
                levy = pays(data, levies.get(tag, {}), o, r, c, t)
            cost = route.freight + sum(data.duties(route, c, t)) + levy
            ship = lp.column(("ship", o, d, c, t, made), data.weight[t] * cost)
            shipped[ship] = 1.0
            supply[o, c, t, made][ship] = -1.0
            use[d, c, t][ship] = 1 - route.loss
            if tag == CLEAN:
                clean[d, c, t][ship] = 1 - route.loss
            for i, cap in enumerate(kept):
                if cap.covers(d, c, t) and (number := _number(data, cap, traced[i], (o, d, c, t), tag)):
                    counted[i, t][ship] = number
        most = route.limit - leaving.get((o, r, c, t), 0.0)
        lp.row(("route_limit", o, r, c, t), -INF, shipped, most)
        if route.least:
            lp.row(("route_minimum", o, r, c, t), route.least, shipped)


def _number(data: Data, cap: Cap, traced: bool, way: tuple[str, str, str, int], tag: str | None) -> float:
    """What a tonne sent counts in the row of a cap."""
    if not traced:
        return cap.coefficient(data, *way)
    o, d, c, t = way
    route = data.route(o, data.region_of[d], c, t)
    assert route is not None
    seen = 1 - route.loss if cap.basis == "use" else 1.0
    return (cap.weight[c] * float(tag == TAINTED) - cap.uses(d, c, t)) * seen


def _buy(data: Data, lp: Program, use: Rows, steps: Mapping[Any, list[Any]]) -> None:
    for (d, g, c, t), ladder in steps.items():
        for j, step in enumerate(ladder):
            worth = data.weight[t] * (step.value or 0.0)
            bought = lp.column(("consume", d, g, c, j, t), -worth)
            lp.constant += worth * step.width
            use[d, c, t][bought] = -1.0
            least = step.width if step.value is None else -INF
            lp.row(("demand", d, g, c, j, t), least, {bought: 1.0}, step.width)


def _keep(
    data: Data, tags: Tags, lp: Program, use: Rows, clean: Rows, kept: list[Cap], counted: Rows
) -> None:
    """Stockpiles by tag; room, targets, releases and funds are those of both together."""
    targets = {row["stockpile"]: row["years"] for row in data.study.rows("stock_targets")}
    most = {row["stockpile"]: row["years"] for row in data.study.rows("releases")}
    last = data.years[-1]
    spent: Rows = {}
    for row in data.study.rows("stockpiles"):
        k, r, c, content = row["stockpile"], row["region"], row["commodity"], row["opening_content"]
        for t, n in data.length.items():
            held: dict[tuple[Any, ...], float] = {}
            taken: dict[tuple[Any, ...], float] = {}
            for tag in tags.of(c):
                opening = row["opening"] * {None: 1.0, TAINTED: content, CLEAN: 1 - content}[tag]
                put, take = lp.column(("put", k, t, tag)), lp.column(("take", k, t, tag))
                worth = (row["closing_value"] or 0.0) * data.weight[t] / n if t == last else 0.0
                stock = lp.column(("stock", k, t, tag), data.weight[t] * row["holding_cost"] - worth)
                left, before = (1 - row["loss"]) ** n, data.before.get(t)
                carried = {("stock", k, before, tag): -left} if before else {}
                there = 0.0 if before else left * opening
                lp.row(("stock_balance", k, t, tag), there, {stock: 1.0, put: -n, take: n} | carried, there)
                use[r, c, t] |= {put: -1.0, take: 1.0}
                if tag == CLEAN:
                    clean[r, c, t] |= {put: -1.0, take: 1.0}
                held[stock], taken[take] = 1.0, 1.0
                for i, cap in enumerate(kept):
                    if cap.uses(r, c, t):
                        counted[i, t] |= {put: cap.uses(r, c, t), take: -cap.uses(r, c, t)}
                if row["fund"]:
                    spent.setdefault(("fund", row["fund"]), {})[put] = n * data.reference[c, t]
            lp.row(("release", k, t), -INF, taken, most.get(k, {}).get(t, INF))
            lp.row(("stock_capacity", k, t), -INF, held, INF if row["capacity"] is None else row["capacity"])
        end = (
            {}
            if row["closing_value"] is not None
            else {last: row["opening"] * (1 - row["loss"]) ** sum(data.length.values())}
        )
        for t, target in (end | targets.get(k, {})).items():
            terms = {("stock", k, t, tag): 1.0 for tag in tags.of(c)}
            if isinstance(target, str):
                days = float(target.rstrip("d")) / 365
                target = days * data.table(data.places(r, c), c, t)
                for p in data.processes.values():
                    if p.region == r and p.makes.get(c, 0.0) < 0 and t in p.cost:
                        terms |= {("produce", p.name, t, mode): days * p.makes[c] for mode in tags.modes(p)}
            lp.row(("stock_target", k, t), target, terms)
    for row in data.study.rows("funds"):
        lp.row(("fund", row["fund"]), -INF, spent.get(("fund", row["fund"]), {}), 1000 * row["amount"])
