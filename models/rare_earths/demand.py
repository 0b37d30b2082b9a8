"""What buyers want: magnets by region and segment."""

from __future__ import annotations

from models.rare_earths.book import Book
from models.rare_earths.figures import Figure, grow

SHARES = {
    "US": {"vehicles": 0.37, "wind": 0.08, "electronics": 0.22, "industrial": 0.28},
    "EU": {"defence": 0.02, "vehicles": 0.42, "wind": 0.18, "electronics": 0.10, "industrial": 0.28},
    "JP": {"defence": 0.01, "vehicles": 0.46, "wind": 0.02, "electronics": 0.23, "industrial": 0.28},
    "MX": {"vehicles": 0.75, "electronics": 0.10, "industrial": 0.15},
}
GROWTH = {"defence": 0.03, "vehicles": 0.06, "wind": 0.035, "electronics": 0.02, "industrial": 0.03}
VALUE = {
    "defence": 2000.0,
    "vehicles": 300.0,
    "wind": 150.0,
    "electronics": 250.0,
    "industrial": 180.0,
    "all": 150.0,
}
SINCE = 2025


def add_demand(book: Book) -> dict[str, Figure]:
    """Sheet demand; tonnes of 2025 by region."""
    world = _world_growth(book)
    values = {
        s: book.assumed(
            v,
            f"value of unserved magnets, {s}",
            "USD/kg",
            "a stopped line costs far more; it ranks the segments",
        )
        for s, v in VALUE.items()
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


def _sizes(book: Book, world: Figure) -> dict[str, Figure]:
    """t of magnets used in 2025."""
    found = {region: book.cited(f"demand_{region.lower()}") for region in ("US", "EU", "JP")}
    found["MX"] = book.assumed(2500.0, "Mexico, magnets, 2025", "t", "no figure; motors and car parts")
    found |= {region: book.cited(f"demand_{region.lower()}") for region in ("KR", "IN")}
    for region, value in (("UK", 1000.0), ("CA", 500.0), ("AU", 100.0)):
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
    vietnam = book.assumed(3000.0, "Vietnam, magnets, 2025", "t", "electronics; no figure")
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
