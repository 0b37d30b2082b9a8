"""What `floors risk` tells of floors that lead to each other, and against what it weighs the policy."""

from __future__ import annotations

import floors
from tests.support import studies
from tests.support.studies import one, table


def test_a_floor_that_leads_to_the_minimum_of_another_year() -> None:
    """60 by the minimum in 2026, and 5 less at most in 2027, when no minimum is levied: its parts are those of 2026."""
    study = studies.study(
        years=studies.years((2026, 1), (2027, 1)),
        reference_prices=table("commodity 2026 2027", ("oxide", 50, 50)),
        demand=table("region segment commodity value 2026 2027", ("US", "all", "oxide", 200, 10, 10)),
        caps=table("scope commodity basis 2026 2027", ("bloc", "oxide", "demand", None, 1)),
        floor_rules=table(
            "commodity rule 2026 2027", ("oxide", "minimum", 60), ("oxide", "max_fall", None, 5)
        ),
        scenarios=table("scenario probability", ("dumping", 0.25)),
        changes=table(
            "scenario sheet where column change value",
            ("dumping", "processes", "process=CN works", "unit_cost", "set", 40),
        ),
    )
    parts = floors.risk(study).floor_parts
    found = {
        part: one(parts, "amount", member="US", year=2027, part=part)
        for part in ("unit cost CN works [base] (2026)", "minimum levy oxide [base] (2026)", "max_fall oxide")
    }
    assert {part: round(amount, 6) for part, amount in found.items()} == {
        "unit cost CN works [base] (2026)": 50,
        "minimum levy oxide [base] (2026)": 10,
        "max_fall oxide": -5,
    }
