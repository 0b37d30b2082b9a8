"""Published answers, found again: every case is read, solved and compared number by number."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

import floors

CASES = Path(__file__).parent / "cases"
PUBLISHED: dict[str, Any] = json.loads((CASES / "answers.json").read_text(encoding="utf-8"))["cases"]
ANSWERS = [(name, entry) for name, case in PUBLISHED.items() for entry in case["answers"]]
ROUNDING = 1 + 1e-6  # a price at the edge of its step lies exactly on its tolerance


def title(name: str, entry: dict[str, Any]) -> str:
    """What pytest calls an answer."""
    return f"{name}: {entry['what']}, {entry.get('scenario', 'base')}"


@cache
def run(name: str, scenario: str, rules: tuple[tuple[str, float], ...]) -> floors.Result:
    """The solved workbook of a case, in one of its scenarios, with rules for every year and commodity."""
    study = floors.read(CASES / f"{name}.xlsx")
    if scenario != "base":
        study = study.scenario(scenario)
    if rules:
        years = [int(year) for year in study.tables["years"]["year"]]
        rows = [{"commodity": "*", "rule": rule, **dict.fromkeys(years, limit)} for rule, limit in rules]
        study = floors.Study({**study.tables, "floor_rules": pd.DataFrame(rows)})
    return floors.solve(study)


def found(name: str, entry: dict[str, Any], scenario: str) -> list[float]:
    """What the result says where the answer is to be found: one number, or one a row."""
    result = run(name, scenario, tuple(entry.get("floor_rules", {}).items()))
    rows: pd.DataFrame = getattr(result, entry["sheet"])
    for column, value in entry["where"].items():
        rows = rows[rows[column].isin(value if isinstance(value, list) else [value])]
    assert len(rows) > 0, f"no row of {entry['sheet']} with {entry['where']}"
    numbers = rows[entry["columns"]].astype(float)
    assert numbers.notna().to_numpy().all(), f"blank in {entry['sheet']} with {entry['where']}"
    by_row = [float(total) for total in numbers.sum(axis="columns")]
    chosen = by_row if entry.get("each") else [sum(by_row)]
    return [entry["scale"] * number + entry["offset"] for number in chosen]


@pytest.mark.parametrize(("name", "entry"), ANSWERS, ids=[title(*pair) for pair in ANSWERS])
def test_published_answer(name: str, entry: dict[str, Any]) -> None:
    numbers = found(name, entry, entry.get("scenario", "base"))
    if "less" in entry:
        (number,), (less,) = numbers, found(name, entry, entry["less"])
        numbers = [number - less]
    for number in numbers:
        assert abs(number - entry["value"]) <= entry["tolerance"] * ROUNDING, (number, entry["value"])


@pytest.mark.parametrize("name", PUBLISHED)
def test_certificate_passes(name: str) -> None:
    certificate = run(name, "base", ()).certificate
    assert len(certificate) > 0
    assert certificate["passed"].all(), certificate[~certificate["passed"].astype(bool)]


@pytest.fixture(scope="module")
def rewritten(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the script has just written all cases."""
    folder = tmp_path_factory.mktemp("cases")
    subprocess.run([sys.executable, str(CASES / "make.py"), str(folder)], check=True)
    return folder


def rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """All cells of a workbook by sheet."""
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in openpyxl.load_workbook(path)}


def test_script_writes_every_case(rewritten: Path) -> None:
    written = {path.name for path in rewritten.iterdir()}
    assert written == {path.name for path in CASES.iterdir() if path.suffix in {".xlsx", ".json"}}
    assert {Path(name).stem for name in written if name.endswith(".xlsx")} == set(PUBLISHED)


@pytest.mark.parametrize("name", PUBLISHED)
def test_script_reproduces_workbook(name: str, rewritten: Path) -> None:
    assert rows(rewritten / f"{name}.xlsx") == rows(CASES / f"{name}.xlsx")


def test_script_reproduces_answers(rewritten: Path) -> None:
    again = json.loads((rewritten / "answers.json").read_text(encoding="utf-8"))
    assert again["cases"] == PUBLISHED


@pytest.mark.parametrize("name", PUBLISHED)
def test_workbook_names_its_source(name: str) -> None:
    header, first, *_ = rows(CASES / f"{name}.xlsx")["sources"]
    source = dict(zip(header, first, strict=True))
    assert source["citation"] == PUBLISHED[name]["source"]
    assert source["publisher"]
