"""Tiny studies as tables of records, and the reading of single numbers out of their results."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

import floors

Record = dict[str | int, Any]
Table = list[Record]


def table(header: str, *rows: Iterable[Any]) -> Table:
    """Records under a header of words; whole numbers in it are years. Short rows end in blanks."""
    columns: list[str | int] = [int(word) if word.isdigit() else word for word in header.split()]
    return [dict(zip(columns, (*row, *[None] * len(columns)), strict=False)) for row in rows]


def settings(**values: Any) -> Table:
    """Sheet `settings` of an undiscounted study, with further keys or another rate."""
    return [{"key": key, "value": value} for key, value in ({"discount_rate": 0} | values).items()]


def years(*pairs: tuple[int, float]) -> Table:
    """Sheet `years` from (year, length)."""
    return table("year length", *pairs)


BASE: dict[str, Table] = {
    "settings": settings(),
    "years": years((2026, 1)),
    "regions": table(
        "region role", ("US", "member"), ("JP", "member"), ("CN", "capped"), ("AU", "other"), ("MY", "other")
    ),
    "commodities": table("commodity", ("ore",), ("oxide",), ("magnet",)),
    "processes": table(
        "process region commodity unit_cost", ("CN works", "CN", "oxide", 50), ("US works", "US", "oxide", 80)
    ),
    "demand": table("region segment commodity value 2026", ("US", "all", "oxide", 200, 10)),
}
"""One year, no discounting: China offers oxide at 50 and the US makes it at 80, both without limit, for 10 t."""


def study(**sheets: Table | None) -> floors.Study:
    """BASE with sheets added or replaced; None leaves one out."""
    merged = {name: rows for name, rows in {**BASE, **sheets}.items() if rows is not None}
    return floors.Study(merged)


def solve(**sheets: Table | None) -> floors.Result:
    """Solve BASE with sheets added or replaced."""
    return floors.solve(study(**sheets))


def refused(**sheets: Table | None) -> list[floors.Problem]:
    """The problems for which a study is refused on reading or on being put together; none if it is solved."""
    try:
        solve(**sheets)
    except floors.InputError as error:
        return error.problems
    return []


def rows(frame: pd.DataFrame, **where: Any) -> pd.DataFrame:
    """The rows of a results sheet with these values."""
    for column, value in where.items():
        frame = frame[frame[column] == value]
    return frame


def one(frame: pd.DataFrame, column: str, **where: Any) -> Any:
    """The one value of a column in the only row with these values."""
    found = rows(frame, **where)
    assert len(found) == 1, f"{len(found)} rows with {where}:\n{found}"
    return found[column].iloc[0]


def total(frame: pd.DataFrame, column: str, **where: Any) -> float:
    """The sum of a column over the rows with these values; 0 where there are none."""
    return float(rows(frame, **where)[column].sum())


def metric(result: floors.Result, name: str) -> float:
    """One number of sheet `summary`."""
    return float(one(result.summary, "value", metric=name))


def price(result: floors.Result, region: str, year: int = 2026, commodity: str = "oxide") -> float:
    """Delivered price, USD/kg."""
    return float(one(result.prices, "price", region=region, commodity=commodity, year=year))


def floor(result: floors.Result, member: str = "US", year: int = 2026, commodity: str = "oxide") -> float:
    """A floor, USD/kg."""
    return float(one(result.floors, "floor", member=member, commodity=commodity, year=year))


def levy(result: floors.Result, member: str = "US", year: int = 2026, commodity: str = "oxide") -> float:
    """A levy, USD/kg."""
    return float(one(result.floors, "levy", member=member, commodity=commodity, year=year))


def activity(result: floors.Result, process: str, year: int = 2026) -> float:
    """What a process runs at, t/yr."""
    return float(one(result.production, "activity", process=process, year=year))


def shipped(
    result: floors.Result, origin: str, destination: str, year: int = 2026, commodity: str = "oxide"
) -> float:
    """A shipment before loss, t/yr; 0 where there is none."""
    return total(
        result.shipments,
        "quantity",
        origin=origin,
        destination=destination,
        commodity=commodity,
        year=year,
    )


def cap(*keys_and_limits: Any, header: str = "scope commodity basis 2026") -> Table:
    """Sheet `caps` with one row."""
    return table(header, keys_and_limits)


def consumption(result: floors.Result, region: str, year: int = 2026, commodity: str = "oxide") -> float:
    """What the buyers of a place take, t/yr, told by its outlay at its price."""
    outlay = float(one(result.accounts, "outlay", region=region, year=year))
    return 1000 * outlay / price(result, region, year, commodity)
