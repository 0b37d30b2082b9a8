"""Runs of a family on disk: what is resumed and what is not, who holds the folder, and tables too large for Excel."""

from __future__ import annotations

import csv
import json
import os
import pickle
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

import floors
import floors.many.kept
import floors.results.solve
from floors.cli.main import run
from floors.contract import results as tables
from floors.files.targets import check_target, hold_parts
from floors.many import large, solve_scenarios
from floors.many.kept import Kept, key_of
from floors.many.packed import Packed, packed, unpacked
from tests.support.books import tables_in
from tests.support.scripts import by_hand
from tests.support.several import STATUS, case

ALL = ["solve", "study.xlsx", "--all", "--jobs", "1", "-o", "out.xlsx"]


@pytest.fixture
def folder(folder: Path) -> Path:
    """The working folder with the family's workbook in it."""
    case().to_excel(folder / "study.xlsx")
    return folder


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int], list[str]]]:
    """Let Ctrl-C come when so many scenarios were solved; the scenarios solved from then on."""
    real = floors.results.solve.solve

    def after(count: int) -> list[str]:
        solved: list[str] = []

        def solve(study: floors.Study, **options: Any) -> Any:
            if len(solved) == count:
                raise KeyboardInterrupt
            solved.append(study.scenario_name)
            return real(study, **options)

        monkeypatch.setattr(floors.results.solve, "solve", solve)
        return solved

    yield after


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {"study.xlsx"}


# Packing


def test_what_is_packed_comes_back_and_nothing_else_does() -> None:
    rows = [("a", 1, 1.5, True, None), ("b", -0.0, float("inf"), False, "é\ud800")]
    assert unpacked(packed(rows)) == rows
    found = unpacked(packed([(np.float64(0.1), np.int64(3), np.bool_(True), np.str_("x"))]))
    assert found == [(0.1, 3, True, "x")] and [type(v) for v in found[0]] == [float, int, bool, str]
    with pytest.raises(TypeError, match="Path is no plain value"):
        packed([(Path("a"),)])
    some = Packed.of({"floors": rows, "caps": []})
    assert (some.count("floors"), some.count("caps"), some.count("prices")) == (2, 0, 0)
    assert list(some.rows("floors")) == rows and list(some.rows("caps")) == []


def test_bytes_with_code_in_them_are_refused(tmp_path: Path) -> None:
    import zlib

    class Harm:
        def __reduce__(self) -> tuple[Any, ...]:
            return Path.touch, (tmp_path / "harm",)

    for content in (zlib.compress(pickle.dumps(Harm())), b"no bytes of ours", packed([1])[:-3]):
        with pytest.raises(ValueError, match="not bytes of plain values"):
            unpacked(content)
    assert not (tmp_path / "harm").exists()


# Resuming


def test_a_run_that_resumes_solves_only_what_is_left(
    folder: Path, stopped: Callable[[int], list[str]], capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(ALL) == 3
    whole = (folder / "out.xlsx").read_bytes()
    (folder / "out.xlsx").unlink()
    assert names(folder) == set()
    first = stopped(6)
    assert run([*ALL, "--resume"]) == 130
    assert names(folder) == {".out.xlsx.parts"}
    second = stopped(99)
    capfd.readouterr()
    assert run([*ALL, "--resume", "--json"]) == 3
    assert first == list(STATUS)[:6]
    assert second == ["misplaced", "late", "shock"], "faulty has no study to solve"
    assert (folder / "out.xlsx").read_bytes() == whole
    assert names(folder) == {"out.xlsx"}
    out, err = capfd.readouterr()
    assert err.count("solved before") == 3 and "starved: infeasible: " in err
    assert all(one["seconds"] > 0 for one in json.loads(out)["scenarios"] if one["status"] == "optimal")


def test_without_resume_ctrl_c_leaves_nothing_and_nothing_is_resumed(
    folder: Path, stopped: Callable[[int], list[str]]
) -> None:
    stopped(3)
    assert run(ALL) == 130
    assert names(folder) == set()
    stopped(3)
    assert run([*ALL, "--resume"]) == 130
    assert names(folder) == {".out.xlsx.parts"}
    solved = stopped(99)
    assert run(ALL) == 3
    assert solved == [name for name in STATUS if name != "faulty"]
    assert names(folder) == {"out.xlsx"}


def test_any_run_into_the_same_workbook_removes_what_was_left(
    folder: Path, stopped: Callable[[int], list[str]]
) -> None:
    stopped(3)
    assert run([*ALL, "--resume"]) == 130
    stopped(99)
    assert run(["solve", "study.xlsx", "-o", "other.xlsx"]) == 0
    assert names(folder) == {"other.xlsx", ".out.xlsx.parts"}, "another workbook's are not ours to remove"
    assert run(["solve", "study.xlsx", "-o", "out.xlsx"]) == 0
    assert names(folder) == {"other.xlsx", "out.xlsx"}


@pytest.mark.parametrize("how", ["shorter", "changed", "another file"])
def test_a_part_that_is_not_whole_is_solved_again(
    folder: Path, stopped: Callable[[int], list[str]], how: str
) -> None:
    stopped(2)
    assert run([*ALL, "--resume"]) == 130
    part = sorted((folder / ".out.xlsx.parts").glob("*.part"))[0]
    content = bytearray(part.read_bytes())
    if how == "changed":
        content[-20] ^= 1
    part.write_bytes({"shorter": content[:-1], "changed": content, "another file": b"PK"}[how])
    solved = stopped(99)
    assert run([*ALL, "--resume"]) == 3
    assert len({"base", "no cap"} & set(solved)) == 1


def test_the_key_follows_from_everything_that_the_result_does(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from floors.cli.shared import builder

    study, again = floors.read(folder / "study.xlsx"), floors.read(folder / "study.xlsx")
    options = {"ranges": None, "model": None}
    first = key_of(study, options)
    assert first == key_of(again, dict(options))
    (folder / "m.py").write_text("def build(case): ...")
    one = key_of(study, options | {"model": builder(folder / "m.py")})
    (folder / "m.py").write_text("def build(case): pass")
    two = key_of(study, options | {"model": builder(folder / "m.py")})
    case("no cap").to_excel(folder / "study.xlsx", force=True)
    other = key_of(floors.read(folder / "study.xlsx"), options)
    tables_alone, others = key_of(case(), options), key_of(case("no cap"), options)
    with monkeypatch.context() as patch:
        turned = replace(tables.CAPS, columns=tables.CAPS.columns[::-1])
        sheets = tuple(turned if sheet is tables.CAPS else sheet for sheet in tables.RESULTS)
        patch.setattr(floors.many.kept, "RESULTS", sheets)
        in_order = key_of(study, options)
    monkeypatch.setattr("floors.excel.record.version", lambda name: f"{name} 99")
    found = {
        first,
        in_order,
        one,
        two,
        other,
        tables_alone,
        others,
        key_of(study, options),
        key_of(study, {"ranges": True}),
    }
    assert len(found) == 9


def test_a_bug_and_a_time_that_ran_out_are_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study, real, tried = case("no cap"), floors.results.solve.solve, []

    def solve(one: floors.Study, **options: Any) -> Any:
        tried.append(one.scenario_name)
        if len(tried) < 3:
            raise [RuntimeError("two by two is five"), floors.TimeLimit("too late")][len(tried) - 1]
        return real(one, **options)

    monkeypatch.setattr(floors.results.solve, "solve", solve)
    parts = Kept(tmp_path, resume=True)
    assert [one.status for one in solve_scenarios(study, parts=parts)] == ["failed", "time_limit"]
    assert [one.status for one in solve_scenarios(study, parts=parts)] == ["optimal", "optimal"]
    runs = solve_scenarios(study, parts=parts)
    assert tried == ["base", "no cap"] * 2 and [one.resumed for one in runs] == [True, True]
    here = solve_scenarios(study)
    for sheet in tables.SEVERAL:
        assert list(runs.rows(sheet.name)) == list(here.rows(sheet.name))
        assert len(runs.rows(sheet.name)) == len(list(here.rows(sheet.name)))
    assert [one.figures for one in runs] == [one.figures for one in here]


def test_parts_that_cannot_be_kept_are_an_output_that_cannot_be_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    assert run(ALL) == 5
    assert "No space left on device" in capfd.readouterr().err
    assert names(folder) == set()


def test_one_scenario_has_nothing_to_resume(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["solve", "study.xlsx", "--resume"]) == 2
    assert "--resume goes on with several scenarios" in capfd.readouterr().err


# Who holds the folder


def test_two_runs_into_one_workbook_leave_each_other_alone(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with hold_parts(folder / "out.xlsx") as held:
        (held / "a.part").write_bytes(b"of the other run")
        with pytest.raises(floors.UsageError, match="another run is at work on"):
            hold_parts(folder / "out.xlsx", resume=True).__enter__()
        with hold_parts(folder / "out.xlsx") as second:
            assert second.name == ".out.xlsx.2.parts"
        check_target(folder / "out.xlsx")
        assert run(ALL) == 3
        assert run([*ALL, "--resume"]) == 2
        assert (held / "a.part").read_bytes() == b"of the other run"
    assert names(folder) == {"out.xlsx"}


def test_what_is_not_ours_in_such_a_folder_stays(folder: Path) -> None:
    (folder / ".out.xlsx.parts").mkdir()
    (folder / ".out.xlsx.parts" / "mine.txt").write_text("mine")
    (folder / ".out.xlsx.parts" / "old.part").write_text("left")
    assert run(ALL) == 3
    assert {path.name for path in (folder / ".out.xlsx.parts").iterdir()} == {"mine.txt", "lock"}


def test_an_output_folder_made_for_a_run_that_failed_is_gone_again(
    folder: Path, stopped: Callable[[int], list[str]]
) -> None:
    stopped(1)
    assert run(["solve", "study.xlsx", "--all", "--jobs", "1", "-o", "new/deep/out.xlsx"]) == 130
    assert names(folder) == set()


@pytest.mark.long
@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_families_killed_at_random_moments_are_resumed() -> None:
    """`python -m tests.by_hand.killed_family 20` tries more, and any workbook."""
    found = json.loads(by_hand("killed_family", "3", "--seed", "2"))
    assert (found["same"], found.get("other", 0), found["left"]) == (3, 0, 0), found
    assert found["left by a run that does not resume"] == 0, found


# Tables that Excel has no room for


def test_tables_too_large_lie_in_a_folder_beside_the_workbook(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    runs = solve_scenarios(floors.read(folder / "study.xlsx"))
    lengths = {sheet.name: len(runs.rows(sheet.name)) for sheet in runs.sheets}
    small = lengths["floors"]
    monkeypatch.setattr(large, "MOST_ROWS", small)  # an Excel of so many rows
    may = {sheet.name for sheet in large.STAY}
    stay = [
        name
        for name, length in lengths.items()
        if name == "side_by_side" or (name in may and length <= small)
    ]
    moved = [s.name for s in runs.sheets if s.name not in stay]
    assert "floors" in stay and {"run", "shipments", "support"} <= set(moved), lengths
    (folder / "out-tables").mkdir()
    (folder / "out-tables" / "mine.txt").write_text("mine")
    for _ in range(2):
        assert run(ALL) == 3
        err = capfd.readouterr().err
        assert "out-tables-1; the workbook has the other sheets" in err and "shipments" in err
        assert names(folder) == {"out.xlsx", "out-tables", "out-tables-1"}
        assert {path.stem for path in (folder / "out-tables-1").iterdir()} == set(moved)
    book: Any = openpyxl.load_workbook(folder / "out.xlsx")
    assert tables_in(book) == stay
    for sheet in runs.sheets:
        if sheet.name in moved:
            with (folder / "out-tables-1" / f"{sheet.name}.csv").open(encoding="utf-8", newline="") as file:
                header, *rows = csv.reader(file)
            assert tuple(header) == sheet.names
            assert len(rows) == lengths[sheet.name]
            for row, given in zip(rows, runs.rows(sheet.name), strict=True):
                assert row == [_as_csv(value) for value in given]


def _as_csv(value: object) -> str:
    return "" if value is None else str(value).upper() if isinstance(value, bool) else str(value)


def test_sheet_run_says_where_the_other_tables_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = solve_scenarios(case("no cap"))
    rest = tuple(sheet for sheet in tables.SEVERAL if sheet.name == "shipments" or sheet.name == "caps")
    stay = tuple(sheet for sheet in tables.SEVERAL if sheet not in rest)
    monkeypatch.setattr(large, "_shared_out", lambda _: (stay, rest))
    written = large.write_runs(runs, tmp_path / "a.xlsx")
    assert written == large.Written(tmp_path / "a.xlsx", tmp_path / "a-tables", ("shipments", "caps"))
    book: Any = openpyxl.load_workbook(tmp_path / "a.xlsx")
    told, *others = book["run"].iter_rows(min_row=2, max_col=3, values_only=True)
    assert told == ("base", "tables in folder a-tables", "shipments, caps")
    assert len(others) == len(runs.rows("run"))
    assert {path.name for path in tmp_path.iterdir()} == {"a.xlsx", "a-tables"}


@pytest.mark.parametrize("most", [5, 6])
def test_a_table_fits_up_to_the_last_row_of_excel(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    class Six:
        sheets = tables.several({"base": ""})

        def rows(self, sheet: str) -> list[int]:
            return list(range(6 if sheet == "shipments" else 1))

    monkeypatch.setattr(large, "MOST_ROWS", most)
    keep, moved = large._shared_out(Six())  # type: ignore[arg-type]
    assert ("shipments" in [sheet.name for sheet in moved]) is (most == 5)
    assert ("shipments" in [sheet.name for sheet in keep]) is (most == 6)
    assert bool(moved) is (most == 5)
