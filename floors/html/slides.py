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

WIDTH, HEIGHT = 1280, 720
_EDGE = 40
_LETTER = 0.54  # of the size of its type: about how wide a letter is


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
    wide = WIDTH - 2 * _EDGE
    head = _lines(title, 30, wide)[:3]
    of = _lines(panel.title, 20, wide)[:2] if panel.title != title else []
    unit = "" if panel.unit in picture.subtitle else panel.unit
    under = [line for told in (picture.subtitle, unit) for line in _lines(told, 18, wide)][:2]
    note = _lines(picture.note, 15, wide)[:3] if picture.note else []
    texts: list[str] = []
    at = 24.0
    for lines, size, colour, bold in ((head, 30, FLOOR, True), (of, 20, INK, True), (under, 18, GREY, False)):
        for line in lines:
            at += size * 1.25
            texts.append(_text(line, _EDGE, at, size, colour, bold))
    bottom = HEIGHT - 20 - len(note) * 15 * 1.3
    texts += [_text(line, _EDGE, bottom + (n + 1) * 15 * 1.3, 15, GREY, False) for n, line in enumerate(note)]
    made = drawing(panel)
    scale = min((WIDTH - 2 * _EDGE) / made.width, (bottom - at - 32) / made.height)
    width, height = made.width * scale, made.height * scale
    inside = re.sub(
        r'<svg width="\d+" height="\d+"',
        f'<svg x="{(WIDTH - width) / 2:.1f}" y="{at + 20:.1f}" width="{width:.1f}" height="{height:.1f}"',
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
        f"{escape(held_together(told))}</text>"
    )


def _lines(told: str, size: int, wide: float) -> list[str]:
    letters = int(wide / (size * _LETTER))
    lines: list[str] = []
    for word in told.split():
        if lines and len(lines[-1]) + 1 + len(word) <= letters:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _file(name: str) -> str:
    """A name for a file: letters, digits and underscores alone."""
    return re.sub(r"\W+", "_", name.removeprefix("picture_"), flags=re.ASCII).strip("_") or "picture"
