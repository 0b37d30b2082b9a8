"""The charts in the results workbook of `floors sweep`, drawn to the scale of the cap."""

from __future__ import annotations

from collections.abc import Sequence

from floors.contract.results.sweep import FLOORS, SWEEP, SweepRow, SweptFloorRow
from floors.excel.charts import CAPPED_COLOURS, CHARTS_A_SHEET, COLOURS, Chart, Series

MOST_YEARS = 7


def sweep_charts(
    costs: Sequence[SweepRow], floors: Sequence[SweptFloorRow], currency: str
) -> dict[str, list[Chart]]:
    """Cost against cap, and floor against cap for each commodity with a levy."""
    made = {SWEEP.name: _costs(costs, currency), FLOORS.name: _floors(floors, currency)}
    return {name: charts for name, charts in made.items() if charts}


def _costs(rows: Sequence[SweepRow], currency: str) -> list[Chart]:
    unit = f"million {currency}, present value"
    lines = (
        ("cost_of_cap", "Cost of the cap", "cost of the whole system", COLOURS[0]),
        (
            "change_of_bloc_net_cost",
            "Net cost of the bloc against no cap",
            "net cost of the bloc",
            COLOURS[1],
        ),
    )
    charts = []
    for column, title, name, colour in lines:
        found = [(row.cap, getattr(row, column)) for row in rows if row.cap is not None]
        points = sorted((cap, value) for cap, value in found if value is not None)
        if len(points) > 1:
            caps, values = zip(*points, strict=True)
            line = Series(name, colour, values)
            charts.append(Chart(column, title, unit, caps, (line,), False, "cap", "cap"))
    return charts


def _floors(floors: Sequence[SweptFloorRow], currency: str) -> list[Chart]:
    rows = [(row.cap, row) for row in floors if row.cap is not None]
    binding = dict.fromkeys(row.commodity for _, row in rows if row.levy > 1e-6)
    charts = []
    for commodity in list(binding)[:CHARTS_A_SHEET]:
        of = [(cap, row) for cap, row in rows if row.commodity == commodity]
        member = next(row.member for _, row in of if row.levy > 1e-6)
        mine = {(cap, row.year): row.floor for cap, row in of if row.member == member}
        caps = tuple(sorted({cap for cap, _ in mine}))
        if len(caps) > 1:
            years = _some(sorted({year for _, year in mine}))
            lines = tuple(
                Series(str(year), colour, tuple(mine.get((cap, year)) for cap in caps))
                for year, colour in zip(years, (*COLOURS[:6], CAPPED_COLOURS[0]), strict=False)
            )
            title = f"Price floor of {commodity}, {member}"
            unit = f"{currency}/kg, ex works"
            charts.append(Chart(commodity, title, unit, caps, lines, False, "cap", "cap"))
    return charts


def _some(years: list[int]) -> list[int]:
    """Years evenly chosen, the first and last among them."""
    count = min(len(years), MOST_YEARS)
    return [years[round(n * (len(years) - 1) / max(1, count - 1))] for n in range(count)]
