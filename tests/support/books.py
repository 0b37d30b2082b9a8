"""Results workbooks: which of their sheets are tables, and where one says that its certificate failed."""

from __future__ import annotations

from typing import Any

from floors.contract.results.handed import BRIEF, TERMS, WORDS, repeats
from floors.excel.report import FAILED_MARK


def tables_in(book: Any) -> list[str]:
    """The sheets that are tables of the result, in order; the others stand before and after them."""
    return [name for name in book.sheetnames if name != WORDS.name and not repeats(name)]


def unmarked(book: Any) -> list[str]:
    """Sheets that do not say that the certificate failed: in a cell, by their colour and in print."""
    found = []
    for page in book:
        cells = [
            str(cell)
            for row in page.iter_rows(max_row=3, values_only=True)
            for cell in row
            if cell is not None
        ]
        told = "failed" in cells[0].lower() if page.title == BRIEF else FAILED_MARK in cells
        told &= "CERTIFICATE FAILED" in str(page.oddHeader.right.text)
        told &= (
            page.sheet_properties.tabColor is not None and page.sheet_properties.tabColor.rgb == "FFC00000"
        )
        if not told and page.title != TERMS:
            found.append(page.title)
    return found
