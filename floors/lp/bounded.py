"""An LP whose rows of one column HiGHS has as bounds, which is quicker; what comes back is of all its rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from floors.lp.highs import Basic, Solution, Solver, Status
from floors.lp.linear import LinearProgram, Vector


class BoundedSolver:
    """An LP of which rows that hold one column are bounds of it: what of a `Solver` a plan takes."""

    def __init__(self, lp: LinearProgram) -> None:
        count = np.diff(lp.matrix.indptr)
        rows = np.flatnonzero(count == 1)
        at = lp.matrix.indptr[rows]
        self.lp, self.rest = lp, count != 1
        self._lower, self._upper = _bounds(lp, rows, lp.matrix.indices[at], lp.matrix.data[at])
        self.solver = Solver(
            replace(
                lp,
                matrix=lp.matrix[self.rest],
                row_lower=lp.row_lower[self.rest],
                row_upper=lp.row_upper[self.rest],
                lower=self._lower.value,
                upper=self._upper.value,
            )
        )
        self._basic: Basic | None = None

    def start_at(self, corner: Any) -> None:
        """Start from the `corner` of an LP with entries at the same places, and go on lightly."""
        self.solver.start_at(corner)
        self.solver.lightly(devex=False)

    def set_cost(self, cost: Vector) -> None:
        """Replace the costs of all columns."""
        self.solver.set_cost(cost)

    def corner(self) -> Any:
        """The present basis, of the rows that are not bounds."""
        return self.solver.basis()

    def try_solve(self) -> Solution:
        """What came out, whatever its status, as `Solver.try_solve`."""
        return self._whole(self.solver.try_solve())

    def solve(self, what: str = "the plan") -> Solution:
        """As `Solver.solve`."""
        return self._whole(self.solver.solve(what))

    def basic(self) -> Basic:
        """Columns (n) and rows (m) that are basic in the LP as given, after an optimum."""
        assert self._basic is not None
        return self._basic

    def _whole(self, found: Solution) -> Solution:
        """The duals of all rows, and the basis: where a column stands at a bound that is a row, the row has its dual,
        is out of the basis, and the column in it."""
        if found.status is not Status.OPTIMAL:
            return found
        columns, rows = self.solver.basic()
        low, high = self._lower, self._upper
        above = np.where(
            low.value < high.value,
            np.abs(high.value - found.x) < np.abs(found.x - low.value),
            found.reduced < 0,
        )
        row = np.where(above, high.row, low.row)
        held = np.flatnonzero(~columns & (row >= 0))
        entry = np.where(above, high.entry, low.entry)[held]
        basic_rows = np.ones(len(self.rest), dtype=bool)
        basic_rows[self.rest] = rows
        basic_rows[row[held]] = False
        basic_columns, reduced = columns.copy(), found.reduced.copy()
        dual = np.zeros(len(self.rest))
        dual[self.rest] = found.dual
        dual[row[held]] = found.reduced[held] / entry
        basic_columns[held], reduced[held] = True, 0.0
        self._basic = basic_columns, basic_rows
        return replace(found, dual=dual, reduced=reduced)


@dataclass(frozen=True)
class _Bound:
    """Of each column (n) a bound, the row that it is of, -1 for one of the column's own, and its entry there."""

    value: Vector
    row: Vector
    entry: Vector


def _bounds(lp: LinearProgram, rows: Vector, column: Vector, entry: Vector) -> tuple[_Bound, _Bound]:
    """The tightest lower and upper bound of each column, of its own and of these rows."""
    with np.errstate(over="ignore"):
        sides = lp.row_lower[rows] / entry, lp.row_upper[rows] / entry
    low, high = np.where(entry > 0, sides[0], sides[1]), np.where(entry > 0, sides[1], sides[0])
    found = []
    for own, of_rows, sign in ((lp.lower, low, 1.0), (lp.upper, high, -1.0)):
        order = np.argsort(sign * of_rows, kind="stable")  # the tightest last, and so what stays
        value, row, number = own.astype(float), np.full(len(own), -1), np.ones(len(own))
        tighter = order[sign * of_rows[order] > sign * own[column[order]]]
        value[column[tighter]], row[column[tighter]] = of_rows[tighter], rows[tighter]
        number[column[tighter]] = entry[tighter]
        found.append(_Bound(value, row, number))
    return found[0], found[1]
