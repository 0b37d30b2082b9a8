"""A tiny study under a traced cap with one of everything that tags touch."""

from __future__ import annotations

import floors
from tests.support.everything import records


def study() -> floors.Study:
    """VN makes magnets of oxide of CN or its own, a quarter of which may be of any; it has a pile of both, and a route
    that taints its oxide."""
    return floors.Study(
        {
            "settings": records("key value", ("discount_rate", 0), ("de_minimis", 0.25)),
            "years": records("year length", (2026, 1)),
            "regions": records("region role", ("US", "member"), ("VN", "other"), ("CN", "capped")),
            "commodities": records("commodity", ("oxide",), ("magnet",)),
            "technologies": records(
                "technology commodity coefficient", ("sinter", "oxide", -1.5), ("sinter", "magnet", 1)
            ),
            "processes": records(
                "process region commodity unit_cost capacity technology minimum",
                ("cn", "CN", "oxide", 9, 1000, None, 0),
                ("ox", "VN", "oxide", 20, 1000, None, 0),
                ("vn", "VN", None, 7, 100, "sinter", 10),
            ),
            "routes": records(
                "origin destination commodity freight limit content",
                *(("*", "*", "*", 0), ("VN", "US", "magnet", 1, 60), ("VN", "CN", "oxide", 0, 5, 0.5)),
            ),
            "demand": records(
                "region segment commodity value 2026",
                *(("US", "a", "magnet", 300, 80), ("CN", "a", "oxide", 30, 4)),
            ),
            "caps": records("scope commodity basis traced 2026", ("bloc", "magnet", "use", True, 0.5)),
            "stockpiles": records(
                "stockpile region commodity opening opening_content capacity",
                ("pile", "VN", "oxide", 8, 0.25, 50),
            ),
            "releases": records("stockpile 2026", ("pile", 3)),
        },
        "tags",
    )
