"""What `floors risk` tells of floors that lead to each other, and against what it weighs the policy."""

from __future__ import annotations

from dataclasses import replace

from pytest import approx

import floors
from tests.support import studies
from tests.support.studies import one, table
from tests.support.told_studies import cap, weighed


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


def test_a_policy_is_held_against_the_better_of_two_ways_to_do_without_it() -> None:
    """Whoever foresees the embargo builds 10 t without any cap. Against capacity decided for base alone the cap saves
    0.475 million on average; against the same foresight it costs 0.025."""
    found = floors.risk(weighed(caps=cap(0.5)))
    assert found.expected["worth"] == approx(0.475) and found.expected["worth_hedged"] == approx(-0.025)
    assert found.expected["worth_hedged_bloc"] == approx(-0.025)
    told = [line for line in found.sentences if line.startswith("Against no policy")]
    assert len(told) == 2
    assert all("with the same foresight, the better of two ways" in line for line in told)
    assert "cost the system 0.025 on average" in told[0] and "cost the bloc 0.025 on average" in told[1]
    assert not any("save" in line for line in told)


def test_the_bloc_without_policy_is_that_of_the_hedged_plan() -> None:
    """Nothing is capped, so that plans with and without policy are one, and nothing is worth anything."""
    found = floors.risk(weighed())
    states = found.states.set_index("scenario")
    assert states["without_policy_hedged_bloc"].tolist() == approx(states["bloc_net_cost"].tolist())
    assert states["worth_hedged_bloc"].tolist() == approx([0, 0], abs=1e-9)
    assert not any(line.startswith("Against") for line in found.sentences), "there is no floor"


def test_plans_that_are_cheaper_than_the_weighed_one_cost_less() -> None:
    """As they may under a minimum rule, whose levies are no cost that a plan is the least of."""
    found = floors.risk(weighed())
    cost = found.expected["total_cost"]
    assert cost is not None
    other = {"mean_plan": cost - 0.5, "base_plan": cost - 0.25, "known_beforehand": cost + 0.125}
    told = replace(found, expected=found.expected | other).sentences
    assert "Planning for the mean of the states would cost 0.50 less (VSS)." in told
    assert "Planning for base alone, and being surprised, would cost 0.25 less." in told
    assert "Knowing the state beforehand would cost 0.12 (EVPI)." in told
