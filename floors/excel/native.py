"""A panel of a picture as a native chart of Excel.

Its series point to the numbers of sheet picture_values; labels stand beside what they name, and a legend only where
several bars repeat or labels would lie on each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from floors.excel.axis import stacks, steps, widest
from floors.excel.drawing import FONT, LABEL, LETTER, Drawing, no_reference
from floors.excel.picture_numbers import Cells, PanelNumbers
from floors.page.colours import GAIN, INK, LOSS, NET, PAPER, shade, words_on
from floors.page.picture import (
    BAND,
    BAR,
    DASHED,
    HEAT,
    LAYER,
    LINE,
    NAMES,
    OPPOSED,
    OUTLINE,
    POINT,
    STEP,
    TOTAL,
    YEARS,
    Panel,
    Series,
)
from floors.page.widths import width

__all__ = ["FONT", "chart_of"]
_FEW = 4  # bars that would be as thick as no bar should be
SEEN_THROUGH = 25  # per cent
_LINES = (LINE, DASHED, POINT)


def chart_of(
    book: Any, panel: Panel, numbers: PanelNumbers, size: tuple[float, float], group: Sequence[Panel] = ()
) -> Any:
    """The chart of a panel, so many pixels wide and high, to be inserted by the caller with the description of the
    panel. `group`: the panels that share its axis."""
    return _Native(book, panel, numbers, size, [panel, *group]).chart


class _Native(Drawing):
    """A drawing of the kind that the marks of its panel ask for."""

    def __init__(
        self,
        book: Any,
        panel: Panel,
        numbers: PanelNumbers,
        size: tuple[float, float],
        group: Sequence[Panel],
    ) -> None:
        super().__init__(book, panel, numbers, size, group)
        if self.marks & {STEP, TOTAL}:
            self.chart = self._waterfall()
        elif HEAT in self.marks:
            self.chart = self._heat()
        elif self.lying:
            self.chart = self._lying()
        elif LAYER in self.marks:
            self.chart = self._layers()
        elif self.marks & {BAR, OUTLINE}:
            self.chart = self._columns()
        elif panel.scale in (YEARS, NAMES):
            self.chart = self._lines()
        else:
            self.chart = self._scatter()
        self.dress()

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
        """Bands as stacked areas, the lower without a colour: None where there are none. An area of one year has no
        width, and falls to zero where a year is missing: then each year has a column."""
        bands = [place for place, series in enumerate(self.panel.series) if series.mark == BAND]
        if not bands:
            return None
        whole = all(
            None not in (*self.panel.series[place].values, *self.panel.series[place].low) for place in bands
        )
        if not whole or len(self.panel.along) == 1:
            chart = self.book.add_chart({"type": "column", "subtype": "stacked"})
            for place in bands:
                series = self.panel.series[place]
                ends = list(zip(series.low, series.values, strict=True))
                fill = {"fill": {"color": series.colour}}
                self._between(chart, series.name, self.places_of(place), ends, fill, 400 if whole else 10)
            return chart
        area = self.book.add_chart({"type": "area", "subtype": "stacked"})
        for place in bands:
            series, along = self.panel.series[place], self.places_of(place)
            span = [(high or 0.0) - (low or 0.0) for high, low in zip(series.values, series.low, strict=True)]
            hidden = {"fill": {"none": True}, "border": {"none": True}}
            self.add(area, "lowest", along, self.numbers.lows(place), hidden)
            look = {"fill": {"color": series.colour}, "border": {"none": True}}
            self.add(area, series.name, along, self.numbers.beside(f"width of {series.name}", span), look)
        return area

    def _between(
        self,
        chart: Any,
        name: str,
        along: Cells,
        ends: Sequence[tuple[float | None, float | None]],
        fill: dict[str, Any],
        gap: int,
    ) -> None:
        """Stacked columns from one end to the other, on columns without a colour; they may cross zero."""
        known = [(None, None) if a is None or b is None else (min(a, b), max(a, b)) for a, b in ends]
        parts: dict[str, list[float | None]] = {
            "base below zero": [None if b is None else min(b, 0.0) for _, b in known],
            "base above zero": [None if a is None else max(a, 0.0) for a, _ in known],
            "below zero": [None if a is None or b is None else min(a, 0.0) - min(b, 0.0) for a, b in known],
            "above zero": [None if a is None or b is None else max(b, 0.0) - max(a, 0.0) for a, b in known],
        }
        for part, values in parts.items():
            look = {"fill": {"none": True}} if part.startswith("base") else fill
            cells = self.numbers.beside(f"{name}, {part}", values)
            self.add(chart, f"{name}, {part}", along, cells, {"border": {"none": True}, "gap": gap, **look})

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
            last = len(series.values) - 1
            labels = [
                (self._short(text), spots.get(spot, "above"))
                if text and not (self.legend and spot == last)
                else None
                for spot, text in enumerate(series.labels)
            ]
            look |= self.label(labels, series.colour, covered=along is not None)
            self.add(chart, series.name, along or self.places_of(place), self.numbers.values(place), look)

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
                near_top = (self.axis.highest - (series.values[place] or 0.0)) * self.scale_of_values < LETTER
                top = rank == len(there) - 1
                near_foot = ((series.values[place] or 0.0) - self.axis.lowest) * self.scale_of_values < LETTER
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
        near = [(b[0] - a[0]) * self.scale_of_values < LETTER for a, b in pairwise(known)]
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
        along = self.numbers.beside("places", [*self.places(), *([" "] if tops else [])])
        for place in layers:
            series = self.panel.series[place]
            look = {"fill": {"color": series.colour}, "border": {"color": PAPER, "width": 0.75}, "gap": 28}
            self.add(chart, series.name, along, self.numbers.values(place), look)
        lines = self.book.add_chart({"type": "line"})
        drawn = any(series.mark in _LINES for series in self.panel.series)
        self._add_lines(lines, along)
        named = {place: self._beside(self.panel.series[place]) for place in tops}
        for place, height in tops.items():
            series = self.panel.series[place]
            gaps: list[float | None] = [None] * len(self.panel.along)
            beside = self.numbers.beside(f"label of {series.name}", [*gaps, height])
            label = [*([None] * len(gaps)), (named[place], "right")]
            look = {"line": {"none": True}, "marker": {"type": "none"}, **self.label(label, series.colour)}
            self.add(lines, f"label of {series.name}", along, beside, look)
        if tops or drawn:
            chart.combine(lines)
        slot = self.wide / (len(self.panel.along) + 1)
        self.right = max(12.0, widest(list(named.values()), self.points, True) + 8 - slot / 2)
        return chart

    def _short(self, label: str) -> str:
        """A label beside a line: its number alone, which is its last word, where more would be broken into lines."""
        number = label.rpartition(" ")[2]
        apart = self.panel.scale not in (YEARS, NAMES) or not number[:1].isdigit()
        return label if apart or width(label, self.points, True) < LABEL * self.wide else number

    def _beside(self, series: Series) -> str:
        """The label of a layer: its name alone where more would be broken into lines."""
        label = str(series.labels[-1])
        apart = self.panel.scale not in (YEARS, NAMES)
        return label if apart or width(label, self.points, True) < LABEL * self.wide else series.name

    def _names_of(self, layers: Sequence[int]) -> dict[int, float]:
        """At which height the label of each layer stands, beside the last column and off the next."""
        ends = stacks(self.panel)
        if not ends:
            return {}
        over, under, found = 0.0, 0.0, {}
        for place, value in zip(layers, ends[-1], strict=True):
            at = over if value >= 0 else under
            if self.panel.series[place].labels and self.panel.series[place].labels[-1]:
                found[place] = at + value / 2
            over, under = over + max(value, 0.0), under + min(value, 0.0)
        found = dict(sorted(found.items(), key=lambda item: item[1]))
        room = LETTER / self.scale_of_values
        before: float | None = None
        for place, height in found.items():
            found[place] = height if before is None else max(height, before + room)
            before = found[place]
        if (
            before or 0.0
        ) > self.axis.highest:  # what was pushed over the top goes down again, as far as it must
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
        alone = self.one_a_place(bars)
        bars.sort(key=lambda place: self.panel.series[place].mark != OUTLINE)
        self.legend = not behind and not alone and len(bars) > 1
        for place in bars:
            series = self.panel.series[place]
            look: dict[str, Any] = {"fill": {"color": series.colour}, "border": {"none": True}}
            look |= {"gap": 25 if behind or alone else 60, "overlap": 100 if behind or alone else -5}
            look |= self.bar_labels(series)
            self.add(chart, series.name, self.places_of(place), self.numbers.values(place), look)
        if any(series.mark in _LINES for series in self.panel.series):
            lines = self.book.add_chart({"type": "line"})
            self._add_lines(lines)
            chart.combine(lines)
        return chart

    def _lying(self) -> Any:
        """Bars that lie, the first on top."""
        chart = self.book.add_chart({"type": "bar"})
        bars = [place for place, series in enumerate(self.panel.series) if series.mark in (BAR, OPPOSED)]
        alone, opposed = self.one_a_place(bars), OPPOSED in self.marks
        self.legend = opposed or (not alone and len(bars) > 1)
        gap = 40 if len(self.panel.along) > _FEW else 120
        whole = self.names == [str(place) for place in self.panel.along]
        for place in bars:
            series = self.panel.series[place]
            look: dict[str, Any] = {"fill": {"color": series.colour}, "border": {"none": True}, "gap": gap}
            if opposed:  # where both are on one side each is seen through the other
                look["fill"] = {"color": series.colour, "transparency": SEEN_THROUGH}
            look |= {"overlap": 100 if alone or opposed else 0} | self.bar_labels(series)
            along = self.numbers.along(place) if whole else self.numbers.beside("names", self.names)
            self.add(chart, series.name, along, self.numbers.values(place), look)
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
                    self.add(chart, f"{series.name}, {name}", self.numbers.along(place), cells, thin)
        self._add_lines(chart)
        return chart

    def _heat(self) -> Any:
        """Cells as stacked columns of one height, each of its own colour, the rows named before the first column."""
        chart = self.book.add_chart({"type": "column", "subtype": "stacked"})
        rows = [place for place, series in enumerate(self.panel.series) if series.mark == HEAT]
        values = [v for place in rows for v in self.panel.series[place].values if v is not None]
        most = max(map(abs, values), default=0.0)
        along = self.numbers.beside("places", ["", *map(str, self.panel.along)])
        height = self.numbers.beside("height of a cell", [1.0] * (len(self.panel.along) + 1))
        for place in reversed(rows):
            series = self.panel.series[place]
            colours = [shade(value, most) for value in series.values]
            points: list[dict[str, Any]] = [{"fill": {"none": True}, "border": {"none": True}}]
            points += [{"fill": {"color": one}, "border": {"color": PAPER, "width": 1}} for one in colours]
            font = {"name": FONT, "size": self.points}
            labels: list[dict[str, Any]] = [
                {"value": no_reference(series.name), "font": font | {"color": INK}}
            ]
            labels += [
                {"value": no_reference(text), "font": font | {"color": words_on(colour), "bold": True}}
                if text
                else {"delete": True}
                for text, colour in zip(series.labels, colours, strict=True)
            ]
            told = {"value": True, "position": "center", "custom": labels}
            self.add(chart, series.name, along, height, {"gap": 0, "points": points, "data_labels": told})
        return chart

    def _waterfall(self) -> Any:
        """Steps as stacked columns of four series, two of them without a colour; it may cross zero."""
        chart = self.book.add_chart({"type": "column", "subtype": "stacked"})
        ends = steps(self.panel)
        along = self.numbers.along(0)
        totals = self.totals()
        colours = [
            NET if total else GAIN if to >= at else LOSS for total, (at, to) in zip(totals, ends, strict=True)
        ]
        fill = {"fill": {"color": NET}, "points": [{"fill": {"color": colour}} for colour in colours]}
        self._between(chart, "steps", along, ends, fill, 35)
        high = [max(pair) for pair in ends]
        labels = [self.label_at(place) for place in range(len(ends))]
        top = self.book.add_chart({"type": "line"})
        look = {"line": {"none": True}, "marker": {"type": "none"}}
        look |= self.label([(text, "above") if text else None for text in labels], INK)
        self.add(top, "label", along, self.numbers.beside("label", high), look)
        chart.combine(top)
        return chart
