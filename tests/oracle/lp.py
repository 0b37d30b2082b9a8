"""Linear programs in named columns and rows, solved by HiGHS, and the face of all their solutions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import highspy
import numpy as np

Key = tuple[Any, ...]
Terms = Mapping[Key, float]
INF = float("inf")
ZERO = 1e-8  # a dual or a reduced cost below this holds nothing


class NoSolution(Exception):
    """No point keeps all rows."""


class NoEnd(Exception):
    """The objective has no least value."""


@dataclass
class Solution:
    """The least value, the columns there, and what each row's side and each column's bound is worth."""

    least: float
    value: dict[Key, float]
    dual: dict[Key, float]
    reduced: dict[Key, float]


@dataclass
class Program:
    """Minimise constant + cost x, low <= terms <= high for each row, within the bounds of each column.

    What is `fixed` is no column: rows have it on their sides, and the constant its cost.
    """

    cost: dict[Key, float] = field(default_factory=dict)
    bounds: dict[Key, tuple[float, float]] = field(default_factory=dict)
    rows: dict[Key, tuple[float, dict[Key, float], float]] = field(default_factory=dict)
    fixed: dict[Key, float] = field(default_factory=dict)
    constant: float = 0.0

    def column(self, key: Key, cost: float = 0.0, low: float = 0.0, high: float = INF) -> Key:
        self.cost[key], self.bounds[key] = cost, (low, high)
        return key

    def fix(self, key: Key, value: float, cost: float) -> Key:
        self.fixed[key] = value
        self.constant += cost * value
        return key

    def row(self, key: Key, low: float, terms: Terms, high: float = INF) -> None:
        """Nothing, where there is neither side."""
        if low == -INF and high == INF:
            return
        assert key not in self.rows, key
        given = sum(a * self.fixed.get(k, 0.0) for k, a in terms.items())
        self.rows[key] = (
            low - given,
            {k: a for k, a in terms.items() if a and k not in self.fixed},
            high - given,
        )

    def solve(self, cost: Terms | None = None) -> Solution:
        """A solution at these costs, or at the program's own; without the constant."""
        place, charged = {key: j for j, key in enumerate(self.cost)}, self.cost if cost is None else cost
        lows, terms, highs = zip(*self.rows.values(), strict=True)
        entries = [(place[k], a) for row in terms for k, a in row.items()]
        solver = highspy.Highs()
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("presolve", "off")  # it does not tell infeasible from unbounded
        solver.setOptionValue("primal_feasibility_tolerance", 1e-9)
        solver.setOptionValue("dual_feasibility_tolerance", 1e-9)
        solver.passModel(
            len(place), len(terms), len(entries), int(highspy.MatrixFormat.kRowwise), int(highspy.ObjSense.kMinimize), 0.0,
            np.array([charged.get(key, 0.0) for key in place]), *map(np.array, zip(*self.bounds.values(), strict=True)),
            np.array(lows), np.array(highs), np.cumsum([0, *map(len, terms)])[:-1],
            np.array([j for j, _ in entries]), np.array([a for _, a in entries]), np.zeros(len(place), dtype=np.int32),
        )  # fmt: skip
        solver.run()
        status = solver.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            raise NoSolution
        if status == highspy.HighsModelStatus.kUnbounded:
            raise NoEnd
        assert status == highspy.HighsModelStatus.kOptimal, status
        found, least = solver.getSolution(), solver.getInfo().objective_function_value
        value, reduced = (
            dict(zip(place, numbers, strict=True)) for numbers in (found.col_value, found.col_dual)
        )
        return Solution(least, value, dict(zip(self.rows, found.row_dual, strict=True)), reduced)

    def dual(self) -> Program:
        """Its prices, a column each: for each column of this, row ("gain", column): A'y <= cost; cost -b'y. For rows
        with one side, or two equal ones, and columns >= 0."""
        found = Program()
        entries: dict[Key, dict[Key, float]] = {column: {} for column in self.cost}
        for row, (low, terms, high) in self.rows.items():
            side = low if low > -INF else high
            found.column(row, -side, -INF if high < INF else 0.0, INF if low > -INF else 0.0)
            for column, a in terms.items():
                entries[column][row] = a
        for column, prices in entries.items():
            found.row(("gain", column), -INF, prices, self.cost[column])
        return found

    def copy(self) -> Program:
        """One that can be held by itself."""
        return replace(self, cost=dict(self.cost), bounds=dict(self.bounds), rows=dict(self.rows))

    def off(self, value: Terms) -> float:
        """How far a point is from keeping the rows and bounds, relative to the terms of each."""
        worst = 0.0
        for low, terms, high in self.rows.values():
            parts = [a * value[k] for k, a in terms.items()]
            size = 1 + sum(map(abs, parts))
            worst = max(worst, (low - sum(parts)) / size, (sum(parts) - high) / size)
        return max([worst, *(max(low - value[k], value[k] - high) for k, (low, high) in self.bounds.items())])

    def hold(self, solution: Solution) -> None:
        """Keep to the points as good as this one: where its dual is not 0 a row, or a column, stays at its side."""
        for key, dual in solution.dual.items():
            low, terms, high = self.rows[key]
            if abs(dual) > ZERO:
                self.rows[key] = (low, terms, low) if dual > 0 else (high, terms, high)
        for key, dual in solution.reduced.items():
            low, high = self.bounds[key]
            if abs(dual) > ZERO:
                self.bounds[key] = (low, low) if dual > 0 else (high, high)
