"""Sheet floor_kinds: the parts of each floor, read again from sheet floor_parts, summed by what their names say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from floors.verification.check import About, Checker, Either, Key, Row
from floors.verification.given import Given
from floors.verification.named import plain
from floors.verification.plan import Plan
from floors.verification.written import Line

COLUMNS = ("making", "new_plant", "links", "inputs", "tariffs", "other")
SAME = 1e-6  # of what is made more and less in a region
NEAR = 1e-9  # of the largest: borders that weigh as much
DUTIES = {"freight ": None, "tariff ": 1, "export tax ": 0}
"""What trade costs, and whose border levies it: that of the origin (0), of the place (1), or of nobody."""


class Named(NamedTuple):
    """A part by its name: the column that it is in where it is of the floor's own commodity, the commodities that it is
    of, who makes it or levies it, and the year."""

    column: str
    goods: dict[str, float]
    region: str | None = None
    year: int | None = None


@dataclass
class Sums:
    """Parts of one floor: amounts by column, and what regions other than the member levy."""

    amounts: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in COLUMNS})
    borders: dict[str, float] = field(default_factory=dict)


def check_kinds(
    plan: Plan, parts: list[Line], floors: list[Line], lines: list[Line], checker: Checker
) -> None:
    """A row for each floor; its kinds are sums of its parts, and come to it."""
    by_floor: dict[Key, list[Line]] = {}
    for line in parts:
        by_floor.setdefault(line.key[:3], []).append(line)
    setters = {line.key: line["set_by"] for line in floors}
    checker.table("floor_kinds", lines, _expected(plan, by_floor, setters))


def _expected(plan: Plan, parts: dict[Key, list[Line]], setters: dict[Key, Any]) -> Iterator[Row]:
    lineage = [plan.given]
    known: dict[tuple[int, str], Named] = {}
    for (d, c, t), level in plan.floor.items():
        row: dict[str, Any] = {"floor": level, "set_by": setters.get((d, c, t))}
        given = _of_year(lineage, t)
        sums = _sums(given, parts.get((d, c, t), []), (d, c, t), known)
        size = sum(abs(a) for terms in sums.amounts.values() for a in terms)
        row |= {name: About(About.sum_of(terms).value, size) for name, terms in sums.amounts.items()}
        row["third_country"] = About(sum(sums.borders.values()), size)
        most = max(map(abs, sums.borders.values()), default=0.0)
        largest = [r for r, amount in sums.borders.items() if abs(amount) >= most - NEAR * size]
        row["whose"] = Either(tuple(largest)) if largest else None
        yield (d, c, t), row


def _of_year(lineage: list[Given], t: int) -> Given:
    """The study that decided a year: before a surprise its parent, which is added where it is not there yet."""
    for given in lineage:
        parent = given.study.parent
        if not given.surprise or t >= given.known_from or parent is None:
            return given
        if given is lineage[-1]:
            lineage.append(Given(parent))
    return lineage[-1]


def _sums(
    given: Given, parts: list[Line], floor: tuple[str, str, int], known: dict[tuple[int, str], Named]
) -> Sums:
    d, c, t = floor
    named = []
    for line in parts:
        name = id(given), str(line["part"])
        if name not in known:
            known[name] = _named(given, name[1])
        named.append((known[name], line["amount"] or 0.0, line["coefficient"] or 0.0))
    more: dict[tuple[str | None, int], list[float]] = {}
    for part, _, coefficient in named:
        if part.column == "making" and c in part.goods:
            more.setdefault((part.region, part.year or t), []).append(coefficient * part.goods[c])
    same = {at for at, made in more.items() if abs(sum(made)) <= SAME * sum(map(abs, made))}
    found = Sums()
    for part, amount, _ in named:
        column = part.column if part.column == "other" or c in part.goods else "inputs"
        if column == "making" and (part.region, part.year or t) in same:
            column = "inputs"
        found.amounts["other" if column == "holding" else column].append(amount)
        if column == "tariffs" and part.region is not None and part.region != given.world.region[d]:
            found.borders[part.region] = found.borders.get(part.region, 0.0) + amount
    return found


def _named(given: Given, name: str) -> Named:
    """What a part is, of a name that may end in a year of its own."""
    found = _of_this_year(given, name)
    if found is not None:
        return found
    for t in given.calendar.years:
        if name.endswith(f" ({t})"):
            found = _of_this_year(given, name.removesuffix(f" ({t})"))
            return Named("other", {}) if found is None else found._replace(year=t)
    return Named("other", {})


def _of_this_year(given: Given, name: str) -> Named | None:
    making = given.making
    p = name.removeprefix("unit cost ")
    if p != name and p in making.makes:
        return Named("making", {plain(c): a for c, a in making.makes[p].items()}, making.region[p])
    x = name.removeprefix("annual charge ")
    if x != name and x in making.building:
        return Named("new_plant", {plain(c): 1.0 for p in making.load.get(x, {}) for c in making.makes[p]})
    way = _way(given, name.removeprefix("link charge ")) if name.startswith("link charge ") else None
    if way is not None:
        return Named("links", {way[2]: 1.0})
    for word in ("holding cost ", "closing value "):
        k = name.removeprefix(word)
        if k != name and k in given.heaps:
            return Named("holding", {given.heaps[k].commodity: 1.0})
    for word, border in DUTIES.items():
        way = _way(given, name.removeprefix(word)) if name.startswith(word) else None
        if way is not None:
            o, d, c = way
            levied_by = None if border is None else (o, given.world.region[d])[border]
            return Named("tariffs", {c: 1.0}, levied_by)
    return None


def _way(given: Given, name: str) -> tuple[str, str, str] | None:
    """Origin, place and commodity of `origin > place commodity`, whose names may hold blanks and signs."""
    for c in given.commodities:
        ends = name.removesuffix(f" {c}")
        for o in given.world.regions if ends != name else ():
            d = ends.removeprefix(f"{o} > ")
            if d != ends and d in given.world.region:
                return o, d, c
    return None
