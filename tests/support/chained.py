"""Studies of several chains, in which a capped origin may stop selling: each a plant that takes a year to build."""

from __future__ import annotations

from typing import Any

import floors
from tests.support.studies import Table, table

OFFER, RUN, CHARGE, VALUE, TONNES = 40.0, 50.0, 10.0, 200.0, 100.0
"""Offer, running cost, a year of building, value: USD/kg; t a year."""
FIRST, LAST = 2027, 2028


def good(
    name: str,
    cap: float | None,
    *,
    run: float = RUN,
    value: float = VALUE,
    made: str = "CN",
    existing: float = 0.0,
) -> dict[str, Table]:
    """One commodity as in `shocked`: the rows of each sheet, with a cap in the last year."""
    found: dict[str, Table] = {
        "commodities": [{"commodity": name}],
        "processes": table(
            "process region commodity unit_cost capital_cost lead_time lifetime rate",
            (f"{made} {name}", made, name, OFFER),
            (f"US {name}", "US", name, run, 10 * CHARGE, 1, 10, 0),
        ),
        "demand": table(
            f"region segment commodity value {FIRST} {LAST}", ("US", "all", name, value, TONNES, TONNES)
        ),
        "route_limits": table(f"origin destination commodity {FIRST} {LAST}", ("CN", "US", name, None, None)),
        "caps": table(f"scope commodity basis {FIRST} {LAST}", ("bloc", name, "demand", None, cap)),
    }
    if existing:
        found["processes"] += table(
            "process region commodity unit_cost capacity", (f"AU {name}", "AU", name, OFFER, existing)
        )
    return found


def together(*goods: dict[str, Table], **sheets: Table | None) -> floors.Study:
    """Commodities beside each other, with an embargo of each from the last year on; sheets are replaced, None leaves one
    out."""
    given: dict[str, Any] = {
        "settings": table("key value", ("discount_rate", 0)),
        "years": table("year length", (FIRST, 1), (LAST, 1)),
        "regions": table("region role", ("US", "member"), ("CN", "capped"), ("AU", "other")),
    }
    for one in goods:
        for sheet, rows in one.items():
            given[sheet] = [*given.get(sheet, ()), *rows]
    names = [row["commodity"] for row in given["commodities"]]
    given["scenarios"] = table(
        "scenario probability known_from", *((f"embargo {name}", 0.1, LAST) for name in names)
    )
    given["changes"] = table(
        "scenario sheet where column change value",
        *((f"embargo {name}", "route_limits", f"commodity={name}", str(LAST), "set", 0) for name in names),
    )
    return floors.Study({name: rows for name, rows in {**given, **sheets}.items() if rows is not None})


def cost_of(cap: float, *, run: float = RUN) -> float:
    """What a cap costs: of what may not come from abroad each kg at the plant in place of the offer; million."""
    return TONNES * (1 - cap) * (run + CHARGE - OFFER) / 1000


def avoided_by(cap: float, *, run: float = RUN, value: float = VALUE) -> float:
    """What it avoids in an embargo: of what the plant makes each kg at its cost in place of the value; million."""
    return TONNES * (1 - cap) * (value - run - CHARGE) / 1000
