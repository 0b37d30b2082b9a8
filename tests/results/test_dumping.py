"""Selling below cost: a column beside net cost, and the world's cost at what things cost."""

from __future__ import annotations

from typing import Any

import pytest
from pytest import approx

import floors
from floors.many import solve_scenarios
from tests.support.paged import told
from tests.support.studies import Table, cap, metric, one, rows, study, table, total, years

HALF = cap("bloc", "oxide", "demand", 0.5)


def scenario(*changes: tuple[Any, ...], **row: Any) -> dict[str, Table]:
    return {
        "scenarios": [{"scenario": "dumping", **row}],
        "changes": table(
            "scenario sheet where column change value", *(("dumping", *change) for change in changes)
        ),
    }


DUMPING = ("processes", "process=CN works", "unit_cost", "multiply", 0.6)


def below(result: floors.Result, region: str = "CN", year: int = 2026, column: str = "below_cost") -> float:
    return float(one(result.accounts, column, region=region, year=year))


def test_what_a_scenario_sells_cheaper_is_sold_below_cost() -> None:
    """China offers at 30 what costs it 50: of 10 t, and under the cap of 5 t."""
    given = study(caps=HALF, **scenario(DUMPING)).scenario("dumping")
    result = floors.solve(given)
    assert below(result) == approx(20 * 5 / 1000) and below(result, "US") == 0
    assert one(result.baseline_accounts, "below_cost", region="CN") == approx(20 * 10 / 1000)
    assert metric(result, "below_cost") == approx(0.1) and metric(result, "baseline_below_cost") == approx(
        0.2
    )
    assert metric(result, "world_cost") == approx((5 * 30 + 5 * 80) / 1000)
    assert metric(result, "world_cost_at_basis") == approx((5 * 50 + 5 * 80) / 1000)
    assert metric(result, "baseline_world_cost_at_basis") == approx(0.5)
    spent = metric(result, "world_cost")
    assert total(result.accounts, "net_cost") == approx(spent), (
        "net cost stays at offers, so that money balances"
    )
    assert not floors.verify(given, result, exact=True).findings
    assert any("costs CN 0.100 million USD" in said for said in result.sentences)
    assert any(
        "the world spends 0.150 million more in resources, at what they cost" in s for s in result.sentences
    )


def test_before_scenarios_nothing_is_sold_below_cost() -> None:
    result = floors.solve(study(caps=HALF, **scenario(DUMPING)))
    assert result.accounts["below_cost"].tolist() == [0] * len(result.accounts)
    assert metric(result, "below_cost") == 0 and metric(result, "world_cost_at_basis") == approx(0.65)


def test_what_is_given_holds_in_base_and_in_scenarios() -> None:
    works = table(
        "process region commodity unit_cost cost_basis",
        ("CN works", "CN", "oxide", 50, 56),
        ("US works", "US", "oxide", 80, 79),
    )
    given = study(processes=works, caps=HALF, **scenario(DUMPING))
    base, dumped = floors.solve(given), floors.solve(given.scenario("dumping"))
    assert [below(base), below(base, "US")] == approx([6 * 5 / 1000, -5 / 1000])
    assert below(dumped) == approx(26 * 5 / 1000)
    assert metric(base, "below_cost") == approx(0.025)
    assert not floors.verify(given, base).findings


def test_a_blank_is_the_cost_of_that_year() -> None:
    """Unit costs of 2027 are in a sheet of their own, and a scenario lowers both."""
    given = study(
        years=years((2026, 1), (2027, 2)),
        demand=table("region segment commodity value 2026 2027", ("US", "all", "oxide", 200, 10, 10)),
        unit_costs=table("process 2026 2027", ("CN works", None, 44)),
        **scenario(DUMPING, ("unit_costs", "process=CN works", 2027, "set", 40)),
    ).scenario("dumping")
    result = floors.solve(given)
    assert [below(result, year=year) for year in (2026, 2027)] == approx([0.2, 0.04])
    assert metric(result, "below_cost") == approx(0.2 + 2 * 0.04)
    assert not floors.verify(given, result).findings


def test_outside_a_capped_region_a_unit_cost_is_what_it_costs() -> None:
    """A scenario in which home is dearer is no selling above cost."""
    dearer = ("processes", "process=US works", "unit_cost", "set", 95)
    given = study(caps=HALF, **scenario(dearer)).scenario("dumping")
    result = floors.solve(given)
    assert metric(result, "below_cost") == 0
    assert metric(result, "world_cost_at_basis") == approx(metric(result, "world_cost"))


def test_beside_base_the_worlds_gain_is_none() -> None:
    runs = solve_scenarios(study(caps=HALF, **scenario(DUMPING)))
    (said,) = (line for line in runs.sentences if line.startswith("dumping"))
    assert "cost of the world 0 at what things cost (-0.100 at offers)" in said
    assert "the policy costs" in said and "the world 0.150" in said
    found = rows(runs.comparison, scenario="dumping")
    at_basis = one(found, "difference", metric="world_cost_at_basis")
    assert at_basis == approx(0, abs=1e-12) and one(found, "difference", metric="world_cost") == approx(-0.1)
    assert one(found, "note", metric="world_cost") == one(found, "note", metric="total_cost")
    assert "see world_cost_at_basis" in one(found, "note", metric="world_cost")
    beside = rows(runs.side_by_side, metric="world_cost")
    assert beside["note"].str.contains("see world_cost_at_basis").all()
    assert not floors.verify(runs.study, runs).findings


def test_a_shock_of_dumping_is_no_gain_of_the_world() -> None:
    """Nobody foresaw that China offers at 30 from 2027 on."""
    given = study(
        years=years((2026, 1), (2027, 1)),
        demand=table("region segment commodity value 2026 2027", ("US", "all", "oxide", 200, 10, 10)),
        unit_costs=table("process 2026 2027", ("CN works", 50, 50)),
        caps=cap("bloc", "oxide", "demand", 0.5, 0.5, header="scope commodity basis 2026 2027"),
        **scenario(("unit_costs", "process=CN works", 2027, "set", 30), known_from=2027),
    )
    runs = solve_scenarios(given)
    result = runs["dumping"]
    found = {row["metric"]: row["value"] for row in rows(runs.summary, scenario="dumping").to_dict("records")}
    assert found["world_shock_loss"] == approx(0, abs=1e-12)
    assert found["shock_loss"] == approx(-20 * 5 / 1000)
    assert result.status == "optimal"
    assert not floors.verify(runs.study, runs).findings


@pytest.mark.parametrize("number", [40, 60])
def test_the_plan_knows_nothing_of_what_things_cost(number: float) -> None:
    works = table(
        "process region commodity unit_cost cost_basis",
        ("CN works", "CN", "oxide", 50, number),
        ("US works", "US", "oxide", 80, None),
    )
    bare, priced = floors.solve(study(caps=HALF)), floors.solve(study(caps=HALF, processes=works))
    assert priced.floors.equals(bare.floors) and priced.shipments.equals(bare.shipments)
    assert metric(priced, "total_cost") == metric(bare, "total_cost")


def test_states_in_which_sellers_lose_are_told_under_risk() -> None:
    given = study(caps=HALF, **scenario(DUMPING, probability=0.5))
    found = floors.risk(given)
    (text,) = (text for text in found.warnings if "sold below cost" in text)
    assert text.endswith("a loss of its sellers beside them (million, present value): dumping 0.100.")
    dearer = scenario(("processes", "process=US works", "unit_cost", "set", 95), probability=0.5)
    assert not any("below cost" in text for text in floors.risk(study(caps=HALF, **dearer)).warnings)


def test_the_page_tells_what_no_bill_holds() -> None:
    change = ("unit_costs", "process=CN works", 2027, "set", 30)
    given = study(
        years=years((2026, 1), (2027, 1)),
        demand=table("region segment commodity value 2026 2027", ("US", "all", "oxide", 200, 10, 10)),
        unit_costs=table("process 2026 2027", ("CN works", 50, 50)),
        caps=cap("bloc", "oxide", "demand", 0.5, 0.5, header="scope commodity basis 2026 2027"),
        **scenario(change, known_from=2027),
    )
    page = told(solve_scenarios(given).brief)
    assert (
        "“dumping”: sellers’ costs lie 100 thousand USD above their offers, which no bill here holds." in page
    )
