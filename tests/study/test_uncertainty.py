"""Sheet `uncertainty`: which cells its rows move, how far, and what is said where they cannot."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pytest import approx

import floors
from floors.study.uncertainty import factors, inputs_of, with_factors
from tests.support.studies import settings, study, table
from tests.support.uncertain import leaching, uncertain

US = ("processes", "process=US works", "unit_cost")
GOOD = (*US, 0.8, 1.2)


def problems(*rows: tuple[Any, ...], **sheets: Any) -> list[tuple[str, str]]:
    """Cell and code of all that is wrong with the sheet."""
    with pytest.raises(floors.InputError) as caught:
        study(uncertainty=uncertain(*rows), **sheets)
    assert {problem.sheet for problem in caught.value.problems} == {"uncertainty"}
    return [(problem.cell, problem.code) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("row", "cell", "code"),
    [
        ((*US, 1.2, 0.8), "D2", "low_above_high"),
        (("processes", "process=US mill", "unit_cost", 0.8, 1.2), "B2", "no_match"),
        ((*US[:2], "unit_price", 0.8, 1.2), "C2", "unknown_column"),
        (("process_list", *US[1:], 0.8, 1.2), "A2", "unknown_sheet"),
        (("changes", *US[1:], 0.8, 1.2), "A2", "unknown_sheet"),
        (("processes", "US works", "unit_cost", 0.8, 1.2), "B2", "where"),
        ((*US[:2], "capacity", 0.8, 1.2), "B2", "all_blank"),
        ((*US[:2], "commodity", 0.8, 1.2), "C2", "not_a_number"),
        ((*US, 1.1, 1.2, "triangular"), "D2", "mode_outside"),
        ((*US, 0.8, 0.9, "triangular"), "E2", "mode_outside"),
        ((*US, 0.8, 1.2, "gaussian"), "F2", "choice"),
        ((*US, "much", 1.2), "D2", "not_a_number"),
        ((*US, -0.5, 1.2), "D2", "bounds"),
        (("caps", "scope=bloc", 2026, 0.8, 1.2), "E2", "factor_too_far"),
        (("demand", "region=US", 2027, 0.8, 1.2), "C2", "unknown_column"),
    ],
)
def test_what_is_wrong_is_said_at_its_cell(row: tuple[Any, ...], cell: str, code: str) -> None:
    caps = table("scope commodity basis 2026", ("bloc", "oxide", "demand", 0.9))
    assert problems(row, caps=caps) == [(cell, code)]


def test_a_cell_named_twice_is_said_at_the_later_row() -> None:
    assert problems(GOOD, ("processes", "region=*", "unit_cost", 0.9, 1.1)) == [("B3", "named_twice")]
    assert problems(GOOD, GOOD, GOOD) == [("B3:B4", "named_twice")]


def test_a_row_at_fault_is_not_told_twice_and_a_sound_one_after_it_is() -> None:
    found = problems((*US, 1.2, 0.8), (*US, -1, 1), GOOD)
    assert found == [("D3", "bounds"), ("D2", "low_above_high"), ("B4", "named_twice")]


def test_rows_of_a_group_have_one_shape() -> None:
    cn = ("processes", "process=CN works", "unit_cost", 0.8, 1.2)
    assert problems((*GOOD, "triangular", "costs"), (*cn, None, "costs")) == [("F3", "group_shapes")]
    assert (
        len(inputs_of(study(uncertainty=uncertain((*GOOD, "uniform", "costs"), (*cn, None, "costs"))))) == 1
    )


def test_a_header_alone_moves_nothing_and_is_solved_all_the_same() -> None:
    given = floors.Study(
        {**study().tables, "uncertainty": study(uncertainty=uncertain(GOOD)).tables["uncertainty"][:0]}
    )
    assert floors.solve(given).status == "optimal"
    with pytest.raises(floors.InputError, match="nothing moves") as caught:
        floors.tornado(given)
    assert caught.value.problems[0].code == "nothing_moves"


def test_inputs_are_in_sheet_order_and_groups_move_each_row_by_its_own_range() -> None:
    inputs = inputs_of(leaching())
    assert [one.name for one in inputs] == [
        "processes unit_cost, process=AU old",
        "processes unit_cost, process=AU leach",
        "leaching",
        "demand",
    ]
    assert [(cell.row, cell.low, cell.high) for cell in inputs[2].cells] == [(1, 0.7, 1.4), (2, 0.9, 1.2)]
    assert [(cell.table, cell.row, cell.column) for cell in inputs[3].cells] == [
        ("demand", 0, 2026),
        ("demand", 1, 2026),
    ]
    quantiles = np.array([[np.nan, np.nan, 0.5, np.nan], [np.nan, 0.25, 1.0, 0.0]])
    first, second = factors(inputs, quantiles)
    assert first["processes", 1, "unit_cost"] == approx(1.05) and first[
        "processes", 2, "unit_cost"
    ] == approx(1.05)
    assert first["processes", 4, "unit_cost"] == 1.0 and first["demand", 0, 2026] == 1.0
    assert second["processes", 3, "unit_cost"] == approx(0.8 + 0.25 * 0.3)
    assert second["processes", 1, "unit_cost"] == 1.4 and second["demand", 1, 2026] == 0.9


def test_triangular_factors_are_those_of_the_distribution() -> None:
    (one,) = inputs_of(study(uncertainty=uncertain((*US, 0.7, 1.5, "triangular"))))
    found = one.factors(np.array([0.0, 0.375, 1.0, 0.1, 0.9, np.nan]))[:, 0]
    # F(x) = (x - 0.7)^2 / 0.24 up to 1, 1 - (1.5 - x)^2 / 0.4 from there
    assert found[[0, 1, 2, 5]] == approx([0.7, 1.0, 1.5, 1.0])
    assert (found[3] - 0.7) ** 2 / 0.24 == approx(0.1) and (1.5 - found[4]) ** 2 / 0.4 == approx(0.1)


@pytest.mark.parametrize("ends", [(1.0, 1.0), (1.0, 1.3), (0.6, 1.0)])
def test_a_triangle_may_end_at_its_mode(ends: tuple[float, float]) -> None:
    (one,) = inputs_of(study(uncertainty=uncertain((*US, *ends, "triangular"))))
    found = one.factors(np.linspace(0, 1, 7))[:, 0]
    assert found[0] == ends[0] and found[-1] == ends[1] and (np.diff(found) >= 0).all()


def test_the_scenario_comes_first_and_blank_cells_stay_blank() -> None:
    given = study(
        uncertainty=uncertain((*US[:2], "unit_cost", 0.5, 2), ("processes", "region=*", "capacity", 0.5, 2)),
        processes=table(
            "process region commodity unit_cost capacity",
            ("CN works", "CN", "oxide", 50),
            ("US works", "US", "oxide", 80, 100),
        ),
        scenarios=table("scenario", ("dear",)),
        changes=table(
            "scenario sheet where column change value",
            ("dear", *US, "set", 90),
            ("dear", "processes", "process=CN works", "capacity", "set", 30),
            ("dear", "processes", "process=US works", "capacity", "set", None),
        ),
    ).scenario("dear")
    cost, room = inputs_of(given)
    assert [cell.row for cell in room.cells] == [0]
    (moved,) = factors((cost, room), np.array([[1.0, 0.0]]))
    rows = with_factors(given, moved).rows("processes")
    assert rows[1]["unit_cost"] == 180 and rows[0]["capacity"] == 15 and rows[1]["capacity"] is None


def test_settings_move_too() -> None:
    given = study(
        settings=settings(discount_rate=0.1),
        uncertainty=uncertain(("settings", "key=discount_rate", "value", 0.5, 2)),
    )
    (moved,) = factors(inputs_of(given), np.array([[1.0]]))
    assert with_factors(given, moved).settings.discount_rate == approx(0.2)
    assert given.settings.discount_rate == 0.1


def test_without_the_sheet_costs_values_tariffs_and_demand_move_by_20_percent() -> None:
    given = study(
        technologies=table("technology commodity coefficient", ("sorting", "oxide", 1)),
        plants=table("plant capital_cost", ("mill", 7)),
        processes=table(
            "process region technology commodity unit_cost capital_cost plant",
            ("CN works", "CN", None, "oxide", 50, 3),
            ("US works", "US", "sorting", None, 80, None, "mill"),
            ("JP works", "JP", "sorting", None, None, 4),
        ),
        unit_costs=table("process 2026", ("JP works", 60)),
        routes=table(
            "origin destination commodity freight tariff",
            ("CN", "US", "oxide", 0, 0.1),
            ("*", "*", "*", 1, None),
        ),
        demand=table(
            "region segment commodity value 2026",
            ("US", "vehicles", "oxide", 200, 10),
            ("JP", "vehicles", "oxide", 200, 5),
            ("JP", "wind", "oxide", None, 4),
        ),
    )
    inputs = {one.name: one for one in inputs_of(given)}
    assert list(inputs) == [
        "unit_cost oxide",
        "capital_cost oxide",
        "unit_cost sorting",
        "capital_cost sorting",
        "tariff",
        "value vehicles",
        "demand vehicles",
        "demand wind",
    ]
    assert {(cell.table, cell.column) for cell in inputs["unit_cost sorting"].cells} == {
        ("processes", "unit_cost"),
        ("unit_costs", 2026),
    }
    assert {cell.table for cell in inputs["capital_cost sorting"].cells} == {"processes", "plants"}
    assert len(inputs["demand vehicles"].cells) == 2 and len(inputs["tariff"].cells) == 1
    assert {(cell.low, cell.high) for one in inputs.values() for cell in one.cells} == {(0.8, 1.2)}


def test_a_study_at_factors_is_that_with_the_cells_typed_in() -> None:
    given = leaching()
    inputs = inputs_of(given)
    (moved,) = factors(inputs, np.array([[0.3, 0.6, 0.9, 0.2]]))
    typed = {name: frame.copy() for name, frame in given.tables.items()}
    for (name, row, column), factor in moved.items():
        typed[name][column] = typed[name][column].astype(float)
        typed[name].loc[row, column] *= factor
    for name in ("processes", "demand"):
        assert with_factors(given, moved).rows(name) == floors.Study(typed).rows(name)
    assert given.rows("demand")[0]["years"][2026] == 1000
