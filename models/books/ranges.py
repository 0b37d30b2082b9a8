"""How far a number may be off, by the confidence of its row: factors for sheet `uncertainty`."""

from __future__ import annotations

from models.books.book import Book
from models.books.figures import Figure

RANGES = {
    "high": (0.95, 1.05, "read in a filing, a law or by definition: rounding, and the year that is meant"),
    "medium-high": (0.9, 1.1, "published by who measures it; later editions revise such numbers by a tenth"),
    "medium": (0.85, 1.15, "published, of another year or place; two such sources differ by about 15 %"),
    "low-medium": (0.8, 1.25, "derived from such numbers with one step that is assumed"),
    "low": (
        0.75,
        1.4,
        "assumed, or recalled and not read again: magnets made outside China, say, are told to cost 40 to 70 USD/kg, "
        "of which 50 is taken; projects come in above their estimates oftener and farther than below",
    ),
}
"""Confidence -> least and largest factor, and why."""
CERTAIN = "high"  # what is so by law or definition is not moved: duties, recipes of pure metals


def factors(book: Book) -> dict[str, tuple[Figure, Figure]]:
    """Least and largest factor by confidence, but for what is certain."""
    return {
        confidence: (
            book.assumed(low, f"least factor on a number of {confidence} confidence", "factor", why),
            book.assumed(high, f"largest factor on a number of {confidence} confidence", "factor", why),
        )
        for confidence, (low, high, why) in RANGES.items()
        if confidence != CERTAIN
    }
