"""Routes: freight, duties, the VAT that China keeps, and what it takes to buy from somebody new."""

from __future__ import annotations

from collections.abc import Mapping

from models.books.book import Book, Cell
from models.books.figures import DEFINITION, YEARS, Figure
from models.critical_minerals.flows import Pair, flows
from models.critical_minerals.goods import MEMBERS, Good
from models.critical_minerals.prices import price_points, with_growth

INERT = "inert: a place for scenarios"
LAST = YEARS[-1]


def add_routes(book: Book, good: Good, made: Mapping[str, Figure], takes: Mapping[str, Figure]) -> None:
    """Sheets routes, route_limits and qualified; `takes` is what a region used in 2024, t."""
    freight, link = freight_of(book, good), _link(book, good)
    for origin in ("member", "other", "CN"):
        vat = book.known(f"{good.name}_vat") if origin == "CN" else None
        for destination in ("member", "other") if origin == "CN" else ("*",):
            book.add(
                "routes",
                origin=origin,
                destination=destination,
                commodity=good.name,
                freight=freight,
                export_tax=vat,
                note="VAT that China keeps on exports" if vat is not None else "",
            )
    for member in MEMBERS:
        for origin in ("*", "CN"):
            vat = book.known(f"{good.name}_vat") if origin == "CN" else None
            book.add(
                "routes",
                link,
                origin=origin,
                destination=member,
                commodity=good.name,
                freight=freight,
                tariff=_duty(book, good, member, china=origin == "CN"),
                export_tax=vat,
            )
    for destination in ("member", "other", *MEMBERS):
        book.add(
            "route_limits",
            ground=DEFINITION,
            origin="CN",
            destination=destination,
            commodity=good.name,
            note=INERT,
        )
    _add_qualified(book, good, made, flows(book, good, made, takes), takes)


def freight_of(book: Book, good: Good) -> Figure:
    """USD/kg: by sea and by value."""
    sea, insured, price = book.cited("sea"), book.cited("insurance"), price_points(book, good)[2030]
    return book.derived(
        sea + insured * price,
        f"freight of {good.title}",
        "USD/kg",
        f"{sea:g} and {insured:.0%} of {price:.4g}",
        sea,
        insured,
        price,
    )


def _link(book: Book, good: Good) -> dict[str, Cell]:
    """What it takes to qualify somebody new: a share of the price, and a time."""
    share = book.known(f"{good.name}_qualify_share") or book.cited("qualify_share")
    years = book.known(f"{good.name}_qualify_years") or book.cited("qualify_years")
    price = price_points(book, good)[2030]
    cost = book.derived(
        share * price,
        f"qualifying a link, {good.title}",
        "USD per kg/yr",
        f"{share:.0%} of {price:.4g}",
        share,
        price,
    )
    return {"qualify_cost": cost, "qualify_time": years, "qualify_life": book.cited("link_life")}


def _duty(book: Book, good: Good, member: str, *, china: bool) -> Figure | None:
    plain = book.known(f"{good.name}_duty_{member}")
    more = book.known(f"{good.name}_duty_{member}_CN") if china else None
    if plain is None or more is None:
        return plain or more
    return book.derived(
        plain + more,
        f"{good.title}, duty of {member} on China",
        "share",
        f"{plain:.1%} and {more:.1%}",
        plain,
        more,
    )


def _add_qualified(
    book: Book,
    good: Good,
    made: Mapping[str, Figure],
    sold: Mapping[Pair, float],
    takes: Mapping[str, Figure],
) -> None:
    """Links of 2024. Those with China can grow to all that the others do not hold; others are as large as they were."""
    for (origin, destination), tonnes in sorted(sold.items()):
        if destination not in MEMBERS or origin == destination:
            continue
        room = was = book.derived(
            tonnes,
            f"{good.title}, {origin}>{destination}, 2024",
            "t",
            "customs where known, else in proportion to output and use",
            made[origin],
            takes[destination],
            confidence="low",
        )
        if origin == "CN":
            grown = with_growth(takes[destination], book, good)[LAST]
            others = sum(q for (o, d), q in sold.items() if d == destination and o not in ("CN", d))
            room = book.derived(
                max(grown - others, tonnes),
                f"link for {good.title}, {origin}>{destination}",
                "t/yr",
                f"what is bought in {LAST}, {grown:,.4g} t, less {others:,.4g} t of links with others",
                takes[destination],
                was,
                confidence="low",
            )
        book.add(
            "qualified",
            origin=origin,
            destination=destination,
            commodity=good.name,
            t=room,
            before=was if origin == "CN" else None,
        )
