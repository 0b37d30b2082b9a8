"""Pictures as native charts, each on a sheet of its own, from the numbers of sheet `picture_values`."""

from __future__ import annotations

from typing import Any

from floors.page.picture import Picture


def draw_picture(
    book: Any, sheet: Any, picture: Picture, rows_of: dict[tuple[int, int], tuple[int, int]]
) -> None:
    """Draw a picture on its sheet. `rows_of`: first and last row, from 0, of the values of a panel and series (both
    counted from 1) in sheet picture_values."""
    sheet.write_string(0, 0, picture.title)
