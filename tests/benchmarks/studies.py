"""Studies to measure on: the two workbooks of `inputs/`, and made ones of realistic shape, S to XL.

A made study has chains of ore, oxide and magnet. One capped origin makes all of them cheaply; members and
others have mines, separation and magnet plants at higher cost, some of them only after building. Members want
magnets for defence and for vehicles, caps fall from year to year (for the bloc, or for each member), some also on
the use of oxide, and some oxides are stocked. Separating one chain may give some of the oxide of the one before
it, so chains hang together. The same Size gives the same workbook, on any machine.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
INPUTS = {"smallest": ROOT / "inputs" / "smallest.xlsx", "rare_earths": ROOT / "inputs" / "rare_earths.xlsx"}
FIRST_YEAR = 2026
SEED = 20260101
CAPPED = "CN"

Row = list[object]


@dataclass(frozen=True)
class Size:
    """How large a made study is. `plants`: mines, separations and magnet plants outside the capped origin, each,
    by chain. `linked`: some separations make oxide of the chain before, so that the LP does not fall apart."""

    members: int
    others: int
    chains: int
    years: int
    plants: int
    linked: bool = True


SIZES = {
    "S": Size(members=6, others=6, chains=4, years=8, plants=7),
    "M": Size(members=10, others=10, chains=12, years=12, plants=15),
    "L": Size(members=16, others=21, chains=16, years=14, plants=26),
    "XL": Size(members=20, others=30, chains=20, years=15, plants=45),
}


def tables(size: Size) -> dict[str, list[Row]]:
    """Sheets of a made study, each with its header first."""
    dice = random.Random(SEED)
    years = list(range(FIRST_YEAR, FIRST_YEAR + size.years))
    members = [f"M{i}" for i in range(size.members)]
    others = [f"O{i}" for i in range(size.others)]
    book: dict[str, list[Row]] = {
        "settings": [["key", "value"], ["title", "made for measuring"], ["discount_rate", 0]],
        "years": [["year", "length"], *([t, 1] for t in years)],
        "regions": [
            ["region", "name", "role"],
            *([m, m, "member"] for m in members),
            [CAPPED, "China", "capped"],
            *([o, o, "other"] for o in others),
        ],
        "commodities": [["commodity", "name", "stage", "unit"]],
        "technologies": [["technology", "commodity", "coefficient"]],
        "processes": [
            [
                *("process", "region", "commodity", "unit_cost", "capacity", "technology"),
                *("capital_cost", "max_build", "lead_time", "lifetime", "first_year"),
            ]
        ],
        "demand": [["region", "segment", "commodity", "value", *years]],
        "caps": [["scope", "commodity", "basis", *years]],
        "reference_prices": [["commodity", *years]],
        "stockpiles": [["stockpile", "region", "commodity", "opening", "capacity", "holding_cost", "loss"]],
        "stock_targets": [["stockpile", years[-1]]],
        "routes": [
            ["origin", "destination", "commodity", "freight", "tariff"],
            ["*", "*", "*", 0.3, None],
            ["capped", "member", "*", 0.5, 0.05],
        ],
    }
    for chain in range(size.chains):
        _add_chain(book, dice, chain, size, years, members, others)
    return book


def _add_chain(
    book: dict[str, list[Row]],
    dice: random.Random,
    chain: int,
    size: Size,
    years: list[int],
    members: list[str],
    others: list[str],
) -> None:
    ore, oxide, magnet = (f"{name}{chain}" for name in ("ore", "oxide", "magnet"))
    price = round(dice.uniform(2, 25), 3)
    for name, stage, factor in (
        (ore, "mining", 1),
        (oxide, "processing", 2.5),
        (magnet, "magnet", 4),
    ):
        book["commodities"].append([name, name, stage, "t"])
        book["reference_prices"].append([name, *[round(price * factor, 3)] * len(years)])
    book["technologies"] += [
        [f"sep{chain}", ore, -round(dice.uniform(1.1, 1.9), 3)],
        [f"sep{chain}", oxide, 1],
        [f"mag{chain}", oxide, -round(dice.uniform(0.3, 0.55), 3)],
        [f"mag{chain}", magnet, 1],
    ]
    if size.linked and chain > 3 and dice.random() < 0.8:
        book["technologies"].append([f"sep{chain}", f"oxide{chain - 1}", round(dice.uniform(0.05, 0.2), 3)])
    wanted = _add_demand(book, dice, magnet, round(price * 5, 3), years, members)
    stages = (("ore", ore, None, price), ("sep", None, f"sep{chain}", 0.75 * price),
              ("mag", None, f"mag{chain}", 2.25 * price))  # fmt: skip
    for kind, makes, technology, cost in stages:
        room = round(3 * wanted * (3 if kind == "ore" else 1), 3)
        book["processes"].append(
            [f"{CAPPED} {kind} {chain}", CAPPED, makes, round(cost, 3), room, technology, *[None] * 5]
        )
    everywhere = members + others
    for kind, makes, technology, cost in stages:
        third = -(-size.plants // 3)  # a region may have several plants of a kind, but seldom
        homes = [r for _ in range(3) for r in dice.sample(everywhere, min(third, len(everywhere)))]
        for n, region in enumerate(homes[: size.plants]):
            dear = round(cost * dice.uniform(1.15, 2.5), 3)
            opened = dice.random() < 0.45
            capacity = round(dice.uniform(5, 150), 2) if opened else 0
            row: Row = [f"{region} {kind} {chain}.{n}", region, makes, dear, capacity, technology]
            if dice.random() < 0.55:
                row += [
                    round(dear * dice.uniform(1, 5), 3),
                    round(dice.uniform(10, 200), 1),
                    dice.choice([0, 1, 2]),
                    dice.choice([10, 20]),
                ]
            else:
                row += [None] * 4
            book["processes"].append([*row, dice.choice(years) if dice.random() < 0.1 else None])
    _add_caps(book, dice, chain, years, members)
    if chain % 4 < 3:  # a fixed share of chains, so that stocks grow as the study does
        vault = f"vault {chain}"
        opening = round(dice.uniform(4, 17), 1)
        book["stockpiles"].append(
            [vault, members[0], oxide, opening, 200, round(price * 0.075, 3), dice.choice([0, 0, 0.01])]
        )
        book["stock_targets"].append([vault, 25])


def _add_demand(
    book: dict[str, list[Row]],
    dice: random.Random,
    magnet: str,
    value: float,
    years: list[int],
    members: list[str],
) -> float:
    """Add what members want of a magnet; returns the most of it in a year."""
    total = [0.0] * len(years)
    for member in members:
        base, growth = dice.uniform(110, 400), dice.uniform(1.0, 1.08)
        for segment, share, worth in (("defence", 0.1, 12.5), ("vehicles", 0.9, 5.0)):
            row = [round(share * base * growth**i, 3) for i in range(len(years))]
            total = [a + b for a, b in zip(total, row, strict=True)]
            book["demand"].append([member, segment, magnet, round(value * worth / 5, 3), *row])
    return max(total)


def _add_caps(
    book: dict[str, list[Row]], dice: random.Random, chain: int, years: list[int], members: list[str]
) -> None:
    """Caps that fall: for the bloc, for each member, or both, on magnets; often for the bloc on oxide."""
    first, fall = dice.uniform(0.7, 0.85), dice.uniform(0.4, 0.55)
    steps = [first - fall * i / max(1, len(years) - 1) for i in range(len(years))]

    def falling(above: float) -> Row:
        return [round(min(1.0, share + above), 4) for share in steps]

    kind = dice.random()
    if kind < 0.6:
        book["caps"].append(["bloc", f"magnet{chain}", "demand", *falling(0)])
    if kind > 0.45:
        book["caps"] += [[m, f"magnet{chain}", "demand", *falling(0.1)] for m in members]
    if dice.random() < 0.8:
        book["caps"].append(["bloc", f"oxide{chain}", "use", *falling(0.15)])


def make(size: Size, path: Path) -> Path:
    """Write the workbook of a made study; returns its path."""
    return save(tables(size), path)


def many_routes(path: Path, rows: int = 100_000) -> Path:
    """A workbook with so many rows in sheet routes, seven cells each."""
    book = tables(Size(members=20, others=29, chains=14, years=5, plants=4))
    regions = [str(row[0]) for row in book["regions"][1:]]
    goods = [str(row[0]) for row in book["commodities"][1:]]
    places = ((o, d, c) for o in regions for d in regions if o != d for c in goods)
    head = ["origin", "destination", "commodity", "freight", "tariff", "loss", "limit"]
    body = [
        [*place, round(0.1 + i % 97 / 50, 3), i % 7 / 100, i % 3 / 1000, 1000 + i]
        for i, place in zip(range(rows), places, strict=False)
    ]
    if len(body) < rows:
        raise ValueError(f"{rows} routes are wanted, the study has room for {len(body)}")
    book["routes"] = [head, *body]
    return save(book, path)


def save(book: dict[str, list[Row]], path: Path) -> Path:
    """Write sheets into a workbook of plain cells."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(path)) as file:
        for name, rows in book.items():
            sheet = file.add_worksheet(name)
            for i, row in enumerate(rows):
                sheet.write_row(i, 0, row)
    return path


def given(folder: Path) -> Iterator[tuple[str, Path]]:
    """Workbooks of a folder, the smallest file first."""
    found = sorted(folder.glob("*.xlsx"), key=lambda path: (path.stat().st_size, path.name))
    yield from ((path.stem, path) for path in found if not path.name.startswith("~$"))


def main() -> None:
    """Write one made study: python -m tests.benchmarks.studies '[6, 6, 4, 8, 6]' FILE.xlsx, or routes FILE.xlsx."""
    what, path = sys.argv[1], Path(sys.argv[2])
    print(many_routes(path) if what == "routes" else make(Size(*json.loads(what)), path))


if __name__ == "__main__":
    main()
