"""Each part of a floor leads to the cell in which it is typed."""

from __future__ import annotations

from itertools import product
from typing import Any

import floors
from floors.brief.tables import Tables, region_of
from floors.brief.typed import Cells, typed
from tests.support import studies
from tests.support.places import INPUTS
from tests.support.told_studies import linked


def tables(result: floors.Result) -> Tables:
    return Tables(result.study, result.rows)


def test_unit_costs_of_a_year_and_of_all_years() -> None:
    result = studies.solve(
        years=studies.years((2026, 1), (2027, 1)),
        demand=studies.table("region segment commodity value 2026 2027", ("US", "all", "oxide", 200, 10, 10)),
        unit_costs=studies.table("process 2027", ("US works", 90)),
        caps=studies.table("scope commodity basis 2026 2027", ("bloc", "oxide", "demand", 0.4, 0.4)),
    )
    found = {(one.part, one.year): one.cell for one in typed(tables(result))}
    assert found["unit cost US works", 2026] == "processes!D3"
    assert found["unit cost US works", 2027] == "unit_costs!B2"


def test_what_is_the_same_in_all_years_has_no_year() -> None:
    result = studies.solve(caps=studies.table("scope commodity basis 2026", ("bloc", "oxide", "demand", 0.4)))
    assert [tuple(one) for one in typed(tables(result))] == [("unit cost US works", None, "processes!D3")]


def test_shipments_lead_to_the_row_of_routes_that_is_theirs() -> None:
    study = floors.read(INPUTS / "rare_earths.xlsx")
    result = floors.solve(study, ranges=False)
    cells, routes = Cells(tables(result)), result.outcome.case.routes
    asked = 0
    for (o, d, c, t), column in product(list(result.outcome.case.arcs)[::23], ("freight", "tariff")):
        row = routes.rows(o, region_of(d), c, t)[0]
        if row is not None and study.rows("routes")[row][column] is not None:
            sheet, cell, _ = study.place("routes", row, column)
            assert cells.of(f"{column} {o} > {d} {c}", t) == f"{sheet}!{cell}"
            asked += 1
    assert asked > 100
    assert {one.part for one in typed(tables(result))} == set(result.floor_parts.part)


def charged_links(*routes: tuple[Any, ...]) -> Cells:
    """Of two years in which China can ship 6 t, and qualifies more on the terms of these rows of routes."""
    header = "origin destination commodity qualify_cost qualify_life first_year last_year"
    rows = studies.table(header, *(("CN", "member", "oxide", *row) for row in routes))
    return Cells(tables(floors.solve(linked(9, most=8, routes=rows))))


def test_a_link_leads_to_what_it_costs_to_qualify() -> None:
    cells = charged_links((5, 1))
    assert {cells.of("link charge CN > US oxide", year) for year in (2026, 2027)} == {"routes!D2"}
    changing = charged_links((5, 1, 2026, 2026), (6, 1, 2027, 2027))
    assert [changing.of("link charge CN > US oxide", year) for year in (2026, 2027)] == [
        "routes!D2",
        "routes!D3",
    ]


def test_a_link_that_may_be_of_two_rows_has_no_cell_of_its_own() -> None:
    cells = charged_links((5, 2, 2026, 2026), (6, 1, 2027, 2027))
    found = [cells.of("link charge CN > US oxide", year) for year in (2026, 2027)]
    assert found == ["routes!D2", ""]


def test_rules_and_sums_have_no_cell_of_their_own() -> None:
    result = studies.solve()
    cells = Cells(tables(result))
    assert [
        cells.of(part, 2026) for part in ("max_rise of floor_rules!D3", "value US/all oxide", "unit cost x")
    ] == [
        "",
        "",
        "",
    ]
