"""Which draws are solved: a Latin hypercube for bands, or the rows of Saltelli for indices as well.

A draw is a row of quantiles, one an input; `floors.study.uncertainty` makes factors of them. scipy is imported when a
design is made, and by nothing that only reads one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from floors.errors import UsageError

LEAST_ROWS = 64  # rows of indices; with fewer they say nothing
MOST_SOLVES = 1_000_000
MOST_SEED = 2**63 - 1

Quantiles = np.ndarray[tuple[int, int], np.dtype[np.float64]]


@dataclass(frozen=True)
class Design:
    """What is solved. `base` is m, the rows of A and of B, and 0 without indices; `independent` how many of the first
    rows are draws independent of each other, of which bands are made."""

    quantiles: Quantiles
    base: int
    independent: int

    @property
    def inputs(self) -> int:
        """How many inputs there are."""
        return int(self.quantiles.shape[1])


def design(solves: int, inputs: int, *, indices: bool, seed: int) -> Design:
    """The draws of at most so many `solves`. Raises UsageError where not even one row of indices has room."""
    if not indices:
        return Design(_latin(solves, inputs, seed), 0, solves)
    base = base_of(solves, inputs)
    if base == 0:
        raise UsageError(
            f"--indices needs {inputs + 2} solves a row with {inputs} inputs, and {LEAST_ROWS} rows to say anything: "
            f"expected --n of {least_solves(inputs)} or more, found {solves}."
        )
    return Design(_saltelli(base, inputs, seed), base, 2 * base)


def base_of(solves: int, inputs: int) -> int:
    """The largest power of 2 of rows that so many solves have room for; 0 where there is none."""
    rows = solves // (inputs + 2)
    return 1 << (rows.bit_length() - 1) if rows else 0


def least_solves(inputs: int) -> int:
    """How many solves indices take at least."""
    return LEAST_ROWS * (inputs + 2)


def checked(solves: Any, seed: Any) -> tuple[int, int]:
    """How many solves, and the seed. Raises UsageError for what is no count and no seed."""
    if not _whole(solves) or not 1 <= solves <= MOST_SOLVES:
        raise UsageError(f"expected --n as a number of solves from 1 to {MOST_SOLVES}, found {solves!r}.")
    if not _whole(seed) or not 0 <= seed <= MOST_SEED:
        raise UsageError(f"expected --seed as a whole number from 0 to {MOST_SEED}, found {seed!r}.")
    return int(solves), int(seed)


def _whole(given: Any) -> bool:
    return isinstance(given, int | np.integer) and not isinstance(given, bool)


def _latin(solves: int, inputs: int, seed: int) -> Quantiles:
    from scipy.stats import qmc

    found: Quantiles = qmc.LatinHypercube(inputs, rng=seed).random(solves)
    return found


def _saltelli(base: int, inputs: int, seed: int) -> Quantiles:
    """A, B, then A with one column after the other of B: (d + 2) m rows."""
    from scipy.stats import qmc

    both = qmc.Sobol(2 * inputs, bits=64, rng=seed).random(base)
    a, b = both[:, :inputs], both[:, inputs:]
    blocks = [a, b]
    for i in range(inputs):
        mixed = a.copy()
        mixed[:, i] = b[:, i]
        blocks.append(mixed)
    found: Quantiles = np.concatenate(blocks)
    return found
