"""Flows from stage to stage as a Sankey."""

from __future__ import annotations

from typing import NamedTuple

from floors.html.canvas import FONT, Canvas, Json, plain, words
from floors.page.colours import GREY, INK, OTHERS
from floors.page.picture import FLOW, Panel

ARROW = " > "
_GAP = 6
HEIGHT = {False: 470, True: 430}
"""Of a Sankey, wide and narrow."""


class Flow(NamedTuple):
    """A flow: from a place at one stage to a place at the next."""

    source: tuple[int, str]
    target: tuple[int, str]
    value: float
    colour: str
    stage: str


def flows_of(panel: Panel) -> list[Flow]:
    """The flows of a panel, each between two columns; a place's column is how far it lies from where flows begin."""
    series = [one for one in panel.series if one.mark == FLOW]
    stages = _stages([one.name for one in series])
    found: list[Flow] = []
    for one in series:
        at = stages.get(one.name)
        for along, value in zip(one.along or panel.along, one.values, strict=True):
            if value is None or value <= 0:
                continue
            start, _, end = str(along).partition(ARROW)
            found.append(Flow((at or 0, start), ((at or 0) + 1, end), value, one.colour, one.name))
    return found


def _stages(names: list[str]) -> dict[str, int]:
    """Names of series, ``mine > oxide``, by the column in which they begin."""
    ordered: list[str] = []
    for name in names:
        start, arrow, end = name.partition(ARROW)
        if not arrow:
            continue
        if start not in ordered:
            ordered.insert(ordered.index(end) if end in ordered else len(ordered), start)
        if end not in ordered:
            ordered.append(end)
    return {name: ordered.index(name.partition(ARROW)[0]) for name in names if ARROW in name}


def flows(panel: Panel, canvas: Canvas) -> Json:
    """The panel as a Sankey: columns from left to right, places in the order of what passes through them."""
    found = flows_of(panel)
    through: dict[tuple[int, str], list[float]] = {}
    colour: dict[str, str] = {}
    for flow in found:
        through.setdefault(flow.source, [0.0, 0.0])[1] += flow.value
        through.setdefault(flow.target, [0.0, 0.0])[0] += flow.value
        colour.setdefault(flow.source[1], flow.colour)
    size = {node: max(held) for node, held in through.items()}
    columns = sorted({column for column, _ in size})
    nodes = sorted(size, key=lambda node: (node[0], -size[node], node[1]))
    heads = _heads(panel, columns)
    last = max(columns, default=0)
    named = _with_room(nodes, size, canvas, HEIGHT[canvas.narrow] - (28 if heads else 8) - 6)
    said = [*(name for at, name in nodes if at == last), heads.get(last)]
    right = min(canvas.room(said) + 14, canvas.width * 0.25)
    beside = (
        right / canvas.width
    )  # a share, so that the heads stand over the columns however wide the chart is
    step = (1 - beside) / max(last, 1)
    return {
        "tooltip": {"trigger": "item"},
        "series": [
            {
                "type": "sankey",
                "left": 0,
                "right": f"{beside:.1%}",
                "top": 28 if heads else 8,
                "bottom": 6,
                "nodeGap": _GAP,
                "nodeWidth": 8 if canvas.narrow else 12,
                "layoutIterations": 0,
                "draggable": False,
                "emphasis": {"focus": "adjacency"},
                "data": [
                    {
                        "name": _id(node),
                        "depth": columns.index(node[0]),
                        "itemStyle": {"color": colour.get(node[1], OTHERS), "borderWidth": 0},
                        "label": words(canvas, INK) | {"show": node in named, "formatter": node[1]},
                    }
                    for node in nodes
                ],
                "links": [
                    {
                        "source": _id(flow.source),
                        "target": _id(flow.target),
                        "value": plain(flow.value),
                        "lineStyle": {"color": flow.colour, "opacity": 0.42},
                    }
                    for flow in found
                ],
            }
        ],
        "graphic": [
            {
                "type": "text",
                "top": 5,
                "left": f"{step * at:.1%}",
                "silent": True,
                "style": {"text": text, "fill": GREY, "font": f"{canvas.size}px {FONT}"},
            }
            for at, text in heads.items()
        ],
    }


def _with_room(
    nodes: list[tuple[int, str]], size: dict[tuple[int, str], float], canvas: Canvas, height: float
) -> set[tuple[int, str]]:
    """The places that have room for a name beside them, the larger ones first; `nodes` stand in their order."""
    columns: dict[int, list[tuple[int, str]]] = {}
    for node in nodes:
        columns.setdefault(node[0], []).append(node)
    scale = min(
        ((height - _GAP * (len(here) - 1)) / sum(size[node] for node in here) for here in columns.values()),
        default=0.0,
    )
    found: set[tuple[int, str]] = set()
    for here in columns.values():
        at, free = 0.0, -canvas.size
        for node in here:
            middle = at + size[node] * scale / 2
            if middle - free >= canvas.size * 1.1:
                found.add(node)
                free = middle
            at += size[node] * scale + _GAP
    return found


def _id(node: tuple[int, str]) -> str:
    """A place at a stage: ECharts knows it by this name, which the page shows without the number of the stage."""
    return f"{node[0]}|{node[1]}"


def _heads(panel: Panel, columns: list[int]) -> dict[int, str]:
    """What each column is called, from the names of the series."""
    found: dict[int, str] = {}
    stages = _stages([one.name for one in panel.series if one.mark == FLOW])
    for name, at in stages.items():
        start, _, end = name.partition(ARROW)
        found.setdefault(at, start)
        found.setdefault(at + 1, end)
    return {columns.index(at): text for at, text in sorted(found.items()) if at in columns}
