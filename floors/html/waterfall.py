"""The steps of a waterfall and its total, also across zero."""

from __future__ import annotations

from typing import NamedTuple

from floors.html.canvas import Canvas, Json, axis, folded, plain, words
from floors.html.shown import look_of
from floors.page.colours import GAIN, INK, LOSS
from floors.page.picture import TOTAL, Panel


class _Step(NamedTuple):
    start: float
    end: float
    colour: str
    label: str

    @property
    def above(self) -> float:
        """What of it lies above zero."""
        return max(self.start, self.end, 0.0) - max(min(self.start, self.end), 0.0)

    @property
    def below(self) -> float:
        """What of it lies below zero, negative."""
        return min(self.start, self.end, 0.0) - min(max(self.start, self.end), 0.0)

    @property
    def under(self) -> float:
        """What lies between zero and it, unfilled."""
        low, high = sorted((self.start, self.end))
        return high if high < 0 else max(low, 0.0)


def waterfall(panel: Panel, canvas: Canvas) -> Json:
    """Steps from left to right, each where the one before ended; a total stands on zero."""
    steps = _steps(panel)
    room = canvas.width * 0.95 / max(len(panel.along), 1)
    names = [folded(str(place), max(4, int(room / canvas.letter))) for place in panel.along]
    lines = max((name.count("\n") for name in names), default=0) + 1
    hundred = 100 if look_of(panel.format).percent else 1
    unseen: Json = {"type": "bar", "stack": "steps", "barCategoryGap": "30%"}

    def part(of: str) -> list[Json]:
        data: list[Json] = []
        for step in steps:
            if step is None:
                data.append({"value": None})
                continue
            value = getattr(step, of)
            item: Json = {"value": plain(value * hundred), "itemStyle": {"color": step.colour}}
            carries = "above" if step.above >= -step.below else "below"
            if of == carries:
                item["label"] = words(canvas, INK, bold=True) | {
                    "show": True,
                    "formatter": step.label,
                    "position": "top" if of == "above" else "bottom",
                }
            data.append(item)
        return data

    under = [{"value": None if step is None else plain(step.under * hundred)} for step in steps]
    bottom = 10 + round(lines * canvas.size * 1.35)
    return {
        "grid": {"left": 8, "right": 8, "top": 20, "bottom": bottom},
        "tooltip": {"trigger": "item"},
        "xAxis": axis(canvas)
        | {
            "type": "category",
            "data": names,
            "position": "bottom",
            "axisLine": {"onZero": False, "lineStyle": {"color": "transparent"}},
            "axisLabel": words(canvas) | {"interval": 0},
            "splitLine": {"show": False},
        },
        "yAxis": axis(canvas)
        | {
            "type": "value",
            "axisLine": {"show": False},
            "axisLabel": {"show": False},
            "splitLine": {"show": False},
            **_ends(panel, steps, hundred),
        },
        "series": [
            unseen | {"name": "\u200b", "silent": True, "itemStyle": {"color": "transparent"}, "data": under},
            unseen | {"name": panel.unit, "data": part("above"), "markLine": _zero()},
            unseen | {"name": panel.unit, "data": part("below")},
        ],
    }


def _zero() -> Json:
    """The line of zero."""
    return {
        "silent": True,
        "symbol": "none",
        "animation": False,
        "label": {"show": False},
        "lineStyle": {"color": "#7C8792", "width": 1, "type": "solid"},
        "data": [{"yAxis": 0}],
    }


def _ends(panel: Panel, steps: list[_Step | None], hundred: int) -> Json:
    """Ends of the axis, with room for the numbers above and below."""
    seen = [0.0, *(value for step in steps if step for value in (step.start, step.end))]
    low = panel.lowest if panel.lowest is not None else min(seen)
    high = panel.highest if panel.highest is not None else max(seen)
    room = ((high - low) or 1.0) * 0.08
    return {
        "min": plain((low - (room if low < 0 else 0)) * hundred),
        "max": plain((high + room) * hundred),
    }


def _steps(panel: Panel) -> list[_Step | None]:
    look = look_of(panel.format)
    found: list[_Step | None] = []
    at = 0.0
    for place in range(len(panel.along)):
        here = [series for series in panel.series if series.values[place] is not None]
        if not here:
            found.append(None)
            continue
        series = here[0]
        value = series.values[place] or 0.0
        start, end = (0.0, value) if series.mark == TOTAL else (at, at + value)
        label = (series.labels[place] if series.labels else None) or look.text(value)
        colour = series.colour if series.mark == TOTAL else GAIN if value >= 0 else LOSS
        found.append(_Step(start, end, colour, label))
        at = end
    return found
