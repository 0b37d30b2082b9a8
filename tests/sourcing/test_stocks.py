"""Stockpiles: the balance over periods, closing stocks, targets, room, holding and funds."""

from __future__ import annotations

from typing import Any

import pytest
from pytest import approx

import floors
from tests.support.studies import (
    Table,
    floor,
    metric,
    one,
    price,
    refused,
    rows,
    settings,
    shipped,
    solve,
    table,
    total,
    years,
)

PILE = "stockpile region commodity opening capacity holding_cost loss fund"
TWO_YEARS = years((2026, 1), (2027, 1))


def oxide_at(*costs: float) -> dict[str, Table]:
    """The only source of oxide is the US, at these costs in the years from 2026."""
    head = " ".join(str(2026 + i) for i in range(len(costs)))
    return {
        "processes": table("process region commodity", ("works", "US", "oxide")),
        "unit_costs": table(f"process {head}", ("works", *costs)),
    }


def demand(*quantities: float) -> Table:
    """US demand that must be met in the years from 2026."""
    head = " ".join(str(2026 + i) for i in range(len(quantities)))
    return table(f"region segment commodity {head}", ("US", "all", "oxide", *quantities))


def pile(*columns: Any) -> Table:
    """One stockpile of oxide in the US: opening, capacity, holding_cost, loss, fund."""
    return table(PILE, ("pile", "US", "oxide", *columns))


def closing(result: floors.Result) -> list[float]:
    """Closing stocks by year."""
    return [float(v) for v in result.stocks["closing"]]


def test_buying_forward_pays_until_the_price_of_storage() -> None:
    """50 now, kept for a holding cost of 2 and a loss of a tenth, is cheaper than 100 next year."""
    result = solve(
        years=TWO_YEARS, **oxide_at(50, 100), demand=demand(0, 9), stockpiles=pile(0, None, 2, 0.1)
    )
    assert closing(result) == approx([10, 0])
    assert price(result, "US", 2027) == approx((50 + 2) / 0.9)
    assert metric(result, "total_cost") == approx((10 * 50 + 10 * 2) / 1000)
    assert one(result.accounts, "stock_cost", region="US", year=2026) == approx((10 * 50 + 20) / 1000)
    assert one(result.accounts, "stock_cost", region="US", year=2027) == approx(-9 * (52 / 0.9) / 1000)
    dearer = solve(years=TWO_YEARS, **oxide_at(50, 57), demand=demand(0, 9), stockpiles=pile(0, None, 2, 0.1))
    assert closing(dearer) == approx([0, 0])


def test_a_stock_loses_and_fills_over_the_whole_period() -> None:
    """Two years of putting away 5 t a year, then three years of loss before it is all taken, 1/3 a year."""
    result = solve(
        settings=settings(discount_rate=0.05),
        years=years((2026, 2), (2028, 3)),
        processes=table("process region commodity", ("works", "US", "oxide")),
        unit_costs=table("process 2026 2028", ("works", 10, 100)),
        demand=table("region segment commodity 2026 2028", ("US", "all", "oxide", 0, 9)),
        stockpiles=pile(0, 10, 0.5, 0.1),
    )
    assert closing(result) == approx([10, 0])
    assert one(result.stocks, "put", year=2026) == approx(5)
    assert one(result.stocks, "take", year=2028) == approx(10 * 0.9**3 / 3)
    made = 9 - 10 * 0.9**3 / 3
    w = 3 * 1.05**-2
    assert metric(result, "total_cost") == approx((2 * 5 * 10 + 2 * 0.5 * 10 + w * made * 100) / 1000)


def test_opening_stock_loses_over_the_first_period() -> None:
    result = solve(
        years=years((2026, 2)),
        **oxide_at(50),
        demand=demand(10),
        stockpiles=pile(10, None, None, 0.1),
        stock_targets=table("stockpile 2026", ("pile", 0)),
    )
    assert one(result.stocks, "take") == approx(8.1 / 2)
    assert closing(result) == approx([0])


@pytest.mark.parametrize(("target", "left"), [(None, 8.1), (0, 0), (3, 3), (12, 12)])
def test_last_stock_is_what_was_there_less_its_loss_unless_told(target: float | None, left: float) -> None:
    result = solve(
        years=TWO_YEARS,
        **oxide_at(50, 60),
        demand=demand(10, 10),
        stockpiles=pile(10, None, None, 0.1),
        stock_targets=table("stockpile 2026 2027", ("pile", None, target)),
    )
    assert closing(result)[-1] == approx(left)


def test_targets_in_tonnes_hold_in_their_years() -> None:
    result = solve(
        years=years((2026, 1), (2027, 1), (2028, 1)),
        **oxide_at(50, 60, 40),
        demand=demand(10, 10, 10),
        stockpiles=pile(0, None, 11),
        stock_targets=table("stockpile 2026 2027 2028", ("pile", None, 6, 0)),
    )
    assert closing(result) == approx([0, 6, 0])


def test_a_target_in_days_covers_demand_and_planned_use() -> None:
    """73 days of 10 t of demand and of the 6 t that go into 4 t of magnets."""
    result = solve(
        technologies=table(
            "technology commodity coefficient", ("alloy", "oxide", -1.5), ("alloy", "magnet", 1)
        ),
        processes=table(
            "process region technology commodity unit_cost",
            ("works", "US", None, "oxide", 50),
            ("alloy", "US", "alloy", None, 5),
        ),
        demand=table("region segment commodity 2026", ("US", "a", "oxide", 10), ("US", "b", "magnet", 4)),
        stockpiles=pile(),
        stock_targets=table("stockpile 2026", ("pile", "73 d")),
    )
    assert closing(result) == approx([0.2 * 16])
    assert price(result, "US", commodity="magnet") == approx(
        5 + 1.5 * (50 + 0.2 * 50)
    )  # its reserve is paid for


def test_a_target_in_days_covers_the_demand_of_segment_markets_too() -> None:
    result = solve(
        demand=table(
            "region segment commodity 2026",
            ("US", "defence", "oxide", 4),
            ("US", "cars", "oxide", 6),
            ("JP", "a", "oxide", 9),
        ),
        caps=table("scope commodity segment basis 2026", ("US", "oxide", "defence", "demand", 0)),
        stockpiles=pile(),
        stock_targets=table("stockpile 2026", ("pile", "36.5 d")),
    )
    assert closing(result) == approx([1])


def test_room() -> None:
    result = solve(years=TWO_YEARS, **oxide_at(50, 100), demand=demand(0, 9), stockpiles=pile(0, 4))
    assert closing(result) == approx([4, 0])
    assert price(result, "US", 2027) == approx(100)
    with pytest.raises(floors.Infeasible):
        solve(
            **oxide_at(50),
            demand=demand(5),
            stockpiles=pile(0, 4),
            stock_targets=table("stockpile 2026", ("pile", 5)),
        )


FUNDED: dict[str, Any] = {
    "years": TWO_YEARS,
    "demand": demand(0, 9),
    "stockpiles": pile(0, None, None, None, "vault"),
    "reference_prices": table("commodity 2026 2027", ("oxide", 40, 60)),
}


def test_a_fund_ends_at_reference_prices() -> None:
    """0.2 million buys 5 t at a reference price of 40, though they cost 50."""
    result = solve(**FUNDED, **oxide_at(50, 100), funds=table("fund amount", ("vault", 0.2)))
    assert closing(result) == approx([5, 0])
    assert one(result.stocks, "fund_spent", year=2026) == approx(5 * 50 / 1000)
    ended, above = (said for said in result.warnings if "vault" in said)
    assert "all of its 0.2 million" in ended and "by 2026" in ended
    assert "0.050 million more at delivered prices than the 0.2 it has" in above
    enough = solve(**FUNDED, **oxide_at(50, 100), funds=table("fund amount", ("vault", 1)))
    assert closing(enough) == approx([9, 0])
    assert not any("vault" in said for said in enough.warnings)


def test_a_fund_pays_for_every_year_of_a_period_undiscounted() -> None:
    """0.4 million buys 10 t at 40: 5 t a year for two years."""
    result = solve(
        settings=settings(discount_rate=0.2),
        years=years((2026, 2), (2028, 1)),
        processes=table("process region commodity", ("works", "US", "oxide")),
        unit_costs=table("process 2026 2028", ("works", 30, 100)),
        demand=table("region segment commodity 2026 2028", ("US", "all", "oxide", 0, 20)),
        stockpiles=pile(0, None, None, None, "vault"),
        reference_prices=table("commodity 2026 2028", ("oxide", 40, 60)),
        funds=table("fund amount", ("vault", 0.4)),
    )
    assert closing(result) == approx([10, 0])
    assert one(result.stocks, "put", year=2026) == approx(5)
    assert one(result.stocks, "fund_spent", year=2026) == approx(2 * 5 * 30 / 1000)


def test_two_piles_share_a_fund() -> None:
    two = table(
        PILE,
        ("a", "US", "oxide", 0, None, None, None, "vault"),
        ("b", "JP", "oxide", 0, None, None, None, "vault"),
    )
    result = solve(
        **FUNDED | {"stockpiles": two, "demand": table(
            "region segment commodity 2026 2027", ("US", "all", "oxide", 0, 9), ("JP", "all", "oxide", 0, 9)
        )},
        **oxide_at(50, 100),
        funds=table("fund amount", ("vault", 0.2)),
    )  # fmt: skip
    assert total(result.stocks, "closing", year=2026) == approx(5)


def test_a_fund_without_money_buys_nothing_and_a_target_beyond_it_is_infeasible() -> None:
    result = solve(**FUNDED, **oxide_at(50, 100), funds=table("fund amount", ("vault", 0)))
    assert closing(result) == approx([0, 0])
    with pytest.raises(floors.Infeasible):
        solve(
            **FUNDED,
            **oxide_at(50, 100),
            funds=table("fund amount", ("vault", 0.2)),
            stock_targets=table("stockpile 2026 2027", ("pile", 6, None)),
        )


def test_a_fund_needs_reference_prices() -> None:
    problems = refused(
        **{**FUNDED, "reference_prices": table("commodity 2026 2027", ("oxide", 40, None))},
        **oxide_at(50, 100),
        funds=table("fund amount", ("vault", 1)),
    )
    assert [(p.sheet, p.cell) for p in problems] == [("stockpiles", "H2")]


def test_a_stock_bridges_a_cap_and_the_floor_looks_ahead() -> None:
    """China may sell 20 t this year and none the next: what is put away this year replaces 80 next year."""
    result = solve(
        years=TWO_YEARS,
        demand=table("region segment commodity value 2026 2027", ("US", "all", "oxide", 200, 10, 10)),
        caps=table("scope commodity basis 2026 2027", ("bloc", "oxide", "tonnes", 16, 0)),
        stockpiles=pile(0, None, 3),
    )
    assert closing(result) == approx([6, 0])
    assert price(result, "US", 2027) == approx(80)
    assert floor(result, year=2026) == approx(77)


def test_stock_is_put_away_where_it_has_arrived_and_stays_there() -> None:
    """A pile in Japan does not serve the US."""
    result = solve(
        years=TWO_YEARS,
        **oxide_at(50, 100),
        demand=demand(0, 9),
        stockpiles=table(PILE, ("pile", "JP", "oxide", 0)),
    )
    assert closing(result) == approx([0, 0])
    assert shipped(result, "US", "US", 2027) == approx(9)


def test_holding_is_paid_on_closing_stock_for_the_length_of_the_period() -> None:
    result = solve(
        settings=settings(discount_rate=0.1),
        years=years((2026, 2), (2028, 3)),
        processes=table("process region commodity unit_cost", ("works", "US", "oxide", 50)),
        demand=table("region segment commodity 2026 2028", ("US", "all", "oxide", 0, 0)),
        stockpiles=pile(10, None, 4),
    )
    assert metric(result, "total_cost") == approx(10 * 4 * (2 + 3 * 1.1**-2) / 1000)
    assert one(result.accounts, "stock_cost", region="US", year=2028) == approx(10 * 4 / 1000)
    assert rows(result.stocks, stockpile="pile")["put"].tolist() == approx([0, 0])
