"""What all charts have in common: their sizes, type, and the room that words take."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from floors.page.colours import FAINT, GREY, INK, RULE
from floors.page.widths import PIXELS, width

FONT = "Arial, Liberation Sans, Helvetica, sans-serif"
Json = dict[str, Any]


class Canvas(NamedTuple):
    """How wide a chart is, and how large its words are."""

    width: int
    size: float
    narrow: bool

    @property
    def letter(self) -> float:
        """Width of a letter of its words, pixels."""
        return self.size * 0.56

    def room(self, texts: Iterable[str | None]) -> float:
        """Width of the longest line of some texts."""
        lines = [line for text in texts if text for line in text.split("\n")]
        return max((width(line, self.size / PIXELS, bold=True) for line in lines), default=0.0)


WIDE, NARROW = Canvas(760, 12, False), Canvas(358, 10.5, True)


def words(canvas: Canvas, colour: str = INK, bold: bool = False, size: float | None = None) -> Json:
    """The type of some words of a chart."""
    points = size or canvas.size
    told: Json = {"color": colour, "fontFamily": FONT, "fontSize": points, "lineHeight": round(points * 1.25)}
    return told | {"fontWeight": "bold"} if bold else told


def axis(canvas: Canvas) -> Json:
    """What every axis has."""
    return {
        "axisLine": {"lineStyle": {"color": RULE}},
        "axisTick": {"show": False},
        "axisLabel": words(canvas, GREY),
        "splitLine": {"lineStyle": {"color": FAINT}},
    }


def folded(text: str, letters: int) -> str:
    """A text in lines of about so many letters, parted at blanks."""
    lines: list[str] = []
    for word in text.split(" "):
        if lines and len(lines[-1]) + 1 + len(word) <= letters:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return "\n".join(lines)


def plain(value: float | None) -> float | None:
    """A number of a chart: more digits than can be seen, fewer than a page need carry."""
    return None if value is None else float(f"{value:.8g}")
