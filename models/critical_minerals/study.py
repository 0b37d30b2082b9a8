"""The workbooks put together, good by good."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from models.books.book import Book, Row
from models.books.figures import DEFINITION, YEARS, Figure
from models.critical_minerals.agreed import add_condensed_trade
from models.critical_minerals.demand import add_demand, use_of
from models.critical_minerals.goods import (
    CANDIDATES,
    CHAIN,
    CONDENSED,
    MEMBERS,
    REGIONS,
    STRONG,
    WEAK,
    Good,
)
from models.critical_minerals.policy import add_caps, add_fund, add_stockpile
from models.critical_minerals.prices import add_reference_prices
from models.critical_minerals.rare_earths import SAYS, add_condensed_supply, define
from models.critical_minerals.recycling import add_push, add_recycling
from models.critical_minerals.scenarios import add_scenarios
from models.critical_minerals.steps import yield_of
from models.critical_minerals.supply import add_supply
from models.critical_minerals.trade import add_qualified, add_routes
from models.critical_minerals.uncertainty import add_uncertainty

SHARED = (
    "prices",
    "trade",
    "separation",
    "magnets",
    "demand",
    "mining",
    "origins",
    "minerals/general",
    "minerals/assumed",
)
ORDER = (
    *("settings", "years", "regions", "roles", "commodities", "reference_prices", "technologies"),
    *(
        "processes",
        "plants",
        "minimums",
        "capacities",
        "unit_costs",
        "routes",
        "route_limits",
        "route_minimums",
    ),
    *("qualified", "demand", "caps", "contracts", "stockpiles", "releases", "stock_targets", "funds"),
    *("scenarios", "changes", "uncertainty", "sources", "_figures"),
)


class Workbook(NamedTuple):
    """One of the workbooks: its goods, the files of its figures, what `_about` says."""

    name: str
    goods: tuple[Good, ...]
    about: tuple[str, ...]

    @property
    def files(self) -> tuple[str, ...]:
        """Files of models/figures whose figures it may cite."""
        return (*SHARED, *(f"minerals/{name}" for name in dict.fromkeys(good.chain for good in self.goods)))


UNITS = (
    "Quantities in t a year of contained metal, but flake, anode, sponge, fluorspar, "
    "oxides and magnets gross, and motors in t of the magnets in them; prices and costs "
    "in USD/kg of the same tonne, in money of 2026; prices of China ex works and without VAT."
)
COLOURS = (
    "Written by `python -m models.critical_minerals`; edit the blue numbers freely. White: retrieved or derived. "
    "Yellow: recalled, not read again. Orange: assumed. Each row names its sources (sheet `sources`), the weakest "
    "status and the lowest confidence of its numbers; sheet `_figures` lists every figure with its formula or reason."
)
MAIN = Workbook(
    "critical_minerals",
    STRONG,
    (
        "Critical minerals 2026-2035",
        "Eleven chains of goods, from ore to metal, of rare earths to magnets and motors. Members US, EU, Japan and "
        "Mexico; China capped, with its own demand; Korea, India, the United Kingdom, Canada and Australia can become "
        "members in a scenario.",
        UNITS,
        *SAYS,
        COLOURS,
    ),
)
SECOND = Workbook(
    "critical_minerals_weak",
    WEAK,
    (
        "Germanium, indium, bismuth, vanadium and tellurium 2026-2035: weak",
        "Weak: a world total, a demand or a second supply is guessed for each of the five. Publish nothing from it.",
        UNITS,
        COLOURS,
    ),
)


def make_book(workbook: Workbook) -> Book:
    """Every row and figure."""
    book = Book(workbook.files)
    _add_settings(book, workbook)
    add_fund(book)
    by_name = {good.name: good for good in workbook.goods}
    makers = {feed: good for good in workbook.goods for feed in good.of}
    full = define(book) if any(good.chain == CHAIN for good in workbook.goods) else None
    made: dict[str, dict[str, Figure]] = {}
    for good in workbook.goods:
        if full is not None and good.name in CONDENSED:
            made[good.name] = add_condensed_supply(book, full, good)
        else:
            feeds = tuple(by_name[feed] for feed in good.of)
            made[good.name] = add_supply(book, good, feeds, makers.get(good.name))
    buys: dict[str, dict[str, Figure]] = {}
    for good in workbook.goods:
        maker = makers.get(good.name)
        used: dict[str, Figure] = {}
        if good.final:
            used = use_of(book, good, made[maker.name] if maker else {}, maker)
            add_demand(book, good, used)
            add_recycling(book, good, used)
            buys[good.name] = used
        if full is not None and good.name in CONDENSED:
            add_condensed_trade(book, full, good)
        else:
            takes = _taken(book, good, used, made[maker.name] if maker else {}, maker)
            add_routes(book, good)
            add_qualified(book, good, made[good.name], takes)
        add_caps(book, good, share_of_use=maker is not None)
        add_stockpile(book, good, used, _into_next(book, good, made[maker.name] if maker else {}, maker))
    add_reference_prices(book, workbook.goods)
    add_scenarios(book, workbook.goods)
    add_push(book, workbook.goods, buys)
    add_uncertainty(book, workbook.goods)
    return book


def _into_next(book: Book, good: Good, made: dict[str, Figure], maker: Good | None) -> Figure | None:
    """t of a good that US makers of the next one took in the base year."""
    if maker is None or "US" not in made:
        return None
    per, tonnes = yield_of(book, maker, good.name), made["US"]
    return book.derived(
        per * tonnes,
        f"{good.title} that goes into {maker.title}, {REGIONS['US']}",
        "t",
        f"{per:g} x {tonnes:,g}",
        per,
        tonnes,
    )


def _taken(
    book: Book, good: Good, used: dict[str, Figure], made: dict[str, Figure], maker: Good | None
) -> dict[str, Figure]:
    """t of 2024 that a region takes of a good: what its buyers use, and what goes into the next good."""
    if maker is None:
        return used
    per, found = yield_of(book, maker, good.name), dict(used)
    for region, tonnes in made.items():
        own = used.get(region)
        found[region] = book.derived(
            (own or 0.0) + per * tonnes,
            f"{good.title}, taken in 2024, {REGIONS[region]}",
            "t",
            f"{own or 0:,g} of other uses and {per:g} x {tonnes:,g} of {maker.title}",
            *(figure for figure in (own, per, tonnes) if figure is not None),
        )
    return found


def make_tables(workbook: Workbook) -> dict[str, list[Row]]:
    """Sheets in the order of the contract."""
    tables = make_book(workbook).tables()
    return {name: tables[name] for name in ORDER if name in tables}


def _add_settings(book: Book, workbook: Workbook) -> None:
    add = book.add
    add("settings", key="title", value=workbook.about[0], ground=DEFINITION)
    add("settings", key="currency", value="USD", ground=DEFINITION)
    add("settings", key="price_year", value=2026, ground=DEFINITION)
    add("settings", key="discount_rate", value=book.cited("discount_rate"))
    add("settings", key="capital_rate", value=book.cited("hurdle"))
    for year in YEARS:
        add("years", year=year, length=1, ground=DEFINITION)
    _add_regions(book)
    for good in workbook.goods:
        add(
            "commodities",
            commodity=good.label,
            name=good.title,
            stage=good.stage,
            unit="t",
            ground=DEFINITION,
            note="weak: publish nothing on it" if good.weak else "",
        )


def _add_regions(book: Book) -> None:
    for region, name in REGIONS.items():
        role = "member" if region in MEMBERS else "capped" if region == "CN" else "other"
        book.add("regions", region=region, name=name, role=role, ground=DEFINITION)
    for region in ("JP", "MX", *CANDIDATES):
        book.add("roles", ground=DEFINITION, region=region, note="inert: role as in regions")


WORKBOOKS: Sequence[Workbook] = (MAIN, SECOND)
