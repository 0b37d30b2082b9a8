"""One sheet part: its cells given other formats, and what is asked about it for placing comments."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping

from floors.excel.marking.places import Cell, number, span
from floors.excel.marking.spans import (
    Edit,
    Element,
    Keep,
    Odd,
    added,
    apply,
    changed_tag,
    insertion,
    parse,
    prefix,
)
from floors.excel.marking.styles import Styles
from floors.study.locate import letters

_RELATIONSHIP = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_AFTER_DRAWING = {
    *("legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts"),
    "extLst",
}
_NORMAL_WIDTH = 64  # pixels
_PIXELS = 7, 5  # a character of the normal font, and what is between two cells


def coloured(content: bytes, levels: Mapping[Cell, str], styles: Styles) -> bytes:
    """The sheet with every cell of `levels` in its own format with the fill of its level; cells that are
    missing are made. Raises Odd where rows or cells do not ascend."""
    wanted: dict[int, dict[int, str]] = {}
    for (row, column), level in sorted(levels.items()):
        wanted.setdefault(row, {})[column] = level
    root = parse(content, "worksheet", _near(list(wanted)))
    data = root.need("sheetData")
    columns = _column_styles(root)
    mark = prefix(content, data)
    edits: list[Edit] = []
    rows = {int(row.attributes["r"]): row for row in data.all("row")}
    following = sorted(rows)
    new: dict[int, str] = {}  # rows to be made, by the place in the part where they go
    for row, cells in wanted.items():
        if row in rows:
            edits += _in_row(content, rows[row], row, cells, columns, styles)
            continue
        made = "".join(
            _cell(mark, row, column, styles.marked(columns.get(column, 0), level))
            for column, level in cells.items()
        )
        after = following[bisect_right(following, row) :]
        place = rows[after[0]].start if after else -1
        new[place] = new.get(place, "") + f'<{mark}row r="{row}">{made}</{mark}row>'
    for place, text in new.items():
        edits += added(content, data, text) if place < 0 else [insertion(place, text)]
    return apply(content, edits)


def _near(wanted: list[int]) -> Keep:
    """Keeps the rows wanted, the first after each that is missing, and their cells; of the rest no contents."""
    last = 0

    def keep(parent: Element, name: str, attributes: dict[str, str]) -> bool:
        nonlocal last
        if parent.name != "sheetData":
            return parent.name in {"worksheet", "cols", "row"}
        row = int(attributes.get("r", last + 1))
        if row <= last:
            raise Odd(f"row {row} comes after row {last}")
        attributes["r"] = str(row)
        before, last = last, row
        return bisect_right(wanted, row) > bisect_right(wanted, before)

    return keep


def _in_row(
    content: bytes,
    row: Element,
    line: int,
    cells: Mapping[int, str],
    columns: Mapping[int, int],
    styles: Styles,
) -> Iterator[Edit]:
    """Edits of one row that is there: formats of its cells changed, cells that are missing made."""
    own = (
        int(row.attributes["s"]) if "s" in row.attributes and _true(row.attributes, "customFormat") else None
    )
    there: dict[int, Element] = {}
    last = 0
    for cell in row.all("c"):
        column = number(cell.attributes["r"].rstrip("0123456789")) if "r" in cell.attributes else last + 1
        if column <= last:
            raise Odd(f"in row {line} column {letters(column)} comes after {letters(last)}")
        there[column] = cell
        last = column
    places = sorted(there)
    mark = prefix(content, row)
    new: dict[int, str] = {}
    for column, level in cells.items():
        if column in there:
            style = styles.marked(int(there[column].attributes.get("s", 0)), level)
            yield changed_tag(content, there[column], s=str(style))
            continue
        style = styles.marked(columns.get(column, 0) if own is None else own, level)
        after = places[bisect_right(places, column) :]
        place = there[after[0]].start if after else -1
        new[place] = new.get(place, "") + _cell(mark, line, column, style)
    at_end = new.pop(-1, "")
    for place, text in new.items():
        yield insertion(place, text)
    if at_end:
        yield from added(content, row, at_end, spans=None)
    elif new:
        yield changed_tag(content, row, spans=None)


def _cell(mark: str, row: int, column: int, style: int) -> str:
    return f'<{mark}c r="{letters(column)}{row}" s="{style}"/>'


def _true(attributes: Mapping[str, str], name: str) -> bool:
    return attributes.get(name) in {"1", "true"}


def _column_styles(root: Element) -> dict[int, int]:
    """The format of each column that has one: that of its cells that are not there."""
    found: dict[int, int] = {}
    for column in _columns(root):
        if "style" in column:
            numbers = range(int(column["min"]), int(column["max"]) + 1)
            found |= dict.fromkeys(numbers, int(column["style"]))
    return found


def _columns(root: Element) -> Iterator[dict[str, str]]:
    return (column.attributes for cols in root.all("cols") for column in cols.all("col"))


class Layout:
    """What the place of comments depends on: widths of columns, and merged cells."""

    def __init__(self, content: bytes) -> None:
        root = parse(
            content, "worksheet", lambda parent, *_: parent.name in {"worksheet", "cols", "mergeCells"}
        )
        self._widths = [
            (int(column["min"]), int(column["max"]), _pixels(column)) for column in _columns(root)
        ]
        areas = (
            one.attributes["ref"] for merged in root.all("mergeCells") for one in merged.all("mergeCell")
        )
        self._merged = [area for ref in areas if (area := span(ref))]

    def width(self, column: int) -> int:
        """Width of a column, pixels."""
        return next((w for first, last, w in self._widths if first <= column <= last), _NORMAL_WIDTH)

    def shown(self, cell: Cell) -> Cell:
        """The cell that shows in the place of `cell`: the first of its merged cells, or itself."""
        row, column = cell
        inside = (a for a in self._merged if a[0] <= row <= a[2] and a[1] <= column <= a[3])
        return next(((a[0], a[1]) for a in inside), cell)


def _pixels(column: Mapping[str, str]) -> int:
    if _true(column, "hidden"):
        return 0
    letter, between = _PIXELS
    return int(float(column["width"]) * letter + between) if "width" in column else _NORMAL_WIDTH


def drawing_of(content: bytes) -> str | None:
    """The id of the relationship to the drawing that holds the shapes of comments."""
    found = parse(content, "worksheet", lambda parent, *_: parent.name == "worksheet").first("legacyDrawing")
    return None if found is None else found.attributes[f"{_RELATIONSHIP} id"]


def with_drawing(content: bytes, relation: str) -> bytes:
    """The sheet with a drawing for the shapes of comments, in the place that the format gives it."""
    root = parse(content, "worksheet", lambda parent, *_: parent.name == "worksheet")
    new = f'<{prefix(content, root)}legacyDrawing xmlns:r="{_RELATIONSHIP}" r:id="{relation}"/>'
    cells = root.need("sheetData")
    for child in root.children:
        late = child.name in _AFTER_DRAWING or child.name == "AlternateContent"
        if late and child.start > cells.start:
            return apply(content, [insertion(child.start, new)])
    return apply(content, added(content, root, new))
