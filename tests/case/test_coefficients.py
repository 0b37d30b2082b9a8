"""Coefficients too small for a solver are told at the cell that makes them; those that it refuses as well."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import numpy as np
import pytest

import floors
from floors.case.coefficients import SMALL, small
from floors.case.derive import Case, derive
from floors.case.doubts import doubtful
from floors.contract.inputs import TABLES
from floors.errors import InputError, SolveError
from floors.lp.linear import compile_model
from floors.solving.run import name_numbers
from tests.support import everything
from tests.support.studies import Table, solve, study, table

Spoiled = tuple[str, int, Any, float]


def given() -> dict[str, Table]:
    """One of everything, with a floor that may fall by a share."""
    whole = everything.study()
    found = {
        t.name: [dict(row) for row in whole._checked.tables[t.name].cells]
        for t in TABLES
        if whole.has(t.name)
    }
    found["floor_rules"].append({"commodity": "oxide", "rule": "max_fall_share", 2027: 0.5, 2029: 0.5})
    return found


def spoiled(*numbers: float) -> Iterator[tuple[Spoiled, Case]]:
    """The study with one number of one cell replaced, for every cell with a number and as far as it is allowed."""
    rows = given()
    for t in TABLES:
        for i, row in enumerate(rows.get(t.name, ())):
            names = {column.name for column in t.columns if column.kind == "number"}
            for key in [key for key in row if isinstance(key, int) or key in names]:
                for number in numbers:
                    changed = deepcopy(rows)
                    changed[t.name][i][key] = number
                    try:
                        case = derive(floors.Study(changed))
                    except InputError:
                        continue
                    yield (t.name, i, key, number), case


def test_every_cell_that_makes_a_small_coefficient_is_named() -> None:
    """Whatever cell it is: the rows of the LP have one where a warning says so, and nowhere else."""
    told = set()
    for (sheet, i, key, number), case in spoiled(3e-10, 1 - 3e-10, -3e-10):
        entries = np.abs(compile_model(floors.build(case)).lp.matrix.data)
        found = [*small(case)]
        rules = sheet == "floor_rules" and bool(found)  # rows of the prices, not of the plan
        assert bool(found) == bool((entries < SMALL).any() or rules), (sheet, i, key, number)
        if found:
            told.add(sheet)
            assert case.study.place(sheet, i, key)[1] in [p.cell for p in found if p.sheet == sheet]
            assert [p for p in doubtful(case) if p.code == "small_coefficient"] == found
    assert told == {
        *("technologies", "processes", "groups", "routes", "years", "caps", "floor_rules", "stockpiles"),
        "reference_prices",
    }


@pytest.mark.parametrize(
    ("sheet", "row", "key", "value", "said"),
    [
        ("stock_targets", 1, 2026, "0.000001 d", "0.000001 d makes a coefficient of 3.42e-09"),
        ("stockpiles", 0, "loss", 0.99999, "0.99999 makes a coefficient of 1e-10"),
        ("routes", 0, "content", 1e-10, "1e-10 is below 1e-08"),
        ("floor_rules", 1, 2029, 0.99999, "0.99999 makes a coefficient of 1e-10"),
        ("technologies", 0, "coefficient", -1e-9, "-1e-09 is below 1e-08"),
    ],
)
def test_a_cell_that_makes_one_in_another_way(sheet: str, row: int, key: Any, value: Any, said: str) -> None:
    rows = given()
    rows[sheet][row][key] = value
    rows["stockpiles"][0]["loss"] = rows["stockpiles"][0]["loss"] if sheet == "stockpiles" else 0
    changed = floors.Study(rows)
    found = [p for p in small(derive(changed)) if p.sheet == sheet]
    assert [p.cell for p in found] == [changed.place(sheet, row, key)[1]]
    assert said in found[0].message and found[0].level == "warning" and found[0].hint


def test_a_study_as_it_should_be_is_told_nothing() -> None:
    assert not [*small(derive(everything.study()))] and not [*small(derive(floors.Study(given())))]


def test_what_a_scenario_sets_is_told_of_the_scenario_alone() -> None:
    rows = given()
    rows["scenarios"] = table("scenario", ("less",), ("same",))
    rows["changes"] = table(
        "scenario sheet where column change value",
        ("less", "technologies", "commodity=oxide", "coefficient", "set", 1e-9),
    )
    whole = floors.Study(rows)
    found = {
        name: [p for p in doubtful(derive(whole.scenario(name))) if p.code == "small_coefficient"]
        for name in ("base", "less", "same")
    }
    assert [len(one) for one in found.values()] == [0, 1, 0]
    assert found["less"][0].set_by == "changes!F2"


def test_a_number_that_the_solver_refuses_is_named_by_cell() -> None:
    """Coefficients of 1e15 and more, and what is infinite to HiGHS: which number it is, and where it was typed."""
    refused = set()
    for (sheet, i, key, number), case in spoiled(1e16, 1e21):
        changed = case.study
        try:
            compile_model(floors.build(case))
        except SolveError as error:
            refused.add((sheet, number))
            name_numbers(error, changed)
            first, *rest = str(error).splitlines()
            assert "HiGHS" in first and "not finite" not in first
            title, cell, _ = changed.place(sheet, i, key)
            assert any(line.startswith(f"{title}!{cell}: ") for line in rest), (sheet, i, key)
    assert {("technologies", 1e16), ("processes", 1e21), ("demand", 1e21), ("years", 1e16)} <= refused


def trace(coefficient: float) -> dict[str, Table | None]:
    """Magnets that need so much of a trace metal, of which there is enough for half of what is wanted."""
    wanted = 0.02 / coefficient
    return {
        "commodities": table("commodity", ("oxide",), ("trace",)),
        "technologies": table(
            "technology commodity coefficient", ("works", "trace", -coefficient), ("works", "oxide", 1)
        ),
        "processes": table(
            "process region technology commodity unit_cost capacity",
            ("CN works", "CN", None, "oxide", 50, None),
            ("US works", "US", "works", None, 10, None),
            ("US trace", "US", None, "trace", 20, 0.01),
        ),
        "demand": table("region segment commodity value 2026", ("US", "all", "oxide", 100, wanted)),
        "caps": None,
        "floor_rules": None,
    }


@pytest.mark.parametrize("coefficient", [1e-3, 1e-9, 1e-10, 1e-11])
def test_a_plan_keeps_what_a_small_coefficient_asks_for(coefficient: float) -> None:
    """Half is made at home and half bought at 50 USD/kg; HiGHS would drop the coefficient and buy nothing."""
    result = solve(**trace(coefficient))
    assert result.figures.total_cost == pytest.approx((60 * 0.01 / coefficient + 20 * 0.01) / 1000)


def test_every_command_names_the_cell_of_a_number_that_is_refused() -> None:
    rows = trace(1e-3)
    rows["technologies"] = table(
        "technology commodity coefficient", ("works", "trace", -1e16), ("works", "oxide", 1)
    )
    rows["caps"] = table("scope commodity basis 2026", ("bloc", "oxide", "demand", 0.5))
    rows["scenarios"] = table("scenario probability", ("same", 0.5))
    given = study(**rows)
    calls: dict[str, Callable[[floors.Study], Any]] = {
        "solve": floors.solve,
        "risk": floors.risk,
        "coalition": floors.coalition,
        "sweep": floors.sweep,
    }
    for name, call in calls.items():
        with pytest.raises(SolveError) as caught:
            call(given)
        assert "HiGHS takes no coefficient of 1e+15 or more" in str(caught.value), name
        assert "technologies!C2: -1e+16 t per t of activity is beyond anything real" in str(caught.value), (
            name
        )
