"""Which shipment counts under which cap in which year, as one table: the rows, levies and uses of all caps."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np

from floors.case.arcs import Arcs
from floors.case.axes import Axes
from floors.case.caps import Cap
from floors.lp.labels import Groups, Vector


class Scopes:
    """(place, commodity, year) in the scope of a cap: `cap`, positions `d`, `c`, `t`, its `weight`, `share` (what all
    that is used earns under `use`), whether it counts what has `landed`, after loss, as `use` does, and what a
    traced cap counts whatever the origin (`tainted` 1 or 0; NaN for a cap that does not see tags)."""

    def __init__(self, caps: tuple[Cap, ...], axes: Axes) -> None:
        self._shape = len(axes.places), len(axes.commodities), len(axes.years)
        parts: list[tuple[Vector, ...]] = []
        for k, cap in enumerate(caps):
            years = np.array([axes.year[t] for t in cap.given], dtype=int)
            given = (
                np.array(list(cap.given.values()), dtype=float)
                if cap.basis == "use"
                else np.zeros(len(years))
            )
            for c, weight, tainted in _names(cap, axes):
                places = np.array(
                    [axes.place[d] for d in cap.places.get(axes.tags.plain.get(c, c), ())], dtype=int
                )
                d, t = np.repeat(places, len(years)), np.tile(years, len(places))
                rebates = np.tile(given, len(places))
                if cap.outside:
                    inside = ~_outside(cap, axes)[d, t]
                    d, t, rebates = d[inside], t[inside], rebates[inside]
                size = len(d)
                parts.append(
                    (
                        np.full(size, k),
                        d,
                        np.full(size, axes.commodity[c]),
                        t,
                        np.full(size, weight),
                        rebates,
                        np.full(size, cap.basis == "use"),
                        np.full(size, tainted),
                    )
                )
        empty = (np.zeros(0, int),) * 4 + (np.zeros(0),) * 2 + (np.zeros(0, bool), np.zeros(0))
        columns: list[Vector] = [np.concatenate(column) for column in zip(empty, *parts, strict=True)]
        self.cap, self.d, self.c, self.t, self.weight, self.share, self.landed, self.tainted = columns
        self._caps = len(caps)
        self.origin = np.array(
            [-1 if cap.origin is None else axes.place[cap.origin] for cap in caps], dtype=int
        )
        self.unseen = np.array([cap.unseen for cap in caps], dtype=bool)

    def counts(self, scope: Vector, o: Vector, content: Vector) -> Vector:
        """What one tonne from o counts under the caps of these rows."""
        origin = self.origin[self.cap[scope]]
        found = np.where(origin < 0, content, origin == o)
        by_tag: Vector = np.where(np.isnan(self.tainted[scope]), found, self.tainted[scope])
        counted: Vector = self.weight[scope] * by_tag
        return counted

    def rebate(self, scope: Vector) -> Vector:
        """What a tonne that arrives earns under the caps of these rows, and waste and what is put away pay back:
        weight x share under `use`, else 0."""
        found: Vector = self.weight[scope] * self.share[scope]
        return found

    def seen(self, scope: Vector, loss: Vector) -> Vector:
        """How much of a tonne sent the caps of these rows see: what arrives of it under `use`, else all."""
        found: Vector = np.where(self.landed[scope], 1 - loss, 1.0)
        return found

    def coefficient(self, scope: Vector, o: Vector, content: Vector, loss: Vector) -> Vector:
        """The number before a tonne sent from o in the caps' rows: what it counts, less the rebate."""
        found: Vector = (self.counts(scope, o, content) - self.rebate(scope)) * self.seen(scope, loss)
        return found

    @cached_property
    def paid_back(self) -> Vector:
        """The rows whose rebate is paid back for what is not used."""
        return np.flatnonzero(self.rebate(np.arange(len(self.cap))))

    def by_cap(self, numbers: Vector) -> Vector:
        """Sums over rows, [cap, year]."""
        years = self._shape[2]
        return np.bincount(self.cap * years + self.t, numbers, self._caps * years).reshape(self._caps, years)

    def earned(self, dual: Vector) -> Vector:
        """What a tonne that arrives earns of these duals [cap, year] of all caps, [place, commodity, year]."""
        at = self.paid_back
        spot = np.ravel_multi_index((self.d[at], self.c[at], self.t[at]), self._shape)
        sums = np.bincount(spot, self.rebate(at) * dual[self.cap[at], self.t[at]], int(np.prod(self._shape)))
        return sums.reshape(self._shape)

    def meeting(self, d: Vector, c: Vector, t: Vector) -> tuple[Vector, Vector]:
        """The rows that arrivals of c at d in t fall under, in the order of caps: which arrival, and the row."""
        shape, groups = self._spots
        position, at = groups.expand(np.ravel_multi_index((d, c, t), shape))
        return position, groups.order[at]

    @cached_property
    def _spots(self) -> tuple[tuple[int, int, int], Groups]:
        spot = np.ravel_multi_index((self.d, self.c, self.t), self._shape)
        return self._shape, Groups(spot, int(np.prod(self._shape)))


def _outside(cap: Cap, axes: Axes) -> Vector:
    """Which places are not in the scope of a cap when, [place, year]."""
    found = np.zeros((len(axes.places), len(axes.years)), dtype=bool)
    for t, places in cap.outside.items():
        found[[axes.place[d] for d in places], axes.year[t]] = True
    return found


def _names(cap: Cap, axes: Axes) -> Iterator[tuple[str, float, float]]:
    """The names under a cap, their weights, and what it counts of them by tag: NaN where it does not see tags."""
    for c, weight in cap.weights.items():
        for name in axes.tags.names(c):
            yield name, weight, float(name == c) if cap.traced else np.nan


class Counted:
    """Every pair of a cap's year and a shipment in its scope, by cap and shipment: `cap`, `t`, `arc`, what a
    tonne sent `counts`, its `weight` (under `use` both of what arrives), and the `coefficient` in the cap's row.
    `unseen` False leaves out caps that do not see leaks, of which the shipments are."""

    def __init__(
        self, scopes: Scopes, caps: tuple[Cap, ...], axes: Axes, arcs: Arcs, *, unseen: bool = True
    ) -> None:
        arc, scope = scopes.meeting(arcs.d, arcs.c, arcs.t)
        if not unseen:
            sees = ~scopes.unseen[scopes.cap[scope]]
            arc, scope = arc[sees], scope[sees]
        order = np.argsort(scopes.cap[scope] * max(1, len(arcs)) + arc, kind="stable")
        scope, self.arc = scope[order], arc[order]
        self.cap, self.t = scopes.cap[scope], scopes.t[scope]
        seen = scopes.seen(scope, arcs.loss[self.arc])
        counts = scopes.counts(scope, arcs.o[self.arc], arcs.content[self.arc])
        self.weight, self.counts = scopes.weight[scope] * seen, counts * seen
        self.coefficient = (counts - scopes.rebate(scope)) * seen
        self._shape = len(caps), len(axes.years)

    @cached_property
    def cell(self) -> Vector:
        """Cap and year of each pair as one integer."""
        found: Vector = self.cap * self._shape[1] + self.t
        return found

    def by_cap(self, numbers: Vector) -> Vector:
        """Sums over shipments, [cap, year]."""
        return np.bincount(self.cell, numbers, self._shape[0] * self._shape[1]).reshape(self._shape)
