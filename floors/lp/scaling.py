"""Units in which an LP is solved: a solver's tolerances are numbers, and say nothing beside 1e-7 or 1e10 t.

HiGHS has options of its own for this (`user_bound_scale`, `user_objective_scale`), with which some objectives come back
in the wrong unit (1.16).
"""

from __future__ import annotations

from dataclasses import replace
from math import floor, log2

import numpy as np

from floors.lp.linear import LinearProgram, Vector
from floors.lp.scales import INFINITE
from floors.lp.sparse import median

USUAL = 1e-3, 1e7  # numbers within these are solved as they stand, with a tolerance of 1e-9
LARGEST = 20  # else a power of two brings the least near 1, but the largest no higher than near 2 to this
INERT = (
    1e9  # times the middle one: a number beyond is a limit that limits nothing, and says nothing of the rest
)
ROUNDING = 1e-12  # of the largest: a number below is what rounding left of one


def power(*parts: Vector) -> float:
    """The power of two by which all these numbers are multiplied; 1 where they are of a usual size."""
    sizes = np.abs(np.concatenate([np.asarray(part, dtype=float) for part in parts]))
    sizes = sizes[(sizes < INFINITE) & (sizes > 0)]
    if not len(sizes):
        return 1.0
    end = floor(log2(INFINITE / sizes.max())) - 1
    sizes = sizes[sizes <= INERT * median(sizes)]
    most = float(sizes.max())
    least = float(sizes[sizes > ROUNDING * most].min())
    if USUAL[0] <= least and 1 <= most <= USUAL[1]:
        return 1.0
    return 2.0 ** min(LARGEST - floor(log2(most)), -floor(log2(least)), end)


def of_one_unit(lp: LinearProgram) -> LinearProgram:
    """The LP with each column in such a unit (a power of two) that its largest entry is near 1: prices of rows of money
    beside prices of rows of tonnes."""
    largest = np.zeros(len(lp.cost))
    np.maximum.at(largest, lp.matrix.indices, np.abs(lp.matrix.data))
    unit = 2.0 ** np.round(np.log2(np.where(largest > 0, largest, 1.0)))
    matrix = replace(lp.matrix, data=lp.matrix.data / unit[lp.matrix.indices])
    return replace(lp, cost=lp.cost / unit, matrix=matrix, lower=lp.lower * unit, upper=lp.upper * unit)


def times(sides: Vector, size: float) -> Vector:
    """Sides or bounds in the solver's unit; those that it takes for none stay none."""
    return (
        sides if size == 1.0 else np.where(np.abs(sides) < INFINITE, sides * size, np.copysign(np.inf, sides))
    )
