"""How large the terms are that a number of an LP is the sum of: what rounding is, is a share of them.

Studies are in t or in kg, of a laboratory or of the world, so no tolerance is a number of tonnes or of money.
"""

from __future__ import annotations

import numpy as np

from floors.lp.linear import LinearProgram, Vector
from floors.lp.sparse import median

OF_LARGEST = (
    1e-6  # of the largest quantity, or dual: sums whose terms are smaller are weighed as if they had it
)
IN_TERMS = 1e-3  # a cost that is less than this share of its terms (credits against costs) is weighed by them
FAR = 1e3  # times the largest number found: what none is assumed to exceed where nothing limits it


def largest(values: Vector) -> float:
    """The largest size of finite numbers; 0 for none."""
    sizes = np.abs(values[np.isfinite(values)])
    return float(sizes.max(initial=0.0))


def of_cost(lp: LinearProgram, x: Vector) -> float:
    """The size of the cost of a plan (n)."""
    terms = abs(lp.offset) + float(np.abs(lp.cost) @ np.abs(x))
    return max(abs(float(lp.cost @ x) + lp.offset), IN_TERMS * terms)


def of_rows(lp: LinearProgram, x: Vector) -> Vector:
    """The size of each row (m) at a plan (n): its terms, or its side."""
    entries = abs(lp.matrix)
    terms = np.maximum(entries @ np.abs(x), np.where(np.isfinite(lp.row_lower), np.abs(lp.row_lower), 0.0))
    most = np.zeros(entries.shape[0])
    np.maximum.at(most, entries.row, entries.data)
    size: Vector = np.maximum(terms, OF_LARGEST * largest(x) * most)
    return _some(size)


def of_columns(lp: LinearProgram, dual: Vector) -> Vector:
    """The size of each reduced cost (n) at duals of rows (m): its cost and what the rows take."""
    size: Vector = np.abs(lp.cost) + np.abs(dual) @ abs(lp.matrix)
    return _some(np.maximum(size, OF_LARGEST * median(size[size > 0]) if (size > 0).any() else 0.0))


def _some(size: Vector) -> Vector:
    """What is divided by: 1 where there is nothing, and so no violation."""
    return np.where(size > 0, size, 1.0)
