"""The worked example beside what is known of its base year, without any policy.

python -m models.facts   prints the tables of docs/worked_example.md
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import floors
from models.books.base_year import BaseYear, Fact

HERE = Path(__file__).resolve().parent
WORKBOOK = HERE.parent / "inputs" / "rare_earths.xlsx"
ORES = ("cn_light", "cn_clay", "clay", "bastnaesite", "monazite")
VAT = 1.13  # China's value-added tax stays on exported oxides
YEAR = 2026


MEASURES: dict[str, Callable[[BaseYear], float]] = {
    "china_mine_share": lambda b: b.share_made(*ORES),
    "china_mined": lambda b: b.of("CN", *ORES),
    "us_mined": lambda b: b.of("US", *ORES),
    "au_mined": lambda b: b.of("AU", *ORES),
    "mm_mined": lambda b: b.of("MM", *ORES),
    "china_ndpr_share": lambda b: b.share_made("ndpr"),
    "china_dy_share": lambda b: b.share_made("dy"),
    "china_tb_share": lambda b: b.share_made("tb"),
    "china_ndpr": lambda b: b.of("CN", "ndpr"),
    "china_dy": lambda b: b.of("CN", "dy"),
    "china_tb": lambda b: b.of("CN", "tb"),
    "china_recycled": lambda b: sum(q for p, q in b.run.items() if p.startswith("CN recycling")),
    "lynas_ndpr": lambda b: b.of("MY", "ndpr"),
    "mp_ndpr": lambda b: b.made_by["US Mountain Pass bastnaesite", "ndpr"],
    "outside_ndpr": lambda b: b.of(None, "ndpr") - b.of("CN", "ndpr"),
    "china_magnet_share": lambda b: b.share_made("magnet"),
    "china_magnet_exports": lambda b: sum(
        q for (o, d, c), q in b.sent.items() if o == "CN" and d != "CN" and c == "magnet"
    ),
    "eu_magnets": lambda b: b.from_china("EU"),
    "jp_magnets": lambda b: b.from_china("JP"),
    "us_magnets": lambda b: b.from_china("US"),
    "mx_magnets": lambda b: b.from_china("MX"),
    "kr_magnets": lambda b: b.from_china("KR"),
    "jp_metal": lambda b: b.from_china("JP", "metal", imports=True),
    "jp_metal_vn": lambda b: b.bought("JP", "VN", ("metal",)) / b.bought("JP", goods=("metal",)),
    "jp_heavies": lambda b: b.from_china("JP", "dy", "tb", imports=True),
    "eu_oxides": lambda b: b.from_china("EU", "ndpr", "dy", "tb", imports=True),
    "kr_oxides": lambda b: b.from_china("KR", "ndpr", "dy", "tb", imports=True),
    "us_oxides": lambda b: b.from_china("US", "ndpr", "dy", "tb"),
    "us_vn": lambda b: b.bought("VN", "US", ("ndpr",)),
    "lynas_cn": lambda b: b.bought("CN", "MY", ("ndpr",)),
    "ndpr_price": lambda b: b.price["CN", "ndpr"],
    "dy_fob": lambda b: VAT * b.price["CN", "dy"],
    "tb_fob": lambda b: VAT * b.price["CN", "tb"],
    "magnet_price": lambda b: b.price["CN", "magnet"],
    "mp_realised": lambda b: b.price["US", "ndpr"] / b.price["CN", "ndpr"],
}


def _rows(name: str) -> list[dict[str, str]]:
    with (HERE / "figures" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def facts() -> list[Fact]:
    """Every fact of models/figures/facts.csv beside the free-trade scenario of the worked example."""
    base = BaseYear(floors.solve(floors.read(WORKBOOK).scenario("free trade")), YEAR)
    rows = _rows("facts.csv")
    publisher = {row["source"]: row["publisher"] for row in _rows("sources.csv")}
    return [
        Fact(
            row["what"],
            float(row["value"]),
            MEASURES[row["quantity"]](base),
            row["unit"],
            float(row["tolerance"]),
            row["kind"],
            ", ".join(dict.fromkeys(publisher[name] for name in row["source"].split(";"))),
            row["apart"],
        )
        for row in rows
    ]


def _shown(value: float, unit: str) -> str:
    if unit == "share":
        return f"{value:.1%}".replace("%", " %")
    return f"{value:,.0f} {unit}" if value >= 2000 else f"{value:,.4g} {unit}"


def tables() -> list[str]:
    """The two tables of the page, as Markdown: model beside fact, and what the model gets wrong."""
    known = facts()
    held = [
        "| base year 2026, no policy | model | fact | told or found | source |",
        "| --- | --- | --- | --- | --- |",
    ]
    for fact in known:
        told = "imposed" if fact.kind == "imposed" else "predicted"
        mark = "" if fact.holds else " (apart)"
        numbers = f"{_shown(fact.found, fact.unit)} | {_shown(fact.known, fact.unit)}{mark}"
        held.append(f"| {fact.name} | {numbers} | {told} | {fact.source} |")
    wrong = ["| what the model gets wrong | why |", "| --- | --- |"]
    wrong += [f"| {fact.name} | {fact.apart} |" for fact in known if fact.apart]
    return ["\n".join(held), "\n".join(wrong)]


if __name__ == "__main__":
    print("\n\n".join(tables()))
