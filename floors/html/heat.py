"""A table of coloured cells as options of ECharts: stacked columns of one height, the rows named before the first."""

from __future__ import annotations

from floors.html.canvas import Canvas, Json, axis, folded, plain, words
from floors.page.colours import INK, shade, words_on
from floors.page.picture import HEAT, Panel

_CELL = 34  # pixels a row


def heat_height(panel: Panel, canvas: Canvas) -> int:
    """Pixels that a table of cells is high."""
    rows = sum(series.mark == HEAT for series in panel.series)
    return round((_CELL - 4 * canvas.narrow) * rows + 44)


def heat(panel: Panel, canvas: Canvas) -> Json:
    """The rows of a panel from top to bottom; colours from the most that is lost to the most that is gained."""
    rows = [series for series in panel.series if series.mark == HEAT]
    most = max((abs(value) for series in rows for value in series.values if value is not None), default=0.0)
    slot = canvas.width / (len(panel.along) + 1)
    letters = max(4, int(slot / canvas.letter))
    made = []
    for series in reversed(rows):
        name = {"value": 1, "itemStyle": {"color": "transparent"}}
        cells: list[Json] = [name | {"label": _written(series.name, INK, canvas, letters, bold=False)}]
        for value, label in zip(series.values, series.labels, strict=True):
            colour = shade(value, most)
            cells.append(
                {
                    "value": 1,
                    "amount": plain(value),
                    "itemStyle": {"color": colour, "borderColor": "#FFFFFF", "borderWidth": 1},
                    "label": _written(label or "", words_on(colour), canvas, letters),
                }
            )
        made.append(
            {"type": "bar", "name": series.name, "stack": "cells", "barCategoryGap": 0, "data": cells}
        )
    names = ["", *(folded(str(place), letters) for place in panel.along)]
    hidden = {"type": "value", "show": False, "min": 0, "max": len(rows)}
    across = {
        "type": "category",
        "data": names,
        "splitLine": {"show": False},
        "axisLabel": words(canvas) | {"interval": 0},
    }
    return {
        "grid": {"left": 4, "right": 4, "top": 6, "bottom": 34},
        "xAxis": axis(canvas) | across,
        "yAxis": hidden,
        "series": made,
    }


def _written(text: str, colour: str, canvas: Canvas, letters: int, bold: bool = True) -> Json:
    return words(canvas, colour, bold=bold) | {
        "show": True,
        "position": "inside",
        "formatter": folded(text, letters),
    }
