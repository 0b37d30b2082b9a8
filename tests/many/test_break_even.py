"""From which probability of a shock a policy pays, and what waiting is worth: by formula, and by a plain LP."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pytest import approx
from scipy.optimize import brentq, linprog

import floors
from floors.many.executors import processes
from floors.many.risks.break_even import meeting
from tests.support.shocked import G, P, U, V, eased, late, opened, shocked
from tests.support.studies import table

NUMBERS = [
    {},
    {"p": 35.0, "u": 48.0, "g": 7.0, "value": 130.0},
    {"p": 22.0, "u": 60.0, "g": 3.5, "value": 90.0},
]


def alone(study: floors.Study) -> Any:
    """The one row of sheet break_even."""
    (row,) = floors.risk(study).break_even.itertuples()
    return row


def by_hand(p: float = P, u: float = U, g: float = G, value: float = V) -> float:
    """Of a plant that is held whether the shock comes or not: (u + g - P) / (V - P)."""
    return (u + g - p) / (value - p)


@pytest.mark.parametrize("numbers", NUMBERS)
@pytest.mark.parametrize("cap", [0.6, 0.25])
def test_caps_pay_from_what_the_plant_costs_more(numbers: dict[str, float], cap: float) -> None:
    """(1 - cap) x 100 t of a plant at u + g in place of an offer at P, and of nothing at V: the tonnes cancel out."""
    row = alone(shocked(**numbers, cap=cap))
    p, u, g, value = (numbers.get(k, d) for k, d in (("p", P), ("u", U), ("g", G), ("value", V)))
    tonnes = 100 * (1 - cap) / 1000
    assert (row.policy, row.answer, row.status) == ("caps", "from", "optimal")
    assert row.break_even_probability == approx(by_hand(**numbers))
    assert row.premium == approx(tonnes * (u + g - p)) and row.saved == approx(tonnes * (value - u - g))
    assert row.gain == approx(0.1 * row.saved - 0.9 * row.premium)
    assert row.foreseen_from == approx(g / (value - u)), "whoever foresees it builds without a cap"


@pytest.mark.parametrize("numbers", NUMBERS)
def test_a_contract_pays_as_the_plant_it_holds(numbers: dict[str, float]) -> None:
    contracts = table("process commodity strike upside payer 2028", ("US plant", "oxide", 75, 0, "US", 30))
    row = alone(shocked(**numbers, cap=None, contracts=contracts))
    assert (row.policy, row.name) == ("contract", "US plant oxide")
    assert row.break_even_probability == approx(by_hand(**numbers))


def test_each_contract_is_in_question_alone() -> None:
    """Of two contracts the second asks for 10 t; without either the other stays, and caps are a row of their own."""
    contracts = table(
        "process commodity strike upside payer 2028",
        ("US plant", "oxide", 75, 0, "US", 30),
        ("US pit", "oxide", 90, 0, "US", 10),
    )
    processes = table(
        "process region commodity unit_cost capacity capital_cost lead_time lifetime rate",
        ("CN offer", "CN", "oxide", 40, None, None, None, None, None),
        ("US plant", "US", "oxide", 50, None, 100, 1, 10, 0),
        ("US pit", "US", "oxide", 80, 10, None, None, None, None),
    )
    found = floors.risk(shocked(cap=0.9, contracts=contracts, processes=processes)).break_even
    rows = found.set_index("name")
    assert rows["policy"].tolist() == ["caps", "contract", "contract"]
    assert rows.loc["US plant oxide", "premium"] == approx(0.03 * 20)
    assert rows.loc["US pit oxide", "premium"] == approx(0.01 * 40) and rows.loc["US pit oxide", "saved"] == 0
    assert rows.loc["US pit oxide", "answer"] == "never", (
        "it is there, and is run in the shock without a contract"
    )
    assert rows.iloc[0]["answer"] == "no difference", "the contracts ask for more than the cap"


@pytest.mark.parametrize(("holding", "value", "offer"), [(2.0, 200.0, 40.0), (5.0, 110.0, 30.0)])
def test_a_stock_pays_from_what_it_costs_to_hold(holding: float, value: float, offer: float) -> None:
    """A year of holding against V - P: holding / (V - P)."""
    row = alone(
        shocked(
            p=offer,
            value=value,
            cap=None,
            stockpiles=table(
                "stockpile region commodity opening capacity holding_cost",
                ("pile", "US", "oxide", 0, 30, holding),
            ),
            stock_targets=table("stockpile 2027 2028", ("pile", 25, None)),
        )
    )
    assert (row.policy, row.name) == ("stock", "reserve targets")
    assert row.break_even_probability == approx(holding / (value - offer))


def test_what_never_and_always_pays() -> None:
    """A plant that costs more than buyers would pay; a cap that makes all that comes cheaper, and dearer in the shock."""
    assert (alone(shocked(value=55)).answer, alone(eased(45)).answer) == ("never", "always")
    until = alone(eased())
    assert (until.answer, until.premium, until.saved) == ("until", approx(-0.8), approx(-1.2))
    assert until.break_even_probability == approx(0.4)


@pytest.mark.parametrize(
    ("premium", "saved", "expected"),
    [
        (1.0, 3.0, (0.25, "from")),
        (-1.0, -3.0, (0.25, "until")),
        (1.0, -3.0, (None, "never")),
        (3.0, -1.0, (None, "never")),
        (1.0, -1.0, (None, "never")),
        (-1.0, 3.0, (None, "always")),
        (0.0, 2.0, (0.0, "always")),
        (2.0, 0.0, (1.0, "never")),
        (0.0, 0.0, (None, "no difference")),
    ],
)
def test_where_two_lines_meet(premium: float, saved: float, expected: tuple[float | None, str]) -> None:
    assert meeting(premium, saved) == expected


def test_an_arm_without_a_plan_is_blank_and_named() -> None:
    """All must be served: with 40 t of the plant the embargo has no plan, unless it is foreseen."""
    found = floors.risk(shocked(value=None))
    (row,) = found.break_even.itertuples()
    assert row.status == "infeasible" and row.held == approx(8.8)
    assert pd.isna([row.held_struck, row.dropped_struck, row.premium, row.break_even_probability]).all()
    assert "break-even of caps and rules on floors against embargo: infeasible" in found.warnings
    wait = found.waiting.iloc[0]
    assert wait["status"] == "infeasible" and pd.isna(wait["wait"]) and wait["now"] == approx(9.46)


def test_without_a_shock_nothing_is_said() -> None:
    """A scenario that differs at once is no shock: nothing is decided before it is known."""
    found = floors.risk(shocked(scenarios=table("scenario probability", ("embargo", 0.1))))
    assert found.break_even.empty and found.waiting.empty
    told = "\n".join((*found.sentences, *found.brief.texts))
    assert "probability of a shock" not in told and "is the only shock" not in told
    assert [picture.name for picture in found.pictures] == ["picture_risk"]


def test_a_shock_after_a_shock_starts_from_it() -> None:
    """Without caps nothing is built before the first shock, and the second, which spares 2029, starts from it."""
    found = floors.risk(
        shocked(
            2027,
            2028,
            2029,
            scenarios=table(
                "scenario parent probability known_from",
                ("embargo", None, 0.1, 2028),
                ("peace", "embargo", 0.1, 2029),
            ),
            changes=table(
                "scenario sheet where column change value",
                ("embargo", "route_limits", "origin=CN", "2028-2029", "set", 0),
                ("peace", "route_limits", "origin=CN", "2029", "set", 1000),
            ),
        )
    )
    rows = found.break_even.set_index("scenario")
    assert rows["parent"].tolist() == ["base", "embargo"]
    assert rows.loc["peace", "held"] == rows.loc["embargo", "held_struck"]
    assert pd.isna(rows.loc["peace", "foreseen_from"])
    waiting = found.waiting.set_index("scenario")
    assert waiting.loc["peace", "status"] == "its parent is a shock itself" and pd.isna(
        waiting.loc["peace", "now"]
    )


# ----------------------------------------------------------------------------------------------------------- waiting


def plain(p: float, u: float, g: float, value: float, odds: float, *, first: bool, later: bool) -> float:
    """Three years, two states, in plain arrays: a plant of 2027 for 2028 and 2029, one of 2028 for 2029, by state where
    `later`, else the same in both; `first`: whether any is built in 2027. Million."""
    states, years = (0, 1), (0, 1, 2)
    chances = (1 - odds, odds)
    names = ["b"] + [("c", s) for s in states]
    names += [(kind, s, t) for kind, s, t in product("obu", states, years)]
    at = {name: i for i, name in enumerate(names)}
    cost, upper = np.zeros(len(names)), np.full(len(names), np.inf)
    cost[at["b"]] = 2 * g
    upper[at["b"]] = np.inf if first else 0
    rows, sides, equal, fixed = [], [], [], []
    for s in states:
        cost[at["c", s]] = chances[s] * g
        for t in years:
            for kind, each in (("o", p), ("b", u), ("u", value)):
                cost[at[kind, s, t]] = chances[s] * each
            balance = np.zeros(len(names))
            balance[[at[kind, s, t] for kind in "obu"]] = 1
            equal.append(balance)
            fixed.append(100)
            load = np.zeros(len(names))
            load[at["b", s, t]] = 1
            if t >= 1:
                load[at["b"]] = -1
            if t >= 2:
                load[at["c", s]] = -1
            rows.append(load)
            sides.append(0)
            if s == 1 and t >= 1:
                upper[at["o", s, t]] = 0
    same = [(kind, 0) for kind in "obu"] + ([] if later else ["c"])
    for kind in same:
        pair = np.zeros(len(names))
        pair[at[("c", 0) if kind == "c" else (kind[0], 0, 0)]] = 1
        pair[at[("c", 1) if kind == "c" else (kind[0], 1, 0)]] = -1
        equal.append(pair)
        fixed.append(0)
    found = linprog(
        cost,
        A_ub=np.array(rows),
        b_ub=sides,
        A_eq=np.array(equal),
        b_eq=fixed,
        bounds=[(0, x) for x in upper],
    )
    assert found.status == 0
    return float(found.fun) / 1000


@pytest.mark.parametrize("odds", [0.03, 0.1, 0.3])
@pytest.mark.parametrize("numbers", NUMBERS)
def test_waiting_against_a_plain_program(numbers: dict[str, float], odds: float) -> None:
    given = {"p": P, "u": U, "g": G, "value": V} | numbers
    (row,) = floors.risk(late(odds, **numbers)).waiting.itertuples()
    now = plain(**given, odds=odds, first=True, later=False)
    wait = plain(**given, odds=odds, first=False, later=True)
    both = plain(**given, odds=odds, first=True, later=True)
    assert (row.decided, row.known_from, row.status) == (2027, 2028, "optimal")
    assert [row.now, row.wait, row.both_allowed] == approx([now, wait, both])
    assert row.value_of_waiting == approx(now - wait, abs=1e-9)
    assert row.option_value == approx(now - both, abs=1e-9) and row.option_value >= 0
    _, u, g, value = given.values()
    root = 2 * g / (value - u + g)
    assert row.waiting_pays_until == approx(root), "2 g (1 - pi) = pi (V - u - g)"
    assert root == approx(
        brentq(
            lambda x: (
                plain(**given, odds=x, first=True, later=False)
                - plain(**given, odds=x, first=False, later=True)
            ),
            0.5 * (root + g / (value - u)),
            0.99,
        )
    )


def test_waiting_that_always_or_never_pays_or_is_the_same() -> None:
    """A plant that serves the year it is decided in; a year that is lost under a cap; a plant that nobody needs."""
    answers = [
        floors.risk(one).waiting["answer"].item()
        for one in (late(0.1, lead=0), shocked(), late(0.1, value=55))
    ]
    assert answers == ["always", "never", "no difference"]


def test_the_numbers_are_the_same_on_other_processes() -> None:
    study = shocked(
        contracts=table("process commodity strike upside payer 2028", ("US plant", "oxide", 75, 0, "US", 60))
    )
    here = floors.risk(study)
    with processes(2) as executor:
        there = floors.risk(study, executor=executor)
    metrics = here.summary.set_index("metric")["value"]
    assert (
        metrics["break_even_probability embargo: US plant oxide"]
        == here.break_even["break_even_probability"].iloc[1]
    )
    assert here.waiting["status"].item() == "infeasible", "what the contract asks for is built in 2027"
    assert pd.isna(metrics["value_of_waiting embargo"]) and pd.isna(here.waiting["wait"].item())
    for sheet in ("break_even", "waiting"):
        assert here.rows(sheet) == there.rows(sheet)


@pytest.mark.parametrize("probability", [0.1, 0.5, 0.9, 0.97])
def test_waiting_for_good_news_pays_from_a_probability(probability: float) -> None:
    """Nothing comes from abroad unless, from the second year on, it does: now 16 - 2 p (built) or 44 - 32 p (not), wait
    30 - 18 p, million; waiting pays from 7 / 8."""
    found = floors.risk(opened(probability))
    (row,) = found.waiting.itertuples()
    now = min(16 - 2 * probability, 44 - 32 * probability)
    assert row.value_of_waiting == approx(now - (30 - 18 * probability))
    assert (row.waiting_pays_until, row.answer) == (approx(7 / 8), "from")
    assert any("it pays from 87.5% on" in one for one in found.sentences)


@pytest.mark.parametrize(("probability", "worth"), [(0.03, 0.0), (0.2, -2.0)])
def test_waiting_that_cannot_be_made_up_for_never_pays(probability: float, worth: float) -> None:
    """What is built once the shock is known comes too late; below g / (V - u) nothing is built either way."""
    (row,) = floors.risk(shocked(cap=None, probability=probability)).waiting.itertuples()
    assert row.value_of_waiting == approx(worth, abs=1e-9)
    assert (row.answer, pd.isna(row.waiting_pays_until)) == ("never", True)


def test_the_page_says_how_likely_a_shock_must_be() -> None:
    told = [
        " ".join(found.brief.texts).replace("\u00a0", " ") for found in map(floors.risk, (shocked(), eased()))
    ]
    assert "where “embargo” is at least 12.5 % likely (typed in: 10 %)" in told[0]
    assert "where “embargo” is at most 40 % likely (typed in: 10 %)" in told[1]


def test_the_page_tells_each_shock_the_likeliest_first_and_counts_the_rest() -> None:
    """Four embargoes, of the same break-even, one at a time; the fourth is counted."""
    odds = {"first": 0.02, "second": 0.1, "third": 0.05, "fourth": 0.03}
    found = floors.risk(
        shocked(
            scenarios=table(
                "scenario probability known_from", *((name, p, 2028) for name, p in odds.items())
            ),
            changes=table(
                "scenario sheet where column change value",
                *((name, "route_limits", "origin=CN; destination=US", "2028", "set", 0) for name in odds),
            ),
        )
    )
    told = " ".join(found.brief.texts).replace("\u00a0", " ")
    each = [
        f"where “{name}” is at least 12.5 % likely (typed in: {odds[name]:.0%})".replace("%)", " %)")
        for name in ("second", "third", "fourth")
    ]
    assert f"{'; '.join(each)}; 1 more: sheet break_even: one shock at a time" in told
    never = " ".join(floors.risk(shocked(value=55)).brief.texts).replace("\u00a0", " ")
    assert "do not pay, however likely “embargo” is: one shock at a time, and nobody expects it." in never
