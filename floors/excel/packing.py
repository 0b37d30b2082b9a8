"""A workbook of large tables: its rows pass through a file, and then into the archive, a piece at a time.

xlsxwriter makes the workbook without the rows, small and in memory; they are put in where each sheet has its
header, so that no more of them is ever held than a piece. The file of rows has no name: a run that is killed
leaves none behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from xlsxwriter.utility import xl_range

from floors.excel.bulk import BulkSheet, Taken
from floors.files.book import close_book, new_book

ROW = 17
"""Pixels of a row of one line."""

_IN_MEMORY = 4 * 2**20
_PIECE = 2**18
_ROW = re.compile(rb'<row r="(\d+)"[^>]*?(?:/>|>(.*?)</row>)', re.DOTALL)
_DIMENSION = re.compile(rb'<dimension ref="[^"]*"')


class BulkBook:
    """An xlsxwriter workbook, `book`, with sheets for large tables, whose rows go to the file `rows`."""

    def __init__(self, path: Path, rows: IO[bytes]) -> None:
        self.rows = rows
        self._path = path
        self._small = BytesIO()
        self.book = new_book(self._small)

    def add_sheet(self, name: str) -> BulkSheet:
        """A new sheet behind the others."""
        page: BulkSheet = self.book.add_worksheet(name, BulkSheet)
        page.default_row_height = page.original_row_height = (
            ROW  # as Excel has it for Arial 10; rows grow by themselves
        )
        return page

    def close(self) -> None:
        """Write the file. Raises OutputError where it cannot be."""
        close_book(self.book)
        pages = {f"xl/worksheets/sheet{n}.xml": page for n, page in enumerate(self.book.worksheets(), 1)}
        with ZipFile(self._small) as small, ZipFile(self._path, "w", ZIP_DEFLATED) as archive:
            for part in small.namelist():
                content = small.read(part)
                info = ZipInfo(part)  # its date is the earliest there is, as xlsxwriter's own
                info.compress_type, info.file_size = ZIP_DEFLATED, len(content)
                pieces: Iterable[bytes] = (content,)
                if (page := pages.get(part)) is not None and page.taken is not None:
                    info.file_size += page.taken.end - page.taken.start
                    pieces = _filled(content, page, page.taken, self.rows)
                with archive.open(info, "w") as packed:
                    for piece in pieces:
                        packed.write(piece)


@contextmanager
def bulk_book(path: Path) -> Iterator[BulkBook]:
    """A workbook in the making, to be written to `path` by its `close`."""
    with SpooledTemporaryFile(_IN_MEMORY) as rows:
        yield BulkBook(path, rows)


def _filled(content: bytes, page: BulkSheet, taken: Taken, rows: IO[bytes]) -> Iterator[bytes]:
    """The part of a sheet with the rows of its table among those that xlsxwriter wrote beside it."""
    head, _, rest = content.partition(b"<sheetData>")
    beside, _, tail = rest.partition(b"</sheetData>")
    found = {int(row[1]): row for row in _ROW.finditer(beside)}
    last = taken.rows + 1
    area = xl_range(0, 0, max(last - 1, page.dim_rowmax), page.dim_colmax)
    yield _DIMENSION.sub(f'<dimension ref="{area}"'.encode("ascii"), head, count=1)
    yield b"<sheetData>" + found.pop(1)[0]
    rows.seek(taken.start)
    for line in range(2, min(last, max(found, default=1)) + 1):
        row = rows.readline()
        yield row.replace(b"</row>", (found.pop(line)[2] or b"") + b"</row>") if line in found else row
    while left := taken.end - rows.tell():
        yield rows.read(min(left, _PIECE))
    yield b"".join(found[line][0] for line in sorted(found))
    yield b"</sheetData>" + tail
