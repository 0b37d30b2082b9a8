"""Pictures as native charts, each on a sheet of its own that prints on one page; those of many panels on several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from floors.excel.native import FONT, chart_of
from floors.excel.picture_numbers import PictureNumbers
from floors.page.colours import ALARM, GREY, INK
from floors.page.picture import Panel, Picture
from floors.page.widths import lines

MOST_PANELS = 12
"""Panels of one page; more go to further sheets."""

_WIDE, _HIGH = 1000, 690  # pixels of a landscape page
_ROW = 20
_GAP = 8
_COLUMNS = ((1, 1), (4, 2), (9, 3), (12, 4))  # of up to so many panels


class Place(NamedTuple):
    """Where a panel stands on its page, in pixels."""

    x: float
    y: float
    wide: float
    high: float


def sheets_of(picture: Picture) -> list[tuple[str, list[int]]]:
    """The sheets of a picture, and the panels on each, counted from 0."""
    panels = list(range(len(picture.panels)))
    count = -(-len(panels) // MOST_PANELS) or 1
    size = -(-len(panels) // count) or 1
    parts = [panels[start : start + size] for start in range(0, len(panels), size)] or [[]]
    return [
        (picture.name if number == 1 else f"{picture.name}_{number}", part)
        for number, part in enumerate(parts, 1)
    ]


def draw_picture(
    book: Any, pages: Sequence[Any], picture: Picture, numbers: PictureNumbers, heading: str, alarm: str = ""
) -> None:
    """Draw a picture on its sheets, those of `sheets_of`; `heading` goes into their footers, `alarm` stands first."""
    for page, (_, part) in zip(pages, sheets_of(picture), strict=True):
        top, room = _write_words(book, page, picture, len(pages), pages.index(page) + 1, alarm)
        for number, place in zip(part, places(picture, part, room), strict=True):
            panel = picture.panels[number]
            group = [other for other in picture.panels if panel.group and other.group == panel.group]
            chart = chart_of(book, panel, numbers.of(picture, number), (place.wide, place.high), group)
            options = {"x_offset": place.x, "y_offset": place.y, "object_position": 1}
            page.insert_chart(top, 0, chart, options | {"description": panel.description or panel.title})
        page.set_footer(f"&L{heading}&R&A")


def places(picture: Picture, part: Sequence[int], high: float) -> list[Place]:
    """Where the panels of a page stand, of which the first may be large."""
    panels = [picture.panels[number] for number in part]
    if not panels:
        return []
    if panels[0].large and len(panels) > 1:
        left = _WIDE * (0.5 if len(panels) > 2 else 0.55)
        first = Place(0, 0, left - _GAP, high)
        return [first, *_grid(panels[1:], left, _WIDE - left, high)]
    return _grid(panels, 0, _WIDE, high)


def _grid(panels: Sequence[Panel], x: float, wide: float, high: float) -> list[Place]:
    count = len(panels)
    if wide < _WIDE:  # beside a large one
        columns = 1 if count <= 4 and panels[0].group == "" else 2 if count <= 6 else 3
    else:
        columns = next(columns for most, columns in _COLUMNS if count <= most)
    columns = min(columns, count)
    rows = -(-count // columns)
    size = wide / columns, high / rows
    return [
        Place(x + place % columns * size[0], place // columns * size[1], size[0] - _GAP, size[1] - _GAP)
        for place in range(count)
    ]


def _write_words(
    book: Any, page: Any, picture: Picture, pages: int, number: int, alarm: str
) -> tuple[int, float]:
    """Title, subtitle and note; the row at which charts begin, and the pixels that are left for them."""
    page.hide_gridlines(2)
    page.set_landscape()
    page.set_paper(9)
    page.set_margins(0.5, 0.5, 0.45, 0.55)
    page.fit_to_pages(1, 1)
    page.set_column_pixels(0, 9, _WIDE // 10)
    note = picture.note if pages == 1 else f"{picture.note} Sheet {number} of {pages}.".lstrip()
    words = [(alarm, 12, ALARM, True)] if alarm else []
    words += [(picture.title, 18, INK, True), (picture.subtitle, 11, GREY, False)]
    row, taken = 0, 0
    for text, size, colour, bold in words:
        taken += _write(book, page, row, text, size, colour, bold)
        row += 1
    under = _height(note, 9, False)
    rows = (_HIGH - taken - under) // _ROW
    for line in range(row, row + rows):
        page.set_row_pixels(line, _ROW)
    _write(book, page, row + rows, note, 9, GREY, False)
    page.print_area(0, 0, row + rows, 9)
    return row, float(rows * _ROW)


def _write(book: Any, page: Any, row: int, text: str, size: int, colour: str, bold: bool) -> int:
    """A text over the width of the page; the height of its row."""
    look = {"font_name": FONT, "font_size": size, "font_color": colour, "bold": bold, "text_wrap": True}
    style = book.add_format(look | {"valign": "top"})
    height = _height(text, size, bold)
    page.set_row_pixels(row, height)
    page.merge_range(row, 0, row, 9, "", style)
    page.write_string(row, 0, text, style)
    return height


def _height(text: str, size: int, bold: bool) -> int:
    """Pixels that a text takes: a merged cell never grows by itself."""
    return round(lines(text, size, _WIDE - 10, bold) * size * 96 / 72 * 1.25 + 5)
