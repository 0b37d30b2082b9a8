"""How a case is written down: sheets of the contract, and answers with the place where they are found.

Quantities of the publications are read as t and their prices as USD/kg, so that money is in thousands and a
price is the published one; `summary` and `accounts` are in millions, which `scale` turns back. Unserved
demand costs its value in the model: `offset` takes the constant value of all demand out again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

Cell = str | int | float | None
Table = list[list[Cell]]
YEAR = 2000
RELATIVE = 1e-6


class Source(NamedTuple):
    """One row of the sheet `sources`."""

    source: str
    citation: str
    publisher: str
    date: str = ""
    url: str = ""


class Case(NamedTuple):
    """Sheets by name, and what was published about them."""

    sheets: dict[str, Table]
    source: Source
    answers: list[dict[str, Any]]


def table(header: str, rows: Iterable[Iterable[Cell]], years: Iterable[int] = ()) -> Table:
    """Header (words, then years) over rows; short rows are filled with blanks."""
    head: list[Cell] = [*header.split(), *years]
    return [head, *([*row, *[None] * (len(head) - len(row))] for row in map(list, rows))]


def answer(
    what: str,
    value: float,
    sheet: str,
    columns: str,
    where: Mapping[str, Cell | list[str]],
    *,
    scenario: str = "",
    less: str = "",
    scale: float = 1.0,
    offset: float = 0.0,
    within: float | None = None,
    each: bool = False,
    floor_rules: Mapping[str, float] | None = None,
) -> dict[str, Any]:
    """`value` = scale x (sum of `columns` over the rows `where`) + offset, less the same in scenario `less`.

    `where`: column to value, or to a list of them. `each`: every row by itself. `within` is the absolute
    tolerance; where it is not given, 1e-6 of the value.
    """
    found = {
        "what": what,
        "value": value,
        "tolerance": float(f"{RELATIVE * (abs(value) or 1.0) if within is None else within:.3g}"),
        "sheet": sheet,
        "columns": columns.split(),
        "where": dict(where),
        "scale": scale,
        "offset": offset,
    }
    special = {"scenario": scenario, "less": less, "each": each, "floor_rules": dict(floor_rules or {})}
    return found | {name: given for name, given in special.items() if given}


def money(what: str, value: float, *, metric: str | list[str] = "total_cost", **more: Any) -> dict[str, Any]:
    """An answer found in `summary` (million; published in thousands, so scale 1000 unless given)."""
    return answer(what, value, "summary", "value", {"metric": metric}, **{"scale": 1000.0, **more})


def price(value: float, region: str, commodity: str, **more: Any) -> dict[str, Any]:
    """A delivered price."""
    where = {"region": region, "commodity": commodity}
    return answer(f"price of {commodity} at {region}", value, "prices", "price", where, **more)


def made(value: float, process: str, **more: Any) -> dict[str, Any]:
    """The activity of one process."""
    year = more.pop("year", YEAR)
    where = {"process": process, "year": year}
    return answer(f"activity of {process} in {year}", value, "production", "activity", where, **more)


def supply(value: float, region: str, **more: Any) -> dict[str, Any]:
    """What the processes of a region make in all."""
    return answer(f"supply of {region}", value, "production", "activity", {"region": region}, **more)


def demand(value: float, region: str, **more: Any) -> dict[str, Any]:
    """What arrives at a region from everywhere, itself too: nothing is lost on the way."""
    return answer(f"demand of {region}", value, "sourcing", "quantity", {"destination": region}, **more)


def trade(value: float, origin: str, destination: str, **more: Any) -> dict[str, Any]:
    """A shipment."""
    where = {"origin": origin, "destination": destination}
    return answer(f"trade {origin} to {destination}", value, "shipments", "quantity", where, **more)


def one_year(title: str, regions: Mapping[str, str], commodities: Iterable[str]) -> dict[str, Table]:
    """The sheets that every case of a single, undiscounted year has in common."""
    return {
        "settings": table("key value", [("contract", 1), ("title", title), ("discount_rate", 0)]),
        "years": table("year length", [(YEAR, 1)]),
        "regions": table("region name role", [(r, r, role) for r, role in regions.items()]),
        "commodities": table("commodity name", [(c, c) for c in commodities]),
    }
