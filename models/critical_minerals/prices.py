"""Prices at the capped origin, ex works China, without VAT; what running a plant costs elsewhere."""

from __future__ import annotations

from models.books.book import Book
from models.books.figures import YEARS, Figure, Series, between
from models.critical_minerals.goods import REGIONS, Good, first

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


def freight_of(book: Book, good: Good) -> Figure:
    """USD/kg: by weight, in containers where nothing else is known of the good, and by value."""
    sea = book.known(f"{good.name}_freight") or book.cited("sea")
    insured, price = book.cited("insurance"), price_points(book, good)[2030]
    return book.derived(
        sea + insured * price,
        f"freight of {good.title}",
        "USD/kg",
        f"{sea:g} and {insured:.0%} of {price:.4g}",
        sea,
        insured,
        price,
    )


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


def capital_of(book: Book, good: Good) -> Figure | None:
    """USD per kg/yr of a new plant outside China; of a step with no figure, some years of its running cost."""
    known = book.known(f"{good.name}_capital")
    step = book.known(f"{good.name}_convert")
    if known is not None or step is None:
        return known
    years = book.cited("step_capital_years")
    return book.derived(
        years * step,
        f"{good.title}, capital of a plant outside China",
        "USD per kg/yr",
        f"{years:g} years of its running cost of {step:g}",
        years,
        step,
    )


def charge(book: Book, good: Good, capital: Figure) -> Figure:
    """USD/kg that capital costs a year in a plant of the usual life."""
    rate = book.cited("hurdle")
    return book.derived(
        capital * rate / (1 - (1 + rate) ** -LIFETIME),
        f"{good.title}, charge on capital",
        "USD/kg",
        f"{capital:g} USD per kg/yr at {rate:.0%} over {LIFETIME} years",
        capital,
        rate,
    )


def new_cost(book: Book, good: Good, region: str) -> Figure:
    """USD/kg of running a new plant outside China: the price that brings it, less its capital.

    Where what stands idle needs a higher price to run again, nobody builds for less.
    """
    incentive, capital = book.known(f"{good.name}_incentive"), capital_of(book, good)
    back = book.known(f"{good.name}_restart_{region}")
    where = ""
    if incentive is not None and back is not None and back > incentive:
        incentive, where = back, f", {REGIONS[region]}"
    if incentive is None or capital is None:
        return running_cost(book, good, region)
    yearly, share = charge(book, good, capital), book.cited("least_new_cost_share")
    return book.derived(
        max(incentive - yearly, share * incentive),
        f"{good.title}, running cost of a new plant{where}",
        "USD/kg",
        f"the larger of {incentive:g} that brings it less {yearly:.4g} of capital, and {share:.0%} of it",
        incentive,
        yearly,
        share,
    )


def add_reference_prices(book: Book, goods: tuple[Good, ...]) -> None:
    """Sheet reference_prices."""
    for good in goods:
        book.add("reference_prices", commodity=good.label, series=price_path(book, good))


def with_growth(value: Figure, book: Book, good: Good, since: int = 2024) -> Series:
    """The value of `since`, growing as the world's use of the good does: one rate to 2030, one after."""
    until, after = _rates(book, good)
    values = {year: value * factor for year, factor in _factors(until, after, since).items()}
    note = f"{value:,g} in {since}, {until:+.2%} a year to 2030, {after:+.2%} after"
    return Series(values, (value, until, after), note)


def with_all_growth(
    value: Figure, book: Book, good: Good, maker: Good | None, share: Figure | None
) -> Series:
    """As with_growth, where a `share` of the good goes into another, which grows at its own rates."""
    if maker is None or share is None:
        return with_growth(value, book, good)
    own, other = _rates(book, good), _rates(book, maker)
    mine, theirs = _factors(*own, 2024), _factors(*other, 2024)
    values = {year: value * ((1 - share) * mine[year] + share * theirs[year]) for year in YEARS}
    note = (
        f"{value:,g} in 2024; {share:.0%} of the good grows as {maker.title}, {other[0]:+.2%} a year to 2030 and "
        f"{other[1]:+.2%} after, the rest {own[0]:+.2%} and {own[1]:+.2%}"
    )
    return Series(values, (value, share, *own, *other), note)


def _rates(book: Book, good: Good) -> tuple[Figure, Figure]:
    name = good.name if f"{good.name}_growth_2030" in book.names() else good.name.removesuffix("_ore")
    return book.cited(f"{name}_growth_2030"), book.cited(f"{name}_growth_2035")


def _factors(until: float, after: float, since: int) -> dict[int, float]:
    return {
        year: (1 + until) ** (min(year, 2030) - since) * (1 + after) ** max(year - 2030, 0) for year in YEARS
    }
