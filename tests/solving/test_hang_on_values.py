"""Floors that are a buyer's value, found by one look at the basis: those whose parts say so."""

from __future__ import annotations

from random import Random

import pytest

import floors
from floors.brief.facts import UNMET
from floors.case.border import Floor
from floors.errors import FloorsError
from floors.many.varied.outputs import shortages
from floors.solving.floor_parts import floor_parts, set_by
from floors.solving.outcome import Outcome
from floors.solving.run import solve_policy
from floors.sourcing.build import build
from tests.support import entangled, mixed
from tests.support.counts import few
from tests.support.sampled import COST, works
from tests.support.studies import cap, study, table


def by_parts(outcome: Outcome) -> frozenset[Floor]:
    parts = floor_parts(outcome)
    return frozenset(floor for floor in outcome.floor if set_by(parts[floor]).startswith(UNMET))


def test_by_hand() -> None:
    """Of 10 t at most 6 t may come from China, and home makes 3 t: a tonne goes short at 400, which is the floor. With
    room for 5 t at home the floor is what that costs."""
    for room, short in ((3, True), (5, False)):
        outcome, _ = solve_policy(works(COST, room=room, value=400), build)
        (floor,) = outcome.floor
        assert outcome.floor[floor] == pytest.approx(400 if short else 80)
        assert outcome.priced.gains is not None
        assert shortages(outcome) == by_parts(outcome) == ({floor} if short else set())


def test_two_values_do_not_cancel() -> None:
    """What is made of 2 kg is short, and so is what it is made of."""
    given = study(
        regions=table("region role", ("US", "member"), ("CN", "capped")),
        technologies=table("technology commodity coefficient", ("smelt", "metal", 1), ("smelt", "oxide", -2)),
        processes=table(
            "process region technology commodity unit_cost capacity",
            ("CN mine", "CN", None, "oxide", 10, None),
            ("US mine", "US", None, "oxide", 30, 4),
            ("US smelter", "US", "smelt", None, 5, None),
        ),
        commodities=table("commodity", ("oxide",), ("metal",)),
        demand=table(
            "region segment commodity value 2026",
            ("US", "all", "oxide", 90, 6),
            ("US", "all", "metal", 300, 3),
        ),
        caps=cap("bloc", "oxide", "use", 0.5),
    )
    outcome, _ = solve_policy(given, build)
    assert shortages(outcome) == by_parts(outcome) != set()


@pytest.mark.parametrize("seed", few(range(80), 16))
def test_random_studies(seed: int) -> None:
    make = mixed.sheets if seed % 2 else entangled.sheets
    book = make(Random(seed), spread=0.05)
    for row in book["demand"]:
        if row.get("value") is not None:
            row["value"] *= 0.4  # so that some go short
    try:
        outcome, _ = solve_policy(floors.Study(book), build)
    except FloorsError as error:
        pytest.skip(str(error))
    assert shortages(outcome) == by_parts(outcome)
