"""A panel of a picture as a native chart of Excel.

Its series point to the numbers of sheet picture_values; labels stand beside what they name, and a legend only where
several bars repeat or labels would lie on each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import ceil
from typing import Any

from floors.excel.axis import axis_of, fitting, nice, stacks, steps, widest, width_of
from floors.excel.picture_numbers import Cells, PanelNumbers
from floors.page.colours import FAINT, GAIN, GREY, INK, LOSS, NET, PAPER, RULE, words_colour
from floors.page.picture import (
    BAND,
    BAR,
    DASHED,
    LAYER,
    LINE,
    NAMES,
    OUTLINE,
    POINT,
    STEP,
    TOTAL,
    YEARS,
    Panel,
    Series,
)

FONT = "Arial"
_LINES = (LINE, DASHED, POINT)
_LETTER = 16.0  # pixels that labels under each other need
_LABEL = 0.19  # of the width of a chart, beyond which Excel and LibreOffice break a label
_TITLE = 0.8  # of its width, beyond which LibreOffice breaks a title
_STANDING = 8  # names of repeated bars that stand side by side; more lie


def chart_of(
    book: Any, panel: Panel, numbers: PanelNumbers, size: tuple[float, float], group: Sequence[Panel] = ()
) -> Any:
    """The chart of a panel, so many pixels wide and high, to be inserted by the caller with the description of the
    panel. `group`: the panels that share its axis."""
    return _Drawing(book, panel, numbers, size, [panel, *group]).chart


class _Drawing:
    """One chart in the making."""

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
        self.points = 9.0 if min(self.wide / 300, self.high / 170) >= 1 else 8.0
        self.right, self.legend = 12.0, False
        marks = self._marks = {series.mark for series in panel.series}
        self.lying = panel.scale == NAMES and BAR in marks and not self._stands()
        self.axis = axis_of(group, self.wide if self.lying else self.high)
        if marks & {STEP, TOTAL}:
            self.chart = self._waterfall()
        elif self.lying:
            self.chart = self._lying()
        elif LAYER in marks:
            self.chart = self._layers()
        elif marks & {BAR, OUTLINE}:
            self.chart = self._columns()
        elif panel.scale in (YEARS, NAMES):
            self.chart = self._lines()
        else:
            self.chart = self._scatter()
        self._dress()

    # ------------------------------------------------------------------------------------------------------ the kinds

    def _lines(self) -> Any:
        """Lines, over bands."""
        lines = self.book.add_chart({"type": "line"})
        self._add_lines(lines)
        area = self._bands()
        if area is None:
            return lines
        if any(series.mark in _LINES for series in self.panel.series):
            area.combine(lines)
        return area

    def _bands(self) -> Any:
        """Bands as stacked areas, the lower without a colour: None where there are none."""
        bands = [place for place, series in enumerate(self.panel.series) if series.mark == BAND]
        if not bands:
            return None
        area = self.book.add_chart({"type": "area", "subtype": "stacked"})
        for place in bands:
            series = self.panel.series[place]
            span = [
                None if high is None or low is None else high - low
                for high, low in zip(series.values, series.low, strict=True)
            ]
            along = self._along(place)
            hidden = {"fill": {"none": True}, "border": {"none": True}}
            self._add(area, "lowest", along, self.numbers.lows(place), hidden)
            look = {"fill": {"color": series.colour}, "border": {"none": True}}
            beside = self.numbers.beside(f"width of {series.name}", span)
            self._add(area, series.name, along, beside, look)
        return area

    def _add_lines(self, chart: Any, along: Cells | None = None) -> None:
        """The lines of the panel, with labels beside their points."""
        lines = [place for place, series in enumerate(self.panel.series) if series.mark in _LINES]
        where = self._line_labels([self.panel.series[place] for place in lines])
        for place in lines:
            series = self.panel.series[place]
            line: dict[str, Any] = {"color": series.colour, "width": 2.0 if series.mark == DASHED else 2.5}
            if series.mark == DASHED:
                line["dash_type"] = "dash"
            look = {"line": line, "marker": self._marker(series)}
            spots = where.get(series.name, {})
            labels = [
                (text, spots.get(spot, "above")) if text and not (self.legend and spot == len(series.values) - 1)
                else None
                for spot, text in enumerate(series.labels)
            ]  # fmt: skip
            look |= self._labels(labels, series.colour, covered=along is not None)
            self._add(chart, series.name, along or self._along(place), self.numbers.values(place), look)

    @property
    def _scale_of_values(self) -> float:
        """Pixels that one more of a value takes."""
        return (self.high - 60) / (self.axis.highest - self.axis.lowest)

    def _marker(self, series: Series) -> dict[str, Any]:
        known = [value for value in series.values if value is not None]
        if series.mark == POINT or len(known) == 1:
            fill = {"fill": {"color": series.colour}, "border": {"color": PAPER}}
            return {"type": "circle", "size": 5 if series.mark == POINT else 7, **fill}
        return {"type": "none"}

    def _line_labels(self, lines: Sequence[Series]) -> dict[str, dict[int, str]]:
        """Where the labels of each line stand: over what is highest and under the others, at the end beside it where
        lines are many. Sets the legend where even so they would lie on each other."""
        found: dict[str, dict[int, str]] = {series.name: {} for series in lines}
        last = len(self.panel.along) - 1
        ends = [series for series in lines if series.labels and series.labels[-1] and series.values]
        for place in range(last + 1):
            there = [
                series for series in lines if place < len(series.values) and series.values[place] is not None
            ]
            there.sort(key=lambda series: series.values[place] or 0.0)
            for rank, series in enumerate(there):
                near_top = (
                    self.axis.highest - (series.values[place] or 0.0)
                ) * self._scale_of_values < _LETTER
                top = rank == len(there) - 1
                near_foot = (
                    (series.values[place] or 0.0) - self.axis.lowest
                ) * self._scale_of_values < _LETTER
                over = (top or near_foot or (series.mark == DASHED and rank)) and not near_top
                found[series.name][place] = "above" if over else "below"
        if len(ends) > 2 or (self.panel.scale not in (YEARS, NAMES) and ends):
            self._at_the_end(ends, found, last)
        else:
            texts = [str(series.labels[-1]) for series in ends]
            self.right = max(self.right, widest(texts, self.points, True) / 2 + 4)
        return found

    def _at_the_end(self, ends: Sequence[Series], found: dict[str, dict[int, str]], last: int) -> None:
        """Labels right of the last points, or a legend where there is no room for them."""
        known = sorted((series.values[-1], series.name) for series in ends if series.values[-1] is not None)
        near = [(b[0] - a[0]) * self._scale_of_values < _LETTER for a, b in pairwise(known)]
        for (_, below), (_, above), close in zip(known, known[1:], near, strict=False):
            if close:
                found[below][last], found[above][last] = "below", "above"
        if any(a and b for a, b in pairwise(near)):
            self.legend = True
            return
        for series in ends:
            if not any(
                close and series.name in (a[1], b[1])
                for a, b, close in zip(known, known[1:], near, strict=False)
            ):
                found[series.name][last] = "right"
        self.right = widest([str(series.labels[-1]) for series in ends], self.points, True) + 10

    def _layers(self) -> Any:
        """Stacked columns, named beside the last of them; lines over them."""
        layers = [place for place, series in enumerate(self.panel.series) if series.mark == LAYER]
        chart = self.book.add_chart({"type": "column", "subtype": "stacked"})
        tops = self._names_of(layers)
        along = self.numbers.beside("places", [*self._places(), *([" "] if tops else [])])
        for place in layers:
            series = self.panel.series[place]
            look = {"fill": {"color": series.colour}, "border": {"color": PAPER, "width": 0.75}, "gap": 28}
            self._add(chart, series.name, along, self.numbers.values(place), look)
        lines = self.book.add_chart({"type": "line"})
        drawn = any(series.mark in _LINES for series in self.panel.series)
        self._add_lines(lines, along)
        named = {place: self._beside(self.panel.series[place]) for place in tops}
        for place, height in tops.items():
            series = self.panel.series[place]
            gaps: list[float | None] = [None] * len(self.panel.along)
            beside = self.numbers.beside(f"label of {series.name}", [*gaps, height])
            label = [*([None] * len(gaps)), (named[place], "right")]
            look = {"line": {"none": True}, "marker": {"type": "none"}, **self._labels(label, series.colour)}
            self._add(lines, f"label of {series.name}", along, beside, look)
        if tops or drawn:
            chart.combine(lines)
        slot = self.wide / (len(self.panel.along) + 1)
        self.right = max(12.0, widest(list(named.values()), self.points, True) + 8 - slot / 2)
        return chart

    def _beside(self, series: Series) -> str:
        """The label of a layer: its name alone where more would be broken into lines."""
        label = str(series.labels[-1])
        return label if width_of(label, self.points, True) < _LABEL * self.wide else series.name

    def _names_of(self, layers: Sequence[int]) -> dict[int, float]:
        """At which height the label of each layer stands, beside the last column and off the next."""
        ends = stacks(self.panel)
        if not ends:
            return {}
        at, found = 0.0, {}
        for place, value in zip(layers, ends[-1], strict=True):
            if self.panel.series[place].labels and self.panel.series[place].labels[-1]:
                found[place] = at + value / 2
            at += value
        room = _LETTER / self._scale_of_values
        before: float | None = None
        for place, height in found.items():
            found[place] = height if before is None else max(height, before + room)
            before = found[place]
        over = (before or 0.0) - self.axis.highest
        if over > 0:  # what was pushed over the top goes down again, as far as it must
            limit = self.axis.highest
            for place in reversed(list(found)):
                found[place] = min(found[place], limit)
                limit = found[place] - room
        return found

    def _columns(self) -> Any:
        """Columns side by side, or before the outlines of others; lines over them."""
        chart = self.book.add_chart({"type": "column"})
        bars = [place for place, series in enumerate(self.panel.series) if series.mark in (BAR, OUTLINE)]
        behind = any(self.panel.series[place].mark == OUTLINE for place in bars)
        alone = self._one_a_place(bars)
        bars.sort(key=lambda place: self.panel.series[place].mark != OUTLINE)
        self.legend = not behind and not alone and len(bars) > 1
        for place in bars:
            series = self.panel.series[place]
            look: dict[str, Any] = {"fill": {"color": series.colour}, "border": {"none": True}}
            look |= {"gap": 25 if behind or alone else 60, "overlap": 100 if behind or alone else -5}
            look |= self._bar_labels(series)
            self._add(chart, series.name, self._along(place), self.numbers.values(place), look)
        if any(series.mark in _LINES for series in self.panel.series):
            lines = self.book.add_chart({"type": "line"})
            self._add_lines(lines)
            chart.combine(lines)
        return chart

    def _lying(self) -> Any:
        """Bars that lie, the first on top."""
        chart = self.book.add_chart({"type": "bar"})
        bars = [place for place, series in enumerate(self.panel.series) if series.mark == BAR]
        alone = self._one_a_place(bars)
        self.legend = not alone and len(bars) > 1
        for place in bars:
            series = self.panel.series[place]
            look: dict[str, Any] = {"fill": {"color": series.colour}, "border": {"none": True}, "gap": 40}
            look |= {"overlap": 100 if alone else 0} | self._bar_labels(series)
            self._add(chart, series.name, self.numbers.along(place), self.numbers.values(place), look)
        texts = [str(text) for place in bars for text in self.panel.series[place].labels if text]
        self.right = widest(texts, self.points, True) + 10
        return chart

    def _scatter(self) -> Any:
        """Lines to the scale of what lies along them; of a band its edges."""
        chart = self.book.add_chart({"type": "scatter", "subtype": "straight"})
        for place, series in enumerate(self.panel.series):
            if series.mark == BAND:
                thin = {"line": {"color": series.colour, "width": 1.5}, "marker": {"type": "none"}}
                for name, cells in (
                    ("lowest", self.numbers.lows(place)),
                    ("highest", self.numbers.values(place)),
                ):
                    self._add(chart, f"{series.name}, {name}", self.numbers.along(place), cells, thin)
        self._add_lines(chart)
        return chart

    def _waterfall(self) -> Any:
        """Steps as stacked columns of four series, two of them without a colour; it may cross zero."""
        chart = self.book.add_chart({"type": "column", "subtype": "stacked"})
        ends = steps(self.panel)
        along = self.numbers.along(0)
        totals = self._totals()
        colours = [
            NET if total else GAIN if to >= at else LOSS for total, (at, to) in zip(totals, ends, strict=True)
        ]
        low, high = [min(pair) for pair in ends], [max(pair) for pair in ends]
        parts = {
            "base below zero": [min(value, 0.0) for value in high],
            "base above zero": [max(value, 0.0) for value in low],
            "below zero": [min(a, 0.0) - min(b, 0.0) for a, b in zip(low, high, strict=True)],
            "above zero": [max(b, 0.0) - max(a, 0.0) for a, b in zip(low, high, strict=True)],
        }
        for name, values in parts.items():
            look: dict[str, Any] = {"border": {"none": True}, "gap": 35}
            if name.startswith("base"):
                look["fill"] = {"none": True}
            else:
                look |= {
                    "fill": {"color": NET},
                    "points": [{"fill": {"color": colour}} for colour in colours],
                }
            self._add(chart, name, along, self.numbers.beside(name, values), look)
        labels = [self._label_at(place) for place in range(len(ends))]
        top = self.book.add_chart({"type": "line"})
        look = {"line": {"none": True}, "marker": {"type": "none"}}
        look |= self._labels([(text, "above") if text else None for text in labels], INK)
        self._add(top, "label", along, self.numbers.beside("label", high), look)
        chart.combine(top)
        return chart

    # ------------------------------------------------------------------------------------------- what the kinds share

    def _along(self, series: int) -> Cells:
        """What lies along a series: years with blanks between them where there is no room for each."""
        if self.panel.scale == YEARS and any(not place for place in self._places()):
            return self.numbers.beside("places", self._places())
        return self.numbers.along(series)

    def _places(self) -> list[str]:
        """What stands under each place: of years that have no room the last one and others in even steps. (To leave
        labels out is known to Excel alone.)"""
        places = [str(place) for place in self.panel.along]
        last = len(places) - 1
        if self.panel.scale != YEARS or last < 1:
            return places
        slot = (self.wide - 90 if LAYER in self._marks else self.wide - 50) / (last + 1)
        step = max(1, ceil((width_of("2026", self.points) + 6) / slot))
        step = next((longer for longer in range(step, min(2 * step, last) + 1) if last % longer == 0), step)
        return [place if (last - spot) % step == 0 else "" for spot, place in enumerate(places)]

    def _totals(self) -> list[bool]:
        """Whether the step at each place is a total."""
        total = [series.values for series in self.panel.series if series.mark == TOTAL]
        return [any(values[place] is not None for values in total) for place in range(len(self.panel.along))]

    def _label_at(self, place: int) -> str | None:
        found = [series.labels[place] for series in self.panel.series if series.labels]
        return next((text for text in found if text), None)

    def _stands(self) -> bool:
        """Whether bars over names stand: few names, each with several bars."""
        bars = [place for place, series in enumerate(self.panel.series) if series.mark == BAR]
        return len(self.panel.along) <= _STANDING and not self._one_a_place(bars)

    def _one_a_place(self, bars: Sequence[int]) -> bool:
        """Whether no place has two bars: they are then as one series, each of its own colour."""
        columns = zip(*(self.panel.series[place].values for place in bars), strict=True)
        return all(sum(value is not None for value in column) <= 1 for column in columns)

    def _add(self, chart: Any, name: str, along: Cells, values: Cells, look: dict[str, Any]) -> None:
        cells = {"categories": along.where, "values": values.where}
        kept = {"categories_data": along.data, "values_data": values.data}
        chart.add_series({"name": no_reference(name), **cells, **kept, **look})

    def _bar_labels(self, series: Series) -> dict[str, Any]:
        labels = [(text, "outside_end") if text else None for text in series.labels]
        plain = self.panel.scale == NAMES or OUTLINE in self._marks
        return self._labels(labels, INK if plain else series.colour)

    def _labels(
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

    def _dress(self) -> None:
        """Title, axes, legend and room for the words."""
        chart, panel = self.chart, self.panel
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
            chart.set_legend({"position": "top", "font": self._font()})
            top += 24
        else:
            chart.set_legend({"none": True})
        left = self._lying_axes() if self.lying else self._standing_axes()
        under = 8.0 if self.lying else 26.0
        room = self.wide - left - self.right, self.high - top - under
        layout = dict(zip(("x", "y"), (left / self.wide, top / self.high), strict=True))
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
                x |= {"num_format": "0", "interval_unit": 1}
                if any(series.mark == BAND for series in self.panel.series) and len(places) > 1:
                    x["position_axis"] = "on_tick"
            else:
                size = self.points
                while size > 6 and widest(places, size) > slot - 4:
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

    def _lying_axes(self) -> float:
        """Axes of bars that lie; the room that the names need, in pixels."""
        names = [str(place) for place in self.panel.along]
        slot = (self.high - 40) / max(len(names), 1)
        size = min(self.points, max(5.0, slot * 0.6))
        left = min(widest(names, size) + 10, self.wide * 0.45)
        hidden = {"visible": False, "major_gridlines": {"visible": False}}
        self.chart.set_x_axis(hidden | self._ends())
        ticks = {"major_tick_mark": "none", "minor_tick_mark": "none", "interval_unit": 1}
        look = {"num_font": self._font(size, INK), "line": {"color": RULE}, "label_position": "low"}
        self.chart.set_y_axis(look | ticks | {"reverse": True, "major_gridlines": {"visible": False}})
        return left

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
