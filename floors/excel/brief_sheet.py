"""Sheet `brief`: a page on one printed A4 page, and sheet `terms`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from floors.excel.picture_numbers import PictureNumbers
from floors.page.page import Page
from floors.page.picture import Picture


def draw_brief(
    book: Any, sheet: Any, page: Page, pictures: Sequence[Picture], numbers: PictureNumbers
) -> None:
    """Draw the page on its sheet."""
    sheet.write_string(0, 0, page.headline)


def draw_terms(book: Any, sheet: Any, page: Page) -> None:
    """Draw the terms of the page."""
    for row, term in enumerate(page.terms):
        sheet.write_row(row, 0, term)
