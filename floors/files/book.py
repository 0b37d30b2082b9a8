"""A workbook in the making: all of it in memory, text that stays text, and a failure told in our own words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape  # xml.sax.saxutils loads urllib.request
from io import BytesIO
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.sharedstrings import SharedStringTable

from floors.errors import OutputError

FIXED_DATE = datetime(2000, 1, 1)  # a clock here would make every run a different file
_FONT = {"font_name": "Arial", "font_size": 10}
"""Where Arial is missing, another of the same widths stands in for it; with other fonts columns came out wider."""
_OPTIONS = {
    "in_memory": True,  # a run that is killed would leave its temporary files behind
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


def new_book(target: Path | BytesIO) -> Any:
    """An empty xlsxwriter Workbook, to be written to a file or to memory by `close_book`."""
    # A dict of its own for each: xlsxwriter (3.3) changes the one that it is given.
    book = xlsxwriter.Workbook(target, {**_OPTIONS, "default_format_properties": dict(_FONT)})
    book.str_table = _Texts()
    return book


class _Texts(SharedStringTable):
    """The texts of all cells, none of them taken for markup but those of `write_rich`.

    xlsxwriter (3.2, 3.3) writes a text that begins with ``<r>`` and ends with ``</r>`` as it is, for its own runs
    of rich text. Such a text goes as the one run of a rich text, which reads back as itself.
    """

    def __init__(self) -> None:
        super().__init__()
        self.rich: set[int] = set()

    def _sort_string_data(self) -> None:
        super()._sort_string_data()
        self.string_array: list[str] = [
            f'<r><t xml:space="preserve">{escape(text, quote=False)}</t></r>'
            if text.startswith("<r>") and text.endswith("</r>") and place not in self.rich
            else text
            for place, text in enumerate(self.string_array)
        ]


def write_rich(sheet: Any, row: int, column: int, parts: Sequence[Any], style: Any) -> None:
    """A text of several formats: format, text, format, text. Raises ValueError where xlsxwriter refuses it."""
    refused = sheet.write_rich_string(row, column, *parts, style)
    if refused:
        raise ValueError(f"{sheet.get_name()}, row {row + 1}: not a rich text (xlsxwriter {refused}).")
    sheet.str_table.rich.add(sheet.table[row][column].string)


def close_book(book: Any) -> None:
    """Write the file. Raises OutputError where it cannot be."""
    try:
        book.close()
    except (XlsxWriterException, UnicodeEncodeError) as error:  # half a character has no bytes
        raise OutputError(f"The workbook could not be written: {error}.") from error
