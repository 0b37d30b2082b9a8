"""What a fund buys before it is known what comes, what its last money saves, and the rule of thumb: by hand."""

from __future__ import annotations

from typing import Any

import pytest
from pytest import approx

import floors
from tests.support.averse import embargo, vault
from tests.support.studies import one, settings, study, table, years

BOTH = (2026, 2027)


def two(fund: float = 1.0, opening: tuple[float, float] = (0, 0), **sheets: Any) -> floors.Study:
    """Two years, 365 t a year of gallium and of tungsten. China offers both at 10 and nothing in the embargo of 2027, a
    tenth likely; a buyer who gets none loses 210 of gallium, 60 of tungsten. Until then either is kept for 2 a kg."""
    goods = ("gallium", "tungsten")
    given: dict[str, Any] = {
        "settings": settings(discount_rate=0),
        "years": years((2026, 1), (2027, 1)),
        "regions": table("region role", ("US", "member"), ("CN", "capped")),
        "commodities": table("commodity", *((good,) for good in goods)),
        "processes": table(
            "process region commodity unit_cost", *((f"cn {good}", "CN", good, 10) for good in goods)
        ),
        "route_limits": table(
            "origin destination commodity 2026 2027", *(("CN", "US", good, None, None) for good in goods)
        ),
        "demand": table(
            "region segment commodity value 2026 2027",
            ("US", "a", "gallium", 210, 365, 365),
            ("US", "a", "tungsten", 60, 365, 365),
        ),
        "stockpiles": table(
            "stockpile region commodity opening holding_cost fund",
            ("pile Ga", "US", "gallium", opening[0], 2, "Vault"),
            ("pile W", "US", "tungsten", opening[1], 2, "Vault"),
        ),
        "stock_targets": table("stockpile 2026 2027", ("pile Ga", 0, 0), ("pile W", 0, 0)),
        "funds": table("fund amount", ("Vault", fund)),
        "reference_prices": table("commodity 2026 2027", *((good, 10, 10) for good in goods)),
        "scenarios": table("scenario probability known_from", ("embargo", 0.1, 2027)),
        "changes": [embargo("embargo")],
    }
    return study(**(given | sheets))


def plans(found: floors.Risk) -> dict[str, dict[str, Any]]:
    return {row["way"]: row for row in found.records("vault_plans")}


def test_the_last_money_saves_most_where_a_ton_is_missed_most() -> None:
    """A kg of gallium costs 12 and is worth 10 in base, 210 in the embargo: 0.9 x 10 + 21 - 12 = 18 beyond itself, 1.8
    each of 10. Of tungsten 0.9 x 10 + 6 - 12 = 3: 0.3. So all of 1 million buys 100 t of gallium."""
    found = floors.risk(two())
    gallium, tungsten = found.records("vault")
    assert [gallium["put"], tungsten["put"]] == approx([100, 0], abs=1e-9)
    assert [gallium["marginal_value"], tungsten["marginal_value"]] == approx([1.8, 0.3])
    assert gallium["marginal_year"] == tungsten["marginal_year"] == 2026
    assert one(found.summary, "value", metric="fund_shadow_price") == approx(1.8)
    assert (gallium["spending"], gallium["share_of_fund"]) == approx((1.0, 1.0))
    assert (gallium["stock"], gallium["stock_year"], gallium["days"]) == approx((100, 2026, 100))
    assert gallium["put_before"] == approx(100)


def test_the_rule_of_thumb_buys_of_each_what_the_choice_does_not() -> None:
    """60 t of each for 1.2 million: 60 x 18 + 60 x 3 thousand saved, against 100 x 18 of the choice out of 1.2: 120 t."""
    found = floors.risk(two(1.2))
    ways = plans(found)
    rule = ways["days of each"]
    assert (rule["days"], rule["limited_by"], rule["spending"]) == (60, None, approx(1.2))
    assert (rule["avoided"], ways["as planned"]["avoided"]) == approx((1.26, 2.16))
    assert rule["avoided_each"] == approx(1.05) and rule["beyond_plan"] == approx(0.9)
    assert [row["rule_put"] for row in found.records("vault")] == approx([60, 60])


def test_of_a_fund_too_small_for_the_rule_the_days_it_affords_are_told() -> None:
    """1 million buys 50 days of each at 10 a kg and 1 t a day."""
    rule = plans(floors.risk(two(1.0)))["days of each"]
    assert (rule["days"], rule["limited_by"], rule["spending"]) == (50, "fund", approx(1.0))
    assert rule["avoided"] == approx(50 * 0.018 + 50 * 0.003)


def test_what_lies_there_counts_to_the_days() -> None:
    """70 t of tungsten stay, and 60 days of gallium are bought."""
    found = floors.risk(two(2.0, opening=(0, 70)))
    assert [row["rule_put"] for row in found.records("vault")] == approx([60, 0], abs=1e-9)


@pytest.mark.parametrize(("fund", "step"), [(1.0, 0.01), (0.5, 0.001), (11_670, 100), (0.0, 100.0)])
def test_the_next_money_is_a_round_part_of_the_fund(fund: float, step: float) -> None:
    more = plans(floors.risk(two(fund)))["more in the fund"]
    assert more["amount"] == approx(fund + step)


def test_the_next_money_saves_what_it_is_told_to() -> None:
    """1 t of gallium more saves 18 thousand; once all gallium is kept that will be missed, tungsten saves 3."""
    next_gallium = plans(floors.risk(two(1.0)))["more in the fund"]
    assert next_gallium["beyond_plan"] == approx(-0.018)
    next_tungsten = plans(floors.risk(two(4.0)))["more in the fund"]
    assert next_tungsten["beyond_plan"] == approx(-0.003)


def test_the_accounts_of_stockpiles_are_those_of_their_fund() -> None:
    """100 t bought at 10 and kept for 2; sold at 10 in base, at 210 in the embargo. 5 % on the 1.2 million owed."""
    fund = [{"fund": "Vault", "amount": 1.0, "rate": 0.05}]
    found = floors.risk(two(funds=fund))
    (row, nothing) = found.records("vault")
    wanted = {"purchases": 1.0, "holding": 0.2, "interest": 0.06, "sales": 0.9 * 1 + 0.1 * 21}
    assert {name: row[name] for name in wanted} == approx(wanted)
    assert row["result"] == approx(3.0 - 1.26) and nothing["result"] == 0
    base, shut = (one(found.vault_years, "result", scenario=s, year=2027) for s in ("base", "embargo"))
    assert 0.9 * base + 0.1 * shut == approx(row["result"])


def test_without_a_fund_there_is_nothing_to_tell() -> None:
    found = floors.risk(vault(stockpiles=None, stock_targets=None, funds=None))
    assert not found.rows("vault") and not found.rows("vault_plans") and not found.rows("vault_years")
