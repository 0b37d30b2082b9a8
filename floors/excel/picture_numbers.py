"""Where the numbers of pictures stand in sheet `picture_values`, for charts that point to them.

What a drawing needs beside them (the bases of a waterfall, the width of a band) stands right of the table, past a
blank column: it belongs to no table, and repeats no number that the table has.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from floors.contract.results.handed import PICTURE_VALUES
from floors.page.picture import Panel, Picture, Place
from floors.page.written import picture_value_rows

ASIDE = len(PICTURE_VALUES.names) + 1


class Cells(NamedTuple):
    """A column of cells as xlsxwriter wants it, and what stands in it: kept in the chart for those who do not look."""

    where: list[str | int]
    data: list[Place | None]


class PictureNumbers:
    """The numbers of all pictures of a workbook, on its sheet picture_values."""

    def __init__(self, page: Any, pictures: Sequence[Picture]) -> None:
        self.page = page
        self.free = 1
        self._at: dict[tuple[str, int, int], tuple[int, int]] = {}
        for row, value in enumerate(picture_value_rows(pictures), 1):
            key = (value.picture, value.panel, value.series)
            first, _ = self._at.get(key, (row, row))
            self._at[key] = (first, row)
        self._panels: dict[tuple[str, int], PanelNumbers] = {}

    def of(self, picture: Picture, number: int) -> PanelNumbers:
        """Those of a panel of a picture, counted from 0."""
        key = (picture.name, number)
        if key not in self._panels:
            panel = picture.panels[number]
            rows = [self._at[picture.name, number + 1, place + 1] for place in range(len(panel.series))]
            self._panels[key] = PanelNumbers(self, picture.name, number, panel, rows)
        return self._panels[key]


class PanelNumbers:
    """The numbers of a panel; its series are counted from 0."""

    def __init__(
        self, book: PictureNumbers, picture: str, number: int, panel: Panel, rows: Sequence[tuple[int, int]]
    ) -> None:
        self._book, self._panel, self._rows = book, panel, rows
        self._name = f"{picture}, panel {number + 1}"
        self._beside: dict[tuple[str, tuple[Place | None, ...]], Cells] = {}
        self._top, self._room = 0, -1

    def along(self, series: int) -> Cells:
        """What lies along a series."""
        places = list(self._panel.series[series].along or self._panel.along)
        return self._cells(series, "along" if isinstance(places[0], str) else "at", places)

    def values(self, series: int) -> Cells:
        """The values of a series."""
        return self._cells(series, "value", list(self._panel.series[series].values))

    def lows(self, series: int) -> Cells:
        """The other edge of a band."""
        return self._cells(series, "low", list(self._panel.series[series].low))

    def beside(self, name: str, values: Sequence[Place | None]) -> Cells:
        """A column of its own right of the table, under a heading with this name; the same one when asked again."""
        key = (name, tuple(values))
        if key not in self._beside:
            page, column = self._book.page, ASIDE + len(self._beside)
            if len(values) > self._room:  # a block of its own, under all others
                self._top, self._room = self._book.free, len(values)
                self._book.free += len(values) + 2
            page.write_string(self._top, column, f"{self._name}: {name}")
            for row, value in enumerate(values, self._top + 1):
                if isinstance(value, str):
                    page.write_string(row, column, value)
                elif value is not None:
                    page.write_number(row, column, value)
            first = self._top + 1
            where = [page.get_name(), first, column, first + len(values) - 1, column]
            self._beside[key] = Cells(where, list(values))
        return self._beside[key]

    def _cells(self, series: int, column: str, data: list[Any]) -> Cells:
        (first, last), place = self._rows[series], PICTURE_VALUES.names.index(column)
        return Cells([self._book.page.get_name(), first, place, last, place], data)
