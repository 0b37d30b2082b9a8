"""Published answers, found again: every case is read, solved and compared number by number."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
from scipy.optimize import linprog

import floors
from tests.support.places import CASES

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


def published(name: str) -> float:
    """The first answer of a case."""
    return float(PUBLISHED[name]["answers"][0]["value"])


def test_ajax_by_another_solver() -> None:
    """Tons of four papers on three machines: hours of each machine, orders met exactly, revenue less cost."""
    rate = np.array([[53, 52, 49], [51, 49, 44], [52, 45, 47], [42, 44, 40]])
    cost = np.array([[76, 75, 73], [82, 80, 78], [96, 95, 92], [72, 71, 70]])
    orders, paid = np.array([30000, 20000, 12000, 8000]), np.array([77, 81, 99, 105])
    hours = np.hstack([np.diag(1 / row) for row in rate])
    found = linprog(
        cost.ravel(), A_ub=hours, b_ub=[672, 600, 480], A_eq=np.kron(np.eye(4), np.ones(3)), b_eq=orders
    )
    assert orders @ paid - found.fun == pytest.approx(published("ajax"), rel=1e-9)


def test_robert_by_another_solver() -> None:
    """Sales by product and period (nine), then what is in store of scrap and of new at four dates (eight)."""
    gain = np.array([[25, 20, 10], [50, 50, 50], [75, 80, 100]])
    store, rest = np.array([[0.5], [2.0]]), np.array([[15.0], [25.0]])
    uses = np.array([[5, 3, 1], [1, 2, 3]])
    objective = np.concatenate([gain.ravel(), np.hstack([-store, -store, -store, rest]).ravel()])
    step = np.eye(3, 4, 1) - np.eye(3, 4)  # the next date less this one
    balance = np.hstack([np.kron(uses, np.eye(3)), np.kron(np.eye(2), step)])
    room = np.hstack([np.kron(np.ones(3), np.eye(3)), np.zeros((3, 8))])
    most = [None] * 9 + [400, None, None, None, 275, None, None, None]
    found = linprog(
        -objective, A_ub=room, b_ub=[40] * 3, A_eq=balance, b_eq=np.zeros(6), bounds=[(0, m) for m in most]
    )
    assert -found.fun == pytest.approx(published("robert"), rel=1e-9)
