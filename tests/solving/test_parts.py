"""What a floor is made of: parts that add up, each a coefficient times a number, and what set the floor."""

from __future__ import annotations

from typing import Any

import pytest
from pytest import approx

import floors
from tests.support import toy
from tests.support.studies import cap, floor, one, rows, settings, solve, table, years

ANNUITY = (1 - 1.07**-20) / 0.07
HALF = cap("bloc", "oxide", "demand", 0.5)


def parts(
    result: floors.Result, year: int = 2026, member: str = "US", commodity: str = "oxide"
) -> dict[str, tuple[float, float]]:
    """Coefficient and amount by part."""
    found = rows(result.floor_parts, member=member, commodity=commodity, year=year)
    return {p: (c, a) for p, c, a in found[["part", "coefficient", "amount"]].itertuples(index=False)}


def sums(result: floors.Result) -> None:
    """Every floor is the sum of its parts."""
    added = result.floor_parts.groupby(["member", "commodity", "year"])["amount"].sum()
    for member, commodity, year, value in result.floors[["member", "commodity", "year", "floor"]].itertuples(
        index=False
    ):
        assert added[member, commodity, year] == approx(value, abs=1e-6)


def test_parts_of_the_toy_add_up() -> None:
    sums(toy.solved())
    assert len(toy.solved().floors) == 24


@pytest.mark.parametrize("year", [2031, 2032, 2033])
def test_the_floor_of_the_toy_is_ore_separation_and_freight(year: int) -> None:
    """105.75 = 1.1 x (30 + 18 + 0.5) + 30 + 22 + 1.3 - 0.9."""
    found = parts(toy.solved(), year)
    assert found["unit cost AU_mine"] == approx((1.1, 1.1 * 30))
    assert found["annual charge AU_mine"] == approx((1.1, 1.1 * 18))
    assert found["unit cost MY_sep"] == approx((1, 30))
    assert found["annual charge MY_sep"] == approx((1, 22))
    assert found["freight AU > MY concentrate"] == approx((1.1, 1.1 * 0.5))
    freight = sum(
        amount for part, (_, amount) in found.items() if part.startswith("freight") and "oxide" in part
    )
    assert freight == approx(1.3 - 0.9)
    assert sum(amount for _, amount in found.values()) == approx(105.75)
    assert (
        one(toy.solved().floors, "set_by", member="US", year=year) == "AU_mine"
    )  # 52.8 of ore, 52 of separation


def number(part: str) -> float:
    """What a part of the toy is a multiple of, out of its workbook."""
    if part.endswith(")"):
        part = part[:-7]
    processes = {row["process"]: row for row in toy.study().rows("processes")}
    if part.startswith("unit cost "):
        return float(processes[part.removeprefix("unit cost ")]["unit_cost"])
    if part.startswith("annual charge "):
        return float(processes[part.removeprefix("annual charge ")]["capital_cost"]) / ANNUITY
    if part.startswith("freight "):
        origin, _, destination, _ = part.removeprefix("freight ").split()
        return next(
            float(row["freight"])
            for row in toy.study().rows("routes")
            if (row["origin"], row["destination"]) == (origin, destination)
        )
    assert part.startswith("value "), part
    return 400.0


def test_a_coefficient_times_the_number_is_the_amount() -> None:
    found = toy.solved().floor_parts
    assert len(found) > 24
    for part, coefficient, amount in found[["part", "coefficient", "amount"]].itertuples(index=False):
        assert coefficient * number(part) == approx(amount, abs=1e-6), part


def test_the_dearest_that_is_needed_is_the_one_part() -> None:
    result = solve(caps=HALF)
    assert parts(result) == {"unit cost US works": (approx(1), approx(80))}
    assert one(result.floors, "set_by", member="US") == "US works"


def test_another_years_part_carries_its_year() -> None:
    """What is put away in 2026 at a holding cost of 3 saves 80 in 2027: the floor of 2026 is 77."""
    result = solve(
        years=years((2026, 1), (2027, 1)),
        demand=table("region segment commodity value 2026 2027", ("US", "all", "oxide", 200, 10, 10)),
        caps=table("scope commodity basis 2026 2027", ("bloc", "oxide", "tonnes", 16, 0)),
        stockpiles=table("stockpile region commodity holding_cost", ("pile", "US", "oxide", 3)),
    )
    assert floor(result) == approx(77)
    assert parts(result) == {
        "unit cost US works (2027)": (approx(1), approx(80)),
        "holding cost pile": (approx(-1), approx(-3)),
    }
    sums(result)


def test_charges_are_summed_over_years_and_weighed_in_present_value() -> None:
    """Four of ten tonnes are needed in 2026 alone, so they pay both years' charge of 10: 20 + 10 (1 + 1 / 1.1)."""
    result = solve(
        settings=settings(discount_rate=0.1),
        years=years((2026, 1), (2027, 1)),
        processes=[
            {"process": "CN works", "region": "CN", "commodity": "oxide", "unit_cost": 5},
            {
                "process": "mine",
                "region": "US",
                "commodity": "oxide",
                "unit_cost": 20,
                "capital_cost": 200,
                "rate": 0,
                "lifetime": 20,
            },
        ],
        demand=table("region segment commodity value 2026 2027", ("US", "all", "oxide", 200, 12, 8)),
        caps=table("scope commodity basis 2026 2027", ("bloc", "oxide", "tonnes", 2, 2)),
    )
    over = 1 + 1 / 1.1
    assert parts(result) == {
        "unit cost mine": (approx(1), approx(20)),
        "annual charge mine": (approx(over), approx(10 * over)),
    }
    assert parts(result, 2027) == {"unit cost mine": (approx(1), approx(20))}
    assert one(result.floors, "set_by", member="US", year=2027) == "mine"


def test_duties_and_freight_are_parts() -> None:
    """China lands 2 of freight and 10 % of 60 of tariff lower than the floor would otherwise be."""
    result = solve(
        routes=table("origin destination commodity freight tariff", ("CN", "US", "oxide", 2, 0.1)),
        reference_prices=table("commodity 2026", ("oxide", 60)),
        caps=HALF,
    )
    assert floor(result) == approx(80 - 2 - 6)
    found = parts(result)
    assert found["freight CN > US oxide"] == approx((-1, -2))
    assert found["tariff CN > US oxide"] == approx((-1, -6))
    assert found["unit cost US works"] == approx((1, 80))


def test_a_buyers_value_sets_a_shortage() -> None:
    result = solve(caps=HALF, capacities=table("process 2026", ("US works", 3)))
    assert parts(result) == {"value US/all oxide": (approx(1), approx(200))}
    assert one(result.floors, "set_by", member="US") == "unserved US/all"


def test_a_shortage_in_a_market_names_it_once() -> None:
    result = solve(
        demand=table("region segment commodity value 2026", ("US", "defence", "oxide", 300, 4), ("US", "cars", "oxide", 200, 6)),
        caps=table("scope commodity segment basis 2026", ("bloc", "oxide", "defence", "demand", 0.5)),
        capacities=table("process 2026", ("US works", 1)),
    )  # fmt: skip
    assert one(result.floors, "set_by", member="US/defence") == "unserved US/defence"


def two_years(gap: int, *rule: Any) -> floors.Result:
    """The US turns to works at 60, then at 100, under one rule on the later year."""
    second = 2026 + gap
    head = f"2026 {second}"
    return solve(
        years=years((2026, gap), (second, 1)),
        unit_costs=table(f"process {head}", ("US works", 60, 100)),
        demand=table(f"region segment commodity value {head}", ("US", "all", "oxide", 200, 10, 10)),
        caps=table(f"scope commodity basis {head}", ("bloc", "oxide", "demand", 0.5, 0.5)),
        floor_rules=table(f"commodity rule {head}", (rule[0], rule[1], None, rule[2])),
    )


@pytest.mark.parametrize("commodity", ["*", "oxide"])
def test_a_maximum_is_the_one_part(commodity: str) -> None:
    result = two_years(1, commodity, "maximum", 90)
    ((part, shares),) = parts(result, 2027).items()
    assert "maximum" in part
    assert shares == approx((1, 90))
    assert "maximum" in one(result.floors, "set_by", member="US", year=2027)
    assert one(result.floors, "set_by", member="US", year=2026) == "US works"
    sums(result)


def test_a_rise_is_a_part_on_top_of_the_earlier_floors() -> None:
    """Three years at 8 on top of 60."""
    found = parts(two_years(3, "*", "max_rise", 8), 2029)
    assert found["unit cost US works (2026)"] == approx((1, 60))
    (rise,) = (shares for part, shares in found.items() if "max_rise" in part)
    assert rise == approx((3, 24))
    assert sum(a for _, a in found.values()) == approx(84)


def test_a_share_multiplies_the_earlier_parts_and_still_sets_the_floor() -> None:
    result = two_years(3, "*", "max_rise_share", 0.1)
    found = parts(result, 2029)
    assert found["unit cost US works (2026)"] == approx((1.1**3, 60 * 1.1**3))
    assert sum(a for _, a in found.values()) == approx(60 * 1.1**3)
    assert "max_rise_share" in one(result.floors, "set_by", member="US", year=2029)


def test_a_minimum_is_the_offer_and_its_levy() -> None:
    result = solve(
        processes=table("process region commodity unit_cost", ("CN works", "CN", "oxide", 37), ("US works", "US", "oxide", 130)),
        reference_prices=table("commodity 2026", ("oxide", 62)),
        floor_rules=table("commodity rule 2026", ("oxide", "minimum", 110)),
    )  # fmt: skip
    sums(result)
    found = parts(result)
    assert found["unit cost CN works"] == approx((1, 37))
    assert sum(a for part, (_, a) in found.items() if part.startswith("minimum levy")) == approx(
        73, abs=0.0101
    )


@pytest.mark.parametrize("choice", ["lowest", "steadiest"])
@pytest.mark.parametrize("coordination", ["as_given", "bloc"])
def test_parts_add_up_under_rules_and_choices(choice: str, coordination: str) -> None:
    head = "commodity rule " + " ".join(map(str, range(2026, 2034)))
    rules = table(
        head, ("*", "max_rise", *[8] * 8), ("*", "max_fall", *[8] * 8), ("oxide", "maximum", *[112] * 8)
    )
    chosen = settings(discount_rate=0.07, floor_choice=choice, coordination=coordination)
    result = floors.solve(toy.with_sheets(settings=chosen, floor_rules=rules))
    sums(result)
    assert result.certificate["passed"].all()
    limited = result.floors[result.floors["set_by"].str.contains("max")]
    assert len(limited) > 0
