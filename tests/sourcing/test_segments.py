"""Segments with a cap of their own are markets of their own."""

from __future__ import annotations

import pandas as pd
from pytest import approx

from tests.support.studies import BASE, floor, metric, one, price, refused, rows, shipped, solve, table

BUYERS = "region segment commodity value 2026"
ORDER = "scope commodity segment origin basis 2026"
SEGMENTS = table(BUYERS, ("US", "defence", "oxide", 300, 4), ("US", "cars", "oxide", 200, 6))


def test_a_segment_with_a_cap_is_a_market_of_its_own() -> None:
    result = solve(caps=table(ORDER, ("bloc", "oxide", "defence", None, "demand", 0.25)), demand=SEGMENTS)
    assert shipped(result, "CN", "US/defence") == approx(1)
    assert shipped(result, "US", "US/defence") == approx(3)
    assert shipped(result, "CN", "US") == approx(6)
    assert set(result.floors["member"]) == {"US/defence"}
    assert floor(result, "US/defence") == approx(80)
    assert price(result, "US/defence") == approx(80)
    assert price(result, "US") == approx(50)
    assert one(result.accounts, "outlay", region="US/defence") == approx(4 * 80 / 1000)
    assert one(result.accounts, "levy_revenue", region="US/defence") == approx(1 * 30 / 1000)
    assert one(result.accounts, "outlay", region="US") == approx(6 * 50 / 1000)


def test_a_ban_for_one_segment() -> None:
    result = solve(caps=table(ORDER, ("US", "oxide", "defence", None, "demand", 0)), demand=SEGMENTS)
    assert shipped(result, "CN", "US/defence") == 0
    assert shipped(result, "CN", "US") == approx(6)
    assert price(result, "US/defence") == approx(80)
    assert "ban" in one(result.caps, "note")
    assert "ban" in one(result.floors, "note")
    assert pd.isna(one(result.floors, "highest"))


def test_the_blocs_cap_without_a_segment_covers_the_markets_too() -> None:
    result = solve(
        caps=table(
            ORDER,
            ("bloc", "oxide", "defence", None, "demand", 0.25),
            ("bloc", "oxide", None, None, "tonnes", 3),
        ),
        demand=SEGMENTS,
    )
    assert shipped(result, "CN", "US/defence") + shipped(result, "CN", "US") == approx(3)
    assert floor(result, "US/defence") == floor(result, "US") == approx(80)
    assert metric(result, "total_cost") == approx((3 * 50 + 7 * 80) / 1000)


def test_an_inert_cap_makes_a_market_even_so() -> None:
    result = solve(caps=table(ORDER, ("bloc", "oxide", "defence", None, "demand", None)), demand=SEGMENTS)
    assert set(rows(result.accounts, role="member")["region"]) == {"US", "JP", "US/defence"}
    assert result.floors.empty
    assert rows(result.prices, region="US/defence")["price"].tolist() == approx([50])


def test_a_market_holds_no_stock_and_no_processes() -> None:
    """Stock taken in the US serves the US, not its defence market."""
    result = solve(
        caps=table(ORDER, ("bloc", "oxide", "defence", None, "demand", 0.25)),
        demand=SEGMENTS,
        stockpiles=table("stockpile region commodity opening", ("pile", "US", "oxide", 5)),
        stock_targets=table("stockpile 2026", ("pile", 0)),
    )
    assert one(result.stocks, "take") == approx(5)
    assert shipped(result, "CN", "US") == approx(1)
    assert shipped(result, "US", "US/defence") == approx(3)


def test_only_the_capped_commodity_of_a_segment_leaves_its_region() -> None:
    result = solve(
        processes=[
            *BASE["processes"],
            *table("process region commodity unit_cost", ("CN magnet", "CN", "magnet", 90)),
        ],
        demand=[*SEGMENTS, *table(BUYERS, ("US", "defence", "magnet", 300, 2))],
        caps=table(ORDER, ("bloc", "oxide", "defence", None, "demand", 0)),
    )
    assert shipped(result, "CN", "US", commodity="magnet") == approx(2)
    assert shipped(result, "CN", "US/defence", commodity="magnet") == 0


def test_a_share_of_demand_of_a_segment_that_nobody_has_is_an_error() -> None:
    demand = [*SEGMENTS, *table(BUYERS, ("CN", "wind", "oxide", 200, 1))]
    problems = refused(demand=demand, caps=table(ORDER, ("bloc", "oxide", "wind", None, "demand", 0.5)))
    assert [(p.sheet, p.cell) for p in problems] == [("caps", "B2")]
