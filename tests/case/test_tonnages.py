"""Tonnes in another unit than the rest, or of ore where metal is meant, are told with both cells."""

from __future__ import annotations

import pytest

import floors
from floors.case.consistency import Supply
from floors.case.derive import derive
from floors.case.same_units import mass, same_units
from floors.case.tonnages import tonnages
from floors.errors import Problem
from tests.support.studies import BASE, Table, study, table

WORKS = "process region technology commodity unit_cost capacity minimum"
THREE = (("CN works", "CN", None, "oxide", 50, 8), ("US works", "US", None, "oxide", 80, 4))


def problems(given: floors.Study) -> list[Problem]:
    case = derive(given)
    found = [*tonnages(case, Supply(case)), *same_units(case)]
    assert {problem.level for problem in found} <= {"warning"}
    assert all(one in problem.message for problem in found for one in problem.also)
    return found


def told(given: floors.Study) -> list[tuple[str, tuple[str, ...]]]:
    found = problems(given)
    assert {problem.code for problem in found} <= {"quantity_far_off"}
    return [(problem.place, problem.also) for problem in found]


def wants(tonnes: float, *more: float) -> Table:
    header = "region segment commodity value 2026" + "".join(f" {2027 + k}" for k in range(len(more)))
    return table(header, ("US", "all", "oxide", 200, tonnes, *more))


def test_capacity_in_kg() -> None:
    processes = table(WORKS, *((p, r, x, c, cost, 1000 * q) for p, r, x, c, cost, q in THREE))
    (problem,) = problems(study(processes=processes))
    assert (problem.place, problem.also) == ("processes!F2", ("demand!E2",))
    assert problem.message == (
        "12,000 t of oxide can be made, 1,200 times what is wanted, 10 t (demand!E2); most of it is here."
    )
    assert "neither in kg or kt" in problem.hint


def test_demand_in_kg_and_in_kt() -> None:
    processes = table(WORKS, *THREE)
    (problem,) = problems(study(processes=processes, demand=wants(10_000)))
    assert (problem.place, problem.also) == ("demand!E2", ("processes!F2",))
    assert problem.message == (
        "10,000 t of oxide are wanted in 2026, 833 times the most that can be made, 12 t (processes!F2)."
    )
    assert told(study(processes=processes, demand=wants(0.01))) == [("processes!F2", ("demand!E2",))]


@pytest.mark.parametrize("tonnes", [350, 10, 0.07])
def test_shortages_and_idle_works_are_not_told(tonnes: float) -> None:
    """Of 12 t: 29 times what can be made, and 170 times what is wanted."""
    assert told(study(processes=table(WORKS, *THREE), demand=wants(tonnes))) == []


def test_without_a_limit_nothing_is_known() -> None:
    assert told(study(demand=wants(1e6))) == []
    given = table(WORKS, *THREE[:1], ("AU works", "AU", None, "oxide", 60))
    assert told(study(processes=given, demand=wants(0.001))) == []
    more = [{**given[0], "capital_cost": 5}, *given[2:]]
    assert told(study(processes=more, demand=wants(1e6))) == [], "what can be built counts"


def test_where_nothing_is_wanted_nothing_is_told() -> None:
    assert told(study(processes=table(WORKS, *THREE), demand=wants(0))) == []
    assert told(study(minimums=table("process 2026", ("US works", 5_000)), demand=wants(0))) == []


def test_one_unlike_all_others() -> None:
    """800 kg typed for t beside 0.9 t and 1.1 t, of 10 t wanted: 80 times, and no other is near."""
    for capacity, found in ((800, [("processes!F4", ("demand!E2",))]), (60, [])):
        works = (("US works", "US", 0.9), ("JP works", "JP", 1.1), ("AU works", "AU", capacity))
        processes = table(WORKS, *((p, r, None, "oxide", 50, q) for p, r, q in works))
        assert told(study(processes=processes)) == found


def test_ore_typed_as_metal() -> None:
    """Mines in t of metal beside a grade of 1/300: what they can make is a three hundredth."""
    technologies = table("technology commodity coefficient", ("refine", "oxide", 1), ("refine", "ore", -300))
    refine = ("CN works", "CN", "refine", None, 50, 20)
    for ore, found in ((10, [("demand!E2", ("processes!F3",))]), (3_000, [])):
        processes = table(WORKS, refine, ("CN mine", "CN", None, "ore", 1, ore))
        assert told(study(processes=processes, technologies=technologies)) == found


def test_capacity_of_a_year_and_of_a_plant() -> None:
    capacities = table("process 2026", ("CN works", 9_000))
    assert told(study(processes=table(WORKS, *THREE), capacities=capacities)) == [
        ("capacities!B2", ("demand!E2",))
    ]
    shared = table("process region commodity unit_cost plant", ("CN works", "CN", "oxide", 50, "hall"))
    plants = table("plant capacity", ("hall", 9_000))
    assert told(study(processes=shared, plants=plants)) == [("plants!B2", ("demand!E2",))]
    both = [*shared, {**shared[0], "process": "CN ore", "commodity": "ore"}]
    assert told(study(processes=both, plants=plants)) == [], "of what a hall makes as well, nobody knows"


ROWS: dict[str, tuple[dict[str, Table], str]] = {
    "minimum": ({"processes": [*BASE["processes"], *table("process region commodity unit_cost minimum", ("AU works", "AU", "oxide", 60, 5_000))]}, "processes!E4"),
    "minimum of a year": ({"minimums": table("process 2026", ("US works", 5_000))}, "minimums!B2"),
    "take-or-pay": ({"routes": table("origin destination commodity minimum", ("*", "*", "*"), ("CN", "US", "oxide", 5_000))}, "routes!D3"),
    "exempt": (
        {"exemptions": table("origin destination commodity 2026", ("CN", "US", "oxide", 5_000)), "caps": table("scope commodity basis 2026", ("bloc", "oxide", "demand", 0.5))},
        "exemptions!D2",
    ),
    "under contract": ({"contracts": table("process strike payer 2026", ("US works", 90, "US", 5_000))}, "contracts!D2"),
    "in stock": ({"stockpiles": table("stockpile region commodity opening", ("vault", "US", "oxide", 5_000))}, "stockpiles!D2"),
    "a target": (
        {"stockpiles": table("stockpile region commodity", ("vault", "US", "oxide")), "stock_targets": table("stockpile 2026", ("vault", 5_000))},
        "stock_targets!B2",
    ),
    "a cap": ({"caps": table("scope commodity basis 2026", ("bloc", "oxide", "tonnes", 5_000))}, "caps!D2"),
    "a link": (
        {"routes": table("origin destination commodity qualify_cost", ("*", "*", "oxide", 1)), "qualified": table("origin destination commodity t", ("CN", "US", "oxide", 5_000))},
        "qualified!D2",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", ROWS)
def test_whatever_else_is_in_tonnes(what: str) -> None:
    sheets, place = ROWS[what]
    assert told(study(**sheets)) == [(place, ("demand!E2",))]
    (problem,) = problems(study(**sheets))
    assert problem.message == "5,000 t of oxide are 500 times what is wanted in a year, 10 t (demand!E2)."


def test_a_year_that_jumps() -> None:
    """Demand that moves by 200 times in a year; other quantities where they come back: a pilot works may grow so."""
    years = table("year", (2026,), (2027,), (2028,))
    assert told(study(years=years, demand=wants(10, 10_000, 10_000))) == [("demand!F2", ("demand!E2",))]
    assert told(study(years=years, demand=wants(10, 1_900, 10))) == []
    given = {"years": years, "demand": wants(10_000, 10_000, 10_000)}
    capacities = [(10, 10_000, 10, True), (10, 10_000, 10_000, False), (10_000, 10, 10_000, True)]
    for *row, is_told in capacities:
        found = told(study(**given, capacities=table("process 2026 2027 2028", ("CN works", *row))))
        assert found == ([("capacities!C2", ("capacities!B2",))] if is_told else [])


def test_labels_of_units_that_are_joined() -> None:
    technologies = table("technology commodity coefficient", ("refine", "oxide", 1), ("refine", "ore", -20))
    processes = [*BASE["processes"], *table(WORKS, ("AU works", "AU", "refine", None, 5))]
    for ore, is_told in (
        ("kg", True),
        ("lb", True),
        ("t REO", False),
        ("tonnes", False),
        ("vehicles", False),
    ):
        goods = table("commodity unit", ("ore", ore), ("oxide", "t"), ("magnet", "kg"))
        found = problems(study(commodities=goods, technologies=technologies, processes=processes))
        assert [(p.place, p.code, p.also) for p in found] == (
            [("commodities!B2", "units_differ", ("commodities!B3", "technologies!C3"))] if is_told else []
        )
    groups = table("group commodity weight", ("all", "oxide", 1), ("all", "magnet", 0.3))
    (problem,) = problems(
        study(commodities=table("commodity unit", ("ore",), ("oxide",), ("magnet", "kg")), groups=groups)
    )
    assert problem.message == (
        "magnet is in kg and oxide in t (commodities!B3), and group all joins them by t per t (groups!C3)."
    )


@pytest.mark.parametrize(
    ("label", "tonnes"),
    [("t", 1), ("t REO", 1), ("kg", 1e-3), ("kt LCE", 1e3), ("lbs.", 4.5359237e-4), ("GWh", None)],
)
def test_what_a_label_is_in_tonnes(label: str, tonnes: float | None) -> None:
    assert mass(label) == tonnes


def test_coefficients_in_kg() -> None:
    """One that makes 1,000 t of one; one that uses 2,500 t where others use 2.5. A magnet of 0.3 t of metal is none."""
    processes = table(
        "process region technology unit_cost", ("CN works", "CN", "A", 50), ("US works", "US", "B", 50)
    )
    for used, found in ((-0.001, ["technologies!C2"]), (-0.3, []), (-2_500, ["technologies!C5"]), (-30, [])):
        technologies = table(
            "technology commodity coefficient",
            ("A", "oxide", 1),
            ("A", "ore", used),
            ("B", "oxide", 1),
            ("B", "ore", -2.5 if used < -1 else used),
        )
        if used == -2_500:
            technologies = technologies[2:] + technologies[:2]
        elif used == -0.001:
            technologies = technologies[:2]
            processes = processes[:1]
        given = problems(study(processes=processes, technologies=technologies))
        assert [p.place for p in given if p.code == "coefficient_far_off"] == found, used
        processes = table(
            "process region technology unit_cost", ("CN works", "CN", "A", 50), ("US works", "US", "B", 50)
        )


def test_of_a_scenario_what_it_sets() -> None:
    sheets = {
        "processes": table(WORKS, *THREE),
        "scenarios": table("scenario", ("more",), ("kg",)),
        "changes": table(
            "scenario sheet where column change value",
            ("more", "demand", "region=US", "value", "multiply", 2),
            ("kg", "demand", "region=US", 2026, "multiply", 1000),
        ),
    }
    written, kg = study(**sheets, demand=wants(10_000)), study(**sheets)
    assert told(written) and told(written.scenario("more")) == []
    (problem,) = problems(kg.scenario("kg"))
    assert (problem.place, problem.set_by) == ("demand!E2", "changes!F3")
    assert told(kg) == []
