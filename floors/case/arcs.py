"""Shipments that can be of use, and what leaks, as columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import numpy as np

from floors.case.axes import Axes, Ways
from floors.case.demand import Key
from floors.case.routes import OF_ROUTE, Route, Routes, duty, route_of
from floors.lp.labels import Vector


class Arcs(Mapping[Any, Route]):
    """Shipments that can be of use, as columns, and as a mapping from (o, d, c, t) to their route.

    Positions `o` (region), `d` (place), `r` (its region), `c`, `t`; numbers as those of `Routes`; `tariff_paid`,
    `export_tax_paid`, `duty` (both) and `carriage` (freight and duty) in USD/kg shipped.
    """

    def __init__(self, routes: Routes, axes: Axes, o: Vector, d: Vector, c: Vector, t: Vector) -> None:
        self.axes, self.o, self.d, self.c, self.t, self.r = axes, o, d, c, t, axes.home[d]
        self.ways = Ways(o, d, self.r, c, t)
        self.table = axes.table(o, d, c, t, kinds="odct")
        self.take_numbers(routes)

    def take_numbers(self, routes: Routes) -> None:
        """The numbers of these routes for the shipments that there are."""
        self._columns = tuple(routes.columns((self.o, self.r, self.c, self.t), *OF_ROUTE))
        self.freight, self.tariff, self.export_tax, self.loss, self.content = self._columns[:5]
        self.limit, self.minimum = self._columns[5:]
        self._reference = routes.reference[self.c, self.t]

    @property
    def tariff_paid(self) -> Vector:
        found: Vector = self.tariff * self._reference
        return found

    @property
    def export_tax_paid(self) -> Vector:
        found: Vector = self.export_tax * self._reference
        return found

    @property
    def duty(self) -> Vector:
        return duty(self.tariff, self.export_tax, self._reference)

    @property
    def carriage(self) -> Vector:
        found: Vector = self.freight + self.duty
        return found

    def arriving(self, numbers: Vector) -> Vector:
        """Sums over shipments by where they arrive, [place, commodity, year]."""
        return self.axes.summed(numbers, self.d, self.c, self.t, kinds="dct")

    def __len__(self) -> int:
        return len(self.o)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._routes)

    def __contains__(self, key: object) -> bool:
        return key in self._routes

    def __getitem__(self, key: Any) -> Route:
        return self._routes[key]

    @cached_property
    def _routes(self) -> dict[Any, Route]:
        columns = (column.tolist() for column in self._columns)
        made: dict[tuple[float, ...], Route] = {}
        found = {}
        for key, *numbers in zip(self.table.keys, *columns, strict=True):
            known = tuple(numbers)
            if known not in made:
                made[known] = route_of(known)
            found[key] = made[known]
        return found


class Leaks(Arcs):
    """What leaks past enforcement, as shipments that nobody chooses: a row for each demand that some leaks into.

    `tonnes` leave unseen, t/yr, and pay at the border like any other, but no levy.
    """

    def __init__(self, routes: Routes, axes: Axes, leak: Mapping[Key, tuple[str, float]]) -> None:
        own = axes.tags.own
        ways = Ways.of(axes, [(o, d, own(o, c), t) for (d, _, c, t), (o, _) in leak.items()])
        super().__init__(routes, axes, ways.o, ways.d, ways.c, ways.t)
        self.tonnes = np.array([quantity for _, quantity in leak.values()], dtype=float)
