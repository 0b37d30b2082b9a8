"""Where a workbook says that its certificate failed."""

from __future__ import annotations

from typing import Any

from floors.contract.results.handed import BRIEF, TERMS
from floors.excel.report import FAILED_MARK


def marks(book: Any) -> dict[str, str]:
    """For each sheet of a results workbook but the terms, the mark in it, or '': of the page its first words."""
    found = {}
    for page in book:
        assert page.sheet_properties.tabColor.rgb == "FFC00000" and "CERTIFICATE FAILED" in page.oddHeader.right.text
        cells = [cell for row in page.iter_rows(max_row=2, values_only=True) for cell in row]
        first = next((str(cell) for cell in cells if cell), "")
        told = FAILED_MARK in cells or (page.title == BRIEF and "failed" in first.lower())
        if page.title != TERMS:
            found[page.title] = FAILED_MARK if told else ""
    return found
