"""Links: what a pair of regions can ship, qualified when the first year begins or built like a plant."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from floors.case.axes import Axes
from floors.case.calendar import Calendar
from floors.case.in_print import in_print
from floors.case.production import capital_charge
from floors.case.routes import INF, Routes
from floors.errors import Problem
from floors.lp.labels import Vector
from floors.study.study import Study

Pair = tuple[str, str, str]  # origin, region of destination, commodity


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What it takes to qualify a link, by row of sheet routes: `charge` a year, USD per kg/yr of link (`social`: at the
    discount rate); `limit` t/yr added per year (infinite: none); `alive` [row, b, t], whether a link of period b
    stands in t."""

    charge: Vector
    social: Vector
    limit: Vector
    alive: Vector


@dataclass(frozen=True, eq=False, kw_only=True)
class Links:
    """Which pairs of regions ship no more than a link, as arrays over origin, destination, commodity and year. A link
    is of a commodity, tags together.

    `bound` [o, r, c, t] is where a pair has a link row; `row` [o, r, c, b] the record of sheet routes by whose `terms`
    a link is built in period b, -1 where none is; `qualified` t/yr that stand when the first year begins.
    """

    axes: Axes
    bound: Vector
    row: Vector
    terms: Terms
    qualified: dict[Pair, float]
    length: dict[int, float]

    @property
    def any(self) -> bool:
        """Whether any pair has a link row."""
        return bool(self.bound.any())

    def holds(self, o: Vector, r: Vector, c: Vector, t: Vector) -> Vector:
        """Whether what goes these ways (positions) needs a link."""
        if not self.any:
            return np.zeros(np.broadcast_shapes(*map(np.shape, (o, r, c, t))), dtype=bool)
        found: Vector = self.bound[o, r, c, t]
        return found

    def needed(self, o: str, r: str, c: str, t: int) -> bool:
        """Whether a pair ships no more than a link in a year."""
        axes = self.axes
        return self.any and bool(self.bound[axes.place[o], axes.place[r], axes.commodity[c], axes.year[t]])

    @cached_property
    def standing(self) -> Vector:
        """t/yr that stand when the first year begins, [o, r, c]."""
        size, goods = len(self.axes.regions), len(self.axes.commodities)
        found = np.zeros((size, size, goods))
        for (o, r, c), tonnes in self.qualified.items():
            found[self.axes.place[o], self.axes.place[r], self.axes.commodity[c]] = tonnes
        standing: Vector = found[..., self.axes.plain]
        return standing

    @cached_property
    def passable(self) -> Vector:
        """Where no link is needed, or one stands or can be built: [o, r, c, t]; a single True where none is needed."""
        if not self.any:
            return np.ones((1, 1, 1, 1), dtype=bool)
        found: Vector = ~self.bound | (self.standing[..., None] > 0) | (self.growth > 0)
        return found

    @cached_property
    def growth(self) -> Vector:
        """Most that can have been qualified and stand, t/yr, [o, r, c, t]."""
        grown = np.zeros(self.bound.shape)
        stands = np.concatenate([self.terms.alive, self._never])
        for b, t in enumerate(self.axes.years):
            most = np.append(self.terms.limit * self.length[t], 0.0)[self.row[..., b]]
            grown += np.where(stands[self.row[..., b], b], most[..., None], 0.0)
        return grown

    def most(self, *at: Any) -> Vector:
        """The most that can go these ways (positions), t/yr; infinite where no link is needed."""
        if not self.any:
            return np.full(np.broadcast_shapes(*map(np.shape, at)), INF)
        return np.where(self.bound[at], self.standing[at[:3]] + self.growth[at], INF)

    @property
    def _never(self) -> Vector:
        """What is alive of a row that there is not: the last, so that -1 finds it."""
        return np.zeros((1, *self.terms.alive.shape[1:]), dtype=bool)

    def least_charge(self, o: Vector, r: Vector, c: Vector, t: Vector) -> Vector:
        """The least charge a year of a link alive then on each way, USD per kg/yr; infinite where there is none."""
        found = np.full(np.shape(o), INF)
        if not self.any:
            return found
        charge = np.append(np.where(self.terms.limit > 0, self.terms.charge, INF), INF)
        alive = np.concatenate([self.terms.alive, self._never])
        for b in range(self.row.shape[3]):
            row = self.row[o, r, c, b]
            found = np.where(alive[row, b, t], np.minimum(found, charge[row]), found)
        return found

    def built(self, o: str, r: str, c: str, b: int) -> int:
        """The record of sheet routes by whose terms a link of this pair is built in period b, -1 where none is."""
        axes = self.axes
        return int(self.row[axes.place[o], axes.place[r], axes.commodity[c], axes.year[b]])

    def alive(self, o: str, r: str, c: str, b: int) -> tuple[int, ...]:
        """The years of the horizon in which a link built in period b stands."""
        years = self.terms.alive[self.built(o, r, c, b), self.axes.year[b]]
        return tuple(t for t, there in zip(self.axes.years, years.tolist(), strict=True) if there)

    def charge(self, o: str, r: str, c: str, b: int) -> float:
        """Annual charge of a link built in period b, USD per kg/yr."""
        return float(self.terms.charge[self.built(o, r, c, b)])

    def social(self, o: str, r: str, c: str, b: int) -> float:
        """The same at the discount rate."""
        return float(self.terms.social[self.built(o, r, c, b)])

    def stands(self, o: str, r: str, c: str) -> float:
        """t/yr that the pair can ship when the first year begins."""
        return self.qualified.get((o, r, c), 0.0)

    def builds(self, needed: Vector) -> tuple[Vector, Vector, Vector, Vector]:
        """Pairs and periods (positions) in which a link can be built that stands in a year in which it is `needed`,
        [o, r, c, t]."""
        if not self.any:
            none = np.zeros(0, dtype=int)
            return none, none, none, none
        plain = self.axes.plain == np.arange(len(self.axes.commodities))
        o, r, c, b = np.nonzero((self.row >= 0) & plain[:, None])
        stands = (self.terms.alive[self.row[o, r, c, b], b] & needed[o, r, c]).any(axis=1)
        return o[stands], r[stands], c[stands], b[stands]


def derive_links(study: Study, axes: Axes, calendar: Calendar, routes: Routes) -> Links:
    """Sheet `qualified` and the columns qualify_* of `routes`: pairs of two regions whose route has a `qualify_cost`,
    of a commodity with a row in `qualified`."""
    rows = study.rows("routes")
    qualified: dict[Pair, float] = {
        (row["origin"], row["destination"], row["commodity"]): row["t"] for row in study.rows("qualified")
    }
    cost = np.array([np.nan if row["qualify_cost"] is None else row["qualify_cost"] for row in rows])
    listed = np.isin(axes.commodities, [c for _, _, c in qualified])[axes.plain]
    if not listed.any() or np.isnan(cost).all():
        none = np.zeros((1, 1, 1, 1), dtype=bool)
        return Links(
            axes=axes,
            bound=none,
            row=none.astype(int) - 1,
            terms=_terms(study, calendar),
            qualified={},
            length=calendar.length,
        )
    with_cost = np.append(~np.isnan(cost), False)
    own = np.eye(len(axes.regions), dtype=bool)[:, :, None, None]
    by_row = np.broadcast_to(routes.by_row, routes.shape)
    bound = with_cost[by_row] & ~own & listed[:, None]
    return Links(
        axes=axes,
        bound=bound,
        row=np.where(bound, by_row, -1),
        terms=_terms(study, calendar),
        qualified=qualified,
        length=calendar.length,
    )


def check_links(study: Study, routes: Routes, links: Links, problems: list[Problem]) -> None:
    """A take-or-pay above what stands of a link, in a year before any that is built can stand."""
    if not links.any or not (routes.minimum > 0).any():
        return
    axes, told = routes.axes, set[Pair]()
    cells = {
        (
            row["origin"],
            row["destination"],
            row["commodity"],
        ): f"qualified!{study.value_cell('qualified', i, 't')}"
        for i, row in enumerate(study.rows("qualified"))
    }
    asked = np.where(routes.there, routes.minimum, 0.0)
    above = links.bound & (asked > links.standing[..., None] * (1 + 1e-9)) & (links.growth == 0)
    for o, r, c, t in np.argwhere(above).tolist():
        pair = axes.regions[o], axes.regions[r], axes.commodities[c]
        if pair in told or axes.plain[c] != c:
            continue
        told.add(pair)
        least, stands = in_print(float(np.broadcast_to(asked, routes.shape)[o, r, c, t]), links.stands(*pair))
        sheet, row, column = routes.cell("minimum", (*pair, axes.years[t]))
        message = (
            f"{pair[0]} must ship at least {least} t of {pair[2]} to {pair[1]} in {axes.years[t]}, but its link is for "
            f"{stands} t ({cells.get(pair, 'no row in sheet qualified')}), and none that is built stands by then."
        )
        hint = "Lower the minimum, or raise t in sheet qualified."
        problems.append(study.problem(sheet, row, column, message, hint, "minimum_above_link"))


def _terms(study: Study, calendar: Calendar) -> Terms:
    """The terms of every row of sheet routes; without `qualify_cost` nothing of it is ever alive."""
    rows, years = study.rows("routes"), np.array(calendar.years)
    given = [row if row["qualify_cost"] is not None else None for row in rows]
    charge, social = charges(study)
    alive = np.zeros((len(rows), len(years), len(years)), dtype=bool)
    for i, row in enumerate(given):
        if row is not None:
            first = years[:, None] + row["qualify_time"]
            alive[i] = (years >= first) & (years < first + row["qualify_life"])
    return Terms(
        charge=charge,
        social=social,
        limit=np.array(
            [INF if row is None or row["qualify_limit"] is None else row["qualify_limit"] for row in given]
        ),
        alive=alive,
    )


def charges(study: Study) -> tuple[Vector, Vector]:
    """`charge` and `social` of the terms of every row of sheet routes; NaN where it has none."""
    rows = study.rows("routes")
    charge, social = (
        np.array(
            [
                np.nan
                if row["qualify_cost"] is None
                else capital_charge(row["qualify_cost"], rate, row["qualify_life"])
                for row in rows
            ],
            dtype=float,
        )
        for rate in (study.settings.capital_rate, study.settings.discount_rate)
    )
    return charge, social
