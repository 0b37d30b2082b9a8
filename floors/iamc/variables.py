"""What each variable of the IAMC is made of, out of the tables of a result and its study.

Quantities are in kt/yr, prices in money per t, amounts in million of money per year.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from math import inf, isfinite
from typing import Any, NamedTuple, TypeVar

from floors.brief.bands import is_shortage
from floors.contract.results import (
    ACCOUNTS,
    FLOORS,
    INVESTMENT,
    PRICES,
    PRODUCTION,
    SOURCING,
    STOCKS,
    UNSERVED,
    Rows,
    SheetOf,
)
from floors.errors import UsageError
from floors.iamc.names import BLOC, Names
from floors.study.study import Study

KT = "kt/yr"
Series = dict[int, float]
Amounts = dict[tuple[str, str], Series]
"""By (region, commodity), both by their short names, and year."""
Made = TypeVar("Made", bound=tuple[Any, ...])


class Key(NamedTuple):
    """What one series of numbers is of."""

    region: str
    variable: str
    unit: str


class Given(NamedTuple):
    """What series are made of: a study, the tables of its result, and what all are called."""

    study: Study
    sheet: Callable[[str], Rows]
    names: Names

    def rows(self, sheet: SheetOf[Made]) -> Iterator[Made]:
        """The rows of a sheet of results."""
        return sheet.read(self.sheet(sheet.name))


def series(given: Given) -> dict[Key, Series]:
    """Every series that has a number, with the years that have one. Raises UsageError where two are called alike."""
    found: dict[Key, Series] = {}
    for key, by_year in _all(given):
        kept = {year: value + 0.0 for year, value in sorted(by_year.items()) if isfinite(value)}  # no -0.0
        if not kept:
            continue
        if key in found:
            raise UsageError(
                f"in data of the IAMC two series would be {key.variable!r} of {key.region!r}: "
                "give the commodities other names in column iamc of sheet commodities."
            )
        found[key] = kept
    return found


def _all(given: Given) -> Iterator[tuple[Key, Series]]:
    yield from _prices(given)
    yield from _production(given)
    yield from _trade(given)
    plants = _plants(given.study)
    capacity, added = _capacity(given, plants), _added(given, plants)
    yield from _amounts(given, "Capacity|{}", capacity, KT)
    yield from _amounts(given, "Capacity Additions|{}", added, "kt/yr/yr")
    yield from _amounts(given, "Stocks|{}", _stocks(given), "kt")
    yield from _amounts(given, "Demand|{} [Unserved]", _unserved(given), KT)
    yield from _accounts(given)


def _prices(given: Given) -> Iterator[tuple[Key, Series]]:
    """Prices ex works and delivered, floors and levies, each of its place."""
    found: dict[tuple[str, str, str], Series] = defaultdict(dict)
    for row in given.rows(PRICES):
        for kind, value in (("", row.origin_price), (" [Delivered]", row.price)):
            if value is not None:
                found[row.region, row.commodity, kind][row.year] = value * 1000
    for floor in given.rows(FLOORS):
        if not is_shortage(floor):  # what a buyer who goes short would pay is no floor
            found[floor.member, floor.commodity, " [Floor]"][floor.year] = floor.floor * 1000
            found[floor.member, floor.commodity, " [Levy]"][floor.year] = floor.levy * 1000
    unit = f"{given.names.money}/t"
    for (place, c, kind), by_year in found.items():
        yield (
            Key(given.names.place(place), f"Price|Production|{given.names.commodity[c]}{kind}", unit),
            by_year,
        )


class Process(NamedTuple):
    """What a process makes, t per t of activity, the plant that it runs on, and whether it recycles."""

    region: str
    makes: Mapping[str, float]
    plant: str | None
    load: float
    renews: bool


def _processes(study: Study) -> dict[str, Process]:
    made: dict[str, dict[str, float]] = defaultdict(dict)
    for row in study.rows("technologies"):
        if row["coefficient"] > 0:
            made[row["technology"]][row["commodity"]] = row["coefficient"]
    return {
        row["process"]: Process(
            row["region"],
            made[row["technology"]] if row["technology"] else {row["commodity"]: 1.0},
            row["plant"],
            row["plant_use"],
            row["renews"],
        )
        for row in study.rows("processes")
    }


def _plants(study: Study) -> dict[str, list[tuple[str, Process]]]:
    """The processes of each plant, and by its own name each process that stands alone."""
    found: dict[str, list[tuple[str, Process]]] = defaultdict(list)
    for p, process in _processes(study).items():
        found[process.plant or p].append((p, process))
    return found


def _production(given: Given) -> Iterator[tuple[Key, Series]]:
    """All that is made; where some of a good is recycled anywhere, what is primary and what is secondary, too."""
    processes = _processes(given.study)
    whole: Amounts = defaultdict(lambda: defaultdict(float))
    secondary: Amounts = defaultdict(lambda: defaultdict(float))
    for row in given.rows(PRODUCTION):
        process = processes.get(row.process)
        if process is None:  # a plant, whose load is that of its processes
            continue
        for c, a in process.makes.items():
            whole[process.region, c][row.year] += a * row.activity / 1000
            if process.renews:
                secondary[process.region, c][row.year] += a * row.activity / 1000
    recycled = {c for _, c in secondary}
    primary = {
        (r, c): {t: amount - secondary[r, c][t] for t, amount in by_year.items()}
        for (r, c), by_year in list(whole.items())
        if c in recycled
    }
    yield from _amounts(given, "Production|{}", whole, KT, fill=True)
    yield from _amounts(given, "Production|{}|Primary", primary, KT, fill=True)
    yield from _amounts(given, "Production|{}|Secondary", {k: secondary[k] for k in primary}, KT, fill=True)


def _trade(given: Given) -> Iterator[tuple[Key, Series]]:
    """Net exports, and what goes from whom to whom, as sent; leaks are in it."""
    net: Amounts = defaultdict(lambda: defaultdict(float))
    ways: dict[tuple[str, str, str], Series] = defaultdict(lambda: defaultdict(float))
    for row in given.rows(SOURCING):
        to = given.names.region_of(row.destination)
        if to == row.origin:
            continue
        amount = row.quantity / 1000
        ways[row.origin, to, row.commodity][row.year] += amount
        net[row.origin, row.commodity][row.year] += amount
        net[to, row.commodity][row.year] -= amount
    yield from _amounts(given, "Trade|{} [Volume]", net, KT, fill=True)
    for (o, d, c), by_year in ways.items():
        region = f"{given.names.region[o]}>{given.names.region[d]}"
        yield Key(region, f"Trade|{given.names.commodity[c]} [Volume]", KT), _filled(given, by_year)


def _capacity(given: Given, plants: Mapping[str, list[tuple[str, Process]]]) -> Amounts:
    """The most of a good that could be made a year; infinite where anything that makes it has no limit."""
    room: dict[tuple[str, int], float] = {}
    for row in given.rows(PRODUCTION):
        room[row.process, row.year] = inf if row.capacity is None else row.capacity
    found: Amounts = defaultdict(lambda: defaultdict(float))
    for x, members in plants.items():
        for t in given.study.years:
            for r, c in {(one.region, c) for p, one in members for c in one.makes if (p, t) in room}:
                makers = [
                    (one.makes[c], one.load if one.plant else 1.0, room[p, t])
                    for p, one in members
                    if c in one.makes and (p, t) in room
                ]
                # a process alone has its own limit, and no plant that bounds it
                shared = room.get((x, t), 0.0) if members[0][1].plant else inf
                found[r, c][t] += _most(makers, shared) / 1000
    return found


def _most(makers: Iterable[tuple[float, float, float]], shared: float) -> float:
    """The most that (t made, t of the plant used per t of activity, most activity) make together within a plant."""
    most = 0.0
    for made, load, room in sorted(makers, key=lambda one: one[1] / one[0]):
        activity = min(room, shared / load if load else inf)
        if activity == inf:
            return inf
        most += made * activity
        shared -= load * activity
    return most


def _added(given: Given, plants: Mapping[str, list[tuple[str, Process]]]) -> Amounts:
    """What capacity is decided on in a year, by what it lets be made most of; of a process on a plant none."""
    length = {row["year"]: row["length"] for row in given.study.rows("years")}
    found: Amounts = defaultdict(lambda: defaultdict(float))
    for row in given.rows(INVESTMENT):
        for c in {c for _, one in plants.get(row.process, ()) for c in one.makes}:
            makers = [
                (one.makes[c], one.load if one.plant else 1.0, inf)
                for _, one in plants[row.process]
                if c in one.makes
            ]
            found[row.region, c][row.year] += _most(makers, row.added / length[row.year]) / 1000
    return {key: _filled(given, by_year) for key, by_year in found.items()}


def _stocks(given: Given) -> Amounts:
    piles = {row["stockpile"]: row for row in given.study.rows("stockpiles")}
    found: Amounts = defaultdict(lambda: defaultdict(float))
    for row in given.rows(STOCKS):
        pile = piles[row.stockpile]
        found[pile["region"], pile["commodity"]][row.year] += row.closing / 1000
    return found


def _unserved(given: Given) -> Amounts:
    found: Amounts = defaultdict(lambda: defaultdict(float))
    for row in given.rows(UNSERVED):
        found[given.names.region_of(row.region), row.commodity][row.year] += row.unserved / 1000
    return found


def _accounts(given: Given) -> Iterator[tuple[Key, Series]]:
    """What the policy costs, and the levies that it brings in."""
    costs: Amounts = defaultdict(lambda: defaultdict(float))
    levies: Amounts = defaultdict(lambda: defaultdict(float))
    for row in given.rows(ACCOUNTS):
        region = given.names.region_of(row.region)
        if row.change is not None:
            costs[region, ""][row.year] += row.change
        levies[region, ""][row.year] += row.levy_revenue
    unit = f"million {given.names.money}/yr"
    yield from _amounts(given, "Policy Cost|Net Cost", costs, unit)
    yield from _amounts(given, "Revenue|Government|Levies", levies, unit)


def _amounts(
    given: Given, variable: str, amounts: Amounts, unit: str, *, fill: bool = False
) -> Iterator[tuple[Key, Series]]:
    """A variable of every region, and its sum over the members of each year; with `fill`, 0 where nothing is."""
    bloc: Amounts = defaultdict(lambda: defaultdict(float))
    for (r, c), by_year in amounts.items():
        whole = _filled(given, by_year) if fill else by_year
        for t, value in whole.items():
            if given.study.roles[r, t] == "member":
                bloc["", c][t] += value
        yield Key(given.names.region[r], _called(given, variable, c), unit), whole
    for (_, c), by_year in bloc.items():
        yield Key(BLOC, _called(given, variable, c), unit), by_year


def _called(given: Given, variable: str, commodity: str) -> str:
    return variable.format(given.names.commodity[commodity]) if commodity else variable


def _filled(given: Given, by_year: Mapping[int, float]) -> Series:
    return {t: by_year.get(t, 0.0) for t in given.study.years}
