"""What is kept and what is owed, put on random studies: releases, worth at the end, contracts at prices of their own."""

from __future__ import annotations

from tests.support.mixed import Draw, Record, Sheets, regions, years


def add(draw: Draw, book: Sheets, good: str) -> None:
    """Stockpiles that may release so much and are worth something at the end, and a take-or-pay with a price."""
    for row in book["stockpiles"]:
        if draw.chance(percent=50):
            row["capacity"] = max(row.get("capacity", 0), row["opening"]) + draw.amount(1, 9)
            row["closing_value"] = draw.amount(0, 160)
            row["opening"] = row["opening"] or draw.amount(0, 6)
            row["capacity"] += row["opening"]
    if not book["stockpiles"]:
        row = {"stockpile": "kept", "region": regions(book, "member")[0], "commodity": good}
        row |= {
            "opening": draw.amount(0, 9),
            "capacity": draw.amount(9, 18),
            "closing_value": draw.amount(0, 80),
        }
        book["stockpiles"].append(row)
    for row in book["stockpiles"]:
        if draw.chance(percent=70):
            book["releases"].append(
                {"stockpile": row["stockpile"], **draw.path(years(book), 0, 3, blanks=20)}
            )
    _settled(draw, book, good)


def _settled(draw: Draw, book: Sheets, good: str) -> None:
    """A price for each pair that must take so much, and a pair of its own where there is none."""
    bound = [row for row in book["routes"] if row.get("minimum")]
    if book["routes"] and not bound and draw.chance(percent=60):
        sellers = [row["region"] for row in book["processes"] if row.get("commodity") == good]
        key: Record = {"destination": regions(book, "member")[-1], "commodity": good}
        pairs = {
            (row["origin"], row["destination"]) for row in book["routes"] if row["commodity"] in (good, "*")
        }
        for seller in sellers:
            if seller != key["destination"] and (seller, key["destination"]) not in pairs:
                bound.append(
                    {"origin": seller, **key, "freight": draw.amount(0, 4), "minimum": draw.amount(0, 2)}
                )
                book["routes"].append(bound[-1])
                break
    for row in bound:
        row["price"] = draw.amount(0, 160)
