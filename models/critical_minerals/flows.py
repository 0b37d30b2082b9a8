"""Who bought where in 2024: customs where there are figures, the rest in proportion to what is made and used."""

from __future__ import annotations

from collections.abc import Mapping

from models.books.book import Book
from models.books.figures import Figure
from models.critical_minerals.goods import REGIONS, Good, countries, region_of

ROUNDS = 200  # of proportional fitting; the totals agree long before
LEAST = 1e-3  # share of what a region takes: smaller flows are not told
Pair = tuple[str, str]  # origin, destination


def flows(
    book: Book, good: Good, made: Mapping[str, Figure], used: Mapping[str, Figure]
) -> dict[Pair, float]:
    """t by origin and destination in 2024, domestic sales among them.

    Where output and use do not agree in all, the larger is scaled down. What customs know comes first, then what is
    made at home; the rest is the proportional fit to what is left. Who makes none passes on what others made: that is
    in the fit, of every maker who may send.
    """
    total = min(sum(made.values()), sum(used.values()))
    left = {o: q * total / sum(made.values()) for o, q in made.items()}
    wanted = {d: q * total / sum(used.values()) for d, q in used.items()}
    abroad = {d: q - min(q, left.get(d, 0.0)) if d != "RW" else q for d, q in wanted.items()}
    shut = {(o, d) for o in bound_to_china(book, good) for d in used if d not in (o, "CN")}
    known, passed = dict[Pair, float](), set[str]()
    for pair, tonnes in _customs(book, good, used, abroad).items():
        origin, destination = pair
        if origin not in left:
            passed.add(destination)
        elif pair not in shut:
            _take(known, left, wanted, pair, tonnes)
    for region in left.keys() & wanted.keys():
        _take(known, left, wanted, (region, region), wanted[region])
    cells = {
        (o, d): left[o] * wanted[d]
        for o in left
        for d in wanted
        if (o, d) not in shut and ((o, d) not in known or d in passed)
    }
    fitted = _fitted(cells, left, wanted)
    pairs = known.keys() | fitted.keys()
    found = {pair: known.get(pair, 0.0) + fitted.get(pair, 0.0) for pair in pairs}
    return {pair: q for pair, q in found.items() if q > LEAST * used[pair[1]]}


def bound_to_china(book: Book, good: Good) -> set[str]:
    """Regions all of whose output goes to China, by what is known of its owners."""
    parts = countries(book, "bound", good.name)
    return {region for region, found in parts.items() if ("CN", 1.0) in found}


def _take(
    known: dict[Pair, float], left: dict[str, float], wanted: dict[str, float], pair: Pair, tonnes: float
) -> None:
    origin, destination = pair
    known[pair] = min(tonnes, left[origin], wanted[destination])
    left[origin] -= known[pair]
    wanted[destination] -= known[pair]


def _fitted(
    cells: dict[Pair, float], left: Mapping[str, float], wanted: Mapping[str, float]
) -> dict[Pair, float]:
    for _ in range(ROUNDS):
        for side, totals in ((0, left), (1, wanted)):
            sums = dict.fromkeys(totals, 0.0)
            for pair, q in cells.items():
                sums[pair[side]] += q
            cells = {
                pair: q * totals[pair[side]] / sums[pair[side]] if sums[pair[side]] > 0 else 0.0
                for pair, q in cells.items()
            }
    return cells


def _customs(
    book: Book, good: Good, used: Mapping[str, Figure], abroad: Mapping[str, float]
) -> dict[Pair, Figure]:
    """t of single pairs: the origin's share of a region's imports, of what it buys `abroad`.

    Customs count goods by headings that hold less or more than the good, so that their tonnes give shares alone.
    """
    found: dict[Pair, list[Figure]] = {}
    tonnes, shares = (countries(book, kind, good.name) for kind in ("in", "share"))
    for destination, bought in abroad.items():
        total = book.known(f"{good.name}_total_{destination}")
        parts = tonnes.get(destination, ()) if total is not None else shares.get(destination, ())
        for country, figure in parts:
            if len(country) != 2 or region_of(country) == destination:
                continue
            share = figure / total if total is not None else figure
            cell = book.derived(
                min(share, 1.0) * bought,
                f"{good.title}, {country} to {REGIONS[destination]}, 2024",
                "t",
                f"{share:.1%} of imports, of {bought:,.4g} t bought abroad",
                *(one for one in (figure, total, used[destination]) if one is not None),
            )
            found.setdefault((region_of(country), destination), []).append(cell)
    return {
        (o, d): cells[0]
        if len(cells) == 1
        else book.derived(
            sum(cells),
            f"{good.title}, {REGIONS[o]} to {REGIONS[d]}, 2024",
            "t",
            " + ".join(f"{cell:,.4g}" for cell in cells),
            *cells,
        )
        for (o, d), cells in found.items()
    }
