"""Grids changed at random: cells, headers, rows, columns, sheets, and names throughout."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from floors.study.sheets import Area, Grid

from .values import NAMES, WHERES, any_value, near

Cells = dict[tuple[int, int], Any]


@dataclass
class Page:
    """One sheet in the making."""

    title: str
    cells: Cells
    hidden: bool = False
    merged: list[Area] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """The last row filled."""
        return max((line for line, _ in self.cells), default=1)

    @property
    def columns(self) -> int:
        """The last column filled."""
        return max((number for _, number in self.cells), default=1)


Book = list[Page]


def pages(grids: list[Grid]) -> Book:
    """A copy to change."""
    return [Page(grid.title, dict(grid.cells)) for grid in grids]


def grids(book: Book) -> list[Grid]:
    """As the reader would find them; blank cells left out."""
    return [
        Grid(
            page.title,
            {place: value for place, value in page.cells.items() if value is not None},
            tuple(page.merged),
            hidden=page.hidden,
        )
        for page in book
    ]


def _cell(page: Page, random: Random) -> tuple[int, int]:
    return random.choice(list(page.cells)) if page.cells else (1, 1)


def put_any(book: Book, random: Random) -> None:
    """Any value into a filled cell."""
    page = random.choice(book)
    page.cells[_cell(page, random)] = any_value(random)


def put_near(book: Book, random: Random) -> None:
    """A slip of the hand in a filled cell."""
    page = random.choice(book)
    place = _cell(page, random)
    page.cells[place] = near(page.cells.get(place), random)


def scale_number(book: Book, random: Random) -> None:
    """A number below the header made larger, smaller or negative: most such workbooks are still read."""
    numbers = [
        (page, place)
        for page in book
        for place, value in page.cells.items()
        if place[0] > 1 and isinstance(value, (int, float)) and not isinstance(value, bool)
    ]
    if numbers:
        page, place = random.choice(numbers)
        page.cells[place] = near(page.cells[place], random)


def borrow(book: Book, random: Random) -> None:
    """What another cell holds."""
    page, other = random.choice(book), random.choice(book)
    page.cells[_cell(page, random)] = other.cells.get(_cell(other, random))


def empty_cell(book: Book, random: Random) -> None:
    """A cell emptied."""
    page = random.choice(book)
    page.cells.pop(_cell(page, random), None)


def fill_blank(book: Book, random: Random) -> None:
    """A value into a cell in or just outside the table."""
    page = random.choice(book)
    place = random.randint(1, page.rows + 2), random.randint(1, page.columns + 1)
    page.cells[place] = any_value(random)


def change_header(book: Book, random: Random) -> None:
    """A header taken away, changed or doubled."""
    page = random.choice(book)
    header = [place for place in page.cells if place[0] == 1]
    if header:
        place = random.choice(header)
        page.cells[place] = random.choice(
            (None, near(page.cells[place], random), any_value(random), page.cells[random.choice(header)])
        )


def move_rows(book: Book, random: Random) -> None:
    """A row doubled, taken away, or moved to another place."""
    page = random.choice(book)
    line, to = random.randint(1, page.rows), random.randint(2, page.rows + 2)
    row = {number: value for (at, number), value in page.cells.items() if at == line}
    if random.random() < 0.6:
        for number in row:
            del page.cells[line, number]
    if random.random() < 0.6:
        page.cells.update({(to, number): value for number, value in row.items()})


def move_columns(book: Book, random: Random) -> None:
    """A column doubled, taken away or moved, years among them."""
    page = random.choice(book)
    number, to = random.randint(1, page.columns), random.randint(1, page.columns + 1)
    column = {line: value for (line, at), value in page.cells.items() if at == number}
    if random.random() < 0.5:
        for line in column:
            del page.cells[line, number]
    if random.random() < 0.6:
        page.cells.update({(line, to): value for line, value in column.items()})


def change_sheets(book: Book, random: Random) -> None:
    """A sheet renamed, taken away, doubled, hidden, emptied, or all in another order."""
    page = random.choice(book)
    match random.randrange(7):
        case 0:
            given = near(page.title, random), "_" + page.title, page.title.upper(), random.choice(book).title
            _retitle(page, random.choice(given)[:31], book)
        case 1 if len(book) > 1:
            book.remove(page)
        case 2:
            book.append(Page("", dict(page.cells)))
            _retitle(book[-1], f"{page.title} ", book)
        case 3:
            page.hidden = True
        case 4:
            page.cells.clear()
        case 5:
            page.merged.append(Area("A1:B2", range(1, 3), range(1, 3)))
        case _:
            random.shuffle(book)


def _retitle(page: Page, title: str, book: Book) -> None:
    """Another title, with spaces behind it where it is taken: no workbook has one twice."""
    taken = {other.title for other in book if other is not page}
    while title in taken:
        title += " "
    page.title = title


def rename(book: Book, random: Random) -> None:
    """A name changed wherever it stands, so that the workbook still hangs together."""
    texts = [
        value
        for page in book
        for (line, number), value in page.cells.items()
        if number == 1 and line > 1 and isinstance(value, str)
    ]
    if texts:
        old, new = random.choice(texts), random.choice(NAMES)
        for page in book:
            for place, value in page.cells.items():
                if value == old and isinstance(value, str) and place[0] > 1:
                    page.cells[place] = new


def add_change(book: Book, random: Random) -> None:
    """A scenario with a change of anything."""
    names = {page.title: page for page in book}
    if "scenarios" not in names:
        book.append(Page("scenarios", {(1, 1): "scenario", (1, 2): "parent", (1, 3): "known_from"}))
        header = ("scenario", "sheet", "where", "column", "change", "value")
        book.append(Page("changes", {(1, number): name for number, name in enumerate(header, 1)}))
        names = {page.title: page for page in book}
    if "changes" not in names:
        return
    scenarios, changes = names["scenarios"], names["changes"]
    named = f"s{scenarios.rows}"
    scenarios.cells[scenarios.rows + 1, 1] = named
    target = random.choice(book)
    head = [value for place, value in target.cells.items() if place[0] == 1] or ["years"]
    key = random.choice(head)
    where = random.choice((*WHERES, f"{key}={target.cells.get((2, 1))}", f"{head[0]}=*", f"{key}=*"))
    change = (
        *(named, target.title, where, random.choice((*head, "years", "2026-2028", 2027))),
        *(random.choice(("set", "multiply", "add")), any_value(random)),
    )
    line = changes.rows + 1
    changes.cells.update({(line, number): value for number, value in enumerate(change, 1)})


MUTATIONS: tuple[Callable[[Book, Random], None], ...] = (
    *(put_any, put_near, scale_number, scale_number, scale_number, borrow, empty_cell, fill_blank),
    *(change_header, move_rows, move_columns, change_sheets, rename, rename, add_change),
)
GENTLE = (scale_number, scale_number, scale_number, rename, empty_cell, borrow, add_change)
"""After these many workbooks are still read, and solved."""


def mutate(book: Book, random: Random) -> list[str]:
    """One to four changes; their names."""
    done = []
    kinds = GENTLE if random.random() < 0.6 else MUTATIONS
    for _ in range(random.choice((1, 1, 2, 3, 4))):
        mutation = random.choice(kinds)
        mutation(book, random)
        done.append(mutation.__name__)
    return done
