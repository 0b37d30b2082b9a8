"""The script that compares kept results: it sees every kind of change, and never takes nothing for equal."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest

from tests.by_hand.same_results import compare_folders
from tests.support import studies

RUN = "built/study/solve"
JSON = {"status": "optimal", "scenarios": [{"cost": 5.5, "seconds": 0.4, "message": "done"}]}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one run."""
    folder = tmp_path_factory.mktemp("kept")
    place = folder / "runs" / RUN
    place.mkdir(parents=True)
    studies.solve(caps=studies.cap("bloc", "oxide", "demand", 0.5)).to_excel(place / "result.xlsx")
    (place / "stdout").write_text(json.dumps(JSON))
    (place / "stderr").write_text("base: optimal, 0.3 s.\nThe plan costs 5.5.\n")
    entry = {"kind": "solve", "words": ["solve"], "exit": 0, "files": ["result.xlsx", "stderr", "stdout"]}
    manifest = {"code": "here", "inputs": {"built/study.xlsx": "1"}, "runs": {RUN: entry}}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


@pytest.fixture(scope="module")
def kept(written: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as openpyxl saves it again, without charts, which it changes each time."""
    folder = tmp_path_factory.mktemp("saved") / "again"
    shutil.copytree(written, folder)
    path = folder / "runs" / RUN / "result.xlsx"
    for _ in range(2):  # who made the file is said from the second time on
        book = openpyxl.load_workbook(path)
        for page in book.worksheets:
            page._charts = []
        book.save(path)
    return folder


def cell(sheet: str, address: str, change: Callable[[Any], Any]) -> Callable[[Path], None]:
    """Change one cell of the workbook."""

    def changed(folder: Path) -> None:
        path = folder / "runs" / RUN / "result.xlsx"
        book = openpyxl.load_workbook(path)
        book[sheet][address].value = change(book[sheet][address].value)
        book.save(path)

    return changed


def part(name: str, old: bytes, new: bytes) -> Callable[[Path], None]:
    """Change one part of the workbook."""

    def changed(folder: Path) -> None:
        path = folder / "runs" / RUN / "result.xlsx"
        with ZipFile(path) as file:
            parts = {one: file.read(one) for one in file.namelist()}
        assert old in parts[name]
        parts[name] = parts[name].replace(old, new, 1)
        with ZipFile(path, "w") as file:
            for one, content in parts.items():
                file.writestr(one, content)

    return changed


def text(name: str, old: str, new: str) -> Callable[[Path], None]:
    """Change what was said, or the manifest."""

    def changed(folder: Path) -> None:
        path = folder / name if name == "manifest.json" else folder / "runs" / RUN / name
        said = path.read_text()
        assert old in said
        path.write_text(said.replace(old, new))

    return changed


def copy(kept: Path, target: Path, change: Callable[[Path], None]) -> Path:
    """The folder with a change."""
    shutil.copytree(kept, target)
    change(target)
    return target


def test_a_folder_is_like_itself_and_all_of_it_is_compared(kept: Path) -> None:
    found = compare_folders(kept, kept, RUN)
    assert found.differences == found.splits == []
    sheets = openpyxl.load_workbook(kept / "runs" / RUN / "result.xlsx").sheetnames
    assert {f"sheet {name}" for name in sheets} < {name for (_, name), count in found.cells.items() if count}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (cell("floors", "E2", lambda value: value * (1 + 1e-8)), "result.xlsx, floors!E2: "),
        (cell("words", "C2", lambda value: f"{value} "), "result.xlsx, words!C2: "),
        (cell("certificate", "D2", lambda value: int(value)), "result.xlsx, certificate!D2: True | 1"),
        (cell("prices", "D1", lambda value: "cost"), "result.xlsx, prices!D1: "),
        (cell("run", "B20", lambda value: f"{value}0"), "result.xlsx, run!B20: "),
        (text("stdout", "5.5", "5.500001"), "stdout: .scenarios[0].cost: 5.5 | 5.500001"),
        (text("stderr", "costs 5.5", "costs 5.50"), "stderr: line 2: "),
        (text("stderr", "optimal, 0.3 s", "feasible, 0.3 s"), "stderr: line 1: "),
        (text("manifest.json", '"exit": 0', '"exit": 3'), "exit: 0 | 3"),
        (text("manifest.json", ', "stdout"', ""), "stdout: only before"),
        (text("manifest.json", '.xlsx": "1"', '.xlsx": "2"'), "the input is not the same"),
    ],
)  # fmt: skip
def test_a_change_is_told(kept: Path, tmp_path: Path, change: Callable[[Path], None], said: str) -> None:
    found = compare_folders(kept, copy(kept, tmp_path / "after", change), RUN).differences
    assert len(found) - ("nothing was compared" in found) == 1 and said in found[0], found


def test_what_names_rules_leave_out_is_told_by_rule(kept: Path, tmp_path: Path) -> None:
    def changed(folder: Path) -> None:
        cell("run", "B2", lambda value: "older")(folder)
        text("stderr", "0.3 s", "17.2 s")(folder)
        text("stdout", "0.4", "0.9")(folder)

    found = compare_folders(kept, copy(kept, tmp_path / "after", changed), RUN)
    assert found.differences == [] and {"version", "seconds"} <= set(found.left_out)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("xl/comments2.xml", b"this floor", b"this flour"),
        ("xl/charts/chart1.xml", b"floor 80", b"floor 81"),
        ("xl/worksheets/sheet1.xml", b"<cols>", b'<cols><col min="1" max="1" width="2"/>'),
        ("xl/worksheets/sheet6.xml", b's="1"', b's="2"'),
    ],
)
def test_notes_charts_widths_and_formats_count(
    written: Path, tmp_path: Path, name: str, old: bytes, new: bytes
) -> None:
    found = compare_folders(written, copy(written, tmp_path / "after", part(name, old, new)), RUN)
    assert len(found.differences) == 1, found.differences


def test_nothing_compared_is_a_difference(kept: Path, tmp_path: Path) -> None:
    assert compare_folders(kept, kept, "none/*").differences == ["nothing was compared"]
    assert "nothing was compared of risk" in compare_folders(kept, kept).differences

    def emptied(folder: Path) -> None:
        path = folder / "runs" / RUN / "result.xlsx"
        book = openpyxl.load_workbook(path)
        book["stocks"].delete_rows(1, book["stocks"].max_row)
        book.save(path)

    after = copy(kept, tmp_path / "after", emptied)
    assert any(
        "stocks: nothing was compared" in line for line in compare_folders(after, after, RUN).differences
    )


def moved(origins: tuple[float, float], movable: bool) -> Callable[[Path], None]:
    """Let two origins of one destination, commodity and year send more or less."""

    def changed(folder: Path) -> None:
        path = folder / "runs" / RUN / "result.xlsx"
        book = openpyxl.load_workbook(path)
        page = book["sourcing"]
        place = {cell.value: cell.column for cell in page[1]}
        keys = [
            tuple(page.cell(number, place[name]).value for name in ("destination", "commodity", "year"))
            for number in range(2, page.max_row + 1)
        ]
        first = next(number for number, (one, other) in enumerate(pairwise(keys), 2) if one == other)
        for number, more in enumerate(origins, first):
            page.cell(number, place["movable"]).value = movable
            page.cell(number, place["quantity"]).value += more
        book.save(path)

    return changed


@pytest.mark.parametrize(
    ("after", "movable", "splits", "differences"),
    [((2, -2), True, 1, 0), ((2, -1), True, 0, 2), ((2, -2), False, 0, 2), ((0, 0), True, 0, 0)],
)
def test_a_split_that_ties_leave_open_is_listed_apart(
    kept: Path, tmp_path: Path, after: tuple[float, float], movable: bool, splits: int, differences: int
) -> None:
    one = copy(kept, tmp_path / "before", moved((0, 0), movable))
    other = copy(kept, tmp_path / "after", moved(after, movable))
    found = compare_folders(one, other, RUN)
    assert (len(found.splits), len(found.differences)) == (splits, differences)


def test_what_was_stopped_is_not_known_to_be_the_same(kept: Path, tmp_path: Path) -> None:
    stopped = copy(kept, tmp_path / "stopped", text("manifest.json", '"exit": 0', '"exit": null'))
    (found,) = compare_folders(stopped, stopped, RUN).differences
    assert "was stopped" in found
