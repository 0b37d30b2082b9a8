"""How sure worths of joining are: every set solved at random factors on what is uncertain, the same draws for all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from floors.contract.results.coalition import WorthBandRow
from floors.errors import FloorsError
from floors.excel.tabled import worst
from floors.many.coalitions.blocs import Bloc
from floors.many.coalitions.joining import Costs, Order, Step, orders, step
from floors.many.coalitions.runs import CoalitionRun, Game, solve_blocs
from floors.many.executors import in_order
from floors.many.shared import Shared
from floors.many.varied.design import checked, design
from floors.steps import stage
from floors.study.study import Study
from floors.study.uncertainty import Cells, factors, inputs_of, with_factors

_Solved = tuple[Costs, str]  # of a sample
AT_ONCE = 4  # samples that travel together
QUANTILES = (5, 50, 95)
WORTHS = ("worth_to_members", "worth_to_itself", "worth_together")
ALONE = "alone"


@dataclass(frozen=True)
class Sampled:
    """The costs of all sets that have a plan in each sample, the status of each (that of the worst of its sets), and
    from which seed they were drawn."""

    seed: int
    costs: tuple[Costs, ...]
    statuses: tuple[str, ...]

    @cached_property
    def failed(self) -> dict[str, int]:
        """How many samples in which some set has no plan, by status."""
        return dict(Counter(status for status in self.statuses if status != "optimal"))

    @property
    def failed_share(self) -> float:
        """The share of all samples that these are."""
        return sum(self.failed.values()) / len(self.statuses)

    def best_in(self, best: Order, members: Bloc, candidates: Sequence[str]) -> int:
        """In how many samples an order is the best one."""
        return sum(
            first.worth is not None and first.names == best.names
            for first in (orders(cost, members, candidates)[0] for cost in self.costs)
        )

    def rows(self, steps: Iterable[tuple[str, Step]]) -> Iterator[WorthBandRow]:
        """The bands of some steps, each with how it is told."""
        for how, one in steps:
            drawn = [step(cost, one.before, one.joins) for cost in self.costs]
            for name in WORTHS:
                values = [_worth(again, name) for again in drawn]
                there = np.array([value for value in values if value is not None])
                p5, p50, p95 = np.percentile(there, QUANTILES).tolist() if there.size else (None, None, None)
                yield WorthBandRow(
                    candidate=one.joins,
                    joins=how,
                    worth=name,
                    value=_worth(one, name),
                    p5=p5,
                    p50=p50,
                    p95=p95,
                    above_zero=float((there > 0).mean()) if there.size else None,
                    samples=int(there.size),
                    failed_share=1 - there.size / len(values),
                )


def _worth(one: Step, name: str) -> float | None:
    return {
        "worth_to_members": one.worth_to_members,
        "worth_to_itself": one.worth_to_itself,
        "worth_together": one.gain,
    }[name]


class _Sets(Shared):
    """A study, who is in and who may join, and the sets that are solved in every sample."""

    def __init__(
        self, study: Study, members: tuple[str, ...], candidates: tuple[str, ...], sets: tuple[Bloc, ...]
    ) -> None:
        super().__init__(study, members, candidates, sets)
        self.study, self.members, self.candidates, self.sets = study, members, candidates, sets


def sample_sets(
    study: Study,
    members: tuple[str, ...],
    candidates: tuple[str, ...],
    sets: tuple[Bloc, ...],
    n: int,
    seed: int,
    executor: Executor | None,
) -> Sampled:
    """The sets in `n` samples, a Latin hypercube as that of `floors sample`. Raises UsageError for an n or a seed that
    is none; what has no plan is left out of the costs of its sample."""
    count, seed = checked(n, seed)
    inputs = inputs_of(study)
    cells = factors(inputs, design(count, len(inputs), indices=False, seed=seed).quantiles)
    shared = _Sets(study, members, candidates, sets)
    at_once = 1 if executor is None else AT_ONCE
    tasks = [(shared, cells[k : k + at_once]) for k in range(0, count, at_once)]
    found: list[_Solved] = []
    with stage("samples", count) as here:
        for some in in_order(_solve, tasks, executor):
            for one in some:
                found.append(one)
                here.finished()
    return Sampled(seed, tuple(costs for costs, _ in found), tuple(status for _, status in found))


def _solve(task: tuple[_Sets, list[dict[Cells, float]]]) -> list[_Solved]:
    shared, samples = task
    return [_costs(shared, cells) for cells in samples]


def _costs(shared: _Sets, cells: dict[Cells, float]) -> _Solved:
    """The costs of the sets that have a plan at these factors, and the worst status of all."""
    try:
        study = with_factors(shared.study, cells)
        game = Game(study, (*shared.members, *shared.candidates), frozenset(shared.members), False)
        runs = list(solve_blocs(game, shared.sets, None, _nobody))
    except FloorsError as error:  # no set has a plan
        return {}, error.status
    return {frozenset(run.members): run.costs for run in runs if run.costs}, worst(run.status for run in runs)


def _nobody(_: CoalitionRun) -> None:
    """Nobody is told of the sets of a sample."""
