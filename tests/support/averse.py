"""Small studies of states that are weighed: a plant and a store as insurance."""

from __future__ import annotations

from typing import Any

import floors
from tests.support.studies import settings, study, table, years

REGIONS = table("region role", ("US", "member"), ("CN", "capped"), ("MY", "other"))
OXIDE = table("commodity", ("oxide",))
MINERALS = (
    *("gallium", "tungsten", "graphite", "cobalt", "antimony", "bismuth"),
    *("indium", "germanium", "magnesium", "titanium", "vanadium", "niobium"),
)


def plant(chance: float = 0.1, **sheets: Any) -> floors.Study:
    """One year, 100 t at 200. CN offers them at 10, at most 60 under the cap; in the US they cost 30, and 25 for each t/yr
    of capacity. In the embargo nothing comes."""
    given: dict[str, Any] = {
        "settings": settings(discount_rate=0, risk_aversion=0.5, risk_tail=0.1),
        "years": years((2026, 1)),
        "regions": REGIONS[:2],
        "commodities": OXIDE,
        "processes": table(
            "process region commodity unit_cost capital_cost lifetime",
            ("cn", "CN", "oxide", 10),
            ("us", "US", "oxide", 30, 25, 1),
        ),
        "route_limits": table("origin destination commodity 2026", ("CN", "US", "oxide", None)),
        "demand": table("region segment commodity value 2026", ("US", "a", "oxide", 200, 100)),
        "caps": table("scope commodity basis 2026", ("bloc", "oxide", "tonnes", 60)),
        "scenarios": table("scenario probability", ("embargo", chance)),
        "changes": [embargo("embargo", 2026)],
    }
    return study(**(given | sheets))


def vault(**sheets: Any) -> floors.Study:
    """No plant: oxide at 10, put in store in 2026 for 2 a kg, out of a fund of 0.5 million."""
    given: dict[str, Any] = {
        "years": years((2026, 1), (2027, 1)),
        "processes": table("process region commodity unit_cost", ("cn", "CN", "oxide", 10)),
        "route_limits": table("origin destination commodity 2026 2027", ("CN", "US", "oxide", None, None)),
        "demand": table("region segment commodity value 2026 2027", ("US", "a", "oxide", 200, 100, 100)),
        "caps": None,
        "stockpiles": table(
            "stockpile region commodity opening holding_cost fund", ("vault", "US", "oxide", 0, 2, "fund")
        ),
        "stock_targets": table("stockpile 2026 2027", ("vault", 0, 0)),
        "funds": table("fund amount", ("fund", 0.5)),
        "reference_prices": table("commodity 2026 2027", ("oxide", 10, 10)),
        "changes": [embargo("embargo")],
    }
    return plant(**(given | sheets))


def two_alike() -> floors.Study:
    """Two embargoes in all alike, of which the tail holds a part: how much of either is open."""
    return plant(
        settings=settings(discount_rate=0, risk_aversion=0.5, risk_tail=0.07),
        scenarios=table("scenario probability", ("embargo", 0.05), ("twin", 0.05)),
        changes=[embargo("embargo", 2026), embargo("twin", 2026)],
    )


def minerals(
    fund: float = 1.0,
    losses: tuple[float, ...] = (210, 60),
    opening: tuple[float, ...] = (),
    room: float | None = None,
    **sheets: Any,
) -> floors.Study:
    """Two years, 365 t a year of gallium, of tungsten, and of more. China offers all at 10 and nothing in the embargo of
    2027, a tenth likely; a buyer who gets none loses so much a kg. Until then all are kept for 2, out of one fund."""
    goods = MINERALS[: len(losses)]
    piles = [f"pile {good}" for good in goods]
    there = opening or (0.0,) * len(goods)
    given: dict[str, Any] = {
        "settings": settings(discount_rate=0),
        "years": years((2026, 1), (2027, 1)),
        "regions": REGIONS[:2],
        "commodities": table("commodity", *((good,) for good in goods)),
        "processes": table(
            "process region commodity unit_cost", *((f"cn {good}", "CN", good, 10) for good in goods)
        ),
        "route_limits": table(
            "origin destination commodity 2026 2027", *(("CN", "US", good, None, None) for good in goods)
        ),
        "demand": table(
            "region segment commodity value 2026 2027",
            *(("US", "a", good, loss, 365, 365) for good, loss in zip(goods, losses, strict=True)),
        ),
        "stockpiles": table(
            "stockpile region commodity opening capacity holding_cost fund",
            *(
                (pile, "US", good, left, room, 2, "Vault")
                for pile, good, left in zip(piles, goods, there, strict=True)
            ),
        ),
        "stock_targets": table("stockpile 2026 2027", *((pile, 0, 0) for pile in piles)),
        "funds": table("fund amount", ("Vault", fund)),
        "reference_prices": table("commodity 2026 2027", *((good, 10, 10) for good in goods)),
        "scenarios": table("scenario probability known_from", ("embargo", 0.1, 2027)),
        "changes": [embargo("embargo")],
    }
    return study(**(given | sheets))


def held(fund: float = 1.2, losses: tuple[float, ...] = (210, 60)) -> floors.Study:
    """Two minerals, 40 days of each in store at the end of 2026."""
    targets = table("stockpile 2026 2027", ("pile gallium", "40 d", 0), ("pile tungsten", "40 d", 0))
    return minerals(fund, losses, stock_targets=targets)


def unused() -> floors.Study:
    """Gallium that nobody uses is bought for what it is worth in the end."""
    return minerals(
        losses=(210,),
        demand=table("region segment commodity value 2026 2027", ("US", "a", "gallium", 210, 0, 0)),
        stockpiles=table(
            "stockpile region commodity capacity holding_cost fund closing_value",
            ("pile gallium", "US", "gallium", 100, 2, "Vault", 50),
        ),
        stock_targets=None,
    )


def set_to(scenario: str, sheet: str, where: str, column: Any, value: Any) -> dict[str, Any]:
    return {
        "scenario": scenario,
        "sheet": sheet,
        "where": where,
        "column": column,
        "change": "set",
        "value": value,
    }


def embargo(scenario: str, year: int = 2027) -> dict[str, Any]:
    return set_to(scenario, "route_limits", "origin=CN", year, 0)
