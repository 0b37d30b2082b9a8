"""Charts of `floors risk`: what the floors are worth in each state, and one path of floors over the states' prices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from floors.contract.results.risk import FLOORS, STATES, PathRow, StateRow
from floors.excel.charts import CAPPED_COLOURS, CHARTS_A_SHEET, COLOURS, Chart, Series

MOST_STATES = 6


def risk_charts(
    states: Sequence[StateRow], floors: Sequence[PathRow], currency: str
) -> Mapping[str, Sequence[Chart]]:
    """By sheet: worth by state; for each commodity whose floor is held up, the path and the price by state."""
    return {STATES.name: _worth(states, currency), FLOORS.name: _paths(floors, currency)}


def _worth(states: Sequence[StateRow], currency: str) -> list[Chart]:
    if any(row.worth is None for row in states):
        return []
    series = (
        Series("the system", COLOURS[1], tuple(row.worth for row in states)),
        Series("the bloc", COLOURS[0], tuple(row.worth_bloc for row in states)),
    )
    return [
        Chart(
            "worth",
            "What the floors save in each state (below 0: what they cost)",
            f"million {currency}, present value",
            tuple(row.scenario for row in states),
            series,
            stacked=False,
        )
    ]


def _paths(floors: Sequence[PathRow], currency: str) -> list[Chart]:
    held = dict.fromkeys((row.member, row.commodity) for row in floors if row.held_up and row.levy > 1e-6)
    first: dict[str, str] = {}
    for member, commodity in held:
        first.setdefault(commodity, member)
    return [_path(floors, m, c, currency) for c, m in list(first.items())[:CHARTS_A_SHEET]]


def _path(floors: Sequence[PathRow], member: str, commodity: str, currency: str) -> Chart:
    mine = [row for row in floors if (row.member, row.commodity) == (member, commodity)]
    years = tuple(sorted({row.year for row in mine}))
    path = {row.year: row.floor for row in mine}
    names = list(dict.fromkeys(row.scenario for row in mine))[:MOST_STATES]
    colours = (*CAPPED_COLOURS, *COLOURS[2:])
    series = [Series("floor", COLOURS[0], tuple(path[t] for t in years))]
    for name, colour in zip(names, colours, strict=False):
        price = {row.year: row.capped_price for row in mine if row.scenario == name}
        origin = next(row.origin for row in mine if row.scenario == name)
        series.append(Series(f"{origin}, {name}", colour, tuple(price.get(t) for t in years), 1.5))
    return Chart(
        commodity,
        f"Floor of {commodity} at the border of {member}, and its price in each state",
        f"{currency}/kg, ex works",
        years,
        tuple(series),
        stacked=False,
    )
