"""`floors.price` under rules: floors, make-whole and foregone by hand, ranges, and inside a larger model."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyomo.environ as pyo
import pytest
from scipy.optimize import linprog

import floors
from tests.support.places import TOY
from tests.support.pool import NEAR, check_split, loads_of, pool

# Discounts


def test_floors_are_prices_over_the_discount_and_rules_are_on_floors() -> None:
    m = pool((100, 100))
    m.cost.set_value(
        sum(w * (20 * m.imports[h] + 35 * m.base[h] + 90 * m.peak[h]) for h, w in ((1, 1.0), (2, 0.5)))
    )
    found = floors.price(m, loads_of(m), discount={2: 0.5})
    assert found.floors == pytest.approx({1: 90, 2: 90})
    assert found.of(m.need[2]) == pytest.approx(45)
    held = floors.price(m, loads_of(m), [("maximum", 2, 50)], discount={2: 0.5})
    assert held.floors == pytest.approx({1: 90, 2: 50})
    assert held.uplift == pytest.approx(0.5 * 400)


# Rules: hour "low" has a load of 55 (price 20, 5 of the imports unused), "high" one of 100 (price 90, 10 of
# peak). Above 20, each unit of the low price costs the 5 that could be imported; above 35 also the 30 of base.
# Each unit below 90 costs the high hour 10, below 35 it costs 40.

RULES: list[tuple[str, tuple[float, float], tuple[Any, ...], tuple[float, float], float, float]] = [
    # name, loads of hours 1 and 2, rule, floors, make-whole, foregone
    ("maximum", (55, 100), ("maximum", 2, 50.0), (20, 50), 400, 0),
    ("maximum that does not bind", (55, 100), ("maximum", 2, 90.0), (20, 90), 0, 0),
    ("minimum", (55, 100), ("minimum", 1, 30.0), (30, 90), 0, 50),
    ("minimum above a plant", (55, 100), ("minimum", 1, 40.0), (40, 90), 0, 5 * 20 + 30 * 5),
    ("max_rise", (55, 100), ("max_rise", 2, 1, 30.0), (35, 65), 250, 75),
    ("max_fall", (100, 55), ("max_fall", 2, 1, 30.0), (65, 35), 250, 75),
    ("max_rise_share", (55, 100), ("max_rise_share", 2, 1, 1.0), (35, 70), 200, 75),
    ("max_fall_share", (100, 55), ("max_fall_share", 2, 1, 0.5), (70, 35), 200, 75),
    ("equal", (55, 100), ("equal", 1, 2), (35, 35), 550, 75),
    ("max_rise while it falls", (100, 55), ("max_rise", 2, 1, 0.0), (90, 20), 0, 0),
    ("max_fall while it rises", (55, 100), ("max_fall", 2, 1, 0.0), (20, 90), 0, 0),
]


@pytest.mark.parametrize(
    ("loads", "rule", "expected", "make_whole", "foregone"), [r[1:] for r in RULES], ids=[r[0] for r in RULES]
)
def test_rule_by_hand(
    loads: tuple[float, float],
    rule: tuple[Any, ...],
    expected: tuple[float, float],
    make_whole: float,
    foregone: float,
) -> None:
    m = pool(loads)
    found = floors.price(m, loads_of(m), [rule])
    assert found.floors == pytest.approx(dict(zip((1, 2), expected, strict=True)))
    assert (found.make_whole, found.foregone) == pytest.approx((make_whole, foregone), abs=NEAR)
    assert found.cost == pytest.approx(55 * 20 + 60 * 20 + 30 * 35 + 10 * 90)  # the plan is never moved
    check_split(found)


def test_least_make_whole_is_that_of_dearer_floors() -> None:
    """The rise could be kept by a low price of 60: the high hour loses nothing, the low one is tempted."""
    m = pool((55, 100))
    found = floors.price(m, loads_of(m), [("max_rise", 2, 1, 30.0)])
    assert found.make_whole == pytest.approx(250)
    assert found.least_make_whole == 0


def test_least_make_whole_where_no_floors_need_less() -> None:
    """Under a ceiling of 50 the 10 of peak lose 40 each, whatever the other prices are."""
    m = pool((100,))
    assert floors.price(m, loads_of(m), [("maximum", 1, 50.0)]).least_make_whole == pytest.approx(400)


def test_several_rules_at_once() -> None:
    m = pool((55, 100))
    found = floors.price(m, loads_of(m), [("max_rise", 2, 1, 30.0), ("minimum", 2, 70.0)])
    assert found.floors == pytest.approx({1: 40, 2: 70})
    assert (found.make_whole, found.foregone) == pytest.approx((200, 5 * 20 + 30 * 5))


@pytest.mark.parametrize("kind", [np.float64, np.float32, np.int64, np.int32, int])
def test_numbers_may_come_out_of_an_array(kind: Any) -> None:
    m = pool((100,))
    found = floors.price(m, loads_of(m), [("maximum", 1, kind(50))], {1: kind(1)})
    assert found.floors == pytest.approx({1: 50}) and found.uplift == pytest.approx(400)


def test_contradicting_rules_are_infeasible() -> None:
    m = pool((55, 100))
    with pytest.raises(floors.Infeasible, match="rules contradict"):
        floors.price(m, loads_of(m), [("maximum", 1, 30.0), ("minimum", 1, 31.0)])


# Ranges


def test_a_unique_price_has_no_range() -> None:
    m = pool((55, 100))
    found = floors.price(m, loads_of(m))
    assert found.lowest == pytest.approx(found.floors) and found.highest == pytest.approx(found.floors)


def test_a_degenerate_plan_has_a_range_and_the_lowest_is_chosen() -> None:
    """Imports just cover the load: any price from their cost to that of the next plant supports the plan."""
    m = pool((60,))
    found = floors.price(m, loads_of(m))
    assert (found.lowest, found.highest) == (pytest.approx({1: 20}), pytest.approx({1: 35}))
    assert found.floors == pytest.approx({1: 20})


def test_a_shortage_has_no_highest_price() -> None:
    """All there is just covers the load, and nothing has a value: the price may rise without end."""
    m = pool((90,), peak=False)
    found = floors.price(m, loads_of(m))
    assert found.lowest == pytest.approx({1: 35}) and found.floors == pytest.approx({1: 35})
    assert math.isnan(found.highest[1])
    held = floors.price(m, loads_of(m), [("maximum", 1, 120.0)])
    assert held.highest == pytest.approx({1: 120}) and held.uplift == 0


def test_ranges_are_over_least_uplift_under_the_rules() -> None:
    """With 10 imports unused, a lower high price costs as much as a higher low one: both may give way."""
    m = pool((50, 100))
    found = floors.price(m, loads_of(m), [("max_rise", 2, 1, 55.0)])
    assert found.uplift == pytest.approx(150)
    assert found.lowest == pytest.approx({1: 20, 2: 75})
    assert found.highest == pytest.approx({1: 35, 2: 90})
    assert found.floors == pytest.approx({1: 20, 2: 75})
    check_split(found)


def test_no_ranges_where_not_asked_for() -> None:
    m = pool((60,))
    found = floors.price(m, loads_of(m), ranges=False)
    assert found.lowest == {} and found.highest == {} and found.floors == pytest.approx({1: 20})


# Any LP: the least uplift of a dual written here


def random_model(seed: int) -> tuple[Any, np.ndarray, np.ndarray, np.ndarray]:
    """min c x, A x >= b, x >= 0 with b > 0 and whole numbers, so that degenerate cases come up."""
    draw = np.random.default_rng(seed)
    rows, columns = int(draw.integers(2, 6)), int(draw.integers(3, 9))
    a = draw.integers(0, 4, (rows, columns)).astype(float)
    a[np.arange(rows), draw.integers(0, columns, rows)] += 1
    b = draw.integers(1, 10, rows).astype(float)
    c = draw.integers(1, 20, columns).astype(float)
    m = pyo.ConcreteModel()
    m.x = pyo.Var(range(columns), domain=pyo.NonNegativeReals)
    m.row = pyo.Constraint(
        range(rows), rule=lambda m, i: sum(a[i, j] * m.x[j] for j in range(columns)) >= b[i]
    )
    m.cost = pyo.Objective(expr=sum(c[j] * m.x[j] for j in range(columns)))
    return m, a, b, c


@pytest.mark.parametrize("seed", range(40))
def test_uplift_of_a_random_model(seed: int) -> None:
    m, a, b, c = random_model(seed)
    keys = list(m.row)
    free = floors.price(m, {i: [(m.row[i], 1)] for i in keys})
    assert free.cost == pytest.approx(linprog(c, A_ub=-a, b_ub=-b).fun)
    assert free.uplift == 0
    most = 0.7 * max(free.floors.values())
    found = floors.price(m, {i: [(m.row[i], 1)] for i in keys}, [("maximum", i, most) for i in keys])
    dual = linprog(-b, A_ub=a.T, b_ub=c, bounds=(0, most))
    assert found.cost == pytest.approx(free.cost)
    assert found.uplift == pytest.approx(free.cost + dual.fun, abs=NEAR)
    check_split(found)
    for i, price in found.floors.items():
        assert found.lowest[i] - NEAR <= price <= most + NEAR
        assert math.isnan(found.highest[i]) or price <= found.highest[i] + NEAR
        assert price == pytest.approx(found.of(m.row[i]), abs=NEAR)


# Inside a larger model


def parent_of(study: floors.Study) -> Any:
    """A model of someone else's that holds the bloc as a block, and pays its cost."""
    parent = pyo.ConcreteModel()
    parent.bloc = pyo.Block()
    assert floors.build(study, block=parent.bloc) is parent.bloc
    parent.bloc.cost.deactivate()
    parent.extra = pyo.Var(domain=pyo.NonNegativeReals)
    parent.total = pyo.Objective(expr=parent.bloc.cost + 1000 * parent.extra)
    return parent


def toy_floors(bloc: Any) -> tuple[dict[int, list[tuple[Any, float]]], dict[int, float]]:
    """By year: price of oxide at CN and the levy of the one cap; and present-value weights at 7 %."""
    years = range(2026, 2034)
    terms = {t: [(bloc.supply["CN", "oxide", t], 1), (bloc.cap["bloc oxide demand", t], 1)] for t in years}
    return terms, {t: 1.07 ** -(t - 2026) for t in years}


def test_the_bloc_inside_a_larger_model() -> None:
    study = floors.read(TOY)
    parent = parent_of(study)
    terms, discount = toy_floors(parent.bloc)
    found = floors.price(parent, terms, discount=discount)
    alone = floors.solve(study)
    assert found.cost == pytest.approx(1000 * alone.figures.total_cost)
    table = alone.floors[alone.floors["member"] == "US"]
    assert list(found.floors.values()) == pytest.approx(table["floor"].tolist())
    assert list(found.lowest.values()) == pytest.approx(table["lowest"].tolist())
    rules = [("maximum", t, 100.0) for t in terms]
    assert floors.price(parent, terms, rules, discount).uplift == pytest.approx(125.120166)


def test_a_row_of_the_parent_is_priced_with_the_bloc() -> None:
    """A ceiling of the parent on Chinese oxide, a tonne below the plan's of 2030, is priced there."""
    study = floors.read(TOY)
    parent = parent_of(study)
    ship = parent.bloc.ship
    year = 2030
    chinese = sum(ship["CN", d, "oxide", year] for d in ("US", "EU", "JP"))
    volume = pyo.value(parent.bloc.volume["bloc oxide demand", year])
    parent.ceiling = pyo.Constraint(expr=chinese - parent.extra <= volume - 1)
    terms, discount = toy_floors(parent.bloc)
    found = floors.price(parent, {"ceiling": [(parent.ceiling, 1)], **terms}, discount=discount)
    assert found.floors[year] < 62.001 + 1e-6  # the bloc's own cap is slack: no levy
    assert found.floors["ceiling"] > discount[year] * 40
    assert found.cost > 14488.502626 + 1
    assert found.uplift == 0


def test_two_studies_in_one_model() -> None:
    """Two blocs, built by a Block's rule, share nothing: cost adds up, floors are their own."""
    study = floors.read(TOY)
    parent = pyo.ConcreteModel()
    parent.blocs = pyo.Block(["a", "b"], rule=lambda b, _: floors.build(study, block=b) and None)
    for bloc in parent.blocs.values():
        bloc.cost.deactivate()
    parent.total = pyo.Objective(expr=sum(bloc.cost for bloc in parent.blocs.values()))
    terms, discount = toy_floors(parent.blocs["b"])
    found = floors.price(parent, terms, discount=discount, ranges=False)
    assert found.cost == pytest.approx(2 * 14488.502626)
    assert found.floors[2030] == pytest.approx(118.2155)
