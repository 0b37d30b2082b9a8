"""Who joins, leaves or is capped from some year on, put on random studies."""

from __future__ import annotations

from tests.support.mixed import Draw, Sheets, regions, years

TURNS = {
    "member": ("other", "other", "other", "capped"),
    "other": ("member", "member", "capped"),
    "capped": ("other",),
}


def add(draw: Draw, book: Sheets) -> None:
    """Other roles from the second year on at the earliest, for one region or two: some come back."""
    later = years(book)[1:]
    if not later:
        return
    found = {row["region"]: row["role"] for row in book["regions"]}
    region = draw.one_of(regions(book, "member"))
    turned = {region: draw.one_of(TURNS["member"])}
    if draw.chance(percent=60):
        region = draw.one_of(list(found))
        turned[region] = draw.one_of(TURNS[found[region]])
    for region, role in turned.items():
        first = draw.one_of(later)
        last = draw.one_of(later) if draw.chance(percent=20) else later[-1]
        book["roles"].append({"region": region, **{t: role for t in later if first <= t <= max(first, last)}})
