"""`floors.price` on small models of anyone's, against prices and uplifts found by hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyomo.environ as pyo
import pytest
from scipy.optimize import linprog

import floors

TOY = Path(__file__).parent / "cases" / "toy.xlsx"
NEAR = 1e-7


def pool(loads: tuple[float, ...], peak: bool = True, limit: float = 60.0, base: float = 30.0) -> Any:
    """Loads met by imports at 20 up to a limit, a base plant at 35 up to its size, a peak plant at 90."""
    m = pyo.ConcreteModel()
    m.H = pyo.RangeSet(len(loads))
    m.imports = pyo.Var(m.H, domain=pyo.NonNegativeReals)
    m.base = pyo.Var(m.H, domain=pyo.NonNegativeReals)
    m.peak = pyo.Var(m.H, domain=pyo.NonNegativeReals)
    m.need = pyo.Constraint(
        m.H, rule=lambda m, h: m.imports[h] + m.base[h] + (m.peak[h] if peak else 0) >= loads[h - 1]
    )
    m.limit = pyo.Constraint(m.H, rule=lambda m, h: m.imports[h] <= limit)
    m.size = pyo.Constraint(m.H, rule=lambda m, h: m.base[h] <= base)
    m.cost = pyo.Objective(expr=sum(20 * m.imports[h] + 35 * m.base[h] + 90 * m.peak[h] for h in m.H))
    return m


def loads_of(m: Any) -> dict[Any, list[tuple[Any, float]]]:
    """One floor for each hour: the price of its load."""
    return {h: [(m.need[h], 1.0)] for h in m.H}


def check_split(found: floors.Prices) -> None:
    """Uplift is make-whole and foregone, none of them negative."""
    assert found.uplift >= 0 and found.make_whole >= 0 and found.foregone >= 0
    assert found.uplift == pytest.approx(found.make_whole + found.foregone, abs=NEAR)
    assert found.least_make_whole <= found.make_whole + NEAR


# Prices without rules


def test_prices_by_hand() -> None:
    m = pool((100,))
    found = floors.price(m, {"load": [(m.need[1], 1)], "both": [(m.need[1], 1), (m.limit[1], 0.5)]})
    assert found.cost == pytest.approx(60 * 20 + 30 * 35 + 10 * 90)
    assert found.floors == pytest.approx({"load": 90, "both": 90 + 0.5 * 70})
    assert (found.of(m.need[1]), found.of(m.limit[1]), found.of(m.size[1])) == pytest.approx((90, 70, 55))
    assert found.uplift == found.make_whole == found.foregone == found.least_make_whole == 0


WRITINGS: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "greater, less": (lambda m: m.x + m.y >= 100, lambda m: m.x <= 60),
    "sides swapped": (lambda m: 100 <= m.x + m.y, lambda m: 60 >= m.x),  # noqa: SIM300
    "all on the left": (lambda m: 100 - m.x - m.y <= 0, lambda m: m.x - 60 <= 0),
    "turned round": (lambda m: -m.x - m.y <= -100, lambda m: -m.x >= -60),
    "all on the right": (lambda m: 0 <= m.x + m.y - 100, lambda m: 0 >= m.x - 60),  # noqa: SIM300
    "tuples": (lambda m: (100, m.x + m.y, None), lambda m: (None, m.x, 60)),
}


@pytest.mark.parametrize("writing", WRITINGS)
def test_a_row_has_one_price_however_it_is_written(writing: str) -> None:
    need, most = WRITINGS[writing]
    m = pyo.ConcreteModel()
    m.x, m.y = pyo.Var(domain=pyo.NonNegativeReals), pyo.Var(domain=pyo.NonNegativeReals)
    m.need, m.most = pyo.Constraint(rule=need), pyo.Constraint(rule=most)
    m.cost = pyo.Objective(expr=20 * m.x + 35 * m.y)
    found = floors.price(m, {"need": [(m.need, 1)], "levy": [(m.most, 1)]})
    assert found.floors == pytest.approx({"need": 35, "levy": 15})
    assert (found.of(m.need), found.of(m.most)) == pytest.approx((35, 15))


def workshop() -> Any:
    """Maximise 3 x + 2 y; x + y <= 4, x <= 3: x = 3, y = 1, prices 2 and 1."""
    m = pyo.ConcreteModel()
    m.x, m.y = pyo.Var(domain=pyo.NonNegativeReals), pyo.Var(domain=pyo.NonNegativeReals)
    m.hours, m.wood = pyo.Constraint(expr=m.x + m.y <= 4), pyo.Constraint(expr=m.x <= 3)
    m.gain = pyo.Objective(expr=3 * m.x + 2 * m.y + 100, sense=pyo.maximize)
    return m


def test_maximisation_is_turned_round() -> None:
    m = workshop()
    found = floors.price(m, {"hours": [(m.hours, 1)], "wood": [(m.wood, 1)]})
    assert found.cost == pytest.approx(111)
    assert found.floors == pytest.approx({"hours": 2, "wood": 1})
    assert found.uplift == 0


def test_rules_under_maximisation() -> None:
    """At 2.5 an hour y loses 0.5 on its one unit; below 2 it would profit without end."""
    m = workshop()
    found = floors.price(m, {"hours": [(m.hours, 1)]}, [("minimum", "hours", 2.5)])
    assert found.cost == pytest.approx(111)
    assert found.floors == pytest.approx({"hours": 2.5})
    assert (found.uplift, found.make_whole, found.foregone) == pytest.approx((0.5, 0.5, 0))
    with pytest.raises(floors.Infeasible, match="rules"):
        floors.price(m, {"hours": [(m.hours, 1)]}, [("maximum", "hours", 1.5)])


def test_a_constant_in_the_objective_is_cost_and_no_price() -> None:
    m = pool((100,))
    m.cost.set_value(m.cost.expr + 1000)
    found = floors.price(m, loads_of(m), [("maximum", 1, 50)])
    assert (found.cost, found.uplift) == pytest.approx((4150, 400))


# Bounds, ranges, fixed and free variables become rows


def test_bounds_are_priced_like_rows() -> None:
    """The pool with bounds in place of rows has the same prices, and the same uplift under a rule."""
    m = pool((100,))
    m.limit.deactivate()
    m.size.deactivate()
    m.imports[1].setub(60)
    m.base[1].setub(30)
    assert floors.price(m, loads_of(m)).floors == pytest.approx({1: 90})
    found = floors.price(m, loads_of(m), [("maximum", 1, 50)])
    assert (found.uplift, found.make_whole) == pytest.approx((400, 400))


@pytest.mark.parametrize(
    ("low", "high", "sign", "plan"),
    [(5, None, 1, 5), (5, 20, 1, 5), (-7, 3, 1, -7), (-7, -2, -1, -2), (None, -2, -1, -2), (None, 0, -1, 0)],
)
def test_any_bounds(low: float | None, high: float | None, sign: int, plan: float) -> None:
    """A variable sits at the bound its cost presses on, and the price of the row beside it is that of y."""
    m = pyo.ConcreteModel()
    m.x = pyo.Var(bounds=(low, high))
    m.y = pyo.Var(domain=pyo.NonNegativeReals)
    m.row = pyo.Constraint(expr=m.y + 2 * m.x >= 2 * plan + 3)
    m.cost = pyo.Objective(expr=sign * 50 * m.x + 10 * m.y)
    found = floors.price(m, {"row": [(m.row, 1)]})
    assert found.cost == pytest.approx(sign * 50 * plan + 30)
    assert found.floors == pytest.approx({"row": 10})
    assert found.uplift == 0


def test_free_variables_break_even_exactly() -> None:
    """A free variable can run backwards: its zero profit is an equality, so no rule can move its price."""
    m = pyo.ConcreteModel()
    m.x, m.y = pyo.Var(), pyo.Var(domain=pyo.NonNegativeReals)
    m.a, m.b = pyo.Constraint(expr=m.x >= -4), pyo.Constraint(expr=m.y - m.x >= 6)
    m.cost = pyo.Objective(expr=3 * m.x + 5 * m.y)
    found = floors.price(m, {"a": [(m.a, 1)], "b": [(m.b, 1)]})
    assert found.cost == pytest.approx(-12 + 10)
    assert found.floors == pytest.approx({"a": 8, "b": 5})
    with pytest.raises(floors.Infeasible, match="rules"):
        floors.price(m, {"a": [(m.a, 1)]}, [("maximum", "a", 2.5)])
    bound = floors.price(m, {"a": [(m.a, 1)], "b": [(m.b, 1)]}, [("maximum", "a", 7)])
    assert bound.floors == pytest.approx({"a": 7, "b": 4})  # y loses 1 on each of 2 t
    assert (bound.uplift, bound.make_whole) == pytest.approx((2, 2))


def test_fixed_variables_are_priced_and_stay_fixed() -> None:
    """Peak fixed at 10 of 100, so 30 of base are not needed in full: the price falls to 35."""
    m = pool((95,))
    m.peak[1].fix(10)
    found = floors.price(m, loads_of(m))
    assert found.cost == pytest.approx(60 * 20 + 25 * 35 + 10 * 90)
    assert found.floors == pytest.approx({1: 35})
    assert m.peak[1].fixed and m.peak[1].value == 10
    assert not m.base[1].fixed


def test_a_fixed_variable_without_value_is_refused_and_nothing_is_changed() -> None:
    m = pool((95,))
    m.base[1].fix(10)
    m.peak[1].fixed = True
    with pytest.raises(floors.UsageError, match=r"peak\[1\] is fixed without a value"):
        floors.price(m, loads_of(m))
    assert m.base[1].fixed and m.base[1].value == 10 and m.peak[1].fixed


@pytest.mark.parametrize(("need", "price"), [(3.0, 10.0), (None, 10.0)])
def test_a_ranged_row_has_a_price_on_the_side_that_binds(need: float | None, price: float) -> None:
    """Between 3 and 8 at a cost of 10: the lower side binds; at a gain of 10, the upper one."""
    m = pyo.ConcreteModel()
    m.x = pyo.Var(domain=pyo.NonNegativeReals)
    m.range = pyo.Constraint(expr=(3, m.x, 8))
    m.cost = pyo.Objective(expr=10 * m.x if need else -10 * m.x)
    found = floors.price(m, {})
    assert found.cost == pytest.approx(30 if need else -80)
    assert found.of(m.range) == pytest.approx(price if need else -price)
    with pytest.raises(floors.UsageError, match="two sides"):
        floors.price(m, {"range": [(m.range, 1)]})


def test_an_equality_may_have_a_negative_price() -> None:
    m = pyo.ConcreteModel()
    m.x = pyo.Var(domain=pyo.NonNegativeReals)
    m.row = pyo.Constraint(expr=m.x == 4)
    m.cost = pyo.Objective(expr=-7 * m.x)
    found = floors.price(m, {"row": [(m.row, 1)]})
    assert found.floors == pytest.approx({"row": -7}) and found.cost == pytest.approx(-28)
    assert found.of(m.row) == pytest.approx(-7)


# What is refused


def integer(m: Any) -> None:
    m.peak[1].domain = pyo.NonNegativeIntegers


def binary(m: Any) -> None:
    m.peak[1].domain = pyo.Binary


def quadratic_cost(m: Any) -> None:
    m.cost.set_value(m.cost.expr + m.peak[1] ** 2)


def product_in_a_row(m: Any) -> None:
    m.odd = pyo.Constraint(expr=m.peak[1] * m.base[1] <= 5)


def logarithm(m: Any) -> None:
    m.odd = pyo.Constraint(expr=pyo.log(m.peak[1] + 1) <= 5)


def two_objectives(m: Any) -> None:
    m.other = pyo.Objective(expr=m.peak[1])


def no_objective(m: Any) -> None:
    m.cost.deactivate()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (integer, r"continuous.*peak\[1\]"),
        (binary, r"continuous.*peak\[1\]"),
        (quadratic_cost, "linear"),
        (product_in_a_row, "linear"),
        (logarithm, "linear"),
        (two_objectives, "one active objective, found 2"),
        (no_objective, "one active objective, found 0"),
    ],
)
def test_what_is_no_linear_program_is_refused(spoil: Callable[[Any], None], words: str) -> None:
    m = pool((100,))
    spoil(m)
    with pytest.raises(floors.UsageError, match=words):
        floors.price(m, loads_of(m))


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (("ceiling", 1, 50), "unknown rule 'ceiling'.*expected maximum"),
        (("maximum", 3, 50), "maximum names 3, which is no floor"),
        (("max_rise", 2, 3, 50), "max_rise names 3, which is no floor"),
        (("equal", 3, 1), "equal names 3, which is no floor"),
        (("maximum", 1), "maximum"),
        (("max_rise", 2, 1), "max_rise"),
        (("equal", 1), "equal"),
        (("equal", 1, 2, 5.0), "equal"),
        (("maximum", 1, 2, 50.0), "maximum"),
        (("maximum", 1, math.nan), "maximum"),
        (("maximum", 1, None), "maximum"),
        ((), "rule"),
    ],
)
def test_a_rule_that_is_not_known_or_not_whole_is_refused(rule: tuple[Any, ...], words: str) -> None:
    m = pool((55, 100))
    with pytest.raises(floors.UsageError, match=words):
        floors.price(m, loads_of(m), [rule])


def test_a_floor_of_a_row_that_is_not_in_the_model_is_refused() -> None:
    m, other = pool((100,)), pool((100,))
    with pytest.raises(floors.UsageError, match=r"need\[1\], which is no active row"):
        floors.price(m, {"load": [(other.need[1], 1)]})
    m.limit.deactivate()
    with pytest.raises(floors.UsageError, match=r"limit\[1\], which is no active row"):
        floors.price(m, {"load": [(m.limit[1], 1)]})
    with pytest.raises(floors.UsageError, match="need, which is no active row"):
        floors.price(m, {"load": [(m.need, 1)]})
    with pytest.raises(floors.UsageError, match=r"peak\[1\], which is no active row"):
        floors.price(m, {"load": [(m.peak[1], 1)]})


def test_a_discount_of_what_is_no_floor_is_refused() -> None:
    m = pool((100,))
    with pytest.raises(floors.UsageError, match="discount names 2, which is no floor"):
        floors.price(m, loads_of(m), discount={2: 0.5})


@pytest.mark.parametrize("number", [0.0, math.nan, -1.0])
def test_a_discount_that_is_no_positive_number_is_refused(number: float) -> None:
    m = pool((100,))
    with pytest.raises(floors.UsageError, match="discount"):
        floors.price(m, loads_of(m), discount={1: number})


def test_infeasible_and_unbounded_models() -> None:
    with pytest.raises(floors.Infeasible):
        floors.price(pool((100,), peak=False), {})
    m = pool((100,))
    m.cost.set_value(-m.peak[1])
    with pytest.raises(floors.Unbounded):
        floors.price(m, {})


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("place", ["cost", "coefficient"])
def test_numbers_that_are_not_finite_are_an_error_and_no_result(place: str, number: float) -> None:
    m = pool((100,))
    if place == "cost":
        m.cost.set_value(m.cost.expr + number * m.peak[1])
    else:
        m.odd = pyo.Constraint(expr=number * m.peak[1] + m.base[1] >= 1)
    with pytest.raises(floors.FloorsError):
        floors.price(m, loads_of(m))


@pytest.mark.parametrize("upward", [True, False])
@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_a_side_that_is_not_finite(upward: bool, number: float) -> None:
    """A side that asks for nothing changes nothing, prices and ranges included; any other is an error."""
    m = pool((100,))
    m.side = pyo.Param(initialize=number, mutable=True, within=pyo.Any)
    m.odd = pyo.Constraint(expr=m.base[1] >= m.side if upward else m.base[1] <= m.side)
    if math.isnan(number) or (number > 0) is upward:
        with pytest.raises(floors.FloorsError):
            floors.price(m, loads_of(m))
        return
    found = floors.price(m, loads_of(m))
    assert (found.floors, found.lowest, found.highest) == (pytest.approx({1: 90}),) * 3


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


def test_several_rules_at_once() -> None:
    m = pool((55, 100))
    found = floors.price(m, loads_of(m), [("max_rise", 2, 1, 30.0), ("minimum", 2, 70.0)])
    assert found.floors == pytest.approx({1: 40, 2: 70})
    assert (found.make_whole, found.foregone) == pytest.approx((200, 5 * 20 + 30 * 5))


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
