"""The page and the pictures against the tables: made again from those of the workbook, by the code that words them.

It proves nothing of the wording, which is written once. It tells what was changed since, and a page that is not of
these tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from math import isclose
from pathlib import Path
from typing import Any

from floors.brief.page import page
from floors.brief.pictures.all import pictures
from floors.brief.tables import ALONE, Family, Tables, told_together
from floors.contract import results as tables
from floors.contract.results import Row, SheetOf
from floors.contract.results.handed import BRIEF, BRIEF_TEXT, PICTURE_VALUES, PICTURES
from floors.excel.page_layout import fitted
from floors.excel.report import FAILED_MARK
from floors.page.page import Page, Paragraph
from floors.page.written import brief_rows, page_of, picture_rows, picture_value_rows
from floors.study.scenarios import BASE
from floors.study.study import Study
from floors.verification.check import Checker
from floors.verification.written import Book, Front, address

AS_TABLES = "the page and the pictures say what the tables say"
AS_PAGE = "sheet brief shows what brief_text holds"
NOT_THERE = "the page and the pictures: the workbook has none"
NO_BASE = "the page and the pictures: base, beside which they are told, was solved but is not in the workbook"
TABLES_WRONG = "the page and the pictures: the tables that they are made from are wrong"
NO_RESULT = "the page, which says why no scenario has a result"
_RELATIVE = 1e-9


def check_handed(study: Study, book: Book, checker: Checker) -> None:
    """Sheets brief_text, pictures and picture_values, then sheet brief."""
    if book.handed is None:
        checker.unknown[NOT_THERE] = None
        return
    if checker.findings:
        checker.unknown[TABLES_WRONG] = None
    elif book.several and BASE not in book.of:
        checker.unknown[NO_BASE] = None
    else:
        _check_tables(study, book, checker)
    if book.front:
        _check_front(book.handed[BRIEF_TEXT.name], book.front, checker)


def _check_tables(study: Study, book: Book, checker: Checker) -> None:
    assert book.handed is not None
    solved = {name: found for name, found in book.of.items() if found.get(tables.SUMMARY.name)}
    failed = {name for name in solved if not all(x["passed"] for x in book.lines(name, "certificate"))}
    without = {name: str(book.recorded(name).get("status")) for name in book.of if name not in solved}
    if not solved:
        checker.unknown[NO_RESULT] = None
        return
    rows = {name: partial(_rows, book, name) for name in solved}
    told: tuple[Tables, Family]
    if book.several:
        told = told_together(study, rows, failed, without)
    else:
        name = str(book.recorded("").get("scenario"))
        here = study.base.scenario(name) if name in study.base.scenario_names else study
        told = Tables(here, rows[""], bool(failed)), ALONE
    made, shown = page(*told), pictures(*told)
    if not study.settings.title:
        made = replace(made, kicker=_name(book, next(iter(solved))) or made.kicker)
    if failed:
        made = replace(made, alarm=made.alarm or FAILED_MARK)
    expected: tuple[tuple[SheetOf[Any], Iterable[Row]], ...] = (
        (BRIEF_TEXT, brief_rows(made)),
        (PICTURES, picture_rows(shown)),
        (PICTURE_VALUES, picture_value_rows(shown)),
    )
    for sheet, wanted in expected:
        _compare(sheet, book.handed[sheet.name], list(wanted), checker)


def _name(book: Book, scenario: str) -> str:
    """What the study was called when it was solved: its file may have another name by now, or have come later."""
    told = book.recorded(scenario)
    name = str(told.get("workbook") or "")
    return Path(name).stem if told.get("workbook sha256") else name


def _rows(book: Book, scenario: str, sheet: str) -> Iterator[Row]:
    """The rows of a sheet as a result has them."""
    for line in book.lines(scenario, sheet):
        yield tuple(line.cells[name] for name in tables.BY_NAME[sheet].names)


def _compare(
    sheet: SheetOf[Any], found: Sequence[tuple[int, Row]], wanted: Sequence[Row], checker: Checker
) -> None:
    if len(found) != len(wanted):
        checker.say(sheet.name, "", "", f"{len(found)} rows", f"{len(wanted)} rows", AS_TABLES)
    for (number, row), right in zip(found, wanted, strict=False):
        checker.compared += 1
        dated = sheet is BRIEF_TEXT and row[1] == "source"  # the day may stand behind it
        for place, (name, cell, value) in enumerate(zip(sheet.names, row, right, strict=True), 1):
            same = str(cell).startswith(str(value)) if dated and name == "text" else _same(cell, value)
            if not same:
                checker.say(sheet.name, address(number, place), name, cell, value, AS_TABLES)
                break


def _check_front(rows: Sequence[tuple[int, Row]], front: Front, checker: Checker) -> None:
    """Every cell of sheet brief is a piece of the page where it has room, and every piece is there."""
    try:
        told = page_of(BRIEF_TEXT.read(row for _, row in rows))
    except (TypeError, ValueError, KeyError) as error:
        checker.say(BRIEF_TEXT.name, "", "", str(error), "the page", AS_PAGE)
        return
    wanted = _pieces(told)
    for at in sorted(wanted.keys() | front.keys()):
        checker.compared += 1
        if not _same(front.get(at), wanted.get(at)):
            checker.say(BRIEF, address(*at), "", front.get(at), wanted.get(at), AS_PAGE)


def _pieces(told: Page) -> Mapping[tuple[int, int], Any]:
    found: dict[tuple[int, int], Any] = {}
    for placed in fitted(told).pieces:
        said = placed.piece.told
        said = said.plain if isinstance(said, Paragraph) else said
        if said is not None and said != "":
            found[placed.top + 1, placed.piece.first + 1] = said
    return found


def _same(cell: Any, value: Any) -> bool:
    if isinstance(value, int | float) and isinstance(cell, int | float):
        return isclose(cell, value, rel_tol=_RELATIVE, abs_tol=1e-12)
    return (cell or None) == (value or None)
