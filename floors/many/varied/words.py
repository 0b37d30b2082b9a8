"""A tornado in sentences."""

from __future__ import annotations

from floors.brief.spread import MOST, Spread
from floors.contract.results.tornado import BarRow
from floors.results.amounts import conjoined, plain, share, tonnes

TOLD = 6  # inputs named in one sentence


def sentences(spread: Spread) -> list[str]:
    """What a reader should know first, one sentence a line."""
    count = len(spread.names)
    if count == 1:
        said = ["One input was moved to its low and to its high."]
    else:
        said = [f"{count} inputs were moved to their low and to their high, one at a time."]
    if spread.usual:
        said.append(
            "There is no sheet uncertainty: unit and capital costs, values, tariffs and demand moved by 20%."
        )
    lost = [f"{name} at {end} ({status})" for name, end, status in spread.lost]
    if lost:
        said.append(f"Without a result: {_few(lost)}.")
    if spread.base is None:
        return said
    short = [f"{name} at {end} ({tonnes(more)} t)" for name, end, more in spread.short]
    if short:
        said.append(f"Buyers in members go short of more than as it is with {_few(short)}.")
    moved = [row for row in spread.first if row.range]
    if moved:
        told = conjoined([_ends(row, abs(spread.base)) for row in moved])
        level = f"{plain(spread.base, spread.base)} million {spread.tables.currency} (present value)"
        said.append(f"Net cost of the bloc, {level}, moves most with {told}.")
    for good in spread.goods:
        hang = spread.floors_hang_on(good)[:MOST]
        if hang:
            told = conjoined([f"{one.input} ({share(one.share)})" for one in hang])
            said.append(f"Floors of {good} hang most on {told}: range beside the floor, on average.")
    if spread.idle:
        said.append(f"None of the numbers moves with {_few(spread.idle)}.")
    return said


def _ends(row: BarRow, size: float) -> str:
    """An input, by how much it moves the number, and what that is at the ends that have a plan."""
    known = [
        f"{plain(value, size)} at {end}"
        for end, value in (("low", row.at_low), ("high", row.at_high))
        if value is not None
    ]
    return f"{row.input} (by {plain(row.range or 0.0, size)}: {', '.join(known)})"


def _few(names: list[str]) -> str:
    if len(names) <= TOLD:
        return conjoined(names)
    return f"{', '.join(names[:TOLD])} and {len(names) - TOLD} more"
