"""Tables of any two results fit together: the types of a DataFrame follow from its columns, not from its rows."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import floors
from floors.contract.results import RESULTS, SEVERAL, Cell, Kind, Sheet, frame
from floors.contract.results.alternatives import SHEETS as ALTERNATIVES
from floors.contract.results.coalition import candidates_sheets, sheets_of
from floors.contract.results.frames import DTYPES
from floors.contract.results.priorities import SHEETS as PRIORITIES
from floors.contract.results.risk import SHEETS as RISK
from floors.contract.results.sample import sheets_of as samples_sheets
from floors.contract.results.sweep import SHEETS as SWEEP
from floors.contract.results.tornado import SHEETS as TORNADO
from tests.support import everything
from tests.support.places import CASES, INPUTS

ALL = [
    pytest.param(sheet, id=f"{command}-{sheet.name}")
    for command, sheets in {
        "solve": RESULTS,
        "all": SEVERAL,
        "risk": RISK,
        "sweep": SWEEP,
        "alternatives": ALTERNATIVES,
        "priorities": PRIORITIES,
        "tornado": TORNADO,
        "sample": samples_sheets(("leach",), (("floor US", "USD/kg"),)),
        "coalition": sheets_of(("US", "JP")),
        "candidates": candidates_sheets(("US", "JP"))[:3],
    }.items()
    for sheet in sheets
]
STUDIES = {
    "toy": CASES / "toy.xlsx",
    "rare earths": INPUTS / "rare_earths.xlsx",
    "none": INPUTS / "smallest.xlsx",
}
FILLED: dict[Kind, tuple[Cell, ...]] = {
    Kind.TEXT: ("US", "", "=1"),
    Kind.WHOLE: (2026, 0, -1),
    Kind.NUMBER: (1.5, 2, float("nan")),
    Kind.FLAG: (True, False, True),
}


def types(sheet: Sheet, *rows: tuple[Cell, ...]) -> list[str]:
    return [str(dtype) for dtype in frame(sheet, rows).dtypes]


@pytest.mark.parametrize("sheet", ALL)
def test_types_are_those_of_the_columns_whatever_the_rows(sheet: Sheet) -> None:
    wanted = [DTYPES[column.kind] for column in sheet.columns]
    blank = tuple(None for _ in sheet.columns)
    rows = list(zip(*(FILLED[column.kind] for column in sheet.columns), strict=True))
    assert types(sheet) == types(sheet, blank) == types(sheet, *rows) == types(sheet, *rows, blank) == wanted
    assert tuple(frame(sheet, []).columns) == sheet.names


def test_cells_come_back_as_they_were_and_blanks_and_nan_as_na() -> None:
    sheet = next(sheet for sheet in RESULTS if sheet.name == "certificate")
    found = frame(sheet, [("gap", 1e-12, float("nan"), True), ("sum", None, 1, None)])
    assert found.isna().to_numpy().tolist() == [[False, False, True, False], [False, True, False, True]]
    assert found["check"].tolist() == ["gap", "sum"] and bool(found["passed"].iloc[0])
    assert (found["value"].iloc[0], found["tolerance"].iloc[1]) == (1e-12, 1.0)


def test_sheet_run_has_words_and_numbers_apart() -> None:
    run = results()["toy"].run.set_index("key")
    assert run.loc["number of floors"].tolist() == ["24", 24]
    assert run.loc["solver", "value"] == "HiGHS simplex" and pd.isna(run.loc["solver", "number"])


@cache
def results() -> dict[str, floors.Result]:
    solved = {name: floors.solve(floors.read(path)) for name, path in STUDIES.items()}
    return {**solved, "everything": floors.solve(everything.study())}


@pytest.mark.parametrize("sheet", RESULTS, ids=lambda sheet: sheet.name)
def test_results_of_any_studies_stack(sheet: Sheet, tmp_path: Path) -> None:
    frames = [getattr(result, sheet.name) for result in results().values()]
    count = sum(map(len, frames))
    assert [*pd.concat(frames).dtypes] == [*frames[0].dtypes] and len(pd.concat(frames)) == count
    arrow: Any = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    tables = [arrow.Table.from_pandas(one, preserve_index=False).replace_schema_metadata() for one in frames]
    assert len({str(table.schema) for table in tables}) == 1 and "null" not in str(tables[0].schema)
    assert arrow.concat_tables(tables).num_rows == count
    for number, one in enumerate(frames):
        one.to_parquet(tmp_path / f"{number}.parquet")
    assert len(pd.read_parquet(tmp_path)) == count


@pytest.mark.parametrize("sheet", RESULTS, ids=lambda sheet: sheet.name)
def test_results_of_any_studies_stack_in_polars(sheet: Sheet) -> None:
    polars: Any = pytest.importorskip("polars", reason="polars is not installed")
    pytest.importorskip("pyarrow", reason="pyarrow, by which polars reads pandas, is not installed")
    frames = [polars.from_pandas(getattr(result, sheet.name)) for result in results().values()]
    assert polars.concat(frames, how="vertical").height == sum(one.height for one in frames)


@pytest.mark.parametrize("sheet", RESULTS, ids=lambda sheet: sheet.name)
def test_results_of_any_studies_stack_in_duckdb(sheet: Sheet) -> None:
    duckdb: Any = pytest.importorskip("duckdb", reason="duckdb is not installed")
    frames = [getattr(result, sheet.name) for result in results().values()]
    with duckdb.connect() as base:
        kinds = {tuple(map(str, base.from_df(one).types)) for one in frames}
        assert len(kinds) == 1, kinds
        for number, one in enumerate(frames):
            base.register(f"t{number}", one)
        every = " union all ".join(f"from t{number}" for number in range(len(frames)))
        assert len(base.sql(every).fetchall()) == sum(map(len, frames))
