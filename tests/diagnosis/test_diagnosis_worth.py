"""What a unit of each kind of row counts in money, worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest
from pytest import approx

from floors.case.derive import derive
from floors.diagnosis.dials import LEAST_WORTH, Worth, make_dials
from floors.diagnosis.rows import name_rows
from floors.lp.linear import compile_model
from floors.solving.scene import Scene
from floors.sourcing.build import build
from tests.support import studies
from tests.support.studies import settings, table, years

# Weights are 2 and 3 x 0.64 = 1.92. A t of oxide counts the 200 of its dearest buyer, ore its reference price of
# 20, slag the 30 that the press costs; a t pressed makes 1 of oxide and 0.5 of slag: 215.
COUNTS: dict[tuple[str, tuple[Any, ...]], float] = {
    ("route_limit", ("US", "JP", "oxide", 2028)): 1.92 * 200,
    ("route_minimum", ("US", "JP", "ore", 2026)): 2 * 20,
    ("must_serve", ("US", "all", "oxide", 0, 2026)): 2 * 200,
    ("demand", ("US", "all", "slag", 0, 2028)): 1.92 * 30,
    ("process_minimum", ("mine", 2028)): 1.92 * 20,
    ("process_minimum", ("press", 2026)): 2 * 215,
    ("capacity", ("press", 2026)): 2 * 215,
    ("capacity", ("hall", 2026)): 2 * 215 / 0.5,
    ("build_limit", ("press", 2026)): (2 + 1.92) * 215,
    ("build_limit", ("press", 2028)): 1.92 * 215,
    ("build_total", ("press",)): (2 + 1.92) * 215,
    ("stock_target", ("pile", 2026)): 200,
    ("stock_capacity", ("pile", 2028)): 0.64 * 200,
    ("stock_opening", ("pile", 2026)): 200,
    ("fund", ("vault",)): 1,
    # under a weight of 0.05 a tonne of room is 20 t of ore: more than a tonne of oxide
    ("cap", ("bloc both tonnes", 2026)): 2 * 400,
    ("cap", ("bloc idle tonnes", 2026)): LEAST_WORTH * 2,
}


@pytest.fixture(scope="module")
def scene() -> Scene:
    study = studies.study(
        settings=settings(discount_rate=0.25),
        years=years((2026, 2), (2028, 3)),
        commodities=table("commodity", ("ore",), ("oxide",), ("slag",)),
        reference_prices=table("commodity 2026 2028", ("ore", 20, 20), ("oxide", 150, 150)),
        technologies=table(
            "technology commodity coefficient",
            ("press", "ore", -2),
            ("press", "oxide", 1),
            ("press", "slag", 0.5),
        ),
        processes=table(
            "process region technology commodity unit_cost capacity minimum capital_cost max_build max_total plant plant_use",
            ("mine", "US", None, "ore", 5, 10, 1),
            ("press", "US", "press", None, 30, 4, 1, 100, 1, 2, "hall", 0.5),
        ),
        plants=table("plant capacity", ("hall", 9)),
        demand=table(
            "region segment commodity value 2026 2028",
            ("US", "all", "oxide", 200, 1, 1),
            ("US", "poor", "oxide", 90, 1, 1),
        ),
        groups=table(
            "group commodity weight",
            ("both", "ore", 0.05),
            ("both", "oxide", 1),
            ("idle", "ore", 0),
            ("idle", "slag", 0),
        ),
        caps=table(
            "scope commodity basis 2026", ("bloc", "both", "tonnes", 5), ("bloc", "idle", "tonnes", 5)
        ),
        stockpiles=table("stockpile region commodity opening", ("pile", "US", "oxide", 1)),
    )
    case = derive(study)
    model = build(case)
    return Scene(case=case, model=model, compiled=compile_model(model))


@pytest.mark.parametrize("kind,key", COUNTS)
def test_what_a_unit_counts(scene: Scene, kind: str, key: tuple[Any, ...]) -> None:
    assert Worth(scene).of(kind, key) == approx(COUNTS[kind, key])


def test_a_dial_counts_where_it_counts_most_and_by_its_group(scene: Scene) -> None:
    """max_build of 1 is 2 t in the first period and 3 in the second."""
    dials = {dial.name: dial for dial in make_dials(scene, name_rows(scene))}
    built = dials["build_limit[press,2026]"]
    assert built.effect == (2, 3) and built.price == approx(1.05 * 2 * 3.92 * 215)
    assert dials["process_minimum[mine,2028]"].price == approx(1.02 * 1.92 * 20)
    assert dials["capacity[mine,2026]"].price == approx(1.05 * 2 * 20)
    assert "build_limit[press,2028]" not in dials
