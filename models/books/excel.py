"""Writing a workbook that is pleasant to edit: styles, widths, notes, the same bytes every time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from floors.contract.inputs import BY_NAME

Rows = Sequence[Mapping[Any, Any]]
CREATED = datetime(2026, 11, 1)
OWN = ("source", "source_status", "source_confidence", "note_value", "note")
FILL = {"memory": "#FFF8E1", "assumption": "#FDEBDD"}
PATTERNS = {"whole": "#,##0", "amount": "#,##0.00", "small": "0.0000", "share": "0.0%", "year": "0"}
YEARS = ("year", "first_year", "last_year", "known_from")
SHARES = ("tariff", "export_tax", "loss", "content", "enforcement", "upside")
PLACE = ("origin", "destination", "region", "segment", "scope", "commodity")  # kept in view
WIDEST = 44


def write_workbook(tables: Mapping[str, Rows], about: Sequence[str], path: Path) -> None:
    """One sheet a table, `_about` first; sources and sheets with `_` last."""
    book = xlsxwriter.Workbook(path)
    book.set_properties({"created": CREATED, "title": about[0] if about else ""})
    styles = _styles(book)
    if about:
        _write_about(book, styles, about)
    years = [row["year"] for row in tables["years"]]
    for name, rows in tables.items():
        _write_table(book, styles, name, rows, years)
    book.close()


def columns_of(name: str, rows: Rows, years: Sequence[int]) -> list[Any]:
    """The columns filled, in the order of the contract; all years of the study; own columns last."""
    filled = dict.fromkeys(key for row in rows for key, cell in row.items() if cell is not None)
    if name not in BY_NAME:
        return list(filled)
    table = BY_NAME[name]
    known = [column.name for column in table.columns if column.name in filled or column.required]
    dated = list(years) if table.years is not None else []
    return known + dated + [key for key in OWN if key in filled and key not in known]


def _styles(book: Any) -> dict[str, Any]:
    head = {
        "bold": True,
        "font_color": "#FFFFFF",
        "bg_color": "#1F4E78",
        "text_wrap": True,
        "valign": "top",
        "border": 1,
    }
    made = {
        "title": book.add_format({"bold": True, "font_size": 14, "font_color": "#1F4E78"}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        "head": book.add_format(head),
        "own_head": book.add_format(head | {"bg_color": "#7F7F7F"}),
        "key": book.add_format({"bold": False}),
        "own": book.add_format({"font_color": "#7F7F7F"}),
    }
    for status in ("retrieved", "derived", *FILL):
        for kind, pattern in PATTERNS.items():
            look = {"font_color": "#0000FF", "num_format": pattern}
            made[f"{kind} {status}"] = book.add_format(
                look | ({"bg_color": FILL[status]} if status in FILL else {})
            )
    return made


def _write_about(book: Any, styles: Mapping[str, Any], about: Sequence[str]) -> None:
    sheet = book.add_worksheet("_about")
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 120)
    sheet.fit_to_pages(1, 0)
    for line, text in enumerate(about):
        sheet.set_row(line, 24 if line == 0 else 15 * (1 + len(text) // 112))
        sheet.write_string(line, 0, text, styles["text" if line else "title"])


def _write_table(book: Any, styles: Mapping[str, Any], name: str, rows: Rows, years: Sequence[int]) -> None:
    sheet = book.add_worksheet(name)
    columns = columns_of(name, rows, years)
    for place, column in enumerate(columns):
        _write_head(sheet, styles, name, place, column)
        width = max([len(str(column)), *(len(_shown(row.get(column))) for row in rows)], default=8)
        sheet.set_column(place, place, min(max(width + 2, 8), WIDEST))
    for line, row in enumerate(rows, start=1):
        for place, column in enumerate(columns):
            _write_cell(sheet, styles, name, (line, place), column, row)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.freeze_panes(1, sum(column in PLACE for column in columns[:3]) or 1)
    sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)


def _write_head(sheet: Any, styles: Mapping[str, Any], name: str, place: int, column: Any) -> None:
    style = styles["own_head" if _own(name, column) else "head"]
    if isinstance(column, int):
        sheet.write_number(0, place, column, style)
    else:
        sheet.write_string(0, place, str(column), style)
    rule = BY_NAME[name].column(column) if not _own(name, column) else None
    if rule is not None:
        rest = f" ({rule.unit})" if rule.unit else ""
        blank = rule.blank if rule.default is None else rule.default
        text = f"{rule.meaning}{rest}." + (f" Blank: {blank}." if blank != "" else "")
        sheet.write_comment(0, place, text, {"author": "", "x_scale": 1.5})


def _write_cell(
    sheet: Any, styles: Mapping[str, Any], name: str, at: tuple[int, int], column: Any, row: Mapping[Any, Any]
) -> None:
    value = row.get(column)
    if value is None:
        return
    if isinstance(value, str):
        sheet.write_string(*at, value, styles["own" if _own(name, column) else "key"])
        return
    status = row.get("source_status") or row.get("status") or "retrieved"
    sheet.write_number(*at, value, styles[f"{_kind(name, column, value, row)} {status}"])


def _kind(name: str, column: Any, value: float, row: Mapping[Any, Any]) -> str:
    changed = row.get("column") in YEARS and column == "value"  # sheet changes
    if column in YEARS or column == "column" or changed or row.get("key") in ("price_year", "contract"):
        return "year"
    if column in SHARES or (name == "caps" and row.get("basis") != "tonnes" and column in row):
        return "share"
    if value == round(value):
        return "whole"
    return "small" if abs(value) < 1 else "amount"


def _own(name: str, column: Any) -> bool:
    """True for what the program does not read."""
    return name.startswith("_") or (column in OWN and name != "sources")


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else f"{value:,.6g}"
