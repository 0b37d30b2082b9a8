"""Tables of a result that lie as CSV in a folder beside its workbook, because Excel has no room for them."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

from floors.contract.results import SEVERAL, Kind, Sheet
from floors.errors import OutputError
from floors.files.as_text import is_live
from floors.files.csv_text import line_of

FOLDER = "tables in folder "  # in sheet run: the key that names the folder


def folders(path: Path) -> Iterator[Path]:
    """Where tables beside a workbook may lie, the first first."""
    yield path.with_name(f"{path.stem}-tables")
    yield from (path.with_name(f"{path.stem}-tables-{number}") for number in count(1))


def is_ours(folder: Path) -> bool:
    """Whether nothing but tables of ours lies in a folder, by their names and headers."""
    header = {f"{sheet.name}.csv": ",".join(sheet.names) for sheet in SEVERAL}
    return (
        folder.is_dir() and not folder.is_symlink() and all(_begins(one, header) for one in folder.iterdir())
    )


def _begins(file: Path, header: dict[str, str]) -> bool:
    if file.name not in header or not file.is_file():
        return False
    with file.open("rb") as content:
        return content.read(len(header[file.name]) + 1) == f"{header[file.name]}\n".encode()


def drop(path: Path) -> None:
    """Remove the tables beside a workbook that has room for all of them now. Raises OutputError where that fails."""
    for folder in folders(path):
        if not folder.exists():
            return
        try:
            if is_ours(folder) and any(folder.iterdir()):
                shutil.rmtree(folder)
        except OSError as error:
            raise OutputError(
                f"{folder} is out of date and cannot be removed: {error.strerror or error}."
            ) from error


def write_csv(path: Path, sheet: Sheet, rows: Iterable[Iterable[Any]]) -> None:
    """A table as Excel and pandas read it: a header, points, flags as TRUE and FALSE, nothing where there is none.

    A text that a spreadsheet would take for a formula stands behind an apostrophe. Raises OSError.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(sheet.names)
        for row in rows:
            cells = [_written(value) for value in row]
            if any(isinstance(one, str) and "\r" in one for one in cells):  # csv would not quote it
                file.write(line_of("" if one is None else str(one) for one in cells))
            else:
                writer.writerow(cells)


def _written(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).upper()
    return as_text(value) if isinstance(value, str) else value


def as_text(value: str) -> str:
    """A text as it stands in a CSV file: behind an apostrophe where a spreadsheet would take it for a formula."""
    return f"'{value}" if is_live(value) else value


def read_csv(path: Path, sheet: Sheet) -> Iterator[list[Any]]:
    """The rows of a table as they were. Raises OSError, and ValueError for what is no table of this sheet."""
    kinds = [column.kind for column in sheet.columns]
    with path.open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        if next(lines, None) != list(sheet.names):
            raise ValueError(f"{path.name} has other columns than sheet {sheet.name}")
        for line in lines:
            yield [_read(text, kind) for text, kind in zip(line, kinds, strict=True)]


def _read(text: str, kind: Kind) -> Any:
    if text == "":
        return None
    if kind is Kind.TEXT:
        return text[1:] if text.startswith("'") and is_live(text[1:]) else text
    if kind is Kind.FLAG:
        return {"TRUE": True, "FALSE": False}[text]
    return int(text) if kind is Kind.WHOLE else float(text)
