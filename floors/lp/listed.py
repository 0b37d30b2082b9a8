"""Linear programs of rows and columns that have a name each and no components: those of files and of linopy."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from floors.errors import UsageError
from floors.lp.linear import Compiled, LinearProgram, Placed, Vector, check_fit
from floors.lp.scales import INFINITE
from floors.lp.sparse import Matrix, vstack


@dataclass(frozen=True, eq=False)
class Listed:
    """What stands for a component: a list of rows or columns, whose keys are their names."""

    name: str
    listed = True

    def is_indexed(self) -> bool:
        """Its members have keys."""
        return True


@dataclass(frozen=True, kw_only=True)
class Sides:
    """An LP as files have it: row_lower <= matrix @ x <= row_upper, lower <= x <= upper, minimised or not.

    `matrix` is m x n, `rows` and `columns` are names, each once; infinite sides and bounds are none.
    """

    maximised: bool
    cost: Vector
    offset: float
    matrix: Matrix
    row_lower: Vector
    row_upper: Vector
    lower: Vector
    upper: Vector
    rows: list[str]
    columns: list[str]


def compile_sides(given: Sides) -> Compiled:
    """The same in priced form: a row with two sides is two rows, one that asks for nothing is none.

    Nor is one that only says that a column is not below 0 (PyPSA writes `p >= 0` of a free p): the column then is not,
    and who loses by it is made whole as of any other.

    Raises UsageError for what is no number, and `floors.lp.scales.Unfit`.
    """
    _check(given)
    given = _with_zero_as_bound(replace(given, matrix=given.matrix.without_zeros()))
    low, high = given.row_lower > -INFINITE, given.row_upper < INFINITE
    equal = low & high & (given.row_lower == given.row_upper)
    m = len(low)
    of = np.concatenate([np.flatnonzero(low), np.flatnonzero(high & ~equal)])
    flipped = np.arange(len(of)) >= low.sum()
    order = np.argsort(2 * of + flipped, kind="stable")
    of, flipped = of[order], flipped[order]
    side = np.where(flipped, -given.row_upper[of], given.row_lower[of]) + 0.0
    matrix, sides, equality, flipped, free = with_bounds(
        given.matrix[of].scaled(np.where(flipped, -1.0, 1.0)),
        side,
        equal[of],
        flipped,
        given.lower,
        given.upper,
        given.lower == given.upper,
    )
    place = np.full(m, -1)
    place[of[::-1]] = np.arange(len(of))[::-1]  # the first of two
    other = np.full(m, -1)
    second = np.flatnonzero(of[1:] == of[:-1]) + 1
    other[of[second]] = second
    sign = -1.0 if given.maximised else 1.0
    n = len(given.cost)
    compiled = Compiled(
        lp=LinearProgram(
            cost=sign * given.cost + 0.0,
            offset=sign * given.offset + 0.0,
            matrix=matrix,
            row_lower=sides,
            row_upper=np.where(equality, sides, np.inf),
            lower=np.where(free, -np.inf, 0.0),
            upper=np.full(n, np.inf),
        ),
        equality=equality,
        flipped=flipped,
        free=free,
        maximised=given.maximised,
        variables=(Placed(Listed("columns"), np.arange(n), given.columns),),
        constraints=(Placed(Listed("rows"), place, given.rows, other if len(second) else None),),
    )
    check_fit(compiled)
    return compiled


def _with_zero_as_bound(given: Sides) -> Sides:
    """The same with a bound of 0 where a row says just that."""
    matrix = given.matrix
    one = np.flatnonzero(np.diff(matrix.indptr) == 1)
    column, value = matrix.indices[matrix.indptr[one]], matrix.data[matrix.indptr[one]]
    lower, upper = given.row_lower[one], given.row_upper[one]
    above = (value > 0) & (lower == 0) & (upper >= INFINITE)
    below = (value < 0) & (upper == 0) & (lower <= -INFINITE)
    bound = given.lower[column]
    says = (above | below) & ((bound <= -INFINITE) | (bound == 0))
    lowest, row_lower, row_upper = given.lower.copy(), given.row_lower.copy(), given.row_upper.copy()
    lowest[column[says]], row_lower[one[says]], row_upper[one[says]] = 0.0, -np.inf, np.inf
    return replace(given, lower=lowest, row_lower=row_lower, row_upper=row_upper)


def _check(given: Sides) -> None:
    for what, numbers, names in (
        ("cost of column", given.cost, given.columns),
        ("lower bound of column", given.lower, given.columns),
        ("upper bound of column", given.upper, given.columns),
        ("lower side of row", given.row_lower, given.rows),
        ("upper side of row", given.row_upper, given.rows),
    ):
        bad = np.flatnonzero(np.isnan(numbers))
        if len(bad):
            raise UsageError(f"the {what} {names[int(bad[0])]} is no number.")
    if not np.isfinite(given.matrix.data).all():
        at = int(np.flatnonzero(~np.isfinite(given.matrix.data))[0])
        row, column = given.rows[given.matrix.row[at]], given.columns[given.matrix.indices[at]]
        raise UsageError(
            f"expected finite coefficients; found {given.matrix.data[at]} of column {column} in row {row}."
        )


def with_bounds(
    matrix: Matrix,
    side: Vector,
    equality: Vector,
    flipped: Vector,
    lower: Vector,
    upper: Vector,
    held: Vector,
) -> tuple[Matrix, Vector, Vector, Vector, Vector]:
    """Rows in priced form with bounds of columns (n, infinite: none) below them, and which columns are free (bool).

    A bound of 0 below makes no row, one of a column that is `held` (bool, n) an equality with its lower bound.
    """
    held = held & np.isfinite(lower)
    plain = ~held & (lower == 0)
    low = ~held & ~plain & (lower > -INFINITE)
    high = ~held & (upper < INFINITE)
    column = np.concatenate([np.flatnonzero(held), np.flatnonzero(low), np.flatnonzero(high)])
    kind = np.repeat([0, 1, 2], [held.sum(), low.sum(), high.sum()])
    order = np.argsort(3 * column + kind, kind="stable")
    column, kind = column[order], kind[order]
    sign = np.where(kind == 2, -1.0, 1.0)
    bound = np.where(kind == 2, -upper[column], lower[column]) + 0.0
    if len(column):
        extra = Matrix.from_entries(np.arange(len(column)), column, sign, (len(column), len(lower)))
        matrix = vstack([matrix, extra])
    return (
        matrix,
        np.concatenate([side, bound]),
        np.concatenate([equality, kind == 0]),
        np.concatenate([flipped, kind == 2]),
        ~plain,
    )
