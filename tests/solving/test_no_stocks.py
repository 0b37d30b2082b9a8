"""The same study and policy without stockpiles: costs by hand, and those of the study without their sheets."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from pyomo.core import value
from pytest import approx

import floors
from floors.errors import NotConverged
from floors.solving import no_stocks
from tests.support import mixed
from tests.support.studies import metric, study, table, years

NAMES = ("no_stockpiles_total_cost", "no_stockpiles_bloc_net_cost")
BARE: dict[str, Any] = {"stockpiles": (), "stock_targets": (), "funds": ()}


def vault(**given: Any) -> floors.Study:
    """10 t a year; a reserve of 10 t after the first, held at 1 a kg. In `embargo` nothing comes from China in the
    second."""
    sheets = {
        "years": years((2026, 1), (2027, 1)),
        "demand": table("region segment commodity value 2026 2027", ("US", "all", "oxide", 200, 10, 10)),
        "routes": table("origin destination commodity", ("CN", "US", "oxide")),
        "route_limits": table("origin destination commodity 2026 2027", ("CN", "US", "oxide", 99, 99)),
        "caps": table("scope commodity basis 2026 2027", ("bloc", "oxide", "tonnes", 99, 99)),
        "stockpiles": table("stockpile region commodity holding_cost", ("vault", "US", "oxide", 1)),
        "stock_targets": table("stockpile 2026 2027", ("vault", 10, 0)),
        "scenarios": table("scenario known_from", ("embargo", 2027), ("foreseen",)),
        "changes": table(
            "scenario sheet where column change value",
            *((name, "route_limits", "origin=CN", 2027, "set", 0) for name in ("embargo", "foreseen")),
        ),
    }
    return study(**sheets | given)


def recorded(result: floors.Result, key: str) -> Any:
    found = result.run.set_index("key")["value"]
    return found.get(key)


def test_a_reserve_costs_its_holding_and_saves_what_a_shock_makes_dearer() -> None:
    """Held for a year: 10 t at 1. In the embargo 10 t are there that home works would make at 80, and cost 50."""
    calm = floors.solve(vault())
    struck = floors.solve(vault().scenario("embargo"))
    assert [metric(calm, name) for name in NAMES] == approx([1.0, 1.0])
    assert metric(calm, "bloc_net_cost") == approx(1.01)
    assert [metric(struck, name) for name in NAMES] == approx([1.3, 1.3])
    assert metric(struck, "bloc_net_cost") == approx(1.01)
    cost = metric(calm, "bloc_net_cost") - metric(calm, NAMES[1])
    saving = metric(struck, NAMES[1]) - metric(struck, "bloc_net_cost")
    assert cost / (cost + saving) == approx(1 / 30)
    assert recorded(calm, "without stockpiles") == recorded(struck, "without stockpiles") == "solved"


def test_of_a_surprise_nothing_is_in_store_in_the_years_before() -> None:
    """Two years before the shock in which a plan with the reserve buys, and one without does not."""
    with_it = floors.solve(vault().scenario("embargo"))
    again = floors.solve(vault(stockpiles=None, stock_targets=None).scenario("embargo"))
    assert metric(with_it, NAMES[0]) == approx(metric(again, "total_cost"))
    parents = floors.solving.run.Parents.in_family(vault())
    family = vault()
    floors.solve(family, parents=parents)
    assert list(parents.without_stocks) == ["base"]
    assert metric(floors.solve(family.scenario("embargo"), parents=parents), NAMES[0]) == approx(1.3)


def test_without_stockpiles_there_may_be_no_plan() -> None:
    """Nobody makes it: the 10 t that must be delivered are those in store."""
    given = {
        "years": years((2026, 1)),
        "demand": table("region segment commodity 2026", ("US", "all", "oxide", 10)),
        "processes": table("process region commodity unit_cost", ("JP works", "JP", "ore", 5)),
        "routes": table("origin destination commodity", ("JP", "US", "ore")),
        "stockpiles": table("stockpile region commodity opening", ("vault", "US", "oxide", 10)),
        "stock_targets": table("stockpile 2026", ("vault", 0)),
        "caps": None,
    }
    found = floors.solve(study(**given))
    values = found.summary.set_index("metric")["value"]
    assert values[list(NAMES)].isna().all()
    assert recorded(found, "without stockpiles") == no_stocks.NO_PLAN
    assert floors.verify(study(**given), found).findings == ()


def test_it_is_not_looked_for_without_stockpiles_or_ranges(monkeypatch: pytest.MonkeyPatch) -> None:
    for one, ranges in ((vault(stockpiles=None, stock_targets=None), None), (vault(), False)):
        found = floors.solve(one, ranges=ranges)
        assert not set(NAMES) & set(found.summary["metric"]) and recorded(found, "without stockpiles") is None

    def none(*_: Any, **__: Any) -> None:
        raise NotConverged("it did not settle")

    monkeypatch.setattr(no_stocks, "settle_once", none)
    found = floors.solve(vault())
    assert recorded(found, "without stockpiles") == "no answer: it did not settle"
    assert found.status == "optimal"


def test_levies_of_a_minimum_stay_those_of_the_plan() -> None:
    """The model that a result shows is that of its own plan."""
    rules = table("commodity rule 2026 2027", ("oxide", "minimum", 70, 70))
    references = table("commodity 2026 2027", ("oxide", 50, 50))
    found = floors.solve(vault(floor_rules=rules, reference_prices=references))
    model, levies = found.outcome.model, found.outcome.levies
    told = {key: float(value(model.minimum_levy[key])) for key in levies}
    assert told == levies and max(levies.values()) > 1


@pytest.mark.parametrize("elastic", [False, True])
def test_it_is_the_study_without_the_sheets(elastic: bool) -> None:
    """Costs of random studies; where nothing is in store at the beginning, which would also say what can be had."""
    told = 0
    for seed in range(80):
        sheets = mixed.sheets(Random(seed))
        if not sheets.get("stockpiles") or any(row.get("elasticity") for row in sheets["demand"]) != elastic:
            continue
        for row in sheets["stockpiles"]:
            row["opening"] = 0
        try:
            found = floors.solve(floors.Study(sheets))
        except (floors.Infeasible, floors.InputError, floors.OverBudget):
            continue
        values = found.summary.set_index("metric")["value"]
        try:
            bare = floors.solve(floors.Study(sheets).with_rows(**BARE), ranges=False)
        except (floors.Infeasible, floors.OverBudget):
            assert values[list(NAMES)].isna().all(), seed
            continue
        near = {"rel": 1e-4 if elastic else 1e-9, "abs": 1e-6}
        assert values[NAMES[0]] == approx(metric(bare, "total_cost"), **near), seed
        assert values[NAMES[1]] == approx(metric(bare, "bloc_net_cost"), **near), seed
        told += 1
    assert told > 2


def test_verify_solves_it_again() -> None:
    found = floors.solve(vault())
    assert any("no_stockpiles_total_cost" in text for text in floors.verify(vault(), found).not_checked)
    report = floors.verify(vault(), found, exact=True)
    assert report.findings == () and not any("no_stockpiles" in text for text in report.not_checked)
