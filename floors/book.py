"""A workbook in the making: all of it in memory, text that stays text, and a failure told in our own words."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException

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
    return xlsxwriter.Workbook(target, dict(_OPTIONS))


def close_book(book: Any) -> None:
    """Write the file. Raises OutputError where it cannot be."""
    try:
        book.close()
    except (XlsxWriterException, UnicodeEncodeError) as error:  # half a character has no bytes
        raise OutputError(f"The workbook could not be written: {error}.") from error
