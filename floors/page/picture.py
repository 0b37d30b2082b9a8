"""A picture, declared once: its data, its marks, and the finding that is its title. Excel, HTML, SVG and notebooks
draw it from this alone."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

LINE, DASHED, BAND, BAR, LAYER, OUTLINE, STEP, TOTAL, FLOW, POINT, HEAT = (
    "line",
    "dashed",
    "band",
    "bar",
    "layer",
    "outline",
    "step",
    "total",
    "flow",
    "point",
    "heat",
)
"""Marks of a series: a line; a dashed one; an area from `low` to `values`; bars side by side; layers of stacked
columns; bars behind others (a capacity behind its use); the steps of a waterfall, then its total; flows of a Sankey
(`along` of the series is ``from > to``); a line whose points were solved and which only joins them; a row of
coloured cells, each from the most that is lost to the most that is gained on its panel, the first series on top."""

YEARS, NAMES, SHARES, NUMBERS = "years", "names", "shares", "numbers"
"""What lies along a panel: years; names (bars: drawn lying, the first on top); shares to scale, from loose to tight;
numbers to scale."""

Place: TypeAlias = int | float | str


class Series(NamedTuple):
    """Values along a panel (None: a gap), with labels that stand beside some of them (None: no label there).

    `low` is the other edge of a band. `along` is its own where it is not that of the panel (flows).
    """

    name: str
    mark: str
    colour: str
    values: tuple[float | None, ...]
    labels: tuple[str | None, ...] = ()
    low: tuple[float | None, ...] = ()
    along: tuple[Place, ...] = ()


class Panel(NamedTuple):
    """One drawing of a picture. `scale` is what lies along it; `format` that of its values in Excel; `lowest` and
    `highest` are ends of its axis of values (None: found from the values, bars and areas from 0). `group` are panels
    on one scale; `choice` what a reader chooses it by in the report (a commodity, a year, "with the caps"). A
    `large` one, the first, takes half of the room and the others stand beside it."""

    title: str
    unit: str
    along: tuple[Place, ...]
    scale: str
    series: tuple[Series, ...]
    format: str = "#,##0"
    lowest: float | None = None
    highest: float | None = None
    group: str = ""
    choice: str = ""
    description: str = ""  # what one who cannot see it is told
    large: bool = False


class Picture(NamedTuple):
    """A picture: `name` is that of its sheet (`picture_floors`) and file; `title` says the finding, `subtitle` the unit
    and what is shown, `note` what a reader must know. `screen_only`: Excel cannot draw it (flows)."""

    name: str
    title: str
    subtitle: str
    note: str
    panels: tuple[Panel, ...]
    screen_only: bool = False
