"""Units in which an LP is solved: a solver's tolerances are numbers, and say nothing beside 1e-7 or 1e10 t."""

from __future__ import annotations

from math import floor, log2

import numpy as np

from floors.lp.linear import Vector

USUAL = 1e-3, 1e7  # numbers within these are solved as they stand, with a tolerance of 1e-9
LARGEST = 20  # else a power of two brings the largest near 2 to this
INERT = (
    1e9  # times the middle one: a number beyond is a limit that limits nothing, and says nothing of the rest
)


def exponent(*parts: Vector) -> int:
    """The power of two by which all these numbers are multiplied; 0 where they are of a usual size."""
    sizes = np.abs(np.concatenate([np.asarray(part, dtype=float) for part in parts]))
    sizes = sizes[np.isfinite(sizes) & (sizes > 0)]
    if not len(sizes):
        return 0
    sizes = sizes[sizes <= INERT * np.median(sizes)]
    least, most = float(sizes.min()), float(sizes.max())
    return 0 if USUAL[0] <= least and most <= USUAL[1] else LARGEST - floor(log2(most))
