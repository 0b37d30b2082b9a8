"""What no plan can do and what is likely a slip: found before solving, with quantities and cells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import floors
from floors.case.consistency import Supply, impossible
from floors.case.derive import derive
from floors.case.doubts import doubtful
from floors.cli.check import _check
from floors.errors import Infeasible, Problem
from tests.support import studies
from tests.support.places import CASES, INPUTS
from tests.support.studies import BASE, Table, cap, solve, study, table
from tests.support.tiny import places

YEARS = studies.years((2026, 1), (2027, 1), (2028, 1))
MUST = "region segment commodity value 2026 2027 2028"
WORKS = "process region commodity unit_cost capacity"


def contradictions(**sheets: Table | None) -> list[Problem]:
    """The errors of a study; each is one for certain, so it has no plan."""
    given = study(**sheets)
    found = impossible(derive(given))
    if found:
        with pytest.raises(Infeasible) as caught:
            floors.solve(given)
        assert all(str(problem) in str(caught.value) for problem in found)
    assert {problem.level for problem in found} <= {"error"}
    assert all(problem.hint for problem in found)
    return found


def doubts(**sheets: Table | None) -> list[Problem]:
    found = doubtful(derive(study(**sheets)))
    assert {problem.level for problem in found} <= {"warning"}
    assert all(problem.hint for problem in found)
    return found


def works(*capacities: float | None, header: str = WORKS) -> Table:
    names = (("CN", 50), ("US", 80), ("AU", 60))
    rows = [(f"{o} works", o, "oxide", c, q) for (o, c), q in zip(names, capacities, strict=False)]
    return table(header, *rows)


def must(*quantities: float | None) -> Table:
    return table(MUST, ("US", "all", "oxide", None, *quantities))


# Workbooks that are fine

TOLD = {
    "robert": ["year_without_demand"],  # its first year only says what is in stock
    # of scenarios: Japan pays on after it left, embargoes leave too few links, old contracts are more than a cap
    # in two scenarios Japan pays on as no member
    "critical_minerals": ["not_a_member", "not_a_member"],
    "critical_minerals_weak": ["unused"],  # it has the regions of the other workbook
    "rare_earths": ["not_a_member", "short_of_links", "short_of_links", "exempt_above_cap"],
}


@pytest.mark.parametrize(
    "path", sorted([*INPUTS.glob("*.xlsx"), *CASES.glob("*.xlsx")]), ids=lambda p: p.stem
)
def test_workbooks_that_are_fine_are_told_nothing(path: Path) -> None:
    read, problems = _check(path, 1)
    assert read is not None
    assert [problem.code for problem in problems] == TOLD.get(path.stem, [])


def test_the_smallest_study_is_told_nothing() -> None:
    fine: dict[str, Table | None] = {
        "regions": table("region role", ("US", "member"), ("CN", "capped")),
        "commodities": table("commodity", ("oxide",)),
    }
    assert contradictions(**fine) == []
    assert doubts(**fine) == []


# Demand that must be met


def test_must_serve_demand_above_capacity_names_tonnes_and_cells() -> None:
    (problem,) = contradictions(years=YEARS, demand=must(10, 12, 13), processes=works(4, 7))
    assert places([problem]) == [("demand", "F2", "demand_above_capacity")]
    assert "12 t of oxide must be met in full in US in 2027 (F2)" in problem.message
    assert "at most 11 t can reach it: 4 t from US" not in problem.message
    assert "at most 11 t can reach it: 7 t from US, 4 t from CN. So it is in 2028." in problem.message


def test_what_differs_differs_in_print() -> None:
    (problem,) = contradictions(years=YEARS, demand=must(1_000_000.25, 1, 1), processes=works(1_000_000, 0))
    assert "1,000,000.25 t of oxide must be met" in problem.message
    assert "at most 1,000,000 t can reach it" in problem.message


def test_must_serve_demand_at_capacity_is_fine() -> None:
    given: dict[str, Any] = {
        "demand": table("region segment commodity value 2026", ("US", "all", "oxide", None, 11))
    }
    assert contradictions(**given, processes=works(4, 7)) == []
    assert studies.activity(solve(**given, processes=works(4, 7)), "US works") == pytest.approx(7)


def test_segments_of_a_region_are_added_up() -> None:
    demand = table(
        "region segment commodity value 2026",
        ("US", "cars", "oxide", None, 6),
        ("US", "wind", "oxide", None, 6),
        ("US", "other", "oxide", 100, 50),
        ("JP", "all", "oxide", None, 6),
    )
    (problem,) = contradictions(demand=demand, processes=works(4, 7))
    assert "12 t of oxide must be met in full in US in 2026 (E2, E3)" in problem.message
    assert contradictions(demand=demand, processes=works(5, 7)) == [], (
        "what two regions ask for is not added up"
    )


def test_limits_and_losses_of_routes_count() -> None:
    routes = table("origin destination commodity loss limit", ("CN", "US", "oxide", 0.5, 8))
    (problem,) = contradictions(routes=routes, processes=works(None, 2), demand=one_year(7))
    assert "at most 6 t can reach it: 2 t from US, 4 t from CN" in problem.message
    assert contradictions(routes=routes, processes=works(None, 3), demand=one_year(7)) == []
    shut = table("origin destination commodity 2026", ("CN", "US", "oxide", 0))
    (problem,) = contradictions(route_limits=shut, processes=works(None), demand=one_year(7))
    assert places([problem]) == [("demand", "E2", "unreachable_demand")]
    assert "7 t of oxide must be met in full in US in 2026 (E2), but nobody can make it" in problem.message


def one_year(quantity: float, value: float | None = None) -> Table:
    return table("region segment commodity value 2026", ("US", "all", "oxide", value, quantity))


def test_new_capacity_counts_from_when_it_runs() -> None:
    header = f"{WORKS} capital_cost max_build max_total lead_time"
    grow = table(header, ("US works", "US", "oxide", 80, 4, 10, 3, 5, 1))
    (problem,) = contradictions(years=YEARS, demand=must(4, 7, 10), processes=grow)
    assert "10 t of oxide must be met in full in US in 2028" in problem.message
    assert "at most 9 t" in problem.message
    assert contradictions(years=YEARS, demand=must(4, 7, 9), processes=grow) == []
    grow[0]["max_total"] = None
    assert contradictions(years=YEARS, demand=must(4, 7, 10), processes=grow) == []
    grow[0]["max_build"] = None
    assert contradictions(years=YEARS, demand=must(4, 70, 100), processes=grow) == []
    (problem,) = contradictions(years=YEARS, demand=must(5, 70, 100), processes=grow)
    assert "in 2026" in problem.message and "So it is" not in problem.message


def test_a_period_builds_for_each_of_its_years() -> None:
    grow = table(f"{WORKS} capital_cost max_build", ("US works", "US", "oxide", 80, 4, 10, 3))
    given: dict[str, Any] = {"years": studies.years((2026, 5)), "processes": grow}
    assert contradictions(**given, demand=one_year(19)) == []
    assert len(contradictions(**given, demand=one_year(20))) == 1


def test_a_shared_plant_limits_its_processes() -> None:
    processes = table(
        "process region commodity unit_cost plant plant_use", ("US works", "US", "oxide", 80, "hall", 2)
    )
    given: dict[str, Any] = {"processes": processes, "plants": table("plant capacity", ("hall", 10))}
    assert contradictions(**given, demand=one_year(5)) == []
    (problem,) = contradictions(**given, demand=one_year(6))
    assert "at most 5 t" in problem.message
    processes[0]["plant_use"] = 0
    assert contradictions(**given, demand=one_year(6)) == []


CHAIN: dict[str, Any] = {
    "technologies": table(
        "technology commodity coefficient",
        ("sep", "ore", -2),
        ("sep", "oxide", 1),
        ("back", "oxide", -1),
        ("back", "ore", 1),
    ),
    "processes": table(
        "process region technology commodity unit_cost capacity",
        ("US mine", "US", None, "ore", 1, 10),
        ("US sep", "US", "sep", None, 1, None),
    ),
}


def test_what_goes_into_a_process_limits_what_comes_out() -> None:
    (problem,) = contradictions(**CHAIN, demand=one_year(6))
    assert "at most 5 t can reach it: 5 t from US" in problem.message
    assert contradictions(**CHAIN, demand=one_year(5)) == []


def test_a_stock_or_a_circle_sets_no_bound() -> None:
    pile = table("stockpile region commodity opening", ("heap", "US", "ore", 4))
    assert contradictions(**CHAIN, stockpiles=pile, demand=one_year(6)) == []
    pile[0]["commodity"] = "oxide"
    assert contradictions(**CHAIN, stockpiles=pile, demand=one_year(6)) == []
    pile[0]["region"] = "JP"
    assert len(contradictions(**CHAIN, stockpiles=pile, demand=one_year(6))) == 1
    circle = [
        *CHAIN["processes"],
        *table("process region technology unit_cost", ("US back", "US", "back", 1)),
    ]
    round_about = study(**{**CHAIN, "processes": circle}, demand=one_year(6))
    assert impossible(derive(round_about)) == []


def test_a_market_has_no_stock() -> None:
    given: dict[str, Any] = {
        "stockpiles": table("stockpile region commodity opening", ("heap", "US", "oxide", 40)),
        "caps": cap("US", "oxide", "all", "tonnes", 50, header="scope commodity segment basis 2026"),
        "processes": works(3, 2),
    }
    (problem,) = contradictions(**given, demand=one_year(6))
    assert "6 t of oxide must be met in full in US" in problem.message
    assert contradictions(**given, demand=one_year(5)) == []
    assert contradictions(**{**given, "caps": None}, demand=one_year(6)) == []


def test_leaks_are_not_asked_of_the_market() -> None:
    demand = [one_year(10)[0] | {"enforcement": 0.6}]
    assert contradictions(demand=demand, processes=works(4, 2)) == []
    (problem,) = contradictions(demand=demand, processes=works(3, 2))
    assert "6 t of oxide must be met" in problem.message


def test_solve_ends_with_three_and_check_with_two(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    from floors.cli.main import main

    path = tmp_path / "a.xlsx"
    study(demand=one_year(20), processes=works(4, 7)).to_excel(path)
    with pytest.raises(SystemExit) as ended:
        main(["solve", str(path), "-o", str(tmp_path / "b.xlsx")])
    assert ended.value.code == 3
    assert "20 t of oxide must be met in full" in capfd.readouterr().err
    with pytest.raises(SystemExit) as ended:
        main(["check", str(path), "--json"])
    assert ended.value.code == 2
    out = capfd.readouterr().out
    assert '"code": "demand_above_capacity"' in out
    assert '"code": "unused", "level": "warning"' in out


# Other contradictions


def test_a_minimum_above_capacity() -> None:
    header = f"{WORKS} minimum"
    rows = table(header, ("CN works", "CN", "oxide", 50, None, 99), ("US works", "US", "oxide", 80, 7, 8))
    (problem,) = contradictions(processes=rows)
    assert places([problem]) == [("processes", "E3", "minimum_above_capacity")]
    assert "US works must run 8 t in 2026, but has capacity for 7 t" in problem.message
    rows[1]["minimum"] = 7
    assert contradictions(processes=rows) == []


def test_a_contract_above_capacity_is_one_message() -> None:
    contracts = table("process strike payer 2026 2027 2028", ("US works", 90, "US", 5, 8, 9))
    demand = table(MUST, ("US", "all", "oxide", 200, 10, 10, 10))
    found = contradictions(years=YEARS, contracts=contracts, processes=works(None, 7), demand=demand)
    assert places(found) == [("processes", "E3", "minimum_above_capacity")]
    assert "8 t in 2027" in found[0].message


def test_a_take_or_pay_contract_without_maker_is_one_message() -> None:
    least = table("origin destination commodity 2026 2027 2028", ("JP", "US", "oxide", 1, 2, None))
    demand = table(MUST, ("US", "all", "oxide", 200, 10, 10, 10))
    (problem,) = contradictions(years=YEARS, route_minimums=least, demand=demand)
    assert places([problem]) == [("route_minimums", "D2", "minimum_without_maker")]
    assert "JP must ship at least 1 t of oxide to US in 2026" in problem.message


def test_a_take_or_pay_contract_above_its_limit() -> None:
    routes = table("origin destination commodity minimum limit", ("CN", "US", "oxide", 5, 4))
    (problem,) = contradictions(routes=routes)
    assert places([problem]) == [("routes", "D2", "minimum_above_limit")]
    assert "at least 5 t of oxide to US in 2026, but at most 4 t may pass" in problem.message
    routes[0]["limit"] = 5
    assert contradictions(routes=routes) == []


def test_a_leak_above_a_limit_and_above_a_cap() -> None:
    demand = [one_year(10, 200)[0] | {"enforcement": 0.6}]
    limits = table("origin destination commodity 2026", ("CN", "US", "oxide", 3))
    found = contradictions(demand=demand, route_limits=limits, caps=cap("bloc", "oxide", "tonnes", 3.5))
    assert places(found) == [("route_limits", "D2", "leak_above_limit"), ("caps", "D2", "leak_above_cap")]
    assert "lets 3 t of oxide pass in 2026, but 4 t leak past enforcement" in found[0].message
    assert "limited in 2026 to 3.5 t, but 4 t leak past enforcement" in found[1].message
    routes = table("origin destination commodity limit", ("CN", "US", "oxide", 3))
    assert places(contradictions(demand=demand, routes=routes)) == [("routes", "D2", "leak_above_limit")]
    limits[0][2026], fine = 4, cap("bloc", "oxide", "tonnes", 4)
    assert contradictions(demand=demand, route_limits=limits, caps=fine) == []
    assert contradictions(demand=demand, caps=cap("bloc", "oxide", "use", 0.5)) == []


def test_a_target_above_the_room_for_it() -> None:
    piles = table("stockpile region commodity opening capacity", ("heap", "US", "oxide", 5, 10))
    targets = table("stockpile 2026 2027 2028", ("heap", 11, 12, 3))
    demand = table(MUST, ("US", "all", "oxide", 200, 10, 10, 10))
    (problem,) = contradictions(years=YEARS, stockpiles=piles, stock_targets=targets, demand=demand)
    assert places([problem]) == [("stock_targets", "B2", "target_above_capacity")]
    assert "must hold 11 t in 2026, but has room for 10 t" in problem.message
    targets[0].update({2026: 10, 2027: 10})
    assert contradictions(years=YEARS, stockpiles=piles, stock_targets=targets, demand=demand) == []
    piles[0]["capacity"] = None
    targets[0][2027] = 9999
    assert contradictions(years=YEARS, stockpiles=piles, stock_targets=targets, demand=demand) == []


def test_an_opening_stock_above_the_room_for_it() -> None:
    piles = table("stockpile region commodity opening capacity loss", ("heap", "US", "oxide", 8, 5, 0))
    demand = one_year(10, 200)
    (problem,) = contradictions(stockpiles=piles, demand=demand)
    assert places([problem]) == [("stockpiles", "D2", "target_above_capacity")]
    assert "opens with 8 t and must close 2026 with 8 t, but has room for 5 t" in problem.message
    targets = table("stockpile 2026", ("heap", 0))
    given: dict[str, Any] = {"stockpiles": piles, "stock_targets": targets, "demand": demand}
    assert contradictions(**given) == []
    (warning, *_) = doubts(**given)
    assert places([warning]) == [("stockpiles", "D2", "opening_above_capacity")]
    assert "opens with 8 t, but has room for 5 t" in warning.message
    assert floors.solve(study(**given)).stocks["closing"].tolist() == [pytest.approx(0)]
    piles[0]["opening"] = 5
    assert "opening_above_capacity" not in {problem.code for problem in doubts(**given)}


# Doubts


FEW: dict[str, Any] = {
    "regions": table("region role", ("US", "member"), ("CN", "capped")),
    "commodities": table("commodity", ("oxide",)),
}


def test_valued_demand_that_nobody_can_meet_is_warned_of() -> None:
    demand = table(MUST, ("US", "all", "oxide", 200, 10, 11, 12))
    late = [works(None)[0] | {"first_year": 2028}]
    (warning,) = doubts(**FEW, years=YEARS, demand=demand, processes=late)
    assert places([warning]) == [("demand", "E2", "unreachable_demand")]
    assert "ship it to US in 2026:2027: 10 t of all stay unserved in 2026" in warning.message
    pile = table("stockpile region commodity opening", ("heap", "US", "oxide", 4))
    assert doubts(**FEW, years=YEARS, demand=demand, processes=late, stockpiles=pile) == []


def test_a_cap_on_what_is_never_shipped_is_warned_of() -> None:
    both = table(
        "scope commodity origin basis 2026",
        ("bloc", "oxide", None, "tonnes", 5),
        ("bloc", "oxide", "AU", "tonnes", 5),
        ("bloc", "oxide", "each", "tonnes", 5),
        ("US", "oxide", "AU", "demand", None),
    )
    regions = table("region role", ("US", "member"), ("CN", "capped"), ("AU", "other"))
    (warning, idle) = doubts(**FEW | {"regions": regions}, caps=both)
    assert places([warning]) == [("caps", "B3", "cap_on_nothing")]
    assert warning.message.startswith("AU can ship no oxide")
    assert idle.code == "unused"
    shut = table("origin destination commodity 2026", ("CN", "US", "oxide", 0))
    found = doubts(**FEW | {"regions": regions}, caps=both, route_limits=shut)
    assert places(found[:3]) == [("caps", f"B{line}", "cap_on_nothing") for line in (2, 3, 4)]
    assert found[0].message.startswith("a capped origin can ship no oxide")
    assert found[2].message.startswith("a capped origin can ship no oxide")


def test_what_a_scenario_cuts_off_is_no_slip() -> None:
    given = study(
        **FEW,
        caps=cap("bloc", "oxide", "tonnes", 5),
        route_limits=table("origin destination commodity 2026", ("CN", "US", "oxide", None)),
        scenarios=table("scenario", ("embargo",)),
        changes=table(
            "scenario sheet where column change value",
            ("embargo", "route_limits", "origin=CN", "years", "set", 0),
        ),
    )
    assert doubtful(derive(given)) == []
    assert doubtful(derive(given.scenario("embargo"))) == []


def test_a_process_whose_input_nobody_can_make_is_warned_of() -> None:
    given: dict[str, Any] = {
        "technologies": table("technology commodity coefficient", ("sep", "ore", -2), ("sep", "oxide", 1)),
        "processes": [
            *BASE["processes"],
            {"process": "US sep", "region": "US", "technology": "sep", "unit_cost": 1},
        ],
    }
    few = FEW | {"commodities": table("commodity", ("oxide",), ("ore",))}
    (warning,) = doubts(**few, **given)
    assert places([warning]) == [("processes", "A4", "input_unavailable")]
    assert "US sep uses ore, which nobody can make" in warning.message
    pile = table("stockpile region commodity opening", ("heap", "US", "ore", 4))
    assert doubts(**few, **given, stockpiles=pile) == []


def test_technologies_that_make_more_than_they_use() -> None:
    rows = table(
        "technology commodity coefficient",
        ("split", "ore", -1), ("split", "oxide", 0.7), ("split", "magnet", 0.4),
        ("press", "oxide", -0.4), ("press", "magnet", 1),
        ("dig", "ore", 1),
        ("exact", "ore", -1), ("exact", "oxide", 0.7), ("exact", "magnet", 0.3),
    )  # fmt: skip
    (warning,) = [problem for problem in doubts(technologies=rows) if problem.code == "more_than_used"]
    assert places([warning]) == [("technologies", "C3", "more_than_used")]
    assert "technology split makes 1.1 t out of 1 t" in warning.message
    slip = [*rows, *table("technology commodity coefficient", ("melt", "oxide", -1.1), ("melt", "magnet", 1))]
    found = [problem for problem in doubts(technologies=slip) if problem.code == "more_than_used"]
    assert places(found) == [
        ("technologies", "C3", "more_than_used"),
        ("technologies", "C6", "more_than_used"),
    ]


def test_years_that_a_table_lacks() -> None:
    demand = table(MUST, ("US", "all", "oxide", 200, 10, 11, 12))
    given: dict[str, Any] = {**FEW, "years": YEARS, "demand": demand}
    limits = table("origin destination commodity 2026 2027", ("CN", "US", "oxide", 9, 9))
    (warning,) = doubts(**given, route_limits=limits)
    assert places([warning]) == [("route_limits", "", "year_missing")]
    assert "says nothing of 2028, though of years before: it means limit of routes" in warning.message
    late = table("origin destination commodity 2027 2028", ("CN", "US", "oxide", 9, 9))
    assert doubts(**given, route_limits=late) == []
    ends = table("process 2026", ("US works", 1))
    assert doubts(**given, minimums=ends) == []
    assert doubts(**given, floor_rules=table("commodity rule 2026", ("oxide", "maximum", 99))) == []


@pytest.mark.parametrize(
    ("sheet", "keys", "means"),
    [
        ("capacities", {"process": "US works"}, "the column of processes or plants"),
        ("unit_costs", {"process": "US works"}, "the column of processes"),
        ("reference_prices", {"commodity": "oxide"}, "none"),
        ("floor_rules", {"commodity": "oxide", "rule": "maximum"}, "none"),
        ("demand", {"region": "CN", "segment": "all", "commodity": "oxide", "value": 9}, "none"),
    ],
)
def test_a_gap_between_years(sheet: str, keys: dict[str, Any], means: str) -> None:
    demand = table(MUST, ("US", "all", "oxide", 200, 10, 11, 12))
    other: dict[str, Any] = {"demand": {"region": "US"}}.get(sheet, {})
    whole = {**keys, **other, "process": "CN works"} if "process" in keys else {**keys, "rule": "max_rise"}
    rows: Table = [dict(keys) | {2026: 70, 2027: None, 2028: 70}]
    if sheet in ("capacities", "unit_costs", "floor_rules"):
        rows.append(whole | {2026: 70, 2027: 70, 2028: 70})
    given: dict[str, Any] = {**FEW, "years": YEARS, "demand": demand, sheet: rows}
    if sheet == "demand":
        given["demand"] = [*demand, *rows]
    if sheet == "reference_prices":
        given["commodities"] = table("commodity", ("oxide",), ("ore",))
        rows.append({"commodity": "ore", 2026: 1, 2027: 1, 2028: 1})
    found = [problem for problem in doubts(**given) if problem.code != "unused"]
    assert [(p.sheet, p.code) for p in found] == [(sheet, "year_gap")]
    assert f"2027 is blank between years that have a value: it means {means}" in found[0].message
    rows[0][2027] = 70
    assert [p for p in doubts(**given) if p.code != "unused"] == []


@pytest.mark.parametrize(
    ("sheet", "row", "said"),
    [
        ("processes", {"capacity": 1.35e16}, "1.35e+16 t/yr is beyond anything real"),
        ("processes", {"unit_cost": -2e6}, "-2e+06 USD/kg of activity is beyond anything real"),
        ("technologies", {"coefficient": 2e6}, "2e+06 t per t of activity is beyond anything real"),
        ("demand", {2026: 2e12}, "2e+12 t/yr is beyond anything real"),
        ("demand", {"value": 3e14}, "3e+14 USD/kg is beyond anything real"),
        ("caps", {2026: 2e12}, "2e+12 t/yr is beyond anything real"),
    ],
)
def test_a_number_beyond_anything_real(sheet: str, row: dict[Any, Any], said: str) -> None:
    given = {
        "technologies": table("technology commodity coefficient", ("works", "oxide", 1)),
        "caps": cap("bloc", "oxide", "tonnes", 2e6),
    } | BASE
    rows = [dict(old) for old in given[sheet]]
    found = [p for p in doubts(**given | {sheet: [rows[0] | row, *rows[1:]]}) if p.code == "enormous"]
    assert [(p.sheet, p.level) for p in found] == [(sheet, "warning")]
    assert found[0].message.startswith(said)
    blank = "leave the cell blank" in found[0].hint
    assert blank == bool({"capacity", "value", 2026} & set(row))
    assert not [p for p in doubts(**given) if p.code == "enormous"]


def test_a_plant_that_no_process_shares_plays_no_part() -> None:
    found = doubts(plants=table("plant capacity", ("hall", 5)))
    assert ("plants", "A2", "unused") in places(found)


def test_what_plays_no_part_is_one_message_a_sheet() -> None:
    demand = [
        *one_year(10, 200),
        *table("region segment commodity value 2026", ("JP", "all", "ore", None, None)),
    ]
    processes = [*BASE["processes"], works(None)[0] | {"process": "old", "last_year": 2020}]
    found = doubts(demand=demand, processes=processes)
    assert places(found) == [
        ("regions", "A3", "unused"),
        ("commodities", "A2", "unused"),
        ("processes", "A4", "unused"),
    ]
    assert "JP, AU, MY of sheet regions plays no part" in found[0].message
    assert "ore, magnet of sheet commodities" in found[1].message
    pile = table("stockpile region commodity", ("heap", "JP", "ore"))
    assert "AU, MY of" in doubts(stockpiles=pile)[0].message


def test_what_a_scenario_brings_in_is_not_called_unused() -> None:
    changes = table(
        "scenario sheet where column change value",
        ("moved", "processes", "process=US works", "region", "set", "JP"),
        ("moved", "regions", "role=other; region=AU", "role", "set", "member"),
    )
    found = doubts(scenarios=table("scenario", ("moved",)), changes=changes)
    assert "MY of sheet regions" in found[0].message
    assert "JP" not in found[0].message and "AU" not in found[0].message


def test_doubts_are_told_by_solve_and_change_nothing() -> None:
    plain, doubted = solve(**FEW), solve()
    assert any("plays no part" in line for line in doubted.warnings)
    assert not any("plays no part" in line for line in plain.warnings)
    assert studies.metric(plain, "total_cost") == pytest.approx(studies.metric(doubted, "total_cost"))


def test_doubts_outlast_finer_steps_of_demand() -> None:
    given: dict[str, Any] = {
        "demand": table(
            "region segment commodity value elasticity 2026", ("US", "all", "oxide", 200, -0.5, 10)
        ),
        "reference_prices": table("commodity 2026", ("oxide", 50)),
    }
    assert any("plays no part" in line for line in solve(**given).warnings)


def test_what_can_be_had_is_a_bound_from_above() -> None:
    supply = Supply(derive(study(processes=works(4, 7))))
    assert supply.made("CN", "oxide", 2026) == 4
    assert supply.at("JP", "oxide", 2026) == 11
    assert dict(supply.arriving("US", "oxide", 2026)) == {"US": 7, "CN": 4}
    assert supply.made("US", "ore", 2026) == 0


def test_a_solve_that_fails_names_what_is_beyond_anything_real() -> None:
    """A value of 3e14 leaves the solver no digits: the cause is named, which was only a warning before."""
    smallest = floors.read(INPUTS / "smallest.xlsx")
    demand = smallest.tables["demand"].astype(object)
    demand.loc[0, "value"] = 3e14
    with pytest.raises(floors.errors.SolveError) as failed:
        floors.solve(floors.Study(dict(smallest.tables) | {"demand": demand}))
    assert "demand!D2: 3e+14 USD/kg is beyond anything real" in str(failed.value)
    assert failed.value.exit_code == 4
