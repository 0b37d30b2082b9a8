"""A worksheet that takes a table as text of the file, many rows at a time and without an object for each cell.

The cells are those that xlsxwriter's own `write_string`, `write_number` and `write_boolean` make, digit by
digit; what they would cut or convert without a word is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice, repeat
from math import isfinite
from typing import IO, Any, NamedTuple

from xlsxwriter.utility import xl_col_to_name, xl_range
from xlsxwriter.worksheet import Worksheet

from floors.contract.results import Cell, Row, Rows
from floors.errors import OutputError
from floors.page.widths import lines as lines_of

LONGEST_TEXT = 32_767
"""Units of UTF-16 that a cell of Excel holds."""

POINTS, LINE_HEIGHT = 10, 12.75
"""Of the letters of a table, and of a line of them, in points."""

_AT_ONCE = 500
_NARROW = 13  # pixels of the widest letter of 10 points
_MOST_LINES = 32  # that a row of Excel has room for
_TELLS = 5000  # letters of a text that are looked at for its lines
_BLANK = {type(None)}
_FEW = ({str}, {bool})
_NUMBERS = {float, int}


class Look(NamedTuple):
    """Formats of a table's cells: of numbers and texts by column, of flags in every column.

    Where `unit` is the place of a column of units, a float takes the format `of_unit` of its row's. `wrapped` are the
    pixels of columns whose texts wrap: their rows are high enough for them, since not every program makes them so.
    """

    numbers: Sequence[Any]
    texts: Sequence[Any]
    flag: Any
    unit: int | None
    of_unit: Callable[[Cell], Any]
    wrapped: Mapping[int, float] = {}


class Taken(NamedTuple):
    """Rows in a file, a line each, from byte `start` to byte `end`."""

    rows: int
    start: int
    end: int


class BulkSheet(Worksheet):
    """xlsxwriter's worksheet, whose table, from row 2 on, lies in a file until `floors.excel.packing` fetches it."""

    taken: Taken | None = None

    def write_rows(self, rows: Rows, columns: Sequence[str], look: Look, file: IO[bytes]) -> list[int]:
        """Take the rows of a table (numbers, texts, flags, None), reading them once and in order.

        Returns the length of the longest text of each column. Raises OutputError for a number that is not
        finite or a text that is too long, TypeError for what is no value of a cell, ValueError for a row of
        another width.
        """
        text = _Text(self, columns, look)
        start, count, left = file.tell(), 0, iter(rows)
        while some := list(islice(left, _AT_ONCE)):
            file.write(text.of(some, count + 2).encode("ascii"))
            count += len(some)
        if count != len(rows):
            raise ValueError(f"{self.name}: {len(rows)} rows were announced, {count} came.")
        self.taken = Taken(count, start, file.tell())
        return text.longest

    def frame(self, headers: Sequence[dict[str, Any]], rows: int, style: str) -> None:
        """Make the headers and the rows under them an Excel table, named as the sheet.

        xlsxwriter's `add_table` alone would keep a key for every cell of it, to find tables that overlap.
        """
        last = len(headers) - 1
        self.add_table(0, 0, 1, last, {"name": self.name, "style": style, "columns": list(headers)})
        whole = xl_range(0, 0, rows, last)
        self.tables[-1].update(range=whole, a_range=whole, autofilter=whole)


class _Text:
    """Rows as text of the sheet's part, made column by column; `longest`: the longest text of each so far."""

    def __init__(self, page: BulkSheet, columns: Sequence[str], look: Look) -> None:
        self._sheet, self._columns, self._look = page.name, columns, look
        self._shared = page.str_table
        self._begins = [f'<c r="{xl_col_to_name(place)}' for place in range(len(columns))]
        self._words = [_style(one, ' t="s"') for one in look.texts]
        self._flags = _style(look.flag, ' t="b"')
        self._numbers = [_style(one) for one in look.numbers]
        self.longest = [0] * len(columns)
        self._known: dict[tuple[str, float], int] = {}

    def of(self, rows: Sequence[Row], first: int) -> str:
        """The text of rows whose first is row number `first` of the sheet, a line each."""
        lines, width = range(first, first + len(rows)), len(self._columns)
        if set(map(len, rows)) != {width}:
            line, row = next((line, row) for line, row in zip(lines, rows, strict=True) if len(row) != width)
            than = "shorter" if len(row) < width else "longer"
            raise ValueError(f"{self._sheet}, row {line}: {len(row)} cells, {than} than the {width} columns.")
        by_column = list(zip(*rows, strict=True))
        floats = self._by_unit(by_column)
        parts: list[Iterable[str]] = [self._rows(lines, by_column)]
        for place, cells in enumerate(by_column):
            parts.append(self._column(place, lines, cells, floats or repeat(self._numbers[place], len(rows))))
        parts.append(repeat("</row>\n", len(rows)))
        return "".join([text for row in zip(*parts, strict=True) for text in row])

    def _rows(self, lines: range, by_column: Sequence[Sequence[Cell]]) -> list[str]:
        """How each row begins: with its height where a text of it takes several lines."""
        most = [1] * len(lines)
        for place, room in self._look.wrapped.items():
            for at, cell in enumerate(by_column[place]):
                if isinstance(cell, str) and (len(cell) > room / _NARROW or "\n" in cell):
                    most[at] = max(most[at], self._lines(cell, room))
        return [
            f'<row r="{line}">' if count == 1 else f'<row r="{line}" ht="{count * LINE_HEIGHT:g}">'
            for line, count in zip(lines, most, strict=True)
        ]

    def _lines(self, text: str, room: float) -> int:
        key = (text, room)
        if key not in self._known:
            if len(self._known) > _AT_ONCE * 10:
                self._known.clear()
            self._known[key] = min(lines_of(text[:_TELLS], POINTS, room), _MOST_LINES)
        return self._known[key]

    def _by_unit(self, by_column: Sequence[Sequence[Cell]]) -> list[str]:
        """For each row, how a float of it begins; empty where that depends on the column."""
        if self._look.unit is None:
            return []
        units = by_column[self._look.unit]
        begins = {unit: _style(self._look.of_unit(unit)) for unit in dict.fromkeys(units)}
        return [begins[unit] for unit in units]

    def _column(self, place: int, lines: range, cells: Sequence[Any], floats: Iterable[str]) -> list[str]:
        """The cells of one column as text, '' for a blank one; those of one kind without a look at each."""
        kinds, begin = set(map(type, cells)) - _BLANK, self._begins[place]
        if kinds in _FEW:
            ends = self._ends(place, lines, cells)
            return [
                "" if cell is None else f"{begin}{line}{ends[cell]}"
                for line, cell in zip(lines, cells, strict=True)
            ]
        alike = kinds == {float} or (kinds <= _NUMBERS and self._look.unit is None)
        if alike and _all_finite(cells):
            return [
                "" if cell is None else f"{begin}{line}{style}{cell:.16G}</v></c>"
                for line, style, cell in zip(lines, floats, cells, strict=True)
            ]
        return [
            "" if cell is None else f"{begin}{line}{self._cell(place, line, cell, style)}"
            for line, style, cell in zip(lines, floats, cells, strict=True)
        ]

    def _ends(self, place: int, lines: range, cells: Sequence[Any]) -> dict[Any, str]:
        """How a cell of each text or flag in the column ends."""
        first = dict(zip(reversed(cells), reversed(lines), strict=True))
        found = [cell for cell in dict.fromkeys(cells) if cell is not None]
        ends = {cell: self._cell(place, first[cell], cell, "") for cell in found}
        if isinstance(found[0], str):
            # Each use of a shared text is counted, as xlsxwriter does.
            self._shared.count += len(cells) - cells.count(None) - len(found)
        return ends

    def _cell(self, place: int, line: int, cell: Any, of_float: str) -> str:
        """A cell's style, kind and value, after a look at each."""
        if not fits(cell):
            raise refusal(cell, f"{self._sheet}, {self._columns[place]}, row {line}")
        if isinstance(cell, bool):
            return f"{self._flags}{cell:d}</v></c>"
        if isinstance(cell, str):
            self.longest[place] = max(self.longest[place], len(cell))
            return f"{self._words[place]}{self._shared._get_shared_string_index(str(cell))}</v></c>"
        return f"{of_float if isinstance(cell, float) else self._numbers[place]}{cell:.16G}</v></c>"


def fits(cell: Any) -> bool:
    """Whether a value, None apart, can be a cell of Excel as it is."""
    if isinstance(cell, str):
        # No character has more than two units, and hardly a text is half as long.
        return (
            len(cell) <= LONGEST_TEXT // 2
            or len(cell.encode("utf-16-le", "surrogatepass")) // 2 <= LONGEST_TEXT
        )
    try:
        return isinstance(cell, int | float) and isfinite(cell)
    except OverflowError:  # a whole number beyond every float
        return False


def refusal(cell: Any, where: str) -> OutputError | TypeError:
    """What to raise for a value that does not fit; `where` names sheet, column and row."""
    if isinstance(cell, str):
        return OutputError(f"{where}: the text is longer than the {LONGEST_TEXT:,} of an Excel cell.")
    if isinstance(cell, int | float):
        return OutputError(f"{where}: {_shown(cell)} is not a number that can be reported.")
    return TypeError(f"{where}: {type(cell).__name__} is not a cell value.")


def _all_finite(numbers: Iterable[float | None]) -> bool:
    """Whether their sum is finite: then every one is, but not the other way round."""
    try:
        return isfinite(sum(number for number in numbers if number is not None))
    except OverflowError:
        return False


def _shown(number: float) -> str:
    """A number in words; Python itself refuses to write out a whole one of thousands of digits."""
    return str(number) if isinstance(number, float) else f"a whole number of {number.bit_length()} bits"


def _style(look: Any, kind: str = "") -> str:
    return f'" s="{look._get_xf_index()}"{kind}><v>'
