"""Caps, read again: which arrivals count, by how much, against what, one row a cap that has numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from floors.study.study import Study
from floors.verification.buying import Buying
from floors.verification.calendar import World, years_of
from floors.verification.named import is_clean, plain
from floors.verification.roads import Roads


@dataclass(frozen=True)
class Cap:
    """One cap as results list it. `given[t]` is a share or t/yr, `places[c]` where arrivals count, but for places and
    years that are `outside`."""

    row: int
    scope: str
    commodity: str
    segment: str | None
    origin: str | None
    basis: str
    weights: dict[str, float]
    places: dict[str, tuple[str, ...]]
    given: dict[int, float]
    outside: frozenset[tuple[str, int]] = frozenset()
    note: str = ""
    unseen: bool = False  # leaks take no room, and are no demand
    traced: bool = False

    @property
    def name(self) -> str:
        """Its keys in words."""
        words = [self.scope, self.commodity, self.segment, self.origin and f"from {self.origin}", self.basis]
        return " ".join(word for word in words if word) + (f" ({self.note})" if self.note else "")

    def key(self, t: int) -> tuple[object, ...]:
        """Its keys in sheets caps and sensitivity."""
        return (self.scope, self.commodity, self.segment, self.origin, self.basis, t)

    def covers(self, d: str, c: str, t: int) -> bool:
        """Whether arrivals of a commodity at a place count in a year."""
        return t in self.given and d in self.places.get(plain(c), ()) and (d, t) not in self.outside

    def weight(self, c: str) -> float:
        """Of a commodity, whatever its tag."""
        return self.weights[plain(c)]

    def seen(self, world: World, roads: Roads, o: str, d: str, c: str, t: int) -> float:
        """What of a tonne shipped there is to count: under `use` what arrives of it."""
        road = roads.get(o, world.region[d], c, t)
        return 1 - road.loss if road and self.basis == "use" else 1.0

    def counted(self, world: World, roads: Roads, o: str, d: str, c: str, t: int) -> float:
        """What a tonne shipped counts as capped: k, or k x what arrives under `use`."""
        if not self.covers(d, c, t):
            return 0.0
        road = roads.get(o, world.region[d], c, t)
        if self.traced:
            k = 0.0 if is_clean(c) else 1.0
        elif self.origin is not None:
            k = 1.0 if self.origin == o else 0.0
        else:
            k = road.content if road else 0.0
        return self.weight(c) * k * self.seen(world, roads, o, d, c, t)

    def share(self, d: str, c: str, t: int) -> float:
        """What a tonne that arrives earns under `use`, and waste and stock put away pay back."""
        return self.weight(c) * self.given[t] if self.basis == "use" and self.covers(d, c, t) else 0.0

    def coefficient(self, world: World, roads: Roads, o: str, d: str, c: str, t: int) -> float:
        """What a tonne shipped counts, less what it earns."""
        earned = self.share(d, c, t) * self.seen(world, roads, o, d, c, t)
        return self.counted(world, roads, o, d, c, t) - earned

    def base(self, buying: Buying, t: int) -> float:
        """Demand in scope, weighted: that of the table, or what papers show of it."""
        of = buying.papers if self.unseen else buying.table
        inside = ((c, w, d) for c, w in self.weights.items() for d in self.places[c])
        return sum(w * of(d, c, t) for c, w, d in inside if (d, t) not in self.outside)

    def limit(self, buying: Buying, t: int) -> float:
        """The right side before leaks, t/yr."""
        if self.basis == "tonnes":
            return self.given[t]
        return 0.0 if self.basis == "use" else self.given[t] * self.base(buying, t)


def read_caps(study: Study, world: World, buying: Buying) -> tuple[Cap, ...]:
    """From sheet caps: `each` spelled out, and a `bloc` cap one for each member under `national`."""
    found: list[Cap] = []
    national = study.settings.coordination == "national"
    members = world.members
    for i, row in enumerate(study.rows("caps")):
        if row["scope"] not in ("bloc", *members):
            continue
        whole = _cap(i, row, row["scope"], members if row["scope"] == "bloc" else (row["scope"],), world)
        parts = [whole]
        if national and row["scope"] == "bloc":
            parts = [_of_member(whole, _cap(i, row | {"scope": m}, m, (m,), world), buying) for m in members]
        for part in parts:
            found += _each(part, world)
    names = [cap.name for cap in found]
    return tuple(
        replace(cap, note=f"{cap.note} row {cap.row + 2}".strip()) if names.count(cap.name) > 1 else cap
        for cap in found
    )


def _cap(i: int, row: dict[str, Any], scope: str, members: tuple[str, ...], world: World) -> Cap:
    segment, weights = row["segment"], world.weights(row["commodity"])
    places = {}
    for c in weights:
        if segment is None:
            places[c] = tuple(d for m in members for d in world.parts(m, c))
        else:
            places[c] = tuple(world.market[m, segment, c] for m in members if (m, segment, c) in world.market)
    given, keys = years_of(world, row), (scope, row["commodity"], segment, row["origin"], row["basis"])
    outside = frozenset(
        (d, t) for d, r in world.region.items() for t in given if world.roles[r, t] != "member"
    )
    unseen, traced = row["leaks"] == "unseen", row["traced"]
    return Cap(i, *keys, weights, places, given, outside, unseen=unseen, traced=traced)


def _of_member(whole: Cap, part: Cap, buying: Buying) -> Cap:
    """The same share, or tonnes by table demand."""
    given = part.given
    if whole.basis == "tonnes":
        given = {}
        for t, tonnes in part.given.items():
            base = whole.base(buying, t)
            given[t] = tonnes * part.base(buying, t) / base if base else 0.0
    return replace(part, given=given, note="national")


def _each(cap: Cap, world: World) -> list[Cap]:
    if cap.origin != "each":
        return [cap]
    note = f"{cap.note} each".strip()
    found = []
    for r in world.regions:
        given = {t: v for t, v in cap.given.items() if not world.is_member(r, t)}
        ever = any(role != "member" for (region, _), role in world.roles.items() if region == r)
        if given or (ever and not cap.given):
            found.append(replace(cap, origin=r, note=note, given=given))
    return found
