"""Which goods there are, how they hang together, and where they are made and used."""

from __future__ import annotations

from dataclasses import dataclass

from models.books.book import Book
from models.books.figures import Figure

MEMBERS = ("US", "EU", "JP", "MX")
CANDIDATES = ("KR", "IN", "UK", "CA", "AU")
REGIONS = {
    "US": "United States",
    "EU": "European Union",
    "JP": "Japan",
    "MX": "Mexico",
    "CN": "China",
    "KR": "Korea",
    "IN": "India",
    "UK": "United Kingdom",
    "CA": "Canada",
    "AU": "Australia",
    "CD": "DR Congo",
    "ID": "Indonesia",
    "CL": "Chile",
    "KZ": "Kazakhstan",
    "VN": "Vietnam",
    "MZ": "Mozambique",
    "BO": "Bolivia",
    "TJ": "Tajikistan",
    "ZA": "South Africa",
    "BR": "Brazil",
    "RU": "Russia",
    "MY": "Malaysia",
    "MM": "Myanmar",
    "PH": "Philippines",
    "RW": "Rest of world",
}
CHAIN = "rare_earths"
NDPR, HEAVIES, MAGNET, MOTOR = "ndpr", "heavies", "magnet", "motor"
CONDENSED = (NDPR, HEAVIES, MAGNET)
"""Goods whose rows come from the full study of rare earths."""
EUROPEAN_UNION = (
    *("AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE"),
    *("IT", "LV", "LT", "LU", "MT", "NL", "PL", "PT", "RO", "SK", "SI", "ES", "SE"),
)
LEFT_OUT = ("KP",)  # North Korea sells to China alone: what it makes is as China's, and not counted


@dataclass(frozen=True)
class Good:
    """One commodity; `name` begins the names of its figures.

    `of` are the goods it is made of, `weak` marks goods on which nothing should be published.
    `final` is False for what is only made into another good, `capped` for what only a scenario caps, `kept` for
    what no reserve holds; with `tied`, more from China than its customers' growth takes a new link. A `by_product` is
    bounded by what carries it; what is made in many countries grows in all of them (`spread`), the rest in China.
    """

    name: str
    title: str
    stage: str
    chain: str
    of: tuple[str, ...] = ()
    final: bool = True
    weak: bool = False
    by_product: bool = False
    spread: bool = False
    capped: bool = True
    kept: bool = True
    tied: bool = False

    @property
    def label(self) -> str:
        """Its name in the workbook, and so in every sheet, picture and sentence of a result."""
        return f"{self.name} (weak)" if self.weak else self.name


STRONG = (
    Good("gallium", "gallium, primary", "metal", "gallium", by_product=True),
    Good("tungsten_ore", "tungsten concentrate, contained W", "ore", "tungsten", final=False),
    Good("tungsten", "tungsten as APT and oxide, contained W", "metal", "tungsten", of=("tungsten_ore",)),
    Good(
        "antimony_ore", "antimony concentrate, contained Sb", "ore", "antimony", final=False, by_product=True
    ),
    Good("antimony", "antimony metal and oxide, contained Sb", "metal", "antimony", of=("antimony_ore",)),
    Good("magnesium", "magnesium, primary", "metal", "magnesium"),
    Good("flake", "flake graphite, gross", "ore", "graphite", spread=True),
    Good("anode", "anode graphite", "anode", "graphite", of=("flake",)),
    Good(
        "cobalt_ore",
        "cobalt hydroxide and concentrate, contained Co",
        "ore",
        "cobalt",
        final=False,
        by_product=True,
        spread=True,
    ),
    Good("cobalt", "cobalt, refined", "metal", "cobalt", of=("cobalt_ore",)),
    Good("titanium", "titanium sponge", "metal", "titanium", spread=True),
    Good("nickel", "nickel, refined, contained Ni", "metal", "nickel", spread=True),
    Good("lithium", "lithium, refined, contained Li", "chemical", "lithium", spread=True),
    Good("fluorspar", "fluorspar, gross", "ore", "fluorspar", spread=True),
    Good(NDPR, "NdPr oxide", "oxide", CHAIN, final=False),
    Good(HEAVIES, "Dy and Tb oxide together", "oxide", CHAIN, final=False),
    Good(MAGNET, "NdFeB magnets", "magnet", CHAIN, of=(NDPR, HEAVIES)),
    Good(
        MOTOR,
        "motors with magnets, by magnet",
        "motor",
        CHAIN,
        of=(MAGNET,),
        capped=False,
        kept=False,
        tied=True,
    ),
)
WEAK = (
    Good("germanium", "germanium, refined", "metal", "germanium", weak=True, by_product=True),
    Good("indium", "indium, refined", "metal", "indium", weak=True, by_product=True),
    Good("bismuth", "bismuth, refined", "metal", "bismuth", weak=True, by_product=True),
    Good("vanadium", "vanadium, contained V", "metal", "vanadium", weak=True),
    Good("tellurium", "tellurium, refined", "metal", "tellurium", weak=True, by_product=True),
)


def region_of(country: str) -> str:
    """The region of the study a country belongs to."""
    if country in EUROPEAN_UNION:
        return "EU"
    return country if country in REGIONS else "RW"


def countries(book: Book, kind: str, good: str) -> dict[str, list[tuple[str, Figure]]]:
    """Figures called GOOD_kind_COUNTRY..., by region, with what follows the country's code."""
    found: dict[str, list[tuple[str, Figure]]] = {}
    start = f"{good}_{kind}_"
    for name in book.names():
        if name.startswith(start):
            country, _, rest = name.removeprefix(start).partition("_")
            if not (len(country) == 2 and country.isupper()) or country in LEFT_OUT:
                continue
            found.setdefault(region_of(country), []).append((rest, book.cited(name)))
    return {region: found[region] for region in REGIONS if region in found}


def summed(book: Book, kind: str, good: Good, what: str, unit: str = "t/yr") -> dict[str, Figure]:
    """By region: the sum of the figures of its countries."""
    sums: dict[str, Figure] = {}
    for region, parts in countries(book, kind, good.name).items():
        figures = [figure for _, figure in parts]
        if len(figures) == 1:
            sums[region] = figures[0]
            continue
        formula = " + ".join(f"{figure:,g}" for figure in figures)
        sums[region] = book.derived(
            sum(figures), f"{good.title}, {what}, {REGIONS[region]}", unit, formula, *figures
        )
    return sums


def first(book: Book, *names: str) -> Figure | None:
    """The first of these figures that there is."""
    return next((book.cited(name) for name in names if name in book.names()), None)
