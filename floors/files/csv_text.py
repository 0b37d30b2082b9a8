"""CSV as text, both ways: rows with the line of the file on which each begins."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence

from floors.files.gate import check_count, refuse

SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}
_QUOTED = re.compile(r'[,"\r\n]|^\s|\s$')
_LINES = re.compile(r"\r\n|\r|\n")


def line_of(fields: Iterable[str]) -> str:
    """A row with its end of line; a field is quoted where it must be."""
    told = [f'"{text.replace(chr(34), chr(34) * 2)}"' if _QUOTED.search(text) else text for text in fields]
    return ('""' if told == [""] else ",".join(told)) + "\n"


def rows_of(content: bytes, name: str) -> Iterator[tuple[int, int, list[str]]]:
    """Every row: its first and last line in the file, and its fields, none for an empty line.

    Raises InputError for what is no text in UTF-8, or no CSV, and for more rows or cells than a table may have.
    """
    reader = csv.reader(_split(_text(content, name)), strict=True)
    last, rows, cells = 0, 0, 0
    while True:
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            message = f"the row that begins on line {last + 1} is not CSV ({error})."
            hint = "Close every quote, and write a quote within quotes twice."
            raise refuse(name, message, hint, "not_csv") from error
        rows, cells = rows + 1, cells + len(fields)
        check_count(rows, cells, name)
        yield last + 1, reader.line_num, fields
        last = reader.line_num


def check_separator(header: Sequence[str], name: str) -> None:
    """Raise InputError for a header of one column with another separator in it."""
    for separator, called in SEPARATORS.items():
        if len(header) == 1 and separator in header[0]:
            message = f"its columns are separated by {called}, and must be by commas."
            hint = "Save it with commas between columns and points in numbers, or as a workbook."
            raise refuse(name, message, hint, "csv_separator")


def _text(content: bytes, name: str) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise refuse(
            name, f"line {line} is not text in UTF-8.", "Save it as CSV UTF-8.", "not_unicode"
        ) from error
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise refuse(name, f"line {line} holds a null character.", "Save it as CSV UTF-8.", "not_unicode")
    return text


def _split(text: str) -> Iterator[str]:
    """Lines with their ends, broken where an editor breaks them and nowhere else."""
    start = 0
    for end in _LINES.finditer(text):
        yield text[start : end.end()]
        start = end.end()
    if start < len(text):
        yield text[start:]
