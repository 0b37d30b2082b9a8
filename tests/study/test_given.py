"""Tables from anywhere: pandas, polars, pyarrow, DuckDB, columns and records of Python give the same study; and a
workbook by its bytes or an open file."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pandas as pd
import pytest

import floors
from floors.errors import InputError, UsageError
from tests.support.places import TOY
from tests.support.tiny import TINY, write

ARROW: Any = pytest.importorskip("pyarrow", reason="pyarrow is not installed")

Columns = dict[str, list[Any]]


def columns(name: str) -> Columns:
    """A table of TINY as columns of one type each; those that hold numbers and texts, as texts."""
    header, *rows = TINY[name]
    found = {str(key): [row[i] for row in rows] for i, key in enumerate(header)}
    for key, values in found.items():
        if {type(value) for value in values} >= {str, float} or {type(value) for value in values} >= {
            str,
            int,
        }:
            found[key] = [None if value is None else str(value) for value in values]
        elif float in {type(value) for value in values}:
            found[key] = [None if value is None else float(value) for value in values]
    return found


def records(name: str) -> list[dict[str, Any]]:
    header, *rows = TINY[name]
    return [dict(zip(map(str, header), row, strict=True)) for row in rows]


def polars(name: str) -> Any:
    return pytest.importorskip("polars", reason="polars is not installed").DataFrame(columns(name))


_OPEN: list[Any] = []  # older versions read a relation only while somebody holds its connection


def duckdb(name: str) -> Any:
    base: Any = pytest.importorskip("duckdb", reason="duckdb is not installed").connect()
    _OPEN.append(base)
    base.register("given", ARROW.table(columns(name)))
    return base.sql("select * from given")


def sqlite(name: str) -> Any:
    """Rows of a table in SQLite, which has no flags."""
    given = columns(name)
    base = sqlite3.connect(":memory:")
    base.row_factory = sqlite3.Row
    base.execute(f"create table given ({', '.join(f'[{key}]' for key in given)})")
    rows = [[row[key] for key in given] for row in records(name)]
    base.executemany(f"insert into given values ({', '.join('?' * len(given))})", rows)
    return base.execute("select * from given")


WAYS: dict[str, Callable[[str], Any]] = {
    "records": records,
    "columns": lambda name: {
        key: [row[i] for row in TINY[name][1:]] for i, key in enumerate(map(str, TINY[name][0]))
    },
    "columns of pandas": lambda name: {
        key: pd.Series([row[i] for row in TINY[name][1:]], dtype=object)
        for i, key in enumerate(TINY[name][0])
    },
    "pandas": lambda name: pd.DataFrame(TINY[name][1:], columns=TINY[name][0], dtype=object),
    "polars": polars,
    "pyarrow": lambda name: ARROW.table(columns(name)),
    "a batch": lambda name: ARROW.RecordBatch.from_pydict(columns(name)),
    "a reader": lambda name: ARROW.table(columns(name)).to_reader(),
    "DuckDB": duckdb,
    "SQLite": sqlite,
}


@pytest.mark.parametrize("way", WAYS)
def test_a_study_is_the_same_from_wherever_its_tables_come(way: str, tmp_path: Any) -> None:
    given = floors.Study({name: WAYS[way](name) for name in TINY})
    wanted = floors.read(write(tmp_path / "tiny.xlsx", TINY))
    for name in TINY:
        assert given.rows(name) == wanted.rows(name), name
    assert given.settings == wanted.settings and given.scenario_names == wanted.scenario_names
    assert "NA" in {row["region"] for row in given.rows("regions")}, "Namibia"


def test_null_is_a_blank_and_nan_is_none() -> None:
    pa = ARROW
    base = {name: WAYS["pyarrow"](name) for name in TINY}
    plants = pa.table({"plant": ["hall"], "capacity": pa.array([None], pa.float64())})
    assert floors.Study({**base, "plants": plants}).rows("plants")[0]["capacity"] == 0.0, "the default"
    plants = pa.table({"plant": ["hall"], "capacity": [float("nan")]})
    with pytest.raises(InputError, match="plants!B2: expected a number, found nan"):
        floors.Study({**base, "plants": plants})


def test_a_number_in_a_column_of_numbers_is_no_text() -> None:
    plants = ARROW.table({"plant": ["hall"], "capacity": ["10"]})
    with pytest.raises(InputError, match="plants!B2: expected a number, found the text '10'"):
        floors.Study({**{name: records(name) for name in TINY}, "plants": plants})


@pytest.mark.parametrize(
    "given",
    [{"region": ["US", "CN"], "role": ["member"]}, {"region": "US"}, {"region": 3}],
    ids=["two lengths", "a text", "a number"],
)
def test_columns_are_lists_of_one_length(given: Any) -> None:
    with pytest.raises(UsageError, match=r"^table regions expects .*; found "):
        floors.Study({**{name: records(name) for name in TINY}, "regions": given})


def test_without_pyarrow_csv_is_read_and_the_rest_says_what_it_needs(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = floors.read(TOY)
    study.to_folder(tmp_path / "parquet", "parquet")
    table = ARROW.table({"plant": ["hall"]})
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert floors.read(study.to_folder(tmp_path / "csv")).rows("demand") == study.rows("demand")
    for call in (
        lambda: floors.read(tmp_path / "parquet"),
        lambda: study.to_folder(tmp_path / "other", "parquet"),
        lambda: study.arrow("demand"),
        lambda: floors.Study({"plants": table}),
    ):
        with pytest.raises(UsageError, match=r"needs pyarrow: pip install \"floors\[exchange\]\""):
            call()
    assert not (tmp_path / "other").exists()


def test_a_workbook_by_its_bytes_and_by_an_open_file() -> None:
    wanted = floors.read(TOY)
    content = TOY.read_bytes()
    with TOY.open("rb") as file:
        found = floors.read(file)
    assert (found.name, found.path) == (TOY.stem, TOY), "so that it is not overwritten"
    held = [floors.read(content), floors.read(bytearray(content)), floors.read(BytesIO(content))]
    for one in (found, *held):
        assert one.sha256 == wanted.sha256 and one.rows("demand") == wanted.rows("demand")
    assert {(one.name, one.path) for one in held} == {("study", None)}
    with TOY.open(encoding="latin-1") as text, pytest.raises(UsageError, match="open for bytes"):
        floors.read(text)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="workbook in memory: this is not an Excel workbook"):
        floors.read(b"region,role")
