"""One solved case: what its plan ships, makes and stores, in t per year, and that none costs less."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from floors.case.derive import Case
from floors.lp import sizes
from floors.lp.exact import proven_bound
from floors.lp.highs import Solution
from floors.lp.linear import Compiled, Vector
from floors.lp.lower_bound import LowerBound
from floors.lp.near_plans import Plans, optimal_plans
from floors.pricing.choosing import Priced
from floors.pricing.dual import FloorRows, Rule
from floors.solving.bloc import Levies
from floors.solving.tonnes import (
    NONE,
    Flows,
    levied_places,
    quantities,
    ship_places,
    surplus,
    tonnes_at,
    unused,
)

if TYPE_CHECKING:
    from floors.solving.outcome import Outcome


@dataclass(frozen=True)
class Past:
    """What was decided before a shock was known: the years before `known_from` are those of `outcome`, and so
    is what is built in any year where `capacity` is decided too. `shared_columns` of a year of
    `shared` are those of the outcome there."""

    outcome: Outcome
    known_from: int
    capacity: bool = False
    shared: Mapping[int, Outcome] = field(default_factory=dict)
    shared_columns: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Which of the plans of least cost was taken. `corner` (n) is the one found first, whose basis and duals those of
    the outcome are; `steady`: whether another was looked for, and `why` it is not taken, if it is not."""

    corner: Vector = field(repr=False)
    steady: bool = False
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A case with its model, arrays, plan and prices; `levies` are those of the minimum rule, USD/kg.

    `plan.x` is the `choice` among the plans of least cost; the duals of `plan` prove any of them.
    `unruled` are the prices of the same plan if no rule stood on floors, duals of the sourcing LP: what a cap or a
    tonne is worth. They are `priced` itself where the rules cost nothing and ask for no levy of its own.
    `market` is the LP that `priced` is the dual of: `compiled` itself, but for what is exempt of caps.
    `whole` are the arrays of the model before anything of the `past` was fixed. Prices, floors and levies of
    years before the past ends are those of the past.
    """

    case: Case
    model: Any = field(repr=False)
    compiled: Compiled = field(repr=False)
    market: Compiled = field(repr=False)
    plan: Solution = field(repr=False)
    floors: FloorRows = field(repr=False)
    rules: tuple[Rule, ...] = field(repr=False)
    priced: Priced = field(repr=False)
    unruled: Priced = field(repr=False)
    levies: Levies = field(repr=False)
    basic: tuple[Vector, Vector] = field(repr=False)  # columns and rows (bool) of the basis
    whole: Compiled = field(repr=False)
    choice: Choice = field(repr=False)
    solves: int = 1
    past: Past | None = field(default=None, repr=False)
    unheld: float = (
        0.0  # million at present value: least uplift without rules, of exempt tonnes that no levy holds
    )

    @property
    def first(self) -> float:
        """The first year that is not of the past; -inf where there is none."""
        return self.past.known_from if self.past else -np.inf

    @cached_property
    def proven(self) -> LowerBound:
        """What no plan can cost less than, thousand at present value, whatever the solver did."""
        most = sizes.FAR * sizes.largest(self.plan.x)
        return proven_bound(self.compiled.lp, self.plan.dual, self.plan.objective, self.size, largest=most)

    @cached_property
    def size(self) -> float:
        """The size of the cost, thousand at present value: what is a small share of it is rounding."""
        return sizes.of_cost(self.compiled.lp, self.plan.x)

    @property
    def gap(self) -> float:
        """What the plan costs more than the proven bound, relative to the size of the cost."""
        return (self.plan.objective - self.proven.value) / self.size if self.size else 0.0

    @cached_property
    def plans(self) -> Plans:
        """All plans that cost as little."""
        return optimal_plans(self.compiled, self.plan, self.basic)

    def quantity(self, component: Any) -> dict[Any, float]:
        """Values of a variable by key; what is rounding beside the largest is none."""
        return quantities(self.compiled, component, self.plan.x)

    @cached_property
    def ship(self) -> Flows:
        """t per year by (origin, destination, commodity, year), before loss, of what is shipped; else 0."""
        at = self.shipping
        return Flows(zip(self.case.arcs.table.take(at).keys, self.ship_column[at].tolist(), strict=True))

    @cached_property
    def shipping(self) -> Vector:
        """Positions among the shipments of the case of those that the plan makes."""
        return np.flatnonzero(self.ship_column)

    @cached_property
    def produce(self) -> dict[Any, float]:
        """Activity, t per year, by (process, year)."""
        return self.quantity(self.model.produce)

    @cached_property
    def build(self) -> dict[Any, float]:
        """Capacity added, t per year, by (process or plant, year)."""
        return self.quantity(self.model.build)

    @cached_property
    def connect(self) -> dict[Any, float]:
        """Link qualified, t per year, by (origin, region, commodity, year)."""
        return self.quantity(self.model.connect)

    @cached_property
    def consume(self) -> dict[Any, float]:
        """t per year by (place, segment, commodity, step, year)."""
        return self.quantity(self.model.consume)

    @cached_property
    def passed(self) -> dict[Any, float]:
        """t per year that is clean and used as any, by (place, tagged commodity, year)."""
        return self.quantity(self.model.passed)

    @cached_property
    def mingled(self) -> dict[Any, float]:
        """t per year that is clean and leaves as tainted, by (region, tagged commodity, year)."""
        return self.quantity(self.model.mingled)

    @cached_property
    def put(self) -> dict[Any, float]:
        """t per year by (stockpile, year)."""
        return self.quantity(self.model.put)

    @cached_property
    def take(self) -> dict[Any, float]:
        """t per year by (stockpile, year)."""
        return self.quantity(self.model.take)

    @cached_property
    def stock(self) -> dict[Any, float]:
        """Closing stock, t, by (stockpile, year)."""
        return self.quantity(self.model.stock)

    @cached_property
    def surplus(self) -> dict[Any, float]:
        """t per year that arrives and nobody uses or puts away, by (place, commodity, year)."""
        return surplus(self.model, self.compiled, self.plan.x)

    @cached_property
    def unused(self) -> Vector:
        """t per year that is wasted or put away, less what is taken, [place, commodity, year]."""
        return unused(self.case, self.model, self.compiled, self.plan.x)

    @cached_property
    def ship_column(self) -> Vector:
        """t per year of each shipment of the case, before loss."""
        return tonnes_at(self.ship_place, self.plan.x)

    @cached_property
    def exempt_column(self) -> Vector:
        """t per year of each shipment of the case that pay no levy."""
        found = np.zeros(len(self.case.arcs))
        if len(self.case.exempt):
            places = self.compiled.places(self.model.exempt)
            found[self.case.exempt.arc] = tonnes_at(places, self.plan.x)
        return found

    @cached_property
    def liable_column(self) -> Vector:
        """t per year of each shipment of the case that levies fall on."""
        found: Vector = self.ship_column - self.exempt_column
        at = self.case.exempt.arc
        found[at[found[at] <= NONE * sizes.largest(self.plan.x)]] = 0.0
        return found

    @cached_property
    def levied_place(self) -> Vector:
        """The column that levies on each shipment of the case fall on, -1 for one that the LP does not have."""
        return levied_places(self.case, self.model, self.compiled)

    @cached_property
    def ship_place(self) -> Vector:
        """The column of each shipment of the case, -1 for one that the LP does not have."""
        return ship_places(self.case, self.model, self.compiled)
