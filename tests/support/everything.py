"""A tiny study with one of everything; its numbers are such that a coefficient is found without a calculator.

Weights of the years are 1, 2 x 0.8 and 3 x 0.512 (a rate of 1/4, periods of 1, 2 and 3 years).
"""

from __future__ import annotations

from typing import Any

import floors


def records(header: str, *rows: tuple[Any, ...]) -> list[dict[Any, Any]]:
    """Records of a sheet; numbers in the header are years, short rows are filled with blanks."""
    keys = [int(word) if word.isdigit() else word for word in header.split()]
    return [dict(zip(keys, row + (None,) * (len(keys) - len(row)), strict=True)) for row in rows]


def withheld(times: float = 1.0) -> floors.Study:
    """The same, of whose oxide CN sells no more than so much abroad, t/yr; `times`: and so many times as much."""
    limits = {("CN", "oxide", 2026): 7.0, ("CN", "oxide", 2029): 5.0}
    return study().answered({key: times * tonnes for key, tonnes in limits.items()})


def study() -> floors.Study:
    """One of everything: a member with a defence market, a capped origin, a miner; ore and oxide."""
    return floors.Study(
        {
            "settings": records("key value", ("discount_rate", 0.25), ("demand_steps", 2)),
            "years": records("year length", (2026, 1), (2027, 2), (2029, 3)),
            "regions": records("region role", ("US", "member"), ("CN", "capped"), ("AU", "other")),
            "roles": records("region 2027", ("AU", "other")),
            "commodities": records("commodity", ("ore",), ("oxide",)),
            "reference_prices": records(
                "commodity 2026 2027 2029", ("oxide", 60, 70, 60), ("ore", 20, 20, 20)
            ),
            "technologies": records(
                "technology commodity coefficient", ("separation", "ore", -1.25), ("separation", "oxide", 0.5)
            ),
            "processes": records(
                "process region technology commodity unit_cost minimum capacity capital_cost max_build max_total "
                "lead_time lifetime rate last_year plant plant_use cost_basis",
                ("CN_oxide", "CN", None, "oxide", 50) + (None,) * 11 + (52,),
                ("AU_mine", "AU", None, "ore", 20, 0, 8, 30, 2, 7, 1, 2, 1),
                ("US_separation", "US", "separation", None, 30, 0.5) + (None,) * 8 + ("US_works", 1.5),
                ("US_recycling", "US", None, "oxide", 90, 0) + (None,) * 7 + (2027, "US_works"),
            ),
            "plants": records("plant capacity capital_cost lifetime rate", ("US_works", 10, 60, 2, 1)),
            "capacities": records(
                "process 2026 2027 2029", ("AU_mine", None, 9), ("CN_oxide", 100, None, 90)
            ),
            "unit_costs": records("process 2026 2027 2029", ("CN_oxide", None, None, 40)),
            "minimums": records("process 2026 2027 2029", ("US_separation", None, 0, 2)),
            "routes": records(
                "origin destination commodity freight tariff export_tax loss limit minimum price qualify_cost "
                "qualify_time qualify_life qualify_limit",
                ("CN", "member", "oxide", 0.5, 0.25, 0.125, 0.25, 50, 3, 90, 9, 0, 2, 4),
                ("AU", "*", "*", 0.25),
            ),
            "route_limits": records(
                "origin destination commodity 2026 2027 2029", ("AU", "US", "ore", None, 9)
            ),
            "route_minimums": records("origin destination commodity 2026 2027 2029", ("AU", "US", "ore", 1)),
            "exemptions": records(
                "origin destination commodity 2026 2027 2029", ("CN", "US", "oxide", 1, None, 2)
            ),
            "qualified": records("origin destination commodity t before", ("CN", "US", "oxide", 9, 7)),
            "demand": records(
                "region segment commodity value elasticity enforcement 2026 2027 2029",
                ("US", "vehicles", "oxide", 200, 0, 0.875, 6, 12, 18),
                ("US", "defence", "oxide", None, 0, 1, 2, 3, 4),
                ("US", "wind", "oxide", 120, -2, 1, None, None, 4),
                ("US", "glass", "ore", None, 0, 1, 3.65, 3.65),
            ),
            "groups": records("group commodity weight", ("earths", "oxide", 1), ("earths", "ore", 0.5)),
            "caps": records(
                "scope commodity segment origin basis leaks 2026 2027 2029",
                ("bloc", "oxide", None, None, "demand", None, 0.5, 0.375, 0.25),
                ("bloc", "oxide", None, None, "use", "counted", None, 0.625),
                ("bloc", "oxide", "defence", None, "tonnes", None, None, 0.5, 0),
                ("US", "earths", None, "each", "tonnes", "unseen", 30),
            ),
            "floor_rules": records("commodity rule 2026 2027 2029", ("oxide", "minimum", 80)),
            "stockpiles": records(
                "stockpile region commodity opening capacity holding_cost loss fund closing_value",
                ("reserve", "US", "oxide", 2, 8, 0.5, 0.25, "vault"),
                ("heap", "US", "ore", 1),
                ("pile", "US", "oxide", 1, 4, 0, 0, None, 30),
            ),
            "releases": records("stockpile 2026 2027 2029", ("pile", 0.5, None, 0)),
            "stock_targets": records(
                "stockpile 2026 2027 2029", ("reserve", None, 3, "73 d"), ("heap", "60 d")
            ),
            "funds": records("fund amount rate private private_rate", ("vault", 0.5, 0.0625, 0.125, 0.25)),
        },
        "rows",
    )
