"""`floors convert`, `floors schema`, and commands on folders."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from floors.cli.main import run
from floors.contract.schema import schema
from floors.study.study import read
from tests.support.places import TOY
from tests.support.tiny import TINY, write

pytest.importorskip("pyarrow", reason="pyarrow, which reads and writes Parquet, is not installed")


def test_from_a_workbook_to_folders_and_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["convert", str(TOY), "csv"]) == 0
    assert run(["convert", "csv", "parquet", "--format", "parquet"]) == 0
    assert run(["convert", "parquet/datapackage.json", "back.xlsx", "--quiet"]) == 0
    wanted = read(TOY)
    for found in map(read, (tmp_path / "csv", tmp_path / "parquet", tmp_path / "back.xlsx")):
        assert all(found.rows(name) == wanted.rows(name) for name in wanted.tables)
    assert not list((tmp_path / "parquet").glob("*.csv"))


def test_a_folder_is_solved_verified_and_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    read(TOY).to_folder(tmp_path / "toy")
    assert run(["check", "toy"]) == 0
    assert run(["solve", "toy/", "--all"]) == 0
    assert (tmp_path / "outputs" / "toy-results.xlsx").is_file()
    assert run(["verify", "toy", "outputs/toy-results.xlsx"]) == 0
    assert run(["convert", "outputs/toy-results.xlsx", "results"]) == 0
    assert run(["verify", "toy", "results"]) == 0
    assert run(["report", "results", "-o", "a.html"]) == 0
    assert run(["compare", "results", "outputs/toy-results.xlsx"]) == 0
    monkeypatch.chdir(tmp_path / "toy")
    assert run(["solve", "."]) == 0
    assert (tmp_path / "toy" / "outputs" / "toy-results.xlsx").is_file()
    capsys.readouterr()
    assert run(["convert", "../results", "../results.xlsx"]) == 2
    assert "holds results, which go to a folder alone" in capsys.readouterr().err


def test_a_fault_in_a_folder_has_file_and_line_in_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    read(write(tmp_path / "a.xlsx", TINY)).to_folder(tmp_path / "a")
    file = tmp_path / "a" / "caps.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("0.9", "9"), encoding="utf-8")
    assert run(["check", str(tmp_path / "a"), "--json"]) == 2
    (problem,) = (one for one in json.loads(capsys.readouterr().out)["problems"] if one["level"] == "error")
    assert (problem["sheet"], problem["cell"], problem["code"]) == ("caps", "F2", "bounds")
    assert (problem["file"], problem["column"]) == ("caps.csv", "2026")
    assert run(["check", str(tmp_path / "a"), "--mark", str(tmp_path / "m.xlsx")]) == 2
    assert f"floors convert {tmp_path / 'a'} COPY.xlsx makes one" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["csv", "a.csv"], "a study has several sheets"),
        (["csv", "a", "--format", "xlsx"], "give a name that ends in .xlsx"),
        (["csv", "a.xlsx", "--format", "csv"], "csv is one file a sheet: name a folder"),
        (["csv", "there.xlsx"], "there.xlsx exists; give another name, or --force"),
        (["csv", "csv"], "is the input itself"),
        (["parquet", "csv"], "csv exists; name another folder, or overwrite it with --force"),
        (["nowhere", "a"], "there is no file nowhere"),
    ],
)
def test_what_is_not_converted(
    arguments: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    study = read(TOY)
    study.to_folder(tmp_path / "csv")
    study.to_folder(tmp_path / "parquet", "parquet")
    (tmp_path / "there.xlsx").write_text("mine")
    assert run(["convert", *arguments]) == 2
    assert said in capsys.readouterr().err
    assert (tmp_path / "there.xlsx").read_text() == "mine"


def test_by_force(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    read(TOY).to_folder(tmp_path / "csv")
    (tmp_path / "there.xlsx").write_text("mine")
    assert run(["convert", "csv", "there.xlsx", "--force"]) == 0
    assert run(["convert", "there.xlsx", "csv", "--force"]) == 0
    assert read(tmp_path / "csv").rows("demand") == read(TOY).rows("demand")


@pytest.mark.parametrize("form", ["json-schema", "datapackage"])
def test_the_contract_is_printed(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", "--format", form]) == 0
    assert json.loads(capsys.readouterr().out) == schema(form)


def test_values_set_are_written_as_if_they_had_been_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["convert", str(TOY), "csv", "--set", "settings.discount_rate=0.11"]) == 0
    assert run(["convert", "csv", "back.xlsx", "--set", "demand[region=US].value=300"]) == 0
    found = read(tmp_path / "back.xlsx")
    assert found.overrides == () and found.settings.discount_rate == 0.11
    wanted = read(TOY).set("settings.discount_rate", 0.11).set("demand[region=US].value", 300)
    assert all(found.rows(name) == wanted.rows(name) for name in wanted.tables)
    assert run(["solve", "csv", "-o", "r.xlsx", "--quiet"]) == 0
    assert run(["convert", "r.xlsx", "r", "--set", "caps!A2=x"]) == 2
    assert "leave out --set" in capsys.readouterr().err
