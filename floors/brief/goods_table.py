"""The floors of many goods in a table: a line for each, that which weighs most first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from floors.brief.facts import UNMET, Facts
from floors.brief.floors_table import listed_apart, paths
from floors.brief.names import counted, few, sentence
from floors.contract.results.border import FloorRow
from floors.page.page import Entry, Head, Line, Table

MOST = 20  # goods of the table
MOST_IDLE = 12  # of it where goods without a levy stand there
PERCENT = "0 %"


class _Row(NamedTuple):
    """A good, its floor where most of it is bought in the last year with one, and whether it has others elsewhere."""

    good: str
    row: FloorRow
    differs: bool


def goods_table(facts: Facts) -> Table | None:
    """The floors of all goods that have one, those without a levy last; None where a sentence lists them."""
    if not listed_apart(facts):
        return None
    idle = sorted(
        (good for good in facts.floors if good not in facts.levied), key=lambda c: -_spent(facts, c)
    )
    found = [one for good in (*facts.levied, *idle) if (one := _last(facts, good)) is not None]
    levied = sum(one.good in facts.levied for one in found)
    most = min(MOST, max(levied, MOST_IDLE))
    told, more = found[:most], found[most:]
    years = {one.row.year for one in told}
    origins = {one.row.origin for one in told}
    seller = facts.names.of(next(iter(origins))) if len(origins) == 1 else "seller’s"
    heads = (
        Head("", 9, False),
        *([Head("Year", 3, False)] if len(years) > 1 else []),
        Head(sentence(f"{seller} price"), 4),
        Head("+ levy", 3),
        Head("= floor", 4),
        Head("levy, % of price", 4),
        Head("levy × bought, million", 5),
        Head("no caps", 4),
        Head("with caps", 3),
    )
    lines = tuple(_line(facts, one, len(years) > 1) for one in told)
    when = f" in {next(iter(years))}" if len(years) == 1 else ", last year with one"
    gate = f"at {seller} factory gate" if len(origins) == 1 else "at the factory gate of origin"
    count = (
        f"the {len(told)} of {len(found)} goods that weigh most"
        if more
        else f"all {counted(len(found))} goods"
    )
    return Table(
        "goods",
        f"Floors on {count}{when}, {facts.per_kg} {gate}, by levy times tonnes",
        heads,
        lines,
        (" ".join(_notes(facts, told, more)),),
        sheet="floors",
    )


def _spent(facts: Facts, good: str) -> float:
    """What is bought of a good at its floors: of all listed years."""
    return sum(
        row.floor * facts.bought.get((place, good, row.year), 0.0)
        for place, rows in facts.floors[good].items()
        for row in rows
    )


def _last(facts: Facts, good: str) -> _Row | None:
    """The last year with a levy where most of it is bought; of shortages, whose price is no floor, where there is
    nothing else; the last year where there is no levy."""
    found = paths(facts, good)
    for path in found:
        rows = [row for row in path.rows if row.binding and row.state != "idle"]
        if rows:
            floors = [row for row in rows if not row.set_by.startswith(UNMET)] or rows
            return _Row(good, floors[-1], len(found) > 1)
    return _Row(good, found[0].rows[-1], len(found) > 1) if found else None


def _line(facts: Facts, one: _Row, with_year: bool) -> Line:
    row, idle = one.row, one.good not in facts.levied
    faint = idle or row.set_by.startswith(UNMET)
    link = f"member={row.member};commodity={one.good};year={row.year}"
    share = facts.share.get(("bloc", one.good, row.year))
    price = row.capped_price
    return Line(
        (
            Entry(sentence(facts.names.good(one.good)) + ("*" if one.differs else "")),
            *([Entry(row.year, "0")] if with_year else []),
            Entry(price, _format(price)),
            Entry(None if idle else row.levy, _format(row.levy), link=f"floors!{link}"),
            Entry(row.floor, _format(row.floor), strong=not faint, faint=faint, link=f"floor_parts!{link}"),
            Entry(None if idle or price <= 0 else row.levy / price, PERCENT),
            Entry(None if idle else facts.levied[one.good], "#,##0"),
            Entry(None if share is None else share.baseline_capped_share, PERCENT, faint=True),
            Entry(None if share is None else share.capped_share, PERCENT),
        )
    )


def _format(price: float) -> str:
    """Three digits, or two after the point."""
    return "#,##0" if abs(price) >= 100 else "0.00"


def _notes(facts: Facts, told: Sequence[_Row], more: Sequence[_Row]) -> list[str]:
    notes = []
    left = [one.good for one in more if one.good in facts.levied]
    idle = [one.good for one in more if one.good not in facts.levied]
    if left:
        named = few([facts.names.good(good) for good in left])
        notes.append(f"Left out, as they weigh least: {named} (sheet floors).")
    if idle:
        named = few([facts.names.good(good) for good in idle], MOST_IDLE)
        notes.append(f"No levy either on {named} (sheet floors).")
    if any(one.differs for one in told):
        notes.append("* Where most is bought; floors elsewhere differ (sheet floors).")
    if any(one.row.set_by.startswith(UNMET) for one in told):
        notes.append("Where a shortage sets it, the number is what a buyer would pay, and no floor.")
    if any(one.good not in facts.levied for one in told):
        notes.append("A dash: no levy, and the floor is the price already there.")
    capped = facts.names.capped
    notes.append(f"No caps, with caps: the share of {capped} in what the bloc buys.")
    return notes
