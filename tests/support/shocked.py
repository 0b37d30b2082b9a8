"""Studies in which a capped origin may stop selling, with a plant that takes a year to build."""

from __future__ import annotations

from typing import Any

import floors
from tests.support.studies import Table, table

P, U, G, V, Q = 40.0, 50.0, 10.0, 200.0, 100.0  # offer, running, a year of building, value, t a year


def shocked(
    *years: int,
    p: float = P,
    u: float = U,
    g: float = G,
    value: float = V,
    cap: float | None = 0.6,
    probability: float = 0.1,
    lead: int = 1,
    **sheets: Table,
) -> floors.Study:
    """A plant that costs `g` a year and `u` to run, an offer at `p`, and buyers of 100 t a year who pay `value` at
    most; under a cap on the offer, in the last year, and without it from the second year on in an embargo."""
    calendar = years or (2027, 2028)
    later = calendar[1:]
    caps: dict[str, Table] = {}
    if cap is not None:
        caps["caps"] = [
            {
                "scope": "US",
                "commodity": "oxide",
                "basis": "demand",
                **dict.fromkeys(map(str, calendar)),
                str(calendar[-1]): cap,
            }
        ]
    given: dict[str, Any] = {
        "settings": table("key value", ("discount_rate", 0)),
        "years": table("year length", *((t, 1) for t in calendar)),
        "regions": table("region name role", ("US", "US", "member"), ("CN", "CN", "capped")),
        "commodities": table("commodity name stage unit", ("oxide", "oxide", "oxide", "t")),
        "processes": table(
            "process region commodity unit_cost capital_cost lead_time lifetime rate",
            ("CN offer", "CN", "oxide", p, None, None, None, None),
            ("US plant", "US", "oxide", u, 10 * g, lead, 10, 0),
        ),
        "routes": table("origin destination commodity freight", ("CN", "US", "oxide", 0)),
        "route_limits": [
            {"origin": "CN", "destination": "US", "commodity": "oxide", **dict.fromkeys(map(str, calendar))}
        ],
        "demand": [
            {
                "region": "US",
                "segment": "all",
                "commodity": "oxide",
                "value": value,
                **dict.fromkeys(map(str, calendar), Q),
            }
        ],
        "scenarios": table("scenario probability known_from", ("embargo", probability, later[0])),
        "changes": table(
            "scenario sheet where column change value",
            *(("embargo", "route_limits", "origin=CN; destination=US", str(t), "set", 0) for t in later),
        ),
    }
    return floors.Study({**given, **caps, **sheets})


def late(probability: float, **numbers: Any) -> floors.Study:
    """Three years, without a cap that binds: a plant may be built in the first or, when it is known, in the second."""
    return shocked(2027, 2028, 2029, cap=1.0, probability=probability, **numbers)


def eased(later: float = 20, **numbers: Any) -> floors.Study:
    """A cheap mine for 70 t and a dear one abroad, so that a cap of 60 t makes all that comes cheaper; in the shock the
    dear one sells at `later` from the second year on."""
    return shocked(
        2027,
        2028,
        processes=table(
            "process region commodity unit_cost capacity",
            ("CN cheap", "CN", "oxide", 20, 70),
            ("CN dear", "CN", "oxide", 40),
            ("US mine", "US", "oxide", 50),
        ),
        unit_costs=table("process 2027 2028", ("CN dear", 40, 40)),
        changes=table(
            "scenario sheet where column change value",
            ("embargo", "unit_costs", "process=CN dear", "2028", "set", later),
        ),
        **numbers,
    )


def opened(probability: float) -> floors.Study:
    """Three years in which nothing comes from abroad after the first unless, known in the second, the origin sells again."""
    return shocked(
        2027,
        2028,
        2029,
        cap=None,
        probability=probability,
        route_limits=[
            {"origin": "CN", "destination": "US", "commodity": "oxide", "2027": None, "2028": 0, "2029": 0}
        ],
        changes=table(
            "scenario sheet where column change value",
            ("embargo", "route_limits", "origin=CN; destination=US", "2028-2029", "set", 1000),
        ),
    )
