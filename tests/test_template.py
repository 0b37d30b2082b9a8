"""The template follows the schema, and its example is a study that solves."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from tiny import places

import floors
from floors.errors import InputError
from floors.schema import TABLES
from floors.study import read
from floors.template import write_template


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "example.xlsx"
    write_template(path, example=True)
    return path


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "blank.xlsx"
    write_template(path)
    return path


def test_one_sheet_a_table_in_the_order_of_the_contract(blank: Path) -> None:
    book = openpyxl.load_workbook(blank)
    assert book.sheetnames == ["_guide", *(table.name for table in TABLES), "_lists"]
    assert book["_lists"].sheet_state == "hidden"
    for table in TABLES:
        sheet = book[table.name]
        headers = [cell.value for cell in sheet[1]]
        assert headers[: len(table.columns)] == [column.name for column in table.columns]
        assert sheet.freeze_panes is not None
        for cell, column in zip(sheet[1], table.columns, strict=False):
            assert column.meaning in cell.comment.text
            assert column.unit in cell.comment.text
        if table.years is not None:
            assert 2026 in headers


def test_the_guide_names_every_column(blank: Path) -> None:
    rows = set(openpyxl.load_workbook(blank)["_guide"].iter_rows(min_col=1, max_col=2, values_only=True))
    assert {(table.name, column.name) for table in TABLES for column in table.columns} <= rows


def test_dropdowns(blank: Path) -> None:
    book = openpyxl.load_workbook(blank)

    def source(sheet: str, column: str) -> str:
        (found,) = (
            rule.formula1
            for rule in book[sheet].data_validations.dataValidation
            if f"{column}2" in rule.sqref
        )
        return str(found)

    assert source("regions", "C") == '"member,capped,other"'
    assert source("caps", "E") == '"demand,use,tonnes"'
    listed = source("caps", "A")
    column = listed.split("$")[1]
    assert book["_lists"][f"{column}1"].value == "bloc"
    assert "regions!$A$2" in book["_lists"][f"{column}2"].value


def test_a_blank_template_lacks_only_what_must_be_filled(blank: Path) -> None:
    with pytest.raises(InputError) as caught:
        read(blank)
    missing = ["regions", "commodities", "processes", "demand"]
    assert places(caught.value.problems) == [(name, "", "no_rows") for name in missing]


def test_a_blank_template_is_a_study_once_filled(blank: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(blank)
    for sheet, row in {
        "regions": ["US", None, "member"],
        "commodities": ["ore"],
        "processes": ["mine", "US", None, "ore", 3],
        "demand": ["US", "all", "ore", 9, None, None, 1],
    }.items():
        for place, value in enumerate(row, 1):
            book[sheet].cell(2, place, value)
    book.save(tmp_path / "a.xlsx")
    study = read(tmp_path / "a.xlsx")
    assert study.notes == ()
    assert study.rows("routes")[0]["freight"] == 0.0
    assert study.settings.demand_steps == 40


def test_the_example_round_trips(example: Path, tmp_path: Path) -> None:
    study = read(example)
    assert study.notes == ()
    roles = [row["role"] for row in study.rows("regions")]
    assert (roles.count("member"), roles.count("capped")) == (3, 1)
    for name in study.scenario_names:
        assert study.scenario(name).scenario_name == name
    study.to_excel(tmp_path / "a.xlsx")
    again = read(tmp_path / "a.xlsx")
    assert all(again.rows(table.name) == study.rows(table.name) for table in TABLES)


def test_every_number_of_the_example_says_what_it_is(example: Path) -> None:
    tables = read(example).tables
    for name, frame in tables.items():
        if name != "sources":
            assert (frame["note"] == "illustrative").all(), name


def test_the_example_solves_with_a_floor_that_rises(example: Path) -> None:
    result = floors.solve(read(example))
    assert result.status == "optimal"
    floor = result.floors[result.floors["member"] == "EU"].set_index("year")["floor"]
    assert floor.is_monotonic_increasing
    assert floor.iloc[-1] > floor.iloc[0]


def test_the_same_template_is_the_same_bytes(example: Path, tmp_path: Path) -> None:
    write_template(tmp_path / "example.xlsx", example=True)
    assert (tmp_path / "example.xlsx").read_bytes() == example.read_bytes()
