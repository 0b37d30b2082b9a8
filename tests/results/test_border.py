"""What sheet `floors` says of a levy: whether it is paid, by whatever capped region."""

from __future__ import annotations

import floors
from tests.support.studies import one, solve, table

TWO_CAPPED = table(
    "region role", ("US", "member"), ("JP", "member"), ("CN", "capped"), ("RU", "capped"), ("AU", "other")
)


def said(result: floors.Result, column: str) -> str:
    return str(one(result.floors, column, member="US", commodity="oxide", year=2026))


def test_a_levy_on_an_origin_by_name_is_paid_whatever_its_content() -> None:
    """Oxide of CN that counts as of no origin in itself is capped as what CN ships: 4 t at 50, and a levy of 30."""
    result = solve(
        routes=table("origin destination commodity freight content", ("CN", "*", "oxide", 0, 0)),
        caps=table("scope commodity origin basis 2026", ("bloc", "oxide", "CN", "tonnes", 4)),
    )
    assert one(result.accounts, "levy_revenue", region="US") > 0
    assert (said(result, "state"), said(result, "effective")) == ("paid", "True")
    assert "nobody pays" not in said(result, "note")
    assert floors.verify(result.outcome.case.study, result).ok


def test_no_levy_on_one_capped_origin_is_not_said_to_be_none_at_all() -> None:
    """CN is not short; RU, of which 1 t may come, pays 10."""
    result = solve(
        regions=TWO_CAPPED,
        processes=table(
            "process region commodity unit_cost capacity",
            *(("CN works", "CN", "oxide", 80, None), ("RU works", "RU", "oxide", 70, None)),
        ),
        caps=table(
            "scope commodity origin basis 2026",
            *(("bloc", "oxide", "CN", "tonnes", 100), ("bloc", "oxide", "RU", "tonnes", 1)),
        ),
    )
    assert one(result.accounts, "levy_revenue", region="US") > 0
    assert said(result, "levy") == "0.0" and said(result, "note") == (
        "no levy on what comes from CN: the floor is its price there"
    )
