"""Sheet `uncertainty`: by chain, its price in China, what it costs elsewhere, what is used, and what it is worth."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from models.books.book import ASSUMED, Book, Row
from models.books.figures import CONFIDENCES, DEFINITION, Figure, Ground
from models.books.ranges import CERTAIN, factors
from models.critical_minerals.goods import Good

YEARS = "years"
AGREED = "route_minimums"
AS_AGREED = Figure(
    1.0, "most of what is agreed", "factor", DEFINITION, "where use falls, less is taken; more is not"
)
Rows = Callable[[Row], bool]


def add_uncertainty(book: Book, goods: Sequence[Good]) -> None:
    """A row for each row of the workbook that may be off; a subject of a chain is one draw."""
    ends = factors(book)
    for chain in dict.fromkeys(good.chain for good in goods):
        names = {good.label for good in goods if good.chain == chain}
        for group, sheet, column, holds in _subjects(chain, names):
            for where, confidence in _rows(book, sheet, column, holds):
                low, high = ends[confidence]
                if sheet == AGREED:
                    high = AS_AGREED
                book.add(
                    "uncertainty",
                    ground=Ground(ASSUMED, confidence, (ASSUMED,)),
                    sheet=sheet,
                    where=where,
                    column=column,
                    low=low,
                    high=high,
                    shape="triangular",
                    group=group,
                )


def _subjects(chain: str, names: set[str]) -> Iterable[tuple[str, str, str, Rows]]:
    def china(row: Row) -> bool:
        return _name(row).startswith("CN ") and _of(row, names)

    def elsewhere(row: Row) -> bool:
        return not _name(row).startswith("CN ") and _of(row, names)

    def of_chain(row: Row) -> bool:
        return row["commodity"] in names

    yield f"price of {chain} in China", "reference_prices", YEARS, of_chain
    yield f"price of {chain} in China", "unit_costs", YEARS, china
    yield f"size of {chain} in China", "capacities", YEARS, china
    yield f"cost of {chain} outside China", "processes", "unit_cost", elsewhere
    yield f"capital of {chain} outside China", "processes", "capital_cost", elsewhere
    yield f"capital of {chain} outside China", "plants", "capital_cost", elsewhere
    yield f"room to build {chain} outside China", "processes", "max_total", elsewhere
    yield f"use of {chain}", "demand", YEARS, of_chain
    yield f"use of {chain}", AGREED, YEARS, of_chain
    yield f"value of going short of {chain}", "demand", "value", of_chain
    yield f"cost of a new link, {chain}", "routes", "qualify_cost", of_chain


def _of(row: Row, names: set[str]) -> bool:
    return any(_name(row).endswith(f" {name}") for name in names)


def _name(row: Row) -> str:
    """The process or the plant of a row."""
    return str(row["plant"] if "process" not in row else row["process"])


def _rows(book: Book, sheet: str, column: str, holds: Rows) -> list[tuple[str, str]]:
    """Words for column `where`, each with the lowest confidence of the rows it matches."""
    found: dict[str, str] = {}
    for row in book.sheets.get(sheet, ()):
        filled = any(isinstance(key, int) and row[key] for key in row)
        confidence = str(row["source_confidence"])
        if not holds(row) or confidence == CERTAIN or not (filled if column == YEARS else row.get(column)):
            continue
        where = _where(sheet, row)
        found[where] = max((confidence, found.get(where, confidence)), key=CONFIDENCES.index)
    return list(found.items())


def _where(sheet: str, row: Row) -> str:
    keys = {
        "reference_prices": ("commodity",),
        "unit_costs": ("process",),
        "capacities": ("process",),
        "processes": ("process",),
        "plants": ("plant",),
        "demand": ("region", "segment", "commodity"),
        "routes": ("commodity",),
        AGREED: ("origin", "destination", "commodity"),
    }[sheet]
    return "; ".join(f"{key}={row[key]}" for key in keys)
