"""Sheet prices: where anything is bought or sold, and what a price is where nothing is."""

from __future__ import annotations

from typing import Any

import pytest

import floors
from tests.support.studies import one, solve, study, table, years

PLANT = "process region technology commodity unit_cost"
MADE_OF = table("technology commodity coefficient", ("smelting", "oxide", 1), ("smelting", "ore", -2))
BOTH = {"technologies": MADE_OF, "commodities": table("commodity", ("ore",), ("oxide",))}


def plants(own: float) -> list[dict[str, Any]]:
    """Ore of China at 3, its oxide at 50, and a smelter in the US that asks `own` beside its ore."""
    return table(
        PLANT,
        ("CN works", "CN", None, "oxide", 50),
        ("CN mine", "CN", None, "ore", 3),
        ("US smelter", "US", "smelting", None, own),
    )


def of(result: floors.Result, column: str, region: str, commodity: str) -> Any:
    return one(result.prices, column, region=region, commodity=commodity)


@pytest.mark.parametrize(
    ("own", "bid"),
    [
        (47, 1.5),  # 50 for oxide less 47, by 2 t of ore a t: less than the 3 that ore costs
        (60, 0),  # it would lose money though ore were free
    ],
)
def test_a_price_where_nothing_arrives_is_what_somebody_there_would_pay(own: float, bid: float) -> None:
    result = solve(**BOTH, processes=plants(own))
    assert of(result, "price", "US", "ore") == pytest.approx(bid)
    assert (of(result, "bought", "US", "ore"), of(result, "sold", "CN", "ore")) == (False, False)
    assert (of(result, "bought", "US", "oxide"), of(result, "sold", "CN", "oxide")) == (True, True)
    assert not of(result, "sold", "US", "oxide")
    assert floors.verify(result.study, result).ok


def test_where_ore_is_bought_its_price_is_what_it_costs() -> None:
    result = solve(**BOTH, processes=plants(40))
    assert of(result, "price", "US", "ore") == pytest.approx(3)
    assert all(of(result, "bought", "US", good) for good in ("ore", "oxide"))
    assert of(result, "sold", "US", "oxide") and not of(result, "sold", "CN", "oxide")


TWO = years((2026, 1), (2027, 1))


def test_what_is_taken_out_of_store_is_bought() -> None:
    """10 t lie in store, and to keep them costs: they go to the buyers of 2026, and 10 t arrive in 2027."""
    given = study(
        years=TWO,
        demand=table("region segment commodity value 2026 2027", ("JP", "all", "oxide", 200, 10, 10)),
        stockpiles=table("stockpile region commodity opening holding_cost", ("heap", "JP", "oxide", 10, 1)),
        stock_targets=table("stockpile 2026 2027", ("heap", 0, 0)),
    )
    result = floors.solve(given)
    assert one(result.stocks, "take", year=2026) == pytest.approx(10)
    assert [one(result.prices, "bought", region="JP", commodity="oxide", year=t) for t in (2026, 2027)] == [
        True,
        True,
    ]
    assert [one(result.prices, "sold", region="CN", commodity="oxide", year=t) for t in (2026, 2027)] == [
        False,
        True,
    ]
    assert floors.verify(given, result).ok


def test_what_leaks_is_sold_and_not_bought() -> None:
    """All that is wanted leaks past enforcement: the market has nothing left to buy."""
    given = study(
        demand=table("region segment commodity value enforcement 2026", ("US", "all", "oxide", 200, 0, 10)),
    )
    result = floors.solve(given)
    assert of(result, "sold", "CN", "oxide") and of(result, "bought", "US", "oxide") is not True
    assert floors.verify(given, result).ok
