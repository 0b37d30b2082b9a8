"""One solved case: the plan and the prices, keyed as the case is, in t per year and USD/kg."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from floors.case.axes import Ways
from floors.case.border import Floor
from floors.case.derive import Case
from floors.lp import sizes
from floors.lp.exact import proven_bound
from floors.lp.highs import Solution
from floors.lp.linear import Compiled, Vector
from floors.lp.lower_bound import LowerBound
from floors.lp.near_plans import Plans, optimal_plans
from floors.pricing.choosing import Priced
from floors.pricing.dual import FloorRows, Rule
from floors.solving.bloc import Levies, minimum_levy_on
from floors.solving.largest import Held
from floors.solving.scarcity import Scarcity, find_scarcity
from floors.sourcing.rows import delivered_rows

NONE = 1e-12  # of the largest quantity of a plan: below this a quantity is rounding
NO_MONEY = 1e-12  # of the cost of a plan: less is no payment
BINDS = 1e-8  # of the highest price: a levy above this is one


class Flows(dict[Any, float]):
    """Quantities by key; what is not there is 0."""

    def __missing__(self, key: Any) -> float:
        return 0.0


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
class Outcome:
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
    def rules_bind(self) -> bool:
        """Whether rules on floors, or exempt tonnes that no levy holds, cost uplift, or rules ask for levies of their
        own; else any plan of the same cost has these prices too."""
        return self.proof_apart and (self.priced.uplift > 0 or bool(self.priced.own.any()))

    @property
    def proof_apart(self) -> bool:
        """Whether the prices that prove the plan are others: those without rules on floors, by which caps see what is
        exempt."""
        return self.unruled is not self.priced

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
    def binds(self) -> float:
        """USD/kg: a levy above this is one."""
        prices = [*self.delivered.values(), *self.origin_price.values()]
        return BINDS * max(map(abs, prices), default=0.0)

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

    def _by_year(
        self, rows: dict[Any, int], past: dict[Any, float] | None, of: Priced | None = None
    ) -> dict[Any, float]:
        """Prices of rows (None: those under the rules) over the weight of their year; of past years, the past's."""
        weight, price = self.case.calendar.weight, (of or self.priced).price
        prices = price[list(rows.values())].tolist() if rows else []
        found = {key: value / weight[key[-1]] for key, value in zip(rows, prices, strict=True)}
        return self.with_past(found, past)

    def with_past(self, found: dict[Any, Any], past: dict[Any, Any] | None) -> dict[Any, Any]:
        """`found` with the entries of past years, told by the end of their keys, taken from the past."""
        if self.past is None or past is None:
            return found
        first = self.past.known_from
        return {k: v for k, v in past.items() if k[-1] < first} | {
            k: v for k, v in found.items() if k[-1] >= first
        }

    @cached_property
    def origin_price(self) -> dict[Any, float]:
        """USD/kg ex works, by (region, commodity, year)."""
        rows = self.compiled.rows(self.model.supply)
        return self._by_year(rows, self.past.outcome.origin_price if self.past else None)

    @cached_property
    def delivered(self) -> dict[Any, float]:
        """USD/kg delivered, by (place, commodity, year)."""
        rows = delivered_rows(self.model, self.compiled)
        return self._by_year(rows, self.past.outcome.delivered if self.past else None)

    @cached_property
    def friction(self) -> dict[Any, float]:
        """Price of each link, USD/kg shipped, by (origin, region, commodity, year)."""
        rows = self.compiled.rows(self.model.link)
        return self._by_year(rows, self.past.outcome.friction if self.past else None)

    @cached_property
    def export_rent(self) -> dict[Any, float]:
        """Rent of each limit on exports, USD/kg shipped abroad, by (region, commodity, year)."""
        rows = self.compiled.rows(self.model.export_limit)
        return self._by_year(rows, self.past.outcome.export_rent if self.past else None)

    @cached_property
    def scarcity(self) -> Scarcity:
        """Where a levy takes the rent of a link, by the sourcing LP's own prices."""
        found = find_scarcity(self.case, self.model, self.compiled, self.plan.x, self.basic, self.first)
        if self.past is None:
            return found
        then = self.past.outcome.scarcity
        pairs = {pair for pair in then.pairs if pair[3] < self.first} | found.pairs
        return Scarcity(frozenset(pairs), self.with_past(dict(found.ends), dict(then.ends)))

    @cached_property
    def plan_friction(self) -> dict[Any, float]:
        """The same if no rule stood on floors; empty where the rules change no price."""
        before = self.past.outcome.plan_friction if self.past else None
        return self._unruled_by_year(self.compiled.rows(self.model.link), before)

    @cached_property
    def plan_origin_price(self) -> dict[Any, float]:
        """USD/kg ex works if no rule stood on floors; empty where the rules change no price."""
        before = self.past.outcome.plan_origin_price if self.past else None
        return self._unruled_by_year(self.compiled.rows(self.model.supply), before)

    @cached_property
    def plan_delivered(self) -> dict[Any, float]:
        """USD/kg delivered if no rule stood on floors; empty where the rules change no price."""
        before = self.past.outcome.plan_delivered if self.past else None
        return self._unruled_by_year(delivered_rows(self.model, self.compiled), before)

    def _unruled_by_year(self, rows: dict[Any, int], past: dict[Any, float] | None) -> dict[Any, float]:
        if not self.proof_apart:
            return self.with_past({}, past)
        return self._by_year(rows, past, self.unruled)

    @cached_property
    def cap_levy(self) -> dict[Any, float]:
        """What each cap has shipments pay under the rules, USD/kg, by (cap name, year)."""
        rows = self.compiled.rows(self.model.cap)
        return self._by_year(rows, self.past.outcome.cap_levy if self.past else None)

    @cached_property
    def cap_worth(self) -> dict[Any, float]:
        """What a kg more room under each cap would save, USD/kg, by (cap name, year): its dual in the sourcing LP."""
        before = self.past.outcome.cap_worth if self.past else None
        return self._by_year(self.compiled.rows(self.model.cap), before, self.unruled)

    @cached_property
    def capacity_rent(self) -> dict[Any, float]:
        """What a kg/yr of capacity earns, USD, by (process or plant, year)."""
        rows = self.compiled.rows(self.model.capacity)
        return self._by_year(rows, self.past.outcome.capacity_rent if self.past else None)

    @cached_property
    def commitment(self) -> dict[Any, float]:
        """What a take-or-pay costs who must ship, USD/kg, by (origin, region, commodity, year)."""
        rows = self.compiled.rows(self.model.route_minimum)
        return self._by_year(rows, self.past.outcome.commitment if self.past else None)

    def _by_floor(self, values: Vector | None, past: dict[Floor, float] | None) -> dict[Floor, float]:
        found = {} if values is None else dict(zip(self.floors.keys, values.tolist(), strict=True))
        merged = self.with_past(found, past)
        return {floor: merged[floor] for floor in self.case.border.origin if floor in merged}

    @cached_property
    def floor(self) -> dict[Floor, float]:
        """USD/kg by floor."""
        return self._by_floor(self.priced.floor, self.past.outcome.floor if self.past else None)

    @cached_property
    def lowest(self) -> dict[Floor, float]:
        """Lowest end of each floor, USD/kg; empty where not asked for, NaN without an end."""
        return self._by_floor(self.priced.lowest, self.past.outcome.lowest if self.past else None)

    @cached_property
    def highest(self) -> dict[Floor, float]:
        """Highest end of each floor, USD/kg; empty where not asked for, NaN without an end."""
        return self._by_floor(self.priced.highest, self.past.outcome.highest if self.past else None)

    @cached_property
    def levy_by_cap(self) -> Vector:
        """Dual of each cap, USD/kg, [cap, year]; 0 where it has no row."""
        axes = self.case.arcs.axes
        return np.array(
            [[self.cap_levy.get((cap.name, t), 0.0) for t in axes.years] for cap in self.case.caps]
        ).reshape(len(self.case.caps), len(axes.years))

    @cached_property
    def levy_column(self) -> Vector:
        """All levies on each shipment of the case, USD/kg, rebates negative."""
        case, counted = self.case, self.case.counted
        dual = self.levy_by_cap[counted.cap, counted.t]
        found = np.bincount(counted.arc, dual * counted.coefficient, len(case.arcs))
        minimum = minimum_levy_on(case, case.arcs.ways, case.arcs.content, self.levies)
        whole: Vector = found + minimum + self.own_column
        return whole

    @cached_property
    def relief_column(self) -> Vector:
        """What a kg of each shipment saves by being exempt, USD: all levies but rebates; 0 where none can be."""
        case, counted = self.case, self.case.counted
        found, at = np.zeros(len(case.arcs)), case.exempt.arc
        if len(at):
            levied = np.maximum(counted.coefficient, 0.0) * self.levy_by_cap[counted.cap, counted.t]
            caps = np.bincount(counted.arc, levied, len(case.arcs))
            minimum = minimum_levy_on(case, case.arcs.ways, case.arcs.content, self.levies)
            found[at] = (caps + minimum + self.own_column)[at]
        return found

    @cached_property
    def kept_column(self) -> Vector:
        """What a kg of each shipment pays exempt or not, USD: rebates; all levies where none can be exempt."""
        case, counted = self.case, self.case.counted
        found, at = self.levy_column.copy(), case.exempt.arc
        if len(at):
            rebates = np.minimum(counted.coefficient, 0.0) * self.levy_by_cap[counted.cap, counted.t]
            found[at] = np.bincount(counted.arc, rebates, len(case.arcs))[at]
        return found

    @property
    def levied(self) -> Vector:
        """What is paid on each shipment of the case in all, USD/kg x t per year."""
        found: Vector = self.ship_column * self.kept_column + self.liable_column * self.relief_column
        return found

    @cached_property
    def own_column(self) -> Vector:
        """The levy of its own on each shipment of the case, USD/kg shipped."""
        arcs, columns, own = self.case.arcs, self.levied_place, self.priced.own
        found: Vector = np.where(columns >= 0, own[columns], 0.0) / self.case.weight_at[arcs.t]
        if self.past is None:
            return found
        then = self.past.outcome
        at, before = then.case.arcs.table.find(arcs.table.columns), then.own_column
        was = np.where(at >= 0, before[at], 0.0) if len(before) else np.zeros(len(arcs))
        return np.where(np.array(arcs.axes.years)[arcs.t] < self.past.known_from, was, found)

    def levies_on(self, ways: Ways) -> Vector:
        """All levies that a shipment on each way would pay, USD/kg, whether or not the plan knows it."""
        scopes, routes = self.case.scopes, self.case.routes
        content, loss = routes.content_at(*ways.route), routes.at(routes.loss, *ways.route)
        way, scope = scopes.meeting(ways.d, ways.c, ways.t)
        dual = self.levy_by_cap[scopes.cap[scope], scopes.t[scope]]
        number = scopes.coefficient(scope, ways.o[way], content[way], loss[way])
        found = np.bincount(way, number * dual, len(content))
        minimum = minimum_levy_on(self.case, ways, content, self.levies)
        whole: Vector = found + minimum + self.own_on(ways)
        return whole

    def own_on(self, ways: Ways) -> Vector:
        """The levy of its own that a shipment on each way pays, USD/kg shipped; 0 where nothing can be shipped."""
        table = self.case.arcs.axes.table(ways.o, ways.d, ways.c, ways.t, kinds="odct")
        at, own = self.case.arcs.table.find(table.columns), self.own_column
        return np.where(at >= 0, own[at], 0.0) if len(own) else np.zeros(len(at))

    def exemptible_on(self, ways: Ways) -> Vector:
        """t per year that the pair of each way may ship without a levy, and does not."""
        exempt, found = self.case.exempt, np.zeros(len(ways.o))
        if not len(exempt):
            return found
        axes, used = self.case.arcs.axes, exempt.by_pair(self.exempt_column[exempt.arc])
        left = np.array([used[key] for key in exempt.pair.keys])
        left = np.where(exempt.tonnes - left > NONE * sizes.largest(self.plan.x), exempt.tonnes - left, 0.0)
        at = exempt.pair.find(axes.table(ways.o, ways.r, axes.plain[ways.c], ways.t, kinds="ooct").columns)
        return np.where(at >= 0, left[at], found)

    @cached_property
    def earned(self) -> Vector:
        """What a kg that arrives earns under `use` caps, and waste and stock put away pay back, USD/kg, [place,
        commodity, year]."""
        return self.case.scopes.earned(self.levy_by_cap)

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

    @cached_property
    def _ended(self) -> dict[Floor, float]:
        """1 for each floor of the sheet of which ends were found, else 0; those of past years by the past."""
        ended = np.zeros(self.floors.count)
        ended[self.priced.ranged] = 1.0
        return self._by_floor(ended[self.floors.column], self.past.outcome._ended if self.past else None)

    @property
    def ranged(self) -> Held:
        """Of how many floors the ends were found."""
        ended, failed = self._ended, self.priced.no_answer
        asked = int(sum(ended.values())) + failed
        return Held(
            table="lowest",
            what="lowest and highest are of the floors",
            held=asked,
            of=len(ended),
            failed=failed,
        )

    @cached_property
    def delivered_at(self) -> Vector:
        """USD/kg delivered, [place, commodity, year]; 0 where there is no price."""
        return self.case.arcs.axes.filled(self.delivered, "dct")

    def friction_on(self, ways: Ways) -> Vector:
        """Friction of the pairs on these ways, and the rent of a limit on exports abroad, USD/kg shipped; 0 where
        neither is."""
        axes = self.case.arcs.axes
        if not (self.friction or self.export_rent):
            return np.zeros(len(ways.o))
        rents = axes.filled(self.export_rent, "dct")[ways.o, axes.plain[ways.c], ways.t]
        rent: Vector = np.where(ways.o != ways.r, rents, 0.0)
        if not self.friction:
            return rent
        table = axes.labels.table(self.friction, 4)
        at = table.find(axes.table(ways.o, ways.r, axes.plain[ways.c], ways.t, kinds="ooct").columns)
        found: Vector = np.append([*self.friction.values()], 0.0)[at]
        total: Vector = found + rent
        return total

    @cached_property
    def origin_price_at(self) -> Vector:
        """USD/kg ex works, [place, commodity, year]; 0 where there is no price."""
        return self.case.arcs.axes.filled(self.origin_price, "dct")

    def paid_for(self, component: Any) -> dict[Any, float]:
        """Make-whole of a variable's columns, thousand at present value, by key; nothing without uplift."""
        if self.priced.uplift == 0:
            return {}
        keys, columns = self.compiled.columns(component)
        amount = np.where(columns >= 0, self.plan.x[columns] * self.priced.reduced[columns], 0.0)
        return {
            key: float(a)
            for key, a in zip(keys, amount, strict=True)
            if abs(a) > NO_MONEY * self.size and key[-1] >= self.first
        }

    def foregone_on(self, component: Any) -> dict[Any, float]:
        """Price x slack of a row, thousand at present value, by key; nothing without uplift."""
        if self.priced.uplift == 0:
            return {}
        lp = self.market.lp
        slack = lp.matrix @ self.plan.x - lp.row_lower
        found = {
            key: float(self.priced.price[i] * slack[i]) for key, i in self.compiled.rows(component).items()
        }
        return {key: a for key, a in found.items() if abs(a) > NO_MONEY * self.size}


def surplus(m: Any, compiled: Compiled, x: Vector) -> dict[Any, float]:
    """t per year that arrives and nobody uses or puts away, of a plan, by (place, commodity, year)."""
    lp, rows = compiled.lp, compiled.rows(m.use)
    slack, none = (lp.matrix @ x - lp.row_lower).tolist(), (NONE * sizes.of_rows(lp, x)).tolist()
    found = {key: slack[row] for key, row in rows.items() if abs(slack[row]) > none[row]}
    return found | {key: q for key, q in quantities(compiled, m.waste, x).items() if q}


def unused(case: Case, m: Any, compiled: Compiled, x: Vector) -> Vector:
    """t per year that a plan wastes or puts away, less what it takes, [place, commodity, year]."""
    found = case.arcs.axes.filled(surplus(m, compiled, x), "dct")
    put, take = (quantities(compiled, v, x) for v in (m.put, m.take))
    for (k, t), quantity in put.items():
        pile = case.stocks.piles[k]
        ((d,), (c,), (y,)) = case.arcs.axes.at([(pile.region, pile.commodity, t)], "dct")
        found[d, c, y] += quantity - take[k, t]
    return found


def ship_places(case: Case, m: Any, compiled: Compiled) -> Vector:
    """The column of each shipment of a case, -1 for one that the LP does not have."""
    if getattr(m.ship.index_set(), "table", None) is case.arcs.table:
        return compiled.places(m.ship)
    place = compiled.column_of(m.ship)  # the model of somebody's own has an order of its own
    return np.array([place.get(key, -1) for key in case.arcs.table.keys], dtype=int)


def levied_places(case: Case, m: Any, compiled: Compiled) -> Vector:
    """The column that levies on each shipment of a case fall on: what of it is liable where some may be exempt, -1 for
    one that the LP does not have."""
    found = ship_places(case, m, compiled)
    if len(case.exempt):
        found = found.copy()
        found[case.exempt.arc] = compiled.places(m.liable)
    return found


def quantities(compiled: Compiled, component: Any, x: Vector) -> dict[Any, float]:
    """Values of a Pyomo variable out of a solution array, by key."""
    keys, columns = compiled.columns(component)
    return dict(zip(keys, tonnes_at(columns, x).tolist(), strict=True))


def tonnes_at(columns: Vector, x: Vector) -> Vector:
    """Values of these columns, 0 for what the LP does not have (-1) and for what is rounding beside the largest."""
    values = np.where(columns >= 0, x[columns], 0.0) if len(columns) else np.zeros(0)
    values[np.abs(values) <= NONE * sizes.largest(x)] = 0.0
    return values
