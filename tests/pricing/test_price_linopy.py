"""`floors.price` on models of linopy, against the same model of Pyomo and prices by hand."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import floors
from tests.support.pool import loads_of, pool

linopy = pytest.importorskip("linopy", reason="linopy is no dependency of floors")

HOURS = pd.Index([1, 2], name="hour")


def linopy_pool(loads: tuple[float, ...] = (100, 80), **scaling: Any) -> Any:
    """The pool of tests/support/pool.py: imports at 20 up to 60, base at 35 up to 30, peak at 90."""
    m = linopy.Model()
    hours = HOURS[: len(loads)]
    need = pd.Series(loads, hours)
    imports = m.add_variables(lower=0, coords=[hours], name="imports", **scaling)
    base, peak = (m.add_variables(lower=0, coords=[hours], name=name) for name in ("base", "peak"))
    m.add_constraints(imports + base + peak >= need, name="need")
    m.add_constraints(imports <= 60, name="limit")
    m.add_constraints(base <= 30, name="size")
    m.add_objective((20 * imports + 35 * base + 90 * peak).sum())
    return m


def test_the_same_model_from_pyomo_and_from_linopy() -> None:
    m, n = pool((100, 80)), linopy_pool()
    rules: list[tuple[Any, ...]] = [("maximum", 1, 50.0)]
    mine = floors.price(m, loads_of(m), rules)
    theirs = floors.price(n, {h: [(f"need[{h}]", 1)] for h in HOURS}, rules)
    assert theirs.floors == pytest.approx(mine.floors)
    assert (theirs.cost, theirs.uplift, theirs.make_whole) == pytest.approx(
        (mine.cost, mine.uplift, mine.make_whole)
    )


def test_a_constraint_is_what_sel_leaves_of_it() -> None:
    n = linopy_pool()
    need, limit = n.constraints["need"], n.constraints["limit"]
    found = floors.price(n, {1: [(need.sel(hour=1), 1)], "levy": [(limit.sel(hour=1), 0.5)]})
    assert found.floors == pytest.approx({1: 90, "levy": 35})
    assert found.of(limit.sel(hour=2)) == pytest.approx(15)
    with pytest.raises(floors.UsageError, match=r"need, which has 2 rows: name one, such as need\[1\]"):
        floors.price(n, {1: [(need, 1)]})
    for other in (n.variables["imports"].sel(hour=1), linopy_pool().constraints["need"].sel(hour=1)):
        with pytest.raises(floors.UsageError, match="no active row"):
            floors.price(n, {1: [(other, 1)]})


def test_maximisation_bounds_and_signs() -> None:
    """max 3 x + 2 y + z where x + y <= 4, x <= 3, -2 <= z <= 1 and y = 1 + z: z = 0, x = 3, y = 1."""
    n = linopy.Model()
    x, y = n.add_variables(lower=0, name="x"), n.add_variables(lower=0, name="y")
    z = n.add_variables(lower=-2, upper=1, name="z")
    n.add_constraints(x + y <= 4, name="hours")
    n.add_constraints(x <= 3, name="wood")
    n.add_constraints(y - z == 1, name="tied")
    n.add_objective(3 * x + 2 * y + z, sense="max")
    found = floors.price(n, {"hours": [("hours", 1)]})
    # y + z earn 3 an hour, which is what an hour is worth; wood nothing
    assert found.cost == pytest.approx(11)
    assert found.floors == pytest.approx({"hours": 3})
    assert found.of("wood") == pytest.approx(0)
    assert found.of("tied") == pytest.approx(1)  # one more on the right and z is less by one: a loss of 1


def test_dates_are_named_by_the_day() -> None:
    n = linopy.Model()
    days = pd.date_range("2030-01-01 12:00", periods=3, freq="12h", name="snapshot")
    x = n.add_variables(lower=0, coords=[days], name="x")
    n.add_constraints(x >= 2, name="need")
    n.add_objective(x.sum() * 5)
    names = ("need[2030-01-01 12:00:00]", "need[2030-01-02]", "need[2030-01-02 12:00:00]")
    assert floors.price(n, {name: [(name, 1)] for name in names}).floors == pytest.approx(
        dict.fromkeys(names, 5)
    )


def test_what_is_masked_is_no_row() -> None:
    n = linopy.Model()
    x = n.add_variables(lower=0, coords=[HOURS], name="x")
    n.add_constraints(x >= 2, name="need", mask=pd.Series([False, True], HOURS))
    n.add_objective(x.sum() * 5)
    assert floors.price(n, {2: [("need[2]", 1)]}).floors == pytest.approx({2: 5})
    with pytest.raises(floors.UsageError, match="no active row"):
        floors.price(n, {1: [("need[1]", 1)]})


def test_scaling_for_a_solver_changes_no_price() -> None:
    """linopy hands scaled rows, columns and costs to a solver; a price is in the units of the model."""
    n = linopy_pool(scaling=7.0)
    n.add_constraints(
        n.variables["imports"] + n.variables["base"] >= pd.Series([90.0, 50.0], HOURS), name="firm", scaling=5
    )
    n.objective.scaling = 3.0
    found = floors.price(n, {1: [("need[1]", 1)], 2: [("limit[2]", 1)]})
    assert found.cost == pytest.approx(60 * 20 + 30 * 35 + 10 * 90 + 60 * 20 + 20 * 35)
    assert found.floors == pytest.approx({1: 90, 2: 15})
    assert found.of("firm[1]") == pytest.approx(0)


def test_a_row_that_is_scaled_keeps_its_price() -> None:
    n = linopy.Model()
    x = n.add_variables(lower=0, name="x", scaling=4.0)
    n.add_constraints(3 * x >= 6, name="need", scaling=0.25)
    n.add_objective(12 * x)
    found = floors.price(n, {"need": [("need", 1)]})
    assert (found.cost, found.floors["need"]) == pytest.approx((24, 4))


def test_constraints_that_linopy_keeps_as_arrays() -> None:
    n = linopy.Model()
    x = n.add_variables(lower=0, coords=[HOURS], name="x", scaling=2.0)
    n.add_constraints(x >= pd.Series([3.0, 9.0], HOURS), name="need", scaling=4.0, freeze=True)
    n.add_objective((7 * x).sum())
    assert type(n.constraints["need"]).__name__ == "CSRConstraint"
    assert floors.price(n, {h: [(f"need[{h}]", 1)] for h in HOURS}).floors == pytest.approx({1: 7, 2: 7})


def test_sides_that_ask_for_nothing_and_no_rows_at_all() -> None:
    n = linopy_pool()
    n.add_constraints(n.variables["peak"] <= float("inf"), name="endless")
    with pytest.raises(floors.UsageError, match="it has no side"):
        floors.price(n, {1: [("endless[1]", 1)]})
    n = linopy.Model()
    n.add_objective(1 * n.add_variables(lower=2, name="x"))
    assert floors.price(n, {}).cost == pytest.approx(2)


def test_what_is_not_linear_is_refused() -> None:
    n = linopy_pool()
    n.add_variables(binary=True, name="on")
    with pytest.raises(floors.UsageError, match=r"continuous variables.*: on"):
        floors.price(n, {})
    n = linopy_pool()
    n.add_sos_constraints(n.variables["peak"], sos_type=1, sos_dim="hour")
    with pytest.raises(floors.UsageError, match="SOS"):
        floors.price(n, {})
    n = linopy_pool()
    n.add_objective(n.variables["peak"] * n.variables["peak"], overwrite=True)
    with pytest.raises(floors.UsageError, match="quadratic"):
        floors.price(n, {})
