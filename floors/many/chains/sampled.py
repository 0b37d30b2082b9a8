"""How sure the order of chains is: the same at draws of what is uncertain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from math import inf, isinf

import numpy as np
from pyomo.common.gc_manager import PauseGC

from floors.case.again import numbers_alone
from floors.many.chains.arms import Arms, Work
from floors.many.chains.blocks import solve_blocks
from floors.many.chains.ranking import Weighed, ranks, weigh
from floors.many.executors import in_order
from floors.many.varied.design import design
from floors.study.study import Study
from floors.study.uncertainty import factors, inputs_of, with_factors

QUANTILES = (5, 50, 95)  # percent
FIRST = 3  # ranks


@dataclass(frozen=True)
class Draw:
    """One sample: the ratio of each chain that has one (infinite where its caps cost nothing and avoid something), the
    ranks where anything is at stake, and the status of each chain that has no plan."""

    ratios: dict[str, float]
    ranks: dict[str, int]
    failed: dict[str, str]


@dataclass(frozen=True)
class Band:
    """Of one chain over the samples in which there is a ratio: percentiles, None beyond those that cost nothing."""

    p5: float | None = None
    p50: float | None = None
    p95: float | None = None
    samples: int = 0
    free_share: float | None = None
    first_three: float | None = None


@dataclass(frozen=True)
class Draws:
    """All samples; `n` were asked for."""

    n: int
    seed: int
    inputs: int
    of: tuple[Draw, ...] = ()

    @property
    def failed(self) -> Counter[str]:
        """In how many samples each chain has no plan."""
        return Counter(name for one in self.of for name in one.failed)

    @property
    def incomplete(self) -> int:
        """In how many samples any chain has no plan."""
        return sum(bool(one.failed) for one in self.of)

    def band(self, chain: str) -> Band:
        """The band of a chain: of the samples that have its ratio; where its caps cost nothing and avoid something that
        is above every number."""
        found = np.array([one.ratios[chain] for one in self.of if chain in one.ratios])
        whole = [one for one in self.of if chain not in one.failed]
        if not len(found):
            return Band(first_three=self._first(chain, whole))
        p5, p50, p95 = (_percentile(np.sort(found), q) for q in QUANTILES)
        free = int(np.isinf(found).sum())
        return Band(p5, p50, p95, len(found) - free, free / len(found), self._first(chain, whole))

    def _first(self, chain: str, whole: Sequence[Draw]) -> float | None:
        if not whole:
            return None
        return sum(one.ranks.get(chain, inf) <= FIRST for one in whole) / len(whole)


def _percentile(ordered: np.ndarray, q: float) -> float | None:
    """By linear interpolation; None where a number beside it is above all."""
    at = (len(ordered) - 1) * q / 100
    low, high = int(np.floor(at)), int(np.ceil(at))
    if isinf(ordered[low]) or isinf(ordered[high]):
        return None
    return float(ordered[low] + (at - low) * (ordered[high] - ordered[low]))


def sampled(
    work: Work, n: int, seed: int, executor: Executor | None, done: Callable[[Draw], None] | None = None
) -> Draws:
    """The order of the chains at `n` draws, a Latin hypercube, of what sheet uncertainty says is uncertain."""
    work = Work(work.study, tuple(chain for chain in work.chains if chain.capped), work.blows)
    inputs = inputs_of(work.study)
    rows = design(n, len(inputs), indices=False, seed=seed).quantiles
    found: list[Draw] = []
    for draw in in_order(_draw, [(work, row) for row in rows], executor):
        found.append(draw)
        if done:
            done(draw)
    return Draws(n, seed, len(inputs), tuple(found))


def _draw(task: tuple[Work, np.ndarray]) -> Draw:
    work, row = task
    made: dict[str, Study] = {}
    (cells,) = factors(inputs_of(work.study), row[None])
    moved = [(table, key) for (table, _, key), factor in cells.items() if factor != 1]
    alone = numbers_alone(moved) and all(factor > 0 for factor in cells.values())

    def whole(scenario: str) -> Study:
        """The study in a scenario, with the factors on it."""
        if scenario not in made:
            made[scenario] = with_factors(work.study.scenario(scenario), cells)
        return made[scenario]

    with PauseGC():  # what a sample leaves is collected once, after it
        found = solve_blocks(
            work,
            lambda blocks: [Arms(work, block, whole, lightly=True, alone=alone).found() for block in blocks],
        )
    weighed = [weigh(chain.name, found[chain.name], work.blows) for chain in work.chains]
    return Draw(
        {one.chain: _ratio(one) for one in weighed if _has_ratio(one)},
        dict(ranks(weighed)),
        {one.chain: one.status for one in weighed if not one.complete},
    )


def _has_ratio(one: Weighed) -> bool:
    return one.complete and (one.ratio is not None or one.free)


def _ratio(one: Weighed) -> float:
    return inf if one.ratio is None else one.ratio
