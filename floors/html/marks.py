"""Lines, bands and bars as series of ECharts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from floors.html.canvas import Canvas, Json, folded, plain, words
from floors.html.shown import Look
from floors.page.colours import INK, PAPER, words_colour
from floors.page.picture import (
    BAND,
    BAR,
    DASHED,
    LAYER,
    OPPOSED,
    OUTLINE,
    POINT,
    SHARES,
    YEARS,
    Panel,
    Place,
    Series,
)

LAYERS = "layers"
"""The stack of layers."""

_MOST_YEARS = 200  # that are drawn one by one
_MOST_LABELS = 60  # bars that each say their number


_ON_BARS = {"backgroundColor": "rgba(255, 255, 255, 0.85)", "padding": [1, 8]}


def standing(panel: Panel) -> list[Place]:
    """The places along a panel; of years those between, too, so that equal steps are equal times."""
    places = all_places(panel)
    years = [place for place in places if isinstance(place, int)]
    if (
        panel.scale != YEARS
        or len(years) != len(places)
        or len(years) < 2
        or max(years) - min(years) > _MOST_YEARS
    ):
        return places
    return list(range(min(years), max(years) + 1))


def all_places(panel: Panel) -> list[Place]:
    """The places of the panel and of its series, numbers in their order."""
    places = list(dict.fromkeys([*panel.along, *(place for one in panel.series for place in one.along)]))
    if len(places) == len(panel.along) or any(isinstance(place, str) for place in places):
        return places
    falls = len(panel.along) > 1 and float(panel.along[0]) > float(panel.along[-1])
    return sorted(places, key=float, reverse=falls)


def line_series(
    lines: Iterable[Series], panel: Panel, canvas: Canvas, look: Look, scaled: bool, letters: int
) -> Iterator[Json]:
    """Lines and bands along a panel; on a scale of numbers each point has its place."""
    lines = list(lines)
    highest = _highest(lines, panel)
    for number, series in enumerate(lines):
        if series.mark == BAND:
            yield from _band(series, panel, look, scaled, number)
        else:
            yield _line(series, panel, canvas, look, scaled, letters, highest)


def _highest(lines: Sequence[Series], panel: Panel) -> dict[Place, float]:
    """At each place, the highest of what carries a label."""
    found: dict[Place, float] = {}
    for one in lines:
        if any(one.labels) and one.mark != BAND:
            for place, value in zip(one.along or panel.along, one.values, strict=True):
                if value is not None:
                    found[place] = max(value, found.get(place, value))
    return found


def _line(
    series: Series,
    panel: Panel,
    canvas: Canvas,
    look: Look,
    scaled: bool,
    letters: int,
    highest: Mapping[Place, float],
) -> Json:
    data: list[Json] = []
    last, along = len(series.values) - 1, series.along or panel.along
    over_bars = any(one.mark in (BAR, LAYER) for one in panel.series)
    for place, value in enumerate(_times(series.values, look)):
        label = series.labels[place] if series.labels else None
        alone = value is not None and _alone(series.values, place)
        item: Json = {"value": value}
        if label and value is not None:
            top = (series.values[place] or 0.0) >= highest[along[place]]
            item["label"] = words(canvas, words_colour(series.colour), bold=True) | {
                "show": True,
                "formatter": folded(label, letters),
                "position": "right" if place == last and last else "top" if top else "bottom",
                **(_ON_BARS if over_bars else {}),
            }
        if alone or (series.mark == POINT and value is not None):
            item["symbolSize"] = 7
        data.append(item)
    points = _placed(data, series, panel, scaled)
    thin = series.mark == DASHED
    return {
        "type": "line",
        "name": series.name,
        "data": points,
        "color": series.colour,
        "symbol": "circle",
        "symbolSize": 0.01,
        "showAllSymbol": True,
        "lineStyle": {
            "width": 2 if thin else 3,
            "type": "dashed" if thin else "solid",
            "color": series.colour,
        },
        "connectNulls": _between(series, panel),
        "z": 5,
    }


def _alone(values: Sequence[float | None], place: int) -> bool:
    """Whether a point has no neighbour that a line could join it to."""
    around = [values[i] for i in (place - 1, place + 1) if 0 <= i < len(values)]
    return all(value is None for value in around)


def _between(series: Series, panel: Panel) -> bool:
    """Whether a line goes over places of the panel that are none of its own, such as years between."""
    return len(standing(panel)) != len(series.along or panel.along)


def _placed(data: list[Json], series: Series, panel: Panel, scaled: bool) -> list[Json]:
    """Items where they stand: at their number on a scale, else at their place among all."""
    along = series.along or panel.along
    if scaled:
        hundred = 100 if panel.scale == SHARES else 1
        return [
            item | {"value": [plain(float(at) * hundred), item["value"]]}
            for item, at in zip(data, along, strict=True)
            if not isinstance(at, str)
        ]
    if not _between(series, panel):
        return data
    of = dict(zip(along, data, strict=True))
    return [of.get(place, {"value": None}) for place in standing(panel)]


def _times(values: Iterable[float | None], look: Look) -> list[float | None]:
    """Values as they are drawn: shares in percent."""
    return [plain(None if value is None else value * 100 if look.percent else value) for value in values]


def _band(series: Series, panel: Panel, look: Look, scaled: bool, number: int) -> Iterator[Json]:
    """An area between two edges: the lower one, unseen, and the rest stacked on it."""
    edges = [
        (None, None) if one is None or other is None else (min(one, other), max(one, other))
        for one, other in zip(series.low, series.values, strict=True)
    ]
    low = _times([edge for edge, _ in edges], look)
    more = _times([None if a is None or b is None else b - a for a, b in edges], look)
    unseen: Json = {
        "type": "line",
        "stack": f"band {number}",
        "stackStrategy": "all",
        "symbol": "none",
        "silent": True,
        "lineStyle": {"opacity": 0},
        "connectNulls": _between(series, panel),
        "z": 1,
    }
    for name, values, area in ((f"{series.name}\u200b", low, None), (series.name, more, series.colour)):
        made = unseen | {
            "name": name,
            "data": _placed([{"value": one} for one in values], series, panel, scaled),
        }
        made["color"] = series.colour
        yield made | {"areaStyle": {"color": area, "opacity": 1}} if area else made


def names_its_layers(panel: Panel) -> bool:
    """Whether layers without labels are told by their names beside the last column, where each has some of it."""
    layers = all(one.mark == LAYER for one in panel.series)
    return layers and all(not any(one.labels) and one.values[-1] for one in panel.series)


def one_at_each_place(bars: Sequence[Series]) -> bool:
    """Whether no two bars stand beside each other: each place has one, of whichever series."""
    values = [one.values for one in bars if one.mark == BAR]
    return all(sum(value is not None for value in here) <= 1 for here in zip(*values, strict=True))


def bar_series(
    bars: Iterable[Series], panel: Panel, canvas: Canvas, look: Look, lying: bool = False
) -> Iterator[Json]:
    """Bars beside each other, layers on each other, and outlines behind them."""
    bars = list(bars)
    alone = one_at_each_place(bars)
    behind = any(series.mark == OUTLINE for series in bars)
    opposed = any(series.mark == OPPOSED for series in bars)
    sides = sum(series.mark not in (LAYER, OUTLINE) for series in bars)
    named = names_its_layers(panel)
    many = sides * len(panel.along) > _MOST_LABELS or (sides > 1 and canvas.narrow and not lying)
    for series in bars:
        outline, layer = series.mark == OUTLINE, series.mark == LAYER
        values = _times(series.values, look)
        last = len(values) - 1
        data: list[Json] = []
        for place, value in enumerate(values):
            label = series.labels[place] if series.labels else None
            if not label and lying and not layer and not outline and not series.labels:
                label = look.text(series.values[place])
            if not label and layer and named and not lying and place == last and value:
                label = series.name
            item: Json = {"value": value}
            if label and value is not None and not (many and not layer):
                beside = ("right" if value >= 0 else "left") if lying else ("top" if value >= 0 else "bottom")
                item["label"] = words(
                    canvas, INK if lying else words_colour(series.colour), bold=not lying
                ) | {
                    "show": True,
                    "formatter": folded(label, 18 if canvas.narrow else 26),
                    "position": ("inside" if lying else "right") if layer else beside,
                }
            data.append(item)
        made: Json = {
            "type": "bar",
            "name": series.name,
            "color": series.colour,
            "data": _placed(data, series, panel, False),
        }
        if layer:
            made |= {"stack": LAYERS, "barCategoryGap": "28%"}
            made["itemStyle"] = {"borderColor": PAPER, "borderWidth": 0.75}
        elif outline:
            made |= {"z": 1, "barCategoryGap": "28%"}
            made["itemStyle"] = {"color": "transparent", "borderColor": series.colour, "borderWidth": 1.25}
        else:
            made |= {"barCategoryGap": "28%", "z": 3}
        if opposed:
            made["itemStyle"] = {"opacity": 0.75}  # where both are on one side each is seen through the other
        if not layer:
            made["barGap"] = "-100%" if behind or alone or opposed else "6%"
        yield made
