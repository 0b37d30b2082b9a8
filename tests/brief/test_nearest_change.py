"""The sentence of the page about what would change the answer nearest by."""

from __future__ import annotations

import pytest

import floors
from floors.page.page import Words
from floors.solving import nearest
from tests.solving.test_nearest import stepped
from tests.support.studies import cap, table, years


def told(given: floors.Study) -> str:
    """What is said of the nearest change; empty where nothing is."""
    result = floors.solve(given)
    (sure,) = [block for block in result.brief.blocks if isinstance(block, Words) and block.name == "sure"]
    found = [one.text for one in sure.paragraphs if one.lead == "Nearest change."]
    return found[0].replace("\u00a0", " ") if found else ""


def test_a_point_less_and_the_part_of_it_that_does() -> None:
    """At 0.49 the US makes 5.1 t, of which 5.005 t cost 80 and the rest 120."""
    said = told(stepped())
    assert "One point less in 2026 (49 for 50 %) lifts that year’s floor from 80 to 120 USD/kg" in said
    assert "0.06 point is enough for 120" in said


def test_a_buyer_who_goes_short_is_no_floor() -> None:
    makers = [dict(row) for row in stepped().rows("processes")][:2]
    said = told(stepped(processes=makers))
    assert "from 80 to 200 USD/kg: a buyer goes short" in said


def test_no_more_is_said_of_what_was_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    roomy = table(
        "process region commodity unit_cost", ("CN works", "CN", "oxide", 50), ("US works", "US", "oxide", 80)
    )
    given = stepped(
        processes=roomy,
        years=years((2026, 1), (2027, 1)),
        demand=table("region segment commodity value 2026 2027", ("US", "all", "oxide", 200, 10, 10)),
        caps=table("scope commodity basis 2026 2027", ("bloc", "oxide", "demand", 0.5, 0.5)),
    )
    whole = told(given)
    assert (
        whole
        == "One point less under any one cap moves no floor on what it caps by more than 1 % in that year."
    )
    monkeypatch.setattr(nearest, "MOST", 1)
    part = told(given)
    assert part.startswith("One point less under the one cap and year that was tried moves")


def test_of_tonnes_it_is_a_per_cent() -> None:
    said = told(stepped(caps=cap("bloc", "oxide", "tonnes", 5)))
    assert "One per cent less in 2026 lifts that year’s floor from 80 to 120 USD/kg" in said
    assert "per cent is enough for 120" in said


def test_whose_floor_it_is_where_floors_differ() -> None:
    """The cap of the US stands beside that of the bloc: a point less of the latter moves what JP would pay alone."""
    roomy = table(
        "process region commodity unit_cost", ("CN works", "CN", "oxide", 50), ("US works", "US", "oxide", 80)
    )
    caps = table(
        "scope commodity basis 2026", ("bloc", "oxide", "demand", 0.5), ("US", "oxide", "demand", 0.5)
    )
    assert "that year’s floor in JP from 50 to 80" in told(stepped(processes=roomy, caps=caps))
