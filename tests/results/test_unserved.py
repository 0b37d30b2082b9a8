"""Sheet unserved: what buyers who may go without do not get, and what they value it at."""

from __future__ import annotations

import floors
from tests.support.studies import one, solve, table
from tests.support.told_studies import SOLVED, cap, demand, works


def test_a_cap_that_leaves_buyers_short() -> None:
    # China may send 5 t of 10, the US makes 3 t at 80: 2 t are missing, worth 200 USD/kg.
    result = solve(
        caps=cap(0.5), processes=works(("CN works", "CN", "oxide", 50), ("US works", "US", "oxide", 80, 3))
    )
    where = {"region": "US", "commodity": "oxide", "year": 2026}
    assert one(result.unserved, "wanted", **where) == 10
    assert abs(one(result.unserved, "unserved", **where) - 2) < 1e-9
    assert abs(one(result.unserved, "value", **where) - 0.4) < 1e-9
    assert one(result.unserved, "baseline_unserved", **where) == 0


def test_all_that_is_wanted_arrives() -> None:
    result = floors.solve(SOLVED["half"]())
    assert list(result.unserved["unserved"]) == [0.0]


def test_what_must_be_served_is_no_row() -> None:
    result = solve(demand=demand(("US", None, 10)))
    assert result.unserved.empty


def test_what_a_curve_gives_up_is_no_shortage() -> None:
    curve = table("region segment commodity value elasticity 2026", ("US", "all", "oxide", 200, -0.5, 10))
    result = solve(demand=curve, reference_prices=table("commodity 2026", ("oxide", 50)), caps=cap(0.1))
    where = {"region": "US", "commodity": "oxide", "year": 2026}
    # Only the part of the curve at its highest price counts as wanted: 10 x (200 / 50)^-0.5.
    assert abs(one(result.unserved, "wanted", **where) - 5) < 1e-9
    assert one(result.unserved, "unserved", **where) == 0
