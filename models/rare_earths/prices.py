"""Prices at the capped origin: ex works China, without VAT; the rates of the study."""

from __future__ import annotations

from dataclasses import dataclass

from models.books.book import Book
from models.books.figures import DEFINITION, YEARS, Figure, Ground, Series, between


@dataclass(frozen=True)
class Prices:
    """USD/kg ex works China, without VAT; `dy_scarce` is what Dy fetches outside China when it is scarce."""

    ndpr: Series
    dy: Figure
    tb: Figure
    dy_scarce: Figure
    vat: Figure
    swap: Figure
    heavies_recycled: dict[str, Figure]


def add_settings(book: Book) -> None:
    """Sheets settings and years."""
    discount = book.assumed(0.07, "discount rate, real", "per year", "usual for public appraisal", "medium")
    add = book.add
    add(
        "settings",
        key="title",
        value="Rare earths 2026-2035: US, EU, Japan and Mexico; China capped",
        ground=DEFINITION,
    )
    add("settings", key="currency", value="USD", ground=DEFINITION)
    add(
        "settings",
        key="price_year",
        value=2026,
        ground=DEFINITION,
        note="all prices and costs in money of 2026",
    )
    add("settings", key="discount_rate", value=discount)
    add(
        "settings",
        key="capital_rate",
        value=book.cited("hurdle"),
        note="hurdle rate of private projects, nominal in the study it comes from",
    )
    add(
        "settings",
        key="coordination",
        value="as_given",
        ground=Ground("assumption", "medium", ("forge_2026", "assumption")),
        note="one pooled cap and one levy; floors differ by what sellers ask on links that are full. One floor in the "
        "whole zone, as announced, is scenario `one floor`",
    )
    add(
        "settings",
        key="floor_choice",
        value="lowest",
        ground=DEFINITION,
        note="among equals, what costs buyers least",
    )
    for year in YEARS:
        add("years", year=year, length=1, ground=DEFINITION)


def make_prices(book: Book) -> Prices:
    """The reference path of NdPr, and prices of Dy and Tb that the grades of magnets hold up."""
    vat = book.cited("vat")
    now, low, high = book.cited("ndpr_2026"), book.cited("incentive_low"), book.cited("incentive_high")
    later = book.derived(
        (low + high) / 2 / (1 + vat),
        "NdPr oxide, China, without VAT, from 2030",
        "USD/kg",
        "(75 + 85) / 2 / 1.13: the price comes back to what new projects need, as they ramp up",
        low,
        high,
        vat,
        confidence="low-medium",
    )
    before, lately = book.cited("dy_fob_2025"), book.cited("dy_fob_2026")
    dy = book.derived(
        (before + lately) / 2 / (1 + vat),
        "Dy oxide, China, without VAT",
        "USD/kg",
        "(239 + 291) / 2 / 1.13, held level",
        before,
        lately,
        vat,
        confidence="medium",
    )
    terbium = book.cited("tb_fob_2025")
    ratio = book.derived(
        round(terbium / before),
        "Dy that replaces Tb for the same coercivity",
        "t/t",
        "by price, 1,010 / 239, in whole. In China alone: everywhere, it would make one good of them",
        terbium,
        before,
        confidence="low",
    )
    tb = book.derived(
        ratio * dy, "Tb oxide, China, without VAT", "USD/kg", "4 x Dy", ratio, dy, confidence="medium"
    )
    recycled = book.cited("recycled_ndpr")
    heavies = {
        c: book.derived(
            book.cited(f"recycled_{c}") / recycled,
            f"{c} that comes with recycled NdPr",
            "t/t",
            f"output of {c} / output of NdPr, China 2024",
            book.cited(f"recycled_{c}"),
            recycled,
        )
        for c in ("dy", "tb")
    }
    return Prices(between({2026: now, 2030: later}), dy, tb, book.cited("dy_scarce"), vat, ratio, heavies)


def add_reference_prices(book: Book, prices: Prices, metal: Series, magnet: Series) -> None:
    """Sheet reference_prices."""
    book.add("reference_prices", commodity="ndpr", series=prices.ndpr)
    book.add("reference_prices", commodity="metal", series=metal)
    book.add("reference_prices", commodity="dy", series=between({2026: prices.dy}))
    book.add("reference_prices", commodity="tb", series=between({2026: prices.tb}))
    book.add("reference_prices", commodity="magnet", series=magnet)
