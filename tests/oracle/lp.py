"""Linear programs in named columns and rows, solved by HiGHS, and the face of all their solutions."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field

import highspy
import numpy as np

Key = Hashable
Terms = Mapping[Key, float]
INF = float("inf")
ZERO = 1e-8  # a dual or a reduced cost below this holds nothing


class NoSolution(Exception):
    """No point keeps all rows."""


class NoEnd(Exception):
    """The objective has no least value."""


@dataclass
class Solution:
    """A least value, the columns there, and what a row's side and a column's bound are worth."""

    least: float
    value: dict[Key, float]
    dual: dict[Key, float]
    reduced: dict[Key, float]


@dataclass
class Program:
    """Minimise cost x subject to low <= terms <= high for each row, within each column's bounds."""

    cost: dict[Key, float] = field(default_factory=dict)
    bounds: dict[Key, tuple[float, float]] = field(default_factory=dict)
    rows: dict[Key, tuple[float, dict[Key, float], float]] = field(default_factory=dict)

    def column(self, key: Key, cost: float = 0.0, low: float = 0.0, high: float = INF) -> Key:
        assert key not in self.bounds, key
        self.cost[key], self.bounds[key] = cost, (low, high)
        return key

    def row(self, key: Key, low: float, terms: Terms, high: float = INF) -> None:
        assert key not in self.rows, key
        self.rows[key] = low, {k: a for k, a in terms.items() if a}, high

    def solve(self, cost: Terms | None = None) -> Solution:
        """A solution at these costs, or at the program's own."""
        columns, place = list(self.bounds), {key: j for j, key in enumerate(self.bounds)}
        charged = self.cost if cost is None else cost
        entries = [[(place[k], a) for k, a in terms.items()] for _, terms, _ in self.rows.values()]
        start = np.cumsum([0] + [len(row) for row in entries])
        lows, highs = zip(*self.bounds.values(), strict=True)
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(columns), len(entries)
        lp.col_cost_ = np.array([charged.get(key, 0.0) for key in columns])
        lp.col_lower_, lp.col_upper_ = np.array(lows), np.array(highs)
        lp.row_lower_ = np.array([low for low, _, _ in self.rows.values()])
        lp.row_upper_ = np.array([high for _, _, high in self.rows.values()])
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = start
        lp.a_matrix_.index_ = np.array([j for row in entries for j, _ in row])
        lp.a_matrix_.value_ = np.array([a for row in entries for _, a in row])
        solver = highspy.Highs()
        for option in ("primal_feasibility_tolerance", "dual_feasibility_tolerance"):
            solver.setOptionValue(option, 1e-9)
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("threads", 1)
        solver.passModel(lp)
        solver.run()
        status = solver.getModelStatus()
        if status == highspy.HighsModelStatus.kUnboundedOrInfeasible:  # presolve does not tell which
            solver.setOptionValue("presolve", "off")
            solver.run()
            status = solver.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            raise NoSolution
        if status == highspy.HighsModelStatus.kUnbounded:
            raise NoEnd
        assert status == highspy.HighsModelStatus.kOptimal, status
        found = solver.getSolution()
        return Solution(
            solver.getInfo().objective_function_value,
            dict(zip(columns, found.col_value, strict=True)),
            dict(zip(self.rows, found.row_dual, strict=True)),
            dict(zip(columns, found.col_dual, strict=True)),
        )

    def dual(self) -> Program:
        """The LP of its prices, one column a row: for each column A'y <= cost (row ("gain", column)), cost -b'y; of a
        row with one side or two equal ones."""
        found = Program()
        entries: dict[Key, dict[Key, float]] = {column: {} for column in self.cost}
        for row, (low, terms, high) in self.rows.items():
            side = low if low > -INF else high
            found.column(row, -side, -INF if high < INF else 0.0, INF if low > -INF else 0.0)
            for column, a in terms.items():
                entries[column][row] = a
        for column, terms in entries.items():
            found.row(("gain", column), -INF, terms, self.cost[column])
        return found

    def hold(self, solution: Solution) -> None:
        """Keep to the points as good as this solution: where its dual is not 0, the row (column) stays at its side."""
        for key, dual in solution.dual.items():
            if abs(dual) > ZERO:
                low, terms, high = self.rows[key]
                side = low if dual > 0 else high
                self.rows[key] = side, terms, side
        for key, dual in solution.reduced.items():
            if abs(dual) > ZERO:
                side = self.bounds[key][0 if dual > 0 else 1]
                self.bounds[key] = side, side
