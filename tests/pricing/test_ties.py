"""Prices that sums leave open: floors by hand, and none that hangs on the order of rows or on where a solver starts."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pyomo.environ as pyo
import pytest
from pytest import approx

import floors
from floors.case.derive import derive
from floors.errors import SolveError
from floors.lp.highs import Solver
from floors.lp.linear import compile_model
from floors.many.varied.design import design
from floors.many.varied.outputs import outputs_of, values_of
from floors.many.varied.solving import solve_varied
from floors.pricing import choosing
from floors.pricing.dual import PricingLP
from floors.solving.accounts import keep_accounts
from floors.solving.run import solve_case
from floors.sourcing.build import build
from floors.study.uncertainty import factors, inputs_of, with_factors
from tests.support import mixed
from tests.support.counts import few
from tests.support.studies import settings, study, table, years

INPUT = Path(__file__).resolve().parents[2] / "inputs" / "rare_earths.xlsx"
ORDERED = {"regions", "years"}  # the first capped region is where a floor stands; years ascend
KEYS = {"floors": ("member", "commodity", "year"), "prices": ("region", "commodity", "year")}


def two_years(**sheets: Any) -> floors.Study:
    """The US builds 60 t that stand two years, at 10 a year and 30 to run, beside 40 t from CN at 10.

    In both years together its price is 2 x 30 + 20 = 80. It is never below 30, and in 2027 never above 40, at which others
    would build for that year alone. So 2026 has from 40 to 50, and 2027 the rest: the sum leaves that open.
    """
    own: dict[str, Any] = {
        "years": years((2026, 1), (2027, 1)),
        "processes": table(
            "process region commodity unit_cost capital_cost lifetime capacity",
            ("CN works", "CN", "magnet", 10),
            ("US works", "US", "magnet", 30, 20, 2, 0),
        ),
        "demand": table("region segment commodity value 2026 2027", ("US", "all", "magnet", 200, 100, 100)),
        "caps": table("scope commodity origin basis 2026 2027", ("US", "magnet", "CN", "tonnes", 40, 40)),
    }
    return study(**(own | sheets))


def joint(*goods: str, **sheets: Any) -> floors.Study:
    """One process of the US makes a tonne of each good at 100; CN sells 5 of 10 t of each at 10. The two are worth 100
    together, neither less than 10."""
    own: dict[str, Any] = {
        "commodities": table("commodity", *((c,) for c in goods)),
        "technologies": table("technology commodity coefficient", *(("both", c, 1) for c in goods)),
        "processes": table(
            "process region commodity technology unit_cost",
            *((f"CN {c}", "CN", c, None, 10) for c in goods),
            ("US both", "US", None, "both", 100),
        ),
        "demand": table("region segment commodity value 2026", *(("US", "all", c, 200, 10) for c in goods)),
        "caps": table("scope commodity origin basis 2026", *(("US", c, "CN", "tonnes", 5) for c in goods)),
    }
    return study(**(own | sheets))


def numbers(result: floors.Result, sheet: str, *columns: str) -> dict[Any, Any]:
    """Columns of a sheet by the keys of its rows, but for blanks."""
    rows = [(row, name) for row in result.records(sheet) for name in columns if row[name] is not None]
    return {(*(row[key] for key in KEYS[sheet]), name): row[name] for row, name in rows}


def test_of_two_years_the_earlier_is_as_low_as_it_can_be() -> None:
    found = floors.solve(two_years(), ranges=True)
    floor = ("US", "magnet")
    assert numbers(found, "floors", "floor") == approx(
        {(*floor, 2026, "floor"): 40, (*floor, 2027, "floor"): 40}
    )
    ends = numbers(found, "floors", "lowest", "highest")
    assert [*ends.values()] == approx([40, 50, 30, 40])


@pytest.mark.parametrize("goods", [("a", "b"), ("b", "a")])
@pytest.mark.parametrize("choice", ["lowest", "steadiest"])
def test_of_two_commodities_the_first_by_name_is_lowest_whatever_the_order_of_rows(
    goods: tuple[str, str], choice: str
) -> None:
    reference = table("commodity 2026", ("a", 50), ("b", 50))
    found = floors.solve(joint(*goods, settings=settings(floor_choice=choice), reference_prices=reference))
    floor = {(c, n): value for (_, c, _, n), value in numbers(found, "floors", "floor").items()}
    assert floor == approx({("a", "floor"): 10, ("b", "floor"): 90})


def pair(first: str, second: str, bounded: bool = True) -> floors.Prices:
    """x + y is worth 12, of two rows that have each a price of its own; not `bounded`, of any sign."""
    m = pyo.ConcreteModel()
    m.x, m.dear_a, m.dear_b = (pyo.Var(domain=pyo.NonNegativeReals) for _ in range(3))
    m.a = pyo.Constraint(expr=m.x >= 1 if bounded else m.x == 1)
    m.b = pyo.Constraint(expr=2 * m.x >= 2 if bounded else 2 * m.x == 2)
    m.cost = pyo.Objective(expr=12 * m.x)
    weight = {"a": 1, "b": 2}  # 1 x price of a + 2 x price of b = 12
    keys = {name: [(getattr(m, name), weight[name])] for name in (first, second)}
    return floors.price(m, keys, discount={"a": 1, "b": 1}, ranges=False)


def test_of_any_model_the_floor_given_first_is_lowest() -> None:
    assert pair("a", "b").floors == approx({"a": 0, "b": 12})
    assert pair("b", "a").floors == approx({"b": 0, "a": 12})


def test_floors_without_an_end_stay_where_the_solver_left_them() -> None:
    found = pair("a", "b", bounded=False).floors
    assert found["a"] + found["b"] == approx(12)


def solved(one: floors.Study) -> floors.Result | None:
    """None where there is no plan, or no floors obey the rules."""
    try:
        return floors.solve(one, ranges=False, accept_failed=True)
    except (floors.Infeasible, floors.OverBudget, floors.InputError):
        return None


@pytest.mark.parametrize("seed", few(range(40), 8))
def test_no_price_hangs_on_the_order_of_rows(seed: int) -> None:
    book, draw = mixed.sheets(Random(seed)), Random(seed + 1000)
    turned = {name: rows if name in ORDERED else draw.sample(rows, len(rows)) for name, rows in book.items()}
    one, other = solved(floors.Study(book)), solved(floors.Study(turned))
    assert (one is None) == (other is None)
    if one is None or other is None:
        return
    for sheet, columns in (("floors", ("floor", "levy")), ("prices", ("price", "origin_price"))):
        was, now = numbers(one, sheet, *columns), numbers(other, sheet, *columns)
        assert now == approx(was, rel=1e-6, abs=1e-6)


UNCERTAIN = table(
    "sheet where column low high shape group",
    ("processes", "region=US", "unit_cost", 0.7, 1.3),
    ("processes", "region=CN", "unit_cost", 0.7, 1.3),
    ("demand", "segment=all", "2026", 0.8, 1.2),
)


@pytest.mark.parametrize("goods", [("a", "b"), ("b", "a")])
def test_a_sample_has_the_numbers_of_a_solve(goods: tuple[str, str]) -> None:
    one = joint(*goods, uncertainty=UNCERTAIN)
    inputs, outputs = inputs_of(one), outputs_of(one)
    rows = np.array([[0.1, 0.9, 0.5], [0.9, 0.1, 0.2], [0.4, 0.6, 0.9], [0.5, 0.5, 0.5]])
    varied = solve_varied(one, inputs, rows, outputs)
    for found, cells in zip(varied, factors(inputs, rows), strict=True):
        outcome = solve_case(derive(with_factors(one, cells)), build)
        wanted = values_of(outcome, keep_accounts(outcome), outputs)
        assert found.values == approx(wanted, rel=1e-9)


@pytest.mark.parametrize("draw", few([4, 11, 0, 1], 1))
def test_a_sample_of_the_worked_example_has_the_floors_of_a_solve(draw: int) -> None:
    """In the first two metal of 2032 and of 2033 can trade."""
    one = floors.read(INPUT)
    inputs, outputs = inputs_of(one), outputs_of(one)
    rows = design(1000, len(inputs), indices=False, seed=0).quantiles[[draw]]
    (varied,), (cells,) = solve_varied(one, inputs, rows, outputs), factors(inputs, rows)
    outcome = solve_case(derive(with_factors(one, cells)), build)
    assert varied.values == approx(values_of(outcome, keep_accounts(outcome), outputs), rel=1e-9)


def test_where_floors_cannot_trade_nothing_more_is_solved(monkeypatch: pytest.MonkeyPatch) -> None:
    solves: list[Solver] = []
    plain = Solver.solve

    def counting(self: Solver, *given: Any) -> Any:
        solves.append(self)
        return plain(self, *given)

    monkeypatch.setattr(Solver, "solve", counting)

    def count(one: floors.Study) -> int:
        solves.clear()
        floors.solve(one, ranges=False)
        return len(solves)

    dearer = table("region segment commodity value 2026 2027", ("US", "all", "magnet", 200, 100, 120))
    unique, open_ = count(two_years(demand=dearer)), count(two_years())
    monkeypatch.setattr(choosing, "settle_floors", lambda pricing: None)
    assert count(two_years(demand=dearer)) == unique
    assert count(two_years()) < open_


def two_chains() -> floors.Study:
    """Two goods that share nothing, each as in `two_years`."""
    goods = ("magnet", "motor")
    return two_years(
        commodities=table("commodity", *((c,) for c in goods)),
        processes=table(
            "process region commodity unit_cost capital_cost lifetime capacity",
            *((f"CN {c}", "CN", c, 10) for c in goods),
            *((f"US {c}", "US", c, 30, 20, 2, 0) for c in goods),
        ),
        demand=table(
            "region segment commodity value 2026 2027", *(("US", "all", c, 200, 100, 100) for c in goods)
        ),
        caps=table(
            "scope commodity origin basis 2026 2027", *(("US", c, "CN", "tonnes", 40, 40) for c in goods)
        ),
    )


def test_chains_that_share_nothing_are_settled_each_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have the floors of one alone, and the whole is solved once after them."""
    wholes: list[int] = []
    plain = PricingLP.least

    def counting(self: PricingLP, cost: Any) -> Any:
        wholes.append(self.m)
        return plain(self, cost)

    monkeypatch.setattr(PricingLP, "least", counting)
    alone = numbers(floors.solve(two_years(), ranges=False), "floors", "floor")
    once = len(wholes)
    both = numbers(floors.solve(two_chains(), ranges=False), "floors", "floor")
    assert once > 0 and len(wholes) == 2 * once
    for good in ("magnet", "motor"):
        found = {key[2]: value for key, value in both.items() if key[1] == good}
        assert found == approx({key[2]: value for key, value in alone.items()})


def test_where_the_solver_finds_nothing_floors_stay(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def failing(self: PricingLP, cost: Any) -> Any:
        raise SolveError("no answer")

    monkeypatch.setattr(PricingLP, "least", failing)
    result = floors.solve(two_years(), ranges=False)
    assert "floors that can trade value with others are left where they are: no answer" in caplog.text
    first, second = (result.floors["floor"].tolist())[:2]
    assert first + second == approx(80)
    assert all(result.certificate["passed"])


def test_numbers_of_rows_hang_on_names_alone() -> None:
    from floors.lp.by_name import of_rows

    def named(one: floors.Study) -> dict[str, float]:
        model = build(derive(one))
        compiled = compile_model(model)
        return dict(zip(compiled.row_names, of_rows(compiled).tolist(), strict=True))

    one, other = named(joint("a", "b")), named(joint("b", "a"))
    assert one == other
    assert all(1 <= number < 2 for number in one.values())
    assert len({*one.values()}) == len(one)
