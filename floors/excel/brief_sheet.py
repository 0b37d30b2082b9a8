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
    for row, text in enumerate(filter(None, (page.alarm, page.headline))):
        sheet.write_string(row, 0, text)


def draw_terms(book: Any, sheet: Any, page: Page) -> None:
    """Draw the terms of the page."""
    for row, term in enumerate(page.terms):
        sheet.write_row(row, 0, term)
