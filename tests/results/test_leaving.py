"""Who gains where a member leaves, what keeps it in, and what the years before keep."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest
from pytest import approx

import floors
from tests.support import leaving
from tests.support.studies import metric, one, price, rows

Made = Callable[[], floors.Study]


@cache
def solved(make: Made, scenario: str = "leaves") -> floors.Result:
    return floors.solve(make().scenario(scenario))


def room_dear() -> floors.Study:
    return leaving.room(40)


def room_cheap() -> floors.Study:
    return leaving.room(12)


@pytest.mark.parametrize(
    ("make", "gain", "loss", "said"),
    [
        (
            leaving.alone,
            2.5,
            0.0,
            "a side payment of as much keeps it in; those who stay lose nothing by its leaving",
        ),
        (
            leaving.pooled,
            0.5,
            -1.5,
            "those who stay gain 1.50 by its leaving, and so have no reason to pay it",
        ),
        (
            leaving.exporter,
            -1.1,
            -3.1,
            "that costs it 1.10 million USD (present value): leaving does not pay",
        ),
        (
            room_dear,
            3.0,
            2.5,
            "that gains it 3.0 million USD (present value), and a side payment of as much keeps",
        ),
        (room_dear, 3.0, 2.5, "those who stay lose 2.5 by its leaving, less than that."),
        (
            room_cheap,
            0.2,
            2.5,
            "those who stay lose 2.50 by its leaving, and so can pay it and be better off.",
        ),
    ],
)
def test_what_leaving_gains_and_what_keeps_a_member_in(
    make: Made, gain: float, loss: float, said: str
) -> None:
    result = solved(make)
    assert metric(result, "gain_of_leaving") == approx(gain, abs=1e-9)
    assert metric(result, "loss_of_those_who_stay") == approx(loss, abs=1e-9)
    (sentence,) = (
        line for line in result.sentences if line.startswith("JP leaves the bloc in 2027, unforeseen")
    )
    assert said in sentence
    assert not any("The shock of" in line for line in result.sentences)


def test_what_the_others_then_pay() -> None:
    (said,) = (line for line in solved(leaving.pooled).sentences if line.startswith("To those who stay"))
    assert said == (
        "To those who stay (US) the policy then costs 4.50 million USD, against 6.00 in base; of their floors that of "
        "oxide in US moves most, from 60.00 to 40.00 a kg in 2027."
    )


def test_a_shock_that_changes_the_bloc_is_counted_for_those_who_are_in_it_then() -> None:
    """US alone is in the sum of 2027 on both sides: 4.0 in base, 2.5 once JP is out."""
    assert metric(solved(leaving.pooled), "shock_loss") == approx(-1.5)


def test_floors_caps_and_levies_are_those_of_the_members_of_the_year() -> None:
    result = solved(leaving.pooled)
    assert result.floors[["member", "year", "floor", "levy"]].to_numpy().tolist() == [
        ["US", 2026, 60.0, 50.0],
        ["US", 2027, 40.0, 30.0],
        ["JP", 2026, 60.0, 50.0],
    ]
    assert result.caps["limit"].tolist() == [110.0, 50.0]
    assert price(result, "JP", 2027) == approx(10)
    accounts = result.accounts
    assert rows(accounts, region="JP")["role"].tolist() == ["member", "other"]
    assert rows(accounts, region="JP")["levy_revenue"].tolist() == approx([5.5, 0.0])
    assert one(result.who_pays, "role", region="JP") == "member; other from 2027"
    assert result.concentration["scope"].tolist() == ["bloc", "US", "JP", "bloc", "US"]


def test_years_before_are_the_parents() -> None:
    now, then = solved(leaving.pooled), solved(leaving.pooled, "base")
    for table in ("shipments", "floors", "accounts", "caps", "concentration"):
        early, was = (
            rows(result.frame(table), year=2026).drop(columns="average", errors="ignore")  # of all years
            for result in (now, then)
        )
        assert early.reset_index(drop=True).equals(was.reset_index(drop=True)), table


def test_the_gain_is_told_with_its_ends_where_plans_of_one_cost_share_it_otherwise() -> None:
    """JP pays 4.0 less 30 x what it has of China's 100 t: 1.0 to 4.0 in 2027, and as much before."""
    (said,) = (line for line in solved(leaving.ties).sentences if line.startswith("JP leaves"))
    assert "(at these plans; in others of the same cost its net cost is 2.00 to 8.00 as a member and " in said
    assert "at these plans" not in solved(leaving.alone).sentences[0]


def test_who_joins_who_leaves_together_and_what_changes_beside() -> None:
    def said(make: Made) -> str:
        return "\n".join(solved(make).sentences)

    assert "MY joins the bloc in 2027, unforeseen: its net cost stays what it was." in said(leaving.joins)
    together = said(leaving.both)
    assert "US leaves the bloc in 2027, unforeseen, as JP does: that gains it 1.50 million USD" in together
    assert "To those who stay" not in together and "side payment" not in together
    assert "and more changes with it: that gains it 2.30 million USD" in said(leaving.more)
    for make in (leaving.joins, leaving.both, leaving.more):
        assert "gain_of_leaving" not in set(solved(make).summary["metric"])


def test_contracts_go_on() -> None:
    (said,) = (line for line in solved(leaving.contracted).sentences if line.startswith("To those who stay"))
    assert "their contracts for difference cost them 0.20, as in base" in said


def test_nothing_is_said_of_leaving_where_everybody_knew_it() -> None:
    study = leaving.family(scenarios=[{"scenario": "leaves"}])
    result = floors.solve(study.scenario("leaves"))
    assert not any("unforeseen" in line or "side payment" in line for line in result.sentences)
    assert result.caps["limit"].tolist() == [50.0, 50.0, 50.0]
