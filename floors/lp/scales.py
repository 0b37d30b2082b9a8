"""Numbers that HiGHS takes for others: entries of rows so small that it drops them, and what is infinite to it.

With the options as they come (`small_matrix_value`, `large_matrix_value`, `infinite_bound`, `infinite_cost`; HiGHS
1.16, https://ergo-code.github.io/HiGHS/dev/options/definitions/), an entry of 1e-9 or less is left out with a warning,
one of 1e15 or more is refused with its row or model, and a side, bound or cost of 1e20 or more stands for infinity.
"""

from __future__ import annotations

import numpy as np

from floors.errors import SolveError
from floors.lp.sparse import Matrix

Vector = np.ndarray

DROPPED = 1e-9
REFUSED = 1e15
INFINITE = 1e20


class Unfit(SolveError):
    """A number for which HiGHS would take another; `row` and `column` of the LP where it stands, -1 for none."""

    part = why = ""
    number = 0.0
    row = column = -1

    @classmethod
    def of(cls, part: str, number: float, why: str, *, row: int = -1, column: int = -1) -> Unfit:
        """The error of a number of an LP, by the numbers of its row and column."""
        error = cls()
        error.part, error.number, error.why = part, float(number), why
        error.row, error.column = int(row), int(column)
        error.args = (error.told(f"row {row}", f"column {column}"),)
        return error

    def told(self, row: str, column: str) -> str:
        """The message, with what a model calls the row and the column."""
        where = f"{column} in {row}" if min(self.row, self.column) >= 0 else row if self.row >= 0 else column
        return f"the {self.part} of {where} is {self.number:g}: {self.why}."


TOO_LARGE = f"HiGHS takes no coefficient of {REFUSED:g} or more"
TOO_SMALL = f"HiGHS drops coefficients of {DROPPED:g} and less, and in its row are others too large for it to be scaled"
ENDLESS = f"to HiGHS {INFINITE:g} and more is infinite"
MISSING = "expected a finite number"


def check_costs(cost: Vector, columns: Vector | None = None) -> None:
    """Raise Unfit for a cost that is no number, or infinite to HiGHS, which then leaves the column at a bound."""
    bad = np.flatnonzero(~(np.abs(cost) < INFINITE))
    if len(bad):
        at = int(bad[0])
        why = ENDLESS if np.isfinite(cost[at]) else MISSING
        raise Unfit.of("cost", cost[at], why, column=at if columns is None else int(columns[at]))


def check_sides(
    lower: Vector, upper: Vector, which: Vector | None = None, *, of_columns: bool = False
) -> None:
    """Raise Unfit for a side of a row, or a bound of a column, that nothing can reach, or that is no number.

    One of 1e20 and more that asks for nothing is none, as HiGHS has it.
    """
    bad = np.flatnonzero(~((lower < INFINITE) & (upper > -INFINITE)))
    if len(bad):
        at = int(bad[0])
        side = lower[at] if not lower[at] < INFINITE else upper[at]
        why, place = MISSING if np.isnan(side) else ENDLESS, at if which is None else int(which[at])
        if of_columns:
            raise Unfit.of("bound", side, why, column=place)
        raise Unfit.of("right side", side, why, row=place)


def row_scales(matrix: Matrix) -> Vector | None:
    """Powers of two (m) to multiply rows with so that HiGHS keeps every entry; None where it does as they are.

    Raises Unfit for an entry that is too large, or too small beside others of its row.
    """
    size = np.abs(matrix.data)
    bad = np.flatnonzero(~(size < REFUSED))
    if len(bad):
        at = int(bad[0])
        why = TOO_LARGE if np.isfinite(matrix.data[at]) else MISSING
        raise Unfit.of("coefficient", matrix.data[at], why, row=matrix.row[at], column=matrix.indices[at])
    small = np.flatnonzero((size <= DROPPED) & (size > 0))
    if not len(small):
        return None
    least, most = np.full(matrix.shape[0], np.inf), np.zeros(matrix.shape[0])
    np.minimum.at(least, matrix.row[small], size[small])
    np.maximum.at(most, matrix.row, size)
    scale = np.ones(matrix.shape[0])
    rows = np.flatnonzero(np.isfinite(least))
    powers = 1 + np.ceil(np.log2(DROPPED) - np.log2(least[rows])).astype(int)
    with np.errstate(over="ignore"):  # infinite: refused below
        scale[rows] = np.ldexp(1.0, powers)
    bad = rows[~(most[rows] * scale[rows] < REFUSED)]
    if len(bad):
        at = int(small[(matrix.row[small] == bad[0]) & (size[small] == least[bad[0]])][0])
        raise Unfit.of("coefficient", matrix.data[at], TOO_SMALL, row=bad[0], column=matrix.indices[at])
    return scale
