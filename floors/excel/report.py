"""The results workbook: a page and pictures to be read, and tidy tables with notes on every header.

Of a table the header is in row 1 and every cell is a value, so that any program reads it straight back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from textwrap import wrap
from typing import IO, Any, Protocol

from xlsxwriter.utility import xl_range

from floors import __version__
from floors.contract import results as tables
from floors.contract.results import RESULTS, Cell, Column, Reportable, Rows, Sheet
from floors.contract.results.handed import BRIEF, BRIEF_TEXT, EMBEDDED, PICTURE_VALUES, PICTURES, TERMS, WORDS
from floors.errors import CertificateFailed, OutputError
from floors.excel.brief_sheet import draw_brief, draw_terms
from floors.excel.bulk import BulkSheet, Look
from floors.excel.embedded import Embedded
from floors.excel.links import Links
from floors.excel.packing import bulk_book
from floors.excel.picture_numbers import PictureNumbers
from floors.excel.picture_sheets import draw_picture, sheets_of
from floors.excel.printing import LEAST_OF_DATA, LEAST_SCALE, paper, set_paper
from floors.files.book import FIXED_DATE
from floors.files.targets import OUR_PROPERTY, check_target, check_workbook, replace_atomically
from floors.page.page import Page
from floors.page.picture import Picture
from floors.page.written import brief_rows, picture_rows, picture_value_rows, word_rows
from floors.steps import Stage, stage

FAILED_MARK = "CERTIFICATE FAILED: nothing here is proven, do not use these numbers."
_MOST_ROWS = 1_048_575
_WIDEST = 60
_PROSE = 40  # declared width from which a column of texts keeps it, and wraps
_DATA = (BRIEF_TEXT, PICTURES, PICTURE_VALUES)  # what programs read, and people hardly
_INDENT, _SURE = 15, 0.97  # pixels of a cell that no text takes, and how much of the others it may


def write(
    result: Reported,
    path: Path,
    *,
    force: bool = False,
    keep: bool = False,
    sheets: Sequence[Sheet] = RESULTS,
    day: str = "",
    embed: Embedded | None = None,
) -> Path:
    """Write the results workbook and return where it lies: `path`, or a name beside it if that is locked.

    `force` overwrites a workbook that is not ours. `keep` writes a result whose certificate failed, marked in red on
    every sheet; without it such a result raises CertificateFailed. `day` stands at the foot of the page; `embed` is
    kept in a hidden sheet. Raises UsageError or OutputError as `floors.files.targets` does, and OutputError for a value
    that Excel cannot hold (NaN, too long, too many rows).
    """
    if result.failed and not keep:
        raise CertificateFailed("The certificate failed, so the result was not written.")
    check_target(path, force=force)
    with stage("writing", len(sheets)) as here:
        return replace_atomically(
            path, lambda file: _write_book(result, file, sheets, day, embed, here), check_workbook
        )


def _write_book(
    result: Reported, path: Path, sheets: Sequence[Sheet], day: str, embed: Embedded | None, here: Stage
) -> None:
    with bulk_book(path) as target:
        book = target.book
        book.set_properties({"title": result.title, "subject": result.scenario_name, "created": FIXED_DATE})
        book.set_custom_property(OUR_PROPERTY, __version__, "text")
        styles = _Styles(book, result.failed)
        brief, pictures = _page(result, day), [one for one in result.pictures if not one.screen_only]
        front = target.add_sheet(BRIEF) if brief is not None else None
        drawn = [(one, [target.add_sheet(name) for name, _ in sheets_of(one)]) for one in pictures]
        if result.failed:
            shown = [page for _, pages in drawn for page in pages]
            for page in [front, *shown] if front is not None else shown:
                page.set_tab_color("#C00000")
                page.set_header("&R&KC00000CERTIFICATE FAILED")
        links = Links(brief)
        for sheet in sheets:
            page = target.add_sheet(sheet.name)
            rows = links.watch(sheet, result.rows(sheet.name))
            widths = _write_table(page, sheet, rows, styles, result.currency, target.rows)
            _set_page(page, sheet, len(rows), widths, result, styles)
            here.finished(sheet.name)
        for sheet, told in handed_on(result, brief):
            page = target.add_sheet(sheet.name)
            widths = _write_table(page, sheet, told, styles, result.currency, target.rows)
            _set_page(page, sheet, len(told), widths, result, styles)
        # Sheet picture_values is the last of them.
        numbers = PictureNumbers(page, result.pictures)
        for picture, pages in drawn:
            draw_picture(
                book, pages, picture, numbers, _heading(result), FAILED_MARK if result.failed else ""
            )
        if brief is not None:
            draw_brief(book, front, brief, result.pictures, numbers, links.cells)
            if brief.terms:
                draw_terms(book, target.add_sheet(TERMS), brief)
        if embed is not None:
            page = target.add_sheet(EMBEDDED.name)
            _write_table(page, EMBEDDED, embed.rows(), styles, result.currency, target.rows)
            page.hide()
        target.close()


def _page(result: Reported, day: str) -> Page | None:
    """The page of a result, with the day at its foot; it says it first where the certificate failed."""
    page = result.brief
    if page is None:
        return None
    source = f"{page.source} · {day}" if day else page.source
    return replace(page, source=source, alarm=page.alarm or (FAILED_MARK if result.failed else ""))


def handed_on(result: Reported, page: Page | None) -> list[tuple[Sheet, Rows]]:
    """The tables of what is handed on: words, page and pictures."""
    return [
        (WORDS, word_rows(result.sentences, result.warnings)),
        (BRIEF_TEXT, brief_rows(page) if page is not None else []),
        (PICTURES, list(picture_rows(result.pictures))),
        (PICTURE_VALUES, list(picture_value_rows(result.pictures))),
    ]


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
        self.text = self.style(num_format=tables.TEXT, indent=1, valign="top")
        self.prose = self.style(num_format=tables.TEXT, indent=1, valign="top", text_wrap=True)
        # Without a format of its own LibreOffice shows some of them as 1.
        self.truth = self.style(num_format=tables.BOOL, align="center", valign="top")
        self.alarm = self.style(bold=True, font_color="#C00000", font_size=12)

    def style(self, **properties: object) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(properties)
        return self._made[key]


def _write_table(
    page: BulkSheet, sheet: Sheet, rows: Rows, styles: _Styles, currency: str, file: IO[bytes]
) -> list[float]:
    """Write a table; the widths of its columns in characters."""
    count, last = len(rows), len(sheet.columns) - 1
    if count > _MOST_ROWS:
        raise OutputError(
            f"Sheet '{sheet.name}' would have {count:,} rows, and Excel holds {_MOST_ROWS:,}; "
            "solve fewer years or scenarios at a time."
        )
    look = Look(
        [styles.style(num_format=column.format, valign="top") for column in sheet.columns],
        [styles.prose if column.width >= _PROSE else styles.text for column in sheet.columns],
        styles.truth,
        sheet.names.index("unit") if "unit" in sheet.names else None,
        lambda unit: styles.style(num_format=_format_of(unit), valign="top"),
        {
            place: (column.width * 7 + 5 - _INDENT) * _SURE
            for place, column in enumerate(sheet.columns)
            if column.width >= _PROSE
        },
    )
    longest = page.write_rows(rows, sheet.names, look, file)

    def keeps(column: Column) -> bool:
        return column.width >= _PROSE or sheet in _DATA

    widths = [
        float(max(column.width, min(length + 2, _WIDEST) if length and not keeps(column) else 0))
        for column, length in zip(sheet.columns, longest, strict=True)
    ]
    for place, (column, width) in enumerate(zip(sheet.columns, widths, strict=True)):
        page.set_column(place, place, width)
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
    return widths


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


def _set_page(
    page: Any, sheet: Sheet, rows: int, widths: Sequence[float], result: Reportable, styles: _Styles
) -> None:
    """How a table prints, and that its certificate failed where it did."""
    keys = max((place for place, column in enumerate(sheet.columns, 1) if column.key), default=0)
    least = LEAST_OF_DATA if sheet in _DATA else LEAST_SCALE
    set_paper(page, paper(widths, keys, rows, least), rows, len(sheet.columns))
    page.set_header(f"&L{_heading(result)}" + ("&R&KC00000CERTIFICATE FAILED" if result.failed else ""))
    page.set_footer("&L&A&RPage &P of &N")
    if result.failed:
        page.write_string(0, len(sheet.columns) + 1, FAILED_MARK, styles.alarm)
        page.set_tab_color("#C00000")


def _heading(result: Reportable) -> str:
    """Of which study and scenario a page is, for its header."""
    return f"{result.title[:100]} ({result.scenario_name[:40]})".replace("&", "&&")
