"""The bloc's caps and Project Vault."""

from __future__ import annotations

from models.books.book import Book
from models.books.figures import DEFINITION, YEARS, Figure, Series, between
from models.critical_minerals.demand import DEFENCE
from models.critical_minerals.goods import Good
from models.critical_minerals.prices import price_points
from models.critical_minerals.trade import INERT, freight_of

DAYS = 365


def add_caps(book: Book, good: Good) -> None:
    """Sheet caps: the path that all share; a ban for US defence where the law has one."""
    path = cap_path(book)
    book.add(
        "caps",
        scope="bloc",
        commodity=good.name,
        basis="demand" if good.final else "use",
        series=path,
        note="pooled; 65 % in 2030 as in the EU's regulation; agreed by nobody",
    )
    if good.final:
        book.add(
            "caps",
            ground=DEFINITION,
            note=INERT,
            scope="bloc",
            commodity=good.name,
            origin="each",
            basis="demand",
        )
    if f"{good.name}_banned" in book.names():
        banned = book.cited(f"{good.name}_banned")
        book.add(
            "caps",
            scope="US",
            commodity=good.name,
            segment=DEFENCE,
            basis="demand",
            series=Series({year: banned for year in YEARS if year >= 2027}, (banned,), "from 2027"),
            note="no Chinese origin in US defence",
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


def add_stockpile(book: Book, good: Good, used: dict[str, Figure]) -> None:
    """Sheets stockpiles, releases and stock_targets: empty today, shut until a shock opens it."""
    if not good.final or "US" not in used:
        return
    name, days = f"Vault {good.name}", book.cited("vault_room_days")
    rows = [row for row in book.sheets["demand"] if row["region"] == "US" and row["commodity"] == good.name]
    last = sum(float(row[YEARS[-1]] or 0) for row in rows)
    room = book.derived(
        last * days / DAYS,
        f"Project Vault, room for {good.title}",
        "t",
        f"{days:g} days of US use in {YEARS[-1]}, {last:,.4g} t",
        days,
        used["US"],
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
        commodity=good.name,
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
