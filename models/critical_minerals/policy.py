"""The bloc's caps and Project Vault."""

from __future__ import annotations

from models.books.book import Book
from models.books.figures import DEFINITION, YEARS, Figure, Series, between
from models.critical_minerals.demand import DEFENCE
from models.critical_minerals.goods import Good
from models.critical_minerals.prices import freight_of, price_points
from models.critical_minerals.trade import INERT

DAYS = 365
BANNED_IN_DEFENCE = {"tungsten": (None, "RU"), "magnet": (None,)}
"""Goods that US defence may not take from China (None: all that is capped), and who else makes them and is named."""


def add_caps(book: Book, good: Good, *, share_of_use: bool) -> None:
    """Sheet caps: the path that all share; a ban for US defence where the law has one.

    `share_of_use`: other goods are made of it, so that the cap is a share of all that arrives.
    """
    basis = "use" if share_of_use else "demand"
    book.add(
        "caps",
        ground=None if good.capped else DEFINITION,
        scope="bloc",
        commodity=good.label,
        basis=basis,
        series=cap_path(book) if good.capped else None,
        note="pooled; 65 % in 2030 as in the EU's regulation; agreed by nobody" if good.capped else INERT,
    )
    if good.final:
        book.add(
            "caps",
            ground=DEFINITION,
            note=INERT,
            scope="bloc",
            commodity=good.label,
            origin="each",
            basis=basis,
        )
    for origin in BANNED_IN_DEFENCE.get(good.name, ()):
        banned, since = book.cited("dfars_share"), book.cited("dfars_from")
        book.add(
            "caps",
            scope="US",
            commodity=good.label,
            segment=DEFENCE,
            origin=origin,
            basis="demand",
            series=Series(
                {year: banned for year in YEARS if year >= since}, (banned, since), f"from {since:g}"
            ),
            note="no Chinese origin in US defence" if origin is None else "nor Russian",
        )


def cap_path(book: Book) -> Series:
    """The cap on what comes from China, share, from 2027."""
    points = {year: book.cited(f"cap_{year}") for year in (2027, 2030, 2035)}
    path = between(points)
    return Series({year: path[year] for year in YEARS if year >= 2027}, points.values(), path.note)


def add_fund(book: Book) -> None:
    """Sheet funds: Project Vault, one for all minerals."""
    loan, private = book.cited("vault_loan"), book.cited("vault_private")
    total = book.derived(
        loan + private, "Project Vault, in all", "M USD", "10,000 + 1,670, for all minerals", loan, private
    )
    book.add(
        "funds",
        fund="Project Vault",
        amount=total,
        rate=book.cited("vault_rate"),
        private=private,
        private_rate=book.cited("vault_private_rate"),
        note="for all critical minerals, 10,000 of it lent by EXIM for 15 years",
    )


def add_stockpile(book: Book, good: Good, used: dict[str, Figure], taken: Figure | None) -> None:
    """Sheets stockpiles, releases and stock_targets: empty today, shut until a shock opens it.

    `taken` is what US makers of the next good can put into it, t/yr.
    """
    if not (good.final and good.kept) or "US" not in used:
        return
    name, days = f"Vault {good.label}", book.cited("vault_room_days")
    rows = [row for row in book.sheets["demand"] if row["region"] == "US" and row["commodity"] == good.label]
    last = sum(float(row[YEARS[-1]] or 0) for row in rows)
    also = "" if taken is None else f", and {taken:,.4g} t that go into the next good"
    room = book.derived(
        (last + (taken or 0.0)) * days / DAYS,
        f"Project Vault, room for {good.title}",
        "t",
        f"{days:g} days of US use in {YEARS[-1]}, {last:,.4g} t{also}",
        *(figure for figure in (days, used["US"], taken) if figure is not None),
    )
    price, freight = price_points(book, good)[2030], freight_of(book, good)
    worth = book.derived(
        price - freight,
        f"Project Vault, worth of {good.title} at the end",
        "USD/kg",
        f"China's price of {price:.4g} less freight",
        price,
        freight,
    )
    book.add(
        "stockpiles",
        stockpile=name,
        region="US",
        commodity=good.label,
        capacity=room,
        holding_cost=book.cited("storage"),
        closing_value=worth,
        fund="Project Vault",
        note="opens empty: what is held is not published",
    )
    book.add(
        "releases",
        dict.fromkeys(YEARS, 0),
        ground=DEFINITION,
        stockpile=name,
        note="for an emergency: a shock opens it",
    )
    book.add("stock_targets", ground=DEFINITION, stockpile=name, note=INERT)
