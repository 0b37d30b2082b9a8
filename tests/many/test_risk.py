"""Planning for states nobody can rule out: capacity and one path of floors first, quantities when it is known."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
import scipy.sparse as sp
from pytest import approx
from scipy.optimize import linprog

import floors
from floors.cli.main import run
from floors.lp.linear import compile_model
from floors.many.risks import Risk
from floors.many.risks.hedge import hedge
from floors.many.risks.mean import NoMean, mean_study
from floors.many.risks.states import states_of, told_by, weight_of
from tests.support import studies
from tests.support.books import tables_in
from tests.support.matrices import to_scipy
from tests.support.studies import one, table, total
from tests.support.toy import SIDES, YEARS, embargo, rules, with_sheets
from tests.support.toy import study as toy_study


def change(scenario: str, sheet: str, where: str, column: Any, how: str, value: Any) -> dict[str, Any]:
    return {
        "scenario": scenario, "sheet": sheet, "where": where, "column": column, "change": how, "value": value
    }  # fmt: skip


def dear_capacity(**sheets: Any) -> floors.Study:
    """One year: CN offers oxide at 50; in the US it costs 60, and 20 for each t/yr of capacity; 10 t at 200."""
    header = "process region commodity unit_cost capital_cost lifetime"
    works = table(header, ("CN works", "CN", "oxide", 50), ("US works", "US", "oxide", 60, 20, 1))
    limits = table("origin destination commodity 2026", ("CN", "member", "oxide"))
    return studies.study(processes=works, route_limits=limits, **sheets)


def toy(scenarios: Any, changes: Any = (), **sheets: Any) -> floors.Study:
    given = {"changes": list(changes)} if changes else {}
    return with_sheets(route_limits=SIDES, scenarios=scenarios, **given, **sheets)


def expect(found: Risk, column: str) -> float:
    return float((found.states["probability"] * found.states[column]).sum())


# By hand


def test_capacity_that_pays_for_itself_in_a_rare_embargo() -> None:
    """10 t at 20 are built beforehand: 200 + 500 in base, 200 + 600 in the embargo, 40 % likely."""
    found = floors.risk(
        dear_capacity(
            scenarios=table("scenario probability", ("embargo", 0.4)), changes=[embargo("embargo", 2026)]
        )
    )
    states = found.states.set_index("scenario")
    assert states["probability"].to_dict() == approx({"base": 0.6, "embargo": 0.4})
    columns = {
        "total_cost": (0.7, 0.8),
        "known_beforehand": (0.5, 0.8),
        "base_plan": (0.5, 2.0),
        "without_policy": (0.5, 2.0),
        "without_policy_hedged": (0.7, 0.8),
        "worth": (-0.2, 1.2),
    }
    for name, (base, shock) in columns.items():
        assert (states.loc["base", name], states.loc["embargo", name]) == approx((base, shock)), name
    assert studies.metric(found, "total_cost") == approx(0.74)
    assert found.value_of_perfect_information == approx(0.12)
    assert found.value_over_base_plan == approx(0.36)
    assert found.value_of_stochastic_solution is None
    (warning,) = found.warnings
    assert warning.startswith("no value of the stochastic solution: the states have no mean: route_limits!")
    assert warning.endswith("is blank in base and 0.0 in embargo")
    assert total(found.investment, "added", scenario="base") == approx(10)


def test_rare_enough_it_is_not_worth_the_capacity() -> None:
    """200 t at 20 a t are saved where 140 x 10 x probability is less: below a seventh nothing is built."""
    for probability, built in ((0.14, 0.0), (0.15, 10.0)):
        found = floors.risk(
            dear_capacity(
                scenarios=table("scenario probability", ("embargo", probability)),
                changes=[embargo("embargo", 2026)],
            )
        )
        assert total(found.investment, "added", scenario="embargo") == approx(built)


def uncertain_demand() -> floors.Study:
    """No China; 10 or 20 t are wanted, equally likely."""
    works = table(
        "process region commodity unit_cost capital_cost lifetime", ("US works", "US", "oxide", 60, 20, 1)
    )
    return studies.study(
        processes=works,
        scenarios=table("scenario probability", ("boom", 0.5)),
        changes=[change("boom", "demand", "region=US", 2026, "set", 20)],
    )


def test_the_value_of_the_stochastic_solution() -> None:
    """Weighed: build 20, 400 + (600 + 1200) / 2 = 1300. Known: (800 + 1600) / 2. For the mean: build 15, then
    300 + (600 + 900 + 5 x 200) / 2 = 1550."""
    found = floors.risk(uncertain_demand())
    assert expect(found, "total_cost") == approx(1.3)
    assert expect(found, "known_beforehand") == approx(1.2)
    assert expect(found, "mean_plan") == approx(1.55)
    assert found.value_of_perfect_information == approx(0.1)
    assert found.value_of_stochastic_solution == approx(0.25)
    assert found.value_over_base_plan == approx((0.8 + 0.2 + 0.6 + 2.0) / 2 - 1.3)
    assert "Planning for the mean of the states would cost 0.25 more (VSS)." in found.sentences


def test_the_mean_of_states() -> None:
    states = states_of(uncertain_demand())
    assert mean_study(states).rows("demand")[0]["years"] == {2026: 15.0}
    assert mean_study(states).rows("processes") == states[0].study.rows("processes")


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (
            change("s", "regions", "region=AU", "role", "set", "member"),
            "regions!B5 is other in base and member in s",
        ),
        (change("s", "processes", "process=US works", "capacity", "set", 5), "is blank in base and 5"),
        (change("s", "processes", "process=US works", "last_year", "set", 2030), "is blank in base and 2030"),
        (
            change("s", "processes", "process=CN works", "last_year", "set", 2031),
            "is 2030 in base and 2031 in s",
        ),
    ],
)
def test_what_has_no_mean_is_named(changed: dict[str, Any], told: str) -> None:
    header = "process region commodity unit_cost last_year"
    works = table(header, ("CN works", "CN", "oxide", 50, 2030), ("US works", "US", "oxide", 80))
    study = studies.study(
        processes=works, scenarios=table("scenario probability", ("s", 0.5)), changes=[changed]
    )
    with pytest.raises(NoMean) as caught:
        mean_study(states_of(study))
    assert told in str(caught.value)


# Against what is known already


POLICIES: dict[str, dict[str, Any]] = {
    "plain": {},
    "maximum": {"floor_rules": rules(("maximum", 100))},
    "change": {"floor_rules": rules(("max_rise", 8), ("max_fall", 8))},
    "minimum": {"floor_rules": rules(("minimum", 110))},
    "steadiest": {},
}


@pytest.mark.parametrize("policy", POLICIES)
def test_states_that_do_not_differ_are_one(policy: str) -> None:
    """Costs, floors and uplift are those of the study by itself, and nothing is worth knowing."""
    sheets = dict(POLICIES[policy])
    if policy == "steadiest":
        kept = toy_study().tables["settings"]
        sheets["settings"] = [
            *kept.to_dict("records"),
            {"key": "floor_choice", "value": "steadiest"},
        ]
    study = toy([{"scenario": "twin", "probability": 0.3}], **sheets)
    alone = floors.solve(study)
    found = floors.risk(study)
    for name in ("total_cost", "known_beforehand", "mean_plan", "base_plan"):
        assert list(found.states[name]) == approx([studies.metric(alone, "total_cost")] * 2, rel=1e-7), name
    assert expect(found, "bloc_net_cost") == approx(studies.metric(alone, "bloc_net_cost"), rel=1e-6)
    assert found.value_of_perfect_information == approx(0, abs=1e-6)
    assert found.value_of_stochastic_solution == approx(0, abs=1e-6)
    for name in ("uplift", "least_make_whole"):
        assert studies.metric(found, name) == approx(studies.metric(alone, name), abs=1e-7), name
    for state in ("base", "twin"):
        there = found.floors[found.floors["scenario"] == state]
        assert there["floor"].to_numpy() == approx(alone.floors["floor"].to_numpy(), abs=1e-5)
        assert there["levy"].to_numpy() == approx(alone.floors["levy"].to_numpy(), abs=1e-5)


def test_a_certain_scenario_is_that_scenario() -> None:
    study = toy([{"scenario": "shut", "probability": 1.0}], [embargo("shut", "2030")])
    found = floors.risk(study)
    assert list(found.states["scenario"]) == ["shut"]
    assert studies.metric(found, "total_cost") == approx(14.488502626 + 3.700144, rel=1e-7)


@cache
def surprised() -> Risk:
    return floors.risk(
        toy(
            [
                {"scenario": "early", "probability": 0.2, "known_from": 2030},
                {"scenario": "late", "probability": 0.1, "known_from": 2032, "parent": "early"},
            ],
            [embargo("early", "2030"), embargo("late", "2032")],
        )
    )


def test_until_it_is_known_a_surprise_changes_nothing() -> None:
    """Shipments of the years before are the parent's, prices and floors too; capacity is one for all."""
    found = surprised()
    sent, prices, built = found.shipments, found.prices, found.investment
    for name, parent, known in (("early", "base", 2030), ("late", "early", 2032)):
        for rows, column in ((sent, "quantity"), (prices, "price"), (built, "added")):
            keys = [
                k
                for k in rows.columns[1:]
                if k in ("origin", "destination", "region", "process", "commodity")
            ]
            mine, its = (
                rows[(rows["scenario"] == one) & (rows["year"] < (known if rows is not built else 9999))]
                .set_index([*keys, "year"])[column]
                .dropna()
                .to_dict()
                for one in (name, parent)
            )
            assert mine and mine == approx(its, abs=1e-6)
    assert sent[(sent["origin"] == "CN") & (sent["scenario"] == "early") & (sent["year"] == 2030)].empty


def test_a_surprise_that_nobody_weighed_costs_what_it_did() -> None:
    """An embargo of 2030 costs the toy 5.279 million where capacity was decided for base."""
    states = surprised().states.set_index("scenario")
    assert states.loc["base", "base_plan"] == approx(14.488502626)
    assert states.loc["early", "base_plan"] - states.loc["base", "base_plan"] == approx(5.279311, abs=1e-5)
    assert states.loc["early", "known_beforehand"] == approx(14.488502626 + 3.700144, rel=1e-7)


def test_nobody_tells_states_apart_before_they_are_known() -> None:
    base, early, late = surprised().weighed
    every = (base, early, late)
    assert [told_by(every, late, t).name for t in (2029, 2030, 2032)] == ["base", "early", "late"]
    assert weight_of(every, base, 2029) == approx(1)
    assert weight_of(every, late, 2031) == approx(0.3)
    assert weight_of(every, base, 2031) == approx(0.7)


def test_knowing_more_never_costs_more() -> None:
    for found in (surprised(), floors.risk(uncertain_demand()), dumping()):
        known, weighed, naive = (
            expect(found, name) for name in ("known_beforehand", "total_cost", "base_plan")
        )
        assert known <= weighed + 1e-9 and weighed <= naive + 1e-9


# Against a linear program put together apart from the model


FLOWS = ("produce", "ship", "consume", "put", "take", "stock")


def block_program(study: floors.Study, chances: dict[str, float], known: dict[str, tuple[str, int]]) -> float:
    """Expected cost, thousand: the arrays of each state side by side, builds tied by name, and quantities of the
    years before `known[state]` = (parent, year)."""
    models = {name: floors.build(study.scenario(name)) for name in chances}
    parts = {name: compile_model(model) for name, model in models.items()}
    starts = dict(zip(parts, np.cumsum([0, *(len(part.lp.cost) for part in parts.values())]), strict=False))
    cost = np.concatenate([chances[name] * part.lp.cost for name, part in parts.items()])

    def columns(name: str, variable: str) -> dict[Any, int]:
        keys, places = parts[name].columns(getattr(models[name], variable))
        return {key: starts[name] + place for key, place in zip(keys, places, strict=True) if place >= 0}

    first = next(iter(parts))
    pairs = [(columns(name, "build")[k], c) for name in parts for k, c in columns(first, "build").items()]
    for name, (parent, year) in known.items():
        for flow in FLOWS:
            its = columns(parent, flow)
            pairs += [(c, its[k]) for k, c in columns(name, flow).items() if k[-1] < year]
    ties = sp.lil_array((len(pairs), len(cost)))
    for i, (one_, other) in enumerate(pairs):
        ties[i, one_] += 1.0
        ties[i, other] -= 1.0
    whole = sp.csr_array(sp.block_diag([to_scipy(part.lp.matrix) for part in parts.values()]))
    equal = np.concatenate([part.equality for part in parts.values()])
    side = np.concatenate([part.lp.row_lower for part in parts.values()])
    answer = linprog(
        cost,
        A_ub=-whole[~equal],
        b_ub=-side[~equal],
        A_eq=sp.vstack([whole[equal], sp.csr_array(ties)]),
        b_eq=np.concatenate([side[equal], np.zeros(len(pairs))]),
        bounds=(0, None),
    )
    return float(answer.fun) + sum(chances[name] * part.lp.offset for name, part in parts.items())


def test_the_expected_cost_is_that_of_a_program_built_apart() -> None:
    study = toy(
        [{"scenario": "shut", "probability": 0.15}, {"scenario": "dear", "probability": 0.35}],
        [
            embargo("shut", "2029-2033"),
            change("dear", "processes", "region=CN", "unit_cost", "multiply", 1.7),
            change("dear", "demand", "region=US", "years", "multiply", 1.1),
        ],
    )
    apart = block_program(study, {"base": 0.5, "shut": 0.15, "dear": 0.35}, {})
    assert 1000 * studies.metric(floors.risk(study), "total_cost") == approx(apart, rel=1e-9)


def test_the_expected_cost_of_surprises_is_that_of_a_program_built_apart() -> None:
    found = surprised()
    known = {"early": ("base", 2030), "late": ("early", 2032)}
    apart = block_program(found.study, {"base": 0.7, "early": 0.2, "late": 0.1}, known)
    assert 1000 * studies.metric(found, "total_cost") == approx(apart, rel=1e-9)


# One path of floors


@cache
def dumping() -> Risk:
    return floors.risk(
        toy(
            [{"scenario": "dumping", "probability": 0.25}],
            [change("dumping", "processes", "region=CN", "unit_cost", "multiply", 0.6)],
        )
    )


def test_dumping_is_topped_up_to_the_same_floor() -> None:
    """The levy is what the price falls short of it; the floors are those of base, and cost no uplift."""
    found = dumping()
    base, low = (
        found.floors[found.floors["scenario"] == s].reset_index(drop=True) for s in ("base", "dumping")
    )
    assert base["capped_price"].to_numpy() == approx(62)
    assert low["capped_price"].to_numpy() == approx(0.6 * 62)
    assert low["floor"].to_numpy() == approx(base["floor"].to_numpy())
    assert (low["levy"] - base["levy"]).to_numpy() == approx(0.4 * 62)
    assert studies.metric(found, "uplift") == 0
    us = base[base["member"] == "US"].set_index("year")["floor"]
    assert us.to_dict() == approx(
        {
            2026: 63.95,
            2027: 76.9,
            2028: 94.1,
            2029: 94.1,
            2030: 118.2155,
            2031: 105.75,
            2032: 105.75,
            2033: 105.75,
        }
    )


def levies_of(price: float, **sheets: Any) -> Risk:
    """Half may come from CN at 50 in base; with equal chance CN asks `price` instead; the US makes oxide at 80."""
    return floors.risk(
        studies.study(
            caps=studies.cap("bloc", "oxide", "demand", 0.5),
            scenarios=table("scenario probability", ("other", 0.5)),
            changes=[change("other", "processes", "process=CN works", "unit_cost", "set", price)],
            **sheets,
        )
    )


@pytest.mark.parametrize(("price", "levy"), [(30, 50), (70, 10), (90, 0)])
def test_the_levy_of_a_state_is_what_its_price_falls_short_of_the_floor(price: float, levy: float) -> None:
    """At 90 the cap does not bind: nothing is levied, and nothing needs to be."""
    found = levies_of(price)
    there = studies.rows(found.floors, scenario="other", member="US")
    assert float(there["floor"].iloc[0]) == approx(80)
    assert float(there["levy"].iloc[0]) == approx(levy, abs=1e-9)
    assert bool(there["held_up"].iloc[0]) is (levy > 0)
    assert studies.metric(found, "uplift") == 0


def test_where_no_cap_binds_a_levy_on_the_volume_of_the_plan_holds_the_floor() -> None:
    """In `slump` 4 t are wanted, of which China may send 5: the cap leaves room, its price is 50, the floor 80 all
    the same. The buyers of 4 t pay 80 then, and no maker is asked to make more: it costs nobody uplift."""
    found = floors.risk(
        studies.study(
            caps=studies.cap("bloc", "oxide", "tonnes", 5),
            scenarios=table("scenario probability", ("slump", 0.5)),
            changes=[change("slump", "demand", "region=US", 2026, "set", 4)],
        )
    )
    there = studies.rows(found.floors, scenario="slump", member="US")
    assert [float(there[name].iloc[0]) for name in ("floor", "capped_price", "levy")] == approx([80, 50, 30])
    assert not bool(there["held_up"].iloc[0])
    assert studies.metric(found, "uplift") == approx(0, abs=1e-9)
    account = studies.rows(found.accounts, scenario="slump", region="US")
    assert float(account["outlay"].iloc[0]) == approx(0.32)
    assert float(account["levy_revenue"].iloc[0]) == approx(0.12)
    (cap,) = studies.rows(found.caps, scenario="slump").itertuples()
    assert (cap.limit, cap.used, cap.levy) == approx((5, 4, 0))
    paid = studies.rows(found.shipments, scenario="slump", origin="CN")
    assert list(paid["levy"]) == approx([30])
    own = studies.rows(found.own_levies, scenario="slump")
    assert [(row.origin, row.destination, row.own_levy, row.quantity) for row in own.itertuples()] == [
        ("CN", "US", approx(30), approx(4))
    ]


def test_what_a_cap_is_worth_is_the_plans_though_exempt_tonnes_pay_no_levy() -> None:
    """All 60 t under the cap are exempt. The US makes the other 40 at 40, or at 50 where it is dear: one floor of 50 in
    both states costs nothing, since nobody pays the levy of 40; a tonne more of the cap saves 30 where it is not dear."""
    found = floors.risk(
        studies.study(
            processes=table(
                "process region commodity unit_cost",
                ("CN works", "CN", "oxide", 10),
                ("US works", "US", "oxide", 40),
            ),
            demand=table("region segment commodity value 2026", ("US", "all", "oxide", 200, 100)),
            caps=table("scope commodity basis 2026", ("bloc", "oxide", "tonnes", 60)),
            exemptions=table("origin destination commodity 2026", ("CN", "US", "oxide", 60)),
            scenarios=table("scenario probability", ("dear", 0.25)),
            changes=[change("dear", "processes", "process=US works", "unit_cost", "set", 50)],
        )
    )
    assert found.uplift == 0 and found.floors["floor"].tolist() == approx([50] * 4)
    assert found.caps["charged"].tolist() == approx([40, 40])
    assert found.caps["levy"].tolist() == approx([30, 40])
    assert found.caps["per_point"].tolist() == approx([0.03, 0.04])
    assert expect(found, "total_cost") == approx(0.75 * 2.2 + 0.25 * 2.6)


def test_floors_that_would_differ_cost_uplift_as_one() -> None:
    """Base needs 80, `dear home` 100, equally likely; 5 t are made at home in each. At 80 the makers of 5 t lose
    20 with probability 1/2: 50. At 100 those who would make more in base are tempted, without limit: so 80."""
    works = table(
        "process region commodity unit_cost", ("CN works", "CN", "oxide", 50), ("US works", "US", "oxide", 80)
    )
    found = floors.risk(
        studies.study(
            processes=works,
            caps=studies.cap("bloc", "oxide", "demand", 0.5),
            scenarios=table("scenario probability", ("dear home", 0.5)),
            changes=[change("dear home", "processes", "process=US works", "unit_cost", "set", 100)],
        )
    )
    assert studies.metric(found, "uplift") == approx(0.05)
    states = found.states.set_index("scenario")
    assert states["make_whole"].to_dict() == approx({"base": 0.0, "dear home": 0.1})
    assert list(found.floors["floor"]) == approx([80.0] * len(found.floors))
    support = found.accounts[found.accounts["scenario"] == "dear home"]
    assert float(support["support"].sum()) == approx(0.1)


def test_a_budget_of_support_is_an_expectation() -> None:
    def with_budget(amount: float) -> Risk:
        return floors.risk(
            studies.study(
                settings=studies.settings(support_budget=amount),
                caps=studies.cap("bloc", "oxide", "demand", 0.5),
                scenarios=table("scenario probability", ("dear home", 0.5)),
                changes=[change("dear home", "processes", "process=US works", "unit_cost", "set", 100)],
            )
        )

    assert studies.metric(with_budget(0.05), "uplift") == approx(0.05)
    with pytest.raises(floors.OverBudget, match=r"at least 0\.05 million"):
        with_budget(0.049)


def test_a_minimum_is_levied_in_every_state() -> None:
    found = levies_of(
        30,
        reference_prices=table("commodity 2026", ("oxide", 50)),
        floor_rules=table("commodity rule 2026", ("oxide", "minimum", 110)),
    )
    for state, price in (("base", 50), ("other", 30)):
        there = studies.rows(found.floors, scenario=state, member="US")
        assert [float(there[name].iloc[0]) for name in ("floor", "levy")] == approx(
            [110, 110 - price], abs=0.02
        )


def test_a_minimum_of_years_before_a_surprise_is_the_parents() -> None:
    study = toy(
        [{"scenario": "late", "probability": 0.5, "known_from": 2031}],
        [embargo("late", "2031-2033")],
        floor_rules=rules(("minimum", 110)),
    )
    found = floors.risk(study)
    assert found.floors["floor"].min() >= 110 - 0.02
    for t in (2026, 2030):
        base, late = (
            float(one(found.floors, "levy", scenario=s, member="US", year=t)) for s in ("base", "late")
        )
        assert base == approx(late) and base > 0
    assert not any(check.value > check.tolerance for check in found.checks)


def test_a_rule_that_looks_back_does_so_into_the_years_that_are_shared() -> None:
    """China asks 40 more from 2031: without a rule the floors of that state jump from those it shares with base."""
    costs = [{"process": "CN_oxide", **dict.fromkeys(YEARS)}]
    scenario = [{"scenario": "dear", "probability": 0.3, "known_from": 2031}]
    dearer = [change("dear", "unit_costs", "process=CN_oxide", "2031-2033", "set", 150)]
    free = floors.risk(toy(scenario, dearer, unit_costs=costs))
    limited = floors.risk(
        toy(scenario, dearer, unit_costs=costs, floor_rules=rules(("max_rise", 8), ("max_fall", 8)))
    )

    def jump(found: Risk) -> float:
        before = float(one(found.floors, "border_price", scenario="base", member="US", year=2030))
        after = float(one(found.floors, "border_price", scenario="dear", member="US", year=2031))
        return abs(after - before)

    assert jump(free) > 9
    assert jump(limited) <= 8 + 1e-6


def test_a_floor_of_all_states_is_made_of_the_costs_of_each() -> None:
    """In either state 5 t come from a plant that must earn 60 and 20 for its capacity: 80, of the costs of both."""
    found = floors.risk(
        dear_capacity(
            caps=studies.cap("bloc", "oxide", "demand", 0.5),
            scenarios=table("scenario probability", ("dumping", 0.5)),
            changes=[change("dumping", "processes", "process=CN works", "unit_cost", "set", 30)],
        )
    )
    parts = found.floor_parts.groupby(["member", "commodity", "year"])["amount"].sum()
    path = found.floors.groupby(["member", "commodity", "year"])["floor"].first()
    assert parts.to_numpy() == approx(path.to_numpy())
    us = studies.rows(found.floor_parts, member="US")
    labels = set(us["part"])
    assert "annual charge US works" in labels and any(
        label.startswith("unit cost US works [") for label in labels
    )
    assert float(us["amount"].sum()) == approx(80)
    assert set(studies.rows(found.floors, member="US")["set_by"]) == {"US works"}


# Accounts, elastic demand, and what is checked


def test_accounts_close_in_every_state_under_rules_leaks_and_elastic_demand() -> None:
    study = studies.study(
        years=studies.years((2026, 1), (2027, 2)),
        reference_prices=table("commodity 2026 2027", ("oxide", 50, 50)),
        demand=table(
            "region segment commodity value elasticity enforcement 2026 2027",
            ("US", "all", "oxide", 200, -0.5, 0.9, 10, 12),
            ("JP", "all", "oxide", 300, None, None, 4, 4),
        ),
        caps=table("scope commodity basis 2026 2027", ("bloc", "oxide", "demand", 0.6, 0.5)),
        floor_rules=table("commodity rule 2026 2027", ("oxide", "maximum", 75, 75)),
        scenarios=table("scenario probability", ("dumping", 0.25)),
        changes=[change("dumping", "processes", "process=CN works", "unit_cost", "set", 30)],
    )
    found = floors.risk(study)
    assert {check.check for check in found.checks} >= {
        "money balance, worst year (relative)",
        "states: costs add up to the expected cost (relative)",
        "states: make-whole and foregone add up to the uplift (relative)",
        "floors: one path in all states (relative)",
    }
    assert all(check.passed for check in found.checks)
    assert found.hedged.priced.uplift > 0
    plan = found.hedged.plan
    dual = plan.solution.dual * plan.row_scale()
    bent = 0
    for state in plan.states:
        case, rows = plan.cases[state.name], plan.compiled.rows(plan.block(state).use)
        for (d, _, c, t), steps in case.demand.steps.items():
            price = dual[rows[d, c, t]] / case.calendar.weight[t]
            held = [step for step in steps if step.low is not None and step.low <= price <= (step.high or 0)]
            bent += len(held)
            assert all((step.high or 0) / (step.low or 1) <= 1.01 + 1e-9 for step in held)
    assert bent >= 4


def test_a_tampered_plan_fails_its_certificate(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def tampered(plan: Any) -> Any:
        found = hedge(plan)
        found.plan.solution.x[int(np.argmax(found.plan.solution.x))] += 1.0
        return found

    study = dumping().study
    monkeypatch.setattr("floors.many.risks.planning.hedge", tampered)
    with pytest.raises(floors.CertificateFailed, match=r"the certificate failed: .*Use --accept-failed"):
        floors.risk(study)
    broken = floors.risk(study, accept_failed=True)
    assert broken.failed and broken.status == one(broken.run, "value", key="status") == "failed"
    assert not dumping().failed and dumping().status == "optimal"
    page: Any = openpyxl.load_workbook(broken.to_excel(tmp_path / "failed.xlsx"))["states"]
    assert "CERTIFICATE FAILED" in str(list(page.values))


def test_a_state_without_a_plan_is_named() -> None:
    must = table("region segment commodity 2026", ("US", "all", "oxide", 10))
    works = table("process region commodity unit_cost capacity", ("US works", "US", "oxide", 80, 10))
    study = studies.study(
        processes=works,
        demand=must,
        scenarios=table("scenario probability", ("boom", 0.5)),
        changes=[change("boom", "demand", "region=US", 2026, "set", 11)],
    )
    with pytest.raises(floors.Infeasible, match=r"^boom: .*no solution"):
        floors.risk(study)


def test_no_capacity_serves_every_state() -> None:
    """Either state can be served alone; a plant that must run idles nowhere, and the two exclude each other."""
    works = table(
        "process region commodity unit_cost capital_cost lifetime max_total",
        ("US works", "US", "oxide", 60, 20, 1, 10),
        ("AU works", "AU", "oxide", 60, 20, 1, 10),
    )
    limits = table("origin destination commodity 2026", ("AU", "US", "oxide"), ("US", "US", "oxide"))
    study = studies.study(
        processes=works,
        demand=table("region segment commodity 2026", ("US", "all", "oxide", 10)),
        route_limits=limits,
        floor_rules=None,
        scenarios=table("scenario probability", ("no home", 0.5)),
        changes=[
            change("no home", "route_limits", "origin=US", 2026, "set", 0),
            change("no home", "processes", "process=*", "max_total", "set", 10),
        ],
    )
    found = floors.risk(study)
    assert total(found.investment, "added", scenario="base") == approx(10)
    assert one(found.investment, "process", scenario="base") == "AU works"


# What is refused


@pytest.mark.parametrize(
    ("scenarios", "changes", "code", "words"),
    [
        (
            [{"scenario": "a", "probability": 0.7}, {"scenario": "b", "probability": 0.4}],
            (),
            "probabilities",
            "1.1",
        ),
        ([{"scenario": "a"}], (), "no_risk", "no scenario has a probability above 0"),
        ([{"scenario": "a", "probability": 0}], (), "no_risk", "no scenario has a probability"),
        (
            [{"scenario": "a", "probability": 1, "known_from": 2030}],
            (),
            "parent_not_likely",
            "cannot tell|nobody can tell a from its parent base",
        ),
        (
            [{"scenario": "a", "probability": 0.5}],
            [change("a", "settings", "key=discount_rate", "value", "set", 0.01)],
            "state_changes_settings",
            "changes sheet settings",
        ),
    ],
)
def test_states_that_cannot_be_weighed(scenarios: Any, changes: Any, code: str, words: str) -> None:
    with pytest.raises(floors.InputError) as caught:
        floors.risk(toy(scenarios, changes))
    assert {problem.code for problem in caught.value.problems} == {code}
    assert any(part in caught.value.problems[0].message for part in words.split("|"))


def test_without_scenarios_there_is_no_risk() -> None:
    with pytest.raises(floors.InputError, match="there are no scenarios"):
        floors.risk(studies.study())
    with pytest.raises(floors.UsageError, match="expects a Study"):
        floors.risk("toy.xlsx")  # type: ignore[arg-type]


# The command


def test_the_command_writes_a_workbook(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    uncertain_demand().to_excel(folder / "study.xlsx")
    assert run(["risk", "study.xlsx", "--json"]) == 0
    out, err = capsys.readouterr()
    told = json.loads(out)
    assert told["status"] == "optimal" and told["output"] == str(Path("outputs") / "study-risk.xlsx")
    assert [state["total_cost"] for state in told["states"]] == approx([1.0, 1.6])
    assert {row["metric"]: row["value"] for row in told["summary"]}["value_of_perfect_information"] == approx(
        0.1
    )
    assert "(EVPI)" in err and "Written to" in err
    book = openpyxl.load_workbook(folder / "outputs" / "study-risk.xlsx")
    assert tables_in(book) == [
        *(
            "summary",
            "states",
            "floors",
            "frontier",
            "break_even",
            "waiting",
            "vault",
            "vault_plans",
            "floor_parts",
            "own_levies",
            "prices",
            "shipments",
            "production",
            "investment",
            "stocks",
            "caps",
        ),
        *("accounts", "vault_years", "certificate", "run"),
    ]
    assert [cell.value for cell in book["states"][2]][:2] == ["base", 0.5]
    first = (folder / "outputs" / "study-risk.xlsx").read_bytes()
    assert run(["risk", "study.xlsx", "--quiet"]) == 0
    assert (folder / "outputs" / "study-risk.xlsx").read_bytes() == first


def test_the_command_says_what_is_wrong(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    studies.study().to_excel(folder / "study.xlsx")
    assert run(["risk", "study.xlsx", "--json"]) == 2
    out, err = capsys.readouterr()
    assert json.loads(out)["status"] == "failed" and "there are no scenarios" in err
    assert not (folder / "outputs").exists() or not list((folder / "outputs").iterdir())


def test_check_tells_of_probabilities_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study = toy([{"scenario": "a", "probability": 0.7}, {"scenario": "b", "probability": 0.4}])
    study.to_excel(folder / "study.xlsx")
    assert run(["check", "study.xlsx", "--json"]) == 2
    found = json.loads(capsys.readouterr().out)["problems"]
    assert [(p["sheet"], p["code"]) for p in found if p["level"] == "error"] == [
        ("scenarios", "probabilities")
    ]
