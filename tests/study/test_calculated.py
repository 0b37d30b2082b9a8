"""Values set in a workbook with formulas: what would be calculated anew is told, since it is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from floors.errors import InputError
from floors.study.study import read
from tests.support.tiny import places, sheets


def calculated(
    path: Path, formulas: dict[str, tuple[str, Any]], names: dict[str, str] | None = None, **more: Any
) -> Path:
    """TINY with formulas and their saved results in some cells: {"demand!G2": ("=H2-1", 5)}."""
    book = xlsxwriter.Workbook(str(path))
    for title, rows in (sheets() | more).items():
        sheet = book.add_worksheet(title)
        for line, row in enumerate(rows):
            for column, value in enumerate(row):
                if value is not None:
                    sheet.write(line, column, value)
        for place, (formula, value) in formulas.items():
            if place.startswith(f"{title}!"):
                sheet.write_formula(place.partition("!")[2], formula, None, value)
    for name, refers in (names or {}).items():
        book.define_name(name, refers)
    book.close()
    return path


OWN = {"_mine": [["x"], [3]]}
READS: dict[str, tuple[dict[str, tuple[str, Any]], dict[str, str], dict[str, Any]]] = {
    "itself": ({"demand!G3": ("=G2-1", 4)}, {}, {}),
    "in dollars": ({"demand!G3": ("=$G$2-1", 4)}, {}, {}),
    "from another sheet": ({"contracts!C2": ("=demand!G2*16", 80)}, {}, {}),
    "with quotes": ({"contracts!C2": ("='demand'!G2*16", 80)}, {}, {}),
    "in a range": ({"demand!G3": ("=SUM(F2:H2)", 4)}, {}, {}),
    "in a column": ({"contracts!C2": ("=SUM(demand!G:G)", 80)}, {}, {}),
    "in a row": ({"contracts!C2": ("=SUM(demand!2:2)", 80)}, {}, {}),
    "by another": ({"demand!G3": ("=_mine!A3", 4), "_mine!A3": ("=demand!G2+A2", 8)}, {}, OWN),
    "by a name": ({"demand!G3": ("=first-1", 4)}, {"first": "=demand!$G$2"}, {}),
    "nobody knows": ({"demand!G3": ('=INDIRECT("G2")-1', 4)}, {}, {}),
}


@pytest.mark.parametrize("how", READS)
def test_a_formula_that_reads_what_was_set_is_told_and_may_be_set_too(how: str, tmp_path: Path) -> None:
    formulas, names, more = READS[how]
    path = calculated(tmp_path / "a.xlsx", formulas, names, **more)
    study = read(path)
    sheet, cell = next(iter(formulas)).split("!")
    for give in (lambda: read(path, overrides=["demand!G2=9"]), lambda: study.set("demand!G2", 9)):
        with pytest.raises(InputError, match="not calculated anew") as caught:
            give()
        assert places(caught.value.problems) == [(sheet, cell, "not_calculated")]
    both = study.overridden_by(["demand!G2=9", f"{sheet}!{cell}=7"])
    assert both.rows("demand")[0]["years"][2026] == 9.0


@pytest.mark.parametrize(
    "formula", ["=G3-1", "=SUM(H2:H9)", "=plants!G2", "=caps!$G$2", "=2+3", "=[1]demand!G2", '="G2"']
)
def test_a_formula_that_reads_other_cells_is_left_alone(formula: str, tmp_path: Path) -> None:
    path = calculated(tmp_path / "a.xlsx", {"contracts!C2": (formula, 80)})
    assert read(path, overrides=["demand!G2=9"]).rows("contracts")[0]["strike"] == 80.0


def test_a_cell_that_holds_a_formula_itself_can_be_set(tmp_path: Path) -> None:
    path = calculated(tmp_path / "a.xlsx", {"demand!G2": ("=H2-1", 5)})
    study = read(path, overrides=["demand!G2=9"])
    assert study.rows("demand")[0]["years"][2026] == 9.0
    assert study.overridden[0].cells == (("demand!G2", 5),)


def test_a_formula_in_what_is_not_read_hinders_nothing(tmp_path: Path) -> None:
    path = calculated(tmp_path / "a.xlsx", {"_mine!A3": ("=demand!G2", 5)}, **OWN)
    assert read(path, overrides=["demand!G2=9"]).rows("demand")[0]["years"][2026] == 9.0
