"""Studies of several chains, in which a capped origin may stop selling: each a plant that takes a year to build."""

from __future__ import annotations

from random import Random
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


def chained(**sheets: Table | None) -> floors.Study:
    """Oxide avoids 7 for each 10 that it costs; ore, whose plant costs more and whose buyers pay less, 1; metal stays
    under its cap without policy; nickel has no cap."""
    return together(
        good("oxide", 0.6),
        good("ore", 0.5, run=80, value=140),
        good("metal", 0.8, existing=50),
        good("nickel", None),
        **sheets,
    )


def moved() -> floors.Study:
    """Tin of China at 40, to whom the US are bound in the first year, and of MY at 38 under a tariff of 2: a cap takes
    no levy, and brings the treasury 100 thousand."""
    tin = good("tin", 0.5)
    tin["processes"] = table(
        "process region commodity unit_cost", ("CN tin", "CN", "tin", 40), ("MY tin", "MY", "tin", 38)
    )
    return together(
        tin,
        regions=table("region role", ("US", "member"), ("CN", "capped"), ("MY", "other")),
        reference_prices=table(f"commodity {FIRST} {LAST}", ("tin", 40, 40)),
        routes=table(
            "origin destination commodity tariff", ("CN", "US", "tin", 0), ("MY", "US", "tin", 0.05)
        ),
        route_minimums=table(f"origin destination commodity {FIRST}", ("CN", "US", "tin", 100)),
    )


def alike() -> floors.Study:
    """Two commodities that differ in their names."""
    return together(good("oxide", 0.6), good("ore", 0.6))


def spared() -> floors.Study:
    """Oxide and ore, of which an embargo of oxide alone is likely."""
    return together(
        good("oxide", 0.6),
        good("ore", 0.5),
        scenarios=table(
            "scenario probability known_from", ("embargo oxide", 0.1, LAST), ("embargo ore", None, LAST)
        ),
    )


def four(**sheets: Table | None) -> floors.Study:
    """Four commodities at whose caps something is at stake, from the first to the last."""
    return together(
        *(good(name, 0.5, run=50 + 10 * i) for i, name in enumerate(("oxide", "ore", "tin", "zinc"))),
        **sheets,
    )


def known(weak: int, other: int = 0) -> floors.Study:
    """Oxide and ore, whose rows say how well they are known: of oxide and of ore these many of three are assumptions."""
    given = good("oxide", 0.6), good("ore", 0.5)
    for one, worst in zip(given, (weak, other), strict=True):
        for place, row in enumerate([*one["processes"], *one["demand"]]):
            low = place < worst
            row |= {
                "source_status": "assumption" if low else "retrieved",
                "source_confidence": "low" if low else "high",
            }
    return together(*given)


def worldly() -> floors.Study:
    """Oxide, an embargo of it, and a likely world in which the plant at home costs more."""
    return together(
        good("oxide", 0.6),
        scenarios=table(
            "scenario probability known_from", ("embargo oxide", 0.1, LAST), ("dear home", 0.2, None)
        ),
        changes=table(
            "scenario sheet where column change value",
            ("embargo oxide", "route_limits", "commodity=oxide", str(LAST), "set", 0),
            ("dear home", "processes", "region=US", "unit_cost", "multiply", 1.1),
        ),
    )


def failing() -> floors.Study:
    """Oxide, and ore that all must get, of which there is too little in some samples."""
    must = good("ore", None)
    must["processes"] = table(
        "process region commodity unit_cost capacity", ("CN ore", "CN", "ore", OFFER, TONNES)
    )
    must["demand"][0]["value"] = None
    must["caps"][0][LAST] = 1.0
    return together(
        good("oxide", 0.6),
        must,
        scenarios=table("scenario probability known_from", ("embargo oxide", 0.1, LAST)),
        changes=table(
            "scenario sheet where column change value",
            ("embargo oxide", "route_limits", "commodity=oxide", str(LAST), "set", 0),
        ),
        uncertainty=table(
            "sheet where column low high", ("processes", "process=CN ore", "capacity", 0.5, 1.5)
        ),
    )


def stocked(amount: float) -> floors.Study:
    """Oxide and ore, each with a stockpile of 20 t at the end of the first year that one fund buys, and 40 t of room."""
    piles = tuple((name, "US", name, 40, 1, "fund") for name in ("oxide", "ore"))
    return together(
        good("oxide", 0.6),
        good("ore", 0.5, run=80, value=140),
        reference_prices=table(f"commodity {FIRST} {LAST}", ("oxide", OFFER, OFFER), ("ore", OFFER, OFFER)),
        stockpiles=table("stockpile region commodity capacity holding_cost fund", *piles),
        stock_targets=table(f"stockpile {FIRST} {LAST}", ("oxide", 18, 0), ("ore", 18, 0)),
        funds=table("fund amount", ("fund", amount)),
    )


def random_chains(random: Random) -> floors.Study:
    """Three commodities and two members, of random numbers; some demand bends, one floor may rise no more than so much,
    and two are embargoed together."""
    goods = []
    for name in ("oxide", "ore", "tin"):
        one = good(
            name,
            round(random.uniform(0.3, 0.9), 3),
            run=random.uniform(45, 90),
            value=random.uniform(110, 300),
        )
        one["demand"] += table(
            f"region segment commodity value elasticity {FIRST} {LAST}",
            ("JP", "all", name, random.uniform(100, 250), 0, *(random.uniform(20, 90) for _ in range(2))),
        )
        one["processes"] += table(
            "process region commodity unit_cost capacity",
            (f"AU {name}", "AU", name, random.uniform(41, 70), random.uniform(5, 30)),
            (f"JP {name}", "JP", name, random.uniform(50, 95), random.uniform(5, 30)),
        )
        one["reference_prices"] = table(f"commodity {FIRST} {LAST}", (name, OFFER, OFFER))
        one["routes"] = table(
            "origin destination commodity freight tariff", ("*", "*", name, random.uniform(0.1, 2), 0.05)
        )
        goods.append(one)
    embargoes = (("oxide", "oxide"), ("both", "ore"), ("both", "tin"))
    return together(
        *goods,
        settings=table("key value", ("discount_rate", 0.07)),
        regions=table("region role", ("US", "member"), ("JP", "member"), ("CN", "capped"), ("AU", "other")),
        route_limits=[
            {"origin": "CN", "destination": "member", "commodity": name, FIRST: None, LAST: None}
            for name in ("oxide", "ore", "tin")
        ],
        floor_rules=table(f"commodity rule {FIRST} {LAST}", ("ore", "minimum", 45, 45)),
        scenarios=table("scenario probability known_from", ("oxide", 0.1, LAST), ("both", 0.2, LAST)),
        changes=table(
            "scenario sheet where column change value",
            *((s, "route_limits", f"commodity={name}", str(LAST), "set", 0) for s, name in embargoes),
        ),
    )


def cost_of(cap: float, *, run: float = RUN) -> float:
    """What a cap costs: of what may not come from abroad each kg at the plant in place of the offer; million."""
    return TONNES * (1 - cap) * (run + CHARGE - OFFER) / 1000


def avoided_by(cap: float, *, run: float = RUN, value: float = VALUE) -> float:
    """What it avoids in an embargo: of what the plant makes each kg at its cost in place of the value; million."""
    return TONNES * (1 - cap) * (value - run - CHARGE) / 1000
