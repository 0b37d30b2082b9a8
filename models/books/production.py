"""Rows of processes and plants, with their capacities and costs by year."""

from __future__ import annotations

from dataclasses import dataclass

from models.books.book import Book, Cell
from models.books.figures import Figure, Series


@dataclass(frozen=True)
class Growth:
    """How capacity can be added: USD per kg/yr, t/yr per year, t/yr in all, years to the first tonne."""

    capital: Figure
    lead: Figure
    yearly: Figure | None = None
    total: Figure | None = None

    def cells(self) -> dict[str, Cell]:
        return {
            "capital_cost": self.capital,
            "max_build": self.yearly,
            "max_total": self.total,
            "lead_time": self.lead,
        }


def add_process(
    book: Book,
    name: str,
    region: str,
    *,
    technology: str | None = None,
    commodity: str | None = None,
    cost: Figure | Series,
    capacity: Figure | Series | None = None,
    growth: Growth | None = None,
    plant: str | None = None,
    plant_use: Figure | None = None,
    first_year: Figure | None = None,
    note: str = "",
) -> None:
    """A row of processes; series go to unit_costs and capacities."""
    ground = cost.ground if isinstance(cost, Series) else None
    book.add(
        "processes",
        _growth(growth),
        ground=ground,
        note=note,
        process=name,
        region=region,
        technology=technology,
        commodity=commodity,
        unit_cost=None if isinstance(cost, Series) else cost,
        capacity=None if isinstance(capacity, Series) else capacity,
        plant=plant,
        plant_use=plant_use,
        first_year=first_year,
    )
    if isinstance(cost, Series):
        book.add("unit_costs", process=name, series=cost)
    if isinstance(capacity, Series):
        book.add("capacities", process=name, series=capacity)


def add_plant(book: Book, name: str, capacity: Series, growth: Growth | None = None, note: str = "") -> None:
    """A row of plants, and its capacity by year."""
    book.add("plants", _growth(growth), ground=capacity.ground, note=note, plant=name)
    book.add("capacities", process=name, series=capacity)


def _growth(growth: Growth | None) -> dict[str, Cell]:
    if growth is None:
        return {}
    return growth.cells()
