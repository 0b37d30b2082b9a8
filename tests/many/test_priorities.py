"""`floors priorities`: costs, losses avoided and ranks by hand, the same by workbooks with blank caps, and the command."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pytest import approx
from scipy.optimize import linprog
from scipy.stats import qmc

import floors
from floors.many.chains.chains import chains_of
from floors.many.executors import processes
from tests.support.chained import (
    CHARGE,
    FIRST,
    LAST,
    OFFER,
    TONNES,
    alike,
    avoided_by,
    chained,
    cost_of,
    failing,
    good,
    known,
    random_chains,
    stocked,
    together,
)
from tests.support.shocked import eased, late, shocked
from tests.support.studies import table


def by_chain(found: floors.Priorities) -> pd.DataFrame:
    """Sheet priorities by chain."""
    return found.priorities.set_index("chain")


def test_costs_losses_and_ranks_by_hand() -> None:
    found = floors.priorities(chained(), 0)
    rows = by_chain(found)
    assert (found.status, found.exit_code) == ("optimal", 0)
    assert rows.index.tolist() == ["oxide", "ore", "metal", "nickel"]
    assert rows.loc["oxide", "cost"] == approx(cost_of(0.6)) == approx(0.8)
    assert rows.loc["oxide", "expected_avoided"] == approx(0.1 * avoided_by(0.6)) == approx(0.56)
    assert rows.loc["oxide", "avoided_per_million"] == approx(0.7)
    assert rows.loc["oxide", "gain"] == approx(0.56 - 0.9 * 0.8)
    assert rows.loc["ore", "cost"] == approx(cost_of(0.5, run=80)) == approx(2.5)
    assert (
        rows.loc["ore", "avoided_per_million"]
        == approx(0.1 * avoided_by(0.5, run=80, value=140) / 2.5)
        == approx(0.1)
    )
    assert rows["rank"].tolist()[:2] == [1, 2] and rows["rank"].isna().tolist() == [False, False, True, True]
    assert rows["need"].tolist() == ["floor", "floor", "under the cap", "no cap"]
    assert rows.loc["metal", ["cost", "expected_avoided", "levy"]].tolist() == [0, 0, 0]
    assert rows.loc["nickel", ["cost", "expected_avoided", "levy"]].isna().all()
    assert rows.loc["oxide", ["levy", "floor", "levy_year"]].tolist() == [20, 60, LAST]
    assert (rows["weakest_status"] == "not said").all() and rows["weak"].isna().all()
    shocks = found.priority_shocks.set_index("chain")
    assert shocks.loc["oxide", "scenario"] == "embargo oxide" and len(shocks) == 3
    assert shocks.loc["oxide", "avoided"] == approx(avoided_by(0.6))
    assert shocks.loc["oxide", "without_caps"] == approx(0.1 * 40 + 20)


def net(given: floors.Study, blank: str | None, scenario: str = "base") -> float:
    """Net cost of the bloc in a scenario, solved as a whole, with the cells of a commodity in sheet caps blank."""
    tables = {name: frame.to_dict("records") for name, frame in given.tables.items()}
    for row in tables["caps"]:
        if row["commodity"] == blank:
            row |= {key: None for key in row if isinstance(key, int)}
    result = floors.solve(floors.Study(tables).scenario(scenario), ranges=False)
    return result.figures.bloc_net_cost


def check_by_two_workbooks(given: floors.Study, found: floors.Priorities) -> None:
    """Every chain of one commodity against workbooks in which its cells in sheet caps are blank."""
    rows = by_chain(found)
    for name in rows.index[rows["cost"].notna()]:
        size = abs(net(given, None))
        assert rows.loc[name, "cost"] == approx(net(given, None) - net(given, name), abs=1e-7 * size), name
        for shock in found.priority_shocks.query("chain == @name").itertuples():
            avoided = net(given, name, shock.scenario) - net(given, None, shock.scenario)
            assert shock.avoided == approx(avoided, abs=1e-7 * size), (name, shock.scenario)


def test_each_row_is_what_two_workbooks_differ_by() -> None:
    given = chained()
    found = floors.priorities(given, 0)
    check_by_two_workbooks(given, found)
    assert found.together == ()


@pytest.mark.parametrize("seed", range(3))
def test_each_row_is_what_two_workbooks_differ_by_whatever_the_numbers(seed: int) -> None:
    """Two members, discounting, freight, bends of demand, floors of the bloc's own, an embargo of two at once."""
    given = random_chains(Random(seed))
    check_by_two_workbooks(given, floors.priorities(given, 0))


@pytest.mark.parametrize(("amount", "apart"), [(4.0, True), (3.0, False)])
def test_chains_that_would_together_spend_a_fund_are_solved_together(amount: float, apart: bool) -> None:
    """Before the cap both would fill their room of 40 t, 1.6 million each: a fund of 3 is short for both, of 4 is not."""
    given = stocked(amount)
    found = floors.priorities(given, 0)
    assert found.together == (() if apart else (("oxide", "ore"),))
    check_by_two_workbooks(given, found)


def test_a_budget_for_support_joins_all() -> None:
    given = chained(settings=table("key value", ("discount_rate", 0), ("support_budget", 1)))
    found = floors.priorities(given, 0)
    assert found.together == (("oxide", "ore", "metal", "nickel"),)
    check_by_two_workbooks(given, found)


def test_an_embargo_of_all_strikes_each_and_one_of_another_does_not() -> None:
    given = chained(
        scenarios=table("scenario probability known_from", ("all", 0.2, LAST), ("ore alone", 0.1, LAST)),
        changes=table(
            "scenario sheet where column change value",
            ("all", "route_limits", "origin=CN", str(LAST), "set", 0),
            ("ore alone", "route_limits", "commodity=ore", str(LAST), "set", 0),
        ),
    )
    found = floors.priorities(given, 0)
    struck = found.priority_shocks.groupby("chain")["scenario"].agg(list).to_dict()
    assert struck == {"oxide": ["all"], "ore": ["all", "ore alone"], "metal": ["all"]}
    rows = by_chain(found)
    assert rows.loc["oxide", "expected_avoided"] == approx(0.2 * avoided_by(0.6))
    assert rows.loc["ore", "expected_avoided"] == approx(0.3 * avoided_by(0.5, run=80, value=140))
    check_by_two_workbooks(given, found)


def test_of_a_shock_known_from_the_start_what_is_built_is_as_without_it() -> None:
    """With caps 40 t of the plant stand, without none, though both arms have a year to build it."""
    given = together(
        good("oxide", 0.6),
        scenarios=table("scenario probability", ("embargo", 0.25)),
        changes=table(
            "scenario sheet where column change value",
            ("embargo", "route_limits", "commodity=oxide", str(LAST), "set", 0),
        ),
    )
    row = by_chain(floors.priorities(given, 0)).loc["oxide"]
    assert row["cost"] == approx(cost_of(0.6)) and row["expected_avoided"] == approx(0.25 * avoided_by(0.6))


def test_the_arms_are_those_of_a_break_even() -> None:
    """One chain, one shock: premium and saved of `floors risk`, also where the plant may be built in the shock."""
    for given in (shocked(), late(0.1), eased(), eased(45), shocked(value=55)):
        (even,) = floors.risk(given).break_even.query("policy == 'caps'").itertuples()
        (row,) = floors.priorities(given, 0).priorities.itertuples()
        assert row.cost == approx(even.premium) and row.expected_avoided == approx(0.1 * even.saved)
        assert row.gain == approx(even.gain)


def test_what_costs_nothing_comes_first_and_what_avoids_nothing_last() -> None:
    """Of tin a dear mine abroad is kept out, so that caps make it cheaper, in the embargo too; zinc goes short under its
    cap, and in the embargo as short without it."""
    tin = good("tin", 0.6)
    tin["processes"] = table(
        "process region commodity unit_cost capacity",
        ("CN tin", "CN", "tin", 20, 70),
        ("CN dear", "CN", "tin", 40),
        ("US tin", "US", "tin", 50),
    )
    given = together(good("zinc", 0.6, value=55), good("oxide", 0.6), tin)
    rows = by_chain(floors.priorities(given, 0))
    assert rows["rank"].to_dict() == {"tin": 1, "oxide": 2, "zinc": 3}
    assert rows.loc["tin", "cost"] < 0 <= rows.loc["tin", "expected_avoided"]
    assert pd.isna(rows.loc["tin", "avoided_per_million"]), "blank is no number, and not zero"
    assert rows.loc["zinc", "cost"] == approx(0.04 * 15) and rows.loc["zinc", "avoided_per_million"] == 0
    assert rows.loc["zinc", "need"] == "shortage"
    assert by_chain(floors.priorities(alike(), 0))["rank"].tolist() == [1, 1]


@pytest.mark.parametrize(
    ("sheets", "names"),
    [
        ({}, ["tin ore/tin metal/lead"]),
        ({"technologies": None}, ["tin ore", "tin metal", "lead"]),
        (
            {
                "technologies": table(
                    "technology commodity coefficient", ("smelt", "tin ore", -1), ("smelt", "tin metal", 1)
                )
            },
            ["tin", "lead"],
        ),
        (
            {
                "technologies": None,
                "groups": table("group commodity weight", ("both", "tin ore", 1), ("both", "lead", 1)),
                "caps": table("scope commodity basis 2026", ("bloc", "both", "tonnes", 5)),
            },
            ["tin ore/lead", "tin metal"],
        ),
    ],
)
def test_a_chain_is_what_technologies_and_caps_join(sheets: dict[str, Any], names: list[str]) -> None:
    given: dict[str, Any] = {
        "commodities": table("commodity", ("tin ore",), ("tin metal",), ("lead",)),
        "technologies": table(
            "technology commodity coefficient",
            ("smelt", "tin ore", -1),
            ("smelt", "tin metal", 1),
            ("smelt", "lead", 1),
        ),
        "processes": table("process region commodity unit_cost", ("CN tin", "CN", "tin ore", 1)),
        "demand": table("region segment commodity 2026", ("US", "all", "tin ore", 1)),
        "years": table("year", (2026,)),
        "regions": table("region role", ("US", "member"), ("CN", "capped")),
    }
    study = floors.Study({name: rows for name, rows in {**given, **sheets}.items() if rows is not None})
    assert [chain.name for chain in chains_of(study)] == names


def test_what_is_refused() -> None:
    """Without a probability as `floors risk` says it; with one that no shock has at its cell."""
    with pytest.raises(floors.InputError, match="no scenario has a probability above 0") as none:
        floors.priorities(
            chained(scenarios=table("scenario known_from", ("embargo oxide", LAST)), changes=None), 0
        )
    assert [problem.code for problem in none.value.problems] == ["no_risk"]
    with pytest.raises(floors.InputError) as calm:
        floors.priorities(
            chained(
                scenarios=table("scenario probability", ("dear", 0.2)),
                changes=table(
                    "scenario sheet where column change value",
                    ("dear", "processes", "region=US", "unit_cost", "multiply", 1.1),
                ),
            )
        )
    (problem,) = calm.value.problems
    assert (problem.sheet, problem.cell, problem.code) == ("scenarios", "B2", "no_shock")
    assert "dear has a probability and is no shock" in problem.message
    idle = chained(uncertainty=[dict.fromkeys(("sheet", "where", "column", "low", "high"))])
    with pytest.raises(floors.InputError, match="nothing moves"):
        floors.priorities(idle, 2)
    for n in (-1, 1.5, True, "8"):
        with pytest.raises(floors.UsageError, match="expected --n as a number of solves"):
            floors.priorities(chained(), n)  # type: ignore[arg-type]
    with pytest.raises(floors.UsageError, match="expects a Study"):
        floors.priorities("study.xlsx")  # type: ignore[arg-type]


def test_a_chain_without_a_plan_stops_no_other() -> None:
    """All must get ore, and the plant at home is built for half of it: in the embargo there is none for the rest."""
    must = good("ore", 0.5)
    must["demand"][0]["value"] = None
    found = floors.priorities(together(good("oxide", 0.6), must), 0)
    rows = by_chain(found)
    assert (found.status, found.exit_code) == ("infeasible", 3)
    assert rows.index.tolist() == ["oxide", "ore"] and rows.loc["oxide", "rank"] == 1
    assert rows.loc["ore", "status"] == "infeasible" and rows.loc["ore", "cost"] == approx(cost_of(0.5))
    assert rows.loc["ore", ["rank", "expected_avoided", "avoided_per_million", "gain"]].isna().all()
    assert any(warning.startswith("ore: infeasible: ") for warning in found.warnings)
    shock = found.priority_shocks.set_index("chain").loc["ore"]
    assert shock["status"] == "infeasible" and pd.isna(shock["avoided"])


def test_bands_are_those_of_the_same_solved_one_by_one() -> None:
    """The running cost of the plant of oxide between 40 and 60 moves nothing else: its ratio is known in closed form."""
    given = chained(
        uncertainty=table(
            "sheet where column low high", ("processes", "process=US oxide", "unit_cost", 0.8, 1.2)
        )
    )
    found = floors.priorities(given, 9, seed=3)
    rows, draws = by_chain(found), found.draws
    assert draws is not None and draws.inputs == 1 and len(draws.of) == 9
    cells = qmc.LatinHypercube(1, rng=3).random(9)[:, 0] * 0.4 + 0.8
    ratios = [0.1 * avoided_by(0.6, run=50 * one) / cost_of(0.6, run=50 * one) for one in cells]
    assert [one.ratios["oxide"] for one in draws.of] == approx(ratios)
    expected = np.percentile(ratios, (5, 50, 95))
    assert rows.loc["oxide", ["p5", "p50", "p95"]].astype(float).tolist() == approx(expected.tolist())
    assert rows.loc["ore", ["p5", "p95"]].tolist() == [approx(0.1)] * 2
    assert rows.loc["oxide", ["samples", "first_three", "free_share"]].tolist() == [9, 1.0, 0.0]
    assert pd.isna(rows.loc["nickel", "samples"])


def test_a_share_of_samples_in_which_caps_cost_nothing_is_no_number_of_the_band() -> None:
    """Where the plant costs less than the offer the caps cost nothing, and without them it is built as well: nothing is
    at stake. Of what else is drawn the band is told."""
    given = chained(
        uncertainty=table(
            "sheet where column low high", ("processes", "process=US oxide", "unit_cost", 0.4, 1.2)
        )
    )
    found = floors.priorities(given, 16)
    dear = sum(50 * (0.4 + 0.8 * q) > 30 for q in qmc.LatinHypercube(1, rng=0).random(16)[:, 0])
    row = by_chain(found).loc["oxide"]
    assert 0 < dear < 16 and row["samples"] == dear and row["first_three"] == approx(dear / 16)


def test_failed_samples_are_counted_and_no_numbers() -> None:
    found = floors.priorities(failing(), 8)
    draws = found.draws
    assert draws is not None and draws.failed == {"ore": 4} and draws.incomplete == 4
    assert by_chain(found).loc["oxide", "first_three"] == 1.0
    assert by_chain(found).loc["oxide", "samples"] == 8, "the ratio of oxide is there where ore has no plan"


def test_an_executor_and_threads_give_the_same_numbers() -> None:
    given = chained()
    alone = floors.priorities(given, 4)
    with processes(2) as pool:
        pd.testing.assert_frame_equal(alone.priorities, floors.priorities(given, 4, executor=pool).priorities)
    with ThreadPoolExecutor(2) as threads:
        pd.testing.assert_frame_equal(
            alone.priorities, floors.priorities(given, 4, executor=threads).priorities
        )


def test_how_well_inputs_are_known_is_told() -> None:
    rows = by_chain(floors.priorities(known(2), 0))
    assert rows.loc["oxide", ["weak", "weakest_status", "weakest_confidence"]].tolist() == [
        True,
        "assumption",
        "low",
    ]
    assert rows.loc["oxide", "weak_share"] == approx(2 / 3) and rows.loc["ore", "weak_share"] == 0
    assert rows.loc["ore", ["weak", "weakest_status", "weakest_confidence"]].tolist() == [
        False,
        "retrieved",
        "high",
    ]
    found = floors.priorities(known(1), 0)
    assert by_chain(found)["weak"].tolist() == [False, False]
    counts = found.priority_inputs.query("chain == 'oxide'")
    assert counts[["source_status", "rows", "weak"]].values.tolist() == [
        ["retrieved", 2, False],
        ["assumption", 1, True],
    ]


def test_caps_that_trade_gets_round_need_no_floor() -> None:
    """China is bound to sell 100 t to the US in the first year, and goes on where nothing stands against it. Of ore MY
    sells as much to AU: under the cap they change places. Of tin a plant at home costs as much as the offer: caps are
    met by what it makes. Of zinc China makes nothing."""
    ore, tin = good("ore", 0.5), good("tin", 0.5)
    header = "process region commodity unit_cost capacity"
    ore["processes"] = table(header, ("CN ore", "CN", "ore", 40, 100), ("MY ore", "MY", "ore", 40, 100))
    tin["processes"] = table(header, ("CN tin", "CN", "tin", 40), ("US tin", "US", "tin", 40))
    ore["demand"] += table(
        f"region segment commodity value {FIRST} {LAST}", ("AU", "all", "ore", 200, 100, 100)
    )
    bound = table(f"origin destination commodity {FIRST}", ("CN", "US", "ore", 100), ("CN", "US", "tin", 100))
    given = together(
        ore,
        tin,
        good("zinc", 0.5, made="MY"),
        regions=table("region role", ("US", "member"), ("CN", "capped"), ("AU", "other"), ("MY", "other")),
        route_minimums=bound,
    )
    found = floors.priorities(given, 0)
    rows = by_chain(found)
    assert rows.loc[["ore", "tin", "zinc"], "need"].tolist() == ["redirected", "no levy", "nothing capped"]
    assert rows.loc[["ore", "tin"], "levy"].tolist() == [0, 0] and pd.isna(rows.loc["zinc", "levy"])
    assert rows["cost"].tolist() == [0, 0, 0] and rows.loc["zinc", "rank"] is pd.NA
    said = next(line for line in found.sentences if line.startswith("No floor is needed"))
    assert "ore (caps met by redirecting trade, at no levy)" in said
    assert "zinc (nothing of capped origin would come without caps)" in said


def plain_cost(
    cap: float | None, run_: float, value: float, built: float | None, offer: float | None
) -> tuple[float, float]:
    """Least cost of the second year in plain arrays, million, and what is built: offer, plant, capacity, what goes
    short. `built`: decided already; an `offer` of None does not come."""
    cost = [OFFER if offer is None else offer, run_, CHARGE, value]
    rows, sides = [[0, 1, -1, 0]], [0.0]
    if cap is not None:
        rows, sides = [*rows, [1, 0, 0, 0]], [*sides, cap * TONNES]
    bounds = [
        (0, 0 if offer is None else None),
        (0, None),
        (0, None) if built is None else (built, built),
        (0, None),
    ]
    plan = linprog(cost, A_ub=rows, b_ub=sides, A_eq=[[1, 1, 0, 1]], b_eq=[TONNES], bounds=bounds)
    return plan.fun / 1000, plan.x[2]


@pytest.mark.parametrize("seed", range(4))
def test_plain_linear_programs_find_the_same(seed: int) -> None:
    """One member and nobody abroad who earns: what the bloc pays is what the system costs."""
    random = Random(seed)
    numbers = {
        name: (round(random.uniform(0.1, 0.9), 3), random.uniform(25, 120), random.uniform(60, 300))
        for name in ("oxide", "ore", "tin")
    }
    found = floors.priorities(
        together(*(good(n, cap, run=r, value=v) for n, (cap, r, v) in numbers.items())), 0
    )
    rows, order = by_chain(found), {}
    for name, (cap, r, v) in numbers.items():
        held, stands = plain_cost(cap, r, v, None, OFFER)
        bare, stands_bare = plain_cost(None, r, v, None, OFFER)
        struck, struck_bare = (
            plain_cost(c, r, v, b, None)[0] for c, b in ((cap, stands), (None, stands_bare))
        )
        assert rows.loc[name, "cost"] == approx(held - bare, abs=1e-9)
        assert rows.loc[name, "expected_avoided"] == approx(0.1 * (struck_bare - struck), abs=1e-9)
        if held - bare > 1e-9:
            order[name] = -0.1 * (struck_bare - struck) / (held - bare)
    ranked = rows["rank"].dropna()
    assert ranked.index.tolist() == sorted(order, key=lambda name: order[name])
