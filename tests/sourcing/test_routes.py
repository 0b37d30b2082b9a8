"""Routes: which row wins, what a region ships to itself, windows, limits, losses and duties."""

from __future__ import annotations

import pytest
from pytest import approx

import floors
from tests.support.studies import (
    Table,
    levy,
    metric,
    one,
    price,
    refused,
    shipped,
    solve,
    table,
    total,
    years,
)

HEAD = "origin destination commodity freight"


def freight(*routes: tuple[str, str, str, float], **sheets: Table | None) -> float:
    """Freight from China to the US under these rows."""
    result = solve(routes=table(HEAD, *routes), **sheets)
    return float(one(result.shipments, "cost", origin="CN", destination="US"))


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        (("CN", "US", "oxide"), ("CN", "US", "*")),
        (("CN", "US", "*"), ("CN", "member", "*")),
        (("CN", "*", "*"), ("capped", "member", "*")),
        (("*", "*", "oxide"), ("capped", "member", "*")),
        (("capped", "member", "oxide"), ("CN", "*", "*")),
        (("capped", "member", "oxide"), ("CN", "member", "*")),
        (("capped", "US", "*"), ("*", "US", "*")),
        (("capped", "member", "*"), ("capped", "*", "*")),
        (("*", "member", "*"), ("*", "*", "*")),
        (("CN", "*", "oxide"), ("capped", "US", "*")),
    ],
)
def test_more_exact_names_win_then_more_roles(
    narrow: tuple[str, str, str], wide: tuple[str, str, str]
) -> None:
    """Roles count only between rows with equally many exact names, and the order of rows never."""
    known = [(*narrow, 1.0), (*wide, 7.0)]
    assert freight(*known) == 1
    assert freight(*reversed(known)) == 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("CN", "*", "*"), ("*", "US", "*")),
        (("CN", "*", "*"), ("*", "*", "oxide")),
        (("capped", "*", "*"), ("*", "member", "*")),
        (("CN", "member", "*"), ("capped", "US", "*")),
        (("CN", "US", "oxide"), ("CN", "US", "oxide")),
    ],
)
def test_a_tie_is_an_error_at_its_cell(first: tuple[str, str, str], second: tuple[str, str, str]) -> None:
    problems = refused(routes=table(HEAD, (*first, 1), (*second, 2)))
    assert [(p.sheet, p.cell) for p in problems] == [("routes", "A3")]
    assert "A2" in problems[0].message


def test_a_tie_that_a_better_row_settles_is_none() -> None:
    assert freight(("CN", "*", "*", 1), ("*", "US", "*", 2), ("CN", "US", "*", 3)) == 3


def test_tied_rows_in_different_years_do_not_meet() -> None:
    result = solve(
        years=years((2026, 1), (2027, 1)),
        routes=table(
            f"{HEAD} first_year last_year", ("CN", "*", "*", 1, None, 2026), ("*", "US", "*", 2, 2027, None)
        ),
        demand=table("region segment commodity 2026 2027", ("US", "all", "oxide", 10, 10)),
    )
    assert [price(result, "US", t) for t in (2026, 2027)] == approx([51, 52])


def test_a_better_row_out_of_its_years_gives_way() -> None:
    result = solve(
        years=years((2026, 1), (2027, 1), (2028, 1)),
        routes=table(
            f"{HEAD} first_year last_year",
            ("CN", "US", "oxide", 5, 2027, 2027),
            ("*", "*", "*", 1, None, None),
        ),
        demand=table("region segment commodity 2026 2027 2028", ("US", "all", "oxide", 10, 10, 10)),
    )
    assert [price(result, "US", t) for t in (2026, 2027, 2028)] == approx([51, 55, 51])


def test_without_the_sheet_everything_ships_free() -> None:
    result = solve()
    assert shipped(result, "CN", "US") == approx(10)
    assert price(result, "US") == approx(50)


def test_with_the_sheet_only_covered_routes_exist() -> None:
    result = solve(routes=table(HEAD, ("AU", "*", "*", 0), ("CN", "JP", "*", 0)))
    assert shipped(result, "CN", "US") == 0
    assert shipped(result, "US", "US") == approx(10)
    assert price(result, "US") == approx(80)


@pytest.mark.parametrize(
    "row", [("*", "*", "*"), ("member", "member", "oxide"), ("US", "*", "*"), ("*", "US", "oxide")]
)
def test_wildcards_and_roles_leave_a_regions_own_shipments_alone(row: tuple[str, str, str]) -> None:
    result = solve(
        routes=table(f"{HEAD} tariff loss limit", (*row, 40, 0.5, 0.5, 0)),
        reference_prices=table("commodity 2026", ("oxide", 50)),
        demand=table("region segment commodity 2026", ("US", "all", "oxide", 10)),
    )
    assert shipped(result, "US", "US") == approx(10)
    assert price(result, "US") == approx(80)


def test_a_row_that_names_a_region_twice_changes_its_own_shipments() -> None:
    result = solve(
        routes=table(f"{HEAD} tariff export_tax loss", ("US", "US", "oxide", 4, 0.5, 0.5, 0.2)),
        reference_prices=table("commodity 2026", ("oxide", 50)),
        demand=table("region segment commodity 2026", ("US", "all", "oxide", 10)),
    )
    assert shipped(result, "US", "US") == approx(10 / 0.8)
    assert price(result, "US") == approx((80 + 4) / 0.8)  # tariffs and export taxes never within a region
    assert total(result.accounts, "tariff_revenue") == total(result.accounts, "export_tax_revenue") == 0


def test_loss_and_freight_are_per_tonne_shipped() -> None:
    result = solve(
        processes=table("process region commodity unit_cost", ("CN works", "CN", "oxide", 50)),
        routes=table(f"{HEAD} loss", ("CN", "US", "oxide", 4, 0.2)),
        demand=table("region segment commodity 2026", ("US", "all", "oxide", 10)),
    )
    assert shipped(result, "CN", "US") == approx(12.5)
    assert price(result, "US") == approx(54 / 0.8)
    assert metric(result, "total_cost") == approx(12.5 * 54 / 1000)


def test_duties_are_shares_of_the_reference_price() -> None:
    result = solve(
        routes=table(f"{HEAD} tariff export_tax", ("CN", "US", "oxide", 2, 0.1, 0.05)),
        reference_prices=table("commodity 2026", ("oxide", 60)),
    )
    assert price(result, "US") == approx(50 + 2 + 0.15 * 60)
    assert one(result.shipments, "cost", origin="CN") == approx(2 + 9)
    assert one(result.accounts, "tariff_revenue", region="US") == approx(10 * 6 / 1000)
    assert one(result.accounts, "export_tax_revenue", region="CN") == approx(10 * 3 / 1000)
    assert metric(result, "total_cost") == approx(10 * 61 / 1000)
    assert metric(result, "resource_cost") == approx(10 * 52 / 1000)


@pytest.mark.parametrize("duty", ["tariff", "export_tax"])
def test_a_duty_without_reference_price_is_an_error(duty: str) -> None:
    problems = refused(routes=table(f"origin destination commodity {duty}", ("CN", "US", "oxide", 0.1)))
    assert [p.code for p in problems] == ["missing_reference"]


BY_YEAR = "origin destination commodity 2026 2027 2028"
THREE = {
    "years": years((2026, 1), (2027, 1), (2028, 1)),
    "demand": table("region segment commodity 2026 2027 2028", ("US", "all", "oxide", 10, 10, 10)),
}


def test_route_limits_by_year_fall_back_to_the_wider_row_then_to_the_route() -> None:
    result = solve(
        **THREE,
        routes=table("origin destination commodity limit", ("*", "*", "*", 9)),
        route_limits=table(BY_YEAR, ("CN", "US", "oxide", 3, None, None), ("CN", "*", "*", 5, 5, None)),
    )
    assert [shipped(result, "CN", "US", t) for t in (2026, 2027, 2028)] == approx([3, 5, 9])


def test_rows_of_route_limits_blank_in_a_year_cannot_tie_in_it() -> None:
    rows = [("CN", "*", "*", 3, None, None), ("*", "US", "*", None, 4, None)]
    result = solve(**THREE, route_limits=table(BY_YEAR, *rows))
    assert [shipped(result, "CN", "US", t) for t in (2026, 2027, 2028)] == approx([3, 4, 10])
    rows[1] = ("*", "US", "*", 7, 4, None)
    problems = refused(**THREE, route_limits=table(BY_YEAR, *rows))
    assert [(p.sheet, p.cell) for p in problems] == [("route_limits", "A3")]


def test_limit_of_nothing_is_an_embargo_and_blank_is_none() -> None:
    result = solve(**THREE, route_limits=table(BY_YEAR, ("CN", "US", "*", 0, None, 0)))
    assert [shipped(result, "CN", "US", t) for t in (2026, 2027, 2028)] == approx([0, 10, 0])
    assert [price(result, "US", t) for t in (2026, 2027, 2028)] == approx([80, 50, 80])


def test_route_minimums_by_year_fall_back_to_the_route() -> None:
    result = solve(
        **THREE,
        routes=table("origin destination commodity minimum", ("US", "US", "oxide", 2), ("*", "*", "*", None)),
        route_minimums=table(BY_YEAR, ("US", "US", "oxide", 6, 0, None)),
    )
    assert [shipped(result, "US", "US", t) for t in (2026, 2027, 2028)] == approx([6, 0, 2])


def test_take_or_pay_runs_even_where_nobody_needs_it() -> None:
    result = solve(route_minimums=table("origin destination commodity 2026", ("US", "JP", "oxide", 4)))
    assert shipped(result, "US", "JP") == approx(4)
    assert metric(result, "total_cost") == approx((10 * 50 + 4 * 80) / 1000)


def test_limits_hold_for_each_pair_that_a_row_covers() -> None:
    result = solve(
        routes=table(
            "origin destination commodity limit", ("CN", "member", "oxide", 3), ("US", "JP", "oxide", None)
        ),
        demand=table("region segment commodity 2026", ("US", "all", "oxide", 10), ("JP", "all", "oxide", 10)),
    )
    assert shipped(result, "CN", "US") == approx(3)
    assert shipped(result, "CN", "JP") == approx(3)


TWO_SEGMENTS = {
    "demand": table(
        "region segment commodity value 2026",
        ("US", "defence", "oxide", 300, 4),
        ("US", "cars", "oxide", 200, 6),
    ),
    # So wide a cap never binds, but it makes the segment a market of its own.
    "caps": table("scope commodity segment basis 2026", ("US", "oxide", "defence", "tonnes", 99)),
}


def test_a_limit_binds_on_the_sum_over_segment_markets() -> None:
    result = solve(
        **TWO_SEGMENTS, route_limits=table("origin destination commodity 2026", ("CN", "US", "oxide", 7))
    )
    assert shipped(result, "CN", "US") + shipped(result, "CN", "US/defence") == approx(7)


def test_a_minimum_binds_on_the_sum_over_segment_markets() -> None:
    result = solve(
        **TWO_SEGMENTS, route_minimums=table("origin destination commodity 2026", ("US", "US", "oxide", 7))
    )
    assert shipped(result, "US", "US") + shipped(result, "US", "US/defence") == approx(7)


def test_a_market_is_reached_by_the_route_to_its_region() -> None:
    result = solve(
        **TWO_SEGMENTS,
        routes=table(f"{HEAD} tariff loss", ("CN", "US", "oxide", 2, 0.1, 0.2)),
        reference_prices=table("commodity 2026", ("oxide", 50)),
    )
    assert price(result, "US/defence") == approx(57 / 0.8)
    assert price(result, "US") == approx(57 / 0.8)
    assert one(result.accounts, "tariff_revenue", region="US/defence") == approx(5 * 5 / 1000)


def test_a_limit_is_worth_what_it_keeps_out() -> None:
    """China fills its quota of 4 at the price of the US, and keeps the rent; there is no levy."""
    result = solve(
        route_limits=table("origin destination commodity 2026", ("CN", "US", "oxide", 4)),
        caps=table("scope commodity basis 2026", ("bloc", "oxide", "tonnes", 5)),
    )
    assert price(result, "US") == approx(80)
    assert levy(result) == approx(0)
    assert one(result.accounts, "producer_surplus", region="CN") == approx(4 * 30 / 1000)


def test_no_route_at_all_leaves_a_must_serve_demand_unmet() -> None:
    with pytest.raises(floors.Infeasible):
        solve(
            routes=table(HEAD, ("CN", "JP", "*", 0)),
            processes=table("process region commodity unit_cost", ("CN works", "CN", "oxide", 50)),
            demand=table("region segment commodity 2026", ("US", "all", "oxide", 10)),
        )


def test_what_can_move_at_no_cost_is_marked() -> None:
    """It is the same to all who of the US and Japan takes the 5 t from China; Australia alone serves itself."""
    result = solve(
        demand=table(
            "region segment commodity value 2026",
            ("US", "all", "oxide", 200, 10), ("JP", "all", "oxide", 200, 10), ("AU", "all", "oxide", 200, 3),
        ),
        caps=table("scope commodity basis 2026", ("bloc", "oxide", "tonnes", 5)),
    )  # fmt: skip
    members = result.sourcing[result.sourcing["destination"] != "AU"]
    assert members["movable"].all()
    assert not one(result.sourcing, "movable", destination="AU")
    alone = solve(caps=table("scope commodity basis 2026", ("bloc", "oxide", "tonnes", 5)))
    assert not alone.sourcing["movable"].any()
