"""A study of many goods, each a market of its own."""

from __future__ import annotations

import floors
from tests.support.studies import study, table
from tests.support.told_studies import cap


def of_goods(n: int, **levels: float) -> floors.Study:
    """Goods offered at 50 by China and made at 80, of which more is wanted one after the other, each under a cap of a half
    or of its own."""
    goods = [f"good {i}" for i in range(n)]
    return study(
        commodities=table("commodity", *((good,) for good in goods)),
        processes=table(
            "process region commodity unit_cost",
            *((f"CN {c}", "CN", c, 50) for c in goods),
            *((f"US {c}", "US", c, 80) for c in goods),
        ),
        demand=table(
            "region segment commodity value 2026",
            *(("US", "all", c, 200, 10 + i) for i, c in enumerate(goods)),
        ),
        caps=[dict(row, commodity=c) for c in goods for row in cap(levels.get(c.replace(" ", "_"), 0.5))],
    )
