"""A panel of a picture as options of ECharts: plain JSON, the same for live charts, stills, figures and notebooks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from floors.html.canvas import FONT, NARROW, WIDE, Canvas, Json, axis, folded, plain, words
from floors.html.flows import HEIGHT, flows
from floors.html.heat import heat, heat_height
from floors.html.marks import (
    LAYERS,
    all_places,
    bar_series,
    line_series,
    names_its_layers,
    one_at_each_place,
    standing,
)
from floors.html.scales import apart, ends, extent
from floors.html.shown import Look, look_of
from floors.html.waterfall import waterfall
from floors.page.colours import INK, OTHERS
from floors.page.picture import (
    BAND,
    BAR,
    FLOW,
    HEAT,
    LAYER,
    LINE,
    NAMES,
    NUMBERS,
    OUTLINE,
    SHARES,
    STEP,
    TOTAL,
    YEARS,
    Panel,
    Series,
)

_BARS = (BAR, LAYER, OUTLINE)


@dataclass(frozen=True)
class Drawing:
    """Options of ECharts, and the size they are made for."""

    option: Json
    width: int
    height: int


def drawing(panel: Panel, *, narrow: bool = False) -> Drawing:
    """A panel as ECharts draws it, wide (a page) or narrow (a phone)."""
    canvas = NARROW if narrow else WIDE
    marks = {series.mark for series in panel.series}
    if FLOW in marks:
        option, height = flows(panel, canvas), HEIGHT[narrow]
    elif marks & {STEP, TOTAL}:
        option, height = waterfall(panel, canvas), 300 if narrow else 330
    elif HEAT in marks:
        option, height = heat(panel, canvas), heat_height(panel, canvas)
    elif panel.scale == NAMES and marks & set(_BARS):
        option, height = _lying(panel, canvas), _lying_height(panel, canvas)
    else:
        option, height = _along(panel, canvas), _height(canvas)
    common = {"animation": False, "textStyle": {"fontFamily": FONT, "color": INK}}
    return Drawing(common | option, canvas.width, height)


def _height(canvas: Canvas) -> int:
    """Height of what lies along years or numbers."""
    return 290 if canvas.narrow else 340


def _values_axis(panel: Panel, canvas: Canvas, look: Look) -> Json:
    """The axis of values, with round ends."""
    made = axis(canvas) | {"type": "value", "axisLine": {"show": False}}
    hundred = 100 if look.percent else 1
    if look.percent:
        made["axisLabel"] = made["axisLabel"] | {"formatter": "{value} %"}
    found = ends(panel, 5)
    return made | {
        "min": plain(found.low * hundred),
        "max": plain(found.high * hundred),
        "interval": plain(found.step * hundred),
    }


def _along(panel: Panel, canvas: Canvas) -> Json:
    """Lines, bands and standing bars along years, shares, numbers or names."""
    look = look_of(panel.format)
    scaled = panel.scale in (SHARES, NUMBERS)
    bars = [series for series in panel.series if series.mark in _BARS]
    lines = [series for series in panel.series if series.mark not in _BARS]
    direct = _says_its_names(panel)
    said = [series.labels[-1] if series.labels and series.mark != BAR else None for series in panel.series]
    if names_its_layers(panel):
        said += [series.name for series in bars]
    letters = 18 if canvas.narrow else 26
    right = min(canvas.room(folded(text, letters) for text in said if text) + 12, canvas.width * 0.36)
    made: Json = {
        "grid": {
            "left": _left(panel, canvas, look),
            "right": max(round(right), 16),
            "top": 18,
            "bottom": 28,
        },
        "tooltip": {"trigger": "axis"},
        "yAxis": _values_axis(panel, canvas, look),
        "series": [
            *bar_series(bars, panel, canvas, look),
            *line_series(lines, panel, canvas, look, scaled, letters),
        ],
    }
    plot = canvas.width - made["grid"]["left"] - made["grid"]["right"]
    made["xAxis"] = _scaled_axis(panel, canvas) if scaled else _places_axis(panel, canvas, plot, bool(bars))
    made = made if direct else _with_legend(made, panel, canvas)
    _part_labels(made, canvas)
    return made


def _part_labels(made: Json, canvas: Canvas) -> None:
    """Move labels at the right end, by pixels, until none lies on another."""
    grid, scale = made["grid"], made["yAxis"]
    height = _height(canvas) - grid["top"] - grid["bottom"]
    labels, middles, stacked = [], [], 0.0
    for series in made["series"]:
        item = series["data"][-1] if series["data"] else {}
        told = item.get("value")
        value = (told[1] if isinstance(told, list) else told) or 0.0
        layer = series.get("stack") == LAYERS
        if "label" in item and item["label"]["position"] == "right":
            labels.append(item["label"])
            middle = stacked + value / 2 if layer else value
            middles.append(grid["top"] + height * (scale["max"] - middle) / (scale["max"] - scale["min"]))
        stacked += value if layer else 0.0
    line = round(canvas.size * 1.25)
    heights = [line * (label["formatter"].count("\n") + 1) for label in labels]
    found = apart(middles, heights, 0, grid["top"] + height + line)
    for label, before, after in zip(labels, middles, found, strict=True):
        if abs(after - before) > 0.5:
            label["offset"] = [0, round(after - before, 1)]


def _scaled_axis(panel: Panel, canvas: Canvas) -> Json:
    hundred = 100 if panel.scale == SHARES else 1
    at = [float(place) * hundred for place in all_places(panel) if not isinstance(place, str)]
    made = axis(canvas) | {
        "type": "value",
        "splitLine": {"show": False},
        "min": plain(min(at)),
        "max": plain(max(at)),
    }
    if panel.scale == SHARES:
        made["axisLabel"] = made["axisLabel"] | {"formatter": "{value} %"}
        made["inverse"] = at[0] > at[-1]
    return made


def _places_axis(panel: Panel, canvas: Canvas, plot: float, bars: bool) -> Json:
    names = [str(place) for place in standing(panel)]
    room = plot / max(len(names), 1)
    every = ceil(canvas.room(names) * 1.25 / room) if panel.scale == YEARS else 1
    label: Json = words(canvas, axis(canvas)["axisLabel"]["color"]) | {"interval": max(every, 1) - 1}
    if panel.scale == NAMES:
        names = [folded(name, max(4, int(room / canvas.letter))) for name in names]
    return axis(canvas) | {
        "type": "category",
        "data": names,
        "boundaryGap": bars or len(names) == 1,
        "splitLine": {"show": False},
        "axisLabel": label,
    }


def _left(panel: Panel, canvas: Canvas, look: Look) -> int:
    """Room for the numbers of the axis of values."""
    seen = [value for value in (*extent(panel), panel.lowest, panel.highest) if value is not None]
    largest = max(map(abs, seen), default=0.0) * (100 if look.percent else 1)
    letters = len(f"{largest:,.0f}") + (2 if look.percent or largest < 10 else 0) + (min(seen) < 0)
    return round(letters * canvas.letter + 16)


def _says_its_names(panel: Panel) -> bool:
    """Whether every series can be told by labels of its own, but for grey lines, which no legend could tell apart:
    then none is needed."""
    shown = [one for one in panel.series if any(one.values) and one.mark not in (BAND, OUTLINE)]
    grey = [one for one in shown if one.mark == LINE and one.colour == OTHERS and not any(one.labels)]
    shown = [one for one in shown if one not in grey] if len(grey) > 1 else shown
    if len(shown) < 2 or names_its_layers(panel):
        return True
    if sum(one.mark == BAR for one in shown) > 1:
        return False
    return all(any(one.labels) for one in shown if one.mark != BAR)


def _with_legend(made: Json, panel: Panel, canvas: Canvas) -> Json:
    named = [series.name for series in panel.series if any(value is not None for value in series.values)]
    named = list(dict.fromkeys(named))
    rows = _legend_rows(named, canvas)
    made["legend"] = {
        "top": 0,
        "left": 0,
        "itemWidth": 12,
        "itemHeight": 12,
        "itemGap": 10,
        "icon": "roundRect",
        "data": named,
        "selectedMode": False,
        "textStyle": words(canvas),
    }
    made["grid"] = made["grid"] | {"top": made["grid"]["top"] + rows * round(canvas.size * 1.9)}
    return made


def _legend_rows(named: Sequence[str], canvas: Canvas) -> int:
    rows, at = 1, 0.0
    for name in named:
        wide = canvas.room([name]) + 30
        if at and at + wide > canvas.width - 10:
            rows, at = rows + 1, 0.0
        at += wide
    return rows


def _lying_height(panel: Panel, canvas: Canvas) -> int:
    stacked = any(series.mark == LAYER for series in panel.series)
    bars = sum(series.mark == BAR for series in panel.series)
    beside = 1 if stacked or one_at_each_place(panel.series) else max(1, bars)
    rows = 0 if _says_its_names(panel) else _legend_rows([s.name for s in panel.series], canvas)
    lines = _name_lines(panel, canvas)
    a_row = max(26, 16 * beside + 8)
    return round(24 + rows * canvas.size * 1.9 + sum(max(a_row, 14 * line + 10) for line in lines))


def _name_letters(canvas: Canvas) -> int:
    return int(canvas.width * (0.36 if canvas.narrow else 0.32) / canvas.letter)


def _name_lines(panel: Panel, canvas: Canvas) -> list[int]:
    letters = _name_letters(canvas)
    return [folded(str(place), letters).count("\n") + 1 for place in panel.along]


def _lying(panel: Panel, canvas: Canvas) -> Json:
    """Bars drawn lying, the first place on top."""
    look = look_of(panel.format)
    hundred = 100 if look.percent else 1
    letters = _name_letters(canvas)
    names = [folded(str(place), letters) for place in panel.along]
    direct = _says_its_names(panel)
    low, high = extent(panel)
    low = panel.lowest if panel.lowest is not None else low
    high = panel.highest if panel.highest is not None else high
    left = round(canvas.room(names) + 14)
    plot = canvas.width - left - 12
    label = canvas.room([_longest_label(panel.series, look)]) + 10
    span = (high - low) or 1.0
    share = min(label / plot, 0.3)
    value_axis = {
        "type": "value",
        "show": False,
        "min": plain((low - (span * share if low < 0 else 0)) * hundred),
        "max": plain((high + span * share / (1 - share)) * hundred) if high > 0 else 0,
    }
    made: Json = {
        "grid": {"left": left, "right": 12, "top": 6, "bottom": 6},
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
        "xAxis": value_axis,
        "yAxis": axis(canvas)
        | {
            "type": "category",
            "inverse": True,
            "data": names,
            "axisLabel": words(canvas) | {"interval": 0},
            "splitLine": {"show": False},
        },
        "series": [
            *bar_series(panel.series, panel, canvas, look, lying=True),
        ],
    }
    return made if direct else _with_legend(made, panel, canvas)


def _longest_label(series: Sequence[Series], look: Look) -> str:
    texts = [label for one in series for label in one.labels if label]
    if not texts:
        texts = [look.text(value) for one in series for value in one.values]
    return max(texts, key=len, default="")
