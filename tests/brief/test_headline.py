"""The headline says the price first, then the cost, and only what is true of the study."""

from __future__ import annotations

import pytest

import floors
from tests.support.paged import plain
from tests.support.paged import told as told_text
from tests.support.studies import settings, study, table, years
from tests.support.told_studies import CN, SOLVED, US, cap, demand, members, two_years, works


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
        "Without caps and rules on floors CN supplies 100 % of the bloc’s oxide in 2026, and the bloc’s bill is "
        "500 thousand USD"
    )


def test_a_shortage_under_a_cap_is_the_headline() -> None:
    assert told("unmet") == "In 2026 the bloc goes short of 5 t of good 0: no floor closes that gap"


def test_what_a_curve_gives_up_is_no_shortage() -> None:
    curve = table("region segment commodity value elasticity 2026", ("US", "all", "oxide", 200, -0.5, 10))
    result = floors.solve(
        study(demand=curve, reference_prices=table("commodity 2026", ("oxide", 50)), caps=cap(0.1))
    )
    assert "short" not in result.brief.headline
    assert result.brief.headline.startswith("Holding CN to 10")


def test_a_rule_that_sets_the_floor_is_told() -> None:
    assert told("a minimum") == (
        "A floor of 70 USD/kg on oxide in 2026 (CN sells at 50), set by the bloc’s own rules, costs the bloc nothing"
    )
    assert "(CN sells at 50; a rule of the bloc sets it)" in told("a maximum")
    assert "a rule of the bloc sets it" not in told("half")


def test_levies_on_others_are_told_where_none_is_on_the_capped() -> None:
    assert told("other origins are levied").startswith(
        "The rules on floors put a levy of 30 USD/kg on oxide from MY, and the bloc gains"
    )


def test_floors_that_differ_are_told_with_their_place() -> None:
    apart = members(
        caps=[*cap(0.5, scope="US"), *cap(0.5, scope="JP")],
        processes=works(CN, ("US works", "US", "oxide", 80), ("JP works", "JP", "oxide", 95)),
        routes=table("origin destination commodity limit", ("*", "*", "*"), ("US", "JP", "oxide", 0)),
    )
    said = plain(floors.solve(apart).brief.headline)
    assert said.startswith(
        "Holding CN to 50 % of JP’s oxide in 2026 takes a floor of 95 USD/kg in JP (CN sells at 50)"
    )


def test_of_several_commodities_that_with_the_largest_levy_times_tonnes_is_named() -> None:
    goods = {"oxide": 10, "ore": 1000}
    given = study(
        processes=table(
            "process region commodity unit_cost",
            *((f"CN {c}", "CN", c, 50) for c in goods),
            *((f"US {c}", "US", c, 80) for c in goods),
        ),
        demand=table(
            "region segment commodity value 2026", *(("US", "all", c, 200, q) for c, q in goods.items())
        ),
        caps=[dict(row, commodity=c) for c in goods for row in cap(0.5)],
    )
    result = floors.solve(given)
    assert plain(result.brief.headline).startswith("Holding CN to 50 % of the bloc’s ore in 2026")
    assert "oxide: levy up to 30 (floor 80 in 2026)" in told_text(result.brief)


def test_several_capped_regions_are_named_and_many_are_not() -> None:
    names = ["CN", "RU", "KP", "IR"]

    def capped(count: int) -> str:
        chosen = names[:count]
        roles = [("US", "member"), *((name, "capped") for name in chosen)]
        given = study(
            regions=table("region role", *roles),
            processes=works(*((f"{name} works", name, "oxide", 50 + i) for i, name in enumerate(chosen)), US),
            caps=cap(0.5),
        )
        return plain(floors.solve(given).brief.headline)

    assert capped(2).startswith("Holding CN and RU to 50 %")
    assert capped(4).startswith("Holding the capped countries to 50 %")


def test_another_currency_is_told() -> None:
    result = floors.solve(study(settings=settings(currency="EUR"), caps=cap(0.5)))
    assert "80 EUR/kg" in plain(result.brief.headline)
    assert plain(result.brief.headline).endswith("150 thousand EUR")


def test_a_cap_that_stays_as_it_is_is_told_from_its_first_year() -> None:
    assert told("the same floor, another in between").startswith(
        "Holding CN to 50 % of the bloc’s oxide from 2026 takes a floor of 80 USD/kg in 2028 (CN sells at 50)"
    )


def test_a_cap_on_a_group_is_told_as_of_the_group_and_the_floor_of_its_commodity() -> None:
    grouped = study(
        processes=works(CN, US, ("AU mine", "AU", "ore", 1)),
        demand=table(
            "region segment commodity value 2026",
            ("US", "all", "oxide", 200, 10),
            ("US", "all", "ore", 10, 10),
        ),
        groups=table("group commodity weight", ("both", "oxide", 1), ("both", "ore", 1)),
        caps=[{"scope": "bloc", "commodity": "both", "basis": "demand", 2026: 0.25}],
    )
    assert plain(floors.solve(grouped).brief.headline).startswith(
        "Holding CN to 25 % of the bloc’s both (by weight) in 2026 takes a floor of 80 USD/kg on oxide (CN sells at 50)"
    )


def test_a_cap_that_each_member_keeps_is_told_as_of_each() -> None:
    national = members(caps=cap(0.5), settings=settings(coordination="national"))
    assert plain(floors.solve(national).brief.headline).startswith(
        "Holding CN to 50 % of each member’s oxide in 2026"
    )


def test_a_cap_with_a_year_between_without_one_is_not_told_from_its_first_year() -> None:
    gap = study(
        years=years((2026, 1), (2027, 1), (2028, 1)),
        demand=demand(("US", 200, 10, 10, 10), years="2026 2027 2028"),
        caps=cap(0.5, None, 0.5),
    )
    page = floors.solve(gap).brief
    assert plain(page.headline).startswith("Holding CN to 50 % of the bloc’s oxide in 2028")
    assert "joint demand in 2026 and 2028?" in plain(page.question)


def test_caps_that_are_kept_by_support_do_not_ask_for_nothing() -> None:
    """One floor for both members, and MY sells to JP as cheap as China: a levy is of no use, and the US makes at a loss
    what its cap leaves out."""
    kept = study(
        regions=table("region role", ("US", "member"), ("JP", "member"), ("MY", "other"), ("CN", "capped")),
        processes=works(CN, US, ("MY works", "MY", "oxide", 50)),
        settings=settings(coordination="bloc", plan_choice="steady"),
        demand=demand(("US", 200, 10), ("JP", 200, 10)),
        caps=[*cap(5, basis="tonnes", scope="US"), *cap(15, basis="tonnes", scope="JP")],
        routes=table("origin destination commodity", ("CN", "*", "oxide"), ("MY", "JP", "oxide")),
        qualified=table("origin destination commodity t", ("CN", "JP", "oxide", 10)),
    )
    assert plain(floors.solve(kept).brief.headline) == (
        "The caps need no levy in any year and cost the bloc 150 thousand USD"
    )


def test_a_cap_that_loosens_holds_in_a_year_and_not_by_it() -> None:
    assert plain(floors.solve(two_years(0.2, 0.5)).brief.headline).startswith(
        "Holding CN to 50 % of the bloc’s oxide in 2027"
    )


@pytest.mark.parametrize("origin", ["RU", "each"])
def test_a_levy_that_a_cap_asks_of_one_origin_alone_is_of_the_cap(origin: str) -> None:
    """RU is dearer than CN, which sells what it has: the cap binds for RU, and what comes from CN pays nothing."""
    given = study(
        regions=table("region role", ("US", "member"), ("CN", "capped"), ("RU", "capped")),
        processes=works((*CN, 2), ("RU works", "RU", "oxide", 60), US),
        caps=cap(0.5, origin=origin),
    )
    result = floors.solve(given)
    expected = "The cap puts a levy of 20 USD/kg on oxide from RU, which costs the bloc 100 thousand USD"
    assert plain(result.brief.headline) == expected
    assert not [one for one in result.pictures if "no levy is asked for" in one.title]


def test_a_bloc_that_earns_has_no_bill() -> None:
    sells = study(
        processes=works(CN, ("US works", "US", "oxide", 10, 20)),
        demand=demand(("US", 200, 1), ("AU", 200, 30)),
    )
    assert plain(floors.solve(sells).brief.headline).endswith("and the bloc earns 750 thousand USD")
