"""Data of the IAMC as files, and by the command."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import floors
from floors.cli import main
from floors.iamc.written import COLUMNS, Row, records, write
from tests.support.studies import BASE, settings, study, table

ROW = Row("floors 1", "base", "Japan", "Production|oxide", "kt/yr", 2026, 1 / 3)
HEADER = [name.title() for name in COLUMNS]


Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(folder: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """Exit code, standard output and error of a command, in a folder of its own."""

    def command(*words: str) -> tuple[int, str, str]:
        code = main.run(list(words))
        return code, *capsys.readouterr()

    return command


@pytest.mark.parametrize("name", ["data.xlsx", "data.csv"])
def test_a_file_reads_back(name: str, tmp_path: Path) -> None:
    rows = [
        ROW,
        ROW._replace(region="=SUM(A1)", scenario="+10 %", value=-2e-9),
        ROW._replace(region="Côte d'Ivoire"),
    ]
    path = write(rows, tmp_path / name)
    found = (
        pd.read_csv(path)
        if name.endswith("csv")
        else pd.read_excel(path, sheet_name="data", engine="openpyxl")
    )
    assert list(found) == HEADER
    assert list(found.itertuples(index=False, name=None)) == rows
    assert write(rows[:1], path) == path  # ours: replaced
    assert [one.name for one in tmp_path.iterdir()] == [name]


def test_texts_stay_texts(tmp_path: Path) -> None:
    path = write([ROW._replace(scenario="2030", region="=1+1")], tmp_path / "data.xlsx")
    cells = openpyxl.load_workbook(path)["data"][2]
    assert [cell.value for cell in cells[:3]] == ["floors 1", "2030", "=1+1"]
    assert {cell.data_type for cell in cells[:5]} == {"s"}


@pytest.mark.parametrize(("column", "text"), [("region", "NA"), ("scenario", "None"), ("region", "nan")])
def test_what_would_be_read_as_missing_is_refused(column: str, text: str, tmp_path: Path) -> None:
    with pytest.raises(floors.UsageError, match=f"{column} '{text}' in a file is read as a missing value"):
        write([ROW._replace(**{column: text})], tmp_path / "data.csv")
    assert list(tmp_path.iterdir()) == []


def test_namibia_has_a_name_in_a_file(tmp_path: Path) -> None:
    regions = table(
        "region name role", ("NA", None, "other"), ("US", None, "member"), ("JP", None, "member"),
        ("CN", None, "capped"), ("AU", None, "other"), ("MY", None, "other"),
    )  # fmt: skip
    result = floors.solve(study(settings=settings(price_year=2020), regions=regions))
    assert "NA" in set(result.to_iamc()["region"])  # in memory nothing is lost
    with pytest.raises(floors.UsageError, match="give it a full name in column name of sheet regions"):
        write(records(result.iamc_scenarios), tmp_path / "data.csv")


def test_files_of_others_stay(tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    for text in ("a,b\n1,2\n", ",".join(HEADER) + "\nMESSAGE,base,World,Population,million,2020,1\n", ""):
        other.write_text(text, encoding="utf-8")
        with pytest.raises(floors.UsageError, match="was not written by floors"):
            write([ROW], other)
        assert other.read_text(encoding="utf-8") == text
    other.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(floors.UsageError, match="was not written by floors"):
        write([ROW], other)
    assert write([ROW], other, force=True) == other
    with pytest.raises(floors.UsageError, match=r"ends in \.xlsx or \.csv"):
        write([ROW], tmp_path / "data.parquet")


def spoiled(**sheets: list[dict[str | int, object]]) -> None:
    """The workbook study.xlsx of a tiny study, in the working folder."""
    with pd.ExcelWriter("study.xlsx") as book:
        for name, frame in study(**sheets).tables.items():
            frame.to_excel(book, sheet_name=name, index=False)


FAMILY = {
    "settings": settings(price_year=2020),
    "scenarios": table("scenario", ("dear",), ("impossible",)),
    "changes": table(
        "scenario sheet where column change value",
        ("dear", "processes", "process=CN works", "unit_cost", "set", 60),
        ("impossible", "processes", "commodity=oxide", "capacity", "set", 1),
    ),
    "demand": table("region segment commodity 2026", ("US", "all", "oxide", 10)),
}


def test_the_command_writes_one_scenario(run: Command) -> None:
    spoiled(**FAMILY)
    code, out, err = run(
        "solve", "study.xlsx", "-o", "out.xlsx", "--iamc", "data.csv", "--scenario", "dear", "--json"
    )
    assert code == 0, err
    assert json.loads(out)["iamc"] == "data.csv"
    with open("data.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == HEADER
    assert {row[1] for row in rows[1:]} == {"dear"}
    assert all(row[6] not in ("", "nan") for row in rows)
    frame = floors.solve(floors.read("study.xlsx").scenario("dear")).to_iamc()
    assert [float(row[6]) for row in rows[1:]] == list(frame["value"])


def test_the_command_writes_all_that_have_a_result(run: Command) -> None:
    spoiled(**FAMILY)
    code, out, err = run("solve", "study.xlsx", "-o", "out.xlsx", "--iamc", "data.xlsx", "--all", "--json")
    assert code == 3, err
    assert json.loads(out)["iamc"] == "data.xlsx"
    assert set(pd.read_excel("data.xlsx", engine="openpyxl")["Scenario"]) == {"base", "dear"}
    code, out, _ = run(
        "solve", "study.xlsx", "-o", "none.xlsx", "--iamc", "none.csv", "--scenario", "impossible",
        "--scenario", "base", "--force", "--json",
    )  # fmt: skip
    assert code == 3
    assert set(pd.read_csv("none.csv")["Scenario"]) == {"base"}


def test_nothing_is_solved_for_a_file_that_cannot_be_written(run: Command) -> None:
    spoiled(**(FAMILY | {"settings": settings()}))
    code, _, err = run("solve", "study.xlsx", "-o", "out.xlsx", "--iamc", "data.csv")
    assert code == 2
    assert "Add a row to sheet settings: price_year" in err
    spoiled(**FAMILY)
    spoiled(**(FAMILY | {"regions": [*table("region role", ("NA", "other")), *BASE["regions"]]}))
    code, _, err = run("solve", "study.xlsx", "-o", "out.xlsx", "--iamc", "data.csv")
    assert code == 2
    assert "region 'NA' in a file is read as a missing value" in err
    spoiled(**FAMILY)
    code, _, err = run("solve", "study.xlsx", "study.xlsx", "--iamc", "data.csv")
    assert code == 2
    assert "--iamc names one file: give one workbook" in err
    for wrong, said in (("data.txt", "ends in .xlsx or .csv"), ("out.xlsx", "is the results workbook")):
        code, _, err = run("solve", "study.xlsx", "-o", "out.xlsx", "--iamc", wrong)
        assert code == 2
        assert said in err
    code, _, err = run("solve", "study.xlsx", "-o", "out.xlsx", "--iamc", "study.xlsx", "--force")
    assert code == 2
    assert "is the input workbook" in err
    assert not Path("out.xlsx").exists()


def test_a_scenario_that_cannot_be_named_is_told_before(run: Command) -> None:
    changes = [*FAMILY["changes"], {"scenario": "dear", "sheet": "commodities", "where": "commodity=oxide",
                                    "column": "unit", "change": "set", "value": "kt"}]  # fmt: skip
    spoiled(**(FAMILY | {"changes": changes}))
    code, _, err = run("solve", "study.xlsx", "-o", "out.xlsx", "--iamc", "data.csv", "--all")
    assert code == 2
    assert "is in 'kt'" in err
    assert not Path("out.xlsx").exists()
