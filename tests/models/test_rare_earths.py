"""The worked example: its base year against facts, its findings, and what its scenarios should show."""

from __future__ import annotations

from functools import cache

import pytest

from floors.case.scenario_kinds import scenario_kind
from floors.contract.results import CAPS, CONCENTRATION, FLOORS, SOURCING, STOCKS, SUMMARY
from models.facts import Fact, facts
from tests.support.counts import few
from tests.support.worked import solved, study

DIVERSE = ("elastic demand", "national caps", "stable floors", "embargo 2033", "half enforced")
"""Scenarios that are solved in ways of their own."""


@cache
def known() -> dict[str, Fact]:
    return {fact.name: fact for fact in facts()}


def change_in_resources(scenario: str) -> float:
    figures = solved(scenario).figures
    return figures.resource_cost - figures.baseline_resource_cost


def levies(scenario: str, commodity: str) -> dict[int, float]:
    """Levy of the first member by year, USD/kg."""
    rows = FLOORS.read(solved(scenario).rows("floors"))
    return {row.year: row.levy for row in rows if (row.member, row.commodity) == ("US", commodity)}


def test_the_base_year_is_what_is_known() -> None:
    apart = [
        f"{fact.name}: model {fact.found:.4g}, fact {fact.known:.4g}"
        for fact in known().values()
        if not fact.holds and not fact.apart
    ]
    assert apart == []
    assert [fact.name for fact in known().values() if fact.apart and fact.holds] == []
    assert sum(fact.kind == "predicted" for fact in known().values()) >= 12


def test_the_four_facts_that_matter() -> None:
    assert known()["China in mined rare earths"].found == pytest.approx(0.70, abs=0.03)
    assert known()["China in separated NdPr"].found == pytest.approx(0.90, abs=0.04)
    assert known()["EU, magnets from China"].found == pytest.approx(0.85, abs=0.04)
    assert known()["NdPr, China, without VAT"].found == pytest.approx(100, abs=2)


def test_a_floor_works_on_magnets() -> None:
    rows = FLOORS.read(solved("base").rows("floors"))
    magnets = [row for row in rows if (row.member, row.commodity) == ("EU", "magnet")]
    floors_by_year = {row.year: row.floor for row in magnets}
    assert floors_by_year[2027] == pytest.approx(70.2, abs=2)
    assert floors_by_year[2031] == pytest.approx(64.8, abs=2)
    assert floors_by_year[2035] == pytest.approx(110, abs=4)
    found = levies("base", "magnet")
    assert found[2035] > found[2032] > found[2031] > 0
    assert found[2029] == found[2030] == 0  # 10X begins
    assert all(row.effective for row in magnets if row.binding)


@pytest.mark.parametrize("oxide", ["ndpr", "metal", "dy", "tb"])
def test_a_floor_on_oxides_holds_nothing_up(oxide: str) -> None:
    rows = [row for row in FLOORS.read(solved("base").rows("floors")) if row.commodity == oxide]
    assert rows and not any(row.effective or row.binding for row in rows)
    assert all("holds nothing up" in row.note for row in rows)
    assert any(line.startswith(f"{oxide}: the levy on CN is 0") for line in solved("base").sentences)


def test_oxide_caps_ask_for_nothing() -> None:
    """Without any policy what members use of Chinese oxide and metal falls faster than the caps."""
    result = solved("oxides only")
    assert result.figures.total_cost == pytest.approx(result.figures.baseline_total_cost, rel=1e-12)
    before = [
        row.baseline_capped_share
        for row in CONCENTRATION.read(result.rows("concentration"))
        if row.commodity in ("ndpr", "metal", "dy", "tb") and row.scope == "bloc" and row.year >= 2027
    ]
    assert len(before) == 36 and max(before) < 0.3
    assert not any("trade changes places" in line for line in result.sentences)
    assert solved("magnets only").figures.total_cost == pytest.approx(
        solved("base").figures.total_cost, rel=1e-9
    )


def test_no_policy_no_floors() -> None:
    result = solved("free trade")
    assert result.rows("floors") == []
    assert change_in_resources("free trade") == 0


def test_pooled_caps_cost_no_more_than_national_ones() -> None:
    assert solved("base").figures.total_cost < solved("national caps").figures.total_cost


def test_tighter_caps_cost_more() -> None:
    assert solved("base").figures.total_cost < solved("fast path").figures.total_cost


def test_the_shares_of_the_cap_are_kept() -> None:
    for row in CAPS.read(solved("base").rows("caps")):
        assert row.used <= row.limit * (1 + 1e-9) + 1e-6
    assert solved("base").figures.capped_share == pytest.approx(0.5, abs=0.02)


def test_defence_buys_no_capped_magnets_from_2027() -> None:
    sourcing = SOURCING.read(solved("base").rows("sourcing"))
    rows = [row for row in sourcing if (row.destination, row.commodity) == ("US/defence", "magnet")]
    assert {row.year for row in rows} == set(range(2026, 2036))
    assert not [row for row in rows if row.origin == "CN" and row.year >= 2027]


def test_the_vault_is_filled_within_its_fund() -> None:
    stocks = list(STOCKS.read(solved("base").rows("stocks")))
    assert 0 < sum(row.fund_spent for row in stocks) < 11_670
    assert all(row.closing > 0 for row in stocks if row.year >= 2027)


def test_dumping_raises_the_magnet_levy_but_not_that_of_ndpr() -> None:
    assert sum(levies("dumping", "magnet").values()) > sum(levies("base", "magnet").values())
    assert max(levies("dumping", "ndpr").values()) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(
    "scenario", few(sorted(study().scenario_names, key=lambda name: name not in DIVERSE), len(DIVERSE))
)
def test_every_scenario_solves(scenario: str) -> None:
    assert solved(scenario).status == "optimal"


def test_a_surprise_costs_more_than_what_is_foreseen() -> None:
    assert solved("embargo 2028").figures.total_cost > solved("embargo foreseen").figures.total_cost


def test_earlier_diversification_lowers_the_loss_from_an_embargo() -> None:
    loss = {
        caps: solved(f"embargo 2033{caps}").figures.total_cost - solved(before).figures.total_cost
        for caps, before in (("", "base"), (" without caps", "free trade"))
    }
    assert 0 < loss[""] < loss[" without caps"]


def test_without_a_shock_the_vault_costs_what_it_holds() -> None:
    """Japan's reserve stays; with neither the bloc pays less still."""
    base, without = solved("base"), solved("no Vault")
    held = {row.stockpile for row in STOCKS.read(without.rows("stocks")) if row.closing}
    assert held == {"Japan ndpr"}
    summary = {row.metric: row.value for row in SUMMARY.read(base.rows("summary"))}
    assert summary["no_stockpiles_bloc_net_cost"] < without.figures.bloc_net_cost < base.figures.bloc_net_cost


def test_the_vault_buys_from_2027_and_lets_nothing_go() -> None:
    rows = [row for row in STOCKS.read(solved("base").rows("stocks")) if row.stockpile.startswith("Vault")]
    assert not any(row.put for row in rows if row.year < 2027)
    assert not any(row.take for row in rows)


@pytest.mark.parametrize("scenario", ["links at half", "links at twice"])
def test_origins_of_the_base_year_do_not_hang_on_what_a_link_costs(scenario: str) -> None:
    shares = {
        name: {
            row.scope: row.baseline_capped_share
            for row in CONCENTRATION.read(solved(name).rows("concentration"))
            if row.commodity == "magnet" and row.year == 2026
        }
        for name in ("base", scenario)
    }
    assert shares[scenario] == pytest.approx(shares["base"], abs=0.02)
    assert shares["base"]["JP"] < 0.3 < 0.7 < shares["base"]["US"] < shares["base"]["EU"]


def test_scenarios_are_told_apart_by_kind() -> None:
    """The band of floors is over other states of the world."""
    kinds = {name: scenario_kind(study(), name) for name in study().scenario_names}
    world = [name for name, found in kinds.items() if found.kind == "world"]
    assert world == [
        "dumping",
        "heavy licences",
        "slow build-out",
        "cheap conversion",
        "dear conversion",
        "without the 10X offtake",
        "half enforced",
        "relabelling",
        "relabelling counted",
        "no section 301",
        "links at half",
        "links at twice",
        "elastic demand",
    ]
    shocks = [name for name, found in kinds.items() if found.kind == "shock"]
    assert shocks == ["embargo foreseen", "embargo 2028", "embargo 2033"]
    mixed = {name for name, found in kinds.items() if found.mixed}
    assert mixed == {
        *(name for name in kinds if name.startswith("half on paper")),
        "embargo foreseen",
        "embargo 2033 without caps",
        "dumping without caps",
        "dumping, NdPr at least 110",
    }
