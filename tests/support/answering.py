"""Studies in which the capped seller moves prices: a cheap mine, a dear one without limit, and one at home."""

from __future__ import annotations

import floors
from tests.support.studies import cap, study, table


def moving(times: float = 1.0) -> floors.Study:
    """1,000 t that must be served: CN makes 600 t at 42 and any more at 45.6 (so many `times` as much), the US at 50.2.
    Above a cap of 0.6 the dear mine sets the price of all; offers of 1.1 and 1.2 bring it to 50.16 and above home."""
    return study(
        processes=table(
            "process region commodity unit_cost capacity",
            ("n", "CN", "oxide", 42 * times, 600),
            ("s", "CN", "oxide", 45.6 * times),
            ("US works", "US", "oxide", 50.2),
        ),
        demand=table("region segment commodity value 2026", ("US", "all", "oxide", None, 1000)),
        caps=cap("US", "oxide", "demand", 0.9),
    )


def short_at_home() -> floors.Study:
    """As above with 500 t at home and no more: what a cap or the seller leaves must come to as much."""
    tables = dict(moving().tables)
    works = [dict(row) for row in tables["processes"].to_dict("records")]
    works[2]["capacity"] = 500
    return floors.Study(tables | {"processes": works})


def restless() -> floors.Study:
    """As above with 250 t at 36, more at 41.5, and at home 800 t at 46 and any more at 55: at low offers the bloc wants
    them all, and at high offers a cap so tight that the dear works at home keep CN in."""
    return study(
        processes=table(
            "process region commodity unit_cost capacity",
            ("n", "CN", "oxide", 36, 250),
            ("s", "CN", "oxide", 41.5),
            ("US works", "US", "oxide", 46, 800),
            ("US dear", "US", "oxide", 55),
        ),
        demand=table("region segment commodity value 2026", ("US", "all", "oxide", None, 1000)),
        caps=cap("US", "oxide", "demand", 0.9),
    )


def sold_below_cost() -> floors.Study:
    """CN offers at 45 what costs it 60; home makes it at 50.2."""
    return study(
        processes=table(
            "process region commodity unit_cost cost_basis",
            ("CN works", "CN", "oxide", 45, 60),
            ("US works", "US", "oxide", 50.2),
        ),
        demand=table("region segment commodity value 2026", ("US", "all", "oxide", None, 1000)),
        caps=cap("US", "oxide", "demand", 0.9),
    )
