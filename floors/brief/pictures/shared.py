"""What several pictures need: short numbers and names of what is capped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from floors.brief.tables import Tables
from floors.page.told import listed, three_digits

NO_PRICE = 0.005
"""Prices a kg that show as alike."""


def tag(value: float) -> str:
    """A number beside a line: whole from 10 on, else two digits."""
    return (
        f"{value:,.0f}".replace("-", "\u2013") if abs(value) >= 9.95 else three_digits(float(f"{value:.2g}"))
    )


def capped_name(tables: Tables, origins: Iterable[str] | None = None) -> str:
    """What the capped origins are called: one or two by name, more as what they are."""
    found = list(dict.fromkeys(tables.capped if origins is None else origins))
    names = [tables.name.get(region, region) for region in found]
    return listed(names) if len(names) <= 2 else "the capped countries"


def possessive(name: str) -> str:
    """China's; the capped countries'."""
    return f"{name}\u2019" if name.endswith("s") else f"{name}\u2019s"


def capitalised(text: str) -> str:
    """A text with a capital first, the rest as it is."""
    return text[:1].upper() + text[1:]


def at(places: Sequence[int], told: dict[int, str]) -> tuple[str | None, ...]:
    """Labels at some places, none at the others."""
    return tuple(told.get(place) for place in places)
