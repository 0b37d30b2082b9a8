"""What HiGHS does, as docs/traps.md says: where one of these fails, another version does otherwise; look again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import highspy
import numpy as np
import pytest

INF = highspy.kHighsInf
OK, WARNING, ERROR = highspy.HighsStatus.kOk, highspy.HighsStatus.kWarning, highspy.HighsStatus.kError
STATUS = highspy.HighsModelStatus


def model(
    cost: list[float],
    rows: list[list[float]],
    lower: list[float],
    upper: list[float] | None = None,
    **options: Any,
) -> tuple[Any, Any]:
    """HiGHS with an LP over columns at 0 or more, and what it said to it."""
    highs = highspy._core._Highs()
    highs.setOptionValue("output_flag", False)
    for name, value in options.items():
        assert highs.setOptionValue(name, value) == OK
    n, m = len(cost), len(lower)
    entries = np.array(rows, dtype=float).reshape(m, n)
    start = np.arange(0, n * m + 1, n, dtype=np.int32) if n else np.zeros(m + 1, dtype=np.int32)
    said = highs.passModel(
        *(n, m, n * m, int(highspy.MatrixFormat.kRowwise), int(highspy.ObjSense.kMinimize), 0.0),
        *(np.array(cost, dtype=float), np.zeros(n), np.full(n, INF)),
        *(np.array(lower, dtype=float), np.full(m, INF) if upper is None else np.array(upper, dtype=float)),
        *(start, np.tile(np.arange(n, dtype=np.int32), m), entries.ravel(), np.zeros(n, dtype=np.int32)),
    )
    return highs, said


def row(highs: Any, value: float, lower: float = 0.0, upper: float = INF) -> Any:
    return highs.addRow(lower, upper, 1, np.zeros(1, dtype=np.int32), np.array([value]))


@pytest.mark.parametrize(("entry", "kept"), [(1e-9, False), (1.01e-9, True), (9e14, True)])
def test_small_entries_are_dropped_with_a_warning(entry: float, kept: bool) -> None:
    highs, said = model([1], [[entry]], [1])
    assert (said, highs.getNumNz()) == ((OK, 1) if kept else (WARNING, 0))
    assert (row(highs, entry), highs.getNumRow()) == (OK if kept else WARNING, 2)
    assert highs.changeCoeff(0, 0, entry) == (OK if kept else WARNING)


def test_what_is_refused_is_not_there_and_the_rest_is_solved() -> None:
    highs, _ = model([1], [[1]], [1])
    assert row(highs, 1e15) == row(highs, 1.0, 1e20) == row(highs, 1.0, np.nan) == ERROR
    assert highs.getNumRow() == 1
    assert highs.changeRowsBounds(1, np.zeros(1, dtype=np.int32), np.array([1e20]), np.array([INF])) == ERROR
    assert highs.run() == OK and highs.getInfo().objective_function_value == 1
    refused, said = model([1], [[1e15]], [1])
    assert said == ERROR and refused.run() == OK and refused.getModelStatus() == STATUS.kModelEmpty


def test_numbers_that_are_none_are_taken() -> None:
    for _, said in (model([np.nan], [[1]], [1]), model([1], [[np.nan]], [1])):
        assert said == OK
    highs, _ = model([1], [[1]], [1])
    assert row(highs, np.nan) == highs.addCol(np.nan, 0, 1, 0, np.zeros(0, np.int32), np.zeros(0)) == OK
    assert highs.changeColsCost(1, np.zeros(1, dtype=np.int32), np.array([np.nan])) == OK
    assert highs.run() == OK and highs.getModelStatus() == STATUS.kOptimal


def test_an_endless_cost_holds_its_column_at_a_bound() -> None:
    highs, said = model([1e20, 5], [[1, 1]], [1])
    assert said == highs.run() == OK and list(highs.getSolution().col_value) == [0, 1]


def test_more_numbers_than_there_are_columns_are_not_noticed() -> None:
    """So fewer are not either, and it reads on beyond them."""
    highs = highspy._core._Highs()
    highs.setOptionValue("output_flag", False)
    said = highs.passModel(
        *(1, 1, 1, int(highspy.MatrixFormat.kRowwise), 1, 0.0, np.ones(3), np.zeros(3), np.ones(3)),
        *(np.ones(2), np.ones(2), np.array([0, 1], dtype=np.int32), np.zeros(1, dtype=np.int32), np.ones(1)),
        np.zeros(1, dtype=np.int32),
    )
    assert said == OK and highs.getNumCol() == 1


def test_seconds_add_up_over_all_runs_of_one_object() -> None:
    entries = np.random.default_rng(0).random((60, 60))
    highs, _ = model([1.0] * 60, entries.tolist(), [1.0] * 60)
    took = []
    for _ in range(3):
        assert highs.run() == highs.clearSolver() == OK
        took.append(highs.getRunTime())
    assert 0 < took[0] < took[1] < took[2]
    assert highs.setOptionValue("time_limit", took[0]) == OK
    assert highs.run() == WARNING and highs.getModelStatus() == STATUS.kTimeLimit
    assert highs.clearModel() == OK and highs.getRunTime() >= took[2]


def test_a_conflict_is_valid_and_empty_by_default() -> None:
    highs, _ = model([1], [[1], [1]], [1, -INF], [INF, 0.5])
    assert highs.run() == OK and highs.getModelStatus() == STATUS.kInfeasible
    said, conflict = highs.getIis()
    assert (said, conflict.valid_, list(conflict.row_index_)) == (OK, True, [])
    for strategy in (2, 3, 4):
        highs.setOptionValue("iis_strategy", strategy)
        assert sorted(highs.getIis()[1].row_index_) == [0, 1]


def test_asking_for_a_ray_changes_status_and_solution() -> None:
    highs, _ = model([-1, -1], [[1, -1]], [0], allow_unbounded_or_infeasible=True)
    highs.run()
    assert highs.getModelStatus() == STATUS.kUnboundedOrInfeasible
    assert highs.getPrimalRay()[1] and highs.getModelStatus() == STATUS.kUnbounded
    highs, _ = model([1, 1], [[1, 1], [1, 0]], [3, -INF], [INF, 0.5])
    highs.changeColsBounds(1, np.array([1], dtype=np.int32), np.zeros(1), np.ones(1))
    highs.run()
    before = list(highs.getSolution().col_value)
    assert highs.getDualRay()[1] and list(highs.getSolution().col_value) != before


def test_an_option_that_is_none_is_refused_and_no_more() -> None:
    highs, _ = model([1], [[1]], [1])
    assert highs.setOptionValue("time_limt", 1.0) == highs.setOptionValue("time_limit", -1.0) == ERROR
    assert highs.setOptionValue("small_matrix_value", 1e-13) == ERROR
    assert highs.run() == OK


# Files

MPS = """NAME
ROWS
 N  cost
 G  need
COLUMNS
    x  cost  1  need  1
    y  cost  2  need  1
RHS
    RHS  need  1
BOUNDS
 UP BND  x  4
ENDATA
"""


def read_back(text: str, path: Path) -> tuple[Any, Any, list[str]]:
    """What HiGHS answers to a file, what it has read, and what it warned of."""
    path.write_text(text, encoding="utf-8")
    highs, said = highspy._core._Highs(), list[str]()
    highs.setOptionValue("log_to_console", False)

    def listen(_kind: Any, words: str, out: Any, *_: Any) -> None:
        if out.log_type == highspy.HighsLogType.kWarning:
            said.append(words)

    highs.setCallback(listen, None)
    highs.startCallback(highspy._core.cb.HighsCallbackType.kCallbackLogging)
    return highs.readModel(str(path)), highs.getLp(), said


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    y  cost  2", "    y  cost  3\n    y  cost  2"),
        ("need  1\nBOUNDS", "need  1\n    RHS  need  2\nBOUNDS"),
        ("BOUNDS", "RANGES\n    RNG  nowhere  2\nBOUNDS"),
    ],
)
def test_what_a_file_loses_is_warned_of_and_forgotten(old: str, new: str, tmp_path: Path) -> None:
    said, _, warned = read_back(MPS.replace(old, new), tmp_path / "m.mps")
    assert said == OK and warned


@pytest.mark.parametrize(
    ("old", "new", "columns", "costs"),
    [
        ("    x  cost  1  need  1", "    x  need  1  need  1  cost  1", 2, [0, 2]),
        ("cost  2 ", "cost  2O ", 2, [1, 2]),
        ("BND  x", "BND  xx", 3, [1, 2, 0]),
    ],
)
def test_what_a_file_loses_without_a_word(
    old: str, new: str, columns: int, costs: list[float], tmp_path: Path
) -> None:
    said, lp, _ = read_back(MPS.replace(old, new), tmp_path / "m.mps")
    assert said == OK
    assert (lp.num_col_, list(lp.col_cost_)) == (columns, costs)


@pytest.mark.parametrize("name", ["2e3", "3x"])
def test_names_that_are_written_and_not_read(name: str, tmp_path: Path) -> None:
    highs, _ = model([1], [[1]], [1])
    assert (highs.passColName(0, name), highs.passRowName(0, "row")) == (OK, OK)
    assert highs.writeModel(str(tmp_path / "m.lp")) == OK
    text = (tmp_path / "m.lp").read_text(encoding="utf-8")
    assert read_back(text, tmp_path / "again.lp")[0] == ERROR
