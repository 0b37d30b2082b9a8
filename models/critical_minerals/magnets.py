"""Magnet plants outside China: with the heavies of a usual magnet, with half of them, or without."""

from __future__ import annotations

from models.books.book import Book
from models.books.figures import ONE, Figure, Series
from models.books.production import add_plant, add_process
from models.critical_minerals.agreed import ELEMENTS
from models.critical_minerals.condensed import Condensed
from models.critical_minerals.goods import HEAVIES, MAGNET, NDPR, Good
from models.critical_minerals.steps import technology, yield_of

MAKERS = ("US", "EU", "JP", "KR", "VN", "MY", "IN", "RW")
BUY_METAL = ("JP", "VN")


def add_magnets(book: Book, full: Condensed, good: Good) -> None:
    """Plants outside China, each of which makes every grade."""
    grades = _add_grades(book, full, good)
    for region in MAKERS:
        cost = book.define(f"{MAGNET}_convert_{region}", _making(book, full, region))
        size = full.capacity(f"{region} magnets")
        if region == "JP":
            size = _less_lost(book, full, size)
        plant = f"{region} plants {MAGNET}"
        row = next(row for row in full.rows("plants") if row["plant"] == f"{region} magnets")
        can_grow = row.get("capital_cost") is not None
        add_plant(
            book, plant, size, full.growth(("plants", "plant", f"{region} magnets")) if can_grow else None
        )
        for grade, (way, extra) in grades.items():
            unit = cost
            if extra is not None:
                unit = book.derived(
                    cost + extra,
                    f"making magnets from oxide, {region}, {way}",
                    "USD/kg magnet",
                    f"{cost:.4g} + {extra:.4g}",
                    cost,
                    extra,
                )
            add_process(
                book,
                " ".join(filter(None, (region, grade, MAGNET))),
                region,
                technology=way,
                cost=unit,
                plant=plant,
                plant_use=ONE,
            )


def _add_grades(book: Book, full: Condensed, good: Good) -> dict[str, tuple[str, Figure | None]]:
    """By grade: its technology, and what it costs more; China has the first alone, its heavies never run short."""
    ndpr, heavy = yield_of(book, good, NDPR), yield_of(book, good, HEAVIES)
    half = book.derived(
        sum(full.figure(f"{element} oxide per magnet, low grade") for element in ELEMENTS),
        "Dy and Tb oxide per magnet, low grade",
        "t/t",
        "half: grain-boundary diffusion",
        heavy,
    )
    extras = {
        "low": "grade with half the heavies, outside China",
        "free": "grade without heavies, outside China",
    }
    found: dict[str, tuple[str, Figure | None]] = {"": (str(technology(good)), None)}
    for grade, used in (("low", half), ("free", None)):
        name = f"{good.label} {grade} in heavies" if grade == "low" else f"{good.label} free of heavies"
        found[grade] = (name, full.figure(extras[grade]))
        for commodity, per in ((good.label, ONE), (NDPR, _used(book, name, NDPR, ndpr))):
            book.add("technologies", technology=name, commodity=commodity, coefficient=per)
        if used is not None:
            coefficient = _used(book, name, HEAVIES, used)
            book.add("technologies", technology=name, commodity=HEAVIES, coefficient=coefficient)
    return found


def _used(book: Book, technology_name: str, commodity: str, per: Figure) -> Figure:
    return book.derived(-per, f"{commodity} in {technology_name}", "t/t", f"{per:g} t a t, used", per)


def _less_lost(book: Book, full: Condensed, size: Series) -> Series:
    """Japan's plants, less the blocks that are lost in machining in the Philippines."""
    blocks, machined = book.cited("jp_ph_blocks"), full.figure("Philippines, blocks of Japan machined")
    lost = book.derived(
        blocks - machined,
        "Japan, blocks lost in machining",
        "t/yr",
        f"{blocks:,g} less {machined:,g} of magnets that come of them",
        blocks,
        machined,
    )
    note = f"{size.note}; less {lost:,g} t lost in machining in the Philippines"
    return Series({year: value - lost for year, value in size.items()}, (*size.basis, lost), note)


def _making(book: Book, full: Condensed, region: str) -> Figure:
    """USD/kg of making magnets from oxide; those who buy metal pay for its step."""
    if region not in BUY_METAL:
        return full.figure(f"making magnets, {region}")
    europe, above = full.figure("making magnets, EU"), full.figure(f"making magnets, {region} against EU")
    return book.derived(
        europe + above,
        f"making magnets from oxide, {region}",
        "USD/kg magnet",
        f"{europe:g} {above:+g}, the metal it buys in it",
        europe,
        above,
    )
