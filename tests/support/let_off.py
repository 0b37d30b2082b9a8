"""What pays no levy, put on random studies: exempt tonnes of a pair, of all pairs, and beyond what caps allow; and
non-members with an equivalent floor."""

from __future__ import annotations

from tests.support.mixed import Draw, Record, Sheets, regions, years


def add(draw: Draw, book: Sheets, good: str) -> None:
    """Exempt tonnes from a capped origin to members, few or many; at times to all members, or from everybody."""
    found: dict[tuple[str, str, str], Record] = {}
    for member in regions(book, "member"):
        if draw.chance(percent=70):
            key = draw.one_of(regions(book, "capped")), member, good
            found[key] = draw.path(years(book), 0, draw.one_of([2, 10, 60]), blanks=20)
    if draw.chance(percent=30):
        wide = draw.one_of([("*", "member", good), ("capped", "*", "*"), ("*", "*", "*")])
        found[wide] = draw.path(years(book), 0, draw.one_of([2, 20]), blanks=30)
    for row in book["regions"]:
        if row["role"] == "other" and draw.chance(percent=30):
            row["equivalent"] = "TRUE"
    for (origin, destination, commodity), tonnes in found.items():
        key = {"origin": origin, "destination": destination, "commodity": commodity}
        book["exemptions"].append(key | tonnes)
