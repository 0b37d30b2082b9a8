"""What traced caps keep apart, read again: what is tainted by its origin, and what is clean."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from floors.study.study import Study
from floors.verification.calendar import World
from floors.verification.making import Making
from floors.verification.named import clean, is_clean


@dataclass(frozen=True)
class Tagging:
    """Regions whose goods are tainted, commodities that are tagged, and the share of any that a clean good may hold."""

    regions: frozenset[str] = frozenset()
    goods: frozenset[str] = frozenset()
    most: float = 0.0

    def names(self, c: str) -> tuple[str, ...]:
        """A commodity, and what is clean of it where it is tagged."""
        return (c, clean(c)) if c in self.goods else (c,)

    def own(self, o: str, c: str) -> str:
        """What a region makes of its own material."""
        return clean(c) if c in self.goods and o not in self.regions else c

    def tag(self, name: str) -> str | None:
        """tainted, clean, or None."""
        if is_clean(name):
            return "clean"
        return "tainted" if name in self.goods else None

    def of(self, c: str, tag: str | None) -> str:
        """The name of a commodity with a tag."""
        return clean(c) if tag == "clean" and c in self.goods else c


def read_tagging(study: Study, world: World, making: Making) -> Tagging:
    """Commodities of traced rows of sheet caps, what goes into them, and the class they count."""
    rows = [row for row in study.rows("caps") if row["traced"]]
    if not rows:
        return Tagging()
    goods = {c for row in rows for c in world.weights(row["commodity"])}
    size = 0
    while len(goods) != size:
        size = len(goods)
        for p in making.processes:
            if goods & making.makes[p].keys():
                goods |= making.uses[p].keys()
    origin = rows[0]["origin"]
    regions = world.capped if origin is None else (origin,)
    return Tagging(frozenset(regions), frozenset(goods), study.settings.de_minimis)


def set_modes(study: Study, making: Making, tagging: Tagging) -> None:
    """Recipes by tag: outside the class what uses nothing tagged, or renews, makes clean goods; what uses some makes
    clean goods of clean inputs, or tainted ones of any."""
    renews = {row["process"] for row in study.rows("processes") if row["renews"]}
    for p in making.processes:
        if making.region[p] in tagging.regions or not tagging.goods & making.makes[p].keys():
            continue
        made = {clean(c) if c in tagging.goods else c: a for c, a in making.makes[p].items()}
        if p in renews or not tagging.goods & making.uses[p].keys():
            making.makes[p] = made
            continue
        mode = clean(p)
        making.makes[mode] = made
        making.uses[mode] = dict(_inputs(making.uses[p].items(), tagging))
        making.region[mode], making.runs[mode] = making.region[p], making.runs[p]
        making.technology[mode] = making.technology[p]
        making.cost |= {(mode, t): making.cost[p, t] for t in making.runs[p]}
        making.basis |= {(mode, t): making.basis[p, t] for t in making.runs[p]}


def _inputs(uses: Iterable[tuple[str, float]], tagging: Tagging) -> Iterable[tuple[str, float]]:
    for c, a in uses:
        if c not in tagging.goods:
            yield c, a
            continue
        yield clean(c), a * (1 - tagging.most)
        if tagging.most:
            yield c, a * tagging.most
