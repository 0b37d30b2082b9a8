"""A price in another unit than the rest is told with both cells; prices that only differ are not."""

from __future__ import annotations

from typing import Any

import pytest

import floors
from floors.case.derive import derive
from floors.case.price_units import price_units
from tests.support.studies import BASE, Table, study, table

REFERENCE = table("commodity 2026", ("oxide", 50))
YEARS: dict[str, Table] = {"years": table("year", (2026,), (2027,), (2028,))}


def told(given: floors.Study) -> list[tuple[str, str, tuple[str, ...]]]:
    found = list(price_units(derive(given)))
    assert {problem.level for problem in found} <= {"warning"}
    assert all(one in problem.message for problem in found for one in problem.also[:1])
    return [(problem.place, problem.code, problem.also) for problem in found]


def off(place: str, *also: str, code: str = "price_far_off") -> list[tuple[str, str, tuple[str, ...]]]:
    return [(place, code, also)]


def demand(value: float, **more: Any) -> dict[str, Table]:
    return {"demand": table("region segment commodity value 2026", ("US", "all", "oxide", value, 10)), **more}


def test_a_value_per_tonne() -> None:
    (problem,) = price_units(derive(study(reference_prices=REFERENCE, **demand(50_000))))
    assert (problem.place, problem.value, problem.also) == ("demand!D2", 50_000, ("reference_prices!B2",))
    assert problem.message == (
        "value 50,000 USD/kg is 1,000 times the reference price of oxide, 50 (reference_prices!B2)."
    )
    assert problem.hint == "A price per t is 1,000 times one per kg: write each per kg, unless it is meant."


@pytest.mark.parametrize(("value", "is_told"), [(10_000, True), (9_900, False), (0.25, True), (0.26, False)])
def test_two_hundred_times_is_far(value: float, is_told: bool) -> None:
    found = told(study(reference_prices=REFERENCE, **demand(value)))
    assert found == (off("demand!D2", "reference_prices!B2") if is_told else [])


def test_a_result_is_the_same_with_it() -> None:
    """The warning is in the result, and changes none of its numbers."""
    per_kg, per_t = (
        floors.solve(study(reference_prices=REFERENCE, **demand(value))) for value in (9_000, 50_000)
    )
    assert [one for one in per_t.warnings if "1,000 times the reference price" in one]
    assert not [one for one in per_kg.warnings if "reference price" in one]
    assert per_t.prices.equals(per_kg.prices)


SINGLE: dict[str, tuple[dict[str, Table], str]] = {
    "unit cost": (
        {"processes": [*BASE["processes"], *table("process region commodity unit_cost", ("AU works", "AU", "oxide", 60_000))]},
        "processes!D4",
    ),
    "capital cost": (
        {"processes": table("process region commodity unit_cost capital_cost", ("CN works", "CN", "oxide", 50), ("US works", "US", "oxide", 8, 90_000))},
        "processes!E3",
    ),
    "unit cost of a year": (
        {"unit_costs": table("process 2026", ("US works", 70_000))},
        "unit_costs!B2",
    ),
    "strike": (
        {"contracts": table("process commodity strike payer 2026", ("US works", "oxide", 80_000, "US", 1))},
        "contracts!C2",
    ),
    "rule": (
        {"floor_rules": table("commodity rule 2026", ("oxide", "minimum", 60_000))},
        "floor_rules!C2",
    ),
    "most of a rule": (
        {"floor_rules": table("commodity rule 2026", ("oxide", "maximum", 90_000))},
        "floor_rules!C2",
    ),
    "closing value": (
        {"stockpiles": table("stockpile region commodity capacity closing_value", ("vault", "US", "oxide", 5, 48_000))},
        "stockpiles!E2",
    ),
    "holding cost": (
        {"stockpiles": table("stockpile region commodity capacity holding_cost", ("vault", "US", "oxide", 5, 400))},
        "stockpiles!E2",
    ),
    "freight": ({"routes": table("origin destination commodity freight", ("*", "*", "oxide", 300))}, "routes!D2"),
    "freight of all": ({"routes": table("origin destination commodity freight", ("*", "*", "*", 300))}, "routes!D2"),
    "price of a contract": (
        {"routes": table("origin destination commodity minimum price", ("*", "*", "*"), ("CN", "US", "oxide", 1, 52_000))},
        "routes!E3",
    ),
    "terms of a link": (
        {
            "routes": table("origin destination commodity qualify_cost", ("*", "*", "oxide", 900)),
            "qualified": table("origin destination commodity t", ("CN", "US", "oxide", 10), ("US", "US", "oxide", 10)),
        },
        "routes!D2",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", SINGLE)
def test_every_price_is_held_against_its_reference(what: str) -> None:
    sheets, place = SINGLE[what]
    assert told(study(reference_prices=REFERENCE, **sheets)) == off(place, "reference_prices!B2")


def test_what_real_markets_show_is_not_told() -> None:
    """Members' costs at 10 to 50 times, buyers at 40; a tonne of ore that costs next to nothing beside its inputs."""
    processes = table(
        "process region technology commodity unit_cost capital_cost",
        ("CN works", "CN", None, "oxide", 50),
        ("US works", "US", None, "oxide", 2_400, 900),
        ("US mine", "US", None, "ore", 1),
        ("US plant", "US", "refine", None, 0.01),
    )
    technologies = table("technology commodity coefficient", ("refine", "oxide", 1), ("refine", "ore", -20))
    assert (
        told(
            study(reference_prices=REFERENCE, processes=processes, technologies=technologies, **demand(2_000))
        )
        == []
    )


def test_a_technology_is_held_against_what_it_makes() -> None:
    """A tonne of activity makes 0.01 t of oxide at 50 USD/kg: 0.5 USD/kg, beside which 120 is much."""
    processes = table(
        "process region technology unit_cost", ("CN works", "CN", "mine", 120), ("US works", "US", "mine", 90)
    )
    technologies = table("technology commodity coefficient", ("mine", "oxide", 0.01))
    (problem,) = price_units(
        derive(study(reference_prices=REFERENCE, processes=processes[:1], technologies=technologies))
    )
    assert problem.message.startswith(
        "unit cost 120 USD/kg is 240 times what a t of activity makes, worth 0.5 a kg at "
    )


def test_a_reference_that_all_others_are_far_from_is_told_once() -> None:
    (problem,) = price_units(derive(study(reference_prices=table("commodity 2026", ("oxide", 50_000)))))
    assert (problem.place, problem.also) == (
        "reference_prices!B2",
        ("processes!D2", "processes!D3", "demand!D2"),
    )
    assert problem.message == (
        "3 of 3 prices and costs of oxide are far below its reference price, 50,000 USD/kg: unit cost 50 (processes!D2) is "
        "1/1,000 of what it would be at that."
    )


def test_without_a_reference_price_the_middle_stands_for_it() -> None:
    works = [
        *BASE["processes"],
        *table("process region commodity unit_cost", ("AU works", "AU", "oxide", 60_000)),
    ]
    (problem,) = price_units(derive(study(processes=works)))
    assert (problem.place, problem.also) == ("processes!D4", ("processes!D3",))
    assert "750 times what other cells say of oxide, 80 (processes!D3)" in problem.message
    assert told(study(processes=BASE["processes"][:1], **demand(50_000))) == [], "of two nobody knows which"


def test_steps_of_a_supply_curve_are_none() -> None:
    """It begins near 0: each step is near the next."""
    costs = [0.05, 0.2, 1, 5, 20, 50, 100]
    works = table(
        "process region commodity unit_cost", *((f"CN {k}", "CN", "oxide", c) for k, c in enumerate(costs))
    )
    assert told(study(reference_prices=REFERENCE, processes=works)) == []
    assert told(study(reference_prices=REFERENCE, processes=[works[0], *works[4:]])) == off(
        "processes!D2", "reference_prices!B2"
    )


def test_freight_and_costs_beside_those_of_other_rows() -> None:
    """40 USD/kg is less than the good, and 200 times what others ship it for; 30,000 for work that others do for 2."""
    pairs = [
        ("CN", "US", "oxide", 0.2),
        ("CN", "JP", "oxide", 0.3),
        ("US", "JP", "oxide", 0.2),
        ("AU", "US", "oxide", 40),
    ]
    routes = table("origin destination commodity freight", *pairs)
    assert told(study(reference_prices=REFERENCE, routes=routes)) == off("routes!D5", "routes!D2")
    technologies = table("technology commodity coefficient", ("refine", "oxide", 1), ("refine", "ore", -3))
    mine = ("mine", "US", None, "ore", 5)
    for cost, place in ((2_000, ["processes!E6"]), (0.002, ["processes!E6"]), (100, [])):
        works = [
            (f"{r} works", r, "refine", None, c) for r, c in (("CN", 2), ("US", 3), ("JP", 2), ("AU", cost))
        ]
        processes = table("process region technology commodity unit_cost", mine, *works)
        given = study(reference_prices=REFERENCE, processes=processes, technologies=technologies)
        assert [found for found, _, _ in told(given)] == place, cost


def test_a_price_that_jumps_in_a_year() -> None:
    """Prices rise twenty times in a year when exports are stopped; not 1,000 times."""
    for last, found in ((50_000, off("reference_prices!D2", "reference_prices!C2")), (1_000, [])):
        reference = table("commodity 2026 2027 2028", ("oxide", 50, 50, last))
        assert told(study(reference_prices=reference, **YEARS)) == found
    rule = table("commodity rule 2026 2027", ("ore", "minimum", 60, 60_000))
    assert told(study(floor_rules=rule, **YEARS)) == off("floor_rules!D2", "floor_rules!C2")


def offered(at: float) -> Table:
    return [*BASE["processes"], *table("process region commodity unit_cost", ("AU works", "AU", "oxide", at))]


def test_units_of_trade_of_two_metals() -> None:
    """Tungsten is traded by mtu of WO3 (7.93 kg W), lithium as carbonate (LCE): of other goods it is any number, and so
    is what a buyer would pay."""
    for name, at, told_of in (("tungsten", 793, True), ("tungsten", 780, False), ("antimony", 793, False)):
        goods = table("commodity name", ("ore",), ("oxide", name), ("magnet",))
        given = {"commodities": goods, "reference_prices": table("commodity 2026", ("oxide", 100))}
        found = told(study(**given, processes=offered(at)))
        assert found == (off("processes!D4", "reference_prices!B2", code="unit_of_trade") if told_of else [])
        assert told(study(**given, **demand(at))) == []
    goods = table("commodity name", ("ore",), ("oxide", "Lithium carbonate"), ("magnet",))
    reference = table("commodity 2026", ("oxide", 20))
    (problem,) = price_units(
        derive(study(commodities=goods, reference_prices=reference, processes=offered(106.46)))
    )
    assert "5.323 times apart" in problem.message and "LCE" in problem.hint


def test_of_a_scenario_what_it_sets() -> None:
    """A price that the workbook has as written is told of that alone; one that a scenario sets with its cell."""
    scenarios = {
        "scenarios": table("scenario", ("dear",), ("more",)),
        "changes": table(
            "scenario sheet where column change value",
            ("dear", "demand", "region=US", "value", "multiply", 1000),
            ("more", "demand", "region=US", 2026, "multiply", 2),
        ),
    }
    given = study(reference_prices=REFERENCE, **scenarios)
    assert told(given) == []
    (problem,) = price_units(derive(given.scenario("dear")))
    assert (problem.place, problem.set_by) == ("demand!D2", "changes!F2")
    written = study(reference_prices=REFERENCE, **demand(50_000, **scenarios))
    assert told(written) == off("demand!D2", "reference_prices!B2")
    assert told(written.scenario("more")) == []
