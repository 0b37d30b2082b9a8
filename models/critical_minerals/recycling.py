"""Recycling in the bloc: beside primary metal nothing in the base, a place for the scenario that pushes it."""

from __future__ import annotations

from models.books.book import Book
from models.books.changes import Change, add_scenario
from models.books.figures import DEFINITION, YEARS, Figure, Series
from models.books.production import add_process
from models.critical_minerals.goods import MEMBERS, REGIONS, Good
from models.critical_minerals.prices import with_growth

FIRST = 2028
NONE = Figure(0.0, "recycling beside primary metal, base", "t/yr", DEFINITION)


def add_recycling(book: Book, good: Good, used: dict[str, Figure]) -> None:
    """Processes of members, without capacity until a scenario gives it."""
    incentive = book.known(f"{good.name}_incentive")
    if incentive is None:
        return
    for member in MEMBERS:
        if used.get(member, 0.0) <= 0:
            continue
        none = Series(dict.fromkeys(YEARS, 0.0), (NONE,), "none beside what is primary")
        add_process(
            book,
            f"{member} recycling {good.label}",
            member,
            commodity=good.label,
            cost=incentive,
            capacity=none,
            note="at what brings a new plant; a place for the scenario recycling push",
        )


def add_push(book: Book, goods: tuple[Good, ...], used: dict[str, dict[str, Figure]]) -> None:
    """The scenario: a share of each member's use by the last year, growing evenly."""
    share, changes = book.cited("recycling_share"), list[Change]()
    for good in goods:
        for member in MEMBERS:
            bought = used.get(good.name, {}).get(member)
            if f"{good.name}_incentive" not in book.names() or not bought:
                continue
            path = with_growth(bought, book, good)
            for year in range(FIRST, YEARS[-1] + 1):
                part = (year - FIRST + 1) / (YEARS[-1] - FIRST + 1)
                figure = book.derived(
                    share * part * path[year],
                    f"{good.title}, recycled in {REGIONS[member]} in the push, {year}",
                    "t/yr",
                    f"{share * part:.3g} of {path[year]:,.4g} t used",
                    share,
                    *path.basis,
                )
                where = f"process={member} recycling {good.label}"
                changes.append(("capacities", where, year, "set", figure))
    add_scenario(
        book,
        "recycling push",
        f"Members can recycle {share:.0%} of what they use by {YEARS[-1]}, at the cost of new plants.",
        changes,
        ground=share.ground,
    )
