"""The results workbook: tidy tables with notes on every header, and native charts beside the numbers.

The header is in row 1 and every cell is a value, so that any program reads the tables straight back. What
stands to the right of a table, past a blank column, belongs to no table: plain words, charts, their data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import wrap
from typing import IO, Any, Protocol

from xlsxwriter.utility import xl_range

from floors import __version__
from floors.contract import results as tables
from floors.contract.results import RESULTS, Cell, Column, Reportable, Rows, Sheet
from floors.contract.results.handed import BRIEF_TEXT, PICTURE_VALUES, PICTURES, WORDS
from floors.errors import CertificateFailed, OutputError
from floors.excel.brief_sheet import BRIEF, TERMS, draw_brief, draw_terms
from floors.excel.bulk import BulkSheet, Look, fits, refusal
from floors.excel.charts import CAPPED_COLOURS, FAINT, Chart
from floors.excel.packing import bulk_book
from floors.excel.picture_sheets import draw_picture
from floors.files.book import FIXED_DATE
from floors.files.targets import OUR_PROPERTY, check_target, check_workbook, replace_atomically
from floors.page.page import Page
from floors.page.picture import Picture
from floors.page.written import brief_rows, picture_rows, picture_value_rows, word_rows
from floors.steps import stage

FAILED_MARK = "CERTIFICATE FAILED: nothing here is proven, do not use these numbers."
_MOST_ROWS = 1_048_575
_WIDEST = 60
_WORDS_WIDTH = 100


@stage("writing")
def write(
    result: Reported,
    path: Path,
    *,
    force: bool = False,
    keep: bool = False,
    sheets: Sequence[Sheet] = RESULTS,
    charts: Mapping[str, Sequence[Chart]],
) -> Path:
    """Write the results workbook and return where it lies: `path`, or a name beside it if that is locked.

    `force` overwrites a workbook that is not ours. `keep` writes a result whose certificate failed, marked
    in red on every sheet; without it such a result raises CertificateFailed. `charts` by sheet. Raises UsageError
    or OutputError as `floors.files.targets` does, and OutputError for a value that Excel cannot hold (NaN, too
    long, too many rows).
    """
    if result.failed and not keep:
        raise CertificateFailed("The certificate failed, so the result was not written.")
    check_target(path, force=force)
    return replace_atomically(path, lambda file: _write_book(result, file, sheets, charts), check_workbook)


def _write_book(
    result: Reported, path: Path, sheets: Sequence[Sheet], charts: Mapping[str, Sequence[Chart]]
) -> None:
    with bulk_book(path) as target:
        book = target.book
        book.set_properties({"title": result.title, "subject": result.scenario_name, "created": FIXED_DATE})
        book.set_custom_property(OUR_PROPERTY, __version__, "text")
        styles = _Styles(book, result.failed)
        brief, pictures = result.brief, [one for one in result.pictures if not one.screen_only]
        if brief is not None:
            front = target.add_sheet(BRIEF)
        drawn = [(picture, target.add_sheet(picture.name)) for picture in pictures]
        for sheet in sheets:
            page = target.add_sheet(sheet.name)
            rows = result.rows(sheet.name)
            _write_table(page, sheet, rows, styles, result.currency, target.rows)
            _write_beside(book, page, sheet, len(rows), result, charts.get(sheet.name, ()), styles)
        for sheet, told in _handed_on(result):
            page = target.add_sheet(sheet.name)
            _write_table(page, sheet, told, styles, result.currency, target.rows)
            _set_page(page, result, len(told), len(sheet.columns) - 1)
        places = _places(result.pictures)
        for picture, page in drawn:
            draw_picture(book, page, picture, places[picture.name])
        if brief is not None:
            draw_brief(book, front, brief, result.pictures)
            if brief.terms:
                draw_terms(book, target.add_sheet(TERMS), brief)
        target.close()


def _handed_on(result: Reported) -> list[tuple[Sheet, Rows]]:
    """The tables of what is handed on: words, page and pictures."""
    return [
        (WORDS, word_rows(result.sentences, result.warnings)),
        (BRIEF_TEXT, brief_rows(result.brief) if result.brief is not None else []),
        (PICTURES, list(picture_rows(result.pictures))),
        (PICTURE_VALUES, list(picture_value_rows(result.pictures))),
    ]


def _places(pictures: Sequence[Picture]) -> dict[str, dict[tuple[int, int], tuple[int, int]]]:
    """First and last row of the values of each picture, panel and series in sheet picture_values."""
    found: dict[str, dict[tuple[int, int], tuple[int, int]]] = {picture.name: {} for picture in pictures}
    for row, value in enumerate(picture_value_rows(pictures), 1):
        of = found[value.picture]
        first, _ = of.get((value.panel, value.series), (row, row))
        of[value.panel, value.series] = (first, row)
    return found


def _write_beside(
    book: Any,
    page: Any,
    sheet: Sheet,
    rows: int,
    result: Reportable,
    charts: Sequence[Chart],
    styles: _Styles,
) -> None:
    """What stands right of a table of so many rows, and how the page prints."""
    aside = len(sheet.columns) + 1
    bottom, right = rows, aside - 2
    if sheet.name == "summary":
        bottom, right = max(bottom, _write_words(page, aside, result, styles)), aside
    elif result.failed:
        page.write_string(0, aside, FAILED_MARK, styles.alarm)
    if charts:
        _draw(book, page, aside, charts, styles)
        bottom, right = max(bottom, sum(map(_chart_rows, charts))), aside + _chart_columns(charts)
    _set_page(page, result, bottom, right)


class Reported(Reportable, Protocol):
    """What is written: tables, and the page and the pictures of them."""

    @property
    def brief(self) -> Page | None: ...
    @property
    def pictures(self) -> Sequence[Picture]: ...


class _Styles:
    """The cell formats of one workbook, each made once."""

    def __init__(self, book: Any, failed: bool) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, object], ...], Any] = {}
        fill = "#C00000" if failed else "#1F4E79"
        self.header = self.style(bold=True, font_color="#FFFFFF", bg_color=fill, valign="vcenter", indent=1)
        self.title = self.style(bold=True, font_size=14, valign="vcenter")
        self.heading = self.style(bold=True, font_color=CAPPED_COLOURS[0])
        self.text = self.style(num_format=tables.TEXT, indent=1)
        # Without a format of its own LibreOffice shows some of them as 1.
        self.truth = self.style(num_format=tables.BOOL, align="center")
        self.alarm = self.style(bold=True, font_color="#C00000", font_size=12)

    def style(self, **properties: object) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(properties)
        return self._made[key]


def _write_table(
    page: BulkSheet, sheet: Sheet, rows: Rows, styles: _Styles, currency: str, file: IO[bytes]
) -> None:
    count, last = len(rows), len(sheet.columns) - 1
    if count > _MOST_ROWS:
        raise OutputError(
            f"Sheet '{sheet.name}' would have {count:,} rows, and Excel holds {_MOST_ROWS:,}; "
            "solve fewer years or scenarios at a time."
        )
    look = Look(
        [styles.style(num_format=column.format) for column in sheet.columns],
        styles.text,
        styles.truth,
        sheet.names.index("unit") if "unit" in sheet.names else None,
        lambda unit: styles.style(num_format=_format_of(unit)),
    )
    longest = page.write_rows(rows, sheet.names, look, file)
    for place, (column, length) in enumerate(zip(sheet.columns, longest, strict=True)):
        page.set_column(place, place, max(column.width, min(length + 2, _WIDEST) if length else 0))
        page.write_string(0, place, column.name, styles.header)
        _write_note(page, place, column, currency)
    if count:
        headers = [{"header": column.name, "header_format": styles.header} for column in sheet.columns]
        page.frame(headers, count, "Table Style Light 1")
        if sheet.name == tables.RUN.name:
            page.ignore_errors({"number_stored_as_text": xl_range(1, 0, count, last)})
    else:
        # An Excel table needs a row of data, and an empty one would be read back as a record.
        page.autofilter(0, 0, 0, last)
    page.set_row(0, 20)
    page.freeze_panes(1, 0)


def _write_cell(page: Any, row: int, place: int, value: Cell, style: Any, where: str) -> None:
    """A cell beside a table."""
    if value is None:
        return
    if not fits(value):
        raise refusal(value, f"{where}, row {row + 1}")
    if isinstance(value, str):
        page.write_string(row, place, value, style)
    else:
        page.write_number(row, place, value, style)


def _format_of(unit: Cell) -> str:
    """The number format that belongs to a unit, where a sheet has a column of units."""
    text = str(unit or "")
    if text == "share":
        return tables.SHARE
    if text.startswith("million"):
        return tables.MONEY
    if text in ("t", tables.PER_YEAR):
        return tables.TONNES
    return tables.PRICE if text.endswith("/kg") else tables.ANY


def _write_note(page: Any, place: int, column: Column, currency: str) -> None:
    unit = column.unit_in(currency)
    text = f"Unit: {unit}\n{column.meaning}" if unit else column.meaning
    lines = sum(len(wrap(line, 34)) for line in text.splitlines())
    page.write_comment(0, place, text, {"width": 230, "height": 22 + 17 * lines, "font_size": 9})


def _write_words(page: Any, place: int, result: Reportable, styles: _Styles) -> int:
    """Title, result in words and warnings beside the summary, a line of text a row; the number of lines."""
    plain = styles.style(num_format=tables.TEXT)
    lines = [(FAILED_MARK, styles.alarm)] if result.failed else []
    lines += [(result.title, styles.title), (f"Scenario: {result.scenario_name}", plain), ("", plain)]
    lines += [(line, plain) for text in result.sentences for line in _wrapped(text)]
    if result.warnings:
        lines += [("", plain), ("Warnings", styles.heading)]
    lines += [(line, plain) for text in result.warnings for line in _wrapped(text)]
    page.set_column(place - 1, place - 1, 3)
    page.set_column(place, place, _WORDS_WIDTH)
    for row, (line, style) in enumerate(lines):
        _write_cell(page, row, place, line or None, style, "summary, words")
    return len(lines)


def _wrapped(text: str) -> list[str]:
    """Lines of a sentence, which is an item, or of an item below it, which begins as one itself."""
    first, rest = ("    ", "      ") if text.startswith("  - ") else ("- ", "   ")
    return wrap(text.lstrip(), _WORDS_WIDTH, initial_indent=first, subsequent_indent=rest)


def _set_page(page: Any, result: Reportable, bottom: int, right: int) -> None:
    """Printing: table, words and charts on one page's width, without the charts' data."""
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.print_area(0, 0, max(bottom, 1), right)
    heading = f"{result.title[:100]} ({result.scenario_name[:40]})".replace("&", "&&")
    page.set_header(f"&L{heading}" + ("&R&KC00000CERTIFICATE FAILED" if result.failed else ""))
    page.set_footer("&L&A&RPage &P of &N")
    if result.failed:
        page.set_tab_color("#C00000")


def _draw(book: Any, page: Any, aside: int, charts: Sequence[Chart], styles: _Styles) -> None:
    """Charts one below the other beside the table, and past them the numbers they show."""
    top, place = 1, aside + _chart_columns(charts) + 1
    for chart in charts:
        _write_chart_data(page, place, chart, styles)
        drawing = _drawing(book, page.get_name(), place, chart)
        # Rows hidden by a filter must neither squeeze a chart nor take its numbers away.
        drawing.show_hidden_data()
        options = {"object_position": 3, "description": chart.title}
        page.insert_chart(top, aside, drawing, options)
        top += _chart_rows(chart)
        place += len(chart.series) + 2


def _chart_columns(charts: Sequence[Chart]) -> int:
    """Columns of the sheet that the widest chart takes, with some room."""
    return max(_size(chart)[0] // 64 + 1 for chart in charts)


def _chart_rows(chart: Chart) -> int:
    """Rows of the sheet that a chart takes, with some room."""
    return _size(chart)[1] // 20 + 1


def _size(chart: Chart) -> tuple[int, int]:
    """Width and height in pixels: many scenarios, and their names, need more than a path of years."""
    many = chart.by_scenario and len(chart.along) > 8
    return (max(720, 40 * len(chart.along)), 520) if many else (720, 360)


def _write_chart_data(page: Any, place: int, chart: Chart, styles: _Styles) -> None:
    """Years or scenarios, and series, under headings that no column of a table has, starting in row 1."""
    axis = ("scenario", chart.along, tables.TEXT) if chart.by_scenario else ("year", chart.along, tables.YEAR)
    if chart.scale:
        axis = (chart.scale, chart.along, tables.SHARE)
    columns: list[tuple[str, Sequence[Cell], str]] = [axis]
    columns += [(line.name, line.values, tables.PRICE) for line in chart.series]
    page.set_column(place, place + len(chart.series), 20)
    for column, (name, values, number_format) in enumerate(columns, start=place):
        style = styles.style(num_format=number_format, font_size=8, font_color="#7F7F7F")
        for row, value in enumerate([f"chart {chart.label}: {name}", *values]):
            _write_cell(page, row, column, value, style, f"{page.get_name()}, chart of {chart.label}")


def _drawing(book: Any, sheet: str, place: int, chart: Chart) -> Any:
    columns = chart.stacked or chart.by_scenario
    kind = {"type": "column" if columns else "line"} | ({"subtype": "stacked"} if chart.stacked else {})
    if chart.scale:
        kind = {"type": "scatter", "subtype": "straight"}
    drawing = book.add_chart(kind)
    last = len(chart.along)
    for column, line in enumerate(chart.series, start=place + 1):
        look: dict[str, Any] = {"line": {"color": line.colour, "width": line.width}}
        if columns:
            look = {"fill": {"color": line.colour}, "gap": 40}
        cells = {"categories": [sheet, 1, place, last, place], "values": [sheet, 1, column, last, column]}
        drawing.add_series({"name": _no_reference(line.name), **cells, **look})
    values = [value for line in chart.series for value in line.values if value is not None]
    # Whole numbers, unless the axis is so short that its ticks would repeat.
    ticks = "#,##0" if max(map(abs, values)) >= 10 else "#,##0.00"
    small = {"size": 9, "color": "#404040", "bold": False}
    large = {"size": 13, "bold": False}
    drawing.set_title({"name": _no_reference(chart.title), "name_font": large, "overlay": False})
    drawing.set_legend({"position": "bottom", "font": small})
    drawing.set_size(dict(zip(("width", "height"), _size(chart), strict=True)))
    under = {"label_position": "low", "num_font": small, "line": {"color": FAINT}}
    ends = {"min": chart.along[0], "max": chart.along[-1], "num_format": "0%"} if chart.scale else {}
    note = {"name": chart.note, "name_font": small} if chart.note else {}
    drawing.set_x_axis(under | note | ends)
    side = {"name": _no_reference(chart.unit), "name_font": small, "num_font": small, "num_format": ticks}
    grid = {"visible": True, "line": {"color": "#D9D9D9", "width": 0.75}}
    lowest = {"min": 0} if not columns and min(values) >= 0 else {}
    drawing.set_y_axis({**side, "major_gridlines": grid, "line": {"none": True}, **lowest})
    return drawing


def _no_reference(text: str) -> str:
    """xlsxwriter makes a reference of any text of a chart that contains the like of x!A1."""
    return text.replace("!", "! ")
