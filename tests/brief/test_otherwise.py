"""What the page says of the same plan by grants: who would pay, and whether floors cost treasuries more."""

from __future__ import annotations

import pytest

from tests.support.paged import block, solved


def said(name: str) -> str:
    found = block(solved(name).brief, "otherwise")
    return "" if found is None else found.paragraphs[0].plain.replace("\xa0", " ")


def test_buyers_and_treasuries_change_places() -> None:
    """5 t at 30 are no longer levied on 5 t, and paid to those who make 5 t."""
    assert said("half").startswith(
        "By payments to those who would lose, without levies: buyers pay 300 thousand USD less, treasuries 300 "
        "thousand USD more."
    )


def test_payments_are_called_grants_only_where_a_build_gets_one() -> None:
    """At half of a region's demand nothing is built; beside an old pit a plant is, and its capital is paid for."""
    assert "none of them a grant for capital" in said("half") and "By grants" not in said("half")
    plant = said("an old pit beside a new plant")
    assert plant.startswith("By grants, without levies:") and "none of them" not in plant


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("half", "none of them a grant for capital; IMF WP 2026/072 finds more for rare earths."),
        ("an old pit beside a new plant", ": more, as IMF WP 2026/072 finds for rare earths."),
        ("a guarantee that saves on inputs", ": less; IMF WP 2026/072 finds the opposite for rare earths."),
    ],
)
def test_whether_floors_cost_more_public_money_is_said_either_way(name: str, verdict: str) -> None:
    assert said(name).endswith(verdict)


@pytest.mark.parametrize("name", ["slack cap", "no policy"])
def test_nothing_is_said_where_nobody_would_pay_anything_else(name: str) -> None:
    assert said(name) == ""
