"""Colours of pages and pictures: told apart by those who see few, and never alone in telling anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

INK, GREY, RULE, FAINT, PAPER = "#1B2129", "#59636E", "#C5CCD3", "#EEF1F4", "#FFFFFF"
FLOOR = "#0B4F8A"  # the floor, headings, and what the policy does
BAND = "#CFE0F0"  # a range of floors
GAIN, LOSS, NET = "#3E8FD0", "#8A4A1F", INK
OTHERS = "#A7AFB8"
ALARM = "#B00020"
CAPPED = ("#D55E00", "#F4A582", "#8C2D04")
MEMBERS = ("#0B3C6F", "#3E8FD0", "#007A5E", "#E0B000")
REST = ("#B9669E", "#7A5BA8", "#A9A2D8", "#8C6D46")
MOST = 8  # regions with a colour of their own; all others are grey, and named

_READABLE = 4.6  # contrast of words on white


def colours(weight: Mapping[str, float], capped: Sequence[str], members: Sequence[str]) -> dict[str, str]:
    """A colour for each of the eight regions of most weight, the same in every picture of a result; the rest: OTHERS.

    Capped regions take the oranges, members the blues, green and yellow first, others what is left.
    """
    largest = sorted(weight, key=lambda name: (-weight[name], name))
    chosen = [*capped, *(name for name in largest if name not in capped)][:MOST]
    oranges = dict(zip((name for name in chosen if name in capped), CAPPED, strict=False))
    mine = [name for name in chosen if name in members and name not in oranges]
    rest = [name for name in chosen if name not in oranges and name not in mine]
    found = dict(zip(mine, MEMBERS, strict=False))
    rest += mine[len(MEMBERS) :]
    spare = [*REST, *MEMBERS[len(mine) :]]
    found |= dict(zip(rest, spare, strict=False))
    return {name: oranges.get(name) or found.get(name, OTHERS) for name in weight}


def shade(amount: float | None, most: float) -> str:
    """The colour of a cell: from what is lost (brown) over nothing (white) to what is gained (blue), `most` the
    deepest; grey without a number."""
    if amount is None:
        return FAINT
    share = min(1.0, abs(amount) / most) if most else 0.0
    deep = GAIN if amount > 0 else LOSS
    parts = [int(deep[i : i + 2], 16) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(255 + share * (part - 255)):02X}" for part in parts)


def words_on(colour: str) -> str:
    """The colour of words on a cell: dark, or white where the cell is dark."""
    return INK if _contrast(colour) < _READABLE else PAPER


def words_colour(colour: str) -> str:
    """The colour of words about a line or an area: the same hue, dark enough to be read on white."""
    while _contrast(colour) < _READABLE:
        colour = "#" + "".join(f"{int(int(colour[i : i + 2], 16) * 0.96):02X}" for i in (1, 3, 5))
    return colour


def _contrast(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
