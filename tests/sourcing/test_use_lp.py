"""Random caps on use against a linear program of its own, in which there is no waste: what counts as used is what
processes and buyers take, and every other row is an inequality.

    sum of k x what arrives + k x leak <= share x (inputs + consumption + leak), each by weight

The two say the same of costs, and the levy lies between what a tonne more under this row saves and a tonne less costs.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass, field
from random import Random
from typing import Any

import numpy as np
import pytest
from pytest import approx
from scipy.optimize import linprog

import floors
from floors.lp.highs import Solver, Status
from floors.lp.linear import compile_model
from tests.support.studies import metric, total

YEARS = (2026, 2028)
LENGTH = {2026: 2.0, 2028: 1.0}
REGIONS = ("US", "JP", "CN", "MY")
MEMBERS = ("US", "JP")
STEP = 1e-3  # t under a cap, to both sides

Book = dict[str, list[dict[Any, Any]]]


def drawn(random: Random) -> Book:
    """Ore and oxide, which a mill makes of ore; two members, China, Malaysia; two years, stocks, leaks, losses."""
    pick = random.choice
    makers = [
        {"process": f"{r} {c}", "region": r, "commodity": c, "unit_cost": pick((5, 10, 20, 60, 100)) + random.random(),
         "capacity": pick((None, 40, 150)), "minimum": pick((0, 0, 0, 0, 0, 20))}
        for r in REGIONS for c in ("ore", "oxide") if r == "CN" or random.random() < 0.6
    ]  # fmt: skip
    mills = [
        {"process": f"{r} mill", "region": r, "technology": "mill", "unit_cost": pick((1, 5, 30)) + random.random(),
         "capacity": pick((None, 50)), "minimum": pick((0, 0, 0, 10))}
        for r in ("US", "MY") if random.random() < 0.6
    ]  # fmt: skip
    routes = [
        {"origin": o, "destination": d, "commodity": c, "freight": pick((0, 1, 3)) + random.random(), "loss": pick((0, 0, 0.1)),
         "content": 0.5 if o == "MY" and random.random() < 0.3 else None, "limit": pick((None, None, 60)),
         "minimum": pick((0, 0, 0, 0, 20)) if d in MEMBERS and o != d and any(p["process"] == f"{o} {c}" for p in makers) else 0}
        for o in REGIONS for d in MEMBERS for c in ("ore", "oxide") if o != d and random.random() < 0.7
    ]  # fmt: skip
    demand = [
        {"region": r, "segment": s, "commodity": c, "value": pick((2, 30, 150, 300)) + random.random(),
         "enforcement": pick((1, 1, 1, 1, 0.8)), **{t: pick((0, 10, 40, 100)) for t in YEARS}}
        for r, s, c in (("US", "all", "oxide"), ("US", "defence", "oxide"), ("JP", "all", "oxide"), ("JP", "all", "ore"),
                        ("US", "glass", "ore")) if s == "defence" or random.random() < 0.75
    ]  # fmt: skip
    caps = [
        {"scope": scope, "commodity": commodity, "segment": segment, "origin": origin, "basis": "use",
         **{t: pick((0.2, 0.4, 0.5, 0.75)) for t in YEARS if random.random() < 0.8}}
        for scope, commodity, segment, origin in (
            pick((("bloc", "oxide"), ("US", "oxide"))) + (None, None), ("bloc", "ore", None, None),
            ("bloc", "oxide", "defence", None), ("JP", "oxide", None, "MY"), ("bloc", "oxide", None, "each"),
        ) if random.random() < 0.5
    ]  # fmt: skip
    piles = [
        {"stockpile": f"pile {i}", "region": pick(MEMBERS), "commodity": pick(("ore", "oxide")), "opening": pick((0, 25)),
         "holding_cost": pick((0, 1)), "loss": pick((0, 0.1)), "capacity": pick((None, 60))}
        for i in range(pick((0, 1, 2)))
    ]  # fmt: skip
    return {
        "settings": [{"key": "discount_rate", "value": 0.1}, {"key": "coordination", "value": pick(("as_given", "national"))}],
        "years": [{"year": t, "length": n} for t, n in LENGTH.items()],
        "regions": [{"region": r, "role": "capped" if r == "CN" else "member" if r in MEMBERS else "other"} for r in REGIONS],
        "commodities": [{"commodity": "ore"}, {"commodity": "oxide"}],
        "technologies": [{"technology": "mill", "commodity": c, "coefficient": a} for c, a in (("ore", -1.25), ("oxide", 1))],
        "processes": makers + mills,
        "routes": routes,
        "demand": demand,
        "caps": caps or [{"scope": "bloc", "commodity": "oxide", "basis": "use", 2026: 0.5}],
        "stockpiles": piles,
        "stock_targets": [{"stockpile": p["stockpile"], 2028: pick((0, None))} for p in piles],
    }  # fmt: skip


@dataclass
class Plain:
    """A linear program by names: minimise cost x over rows (terms, least, most), x >= 0."""

    cost: dict[Any, float] = field(default_factory=lambda: defaultdict(float))
    rows: dict[Any, tuple[dict[Any, float], float]] = field(default_factory=dict)  # terms <= side
    equal: list[tuple[dict[Any, float], float]] = field(default_factory=list)
    constant: float = 0.0

    def solve(self, more: dict[Any, float] | None = None) -> float:
        """The least cost, with so much more on the right side of some rows; infinite where there is no plan."""
        names = {name: j for j, name in enumerate(dict.fromkeys(self._names()))}
        sides = [side + (more or {}).get(key, 0.0) for key, (_, side) in self.rows.items()]
        upper, equal = (self._matrix([t for t, _ in of], names) for of in (self.rows.values(), self.equal))
        found = linprog(
            [self.cost.get(name, 0.0) for name in names], A_ub=upper, b_ub=sides,
            A_eq=equal if self.equal else None, b_eq=[s for _, s in self.equal] if self.equal else None, method="highs-ds",
        )  # fmt: skip
        return float(found.fun) + self.constant if found.status == 0 else float("inf")

    def _names(self) -> list[Any]:
        terms = [*(t for t, _ in self.rows.values()), *(t for t, _ in self.equal)]
        return [*self.cost, *(name for one in terms for name in one)]

    @staticmethod
    def _matrix(terms: list[dict[Any, float]], names: dict[Any, int]) -> np.ndarray:
        found = np.zeros((len(terms), len(names)))
        for i, one_row in enumerate(terms):
            for name, a in one_row.items():
                found[i, names[name]] += a
        return found


def plainly(book: Book) -> Plain:
    """The study as the documents say it, without waste."""
    lp = Plain()
    weight = {t: n * 1.1 ** -(t - 2026) for t, n in LENGTH.items()}
    national = book["settings"][1]["value"] == "national"
    named = {
        (r, row["segment"], row["commodity"]) for row in book["caps"] if row.get("segment") for r in MEMBERS
    }
    wanted = {(row["region"], row["segment"], row["commodity"]) for row in book["demand"]}
    markets = {f"{r}/{s}": (r, c) for r, s, c in named & wanted}
    route = {(r["origin"], r["destination"], r["commodity"]): r for r in book["routes"]}
    for o in REGIONS:
        for c in ("ore", "oxide"):
            route[o, o, c] = {"freight": 0, "loss": 0}
    supply: dict[Any, dict[Any, float]] = defaultdict(dict)  # what leaves less what is made
    use: dict[Any, dict[Any, float]] = defaultdict(
        dict
    )  # what is used and put away less what arrives and is taken
    used: dict[Any, dict[Any, float]] = defaultdict(dict)  # what is used
    for p in book["processes"]:
        makes, uses = (
            (("oxide", 1.0), ("ore", 1.25)) if p.get("technology") else ((p["commodity"], 1.0), None)
        )
        for t in YEARS:
            run = ("run", p["process"], t)
            lp.cost[run] = weight[t] * p["unit_cost"]
            supply[p["region"], makes[0], t][run] = -makes[1]
            if uses:
                use[p["region"], uses[0], t][run] = used[p["region"], uses[0], t][run] = uses[1]
            if p["capacity"] is not None:
                lp.rows["room", *run] = ({run: 1.0}, p["capacity"])
            if p["minimum"]:
                lp.rows["least", *run] = ({run: -1.0}, -p["minimum"])
    places = [(r, r, c) for r in REGIONS for c in ("ore", "oxide")] + [
        (d, r, c) for d, (r, c) in markets.items()
    ]
    arcs = [(o, d, r, c, t) for o in REGIONS for d, r, c in places for t in YEARS if (o, r, c) in route]
    arcs = [(o, d, r, c, t) for o, d, r, c, t in arcs if (o, c, t) in supply]
    content = {key: 1.0 if key[0] == "CN" else row.get("content") or 0.0 for key, row in route.items()}
    pairs: dict[Any, dict[Any, float]] = defaultdict(dict)
    for o, d, r, c, t in arcs:
        ship = ("ship", o, d, c, t)
        lp.cost[ship] = weight[t] * route[o, r, c]["freight"]
        supply[o, c, t][ship] = 1.0
        use[d, c, t][ship] = -(1 - route[o, r, c]["loss"])
        pairs[o, r, c, t][ship] = 1.0
    leak: dict[Any, tuple[str, float]] = {}
    for row in book["demand"]:
        r, s, c = row["region"], row["segment"], row["commodity"]
        d = f"{r}/{s}" if f"{r}/{s}" in markets and markets[f"{r}/{s}"][1] == c else r
        for t in YEARS:
            e = row["enforcement"] if ("CN", r, c) in route else 1.0
            if row[t] * (1 - e):
                gone = row[t] * (1 - e) / (1 - route["CN", r, c]["loss"])
                leak[d, s, c, t] = ("CN", gone)
                lp.constant += weight[t] * route["CN", r, c]["freight"] * gone
            buy = ("buy", d, s, c, t)
            lp.cost[buy] = -weight[t] * row["value"]
            lp.constant += weight[t] * row["value"] * e * row[t]
            use[d, c, t][buy] = used[d, c, t][buy] = 1.0
            lp.rows["wanted", *buy] = ({buy: 1.0}, e * row[t])
    for (d, _, c, t), (o, gone) in leak.items():
        region = markets[d][0] if d in markets else d
        supply[o, c, t]["leak", d] = supply[o, c, t].get(("leak", d), 0.0)
        lp.rows["gone", o, c, t] = ({}, lp.rows.get(("gone", o, c, t), ({}, 0.0))[1] - gone)
        pairs[o, region, c, t]["leaked"] = pairs[o, region, c, t].get("leaked", 0.0) + gone
    for pile in book["stockpiles"]:
        k, targets = pile["stockpile"], {row["stockpile"]: row for row in book["stock_targets"]}
        before: Any = None
        for t in YEARS:
            put, take, stock = (("put", k, t), ("take", k, t), ("stock", k, t))
            kept = (1 - pile["loss"]) ** LENGTH[t]
            terms = {stock: 1.0, put: -LENGTH[t], take: LENGTH[t]} | ({before: -kept} if before else {})
            lp.equal.append((terms, 0.0 if before else kept * pile["opening"]))
            use[pile["region"], pile["commodity"], t] |= {put: 1.0, take: -1.0}
            lp.cost[stock] = weight[t] * pile["holding_cost"]
            if pile["capacity"] is not None:
                lp.rows["stock", k, t] = ({stock: 1.0}, pile["capacity"])
            before = stock
        least = targets[k][2028]
        kept = (1 - pile["loss"]) ** sum(LENGTH.values())
        lp.rows["close", k] = ({before: -1.0}, -(pile["opening"] * kept if least is None else least))
    for key, terms in supply.items():
        gone = lp.rows.pop(("gone", *key), ({}, 0.0))[1]
        lp.rows["supply", *key] = ({n: a for n, a in terms.items() if n[0] != "leak"}, gone)
    for key, terms in use.items():
        lp.rows["use", *key] = (terms, 0.0)
    for (o, r, c, t), terms in pairs.items():
        row, gone = route[o, r, c], terms.pop("leaked", 0.0)
        if row.get("limit") is not None:
            lp.rows["limit", o, r, c, t] = (terms, row["limit"] - gone)
        if row.get("minimum"):
            lp.rows["take", o, r, c, t] = (dict.fromkeys(terms, -1.0), -row["minimum"])
    _caps(lp, book, national, markets, route, content, used, leak)
    return lp


def _caps(
    lp: Plain, book: Book, national: bool, markets: Any, route: Any, content: Any, used: Any, leak: Any
) -> None:
    """k x arrivals + k x leak <= share x (used + leak), after loss, in the order of sheet caps."""
    count = itertools.count()
    for row in book["caps"]:
        scopes = [row["scope"]] if row["scope"] != "bloc" else [*MEMBERS] if national else ["bloc"]
        origins = ["CN", "MY"] if row.get("origin") == "each" else [row.get("origin")]
        for scope in scopes:
            c, members = row["commodity"], MEMBERS if scope == "bloc" else (scope,)
            inside = [f"{m}/{row['segment']}" for m in members] if row.get("segment") else [
                *members, *(d for d, (r, good) in markets.items() if r in members and good == c)
            ]  # fmt: skip
            for origin in origins:
                for t in (t for t in YEARS if row.get(t) is not None):
                    terms: dict[Any, float] = defaultdict(float)
                    for name in lp.cost:
                        if name[0] == "ship" and name[2] in inside and name[3:] == (c, t):
                            _, o, d, _, _ = name
                            key = (o, markets[d][0] if d in markets else d, c)
                            k = float(o == origin) if origin else content[key]
                            terms[name] += k * (1 - route[key]["loss"])
                    side = 0.0
                    for (d, _, good, year), (o, gone) in leak.items():
                        if d in inside and (good, year) == (c, t):
                            key = (o, markets[d][0] if d in markets else d, c)
                            arrives = gone * (1 - route[key]["loss"])
                            side += (row[t] - (float(o == origin) if origin else 1.0)) * arrives
                    for d in inside:
                        for name, a in used[d, c, t].items():
                            terms[name] -= row[t] * a
                    lp.rows["cap", next(count)] = (dict(terms), side)


@pytest.mark.parametrize("seed", range(60))
def test_costs_and_levies_are_those_of_a_program_without_waste(seed: int) -> None:
    book = drawn(Random(seed))
    lp = plainly(book)
    least = lp.solve()
    given = floors.Study({name: rows for name, rows in book.items() if rows})
    if least == float("inf"):
        assert Solver(compile_model(floors.build(given)).lp).try_solve().status is Status.INFEASIBLE
        return
    result = floors.solve(given)
    assert 1000 * metric(result, "total_cost") == approx(least, rel=1e-9, abs=1e-6)
    weight = {t: n * 1.1 ** -(t - 2026) for t, n in LENGTH.items()}
    for key, cap in enumerate(result.caps.to_dict("records")):
        more, less = (lp.solve({("cap", key): sign * STEP}) for sign in (1, -1))
        levy, w, near = cap["levy"], weight[cap["year"]], 1e-5 + 1e-9 * abs(least) / STEP
        assert (least - more) / STEP / w <= levy + near and levy <= (less - least) / STEP / w + near, cap
        assert cap["slack"] == approx(cap["limit"] - cap["used"], abs=1e-6) and cap["slack"] > -1e-6
    leaks = any(row["enforcement"] < 1 for row in book["demand"])
    for t in YEARS:
        if not leaks:
            assert total(result.accounts, "levy_revenue", year=t) == approx(0, abs=1e-7)
    assert floors.verify(result.study, result).findings == ()


def test_the_random_studies_have_what_they_are_for() -> None:
    """Caps that bind, waste, stocks that move, prices below nothing, leaks under a cap, losses."""
    found: dict[str, int] = defaultdict(int)
    for seed in range(60):
        book = drawn(Random(seed))
        if plainly(book).solve() == float("inf"):
            found["no plan"] += 1
            continue
        result = floors.solve(floors.Study({name: rows for name, rows in book.items() if rows}))
        found["binding"] += (result.caps["levy"] > 1e-6).any()
        found["waste"] += bool((result.caps["wasted"] > 1e-6).any())
        found["paid"] += bool((result.prices["price"] < -1e-6).any())
        found["stocks"] += len(result.stocks) > 0 and bool((result.stocks["put"] > 1e-6).any())
        found["leaks"] += bool(result.sourcing["leak"].any())
        found["several"] += bool(
            (result.caps.groupby("year")["levy"].apply(lambda levies: (levies > 1e-6).sum()) > 1).any()
        )
    assert all(found[name] >= 3 for name in ("binding", "waste", "paid", "stocks", "leaks", "several")), dict(
        found
    )
    assert found["no plan"] < 30
