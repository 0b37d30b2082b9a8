"""A lower bound on the least cost of an LP that holds whatever the solver did.

Any duals y give one by weak duality (Neumaier and Shcherbina 2004): duals of a wrong sign are set to 0, what
their rounding leaves in reduced costs is charged against the largest quantity that a plan can hold, and
every sum is rounded outward. Nothing here asks the solver.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import fsum

import numpy as np

from floors.lp.linear import LinearProgram, Vector
from floors.lp.sparse import Matrix, vstack

UNIT = 2.0**-52  # twice the error of one rounding, relative
MOST_PASSES = 60
LARGEST = 1e9  # unless the caller knows better, what no quantity exceeds; assumed only where nothing in the LP says so


@dataclass(frozen=True)
class LowerBound:
    """`value`: no plan costs less. `assumed`: columns whose quantity was taken to stay within `largest` since
    neither the rows nor the cost of a plan limit it; where it is 0 the bound assumes nothing."""

    value: float
    assumed: int = 0
    largest: float = 0.0


def lower_bound(lp: LinearProgram, dual: Vector, ceiling: float, *, largest: float = LARGEST) -> LowerBound:
    """A proven lower bound on the least cost from duals of rows (m), offset included.

    `ceiling` is a cost that matters: plans dearer than it need not be looked at, and the bound is at most it.
    `largest`: what no column exceeds, taken for granted only where neither rows nor cost limit it.
    """
    lp, least, most = netted(lp, ceiling)
    acts = np.where(dual > 0, lp.row_lower, lp.row_upper)
    y = np.where(np.isfinite(acts), dual, 0.0)
    side = np.where(np.isfinite(acts), acts, 0.0)
    reduced, error = _reduced(lp, y)
    low, high = reduced - error, reduced + error
    unlimited = np.flatnonzero(((low < 0) & ~np.isfinite(most)) | ((high > 0) & ~np.isfinite(least)))
    assumed = 0
    for j in unlimited.tolist():
        exact = exact_reduced(lp, y, j)
        least[j], most[j] = max(least[j], -largest), min(most[j], largest)
        low[j] = np.nextafter(float(exact), -np.inf) if exact else 0.0
        high[j] = np.nextafter(float(exact), np.inf) if exact else 0.0
        assumed += bool(exact < 0 and most[j] == largest) or bool(exact > 0 and least[j] == -largest)
    held = np.minimum(_products(low, high, least), _products(low, high, most))
    terms = np.concatenate([y * side, held])
    spill = UNIT * fsum(np.abs(terms).tolist())
    value = fsum([*terms.tolist(), lp.offset, -spill])
    value -= UNIT * abs(value)
    return LowerBound(min(value, ceiling), assumed, largest)


def _reduced(lp: LinearProgram, y: Vector) -> tuple[Vector, Vector]:
    """Reduced costs and how far rounding may have taken them."""
    entries = np.bincount(lp.matrix.indices, minlength=len(lp.cost))
    size = np.abs(lp.cost) + np.abs(y) @ abs(lp.matrix)
    return lp.cost - y @ lp.matrix, (entries + 2) * UNIT * size


def exact_reduced(lp: LinearProgram, y: Vector, column: int) -> Fraction:
    """The reduced cost of one column, exactly."""
    one = lp.matrix.T[[column]]
    pairs = zip(one.indices.tolist(), one.data.tolist(), strict=True)
    spent = sum((Fraction(a) * Fraction(float(y[i])) for i, a in pairs), Fraction(0))
    return Fraction(float(lp.cost[column])) - spent


def _products(low: Vector, high: Vector, bound: Vector) -> Vector:
    """The least product of a bound with a number between low and high; none with a bound at infinity that
    the number's sign does not press on."""
    found = np.where((low == 0) & (high == 0), 0.0, np.inf)
    known = np.isfinite(bound)
    found[known] = np.minimum(low[known] * bound[known], high[known] * bound[known])
    return found


def netted(lp: LinearProgram, ceiling: float) -> tuple[LinearProgram, Vector, Vector]:
    """The LP with each pair of columns that undo each other as one, which may be negative; implied bounds.

    A plan that puts away and takes out at once can do the difference instead: the least cost is the same, and
    no row limits the two apart. Only columns that nothing limits are looked at.
    """
    least, most = implied_bounds(lp, ceiling)
    loose = np.flatnonzero(~np.isfinite(most) & (lp.lower == 0))
    columns = lp.matrix.T
    waiting: dict[tuple[bytes, bytes, float], int] = {}
    gone, free = [], []
    for j in loose.tolist():
        part = slice(columns.indptr[j], columns.indptr[j + 1])
        rows, entries, cost = columns.indices[part].tobytes(), columns.data[part], float(lp.cost[j])
        other = waiting.pop((rows, (0.0 - entries).tobytes(), 0.0 - cost), None)
        if other is None:
            waiting[rows, (0.0 + entries).tobytes(), 0.0 + cost] = j
        else:
            gone.append(j)
            free.append(other)
    if not gone:
        return lp, least, most
    lower = lp.lower.astype(float)
    lower[free] = -np.inf
    kept = np.ones(len(lower), dtype=bool)
    kept[gone] = False
    lp = replace(
        lp, cost=lp.cost[kept], matrix=lp.matrix.columns(kept), lower=lower[kept], upper=lp.upper[kept]
    )
    return lp, *implied_bounds(lp, ceiling)


def implied_bounds(lp: LinearProgram, ceiling: float = np.inf) -> tuple[Vector, Vector]:
    """Bounds on every column (n) that each plan of at most this cost obeys, rounded outward.

    A row limits a column by what all its other columns can hold; so does the cost. Infinite where nothing
    does. Lower bounds that are finite in the LP stay as they are.
    """
    lower, upper = lp.lower.astype(float), lp.upper.astype(float)
    free = ~np.isfinite(lower)
    matrix, side = _at_least(lp, ceiling)
    row, column, entry = matrix.row, matrix.indices, matrix.data
    rows = matrix.shape[0]
    margin = (int(np.diff(matrix.indptr).max(initial=0)) + 8) * UNIT
    positive = entry > 0
    # Entries by the limit that they use, where it may change; rows in which one has changed: the others say no more.
    uses = [(row[positive], column[positive], upper, np.inf)]
    if free.any():
        uses.append((row[~positive], column[~positive], lower, -np.inf))
    moved = np.ones(rows, dtype=bool)
    for _ in range(MOST_PASSES):
        open_ = np.zeros(rows, dtype=int)
        for r, c, of, none in uses:
            open_ += np.bincount(r[of[c] == none], minlength=rows)
        at = np.flatnonzero((moved & (open_ <= 1))[row])
        i, j, a, up = row[at], column[at], entry[at], positive[at]
        most = a * np.where(up, upper[j], lower[j])
        known = np.isfinite(most)
        finite = np.where(known, most, 0.0)
        total = np.bincount(i, finite, rows)
        size = np.bincount(i, np.abs(finite), rows) + np.abs(side)
        alone = open_[i] - ~known == 0
        before = upper.copy(), lower.copy()
        for limits, of, pick, sign in (
            (~up, upper, np.minimum, 1.0),
            (up & free[j], lower, np.maximum, -1.0),
        )[: len(uses)]:
            which = np.flatnonzero(limits & alone)
            r = i[which]
            room = total[r] - finite[which] - side[r] + margin * size[r]
            pick.at(of, j[which], sign * room / np.abs(a[which]) * (1 + np.sign(room) * UNIT))
        gained = (upper < before[0] * (1 - 1e-3)) | ~np.isfinite(before[0]) & np.isfinite(upper)
        gained |= (lower > before[1]) & ~np.isfinite(before[1])
        if not gained.any():
            break
        moved[:] = False
        for (r, c, of, _), was in zip(uses, before, strict=False):
            moved[r[(of != was)[c]]] = True
    return lower, np.maximum(upper, lower)


def _at_least(lp: LinearProgram, ceiling: float) -> tuple[Matrix, Vector]:
    """Every row as `a x >= b`, and the cost as one more where a ceiling is given."""
    below, above = np.isfinite(lp.row_lower), np.isfinite(lp.row_upper)
    parts = [lp.matrix[below], -lp.matrix[above]]
    sides = [lp.row_lower[below], -lp.row_upper[above]]
    if np.isfinite(ceiling):
        parts.append(-Matrix.of(lp.cost))
        sides.append(np.array([lp.offset - ceiling - UNIT * (abs(ceiling) + abs(lp.offset))]))
    return vstack(parts).without_zeros(), np.concatenate(sides)
