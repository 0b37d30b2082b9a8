"""Who ships what to whom: freight, duties, China's unrebated VAT, contracts, places for scenarios.

Rows go by role where they can, so that a scenario can close `origin=CN` or change a region's role. None names
China's own market, which is a shipment to itself, free and open.
"""

from __future__ import annotations

from collections.abc import Mapping

from models.books.book import Book, Cell
from models.books.figures import DEFINITION, Figure, Ground
from models.rare_earths.prices import Prices

MEMBERS = ("US", "EU", "JP", "MX")
MAKERS = ("US", "EU", "JP")
BUYERS = {"metal": ("JP",)}
US_FREE = {"MX": "USMCA", "CA": "USMCA", "AU": "free-trade agreement"}
EU_FREE = {
    "MX": "free-trade agreement",
    "KR": "free-trade agreement",
    "VN": "free-trade agreement",
    "UK": "trade and cooperation agreement",
    "CA": "CETA",
}
INERT = "inert: a place for scenarios"


def add_routes(book: Book, prices: Prices, links: Mapping[str, Mapping[str, Cell]]) -> None:
    """Sheets routes and route_limits; `links` are the cells of routes into members, by commodity."""
    _add_oxide_routes(book, prices, links)
    _add_magnet_routes(book, links["magnet"])
    _add_feed_routes(book)
    _add_limits(book)


def _add_oxide_routes(book: Book, prices: Prices, links: Mapping[str, Mapping[str, Cell]]) -> None:
    sea, air, insured = book.cited("sea"), book.cited("air"), book.cited("insurance")
    later = prices.ndpr[2030]
    by_value = {
        "ndpr": prices.ndpr.basis[-1],
        "metal": prices.ndpr.basis[-1],
        "dy": prices.dy,
        "tb": prices.tb,
    }
    for commodity, price in by_value.items():
        base = air if commodity in ("dy", "tb") else sea
        freight = book.derived(
            base + insured * (later if commodity in ("ndpr", "metal") else price),
            f"freight of {commodity}" + ("" if commodity == "metal" else " oxide"),
            "USD/kg",
            f"{base:g} and 1 % of " + ("the value of its oxide" if commodity == "metal" else "value"),
            base,
            insured,
            price,
        )
        for origin in ("member", "other"):
            book.add("routes", origin=origin, destination="*", commodity=commodity, freight=freight)
        for destination in ("member", "other"):
            book.add(
                "routes",
                origin="CN",
                destination=destination,
                commodity=commodity,
                freight=freight,
                export_tax=prices.vat,
                note="13 % VAT that China does not rebate on oxides and metals: kept by China, not a cost of the "
                "world",
            )
        for member in BUYERS.get(commodity, MAKERS):
            book.add(
                "routes",
                links[commodity],
                origin="*",
                destination=member,
                commodity=commodity,
                freight=freight,
            )
            book.add(
                "routes",
                links[commodity],
                origin="CN",
                destination=member,
                commodity=commodity,
                freight=freight,
                export_tax=prices.vat,
            )
        if commodity != "metal":
            _close_to_china(book, commodity)
    for feed in ("seg", "hre"):
        for origin in ("member", "other"):
            book.add(
                "routes",
                origin=origin,
                destination="*",
                commodity=feed,
                freight=air,
                note="no heavy feed leaves China",
            )
        _close_to_china(book, feed)


def _close_to_china(book: Book, commodity: str) -> None:
    """Nothing that is mined or separated in the United States goes to China."""
    book.add(
        "routes",
        ground=Ground("retrieved", "high", ("mp_stop_2025", "usitc_2846")),
        origin="US",
        destination="CN",
        commodity=commodity,
        limit=0,
        note="stopped in April 2025: 58,637 t of HS 2846 in 2024, 62 t in January to April 2026",
    )


def _add_magnet_routes(book: Book, links: Mapping[str, Cell]) -> None:
    freight = book.derived(
        book.cited("sea") + book.cited("insurance") * 60,
        "freight of magnets",
        "USD/kg",
        "0.2 and 1 % of about 60",
        book.cited("sea"),
        book.cited("insurance"),
    )
    us, eu, extra = book.cited("us_mfn"), book.cited("eu_mfn"), book.cited("us_301")
    both = book.derived(
        us + extra,
        "United States, duty on Chinese magnets",
        "share",
        "25 % of section 301 and 2.1 %",
        us,
        extra,
    )
    free = Ground("memory", "medium", ("htsus",))
    free_eu = Ground("memory", "medium", ("eu_cn",))

    def route(
        origin: str,
        destination: str,
        tariff: Figure | None = None,
        ground: Ground | None = None,
        note: str = "",
    ) -> None:
        book.add(
            "routes",
            links if destination in MEMBERS else {},
            ground=ground,
            note=note,
            origin=origin,
            destination=destination,
            commodity="magnet",
            freight=freight,
            tariff=tariff,
        )

    for origin in ("member", "other"):
        route(origin, "*")
    for destination in ("member", "other"):
        route("CN", destination, note="VAT is rebated on magnets")
    for destination in ("JP", "MX"):
        route("*", destination)
        route("CN", destination)
    route("*", "US", us)
    route("CN", "US", both)
    for origin, why in US_FREE.items():
        route(origin, "US", ground=free, note=f"free: {why}")
    route("*", "EU", eu)
    route("CN", "EU", eu)
    for origin, why in EU_FREE.items():
        route(origin, "EU", ground=free_eu, note=f"free: {why}")
    for destination, tariff in (("EU", eu), ("MX", None)):
        route(
            "RW",
            destination,
            tariff,
            note="by itself as the row for all; a place for scenarios of relabelling to set `content`",
        )
    book.add(
        "routes",
        origin="CN",
        destination="RW",
        commodity="block",
        freight=freight,
        note="only for scenarios of relabelling",
    )


def _add_feed_routes(book: Book) -> None:
    class7 = book.cited("class7")
    later = book.assumed(
        2029.0,
        "first year of mineral-sands monazite for others",
        "year",
        "no project before; Mt Weld and Eneabba feed their owners",
        "medium",
    )
    bought = book.derived(
        book.cited("mined_mg") + book.cited("mined_ng"),
        "monazite that goes to China",
        "t REO",
        "Madagascar 2,700 and Nigeria 1,500",
        book.cited("mined_mg"),
        book.cited("mined_ng"),
    )
    own = Ground("assumption", "medium", ("assumption",))
    book.add(
        "routes",
        ground=own,
        origin="AU",
        destination="MY",
        commodity="monazite",
        freight=class7,
        note="Mt Weld to Lynas",
    )
    for destination in ("US", "EU", "CA"):
        book.add(
            "routes",
            origin="AU",
            destination=destination,
            commodity="monazite",
            freight=class7,
            first_year=later,
        )
    for destination in ("US", "EU", "CA", "VN"):
        book.add(
            "routes", ground=own, origin="RW", destination=destination, commodity="monazite", freight=class7
        )
    book.add("routes", origin="RW", destination="CN", commodity="monazite", freight=class7, limit=bought)
    for origin in ("MM", "VN", "RW"):
        book.add(
            "routes",
            ground=book.cited("mined_mm").ground,
            origin=origin,
            destination="CN",
            commodity="clay",
            freight=class7,
            note="sold to China alone, by its own import data",
        )
    ends = book.cited("serra_ends")
    book.add(
        "routes",
        origin="BR",
        destination="CN",
        commodity="clay",
        freight=class7,
        last_year=ends,
        note="offtake ends with 2026",
    )
    for destination in ("US", "EU"):
        book.add(
            "routes",
            ground=book.cited("serra_ends").ground,
            origin="BR",
            destination=destination,
            commodity="clay",
            freight=class7,
            note="all of phase 1 is sold to a US vehicle for 15 years; who separates it is not said: its owner holds "
            "13.6 % of Carester, which builds Caremag",
        )


def _add_limits(book: Book) -> None:
    rows = [("CN", d, "*") for d in ("member", "other")]
    rows += [("CN", d, c) for d in ("member", "other") for c in ("dy", "tb")]
    rows += [("CN", d, "magnet") for d in MEMBERS]
    for member in MEMBERS:
        book.add(
            "exemptions", ground=DEFINITION, origin="CN", destination=member, commodity="magnet", note=INERT
        )
    for origin, destination, commodity in rows:
        book.add(
            "route_limits",
            ground=DEFINITION,
            origin=origin,
            destination=destination,
            commodity=commodity,
            note=INERT,
        )
