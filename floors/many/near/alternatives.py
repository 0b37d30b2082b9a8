"""`floors.alternatives`: plans that cost nearly as little as the least, and what holding each of them would cost.

One LP has many plans of nearly the same cost (Brill, Chang and Hopkins 1982, modelling to generate alternatives; near
optimal spaces of energy systems: Neumann and Brown 2021). Four that contrast are looked for, by aims that have a name:
see `floors.solving.contrasts`. Of plans that are as good by their aim the cheapest is taken, of equals one. Each is
then fixed, and priced as the plan of least cost is: least uplift, least levies of their own, lowest floors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import inf
from numbers import Real
from typing import Any

from floors.brief.near import NearPlans
from floors.brief.near_page import page
from floors.brief.pictures.near import pictures
from floors.brief.tables import Tables
from floors.contract.results import Row, Sheet
from floors.contract.results.alternatives import (
    ALTERNATIVES,
    BESIDE,
    BLOC,
    FLOORS,
    LEAST_COST,
    MIX,
    ORIGINS,
    PLANS,
    SHARE_RANGES,
    SHEETS,
    MixRow,
    OriginRow,
    PlanRow,
    QuantityRow,
    ShareRangeRow,
)
from floors.errors import UsageError
from floors.excel.record import Asked, assumed, made_with, numbered, recorded, sealed
from floors.excel.tabled import Answer, Table, less, without_result, worst
from floors.many.executors import executor_of, in_order
from floors.many.near.plans import Near, NearPlan, Place, Quantity, find_ranges, solve_plan
from floors.many.near.words import alternatives_in_words, warned
from floors.many.shared import check_foreseen
from floors.page.page import Page
from floors.page.picture import Picture
from floors.solving.contrasts import AIMS, limit_of
from floors.solving.largest import Held
from floors.solving.run import How
from floors.steps import stage
from floors.study.locate import shown
from floors.study.study import Study, check_study

WITHIN = 0.01
SAME = 1e-9  # of the largest number of the plans: what differs by less is the same
NAMES = (LEAST_COST, *AIMS)


@dataclass(frozen=True, repr=False)
class Alternatives(Answer):
    """Plans that cost at most `within` of the least cost more. `alternatives.alternatives`, `.origins`,
    `.share_ranges`, `.mix`, `.plans` and `.floors` are DataFrames; money in million at present value, None (NaN)
    where a plan has none.

    `points[0]` is the plan of least cost; `found["most even"]` one by name.
    """

    within: float
    points: tuple[NearPlan, ...] = field(repr=False)
    share_range_rows: tuple[ShareRangeRow, ...] = field(repr=False)
    held: Held = field(repr=False)

    alternatives = Table()
    origins = Table()
    share_ranges = Table()
    mix = Table()
    plans = Table()
    floors = Table()
    run = Table()

    def __getitem__(self, name: str) -> NearPlan:
        """The plan of this name. Raises KeyError for another."""
        found = {plan.name: plan for plan in self.points}
        if name not in found:
            raise KeyError(f"there is no plan {name!r}; there are {', '.join(found)}")
        return found[name]

    @property
    def least_cost(self) -> float:
        """Least cost, million at present value."""
        figures = self.points[0].figures
        assert figures is not None
        return figures.cost

    @property
    def limit(self) -> float:
        """What a plan may cost, million at present value."""
        return limit_of(self.least_cost, self.within)

    @property
    def status(self) -> str:
        """`optimal` where every plan is, else what is wrong first: without floors before stopped early."""
        return worst(plan.status for plan in self.points)

    @property
    def warnings(self) -> list[str]:
        """Plans without a result, the first of each message."""
        failed = without_result((plan.name, plan.status, plan.message) for plan in self.points)
        return [*warned(self), *([self.held.said] if self.held.said else []), *failed]

    @property
    def sentences(self) -> list[str]:
        """What a reader should know first, one sentence a line."""
        return alternatives_in_words(self)

    @cached_property
    def brief(self) -> Page:
        """The page of the plans."""
        return page(self._near)

    @cached_property
    def pictures(self) -> tuple[Picture, ...]:
        """Origins and floors, plan by plan."""
        return pictures(self._near)

    @cached_property
    def _near(self) -> NearPlans:
        return NearPlans(Tables(self.study, self.rows), self.within, tuple(self.goods), self.under_caps)

    @property
    def plan_rows(self) -> list[PlanRow]:
        """Rows of sheet `alternatives`."""
        return self._tables[0]

    @property
    def mix_rows(self) -> list[MixRow]:
        """Rows of sheet `mix`."""
        return self._tables[1]

    @cached_property
    def _tables(self) -> tuple[list[PlanRow], list[MixRow]]:
        return list(self._alternatives()), list(self._mix())

    @cached_property
    def under_caps(self) -> bool:
        """Whether sheet caps names any commodity; where it does not, shares are of all."""
        return bool(self.study.rows("caps"))

    @cached_property
    def goods(self) -> list[str]:
        """The commodities that shares are of, in the order of the workbook."""
        groups: dict[str, list[str]] = {}
        for row in self.study.rows("groups"):
            groups.setdefault(row["group"], []).append(row["commodity"])
        named = {
            c for row in self.study.rows("caps") for c in groups.get(row["commodity"], [row["commodity"]])
        }
        goods = [row["commodity"] for row in self.study.rows("commodities")]
        return [c for c in goods if c in named] or goods

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """The sheets of the results workbook."""
        return SHEETS

    def rows(self, sheet: str) -> Sequence[Row]:
        """Rows of a results sheet in the order of its columns; None where there is no value."""
        return self._rows[sheet]

    @cached_property
    def _rows(self) -> dict[str, Sequence[Row]]:
        return {
            ALTERNATIVES.name: self.plan_rows,
            ORIGINS.name: list(self._origins()),
            SHARE_RANGES.name: self.share_range_rows,
            MIX.name: self.mix_rows,
            PLANS.name: list(self._plans()),
            FLOORS.name: [row for plan in self.points for row in plan.floors],
            "run": sealed(
                [
                    *made_with(self.study, self.asked),
                    *recorded({"status": self.status, "within": self.within, "limit": self.limit}),
                    *numbered("result", self.sentences),
                    *numbered("warning", self.warnings),
                    *assumed(self.study),
                ]
            ),
        }

    def _alternatives(self) -> Iterator[PlanRow]:
        first = self.points[0]
        for plan in self.points:
            row = PlanRow(plan=plan.name, status=plan.status, message=plan.message or None)
            if plan.figures is not None:
                total = sum(plan.origins.values())
                most = max(plan.origins, key=lambda o: plan.origins[o]) if total else None
                row = row._replace(
                    **vars(plan.figures),
                    same_as=self.same_as(plan),
                    dearer_by=plan.figures.cost - self.least_cost,
                    largest_origin=most,
                    largest_share=plan.origins[most] / total if most is not None else None,
                )
            if plan.holding is not None:
                row = row._replace(
                    **vars(plan.holding),
                    change_of_bloc_net_cost=less(
                        plan.holding.bloc_net_cost, first.holding.bloc_net_cost if first.holding else None
                    ),
                )
            yield row

    def same_as(self, plan: NearPlan) -> str | None:
        """The first plan before this one that ships, makes, builds and stores the same; None where there is none."""
        for other in self.points:
            if other is plan:
                return None
            if other.figures is not None and plan.figures is not None and not self._differ((other, plan)):
                return other.name
        return None

    def _origins(self) -> Iterator[OriginRow]:
        for plan in self.points:
            total = sum(plan.origins.values())
            for origin, quantity in plan.origins.items():
                share = quantity / total if total else None
                yield OriginRow(plan=plan.name, origin=origin, quantity=quantity, share=share)

    def _mix(self) -> Iterator[MixRow]:
        places = dict[Place, dict[str, None]]()
        for plan in self.points:
            for place, of in plan.mix.items():
                places.setdefault(place, {}).update(dict.fromkeys(of))
        for place in sorted(places, key=self._order):
            for origin in places[place]:
                shares: dict[str, Any] = {
                    BESIDE[plan.name]: plan.mix[place].get(origin, 0.0) if place in plan.mix else None
                    for plan in self.points
                }
                yield MixRow(**place._asdict(), origin=origin, **shares)

    def _order(self, place: Place) -> tuple[int, int, str]:
        names = [row["commodity"] for row in self.study.rows("commodities")]
        return names.index(place.commodity), place.year, place.destination

    def _plans(self) -> Iterator[QuantityRow]:
        for key in self._differ(tuple(plan for plan in self.points if plan.figures is not None)):
            found: dict[str, Any] = {
                BESIDE[plan.name]: None if plan.figures is None else plan.quantities.get(key, 0.0)
                for plan in self.points
            }
            yield QuantityRow(**key._asdict(), **found)

    def _differ(self, plans: Sequence[NearPlan]) -> list[Quantity]:
        """What is not the same in these plans, kind by kind."""
        keys = dict.fromkeys(key for plan in plans for key in plan.quantities)
        most = max((abs(q) for plan in plans for q in plan.quantities.values()), default=0.0)
        found = []
        for key in keys:
            of = [plan.quantities.get(key, 0.0) for plan in plans]
            if max(of) - min(of) > SAME * most:
                found.append(key)
        kinds = list(dict.fromkeys(key.kind for key in found))
        return sorted(found, key=lambda key: kinds.index(key.kind))

    def described(self) -> dict[str, Any]:
        """Least cost, limit, and the tables as lists of objects."""
        tables = {sheet.name: self.records(sheet.name) for sheet in self.sheets[:-1]}
        return {"within": self.within, "least_cost": self.least_cost, "limit": self.limit, **tables}


def alternatives(
    study: Study,
    within: float = WITHIN,
    executor: object = None,
    *,
    ranges: bool | None = None,
    time_limit: float | None = None,
    done: Callable[[NearPlan], None] | None = None,
) -> Alternatives:
    """Four contrasting plans that cost at most `within` (a share, 0 or more) of the least cost more, each with its
    floors of least uplift and that uplift, and how far capped shares go over all such plans; where the least cost is
    below 0, of its size.

    `ranges`: whether the ends of all floors and capped shares are found; None: of those of most money where that is
    much work.
    `time_limit` in seconds for each solve of the plan of least cost. Any executor of concurrent.futures, or a Dask
    client, gives the same numbers; `done` is told of each plan. Raises UsageError, InputError, and what `floors.solve`
    raises where there is no plan; a plan that is found and has no floors stops no other. A scenario that is a
    surprise is refused (UsageError).
    """
    check_study(study, "floors.alternatives")
    check_foreseen(study)
    where = executor_of(executor)
    near = Near(study, share_of(within), How(ranges, time_limit))
    found = []
    with stage("plans", len(NAMES)) as here:
        for plan in in_order(solve_plan, [(near, name) for name in NAMES], where):
            found.append(plan)
            here.finished(plan.name)
            if done:
                done(plan)
    rows, told = list[ShareRangeRow](), list[Held]()
    places = (BLOC, *dict.fromkeys(r for (r, _), role in study.roles.items() if role == "member"))
    with stage("ranges of shares", len(places)) as here:
        for ranged, held in in_order(find_ranges, [(near, place) for place in places], where):
            rows += ranged
            told.append(held)
            here.finished()
    held = replace(told[0], failed=sum(one.failed for one in told))
    asked = Asked("alternatives", {"within": near.within, "ranges": ranges, "time_limit": time_limit})
    return Alternatives(study, near.within, tuple(found), tuple(rows), held, asked=asked)


def share_of(within: object) -> float:
    """How much more a plan may cost. Raises UsageError for what is no share of it."""
    if isinstance(within, Real) and not isinstance(within, bool) and 0 <= float(within) < inf:
        return float(within)
    raise UsageError(
        f"within expects what a plan may cost more as a share of the least cost, 0 or more, such as {WITHIN}; "
        f"found {shown(within)}."
    )


__all__ = ["Alternatives", "alternatives"]
