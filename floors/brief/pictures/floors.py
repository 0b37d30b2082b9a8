"""Floors, the price they stand on, and how far they can move: a panel for every commodity that has floors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from floors.brief.bands import Band, Key, is_shortage, world_bands
from floors.brief.facts import Facts
from floors.brief.names import Names, counted, sentence
from floors.brief.pictures.shared import (
    NO_PRICE,
    at,
    by_weight,
    capped_regions,
    joined,
    possessive,
    some_places,
    tag,
    turn,
)
from floors.brief.tables import Family, Tables
from floors.contract.results import FLOORS
from floors.contract.results.border import FloorRow
from floors.page.colours import BAND, FLOOR, GREY
from floors.page.picture import BAND as AREA
from floors.page.picture import DASHED, LINE, YEARS, Panel, Picture, Series
from floors.page.told import listed, three_digits

_FEW = 3  # commodities that a title names
_MOST_PATHS = 3  # of one commodity drawn apart; more are drawn as what lies between them
_WORLD, _KEEPS, _BETWEEN = "floors in other worlds", "floors that keep this plan", "floors of all members"
_LONG = 4  # years from which a floor has room for more than its ends


class Floors(NamedTuple):
    """Floors of one commodity that are alike at several markets, by year."""

    commodity: str
    markets: list[str]
    rows: list[FloorRow]

    @property
    def levied(self) -> bool:
        """Whether any of them lies above the price that is there."""
        return any(row.levy >= NO_PRICE for row in self.rows)

    @property
    def short(self) -> list[int]:
        """Years in which a buyer's value sets it: a shortage."""
        return [row.year for row in self.rows if is_shortage(row)]


def picture(tables: Tables, family: Family) -> Picture | None:
    """Floors of all commodities; None where there are none."""
    rows = tables.read(FLOORS)
    if not rows:
        return None
    found, bands = alike(tables), world_bands(family)
    panels = [panel for each in found for panel in _panels(tables, each, bands)]
    names = {series.name for panel in panels for series in panel.series if series.mark == AREA}
    whose = possessive(capped_regions(tables, [row.origin for row in rows]))
    shaded = [name for name in (_WORLD, _KEEPS, _BETWEEN) if name in names]
    about = f"Floor (blue) and {whose} price (orange) at the factory gate there, {tables.currency}/kg"
    return Picture(
        "picture_floors",
        _title(tables, found),
        about + (f"; shaded: {listed(shaded)}, lowest to highest" if shaded else ""),
        _note(tables, found, panels, bands),
        tuple(panels),
    )


def alike(tables: Tables) -> list[list[Floors]]:
    """The floors of each commodity, those that are alike together, the commodity of most weight first."""
    by_market: dict[str, dict[str, list[FloorRow]]] = defaultdict(lambda: defaultdict(list))
    for row in sorted(tables.read(FLOORS), key=lambda row: row.year):
        by_market[row.commodity][row.member].append(row)
    found = []
    for commodity in by_weight(tables):
        groups: list[Floors] = []
        for market, rows in by_market.get(commodity, {}).items():
            same = next((group for group in groups if _same(group.rows, rows)), None)
            if same is None:
                groups.append(Floors(commodity, [market], rows))
            else:
                same.markets.append(market)
        if groups:
            found.append(sorted(groups, key=lambda group: -max(row.floor for row in group.rows)))
    return found


def _same(some: Sequence[FloorRow], others: Sequence[FloorRow]) -> bool:
    """Whether floors and levies are the same to what is shown, in the same years."""
    return len(some) == len(others) and all(
        a.year == b.year and abs(a.floor - b.floor) < NO_PRICE and abs(a.levy - b.levy) < NO_PRICE
        for a, b in zip(some, others, strict=True)
    )


def _panels(tables: Tables, groups: list[Floors], bands: Mapping[Key, Band]) -> list[Panel]:
    if len(groups) > _MOST_PATHS:
        return [_between(tables, groups)]
    return [_panel(tables, group, bands, whose=len(groups) > 1) for group in groups]


def _panel(tables: Tables, group: Floors, bands: Mapping[Key, Band], *, whose: bool) -> Panel:
    """Floor and capped price, over what they are in other worlds or the range that keeps the plan."""
    rows, along, names = group.rows, tuple(row.year for row in group.rows), Names(tables)
    floors, prices = tuple(row.floor for row in rows), tuple(row.capped_price for row in rows)
    name = sentence(names.good(group.commodity))
    if whose:
        name = f"{name}, {some_places(names, group.markets)}"
    origin = capped_regions(tables, [row.origin for row in rows])
    if group.levied:
        told = {along[0]: tag(prices[0])} if len(along) == 1 else {along[-2]: f"{origin} {tag(prices[-2])}"}
        title, labels = name, _labels(rows)
    else:
        told = {year: tag(prices[place]) for place, year in ((0, along[0]), (-1, along[-1]))}
        title, labels = f"{name}: floor = {possessive(origin)} price, no levy", {}
    colour = tables.colour.get(rows[0].origin, GREY)
    series = (
        *_band(rows, bands),
        Series(f"{possessive(origin)} price", LINE, colour, prices, at(along, told)),
        Series("floor", LINE if group.levied else DASHED, FLOOR, floors, at(along, labels)),
    )
    unit = f"{tables.currency}/kg"
    return Panel(
        sentence(title),
        unit,
        along,
        YEARS,
        series,
        "0.00",
        choice=name,
        description=_described(name, rows, unit),
    )


def _band(rows: Sequence[FloorRow], bands: Mapping[Key, Band]) -> list[Series]:
    """What the floors are in other worlds where that is known, else the range that keeps this plan."""
    over = [bands.get((row.member, row.commodity, row.year)) for row in rows]
    world = [(None, None) if band is None else (band.lowest, band.highest) for band in over]
    keeps = [(row.lowest, row.highest) for row in rows]
    for name, ends in ((_WORLD, world), (_KEEPS, keeps)):
        whole = [(None, None) if None in pair else pair for pair in ends]
        if any(low is not None and high is not None and high - low >= NO_PRICE for low, high in whole):
            lows, highs = tuple(low for low, _ in whole), tuple(high for _, high in whole)
            return [Series(name, AREA, BAND, highs, low=lows)]
    return []


def _labels(rows: Sequence[FloorRow]) -> dict[int, str]:
    """Labels of a floor: at its ends, and where it turns most; one of them names it."""
    first, last = rows[0], rows[-1]
    told = {first.year: tag(first.floor), last.year: tag(last.floor)}
    place = turn([row.floor for row in rows]) if len(rows) >= _LONG else None
    named = last if place is None else rows[place]
    return told | {named.year: f"floor {tag(named.floor)}"}


def _between(tables: Tables, groups: list[Floors]) -> Panel:
    """Where members' floors differ too much to draw each: from the lowest to the highest."""
    by_year: dict[int, list[FloorRow]] = defaultdict(list)
    for group in groups:
        for row in group.rows:
            by_year[row.year].append(row)
    along = tuple(sorted(by_year))
    low = tuple(min(row.floor for row in by_year[year]) for year in along)
    high = tuple(max(row.floor for row in by_year[year]) for year in along)
    prices = tuple(min(row.capped_price for row in by_year[year]) for year in along)
    rows = [row for group in groups for row in group.rows]
    whose = possessive(capped_regions(tables, [row.origin for row in rows]))
    name, unit = sentence(Names(tables).good(groups[0].commodity)), f"{tables.currency}/kg"
    count = sum(len(group.markets) for group in groups)
    series = (
        Series(_BETWEEN, AREA, BAND, high, low=low),
        Series(f"{whose} price", LINE, tables.colour.get(rows[0].origin, GREY), prices),
        Series("lowest floor", LINE, FLOOR, low, at(along, {along[0]: f"lowest {tag(low[0])}"})),
        Series("highest floor", LINE, FLOOR, high, at(along, {along[-1]: f"highest {tag(high[-1])}"})),
    )
    title = f"{name}: lowest and highest floor of {counted(count)} markets"
    told = f"{low[-1]:.2f} to {high[-1]:.2f} {unit} in {along[-1]}"
    return Panel(title, unit, along, YEARS, series, "0.00", choice=name, description=f"{title}, {told}.")


def _described(name: str, rows: Sequence[FloorRow], unit: str) -> str:
    first, last = rows[0], rows[-1]
    began = f"floor {first.floor:.2f} in {first.year}, " if first.year != last.year else "floor "
    return f"{name}: {began}{last.floor:.2f} {unit} in {last.year}, over a price of {last.capped_price:.2f}."


def _title(tables: Tables, found: list[list[Floors]]) -> str:
    """What the floors ask for; a plain noun where all that lies over the price is a shortage."""
    rows = [row for groups in found for group in groups for row in group.rows]
    price = f"{possessive(capped_regions(tables, [row.origin for row in rows]))} price"
    levied = [groups for groups in found if any(group.levied for group in groups)]
    if not levied:
        others = Facts(tables).charged.keys() & {groups[0].commodity for groups in found}
        asked = "levies are on others alone" if others else "no levy is asked for"
        return f"Every floor equals {price}: {asked}"
    over = [row.levy for group in levied[0] for row in group.rows if not is_shortage(row)]
    if max(over, default=0.0) < NO_PRICE:
        return f"Floors and {price}"
    size = f"by {'up to ' if max(over) - min(over) >= NO_PRICE else ''}{three_digits(max(over))} {tables.currency}/kg"
    if any(group.short for group in levied[0]):
        size += " where nobody goes short"
    good = Names(tables).good
    names = [good(groups[0].commodity) for groups in levied]
    if len(found) == 1:
        return f"The floors on {names[0]} lie above {price} {size}"
    if len(levied) == 1:
        return f"Only the floors on {names[0]} lie above {price}, {size}"
    every = (
        f"all {counted(len(found))}"
        if len(names) == len(found)
        else f"{counted(len(names))} of {counted(len(found))}"
    )
    on = listed(names) if len(names) <= _FEW else f"{every} commodities"
    return f"Floors lie above {price} on {on}; on {names[0]} {size}"


def _note(
    tables: Tables, found: list[list[Floors]], panels: Sequence[Panel], bands: Mapping[Key, Band]
) -> str:
    names, told = Names(tables), []
    idle = [names.good(groups[0].commodity) for groups in found if not any(group.levied for group in groups)]
    if idle and len(idle) < len(found):
        told.append(f"On {listed(idle)} the floor is the price already there: no levy is asked for.")
    short: dict[str, list[str]] = defaultdict(list)
    for groups in found:
        for group in groups:
            if group.short:
                every = len(group.short) == len(group.rows) > 1
                when = "every year" if every else listed(list(map(str, group.short)))
                where = (
                    f" ({listed([names.place(market) for market in group.markets])})"
                    if len(groups) > 1
                    else ""
                )
                short[when].append(f"{names.good(group.commodity)}{where}")
    if short:
        of = "; ".join(f"{listed(goods)} in {when}" for when, goods in short.items())
        told.append(f"A shortage (drawn is what a buyer who goes without would pay, no floor): {of}.")
    if bands:
        told.append(
            "Other worlds: the scenarios that change the world and not the rules; shortages are left out."
        )
    if len(panels) > 1:
        told.append("Each panel has a scale of its own.")
    return joined(*told)
