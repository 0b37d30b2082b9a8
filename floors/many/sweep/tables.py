"""The results workbook of `floors sweep`: its sheets, and its charts, drawn to the scale of the cap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from floors.contract.results import (
    BOOL,
    MILLION_PV,
    MONEY,
    PER_KG,
    PRICE,
    RUN,
    SHARE,
    TEXT,
    YEAR,
    Column,
    Sheet,
)
from floors.excel.charts import CAPPED_COLOURS, CHARTS_A_SHEET, COLOURS, Chart, Series

Row = tuple[Any, ...]
MOST_YEARS = 7
_FINE = "0.00%"


def _money(name: str, meaning: str) -> Column:
    return Column(name, MILLION_PV, meaning, MONEY, max(14, len(name) + 4))


_CAP = Column("cap", "share", "Share the swept rows of `caps` are set to; blank: no cap.", _FINE, 10, True)

SWEEP = Sheet(
    "sweep",
    "What the study costs at each cap, and at each cap where its cost bends.",
    (
        _CAP,
        Column("kink", "", "TRUE where the cost bends: it rises faster below this cap.", BOOL, 9),
        Column("status", "", "As for a scenario: optimal, infeasible ...", TEXT, 12),
        _money("total_cost", "Cost of the whole system at offer prices."),
        _money("cost_of_cap", "Total cost less that without the swept caps."),
        _money("marginal_cost", "What one percentage point of cap less costs more; at a kink, below it."),
        _money("resource_cost", "What is really spent, transfers and unserved value apart."),
        _money("bloc_net_cost", "Sum of the net costs of the members."),
        _money("change_of_bloc_net_cost", "Net cost of the bloc less that without the swept caps."),
        _money("levy_revenue", "Levies that the members take in."),
        Column("capped_share", "share", "Capped content in what the bloc buys.", SHARE, 15),
        Column("embodied_share", "share", "The same, traced through production.", SHARE, 17),
        _money("uplift", "Cost less what the prices are worth: make-whole and foregone."),
        _money("make_whole", "What must be paid for the plan to be kept."),
        Column("message", "", "Why there is no result.", TEXT, 40),
    ),
)

FLOORS = Sheet(
    "floors",
    "The floors at each cap of the sweep.",
    (
        _CAP,
        Column("member", "", "Member, or segment market of one.", TEXT, 14, True),
        Column("commodity", "", "Commodity.", TEXT, 14, True),
        Column("year", "", "Year of the study.", YEAR, 8, True),
        Column("floor", PER_KG, "Price floor, ex works at the capped origin.", PRICE, 11),
        Column("levy", PER_KG, "Floor less the price of the capped origin.", PRICE, 11),
        Column("effective", "", "TRUE where capped material arrives and pays the levy.", BOOL, 13),
    ),
)

SHEETS = (SWEEP, FLOORS, RUN)


class Swept(Protocol):
    """What charts need of a sweep."""

    @property
    def currency(self) -> str: ...
    def rows(self, sheet: str) -> Sequence[Row]: ...


def charts_of(sweep: Swept) -> dict[str, list[Chart]]:
    """Cost against cap, and floor against cap for each commodity with a levy."""
    return {name: charts for name, charts in (("sweep", _costs(sweep)), ("floors", _floors(sweep))) if charts}


def _costs(sweep: Swept) -> list[Chart]:
    place = {name: n for n, name in enumerate(SWEEP.names)}
    unit = f"million {sweep.currency}, present value"
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
        found = [(row[0], row[place[column]]) for row in sweep.rows("sweep") if row[0] is not None]
        points = sorted((cap, value) for cap, value in found if value is not None)
        if len(points) > 1:
            caps, values = zip(*points, strict=True)
            line = Series(name, colour, values)
            charts.append(Chart(column, title, unit, caps, (line,), False, "cap", "cap"))
    return charts


def _floors(sweep: Swept) -> list[Chart]:
    place = {name: n for n, name in enumerate(FLOORS.names)}
    rows = [row for row in sweep.rows("floors") if row[0] is not None]
    binding = dict.fromkeys(row[place["commodity"]] for row in rows if row[place["levy"]] > 1e-6)
    charts = []
    for commodity in list(binding)[:CHARTS_A_SHEET]:
        of = [row for row in rows if row[place["commodity"]] == commodity]
        member = next(row[place["member"]] for row in of if row[place["levy"]] > 1e-6)
        mine = {(row[0], row[place["year"]]): row[place["floor"]] for row in of if row[1] == member}
        caps = tuple(sorted({cap for cap, _ in mine}))
        if len(caps) > 1:
            years = _some(sorted({year for _, year in mine}))
            lines = tuple(
                Series(str(year), colour, tuple(mine.get((cap, year)) for cap in caps))
                for year, colour in zip(years, (*COLOURS[:6], CAPPED_COLOURS[0]), strict=False)
            )
            title = f"Price floor of {commodity}, {member}"
            unit = f"{sweep.currency}/kg, ex works"
            charts.append(Chart(commodity, title, unit, caps, lines, False, "cap", "cap"))
    return charts


def _some(years: list[int]) -> list[int]:
    """Years evenly chosen, the first and last among them."""
    count = min(len(years), MOST_YEARS)
    return [years[round(n * (len(years) - 1) / max(1, count - 1))] for n in range(count)]
