"""A bloc of one and regions that may join it: what is cheap in China is scarce, and whoever joins leaves more of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import floors
from tests.support.studies import Table, settings, study, table, years

THREE = {"US": 300.0, "JP": 400.0, "KR": 150.0, "IN": 90.0}


def bloc(wanted: Mapping[str, float], *, given: str = "national", **sheets: Table | None) -> floors.Study:
    """US is in, in two years. China offers 400 t a year from a cheap mine at 30 and any amount at 40, AU any amount
    at 45; from there it is 1 to US and more to each next one. Half of demand may be Chinese."""
    roles = {i: "member" if i == "US" else "other" for i in wanted} | {"AU": "other", "CN": "capped"}
    made: dict[str, Any] = {
        "settings": settings(coordination=given, discount_rate=0),
        "years": years((2026, 1), (2027, 2)),
        "regions": table("region role", *roles.items()),
        "commodities": table("commodity", ("oxide",)),
        "processes": table(
            "process region commodity unit_cost capacity",
            ("cheap", "CN", "oxide", 30, 400),
            ("dear", "CN", "oxide", 40, None),
            ("AU works", "AU", "oxide", 45, None),
        ),
        "routes": table(
            "origin destination commodity freight",
            *(("CN", i, "oxide", 0) for i in wanted),
            *(("AU", i, "oxide", 1 + n) for n, i in enumerate(wanted)),
        ),
        "demand": table(
            "region segment commodity value 2026 2027",
            *((i, "all", "oxide", None, t, 0.8 * t) for i, t in wanted.items()),
        ),
        "caps": table("scope commodity basis 2026 2027", ("bloc", "oxide", "demand", 0.5, 0.4)),
    }
    return study(**made | sheets)


def short(**sheets: Table | None) -> floors.Study:
    """AU makes 200 t a year: US needs 150 of it (180 in 2027) under the cap of all, with KR 225, so that there is no
    plan; JP makes its own, and leaves its room under the cap to both."""
    processes = table(
        "process region commodity unit_cost capacity",
        ("CN works", "CN", "oxide", 40, None),
        ("AU works", "AU", "oxide", 45, 200),
        ("JP works", "JP", "oxide", 46, None),
    )
    return bloc({"US": 300, "JP": 400, "KR": 150}, given="as_given", **{"processes": processes} | sheets)


def twins(given: str = "national") -> floors.Study:
    """X and Y are alike in everything."""
    routes = table(
        "origin destination commodity freight",
        *((o, i, "oxide", 2 * (o == "AU")) for i in ("US", "X", "Y") for o in ("CN", "AU")),
    )
    return bloc({"US": 300, "X": 200, "Y": 200}, given=given, routes=routes)
