"""Plan and prices in one LP: least cost + uplift over both together is what one after the other gives.

The joint LP is put together here, from Pyomo's own standard form of the sourcing LP; nothing of the pricing is
used. Its variables are the plan x >= 0, one price y a row, signed by the sense of the row, and a levy of its own >= 0
on every shipment of CN to a member, which uplift counts on what the plan of the results ships; of all that cost as
little, those with the least sum of these levies.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyomo.environ as pyo
import pytest
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler
from scipy.optimize import linprog

import floors
from floors.lp.highs import Solver
from floors.lp.linear import compile_model
from tests.support.places import TOY

YEARS = tuple(range(2026, 2034))
WEIGHT = {t: 1.07 ** -(t - 2026) for t in YEARS}
MEMBERS = ("US", "EU", "JP")
BELOW, EQUAL, ABOVE = 1, 0, -1  # how the standard form writes <=, =, >=
Key = tuple[str, int]
Sum = dict[int, float]  # price of row -> coefficient


def policy(
    coordination: str = "bloc", caps: list[tuple[Any, ...]] | None = None, **rules: float
) -> floors.Study:
    """The toy under a coordination, other caps (scope, basis, then shares or t/yr) and rules for every year."""
    tables = dict(floors.read(TOY).tables)
    settings = {"discount_rate": 0.07, "coordination": coordination}
    tables["settings"] = pd.DataFrame({"key": list(settings), "value": list(settings.values())}, dtype=object)
    if caps is not None:
        keys = ["scope", "basis", "commodity", *YEARS]
        tables["caps"] = pd.DataFrame([dict(zip(keys, (*c[:2], "oxide", *c[2:]), strict=True)) for c in caps])
    if rules:
        rows = [{"commodity": "oxide", "rule": rule, **dict.fromkeys(YEARS, v)} for rule, v in rules.items()]
        tables["floor_rules"] = pd.DataFrame(rows)
    return floors.Study(tables)


SHARES = (0.9, 0.8, 0.75, 0.7, 0.6, 0.55, 0.5, 0.5)
APART: list[tuple[Any, ...]] = [  # members with caps of their own; that of JP is far above its demand
    ("US", "demand", *(s - 0.15 for s in SHARES)),
    ("EU", "demand", *SHARES),
    ("JP", "tonnes", *[20] * 8),
]
TONNES: list[tuple[Any, ...]] = [
    ("bloc", "tonnes", 24, 23, 22, 21, 20, 19, 18, 17),
    ("US", "demand", *SHARES),
]

CASES: dict[str, Callable[[], floors.Study]] = {
    "no rules": policy,
    "rise and fall 12": lambda: policy(max_rise=12.0, max_fall=12.0),
    "rise and fall 8": lambda: policy(max_rise=8.0, max_fall=8.0),
    "shares": lambda: policy(max_rise_share=0.1, max_fall_share=0.05),
    "maximum 110": lambda: policy(maximum=110.0),
    "maximum 100": lambda: policy(maximum=100.0),
    "maximum and rise": lambda: policy(maximum=105.0, max_rise=9.0),
    "caps apart": lambda: policy("as_given", APART),
    "caps apart, one floor": lambda: policy("bloc", APART),
    "caps apart, one floor, rise and fall": lambda: policy("bloc", APART, max_rise=10.0, max_fall=10.0),
    "national": lambda: policy("national"),
    "national, maximum": lambda: policy("national", maximum=100.0),
    "national tonnes": lambda: policy("national", TONNES),
    "bloc tonnes beside a member's share": lambda: policy("bloc", TONNES, max_fall=5.0),
}


class Joint(NamedTuple):
    """The optimum of the joint LP [thousand, present value], its floors [USD/kg] and its levies of their own."""

    cost: float
    uplift: float
    floor: dict[Key, float]
    own: float


def floor_sums(
    model: Any, row: Callable[[Any], tuple[int, float]], coordination: str, caps: list[Any]
) -> dict[Key, Sum]:
    """Floor of a member and year = (price at CN + levies of caps on the member) / weight; content of CN is 1.

    `row` gives the row of a constraint and the sign that makes its price positive.
    """
    found: dict[Key, Sum] = {}
    for member in MEMBERS:
        for t in YEARS:
            rows = [row(model.supply["CN", "oxide", t])]
            for scope, basis in caps:
                if scope not in ("bloc", member):
                    continue
                split = scope == "bloc" and coordination == "national"
                name = f"{member} oxide {basis} (national)" if split else f"{scope} oxide {basis}"
                rows.append(row(model.cap[name, t]))
            found[member, t] = {i: sign / WEIGHT[t] for i, sign in rows}
    return found


def rules_on(study: floors.Study, floor: dict[Key, Sum]) -> list[tuple[Sum, float]]:
    """(coefficients of prices, upper side) of every rule, and of one floor for the bloc as two of them."""

    def less(one: Sum, other: Sum, factor: float = 1.0) -> Sum:
        return {i: one.get(i, 0.0) - factor * other.get(i, 0.0) for i in {*one, *other}}

    found: list[tuple[Sum, float]] = []
    for rule in study.rows("floor_rules"):
        kind = rule["rule"]
        for (member, t), now in floor.items():
            value = rule["years"][t]
            before = floor.get((member, t - 1))
            if kind == "maximum":
                found.append((now, value))
            elif before is not None:
                sums = {
                    "max_rise": (less(now, before), value),
                    "max_fall": (less(before, now), value),
                    "max_rise_share": (less(now, before, 1 + value), 0.0),
                    "max_fall_share": (less({}, less(now, before, 1 - value)), 0.0),
                }
                found.append(sums[kind])
    if study.settings.coordination == "bloc":
        for t in YEARS:
            for one, other in pairwise(MEMBERS):
                found.append((less(floor[one, t], floor[other, t]), 0.0))
                found.append((less(floor[other, t], floor[one, t]), 0.0))
    return found


def joint(study: floors.Study, result: floors.Result) -> Joint:
    """min cost(x) + uplift(x, y), uplift = cost(x) + levies on the plan - b y, over plans, prices and rules at once."""
    model = floors.build(study)
    form = LinearStandardFormCompiler().write(model, mixed_form=True)
    a, c, b = form.A.toarray(), form.c.toarray().ravel(), np.asarray(form.rhs)
    sense = np.array([row.bound_type for row in form.rows])
    rows, columns = a.shape
    place = {id(item.constraint): i for i, item in enumerate(form.rows)}
    column = {id(variable): j for j, variable in enumerate(form.columns)}
    sent = {
        (row.destination, row.year): row.quantity
        for row in result.shipments.itertuples()
        if row.origin == "CN" and row.commodity == "oxide"
    }
    keys = [(member, t) for member in MEMBERS for t in YEARS]
    levied = [column[id(model.ship["CN", member, "oxide", t])] for member, t in keys]
    quantity = np.array([sent.get(key, 0.0) for key in keys])

    def row(constraint: Any) -> tuple[int, float]:
        i = place[id(constraint)]
        return i, 1.0 if sense[i] == ABOVE else -1.0

    caps = [(r["scope"], r["basis"]) for r in study.rows("caps")]
    floor = floor_sums(model, row, study.settings.coordination, caps)
    for i, key in enumerate(keys):
        floor[key][rows + i] = 1 / WEIGHT[key[1]]
    pays = np.zeros((columns, len(keys)))
    pays[levied, range(len(keys))] = -1.0

    def wide(x: np.ndarray, y: np.ndarray, levy: np.ndarray | None = None) -> np.ndarray:
        return np.hstack([x, y, np.zeros((len(x), len(keys))) if levy is None else levy])

    upper = [
        wide(a[sense == BELOW], np.zeros((int((sense == BELOW).sum()), rows))),
        wide(-a[sense == ABOVE], np.zeros((int((sense == ABOVE).sum()), rows))),
        wide(np.zeros((columns, columns)), a.T, pays),  # nobody gains by doing more: A'y <= c + levy
    ]
    sides = [b[sense == BELOW], -b[sense == ABOVE], c]
    for terms, most in rules_on(study, floor):
        line = np.zeros((1, columns + rows + len(keys)))
        for i, coefficient in terms.items():
            line[0, columns + i] = coefficient
        upper.append(line)
        sides.append(np.array([most]))
    bounds = [(0, None)] * columns
    bounds += [{BELOW: (None, 0), EQUAL: (None, None), ABOVE: (0, None)}[s] for s in sense.tolist()]
    bounds += [(0, None)] * len(keys)
    both = np.concatenate([2 * c, -b, quantity])

    def least(cost: np.ndarray, more: list[np.ndarray], most: list[np.ndarray]) -> Any:
        found = linprog(
            cost,
            A_ub=np.vstack([*upper, *more]),
            b_ub=np.concatenate([*sides, *most]),
            A_eq=wide(a[sense == EQUAL], np.zeros((int((sense == EQUAL).sum()), rows))),
            b_eq=b[sense == EQUAL],
            bounds=bounds,
        )
        assert found.status == 0, found.message
        return found

    found = least(both, [], [])
    own = np.concatenate([np.zeros(columns + rows), np.ones(len(keys))])
    again = least(own, [both[None, :]], [np.array([found.fun + 1e-7])])
    x, y = found.x[:columns], again.x[columns:]
    prices = {key: sum(f * y[i] for i, f in terms.items()) for key, terms in floor.items()}
    uplift = float(found.fun - c @ x)
    return Joint(float(c @ x) + float(form.c_offset[0]), uplift, prices, float(again.fun))


@pytest.mark.parametrize("name", CASES)
def test_one_after_the_other_is_the_joint_optimum(name: str) -> None:
    study = CASES[name]()
    result = floors.solve(study)
    together = joint(study, result)
    figures = result.figures
    assert 1000 * figures.total_cost == pytest.approx(together.cost, rel=1e-9)
    assert 1000 * figures.uplift == pytest.approx(together.uplift, abs=1e-6)
    assert figures.uplift == pytest.approx(figures.make_whole + figures.foregone, abs=1e-12)
    table = result.floors
    assert len(table) == len(together.floor)
    paid = sum(row.own_levy * WEIGHT[row.year] for row in result.own_levies.itertuples())
    assert paid == pytest.approx(together.own, abs=1e-4)
    unique = 0
    for member, t, floor, lowest, highest in table[["member", "year", "floor", "lowest", "highest"]].values:
        ours = together.floor[member, t]
        top = np.inf if pd.isna(highest) else highest
        assert lowest - 1e-6 <= floor <= top + 1e-6
        assert lowest - 1e-5 <= ours <= top + 1e-5  # floors that least uplift allows, whichever are chosen
        if top - lowest < 1e-6:
            unique += 1
            assert floor == pytest.approx(ours, abs=1e-5)
    assert unique > 0


def test_the_cases_differ() -> None:
    """Each case asks something of its own: uplifts are not all 0, floors of members not all one."""
    found = {name: joint(study := make(), floors.solve(study)) for name, make in CASES.items()}
    assert found["no rules"].uplift == pytest.approx(0, abs=1e-6)
    assert found["rise and fall 12"].uplift == pytest.approx(7.988162, abs=1e-6)
    assert found["rise and fall 8"].uplift == pytest.approx(28.751607, abs=1e-6)
    assert found["maximum 110"].uplift == pytest.approx(4.052619, abs=1e-6)
    assert found["maximum 100"].uplift == pytest.approx(125.120166, abs=1e-6)
    assert found["caps apart"].uplift == pytest.approx(0, abs=1e-6)
    assert found["caps apart, one floor"].uplift == pytest.approx(0, abs=1e-6)
    assert found["caps apart, one floor"].own > 1
    assert found["caps apart, one floor, rise and fall"].uplift > 1
    apart = found["caps apart"].floor
    assert any(abs(apart["US", t] - apart["JP", t]) > 1 for t in YEARS)
    assert found["national"].cost >= found["no rules"].cost - 1e-6


def test_national_coordination_splits_the_cap() -> None:
    """Each member takes its own share of a bloc's cap: floors may differ, and the plan can only cost more."""
    bloc, national = floors.solve(policy()), floors.solve(policy("national"))
    assert national.figures.total_cost >= bloc.figures.total_cost - 1e-12
    scopes = set(national.caps["scope"])
    assert scopes == set(MEMBERS)
    limits = national.caps.groupby("year")["limit"].sum()
    assert limits.tolist() == pytest.approx(bloc.caps.groupby("year")["limit"].sum().tolist())


def test_pyomo_dualises_to_the_same_optimum() -> None:
    """Pyomo's own dual of the sourcing LP; it reads domains and no bounds, and there are none to miss."""
    model = floors.build(floors.read(TOY))
    for variable in model.component_data_objects(pyo.Var):
        assert variable.domain is pyo.NonNegativeReals and variable.bounds == (0, None)
    form = compile_model(model)
    primal = Solver(form.lp).solve()
    dual = pyo.TransformationFactory("core.lp_dual").create_using(model)
    compiled = compile_model(dual)
    assert compiled.maximised
    optimum = Solver(compiled.lp).solve()
    assert form.lp.offset - optimum.objective == pytest.approx(
        primal.objective, rel=1e-9
    )  # it drops constants
    assert primal.objective == pytest.approx(14488.502626, rel=1e-9)
