"""`floors.price` on small models of anyone's, against prices and uplifts found by hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pyomo.environ as pyo
import pytest

import floors
from tests.support.pool import loads_of, pool

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


def test_a_model_without_rows() -> None:
    m = pyo.ConcreteModel()
    m.x = pyo.Var(domain=pyo.NonNegativeReals)
    m.cost = pyo.Objective(expr=3 * m.x + 4)
    found = floors.price(m, {})
    assert (found.floors, found.cost, found.uplift) == ({}, pytest.approx(4), 0)


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


def test_no_side_is_no_row() -> None:
    """Pyomo takes an infinite constant for a side that is not there."""
    m = pool((100,))
    m.odd = pyo.Constraint(expr=(None, m.base[1], math.inf))
    found = floors.price(m, loads_of(m))
    assert (found.floors, found.lowest, found.highest) == (pytest.approx({1: 90}),) * 3
