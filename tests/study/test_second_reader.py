"""Another reader finds the same in every cell, but for what it is known not to tell apart."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

import floors
from floors.excel.template import write_template
from floors.study.sheets import NoResult, is_blank
from floors.study.workbook import read_workbook
from tests.support.places import ROOT
from tests.support.tiny import TINY, write

FILES = sorted([*(ROOT / "inputs").glob("*.xlsx"), *(ROOT / "tests" / "cases").glob("*.xlsx")])
MADE = ("tiny", "template", "example", "study")


def ours(path: Path) -> dict[tuple[str, int, int], Any]:
    """Filled cells by sheet, row and column. The other reader gives a formula without a result as a blank, and
    every number as a float."""
    return {
        (grid.title, *place): float(value) if type(value) is int else value
        for grid in read_workbook(path)[0]
        for place, value in grid.cells.items()
        if not is_blank(value) and not isinstance(value, NoResult)
    }


def theirs(path: Path) -> dict[tuple[str, int, int], Any]:
    book = CalamineWorkbook.from_path(path)
    return {
        (name, line, number): float(value) if type(value) is int else value
        for name in book.sheet_names
        for line, row in enumerate(book.get_sheet_by_name(name).to_python(skip_empty_area=False), 1)
        for number, value in enumerate(row, 1)
        if not is_blank(value)
    }


def made(name: str, folder: Path) -> Path:
    path = folder / "a.xlsx"
    if name == "tiny":
        return write(path, TINY)
    if name == "study":
        return floors.read(ROOT / "inputs" / "smallest.xlsx").to_excel(path)
    return write_template(path, example=name == "example")


def test_there_are_files_to_read() -> None:
    assert len(FILES) >= 3 and {path.stem for path in FILES} >= {"rare_earths", "smallest", "toy"}


@pytest.mark.parametrize("path", [*FILES, *MADE], ids=lambda path: getattr(path, "name", path))
def test_two_readers_agree(path: Path | str, tmp_path: Path) -> None:
    path = path if isinstance(path, Path) else made(path, tmp_path)
    found, other = ours(path), theirs(path)
    assert len(found) > 40
    assert found == other
    assert {place: type(value) for place, value in found.items()} == {
        place: type(value) for place, value in other.items()
    }


def test_a_wrong_cell_would_be_seen(tmp_path: Path) -> None:
    """Kinds that the files above lack: the readers agree on truth values and dates too, and not on errors."""
    path = write(tmp_path / "a.xlsx", TINY, {"plants!C1": "note", "plants!C2": True, "plants!D1": "note 2"})
    assert ours(path) == theirs(path) and ours(path)["plants", 2, 3] is True
    path = write(tmp_path / "b.xlsx", TINY, {"plants!C1": "note", "plants!C2": date(2026, 5, 1)})
    assert ours(path)["plants", 2, 3].date() == theirs(path)["plants", 2, 3] == date(2026, 5, 1)
    path = write(tmp_path / "c.xlsx", TINY, {"demand!D2": "#REF!"})
    assert ours(path)["demand", 2, 4] == "#REF!" and ("demand", 2, 4) not in theirs(path)
