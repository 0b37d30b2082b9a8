"""NdPr metal for makers in Japan and Vietnam, who buy it; others make it inside their magnet plants."""

from __future__ import annotations

from models.books.book import Book
from models.books.figures import Figure, Series, between
from models.books.production import Growth, add_process
from models.rare_earths.demand import made_in_japan
from models.rare_earths.magnets import metal_costs


def add_metals(book: Book) -> None:
    """Plants outside China, in t of metal."""
    cited, assumed, derived = book.cited, book.assumed, book.derived
    per_magnet = book.figures["NdPr metal per finished magnet"]
    made, _ = made_in_japan(book)
    bought = derived(
        made * per_magnet, "Japan, NdPr metal bought", "t/yr", "10,500 t of magnets x 0.292", made, per_magnet
    )
    own = cited("vn_shin_etsu")
    vietnam = derived(
        cited("metal_vn") * bought + own * per_magnet,
        "Vietnam, NdPr metal made",
        "t/yr",
        "59.8 % of what Japan buys and what the magnet plant in Vietnam uses",
        cited("metal_vn"),
        bought,
        own,
        per_magnet,
        confidence="low",
    )
    thailand = derived(
        cited("metal_th") * bought,
        "Thailand and others, NdPr metal made for Japan",
        "t/yr",
        "10.6 % of what Japan buys",
        cited("metal_th"),
        bought,
    )
    quick = assumed(
        2.0, "years to build a plant on an existing site", "years", "eVAC and Narva took about two", "medium"
    )

    def growth(region: str, capital: float, most: float, why: str) -> Growth:
        return Growth(
            assumed(capital, f"NdPr metal plant, {region}, capital", "USD per kg/yr", why),
            quick,
            assumed(most, f"most NdPr metal built a year, {region}", "t/yr per year", why),
        )

    costs = metal_costs(book)
    add_process(
        book,
        "VN metal",
        "VN",
        technology="metal",
        cost=costs["VN"],
        capacity=between({2026: vietnam}),
        growth=growth("VN", 20.0, 500.0, "19 M USD are announced for a plant of about 1,000 t"),
        note="Japanese-owned and Korean plants; from Chinese, Lynas and US oxide: an origin rule must say whose it is",
    )
    add_process(
        book,
        "RW metal",
        "RW",
        technology="metal",
        cost=costs["RW"],
        capacity=between({2026: thailand}),
        note="Thailand, France and others",
    )
    add_process(
        book,
        "JP metal",
        "JP",
        technology="metal",
        cost=costs["JP"],
        capacity=_at_home(book),
        growth=growth("JP", 40.0, 300.0, "twice Vietnam's"),
        note="what Japan's own scrap gives, and what could be built",
    )


def _at_home(book: Book) -> Series:
    """Metal from the oxide that Japan recycles."""
    oxide = book.cited("metal_to_oxide")
    marks: dict[int, Figure] = {}
    for year in (2026, 2030, 2035):
        recycled = book.figures[f"JP, recycled NdPr, {year}"]
        marks[year] = book.derived(
            recycled / oxide,
            f"JP, NdPr metal from scrap, {year}",
            "t/yr",
            "recycled oxide / 1.2",
            recycled,
            oxide,
        )
    return between(marks)
