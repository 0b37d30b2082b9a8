"""Names in their order and as integers, and ways from origins to places as columns of these."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from floors.case.calendar import Calendar
from floors.case.places import Places
from floors.case.tags import NO_TAGS, Tags
from floors.lp.labels import KeyTable, Labels, Vector


@dataclass(frozen=True, kw_only=True)
class Axes:
    """Names in their order, and their integers: places (regions first), then commodities, then years.

    `home` is the position of the region of each place.
    """

    labels: Labels
    regions: tuple[str, ...]
    places: tuple[str, ...]
    commodities: tuple[str, ...]
    years: tuple[int, ...]
    home: Vector
    tags: Tags = NO_TAGS

    @staticmethod
    def of(places: Places, commodities: tuple[str, ...], calendar: Calendar, tags: Tags = NO_TAGS) -> Axes:
        """`commodities` and behind them the names of what is clean of those that are tagged."""
        labels, commodities = Labels(), (*commodities, *tags.clean.values())
        for names in (places.all, commodities, calendar.years):
            labels.codes(names)
        at = {name: i for i, name in enumerate(places.all)}
        home = np.array([at[region] for region in places.region_of.values()], dtype=int)
        return Axes(
            labels=labels,
            regions=places.regions,
            places=places.all,
            commodities=commodities,
            years=calendar.years,
            home=home,
            tags=tags,
        )

    @cached_property
    def place(self) -> dict[str, int]:
        """Position of each place."""
        return {name: i for i, name in enumerate(self.places)}

    @cached_property
    def commodity(self) -> dict[str, int]:
        """Position of each commodity."""
        return {name: i for i, name in enumerate(self.commodities)}

    @cached_property
    def year(self) -> dict[int, int]:
        """Position of each year."""
        return {t: i for i, t in enumerate(self.years)}

    @cached_property
    def plain(self) -> Vector:
        """Position of the commodity behind each name: its own, but for names of what is clean."""
        plain = self.tags.plain
        return np.array([self.commodity[plain.get(c, c)] for c in self.commodities], dtype=int)

    @cached_property
    def tagged(self) -> tuple[Vector, Vector]:
        """Positions of tagged commodities, and of what is clean of them."""
        pairs = [(self.commodity[c], self.commodity[name]) for c, name in self.tags.clean.items()]
        plain, clean = np.array(pairs, dtype=int).reshape(-1, 2).T
        return plain, clean

    def own(self, o: Vector, c: Vector) -> Vector:
        """Position of what a region makes of its own material, of commodities."""
        clean = np.arange(len(self.commodities))
        clean[self.tagged[0]] = self.tagged[1]
        inside = np.array([r in self.tags.regions for r in self.regions], dtype=bool)
        found: Vector = np.where(inside[o], c, clean[c])
        return found

    def order(self, key: tuple[str, str, int]) -> tuple[int, int, int]:
        """What keys (place, commodity, year) are sorted by."""
        d, c, t = key
        return self.place[d], self.commodity[c], t

    def goods(self, commodities: Iterable[str]) -> Vector:
        """Positions of these commodities."""
        return np.array([self.commodity[c] for c in commodities], dtype=int)

    def dates(self, years: Iterable[int]) -> Vector:
        """Positions of these years."""
        return np.array([self.year[t] for t in years], dtype=int)

    def at(self, keys: Iterable[tuple[Any, ...]], kinds: str) -> tuple[Vector, ...]:
        """Positions of keys, a column for each of their places: o or d (a place), c or t as in `kinds`."""
        codes: dict[str, Mapping[Any, int]] = {
            "o": self.place,
            "d": self.place,
            "c": self.commodity,
            "t": self.year,
        }
        columns = [*zip(*keys, strict=True)] or [()] * len(kinds)
        return tuple(
            np.array([codes[kind][name] for name in column], dtype=int)
            for kind, column in zip(kinds, columns, strict=True)
        )

    def _shape(self, kinds: str) -> tuple[int, ...]:
        sizes = {"o": self.regions, "d": self.places, "c": self.commodities, "t": self.years}
        return tuple(len(sizes[kind]) for kind in kinds)

    def filled(self, values: Mapping[tuple[Any, ...], float], kinds: str) -> Vector:
        """Numbers by key as an array over o (regions), d (places), c and t as in `kinds`; 0 where there is none."""
        found = np.zeros(self._shape(kinds))
        found[self.at(values, kinds)] = list(values.values())
        return found

    def summed(self, numbers: Vector, *positions: Vector, kinds: str) -> Vector:
        """Sums of numbers by position, as an array like that of `filled`."""
        shape = self._shape(kinds)
        spot = np.ravel_multi_index(positions, shape)
        found = np.bincount(spot, numbers, int(np.prod(shape)))  # whole numbers where there is nothing to sum
        return found.astype(float, copy=False).reshape(shape)

    def table(self, *positions: Vector, kinds: str) -> KeyTable:
        """A table of keys from positions: `kinds` is o or d (a place), c or t for each column."""
        codes = self._codes
        return KeyTable(self.labels, [codes[kind][p] for p, kind in zip(positions, kinds, strict=True)])

    def positions(self, table: KeyTable, kinds: str) -> tuple[Vector, ...]:
        """The positions that a table was made of, by the same `kinds`."""
        found = []
        for column, kind in zip(table.columns, kinds, strict=True):
            codes = self._codes[kind]
            place = np.zeros(len(self.labels.names), dtype=int)
            place[codes] = np.arange(len(codes))
            found.append(place[column])
        return tuple(found)

    @cached_property
    def _codes(self) -> dict[str, Vector]:
        """Labels of places, commodities and years; a region and a commodity may bear one name, and one label."""
        places, goods, years = map(self.labels.codes, (self.places, self.commodities, self.years))
        return {"o": places, "d": places, "c": goods, "t": years}


class Ways(NamedTuple):
    """Ways that goods can go, as positions: origin `o`, place `d`, its region `r`, commodity `c`, year `t`."""

    o: Vector
    d: Vector
    r: Vector
    c: Vector
    t: Vector

    @staticmethod
    def of(axes: Axes, keys: Iterable[tuple[str, str, str, int]]) -> Ways:
        """The ways of keys (origin, place, commodity, year), in this order."""
        o, d, c, t = axes.at(keys, "odct")
        return Ways(o, d, axes.home[d], c, t)

    @property
    def route(self) -> tuple[Vector, Vector, Vector, Vector]:
        """Positions of the routes that they take."""
        return self.o, self.r, self.c, self.t
