"""Pictures of the page: each panel with its still, its numbers as a table, and what a reader chooses it by."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from floors.html import stills
from floors.html.canvas import Json
from floors.html.flows import flows_of
from floors.html.marks import all_places
from floors.html.markup import attribute, data, table, text
from floors.html.options import Drawing, drawing
from floors.html.scales import on_one_scale
from floors.html.shown import Look, look_of
from floors.page.picture import BAND, FLOW, NAMES, SHARES, YEARS, Panel, Picture, Series

_YEAR_FIRST = re.compile(r"^(\d{4}), (.+)$")  # two things to choose: "2030, with the policy"
_MOST_STILLS = 8  # panels of a picture that are all drawn before scripts run; of more, the first and the last
_MOST_BUTTONS = 7


@dataclass
class Figures:
    """The figures of a page, with stills if these are `drawn`; `done` is told of each panel of a picture.

    `charts` are the options of each by its name, which scripts draw.
    """

    drawn: bool
    done: Callable[[str], None] = lambda _: None
    charts: dict[str, Json] = field(default_factory=dict)

    def picture(self, picture: Picture) -> str:
        """A picture with all of its panels."""
        panels = on_one_scale(picture)
        chosen = [panel for panel in panels if panel.choice]
        parts = _parted([panel.choice for panel in panels])
        inside = [
            self._told(panel, f"{picture.name}-{number}", picture, self._still(number, len(panels)), of)
            for number, (panel, of) in enumerate(zip(panels, parts, strict=True), 1)
        ]
        beside = len(panels) > 1 and not chosen
        kind = "multiples" if beside else "chosen" if len(chosen) > 1 else "single"
        choose = _choices(picture, panels) if kind == "chosen" else ""
        note = f'<p class="note">{text(picture.note)}</p>' if picture.note else ""
        return f'{choose}<div class="panels {kind}">{"".join(inside)}</div>{note}'

    def one(self, picture: Picture, number: int, title: str, name: str) -> str:
        """One panel of a picture, counted from 0, under a title of its own."""
        panel = on_one_scale(picture)[number]
        return self._panel(panel._replace(title=title), name, picture, True, [], heading=2)

    def _told(self, panel: Panel, name: str, picture: Picture, still: bool, parts: list[str]) -> str:
        made = self._panel(panel, name, picture, still, parts)
        self.done(panel.title)
        return made

    def _still(self, number: int, count: int) -> bool:
        return self.drawn and (count <= _MOST_STILLS or number in (1, count))

    def _panel(
        self, panel: Panel, name: str, picture: Picture, still: bool, parts: list[str], heading: int = 3
    ) -> str:
        wide, narrow = drawing(panel), drawing(panel, narrow=True)
        look = look_of(panel.format)
        self.charts[name] = {
            "wide": _chart(wide),
            "narrow": _chart(narrow),
            "unit": panel.unit,
            "look": look._asdict(),
            "flows": any(series.mark == FLOW for series in panel.series),
            "bands": [series.name for series in panel.series if series.mark == BAND],
        }
        told = panel.description or f"{panel.title}. {picture.subtitle}"
        drawn = ""
        if still and self.drawn:
            drawn = "".join(
                f'<div class="still {size}">{_named(stills.svg(made, f"{name}-{size}"), told)}</div>'
                for size, made in (("wide", wide), ("narrow", narrow))
            )
        choice = f' data-choice="{attribute(data(parts))}"' if parts else ""
        large = " large" if getattr(panel, "large", False) else ""
        said = not panel.unit or (heading == 3 and panel.unit in picture.subtitle)
        unit = "" if said else f'<p class="unit">{text(panel.unit)}</p>'
        repeated = heading == 3 and panel.title in ("", picture.title)
        title = "" if repeated else f"<h{heading}>{text(panel.title)}</h{heading}>"
        numbers = table(
            *_numbers(panel, look), f"Numbers of {panel.title}", first_is_head=not _is_flow(panel)
        )
        return (
            f'<figure id="chart-{attribute(name)}" class="chart{large}"{choice}>'
            f"<figcaption>{title}{unit}</figcaption>"
            f'<div class="plot" data-chart="{attribute(name)}" data-told="{attribute(told)}">{drawn}</div>'
            f'<div class="under"><details class="numbers"><summary>The numbers</summary>{numbers}</details>'
            f'<p class="tools">{_save("svg", panel.title)} {_save("png", panel.title)}</p></div></figure>'
        )


def _save(kind: str, title: str) -> str:
    name = kind.upper()
    told = attribute(f"Save as {name}: {title}")
    return f'<button type="button" data-save="{kind}" aria-label="{told}">{name}</button>'


def _chart(made: Drawing) -> Json:
    return {"option": made.option, "height": made.height}


def _named(svg: str, told: str) -> str:
    """An SVG that says what it shows."""
    return svg.replace("<svg ", f'<svg role="img" aria-label="{attribute(told)}" ', 1)


def _is_flow(panel: Panel) -> bool:
    return any(series.mark == FLOW for series in panel.series)


def _numbers(panel: Panel, look: Look) -> tuple[list[str], list[list[str]]]:
    """Heads and rows of the numbers of a panel."""
    if _is_flow(panel):
        found = sorted(flows_of(panel), key=lambda flow: (flow.source[0], -flow.value))
        heads = ["from", "to", "", panel.unit]
        rows = [[flow.source[1], flow.target[1], flow.stage, look.text(flow.value)] for flow in found]
    else:
        columns = list(_columns(panel, look))
        along = {YEARS: "year", NAMES: "", SHARES: "share"}.get(panel.scale, "")
        heads = [along, *(head for head, _ in columns)]
        rows = [
            [_place(place, panel.scale), *(values[at] for _, values in columns)]
            for at, place in enumerate(all_places(panel))
        ]
    return [text(head) for head in heads], [[text(cell) for cell in row] for row in rows]


def _columns(panel: Panel, look: Look) -> Iterator[tuple[str, list[str]]]:
    """Heads and values of each series, at all places of the panel."""
    places = all_places(panel)
    for series in panel.series:
        told = [(series.name, list(series.values))]
        if series.mark == BAND:
            told = [
                (f"{series.name}: {end}", _edges(series, of))
                for end, of in (("lowest", min), ("highest", max))
            ]
        for head, values in told:
            at = dict(zip(series.along or panel.along, values, strict=True))
            yield head, [look.text(at.get(place)) for place in places]


def _edges(series: Series, which: Any) -> list[float | None]:
    return [
        None if value is None or low is None else which(value, low)
        for value, low in zip(series.values, series.low, strict=True)
    ]


def _place(place: object, scale: str) -> str:
    if scale == SHARES and isinstance(place, int | float):
        return Look(None, percent=True).text(place)
    return str(place)


def _choices(picture: Picture, panels: tuple[Panel, ...]) -> str:
    """What a reader chooses a panel by: buttons, a slider of years, or a list where there are many."""
    parts = _parted([panel.choice for panel in panels])
    made = []
    for at in range(max(map(len, parts))):
        values = list(dict.fromkeys(one[at] for one in parts if len(one) > at))
        if len(values) > 1:
            made.append(_choice(values, f"{picture.name}-choice-{at}", at))
    return (
        f'<div class="choices" data-picture="{attribute(picture.name)}" role="group" '
        f'aria-label="{attribute(picture.title)}">{"".join(made)}</div>'
    )


def _parted(choices: list[str]) -> list[list[str]]:
    """What is chosen at once: a year and something else where all begin with a year."""
    found = [_YEAR_FIRST.match(choice) for choice in choices]
    if all(found):
        return [[one[1], one[2]] for one in found if one]
    return [[choice] if choice else [] for choice in choices]


def _choice(values: list[str], name: str, at: int) -> str:
    own = f'data-part="{at}"'
    if all(value.isdigit() for value in values) and len(values) > 2:
        told = attribute("[" + ",".join(f'"{value}"' for value in values) + "]")
        last = len(values) - 1
        return (
            f'<label class="slider">Year <input type="range" min="0" max="{last}" value="{last}" step="1" '
            f'data-values="{told}" aria-valuetext="{values[-1]}" {own}> <output>{values[-1]}</output></label>'
        )
    if len(values) > _MOST_BUTTONS:
        options = "".join(f'<option value="{attribute(value)}">{text(value)}</option>' for value in values)
        return f"<label>Show <select {own}>{options}</select></label>"
    buttons = "".join(
        f'<label class="button"><input type="radio" name="{attribute(name)}" value="{attribute(value)}" {own}'
        f"{' checked' if not number else ''}><span>{text(value)}</span></label>"
        for number, value in enumerate(values)
    )
    return f'<span class="buttons">{buttons}</span>'
