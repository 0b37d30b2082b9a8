"""Who should join first: worth by hand, each set against `floors solve` of the workbook with its roles, every order."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations, permutations
from typing import Any

from pytest import approx

import floors
from tests.support.studies import Table, settings, study, table

MEMBERS = ("US",)


def bloc(
    demand: Mapping[str, float], near: Mapping[str, float] | None = None, **sheets: Table | None
) -> floors.Study:
    """US is in. China offers 400 t from a cheap mine at 30 and any amount at 40; AU any amount at 45, plus freight.

    Half of demand may be Chinese, each member by itself.
    """
    freight = {"US": 1.0} | dict.fromkeys(demand, 2.0) | dict(near or {})
    regions = {"US": "member"} | {i: "other" for i in demand if i != "US"} | {"AU": "other", "CN": "capped"}
    given: dict[str, Any] = {
        "settings": settings(coordination="national", discount_rate=0),
        "regions": table("region role", *regions.items()),
        "commodities": table("commodity", ("oxide",)),
        "processes": table(
            "process region commodity unit_cost capacity",
            ("cheap", "CN", "oxide", 30, 400),
            ("dear", "CN", "oxide", 40, None),
            ("AU works", "AU", "oxide", 45, None),
        ),
        "routes": table(
            "origin destination commodity freight",
            *(("CN", i, "oxide", 0) for i in demand),
            *(("AU", i, "oxide", freight[i]) for i in demand),
        ),
        "demand": table(
            "region segment commodity value 2026", *((i, "all", "oxide", None, t) for i, t in demand.items())
        ),
        "caps": table("scope commodity basis 2026", ("bloc", "oxide", "demand", 0.5)),
    }
    return study(**given | sheets)


def by_roles(given: floors.Study, joined: tuple[str, ...]) -> dict[str, float]:
    """Net cost of every region, million, as `floors solve` finds it where these are members too: a workbook in which
    their roles are typed anew."""
    tables = {name: frame.to_dict("records") for name, frame in given.tables.items()}
    for row in tables["regions"]:
        row["role"] = "member" if row["region"] in joined else row["role"]
    for row in tables.get("roles", []):
        for year in given.years:
            row[year] = "member" if row["region"] in joined else row.get(year)
    accounts = floors.solve(floors.Study(tables)).accounts
    length = {row["year"]: row["length"] for row in given.rows("years")}
    rate = given.settings.discount_rate
    weight = {
        t: sum((1 + rate) ** -(t - given.years[0] + k) for k in range(int(length[t]))) for t in given.years
    }
    costs: dict[str, float] = {}
    for row in accounts.to_dict("records"):
        costs[row["region"]] = costs.get(row["region"], 0.0) + weight[row["year"]] * row["net_cost"]
    return costs


def compared(
    given: floors.Study, names: tuple[str, ...], members: tuple[str, ...] = MEMBERS
) -> floors.Candidates:
    """The answer, held against sets solved one by one and orders tried one by one."""
    found = floors.coalition(given, candidates=names)
    cost = {
        frozenset(some): by_roles(given, some)
        for size in range(len(names) + 1)
        for some in combinations(names, size)
    }
    assert len(found.runs) == 2 ** len(names)
    for some, own in cost.items():
        costs = found[some].costs
        assert costs == approx({i: own[i] for i in costs}, rel=1e-6, abs=1e-7)

    def gains(order: tuple[str, ...]) -> list[tuple[float, float]]:
        steps, inside = [], frozenset[str]()
        for one in order:
            old, new = cost[inside], cost[inside | {one}]
            steps.append((sum(old[i] - new[i] for i in (*members, *inside)), old[one] - new[one]))
            inside |= {one}
        return steps

    for one in names:
        alone = found.joining_alone[one]
        assert (alone.worth_to_members, alone.worth_to_itself) == approx(gains((one,))[0], rel=1e-6, abs=1e-6)
    worth = {}
    for order in permutations(names):
        so_far = [sum(map(sum, gains(order)[: n + 1])) for n in range(len(order))]
        worth[order] = sum(so_far)
    orders = {order.names: order for order in found.orders_of_joining}
    assert set(orders) == set(worth)
    for names_, order in orders.items():
        assert (
            [(step.worth_to_members, step.worth_to_itself) for step in order.steps]
            == approx(gains(names_), rel=1e-6, abs=1e-6)
            if len(names_) == 1
            else True
        )
        for step, own in zip(order.steps, gains(names_), strict=True):
            assert (step.worth_to_members, step.worth_to_itself) == approx(own, rel=1e-6, abs=1e-6)
        assert order.worth == approx(worth[names_], rel=1e-6, abs=1e-6)
    most = max(worth.values())
    assert found.best_order == list(next(order for order in worth if worth[order] >= most - 1e-6))
    return found
