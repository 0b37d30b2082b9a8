"""What can be made where, which floors exist, and the rules on them, read again."""

from __future__ import annotations

from dataclasses import dataclass

from floors.study.study import Study
from floors.verification.calendar import Calendar, Place, World
from floors.verification.limits import Cap
from floors.verification.links import Links
from floors.verification.making import Making
from floors.verification.named import clean, plain
from floors.verification.roads import Made, Roads, first_supplier
from floors.verification.tagging import Tagging


def what_can_be_made(
    study: Study, calendar: Calendar, making: Making, links: Links, tagging: Tagging
) -> Made:
    """By year, the smallest set of (region, commodity): a process with room, each input to be had; what is clean is had
    as any, too."""
    heaps = set[tuple[str, str]]()
    for row in study.rows("stockpiles"):
        c, content = row["commodity"], row["opening_content"] if row["commodity"] in tagging.goods else 1.0
        if row["opening"] * content > 0:
            heaps.add((row["region"], c))
        if row["opening"] * (1 - content) > 0:
            heaps |= {(row["region"], c), (row["region"], clean(c))}
    found: Made = {}
    for t in calendar.years:
        able = [
            p
            for p in making.makes
            if t in making.runs[p] and all(_room(making, x, t) for x in making.limits(p))
        ]
        made: set[tuple[str, str]] = set()
        size = -1
        while len(made) != size:
            size = len(made)
            for p in able:
                r = making.region[p]
                if all(
                    (r, c) in heaps or any(c in (g, plain(g)) and links.open(o, r, c, t) for o, g in made)
                    for c in making.uses[p]
                ):
                    made |= {(r, c) for c in making.makes[p]}
        found[t] = made
    return found


def _room(making: Making, x: str, t: int) -> bool:
    """Capacity without limit, above 0, or that can have been built."""
    if making.room.get((x, t), 1.0) > 0:
        return True
    built = making.building.get(x)
    if built is None or built.a_year == 0 or built.in_all == 0:
        return False
    return any(t in years for years in built.alive.values())


@dataclass(frozen=True)
class Borders:
    """`origin[floor]` of the floors that exist; `rules[rule][commodity][year]`; who pays a minimum levy."""

    origin: dict[Place, str]
    rules: dict[str, dict[str, dict[int, float]]]
    levied: frozenset[tuple[str, str, int]]  # origin, commodity, year
    on_all: bool

    def rule(self, name: str, c: str, t: int) -> float | None:
        """The value of a rule, or None."""
        return self.rules.get(name, {}).get(plain(c), {}).get(t)

    def pays(self, world: World, roads: Roads, o: str, d: str, c: str, t: int) -> float:
        """Share of a minimum levy that a shipment pays: its content, or all of it on non-members."""
        if (o, c, t) not in self.levied or not world.is_member(d, t):
            return 0.0
        road = roads.get(o, world.region[d], c, t)
        return 1.0 if self.on_all else road.content if road else 0.0


def read_borders(
    study: Study,
    calendar: Calendar,
    world: World,
    roads: Roads,
    links: Links,
    made: Made,
    tagging: Tagging,
    caps: tuple[Cap, ...],
) -> Borders:
    """From sheet floor_rules, and from what caps and minimums hold up."""
    commodities = [row["commodity"] for row in study.rows("commodities")]
    rules: dict[str, dict[str, dict[int, float]]] = {}
    for row in sorted(study.rows("floor_rules"), key=lambda row: row["commodity"] != "*"):
        for c in commodities if row["commodity"] == "*" else [row["commodity"]]:
            if row["years"]:
                rules.setdefault(row["rule"], {})[c] = row["years"]
    minimum = rules.get("minimum", {})
    origin: dict[Place, str] = {}
    for d in world.region:
        for c in commodities:
            for t in (y for y in calendar.years if world.takes(d, c) and world.is_member(d, y)):
                o = first_supplier(world, links.open, made, tagging, d, c, t)
                if o is not None and (
                    t in minimum.get(c, {})
                    or any(cap.counted(world, roads, o, d, tagging.own(o, c), t) > 0 for cap in caps)
                ):
                    origin[d, c, t] = o
    on_all = study.settings.levy_on == "non_members"
    let_off = {row["region"] for row in study.rows("regions") if row["equivalent"]}
    pay = [
        (r, t)
        for (r, t), role in world.roles.items()
        if role == "capped" or (on_all and role != "member" and r not in let_off)
    ]
    levied = {
        (o, name, t)
        for c, values in minimum.items()
        for o, t in pay
        if t in values
        for name in tagging.names(c)
        if (o, name) in made[t]
    }
    return Borders(origin, rules, frozenset(levied), on_all)
