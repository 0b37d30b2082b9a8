"""A workbook in the making: all of it in memory, text that stays text, and a failure told in our own words."""

from __future__ import annotations

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
_OPTIONS = {
    "in_memory": True,  # a run that is killed would leave its temporary files behind
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


def new_book(target: Path | BytesIO) -> Any:
    """An empty xlsxwriter Workbook, to be written to a file or to memory by `close_book`."""
    book = xlsxwriter.Workbook(target, dict(_OPTIONS))
    book.str_table = _Texts()
    return book


class _Texts(SharedStringTable):
    """The texts of all cells, none of them taken for markup.

    xlsxwriter (3.2, 3.3) writes a text that begins with ``<r>`` and ends with ``</r>`` as it is, for its own runs
    of rich text. Such a text goes as the one run of a rich text, which reads back as itself.
    """

    def _sort_string_data(self) -> None:
        super()._sort_string_data()
        self.string_array: list[str] = [
            f'<r><t xml:space="preserve">{escape(text, quote=False)}</t></r>'
            if text.startswith("<r>") and text.endswith("</r>")
            else text
            for text in self.string_array
        ]


def close_book(book: Any) -> None:
    """Write the file. Raises OutputError where it cannot be."""
    try:
        book.close()
    except (XlsxWriterException, UnicodeEncodeError) as error:  # half a character has no bytes
        raise OutputError(f"The workbook could not be written: {error}.") from error
