"""What buyers want: magnets by region and segment."""

from __future__ import annotations

from models.books.book import Book
from models.books.figures import Figure, grow

SHARES = {
    "US": {"vehicles": 0.37, "wind": 0.08, "electronics": 0.22, "industrial": 0.28},
    "EU": {"defence": 0.02, "vehicles": 0.42, "wind": 0.18, "electronics": 0.10, "industrial": 0.28},
    "JP": {"defence": 0.01, "vehicles": 0.46, "wind": 0.02, "electronics": 0.23, "industrial": 0.28},
    "MX": {"vehicles": 0.75, "electronics": 0.10, "industrial": 0.15},
}
GROWTH = {"defence": 0.03, "vehicles": 0.06, "wind": 0.035, "electronics": 0.02, "industrial": 0.03}
VALUE = {
    "defence": (2000.0, "nothing else fits a weapon that is certified; a stopped programme costs far more"),
    "vehicles": (300.0, "1-2 kg a car: at some 450 USD a car motors without rare earths pay"),
    "wind": (150.0, "some 600 kg/MW: at twice the price a gearbox and a wound rotor pay"),
    "electronics": (250.0, "grams a device: hardly replaced, but buyers of small motors wait"),
    "industrial": (180.0, "induction motors and ferrites do, at more weight and power"),
    "all": (150.0, "outside the bloc: the least of its members, so that none of their demand goes first"),
}
SINCE = 2025


def add_demand(book: Book) -> dict[str, Figure]:
    """Sheet demand; tonnes of 2025 by region."""
    world = _world_growth(book)
    values = {
        s: book.assumed(
            v, f"value of unserved magnets, {s}", "USD/kg", f"{why}; judgement, it ranks the segments"
        )
        for s, (v, why) in VALUE.items()
    }
    rates = {
        s: book.assumed(
            g,
            f"growth of magnet demand, {s}",
            "per year",
            "about 4 % over all, as the IEA; vehicles above",
            "low-medium",
        )
        for s, g in GROWTH.items()
    }
    sizes = _sizes(book, world)
    for region, size in sizes.items():
        if region not in SHARES:
            book.add(
                "demand",
                region=region,
                segment="all",
                commodity="magnet",
                value=values["all"],
                series=grow(size, world, SINCE),
                note_value=VALUE["all"][1],
            )
            continue
        for segment, share in _shares(book, region).items():
            part = book.derived(
                size * share,
                f"magnets, {region}, {segment}, 2025",
                "t",
                f"{size:g} t x {share:g}",
                size,
                share,
            )
            book.add(
                "demand",
                region=region,
                segment=segment,
                commodity="magnet",
                value=values[segment],
                series=grow(part, rates[segment], SINCE),
                note_value=VALUE[segment][1],
            )
    return sizes


def _world_growth(book: Book) -> Figure:
    first, last = book.cited("iea_total_2024"), book.cited("iea_total_2035")
    return book.derived(
        (last / first) ** (1 / 11) - 1,
        "growth of magnet demand, world",
        "per year",
        "(140,120 / 90,922)^(1/11) - 1: IEA STEPS, 2024 to 2035",
        first,
        last,
    )


def _shares(book: Book, region: str) -> dict[str, Figure]:
    why = "IEA: cars 9 %, wind 11.5 %, other 79 % of the world; the rest is judgement"
    found = {s: book.assumed(v, f"share of {s}, {region}", "share", why) for s, v in SHARES[region].items()}
    return ({"defence": book.cited("defence_us")} if region == "US" else {}) | found


def _imported(book: Book, region: str, home: Figure | None = None) -> Figure:
    """What a region imported in 2024, and what its own makers sold there."""
    parts = [book.cited(f"cn_{region.lower()}_2024"), book.cited(f"others_{region.lower()}_2024")]
    formula = f"{parts[0]:,g} from China and {parts[1]:,g} from others in 2024"
    if home is not None:
        parts, formula = [*parts, home], f"{formula}, {home:,g} of its own; magnets inside goods left out"
    return book.derived(sum(parts), f"{region}, magnets, 2025", "t", formula, *parts)


def made_in_japan(book: Book) -> tuple[Figure, Figure]:
    """t of magnets and blocks that Japan makes under contract, and what of them is finished at home."""
    all_made = book.assumed(
        10500.0,
        "Japan, magnets and blocks made",
        "t/yr",
        f"captive and qualified supply: alloy {book.cited('jp_alloy'):,g} t in 2020, 12-15 kt since",
        "low-medium",
    )
    blocks = book.cited("jp_ph_blocks")
    return all_made, book.derived(
        all_made - blocks,
        "magnets under contract, JP to JP",
        "t/yr",
        "10,500 less the blocks that go to the Philippines",
        all_made,
        blocks,
    )


def _sizes(book: Book, world: Figure) -> dict[str, Figure]:
    """t of magnets used in 2025."""
    korean = book.assumed(1500.0, "magnets under contract, KR to KR", "t/yr", "Korean makers", "low-medium")
    found = {
        "US": _imported(book, "US"),
        "EU": _imported(book, "EU", book.cited("eu_vac")),
        "JP": _imported(book, "JP", made_in_japan(book)[1]),
        "MX": _imported(book, "MX"),
        "KR": _imported(book, "KR", korean),
        "IN": _imported(book, "IN"),
        "UK": book.cited("uk_2025"),
    }
    for region, value in (("CA", 500.0), ("AU", 100.0)):
        found[region] = book.assumed(value, f"{region}, magnets, 2025", "t", "no figure; by size of industry")
    made = book.figures["China, finished magnets, 2024"]
    exported = book.cited("exported_cn_2024")
    outside = book.assumed(
        15000.0,
        "magnets made outside China, 2024",
        "t",
        "Japan about 10 kt, Europe, Vietnam, Korea",
        "low-medium",
    )
    china = book.derived(
        (made - exported) * (1 + world),
        "China, magnets, 2025",
        "t",
        "(made - exported) of 2024 and a year of growth",
        made,
        exported,
        world,
        confidence="low-medium",
    )
    month = book.cited("cn_vn_month")
    vietnam = book.derived(
        12 * month,
        "Vietnam, magnets, 2025",
        "t",
        "12 x 456 t; they leave again inside motors and devices",
        month,
    )
    named = sum(found.values()) + china + vietnam
    rest = book.derived(
        (made + outside) * (1 + world) - named,
        "rest of world, magnets, 2025",
        "t",
        "world made less all others",
        made,
        outside,
        world,
        *found.values(),
    )
    return {**found, "CN": china, "VN": vietnam, "RW": rest}
