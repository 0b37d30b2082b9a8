"""How sure floors and costs are: the study at random factors on what is uncertain, and which of them matter.

**Draws.** One quantile an input (`floors.study.uncertainty`), all inputs independent. Without indices all `n` solves
are one Latin hypercube. With them n has room for m = 2^floor(log2(n / (d + 2))) rows of Saltelli: A, B and d times A
with a column of B; bands are then of the 2 m draws of A and B, since the others are not independent of them. The
workbook as it is is solved beside them.

**Bands** are of the samples that have a plan: 5th, 50th and 95th percentile by linear interpolation, the variance with
divisor n. A failed sample is counted by its status; it is not drawn again, and never a number.

**Indices** are in `floors.many.varied.indices`. Those of `has_no_plan` say which input makes it fail.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from floors.case.derive import derive
from floors.excel.record import Asked
from floors.many.executors import executor_of
from floors.many.kept import Parts
from floors.many.shared import check_foreseen
from floors.many.varied.design import checked, design
from floors.many.varied.outputs import outputs_of, shortages_of
from floors.many.varied.parts import Samples
from floors.many.varied.sampled import Sample
from floors.many.varied.solving import Varied, solve_varied
from floors.steps import stage
from floors.study.study import Study, check_study
from floors.study.uncertainty import inputs_of

EXPLAINED = ("infeasible", "unbounded")


def sample(
    study: Study,
    n: int = 1000,
    indices: bool = False,
    seed: int = 0,
    executor: object = None,
    *,
    done: Callable[[Varied], None] | None = None,
    parts: Parts | None = None,
) -> Sample:
    """Solve a study at `n` draws of what sheet `uncertainty` says is uncertain; see this module for how they are drawn.

    `n` counts solves, also with `indices`. The same seed gives the same numbers, on any executor of concurrent.futures
    or Dask client, and where samples of an earlier call are found in `parts`. `done` is told of each, the workbook as
    it is first. A sample without a plan stops no other. Raises UsageError for an n or seed that is none and for a
    scenario that is a surprise, InputError for a faulty study.
    """
    check_study(study, "floors.sample")
    where = executor_of(executor)
    count, seed = checked(n, seed)
    check_foreseen(study)
    inputs = inputs_of(study)
    outputs = outputs_of(study, derive(study))
    drawn = design(count, len(inputs), indices=indices, seed=seed)
    rows = np.concatenate([np.full((1, len(inputs)), np.nan), drawn.quantiles])
    options = {"n": count, "indices": indices, "seed": seed}
    kept = None if parts is None else Samples(parts, study, len(rows), options)
    found: dict[int, Varied] = {} if kept is None else dict(kept.known)
    left = [number for number in range(len(rows)) if number not in found]
    with stage("samples", len(rows)) as here:
        told = iter(range(len(rows)))

        def tell(until: int) -> None:
            """Each that is there now, in order."""
            for number in told:
                here.finished()
                if done:
                    done(found[number])
                if number == until:
                    return

        def take(place: int, one: Varied) -> None:
            number = left[place]
            found[number] = one
            if kept is not None:
                kept.keep(number, one)
            tell(number)

        solve_varied(study, inputs, rows[left], (*outputs, *shortages_of(outputs)), where, take, why=False)
        tell(len(rows) - 1)
    first = _first_failed(found)
    if first:
        with stage("why samples fail"):
            for number, one in zip(
                first, solve_varied(study, inputs, rows[first], outputs, where), strict=True
            ):
                if one.status == found[number].status:  # and no time limit meanwhile
                    found[number] = found[number]._replace(message=one.message)
    base, *solved = (found[number] for number in range(len(rows)))
    return Sample(
        study, count, seed, inputs, outputs, drawn, base, tuple(solved), asked=Asked("sample", options)
    )


def _first_failed(found: dict[int, Varied]) -> list[int]:
    """The workbook as it is and the first sample without a plan, of those of which more can be said than so."""
    failed = [number for number in sorted(found) if found[number].status in EXPLAINED]
    first = {(number == 0, found[number].status): number for number in reversed(failed)}
    return sorted(first.values())
