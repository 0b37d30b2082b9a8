"""Faults that show once the sheets are put together: each at its cell, with its code, as the only problem."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from floors.case.derive import derive
from floors.errors import InputError
from tests.study.test_workbook import refused as file_refused
from tests.support import studies
from tests.support.studies import BASE, Table, cap, refused, study, table
from tests.support.tiny import places

TWO = studies.years((2026, 1), (2027, 1), (2028, 1))
SEP = table("technology commodity coefficient", ("sep", "ore", -1), ("sep", "oxide", 0.5))
THREE = "region segment commodity value elasticity 2026"

FAULTS: list[tuple[str, dict[str, Table], str, str, str, str]] = [
    (
        "plant in two regions",
        {
            "plants": table("plant capacity", ("hall", 5)),
            "processes": table(
                "process region commodity unit_cost plant",
                ("CN works", "CN", "oxide", 50, "hall"),
                ("US works", "US", "oxide", 80, "hall"),
            ),
        },
        "processes", "E3", "plant_in_two_regions", "stands in CN, but US works is in US",
    ),
    (
        "commodity not made",
        {
            "technologies": SEP,
            "processes": [*BASE["processes"], {"process": "x", "region": "US", "technology": "sep", "commodity": "ore", "unit_cost": 1}],
        },
        "processes", "C4", "commodity_not_made", "technology sep does not make ore",
    ),
    (
        "neither technology nor commodity",
        {"processes": [*BASE["processes"], {"process": "x", "region": "US", "unit_cost": 1}]},
        "processes", "C4", "missing", "found neither",
    ),
    (
        "no unit cost",
        {"processes": [*BASE["processes"], {"process": "x", "region": "US", "commodity": "oxide"}]},
        "processes", "D4", "missing", "unit cost of x in 2026",
    ),
    (
        "contract on what is not made",
        {"contracts": table("process commodity strike payer 2026", ("US works", "ore", 90, "US", 1))},
        "contracts", "B2", "commodity_not_made", "does not make ore",
    ),
    (
        "contract while closed",
        {
            "processes": table("process region commodity unit_cost first_year", ("US works", "US", "oxide", 80, 2030)),
            "contracts": table("process strike payer 2026", ("US works", 90, "US", 1)),
        },
        "contracts", "D2", "not_active", "may not run in 2026",
    ),
    (
        "tie of routes",
        {"routes": table("origin destination commodity", ("CN", "*", "oxide"), ("*", "US", "oxide"))},
        "routes", "A3", "route_tie", "fit CN to US, oxide, 2026 equally well",
    ),
    (
        "value below the curve",
        {
            "demand": table(THREE, ("US", "all", "oxide", 20, -0.5, 10)),
            "reference_prices": table("commodity 2026", ("oxide", 50)),
        },
        "demand", "D2", "value_below_curve", "above half the reference price (25 in 2026); found 20",
    ),
    (
        "no reference price for a curve",
        {"demand": table(THREE, ("US", "all", "oxide", 200, -0.5, 10))},
        "demand", "E2", "missing_reference", "found none",
    ),
    (
        "use counted twice",
        {
            "technologies": SEP,
            "processes": [*BASE["processes"], {"process": "x", "region": "US", "technology": "sep", "unit_cost": 1}],
            "groups": table("group commodity weight", ("both", "ore", 1), ("both", "oxide", 1)),
            "caps": cap("bloc", "both", "use", 0.5),
        },
        "caps", "B2", "use_counts_twice", "would count twice",
    ),
    (
        "cap without demand",
        {"caps": cap("bloc", "magnet", "demand", 0.5)},
        "caps", "B2", "cap_without_demand", "has none of magnet",
    ),
    (
        "national tonnes without demand",
        {"settings": studies.settings(coordination="national"), "caps": cap("bloc", "magnet", "tonnes", 5)},
        "caps", "D2", "cap_without_demand", "shared out by table demand, and there is none of magnet in 2026",
    ),
]  # fmt: skip


@pytest.mark.parametrize("case", FAULTS, ids=[case[0] for case in FAULTS])
def test_a_fault_between_sheets_is_the_only_problem(case: tuple[Any, ...]) -> None:
    _, sheets, sheet, cell, code, text = case
    (problem,) = refused(**sheets)
    assert places([problem]) == [(sheet, cell, code)]
    assert text in problem.message
    assert problem.hint


def test_a_scenario_nobody_wrote() -> None:
    with pytest.raises(InputError) as caught:
        study(scenarios=table("scenario", ("embargo",))).scenario("embarg")
    (problem,) = caught.value.problems
    assert places([problem]) == [("scenarios", "", "unknown_scenario")]
    assert "Did you mean embargo?" in problem.hint


def test_gaps_are_warned_of() -> None:
    demand = table("region segment commodity value 2026 2027 2028", ("US", "all", "oxide", 200, 10, None, 10))
    caps = cap("bloc", "oxide", "tonnes", 5, None, 5, header="scope commodity basis 2026 2027 2028")
    notes = list(derive(study(years=TWO, demand=demand, caps=caps)).notes)
    assert places(notes) == [("demand", "", "year_without_demand"), ("caps", "E2", "cap_gap")]
    assert {note.level for note in notes} == {"warning"}


def test_a_scope_that_left_the_bloc_is_warned_of() -> None:
    given = study(
        caps=cap("JP", "oxide", "tonnes", 5),
        contracts=table("process strike payer 2026", ("US works", 90, "JP", 1)),
        scenarios=table("scenario", ("leave",)),
        changes=table(
            "scenario sheet where column change value",
            ("leave", "regions", "region=JP", "role", "set", "other"),
        ),
    )
    assert derive(given).notes == ()
    notes = list(derive(given.scenario("leave")).notes)
    assert places(notes) == [("caps", "A2", "scope_not_member"), ("contracts", "C2", "not_a_member")]
    assert {note.level for note in notes} == {"warning"}
    assert all(note.message.endswith("(In scenario leave.)") for note in notes)


def test_equal_faults_between_sheets_are_one_range() -> None:
    rows = table(
        "process commodity strike payer 2026",
        ("US works", "ore", 90, "US", 1),
        ("US works", "ore", 90, "JP", 1),
    )
    (problem,) = refused(contracts=rows)
    assert places([problem]) == [("contracts", "B2:B3", "commodity_not_made")]
    assert "(2 cells)" in problem.message


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"x")

    def shut(_: Path, *__: object) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", shut)
    file_refused(tmp_path / "a.xlsx", "unreadable", "Permission denied")


def test_every_default_is_listed() -> None:
    caps = cap("bloc", "oxide", "tonnes", 5, None, None, header="scope commodity basis 2026 2027 2028")
    capacities = table("process 2026 2027 2028", ("US works", 1, None, 3), ("CN works", None, None, None))
    piles = table("stockpile region commodity", ("heap", "US", "oxide"), ("mound", "US", "oxide"))
    targets = table("stockpile 2026 2027 2028", ("heap", 0, None, 0))
    given: dict[str, Any] = {"years": TWO, "caps": caps, "capacities": capacities, "stockpiles": piles}
    used = {
        (sheet, column): (value, n)
        for sheet, column, value, n in study(**given, stock_targets=targets).defaults
    }
    assert used["caps", "years"] == ("no cap", 2)
    assert used["capacities", "years"] == ("the column of processes or plants", 1), (
        "a row without any year is inert"
    )
    assert used["demand", "years"] == ("none", 2)
    assert used["routes", "sheet"] == ("every region can ship everywhere free", 1)
    assert used["stock_targets", "2028"] == ("the opening stock less its loss", 1)
    assert used["stockpiles", "capacity"] == ("no limit", 2)
    none = study(routes=table("origin destination commodity", ("*", "*", "*"))).defaults
    assert not {("routes", "sheet"), ("stock_targets", "2026")} & {row[:2] for row in none}
    assert ("caps", "years") not in {
        row[:2] for row in study(caps=cap("bloc", "oxide", "tonnes", 5)).defaults
    }


def test_a_scope_that_is_not_yet_a_member_is_a_note_and_binds_where_it_is_one() -> None:
    """Without JP in the bloc its cap changes nothing; in a scenario that makes it a member it binds."""
    caps = cap("JP", "oxide", "tonnes", 5)
    regions = table("region role", ("US", "member"), ("JP", "other"), ("CN", "capped"), ("AU", "other"))
    later: dict[str, Any] = {
        "regions": regions,
        "scenarios": table("scenario", ("joins",)),
        "changes": table(
            "scenario sheet where column change value",
            ("joins", "regions", "region=JP", "role", "set", "member"),
        ),
    }
    given = study(caps=caps, **later)
    case = derive(given)
    (note,) = (one for one in case.notes if one.code == "scope_not_member")
    assert (note.sheet, note.cell, note.level) == ("caps", "A2", "warning")
    assert "JP is not a member, so this cap is ignored." in note.message and case.caps == ()
    joined = derive(given.scenario("joins"))
    assert [(one.scope, one.limit) for one in joined.caps] == [("JP", {2026: 5})]
    assert "scope_not_member" not in {one.code for one in joined.notes}
