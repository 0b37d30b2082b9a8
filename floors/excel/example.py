"""The worked example of the template: three members, one capped origin, ore and oxide, a cap that falls.

Every number is made up to show how the sheets work together, and says so in its note.
"""

from __future__ import annotations

from typing import Any

_YEARS = (2026, 2027, 2028, 2029)
_NOTE = "illustrative"


def _table(header: str, *records: tuple[Any, ...], years: bool = False) -> list[dict[str | int, Any]]:
    """Records of a sheet: columns from `header`, then the years, then a note."""
    keys = [*header.split(), *(_YEARS if years else ()), "note"]
    return [dict(zip(keys, (*record, _NOTE), strict=True)) for record in records]


EXAMPLE: dict[str, list[dict[str | int, Any]]] = {
    "settings": _table(
        "key value",
        ("contract", 1),
        ("title", "Worked example: three members, one capped origin"),
        ("currency", "USD"),
        ("discount_rate", 0.06),
        ("coordination", "bloc"),
    ),
    "years": _table("year length", *((year, 1) for year in _YEARS)),
    "regions": _table(
        "region name role",
        ("US", "United States", "member"),
        ("EU", "European Union", "member"),
        ("JP", "Japan", "member"),
        ("CN", "China", "capped"),
        ("AU", "Australia", "other"),
    ),
    "commodities": _table(
        "commodity name stage unit",
        ("ore", "Ore concentrate", "concentrate", "t"),
        ("oxide", "Separated oxide", "oxide", "t"),
    ),
    "reference_prices": _table("commodity", ("oxide", 58, 58, 58, 58), years=True),
    "technologies": _table(
        "technology commodity coefficient",
        ("separation", "ore", -1.25),
        ("separation", "oxide", 1),
    ),
    "processes": _table(
        "process region technology commodity unit_cost capacity capital_cost max_build lead_time lifetime",
        ("CN oxide", "CN", None, "oxide", 58, 5000, None, None, None, None),
        ("AU mine", "AU", None, "ore", 24, 600, 150, 500, 1, 20),
        ("US mine", "US", None, "ore", 29, 300, 180, 250, 1, 20),
        ("AU separation", "AU", "separation", None, 27, 300, 160, 400, 1, 20),
        ("US separation", "US", "separation", None, 33, 150, 200, 300, 1, 20),
        ("EU separation", "EU", "separation", None, 36, 100, 220, 300, 2, 20),
        ("JP recycling", "JP", None, "oxide", 84, 120, None, None, None, None),
    ),
    "routes": _table(
        "origin destination commodity freight tariff",
        ("*", "*", "*", 0.8, None),
        ("CN", "member", "oxide", 0.6, 0.05),
    ),
    "demand": _table(
        "region segment commodity value",
        ("US", "vehicles", "oxide", 260, 420, 450, 480, 510),
        ("EU", "vehicles", "oxide", 260, 520, 560, 600, 640),
        ("JP", "electronics", "oxide", 300, 400, 415, 430, 445),
        years=True,
    ),
    "caps": _table("scope commodity basis", ("bloc", "oxide", "demand", 0.85, 0.7, 0.55, 0.4), years=True),
    "floor_rules": _table("commodity rule", ("oxide", "max_rise", None, None, None, None), years=True),
    "scenarios": _table(
        "scenario description parent",
        ("no cap", "what the same study costs without a cap", None),
        ("cheap offers", "the capped origin sells a quarter below its price", None),
    ),
    "changes": _table(
        "scenario sheet where column change value",
        ("no cap", "caps", "scope=*", "years", "set", None),
        ("cheap offers", "processes", "region=CN", "unit_cost", "multiply", 0.75),
        ("cheap offers", "reference_prices", "commodity=*", "years", "multiply", 0.75),
    ),
    "sources": [
        {
            "source": "illustrative",
            "citation": "Made up to show how the sheets work; no data behind it.",
        }
    ],
}
"""Sheets of the worked example, in the order of the contract."""

BLANK: dict[str, list[dict[str | int, Any]]] = {
    "years": [{"year": year, "length": 1} for year in _YEARS],
    "routes": [
        {
            "origin": "*",
            "destination": "*",
            "commodity": "*",
            "freight": 0,
            "note": "every origin may ship everywhere free; delete this row to allow only the routes you list",
        }
    ],
}
"""What a blank template holds, besides the settings at their defaults."""
