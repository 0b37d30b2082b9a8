"""Every answer is said of a study in which it is true, and not of one in which it would be false."""

from __future__ import annotations

import pytest

import floors
from floors.brief.page import page
from floors.brief.tables import Tables
from tests.support.paged import answers_of, plain, solved, text_of, with_rows
from tests.support.studies import settings, study, table
from tests.support.told_studies import CN, US, cap, chained, demand, members, works

PAIRS = {
    "It costs more than it brings back.": ("half", "one of two years is full"),
    "Buyers pay 300 thousand USD more. Levies return 150 thousand. Net loss: 150 thousand.": (
        "half",
        "unmet",
    ),
    "Buyers lose 100 thousand USD by what they pay and go without.": ("unmet", "half"),
    "contracts and support cost": ("a contract", "half"),
    "are not delivered in 2026": ("unmet", "half"),
    "Without a policy nobody goes short then.": ("unmet", "unmet as much without the policy"),
    "Without a policy it would be as much.": ("unmet as much without the policy", "unmet"),
    "Of good 1, good 2, good 3, good 4 and three more not all is delivered either.": (
        "unmet at eight places",
        "unmet",
    ),
    "bears all of the net loss,": ("half", "half of two members"),
    "On oxide in the US it first bites in 2027: in 2026 all that comes is exempt.": (
        "a minimum, all exempt in 2026",
        "half, some exempt",
    ),
    "Exempt tonnes leave the floor without a bite.": (
        "a minimum, all exempt",
        "a minimum, all exempt in 2026",
    ),
    "CN sells no oxide in": ("keeps CN out of JP", "half"),
    "the levy of 30 USD/kg keeps all out, and the price there is 80 in 2026.": ("a ban", "half"),
    "The floor stays at 80 USD/kg.": ("tightening", "tightening, home dearer later"),
    "The floor rises from 80 USD/kg in 2026 to 90 in 2027.": ("tightening, home dearer later", "tightening"),
    "The floor falls from 80 USD/kg in 2026 to 50 in 2027.": ("loosening", "tightening"),
    "The floor rises to 95 USD/kg in 2027, then falls to 80 in 2028.": (
        "the same floor, another in between",
        "tightening",
    ),
    "On paper 29 %, in truth 50 %.": ("leaks", "half"),
    "The cap counts what is smuggled": ("leaks", "half"),
    "On paper 50 %, in truth 65 %.": ("leaks unseen", "leaks"),
    "The cap is kept on paper, where what is smuggled takes no room": ("leaks unseen", "leaks"),
    "Holding CN to 50 % on paper of": ("leaks unseen", "leaks"),
    "A levy is of the last kg: 40 USD/kg under the cap of 2026; on average what it keeps out costs 32": (
        "two works at home",
        "half",
    ),
    "The cap binds what papers show,": ("leaks unseen", "leaks"),
    "5 t more come from CN than the cap counts:": ("chained", "half"),
}


@pytest.mark.parametrize(("said", "of"), PAIRS.items())
def test_an_answer_is_said_where_it_is_true_alone(said: str, of: tuple[str, str]) -> None:
    true, false = of
    assert said in text_of(true)
    assert said not in text_of(false)


def said_of(given: floors.Study) -> list[str]:
    return answers_of(floors.solve(given).brief)


def starting(given: floors.Study, words: str) -> list[str]:
    return [one for one in said_of(given) if one.startswith(words)]


def test_there_are_at_most_five_and_a_shortage_is_first() -> None:
    assert answers_of(solved("unmet").brief)[0].startswith(
        "5 t are not delivered in 2026, 50 % of demand for good 0"
    )
    assert all(len(solved(name).brief.answers) <= 5 for name in ("half", "unmet", "leaks", "chained"))


# The bloc's caps and its members


def two_members(share: float = 0.5, **sheets: object) -> floors.Study:
    """JP is nearer to China: the cap leaves it all that comes from there."""
    routes = table("origin destination commodity freight", ("*", "*", "*", 0), ("CN", "US", "oxide", 5))
    return members(
        **{"caps": cap(share), "demand": demand(("US", 200, 10), ("JP", 200, 6)), "routes": routes} | sheets
    )


def test_a_pooled_cap_is_an_average_where_members_lie_apart() -> None:
    # 8 of 16 t may come from China: JP takes its 6 t, for which it pays 5 less freight, and the US 2 of 10.
    (said,) = starting(two_members(), "“50 %” is an average.")
    assert (
        said == "“50 %” is an average. In 2026 CN supplies all of the oxide bought in JP and 20 % in the US."
    )


def test_a_cap_that_each_member_keeps_by_itself_is_no_average() -> None:
    assert not starting(two_members(settings=settings(coordination="national")), "“50 %”")


def test_a_cap_with_room_is_no_average() -> None:
    assert not starting(two_members(1.0), "“100 %”")


def test_one_member_and_members_alike_are_no_average() -> None:
    assert not starting(study(caps=cap(0.5)), "“50 %”")  # JP buys nothing
    alike = two_members(caps=[*cap(0.5), *cap(0.5, scope="JP"), *cap(0.5, scope="US")])
    assert not starting(alike, "“50 %”")


# Who bears it


def bearing(*rows: tuple[str, float, float, float, float]) -> list[str]:
    """What is said where members bear so much: name, buyers, net, least and most."""
    nothing = dict.fromkeys(
        ("levies", "tariffs", "export_taxes", "producers", "stockpiles", "contracts"), 0.0
    )
    result = solved("half of two members")
    loss = -sum(row[2] for row in rows)
    summary = [
        dict(row, value=loss) if row["metric"] == "change_in_bloc_net_cost" else row
        for row in result.records("summary")
    ]
    payers = [
        {
            "region": name,
            "role": "member",
            "buyers": buyers,
            "net": net,
            "least_net": least,
            "most_net": most,
            **nothing,
        }
        for name, buyers, net, least, most in rows
    ]
    tables = with_rows(result, who_pays=payers, summary=summary)
    return [one for one in answers_of(page(tables)) if "bear" in one or "loses more" in one]


def test_who_bears_more_than_half_in_every_plan_is_named() -> None:
    (said,) = bearing(("US", -0.2, -0.6, -0.65, -0.6), ("JP", -0.4, -0.4, -0.4, -0.35))
    assert said.startswith("The US bears 60 % of the net loss, 600 thousand of 1 million")
    assert (
        "The buyers who pay most are in JP (400 thousand) and in the US (200 thousand)." not in said
    )  # it is one of them


def test_whose_share_crosses_half_is_told_as_a_range() -> None:
    (said,) = bearing(("US", -0.5, -0.5, -0.6, -0.4), ("JP", -0.5, -0.5, -0.6, -0.4))
    assert said == (
        "The US bears between 40 % and 60 % of the net loss, which the model cannot tell: plans of the same cost differ "
        "in it."
    )


def test_who_loses_more_than_the_bloc_is_told_so() -> None:
    (said,) = [
        one for one in bearing(("US", -0.7, -0.7, -0.7, -0.7), ("JP", 0.1, 0.1, 0.1, 0.1)) if "loses" in one
    ]
    assert said.startswith("The US loses more than the bloc does, 700 thousand beside 600 thousand")


def test_nobody_is_named_where_none_bears_half_or_where_it_was_not_looked_for() -> None:
    third = -1 / 3
    assert not bearing(
        ("US", third, third, third, third),
        ("JP", third, third, third, third),
        ("AU", third, third, third, third),
    )
    assert not bearing(("US", -0.6, -0.6, None, None), ("JP", -0.4, -0.4, None, None))


def test_who_gains_is_told_in_a_clause_of_its_own() -> None:
    (said,) = bearing(("US", -1.5, -1.2, -1.2, -1.2), ("JP", 0.1, 0.2, 0.2, 0.2))
    assert said.endswith("JP gains 200 thousand.")
    assert "its buyers alone lose 1.5 million" in said


# Caps that ask for nothing


def beside(share: float, ore_from: float) -> floors.Study:
    """Caps on oxide, which binds, and on ore, of which the US makes its own at this price."""
    return study(
        processes=works(CN, US)
        + table(
            "process region commodity unit_cost",
            ("CN ore", "CN", "ore", 10),
            ("US ore", "US", "ore", ore_from),
        ),
        demand=table(
            "region segment commodity value 2026",
            ("US", "all", "oxide", 200, 10),
            ("US", "all", "ore", 200, 10),
        ),
        caps=[*cap(0.5), *(dict(row, commodity="ore") for row in cap(share))],
    )


def test_a_cap_below_which_the_bloc_stays_anyhow_asks_for_nothing() -> None:
    (said,) = starting(beside(0.5, 5), "The cap on ore asks for nothing.")
    assert said.endswith(
        "Even without a policy the bloc buys none of it from CN in any year under a cap. The floor there is CN’s own price: "
        "nothing is held up by it."
    )


def test_a_cap_that_binds_or_would_be_passed_without_policy_does_not_ask_for_nothing() -> None:
    assert not starting(beside(0.5, 15), "The cap on ore")
    assert not starting(study(caps=cap(1.0)), "The cap on")  # the headline says it


# Not proven


def test_a_failed_certificate_stands_first_and_is_no_headline() -> None:
    result = solved("half")
    failed = [{"check": "prices", "value": 1.0, "tolerance": 1e-9, "passed": False}]
    told = page(with_rows(result, certificate=failed))
    assert told.alarm == "The certificate failed in prices: do not use this page."
    assert told.headline == "This result is not proven"
    assert answers_of(told)[0].startswith("It is not proven.")
    assert "Proof." not in plain("\n".join(told.texts))
    assert (
        page(Tables(result.study, result.rows, failed=True)).alarm
        == "The certificate failed: do not use this page."
    )


def test_a_passed_one_has_no_alarm() -> None:
    assert solved("half").brief.alarm == ""
    assert not [one for one in answers_of(solved("half").brief) if "not proven" in one]


def test_what_is_traced_is_not_told_beside_stocks() -> None:
    given = chained()
    stocked = study(
        **{
            name: [dict(row) for row in given.tables[name].to_dict("records")]
            for name in ("technologies", "processes", "demand", "caps")
        },
        stockpiles=table("stockpile region commodity", ("reserve", "US", "magnet")),
    )
    assert not [one for one in said_of(stocked) if "than the cap counts" in one]
