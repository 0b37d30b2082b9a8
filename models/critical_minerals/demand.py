"""What buyers want, by region: defence apart where its share is known."""

from __future__ import annotations

from models.books.book import Book
from models.books.figures import Figure
from models.critical_minerals.goods import MEMBERS, REGIONS, Good, summed
from models.critical_minerals.prices import with_growth
from models.critical_minerals.steps import yield_of

DEFENCE, CIVIL, ALL = "defence", "civil", "all"


def use_of(book: Book, good: Good, made_of: dict[str, Figure], maker: Good | None) -> dict[str, Figure]:
    """t used in 2024 by region, without what goes into the next good, which the model asks for itself."""
    used = summed(book, "used", good, "used in 2024", "t")
    if maker is None:
        return used
    per, found = yield_of(book, maker, good.name), {}
    for region, tonnes in used.items():
        next_good = made_of.get(region)
        if next_good is None:
            found[region] = tonnes
            continue
        found[region] = book.derived(
            max(tonnes - per * next_good, 0.0),
            f"{good.title}, other uses, {REGIONS[region]}",
            "t",
            f"{tonnes:,g} less {per:g} x {next_good:,g} of {maker.title}, at least 0",
            tonnes,
            per,
            next_good,
        )
    return found


def add_demand(book: Book, good: Good, used: dict[str, Figure]) -> None:
    """Sheet demand."""
    value, defence = book.cited(f"{good.name}_value"), book.known(f"{good.name}_defence")
    for region, tonnes in used.items():
        if tonnes <= 0:
            continue
        parts = {CIVIL if region in MEMBERS else ALL: tonnes}
        if region == "US" and defence is not None:
            parts = {
                DEFENCE: book.derived(
                    tonnes * defence,
                    f"{good.title}, United States, defence",
                    "t",
                    f"{defence:.0%} of {tonnes:,g}",
                    tonnes,
                    defence,
                ),
                CIVIL: book.derived(
                    tonnes * (1 - defence),
                    f"{good.title}, United States, civil",
                    "t",
                    f"the rest of {tonnes:,g}",
                    tonnes,
                    defence,
                ),
            }
        for segment, part in parts.items():
            worth = _more(book, good, value) if segment == DEFENCE else value
            book.add(
                "demand",
                region=region,
                segment=segment,
                commodity=good.label,
                value=worth,
                series=with_growth(part, book, good),
            )


def _more(book: Book, good: Good, value: Figure) -> Figure:
    times = book.cited("defence_value_times")
    return book.derived(
        value * times,
        f"{good.title}, value of unserved demand, defence",
        "USD/kg",
        f"{times:g} x {value:g}: it goes last",
        value,
        times,
    )
