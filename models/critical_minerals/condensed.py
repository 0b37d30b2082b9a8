"""Numbers of inputs/rare_earths.xlsx as figures of another workbook."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from models.books.book import Book, Cell, Row
from models.books.figures import YEARS, Figure, Ground, Series
from models.books.production import Growth
from models.rare_earths.study import make_book

WHERE = "as in inputs/rare_earths.xlsx, sheet"
GROWS = {
    "capital_cost": "USD per kg/yr",
    "lead_time": "years",
    "max_build": "t/yr per year",
    "max_total": "t/yr",
}
OWN = ("source", "source_status", "source_confidence", "note")


class Condensed:
    """The study of rare earths in full, read for `book`."""

    def __init__(self, book: Book) -> None:
        self.book, self.full = book, make_book()

    def figure(self, what: str) -> Figure:
        """A figure of the full study."""
        return self.book.take(self.full.figures[what])

    def rows(self, sheet: str, keep: Callable[[Row], bool] = lambda row: True) -> list[Row]:
        """Rows of one of its sheets."""
        return [row for row in self.full.sheets[sheet] if keep(row)]

    def cell(self, sheet: str, column: str, unit: str, what: str, keep: Callable[[Row], bool]) -> Figure:
        """One number of one row."""
        (row,) = self.rows(sheet, keep)
        return self.book.take(Figure(number(row[column]), what, unit, ground(row), f"{WHERE} {sheet}"))

    def capacity(self, name: str) -> Series:
        """t/yr of a process or plant."""
        (row,) = self.rows("capacities", lambda row: row["process"] == name)
        return self.years(row, f"{name}, capacity", "capacities")

    def years(self, row: Row, what: str, sheet: str, unit: str = "t/yr") -> Series:
        """The years of a row; the last of them stands for all in `_figures`."""
        found = {year: number(row[year]) for year in YEARS if row.get(year) is not None}
        last = max(found)
        mark = Figure(
            found[last], f"{what}, {last}", unit, ground(row), f"{WHERE} {sheet}: {row['note'] or ''}"
        )
        return Series(found, (self.book.take(mark),), f"{WHERE} {sheet}: {row['note'] or ''}")

    def growth(self, where: tuple[str, str, str]) -> Growth:
        """How a plant or a project can grow; `where` is a sheet, its column of names, the name."""
        sheet, key, name = where

        def keep(row: Row) -> bool:
            return row[key] == name

        (row,) = self.rows(sheet, keep)
        cells = {
            column: self.cell(sheet, column, unit, f"{name}, {column}", keep)
            for column, unit in GROWS.items()
            if row.get(column) is not None
        }
        return Growth(
            cells["capital_cost"], cells["lead_time"], cells.get("max_build"), cells.get("max_total")
        )

    def copy(self, sheet: str, row: Row, changed: Mapping[str, Cell] | None = None, note: str = "") -> None:
        """A row as it is there, but for the cells `changed`."""
        kept = {str(k): v for k, v in row.items() if isinstance(k, str) and k not in OWN} | dict(
            changed or {}
        )
        years = {year: number(row[year]) for year in YEARS if row.get(year) is not None}
        series = Series(years, (), "") if years else None
        notes = "; ".join(filter(None, (note, str(row["note"] or ""))))
        self.book.add(sheet, kept, ground=ground(row), note=notes, series=series)


def number(cell: Cell) -> float:
    """A cell that must hold a number."""
    if not isinstance(cell, int | float):
        raise TypeError(f"{cell!r} is no number")
    return float(cell)


def ground(row: Row) -> Ground:
    """What a row says that it rests on."""
    sources = tuple(str(row["source"]).split("; "))
    return Ground(str(row["source_status"]), str(row["source_confidence"]), sources)


def together(parts: Iterable[Series], note: str) -> Series:
    """The sum, year by year."""
    found = list(parts)
    years = {year: sum(part.get(year, 0.0) for part in found) for year in YEARS}
    return Series(years, (figure for part in found for figure in part.basis), note)


def least(parts: Iterable[Series], note: str) -> Series:
    """The smallest, year by year."""
    found = list(parts)
    years = {year: min(part[year] for part in found) for year in YEARS}
    return Series(years, (figure for part in found for figure in part.basis), note)


def times(series: Series, factor: Figure, note: str) -> Series:
    """The series multiplied."""
    return Series({year: value * factor for year, value in series.items()}, (*series.basis, factor), note)
