"""Three ways to get it wrong: third countries, stockpiles and processes that would launder an origin."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from pytest import approx

import floors
from tests.support import toy
from tests.support.studies import Table, cap, levy, metric, price, refused, rows, shipped, solve, table

FLOORS = (63.95, 76.9, 94.1, 94.1, 118.2155, 105.75, 105.75, 105.75)


def levies(result: floors.Result) -> list[float]:
    """The levies on oxide, one a year, the same for every member."""
    found = result.floors.groupby("year")["levy"].agg(["min", "max"])
    assert found["min"].tolist() == approx(found["max"].tolist())
    return [float(v) for v in found["max"]]


def test_free_freight_through_third_countries_takes_no_part_of_the_levy() -> None:
    """Freight is what a detour costs. Without it the floor of 105.75 is 1.1 x (30 + 18) + 30 + 22 = 104.8."""
    routes = toy.study().tables["routes"]
    near = routes["origin"].isin(["CN", "MY", "AU"]) & routes["commodity"].eq("*")
    routes.loc[near, "freight"] = 0.0
    result = floors.solve(toy.with_sheets(routes=routes))
    assert levies(result)[-3:] == approx([104.8 - 62] * 3)
    by_origin = rows(result.shipments, commodity="oxide").groupby("origin")["quantity"].sum()
    made = result.production.merge(
        pd.DataFrame(toy.study().rows("processes"))[["process", "technology", "commodity"]]
    )
    oxide = made[(made["technology"] == "separation") | (made["commodity"] == "oxide")]
    for origin, quantity in by_origin.items():
        assert quantity == approx(oxide[oxide["region"] == origin]["activity"].sum(), rel=1e-6)


def test_third_country_does_not_pass_on_what_it_bought() -> None:
    """Australia makes a little of its own and could buy from China at 50; all of what it sells it made."""
    result = solve(
        processes=table(
            "process region commodity unit_cost capacity",
            ("CN works", "CN", "oxide", 50, None),
            ("AU works", "AU", "oxide", 70, 1),
            ("US works", "US", "oxide", 94, None),
        ),
        demand=table(
            "region segment commodity value 2026",
            ("US", "all", "oxide", 200, 10),
            ("AU", "all", "oxide", 60, 3),
        ),
        caps=cap("bloc", "oxide", "demand", 0.5),
    )
    assert levy(result) == approx(44)
    assert shipped(result, "AU", "US") == approx(1)
    assert price(result, "AU") == approx(50)


PILE = "stockpile region commodity opening capacity"


@pytest.mark.parametrize("region", ["MY", "AU", "US", "EU", "CN"])
def test_a_stockpile_without_room_changes_nothing(region: str) -> None:
    """With stock taken as supply, Malaysia's empty pile would launder: a levy of 56 would fall to 1."""
    result = floors.solve(toy.with_rows(stockpiles=table(PILE, ("pile", region, "oxide", 0, 0))))
    assert levies(result) == approx([f - 62 for f in FLOORS])
    assert metric(result, "total_cost") == approx(14.488502626, rel=1e-6)


@pytest.mark.parametrize("region", ["MY", "AU", "CN"])
@pytest.mark.parametrize("capacity", [None, 50])
def test_a_pile_outside_the_bloc_changes_nothing(region: str, capacity: float | None) -> None:
    result = floors.solve(toy.with_rows(stockpiles=table(PILE, ("pile", region, "oxide", 0, capacity))))
    assert levies(result) == approx([f - 62 for f in FLOORS])
    assert metric(result, "total_cost") == approx(14.488502626, rel=1e-6)


@pytest.mark.parametrize("region", ["MY", "US"])
def test_a_pile_without_room_is_no_origin_under_a_share_of_use(region: str) -> None:
    given: dict[str, Any] = {
        "caps": cap("bloc", "oxide", "use", 0.5),
        "demand": table(
            "region segment commodity value 2026",
            ("US", "all", "oxide", 200, 10),
            ("MY", "all", "oxide", 200, 3),
        ),
    }
    bare = solve(**given)
    piled = solve(**given, stockpiles=table(PILE, ("pile", region, "oxide", 0, 0)))
    assert levy(piled) == approx(levy(bare)) == approx(15)
    assert shipped(piled, "CN", "US") == approx(5)


def through_malaysia(
    back: float = 1.0, forth: float = 1.0, region: str = "MY", **sheets: Any
) -> dict[str, Any]:
    """Oxide into magnets and back into oxide, keeping forth x back of it."""
    return {
        "technologies": table(
            "technology commodity coefficient",
            ("into", "oxide", -1), ("into", "magnet", forth), ("out", "magnet", -1), ("out", "oxide", back),
        ),
        "processes": table(
            "process region technology commodity unit_cost",
            ("CN works", "CN", None, "oxide", 50),
            ("US works", "US", None, "oxide", 80),
            ("into", region, "into", None, 0.5),
            ("out", "AU" if region == "MY" else region, "out", None, 0.5),
        ),
    } | sheets  # fmt: skip


def problems_of(**given: Any) -> list[tuple[str, str]]:
    return [(p.sheet, p.cell) for p in refused(**given)]


HALF: Table = cap("bloc", "oxide", "demand", 0.5)


def test_a_chain_that_only_renames_is_refused_by_name() -> None:
    problems = refused(**through_malaysia(), caps=HALF)
    assert len(problems) == 1
    assert (problems[0].sheet, bool(problems[0].cell)) == ("caps", True)
    for word in ("oxide", "magnet", "into", "out"):
        assert word in problems[0].message


@pytest.mark.parametrize(
    ("back", "forth", "refusal"),
    [
        (1, 0.99, True),
        (0.99, 1, True),
        (1, 0.98, False),
        (0.99, 0.99, False),
        (3, 1 / 3, True),
        (3, 0.32, False),
        (1, 1.2, True),
    ],
)
def test_the_product_of_the_chain_counts(back: float, forth: float, refusal: bool) -> None:
    assert bool(problems_of(**through_malaysia(back, forth), caps=HALF)) == refusal


def test_a_chain_is_a_depot_where_no_cap_covers_what_it_gives_back() -> None:
    assert not problems_of(**through_malaysia())
    assert not problems_of(**through_malaysia(), caps=cap("bloc", "ore", "tonnes", 1))
    assert not problems_of(**through_malaysia(), caps=cap("bloc", "oxide", "demand", None))
    assert problems_of(**through_malaysia(), caps=cap("US", "oxide", "tonnes", 3))
    assert problems_of(**through_malaysia(), caps=cap("bloc", "magnet", "tonnes", 1))


def test_a_chain_within_capped_regions_launders_nothing() -> None:
    assert not problems_of(**through_malaysia(region="CN"), caps=HALF)


def test_a_group_covers_its_commodities() -> None:
    groups = table("group commodity weight", ("both", "oxide", 1), ("both", "ore", 1))
    assert problems_of(**through_malaysia(), groups=groups, caps=cap("bloc", "both", "tonnes", 3))


def test_one_process_that_gives_back_what_it_used_is_a_chain() -> None:
    """A technology holds a commodity once, so the shortest way back is by two processes of one region."""
    assert problems_of(**through_malaysia(region="US"), caps=HALF)


def test_a_process_does_change_the_origin() -> None:
    """Losing a tenth on the way is a real process: a cap sees the country that did it last."""
    result = solve(**through_malaysia(0.9), caps=HALF)
    assert levy(result) == approx((50 + 0.5 + 0.5) / 0.9 - 50)
