"""Pictures for slides: each panel with title, unit and note, as SVG of 1280 x 720, and as PNG."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import NamedTuple

from floors.html import stills
from floors.html.canvas import FONT
from floors.html.options import drawing
from floors.html.scales import on_one_scale
from floors.html.targets import SVG_MARK, marked
from floors.page.colours import FLOOR, GREY, INK, PAPER
from floors.page.picture import Panel, Picture
from floors.page.told import held_together
from floors.page.widths import PIXELS, width

WIDTH, HEIGHT = 1280, 720
_EDGE = 40


class Slide(NamedTuple):
    """A panel of a picture, and the name of its file without an ending."""

    name: str
    svg: str

    def png(self) -> bytes:
        """The slide as PNG, 1920 pixels wide."""
        return marked(stills.png(self.svg, 1920))


def slides(picture: Picture) -> Iterator[Slide]:
    """A slide of each panel of a picture. Raises UsageError without floors[report]."""
    panels = on_one_scale(picture)
    for number, panel in enumerate(panels, 1):
        ending = f"_{number:0{len(str(len(panels)))}d}" if len(panels) > 1 else ""
        yield Slide(f"{_file(picture.name)}{ending}", slide(picture, panel))


def slide(picture: Picture, panel: Panel) -> str:
    """A panel of a picture with title, unit and note, as one SVG. Raises UsageError without floors[report]."""
    title = picture.title or panel.title
    unit = "" if panel.unit in picture.subtitle else panel.unit
    told = [
        *((line, 30, FLOOR, True) for line in _lines(title, 30, bold=True)[:3]),
        *((line, 20, INK, True) for line in _lines(panel.title, 20, bold=True)[:2] if panel.title != title),
        *((line, 18, GREY, False) for one in (picture.subtitle, unit) if one for line in _lines(one, 18)[:2]),
    ]
    note = _lines(picture.note, 15)[:4] if picture.note else []
    texts: list[str] = []
    at, before = 20.0, 30
    for line, size, colour, bold in told:
        at += size * 1.25 + (8 if size != before else 0)
        before = size
        texts.append(_text(line, _EDGE, at, size, colour, bold))
    bottom = HEIGHT - 20 - len(note) * 15 * 1.3
    texts += [_text(line, _EDGE, bottom + (n + 1) * 15 * 1.3, 15, GREY, False) for n, line in enumerate(note)]
    made = drawing(panel)
    scale = min((WIDTH - 2 * _EDGE) / made.width, (bottom - at - 32) / made.height)
    wide, high = made.width * scale, made.height * scale
    inside = re.sub(
        r'<svg width="\d+" height="\d+"',
        f'<svg x="{(WIDTH - wide) / 2:.1f}" y="{at + 20:.1f}" width="{wide:.1f}" height="{high:.1f}"',
        stills.svg(made, f"{picture.name}-slide"),
        count=1,
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{WIDTH}" '
        f'height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}">{SVG_MARK}<title>{escape(title)}</title>'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>{"".join(texts)}{inside}</svg>\n'
    )


def _text(told: str, x: float, y: float, size: int, colour: str, bold: bool) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{x:.0f}" y="{y:.0f}" font-family="{FONT}" font-size="{size}"{weight} fill="{colour}">'
        f"{escape(told)}</text>"
    )


def _lines(told: str, size: int, bold: bool = False) -> list[str]:
    """A text in lines that fit on the slide."""
    lines: list[str] = []
    for word in held_together(told).split(" "):
        if lines and width(f"{lines[-1]} {word}", size / PIXELS, bold) <= WIDTH - 2 * _EDGE:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _file(name: str) -> str:
    """A name for a file: letters, digits and underscores alone."""
    return re.sub(r"\W+", "_", name.removeprefix("picture_"), flags=re.ASCII).strip("_") or "picture"
