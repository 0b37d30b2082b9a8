"""Consumer surplus and deadweight loss against the areas of the textbook."""

from __future__ import annotations

from math import sqrt

import pytest
from pytest import approx

import floors
from floors import Study

OFFER, HOME, QUOTA, QUANTITY = 50.0, 80.0, 5.0, 10.0


def study(basis: str, limit: float, steps: int = 40) -> Study:
    """One member with demand 10 (p / 50)^-0.5; China offers at 50, home at 80, both without limit."""
    return Study(
        {
            "settings": [{"key": "discount_rate", "value": 0}, {"key": "demand_steps", "value": steps}],
            "years": [{"year": 2026}],
            "regions": [{"region": "US", "role": "member"}, {"region": "CN", "role": "capped"}],
            "commodities": [{"commodity": "oxide"}],
            "processes": [
                {"process": "CN works", "region": "CN", "commodity": "oxide", "unit_cost": OFFER},
                {"process": "US works", "region": "US", "commodity": "oxide", "unit_cost": HOME},
            ],
            "demand": [
                {
                    "region": "US",
                    "segment": "all",
                    "commodity": "oxide",
                    "value": 200,
                    "elasticity": -0.5,
                    2026: QUANTITY,
                }
            ],
            "reference_prices": [{"commodity": "oxide", 2026: OFFER}],
            "caps": [{"scope": "bloc", "commodity": "oxide", "basis": basis, 2026: limit}],
        }
    )


def surplus_lost(price: float) -> float:
    """Integral of demand from the offer to the price, million."""
    return QUANTITY * sqrt(OFFER) * 2 * (sqrt(price) - sqrt(OFFER)) / 1000


@pytest.mark.parametrize("steps", [7, 40, 400])
def test_a_quota_costs_buyers_the_area_and_the_world_the_triangle(steps: int) -> None:
    figures = floors.solve(study("tonnes", QUOTA, steps)).figures
    revenue = (HOME - OFFER) * QUOTA / 1000
    assert figures.consumer_surplus_change == approx(-surplus_lost(HOME), rel=1e-3)
    assert figures.levy_revenue == approx(revenue, rel=1e-9)
    assert figures.deadweight_loss == approx(surplus_lost(HOME) - revenue, rel=2e-3)


def test_a_share_cap_makes_buyers_pay_the_blend() -> None:
    """Each tonne bought at home lets one in: the price is half of each, and no revenue is left."""
    result = floors.solve(study("use", 0.5))
    blend = (OFFER + HOME) / 2
    assert result.outcome.delivered["US", "oxide", 2026] == approx(blend, rel=1e-2)
    assert result.figures.consumer_surplus_change == approx(-surplus_lost(blend), rel=1e-2)
    assert result.figures.levy_revenue == approx(0, abs=1e-9)


def test_a_cap_that_does_not_bind_loses_nothing() -> None:
    figures = floors.solve(study("tonnes", 1000)).figures
    assert figures.consumer_surplus_change == approx(0, abs=1e-9)
    assert figures.deadweight_loss == approx(0, abs=1e-9)


@pytest.mark.parametrize("basis", ["tonnes", "use"])
def test_accounts_have_surplus_and_deadweight_loss_year_by_year(basis: str) -> None:
    """Of the importer: its buyers' loss, of which its treasury has the levies; over all regions, the triangle."""
    result = floors.solve(study(basis, 0.5 if basis == "use" else QUOTA))
    accounts = result.accounts.set_index("region")
    lost = surplus_lost((OFFER + HOME) / 2 if basis == "use" else HOME)
    assert accounts.loc["US", "consumer_surplus_change"] == approx(-lost, rel=1e-2)
    assert accounts["consumer_surplus_change"].sum() == approx(result.figures.consumer_surplus_change)
    assert accounts["change"].sum() == approx(result.figures.deadweight_loss)
    assert accounts.loc["US", "change"] == approx(lost - result.figures.levy_revenue, rel=1e-2)
