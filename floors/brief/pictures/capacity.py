"""Capacity against its use: of the main commodity region by region, of every other one inside the bloc and outside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from floors.brief.names import Names, sentence
from floors.brief.pictures.shared import NO_TONNES, at, by_weight, joined, one_of_many, tag, years_of
from floors.brief.tables import Family, Tables
from floors.contract.results import PRODUCTION
from floors.page.colours import FLOOR, OTHERS
from floors.page.picture import BAR, OUTLINE, YEARS, Panel, Picture, Series
from floors.page.told import listed, percent, three_digits

BEHIND = "#DDE2E7"  # capacity
_IDLE = 0.5  # of capacity: less is told in the title
_FULL = 0.995
_SMALL = 0.02  # of all capacity: less is no finding
_UNIT = "t/yr"


class Use(NamedTuple):
    """Capacity and use by year."""

    capacity: dict[int, float]
    used: dict[int, float]

    def share(self, year: int) -> float | None:
        """Use as a share of capacity; None where there is none."""
        there = self.capacity.get(year, 0.0)
        return self.used.get(year, 0.0) / there if there > NO_TONNES else None

    @property
    def least(self) -> int | None:
        """The year of least use; None where there never is a capacity."""
        known = {year: share for year in self.capacity if (share := self.share(year)) is not None}
        return min(known, key=lambda year: (known[year], year), default=None)


def picture(tables: Tables, family: Family) -> Picture | None:
    """The main commodity's capacity by region; None where nothing has a limit."""
    of, good = _by_good(tables), None
    good = next((one for one in by_weight(tables) if one in of), next(iter(of), None))
    if good is None:
        return None
    names, by_region = Names(tables), of[good]
    own = {region: use for region, use in by_region.items() if tables.colour[region] != OTHERS}
    rest = {region: use for region, use in by_region.items() if region not in own}
    order = sorted(
        own, key=lambda region: (region not in tables.members, -max(own[region].capacity.values()))
    )
    shown = {names.region(region): (own[region], tables.colour[region]) for region in order}
    if rest:
        shown["All others"] = (_sum(rest.values()), OTHERS)
    panels = tuple(_panel(tables, name, use, colour) for name, (use, colour) in shown.items())
    return Picture(
        "picture_capacity",
        _title(tables, good, by_region),
        f"Capacity (light grey) and its use (colour) of what makes {names.good(good)}, {_UNIT}",
        joined(
            f"All others: {listed([names.the(region) for region in rest])}." if rest else "",
            "Processes without a limit of their own are left out.",
            one_of_many(tables),
            "Each panel has a scale of its own." if len(panels) > 1 else "",
        ),
        panels,
    )


def stages(tables: Tables, family: Family) -> Picture | None:
    """Every other commodity's capacity, of the members and of all others; None where there is none."""
    of, names = _by_good(tables), Names(tables)
    weight = by_weight(tables)
    main = next((one for one in weight if one in of), next(iter(of), None))
    order = [one for one in weight if one in of and one != main]
    order += [one for one in of if one not in order and one != main]
    panels = []
    for good in order:
        for whose, inside, colour in (("members", True, FLOOR), ("others", False, OTHERS)):
            part = [use for region, use in of[good].items() if (region in tables.members) == inside]
            if part:
                panels.append(_panel(tables, f"{sentence(names.good(good))}, {whose}", _sum(part), colour))
    if not panels:
        return None
    return Picture(
        "picture_capacity_stages",
        "Capacity of the other stages, and its use",
        f"Capacity (light grey) and its use (blue: the members; darker grey: all others), {_UNIT}",
        joined(
            "Processes without a limit of their own are left out.",
            one_of_many(tables),
            "Each panel has a scale of its own.",
        ),
        tuple(panels),
    )


def _by_good(tables: Tables) -> dict[str, dict[str, Use]]:
    """Capacity and use by what is made, mainly, and by region: of plants, and of processes that have a limit."""
    makes = _made(tables)
    found: dict[str, dict[str, Use]] = defaultdict(dict)
    for row in tables.read(PRODUCTION):
        good = makes.get(row.process)
        if row.capacity is None or good is None:
            continue
        use = found[good].setdefault(row.region, Use(defaultdict(float), defaultdict(float)))
        use.capacity[row.year] += row.capacity
        use.used[row.year] += row.activity
    return {
        good: {region: use for region, use in by_region.items() if max(use.capacity.values()) > NO_TONNES}
        for good, by_region in found.items()
        if any(max(use.capacity.values()) > NO_TONNES for use in by_region.values())
    }


def _made(tables: Tables) -> dict[str, str]:
    """What each process makes first, and each plant by its first process."""
    first: dict[str, str] = {}
    for row in tables.study.rows("technologies"):
        if row["coefficient"] > 0:
            first.setdefault(row["technology"], row["commodity"])
    found: dict[str, str] = {}
    for row in tables.study.rows("processes"):
        good = row["commodity"] if row["technology"] is None else first.get(row["technology"])
        if good is None:
            continue
        found[row["process"]] = good
        if row["plant"] is not None:
            found.setdefault(row["plant"], good)
    return found


def _sum(uses: Iterable[Use]) -> Use:
    capacity: dict[int, float] = defaultdict(float)
    used: dict[int, float] = defaultdict(float)
    for use in uses:
        for year in use.capacity:
            capacity[year] += use.capacity[year]
            used[year] += use.used[year]
    return Use(capacity, used)


def _panel(tables: Tables, name: str, use: Use, colour: str) -> Panel:
    along = years_of(tables)
    capacity = tuple(use.capacity.get(year) for year in along)
    used = tuple(use.used.get(year) for year in along)
    least = use.least
    share = use.share(least) if least is not None else None
    if least is None or share is None:
        finding = ""
    elif share >= _FULL:
        finding = ": full in every year" if len(along) > 1 else ": full"
    else:
        finding = f": {percent(share)} used in {least}"
    told = {year: tag(use.used[year]) for year in (least, along[-1]) if year in use.used and year is not None}
    if least is not None and 0 < along[-1] - least <= 1:
        told.pop(least)
    series = (
        Series("capacity", OUTLINE, BEHIND, capacity),
        Series("used", BAR, colour, used, at(along, told)),
    )
    last = along[-1]
    return Panel(
        f"{name}{finding}",
        _UNIT,
        along,
        YEARS,
        series,
        choice=name,
        description=f"{name}{finding}; in {last} {tag(use.used.get(last, 0.0))} of {tag(use.capacity.get(last, 0.0))} "
        f"{_UNIT}.",
    )


def _title(tables: Tables, good: str, by_region: Mapping[str, Use]) -> str:
    """The member whose plants stand most idle; a plain noun where none does."""
    names = Names(tables)
    most = max(max(use.capacity.values()) for use in by_region.values())
    idle: list[tuple[float, str, int]] = []
    for region in tables.members:
        use = by_region.get(region)
        if use is None or (year := use.least) is None or (share := use.share(year)) is None:
            continue
        if share < _IDLE and use.capacity[year] >= _SMALL * most:
            idle.append((share, region, year))
    what = names.good(good)
    if not idle:
        return f"Capacity for {what}, and its use"
    share, region, year = min(idle)
    use = by_region[region]
    if use.used[year] <= NO_TONNES:
        size = three_digits(use.capacity[year])
        return f"Capacity for {what} in {names.the(region)} stands idle in {year}: {size} t/yr"
    size = f"{three_digits(use.used[year])} of {three_digits(use.capacity[year])} t/yr"
    return f"Capacity for {what} in {names.the(region)} is used least in {year}: {percent(share)}, {size}"
