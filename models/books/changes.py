"""One scenario: a row of `scenarios` and its rows of `changes`."""

from __future__ import annotations

from collections.abc import Iterable

from models.books.book import Book, Cell
from models.books.figures import Figure, Ground

OWN = Ground("assumption", "medium", ("assumption",))
ALL_CAPPED = "2027-2035"
Change = tuple[str, str, str | int, str, Cell]  # sheet, where, column, change, value
NO_CAPS: list[Change] = [("caps", "scope=*", ALL_CAPPED, "set", None)]


def add_scenario(
    book: Book,
    name: str,
    description: str,
    changes: Iterable[Change],
    *,
    parent: str | None = None,
    known_from: int | None = None,
    probability: Figure | None = None,
    ground: Ground = OWN,
    note: str = "",
) -> None:
    book.add(
        "scenarios",
        ground=ground,
        note=note,
        scenario=name,
        description=description,
        parent=parent,
        probability=probability,
        known_from=known_from,
    )
    for sheet, where, column, change, value in changes:
        book.add(
            "changes",
            ground=ground,
            scenario=name,
            sheet=sheet,
            where=where,
            column=column,
            change=change,
            value=value,
        )
