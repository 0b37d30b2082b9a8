"""The results, as they were written: the rows of every sheet with the cells they stand in."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from os import PathLike, fspath
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from openpyxl.utils import get_column_letter

from floors.contract import results as tables
from floors.contract.results import (
    alternatives,
    coalition,
    diagnosis,
    grid,
    priorities,
    risk,
    sample,
    sweep,
    tornado,
)
from floors.contract.results.handed import BRIEF, BRIEF_TEXT, PICTURE_VALUES, PICTURES, WORDS
from floors.contract.results.whole import scenarios_down
from floors.errors import InputError, Problem
from floors.files.beside import FOLDER, read_csv
from floors.study.source import Source, read_source
from floors.verification.earlier import refuse_earlier
from floors.verification.report import Finding

SCENARIO = tables.SCENARIO.name
SENTENCES, WARNINGS = "sentences", "warnings"
_KINDS = {"sentence": SENTENCES, "warning": WARNINGS}
_ITEM = "- "  # how each sentence began beside the summary, where floors 0.1.0 told them
_HEADING = "Warnings"


@dataclass(frozen=True)
class Line:
    """One row of a sheet: its number, and its cells by column."""

    sheet: str
    number: int
    cells: dict[str, Any]
    first: int = 0  # columns before those of the sheet: that of the scenario

    def __getitem__(self, column: str) -> Any:
        return self.cells[column]

    def cell(self, column: str) -> str:
        """Address of a cell."""
        names = sheet_of(self.sheet).names
        place = names.index(column) + 1 + self.first if column in names else 1
        return f"{get_column_letter(place)}{self.number}"

    @property
    def key(self) -> tuple[Any, ...]:
        """The cells of the key columns."""
        return tuple(self.cells[name] for name in sheet_of(self.sheet).keys)


def sheet_of(name: str) -> tables.Sheet:
    """A sheet of the contract, without the column of the scenario."""
    return tables.COMPARISON if name == tables.COMPARISON.name else tables.BY_NAME[name]


Front: TypeAlias = Mapping[tuple[int, int], Any]


def address(row: int, place: int) -> str:
    """A cell by its row and column, both from 1."""
    return f"{get_column_letter(place)}{row}"


@dataclass
class Book:
    """All sheets of one result, by scenario: `of[scenario][sheet]`; `several` has a column `scenario`.

    `words` are the sentences and warnings, None where they are not known.
    """

    several: bool
    of: dict[str, dict[str, list[Line]]] = field(default_factory=dict)
    comparison: list[Line] = field(default_factory=list)
    across: list[Sequence[Any]] = field(default_factory=list)  # sheet side_by_side, scenarios down
    findings: list[Finding] = field(default_factory=list)
    words: list[str] | None = None
    handed: dict[str, list[tuple[int, Sequence[Any]]]] | None = None  # brief_text, pictures, picture_values
    front: Front = field(default_factory=dict)  # the filled cells of sheet brief
    written: bool = False  # read from a file, which should have them

    def lines(self, scenario: str, sheet: str) -> list[Line]:
        """Rows of a sheet; none where it is missing."""
        return self.of.get(scenario, {}).get(sheet, [])

    def recorded(self, scenario: str) -> dict[str, Any]:
        """Sheet run, key to number, or to value where there is none."""
        lines = self.lines(scenario, "run")
        return {line["key"]: line["value"] if line["number"] is None else line["number"] for line in lines}

    def take(self, name: str, first: int, rows: Iterable[tuple[int, Sequence[Any]]]) -> None:
        """Add the rows of a sheet, each with its number, after a look at the type of every cell."""
        sheet = sheet_of(name)
        for number, cells in rows:
            line = Line(name, number, dict(zip(sheet.names, cells[first:], strict=True)), first)
            self._look(line, sheet)
            if name == tables.COMPARISON.name:
                self.comparison.append(line)
                continue
            scenario = cells[0] if first else ""
            self.of.setdefault(scenario, {}).setdefault(name, []).append(line)

    def _look(self, line: Line, sheet: tables.Sheet) -> None:
        """A cell of the wrong type is a finding, and is left out of the sums."""
        for column in sheet.columns:
            value = line.cells[column.name]
            wanted = _TYPES[column.kind]
            if value is None:
                continue
            if wanted == (bool,) and type(value) in (int, float) and value in (0, 1):
                line.cells[column.name] = bool(value)  # as LibreOffice saves a flag
                continue
            good = isinstance(value, wanted) and (bool in wanted) == isinstance(value, bool)
            if not good:
                rule = f"{column.name} holds {' or '.join(sorted(k.__name__ for k in wanted))}"
                cell = line.cell(column.name)
                self.findings.append(Finding(sheet.name, cell, column.name, value, wanted[0].__name__, rule))
                line.cells[column.name] = None


_TYPES: dict[tables.Kind, tuple[type, ...]] = {
    tables.Kind.TEXT: (str,),
    tables.Kind.FLAG: (bool,),
    tables.Kind.WHOLE: (int,),
    tables.Kind.NUMBER: (float, int),
}


OF_OTHERS = {
    sweep.SWEEP.name: "floors sweep",
    alternatives.ALTERNATIVES.name: "floors alternatives",
    tornado.TORNADO.name: "floors tornado",
    sample.BANDS.name: "floors sample",
    grid.GRID.name: "floors sweep",
    coalition.COALITIONS: "floors coalition",
    risk.STATES.name: "floors risk",
    priorities.PRIORITIES.name: "floors priorities",
    diagnosis.REMEDIES.name: "floors diagnose",
}
"""A sheet that no result of scenarios has -> who writes it."""


def path_of(source: Source) -> Path:
    """Where results lie, as far as that is known."""
    return Path(fspath(source)) if isinstance(source, str | PathLike) else Path("results in memory")


def sheets_of(source: Source) -> dict[str, Mapping[tuple[int, int], Any]]:
    """The filled cells of each sheet of a results workbook. Raises InputError for a file that is none."""
    sheets = {grid.title: grid.cells for grid in read_source(source, of_results=True).grids}
    if not {tables.SUMMARY.name, tables.RUN.name} & set(sheets):
        message = "expected a results workbook of floors; found none of its sheets."
        raise InputError(
            [
                Problem(
                    path_of(source).name,
                    "",
                    None,
                    message,
                    "Name the workbook that floors solve wrote.",
                    "not_a_result",
                )
            ]
        )
    return sheets


def read_book(source: Source) -> Book:
    """A results workbook of scenarios. Raises InputError for a file that is none, and for one of another command."""
    path, sheets = path_of(source), sheets_of(source)
    for own, command in OF_OTHERS.items():
        if own in sheets:
            message = (
                f"expected a results workbook of floors solve; found sheet {own}, which {command} writes."
            )
            hint = "Name the workbook that floors solve wrote: no other is verified."
            raise InputError([Problem(path.name, "", None, message, hint, "not_a_result")])
    known = {sheet.name for sheet in tables.RESULTS}
    several = tables.COMPARISON.name in sheets or any(
        sheets[name].get((1, 1)) == SCENARIO for name in known & set(sheets)
    )
    book = Book(several)
    told = told_in(sheets, len(tables.SUMMARY.columns) + several)
    book.words = None if told is None else [*told[SENTENCES], *told[WARNINGS]]
    folder = folder_beside(path, sheets.get(tables.RUN.name, {}))
    for sheet in tables.SEVERAL if several else tables.RESULTS:
        if sheet.name not in sheets and folder is not None:
            _take_beside(book, folder / f"{sheet.name}.csv", sheet)
            continue
        if sheet.name not in sheets:
            book.findings.append(Finding(sheet.name, "", "", "no sheet", "the sheet", "every sheet is there"))
            continue
        cells = sheets[sheet.name]
        for place, column in enumerate(sheet.columns, 1):
            header = cells.get((1, place))
            if header != column.name:
                where = f"{get_column_letter(place)}1"
                rule = "columns are those of the contract, in order"
                book.findings.append(Finding(sheet.name, where, column.name, header, column.name, rule))
        width = len(sheet.columns)
        last = max((row for row, place in cells if place <= width), default=1)
        rows = [
            (r, _blank_is_none([cells.get((r, place)) for place in range(1, width + 1)]))
            for r in range(2, last + 1)
        ]
        filled = [(r, row) for r, row in rows if any(value is not None for value in row)]
        first = 1 if several and sheet.name != tables.COMPARISON.name else 0
        book.take(sheet.name, first, filled)
    if book.findings and folder is None:
        recorded = {key: value for name in book.of for key, value in book.recorded(name).items()}
        refuse_earlier(path, tables.SEVERAL if several else tables.RESULTS, sheets, recorded)
    if tables.SIDE_BY_SIDE in sheets:
        book.across = _across(sheets[tables.SIDE_BY_SIDE])
    if BRIEF_TEXT.name in sheets:
        book.handed = {one.name: _handed(one, sheets.get(one.name, {})) for one in _HANDED}
    book.front, book.written = sheets.get(BRIEF, {}), True
    return book


_HANDED = (BRIEF_TEXT, PICTURES, PICTURE_VALUES)


def _handed(sheet: tables.Sheet, cells: Front) -> list[tuple[int, Sequence[Any]]]:
    """The rows of a sheet of what is handed on, each with its number."""
    width = len(sheet.columns)
    numbers = sorted({row for row, place in cells if row > 1 and place <= width})
    return [
        (row, _blank_is_none([cells.get((row, place)) for place in range(1, width + 1)])) for row in numbers
    ]


def _across(cells: Mapping[tuple[int, int], Any]) -> list[Sequence[Any]]:
    """The rows of sheet side_by_side, scenarios down."""
    width = next(place for place in count() if cells.get((1, place + 1)) is None)
    rows = [
        _blank_is_none([cells.get((row, place)) for place in range(1, width + 1)])
        for row in range(2, max(row for row, _ in cells) + 1)
    ]
    columns = [str(cells[1, place]) for place in range(1, width + 1)]
    return list(scenarios_down(columns, (row for row in rows if row[0] is not None)))


def told_in(sheets: Mapping[str, Mapping[tuple[int, int], Any]], width: int) -> dict[str, list[str]] | None:
    """Sentences and warnings of sheet words, else of floors 0.1.0, beside a summary of this width; None where there is
    neither."""
    if WORDS.name in sheets:
        return _told(sheets[WORDS.name])
    summary = sheets.get(tables.SUMMARY.name)
    return None if summary is None else _told_beside(summary, width)


def _told(cells: Mapping[tuple[int, int], Any]) -> dict[str, list[str]]:
    """Of the rows of sheet words by kind, each in its place; a row of no kind is told as a sentence."""
    kind, place, text = (WORDS.names.index(name) + 1 for name in ("kind", "place", "text"))
    told: dict[str, list[tuple[float, int, str]]] = {SENTENCES: [], WARNINGS: []}
    for row in sorted({row for row, _ in cells if row > 1}):
        number = cells.get((row, place))
        at = float(number) if isinstance(number, int | float) else float(row)
        said = str(cells.get((row, text)) or "")
        told[_KINDS.get(str(cells.get((row, kind))), SENTENCES)].append((at, row, said))
    return {name: [said for _, _, said in sorted(rows)] for name, rows in told.items()}


def _told_beside(cells: Mapping[tuple[int, int], Any], width: int) -> dict[str, list[str]]:
    """Of lines of text past a blank column, below title, scenario and a blank; a mark may be above."""
    place = width + 2
    first = 5 if (3, place) in cells else 4
    told: dict[str, list[str]] = {SENTENCES: [], WARNINGS: []}
    kind = SENTENCES
    for text in (str(cells[where]) for where in sorted(cells) if where[1] == place and where[0] >= first):
        if text == _HEADING:
            kind = WARNINGS
        elif text.startswith(_ITEM) or not told[kind]:
            told[kind].append(text.removeprefix(_ITEM))
        else:
            told[kind][-1] += f" {text.strip()}"
    return told


def folder_beside(path: Path, cells: Mapping[tuple[int, int], Any]) -> Path | None:
    """The folder beside a workbook that holds the tables it has no room for, as its sheet run has it."""
    for value in cells.values():
        if isinstance(value, str) and value.startswith(FOLDER):
            name = value.removeprefix(FOLDER)
            return path.parent / name if Path(name).name == name else None
    return None


def _take_beside(book: Book, file: Path, sheet: tables.Sheet) -> None:
    """The rows of a table that lies beside the workbook, numbered as a sheet would number them."""
    try:
        book.take(sheet.name, 1, list(enumerate(read_csv(file, sheet), 2)))
    except (OSError, ValueError, KeyError, csv.Error) as error:
        rule = "tables that the workbook has no room for lie in the folder that sheet run names"
        book.findings.append(Finding(sheet.name, "", "", str(error), f"{file.parent.name}/{file.name}", rule))


class HasRows(Protocol):
    """A result in memory, of one scenario or of several."""

    @property
    def sheets(self) -> Sequence[tables.Sheet]: ...
    def rows(self, sheet: str) -> Sequence[Sequence[Any]]: ...


def book_of(result: HasRows, several: bool) -> Book:
    """The rows of a result in memory, numbered as its workbook would number them."""
    book = Book(several)
    if hasattr(result, "sentences") and hasattr(result, "warnings"):
        book.words = [*result.sentences, *result.warnings]
    for sheet in tables.SEVERAL if several else tables.RESULTS:
        rows = [list(row) for row in result.rows(sheet.name)]
        first = 1 if several and sheet.name != tables.COMPARISON.name else 0
        book.take(sheet.name, first, enumerate(map(_blank_is_none, rows), 2))
    for sheet in result.sheets if several else ():
        if sheet.name == tables.SIDE_BY_SIDE:
            rows = [_blank_is_none(list(row)) for row in result.rows(sheet.name)]
            book.across = list(scenarios_down(sheet.names, rows))
    return book


def _blank_is_none(row: list[Any]) -> list[Any]:
    """Excel knows no difference between no text and an empty one."""
    return [None if value == "" else _plain(value) for value in row]


def _plain(value: Any) -> Any:
    """A number of numpy's as one of Python's."""
    return value.item() if hasattr(value, "item") else value
