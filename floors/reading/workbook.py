"""Excel in: the bytes of a workbook to grids of cells. Nothing is converted or guessed here."""

from __future__ import annotations

import re
import warnings
import zipfile
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl.reader.excel import ExcelReader
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook import Workbook
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.worksheet import Worksheet

from floors.reading.gate import open_archive, read_bytes, refuse
from floors.reading.sheets import Area, ErrorCell, Grid, NoResult


class _CellReader(ExcelReader):
    """Reads cells alone: chart sheets hold none, and an empty one stops openpyxl."""

    def read_chartsheet(self, sheet: Any, rel: Any) -> None:
        """Leave the chart sheet out."""


def read_workbook(path: str | Path) -> tuple[list[Grid], str]:
    """Every worksheet of a workbook, and the sha256 of its bytes.

    Raises InputError for a file that is no workbook, is damaged, or is unsafe to open.
    """
    path = Path(path)
    content = read_bytes(path)
    with open_archive(content, path.name) as archive:
        lost = _lacks_results(archive)
    book = _load(content, path.name, data_only=True)
    written = _load(content, path.name, data_only=False) if lost else None
    grids = [_grid(sheet, written) for sheet in book.worksheets]
    return grids, sha256(content).hexdigest()


def _load(content: bytes, name: str, data_only: bool) -> Workbook:
    reader = _CellReader(BytesIO(content), data_only=data_only, keep_links=False)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # on parts such as newer validations, which hold no cells
            reader.read()
            listed = [sheet.name for sheet, part in reader.parser.find_sheets() if "chart" not in part.Type]
    except (
        AttributeError,
        IndexError,
        InvalidFileException,
        KeyError,
        OSError,
        ParseError,
        TypeError,
        ValueError,
        zipfile.BadZipFile,
    ) as error:
        message = f"the workbook cannot be read ({type(error).__name__}: {error})."
        hint = "Open it in a spreadsheet program and save it again as .xlsx."
        raise refuse(name, message, hint, "damaged") from error
    lost = set(listed) - {sheet.title for sheet in reader.wb.worksheets}
    if lost:
        message = f"the sheet {min(lost)} is listed, but its part is missing."
        raise refuse(name, message, "Restore the workbook from a copy.", "damaged")
    return reader.wb


# A formula without a saved result: no value, or an empty one, in a cell that is not an empty text.
_LOST = re.compile(
    rb"""<(?:\w+:)?c\b(?![^>]*\bt=["']str["'])[^>]*>\s*"""
    rb"""<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"""
    rb"""(?:<(?:\w+:)?v\s*(?:/>|>\s*</(?:\w+:)?v>)\s*)?</"""
)


def _lacks_results(archive: zipfile.ZipFile) -> bool:
    sheets = (part for part in archive.namelist() if "worksheets/" in part and part.endswith(".xml"))
    return any(_LOST.search(archive.read(part)) for part in sheets)


def _grid(sheet: Worksheet, written: Workbook | None) -> Grid:
    cells: dict[tuple[int, int], object] = {}
    formulas = written[sheet.title]._cells if written is not None else {}
    for place, cell in sheet._cells.items():
        value = cell.value
        if value is None:
            # a formula whose saved result is an empty text is typed `str`: that is a blank, not a lost result
            if place in formulas and formulas[place].data_type == "f" and cell.data_type != "str":
                cells[place] = NoResult(_formula(formulas[place].value))
        else:
            cells[place] = ErrorCell(value) if cell.data_type == "e" else value
    columns = sheet.column_dimensions.values()
    return Grid(
        sheet.title,
        cells,
        tuple(_area(area) for area in sheet.merged_cells.ranges),
        frozenset(line for line, row in sheet.row_dimensions.items() if row.hidden),
        frozenset(
            n for column in columns if column.hidden for n in range(column.min or 1, (column.max or 0) + 1)
        ),
        sheet.sheet_state != "visible",
        bool(sheet.auto_filter.ref) or any(table.autoFilter for table in sheet.tables.values()),
        _scaled(sheet),
    )


def _area(area: CellRange) -> Area:
    bounds: Any = area.bounds
    left, top, right, bottom = bounds
    return Area(str(area.coord), range(top, bottom + 1), range(left, right + 1))


_THOUSANDS = re.compile(r"[0#?],+(?![,0#?])")  # a comma after the last digit of a number format


def _scaled(sheet: Any) -> frozenset[tuple[int, int]]:
    """Cells whose format leaves out thousands, as ``#,##0,`` does: what is seen is not what is held."""
    book = sheet.parent
    formats = {164 + i for i, code in enumerate(book._number_formats) if _THOUSANDS.search(_bare(code))}
    if not formats:
        return frozenset()
    return frozenset(
        place
        for place, cell in sheet._cells.items()
        if cell.data_type == "n" and cell.value is not None and cell._style.numFmtId in formats
    )


def _bare(code: str) -> str:
    """A number format without its literal text."""
    return re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", code)


def _formula(value: object) -> str:
    return value if isinstance(value, str) else str(getattr(value, "text", value))
