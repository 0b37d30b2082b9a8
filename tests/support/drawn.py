"""Pictures drawn into a workbook, and what their charts show read back out of the file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree
from zipfile import ZipFile

import openpyxl

from floors.contract.results.handed import PICTURE_VALUES
from floors.excel.bulk import Look
from floors.excel.packing import bulk_book
from floors.excel.picture_numbers import PictureNumbers
from floors.excel.picture_sheets import draw_picture, sheets_of
from floors.page.picture import Picture
from floors.page.written import picture_value_rows

_SPACES = {
    "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
}


class DrawnSeries(NamedTuple):
    """A series of a chart: what its cells hold, what the chart itself keeps of them, its labels, its colour."""

    kind: str
    name: str
    along: list[Any]
    values: list[Any]
    kept: list[float | None]
    labels: list[str]
    colour: str
    sheet: str


class DrawnChart(NamedTuple):
    """A chart as it stands in the file."""

    title: str
    series: list[DrawnSeries]
    xml: str


def draw(pictures: Sequence[Picture], path: Path, alarm: str = "") -> Path:
    """A workbook of sheet picture_values and the sheets of pictures."""
    with bulk_book(path) as target:
        drawn = [(one, [target.add_sheet(name) for name, _ in sheets_of(one)]) for one in pictures]
        page, plain = target.add_sheet(PICTURE_VALUES.name), target.book.add_format()
        look = Look(
            [plain] * len(PICTURE_VALUES.names),
            [plain] * len(PICTURE_VALUES.names),
            plain,
            None,
            lambda unit: plain,
        )
        page.write_rows(list(picture_value_rows(pictures)), PICTURE_VALUES.names, look, target.rows)
        for place, name in enumerate(PICTURE_VALUES.names):
            page.write_string(0, place, name)
        numbers = PictureNumbers(page, pictures)
        for picture, pages in drawn:
            draw_picture(target.book, pages, picture, numbers, "study", alarm)
        target.close()
    return path


def charts_in(path: Path) -> list[DrawnChart]:
    """Every chart of a workbook, in order, with the cells that it points to."""
    book = openpyxl.load_workbook(path)
    with ZipFile(path) as parts:
        return [_chart(parts.read(name), book) for name in _numbered(parts, "xl/charts/chart")]


def descriptions_in(path: Path) -> list[str]:
    """What one who cannot see the charts is told, in order."""
    with ZipFile(path) as parts:
        names = _numbered(parts, "xl/drawings/drawing")
        found = [ElementTree.fromstring(parts.read(name)) for name in names]
        return [str(one.get("descr")) for root in found for one in root.iter() if one.tag.endswith("}cNvPr")]


def _numbered(parts: ZipFile, start: str) -> list[str]:
    names = [name for name in parts.namelist() if name.startswith(start)]
    return sorted(names, key=lambda name: int("".join(filter(str.isdigit, name))))


def _chart(xml: bytes, book: Any) -> DrawnChart:
    root = ElementTree.fromstring(xml)
    title = "".join(_texts(root, "c:chart/c:title//a:t"))
    found = [
        _series(kind.tag.rpartition("}")[2], one, book)
        for kind in root.iterfind("c:chart/c:plotArea/*", _SPACES)
        for one in kind.iterfind("c:ser", _SPACES)
    ]
    return DrawnChart(title, found, xml.decode())


def _series(kind: str, one: Any, book: Any) -> DrawnSeries:
    along, values = ("c:xVal", "c:yVal") if kind == "scatterChart" else ("c:cat", "c:val")
    (reference,) = _texts(one, f"{values}//c:f")
    count = one.find(f"{values}//c:ptCount", _SPACES)
    kept: list[float | None] = [None] * int(count.get("val"))
    for point in one.iterfind(f"{values}//c:pt", _SPACES):
        kept[int(point.get("idx"))] = float(_texts(point, "c:v")[0])
    fill = one.find("c:spPr/a:solidFill/a:srgbClr", _SPACES)
    colour = fill if fill is not None else one.find("c:spPr/a:ln/a:solidFill/a:srgbClr", _SPACES)
    return DrawnSeries(
        kind=kind,
        name="".join(_texts(one, "c:tx/c:v")),
        along=_cells(book, _texts(one, f"{along}//c:f")[0]),
        values=_cells(book, reference),
        kept=kept,
        labels=_texts(one, "c:dLbls/c:dLbl//a:t"),
        colour=f"#{colour.get('val')}" if colour is not None else "",
        sheet=reference.partition("!")[0].strip("'"),  # xlsxwriter 3.2.0 quotes it
    )


def _cells(book: Any, reference: str) -> list[Any]:
    sheet, _, area = reference.partition("!")
    found = book[sheet.strip("'")][area.replace("$", "")]
    rows = found if isinstance(found, tuple) else ((found,),)
    return [cell.value for row in rows for cell in row]


def _texts(node: Any, path: str) -> list[str]:
    return [one.text or "" for one in node.iterfind(path, _SPACES)]
