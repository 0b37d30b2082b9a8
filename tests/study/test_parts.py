"""A study with some of its records alone: rows, addresses and scenarios stay those of the workbook."""

from __future__ import annotations

import pytest

from floors.errors import InputError
from floors.study.parts import part_of
from tests.support.chained import LAST, chained
from tests.support.studies import table


def test_records_keep_their_addresses_and_changes() -> None:
    """Ore is in the second row of most sheets, its two processes in the third and fourth."""
    whole = chained().scenario("embargo ore")
    kept = {"commodities": (1,), "processes": (2, 3), "route_limits": (1,), "demand": (1,), "caps": (1,)}
    part = part_of(whole, kept)
    assert [row["process"] for row in part.rows("processes")] == ["CN ore", "US ore"]
    assert part.value_cell("processes", 1, "unit_cost") == whole.value_cell("processes", 3, "unit_cost")
    assert part.holds("demand", 0, LAST) == whole.holds("demand", 1, LAST)
    assert part.rows("route_limits")[0]["years"] == {LAST: 0}
    assert part.changed_by("route_limits", 0, LAST) == whole.changed_by("route_limits", 1, LAST) != ""
    assert part.change_of("route_limits", 0, LAST) == ("set", 0)
    assert (part.scenario_name, part.surprise, part.base.scenario_name) == ("embargo ore", LAST, "base")
    assert [row["commodity"] for row in part.base.rows("caps")] == ["ore"]
    assert part.base.rows("route_limits")[0]["years"] == {}
    assert len(part.rows("regions")) == len(whole.rows("regions"))
    assert part_of(whole, kept, part.base).rows("caps") == part.rows("caps")


def test_a_problem_of_a_part_names_the_cell_of_the_workbook() -> None:
    from floors.case.derive import derive

    given = chained(
        caps=table(
            "scope commodity basis 2028", ("bloc", "oxide", "demand", 0.6), ("US", "nickel", "demand", 0.5)
        )
    )
    kept = {
        "commodities": (3,),
        "caps": (1,),
        "processes": (7, 8),
        "demand": (),
        "route_limits": (),
    }
    with pytest.raises(InputError) as error:
        derive(part_of(given, kept))
    assert ("caps", "B3") in {(problem.sheet, problem.cell) for problem in error.value.problems}
