"""Results as folders and into open files: the same tables as the workbook's, verified, reported and compared as it is."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import floors
from floors.errors import UsageError
from floors.excel.as_read import results_of
from floors.excel.tabled import Answer
from floors.html.read import read as reported
from floors.html.report import write_report
from floors.many import solve_scenarios
from floors.study.study import read
from floors.verification import verify_files
from floors.verification.differences import compare_files
from tests.support.places import TOY
from tests.support.tiny import TINY, write

pytest.importorskip("pyarrow", reason="pyarrow, which reads and writes Parquet, is not installed")


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study with scenarios and a region whose name is no NA."""
    book = {**TINY, "funds": [["fund", "amount"], ["chest", 3000]]}
    return write(tmp_path_factory.mktemp("input") / "tiny.xlsx", book)


@pytest.fixture(scope="module")
def answers(workbook: Path) -> Mapping[str, Answer]:
    study = read(TOY)
    return {"one": floors.solve(study), "several": solve_scenarios(study, ("base", *study.scenario_names))}


@pytest.mark.parametrize("wanted", ["csv", "parquet"])
@pytest.mark.parametrize("which", ["one", "several"])
def test_a_folder_of_results_holds_what_the_workbook_holds(
    answers: Mapping[str, Answer], which: str, wanted: str, tmp_path: Path
) -> None:
    answer = answers[which]
    folder = answer.to_folder(tmp_path / "results", wanted)
    report = verify_files(TOY, folder)
    assert report.ok and report.compared > 100
    found = compare_files(answer.to_excel(tmp_path / "results.xlsx"), folder, 1e-12)
    assert found.differences == () and found.compared > 100
    handed = [reported(path) for path in (folder, tmp_path / "results.xlsx")]
    for one in ("page", "sentences", "warnings", "title", "currency", "alarm", "several"):
        assert getattr(handed[0], one) == getattr(handed[1], one), one
    told = [[(table.name, table.columns, len(table.rows)) for table in one.tables] for one in handed]
    assert told[0] == told[1] and [len(one.pictures) for one in handed] == [len(answer.pictures)] * 2
    assert write_report(folder, tmp_path / "a.html").left_out == ()


ASKED: dict[str, Callable[[floors.Study], Answer]] = {
    "sweep": lambda study: floors.sweep(study, caps="0.9:0.5:3"),
    "alternatives": lambda study: floors.alternatives(study, within=0.01),
    "coalition": floors.coalition,
    "tornado": floors.tornado,
    "sample": lambda study: floors.sample(study, 8),
    "diagnose": floors.diagnose,
}


@pytest.mark.parametrize("which", ASKED)
def test_every_answer_goes_to_a_folder_by_itself_and_out_of_its_workbook(which: str, tmp_path: Path) -> None:
    answer = ASKED[which](read(TOY))
    book = answer.to_excel(tmp_path / "a.xlsx")
    for wanted in ("csv", "parquet"):
        folder = answer.to_folder(tmp_path / wanted, wanted)
        again = results_of(book)
        assert again is not None
        other = again.to_folder(tmp_path / f"{wanted} again", wanted, force=False)
        assert {one.name for one in folder.iterdir()} == {one.name for one in other.iterdir()}
        for path in (book, other):
            found = compare_files(path, folder, 1e-12)
            assert found.differences == () and found.compared > 0
        assert reported(folder).sentences == tuple(answer.sentences)


def test_a_changed_number_is_found_in_a_folder(answers: Mapping[str, Answer], tmp_path: Path) -> None:
    folder = answers["one"].to_folder(tmp_path / "results")
    file = folder / "summary.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("total_cost,"))
    parts = lines[at].split(",")
    lines[at] = ",".join([parts[0], str(float(parts[1]) * 2), *parts[2:]])
    file.write_text("\n".join(lines), encoding="utf-8")
    assert {finding.sheet for finding in verify_files(TOY, folder).findings} >= {"summary"}


def test_frictionless_passes_and_units_are_told(answers: Mapping[str, Answer], tmp_path: Path) -> None:
    frictionless: Any = pytest.importorskip("frictionless", reason="frictionless is not installed")
    for answer in answers.values():
        for wanted in ("csv", "parquet"):
            folder = answer.to_folder(tmp_path / "results", wanted)
            report = frictionless.Package(str(folder / "datapackage.json")).validate()
            assert report.valid, [error.message for task in report.tasks for error in task.errors]
            assert report.stats["tasks"] > 30
    told = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    (floors_of,) = [one for one in told["resources"] if one["name"] == "floors"]
    units = {one["name"]: one.get("unit") for one in floors_of["schema"]["fields"]}
    assert units["floor"] == "USD/kg" and floors_of["schema"]["primaryKey"][0] == "scenario"


def test_the_arrow_interface_gives_the_same_tables(answers: Mapping[str, Answer]) -> None:
    pa: Any = pytest.importorskip("pyarrow")
    polars: Any = pytest.importorskip("polars", reason="polars is not installed")
    duckdb: Any = pytest.importorskip("duckdb", reason="duckdb is not installed")
    result = answers["one"]
    for sheet in result.sheets:
        frame = result.frame(sheet.name)
        table = pa.table(result.arrow(sheet.name))
        assert table.schema.names == list(sheet.names)
        wanted = frame.astype(object).where(frame.notna(), None).to_dict("list")
        assert table.to_pydict() == {key: [v if v != "" else None for v in c] for key, c in wanted.items()}
        assert (
            polars.DataFrame(frame).shape == polars.DataFrame(result.arrow(sheet.name)).shape == frame.shape
        )
    caps = result.arrow("caps")  # DuckDB finds it by its name here
    assert duckdb.sql("select count(*) from caps").fetchall() == [(len(result.frame("caps")),)]
    assert caps.schema.field("levy").metadata[b"unit"] == b"USD/kg"
    with pytest.raises(KeyError, match="there is no sheet 'capz'"):
        result.arrow("capz")
    assert result.study.arrow("demand").schema.field("value").metadata[b"unit"] == b"USD/kg"


def test_a_workbook_into_an_open_file(answers: Mapping[str, Answer], tmp_path: Path) -> None:
    for answer in answers.values():
        buffer = BytesIO()
        assert answer.to_excel(buffer) is None
        (tmp_path / "a.xlsx").write_bytes(buffer.getvalue())
        assert verify_files(TOY, tmp_path / "a.xlsx").ok
        for given in (buffer.getvalue(), BytesIO(buffer.getvalue()), str(tmp_path / "a.xlsx")):
            assert floors.verify(read(TOY), given).ok
        assert compare_files(tmp_path / "a.xlsx", answer.to_excel(tmp_path / "b.xlsx"), 0).differences == ()
    buffer = BytesIO()
    read(TOY).to_excel(buffer)
    assert floors.read(buffer.getvalue()).rows("demand") == read(TOY).rows("demand")
    with (tmp_path / "c.xlsx").open("wb") as file:
        read(TOY).to_excel(file)
    assert pd.read_excel(tmp_path / "c.xlsx", sheet_name="years", engine="openpyxl")["year"].tolist() == list(
        read(TOY).years
    )
    with pytest.raises(
        UsageError, match="to_excel expects a path, or a file that is open for bytes; found 3"
    ):
        read(TOY).to_excel(3)  # type: ignore[call-overload]


def test_what_lies_in_a_folder_is_not_lost(answers: Mapping[str, Answer], tmp_path: Path) -> None:
    one, several = answers["one"], answers["several"]
    folder = several.to_folder(tmp_path / "results")
    assert (folder / "comparison.csv").is_file()
    one.to_folder(folder, "parquet")
    assert not list(folder.glob("*.csv")), "those of before are gone"
    (folder / "mine.csv").write_text("a")
    with pytest.raises(UsageError, match=r"holds mine.csv, which floors did not write"):
        one.to_folder(folder, force=True)
    inputs = read(TOY).to_folder(tmp_path / "input")
    with pytest.raises(UsageError, match="is the input itself"):
        floors.solve(read(inputs)).to_folder(inputs, force=True)
    with pytest.raises(UsageError, match="is a file; name a folder"):
        one.to_folder(Path(__file__))
