"""The workbooks of many minerals beside what is known of their base year, without any policy.

python -m models.critical_minerals.facts   prints them; page.py writes them into docs/minerals.md
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from functools import cache

import floors
from models.books.base_year import BaseYear, Fact
from models.books.figures import FOLDER, YEARS, read_sources
from models.critical_minerals.__main__ import INPUTS
from models.critical_minerals.goods import MEMBERS, Good
from models.critical_minerals.study import WORKBOOKS, Workbook

FACTS = FOLDER / "minerals" / "facts.csv"
FREE = "no policy"
IMPORTS = re.compile(r"([a-z]{2})_from_([a-z]+)")


@cache
def read(name: str) -> floors.Study:
    """One of the workbooks."""
    return floors.read(INPUTS / f"{name}.xlsx")


@cache
def solved(name: str, scenario: str) -> floors.Result:
    """A scenario of one of the workbooks."""
    return floors.solve(read(name).scenario(scenario))


def facts(workbook: Workbook) -> Iterator[tuple[Good, Fact]]:
    """Every fact of the goods of a workbook, beside its scenario without policy in the first year."""
    study = read(workbook.name)
    base = BaseYear(solved(workbook.name, FREE), YEARS[0])
    wanted = {region: _used(study, region) for region in MEMBERS}
    publisher = {row["source"]: row["publisher"] for row in read_sources()}
    with FACTS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for good in workbook.goods:
        for row in rows:
            measure = row["quantity"].removeprefix(f"{good.name}_")
            if measure == row["quantity"] or good.name != _good(row["quantity"], workbook):
                continue
            found = _measured(base, good.label, measure, wanted)
            publishers = dict.fromkeys(publisher[name] for name in row["source"].split(";"))
            yield (
                good,
                Fact(
                    row["what"],
                    float(row["value"]),
                    found,
                    row["unit"],
                    float(row["tolerance"]),
                    row["kind"],
                    ", ".join(publishers),
                    row["apart"],
                ),
            )


def _good(quantity: str, workbook: Workbook) -> str:
    """The good with the longest name that begins the quantity's: tungsten_ore before tungsten."""
    return max((g.name for g in workbook.goods if quantity.startswith(f"{g.name}_")), key=len, default="")


def _used(study: floors.Study, region: str) -> dict[str, float]:
    demand = study.tables["demand"]
    rows = demand[demand["region"] == region]
    return dict(rows.groupby("commodity")[YEARS[0]].sum())


def _measured(base: BaseYear, good: str, measure: str, wanted: dict[str, dict[str, float]]) -> float:
    """What a fact is called beside its good, in the model's base year.

    Raises:
        ValueError: No such measure.
    """
    if measure == "china_share":
        return base.share_made(good)
    if measure == "world_made":
        return base.of(None, good)
    if measure == "members_use":
        return sum(of_region.get(good, 0.0) for of_region in wanted.values())
    if measure == "china_exports":
        return sum(q for (o, d, c), q in base.sent.items() if o == "CN" != d and c == good)
    if measure == "price_china":
        return base.price["CN", good]
    if measure == "price_outside":
        return _outside(base, good)
    if measure == "price_gap":
        return _outside(base, good) / base.price["CN", good] - 1
    imports = IMPORTS.fullmatch(measure)
    if imports is None:
        raise ValueError(f"no measure is called {measure}")
    region, origin = imports[1].upper(), imports[2].upper()
    return _imported(base, good, region, "CN" if origin == "CHINA" else origin)


def _outside(base: BaseYear, good: str) -> float:
    """USD/kg of makers outside China, by output."""
    made = {r: q for (r, c), q in base.made.items() if c == good and r != "CN" and q > 0}
    return sum(q * base.price[r, good] for r, q in made.items()) / sum(made.values())


def _imported(base: BaseYear, good: str, region: str, origin: str) -> float:
    bought = {
        o: base.bought(region, o, (good,))
        for o in {o for o, d, c in base.sent if d == region != o and c == good}
    }
    return bought.get(origin, 0.0) / sum(bought.values())


def shown(value: float, unit: str) -> str:
    """A number of the table."""
    if unit == "share":
        return f"{value:.0%}".replace("%", " %")
    return f"{value:,.0f} {unit}" if abs(value) >= 1000 else f"{value:,.4g} {unit}"


def tables() -> Iterator[str]:
    """Lines of the tables, a good after the other."""
    last = ""
    for workbook in WORKBOOKS:
        for good, fact in facts(workbook):
            if good.name != last:
                last = good.name
                yield f"\n### {good.title[0].upper()}{good.title[1:]}{': weak' if good.weak else ''}\n"
                yield "| 2026, no policy | model | fact | told or found | why apart | source |"
                yield "| --- | --- | --- | --- | --- | --- |"
            told = "imposed" if fact.kind == "imposed" else "predicted"
            mark = "" if fact.holds else " (apart)"
            yield (
                f"| {fact.name} | {shown(fact.found, fact.unit)} | {shown(fact.known, fact.unit)}{mark} | {told} "
                f"| {'' if fact.holds else fact.apart} | {fact.source} |"
            )


if __name__ == "__main__":
    print("\n".join(tables()))
