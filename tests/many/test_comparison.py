"""Sheet comparison: levels, differences from base, and why a scenario has no result."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import pytest

import floors
from floors.contract import results as tables
from floors.many import Run, Runs, solve_scenarios
from floors.many.comparison import comparison_table
from tests.support import studies
from tests.support.several import STATUS, case, compared


def test_levels_and_differences_from_base(family: Runs) -> None:
    """Million: base (5 x 50 + 5 x 80) x 2 years; without cap 10 x 50; with a home price of 90; with a shock."""
    cost = {"base": 1.3, "no cap": 1.0, "dear home": 1.4, "shock": 1.3 + 5 * 0.025}
    for scenario, expected in cost.items():
        for metric in ("total_cost", "resource_cost", "world_cost", "bloc_net_cost"):
            value, difference = compared(family, scenario, metric)
            assert value == pytest.approx(expected), (scenario, metric)
            assert difference == pytest.approx(expected - 1.3, abs=1e-12), (scenario, metric)
    assert compared(family, "no cap", "capped_share") == pytest.approx((1.0, 0.5))
    assert compared(family, "dear home", "floor oxide 2027") == pytest.approx((90, 10))
    assert compared(family, "shock", "floor oxide 2027") == pytest.approx((80, 0))
    units = studies.rows(family.comparison, metric="floor oxide 2026")["unit"].unique()
    assert list(units) == ["USD/kg"]


def test_every_metric_of_the_summary_is_compared(family: Runs) -> None:
    metrics = list(family["base"].summary["metric"])
    for scenario, (status, _) in STATUS.items():
        rows = studies.rows(family.comparison, scenario=scenario)
        assert list(rows["metric"])[: 1 + len(metrics)] == [
            "status",
            *(metrics if status == "optimal" else []),
        ]
        assert (rows["status"] == status).all() and pd.isna(rows["value"].iloc[0])
    assert not family.comparison.duplicated(["scenario", "metric"]).any()


def test_a_failure_has_one_row_that_says_why(family: Runs) -> None:
    for scenario, (status, words) in STATUS.items():
        rows = studies.rows(family.comparison, scenario=scenario)
        if status != "optimal":
            assert len(rows) == 1 and words in rows["note"].iloc[0]
            assert studies.one(family.run, "value", scenario=scenario, key="status") == status


def test_a_shortage_is_told(family: Runs) -> None:
    """After 2026 nobody at home makes any: the floor is what a buyer would pay."""
    late = studies.rows(family.comparison, scenario="late").set_index("metric")["note"]
    assert late["floor oxide 2026"] == "US"
    assert late["floor oxide 2027"] == "US; a buyer's value: a shortage, not a floor"


def test_base_is_solved_for_the_comparison_where_it_is_not_named() -> None:
    told: list[str] = []
    runs = solve_scenarios(case("no cap", "dear home"), ["dear home"], done=lambda r: told.append(r.scenario))
    assert told == ["base", "dear home"]
    assert [one.scenario for one in runs] == ["dear home"] and len(runs) == 1
    assert compared(runs, "dear home", "total_cost") == pytest.approx((1.4, 0.1))
    assert compared(runs, "base", "total_cost")[0] == pytest.approx(1.3)
    assert set(runs.floors["scenario"]) == {"dear home"}


def test_without_a_solved_base_there_are_levels_and_no_differences() -> None:
    runs = floors.solve_many({"base": case("starved").scenario("starved"), "dear": case()})
    assert compared(runs, "dear", "total_cost")[0] == pytest.approx(1.3)
    assert runs.comparison["difference"].isna().all()


def test_words_and_warnings(family: Runs) -> None:
    said = family.sentences
    assert said[0] == "base: the policy costs bloc and world 0.30 each (million USD, present value)."
    assert said[2] == (
        "dear home: the policy costs bloc and world 0.40 each (million USD, present value); against base, net cost of "
        "the bloc and cost of the world +0.10."
    )
    assert said[3].startswith("starved: infeasible: ") and "no solution" in said[3]
    one, other = (
        Run(
            scenario=name,
            status="optimal",
            message="",
            seconds=1.0,
            figures=family["base"].figures,
            warnings=words,
        )
        for name, words in (("a", ("everywhere", "here")), ("b, c", ("everywhere",)))
    )
    assert Runs(family.study, (one, other)).warnings == ["everywhere", "here [a]"]


@dataclass
class Fabricated:
    """A run with floors made up for the test: USD/kg by member and year, of magnets."""

    scenario: str
    floors: dict[str, dict[int, float]]
    members: tuple[str, ...] = ("US", "EU", "US/defence")
    status: str = "optimal"
    message: str = ""
    cost: float = 5.0
    policy: float = 0.0
    unserved: set[int] = field(default_factory=set)

    @property
    def bloc(self) -> tuple[str, ...]:
        return tuple(member for member in self.members if "/" not in member)

    def rows(self, sheet: str) -> list[tuple[Any, ...]]:
        if sheet == "summary":
            of_policy = ("change_in_bloc_net_cost", "deadweight_loss")
            costs = [(name, self.cost, "million USD") for name in ("bloc_net_cost", "world_cost")]
            return [*costs, *((name, self.policy, "million USD") for name in of_policy)]
        names = tables.BY_NAME[sheet].names
        rows = []
        for member, path in self.floors.items():
            for year, floor in path.items():
                set_by = "unserved US/all" if year in self.unserved else "plant"
                known = {"member": member, "commodity": "magnet", "year": year, "floor": floor}
                known |= {"set_by": set_by, "binding": True}
                rows.append(tuple(known.get(name) for name in names))
        return rows


def path(*values: float) -> dict[int, float]:
    return dict(enumerate(values, 2026))


def test_floors_are_of_the_first_member_of_base() -> None:
    base = Fabricated("base", {"US": path(60, 70), "EU": path(61, 71)})
    other = Fabricated("EU first", {"EU": path(50, 50), "US": path(62, 75)})
    alone = Fabricated("EU alone", {"EU": path(55, 56)}, ("EU",))
    rows = comparison_table([alone, base, other], "EUR")
    shown = [row for row in rows if row.metric == "floor magnet 2027"]
    assert [(row.scenario, row.value, row.difference, row.unit, row.note) for row in shown] == [
        ("EU alone", 56, None, "EUR/kg", "EU"),
        ("base", 70, 0, "EUR/kg", "US"),
        ("EU first", 75, 5, "EUR/kg", "US"),
    ]
    notes = {row.scenario: row.note for row in rows if row.metric == "status"}
    assert notes == {"EU alone": "the bloc is EU", "base": None, "EU first": None}


def test_a_long_message_is_cut_in_the_comparison_alone() -> None:
    message = "x" * 40_000
    (first, *_) = comparison_table([Fabricated("a", {}, status="failed", message=message)], "USD")
    assert first.note is not None and len(first.note) < 1_100 and first.note.endswith(" ...")


def test_demand_left_unserved_is_no_saving() -> None:
    """Nobody at home makes any after 2026: 5 t worth 200 each are missing, 5 x 80 less is spent."""
    runs = solve_scenarios(case("late"))
    assert compared(runs, "late", "resource_cost")[1] == pytest.approx(-0.4)
    assert compared(runs, "late", "world_cost")[1] == pytest.approx(1.0 - 0.4)
    assert any(
        line.startswith("late: ") and line.endswith("cost of the world +0.60.") for line in runs.sentences
    )
