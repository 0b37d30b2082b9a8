"""Which cells stand behind a row: years before columns, defaults, scenarios, sheets as they are written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import floors
from floors.case.derive import derive
from floors.diagnosis.cells import Cells
from floors.diagnosis.diagnosis import Cell
from floors.diagnosis.kinds import WORDS
from tests.support import studies, tiny
from tests.support.studies import table, years


def cells_of(study: floors.Study, kind: str, *key: Any) -> list[str]:
    return [cell.place for cell in WORDS[kind].cells(Cells(derive(study)), *key)]


def test_every_kind_of_row_of_a_workbook_that_uses_everything() -> None:
    """tests/support/tiny.py, read by hand."""
    study = tiny.tiny_study()
    expected: dict[tuple[str, tuple[Any, ...]], list[str]] = {
        ("capacity", ("CN oxide", 2026)): ["capacities!B3"],
        ("capacity", ("NA mine", 2026)): ["processes!F3"],
        ("capacity", ("hall", 2026)): ["plants!B2"],
        ("capacity", ("hall", 2027)): ["capacities!C2"],
        ("process_minimum", ("NA mine", 2026)): ["minimums!B2"],
        ("route_minimum", ("CN", "US", "oxide", 2026)): ["route_minimums!D2"],
        ("must_serve", ("JP", "all", "oxide", 0, 2026)): ["demand!G3", "demand!D3"],
        ("demand", ("US/defence", "defence", "oxide", 0, 2027)): ["demand!H2"],
        ("stock_opening", ("pile", 2026)): ["stockpiles!D2"],
        ("stock_balance", ("pile", 2027, 2026)): ["stockpiles!A2"],
        ("stock_target", ("pile", 2026)): ["stock_targets!B2"],
        ("release", ("pile", 2026)): ["releases!B2"],
        ("fund", ("chest",)): ["funds!B2"],
        ("supply", ("NA", "ore", 2026)): ["processes!A3"],
        ("supply", ("CN", "oxide", 2026)): ["processes!A2", "demand!F3"],
        ("use", ("JP", "oxide", 2026)): ["routes!A2", "routes!A3"],
        # a tenth of Japan's 4 t leaks, and the bloc's cap is a share of both demands
        ("cap", ("bloc oxide demand", 2026)): ["caps!F2", "demand!G2", "demand!G3", "demand!F3"],
        ("cap", ("US both defence from CN tonnes", 2026)): ["caps!F3"],
    }
    for (kind, key), places in expected.items():
        assert cells_of(study, kind, *key) == places, (kind, key)


def test_a_scenario_names_the_cell_of_changes_and_the_one_it_changed() -> None:
    study = tiny.tiny_study().scenario("late")
    assert cells_of(study, "route_limit", "CN", "US", "oxide", 2027) == ["changes!F4 for route_limits!E2"]
    (cell,) = Cells(derive(study)).route_limit("CN", "US", "oxide", 2027)
    assert cell == Cell("route_limits", "E2", 0.0, "changes!F4")


def test_sheets_are_called_as_they_are_written(tmp_path: Path) -> None:
    book = tiny.sheets()
    book["Stock Targets"] = book.pop("stock_targets")
    study = floors.read(tiny.write(tmp_path / "a.xlsx", book))
    assert cells_of(study, "stock_target", "pile", 2026) == ["Stock Targets!B2"]


def test_a_column_or_value_that_is_not_there() -> None:
    """A blank cell is named as blank; a column that the sheet lacks, by its row."""
    processes = table(
        "process region commodity unit_cost capacity capital_cost",
        ("US works", "US", "oxide", 80, None, 50),
        ("CN works", "CN", "oxide", 50, None, None),
    )
    study = studies.study(processes=processes)
    assert cells_of(study, "capacity", "US works", 2026) == ["processes!E2 (blank)"]
    bare = studies.study(processes=[{k: v for k, v in row.items() if k != "capacity"} for row in processes])
    assert cells_of(bare, "capacity", "US works", 2026) == ["processes row 2 (no capacity)"]
    assert Cells(derive(bare)).capacity("US works", 2026) == (
        Cell("processes", "row 2", None, "", "capacity"),
    )


def test_a_plant_that_comes_too_late_names_its_lead_time() -> None:
    study = studies.study(
        processes=table("process region commodity unit_cost plant", ("US works", "US", "oxide", 80, "hall")),
        plants=table("plant capacity capital_cost lead_time", ("hall", 4, 50, 2)),
        years=years((2026, 1), (2028, 1)),
        demand=table("region segment commodity value 2026 2028", ("US", "all", "oxide", 200, 10, 10)),
    )
    assert cells_of(study, "capacity", "hall", 2026) == ["plants!B2", "plants!D2"]
    assert cells_of(study, "capacity", "hall", 2028) == ["plants!B2"]


PLACES = {
    (5, 4): ["minimums!B2"],
    (4, 5): ["contracts!D2"],
    (4, 4): ["minimums!B2", "contracts!D2"],
    (None, 4): ["contracts!D2"],
    (None, 2): ["processes!E2", "contracts!D2"],
}


@pytest.mark.parametrize("yearly,contract", PLACES)
def test_a_minimum_is_that_which_asks_for_most(yearly: int | None, contract: int) -> None:
    """The column of processes has 2 t."""
    study = studies.study(
        processes=table("process region commodity unit_cost minimum", ("US works", "US", "oxide", 80, 2)),
        minimums=table("process 2026", ("US works", yearly)),
        contracts=table(
            "process strike payer 2026", ("US works", 90, "US", contract), ("US works", 95, "JP", None)
        ),
    )
    assert cells_of(study, "process_minimum", "US works", 2026) == PLACES[yearly, contract]


def test_the_row_of_routes_with_most_exact_names_is_the_one_meant() -> None:
    study = studies.study(
        routes=table(
            "origin destination commodity limit minimum",
            ("*", "*", "*", None, None),
            ("CN", "member", "oxide", 7, None),
            ("CN", "US", "oxide", 5, 1),
        ),
        route_limits=table("origin destination commodity 2026", ("CN", "JP", "oxide", 3)),
    )
    assert cells_of(study, "route_limit", "CN", "US", "oxide", 2026) == ["routes!D4"]
    assert cells_of(study, "route_minimum", "CN", "US", "oxide", 2026) == ["routes!E4"]
    assert cells_of(study, "route_limit", "CN", "JP", "oxide", 2026) == ["route_limits!D2"]
    found = Cells(derive(study))
    assert found.for_pair_alone("CN", "US", "oxide", 2026, "route_limits")
    assert found.for_pair_alone("CN", "US", "oxide", 2026, "route_minimums")
    assert not found.for_pair_alone("CN", "JP", "oxide", 2026, "route_minimums")


def test_several_demands_that_leak_into_one_limit() -> None:
    """Only what leaks over this pair counts."""
    study = studies.study(
        demand=table(
            "region segment commodity value enforcement 2026",
            ("US", "cars", "oxide", 200, 0.9, 10),
            ("US", "wind", "oxide", 200, 1, 10),
            ("JP", "cars", "oxide", 200, 0.9, 10),
        ),
        routes=table("origin destination commodity limit", ("CN", "member", "oxide", 7)),
    )
    assert cells_of(study, "route_limit", "CN", "US", "oxide", 2026) == ["routes!D2", "demand!E2"]
    assert cells_of(study, "supply", "CN", "oxide", 2026) == ["processes!A2", "demand!E2", "demand!E4"]
