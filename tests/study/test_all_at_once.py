"""Several faults are told in one pass: a fault in one cell hides none of another."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from floors.cli.check import check
from floors.contract.inputs import BY_NAME
from floors.errors import InputError
from tests.study.test_study import FAULTS
from tests.study.test_workbook import CELLS
from tests.support.studies import refused, study, table
from tests.support.tiny import TINY, errors, places, tiny_study, write

TEN = {
    "regions!C3": "Member",
    "processes!E2": "50 USD",
    "processes!B3": "Na",
    "routes!C3": "Oxide",
    "demand!C3": "oxid",
    "demand!G2": "1 000",
    "caps!A3": "Us",
    "caps!F2": 98,
    "changes!B3": "proceses",
    "stock_targets!A2": "pil",
}
FOUND = {
    ("regions", "C3", "choice"),
    ("processes", "E2", "not_a_number"),
    ("processes", "B3", "unknown_reference"),
    ("routes", "C3", "unknown_reference"),
    ("demand", "C3", "unknown_reference"),
    ("demand", "G2", "number_as_text"),
    ("caps", "A3", "unknown_reference"),
    ("caps", "F2", "bounds"),
    ("changes", "B3", "unknown_sheet"),
    ("stock_targets", "A2", "unknown_reference"),
}


def test_ten_faults_are_ten_problems_in_one_pass(tmp_path: Path) -> None:
    """Names are held against other sheets although both these and those hold faulty cells."""
    assert set(places(errors(write(tmp_path / "a.xlsx", TINY, TEN)))) == FOUND


def test_every_one_of_them_is_marked(tmp_path: Path) -> None:
    path, copy = write(tmp_path / "a.xlsx", TINY, TEN), tmp_path / "b.xlsx"
    CliRunner().invoke(check, [str(path), "--mark", str(copy)])
    marked = openpyxl.load_workbook(copy)
    plain = [
        place for place in TEN if marked[place.split("!")[0]][place.split("!")[1]].fill.fill_type is None
    ]
    assert not plain


CELL_FAULTS = [
    case for case in (*FAULTS, *CELLS) if case[4] in {"unknown_reference", "bounds", "choice", "not_a_number"}
]


@pytest.mark.parametrize("seed", range(30))
def test_faults_of_other_cells_hide_none(seed: int) -> None:
    """Of random faults in cells that no two share, each is told; a name misspelled twice is one problem."""
    random, edits, expected = Random(seed), dict[str, Any](), dict[str, tuple[str, str, str]]()
    for case in random.sample(CELL_FAULTS, len(CELL_FAULTS)):
        name = next(iter(case[1].values()))
        if edits.keys() & case[1].keys() or str(name) in expected or len(edits) >= 12:
            continue
        edits |= case[1]
        expected[str(name)] = case[2:5]
    with pytest.raises(InputError) as caught:
        tiny_study(edits)
    assert set(expected.values()) <= set(places(caught.value.problems))


def test_every_cell_of_a_name_that_is_not_defined_is_marked(tmp_path: Path) -> None:
    """One problem, at the first of its cells; all of them are coloured. So is what is only doubtful."""
    edits = {"demand!C2": "oxid", "demand!C3": "oxid", "caps!B2": "oxid", "regions!A3": "JP "}
    path, copy = write(tmp_path / "a.xlsx", TINY, edits), tmp_path / "b.xlsx"
    assert len(errors(path)) == 1
    CliRunner().invoke(check, [str(path), "--mark", str(copy)])
    marked = openpyxl.load_workbook(copy)
    fills = [marked[place.split("!")[0]][place.split("!")[1]].fill.fill_type for place in edits]
    assert fills == ["solid"] * 4


def test_a_name_that_a_faulty_cell_may_define_is_passed_over() -> None:
    """The region of row 3 cannot be read; JP may be what it is called, and that is no second fault."""
    with pytest.raises(InputError) as caught:
        study(
            regions=table("region role", ("US", "member"), (7, "member"), ("CN", "capped")),
            demand=table(
                "region segment commodity value 2026",
                ("JP", "all", "oxide", 200, 10),
                ("us", "all", "oxide", 1, 1),
            ),
        )
    assert places(caught.value.problems) == [
        ("regions", "A3", "not_text"),
        ("demand", "A3", "unknown_reference"),
    ]


@pytest.mark.parametrize(("column", "where"), [("quota", "scope=bloc"), (2026, "scope=bloc; quota=*")])
def test_a_header_that_means_nothing_is_told_of_once(column: object, where: str) -> None:
    """Not of the change that names it as well."""
    with pytest.raises(InputError) as caught:
        study(
            caps=table("scope commodity basis quota 2026", ("bloc", "oxide", "tonnes", 3, 5)),
            scenarios=table("scenario", ("s",)),
            changes=table("scenario sheet where column change value", ("s", "caps", where, column, "set", 4)),
        )
    assert places(caught.value.problems) == [("caps", "D1", "unknown_column")]


def test_an_inert_row_of_a_non_member_is_a_note() -> None:
    """A row without any year does nothing, so that its scope stops nothing; with a year it is an error where the
    region can never be a member."""
    inert = study(
        caps=table(
            "scope commodity basis 2026", ("AU", "oxide", "tonnes", None), ("bloc", "oxide", "tonnes", 5)
        )
    )
    (note,) = inert.notes
    assert places([note]) == [("caps", "A2", "not_a_member")] and note.level == "warning"
    with pytest.raises(InputError):
        study(caps=table("scope commodity basis 2026", ("CN", "oxide", "tonnes", 5)))


@pytest.mark.parametrize("header", ["FY2027", "2027 (t)", "t in 2027", "2027e"])
def test_a_header_that_holds_a_year_is_told_how_to_write_it(header: str) -> None:
    """Of the header alone, not also of the table that has no year then."""
    with pytest.raises(InputError) as caught:
        study(caps=[{"scope": "bloc", "commodity": "oxide", "basis": "tonnes", header: 5}])
    (problem,) = caught.value.problems
    assert problem.code == "unknown_column" and "with the year alone: 2027." in problem.hint


def test_numbers_under_a_word_in_a_table_by_year_are_told_where_they_stand() -> None:
    """Where no column is headed by a year; beside one the header is likelier a slip in another."""
    for year, hint in (({}, "headed by the year, such as 2026"), ({2026: 5}, "Known: scope, commodity")):
        with pytest.raises(InputError) as caught:
            study(caps=[{"scope": "bloc", "commodity": "oxide", "basis": "tonnes", "quota": 5, **year}])
        (problem,) = caught.value.problems
        assert problem.code == "unknown_column" and hint in problem.hint


@pytest.mark.parametrize("name", [name for name, one in BY_NAME.items() if one.years is not None])
def test_every_table_by_year_says_that_it_has_no_year(name: str) -> None:
    rows = [row[: sum(not isinstance(head, int) for head in TINY[name][0])] for row in TINY[name]]
    with pytest.raises(InputError) as caught:
        tiny_study(changes=None, scenarios=None, **{name: rows})
    assert (name, "", "no_years") in places(caught.value.problems)
    (problem,) = [one for one in caught.value.problems if one.code == "no_years"]
    assert ("Column value is the most a buyer pays, in USD/kg" in problem.message) == (name == "demand")
    assert ("fill it (member, capped, other)" in problem.hint) == (
        name == "roles"
    ) and "()" not in problem.hint
    assert ("so no row has a number" in problem.message) == (name != "roles")
    if name != "demand":  # a sheet without rows says nothing
        tiny_study(changes=None, scenarios=None, **{name: rows[:1]})


def test_a_share_typed_as_per_cent_is_told_so() -> None:
    for sheets in (
        {"caps": table("scope commodity basis 2026", ("bloc", "oxide", "demand", 98))},
        {"demand": table("region segment commodity enforcement 2026", ("US", "all", "oxide", 98, 10))},
        {"floor_rules": table("commodity rule 2026", ("oxide", "max_fall_share", 98))},
    ):
        with pytest.raises(InputError) as caught:
            study(**sheets)
        (problem,) = caught.value.problems
        assert problem.hint.startswith("Write 0.98 for 98 %, or format the cell as a percentage first.")
    (note,) = study(floor_rules=table("commodity rule 2026", ("oxide", "max_rise_share", 98))).notes
    assert note.code == "percent" and note.hint == "Write 0.98 for 98 %."


def test_members_are_named_though_one_stands_twice_in_regions() -> None:
    """US stands twice, which is told; that AU is no member as well, and that the US is one is not denied."""
    said = refused(
        regions=table("region role", ("US", "member"), ("US", "member"), ("CN", "capped"), ("AU", "other")),
        contracts=table("process strike payer 2026", ("US works", 100, "AU", 5)),
    )
    assert [problem.hint for problem in said if problem.code == "not_a_member"] == ["Members are US."]
