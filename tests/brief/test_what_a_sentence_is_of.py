"""Sentences name what they are of: the commodity, the years, the cap and the payer of this study and of no other."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

import floors
from floors.brief.facts import Facts
from floors.brief.insurance import _apart
from floors.brief.page import page
from floors.brief.risk_page import _surprised
from floors.brief.tables import Tables
from floors.many import solve_scenarios
from floors.page.told import percent
from tests.support.paged import answers_of, block, cells, paragraphs, plain, solved, text_of, told, with_rows
from tests.support.studies import settings, study, table, years
from tests.support.tiny import tiny_study
from tests.support.told_studies import (
    CN,
    US,
    cap,
    chained,
    demand,
    fund,
    members,
    rules,
    two_years,
    works,
)


def text(given: floors.Study) -> str:
    return told(floors.solve(given).brief)


def leaky(region: str = "US", **sheets: Any) -> floors.Study:
    """Buyers of a region evade a third of it."""
    wanted = table(
        "region segment commodity value enforcement 2026",
        *((one, "all", "oxide", 200, 0.7 if one == region else 1, 10) for one in ("US", "AU")),
    )
    return study(**{"demand": wanted, **sheets})


# Who evades, and who keeps


def test_evasion_counts_where_buyers_of_the_bloc_evade_a_cap_alone() -> None:
    assert "Evasion counts against the cap" in text(leaky(caps=cap(5, basis="tonnes")))
    assert "Evasion" not in text(leaky("AU", caps=cap(5, basis="tonnes")))
    price = table("commodity 2026", ("oxide", 50))
    assert "Evasion" not in text(leaky(floor_rules=rules(("minimum", 70)), reference_prices=price))


def test_nothing_evades_a_levy_that_there_is_none_of() -> None:
    assert "what evades the levy is on no paper" in text_of("leaks")
    slack = text(leaky(caps=cap(10, basis="tonnes"), processes=works((*CN, 6), US)))
    assert "On paper" in slack
    assert "the rest that comes in is on no paper" in slack


def test_exporters_who_keep_the_levies_are_told() -> None:
    kept = study(caps=cap(0.5), settings=settings(rent="exporter"))
    assert "Exporters keep the levies. Net loss" in text(kept)
    assert "Exporters keep" not in text_of("half")


# What the cap counts


def test_a_cap_that_counts_some_of_it_is_not_said_to_count_all() -> None:
    assert "more come from CN than the cap counts:" in text_of("chained")
    given = chained()
    of = {name: given.tables[name].to_dict("records") for name in ("technologies", "processes", "demand")}
    wanted = [*of.pop("demand"), {**given.tables["demand"].to_dict("records")[0], "segment": "defence"}]
    some = [{"scope": "bloc", "commodity": "magnet", "segment": "defence", "basis": "demand", 2026: 0.5}]
    said = text(study(**of, demand=wanted, caps=some))
    assert "more come from CN than arrive under its name:" in said
    assert "than the cap counts" not in said


# Years that stand for several


def test_totals_go_to_the_end_of_the_last_period() -> None:
    result = floors.solve(two_years(0.8, 0.5, years=years((2026, 1), (2027, 3))))
    assert "Totals: 2026–2029, USD" in plain(result.brief.question)
    assert result.brief.where == "US, JP · 2026–2029 · base case"
    assert "2026–2029, against no caps" in plain(block(result.brief, "payers").title)
    picture = next(one for one in result.pictures if one.name == "picture_who_pays")
    assert "present value 2026–2029;" in plain(picture.subtitle)


def test_years_between_that_are_in_no_period_are_not_in_the_totals() -> None:
    given = two_years(
        0.8,
        caps=[{"scope": "bloc", "commodity": "oxide", "basis": "demand", 2026: 0.8, 2030: 0.5}],
        years=years((2026, 1), (2030, 1)),
        demand=demand(("US", 200, 10, 10), years="2026 2030"),
    )
    assert "Totals: 2 of the years 2026–2030, USD" in text(given)


def test_a_shortage_of_a_period_is_of_all_its_years() -> None:
    given = study(
        years=years((2026, 3)), demand=demand(("US", 60, 10)), caps=cap(0.5), processes=works(CN, US)
    )
    page = floors.solve(given).brief
    assert plain(page.headline).startswith("In 2026–2028 the bloc goes short of 15 t of oxide")
    assert answers_of(page)[0].startswith("15 t are not delivered in 2026–2028, 50 % of demand")


# Said once


def test_who_bears_all_of_a_loss_is_told_it_once() -> None:
    half = members(caps=cap(0.5, scope="US"))
    (said,) = [one for one in answers_of(floors.solve(half).brief) if "bears" in one]
    assert said.startswith(
        "The US bears all of the net loss, 150 thousand; its buyers alone lose 300 thousand."
    )
    alone = members(caps=cap(0.0, scope="US"))
    (said,) = [one for one in answers_of(floors.solve(alone).brief) if "bears" in one]
    assert said == "The US bears all of the net loss, 300 thousand; all of that is lost by its buyers."


def test_a_fund_that_buys_nothing_is_told_so() -> None:
    idle = study(
        **{
            name: fund(0.2).tables[name].to_dict("records")
            for name in ("reference_prices", "stockpiles", "funds")
        },
    )
    said = paragraphs(block(floors.solve(idle).brief, "built"))
    assert "vault buys nothing; it has 200 thousand USD." in said


def test_plants_are_told_with_what_they_make_and_none_is_left_out() -> None:
    capacity = works(CN, (*US, 100))
    said = text(two_years(0.8, 0.5, processes=capacity))
    assert "Plants for oxide in the US run at 2 % of capacity in 2026 and 5 % in 2027." in said
    hall = table(
        "process region commodity unit_cost plant",
        ("CN works", "CN", "oxide", 50),
        ("US works", "US", "oxide", 80, "hall"),
    )
    shared = two_years(0.8, 0.5, processes=hall, plants=table("plant capacity", ("hall", 100)))
    assert "Plants for oxide in the US run at 2 % of capacity in 2026 and 5 % in 2027." in text(shared)
    beside = works(CN, ("US works", "US", "oxide", 80, 1), ("US bench", "US", "oxide", 85, None))
    assert "Plants for oxide" not in text(two_years(0.95, 0.5, processes=beside))


def test_what_buyers_go_without_is_in_the_title_of_who_pays() -> None:
    pictures = floors.solve(study(caps=cap(0.5), demand=demand(("US", 60, 10)))).pictures
    (title,) = [plain(one.title) for one in pictures if one.name == "picture_who_pays"]
    assert title.startswith("Buyers lose 100 thousand USD by what they pay and go without")


def test_a_price_that_buyers_elsewhere_set_is_told_as_theirs() -> None:
    """China's price is what buyers in AU would pay for more of it; the cap has room."""
    short = study(
        processes=works((*CN, 12), US),
        demand=demand(("US", 200, 10), ("AU", 65, 10)),
        routes=table("origin destination commodity freight", ("*", "*", "*", 0), ("US", "AU", "oxide", 99)),
        caps=cap(1.0),
    )
    table_of = block(floors.solve(short).brief, "floors")
    (line,) = cells(table_of)
    assert line[-1] == "a shortage: AU"
    assert "Where a shortage sets it" in plain(table_of.notes[0])


# Caps that do not bind, and what is beyond them


def test_a_share_above_the_cap_is_explained_where_less_is_bought_than_wanted() -> None:
    wanted = table(
        "region segment commodity value elasticity 2026",
        ("US", "all", "oxide", 200, -0.5, 10),
        ("JP", "all", "oxide", 200, None, 5),
    )
    bends = study(demand=wanted, reference_prices=table("commodity 2026", ("oxide", 50)), caps=cap(0.3))
    said = "The cap is a share of what is wanted, of which less is bought."
    notes = block(floors.solve(bends).brief, "shares").notes
    assert said in notes
    assert said not in text_of("half")


def test_no_floor_is_said_to_be_needed_less_where_none_is_needed() -> None:
    """A duty at JP's border bears on the price of China, and no cap binds."""
    slack = tiny_study()
    result = floors.solve(slack)
    assert not any(row["binding"] for row in result.records("floors"))
    assert "floor is needed" not in told(result.brief)


def test_a_bloc_that_gains_is_told_what_it_gains_by() -> None:
    (said,) = [one for one in answers_of(solved("one of two years is full").brief) if "brings back" in one]
    assert said == "It brings back more than it costs. Levies return 90 thousand. Net gain: 90 thousand."


# Shocks


def stopped(*ways: tuple[str, str]) -> floors.Study:
    """China may sell nothing along these ways from 2027 on, which nobody foresaw."""
    return two_years(
        0.5,
        0.5,
        processes=works(CN, (*US, 8)),
        route_limits=table("origin destination commodity 2026 2027", *(("CN", *way) for way in ways)),
        scenarios=[{"scenario": "stop", "known_from": 2027}],
        changes=table(
            "scenario sheet where column change value", ("stop", "route_limits", "origin=CN", 2027, "set", 0)
        ),
    )


@pytest.mark.parametrize(
    ("ways", "whole"),
    [
        ([("*", "*")], True),
        ([("member", "*"), ("other", "*")], True),
        ([("member", "*")], False),
        ([("*", "oxide")], False),
    ],
)
def test_all_exports_stop_where_every_way_out_is_closed(ways: list[tuple[str, str]], whole: bool) -> None:
    said = plain("\n".join(solve_scenarios(stopped(*ways)).brief.texts))
    assert ("If CN stopped all exports in 2027," in said) == whole
    assert ("If “stop” came as a surprise in 2027," in said) != whole


def test_bills_that_differ_are_told_apart_and_below_nothing_with_their_sign() -> None:
    facts = Facts(Tables(solved("half").study, solved("half").rows))
    assert _apart(facts, 0.4901, 0.4904) == ["490.1 thousand", "490.4 thousand"]
    assert _apart(facts, 123.1, 123.4) == ["123.1 million", "123.4 million"]
    assert _apart(facts, -12.0, 3.0) == ["–12 million", "3 million"]
    assert percent(-0.02) == "–2 %"


# What a levy keeps out, and who leaves


def test_a_levy_keeps_out_what_would_come_without_it() -> None:
    assert "CN sells no oxide in the US in 2026:" in text_of("a ban")
    none = [dict(row, baseline_capped_share=0.0) for row in solved("a ban").records("concentration")]
    assert "keeps all out" not in told(page(with_rows(solved("a ban"), concentration=none)))


def test_all_capped_regions_that_a_levy_keeps_out_are_named() -> None:
    two = study(
        regions=table("region role", ("US", "member"), ("CN", "capped"), ("RU", "capped")),
        processes=works((*CN, 5), ("RU works", "RU", "oxide", 60), US),
        caps=cap(0.0),
    )
    assert "CN and RU sell no oxide in the US in 2026:" in text(two)


def test_who_stays_is_told_once_where_they_fare_alike() -> None:
    left = members(
        processes=works(CN, US),
        caps=cap(0.5, scope="US"),
        scenarios=[{"scenario": "alone", "kind": "rules"}],
        changes=table(
            "scenario sheet where column change value",
            ("alone", "regions", "region=JP", "role", "set", "other"),
        ),
    )
    said = plain("\n".join(solve_scenarios(left).brief.texts))
    assert "those who stay lose 150 thousand USD, as they do where all stay" in said


@pytest.mark.parametrize(("value", "why"), [(0.2, False), (-0.2, True)])
def test_weighing_that_costs_more_than_not_weighing_is_explained(value: float, why: bool) -> None:
    weighed: Any = SimpleNamespace(
        expected=lambda _: value,
        states=("base", "dear"),
        leader="base",
        named=lambda _: "the base case",
        nothing=lambda amount: amount == 0,
        tables=SimpleNamespace(currency="USD"),
        aversion=0.0,
    )
    told_of = _surprised(weighed)
    assert told_of is not None
    assert told_of.text.startswith(
        f"would cost all countries together 200 thousand USD {'less' if why else 'more'} than weighing the states."
    )
    assert told_of.text.endswith("Under a rule of minimum floors no plan is the cheapest there is.") == why


# Shares as they are typed


def test_a_cap_is_told_as_it_is_typed() -> None:
    page = floors.solve(members(caps=cap(0.125), settings=settings(discount_rate=0.075))).brief
    assert plain(page.headline).startswith("Holding CN to 12.5 % of the bloc’s oxide")
    assert "within 12.5 % of" in plain(page.question)
    assert "discounted at 7.5 %" in plain(page.question)


def test_one_tonne_is_not_delivered() -> None:
    one = study(processes=works(CN, (*US, 4)), caps=cap(0.5))
    assert answers_of(floors.solve(one).brief)[0].startswith("1 t is not delivered in 2026, 10 % of demand")


def test_duties_are_told_of_a_member_that_buys_and_read_well_of_one_good() -> None:
    def given(wanted: float) -> str:
        return text(
            members(
                caps=cap(0.5),
                reference_prices=table("commodity 2026", ("oxide", 50)),
                routes=table(
                    "origin destination commodity tariff",
                    ("*", "*", "*", 0),
                    ("CN", "US", "oxide", 0.2),
                    ("CN", "JP", "oxide", 0),
                ),
                demand=demand(("US", 200, 10), ("JP", 200, wanted)),
            )
        )

    assert "what the way costs oxide from CN and not rivals. For JP duties of others" in given(4)
    assert "duties of others" not in given(0)


def test_a_cap_of_each_member_is_held_against_each() -> None:
    """Without a policy the US is at 50 % and JP at none or all: their sum says nothing of a cap of 60 % on each."""
    row = [
        {"scope": scope, "commodity": "oxide", "year": 2026, "baseline_capped_share": share}
        for scope, share in (("bloc", 0.5), ("US", 0.3), ("JP", 0.9))
    ]
    result = floors.solve(members(caps=cap(1.0), settings=settings(coordination="national")))
    low = members(caps=cap(0.6), settings=settings(coordination="national"))
    assert "stays below it" in page(with_rows(result, concentration=row)).headline
    assert "no levy is needed" in page(with_rows(result, low, concentration=row)).headline


# Whose floor, and whose cap


def goods(*caps: dict[str | int, Any], **sheets: Any) -> floors.Study:
    """Ore from AU at 20 and from CN at 25, oxide from CN at 50 and at home at 80."""
    return members(
        processes=works(CN, US, ("AU mine", "AU", "ore", 20), ("CN mine", "CN", "ore", 25)),
        demand=table(
            "region segment commodity value 2026",
            *((region, "all", good, 200, 10) for region in ("US", "JP") for good in ("ore", "oxide")),
        ),
        caps=[*cap(0.5), *caps],
        **sheets,
    )


def capped(scope: str) -> dict[str | int, Any]:
    return {"scope": scope, "commodity": "ore", "basis": "demand", 2026: 0.5}


def test_a_cap_of_a_member_that_asks_for_nothing_is_told_of_its_purchases() -> None:
    assert "Even without a policy the bloc buys none of it from CN" in text(goods(capped("bloc")))
    assert "Even without a policy JP buys none of it from CN" in text(goods(capped("JP")))
    assert "Even without a policy the US and JP each buy none of it" in text(
        goods(capped("US"), capped("JP"))
    )


def test_a_commodity_of_which_one_cap_would_be_passed_does_not_ask_for_nothing() -> None:
    given = goods(capped("US"), capped("JP"))
    result = floors.solve(given)
    assert any(one.startswith("The cap on ore") for one in answers_of(result.brief))
    shares = [
        row | ({"baseline_capped_share": 0.9} if (row["scope"], row["commodity"]) == ("JP", "ore") else {})
        for row in result.records("concentration")
    ]
    assert "The cap on ore" not in told(page(with_rows(result, concentration=shares)))


def test_how_a_floor_moves_is_told_with_its_place_where_others_differ() -> None:
    one = members(caps=[*cap(1.0, scope="US"), *cap(0.5, scope="JP")])
    assert "The floor in the US is CN’s own price" in text(one)
    assert "The floor is 80 USD/kg in 2026" in text_of("half")
