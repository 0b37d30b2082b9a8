"""What members' buyers want and do not get; what an elastic curve gives up is none of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from floors.brief.facts import LEAST_SHORT, Facts
from floors.brief.figures import tonnes
from floors.brief.names import few
from floors.contract import results as sheets
from floors.contract.results.trade import UnservedRow
from floors.page.page import Paragraph
from floors.page.told import listed, percent, years

SAME = 0.01  # of a shortage: as much


class Shortage(NamedTuple):
    """The shortage of the commodity whose lack is worth most: years in words, t in all of them, its share of demand,
    who lacks most, t that would be missing without a policy, whether a cap is on it then, and what else lacks."""

    good: str
    when: str
    tonnes: float
    share: float
    worst: str
    without: float
    capped: bool
    others: tuple[str, ...]


def missing(facts: Facts) -> list[UnservedRow]:
    """Rows of members that lack something."""
    return [
        row
        for row in facts.tables.read(sheets.UNSERVED)
        if facts.tables.inside(row.region, row.year) and row.unserved > LEAST_SHORT * row.wanted
    ]


def shortage(facts: Facts) -> Shortage | None:
    """What is missing; None where that is worth nothing beside what buyers spend."""
    rows = missing(facts)
    worth: dict[str, float] = defaultdict(float)
    for row in rows:
        worth[row.commodity] += facts.weight[row.year] * row.value
    if not worth or facts.nothing(sum(worth.values())):
        return None
    good = max(worth, key=lambda one: worth[one])
    of = [row for row in rows if row.commodity == good]
    when = sorted({row.year for row in of})
    short = _tonnes(facts, of)
    places: dict[str, float] = defaultdict(float)
    for row in of:
        places[row.region] += facts.length[row.year] * row.unserved
    bare = sum(
        facts.length[row.year] * row.baseline_unserved
        for row in facts.tables.read(sheets.UNSERVED)
        if row.commodity == good and row.year in when and facts.tables.inside(row.region, row.year)
    )
    return Shortage(
        good,
        spans(when, facts.years, facts.ends),
        short,
        short / demand_of(facts, good, when),
        max(places, key=lambda place: places[place]),
        bare,
        bool(set(when) & set(facts.capped_years(good))),
        tuple(one for one in worth if one != good),
    )


def _tonnes(facts: Facts, rows: Iterable[UnservedRow]) -> float:
    return sum(facts.length[row.year] * row.unserved for row in rows)


def demand_of(facts: Facts, good: str, when: Sequence[int]) -> float:
    """t in sheet demand of the members in these years."""
    amounts: list[float] = [
        facts.length[year] * row["years"].get(year, 0.0)
        for row in facts.tables.study.rows("demand")
        if row["commodity"] == good
        for year in when
        if facts.tables.inside(row["region"], year)
    ]
    return sum(amounts)


def spans(chosen: Sequence[int], calendar: Sequence[int], ends: Mapping[int, int]) -> str:
    """'2028\u20132030 and 2033': years that follow each other in the calendar as one span, to the end of its period."""
    place = {year: i for i, year in enumerate(calendar)}
    found: list[list[int]] = []
    for year in chosen:
        if found and place[year] == place[found[-1][1]] + 1:
            found[-1][1] = year
        else:
            found.append([year, year])
    return listed([years(a, ends[b]) for a, b in found])


def short_answer(facts: Facts) -> Paragraph | None:
    """What is not delivered, when, and to whom; no money, and no price."""
    found = shortage(facts)
    if found is None:
        return None
    good, where = facts.names.good(found.good), facts.names.the_place(found.worst)
    most = f", worst in {where}" if len(facts.members) > 1 or "/" in found.worst else ""
    said = f"{percent(found.share)} of demand for {good}{most}."
    if facts.policy:
        said += f" Without a policy {_without(found)}."
    if found.others:
        also = few([facts.names.good(one) for one in found.others])
        said += f" Of {also} not all is delivered either."
    short = tonnes(found.tonnes)
    return Paragraph(f"{short} {'is' if short == '1 t' else 'are'} not delivered in {found.when},", said)


def _without(found: Shortage) -> str:
    if found.without <= LEAST_SHORT * found.tonnes:
        return "nobody goes short then"
    if abs(found.without - found.tonnes) <= SAME * found.tonnes:
        return "it would be as much"
    return f"it would be {tonnes(found.without)}"
