"""Sheet floor_kinds: what each floor is made of by kind, worked out by hand, and its sum in any study."""

from __future__ import annotations

from random import Random
from typing import Any

from pytest import approx

import floors
from floors.results.floor_kinds import kinds_of
from floors.solving.floor_parts import Nature, Part, What
from tests.support import mixed
from tests.support.studies import rows, solve, table

KINDS = ["making", "new_plant", "inputs", "tariffs", "other"]
HALF = table("scope commodity basis 2026", ("bloc", "oxide", "tonnes", 5))
MAGNETS: dict[str, Any] = {
    "technologies": table(
        "technology commodity coefficient", ("sinter", "oxide", -0.5), ("sinter", "magnet", 1)
    ),
    "demand": table("region segment commodity value 2026", ("US", "all", "magnet", 300, 10)),
    "caps": table("scope commodity basis 2026", ("bloc", "magnet", "tonnes", 5)),
}


def kinds(result: floors.Result, member: str = "US", commodity: str = "oxide") -> list[float]:
    """The floor, then its kinds."""
    (row,) = (
        rows(result.floor_kinds, member=member, commodity=commodity)[["floor", *KINDS]].to_numpy().tolist()
    )
    return [float(amount) for amount in row]


def test_a_floor_at_the_cost_of_home_works_is_making() -> None:
    assert kinds(solve(caps=HALF)) == approx([80, 80, 0, 0, 0, 0])


def test_new_works_are_paid_by_the_year() -> None:
    """Works of 80 a kg that are still to be built, for 60 over two years, without interest: 30 a kg."""
    makers = table(
        "process region commodity unit_cost capital_cost lifetime",
        ("CN works", "CN", "oxide", 50),
        ("US works", "US", "oxide", 80, 60, 2),
    )
    assert kinds(solve(processes=makers, caps=HALF)) == approx([110, 80, 30, 0, 0, 0])


def test_what_is_in_it_is_inputs() -> None:
    """A magnet of half a kg of oxide at 60 and 40 of making, of which China asks 50 in all."""
    makers = table(
        "process region technology commodity unit_cost",
        ("CN magnets", "CN", None, "magnet", 50),
        ("AU oxide", "AU", None, "oxide", 60),
        ("US magnets", "US", "sinter", None, 40),
    )
    found = solve(processes=makers, **MAGNETS)
    assert kinds(found, commodity="magnet") == approx([70, 40, 0, 30, 0, 0])


def test_a_tariff_of_somebody_else_is_said() -> None:
    """The cap is pooled, and met at the border of the US, which takes 6 a kg of China: there 74 keep China as dear as
    AU at 80, and so they do in Japan, which asks for nothing."""
    found = solve(
        processes=table(
            "process region commodity unit_cost",
            ("CN works", "CN", "oxide", 50),
            ("AU works", "AU", "oxide", 80),
        ),
        demand=table(
            "region segment commodity value 2026",
            ("US", "all", "oxide", 200, 10),
            ("JP", "all", "oxide", 200, 10),
        ),
        reference_prices=table("commodity 2026", ("oxide", 60)),
        routes=table(
            "origin destination commodity tariff",
            ("CN", "US", "oxide", 0.1),
            ("CN", "JP", "oxide"),
            ("AU", "*", "*"),
        ),
        caps=table("scope commodity basis 2026", ("bloc", "oxide", "tonnes", 15)),
    )
    assert kinds(found, "JP") == kinds(found, "US") == approx([74, 80, 0, 0, -6, 0])
    told = {row.member: (row.third_country, row.whose) for row in found.rows("floor_kinds")}  # type: ignore[attr-defined]
    assert told == {"JP": (approx(-6), "US"), "US": (0, None)}


def test_shortages_and_rules_are_other() -> None:
    """Nobody else makes it: the buyer's value. Or the rule: 90 at least."""
    alone = table("process region commodity unit_cost", ("CN works", "CN", "oxide", 50))
    assert kinds(solve(processes=alone, caps=HALF)) == approx([200, 0, 0, 0, 0, 200])
    least = table("commodity rule 2026", ("oxide", "minimum", 90))
    references = table("commodity 2026", ("oxide", 50))
    found = kinds(solve(caps=HALF, floor_rules=least, reference_prices=references))
    assert found[0] == approx(90, abs=0.02) and sum(found[1:]) == approx(found[0]) and found[5] > 0


def part(
    amount: float, nature: Nature, goods: dict[str, float], region: str | None = None, **more: Any
) -> Part:
    what = What(nature, goods, region)
    return Part(label="", owner="", coefficient=more.pop("kg", 1.0), amount=amount, what=what, **more)


def test_another_recipe_for_as_much_is_inputs() -> None:
    """One kg more of Japan's magnets; in China a kg by one recipe takes the place of two half kg by another, this year;
    what a plant in the US makes now and not next year is making in both."""
    magnet = {"magnet": 1.0}
    parts = [
        part(46, Nature.MAKING, magnet, "JP", year=2030),
        part(28, Nature.MAKING, magnet, "CN", year=2030),
        part(-60, Nature.MAKING, {"magnet": 0.5}, "CN", year=2030, kg=-2.0),
        part(52, Nature.MAKING, magnet, "US", year=2030),
        part(-51, Nature.MAKING, magnet, "US", year=2031, kg=-1.0),
        part(9, Nature.CHARGE, magnet, "JP"),
        part(7, Nature.CHARGE, {"oxide": 1.0}),
        part(1, Nature.HOLDING, magnet),
        part(1, Nature.HOLDING, {"oxide": 1.0}),
        part(2, Nature.FREIGHT, {"oxide": 1.0}),
        part(2, Nature.FREIGHT, magnet),
        part(5, Nature.OTHER, {}),
    ]
    expected = "making inputs inputs making making new_plant inputs other inputs inputs tariffs other"
    assert kinds_of(parts, "magnet") == expected.split()


def test_the_kinds_come_to_the_floor_in_any_study() -> None:
    found = 0
    for seed in range(30):
        try:
            result = floors.solve(floors.Study(mixed.sheets(Random(seed))), ranges=False)
        except (floors.Infeasible, floors.InputError, floors.OverBudget):
            continue
        table = result.floor_kinds
        if table.empty:
            continue
        highest = table["floor"].abs().max()
        assert (table[KINDS].sum(axis=1) - table["floor"]).abs().max() <= 1e-6 * highest, seed
        assert table["floor"].tolist() == result.floors["floor"].tolist()
        assert table["set_by"].tolist() == result.floors["set_by"].tolist()
        found += (table[KINDS].abs() > 1e-3).sum().sum()
    assert found > 100
