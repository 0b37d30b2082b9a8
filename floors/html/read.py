"""A results workbook, as the report needs it: page, pictures, words and tables. Nothing is computed of them."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from floors import __version__
from floors.contract.results import (
    CERTIFICATE,
    RUN,
    SCENARIO,
    SEVERAL,
    SUMMARY,
    Kind,
    Sheet,
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
from floors.contract.results.handed import BRIEF_TEXT, HANDED_ON, PICTURE_VALUES, PICTURES, WORDS, BriefRow
from floors.errors import InputError, Problem
from floors.files.beside import FOLDER, read_csv
from floors.page.page import Page
from floors.page.picture import Picture
from floors.page.written import SENTENCE, WARNING, page_of, pictures_of
from floors.study.scenarios import BASE
from floors.study.source import read_source

BEFORE = "0.1.0"
"""The version before this one: its workbooks have words beside the summary, and neither page nor pictures."""

Cells = Mapping[tuple[int, int], Any]
Made = TypeVar("Made")


@dataclass(frozen=True)
class Column:
    """A column of a table: what is said of it, and Excel's format of its numbers."""

    name: str
    unit: str = ""
    meaning: str = ""
    format: str = "General"
    key: bool = False


@dataclass(frozen=True)
class Table:
    """A sheet of results; `rows` in the order of `columns`."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    rows: list[tuple[Any, ...]] = field(repr=False)

    def where(self, wanted: Mapping[str, str]) -> list[tuple[Any, ...]]:
        """The rows whose cells read so; none where a column is not there."""
        places = {column.name: place for place, column in enumerate(self.columns)}
        if not wanted.keys() <= places.keys():
            return []
        return [
            row for row in self.rows if all(_said(row[places[name]]) == told for name, told in wanted.items())
        ]


@dataclass(frozen=True)
class Handed:
    """What a results workbook hands on. `page` is None where it has none, `alarm` is empty where it may be used.

    `before`: the version before wrote it, which had neither page nor pictures.
    """

    file: str
    version: str
    currency: str
    title: str
    several: bool
    page: Page | None
    pictures: tuple[Picture, ...]
    sentences: tuple[str, ...]
    warnings: tuple[str, ...]
    tables: tuple[Table, ...]
    alarm: str
    before: bool = False

    @property
    def scenario(self) -> str:
        """The scenario of the page: of several base, or the first; empty where the tables name none."""
        summary = self.table(SUMMARY.name)
        if not self.several or summary is None:
            return ""
        names = list(dict.fromkeys(str(row[0]) for row in summary.rows))
        return BASE if BASE in names else names[0] if names else ""

    def table(self, name: str) -> Table | None:
        """A table by the name of its sheet."""
        return next((one for one in self.tables if one.name == name), None)


def read(path: Path) -> Handed:
    """Read a results workbook of this version or the one before. Raises InputError for anything else."""
    sheets: dict[str, Cells] = {grid.title: grid.cells for grid in read_source(path, of_results=True).grids}
    if RUN.name not in sheets:
        raise _refused(path, "expected a results workbook of floors; found none of its sheets.")
    declared = declared_in(sheets)
    tables = [
        table_in(sheets[sheet.name], sheet) for sheet in declared.values() if sheet.name in sheets
    ] + tables_beside(
        path, sheets[RUN.name], [sheet for sheet in declared.values() if sheet.name not in sheets]
    )
    recorded = _recorded(next(table for table in tables if table.name == RUN.name))
    version = str(recorded.get("floors", ""))
    if version not in (__version__, BEFORE):
        raise _of_another_version(path, version)
    told = _told(path, sheets, tables, recorded)
    page = _made(path, BRIEF_TEXT.name, lambda: _page(_rows(sheets, BRIEF_TEXT)))
    pictures = _made(
        path,
        PICTURES.name,
        lambda: pictures_of(_rows(sheets, PICTURES), _rows(sheets, PICTURE_VALUES)),
    )
    return Handed(
        file=path.name,
        version=version,
        currency=str(recorded.get("setting currency") or "USD"),
        title=str(recorded.get("setting title") or recorded.get("workbook") or path.stem),
        several=any(table.columns[0].name == SCENARIO.name for table in tables if table.name == SUMMARY.name),
        page=page,
        pictures=pictures,
        sentences=tuple(told[SENTENCE]),
        warnings=tuple(told[WARNING]),
        tables=tuple(tables),
        alarm=_alarm(page, tables),
        before=WORDS.name not in sheets,
    )


def _page(rows: list[BriefRow]) -> Page | None:
    """The page; None where there is none."""
    return page_of(rows) if any(row.kind == "headline" for row in rows) else None


def _made(path: Path, sheet: str, make: Callable[[], Made]) -> Made:
    try:
        return make()
    except (ValueError, TypeError, KeyError) as error:
        raise _refused(path, f"sheet {sheet} is not as floors wrote it: {error}") from error


def _refused(path: Path, message: str, hint: str = "Name a workbook that floors wrote.") -> InputError:
    return InputError([Problem(path.name, "", None, message, hint, "not_a_result")])


def _of_another_version(path: Path, version: str) -> InputError:
    told = f"written by floors {version}" if version else "of no version that it names"
    return _refused(
        path,
        f"expected a results workbook of floors {__version__} or {BEFORE}; found one {told}.",
        "Solve the study again with this floors.",
    )


def declared_in(sheets: Mapping[str, Cells]) -> dict[str, Sheet]:
    """The sheets of the contract that a workbook of its kind has, by name."""
    kinds: dict[str, Iterable[Sheet]] = {
        sweep.SWEEP.name: sweep.SHEETS,
        alternatives.ALTERNATIVES.name: alternatives.SHEETS,
        coalition.CANDIDATES.name: coalition.candidates_sheets(
            ()
        ),  # before coalitions, of which it has the sheet too
        tornado.TORNADO.name: tornado.SHEETS,
        sample.BANDS.name: sample.sheets_of(),
        grid.GRID.name: grid.SHEETS,
        coalition.COALITIONS: coalition.sheets_of(()),
        risk.STATES.name: risk.SHEETS,
        priorities.PRIORITIES.name: priorities.SHEETS,
        diagnosis.REMEDIES.name: diagnosis.SHEETS,
    }
    for name, found in kinds.items():
        if name in sheets:
            return {sheet.name: sheet for sheet in found}
    several = sheets.get(SUMMARY.name, {}).get((1, 1)) == SCENARIO.name
    from floors.contract.results import RESULTS

    return {sheet.name: sheet for sheet in (SEVERAL if several else RESULTS)}


def table_in(cells: Cells, sheet: Sheet) -> Table:
    """A sheet as it was written: it ends before its first blank heading."""
    width = next(place for place in count() if cells.get((1, place + 1)) is None)
    last = max((row for row, place in cells if place <= width), default=1)
    known = {column.name: column for column in sheet.columns}
    columns = []
    for place in range(1, width + 1):
        name = str(cells[1, place])
        of = known.get(name)
        columns.append(Column(name, of.unit, of.meaning, of.format, of.key) if of else Column(name))
    flags = [known[one.name].kind is Kind.FLAG if one.name in known else False for one in columns]
    rows = [
        tuple(
            bool(value) if flag and value in (0, 1) and value is not None else _plain(value)
            for value, flag in zip(
                (cells.get((row, place)) for place in range(1, width + 1)), flags, strict=True
            )
        )
        for row in range(2, last + 1)
    ]
    return Table(
        sheet.name, sheet.meaning, tuple(columns), [row for row in rows if any(v is not None for v in row)]
    )


def _plain(value: Any) -> Any:
    return (
        None if value == "" else value if type(value) in (bool, int, float, str, type(None)) else str(value)
    )


def _said(value: Any) -> str:
    """A cell as a link names it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def tables_beside(path: Path, run: Cells, lacking: list[Sheet]) -> list[Table]:
    """The tables that lie in a folder beside the workbook, which has no room for them."""
    named = [v.removeprefix(FOLDER) for v in run.values() if isinstance(v, str) and v.startswith(FOLDER)]
    if not named or Path(named[0]).name != named[0]:
        return []
    folder = path.parent / named[0]
    found = []
    for sheet in lacking:
        if sheet in HANDED_ON:
            continue
        try:
            rows = [tuple(row) for row in read_csv(folder / f"{sheet.name}.csv", sheet)]
        except (OSError, ValueError, KeyError, csv.Error) as error:
            raise _refused(
                path,
                f"its table {sheet.name} lies in {folder.name}/{sheet.name}.csv, which cannot be read: {error}.",
                "Keep the folder of tables beside the workbook, as floors wrote it.",
            ) from error
        columns = tuple(Column(c.name, c.unit, c.meaning, c.format, c.key) for c in sheet.columns)
        found.append(Table(sheet.name, sheet.meaning, columns, rows))
    return found


def _recorded(run: Table) -> dict[str, Any]:
    """Sheet run, key to value; of several scenarios the first that has the key."""
    names = [column.name for column in run.columns]
    if not {"key", "value"} <= set(names):
        return {}
    key, value = names.index("key"), names.index("value")
    found: dict[str, Any] = {}
    for row in run.rows:
        found.setdefault(str(row[key]), row[value])
    return found


def _rows(sheets: Mapping[str, Cells], sheet: Any) -> list[Any]:
    """The rows of a sheet of what is handed on; none where it is missing."""
    cells = sheets.get(sheet.name)
    if cells is None:
        return []
    table = table_in(cells, sheet)
    if tuple(column.name for column in table.columns) != sheet.names:
        raise ValueError(f"expected the columns {', '.join(sheet.names)}.")
    kinds = [column.kind for column in sheet.columns]
    rows = [
        [str(v) if kind is Kind.TEXT and v is not None else v for v, kind in zip(row, kinds, strict=True)]
        for row in table.rows
    ]
    required = {"title", "subtitle", "panel_title", "unit", "name"}  # texts: blank cells are empty ones
    blank = [name in required and sheet is PICTURES for name in sheet.names]
    filled = [["" if v is None and b else v for v, b in zip(row, blank, strict=True)] for row in rows]
    return list(sheet.read(filled))


def _told(
    path: Path, sheets: Mapping[str, Cells], tables: list[Table], recorded: Mapping[str, Any]
) -> dict[str, list[str]]:
    """Sentences and warnings: of sheet words; else beside the summary, or in sheet run."""
    told: dict[str, list[str]] = {SENTENCE: [], WARNING: []}
    if WORDS.name in sheets:
        for row in _made(path, WORDS.name, lambda: _rows(sheets, WORDS)):
            told.setdefault(row.kind, []).append(row.text or "")
        return told
    summary = next((table for table in tables if table.name == SUMMARY.name), None)
    if summary is not None:
        return _beside_the_summary(sheets[SUMMARY.name], len(summary.columns))
    for key, value in recorded.items():
        for kind, begins in ((SENTENCE, "result "), (WARNING, "warning ")):
            if key.startswith(begins):
                told[kind].append(str(value))
    return told


def _beside_the_summary(cells: Cells, width: int) -> dict[str, list[str]]:
    """As the version before wrote them: past a blank column, a line of text a row."""
    told: dict[str, list[str]] = {SENTENCE: [], WARNING: []}
    kind = SENTENCE
    lines = [str(cells[row, place]) for row, place in sorted(cells) if place == width + 2]
    begun = False
    for line in lines:
        if line == "Warnings":
            kind = WARNING
        elif line.startswith("- "):
            begun = True
            told[kind].append(line[2:])
        elif begun and told[kind]:
            told[kind][-1] += f" {line.strip()}"
    return told


def _alarm(page: Page | None, tables: list[Table]) -> str:
    """That the certificate failed: as the page says it, else from its checks."""
    if page is not None and page.alarm:
        return page.alarm
    failed: list[str] = []
    for table in tables:
        names = [column.name for column in table.columns]
        if table.name == CERTIFICATE.name and {"check", "passed"} <= set(names):
            at, passed = names.index("check"), names.index("passed")
            failed += [str(row[at]) for row in table.rows if row[passed] is False]
    if not failed:
        return ""
    return f"The certificate failed in {', '.join(dict.fromkeys(failed))}: do not use these numbers."


def link_of(link: str) -> tuple[str, dict[str, str]]:
    """``sheet!key=value;key=value`` as the sheet and the cells of its rows."""
    sheet, _, conditions = link.partition("!")
    pairs = [one.partition("=") for one in conditions.split(";") if one]
    return sheet, {key: value for key, _, value in pairs}
