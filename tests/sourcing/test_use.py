"""Caps on use: what is consumed or goes into a process counts, after loss; what is wasted or piled up does not."""

from __future__ import annotations

from typing import Any

import pytest
from pytest import approx

import floors
from tests.support.studies import (
    Table,
    cap,
    floor,
    levy,
    metric,
    one,
    price,
    rows,
    shipped,
    solve,
    table,
    total,
    years,
)

REGIONS = table("region role", ("US", "member"), ("MX", "member"), ("CN", "capped"))
WORKS = table(
    "process region commodity unit_cost capacity minimum",
    ("CN works", "CN", "oxide", 10, 1000),
    ("MX works", "MX", "oxide", 20, 1000),
    ("US works", "US", "oxide", 100, 1000),
)
DEMAND = "region segment commodity value 2026"
HALF = cap("bloc", "oxide", "use", 0.5)


def mined(caps: Table | None = HALF, **sheets: Any) -> floors.Result:
    """100 t for the US out of China at 11 delivered or its own works at 100; Mexico mines at 20 for nobody."""
    given: dict[str, Any] = {
        "regions": REGIONS,
        "processes": WORKS,
        "routes": table("origin destination commodity freight", ("CN", "US", "oxide", 1)),
        "demand": table(DEMAND, ("US", "all", "oxide", 300, 100)),
    }
    return solve(**given | {"caps": caps} | sheets)


def balanced(result: floors.Result) -> bool:
    """Levies pay rebates, with what waste and stocks pay back, in each year; and there are some."""
    paid = result.accounts.groupby("year")["levy_revenue"].sum()
    return bool(paid.abs().max() < 1e-9 and result.shipments["levy"].max() > 1)


def test_what_nobody_wants_is_no_use() -> None:
    """100 t mined in Mexico for nobody do not make 100 t from China half of the use."""
    result = mined()
    assert metric(result, "total_cost") == approx(5.55)
    assert (shipped(result, "CN", "US"), shipped(result, "US", "US")) == (approx(50), approx(50))
    assert (floor(result), levy(result)) == (approx(54.5), approx(44.5))
    assert one(result.floors, "rebate") == approx(44.5)
    capped = rows(result.caps).iloc[0]
    assert (capped["limit"], capped["used"], capped["wasted"]) == (approx(50), approx(50), 0)
    assert capped["levy"] == approx(89) and capped["per_point"] == approx(89 * 0.01 * 100 / 1000)
    assert balanced(result)


def test_a_group_is_used_in_all_its_parts_or_not() -> None:
    """Cerium at 1 that nobody takes beyond 10 t does not make room for dysprosium from China."""
    result = solve(
        commodities=table("commodity", ("dy",), ("ce",)),
        regions=table("region role", ("US", "member"), ("CN", "capped"), ("AU", "other")),
        processes=table(
            "process region commodity unit_cost",
            ("CN dy", "CN", "dy", 40),
            ("AU ce", "AU", "ce", 1),
            ("US dy", "US", "dy", 500),
        ),
        demand=table(DEMAND, ("US", "all", "dy", 1000, 100), ("US", "all", "ce", 10, 10)),
        groups=table("group commodity weight", ("REO", "dy", 1), ("REO", "ce", 1)),
        caps=cap("bloc", "REO", "use", 0.5),
    )
    assert metric(result, "total_cost") == approx(24.71)
    assert one(result.caps, "levy") == approx(460)
    assert one(result.caps, "used") == approx(55) and one(result.caps, "limit") == approx(55)
    assert price(result, "US", commodity="ce") == approx(1 - 230)
    assert balanced(result)


def test_a_pile_that_nobody_empties_is_no_use() -> None:
    pile = table("stockpile region commodity opening", ("pile", "MX", "oxide", 0))
    result = mined(stockpiles=pile)
    assert metric(result, "total_cost") == approx(5.55)
    assert (floor(result), shipped(result, "MX", "MX")) == (approx(54.5), 0)


def test_what_is_put_away_counts_when_it_is_taken() -> None:
    """60 t that lay there are used: 40 from China are two fifths. Of 60 put away today half may be Chinese later."""
    pile = table("stockpile region commodity opening", ("pile", "US", "oxide", 60))
    taken = mined(stockpiles=pile, stock_targets=table("stockpile 2026", ("pile", 0)))
    assert metric(taken, "total_cost") == approx(0.44)
    assert one(taken.stocks, "take") == approx(60)
    assert one(taken.caps, "used") == approx(40) and one(taken.caps, "limit") == approx(50)
    later = mined(
        years=years((2026, 1), (2027, 1)),
        demand=table(f"{DEMAND} 2027", ("US", "all", "oxide", 300, 100, 100)),
        caps=cap("bloc", "oxide", "use", 0.5, 0.5, header="scope commodity basis 2026 2027"),
        stockpiles=table("stockpile region commodity opening", ("pile", "US", "oxide", 0)),
        stock_targets=table("stockpile 2026", ("pile", 60)),
    )
    # 2026: 100 used and 60 put away, 50 from China; 2027: 60 taken and 40 bought, all of them from China
    assert shipped(later, "CN", "US", 2026) == approx(50) and shipped(later, "US", "US", 2026) == approx(110)
    assert shipped(later, "CN", "US", 2027) == approx(40) and shipped(later, "US", "US", 2027) == 0
    assert metric(later, "total_cost") == approx((50 * 11 + 110 * 100 + 40 * 11) / 1000)
    assert total(later.accounts, "levy_revenue", year=2026) == approx(0, abs=1e-9)


def test_use_is_paid_where_it_makes_room_elsewhere() -> None:
    """Mexico must mine 100 t and would use 30 at most at 1 a kg: it is paid 44.5 a kg for these, which are worth 89 x
    0.5 to the US; the other 70 stay where they are."""
    forced = [row | {"minimum": 100} if row["region"] == "MX" else row for row in WORKS]
    both = table(DEMAND, ("US", "all", "oxide", 300, 100), ("MX", "all", "oxide", 1, 30))
    result = mined(processes=forced, demand=both)
    assert metric(result, "total_cost") == approx(6.215)
    assert (price(result, "MX"), price(result, "US")) == (approx(-44.5), approx(55.5))
    assert shipped(result, "CN", "US") == approx(65) and shipped(result, "MX", "MX") == approx(30)
    assert one(result.accounts, "outlay", region="MX") == approx(-1.335)
    assert one(result.accounts, "levy_revenue", region="MX") == approx(-1.335)
    assert one(result.accounts, "levy_revenue", region="US") == approx(1.335)
    assert balanced(result)


def test_what_arrives_in_vain_pays_its_rebate_back() -> None:
    """Mexico must take 80 t from Malaysia and uses 30: the cap counts 30, and 50 pay back what they earned."""
    result = mined(
        regions=[*REGIONS, *table("region role", ("MY", "other"))],
        processes=[*WORKS, *table("process region commodity unit_cost", ("MY works", "MY", "oxide", 5))],
        routes=table(
            "origin destination commodity freight minimum",
            ("CN", "US", "oxide", 1),
            ("MY", "MX", "oxide", 0, 80),
        ),
        demand=table(DEMAND, ("US", "all", "oxide", 300, 100), ("MX", "all", "oxide", 1, 30)),
    )
    assert metric(result, "total_cost") == approx((65 * 11 + 35 * 100 + 80 * 5) / 1000)
    capped = rows(result.caps).iloc[0]
    assert (capped["limit"], capped["used"], capped["wasted"]) == (approx(65), approx(65), approx(50))
    assert price(result, "MX") == approx(-44.5)
    # 50 t at -44.5 and what they pay back, 44.5: nothing; 30 t are paid
    assert one(result.accounts, "outlay", region="MX") == approx(-1.335)
    assert one(result.accounts, "levy_revenue", region="MX") == approx((50 * 44.5 - 80 * 44.5) / 1000)
    assert one(result.accounts, "producer_surplus", region="MY") == approx(-0.4)
    assert balanced(result)


def test_a_cap_on_use_counts_what_arrives() -> None:
    """Of what China sends a fifth is lost: 62.5 t sent are the 50 t of 100 that may be used."""
    lossy = table("origin destination commodity freight loss", ("CN", "US", "oxide", 1, 0.2))
    result = mined(routes=lossy)
    assert shipped(result, "CN", "US") == approx(62.5) and shipped(result, "US", "US") == approx(50)
    assert metric(result, "total_cost") == approx((62.5 * 11 + 50 * 100) / 1000)
    dual = 100 - 11 / 0.8
    assert one(result.caps, "levy") == approx(dual)
    assert (one(result.caps, "used"), one(result.caps, "limit")) == (approx(50), approx(50))
    assert levy(result) == approx(0.5 * 0.8 * dual) and one(result.floors, "rebate") == approx(
        0.5 * 0.8 * dual
    )
    assert one(result.shipments, "levy", origin="CN") == approx(0.5 * 0.8 * dual)
    assert one(result.shipments, "levy", origin="US") == approx(-0.5 * dual)
    # what sellers at home see, before the freight and the loss of the other way
    assert (one(result.floors, "producer_price") + 1) / 0.8 == approx(price(result, "US") + 0.5 * dual)
    assert balanced(result)


@pytest.mark.parametrize("lost", [0.0, 0.2])
def test_leaks_count_as_what_arrives(lost: float) -> None:
    """20 t of 100 leak in from China: with 30 t more half of what is used is Chinese."""
    result = mined(
        routes=table("origin destination commodity freight loss", ("CN", "US", "oxide", 1, lost)),
        demand=table(
            "region segment commodity value enforcement 2026", ("US", "all", "oxide", 300, 0.8, 100)
        ),
    )
    assert shipped(result, "CN", "US") == approx(30 / (1 - lost))
    assert shipped(result, "US", "US") == approx(50)
    assert (one(result.caps, "used"), one(result.caps, "limit")) == (approx(50), approx(50))
    assert total(result.sourcing, "quantity", leak=True) == approx(20 / (1 - lost))


def test_a_ban_on_use_is_called_one() -> None:
    result = mined(cap("bloc", "oxide", "use", 0))
    assert shipped(result, "CN", "US") == 0
    assert one(result.caps, "note") == "a ban"


def test_only_caps_on_use_have_waste() -> None:
    assert rows(mined(cap("bloc", "oxide", "tonnes", 50)).caps)["wasted"].isna().all()
    model = floors.build(mined(cap("bloc", "oxide", "demand", 0.5)).outcome.case)
    assert len(model.waste) == len(model.use_or_waste) == 0 and len(model.use) > 0


def test_a_buyer_whom_nothing_reaches_has_its_value_as_price() -> None:
    """Under a cap on use too: Mexico can get no oxide, and goes without 30 t at 150."""
    result = mined(
        processes=[row for row in WORKS if row["region"] != "MX"],
        demand=table(DEMAND, ("US", "all", "oxide", 300, 100), ("MX", "all", "oxide", 150, 30)),
    )
    assert price(result, "MX") == approx(150)
    assert one(result.accounts, "unserved", region="MX") == approx(4.5)
    assert one(result.accounts, "outlay", region="MX") == 0
