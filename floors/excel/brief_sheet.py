"""Sheet `brief`: a page on one printed A4 page, and sheet `terms`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from floors.excel.native import FONT, chart_of
from floors.excel.page_layout import Hung, Placed, fitted
from floors.excel.page_rows import COLUMN, COLUMNS, Look
from floors.excel.picture_numbers import PictureNumbers
from floors.files.book import write_rich
from floors.page.colours import INK
from floors.page.page import Page, Paragraph
from floors.page.picture import Picture

A4 = 9
_MARGINS = {"left": 0.4, "right": 0.4, "top": 0.3, "bottom": 0.3}
_TERM, _MEANING = 26, 92  # characters of their columns


def draw_brief(
    book: Any,
    sheet: Any,
    page: Page,
    pictures: Sequence[Picture],
    numbers: PictureNumbers,
    links: Mapping[str, str],
) -> None:
    """Draw the page on its sheet; `links` has the cell that each link of an entry leads to."""
    layout = fitted(page)
    styles = _Styles(book)
    sheet.set_column_pixels(0, COLUMNS - 1, COLUMN)
    for row, height in enumerate(layout.heights):
        sheet.set_row_pixels(row, height)
    for placed in layout.pieces:
        _write(sheet, placed, styles, links)
    by_name = {picture.name: picture for picture in pictures}
    for hung in layout.hung:
        _hang(book, sheet, hung, by_name[hung.drawn.picture], numbers)
    sheet.hide_gridlines(2)
    sheet.set_zoom(110)
    sheet.set_portrait()
    sheet.set_paper(A4)
    sheet.set_margins(**_MARGINS)
    sheet.center_horizontally()
    sheet.fit_to_pages(1, 1)
    sheet.print_area(0, 0, len(layout.heights) - 1, COLUMNS - 1)


class _Styles:
    """Cell formats, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, object], ...], Any] = {}

    def of(self, look: Look) -> Any:
        key = tuple(sorted(look.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format({"font_name": FONT, "font_color": INK, **look})
        return self._made[key]


def _write(sheet: Any, placed: Placed, styles: _Styles, links: Mapping[str, str]) -> None:
    """A piece into the cells it spans."""
    piece, row = placed.piece, placed.top
    style = styles.of(piece.look)
    if (placed.top, piece.first) != (placed.bottom, piece.last):
        sheet.merge_range(placed.top, piece.first, placed.bottom, piece.last, "", style)
    told = piece.told
    if piece.link in links:
        shown = told if isinstance(told, str) else ""
        sheet.write_url(
            row, piece.first, f"internal:{links[piece.link]}", style, shown, f"from {links[piece.link]}"
        )
    if isinstance(told, Paragraph) and told.lead and told.text:
        font = {name: value for name, value in piece.look.items() if name in ("font_size", "font_color")}
        bold, plain = styles.of(font | {"bold": True}), styles.of(font)
        write_rich(sheet, row, piece.first, [bold, told.lead, plain, f" {told.text}"], style)
    elif isinstance(told, Paragraph):
        style = styles.of({**piece.look, "bold": True}) if told.lead else style
        sheet.write_string(row, piece.first, told.plain, style)
    elif isinstance(told, str):
        sheet.write_string(row, piece.first, told, style)
    elif told is not None:
        sheet.write_number(row, piece.first, told, style)


def _hang(book: Any, sheet: Any, hung: Hung, picture: Picture, numbers: PictureNumbers) -> None:
    """A panel of a picture as a chart; what it shows stands in its title on the page."""
    panel = picture.panels[hung.drawn.panel]
    group = [other for other in picture.panels if panel.group and other.group == panel.group]
    plain = panel._replace(title="")
    chart = chart_of(book, plain, numbers.of(picture, hung.drawn.panel), (hung.wide, hung.high - 4), group)
    told = panel.description or f"{hung.drawn.title}. {panel.unit}"
    options = {"y_offset": hung.below + 2, "object_position": 2, "description": told}
    sheet.insert_chart(hung.row, hung.column, chart, options)


def draw_terms(book: Any, sheet: Any, page: Page) -> None:
    """Draw the terms of the page: one a row, which grows with its text."""
    look = {"font_name": FONT, "font_color": INK, "font_size": 10, "valign": "top", "text_wrap": True}
    term, meaning = book.add_format({**look, "bold": True}), book.add_format(look)
    sheet.set_column(0, 0, _TERM)
    sheet.set_column(1, 1, _MEANING)
    for row, one in enumerate(page.terms):
        sheet.write_string(row, 0, one.term, term)
        sheet.write_string(row, 1, one.meaning, meaning)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&A&RPage &P of &N")
