"""Rows of tainted and clean goods as one: page and pictures tell what is shipped, made and stored whatever its tag."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from floors.contract import results as sheets
from floors.contract.results.trade import BaselineRow, ProductionRow, ShipmentRow, SourcingRow, StockRow

PRICES = ("price", "origin price")  # of sheet baseline, where that of any is told


def both_tags(sheet: str, rows: Iterable[Any]) -> list[Any]:
    """The rows of a sheet, those of two tags as one."""
    if sheet not in _ALIKE:
        return list(rows)
    alike, joined = _ALIKE[sheet]
    found: dict[Any, Any] = {}
    for row in rows:
        key = alike(row)
        found[key] = joined(found[key], row) if key in found else row
    return list(found.values())


def _shipped(one: ShipmentRow, other: ShipmentRow) -> ShipmentRow:
    """The levy is that of those who pay it."""
    whole = one.quantity + other.quantity
    return one._replace(tag=None, quantity=whole, levy=max(one.levy, other.levy))


def _arrived(one: SourcingRow, other: SourcingRow) -> SourcingRow:
    """A range of the sum is known where both shares are fixed."""
    share = one.share + other.share
    fixed = all(row.least_share is not None and row.least_share == row.most_share for row in (one, other))
    end = share if fixed else None
    return one._replace(
        tag=None,
        quantity=one.quantity + other.quantity,
        share=share,
        movable=one.movable or other.movable,
        least_share=end,
        most_share=end,
        least_share_1pc=None,
        most_share_1pc=None,
    )


def _made(one: ProductionRow, other: ProductionRow) -> ProductionRow:
    whole = one.activity + other.activity
    margins = [(row.unit_margin or 0.0, row.activity) for row in (one, other)]
    margin = sum(m * q for m, q in margins) / whole if whole else max(m for m, _ in margins)
    note = "; ".join(filter(None, dict.fromkeys((one.note, other.note))))
    return one._replace(mode=None, activity=whole, unit_margin=margin, note=note)


def _stored(one: StockRow, other: StockRow) -> StockRow:
    sums = {
        name: getattr(one, name) + getattr(other, name) for name in ("put", "take", "closing", "fund_spent")
    }
    worth = (one.closing_worth or 0.0) + (other.closing_worth or 0.0)
    return one._replace(tag=None, closing_worth=None if one.closing_worth is None else worth, **sums)


def _without_policy(one: BaselineRow, other: BaselineRow) -> BaselineRow:
    if one.item in PRICES:
        return (other if one.tag == "clean" else one)._replace(tag=None)
    return one._replace(tag=None, value=one.value + other.value)


_ALIKE: dict[str, tuple[Callable[[Any], Any], Callable[[Any, Any], Any]]] = {
    sheets.SHIPMENTS.name: (lambda r: (r.origin, r.destination, r.commodity, r.year), _shipped),
    sheets.SOURCING.name: (lambda r: (r.destination, r.commodity, r.year, r.origin, r.leak), _arrived),
    sheets.PRODUCTION.name: (lambda r: (r.process, r.year, r.note == "plant"), _made),
    sheets.STOCKS.name: (lambda r: (r.stockpile, r.year), _stored),
    sheets.BASELINE.name: (lambda r: (r.item, r.name, r.destination, r.commodity, r.year), _without_policy),
}
"""By sheet: what rows of two tags have in common, and both as one."""
