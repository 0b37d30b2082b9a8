"""Ends and ticks of the axes of charts, and how much room words take."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil, floor, log10
from typing import NamedTuple

from floors.page.picture import LAYER, LINE, POINT, STEP, TOTAL, Panel
from floors.page.widths import width

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_ROOM, _MOST_ROOM = 0.05, 0.3  # of the axis, for the labels over what is highest
_LABEL, _AROUND = 16, 60  # pixels of a label over a line, and of what stands over and under the axis


class Axis(NamedTuple):
    """Lowest and highest value of an axis, and the step of its ticks."""

    lowest: float
    highest: float
    step: float

    @property
    def ticks(self) -> list[float]:
        """Where its ticks are."""
        return [
            self.lowest + n * self.step for n in range(round((self.highest - self.lowest) / self.step) + 1)
        ]

    def format(self, of_values: str) -> str:
        """How its ticks are shown, given how its values are: as few digits as tell them apart."""
        if "%" in of_values:
            return f"0{'' if self.step >= 0.01 else '.0'} %"
        places = next((n for n in range(9) if abs(self.step * 10**n % 1.0 - 0.5) > 0.5 - 1e-6), 9)
        digits = f"#,##0{'.' if places else ''}{'0' * places}"
        return f"{digits};\u2013{digits};0"


def axis_of(panels: Iterable[Panel], height: float) -> Axis:
    """The axis of values of panels that share one, drawn so many pixels high (or, lying, wide)."""
    lows, highs, labelled, lines = [0.0], [0.0], False, False
    ends: list[tuple[float | None, float | None]] = []
    share = falls = False
    for panel in panels:
        falls = falls or bool(steps(panel))
        share = share or "%" in panel.format
        low, high = extent(panel)
        lows.append(low)
        highs.append(high)
        labelled = labelled or any(any(series.labels) for series in panel.series)
        lines = lines or any(any(series.labels) and series.mark in (LINE, POINT) for series in panel.series)
        ends.append((panel.lowest, panel.highest))
    low, high = min(lows), max(highs)
    given_low = [end for end, _ in ends if end is not None]
    given_high = [end for _, end in ends if end is not None]
    low, high = min(given_low, default=low), max(given_high, default=high)
    if high <= low:
        high = low + 1.0
    if labelled and not given_high and not (share and high <= 1.0):
        room = min(_LABEL / max(height - _AROUND, 1.0), _MOST_ROOM) if lines else 0.0
        high += max(_ROOM, room / (1 - room)) * (high - low)
    # Panels of one scale have the same ticks, however high each is.
    found = nice(low, high, 4 if len(ends) > 1 else 5 if height > 260 else 4 if height > 180 else 3)
    if falls and not given_high:  # over a fall little room is needed
        found = found._replace(highest=ceil(high / found.step * 4 - 1e-9) * found.step / 4)
    return found


def nice(low: float, high: float, most: int) -> Axis:
    """An axis with round ticks, about as many as `most`, that holds both ends."""
    raw = (high - low) / most
    size = 10.0 ** floor(log10(raw))
    step = next(times * size for times in _STEPS if times * size >= raw * (1 - 1e-9))
    first, last = floor(low / step + 1e-9) * step, ceil(high / step - 1e-9) * step
    return Axis(first, last, step)


def extent(panel: Panel) -> tuple[float, float]:
    """Lowest and highest that a panel shows, stacks and steps added up."""
    level = [series for series in panel.series if series.mark not in (STEP, TOTAL)]
    values = [value for series in level for value in (*series.values, *series.low) if value is not None]
    for stack in stacks(panel):
        values += [sum(value for value in stack if value > 0), sum(value for value in stack if value < 0)]
    values += [edge for pair in steps(panel) for edge in pair]
    return min(values, default=0.0), max(values, default=0.0)


def stacks(panel: Panel) -> list[list[float]]:
    """The layers at each place of a panel."""
    layers = [series.values for series in panel.series if series.mark == LAYER]
    return [[value or 0.0 for value in place] for place in zip(*layers, strict=True)]


def steps(panel: Panel) -> list[tuple[float, float]]:
    """From where to where each step of a waterfall goes, its total last; none where it is no waterfall."""
    falls = [series for series in panel.series if series.mark in (STEP, TOTAL)]
    at, found = 0.0, []
    for place in range(len(panel.along) if falls else 0):
        start, end = at, at
        for series in falls:
            if (value := series.values[place]) is not None:
                start, end = (at, at + value) if series.mark == STEP else (0.0, value)
        found.append((start, end))
        at = end
    return found


def fitting(
    text: str, points: float, room: float, bold: bool = False, least: float = 7.0
) -> tuple[str, float]:
    """A text and the size at which it fits into so many pixels: smaller, and cut at the least size."""
    while points > least and width(text, points, bold) > room:
        points -= 0.5
    while len(text) > 4 and width(text, points, bold) > room:
        text = text[:-2].rstrip() + "\u2026"
    return text, points


def cut(text: str, points: float, room: float) -> str:
    """A text with so much taken out of its middle that it takes so many pixels: ends tell names apart."""
    kept = len(text)
    while kept > 2 and width(text, points) > room:
        kept -= 1
        half = kept // 2
        shown = f"{text[: kept - half].rstrip()}\u2026{text[len(text) - half :].lstrip()}"
        if width(shown, points) <= room:
            return shown
    return text


def widest(texts: Sequence[str], points: float, bold: bool = False) -> float:
    """Width of the widest of some texts."""
    return max((width(text, points, bold) for text in texts), default=0.0)
