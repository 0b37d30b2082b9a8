"""Everything that the tables of a study say, read a second time and apart from what solves it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from floors.study.study import Study
from floors.verification.borders import Borders, read_borders, what_can_be_made
from floors.verification.buying import Buying, read_buying
from floors.verification.calendar import Calendar, World, read_calendar, read_world
from floors.verification.limits import Cap, read_caps
from floors.verification.making import Contract, Making, read_contracts, read_making
from floors.verification.roads import Made, Road, Roads


@dataclass(frozen=True)
class Heap:
    """A stockpile: t, USD/kg a year, shares a year; `target[t]` in t, `days[t]` of demand and use."""

    region: str
    commodity: str
    opening: float
    room: float | None
    holding: float
    loss: float
    fund: str | None
    target: dict[int, float]
    days: dict[int, float]


@dataclass(frozen=True)
class Given:
    """One study; `policy` False is the same without caps and floor rules."""

    study: Study
    calendar: Calendar
    world: World
    commodities: tuple[str, ...]
    reference: dict[tuple[str, int], float]
    making: Making
    contracts: tuple[Contract, ...]
    roads: Roads
    made: Made
    buying: Buying
    heaps: dict[str, Heap]
    funds: dict[str, float]
    caps: tuple[Cap, ...]
    borders: Borders
    policy: bool = True

    @cached_property
    def bare(self) -> Given:
        """The baseline: no caps, no rules; markets, leaks, contracts and targets stay."""
        return replace(self, caps=(), borders=Borders({}, {}, frozenset(), False), policy=False)

    @property
    def has_policy(self) -> bool:
        """Whether the baseline is another study than this one."""
        return bool(self.caps or self.borders.rules)

    @cached_property
    def known_from(self) -> int:
        """The first year that is decided anew; years before are the parent's."""
        known = self.study.known_from
        first = self.calendar.years[0]
        return known if known is not None and known > first and self.study.parent is not None else first

    @property
    def surprise(self) -> bool:
        """Whether earlier years are those of a parent."""
        return self.known_from > self.calendar.years[0]

    @cached_property
    def stages(self) -> tuple[int, ...]:
        """First years that this scenario, its parent and so on decided anew, as far as they are surprises."""
        found: list[int] = []
        study: Study | None = self.study
        while study is not None and study.parent is not None and study.known_from is not None:
            if self.calendar.years[0] < study.known_from < min([*found, 10_000]):
                found.append(study.known_from)
            study = study.parent
        return tuple(found)

    def road(self, o: str, d: str, c: str, t: int) -> Road | None:
        """The route from a region to a place."""
        return self.roads.get(o, self.world.region[d], c, t)

    def sure_road(self, o: str, d: str, c: str, t: int) -> Road:
        """The route of something that was shipped."""
        road = self.road(o, d, c, t)
        if road is None:
            raise NoRoute(o, d, c, t)
        return road

    def buyer_name(self, buyer: tuple[str, str, str, int]) -> str:
        """How results name who buys."""
        d, g, _, _ = buyer
        return d if self.world.is_market(d) else f"{d}/{g}"


class NoRoute(Exception):
    """A shipment in the results where nothing may be shipped."""


def read_given(study: Study) -> Given:
    """Read every table; the study has been checked by its reader."""
    calendar, world = read_calendar(study), read_world(study)
    reference = {
        (row["commodity"], t): p for row in study.rows("reference_prices") for t, p in row["years"].items()
    }
    making = read_making(study, calendar)
    roads = Roads(study, world, reference)
    made = what_can_be_made(study, calendar, world, making, roads)
    buying = read_buying(study, world, roads, made, reference)
    caps = read_caps(study, world, buying)
    return Given(
        study,
        calendar,
        world,
        tuple(row["commodity"] for row in study.rows("commodities")),
        reference,
        making,
        tuple(read_contracts(study, making)),
        roads,
        made,
        buying,
        _heaps(study, calendar),
        {row["fund"]: row["amount"] for row in study.rows("funds")},
        caps,
        read_borders(study, calendar, world, roads, made, caps),
    )


def _heaps(study: Study, calendar: Calendar) -> dict[str, Heap]:
    """From sheets stockpiles and stock_targets; the last closing stock is at least the opening less its loss."""
    targets = {row["stockpile"]: row["years"] for row in study.rows("stock_targets")}
    found = {}
    for row in study.rows("stockpiles"):
        tonnes, days = {}, {}
        for t, value in targets.get(row["stockpile"], {}).items():
            if isinstance(value, str):
                days[t] = float(value.rstrip("d").strip())
            else:
                tonnes[t] = value
        last = calendar.years[-1]
        if last not in tonnes and last not in days:
            tonnes[last] = row["opening"] * (1 - row["loss"]) ** sum(calendar.length.values())
        found[row["stockpile"]] = Heap(
            row["region"],
            row["commodity"],
            row["opening"],
            row["capacity"],
            row["holding_cost"],
            row["loss"],
            row["fund"],
            tonnes,
            days,
        )
    return found
