"""Routes: freight, duties, the VAT that China keeps, and what it takes to buy from somebody new."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from models.books.book import Book, Cell
from models.books.figures import DEFINITION, ONE, YEARS, Figure, Ground, between
from models.critical_minerals.flows import bound_to_china, flows
from models.critical_minerals.goods import MEMBERS, REGIONS, Good, countries
from models.critical_minerals.prices import freight_of, price_points, with_growth
from models.rare_earths.routes import EU_FREE, US_FREE

INERT = "inert: a place for scenarios"
LAST = YEARS[-1]
FREE = {"US": US_FREE | {"KR": "KORUS"}, "EU": EU_FREE | {"JP": "economic partnership agreement"}}
"""Whose goods pay no duty by an agreement on trade."""


def add_routes(book: Book, good: Good) -> None:
    """Sheets routes and route_limits."""
    freight, link = freight_of(book, good), link_of(book, good)
    for origin in ("member", "other", "CN"):
        vat = book.known(f"{good.name}_vat") if origin == "CN" else None
        kept = origin == "CN" and untaken(book, good)
        for destination in ("member", "other") if origin == "CN" else ("*",):
            book.add(
                "routes",
                origin=origin,
                destination=destination,
                commodity=good.label,
                freight=freight,
                export_tax=vat,
                limit=book.cited(f"{good.name}_qualified_CN") if kept and destination == "other" else None,
                note="VAT that China keeps on exports" if vat is not None else "",
            )
    for member in MEMBERS:
        for origin in ("*", "CN"):
            never = (
                {"qualify_limit": book.cited(f"{good.name}_qualified_CN")}
                if origin == "CN" and untaken(book, good)
                else {}
            )
            vat = book.known(f"{good.name}_vat") if origin == "CN" else None
            book.add(
                "routes",
                link | never,
                origin=origin,
                destination=member,
                commodity=good.label,
                freight=freight,
                tariff=_duty(book, good, member, china=origin == "CN"),
                export_tax=vat,
            )
    for destination, partners in FREE.items():
        if book.known(f"{good.name}_duty_{destination}") is None:
            continue
        for origin, agreement in partners.items():
            book.add(
                "routes",
                link,
                ground=Ground("memory", "medium", ("htsus" if destination == "US" else "eu_cn",)),
                origin=origin,
                destination=destination,
                commodity=good.label,
                freight=freight,
                note=f"free: {agreement}",
            )
    for origin in bound_to_china(book, good):
        for destination in ("other", *MEMBERS):
            book.add(
                "routes",
                ground=book.cited(f"{good.name}_bound_{origin}_CN").ground,
                origin=origin,
                destination=destination,
                commodity=good.label,
                limit=0,
                note="its owner sells to China alone",
            )
    for member in MEMBERS:
        for origin in countries(book, f"duty_{member}", good.name):
            if origin != "CN":
                book.add(
                    "routes",
                    link,
                    origin=origin,
                    destination=member,
                    commodity=good.label,
                    freight=freight,
                    tariff=book.cited(f"{good.name}_duty_{member}_{origin}"),
                    note="a duty of its own, instead of the one for all",
                )
    for origin, destination in ((o, d) for o in _owned(book, good) for d in MEMBERS):
        book.add(
            "routes",
            link,
            origin=origin,
            destination=destination,
            commodity=good.label,
            freight=freight,
            tariff=_duty(book, good, destination, china=False),
            note="by itself as the row for all; a place for the scenario of ownership to set `content`",
        )
    add_limits(book, good)


def add_limits(book: Book, good: Good) -> None:
    """Sheet route_limits: places for an embargo."""
    for destination in ("member", "other", *MEMBERS):
        book.add(
            "route_limits",
            ground=DEFINITION,
            origin="CN",
            destination=destination,
            commodity=good.label,
            note=INERT,
        )


def untaken(book: Book, good: Good) -> bool:
    """True of a good that who needs it most does not take from China: links with China cannot grow."""
    return f"{good.name}_qualified_CN" in book.names()


def _owned(book: Book, good: Good) -> Iterable[str]:
    """Regions whose plants Chinese firms own, by what is known of it."""
    return countries(book, "chinese_owned", good.name)


def link_of(book: Book, good: Good) -> dict[str, Cell]:
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


def with_its_customers(book: Book, good: Good, was: Figure) -> Figure:
    """t/yr of a link in the last year: its maker is qualified, and grows with who buys."""
    until = with_growth(ONE, book, good)
    return book.derived(
        was * until[LAST] / until[YEARS[0]],
        f"link for {good.title}, {was.what.split(', ')[-2]}, grown",
        "t/yr",
        f"{was:,.4g} t, growing with use to {LAST}",
        was,
        *until.basis,
    )


def add_qualified(book: Book, good: Good, made: Mapping[str, Figure], takes: Mapping[str, Figure]) -> None:
    """Sheet qualified, links of 2024; `takes` is what a region used then, t.

    Who sells to a buyer can sell more as the buyer grows; China all that the others do not hold, but of goods that are
    `tied` or that its customers do not take from it.
    """
    sold = flows(book, good, made, takes)
    growth = with_growth(ONE, book, good)[YEARS[0]]
    kept = untaken(book, good)
    home = {d: q for (o, d), q in sold.items() if o == d}
    _add_home(book, good, made, takes, home)
    bought = {d: sum(q for (o, place), q in sold.items() if place == d != o) for _, d in sold}
    scale = {d: (growth * takes[d] - home.get(d, 0.0)) / abroad for d, abroad in bought.items() if abroad > 0}
    sold = {(o, d): q * scale.get(d, 1.0) if o != d else q for (o, d), q in sold.items()}
    for (origin, destination), tonnes in sorted(sold.items()):
        if destination not in MEMBERS or origin == destination:
            continue
        was = book.derived(
            tonnes,
            f"{good.title}, {origin}>{destination}, {YEARS[0]}",
            "t",
            "who sold in 2024, by customs where known, else in proportion to output and use; as use has grown",
            made[origin],
            takes[destination],
            confidence="low",
        )
        room = was if origin == "CN" and kept else with_its_customers(book, good, was)
        if origin == "CN" and not kept and not good.tied:
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
            commodity=good.label,
            t=room,
            before=was,
        )


def _add_home(
    book: Book, good: Good, made: Mapping[str, Figure], takes: Mapping[str, Figure], home: Mapping[str, float]
) -> None:
    """Sheet route_minimums: what members sold at home in 2024, of what is sold whatever China asks."""
    share = book.known(f"{good.name}_contracted")
    for region in MEMBERS if share is not None else ():
        if home.get(region, 0.0) > 0:
            kept = book.derived(
                share * home[region],
                f"{good.title}, sold at home under contract, {REGIONS[region]}",
                "t/yr",
                f"{share:.0%} of the {home[region]:,.4g} t that went to buyers there in 2024",
                share,
                made[region],
                takes[region],
                confidence="low",
            )
            book.add(
                "route_minimums",
                origin=region,
                destination=region,
                commodity=good.label,
                series=between({2024: kept}),
                note="who is qualified with makers at home stays with them",
            )
