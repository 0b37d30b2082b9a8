"""What an infeasible study is told: the rows that would have to give, and by how much."""

from __future__ import annotations

from typing import Any

import pytest

import floors
from floors import Study


def why(**sheets: Any) -> str:
    given: dict[str, Any] = {
        "settings": [{"key": "discount_rate", "value": 0}],
        "years": [{"year": 2026}, {"year": 2027}],
        "regions": [
            {"region": "US", "role": "member"},
            {"region": "CN", "role": "capped"},
            {"region": "AU", "role": "other"},
        ],
        "commodities": [{"commodity": "oxide"}],
        "processes": [
            {"process": "CN works", "region": "CN", "commodity": "oxide", "unit_cost": 50},
            {"process": "US works", "region": "US", "commodity": "oxide", "unit_cost": 80, "capacity": 3},
        ],
        "demand": [{"region": "US", "segment": "all", "commodity": "oxide", 2026: 10, 2027: 12}],
    }
    with pytest.raises(floors.Infeasible) as caught:
        floors.solve(Study(given | sheets))
    return str(caught.value)


def test_a_cap_that_is_too_low_says_by_how_much() -> None:
    """0.4 of 10 and of 12 t, and 3 t at home: 3 t and 4.2 t are missing."""
    told = why(caps=[{"scope": "bloc", "commodity": "oxide", "basis": "demand", 2026: 0.4, 2027: 0.4}])
    assert "cap bloc oxide demand in 2027 is 4.2 t too low" in told
    assert "cap bloc oxide demand in 2026 is 3 t too low" in told


def test_a_demand_that_nobody_can_reach() -> None:
    told = why(routes=[{"origin": "AU", "destination": "US", "commodity": "oxide"}])
    assert "2027" in told and "9 t" in told
    assert "2026" in told and "7 t" in told


def test_two_commitments_that_exclude_each_other() -> None:
    told = why(
        routes=[
            {"origin": "CN", "destination": "US", "commodity": "oxide", "minimum": 15},
            {"origin": "US", "destination": "US", "commodity": "oxide", "limit": 3},
        ],
        capacities=[{"process": "CN works", 2026: 12, 2027: 15}],
    )
    assert "the minimum CN to US of oxide in 2026 is 3 t too high" in told


def test_a_fund_that_cannot_pay_for_its_reserve() -> None:
    told = why(
        reference_prices=[{"commodity": "oxide", 2026: 50, 2027: 50}],
        stockpiles=[{"stockpile": "pile", "region": "US", "commodity": "oxide", "fund": "vault"}],
        stock_targets=[{"stockpile": "pile", 2027: 5}],
        funds=[{"fund": "vault", "amount": 0.1}],
    )
    assert "stockpile pile misses its target in 2027 by 3 t" in told
