"""What all native charts of pictures share: series that point to numbers, labels, axes, and room for the words."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import ceil
from typing import Any

from floors.excel.axis import axis_of, cut, fitting, nice, widest
from floors.excel.picture_numbers import Cells, PanelNumbers
from floors.page.colours import FAINT, GREY, INK, PAPER, RULE, words_colour
from floors.page.picture import BAR, HEAT, LAYER, NAMES, OUTLINE, TOTAL, YEARS, Panel, Series
from floors.page.widths import lines, width

FONT = "Arial"
LETTER = 16.0  # pixels that labels under each other need
LABEL = 0.19  # of the width of a chart, beyond which Excel and LibreOffice break a label
_TITLE = 0.8  # of its width, beyond which LibreOffice breaks a title
_STANDING = 8  # names of repeated bars that stand side by side; more lie


class Drawing:
    """One chart in the making: whoever makes it gives `chart` a kind and its series, then calls `dress`."""

    chart: Any

    def __init__(
        self,
        book: Any,
        panel: Panel,
        numbers: PanelNumbers,
        size: tuple[float, float],
        group: Sequence[Panel],
    ) -> None:
        self.book, self.panel, self.numbers = book, panel, numbers
        self.wide, self.high = size
        self.points = 9.0 if self.wide >= 300 and self.high >= 160 else 8.0
        self.right, self.legend = 12.0, False
        self.marks = {series.mark for series in panel.series}
        self.lying = panel.scale == NAMES and BAR in self.marks and not self._stands()
        self.axis = axis_of(group, self.wide if self.lying else self.high)

    @property
    def scale_of_values(self) -> float:
        """Pixels that one more of a value takes."""
        return (self.high - 60) / (self.axis.highest - self.axis.lowest)

    def places_of(self, series: int) -> Cells:
        """What lies along a series: years with blanks between them where there is no room for each."""
        if self.panel.scale == YEARS and not self.uneven and not all(self.places()):
            return self.numbers.beside("places", self.places())
        return self.numbers.along(series)

    @property
    def uneven(self) -> bool:
        """Whether lines run along years that are not evenly apart: the axis is then one of dates, each year a day."""
        years = [place for place in self.panel.along if isinstance(place, int)]
        bars = self.marks & {LAYER, BAR, OUTLINE}
        apart = {later - earlier for earlier, later in pairwise(years)}
        return self.panel.scale == YEARS and not bars and len(apart) > 1

    def _to_scale(self) -> dict[str, Any]:
        years = [int(place) for place in self.panel.along]
        room = max(1.0, (self.wide - 60) / (width("2026", self.points) + 12))
        step = next(by for by in (1, 2, 5, 10, 20, 50, 100) if (years[-1] - years[0]) / by <= room)
        dates = {"date_axis": True, "major_unit": step, "major_unit_type": "days", "minor_unit": 1}
        return dates | {"min": years[0], "max": years[-1]}

    def places(self) -> list[str]:
        """What stands under each place: of years that have no room the last one and others in even steps. (To leave
        labels out is known to Excel alone.)"""
        places = [str(place) for place in self.panel.along]
        last = len(places) - 1
        if self.panel.scale != YEARS or last < 1:
            return places
        slot = (self.wide - 90 if LAYER in self.marks else self.wide - 50) / (last + 1)
        step = max(1, ceil((width("2026", self.points) + 6) / slot))
        step = next((longer for longer in range(step, min(2 * step, last) + 1) if last % longer == 0), step)
        return [place if (last - spot) % step == 0 else "" for spot, place in enumerate(places)]

    def totals(self) -> list[bool]:
        """Whether the step at each place is a total."""
        total = [series.values for series in self.panel.series if series.mark == TOTAL]
        return [any(values[place] is not None for values in total) for place in range(len(self.panel.along))]

    def label_at(self, place: int) -> str | None:
        found = [series.labels[place] for series in self.panel.series if series.labels]
        return next((text for text in found if text), None)

    def _stands(self) -> bool:
        """Whether bars over names stand: few names, each with several bars."""
        bars = [place for place, series in enumerate(self.panel.series) if series.mark == BAR]
        return len(self.panel.along) <= _STANDING and not self.one_a_place(bars)

    def one_a_place(self, bars: Sequence[int]) -> bool:
        """Whether no place has two bars: they are then as one series, each of its own colour."""
        columns = zip(*(self.panel.series[place].values for place in bars), strict=True)
        return all(sum(value is not None for value in column) <= 1 for column in columns)

    def add(self, chart: Any, name: str, along: Cells, values: Cells, look: dict[str, Any]) -> None:
        cells = {"categories": along.where, "values": values.where}
        kept = {"categories_data": along.data, "values_data": values.data}
        chart.add_series({"name": no_reference(name), **cells, **kept, **look})

    def bar_labels(self, series: Series) -> dict[str, Any]:
        labels = [(text, "outside_end") if text else None for text in series.labels]
        plain = self.panel.scale == NAMES or OUTLINE in self.marks
        return self.label(labels, INK if plain else series.colour)

    def label(
        self, labels: Sequence[tuple[str, str] | None], colour: str, *, covered: bool = False
    ) -> dict[str, Any]:
        """Labels of a series: (text, position) or none at each point; on paper of their own where they cover others."""
        if not any(labels):
            return {}
        font = {"name": FONT, "size": self.points, "bold": True, "color": words_colour(colour)}
        paper = {"fill": {"color": PAPER}, "border": {"none": True}} if covered else {}
        custom = [
            {"value": no_reference(told[0]), "position": told[1], "font": font, **paper}
            if told
            else {"delete": True}
            for told in labels
        ]
        return {"data_labels": {"value": True, "custom": custom}}

    def _title(self) -> tuple[str, float]:
        """The title and its size: without what it finds where that has no room."""
        room = _TITLE * self.wide
        title, size = fitting(self.panel.title, 10.0, room, bold=True, least=8.5)
        if title != self.panel.title and ": " in self.panel.title:
            title = self.panel.title.partition(": ")[0]
        return fitting(title, size, room, bold=True)

    def dress(self) -> None:
        """Title, axes, legend and room for the words."""
        chart = self.chart
        title, size = self._title()
        font = {"name": FONT, "size": size, "bold": True, "color": INK}
        if title:
            layout = {"x": 0.005, "y": 0.005}
            chart.set_title(
                {"name": no_reference(title), "name_font": font, "layout": layout, "overlay": True}
            )
        else:
            chart.set_title({"none": True})
        top = 30.0 if title else 8.0
        if self.legend:
            layout = {
                "x": 0.01,
                "y": min(top / self.high, 0.9),
                "width": 0.98,
                "height": min(22 / self.high, 0.5),
            }
            chart.set_legend({"position": "top", "font": self._font(), "layout": layout})
            top += 28
        else:
            chart.set_legend({"none": True})
        if HEAT in self.marks:
            left = self._cell_axes()
        else:
            left = self._lying_axes() if self.lying else self._standing_axes()
        under = 8.0 if self.lying else 26.0
        room = self.wide - left - self.right, self.high - top - under
        layout = dict(zip(("x", "y"), (min(left / self.wide, 0.8), min(top / self.high, 0.8)), strict=True))
        layout |= {"width": max(room[0] / self.wide, 0.2), "height": max(room[1] / self.high, 0.2)}
        chart.set_plotarea({"layout": layout, "fill": {"none": True}})
        chart.set_chartarea({"border": {"none": True}, "fill": {"none": True}})
        chart.set_size({"width": self.wide, "height": self.high})
        chart.show_blanks_as("gap")
        chart.show_hidden_data()  # a filter on the numbers must not take them away

    def _standing_axes(self) -> float:
        """Axes of all that does not lie; the room that the ticks need, in pixels."""
        shown = self.axis.format(self.panel.format)
        ticks = [_as_shown(tick, shown) for tick in self.axis.ticks]
        left = widest(ticks, self.points) + 12
        x: dict[str, Any] = {"num_font": self._font(), "line": {"color": RULE}, "label_position": "low"}
        if self.panel.scale in (YEARS, NAMES):
            places = [str(place) for place in self.panel.along]
            slot = (self.wide - left - self.right) / max(len(places), 1)
            if self.panel.scale == YEARS:
                x |= {"num_format": "0", "interval_unit": 1, "position_axis": "between"}
                if self.uneven:
                    x |= self._to_scale()
            else:
                size = self.points
                while size > 6.5 and widest(places, size) > slot - 1:
                    size -= 0.5
                # Else Excel turns names that are long; of years LibreOffice would then break each in two.
                x["num_font"] = self._font(size) | {"rotation": 0}
        else:
            x |= self._scale()
        self.chart.set_x_axis(x | {"major_tick_mark": "none", "minor_tick_mark": "none"})
        grid = {"visible": True, "line": {"color": FAINT, "width": 0.75}}
        y: dict[str, Any] = {
            "num_font": self._font(),
            "line": {"none": True},
            "major_gridlines": grid,
            "num_format": shown,
        }
        y |= self._ends() | {"major_tick_mark": "none", "minor_tick_mark": "none"}
        self.chart.set_y_axis(y)
        return left

    def _cell_axes(self) -> float:
        """Axes of coloured cells: what stands under each column, and no heights."""
        ticks = {"major_tick_mark": "none", "minor_tick_mark": "none", "line": {"none": True}}
        self.chart.set_x_axis({"num_font": self._font() | {"rotation": 0}, "label_position": "low", **ticks})
        rows = sum(series.mark == HEAT for series in self.panel.series)
        hidden = {"visible": False, "major_gridlines": {"visible": False}}
        self.chart.set_y_axis(hidden | {"min": 0, "max": rows, "major_unit": 1})
        return 6.0

    def _scale(self) -> dict[str, Any]:
        """The axis along a scatter: from loose to tight where it is of shares."""
        places = [
            float(place) for series in self.panel.series for place in (series.along or self.panel.along)
        ]
        low, high = min(places), max(places)
        if high <= low:
            low, high = low - 0.05, high + 0.05
        along = nice(low, high, 7)
        shares = self.panel.scale == "shares"
        x: dict[str, Any] = {"min": along.lowest, "max": along.highest, "major_unit": along.step}
        x |= {"num_format": "0 %" if shares else along.format(""), "major_gridlines": {"visible": False}}
        return x | ({"reverse": True, "crossing": "max"} if shares else {})

    @property
    def names(self) -> list[str]:
        """The names beside bars that lie, cut in the middle where their lines would lie on each other."""
        size, room = self._of_names
        most = max(1, int(self._slot / (size * 96 / 72 * 1.25)))
        return [
            name if lines(name, size, room) <= most else cut(name, size, room)
            for name in map(str, self.panel.along)
        ]

    @property
    def _slot(self) -> float:
        """Pixels that each of the bars that lie has."""
        return (self.high - 40) / max(len(self.panel.along), 1)

    @property
    def _of_names(self) -> tuple[float, float]:
        """Size of the names beside bars that lie, and the pixels they have."""
        size = min(self.points, max(5.0, self._slot * 0.6))
        return size, min(widest(list(map(str, self.panel.along)), size), self.wide * 0.45 - 10)

    def _lying_axes(self) -> float:
        """Axes of bars that lie; the room that the names need, in pixels."""
        size, room = self._of_names
        hidden = {"visible": False, "major_gridlines": {"visible": False}}
        self.chart.set_x_axis(hidden | self._ends())
        ticks = {"major_tick_mark": "none", "minor_tick_mark": "none", "interval_unit": 1}
        look = {"num_font": self._font(size, INK), "line": {"color": RULE}, "label_position": "low"}
        self.chart.set_y_axis(look | ticks | {"reverse": True, "major_gridlines": {"visible": False}})
        return room + 10

    def _ends(self) -> dict[str, float]:
        return {"min": self.axis.lowest, "max": self.axis.highest, "major_unit": self.axis.step}

    def _font(self, size: float | None = None, colour: str = GREY) -> dict[str, Any]:
        return {"name": FONT, "size": size or self.points, "color": colour, "bold": False}


def no_reference(text: str) -> str:
    """xlsxwriter makes a reference of any text of a chart that contains the like of x!A1."""
    return text.replace("!", "! ")


def _as_shown(value: float, shown: str) -> str:
    """A tick about as Excel shows it."""
    if "%" in shown:
        return f"{value * 100:.0f} %"
    places = len(shown.split(";")[0].partition(".")[2])
    return f"{value:,.{places}f}"
