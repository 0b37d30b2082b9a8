"""The whole study put together, in the order of the chain."""

from __future__ import annotations

from models.books.book import Book, Row
from models.rare_earths.agreements import add_agreements
from models.rare_earths.caps import add_policy
from models.rare_earths.china import (
    add_blocks,
    add_china,
    make_conversion,
    make_magnet_price,
    make_metal_price,
)
from models.rare_earths.demand import add_demand
from models.rare_earths.links import add_links, friction
from models.rare_earths.magnets import add_magnets
from models.rare_earths.metals import add_metals
from models.rare_earths.mines import add_mines
from models.rare_earths.prices import add_reference_prices, add_settings, make_prices
from models.rare_earths.routes import add_routes
from models.rare_earths.scenarios import add_scenarios
from models.rare_earths.separation import add_separation
from models.rare_earths.technologies import add_regions, add_roles, make_recipe
from models.rare_earths.uncertainty import add_uncertainty

CITED = ("prices", "mining", "baskets", "separation", "magnets", "demand", "trade", "origins")
ORDER = (
    *(
        "settings",
        "years",
        "regions",
        "roles",
        "commodities",
        "reference_prices",
        "technologies",
        "processes",
        "plants",
    ),
    *(
        "minimums",
        "capacities",
        "unit_costs",
        "routes",
        "route_limits",
        "route_minimums",
        "exemptions",
        "qualified",
        "demand",
        "caps",
    ),
    *("floor_rules", "contracts", "stockpiles", "releases", "stock_targets", "funds"),
    *("scenarios", "changes", "uncertainty", "sources", "_figures"),
)
ABOUT = (
    "Rare earths 2026-2035",
    "Mine to separated NdPr, Dy and Tb to magnets. Members US, EU, Japan and Mexico; China capped, "
    "with its own demand; Korea, India, the United Kingdom, Canada, Australia and others, whom a "
    "scenario can make members.",
    "Quantities in t a year; prices and costs in USD/kg of 2026; prices of China ex works and without VAT.",
    "Written by `python -m models.rare_earths`; edit the blue numbers freely. White: retrieved or "
    "derived. Yellow: recalled, not read again. Orange: assumed. Each row names its sources (sheet "
    "`sources`), the weakest status and the lowest confidence of its numbers; sheet `_figures` lists "
    "every figure with its formula or reason.",
    "The caps, the path of NdPr from 2027 and the costs of projects are this study's own, agreed by nobody.",
    "What to see: caps on oxides and metal ask for nothing; caps on magnets make floors of 70 (2027) to 110 "
    "USD/kg (2035), none in 2029-30, when the offtake of 10X keeps the caps; new links and new plants set them.",
    "What stays weak, worst first: the cost of making magnets outside China (40-70 USD/kg; 20 % moves"
    " floors by 10); duties and the VAT that China keeps; magnets under contract, and what they settle at; "
    "origins by unit values in customs; which plants count as committed; the steps that hold up Dy and Tb; "
    "costs of clay; how fast Vietnam can build. Publish nothing on Dy and Tb from it.",
    "Known by October 2026: the floor of 110 USD/kg on NdPr in three contracts, the offtake of 10X, the end of "
    "US shipments to China, no purchase by the Vault, no outcome of section 232 on minerals by 21 August. "
    "Not known: what China did after 10 and 27 November 2026, when suspended controls run out; prices of "
    "magnets under contract; which oxides members buy where, by element.",
    "Not in it: stocks of MP Materials, Japan and Korea; La and Ce, at no value; the mine of a magnet's oxide, "
    "which the rule for US defence asks for; quality and brands of magnets; magnets inside goods.",
)


def make_book() -> Book:
    """Every row and figure."""
    book = Book(CITED)
    add_settings(book)
    add_regions(book)
    add_roles(book)
    prices = make_prices(book)
    recipe = make_recipe(book, prices)
    conversion = make_conversion(book, recipe, prices.vat)
    magnet = make_magnet_price(book, prices, recipe, conversion)
    add_reference_prices(book, prices, make_metal_price(book, prices), magnet)
    add_china(book, prices, recipe)
    add_mines(book, recipe.ndpr_yield["monazite"])
    add_separation(book, prices, recipe)
    add_magnets(book, recipe, conversion)
    add_metals(book)
    add_blocks(book, conversion)
    links = friction(book, prices)
    add_routes(book, prices, links)
    demand = add_demand(book)
    add_links(book, add_agreements(book, prices, recipe, links["magnet"]))
    add_policy(
        book, {"ndpr": prices.ndpr.basis, "dy": [prices.dy], "tb": [prices.tb], "magnet": magnet.basis}
    )
    add_scenarios(book, demand)
    add_uncertainty(book)
    return book


def make_tables() -> dict[str, list[Row]]:
    """Sheets in the order of the contract."""
    tables = make_book().tables()
    return {name: tables[name] for name in ORDER}
