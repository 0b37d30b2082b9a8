"""First-order and total indices of Sobol', with what is missing left out.

With outputs centred by the mean of A and B together, and V their variance (divisor n),

    first order  S_i = mean(f_B (f_AB_i - f_A)) / V
    total        T_i = mean((f_A - f_AB_i)^2) / 2 V

(Saltelli 2010; Jansen 1999). A row in which any of f_A, f_B, f_AB_1 .. f_AB_d is missing is left out for all inputs,
and the error is half of the 95 % interval of a bootstrap of rows. What scipy and SALib make of a missing value is in
docs/traps.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from floors.many.varied.design import LEAST_ROWS

RESAMPLES = 999
INTERVAL = (2.5, 97.5)  # percent
NOISE = 1e-9  # of the largest value, or of 1: outputs that differ by no more are the same

Vector = np.ndarray[tuple[int], np.dtype[np.float64]]
Matrix = np.ndarray[tuple[int, int], np.dtype[np.float64]]


@dataclass(frozen=True)
class Indices:
    """Indices of one output, an entry an input, None all together where there are none: too few `rows`, or an output
    that does not vary (`constant`)."""

    rows: int
    constant: bool
    first_order: Vector | None = None
    first_order_error: Vector | None = None
    total: Vector | None = None
    total_error: Vector | None = None


def indices(values: Vector, base: int, inputs: int, seed: int) -> Indices:
    """The indices of an output by the rows of a design, NaN where it is missing."""
    f = values.reshape(inputs + 2, base)
    kept = f[:, ~np.isnan(f).any(axis=0)]
    rows = int(kept.shape[1])
    if rows == 0:
        return Indices(rows, False)
    noise = NOISE * max(1.0, float(np.abs(kept).max()))
    constant = float(np.ptp(kept[:2])) <= noise
    if constant or rows < LEAST_ROWS:
        return Indices(rows, constant)
    centred = kept - kept[:2].mean()
    a, b = centred[:2]
    moved = centred[2:] - a
    moved[np.abs(moved) <= noise] = 0.0  # an input without effect has none
    terms = np.concatenate([b * moved, moved, moved**2, [a + b, a**2 + b**2]])
    first, total = _ratios(terms.mean(axis=1, keepdims=True).T, inputs, 0.0)
    errors = [_half(one) for one in _ratios(_weights(rows, seed) @ terms.T, inputs, noise)]
    return Indices(rows, False, first[0], errors[0], total[0], errors[1])


def _ratios(means: Matrix, inputs: int, least: float) -> tuple[Matrix, Matrix]:
    """First-order and total indices, a row a sample of rows: of the means of f_B (f_AB - f_A), of f_AB - f_A, of its
    square, of f_A + f_B and of f_A^2 + f_B^2. NaN where the output varies by no more than the `least`."""
    products, moves, squares = (means[:, k * inputs : (k + 1) * inputs] for k in range(3))
    centre, second = means[:, -2:-1] / 2, means[:, -1:] / 2
    variance = second - centre**2
    variance[variance <= least**2] = np.nan
    return (products - centre * moves) / variance, squares / (2 * variance)


def _half(resampled: Matrix) -> Vector:
    """Half of the interval that holds 95 % of the resamples, those aside in which the output does not vary."""
    finite = np.isfinite(resampled).all(axis=1)
    low, high = np.percentile(resampled[finite], INTERVAL, axis=0)
    half: Vector = (high - low) / 2
    return half


@lru_cache(maxsize=4)
def _weights(rows: int, seed: int) -> Matrix:
    """How much each row weighs in each resample."""
    drawn = np.random.default_rng(seed).integers(rows, size=(RESAMPLES, rows))
    counts = np.zeros((RESAMPLES, rows))
    np.add.at(counts, (np.arange(RESAMPLES)[:, None], drawn), 1.0)
    return counts / rows
