"""Coalitions, sweeps, comparisons and states of the world of regions that are members in some years only."""

from __future__ import annotations

import pytest
from pytest import approx

import floors
from floors.many import solve_scenarios
from tests.support import leaving
from tests.support.studies import metric, one, rows, table

LEAVES = table("region 2026 2027", ("JP", None, "other"), ("US",), ("MY",))


def net_costs(result: floors.Result) -> dict[str, float]:
    return {r: rows(result.accounts, region=r)["net_cost"].sum() for r in ("US", "JP")}


def test_the_coalition_of_all_is_the_study_and_who_is_outside_never_was_in() -> None:
    """US pays 4.0 + 2.5 and JP 1.7 + 1.2 together; without JP US has caps of its own, 4.0 - 1.5 a year, and JP pays
    1.2 a year."""
    study = leaving.family(
        caps=table("scope commodity basis 2026 2027", ("bloc", "oxide", "demand", 0.5, 0.5)),
        demand=table(
            "region segment commodity value 2026 2027",
            ("US", "all", "oxide", 200, 100, 100),
            ("JP", "all", "oxide", 200, 120, 120),
        ),
        roles=LEAVES,
    )
    found = floors.coalition(study)
    assert found[("US", "JP")].costs == approx(net_costs(floors.solve(study)))
    assert found[("US", "JP")].costs == approx({"US": 6.5, "JP": 2.9})
    assert found[("US",)].costs == approx({"US": 5.0, "JP": 2.4})


def test_tonnes_of_the_bloc_are_shared_out_among_the_members_of_the_year() -> None:
    """Of 60 t US alone has 30 while JP is in with as much demand, and all of them once it is out."""
    study = leaving.family(
        caps=table("scope commodity basis 2026 2027", ("bloc", "oxide", "tonnes", 60, 60)), roles=LEAVES
    )
    from floors.many.coalitions.blocs import study_of

    alone = study_of(study, ("US", "JP"), frozenset({"US"}))
    assert alone.rows("caps")[0]["years"] == {2026: 30.0, 2027: 60.0}


def test_one_that_is_never_a_member_joins_in_every_year_in_which_it_is_not_capped() -> None:
    from floors.many.coalitions.blocs import players_of, study_of

    study = leaving.family(roles=table("region 2026 2027", ("MY", None, "capped"), ("JP",), ("US",)))
    assert players_of(study, ("US", "MY")) == ("US", "MY")
    roles = study_of(study, ("US", "MY"), frozenset({"MY"})).roles
    assert [roles["MY", t] for t in (2026, 2027)] == ["member", "capped"]
    assert {roles[r, t] for r in ("US", "JP") for t in (2026, 2027)} == {"other"}
    with pytest.raises(floors.UsageError, match="CN is capped"):
        players_of(study, ("CN",))


def test_a_sweep_counts_the_members_of_the_year() -> None:
    study = leaving.family(roles=LEAVES)
    swept = floors.sweep(study, caps=(0.5,))
    assert one(swept.sweep, "bloc_net_cost", cap=0.5) == approx(metric(floors.solve(study), "bloc_net_cost"))


def test_another_bloc_is_told_with_its_years() -> None:
    runs = solve_scenarios(leaving.pooled(), ["base", "leaves"])
    assert runs["leaves"].bloc == ("US", "JP (to 2026)")
    assert "(another bloc: US, JP (to 2026))" in runs.sentences[1]
    assert one(runs.comparison, "note", scenario="leaves", metric="status") == "the bloc is US, JP (to 2026)"


def test_states_of_the_world_may_have_other_blocs() -> None:
    """Nothing is built or stored, so that the expected cost is the mean of both: 2.5 and 3.5 a year in base, and 1.0 of
    JP's in 2027 where it leaves."""
    scenarios = table("scenario known_from probability", ("leaves", 2027, 0.5))
    study = leaving.family(scenarios=scenarios)
    risk = floors.risk(study)
    both = [floors.solve(one).figures.total_cost for one in (study, study.scenario("leaves"))]
    assert one(risk.summary, "value", metric="total_cost") == approx(sum(both) / 2) == approx(10.75)
    floor = risk.floors[risk.floors["member"] == "JP"]
    assert (
        not len(rows(floor, scenario="leaves", year=2027))
        and len(rows(floor, scenario="base", year=2027)) == 1
    )
    roles = rows(risk.accounts, region="JP", year=2027)
    assert dict(zip(roles["scenario"], roles["role"], strict=True)) == {"base": "member", "leaves": "other"}
