"""The question is made from the caps themselves."""

from __future__ import annotations

import pytest

import floors
from tests.support.paged import plain
from tests.support.studies import settings, study, table, years
from tests.support.told_studies import SOLVED, cap, demand, rules


def asked(given: floors.Study) -> str:
    return plain(floors.solve(given).brief.question)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("half", "which floors keep oxide from CN within 50 % of the two members’ joint demand in 2026?"),
        ("one member", "which floors keep oxide from CN within 50 % of the US’s demand in 2026?"),
        ("tightening", "within 80 % of the two members’ joint demand in 2026 and 50 % in 2027?"),
        ("tonnes", "within 5 t a year into the bloc in 2026?"),
        ("use", "within 50 % of its use in the bloc in 2026?"),
        ("a ban", "which floors keep oxide from CN out of the bloc in 2026?"),
        ("keeps CN out of JP", "which floors keep oxide from CN out of JP in 2026?"),
        ("a group without a chain", "which floors keep both (by weight) from CN within 50 %"),
        ("no policy", "how is the bloc supplied without caps and without rules on floors?"),
        ("a minimum", "what do the bloc’s rules on floors bring about (minimum for oxide)?"),
        ("a maximum", "in 2026, under rules on floors (maximum for oxide)?"),
    ],
)
def test_a_cap_is_told_as_it_is(name: str, said: str) -> None:
    assert said in asked(SOLVED[name]())


def test_totals_say_years_money_rate_and_what_they_are_against() -> None:
    given = study(
        settings=settings(discount_rate=0.07, price_year=2026, currency="EUR"),
        years=years((2026, 1), (2027, 1)),
        demand=demand(("US", 200, 10, 10), years="2026 2027"),
        caps=cap(0.5),
    )
    assert asked(given).endswith("Totals: 2026–2027, EUR of 2026, discounted at 7 %, against no caps.")
    assert asked(SOLVED["half"]()).endswith("Totals: 2026, USD, not discounted, against no caps.")
    assert asked(SOLVED["a minimum"]()).endswith("against no rules on floors.")
    assert asked(SOLVED["no policy"]()).endswith("Totals: 2026, USD, not discounted.")


def test_a_cap_beyond_both_its_ends_is_told_with_that_year() -> None:
    given = study(
        years=years((2026, 1), (2027, 1), (2028, 1)),
        demand=demand(("US", 200, 10, 10, 10), years="2026 2027 2028"),
        caps=cap(0.6, 0.4, 0.5),
    )
    assert "joint demand in 2026, 40 % in 2027 and 50 % in 2028?" in asked(given)


def test_a_ban_for_one_kind_of_buyers_stands_behind_the_cap_on_all() -> None:
    given = study(
        demand=table(
            "region segment commodity value 2026",
            ("US", "all", "oxide", 200, 10),
            ("US", "defence", "oxide", 900, 1),
        ),
        caps=[*cap(0.5), *cap(0.0, scope="US", segment="defence")],
    )
    assert "joint demand in 2026 (none for defence in the US)?" in asked(given)


def test_caps_that_differ_in_their_goods_alone_are_told_together_and_many_are_counted() -> None:
    goods = ("ore", "oxide", "magnet")
    given = study(
        processes=table("process region commodity unit_cost", *((f"CN {c}", "CN", c, 50) for c in goods)),
        demand=table("region segment commodity value 2026", *(("US", "all", c, 200, 10) for c in goods)),
        caps=[row for c in goods for row in cap(0.5) if row.update(commodity=c) is None],
    )
    assert "keep ore, oxide and magnet from CN within 50 %" in asked(given)
    several = study(
        caps=[
            *cap(0.9),
            *cap(8, basis="tonnes"),
            *cap(0.8, basis="use"),
            *cap(0.7, scope="US"),
            *cap(0.6, scope="US", basis="use"),
        ]
    )
    assert ", and two more caps (sheet caps)?" in asked(several)


def test_a_cap_on_each_country_and_one_of_each_member() -> None:
    assert "keep oxide from any one country outside the bloc within 50 %" in asked(
        study(caps=cap(0.5, origin="each"))
    )
    national = study(settings=settings(coordination="national"), caps=cap(0.5))
    assert "within 50 % of each member’s own demand in 2026?" in asked(national)


def test_rules_are_named() -> None:
    assert "(maximum for oxide; max rise for oxide)" in asked(
        study(caps=cap(0.5), floor_rules=rules(("maximum", 90), ("max_rise", 5)))
    )
