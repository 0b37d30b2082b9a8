"""What a little more would save: the slope of the least cost, which the prices of a plan may leave open.

The prices that hold a plan up bound what one more unit saves from above: at a stock of nothing, for one, they say what
it would have to be worth to be bought. So the right sides are moved a little and the LP is solved again from where it
stood: the prices found there are those of the move.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from floors.errors import SolveError
from floors.lp.highs import Solver, Status
from floors.lp.linear import Vector
from floors.many.risks.plan import TwoStagePlan, links_of
from floors.many.risks.purchases import amounts, step_of, stockpiles_of_funds
from floors.many.risks.states import together
from floors.pricing.choosing import zero

LITTLE = 0.01  # of the next money of a fund: what is tried


class Margins:
    """The LP of which a plan is the least, to be solved again near it."""

    def __init__(self, plan: TwoStagePlan) -> None:
        self.plan = plan
        compiled = plan.compiled if plan.tail is None else plan.tail.compiled
        self.lp = compiled.lp
        self.basic = plan.basic if plan.tail is None else plan.tail.basic
        self.aside = np.zeros(
            len(self.lp.row_lower), dtype=bool
        )  # rows of funds, and that make states decide alike
        self.aside[: len(plan.compiled.lp.row_lower)] = links_of(plan)
        for rows in self._funds.values():
            self.aside[rows] = True

    @cached_property
    def _solver(self) -> Solver:
        solver = Solver(self.lp)
        solver.start_like(*self.basic)
        solver.solve("the plan")
        return solver

    @cached_property
    def _funds(self) -> dict[str, list[int]]:
        """Rows of each fund, one a state."""
        found: dict[str, list[int]] = {}
        for state in self.plan.states:
            for fund, row in self.plan.compiled.rows(self.plan.block(state).fund).items():
                found.setdefault(fund, []).append(row)
        return found

    def funds(self) -> dict[str, float | None]:
        """What one more unit of money in each fund saves, at present value and as the states are weighed."""
        found: dict[str, float | None] = {}
        have = amounts(self.plan.states[0])
        for fund, rows in self._funds.items():
            direction = np.zeros(len(self.aside))
            direction[rows] = -1.0  # these rows read: less what is spent >= less what there is, thousand
            slope = self._slope(direction, 1000 * LITTLE * step_of(have[fund]))
            found[fund] = None if slope is None else max(0.0, -slope)
        return found

    def stockpiles(self) -> dict[str, tuple[float | None, int | None]]:
        """By stockpile of a fund: what a unit of money's worth more in store, at reference prices and in all states
        alike, saves beyond what it costs; with the year in which it saves most, of those in which no state can be told
        from another, if there are any. Of what is bought that is what one more unit of money in the fund saves. None
        where no more can be put there."""
        have, found = amounts(self.plan.states[0]), dict[str, tuple[float | None, int | None]]()
        directions = self._directions()
        for k, fund in stockpiles_of_funds(self.plan.states[0]).items():
            best: tuple[float | None, int | None] = None, None
            of_pile = sorted(directions.get(k, ()), key=lambda one: -one[1])
            for year, most, price, cost, direction in of_pile:
                if best[0] is not None and best[0] >= most:
                    break
                slope = self._slope(direction, 1000 * LITTLE * step_of(have[fund]) / price)
                if slope is None:
                    continue
                saved = zero(-(slope + cost) / price, 1.0)
                if best[0] is None or saved > best[0]:
                    best = saved, year
            found[k] = best
        return found

    def _directions(self) -> dict[str, list[tuple[int, float, float, float, Vector]]]:
        """By stockpile: year; the most that its money can save, by the prices of the plan; thousand that 1 t/yr costs
        the fund; its cost beside; and what it does to the right sides, with that of its clean part after it."""
        plan, matrix = self.plan, self.lp.matrix
        first = plan.cases[plan.states[0].name]
        stocks, length = first.stocks, first.calendar.length
        years = set(together(plan.states) or plan.states[0].study.years)
        columns: dict[tuple[str, int], list[int]] = {}
        for state in plan.states:
            for key, column in plan.compiled.column_of(plan.block(state).put).items():
                if key[1] in years and stocks.price.get(key, 0.0) > 0:
                    columns.setdefault(key, []).append(column)
        dual = self._dual
        found: dict[str, list[tuple[int, float, float, float, Vector]]] = {}
        for (k, t), places in columns.items():
            at = np.flatnonzero(np.isin(matrix.indices, places))
            at = at[~self.aside[matrix.row[at]]]
            direction = -np.bincount(matrix.row[at], matrix.data[at], len(self.aside))
            price, cost = length[t] * stocks.price[k, t], float(self.lp.cost[places].sum())
            most = -(float(dual @ direction) + cost) / price
            found.setdefault(stocks.pile(k), []).append((t, most, price, cost, direction))
        return found

    @cached_property
    def _dual(self) -> Vector:
        return self._solver.duals()

    def _slope(self, direction: Vector, size: float) -> float | None:
        """What the least cost gains, thousand for a unit of the direction; None where there is no plan so near."""
        lp, rows = self.lp, np.flatnonzero(direction)
        move = size * direction[rows]
        lower, upper = lp.row_lower[rows], lp.row_upper[rows]
        basis = self._solver.basis()
        self._solver.set_rows(rows, lower + move, upper + move)
        found = self._solver.try_solve()
        self._solver.set_rows(rows, lower, upper)
        self._solver.set_basis(basis)
        if found.status is Status.INFEASIBLE:
            return None
        if found.status is not Status.OPTIMAL:
            raise SolveError(f"what a little more would save: {found.status}.")
        return float(found.dual @ direction)
