"""Who bought where in 2024: customs where there are figures, the rest in proportion to what is made and used."""

from __future__ import annotations

from collections.abc import Mapping

from models.books.book import Book
from models.books.figures import Figure
from models.critical_minerals.goods import REGIONS, Good, countries, region_of

ROUNDS = 200  # of proportional fitting; the totals agree long before
Pair = tuple[str, str]  # origin, destination


def flows(
    book: Book, good: Good, made: Mapping[str, Figure], used: Mapping[str, Figure]
) -> dict[Pair, float]:
    """t by origin and destination in 2024, domestic sales among them.

    Cells that customs know are kept; the others are the proportional fit to what is left of output and use. Where
    the two do not agree in all, the larger is scaled down.
    """
    total = min(sum(made.values()), sum(used.values()))
    left = {o: q * total / sum(made.values()) for o, q in made.items()}
    wanted = {d: q * total / sum(used.values()) for d, q in used.items()}
    known: dict[Pair, float] = {}
    for region in left.keys() & wanted.keys():  # what is made at home is sold at home first
        known[region, region] = min(left[region], wanted[region])
        left[region] -= known[region, region]
        wanted[region] -= known[region, region]
    for pair, tonnes in _customs(book, good, used, wanted).items():
        origin, destination = pair
        if origin in left and destination in wanted:
            known[pair] = min(tonnes, left[origin], wanted[destination])
            left[origin] -= known[pair]
            wanted[destination] -= known[pair]
    return {pair: q for pair, q in (known | _fitted(left, wanted, known)).items() if q > 0}


def _fitted(
    left: Mapping[str, float], wanted: Mapping[str, float], known: Mapping[Pair, float]
) -> dict[Pair, float]:
    cells = {(o, d): left[o] * wanted[d] for o in left for d in wanted if (o, d) not in known}
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
