"""The headline says the price first, then the cost, and only what is true of the study."""

from __future__ import annotations

import floors
from tests.support.told_studies import SOLVED


def told(name: str) -> str:
    """The headline of one of the small studies, with plain blanks."""
    return floors.solve(SOLVED[name]()).brief.headline.replace("\u00a0", " ")


def test_a_cap_takes_a_floor_and_costs() -> None:
    expected = (
        "Holding CN to 50 % of the bloc’s oxide in 2026 takes a floor of 80 USD/kg (CN sells at 50) and costs the bloc "
        "150 thousand USD"
    )
    assert told("half") == expected


def test_the_last_year_of_a_path_is_told_with_by() -> None:
    assert told("tightening").startswith(
        "Holding CN to 50 % of the bloc’s oxide by 2027 takes a floor of 80 USD/kg"
    )


def test_a_floor_that_is_gone_by_the_last_year_is_told_of_its_own_year() -> None:
    assert told("loosening").startswith("Holding CN to 50 % of the bloc’s oxide in 2026 takes a floor")


def test_a_ban_keeps_out() -> None:
    assert told("a ban").startswith("Keeping CN out of the bloc’s oxide in 2026 takes a floor of 80 USD/kg")


def test_a_bloc_that_gains_is_told_so() -> None:
    assert told("one of two years is full").endswith("and the bloc gains 90 thousand USD by it")


def test_a_cap_without_a_levy_asks_for_nothing() -> None:
    assert told("slack cap") == "The cap asks for nothing: CN stays below it without any policy"


def test_a_cap_of_tonnes_is_told_in_tonnes() -> None:
    assert told("tonnes").startswith(
        "Holding CN to 5 t a year of the bloc’s oxide in 2026 takes a floor of 80 USD/kg"
    )


def test_without_a_policy_the_bill_is_told() -> None:
    assert told("no policy") == (
        "Without caps and rules on floors 100 % of the bloc’s oxide are from CN in 2026, and the bloc’s bill is "
        "500 thousand USD"
    )
