"""Excel in: the bytes of a workbook to grids of cells. Nothing is converted or guessed here."""

from __future__ import annotations

import gc
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from io import BytesIO
from itertools import product, repeat
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl.packaging.relationship import get_dependents, get_rels_path
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._reader import WorksheetReader
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.table import Table
from openpyxl.xml.functions import fromstring

from floors.files.gate import open_archive, read_bytes, refuse
from floors.study.sheets import Area, ErrorCell, Grid, NoResult

Place = tuple[int, int]


class _Cells(WorksheetReader):
    """Cells as values: as objects of openpyxl they take half of the time, and twice the memory."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.values: dict[Place, Any] = {}
        self.formulas: dict[Place, object] = {}
        self.scaled: set[Place] = set()
        self.empty_texts: set[Place] = set()
        self.merged: list[CellRange] = []

    def bind_cells(self) -> None:
        scaled = _scaled_styles(self.ws.parent)
        for _, row in self.parser.parse():
            for cell in row:
                place, value, kind = (cell["row"], cell["column"]), cell["value"], cell["data_type"]
                if kind == "f":
                    self.formulas[place] = value
                elif value is None:
                    if kind == "str":
                        self.empty_texts.add(place)
                else:
                    self.values[place] = ErrorCell(value) if kind == "e" else value
                    if kind == "n" and cell["style_id"] in scaled:
                        self.scaled.add(place)

    def bind_merged_cells(self) -> None:
        """What a merged area covers is gone, but for its first cell."""
        found = self.parser.merged_cells
        self.merged = [CellRange(one.ref) for one in found.mergeCell] if found else []
        held: tuple[dict[Place, Any], ...] = (self.values, self.formulas)
        for area in self.merged:
            left, top, right, bottom = area.bounds
            rows, columns = range(top, bottom + 1), range(left, right + 1)
            for cells in held:
                few = len(rows) * len(columns) < len(cells)
                for place in product(rows, columns) if few else list(cells):
                    if place != (top, left) and place[0] in rows and place[1] in columns:
                        cells.pop(place, None)

    def bind_hyperlinks(self) -> None:
        """Links hold no values."""

    def bind_formatting(self) -> None:
        """Nor do formats."""


class _CellReader(ExcelReader):
    """Reads cells alone: comments and drawings hold none, and an empty chart sheet stops openpyxl."""

    def read_worksheets(self) -> None:
        """Every worksheet whose part is there, in `pages`."""
        self.pages: list[_Cells] = []
        for sheet, rel in self.parser.find_sheets():
            if rel.target not in self.valid_files or "chartsheet" in rel.Type:
                continue
            page = self.wb.create_sheet(sheet.name)
            page.sheet_state = sheet.state
            links = get_rels_path(rel.target)
            if links in self.valid_files:
                page._rels = get_dependents(self.archive, links)
            with self.archive.open(rel.target) as part:
                cells = _Cells(page, part, self.shared_strings, self.data_only, self.rich_text)
                cells.bind_all()
            for table in cells.tables:
                tree: Any = fromstring(self.archive.read(table))
                page.add_table(Table.from_tree(tree))
            self.pages.append(cells)


def read_workbook(path: str | Path) -> tuple[list[Grid], str]:
    """Every worksheet of a workbook, and the sha256 of its bytes.

    Raises InputError for a file that is no workbook, is damaged, or is unsafe to open.
    """
    path = Path(path)
    return read_content(read_bytes(path), path.name)


def read_content(content: bytes, name: str) -> tuple[list[Grid], str]:
    """Every worksheet of a workbook in memory, and the sha256 of its bytes. Raises InputError as `read_workbook`."""
    with open_archive(content, name) as archive:
        calculated, lost = _formulas(archive)
    with _no_collector():
        pages = _load(content, name, data_only=True)
        typed = _load(content, name, data_only=False) if lost else []
    formulas: Iterable[Mapping[Place, object]] = [page.formulas for page in typed] or repeat({}, len(pages))
    kept = Formulas(content, name) if calculated else None
    grids = [replace(_grid(page, known), formulas=kept) for page, known in zip(pages, formulas, strict=True)]
    return grids, sha256(content).hexdigest()


@contextmanager
def _no_collector() -> Iterator[None]:
    """Python's search for cycles, which would go through all cells time and again, waits: parsing makes none."""
    ran = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if ran:
            gc.enable()


def _load(content: bytes, name: str, data_only: bool) -> list[_Cells]:
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
    lost = set(listed) - {page.ws.title for page in reader.pages}
    if lost:
        message = f"the sheet {min(lost)} is listed, but its part is missing."
        raise refuse(name, message, "Restore the workbook from a copy.", "damaged")
    return reader.pages


# A formula without a saved result: no value, or an empty one, in a cell that is not an empty text.
_LOST = re.compile(
    rb"""<(?:\w+:)?c\b(?![^>]*\bt=["']str["'])[^>]*>\s*"""
    rb"""<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"""
    rb"""(?:<(?:\w+:)?v\s*(?:/>|>\s*</(?:\w+:)?v>)\s*)?</"""
)


def _formulas(archive: zipfile.ZipFile) -> tuple[bool, bool]:
    """Whether some cell may hold a formula, and one that was saved without its result."""
    sheets = (part for part in archive.namelist() if "worksheets/" in part and part.endswith(".xml"))
    texts = [text for text in map(archive.read, sheets) if b"<f" in text or b":f" in text]
    return bool(texts), any(_LOST.search(text) for text in texts)


@dataclass(frozen=True)
class Formulas:
    """The formulas of a workbook, which are looked for when they are asked for."""

    content: bytes = field(repr=False)
    name: str

    def read(self) -> dict[str, dict[Place, str]]:
        """Formulas as typed, by sheet and (row, column)."""
        with _no_collector():
            pages = _load(self.content, self.name, data_only=False)
        return {page.ws.title: {at: _formula(one) for at, one in page.formulas.items()} for page in pages}

    def names(self) -> dict[str, str]:
        """What defined names refer to, in lower case: ``rate`` -> ``inputs!$B$2``."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            reader = _CellReader(BytesIO(self.content), data_only=False, keep_links=False)
            reader.read()
        books: list[Any] = [reader.wb, *reader.wb.worksheets]
        return {
            name.lower(): str(one.attr_text) for book in books for name, one in book.defined_names.items()
        }


def _grid(page: _Cells, formulas: Mapping[Place, object]) -> Grid:
    """The cells of a sheet; `formulas` as typed, where results are missing."""
    sheet, cells = page.ws, page.values
    for place, formula in formulas.items():
        # a formula whose saved result is an empty text is typed `str`: that is a blank, not a lost result
        if place not in cells and place not in page.empty_texts:
            cells[place] = NoResult(_formula(formula))
    columns = sheet.column_dimensions.values()
    return Grid(
        sheet.title,
        cells,
        tuple(_area(area) for area in page.merged),
        frozenset(line for line, row in sheet.row_dimensions.items() if row.hidden),
        frozenset(
            n for column in columns if column.hidden for n in range(column.min or 1, (column.max or 0) + 1)
        ),
        sheet.sheet_state != "visible",
        bool(sheet.auto_filter.ref) or any(table.autoFilter for table in sheet.tables.values()),
        frozenset(page.scaled),
    )


def _area(area: CellRange) -> Area:
    bounds: Any = area.bounds
    left, top, right, bottom = bounds
    return Area(str(area.coord), range(top, bottom + 1), range(left, right + 1))


_THOUSANDS = re.compile(r"[0#?],+(?![,0#?])")  # a comma after the last digit of a number format


def _scaled_styles(book: Any) -> set[int]:
    """Styles whose format leaves out thousands, as ``#,##0,`` does: what is seen is not what is held."""
    formats = {164 + i for i, code in enumerate(book._number_formats) if _THOUSANDS.search(_bare(code))}
    return {number for number, style in enumerate(book._cell_styles) if style.numFmtId in formats}


def _bare(code: str) -> str:
    """A number format without its literal text."""
    return re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", code)


def _formula(value: object) -> str:
    return value if isinstance(value, str) else str(getattr(value, "text", value))
