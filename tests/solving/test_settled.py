"""Take-or-pay contracts that settle at a price of their own: a transfer, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from pytest import approx

import floors
from floors.case.derive import derive
from floors.case.doubts import doubtful
from floors.contract.results import RESULTS
from floors.solving.settled import settled
from tests.sourcing.test_releases import spoil
from tests.support.studies import Table, cap, one, price, settings, shipped, study, table, years

ROUTES = "origin destination commodity freight tariff export_tax loss minimum price"
BOOKS = {
    "accounts",
    "baseline_accounts",
    "who_pays",
    "members_range",
    "instruments",
    "summary",
    "certificate",
    "run",
}
"""Sheets that may tell of a transfer."""


def contract(**sheets: Table | None) -> floors.Study:
    """Japan wants 100 t, which China offers at 10 and Malaysia at 30, of which Japan must take 20 t."""
    given: dict[str, Any] = {
        "regions": table("region role", ("JP", "member"), ("MY", "other"), ("CN", "capped")),
        "processes": table(
            "process region commodity unit_cost", ("cn", "CN", "oxide", 10), ("my", "MY", "oxide", 30)
        ),
        "demand": table("region segment commodity value 2026", ("JP", "all", "oxide", 200, 100)),
        "routes": routes(),
    }
    return study(**given | sheets)


def routes(*terms: Any, minimum: float | None = 20, settles: float | None = 50) -> Table:
    """From China free; from Malaysia at freight, tariff, export tax, loss, and the contract."""
    columns = (*terms, *[None] * 4)[:4]
    return table(ROUTES, ("CN", "JP", "oxide"), ("MY", "JP", "oxide", *columns, minimum, settles))


def paid(result: floors.Result, region: str, column: str = "settled", year: int = 2026) -> float:
    return float(one(result.accounts, column, region=region, year=year))


def test_what_must_be_taken_is_paid_at_its_own_price() -> None:
    """20 t at 50 in place of the 10 that Malaysia is paid at market: 0.8 million from Japan to Malaysia."""
    given = contract()
    result = floors.solve(given)
    assert price(result, "JP") == approx(10)
    assert [paid(result, region) for region in ("JP", "MY", "CN")] == approx([0.8, 0.8, 0])
    assert paid(result, "JP", "outlay") == approx(1.0 + 0.8)
    assert paid(result, "MY", "producer_surplus") == approx(20 * (10 - 30) / 1000 + 0.8)
    assert not floors.verify(given, result).findings


def test_nothing_else_moves() -> None:
    """With a price and without: every other table is the same, and so is the sum of all net costs."""
    capped = cap("bloc", "oxide", "tonnes", 40)
    bare = floors.solve(contract(caps=capped, routes=routes(1, settles=None)))
    result = floors.solve(contract(caps=capped, routes=routes(1)))
    for sheet in RESULTS:
        if sheet.name not in BOOKS:
            assert result.rows(sheet.name) == bare.rows(sheet.name), sheet.name
    for column in ("levy_revenue", "tariff_revenue", "unserved", "stock_cost", "support"):
        assert list(result.accounts[column]) == list(bare.accounts[column])
    assert result.accounts["net_cost"].sum() == approx(bare.accounts["net_cost"].sum())
    assert paid(result, "JP", "net_cost") - paid(bare, "JP", "net_cost") == approx(20 * (50 - 30) / 1000)


def test_more_than_the_minimum_is_at_market() -> None:
    """Of the 60 t from Malaysia that a cap leaves, 20 are under contract; the market's price is 30 there."""
    result = floors.solve(contract(caps=cap("bloc", "oxide", "tonnes", 40)))
    assert shipped(result, "MY", "JP") == approx(60)
    assert paid(result, "JP") == approx(20 * (50 - 30) / 1000)
    assert one(result.baseline_accounts, "settled", region="JP") == approx(0.8)
    assert one(result.who_pays, "buyers", region="JP") == approx((1.0 + 0.8) - (3.0 + 0.4))
    assert one(result.who_pays, "producers", region="MY") == approx(0.4 - (-0.4 + 0.8))


@pytest.mark.parametrize(
    ("terms", "market"),
    [((2,), 8.0), ((2, 0.1), 8 - 2.0), ((2, 0.1, 0.05), 8 - 3.0), ((1, 0, 0, 0.5), 4.0)],
    ids=["freight", "tariff", "export tax", "loss"],
)
def test_the_market_pays_the_seller_what_is_left_of_the_price_there(
    terms: tuple[float, ...], market: float
) -> None:
    """(1 - loss) x 10, less freight, tariff and export tax, both a share of 20."""
    given = contract(
        routes=routes(*terms), reference_prices=table("commodity 2026", ("oxide", 20)), settings=settings()
    )
    result = floors.solve(given)
    assert paid(result, "JP") == approx(20 * (50 - market) / 1000)
    assert not floors.verify(given, result).findings


def test_a_levy_is_not_the_sellers() -> None:
    """Under a levy on all non-members Japan pays 40, of which Malaysia keeps 30."""
    given = contract(
        settings=settings(levy_on="non_members"),
        reference_prices=table("commodity 2026", ("oxide", 10)),
        floor_rules=table("commodity rule 2026", ("oxide", "minimum", 40)),
    )
    result = floors.solve(given)
    (at,) = settled(result.outcome).market
    levied = one(result.shipments, "levy", origin="MY")
    assert at == approx(price(result, "JP") - levied)
    assert paid(result, "MY") == approx(20 * (50 - at) / 1000)


def test_of_exempt_tonnes_the_market_pays_the_seller_the_levy_too() -> None:
    """Malaysia sends 20 t, of which 15 pay no levy: at market it is paid what is left of the price in Japan after a
    quarter of the levy, on average."""
    given = contract(
        settings=settings(levy_on="non_members"),
        reference_prices=table("commodity 2026", ("oxide", 10)),
        floor_rules=table("commodity rule 2026", ("oxide", "minimum", 40)),
        exemptions=table("origin destination commodity 2026", ("MY", "JP", "oxide", 15)),
    )
    result = floors.solve(given)
    levy = max(result.shipments["levy"][result.shipments["origin"] == "MY"])
    assert shipped(result, "MY", "JP") == approx(20) and levy > 5
    market = price(result, "JP") - levy / 4
    assert paid(result, "MY") == approx(20 * (50 - market) / 1000)
    assert paid(result, "MY", "producer_surplus") == approx(20 * (50 - 30) / 1000)
    assert not floors.verify(given, result).findings


def test_a_price_below_the_markets_pays_the_buyer() -> None:
    result = floors.solve(contract(routes=routes(settles=4)))
    assert [paid(result, "JP"), paid(result, "MY")] == approx([-0.12, -0.12])


def test_the_price_of_a_route_holds_for_minimums_by_year() -> None:
    """20 t by its own column in 2026, 5 in 2027 and none in 2028."""
    given = contract(
        years=years((2026, 1), (2027, 1), (2028, 1)),
        demand=table(
            "region segment commodity value 2026 2027 2028", ("JP", "all", "oxide", 200, 100, 100, 100)
        ),
        route_minimums=table(
            "origin destination commodity 2026 2027 2028", ("MY", "JP", "oxide", None, 5, 0)
        ),
    )
    result = floors.solve(given)
    assert [paid(result, "JP", year=t) for t in (2026, 2027, 2028)] == approx([0.8, 0.2, 0])
    assert not floors.verify(given, result).findings


def test_markets_share_a_contract_by_what_each_takes() -> None:
    """The minimum binds on the sum of Japan and its defence market: 30 t go to defence, which may take nothing from
    China, and 20 of them are under contract."""
    sheets: dict[str, Any] = {
        "demand": table(
            "region segment commodity value 2026",
            ("JP", "all", "oxide", 200, 70),
            ("JP", "defence", "oxide", 200, 30),
        ),
        "caps": cap("bloc", "oxide", "defence", "tonnes", 0, header="scope commodity segment basis 2026"),
    }
    given = contract(**sheets)
    result = floors.solve(given)
    assert shipped(result, "MY", "JP/defence") == approx(30)
    assert paid(result, "JP/defence") == approx(20 * (50 - 30) / 1000)
    assert paid(result, "JP") == 0
    both = floors.solve(contract(**sheets, routes=routes(minimum=40)))
    assert [shipped(both, "MY", d) for d in ("JP", "JP/defence")] == approx([10, 30])
    assert paid(both, "JP") == approx(10 * (50 - price(both, "JP")) / 1000)
    assert paid(both, "JP/defence") == approx(30 * (50 - price(both, "JP/defence")) / 1000)
    assert paid(both, "MY") == approx(paid(both, "JP") + paid(both, "JP/defence"))


def test_a_price_without_a_minimum_is_told_and_does_nothing() -> None:
    found = floors.solve(contract(routes=routes(minimum=None)))
    assert paid(found, "JP") == 0
    (told,) = [one for one in found.outcome.case.notes if one.code == "price_without_minimum"]
    assert (told.sheet, told.cell, told.level) == ("routes", "I3", "warning")
    assert not [
        one for one in floors.solve(contract()).outcome.case.notes if one.code == "price_without_minimum"
    ]


def test_a_price_that_only_a_scenario_sets_beside_no_minimum_is_told_there() -> None:
    """Told of `dear` alone, by its change; not of `taken`, which sets a minimum too."""
    header = "scenario sheet where column change value"
    where = "origin=MY"
    given = contract(
        routes=routes(minimum=None, settles=None),
        scenarios=table("scenario", ("dear",), ("taken",)),
        changes=table(
            header,
            ("dear", "routes", where, "price", "set", 60),
            ("taken", "routes", where, "price", "set", 60),
            ("taken", "routes", where, "minimum", "set", 10),
        ),
    )
    told = {
        name: [p for p in doubtful(derive(given.scenario(name))) if p.code == "price_without_minimum"]
        for name in ("base", "dear", "taken")
    }
    assert told["base"] == told["taken"] == []
    (note,) = told["dear"]
    assert note.message.endswith("(In scenario dear, set by changes!F2.)")


def test_support_is_shared_by_outlay_at_market() -> None:
    """A contract moves no support: who pays more for it is no larger a buyer."""
    sheets: dict[str, Any] = {
        "regions": table(
            "region role", ("JP", "member"), ("US", "member"), ("MY", "other"), ("CN", "capped")
        ),
        "demand": table(
            "region segment commodity value 2026",
            ("JP", "all", "oxide", 200, 100),
            ("US", "all", "oxide", 200, 100),
        ),
        "caps": cap("bloc", "oxide", "tonnes", 40),
        "floor_rules": table("commodity rule 2026", ("oxide", "maximum", 20)),
    }
    rows = table(
        ROUTES, ("CN", "*", "oxide"), ("MY", "JP", "oxide", *[None] * 4, 20, 50), ("MY", "US", "oxide")
    )
    bare = [row | {"price": None} for row in rows]
    with_price, without = (floors.solve(contract(**sheets, routes=given)) for given in (rows, bare))
    assert with_price.figures.make_whole > 0
    assert list(with_price.accounts["support"]) == list(without.accounts["support"])
    assert not floors.verify(contract(**sheets, routes=rows), with_price).findings


def test_tampering_with_a_settlement_is_seen() -> None:
    given = contract()
    found = floors.verify(given, spoil(floors.solve(given), "accounts", "settled", 0.1)).findings
    assert {(one.sheet, one.column) for one in found} >= {("accounts", "settled")}


def test_coalitions_share_out_what_a_contract_costs() -> None:
    """Two members, each with a contract: the duals and what the contracts move are what all together bear."""
    given = contract(
        regions=table("region role", ("JP", "member"), ("US", "member"), ("MY", "other"), ("CN", "capped")),
        demand=table(
            "region segment commodity value 2026",
            ("JP", "all", "oxide", 200, 100),
            ("US", "all", "oxide", 200, 50),
        ),
        routes=table(
            ROUTES,
            ("CN", "*", "oxide"),
            ("MY", "JP", "oxide", *[None] * 4, 20, 50),
            ("MY", "US", "oxide", *[None] * 4, 10, 90),
        ),
        caps=cap("bloc", "oxide", "tonnes", 60),
        stockpiles=table(
            "stockpile region commodity opening capacity closing_value", ("pile", "US", "oxide", 9, 9, 28)
        ),
        releases=table("stockpile 2026", ("pile", 4)),
    )
    found = floors.coalition(given)
    assert found.owen_adds_up
    paid_by = 20 * (50 - 30) / 1000, 10 * (90 - 30) / 1000
    bare = floors.coalition(given.with_rows(routes=[row | {"price": None} for row in given.rows("routes")]))
    assert found.owen is not None and bare.owen is not None
    for i, more in zip(("JP", "US"), paid_by, strict=True):
        assert found.owen[i] - bare.owen[i] == approx(more)
