"""Of the plans that cost the same, the one in which suppliers change least; held against LPs of scipy."""

from __future__ import annotations

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from random import Random
from typing import Any

import numpy as np
import pytest
from pytest import approx
from scipy.optimize import linprog

import floors
from floors.lp.highs import Solution, Solver, Status
from floors.many.coalitions.blocs import study_of
from floors.solving import steady
from tests.support.studies import Table, one, refused, rows, settings, study, table

YEARS = (2026, 2027, 2030)
LENGTH = {2026: 1.0, 2027: 3.0, 2030: 2.0}
RATE = 0.1
Pair = tuple[str, str, str]


def two_suppliers(**sheets: Table | None) -> dict[str, Any]:
    """MY and AU sell at one price, so that the plan may take either; China is under a cap."""
    return {
        "years": table("year length", (2026, 1), (2027, 1), (2028, 1)),
        "commodities": table("commodity", ("oxide",)),
        "processes": table(
            "process region commodity unit_cost capacity",
            ("CN works", "CN", "oxide", 10, None),
            ("MY works", "MY", "oxide", 30, None),
            ("AU works", "AU", "oxide", 30, None),
        ),
        "demand": table(
            "region segment commodity value 2026 2027 2028", ("US", "all", "oxide", 200, 100, 110, 100)
        ),
        "caps": table("scope commodity basis 2026 2027 2028", ("bloc", "oxide", "tonnes", 60, 50, 60)),
        "qualified": table(
            "origin destination commodity t", ("CN", "US", "oxide", 60), ("AU", "US", "oxide", 40)
        ),
    } | sheets


def flows(result: floors.Result) -> dict[Pair, dict[int, float]]:
    """t by pair of regions and year, markets summed."""
    found: dict[Pair, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for row in result.shipments.itertuples():
        found[row.origin, row.destination.split("/")[0], row.commodity][row.year] += row.quantity
    return found


def changed(
    result: floors.Result, before: dict[Pair, float], length: dict[int, float], rate: float = 0.0
) -> float:
    """The sum of changes, each commodity by its own total, as the model says it, out of sheet shipments."""
    found, years = flows(result), list(length)
    total: dict[str, float] = defaultdict(float)
    for (_, _, c), by_year in found.items():
        total[c] += sum(length[t] * tonnes for t, tonnes in by_year.items())
    known, amount = {c for _, _, c in before}, 0.0
    for key in {*found, *before}:
        for i, t in enumerate(years):
            was = found[key].get(years[i - 1], 0.0) if i else before.get(key, 0.0)
            if i or key[2] in known:
                delta = (1 + rate) ** -(t - years[0])
                amount += delta * abs(found[key].get(t, 0.0) - was) / (total[key[2]] or 1.0)
    return amount


def test_suppliers_do_not_change_for_nothing() -> None:
    """China falls by 10 t and comes back, and somebody takes that and the 10 t more: 60 t of changes, no fewer."""
    result = floors.solve(study(**two_suppliers()))
    was = {("CN", "US", "oxide"): 60.0, ("AU", "US", "oxide"): 40.0}
    assert changed(result, was, dict.fromkeys((2026, 2027, 2028), 1.0)) * 310 == approx(60)
    assert result.figures.total_cost * 1000 == approx(170 * 10 + 140 * 30)
    assert flows(result)["AU", "US", "oxide"][2026] == approx(40)
    assert one(result.certificate, "value", check="steady_costs_no_more") <= 1e-12
    run = result.run.set_index("key")["value"]
    assert run["setting plan_choice"] == "steady"
    assert run["default settings.plan_choice"] == "steady (used 1 times)"


def test_before_stands_for_the_year_before_the_first() -> None:
    sheets = two_suppliers(
        qualified=table(
            "origin destination commodity t before",
            ("CN", "US", "oxide", 60, 60),
            ("AU", "US", "oxide", 99, 0),
            ("MY", "US", "oxide", 99, 40),
        )
    )
    result = floors.solve(study(**sheets))
    assert flows(result)["MY", "US", "oxide"][2026] == approx(40)
    assert not rows(result.shipments, origin="AU", year=2026).size


def test_any_asks_for_nothing() -> None:
    result = floors.solve(study(**two_suppliers(settings=settings(plan_choice="any"))))
    assert not rows(result.certificate, check="steady_costs_no_more").size
    assert result.outcome.choice.corner is result.outcome.plan.x


def test_points_of_a_sweep_take_any(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: Any, **__: Any) -> None:
        raise AssertionError("a point of a sweep looks for another plan")

    monkeypatch.setattr("floors.solving.run.steadied", never)
    caps = table("scope commodity basis 2026 2027 2028", ("bloc", "oxide", "demand", 0.5, 0.5, 0.5))
    found = floors.sweep(study(**two_suppliers(caps=caps)), "0.6:0.4:3")
    assert found.status == "optimal"
    assert found.run.set_index("key")["value"]["plan_choice at each cap"].startswith("any")


def test_the_first_plan_stays_where_there_is_no_better(monkeypatch: pytest.MonkeyPatch) -> None:
    """A solver without an answer, and a plan that costs more: the result stands, and says so."""
    assert not any("found first" in text for text in floors.solve(study(**two_suppliers())).warnings)
    monkeypatch.setattr(steady, "costs_more", lambda *_: 1e-6)
    result = floors.solve(study(**two_suppliers()))
    assert result.outcome.choice.corner is result.outcome.plan.x
    told = [text for text in result.warnings if "is the one found first" in text]
    assert len(told) == 1 and "the steady one costs 1.0e-06 of the cost more" in told[0]

    class Late(Solver):
        def try_solve(self) -> Solution:
            return replace(super().try_solve(), status=Status.TIME_LIMIT)

    monkeypatch.setattr(steady, "Solver", Late)
    late = floors.solve(study(**two_suppliers())).warnings
    assert any("the solver gave no answer for the steady one (time_limit)" in text for text in late)


def test_what_sheet_qualified_may_not_say() -> None:
    columns = "origin destination commodity t before"
    for row, code in (
        (("CN", "member", "oxide", 1), "unknown_reference"),
        (("*", "US", "oxide", 1), "unknown_reference"),
        (("CN", "US", "oxide", -1), "bounds"),
        (("CN", "US", "oxide", 1, -1), "bounds"),
        (("CN", "US", "oxide", None), "missing"),
    ):
        assert [p.code for p in refused(**two_suppliers(qualified=table(columns, row)))] == [code], row
    twice = table(columns, ("CN", "US", "oxide", 1), ("CN", "US", "oxide", 2))
    assert [p.code for p in refused(**two_suppliers(qualified=twice))] == ["duplicate"]
    told = study(**two_suppliers(qualified=table(columns, ("CN", "US", "oxide", 1, 2)))).notes
    assert [(p.code, p.cell, p.level) for p in told] == [("before_above_t", "E2", "warning")]


def tied(random: Random) -> dict[str, Any]:
    """Two members, three suppliers of ore and of oxide at few prices, a market of its own, caps: many plans cost the
    same. Ore is in the oxide twice, so that how much of each is shipped is the same in all plans."""
    regions = ("US", "JP", "MY", "AU", "CN")
    makers = [
        *((f"{r} mine", r, None, "ore", random.choice((5, 5, 6)), random.choice((None, 150))) for r in regions[2:]),
        *((f"{r} works", r, "separation", None, random.choice((10, 10, 14)), random.choice((None, 80))) for r in regions),
    ]  # fmt: skip
    wanted = [(d, g, *(random.randint(2, 30) for _ in YEARS)) for d in ("US", "JP") for g in ("a", "b")]
    known = [p for p in ((o, d) for o in regions for d in ("US", "JP")) if random.random() < 0.4]
    return {
        "settings": settings(discount_rate=RATE),
        "years": table("year length", *LENGTH.items()),
        "regions": table("region role", *((r, "member") for r in regions[:2]), ("MY", "other"), ("AU", "other"), ("CN", "capped")),
        "commodities": table("commodity", ("ore",), ("oxide",)),
        "technologies": table("technology commodity coefficient", ("separation", "ore", -2), ("separation", "oxide", 1)),
        "processes": table("process region technology commodity unit_cost capacity", *makers),
        "demand": table("region segment commodity value 2026 2027 2030", *((d, g, "oxide", 500, *q) for d, g, *q in wanted)),
        "caps": table(
            "scope commodity segment basis 2026 2027 2030",
            ("bloc", "oxide", None, "tonnes", *(random.randint(10, 40) for _ in YEARS)),
            ("US", "oxide", "b", "demand", None, 0.5, 0.5),
        ),
        "qualified": table("origin destination commodity t", *((o, d, "oxide", random.randint(0, 40)) for o, d in known)) or None,
    }  # fmt: skip


def least_changes(sheets: dict[str, Any]) -> tuple[float, float]:
    """Least cost, thousand, and the least sum of changes over all plans of that cost, by LPs of this file."""
    places = {"US": "US", "JP": "JP", "US/b": "US"} | {r: r for r in ("MY", "AU", "CN")}
    makers, demand = sheets["processes"], sheets["demand"]
    column: dict[Any, int] = {}

    def at(*key: Any) -> int:
        return column.setdefault(key, len(column))

    delta = {t: (1 + RATE) ** -(t - YEARS[0]) for t in YEARS}
    equal, unequal = [], []  # (entries, side)
    cost: dict[int, float] = defaultdict(float)
    for t in YEARS:
        for m in makers:
            cost[at("make", m["process"], t)] = delta[t] * LENGTH[t] * m["unit_cost"]
            if m["capacity"] is not None:
                unequal.append(({at("make", m["process"], t): 1.0}, m["capacity"]))
        for c, inside in (("ore", "mine"), ("oxide", "works")):
            for r in ("US", "JP", "MY", "AU", "CN"):
                ships = {at("ship", r, d, c, t): 1.0 for d in places}
                made = {at("make", m["process"], t): -1.0 for m in makers if m["process"] == f"{r} {inside}"}
                unequal.append((ships | made, 0.0))
        for d in places:
            into = {at("ship", r, d, "ore", t): -1.0 for r in ("US", "JP", "MY", "AU", "CN")}
            used = {at("make", m["process"], t): 2.0 for m in makers if m["process"] == f"{d} works"}
            unequal.append((into | used, 0.0))
            wanted = sum(
                row[t]
                for row in demand
                if d
                == (f"{row['region']}/b" if (row["region"], row["segment"]) == ("US", "b") else row["region"])
            )
            short = at("short", d, t)
            cost[short] = delta[t] * LENGTH[t] * 500
            arriving = {at("ship", r, d, "oxide", t): -1.0 for r in ("US", "JP", "MY", "AU", "CN")}
            unequal.append((arriving | {short: -1.0}, -wanted))
    for cap in sheets["caps"]:
        for t in YEARS:
            if cap.get(t) is None:
                continue
            scope = ("US/b",) if cap["segment"] else ("US", "JP", "US/b")
            base = (
                1.0
                if cap["basis"] == "tonnes"
                else sum(r[t] for r in demand if (r["region"], r["segment"]) == ("US", "b"))
            )
            unequal.append(({at("ship", "CN", d, "oxide", t): 1.0 for d in scope}, cap[t] * base))
    first = len(column)
    total = {"oxide": sum(LENGTH[t] * row[t] for row in demand for t in YEARS)}
    total["ore"] = 2 * total["oxide"]
    before = {(q["origin"], q["destination"], q["commodity"]): q["t"] for q in sheets["qualified"] or ()}
    rate: dict[int, float] = {}
    for c in ("ore", "oxide"):
        known = any(key[2] == c for key in before)
        for o in ("US", "JP", "MY", "AU", "CN"):
            for r in ("US", "JP", "MY", "AU", "CN"):
                mine = [d for d, region in places.items() if region == r]
                for i, t in enumerate(YEARS):
                    if not i and not known:
                        continue
                    change = {at("ship", o, d, c, t): 1.0 for d in mine}
                    if i:
                        change |= {at("ship", o, d, c, YEARS[i - 1]): -1.0 for d in mine}
                    side = 0.0 if i else before.get((o, r, c), 0.0)
                    up, down = at("up", o, r, c, t), at("down", o, r, c, t)
                    rate[up] = rate[down] = delta[t] / total[c]
                    equal.append((change | {up: -1.0, down: 1.0}, side))

    def dense(found: list[Any], width: int) -> tuple[np.ndarray, np.ndarray]:
        matrix = np.zeros((len(found), width))
        for i, (entries, _) in enumerate(found):
            matrix[i, list(entries)] = list(entries.values())
        return matrix, np.array([side for _, side in found])

    def vector(of: dict[int, float], width: int) -> np.ndarray:
        found = np.zeros(width)
        found[list(of)] = list(of.values())
        return found

    plan = linprog(vector(cost, first), *dense(unequal, first), method="highs")
    width = len(column)
    inside, side = dense([*unequal, (cost, plan.fun * (1 + 1e-10))], width)
    found = linprog(vector(rate, width), inside, side, *dense(equal, width), method="highs")
    assert plan.status == found.status == 0
    return float(plan.fun), float(found.fun)


@pytest.mark.parametrize("seed", range(25))
def test_no_plan_of_least_cost_changes_less(seed: int) -> None:
    sheets = tied(Random(seed))
    cost, least = least_changes(sheets)
    result = floors.solve(study(**sheets))
    assert result.figures.total_cost * 1000 == approx(cost, rel=1e-9)
    before = {(q["origin"], q["destination"], q["commodity"]): q["t"] for q in sheets["qualified"] or ()}
    assert changed(result, before, LENGTH, RATE) == approx(least, rel=1e-6, abs=1e-9)


def test_the_first_plan_changes_more_in_most_of_these_studies() -> None:
    more = 0
    for seed in range(25):
        sheets = tied(Random(seed))
        before = {(q["origin"], q["destination"], q["commodity"]): q["t"] for q in sheets["qualified"] or ()}
        found = [
            changed(floors.solve(study(**sheets | {"settings": settings(discount_rate=RATE, plan_choice=word)})), before, LENGTH, RATE)
            for word in ("any", "steady")
        ]  # fmt: skip
        assert found[0] >= found[1] - 1e-9
        more += found[0] > found[1] + 1e-6
    assert more > 12


@pytest.mark.parametrize("seed", range(4))
def test_a_coalition_has_the_plan_of_the_study_with_its_roles(seed: int) -> None:
    """Who of the members takes what China may sell is open, and with it whose the levy is: each coalition starts from
    the plan of another, and ends where the study with its roles does."""
    random, members = Random(seed), ("AA", "BB", "CC", "DD")
    length = {2026: 1.0, 2027: 2.0, 2029: 1.0}
    makers = [(f"{r} works", r, "oxide", 50 if r == "CN" else 80) for r in (*members, "CN", "MY")]
    wanted = [(r, "all", "oxide", 200, *(random.randint(5, 20) for _ in length)) for r in members]
    base = study(
        years=table("year length", *length.items()),
        regions=table("region role", *((r, "member") for r in members), ("CN", "capped"), ("MY", "other")),
        processes=table("process region commodity unit_cost", *makers),
        routes=table("origin destination commodity", ("CN", "*", "oxide"), ("MY", "*", "oxide")),
        demand=table("region segment commodity value 2026 2027 2029", *wanted),
        caps=table("scope commodity basis 2026 2027 2029", ("bloc", "oxide", "demand", 0.3, 0.5, 0.6)),
    )
    with ThreadPoolExecutor(2) as pool:
        found, alike = floors.coalition(base), floors.coalition(base, executor=pool)
    for run, again in zip(found.runs, alike.runs, strict=True):
        assert run == again and run.status == "optimal"
        if not run.members:
            continue
        result = floors.solve(study_of(base, members, frozenset(run.members)))
        net = (
            (result.accounts["net_cost"] * result.accounts["year"].map(length))
            .groupby(result.accounts["region"])
            .sum()
        )
        for member, cost in run.costs.items():
            assert cost == approx(net[member], rel=1e-9), run.members


def test_states_of_the_world_change_by_their_probability() -> None:
    """In likely years AU is cheaper by nothing, but China's last room shrinks in one state: in all, no supplier changes
    but for the caps."""
    sheets = two_suppliers(
        scenarios=table("scenario probability known_from", ("tight", 0.25, 2028)),
        changes=table(
            "scenario sheet where column change value", ("tight", "caps", "commodity=oxide", 2028, "set", 20)
        ),
    )
    found = floors.risk(study(**sheets))
    shipped = found.shipments.set_index(["scenario", "origin", "year"])["quantity"]
    for state, last in (("base", 60.0), ("tight", 20.0)):
        by_year = {
            o: [shipped.get((state, o, t), 0.0) for t in (2026, 2027, 2028)] for o in ("CN", "MY", "AU")
        }
        assert by_year["CN"] == approx([60, 50, last])
        assert by_year["AU"][0] == approx(40)
        moved = sum(abs(b - a) for tonnes in by_year.values() for a, b in pairwise(tonnes))
        assert moved == approx(30 + (30 if state == "base" else 30 + 20))


def test_what_a_change_takes_away_is_gone() -> None:
    """0.3 - (0.1 + 0.2) is -5.6e-17 t: in a row that holds nothing else it would be all of the row, and the plan refused."""
    found = steady.moved(np.array([0.3, 0.3, 1e10]), np.array([-(0.1 + 0.2), -0.1, -1e10 + 1]))
    assert found.tolist() == [0.0, approx(0.2), 1.0]
