"""Random studies with traced caps: `entangled.sheets` of which caps see through the chain."""

from __future__ import annotations

from collections.abc import Collection
from random import Random
from typing import Any

from tests.support import entangled
from tests.support.mixed import Draw, Record, Sheets, regions


def sheets(random: Random, without: Collection[str] = (), spread: float = 0.0) -> Sheets:
    """A random study in which some caps are traced, all of one class; with what only they see: a share of any in what
    is clean, recycling, stocks that are part tainted, routes that taint."""
    book = entangled.sheets(random, without=without, spread=spread)
    draw = Draw(random, frozenset())
    origin = draw.one_of([None, None, None, *regions(book, "capped", "other")])
    chosen = [row for row in book.get("caps", ()) if row.get("origin") != "each" and draw.chance(percent=70)]
    for row in chosen:
        row |= {"traced": True, "origin": origin}
    book["caps"] = _once(book.get("caps", []))
    if draw.chance(percent=40):
        book["settings"].append({"key": "de_minimis", "value": draw.one_of([0.05, 0.25])})
    for row in book["processes"]:
        if row.get("technology") and draw.chance(percent=15):
            row["renews"] = True
    for row in book.get("stockpiles", ()):
        if draw.chance(percent=60):
            row["opening_content"] = draw.one_of([0.25, 1])
    for row in book.get("routes", ()):
        if (
            row["origin"] not in regions(book, "capped")
            and row["origin"] not in ("capped", "*")
            and draw.chance(percent=20)
        ):
            row["content"] = draw.one_of([0.1, 0.5])
    return {name: rows for name, rows in book.items() if rows}


def _once(caps: list[Record]) -> list[Record]:
    """Of rows with the same five keys the first."""
    found: dict[tuple[Any, ...], Record] = {}
    for row in caps:
        found.setdefault(tuple(row.get(key) for key in entangled.KEYS), row)
    return [*found.values()]
