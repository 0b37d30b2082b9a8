"""Proof in exact rational arithmetic, on the very doubles that the solver was given.

`check` weighs a pair of solutions: how far each breaks its rows and bounds, and what the plan costs more than
a bound that no plan can go below. `solve_basis` finds the exact corner that a basis stands for, and whether it
is the exact optimum.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import copysign, isfinite

import numpy as np

from floors.errors import UsageError
from floors.lp import sizes
from floors.lp.linear import LinearProgram, Vector
from floors.lp.lower_bound import LARGEST, LowerBound, lower_bound, netted
from floors.lp.sparse import Matrix

MOST_ROWS = 4000  # the rows of an LP whose corner is still found in about a minute
ROUNDED = 1e-10  # of a cost: what a bound found with rounding may leave unproven

Sparse = list[dict[int, Fraction]]


@dataclass(frozen=True, kw_only=True)
class ExactCheck:
    """Largest violations, each in the unit of its row or column, and the exact gap.

    `cost` is that of the plan, offset included, `bound` what no plan can cost less than. `assumed` counts the
    columns whose quantity was taken to stay within `largest`, since neither rows nor cost limit it: where it is 0
    the bound assumes nothing. `size` is that of the terms of the cost.
    """

    row_violation: Fraction
    bound_violation: Fraction
    dual_sign: Fraction
    reduced_sign: Fraction
    cost: Fraction
    bound: Fraction
    assumed: int
    largest: float
    size: float

    @property
    def gap(self) -> Fraction:
        """What the plan costs more than the bound."""
        return self.cost - self.bound

    @property
    def relative_gap(self) -> float:
        """The gap over the size of the cost."""
        return float(self.gap) / (self.size or 1.0)


def check(lp: LinearProgram, x: Vector, dual: Vector, *, largest: float = LARGEST) -> ExactCheck:
    """Weigh a plan x (n) and duals of rows (m) exactly; nothing of the solver's own is taken on trust."""
    rows, quantity = _rows(lp.matrix), _fractions(x)
    low, high = _sides(lp.row_lower), _sides(lp.row_upper)
    least, most = _sides(lp.lower), _sides(lp.upper)
    given = _fractions(dual)
    y = [d if (low[i] if d > 0 else high[i]) is not None else Fraction(0) for i, d in enumerate(given)]
    activity = [_dot(row, quantity) for row in rows]
    cost = _fractions(lp.cost)
    reduced = _reduced(lp, y)
    spent = Fraction(lp.offset) + sum((c * q for c, q in zip(cost, quantity, strict=True)), Fraction(0))
    size = sizes.of_cost(lp, x)
    bound, assumed = _bound(lp, y, float(spent) + 0.01 * size, largest)
    return ExactCheck(
        row_violation=_largest(_outside(activity, low, high)),
        bound_violation=_largest(_outside(quantity, least, most)),
        dual_sign=_largest(abs(d - k) for d, k in zip(given, y, strict=True)),
        reduced_sign=_largest(
            abs(z)
            for z, lo, hi in zip(reduced, least, most, strict=True)
            if z and (lo if z > 0 else hi) is None
        ),
        cost=spent,
        bound=bound,
        assumed=assumed,
        largest=largest,
        size=size,
    )


def proven_bound(
    lp: LinearProgram, dual: Vector, reached: float, size: float, *, largest: float = LARGEST
) -> LowerBound:
    """A proven lower bound on the least cost, close to the cost `reached` if the duals are good.

    Found with rounding first, which is quick; where that leaves more than ROUNDED of `size` unproven, exactly.
    """
    ceiling = reached + 0.01 * size
    quick = lower_bound(lp, dual, ceiling, largest=largest)
    if reached - quick.value > ROUNDED * size and np.isfinite(dual).all():
        return exact_bound(lp, dual, ceiling, largest=largest)
    return quick


def exact_bound(lp: LinearProgram, dual: Vector, ceiling: float, *, largest: float = LARGEST) -> LowerBound:
    """As `lower_bound`, without rounding but that of its value to the double below: slower by far.

    For an LP of very large and very small numbers, where what rounding may have cost is more than the gap.
    """
    acts = np.where(dual > 0, lp.row_lower, lp.row_upper)
    bound, assumed = _bound(lp, _fractions(np.where(np.isfinite(acts), dual, 0.0)), ceiling, largest)
    value = float(bound)
    below = value if Fraction(value) <= bound else float(np.nextafter(value, -np.inf))
    return LowerBound(below, assumed, largest)


def _bound(lp: LinearProgram, y: list[Fraction], ceiling: float, largest: float) -> tuple[Fraction, int]:
    """The bound of Neumaier and Shcherbina, and for how many columns a largest quantity was assumed."""
    lp, least, most = netted(lp, ceiling)
    bound, assumed = Fraction(lp.offset), 0
    for d, low, high in zip(y, lp.row_lower.tolist(), lp.row_upper.tolist(), strict=True):
        if d:
            bound += d * Fraction(low if d > 0 else high)
    for z, low, high in zip(_reduced(lp, y), least.tolist(), most.tolist(), strict=True):
        if z:
            side = low if z > 0 else high
            assumed += not isfinite(side)
            bound += z * Fraction(side if isfinite(side) else copysign(largest, side))
    return min(bound, Fraction(ceiling)), assumed


@dataclass(frozen=True, kw_only=True)
class ExactOptimum:
    """The exact corner of a basis: `x`, `dual` and `cost`, offset included; `optimal` where it obeys every row
    and bound and no dual or reduced cost has a wrong sign, all exactly; else `why` names what does not and
    `worst` is the largest fault."""

    x: list[Fraction]
    dual: list[Fraction]
    cost: Fraction
    optimal: bool
    why: str = ""
    worst: Fraction = Fraction(0)


def solve_basis(lp: LinearProgram, basic_columns: Vector, basic_rows: Vector, plan: Vector) -> ExactOptimum:
    """The exact solution that a basis stands for: bool vectors of basic columns (n) and rows (m).

    Columns and rows that are not basic stand at the side that `plan` (n) is nearer to. Raises UsageError for
    more than MOST_ROWS rows, and where the basis is singular or not square.
    """
    m = lp.matrix.shape[0]
    if m > MOST_ROWS:
        raise UsageError(f"an exact corner is found for at most {MOST_ROWS:,} rows; this LP has {m:,}.")
    inside, tight = np.flatnonzero(basic_columns), np.flatnonzero(~basic_rows)
    if len(inside) != len(tight):
        raise UsageError(
            f"expected as many basic columns as rows that are not basic; found {len(inside)} and {len(tight)}."
        )
    rows, cost = _rows(lp.matrix), _fractions(lp.cost)
    x = _nearest(lp.lower, lp.upper, plan)
    side = _nearest(lp.row_lower, lp.row_upper, lp.matrix @ plan)
    for j in inside.tolist():
        x[j] = Fraction(0)
    place = {j: k for k, j in enumerate(inside.tolist())}
    matrix = [{place[j]: a for j, a in rows[i].items() if j in place} for i in tight.tolist()]
    held = [side[i] - _dot(rows[i], x) for i in tight.tolist()]
    for j, value in zip(inside.tolist(), _solve(matrix, held), strict=True):
        x[j] = value
    turned: Sparse = [{} for _ in matrix]
    for i, row in enumerate(matrix):
        for k, a in row.items():
            turned[k][i] = a
    y = [Fraction(0)] * m
    for i, value in zip(tight.tolist(), _solve(turned, [cost[j] for j in inside.tolist()]), strict=True):
        y[i] = value
    total = Fraction(lp.offset) + sum((c * q for c, q in zip(cost, x, strict=True)), Fraction(0))
    faults = _faults(lp, rows, x, y)
    why = "; ".join(f"{what} {float(by):.3g}" for what, by in faults.items())
    return ExactOptimum(x=x, dual=y, cost=total, optimal=not faults, why=why, worst=_largest(faults.values()))


def _faults(lp: LinearProgram, rows: Sparse, x: list[Fraction], y: list[Fraction]) -> dict[str, Fraction]:
    """What a corner breaks, and by how much; empty for an exact optimum."""
    low, high = _sides(lp.row_lower), _sides(lp.row_upper)
    least, most = _sides(lp.lower), _sides(lp.upper)
    activity = [_dot(row, x) for row in rows]
    reduced = _reduced(lp, y)
    broken = {
        "a row is broken by": _outside(activity, low, high),
        "a bound is broken by": _outside(x, least, most),
        "a dual has the wrong sign:": _leaning(y, activity, low, high),
        "a reduced cost has the wrong sign:": _leaning(reduced, x, least, most),
    }
    worst = {what: _largest(by) for what, by in broken.items()}
    return {what: by for what, by in worst.items() if by}


def _leaning(
    price: list[Fraction], at: list[Fraction], low: list[Fraction | None], high: list[Fraction | None]
) -> Iterable[Fraction]:
    """Sizes of prices that press on a side at which nothing stands."""
    for p, value, lo, hi in zip(price, at, low, high, strict=True):
        if (p > 0 and value != lo) or (p < 0 and value != hi):
            yield abs(p)


def _solve(matrix: Sparse, right: list[Fraction]) -> list[Fraction]:
    """A square sparse system, by elimination in the order of fewest entries."""
    rows = [dict(row) for row in matrix]
    right = list(right)
    holds: list[set[int]] = [set() for _ in rows]
    for i, row in enumerate(rows):
        for j in row:
            holds[j].add(i)
    open_rows, steps = set(range(len(rows))), []
    single = [i for i in open_rows if len(rows[i]) == 1]
    while open_rows:
        i = -1
        while single and i < 0:
            candidate = single.pop()
            i = candidate if candidate in open_rows and len(rows[candidate]) == 1 else -1
        if i < 0:
            i = min(open_rows, key=lambda k: (len(rows[k]), k))
        if not rows[i]:
            raise UsageError("the basis is singular: its rows depend on each other.")
        j = min(rows[i], key=lambda k: (len(holds[k]), k))
        pivot = rows[i][j]
        open_rows.discard(i)
        steps.append((i, j))
        for k in rows[i]:
            holds[k].discard(i)
        for other in list(holds[j]):
            row = rows[other]
            factor = row.pop(j) / pivot
            right[other] -= factor * right[i]
            for k, a in rows[i].items():
                if k == j:
                    continue
                value = row.get(k, Fraction(0)) - factor * a
                if value:
                    row[k] = value
                    holds[k].add(other)
                else:
                    row.pop(k, None)
                    holds[k].discard(other)
            if len(row) == 1:
                single.append(other)
        holds[j].clear()
    found = [Fraction(0)] * len(rows)
    for i, j in reversed(steps):
        rest = sum((a * found[k] for k, a in rows[i].items() if k != j), Fraction(0))
        found[j] = (right[i] - rest) / rows[i][j]
    return found


def _rows(matrix: Matrix) -> Sparse:
    ends, columns, data = matrix.indptr.tolist(), matrix.indices.tolist(), matrix.data.tolist()
    return [
        {columns[k]: Fraction(data[k]) for k in range(ends[i], ends[i + 1]) if data[k]}
        for i in range(matrix.shape[0])
    ]


def _reduced(lp: LinearProgram, y: list[Fraction]) -> list[Fraction]:
    columns = _rows(lp.matrix.T)
    return [c - _dot(column, y) for c, column in zip(_fractions(lp.cost), columns, strict=True)]


def _fractions(values: Vector) -> list[Fraction]:
    return [Fraction(v) for v in np.asarray(values, dtype=float).tolist()]


def _sides(values: Vector) -> list[Fraction | None]:
    """Bounds as fractions, None where there is none."""
    return [Fraction(v) if np.isfinite(v) else None for v in np.asarray(values, dtype=float).tolist()]


def _nearest(low: Vector, high: Vector, value: Vector) -> list[Fraction]:
    """The finite side that each value is nearer to; 0 where there is none."""
    return _fractions(
        np.where(
            np.isfinite(low) & ~(np.abs(value - high) < np.abs(value - low)),
            low,
            np.where(np.isfinite(high), high, 0.0),
        )
    )


def _dot(row: dict[int, Fraction], values: list[Fraction]) -> Fraction:
    return sum((a * values[j] for j, a in row.items() if values[j]), Fraction(0))


def _outside(
    values: list[Fraction], low: list[Fraction | None], high: list[Fraction | None]
) -> Iterable[Fraction]:
    for value, lo, hi in zip(values, low, high, strict=True):
        if lo is not None and value < lo:
            yield lo - value
        if hi is not None and value > hi:
            yield value - hi


def _largest(sizes: Iterable[Fraction]) -> Fraction:
    return max(sizes, default=Fraction(0))
