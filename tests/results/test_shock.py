"""The policy as insurance: what a surprise costs after it and without it, and the premium that this implies."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from pytest import approx

import floors
from floors.results.shock import Insurance, Shock, told
from tests.support import several, studies
from tests.support.studies import metric, one, table

NAMES = ("policy_cost", "shock_loss", "shock_loss_without_policy", "loss_avoided", "implied_premium")


def insured(known_from: int | None = 2027) -> floors.Result:
    """A plant that must be begun in 2026 makes 5 t at 60 in 2027 where a cap asks for it; China's oxide costs 50.

    An embargo in 2027 leaves 2 t from Australia at 90; what is missing is worth 200 to its buyers.
    """
    study = studies.study(
        settings=studies.settings(capital_rate=0),
        years=studies.years((2026, 1), (2027, 1)),
        processes=table(
            "process region commodity unit_cost capacity capital_cost lead_time lifetime",
            ("CN works", "CN", "oxide", 50),
            ("US works", "US", "oxide", 20, 0, 40, 1, 1),
            ("AU works", "AU", "oxide", 90, 2),
        ),
        demand=table("region segment commodity value 2026 2027", ("US", "all", "oxide", 200, 10, 10)),
        caps=table("scope commodity basis 2027", ("bloc", "oxide", "demand", 0.5)),
        route_limits=table("origin destination commodity 2027", ("CN", "US", "oxide")),
        scenarios=table("scenario known_from", ("embargo", known_from)),
        changes=table(
            "scenario sheet where column change value",
            ("embargo", "route_limits", "origin=CN", 2027, "set", 0),
        ),
    )
    return floors.solve(study.scenario("embargo"))


def test_the_premium_is_the_cost_of_the_policy_over_the_loss_it_avoids() -> None:
    """Thousand: had it not come 1,050 with the policy and 1,000 without. With it: 2026 costs 500 in either case;
    2027 5 x 60 + 2 x 90 + 3 x 200 against 2 x 90 + 8 x 200, and Australia earns 2 x (200 - 90) from the bloc."""
    result = insured()
    world = (0.050, 1.580 - 1.050, 2.280 - 1.000, 0.750, 50 / 750)
    bloc = (0.050, 1.800 - 1.050, 2.500 - 1.000, 0.750, 50 / 750)
    assert [metric(result, name) for name in NAMES] == approx(bloc)
    assert [metric(result, f"world_{name}") for name in NAMES] == approx(world)
    said = [line for line in result.sentences if "shock of 2027" in line]
    assert len(said) == 2 and all("probability of 6.7% or more" in line for line in said)
    units = studies.rows(result.summary, metric="implied_premium")["unit"]
    assert list(units) == ["share"]


def test_costs_are_those_of_the_scenarios_solved_apart() -> None:
    result = insured()
    parent = floors.solve(result.study.base)
    assert metric(result, "policy_cost") == approx(metric(parent, "change_in_bloc_net_cost"))
    assert metric(result, "world_policy_cost") == approx(metric(parent, "deadweight_loss"))
    assert metric(result, "shock_loss") == approx(
        metric(result, "bloc_net_cost") - metric(parent, "bloc_net_cost")
    )


@pytest.mark.parametrize("known_from", [None, 2026])
def test_what_is_foreseen_is_no_shock(known_from: int | None) -> None:
    result = insured(known_from)
    assert not {*NAMES} & {*result.summary["metric"]}
    assert not any("shock" in line for line in result.sentences)


def dearer(process: str) -> floors.Result:
    """10 t a year, half of them from the US at 80 under a cap, else from China at 50; one is dearer by 25 in 2027."""
    study = several.case("shock")
    tables: dict[str, Any] = {name: study.tables[name] for name in study.tables}
    tables["unit_costs"] = pd.DataFrame(table("process 2026 2027", ("CN works",), ("US works",)))
    price = {"CN works": 75, "US works": 105}[process]
    where = f"process={process}"
    tables["changes"] = pd.DataFrame(
        table(
            "scenario sheet where column change value",
            ("shock", "unit_costs", where, 2027, "set", price),
        )
    )
    return floors.solve(floors.Study(tables).scenario("shock"))


def test_a_policy_dearer_than_the_loss_does_not_pay() -> None:
    """It costs 2 x 5 x 30 and halves a loss of 10 x 25."""
    result = dearer("CN works")
    assert [metric(result, name) for name in NAMES] == approx([0.3, 0.125, 0.25, 0.125, 2.4])
    assert any("it does not pay, even if the shock were certain" in line for line in result.sentences)


def test_a_policy_that_avoids_nothing_has_no_premium() -> None:
    """Only those who buy at home lose by what is dearer at home."""
    result = dearer("US works")
    assert [metric(result, name) for name in NAMES[:-1]] == approx([0.3, 0.125, 0, -0.125])
    assert pd.isna(one(result.summary, "value", metric="implied_premium"))
    assert (
        sum(
            "and nothing without it: it is the policy that makes it costly" in line
            for line in result.sentences
        )
        == 2
    )


def test_a_policy_that_costs_nothing_pays_in_any_case() -> None:
    gain = Insurance(policy=9.0, bare=10.0, policy_struck=11.0, bare_struck=15.0)
    assert gain.premium == approx(-1 / 3) and gain.free and not gain.idle
    (said, _) = told(Shock(gain, gain), 2027, "USD")
    assert said.endswith("3.0 less, for a policy that gains 1.0 without the shock, and so pays in any case.")
    rounding = Insurance(10.0, 10.0 + 1e-12, 12.0, 12.0)
    assert rounding.idle and rounding.free
    assert Insurance(10.0, 10.0, 12.0, 12.0 + 1e-9).premium is None


def test_without_a_policy_there_is_a_loss_and_nothing_to_compare_it_with() -> None:
    study = insured().study.base
    tables: dict[str, Any] = {name: study.tables[name] for name in study.tables if name != "caps"}
    result = floors.solve(floors.Study(tables).scenario("embargo"))
    assert metric(result, "shock_loss") == metric(result, "shock_loss_without_policy") == approx(1.5)
    said = [line for line in result.sentences if "shock of 2027" in line]
    assert len(said) == 2 and all(line.endswith("(present value).") for line in said)
