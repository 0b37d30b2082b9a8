"""The contract for other programs: a folder of a study passes Frictionless, tables as JSON the JSON Schema."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

import floors
from floors.contract.inputs import SETTINGS, TABLES
from floors.contract.schema import schema
from floors.study.study import read
from tests.support.places import RARE_EARTHS, TOY
from tests.support.tiny import TINY, write


def told(package: Path) -> list[str]:
    """What Frictionless finds wrong with a package."""
    frictionless: Any = pytest.importorskip("frictionless", reason="frictionless is not installed")
    report = frictionless.Package(str(package / "datapackage.json")).validate()
    assert report.stats["tasks"] > 0
    return [f"{task.name}: {error.message}" for task in report.tasks for error in task.errors] + [
        error.message for error in report.errors
    ]


def full(folder: Path) -> floors.Study:
    """A study with every sheet, notes, and a sheet of one's own with blank rows."""
    book = {**TINY, "_mine": [["a", None], [None], ["b", 7], ["007"]]}
    noted = [[*row, note] for row, note in zip(book["regions"], ["note", 7, "x\ny", "'", None], strict=True)]
    return read(write(folder / "full.xlsx", {**book, "regions": noted}))


@pytest.mark.parametrize("wanted", ["csv", "parquet"])
def test_a_folder_passes_frictionless(wanted: str, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    for name, study in {"full": full(tmp_path), "toy": read(TOY), "rare": read(RARE_EARTHS)}.items():
        assert told(study.to_folder(tmp_path / name, wanted)) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "found"),
    [
        ("regions.csv", "capped", "caped", "regions: The cell"),
        ("demand.csv", "JP", "JX", "demand: Row"),
        ("years.csv", "2027", "2026", "years: Row"),
        ("processes.csv", "20.5", "dear", "processes: Type error"),
    ],
)
def test_frictionless_finds_what_is_wrong(file: str, old: str, new: str, found: str, tmp_path: Path) -> None:
    folder = full(tmp_path).to_folder(tmp_path / "a")
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    assert any(found in one for one in told(folder)), told(folder)


def test_the_contract_is_a_json_schema_and_a_package() -> None:
    jsonschema: Any = pytest.importorskip("jsonschema", reason="jsonschema is not installed")
    frictionless: Any = pytest.importorskip("frictionless", reason="frictionless is not installed")
    jsonschema.Draft202012Validator.check_schema(floors.schema())
    found = frictionless.Package.from_descriptor(floors.schema("datapackage"))
    assert [one.name for one in found.resources] == [table.name for table in TABLES]
    for resource, table in zip(found.resources, TABLES, strict=True):
        assert [one.name for one in resource.schema.fields] == [column.name for column in table.columns]
    with pytest.raises(floors.UsageError, match="expects json-schema or datapackage; found 'xml'"):
        floors.schema("xml")


def records(study: floors.Study) -> dict[str, Any]:
    """Tables as JSON has them: keys are texts, blanks null."""
    return {
        name: [
            {str(key): value if value == value else None for key, value in row.items()}
            for row in study.tables[name].to_dict("records")
        ]
        for name in study.tables
    }


SPOILT: dict[str, Any] = {
    "a choice": lambda t: t["regions"][0].update(role="membre"),
    "a bound": lambda t: t["demand"][0].update(enforcement=1.5),
    "an open bound": lambda t: t["years"][0].update(length=0),
    "a number as a text": lambda t: t["demand"][0].update({"2026": "5"}),
    "a column that there is not": lambda t: t["caps"][0].update(share=0.5),
    "a column that is lacking": lambda t: t["groups"][0].pop("weight"),
    "a year where there are none": lambda t: t["regions"][0].update({"2026": 1}),
    "a setting": lambda t: t["settings"][1].update(value="5 %"),
    "a sheet that is lacking": lambda t: t.pop("demand"),
    "a sheet that there is not": lambda t: t.update(demnd=[]),
}


@pytest.mark.parametrize("fault", SPOILT)
def test_tables_as_json_are_held_by_the_schema(fault: str, tmp_path: Path) -> None:
    jsonschema: Any = pytest.importorskip("jsonschema", reason="jsonschema is not installed")
    check = jsonschema.Draft202012Validator(floors.schema())
    for study in (full(tmp_path), read(TOY)):
        assert [error.message for error in check.iter_errors(records(study))] == []
    assert floors.Study(records(full(tmp_path))).rows("demand") == full(tmp_path).rows("demand")
    wrong = deepcopy(records(full(tmp_path)))
    SPOILT[fault](wrong)
    assert list(check.iter_errors(wrong)) != []


def test_every_column_and_setting_is_described_with_its_unit() -> None:
    told = schema()["properties"]
    for table in TABLES:
        described = told[table.name]["items"]["properties"]
        for column in table.columns:
            assert described[column.name].get("unit", "") == column.unit
            assert described[column.name]["description"].startswith(column.meaning)
    known = {one["if"]["properties"]["key"]["const"] for one in told["settings"]["items"]["allOf"]}
    assert known == {column.name for column in SETTINGS}
