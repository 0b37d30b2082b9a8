"""Everything that the tables of a study say, read a second time and apart from what solves it."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property

from floors.study.study import Study
from floors.verification.borders import Borders, read_borders, what_can_be_made
from floors.verification.buying import read_buying
from floors.verification.calendar import Calendar, Place, read_calendar, read_world
from floors.verification.limits import read_caps
from floors.verification.links import read_links
from floors.verification.making import read_contracts, read_making
from floors.verification.named import clean, is_clean, plain
from floors.verification.roads import Road, Roads
from floors.verification.tagging import Tagging, read_tagging, set_modes


@dataclass(frozen=True)
class Heap:
    """A stockpile: t, USD/kg a year, shares a year; `target[t]` in t, `days[t]` of demand and use; `most[t]` that may
    be taken, t a year; `value` of what is left at the end, USD/kg."""

    region: str
    commodity: str
    opening: float
    room: float | None
    holding: float
    loss: float
    fund: str | None
    target: dict[int, float]
    days: dict[int, float]
    most: dict[int, float]
    value: float | None


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
        self.making = read_making(study, self.calendar, self.world)
        self.tagging = read_tagging(study, self.world, self.making)
        self.contracts = read_contracts(study, self.making)
        set_modes(study, self.making, self.tagging)
        self.goods = tuple(name for c in self.commodities for name in self.tagging.names(c))
        self.roads = Roads(study, self.world, self.reference)
        self.links = read_links(study, self.calendar, self.roads)
        made = what_can_be_made(study, self.calendar, self.making, self.links, self.tagging)
        self.buying = read_buying(study, self.world, self.roads, made, self.tagging, self.reference)
        self.heaps = _in_parts(study, _heaps(study, self.calendar), self.tagging)
        self.funds = {row["fund"]: row["amount"] for row in study.rows("funds")}
        self.caps = read_caps(study, self.world, self.buying)
        self.borders = read_borders(
            study, self.calendar, self.world, self.roads, self.links, made, self.tagging, self.caps
        )

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

    @cached_property
    def charged(self) -> frozenset[str]:
        """Who pays levies on non-members: none with an equivalent floor."""
        on_all = self.study.settings.levy_on == "non_members"
        rows = self.study.rows("regions") if on_all else ()
        return frozenset(row["region"] for row in rows if not row["equivalent"])

    @cached_property
    def exempts(self) -> bool:
        """Whether some tonnes may come without a levy."""
        return self.has_policy and any(
            q for row in self.study.rows("exemptions") for q in row["years"].values()
        )

    def exempt(self, o: str, r: str, c: str, t: int) -> float:
        """t/yr from region to region that pay no levy: none without a policy."""
        return self.roads.exempt(o, r, c, t) if self.has_policy else 0.0

    def sure_road(self, o: str, d: str, c: str, t: int) -> Road:
        """The route of something that was shipped."""
        road = self.road(o, d, c, t)
        assert road is not None
        return road

    def takes(self, d: str, c: str) -> bool:
        """Whether a commodity, of whatever tag, can go to a place."""
        return self.world.takes(d, plain(c))

    def ships(self, o: str, d: str, c: str, t: int) -> bool:
        """Whether a route takes goods of this tag: clean ones where they stay so, tainted ones where they are made so,
        or the route makes them so; what is not tagged wherever there is one."""
        road = self.road(o, d, c, t)
        if road is None or plain(c) not in self.tagging.goods:
            return road is not None
        taints = self.world.roles[o, t] != "capped" and road.content > self.tagging.most
        return taints != is_clean(c) or (not is_clean(c) and self.makes(o, c, t))

    def makes(self, o: str, c: str, t: int) -> bool:
        """Whether some process of a region makes goods of this name in a year."""
        making = self.making
        return any(
            making.region[p] == o and c in made and t in making.runs[p] for p, made in making.makes.items()
        )

    def source(self, d: str, c: str, t: int) -> Place:
        """Of what a floor is, where it is made: its origin and the name of that region's own material."""
        o = self.borders.origin[d, c, t]
        return o, self.tagging.own(o, c), t

    def parts(self, k: str) -> tuple[str, ...]:
        """A stockpile, and its clean part where it has one."""
        k = plain(k)
        return (k, clean(k)) if clean(k) in self.heaps else (k,)

    def mingles(self, o: str, c: str, t: int) -> bool:
        """Whether what is clean may leave a region as tainted: on a route with more content than a clean good may have,
        of a region that is not capped."""
        if c not in self.tagging.goods or self.world.roles[o, t] == "capped":
            return False
        roads = (self.roads.get(o, r, c, t) for r in self.world.regions)
        return any(road is not None and road.content > self.tagging.most for road in roads)

    def buyer_name(self, buyer: tuple[str, str, str, int]) -> str:
        """How results name who buys."""
        d, g, _, _ = buyer
        return d if self.world.is_market(d) else f"{d}/{g}"


def _heaps(study: Study, calendar: Calendar) -> dict[str, Heap]:
    """From sheets stockpiles, stock_targets and releases; the last closing stock is at least the opening less its loss,
    where it has no value."""
    most = {row["stockpile"]: row["years"] for row in study.rows("releases")}
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
        if last not in tonnes and last not in days and row["closing_value"] is None:
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
            most.get(row["stockpile"], {}),
            row["closing_value"],
        )
    return found


def _in_parts(study: Study, heaps: dict[str, Heap], tagging: Tagging) -> dict[str, Heap]:
    """Stockpiles of what is tagged as two, each with its part of the opening stock; what binds one binds both."""
    content = {row["stockpile"]: row["opening_content"] for row in study.rows("stockpiles")}
    found = {}
    for k, heap in heaps.items():
        if heap.commodity not in tagging.goods:
            found[k] = heap
            continue
        found[k] = replace(heap, opening=heap.opening * content[k])
        found[clean(k)] = replace(
            heap, commodity=clean(heap.commodity), opening=heap.opening * (1 - content[k])
        )
    return found
