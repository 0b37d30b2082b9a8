"""Rare earths condensed: NdPr oxide, Dy and Tb oxide together, and magnets, from the figures of the full study.

Mine and separation are one step; a plant's heavies are what its own feed gives, whatever it makes of NdPr; Dy and
Tb are one good, in the proportion of a magnet; one grade of magnet; metal and blocks are inside the magnet plants.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from models.books.book import Book
from models.books.figures import DEFINITION, YEARS, Figure, Series, between
from models.books.production import Growth, add_process
from models.critical_minerals.agreed import ELEMENTS
from models.critical_minerals.condensed import Condensed, least, number, times, together
from models.critical_minerals.goods import HEAVIES, MAGNET, NDPR, Good
from models.critical_minerals.magnets import add_magnets
from models.critical_minerals.motors import define_motors
from models.critical_minerals.steps import add_technology, made_by

CHAIN = "rare_earths"
MONAZITE, PASS = "NdPr per t of monazite concentrate", "NdPr per t of Mountain Pass concentrate"
OF_MONAZITE = "Dy and Tb per t of monazite concentrate"
OF_PASS = "Dy and Tb per t of Mountain Pass concentrate"
OTHER_CLAY, OF_OTHER_CLAY = "NdPr per t of other clay", "Dy and Tb per t of other clay"
SMALL = "small separation plants, mine to NdPr"
PLANTS = {
    # plant of the full study: what NdPr costs from the mine on
    "MY Lynas": "Lynas, mine to NdPr",
    "US Mountain Pass": "MP Materials, mine to NdPr",
    "US White Mesa": "White Mesa, mine to NdPr",
    "EU Silmet and La Rochelle": "Silmet and La Rochelle, mine to NdPr",
    "AU Eneabba": "Eneabba, mine to NdPr",
    "IN IREL": SMALL,
    "CA SRC": "SRC, mine to NdPr",
    "RW separation": SMALL,
    "VN separation": SMALL,
}
CLAY = {"EU": ("EU Caremag clay", "BR mine Serra Verde"), "MY": ("MY Lynas clay", "MY mine clay")}
RECYCLERS = ("EU", "US", "JP")
HEAVY_PLANTS = {
    # plants for heavies: the plants for NdPr whose feed they get
    "MY": ("MY Lynas",),
    "US": ("US Mountain Pass", "US White Mesa"),
    "EU": ("EU Silmet and La Rochelle",),
    "AU": ("AU Eneabba",),
    "CA": ("CA SRC",),
}
SAYS = (
    "Rare earths are condensed from inputs/rare_earths.xlsx, whose figures, plants, duties, contracts and links they "
    "take: mine and separation in one step, Dy and Tb one good in the proportion of a magnet, magnets as they are, "
    "with half of these and without, metal and blocks inside the magnet plants; a plant's heavies are what its feed "
    "gives, whether its NdPr is made or not. Under the demand and the caps of that workbook, and with nothing put in "
    "reserve, they give its floors on magnets within 1 USD/kg, but for 2028, where oxide of the United States is "
    "cheaper and the floor 4 lower.",
    "Floors on magnets are lower here than there, for three reasons: caps begin at 95 % in 2027, not 68 %; a cap on "
    "what others are made of is a share of all that arrives, so that part of the levy is paid on to who sells other "
    "magnets; and magnets go into motors, which no cap of the base holds: motors from China take the place of magnets "
    "from there. Scenario `motors too` caps both; motors of other countries, with Chinese magnets in them, then come.",
    "Of motors little is known: how many magnets come inside them, from whom, and what making one costs are assumed. "
    "Read from them that and where a floor on magnets leaks, not how much.",
)


class _Plant(NamedTuple):
    capacity: Series
    cost: Figure


def define(book: Book) -> Condensed:
    """Short names of the figures that the engine cites for these goods; the full study they come from."""
    full = Condensed(book)
    for element in ELEMENTS:
        book.define(f"{MAGNET}_{element}", full.figure(f"{element} oxide per finished magnet"))
    _define_prices(book, full)
    growth = full.figure("growth of magnet demand, world")
    for good in (NDPR, HEAVIES):
        book.define(f"{good}_vat", book.cited("vat"))
        book.define(f"{good}_qualify_years", full.figure("years to qualify a link, oxides and metal"))
        for year in (2030, 2035):
            book.define(f"{good}_growth_{year}", growth)
    book.define(f"{HEAVIES}_freight", book.cited("air"))
    book.define(f"{MAGNET}_qualify_years", full.figure("years to qualify a link, magnets"))
    define_motors(book, full)
    return full


def _define_prices(book: Book, full: Condensed) -> None:
    dy, tb = book.cited(f"{MAGNET}_dy"), book.cited(f"{MAGNET}_tb")
    heavy = book.derived(
        dy + tb, "Dy and Tb oxide per finished magnet", "t/t", f"{dy:.4g} + {tb:.4g}", dy, tb
    )
    book.define(f"{MAGNET}_yield_{HEAVIES}", heavy)
    ndpr = book.define(f"{MAGNET}_yield_{NDPR}", book.cited("ndpr_per_magnet"))
    each = [full.figure(f"{name} oxide, China, without VAT") for name in ("Dy", "Tb")]
    mixed = book.derived(
        (dy * each[0] + tb * each[1]) / heavy,
        "Dy and Tb oxide together, China, without VAT",
        "USD/kg",
        f"{each[0]:.4g} and {each[1]:.4g} as they go into a magnet, {dy:.4g} and {tb:.4g}",
        dy,
        tb,
        *each,
    )
    making = book.define(f"{MAGNET}_step_CN", full.figure("making magnets, China"))
    oxides = {
        2026: book.cited("ndpr_2026"),
        2030: full.figure("NdPr oxide, China, without VAT, from 2030"),
    }
    for year, oxide in oxides.items():
        book.define(f"{NDPR}_price_{year}", oxide)
        book.define(f"{HEAVIES}_price_{year}", mixed)
        price = book.derived(
            making + ndpr * oxide + heavy * mixed,
            f"magnets, China, {year}",
            "USD/kg",
            f"making them {making:.4g}, {ndpr:g} x {oxide:.4g} of NdPr and {heavy:.4g} x {mixed:.4g} of Dy and Tb",
            making,
            ndpr,
            oxide,
            heavy,
            mixed,
        )
        book.define(f"{MAGNET}_price_{year}", price)


def add_condensed_supply(book: Book, full: Condensed, good: Good) -> dict[str, Figure]:
    """Sheets technologies, processes, capacities and unit_costs of NdPr, heavies or magnets; t/yr of 2026 by region."""
    if good.of:
        add_technology(book, good)
    _add_china(book, full, good)
    add = {NDPR: _add_ndpr, HEAVIES: _add_heavies, MAGNET: add_magnets}[good.name]
    add(book, full, good)
    return _standing(book, good)


def _standing(book: Book, good: Good) -> dict[str, Figure]:
    """Capacity of the first year by region."""
    found: dict[str, float] = {}
    for row in book.sheets["capacities"]:
        if (name := str(row["process"])).endswith(f" {good.label}"):
            found[name[:2]] = found.get(name[:2], 0.0) + number(row[YEARS[0]])
    return {
        region: Figure(value, f"{good.title}, capacity, {region}, {YEARS[0]}", "t/yr", DEFINITION)
        for region, value in found.items()
        if value > 0
    }


def _add_china(book: Book, full: Condensed, good: Good) -> None:
    """At its price, never short: as much as its magnet plants can use."""
    plants = full.capacity("CN magnets")
    if good.name == MAGNET:
        making = book.cited(f"{MAGNET}_step_CN")
        asks, size = (
            Series(dict.fromkeys(YEARS, making), (making,), "what making magnets adds in China"),
            plants,
        )
    else:
        points = {year: book.cited(f"{good.name}_price_{year}") for year in (2026, 2030)}
        asks = between(points)
        size = times(
            plants, book.cited(f"{MAGNET}_yield_{good.name}"), "what its magnet plants could use; never binds"
        )
    add_process(
        book,
        f"CN {good.label}",
        "CN",
        **made_by(good),
        cost=asks,
        capacity=size,
        note="at its price; never binds",
    )


def _add_ndpr(book: Book, full: Condensed, good: Good) -> None:
    for plant, cost in PLANTS.items():
        _process(book, good, plant, _Plant(full.capacity(plant), full.figure(cost)))
    for region, (plant, mine) in CLAY.items():
        feed, rate = _clay(full, plant, mine), full.figure(OTHER_CLAY)
        _process(
            book,
            good,
            f"{region} clay",
            _Plant(
                times(feed, rate, f"clay of {mine} that {plant} takes, x {rate:.4g}"), _clay_cost(book, full)
            ),
        )
    scrap = full.figure("recycling outside China, less its heavies")
    for region in RECYCLERS:
        _process(book, good, f"{region} recycling", _Plant(full.capacity(f"{region} recycling"), scrap))
    for plant in ("US White Mesa", "EU Silmet and La Rochelle"):
        growth = _with_mine(book, full, plant, full.growth(("plants", "plant", plant)))
        _new(book, good, plant, full.figure(PLANTS[plant]), growth)
    nolans = full.growth(("processes", "process", "AU Nolans"))
    _new(book, good, "AU Nolans", full.figure("Nolans, cost"), nolans)


def _with_mine(book: Book, full: Condensed, plant: str, growth: Growth) -> Growth:
    """What is separated in addition comes from new mines: their capital on top, and their time where it is longer."""
    mine, rate = full.figure("new monazite mine"), full.figure(MONAZITE)
    both = book.derived(
        growth.capital + mine / rate,
        f"{plant}, capital with a mine",
        "USD per kg/yr",
        f"{growth.capital:g} of separation and {mine:g} / {rate:g} of a monazite mine",
        growth.capital,
        mine,
        rate,
    )
    lead = max(growth.lead, full.figure("years to open a mine or build separation"))
    return replace(growth, capital=both, lead=lead)


def _clay(full: Condensed, plant: str, mine: str) -> Series:
    return least((full.capacity(plant), full.capacity(mine)), "the plant or the mine, whichever is smaller")


def _clay_cost(book: Book, full: Condensed) -> Figure:
    mining, separating, rate = (
        full.figure(name)
        for name in ("clay mining, Serra Verde", "separation of clay, outside China", OTHER_CLAY)
    )
    return book.derived(
        (mining + separating) / rate,
        "NdPr from clay outside China",
        "USD/kg NdPr",
        f"({mining:g} + {separating:g}) / {rate:.4g}: all on NdPr, its heavies bear only their separation",
        mining,
        separating,
        rate,
    )


def _add_heavies(book: Book, full: Condensed, good: Good) -> None:
    cost = full.figure("separation of heavy feed, outside China")
    for region, plants in HEAVY_PLANTS.items():
        feeds = []
        for plant in plants:
            of_ndpr = PASS if plant == "US Mountain Pass" else MONAZITE
            heavy = OF_PASS if plant == "US Mountain Pass" else OF_MONAZITE
            feeds.append(_own(book, full, plant, heavy, of_ndpr))
        if region in CLAY:
            rate = full.figure(OF_OTHER_CLAY)
            feeds.append(times(_clay(full, *CLAY[region]), rate, "of clay"))
        most = least(
            (together(feeds, ""), full.capacity(f"{region} heavy")),
            "what its feed gives, or the plant takes: " + ", ".join((*plants, *CLAY.get(region, ()))),
        )
        _process(book, good, region, _Plant(most, cost))
    with_scrap = [full.figure(f"{element} that comes with recycled NdPr") for element in ELEMENTS]
    rate = book.derived(
        sum(with_scrap),
        "Dy and Tb that come with recycled NdPr",
        "t/t",
        " + ".join(f"{part:.4g}" for part in with_scrap),
        *with_scrap,
    )
    for region in RECYCLERS:
        scrap = times(full.capacity(f"{region} recycling"), rate, "with recycled NdPr")
        _process(book, good, f"{region} recycling", _Plant(scrap, cost))
    mining, mine = full.figure("Browns Range, cost"), ("processes", "process", "AU mine Browns Range")
    whole = book.derived(
        mining + cost,
        "Browns Range, with separation",
        "USD/kg",
        f"{mining:.4g} + {cost:.4g}",
        mining,
        cost,
    )
    _new(book, good, "AU Browns Range", whole, full.growth(mine))


def _own(book: Book, full: Condensed, plant: str, heavy: str, of_ndpr: str) -> Series:
    """Heavies of a plant's own feed, run in full."""
    part, whole = full.figure(heavy), full.figure(of_ndpr)
    rate = book.derived(
        part / whole,
        f"{heavy.split(' per ')[0]} per t of NdPr, {heavy.split(' of ')[-1]}",
        "t/t",
        f"{part:.4g} / {whole:.4g}",
        part,
        whole,
    )
    return times(full.capacity(plant), rate, f"with the NdPr of {plant}")


def _process(book: Book, good: Good, name: str, plant: _Plant) -> None:
    add_process(
        book,
        f"{name} {good.label}",
        name.partition(" ")[0],
        **made_by(good),
        cost=plant.cost,
        capacity=plant.capacity,
    )


def _new(book: Book, good: Good, name: str, cost: Figure, growth: Growth) -> None:
    """What can be added to a plant, or a project."""
    region, _, rest = name.partition(" ")
    add_process(
        book,
        f"{region} new {rest} {good.label}",
        region,
        **made_by(good),
        cost=cost,
        growth=growth,
        note="could be built",
    )
