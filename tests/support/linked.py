"""Links put on random studies: terms of qualifying on some routes, and what stands of some pairs."""

from __future__ import annotations

from tests.support.mixed import Draw, Record, Sheets


def add(draw: Draw, book: Sheets, good: str) -> None:
    """Routes of a good that take a link, cheap or dear, at once or later; a third of what stands is nothing."""
    if not book["routes"]:
        book["routes"].append({"origin": "*", "destination": "*", "commodity": "*"})
    asked = bool(book["route_minimums"]) or any(row.get("minimum") for row in book["routes"])
    for row in book["routes"]:
        if row["commodity"] in (good, "*") and draw.chance(percent=70):
            row["qualify_cost"] = draw.one_of([0, draw.amount(1, 30), draw.amount(1, 200)])
            row["qualify_life"] = draw.whole(1, 8)
            if not asked:  # what must be shipped must have a link
                row["qualify_time"] = draw.one_of([0, 0, 1, 3])
                row |= {"qualify_limit": draw.amount(0, 9)} if draw.chance(percent=30) else {}
    makers = {row["region"] for row in book["processes"] if row.get("commodity") == good}
    pairs = [
        (o["region"], r["region"])
        for o in book["regions"]
        for r in book["regions"]
        if o["region"] in makers and o is not r and draw.chance(percent=70)
    ]
    bought = {(row["region"], row["commodity"]) for row in book["demand"]}
    known = {(row["origin"], row["destination"], row["commodity"]) for row in book["qualified"]}
    for origin, destination in pairs:
        if (origin, destination, good) not in known:
            row = {"origin": origin, "destination": destination, "commodity": good}
            if (destination, good) not in bought:  # nothing need go there, free as it may be
                row["before"] = 0
            book["qualified"].append(row | {"t": draw.one_of([0, draw.amount(1, 15), draw.amount(5, 60)])})
    if not book["qualified"]:
        region: Record = {"origin": book["regions"][0]["region"], "destination": book["regions"][1]["region"]}
        book["qualified"].append(region | {"commodity": good, "t": draw.amount(1, 20), "before": 0})
