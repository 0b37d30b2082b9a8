"""Everything that the tables of a study say, read a second time and apart from what solves it."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from functools import cached_property

from floors.study.study import Study
from floors.verification.borders import Borders, read_borders, what_can_be_made
from floors.verification.buying import read_buying
from floors.verification.calendar import Calendar, read_calendar, read_world
from floors.verification.limits import read_caps
from floors.verification.making import read_contracts, read_making
from floors.verification.roads import Road, Roads


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


class Given:
    """One study: everything that its tables say. The study has been checked by its reader."""

    def __init__(self, study: Study) -> None:
        self.study = study
        self.calendar, self.world = read_calendar(study), read_world(study)
        self.commodities = tuple(row["commodity"] for row in study.rows("commodities"))
        self.reference = {
            (row["commodity"], t): p
            for row in study.rows("reference_prices")
            for t, p in row["years"].items()
        }
        self.making = read_making(study, self.calendar, self.world.role)
        self.contracts = read_contracts(study, self.making)
        self.roads = Roads(study, self.world, self.reference)
        made = what_can_be_made(study, self.calendar, self.world, self.making, self.roads)
        self.buying = read_buying(study, self.world, self.roads, made, self.reference)
        self.heaps = _heaps(study, self.calendar)
        self.funds = {row["fund"]: row["amount"] for row in study.rows("funds")}
        self.caps = read_caps(study, self.world, self.buying)
        self.borders = read_borders(study, self.calendar, self.world, self.roads, made, self.caps)

    @cached_property
    def bare(self) -> Given:
        """The baseline: no caps, no rules; markets, leaks, contracts and targets stay."""
        found = copy(self)
        found.caps, found.borders = (), Borders({}, {}, frozenset(), False)
        return found

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

    def road(self, o: str, d: str, c: str, t: int) -> Road | None:
        """The route from a region to a place."""
        return self.roads.get(o, self.world.region[d], c, t)

    def sure_road(self, o: str, d: str, c: str, t: int) -> Road:
        """The route of something that was shipped."""
        road = self.road(o, d, c, t)
        assert road is not None
        return road

    def buyer_name(self, buyer: tuple[str, str, str, int]) -> str:
        """How results name who buys."""
        d, g, _, _ = buyer
        return d if self.world.is_market(d) else f"{d}/{g}"


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
