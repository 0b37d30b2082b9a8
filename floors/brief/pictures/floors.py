"""Floors, the price they stand on, and how far they can move: a panel for every commodity that has floors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from floors.brief.pictures.shared import NO_PRICE, at, capitalised, capped_name, possessive, tag
from floors.brief.tables import Family, Tables
from floors.contract.results import FLOORS
from floors.contract.results.border import FloorRow
from floors.page.colours import BAND, FLOOR, GREY
from floors.page.picture import BAND as AREA
from floors.page.picture import DASHED, LINE, YEARS, Panel, Picture, Series
from floors.page.told import listed, three_digits

_FEW = 3  # commodities that a title names
_MOST_PATHS = 3  # of one commodity drawn apart; more are drawn as what lies between them


class Path(NamedTuple):
    """Floors of one commodity that are alike at several members, by year."""

    commodity: str
    members: list[str]
    rows: list[FloorRow]

    @property
    def levied(self) -> bool:
        return any(row.levy >= NO_PRICE for row in self.rows)

    @property
    def short(self) -> list[int]:
        """Years in which a buyer's value sets the floor."""
        return [row.year for row in self.rows if row.set_by.startswith("unserved")]


def picture(tables: Tables, family: Family) -> Picture | None:
    """Floors of all commodities; None where there are none."""
    rows = tables.read(FLOORS)
    if not rows:
        return None
    found = ranked(tables, rows)
    panels = [panel for paths in found for panel in _panels(tables, paths)]
    ranged = any(series.mark == AREA and series.name == _KEEPS for panel in panels for series in panel.series)
    name = possessive(capped_name(tables, [row.origin for row in rows]))
    gate = "at the capped origin\u2019s factory gate" if "countries" in name else f"at {name} factory gate"
    about = f"Floor (blue) and {name} price (orange), {tables.currency}/kg {gate}"
    return Picture(
        "picture_floors",
        _title(tables, found),
        about + ("; shaded: floors that keep this plan" if ranged else ""),
        _note(tables, found, panels),
        tuple(panels),
    )


_KEEPS = "floors that keep this plan"
_BETWEEN = "between members"


def ranked(tables: Tables, rows: Sequence[FloorRow]) -> list[list[Path]]:
    """The paths of each commodity, that of the largest levies (price by tonnes under caps or bought) first."""
    bought: dict[tuple[str, int], float] = defaultdict(float)
    for row in tables.bought:
        bought[row.commodity, row.year] += row.quantity
    weight: dict[str, float] = defaultdict(float)
    by_member: dict[str, dict[str, list[FloorRow]]] = defaultdict(lambda: defaultdict(list))
    for floor in rows:
        by_member[floor.commodity][floor.member].append(floor)
        most = max(floor.levy, 0.0)
        weight[floor.commodity] = max(weight[floor.commodity], most * bought[floor.commodity, floor.year])
    order = sorted(by_member, key=lambda commodity: -weight[commodity])
    return [_paths(commodity, by_member[commodity]) for commodity in order]


def _paths(commodity: str, by_member: dict[str, list[FloorRow]]) -> list[Path]:
    paths: list[Path] = []
    for member, rows in by_member.items():
        rows = sorted(rows, key=lambda row: row.year)
        same = next((path for path in paths if _alike(path.rows, rows)), None)
        if same is None:
            paths.append(Path(commodity, [member], rows))
        else:
            same.members.append(member)
    return sorted(paths, key=lambda path: -max(row.floor for row in path.rows))


def _alike(some: Sequence[FloorRow], others: Sequence[FloorRow]) -> bool:
    """Whether floors and levies are the same to what is shown, in the same years."""
    return len(some) == len(others) and all(
        a.year == b.year and abs(a.floor - b.floor) < NO_PRICE and abs(a.levy - b.levy) < NO_PRICE
        for a, b in zip(some, others, strict=True)
    )


def _panels(tables: Tables, paths: list[Path]) -> list[Panel]:
    if len(paths) > _MOST_PATHS:
        return [_between(tables, paths)]
    return [_panel(tables, path, whose=len(paths) > 1) for path in paths]


def _panel(tables: Tables, path: Path, *, whose: bool) -> Panel:
    """Floor and capped price of one path, over the range of floors that keep the plan."""
    rows, along = path.rows, tuple(row.year for row in path.rows)
    floors, prices = tuple(row.floor for row in rows), tuple(row.capped_price for row in rows)
    name = capitalised(tables.name[path.commodity])
    if whose:
        name = f"{name}, {listed([market(tables, member) for member in path.members])}"
    origin = capped_name(tables, [row.origin for row in rows])
    series: list[Series] = []
    ends = tuple(row.highest if row.lowest is not None else None for row in rows)
    starts = tuple(row.lowest if row.highest is not None else None for row in rows)
    if any(
        low is not None and high is not None and high - low >= NO_PRICE
        for low, high in zip(starts, ends, strict=True)
    ):
        series.append(Series(_KEEPS, AREA, BAND, ends, low=starts))
    told = {along[-1]: tag(prices[-1])}
    if len(along) > 2:
        told = {along[-2]: f"{origin} {tag(prices[-2])}"}
    if not path.levied:
        title = f"{name}: floor = {possessive(origin)} price, no levy"
        told = {along[0]: tag(prices[0]), along[-1]: tag(prices[-1])}
        labels = {}
    else:
        title = name
        labels = _labelled(rows)
    colour = tables.colour.get(rows[0].origin, GREY)
    series.append(Series(f"{possessive(origin)} price", LINE, colour, prices, at(along, told)))
    series.append(Series("floor", LINE if path.levied else DASHED, FLOOR, floors, at(along, labels)))
    return Panel(
        title,
        f"{tables.currency}/kg",
        along,
        YEARS,
        tuple(series),
        "0.00",
        choice=name,
        description=_described(tables, name, rows),
    )


def _labelled(rows: Sequence[FloorRow]) -> dict[int, str]:
    """Labels of a floor: at its ends and where it rises or falls most between them; one of them names it."""
    told = {rows[0].year: tag(rows[0].floor), rows[-1].year: tag(rows[-1].floor)}
    if len(rows) < 4:
        return told | {rows[0].year: f"floor {tag(rows[0].floor)}"}
    steps = [(abs(b.floor - a.floor), b) for a, b in pairwise(rows[1:-1])]
    turn = max(steps, key=lambda step: step[0])[1]
    return told | {turn.year: f"floor {tag(turn.floor)}"}


def _between(tables: Tables, paths: list[Path]) -> Panel:
    """Where members' floors differ too much to draw each: from the lowest to the highest."""
    by_year: dict[int, list[FloorRow]] = defaultdict(list)
    for path in paths:
        for row in path.rows:
            by_year[row.year].append(row)
    along = tuple(sorted(by_year))
    low = tuple(min(row.floor for row in by_year[year]) for year in along)
    high = tuple(max(row.floor for row in by_year[year]) for year in along)
    prices = tuple(min(row.capped_price for row in by_year[year]) for year in along)
    first = [row for path in paths for row in path.rows]
    origin = capped_name(tables, [row.origin for row in first])
    name = capitalised(tables.name[paths[0].commodity])
    count = sum(len(path.members) for path in paths)
    series = (
        Series(_BETWEEN, AREA, BAND, high, low=low),
        Series(f"{possessive(origin)} price", LINE, tables.colour.get(first[0].origin, GREY), prices),
        Series("lowest floor", LINE, FLOOR, low, at(along, {along[0]: f"lowest {tag(low[0])}"})),
        Series("highest floor", LINE, FLOOR, high, at(along, {along[-1]: f"highest {tag(high[-1])}"})),
    )
    return Panel(
        f"{name}: lowest to highest floor of {count} markets",
        f"{tables.currency}/kg",
        along,
        YEARS,
        series,
        "0.00",
        choice=name,
        description=f"{name}: floors of {count} markets, {tag(low[-1])} to {tag(high[-1])} {tables.currency}/kg in "
        f"{along[-1]}.",
    )


def _described(tables: Tables, name: str, rows: Sequence[FloorRow]) -> str:
    first, last = rows[0], rows[-1]
    unit = f"{tables.currency}/kg"
    began = f"floor {first.floor:.2f} in {first.year}, " if first.year != last.year else ""
    return f"{name}: {began}{last.floor:.2f} {unit} in {last.year}, over a price of {last.capped_price:.2f}."


def _title(tables: Tables, found: list[list[Path]]) -> str:
    """What the floors ask for; a plain noun where all that lies over the price is a shortage."""
    rows = [row for paths in found for path in paths for row in path.rows]
    price = f"{possessive(capped_name(tables, [row.origin for row in rows]))} price"
    levied = [paths for paths in found if any(path.levied for path in paths)]
    if not levied:
        return f"Every floor equals {price}: no levy is asked for"
    short = {(path.commodity, year) for paths in found for path in paths for year in path.short}
    over = [row.levy for path in levied[0] for row in path.rows if (row.commodity, row.year) not in short]
    if max(over, default=0.0) < NO_PRICE:
        return f"Floors and {price}"
    size = f"by {'up to ' if max(over) - min(over) >= NO_PRICE else ''}{three_digits(max(over))} {tables.currency}/kg"
    apart = ", shortages apart" if short else ""
    names = [tables.name[paths[0].commodity] for paths in levied]
    if len(found) == 1:
        return f"The floors on {names[0]} lie above {price} {size}{apart}"
    if len(levied) == 1:
        return f"Only the floors on {names[0]} lie above {price}, {size}{apart}"
    on = listed(names) if len(names) <= _FEW else f"{len(names)} of {len(found)} commodities"
    return f"Floors lie above {price} on {on}; on {names[0]} {size}{apart}"


def _note(tables: Tables, found: list[list[Path]], panels: Sequence[Panel]) -> str:
    told = []
    idle = [tables.name[paths[0].commodity] for paths in found if not any(path.levied for path in paths)]
    if idle and len(idle) < len(found):
        told.append(f"On {listed(idle)} the floor is the price already there: no levy is asked for.")
    for paths in found:
        years = sorted({year for path in paths for year in path.short})
        if years:
            told.append(
                f"{capitalised(tables.name[paths[0].commodity])} in {listed(list(map(str, years)))}: a shortage; "
                "what is drawn is what a buyer who goes without would pay, not a floor."
            )
    if len(panels) > 1:
        told.append("Each panel has a scale of its own.")
    return " ".join(told)


def market(tables: Tables, name: str) -> str:
    """A market as a reader knows it: United States, or United States/defence."""
    region, slash, segment = name.partition("/")
    return f"{tables.name.get(region, region)}{slash}{segment}"
