"""The input workbook to fill in, blank or with the worked example; it follows from the schema."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from floors.contract.input_columns import Bounds, Column, Key, Table
from floors.contract.inputs import BY_NAME, SETTINGS, TABLES
from floors.excel.dropdowns import ROWS, Lists, condition, refusal
from floors.excel.example import BLANK, EXAMPLE
from floors.excel.printing import A4
from floors.files.book import FIXED_DATE, close_book, new_book
from floors.files.targets import check_target, replace_atomically
from floors.study.frames import check_opens
from floors.study.locate import letters
from floors.study.matching import FIXED

_Records = Sequence[Mapping[Key, Any]]
_STYLED_ROWS = 30
_OFFERED = {
    "error_type": "warning",
    "error_title": "No sheet of this name",
    "error_message": "The name is written otherwise than in the list. Keep it?",
}
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
    f"Cells refuse what cannot be meant, and lists offer the names typed on other sheets, as far as row {ROWS + 1}.",
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
    lists = Lists(content)
    for table in TABLES:
        page = book.add_worksheet(table.name)
        headed = years if table.years is not None else []
        _write_table(page, table, content.get(table.name, ()), headed, styles)
        _validate(page, table, content, headed, lists)
    lists.write(book)
    close_book(book)


def _write_table(page: Any, table: Table, records: _Records, years: Sequence[int], styles: Any) -> None:
    """Headers with their notes, then the records, then empty rows to fill."""
    keys: list[Key] = [column.name for column in table.columns]
    keys += years
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
    _for_print(page)


def _for_print(page: Any) -> None:
    """One page wide, with the headers on each."""
    page.set_landscape()
    page.set_paper(A4)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)


def _says(column: Column) -> str:
    """Meaning, unit, what may be typed, and what a blank stands for."""
    parts = [column.meaning]
    if column.unit:
        parts.append(f"Unit: {column.unit}")
    if column.choices:
        parts.append(f"One of: {', '.join(column.choices)}")
    if column.bounds != Bounds() and column.kind != "name":
        parts.append(f"Allowed: {column.bounds.text}")
    for word, variant in column.variants.items() if column.kind != "any" else ():
        bounds = f", {variant.bounds.text}" if variant.bounds != Bounds() else ""
        parts.append(f"With {column.by} {word}: {variant.unit}{bounds}")
    if column.required:
        parts.append("Must be filled")
    elif column.default is not None:
        parts.append(f"Blank: {column.default_shown}")
    elif column.blank:
        parts.append(f"Blank: {column.blank}")
    return ". ".join(part.removesuffix(" ...") for part in parts) + "."


def _write_guide(book: Any, header: Any) -> None:
    page = book.add_worksheet("_guide")
    for line, text in enumerate(_GUIDE):
        page.write_string(line, 0, text)
    start = len(_GUIDE) + 1
    page.write_row(start, 0, ("sheet", "column", "meaning"), header)
    for line, (sheet, name, text) in enumerate(_described(), start + 1):
        page.write_row(line, 0, (sheet, name, text))
    page.set_column(0, 1, 18)
    page.set_column(2, 2, 120)
    _for_print(page)


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


def _validate(
    page: Any, table: Table, content: Mapping[str, _Records], years: Sequence[Key], lists: Lists
) -> None:
    """Dropdowns and conditions of every column, as far as rows are validated."""
    prefilled = content.get(table.name, ()) if table.name == "settings" else ()
    for line, record in enumerate(prefilled, 1):
        setting = next(one for one in SETTINGS if one.name == record["key"])
        key = replace(table.columns[0], choices=(setting.name,))
        says = f"This row is for {setting.name}: other settings go into rows of their own."
        page.data_validation(line, 0, line, 0, _rule(key, "", "", lists) | refusal(key, says))
        rule = _rule(setting, f"B{line + 1}", "", lists)
        page.data_validation(line, 1, line, 1, rule | refusal(setting, _says(setting)))
    first = len(prefilled) + 1
    keys: list[Key] = [column.name for column in table.columns]
    for place, key_ in enumerate([*keys, *years]):
        column = table.column(key_)
        assert column is not None
        by = f"${letters(keys.index(column.by) + 1)}{first + 1}" if column.by else ""
        rule = _rule(column, f"{letters(place + 1)}{first + 1}", by, lists)
        if key_ == "sheet" and table.name in ("changes", "uncertainty"):
            names = tuple(name for name in BY_NAME if name not in FIXED)
            rule = {"validate": "list", "source": lists.rule(names, ())} | _OFFERED
        if rule:
            page.data_validation(first, place, ROWS, place, refusal(column, _says(column)) | rule)


def _rule(column: Column, cell: str, by: str, lists: Lists) -> dict[str, Any]:
    """The validation of a column, as xlsxwriter takes it; empty where anything may be typed."""
    if column.choices:
        return {"validate": "list", "source": lists.rule(column.choices, ())}
    if column.refers:
        return {"validate": "list", "source": lists.rule(column.words, column.refers)}
    formula = condition(column, cell, by)
    return {"validate": "custom", "value": formula} if formula else {}
