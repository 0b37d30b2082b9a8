"""The pricing LP: the dual of a sourcing LP plus rules on floors.

One price per row of the sourcing LP, never negative for an inequality; zero profit for every column; a
floor is a weighted sum of prices. Uplift is what the plan costs more than these prices justify, as in
power markets with uplift and make-whole payments (O'Neill et al. 2005; Gribik, Hogan and Pope 2007).

Some columns may pay a levy of their own beside the prices of rows: an adjustable tariff, which unlike a quota
leaves no room that somebody holds. It adds to what the column must earn, and uplift counts it on what the plan ships.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from floors.errors import Infeasible, Unbounded
from floors.lp import sizes
from floors.lp.highs import Solution, Solver, Status
from floors.lp.inverse import inverse_rows
from floors.lp.linear import Compiled, LinearProgram, Vector
from floors.lp.sparse import Matrix, hstack, vstack
from floors.lp.staged import RELATIVE, StagedLP

ROUNDING = 1e-12  # of the terms that a row is the sum of at a plan: less is none


@dataclass(frozen=True)
class OwnLevies:
    """Columns of the sourcing LP that may pay a levy of their own, at least 0: `column[l]` of each. Distinct floors
    have `matrix` (k x len(column)) @ these levies in their sum."""

    column: Vector
    matrix: Matrix

    @staticmethod
    def none(floors: int) -> OwnLevies:
        """No column pays any."""
        return OwnLevies(np.zeros(0, dtype=int), Matrix.empty(floors, 0))


@dataclass(frozen=True, kw_only=True)
class FloorRows:
    """`keys[f]` of the floors, each at `column[f]` of the distinct floors.

    Distinct floor = matrix @ prices + constant + that of `own` levies (matrix k x m in money per unit of price,
    constant k); `weight[f]` its present-value weight; `origin[f]` the row whose price it tops up, if any;
    `others` further rows whose price a levy of the minimum tops up; `order` the places of the keys in the order in
    which floors that can trade value are settled (None: as the keys stand).
    """

    keys: tuple[Any, ...]
    column: Vector
    matrix: Matrix
    constant: Vector
    weight: Vector
    origin: Vector | None = None
    others: Vector | None = None
    levied: OwnLevies | None = None
    order: Vector | None = None

    @property
    def turns(self) -> Vector:
        """The distinct floors in the order in which those that can trade value are settled."""
        column = self.column if self.order is None else self.column[self.order]
        return np.array([*dict.fromkeys(column.tolist())], dtype=int)

    @property
    def count(self) -> int:
        """Number of distinct floors."""
        return len(self.constant)

    @property
    def own(self) -> OwnLevies:
        """The levies of their own; none where none was given."""
        return self.levied or OwnLevies.none(self.count)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """lower <= sum of floor terms + sum of price terms <= upper; `name` and `number` (if it has one) explain it.

    `source` is the (rule, commodity) it comes from, where that is a row of the input.
    """

    name: str
    floors: tuple[tuple[int, float], ...]  # (distinct floor, coefficient)
    prices: tuple[tuple[int, float], ...] = ()  # (row of the sourcing LP, coefficient)
    lower: float = -np.inf
    upper: float = np.inf
    number: float = 0.0
    source: tuple[str, str] | None = None


@dataclass(frozen=True)
class FloorShares:
    """Each distinct floor as a sum of right sides: `entry[f]` x `side` over the rows of the pricing LP.

    Rows are the columns of the sourcing LP (n), then the definitions of the floors, then the rules.
    """

    entry: Matrix
    side: Vector


def passing(matrix: Matrix, plan: Vector) -> Vector:
    """What of a plan (n) each row (m) is the sum of, exactly 0 where that is rounding: a row of money that holds
    such entries would be multiplied until HiGHS keeps them, and then tells nothing apart."""
    total: Vector = matrix @ plan
    return np.where(np.abs(total) > ROUNDING * (abs(matrix) @ np.abs(plan)), total, 0.0)


class PricingLP(StagedLP):
    """The pricing LP of one plan, solved in stages, each held by complementarity before the next."""

    def __init__(
        self,
        compiled: Compiled,
        plan: Vector,
        floors: FloorRows,
        rules: Sequence[Rule] = (),
        start: tuple[Vector, Vector] | None = None,
        budget: float | None = None,
        *,
        lightly: bool = False,
    ) -> None:
        """`start`: a basis of the sourcing LP. `lightly`: `Solver.lightly`, and from corner to corner, which is quick
        where each stage starts at one."""
        lp = compiled.lp
        self.compiled, self.plan, self.floors, self.rules = compiled, plan, floors, tuple(rules)
        self.m, self.n, self.k = lp.matrix.shape[0], lp.matrix.shape[1], floors.count
        self.slack = lp.matrix @ plan - lp.row_lower
        own = floors.own
        levies = len(own.column)
        self.levy = self.m + self.k + np.arange(levies)  # columns of this LP
        paid = Matrix.from_entries(own.column, np.arange(levies), np.ones(levies), (self.n, levies))
        zero_profit = hstack([lp.matrix.T, Matrix.empty(self.n, self.k), -paid])
        rows = [zero_profit, hstack([-floors.matrix, Matrix.identity(self.k), -own.matrix])]
        if self.rules:
            rows.append(self._rule_rows())
        sides = [(lp.cost, compiled.free), (floors.constant, np.ones(self.k, dtype=bool))]
        upper = np.concatenate([s for s, _ in sides] + [[r.upper for r in self.rules]])
        lower = np.concatenate(
            [np.where(eq, s, -np.inf) for s, eq in sides] + [[r.lower for r in self.rules]]
        )
        matrix = vstack(rows)
        if budget is not None:
            bill = np.concatenate([-passing(lp.matrix, plan), np.zeros(self.k), plan[own.column]])
            matrix = vstack([matrix, Matrix.of(bill)])
            upper, lower = np.append(upper, budget - lp.cost @ plan), np.append(lower, -np.inf)
        self.least_uplift = np.concatenate([-lp.row_lower, np.zeros(self.k), plan[own.column]])
        least = LinearProgram(
            cost=self.least_uplift,
            offset=0.0,
            matrix=matrix,
            row_lower=lower,
            row_upper=upper,
            lower=np.concatenate(
                [np.where(compiled.equality, -np.inf, 0.0), np.full(self.k, -np.inf), np.zeros(levies)]
            ),
            upper=np.full(self.m + self.k + levies, np.inf),
        )
        super().__init__(least, self._solver(least, start))
        self.light = lightly
        if lightly:
            self.solver.lightly()
            self.solver.keep_feasible()
        self.bounding: Vector | None = None  # one coefficient per price

    def _rule_rows(self) -> Matrix:
        entries: list[tuple[int, int, float]] = []
        for i, rule in enumerate(self.rules):
            for f, a in rule.floors:
                entries.append((i, self.m + f, a))
            for r, a in rule.prices:
                entries.append((i, r, a))
        rows, columns, values = zip(*entries, strict=True)
        width = self.m + self.k + len(self.levy)
        return Matrix.from_entries(rows, columns, values, (len(self.rules), width))

    def _solver(self, lp: LinearProgram, start: tuple[Vector, Vector] | None) -> Solver:
        solver = Solver(lp)
        if start is not None:
            basic_columns, basic_rows = start
            count = lp.matrix.shape[0]
            extra = count - self.n - self.k
            solver.start_from(
                np.concatenate(
                    [~basic_rows, np.ones(self.k, dtype=bool), np.zeros(len(self.levy), dtype=bool)]
                ),
                np.concatenate([~basic_columns, np.zeros(self.k, dtype=bool), np.ones(extra, dtype=bool)]),
                np.ones(count, dtype=bool),
            )
        return solver

    def solve(self, cost: Vector | None = None) -> Solution:
        """Minimise `cost` over the present face (None: uplift). Raises Infeasible where rules contradict.

        Where that has no least, the least of the `bounding` prices comes first: levies of a cap on use can rise
        without end, and what they pay for use with them, where the cap could not be any tighter.
        """
        if cost is not None:
            self.cost = cost
            self.solver.set_cost(cost)
        try:
            return self.solver.solve("the pricing LP")
        except Unbounded:
            if cost is None or self.bounding is None:
                raise
            first, self.bounding = self.over_prices(self.bounding), None
            self.hold(self.solve(first))
            return self.solve(cost)
        except Infeasible as error:
            raise Infeasible(
                "the floor rules contradict each other or the plan: no prices obey them all. "
                "Loosen or remove rows of floor_rules."
            ) from error

    def least_uplift_from(self, basis: Any) -> None:
        """Stand at the least uplift again, whose basis was kept."""
        self.cost = self.least_uplift
        self.solver.set_cost(self.cost)
        self.solver.set_basis(basis)
        self.solver.solve("the pricing LP")

    def known(self, plan: Solution, corner: Vector) -> Solution:
        """The least uplift where no rule binds: none, at the duals of a plan of least cost, and its `corner` (n) at the
        basis that this starts from; not solved again."""
        lp = self.compiled.lp
        price = np.where(self.compiled.equality, plan.dual, np.maximum(plan.dual, 0.0))
        floors = self.floors.matrix @ price + self.floors.constant
        x = np.concatenate([price, floors, np.zeros(len(self.levy))])
        return replace(
            plan,
            objective=float(self.least_uplift @ x),
            x=x,
            dual=np.append(-np.maximum(corner, 0.0), np.zeros(self.matrix.shape[0] - self.n)),
            reduced=np.append(lp.matrix @ corner - lp.row_lower, np.zeros(len(x) - self.m)),
            iterations=0,
        )

    def close(self, rows: Vector) -> None:
        """Keep the price of these rows (bool, m) at 0."""
        which = np.flatnonzero(rows)
        self.hold_columns(which, np.zeros(len(self.column_lower)))

    def keep(self, rows: Vector, price: Vector) -> bool:
        """Keep the prices of these rows at numbers that are on the present face. False, and nothing kept, where they
        are not."""
        before = self.solver.basis(), self.column_lower[rows], self.column_upper[rows]
        self.column_lower[rows] = self.column_upper[rows] = price
        self.solver.set_bounds(rows, price, price)
        self.solver.set_cost(np.zeros(len(self.column_lower)))
        if self.solver.try_solve().status is Status.OPTIMAL:
            return True
        basis, lower, upper = before
        self.column_lower[rows], self.column_upper[rows] = lower, upper
        self.solver.set_bounds(rows, lower, upper)
        self.solver.set_basis(basis)
        return False

    def has_solution(self) -> bool:
        """Whether any prices obey zero profit and every rule."""
        return self.solver.try_solve().status is not Status.INFEASIBLE

    def over_prices(self, vector: Vector) -> Vector:
        """A cost vector from one coefficient per price (m)."""
        return np.concatenate([vector, np.zeros(len(self.column_lower) - len(vector))])

    def over_floors(self, vector: Vector) -> Vector:
        """A cost vector from one coefficient per floor key."""
        cost = np.zeros(len(self.column_lower))
        np.add.at(cost, self.m + self.floors.column, vector)
        return cost

    def over_levies(self) -> Vector:
        """A cost vector: the sum of all levies of their own."""
        cost = np.zeros(len(self.column_lower))
        cost[self.levy] = 1.0
        return cost

    def own_levies(self, x: Vector) -> Vector:
        """Of a solution the levy of its own on every column of the sourcing LP (n), per unit."""
        levy = np.zeros(self.n)
        found = x[self.levy]
        levy[self.floors.own.column] = np.where(found > RELATIVE * sizes.largest(x), found, 0.0)
        return levy

    def make_whole_cost(self, which: Vector | None = None) -> tuple[Vector, float]:
        """Cost vector and constant of quantity x reduced cost, over these columns (bool n; None: all)."""
        plan = self.plan if which is None else np.where(which, self.plan, 0.0)
        lp = self.compiled.lp
        cost = self.over_prices(-passing(lp.matrix, plan))
        cost[self.levy] = plan[self.floors.own.column]
        return cost, float(lp.cost @ plan)

    def make_whole_of(self, agent: Vector, count: int) -> list[tuple[Vector, Vector, float]]:
        """Of each agent (`agent[j]` of each column, -1: nobody) where its `make_whole_cost` is not 0, the numbers, and
        the constant: all of them in one pass over the matrix."""
        lp, plan, own = self.compiled.lp, self.plan, self.floors.own.column
        who = agent[lp.matrix.indices]
        entry = np.flatnonzero(who >= 0)
        entry = entry[np.argsort(who[entry], kind="stable")]  # by agent, then by row as entries are
        who, row = who[entry], lp.matrix.row[entry]
        term = (lp.matrix.data * plan[lp.matrix.indices])[entry]
        first = (
            np.flatnonzero(np.append(True, (np.diff(who) != 0) | (np.diff(row) != 0))) if len(who) else entry
        )
        group = np.repeat(np.arange(len(first)), np.diff(np.append(first, len(who))))
        total, terms = (np.bincount(group, t, len(first)) for t in (term, np.abs(term)))
        total[np.abs(total) <= ROUNDING * terms] = 0.0
        somebody = np.flatnonzero(agent >= 0)
        constant = np.bincount(agent[somebody], (lp.cost * plan)[somebody], count)
        ends = np.searchsorted(who[first], np.arange(count + 1))
        found = []
        for a, (start, end) in enumerate(zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)):
            mine = np.flatnonzero((agent[own] == a) & (plan[own] != 0))
            there = start + np.flatnonzero(total[start:end])
            columns = np.concatenate([row[first[there]], self.levy[mine]])
            values = np.concatenate([-total[there], plan[own[mine]]])
            found.append((columns, values, float(constant[a])))
        return found

    @property
    def of_costs_alone(self) -> bool:
        """Whether right sides are costs of the sourcing LP and nothing else: no rule, no constant, no later row."""
        return self.matrix.shape[0] == self.n + self.k and not self.floors.constant.any()

    def floor_gains(self, costs: Vector) -> Vector:
        """What each distinct floor gains in the basis of the last solve when the columns of the sourcing LP (n) cost
        so much more."""
        gained = self.solver.gains(np.append(costs, np.zeros(self.k)))
        return gained[self.m + np.arange(self.k)]

    def shares(self, solution: Solution) -> FloorShares:
        """The floors as sums of right sides, from the basis of the last solve."""
        _, basic_rows = self.solver.basic()
        activity = self.matrix @ solution.x
        near_upper = np.abs(activity - self.upper) <= np.abs(activity - self.lower)
        side = np.where(basic_rows, 0.0, np.where(near_upper, self.upper, self.lower))
        return FloorShares(inverse_rows(self.matrix, *self.solver.basic(), self.m + np.arange(self.k)), side)


def change_rule(
    name: str,
    kind: str,
    now: int,
    before: int,
    value: float,
    years: float,
    source: tuple[str, str] | None = None,
) -> Rule:
    """A limit on the change between two floors `years` apart: money x years, or shares compounded."""
    rises = kind.startswith("max_rise")
    told = partial(Rule, name=name, number=value, source=source)
    if kind.endswith("_share"):
        floors = (now, 1.0), (before, -((1 + value if rises else 1 - value) ** years))
        return told(floors=floors, upper=0.0) if rises else told(floors=floors, lower=0.0)
    later, earlier = (now, before) if rises else (before, now)
    return told(floors=((later, 1.0), (earlier, -1.0)), upper=value * years)


def since(
    name: str,
    kind: str,
    now: int,
    was: float,
    value: float,
    years: float,
    source: tuple[str, str] | None = None,
) -> Rule:
    """A limit on the change from a floor that is past and known, `years` before."""
    rises = kind.startswith("max_rise")
    if kind.endswith("_share"):
        side = was * (1 + value if rises else 1 - value) ** years
    else:
        side = was + (value if rises else -value) * years
    told = partial(Rule, name=name, floors=((now, 1.0),), number=value, source=source)
    return told(upper=side) if rises else told(lower=side)
