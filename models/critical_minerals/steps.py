"""The step that makes a good of another: what goes in, and what running it costs outside China."""

from __future__ import annotations

from typing import Any

from models.books.book import Book
from models.books.figures import ONE, Figure
from models.critical_minerals.goods import Good
from models.critical_minerals.prices import price_points


def technology(good: Good) -> str | None:
    """The name of the step that makes it, where it is made of another good."""
    return f"{good.name} from {' and '.join(good.of)}" if good.of else None


def add_technology(book: Book, good: Good) -> None:
    """Sheet technologies: a tonne of it, and what goes in."""
    name = technology(good)
    book.add("technologies", technology=name, commodity=good.label, coefficient=ONE)
    for feed in good.of:
        per = yield_of(book, good, feed)
        used = book.derived(-per, f"{feed} in {good.title}", "t/t", f"{per:g} t a t, used", per)
        book.add("technologies", technology=name, commodity=feed, coefficient=used)


def made_by(good: Good) -> dict[str, Any]:
    """Cells of a process that makes it: by a technology, or on its own."""
    return {"technology": technology(good), "commodity": None if good.of else good.label}


def step_of(book: Book, good: Good, feeds: tuple[Good, ...], whole: Figure) -> Figure:
    """USD/kg of running a plant outside China, inputs not included; `whole` is what its good costs with them."""
    if not feeds:
        return whole
    known = book.known(f"{good.name}_convert")
    if known is not None:
        return known
    parts = [(yield_of(book, good, feed.name), price_points(book, feed)[2030]) for feed in feeds]
    return book.derived(
        whole - sum(per * paid for per, paid in parts),
        f"{whole.what}, without what goes in",
        "USD/kg",
        f"{whole:.4g} less " + " and ".join(f"{per:g} x {paid:.4g}" for per, paid in parts),
        whole,
        *(figure for part in parts for figure in part),
    )


def yield_of(book: Book, good: Good, feed: str) -> Figure:
    """t of one of the goods it is made of per t."""
    per = book.known(f"{good.name}_yield_{feed}") or book.known(f"{good.name}_yield") or ONE
    natural = book.known(f"{good.name}_natural")
    if natural is None:
        return per
    return book.derived(
        per * natural,
        f"{feed} per t of {good.title}, made of it or not",
        "t/t",
        f"{natural:.0%} of it takes {per:g} t",
        natural,
        per,
    )
