"""Studies in other units and of other sizes: all quantities or prices times a factor, or each region by its own."""

from __future__ import annotations

from copy import deepcopy
from random import Random
from typing import Any

from tests.support.mixed import Record, Sheets

TONNES = frozenset({"capacity", "max_build", "max_total", "minimum", "limit", "opening"})
PRICES = frozenset({"unit_cost", "capital_cost", "freight", "value", "strike", "holding_cost"})
BY_YEAR = frozenset(
    {"demand", "capacities", "minimums", "route_limits", "route_minimums", "contracts", "stock_targets"}
)
PRICES_BY_YEAR = frozenset({"unit_costs", "reference_prices"})
MOST = 6  # decades between the largest and the smallest region: with the amounts of each, nine between quantities


def scaled(book: Sheets, quantity: float = 1.0, price: float = 1.0) -> Sheets:
    """A study with its quantities and its prices times a factor each; shares and terms stay."""
    return _times(book, lambda *_: quantity, price)


def spread(book: Sheets, random: Random, decades: float = MOST) -> Sheets:
    """A study whose regions differ in size by up to so many decades: all quantities of a region times a factor of its
    own, those of the bloc by that of one of its members."""
    size = {row["region"]: 10 ** random.uniform(-decades / 2, decades / 2) for row in book["regions"]}
    members = [row["region"] for row in book["regions"] if row["role"] == "member"]
    region = {row["process"]: row["region"] for row in book["processes"]}
    region |= {f"{r} plant": r for r in size}
    region |= {row["stockpile"]: row["region"] for row in book.get("stockpiles", ())}
    region |= {row["fund"]: row["region"] for row in book.get("stockpiles", ()) if "fund" in row}

    def factor(_: str, row: Record) -> float:
        names = [
            row.get(key)
            for key in ("region", "destination", "process", "plant", "stockpile", "fund", "scope")
        ]
        found = [region.get(name, name) for name in names if region.get(name, name) in size]
        return size[found[0]] if found else size[members[0]]

    return _times(book, factor, 1.0)


def _times(book: Sheets, factor: Any, price: float) -> Sheets:
    book = deepcopy(book)
    for name, rows in book.items():
        for row in rows:
            for key, value in row.items():
                if isinstance(value, str) or value is None or name == "settings":
                    continue
                row[key] = value * _by(name, row, key, factor(name, row), price)
    return book


def _by(name: str, row: Record, key: str | int, quantity: float, price: float) -> float:
    if name == "funds":
        return quantity * price
    if isinstance(key, int):
        if name in BY_YEAR or (name == "caps" and row["basis"] == "tonnes"):
            return quantity
        of_price = name == "floor_rules" and not row["rule"].endswith("share")
        return price if name in PRICES_BY_YEAR or of_price else 1.0
    return quantity if key in TONNES else price if key in PRICES else 1.0
