"""Plans that cost little more than the least and differ from it as much as they can: what each of them aims at.

All are over the plans of the sourcing LP within the limit of cost, caps and all other rows kept. What arrives in
members and nobody uses is no more than in the plan of least cost, or a share could be diluted by what is thrown away.
Years count by their length, leaks with what arrives.

- least capped: least share of capped origin, by content, in what arrives in members;
- most domestic: least share of it that was last made outside the bloc;
- fewest new plants: least length of the period x capacity built, of all plants everywhere;
- most even: least largest share of one region of origin in it.

What arrives is that of commodities that sheet caps names, or of all where it names none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from floors.case.derive import Case
from floors.contract.results.alternatives import FEWEST_PLANTS, LEAST_CAPPED, MOST_DOMESTIC, MOST_EVEN
from floors.lp import sizes
from floors.lp.aims import Aim, Best, best_plan
from floors.lp.linear import LinearProgram, Vector
from floors.lp.sparse import Matrix
from floors.solving.outcome import Outcome
from floors.solving.tonnes import ship_places
from floors.steps import stage


@dataclass(frozen=True, kw_only=True)
class Arrivals:
    """What arrives in members over all years, before loss, t x length of the year, as sums of a plan (n) and leaks: by
    region of origin (`origins`, those that can send any), its capped content, and what members made."""

    origins: tuple[str, ...]
    by_origin: Matrix
    leaked: Vector
    content: Vector
    leaked_content: float
    domestic: Vector

    @cached_property
    def total(self) -> Vector:
        """All that arrives (n), leaks apart."""
        return np.ones(len(self.origins)) @ self.by_origin

    @property
    def all_leaked(self) -> float:
        """All that leaks."""
        return float(self.leaked.sum())

    def over(self, x: Vector) -> float:
        """All that arrives in a plan."""
        return float(self.total @ x) + self.all_leaked

    def from_each(self, x: Vector) -> dict[str, float]:
        """What arrives in a plan from each region."""
        return dict(zip(self.origins, (self.by_origin @ x + self.leaked).tolist(), strict=True))


def named_in_caps(case: Case) -> list[str]:
    """The commodities that rows of sheet caps name, in the order of the workbook."""
    rows = case.study.rows("caps")
    named = {c for row in rows for c in case.places.commodities_of(row["commodity"])}
    return [c for c in case.arcs.axes.commodities if c in named]


def arrivals(outcome: Outcome) -> Arrivals:
    """What arrives in members in any plan of an outcome's LP."""
    case, arcs, axes = outcome.case, outcome.case.arcs, outcome.case.arcs.axes
    places, n = case.places, len(outcome.plan.x)
    named = named_in_caps(case) or list(axes.commodities)
    goods = axes.goods(named)
    column = ship_places(case, outcome.model, outcome.compiled)
    member = places.is_role("member")
    at = np.flatnonzero((column >= 0) & member[arcs.r, arcs.t] & np.isin(axes.plain[arcs.c], goods))
    length = np.array([case.calendar.length[t] for t in axes.years])[arcs.t[at]]
    origin, column = arcs.o[at], column[at]
    leaks: dict[str, float] = {}
    for (d, _, c, t), (o, quantity) in case.demand.leak.items():
        if quantity and c in named and places.is_member(d, t):
            leaks[o] = leaks.get(o, 0.0) + case.calendar.length[t] * quantity
    sending = {*origin.tolist(), *(axes.place[o] for o in leaks)}
    regions = sorted(sending)
    rows = np.searchsorted(np.array(regions, dtype=int), origin)
    domestic, content = np.zeros(n), np.zeros(n)
    domestic[column] = length * member[origin, arcs.t[at]]
    content[column] = length * arcs.content[at]
    names = tuple(axes.regions[o] for o in regions)
    return Arrivals(
        origins=names,
        by_origin=Matrix.from_entries(rows, column, length, (len(regions), n)),
        leaked=np.array([leaks.get(o, 0.0) for o in names]),
        content=content,
        leaked_content=sum(leaks.values()),
        domestic=domestic,
    )


def built(outcome: Outcome) -> Vector:
    """One coefficient per column, so that the sum is length of the period x capacity built, t."""
    found = np.zeros(len(outcome.plan.x))
    for (_, t), column in outcome.compiled.column_of(outcome.model.build).items():
        found[column] = outcome.case.calendar.length[t]
    return found


def _share(arriving: Arrivals, of: Matrix, given: Vector) -> Aim:
    return Aim(of=of, given=given, total=arriving.total, rest=arriving.all_leaked)


def _least_capped(outcome: Outcome, arriving: Arrivals) -> Aim:
    return _share(arriving, Matrix.of(arriving.content), np.array([arriving.leaked_content]))


def _most_domestic(outcome: Outcome, arriving: Arrivals) -> Aim:
    foreign = Matrix.of(arriving.total - arriving.domestic)
    return _share(arriving, foreign, np.array([arriving.all_leaked]))


def _fewest_plants(outcome: Outcome, arriving: Arrivals) -> Aim:
    n = len(outcome.plan.x)
    size = sizes.largest(outcome.plan.x) or 1.0
    return Aim(of=Matrix.of(built(outcome)), given=np.zeros(1), total=np.zeros(n), rest=1.0, size=size)


def _most_even(outcome: Outcome, arriving: Arrivals) -> Aim:
    return _share(arriving, arriving.by_origin, arriving.leaked)


AIMS: dict[str, Callable[[Outcome, Arrivals], Aim]] = {
    LEAST_CAPPED: _least_capped,
    MOST_DOMESTIC: _most_domestic,
    FEWEST_PLANTS: _fewest_plants,
    MOST_EVEN: _most_even,
}
"""What each plan aims at, by its name."""


def limit_of(least: float, within: float) -> float:
    """What a plan may cost, where the least cost is this: so much of its size more, also where that is below 0."""
    return least + within * abs(least)


@stage("plan")
def contrast(outcome: Outcome, name: str, within: float) -> Best:
    """The plan of this aim that costs at most `within` of the least cost more. Raises SolveError."""
    least = outcome.plan.objective
    lp = nothing_more_unused(outcome)
    room = limit_of(least, within) - least
    return best_plan(lp, outcome.plan, outcome.basic, room, AIMS[name](outcome, arrivals(outcome)))


def nothing_more_unused(outcome: Outcome) -> LinearProgram:
    """The sourcing LP with no more of what arrives in members left unused than in the plan of least cost."""
    lp, m, x = outcome.compiled.lp, outcome.model, outcome.plan.x
    inside = outcome.case.places.is_member
    row_upper, upper = lp.row_upper.copy(), lp.upper.copy()
    rows = [row for (d, _, t), row in outcome.compiled.rows(m.use).items() if inside(d, t)]
    row_upper[rows] = np.maximum((lp.matrix @ x)[rows], lp.row_lower[rows])
    columns = [j for (d, _, t), j in outcome.compiled.column_of(m.waste).items() if inside(d, t)]
    upper[columns] = np.minimum(upper[columns], np.maximum(x[columns], lp.lower[columns]))
    return replace(lp, row_upper=row_upper, upper=upper)
