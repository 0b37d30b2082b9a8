"""What hangs on which of equal plans was taken is told, with its ends, and what does not is not."""

from __future__ import annotations

import floors
from tests.support.studies import one, solve, table
from tests.support.told_studies import cap, demand, minimum, rules, works


def warning(result: floors.Result) -> str:
    """What is said of shipments that can move."""
    return next((line for line in result.warnings if line.startswith("sourcing: ")), "")


def test_levy_revenue_between_two_ends_at_one_floor() -> None:
    """Both land at 70: 10 t from CN bring 0.2 million, 10 t from XX 0.1."""
    result = floors.solve(
        minimum(
            70,
            regions=table("region role", ("US", "member"), ("CN", "capped"), ("XX", "capped")),
            processes=works(("CN works", "CN", "oxide", 50), ("XX works", "XX", "oxide", 60)),
        )
    )
    assert "the levy revenue of the bloc, 0.100 to 0.200 million at present value" in warning(result)
    assert one(result.floors, "floor", member="US") == 70


def test_a_tariff_makes_the_sum_hang_on_the_plan_too() -> None:
    """CN at 50 with a duty of 10 or AU at 60 free: buyers pay 60 either way, and the treasury takes 0.1 million or
    nothing."""
    result = solve(
        reference_prices=table("commodity 2026", ("oxide", 50)),
        processes=works(("CN works", "CN", "oxide", 50), ("AU works", "AU", "oxide", 60)),
        routes=table("origin destination commodity tariff", ("*", "*", "*", 0), ("CN", "US", "oxide", 0.2)),
    )
    said = warning(result)
    assert "net cost of the bloc, 0.500 to 0.600 million at present value" in said
    assert "the sum of net costs does not" not in said


def test_members_that_share_what_a_cap_lets_in() -> None:
    result = solve(caps=cap(0.5), demand=demand(("US", 200, 10), ("JP", 200, 4)))
    assert (
        "the net cost of US and JP (see members_range) changes with them; the sum of net costs does not"
        in (warning(result))
    )
    assert not [line for line in result.warnings if line.startswith("support: with another plan")]


def test_under_rules_that_bind_uplift_hangs_on_the_plan() -> None:
    result = solve(
        caps=cap(0.5), demand=demand(("US", 200, 10), ("JP", 200, 4)), floor_rules=rules(("maximum", 70))
    )
    assert any(line.startswith("support: with another plan of the same cost") for line in result.warnings)


def test_where_nothing_can_move_nothing_is_said() -> None:
    result = solve(caps=cap(0.5), floor_rules=rules(("maximum", 70)))
    assert not [line for line in result.warnings if line.startswith(("sourcing", "support"))]


def test_a_sweep_tells_at_which_caps() -> None:
    found = floors.sweep(
        solve(caps=cap(0.5), demand=demand(("US", 200, 10), ("JP", 200, 4))).study, [1.0, 0.5]
    )
    assert found.sweep["movable"].tolist() == [False, False, True]
    assert [line.split(" shipments")[0] for line in found.warnings] == [
        "at 1 of 3 caps (0.5; column movable)"
    ]
