"""What several pictures need: the order of commodities, layers by region, and short numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from math import floor, log10
from typing import NamedTuple, TypeVar

from floors.brief.names import MOST_NAMED, Names, sentence
from floors.brief.tables import Tables
from floors.contract import results as sheets
from floors.contract.results.trade import SourcingRow
from floors.page.colours import OTHERS
from floors.page.picture import LAYER, Panel, Series
from floors.page.told import DASH, listed, three_digits

NO_PRICE = 0.005
"""Prices a kg that show as alike."""

NO_TONNES = 1e-6
_LONG_NAME = 12  # letters

Spot = TypeVar("Spot", int, str)

Amounts = Mapping[str, Mapping[int, float]]
"""By region, then by year."""


class Layers(NamedTuple):
    """Layers of a stack: the regions that have a colour, and the sum of those that have none, who are named."""

    series: tuple[Series, ...]
    grey: list[str]


def tag(value: float) -> str:
    """A number beside what is drawn: whole from 10 on, else two digits; 1,200,000 has no more than it needs."""
    if abs(value) < 9.95:
        return three_digits(float(f"{value:.2g}"))
    return f"{value:,.0f}".replace("-", DASH)


class Amount(NamedTuple):
    """How amounts of money that stand beside each other are told: with as many digits as the largest needs for three,
    and none for what is less than shows."""

    places: int

    @classmethod
    def for_largest(cls, most: float) -> Amount:
        """For amounts up to one."""
        return cls(max(0, 2 - floor(log10(most))) if most > 0 else 0)

    @property
    def least(self) -> float:
        """The least that shows as more than 0."""
        return 0.5 * 10.0**-self.places

    def plain(self, value: float) -> str:
        """The amount, a minus before what is below zero."""
        if abs(value) < self.least:
            return "0"
        return f"{DASH if value < 0 else ''}{abs(value):,.{self.places}f}"

    def signed(self, value: float) -> str:
        """The amount as a gain (+) or a loss."""
        return f"{'+' if value >= self.least else ''}{self.plain(value)}"


def capped_regions(tables: Tables, origins: Iterable[str]) -> str:
    """Capped origins in a sentence: by name, or together where there are many."""
    found = list(dict.fromkeys(origins))
    return Names(tables).regions(found) if 0 < len(found) <= MOST_NAMED else "the capped countries"


def some_places(names: Names, places: Sequence[str]) -> str:
    """Places in the title of a panel, which has room for one: the first, and how many more."""
    more = f" and {len(places) - 1} more" if len(places) > 1 else ""
    return f"{names.place(places[0])}{more}"


def possessive(name: str) -> str:
    """China's; the capped countries'."""
    return f"{name}\u2019" if name.endswith("s") else f"{name}\u2019s"


def at(places: Sequence[Spot], told: Mapping[Spot, str]) -> tuple[str | None, ...]:
    """Labels at some places, none at the others."""
    return tuple(told.get(place) for place in places)


def bought(tables: Tables) -> list[SourcingRow]:
    """What the members of each year buy, segment markets in."""
    return [row for row in tables.read(sheets.SOURCING) if tables.inside(row.destination, row.year)]


def by_weight(tables: Tables) -> list[str]:
    """Every commodity that the bloc buys or that has a floor, in the order of what its levies take (price by tonnes
    bought), then of what it is worth at capped prices, then of what is bought."""
    tonnes: dict[tuple[str, int], float] = defaultdict(float)
    total: dict[str, float] = defaultdict(float)
    for row in bought(tables):
        tonnes[row.commodity, row.year] += row.quantity
        total[row.commodity] += row.quantity
    levied: dict[str, float] = defaultdict(float)
    worth: dict[str, float] = defaultdict(float)
    for one in tables.read(sheets.FLOORS):
        there = tonnes[one.commodity, one.year]
        levied[one.commodity] = max(levied[one.commodity], one.levy * there)
        worth[one.commodity] = max(worth[one.commodity], one.capped_price * there)
    known = {row["commodity"]: None for row in tables.study.rows("commodities")}
    found = [name for name in known if name in worth or total.get(name, 0.0) > NO_TONNES]
    return sorted(found, key=lambda name: (-levied[name], -worth[name], -total[name]))


def years_of(tables: Tables) -> tuple[int, ...]:
    """The years of the study."""
    return tuple(row["year"] for row in tables.study.rows("years"))


def layers(tables: Tables, amounts: Amounts, years: Sequence[int]) -> Layers:
    """A stack by region: capped origins first, then members, then others, each the larger the lower; last, in grey, the
    sum of all that have no colour of their own."""
    names, size = (
        Names(tables),
        {region: sum(map(abs, by_year.values())) for region, by_year in amounts.items()},
    )
    rank = {"capped": 0, "member": 1}
    drawn = [region for region in amounts if size[region] > NO_TONNES]
    drawn.sort(key=lambda region: (rank.get(tables.role[region], 2), -size[region]))
    own = [region for region in drawn if tables.colour[region] != OTHERS]
    grey = [region for region in drawn if tables.colour[region] == OTHERS]
    made = [
        _layer(
            name_beside(tables, region),
            tables.colour[region],
            [amounts[region].get(year, 0.0) for year in years],
        )
        for region in own
    ]
    if grey:
        rest = [sum(amounts[region].get(year, 0.0) for region in grey) for year in years]
        made.append(_layer("others", OTHERS, rest))
    return Layers(tuple(made), [names.the(region) for region in grey])


def _layer(name: str, colour: str, values: Sequence[float]) -> Series:
    labels = (*[None] * (len(values) - 1), f"{name} {tag(values[-1])}")
    return Series(name, LAYER, colour, tuple(values), labels)


def name_beside(tables: Tables, region: str) -> str:
    """The name of a region beside what is drawn of it: its key, where that is the shorter by much."""
    name = Names(tables).region(region)
    return region if len(name) > _LONG_NAME and len(region) < len(name) else name


def named_once(stacks: Mapping[str, Layers]) -> dict[str, Layers]:
    """Stacks in which what is nothing in the end has no label, if another one names it."""
    known = {
        one.name for stack in stacks.values() for one in stack.series if (one.values[-1] or 0.0) > NO_TONNES
    }
    found = {}
    for key, stack in stacks.items():
        made = []
        for one in stack.series:
            bare = (one.values[-1] or 0.0) <= NO_TONNES and one.name in known
            known.add(one.name)
            made.append(one._replace(labels=()) if bare else one)
        found[key] = stack._replace(series=tuple(made))
    return found


def in_grey(stacks: Iterable[Layers]) -> str:
    """Who the grey layers are; empty where there are none."""
    found = dict.fromkeys(name for stack in stacks for name in stack.grey)
    return f"Grey: {listed(list(found))}." if found else ""


def one_of_many(tables: Tables) -> str:
    """What a reader must know of a plan that is not the only one of its cost; empty where it is."""
    ties = any(row.movable for row in tables.read(sheets.SOURCING))
    return "Of plans that cost the same, one is drawn." if ties else ""


def in_parts(panel: Panel, most: int) -> list[Panel]:
    """A panel of so many places that none can be read, as several of one group."""
    count = -(-len(panel.along) // most)
    if count <= 1:
        return [panel]
    size = -(-len(panel.along) // count)
    found = []
    for number in range(count):
        part = slice(number * size, (number + 1) * size)
        series = tuple(
            one._replace(values=one.values[part], labels=one.labels[part], low=one.low[part])
            for one in panel.series
            if any(value is not None for value in one.values[part])
        )
        title = f"{panel.title} ({number + 1} of {count})"
        found.append(panel._replace(title=title, along=panel.along[part], series=series))
    return found


def turn(values: Sequence[float]) -> int | None:
    """The place, not one of the ends, to which a line rises or falls most; None where it does so nowhere."""
    steps = [(abs(b - a), place) for place, (a, b) in enumerate(pairwise(values), 1)][:-1]
    step, place = max(steps, default=(0.0, 0))
    return place if step > NO_PRICE else None


def joined(*told: str) -> str:
    """Sentences of a note, each with a capital first."""
    return " ".join(sentence(text) for text in told if text)
