"""How a table prints: all its columns on one page where they can be read, else on several that begin with its keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from floors.excel.packing import ROW

A4 = 9
LEAST_SCALE, LEAST_OF_DATA = 70, 45
"""Percent at which letters of 10 points are still 7: tables of reference, not the page; and for what programs read."""

_INCH = 96
_SIDES, _ENDS = 0.4, 0.65  # margins in inches
_PORTRAIT = ((8.27 - 2 * _SIDES) * _INCH, (11.69 - 2 * _ENDS) * _INCH)
_LANDSCAPE = (_PORTRAIT[1] + 2 * (_ENDS - _SIDES) * _INCH, _PORTRAIT[0] - 2 * (_ENDS - _SIDES) * _INCH)
_SURE = 0.92  # of a page: LibreOffice does not round the width of a digit, 7.4 pixels, down to 7
_KEYS = 0.5  # of a page that repeated columns may take


class Paper(NamedTuple):
    """Which way the paper lies, the scale in percent, and after which columns a page ends, counted from 1."""

    landscape: bool
    scale: int
    breaks: tuple[int, ...] = ()
    repeated: int = 0  # columns that every page begins with


def paper(widths: Sequence[float], keys: int, rows: int, least: int = LEAST_SCALE) -> Paper:
    """How a table of columns so many characters wide, the first of them keys, goes on paper.

    As many rows on a page as can be read: a table longer than a page is as small as may be, a short one as large.
    """
    pixels = [int(width * 7 + 5) for width in widths]
    whole = sum(pixels)
    for landscape, (wide, high) in ((False, _PORTRAIT), (True, _LANDSCAPE)):
        scale = min(100, int(wide * _SURE / whole * 100))
        if scale >= least:
            long = (rows + 1) * ROW * scale / 100 > high
            return Paper(landscape, least if long else scale)
    room = _LANDSCAPE[0] * _SURE * 100 / least
    while keys and sum(pixels[:keys]) > _KEYS * room:
        keys -= 1
    return Paper(True, least, _breaks(pixels, keys, room), keys)


def _breaks(pixels: Sequence[int], keys: int, room: float) -> tuple[int, ...]:
    """After which columns pages end: as few pages as may be, and then as even as these can be."""
    fewest = _filled(pixels, keys, room)
    low, high = max(pixels[keys:], default=0) + sum(pixels[:keys]), int(room)
    while low < high:
        middle = (low + high) // 2
        if len(_filled(pixels, keys, middle)) > len(fewest):
            low = middle + 1
        else:
            high = middle
    return _filled(pixels, keys, min(high, room))


def _filled(pixels: Sequence[int], keys: int, room: float) -> tuple[int, ...]:
    ends, used = [], sum(pixels[:keys])
    for place, size in enumerate(pixels[keys:], keys):
        if used + size > room and place > keys:
            ends.append(place)
            used = sum(pixels[:keys])
        used += size
    return tuple(ends)


def set_paper(page: Any, on: Paper, rows: int, columns: int) -> None:
    """Print a table of so many rows and columns so, with its headers on every page."""
    page.set_paper(A4)
    page.set_margins(_SIDES, _SIDES, _ENDS, _ENDS)
    if on.landscape:
        page.set_landscape()
    page.set_print_scale(on.scale)
    page.repeat_rows(0)
    page.print_area(0, 0, max(rows, 1), columns - 1)
    if on.breaks:
        page.set_v_pagebreaks(list(on.breaks))
        page.print_across()
        if on.repeated:
            page.repeat_columns(0, on.repeated - 1)
