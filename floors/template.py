"""The input workbook to fill in, blank or with the worked example; it follows from the schema."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from floors.book import FIXED_DATE, close_book, new_book
from floors.example import BLANK, EXAMPLE
from floors.files import check_target, replace_atomically
from floors.frames import check_opens
from floors.reading.columns import Bounds, Column, Key, Table
from floors.reading.locate import letters
from floors.schema import SETTINGS, TABLES

_Records = Sequence[Mapping[Key, Any]]
_ROWS = 400
_STYLED_ROWS = 30
_LONGEST_LIST = 255
_HEADER = {"bold": True, "font_color": "#FFFFFF", "bg_color": "#1F4E79", "border": 1, "text_wrap": True}
_INPUT = {"font_color": "#0000FF", "bg_color": "#FFFBE6", "border": 1, "border_color": "#D9D9D9"}
_GUIDE = (
    "Each sheet is one table: a header in row 1, one record per row. Blue cells are for you to fill.",
    "Needed: years, regions, commodities, processes, demand. Any other sheet may be empty or deleted, but a",
    "sheet routes without rows lets nothing be shipped; without the sheet, all can ship everywhere free.",
    "Sheets with a column per year: the header is the year; every year must be in sheet years. Blank years",
    "mean what the list below says; a row without any year is a place for scenarios to set.",
    "Columns that begin with note or source, and sheets that begin with _, are yours and not read.",
    "Quantities are t per year, prices and unit costs USD/kg (or the currency of settings).",
    "floors check FILE.xlsx lists every problem by cell; floors solve FILE.xlsx solves it.",
)


def write_template(path: str | Path, example: bool = False) -> Path:
    """Write the input workbook to fill in, over what lies at `path`; with `example`, a small study that solves.

    Returns where it lies: `path`, or a free name beside it where `path` is in use.
    Raises UsageError where `path` cannot be a workbook, OutputError where it cannot be written.
    """
    path = Path(path)
    check_target(path, force=True)
    return replace_atomically(path, lambda file: _write(file, EXAMPLE if example else _blank()), check_opens)


def _blank() -> dict[str, _Records]:
    defaults: _Records = [
        {"key": column.name, "value": column.default, "note": _says(column)} for column in SETTINGS
    ]
    return {"settings": defaults, **BLANK}


def _write(path: Path, content: Mapping[str, _Records]) -> None:
    book = new_book(path)
    book.set_properties({"created": FIXED_DATE})
    styles = {"header": book.add_format(_HEADER), "input": book.add_format(_INPUT)}
    _write_guide(book, styles["header"])
    years = [record["year"] for record in content["years"]]
    lists = _Lists()
    for table in TABLES:
        page = book.add_worksheet(table.name)
        _write_table(page, table, content.get(table.name, ()), years, styles)
        _add_lists(page, table, lists)
    lists.write(book)
    close_book(book)


def _write_table(page: Any, table: Table, records: _Records, years: Sequence[int], styles: Any) -> None:
    """Headers with their notes, then the records, then empty rows to fill."""
    keys: list[Key] = [column.name for column in table.columns]
    keys += years if table.years is not None else []
    keys += ["note"] if table.name != "sources" else []
    for place, key in enumerate(keys):
        column = table.column(key)
        page.write(0, place, key, styles["header"])
        if column is not None:
            page.write_comment(0, place, _says(column), {"x_scale": 2, "visible": False})
        values = [record.get(key) for record in records]
        for line, value in enumerate([*values, *[None] * _STYLED_ROWS], 1):
            if isinstance(value, str):
                page.write_string(line, place, value, styles["input"])
            else:
                page.write(line, place, value, styles["input"])
        longest = max(len(str(value)) for value in (key, *values) if value is not None)
        page.set_column(place, place, min(longest + 3, 60))
    page.freeze_panes(1, len(table.key) if table.years is not None else 1)


def _says(column: Column) -> str:
    """Meaning, unit, what may be typed, and what a blank stands for."""
    parts = [column.meaning]
    if column.unit:
        parts.append(f"Unit: {column.unit}")
    if column.choices:
        parts.append(f"One of: {', '.join(column.choices)}")
    if column.bounds != Bounds() and column.kind != "name":
        parts.append(f"Allowed: {column.bounds.text}")
    if column.required:
        parts.append("Must be filled")
    elif column.default is not None:
        parts.append(f"Blank: {column.default}")
    elif column.blank:
        parts.append(f"Blank: {column.blank}")
    return ". ".join(parts) + "."


def _write_guide(book: Any, header: Any) -> None:
    page = book.add_worksheet("_guide")
    for line, text in enumerate(_GUIDE):
        page.write_string(line, 0, text)
    start = len(_GUIDE) + 1
    page.write_row(start, 0, ("sheet", "column", "meaning"), header)
    for line, (sheet, name, text) in enumerate(_described(), start + 1):
        page.write_row(line, 0, (sheet, name, text))
    page.set_column(0, 1, 18)
    page.set_column(2, 2, 100)


def _described() -> Iterable[tuple[str, str, str]]:
    for table in TABLES:
        yield table.name, "", table.meaning
        for column in table.columns:
            yield table.name, column.name, _says(column)
        if table.years is not None:
            yield table.name, "each year", _says(table.years)
        if table.name == "settings":
            for setting in SETTINGS:
                yield table.name, f"key {setting.name}", _says(setting)


class _Lists:
    """Dropdown lists too long or too lively for a cell: one column each on a hidden sheet of our own.

    A list of references holds its fixed words, then the entries of its one or two sheets as they are typed.
    """

    def __init__(self) -> None:
        self._places: dict[tuple[tuple[str, ...], tuple[str, ...]], int] = {}

    def source(self, words: tuple[str, ...], refers: tuple[str, ...]) -> str:
        """The range of a list, as far as it is filled."""
        place = self._places.setdefault((words, refers), len(self._places) + 1)
        column = letters(place)
        span = f"'_lists'!${column}$1:${column}${_ROWS}"
        return f"=OFFSET('_lists'!${column}$1,0,0,MAX(1,COUNTIF({span},\"?*\")),1)"

    def write(self, book: Any) -> None:
        """Write the sheet, hidden."""
        page = book.add_worksheet("_lists")
        for (words, refers), place in self._places.items():
            for line, word in enumerate(words):
                page.write_string(line, place - 1, word)
            for line in range(len(words), _ROWS):
                page.write_formula(line, place - 1, _entry(line + 1 - len(words), refers), None, "")
        page.hide()


def _entry(number: int, refers: tuple[str, ...]) -> str:
    """Formula of the n-th entry of the sheets referred to, one after the other; empty beyond the last."""
    formula, passed = '""', "0"
    spans = []
    for target in refers:
        table = next(table for table in TABLES if table.name == target.split(".")[0])
        names = [column.name for column in table.columns]
        column = letters(names.index(target.split(".")[1]) + 1)
        spans.append(f"{table.name}!${column}$2:${column}${_ROWS}")
    for i, span in reversed(list(enumerate(spans))):
        passed = "+".join(["0", *(f"COUNTA({one})" for one in spans[:i])])
        formula = f"IF({number}<={passed}+COUNTA({span}),INDEX({span},{number}-({passed})),{formula})"
    return f"={formula}"


def _add_lists(page: Any, table: Table, lists: _Lists) -> None:
    for place, column in enumerate(table.columns):
        if column.choices and len(",".join(column.choices)) <= _LONGEST_LIST:
            source: Any = list(column.choices)
        elif column.refers and column.refers != ("demand.segment",):
            source = lists.source(column.words, column.refers)
        else:
            continue
        rule = {
            "validate": "list",
            "source": source,
            "error_title": f"Not a known {column.name}",
            "error_message": "Choose from the list; what is missing there is added on its own sheet first.",
        }
        page.data_validation(1, place, _ROWS, place, rule)
