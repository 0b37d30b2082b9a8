"""Axes of values: what a panel shows from least to most, round ends, and labels that do not lie on each other."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, log10
from typing import NamedTuple

from floors.page.picture import FLOW, LAYER, STEP, TOTAL, Panel, Picture

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


class Ends(NamedTuple):
    """Ends of an axis, and the step between its ticks."""

    low: float
    high: float
    step: float


def extent(panel: Panel) -> tuple[float, float]:
    """The least and the most that a panel shows, and 0: layers and steps added up."""
    seen = [0.0, *_steps(panel), *_layers(panel)]
    for series in panel.series:
        if series.mark not in (LAYER, STEP, FLOW):
            seen += [value for value in (*series.values, *series.low) if value is not None]
    return min(seen), max(seen)


def _steps(panel: Panel) -> list[float]:
    """Where the steps of a waterfall begin and end."""
    steps = [series.values for series in panel.series if series.mark == STEP]
    totals = [series.values for series in panel.series if series.mark == TOTAL]
    at, seen = 0.0, []
    for place in range(len(panel.along) if steps else 0):
        at += sum(values[place] or 0.0 for values in steps)
        seen.append(at)
        if any(values[place] is not None for values in totals):
            at = sum(values[place] or 0.0 for values in totals)
    return seen


def _layers(panel: Panel) -> list[float]:
    """How high, and how deep, layers are stacked."""
    layers = [series.values for series in panel.series if series.mark == LAYER]
    seen = []
    for values in zip(*layers, strict=True):
        held = [value or 0.0 for value in values]
        seen += [sum(value for value in held if value > 0), sum(value for value in held if value < 0)]
    return seen


def ends(panel: Panel, most: int) -> Ends:
    """Round ends of the axis of values, about so many ticks apart; those that the panel names as they are."""
    low, high = extent(panel)
    low = panel.lowest if panel.lowest is not None else low
    high = panel.highest if panel.highest is not None else high
    if high <= low:
        high = low + 1.0
    raw = (high - low) / most
    size = 10.0 ** floor(log10(raw))
    step = float(f"{next(times * size for times in _STEPS if times * size >= raw * (1 - 1e-9)):.6g}")
    first = low if panel.lowest is not None else floor(low / step + 1e-9) * step
    last = high if panel.highest is not None else ceil(high / step - 1e-9) * step
    return Ends(first, last, step)


def on_one_scale(picture: Picture) -> tuple[Panel, ...]:
    """The panels of a picture, those of a group with the same ends of their axes of values."""
    groups: dict[str, list[Panel]] = {}
    for panel in picture.panels:
        groups.setdefault(panel.group, []).append(panel)
    shared = {name: _shared(panels) for name, panels in groups.items() if name and len(panels) > 1}
    return tuple(
        panel._replace(lowest=shared[panel.group][0], highest=shared[panel.group][1])
        if panel.group in shared
        else panel
        for panel in picture.panels
    )


def _shared(panels: Sequence[Panel]) -> tuple[float, float]:
    found = [extent(panel) for panel in panels]
    lows = [panel.lowest for panel in panels if panel.lowest is not None] or [low for low, _ in found]
    highs = [panel.highest for panel in panels if panel.highest is not None] or [high for _, high in found]
    blank = Panel("", "", (), "", (), lowest=None, highest=None)
    round_ends = ends(blank._replace(lowest=min(lows), highest=max(highs)), 5)
    low = min(lows) if any(panel.lowest is not None for panel in panels) else _out(min(lows), round_ends.step)
    high = (
        max(highs)
        if any(panel.highest is not None for panel in panels)
        else _out(max(highs), round_ends.step)
    )
    return low, high


def _out(value: float, step: float) -> float:
    """The next tick away from 0."""
    return ceil(value / step - 1e-9) * step if value > 0 else floor(value / step + 1e-9) * step


def apart(places: Sequence[float], heights: Sequence[float], top: float, bottom: float) -> list[float]:
    """Middles of labels so high, as near as may be to their places, that do not lie on each other."""
    order = sorted(range(len(places)), key=lambda i: places[i])
    groups: list[list[int]] = []
    starts: list[float] = []
    for one in order:
        groups.append([one])
        starts.append(_start(groups[-1], places, heights, top, bottom))
        while len(groups) > 1 and starts[-2] + sum(heights[i] for i in groups[-2]) > starts[-1]:
            last = groups.pop()
            groups[-1] += last
            starts[-2:] = [_start(groups[-1], places, heights, top, bottom)]
    found = list(places)
    for group, start in zip(groups, starts, strict=True):
        at = start
        for i in group:
            found[i] = at + heights[i] / 2
            at += heights[i]
    return found


def _start(
    group: Sequence[int], places: Sequence[float], heights: Sequence[float], top: float, bottom: float
) -> float:
    """Where labels that touch each other begin, so that together they are nearest to their places."""
    above, wanted = 0.0, []
    for i in group:
        wanted.append(places[i] - heights[i] / 2 - above)
        above += heights[i]
    return max(top, min(sum(wanted) / len(wanted), bottom - above))
