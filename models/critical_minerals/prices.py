"""Prices at the capped origin, ex works China, without VAT; what running a plant costs elsewhere."""

from __future__ import annotations

from models.books.book import Book
from models.books.figures import YEARS, Figure, Series, between
from models.critical_minerals.goods import Good, first

LIFETIME = 20  # years, the default of sheet processes


def price_points(book: Book, good: Good) -> dict[int, Figure]:
    """China's price in 2026 and in 2030; of an ore, the price of its metal less the step to it."""
    if f"{good.name}_price_2026" in book.names():
        return {year: book.cited(f"{good.name}_price_{year}") for year in (2026, 2030)}
    metal = good.name.removesuffix("_ore")
    step = book.cited(f"{metal}_convert_CN")
    return {
        year: book.derived(
            (price := book.cited(f"{metal}_price_{year}")) - step,
            f"{good.title}, China, {year}",
            "USD/kg",
            f"{price:g} of the metal less {step:g} of the step to it",
            price,
            step,
        )
        for year in (2026, 2030)
    }


def price_path(book: Book, good: Good) -> Series:
    """China's price by year, USD/kg: straight to 2030, level after."""
    return between(price_points(book, good))


def running_cost(book: Book, good: Good, region: str) -> Figure:
    """USD/kg of plants that run outside China: what is known, else a share of China's later price."""
    known = first(book, f"{good.name}_cost_{region}", f"{good.name}_cost_outside")
    if known is not None:
        return known
    later, share = price_points(book, good)[2030], book.cited("old_cost_share")
    return book.derived(
        share * later,
        f"{good.title}, running cost outside China",
        "USD/kg",
        f"{share:g} of China's price in 2030: they ran at the prices of 2024",
        share,
        later,
    )


def charge(book: Book, good: Good) -> Figure:
    """USD/kg that capital costs a year in a plant of the usual life."""
    rate, capital = book.cited("hurdle"), book.cited(f"{good.name}_capital")
    return book.derived(
        capital * rate / (1 - (1 + rate) ** -LIFETIME),
        f"{good.title}, charge on capital",
        "USD/kg",
        f"{capital:g} USD per kg/yr at {rate:.0%} over {LIFETIME} years",
        capital,
        rate,
    )


def new_cost(book: Book, good: Good) -> Figure:
    """USD/kg of running a new plant outside China: the price that brings it, less its capital."""
    incentive, yearly = book.cited(f"{good.name}_incentive"), charge(book, good)
    least = book.cited("least_new_cost_share") * incentive
    return book.derived(
        max(incentive - yearly, least),
        f"{good.title}, running cost of a new plant",
        "USD/kg",
        f"the larger of {incentive:g} that brings it less {yearly:.4g} of capital and {least:.4g}",
        incentive,
        yearly,
        book.cited("least_new_cost_share"),
    )


def add_reference_prices(book: Book, goods: tuple[Good, ...]) -> None:
    """Sheet reference_prices."""
    for good in goods:
        book.add("reference_prices", commodity=good.name, series=price_path(book, good))


def with_growth(value: Figure, book: Book, good: Good, since: int = 2024) -> Series:
    """The value of `since`, growing as the world's use of the good does: one rate to 2030, one after."""
    until, after = book.cited(f"{good.name}_growth_2030"), book.cited(f"{good.name}_growth_2035")
    values = {
        year: value * (1 + until) ** (min(year, 2030) - since) * (1 + after) ** max(year - 2030, 0)
        for year in YEARS
    }
    note = f"{value:,g} in {since}, {until:+.2%} a year to 2030, {after:+.2%} after"
    return Series(values, (value, until, after), note)
