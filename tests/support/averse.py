"""Small studies of states that are weighed: a plant and a store as insurance."""

from __future__ import annotations

from typing import Any

import floors
from tests.support.studies import settings, study, table, years

REGIONS = table("region role", ("US", "member"), ("CN", "capped"), ("MY", "other"))
OXIDE = table("commodity", ("oxide",))


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
