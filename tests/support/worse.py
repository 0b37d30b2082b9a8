"""Results of plans that obey every row and are not the cheapest: what no check may call proven."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import numpy as np

import floors
from floors.lp.highs import Solver, Status
from floors.lp.linear import Vector
from floors.results.result import make_result
from floors.solving.outcome import Outcome

MORE = 1e-8  # of the cost: a plan that is dearer by less is not counted as worse


def worse(result: floors.Result, random: Random, few: int = 2) -> Iterator[tuple[str, floors.Result]]:
    """Results at the same prices of dearer plans: one build dropped, or some tonnes along a cycle that nobody needs."""
    outcome = result.outcome
    for what, x in [*_dropped(outcome, random, few), *_round(outcome, random, few)]:
        lp = outcome.compiled.lp
        cost = float(lp.cost @ x) + lp.offset
        if cost - outcome.plan.objective > MORE * abs(outcome.plan.objective):
            plan = replace(outcome.plan, x=x, objective=cost)
            spoilt = replace(outcome, plan=plan)
            baseline = spoilt if result.baseline_outcome is outcome else result.baseline_outcome
            study = outcome.case.study
            yield what, make_result(study, spoilt, baseline, accept_failed=True, ranges=False)


def _dropped(outcome: Outcome, random: Random, few: int) -> Iterator[tuple[str, Vector]]:
    """Plans without one of the builds."""
    column = outcome.compiled.column_of(outcome.model.build)
    built = [key for key, q in outcome.build.items() if q]
    for key in random.sample(built, min(few, len(built))):
        x = _solved(outcome, column[key], 0.0, 0.0)
        if x is not None:
            yield f"{key} not built", x


def _round(outcome: Outcome, random: Random, few: int) -> Iterator[tuple[str, Vector]]:
    """Plans with one unit more (of many sizes) of something that costs more than it is worth."""
    lp, x = outcome.compiled.lp, outcome.plan.x
    dear = np.flatnonzero(outcome.plan.reduced > 1e-6 * np.abs(lp.cost).max(initial=0.0)).tolist()
    for j in random.sample(dear, min(few, len(dear))):
        unit = x[j] + 10 ** random.uniform(-4, -1) * float(np.abs(x).max(initial=0.0))
        found = _solved(outcome, j, unit, np.inf)
        if found is not None:
            yield f"{outcome.compiled.column_names[j]} of {unit:.3g}", found


def _solved(outcome: Outcome, column: int, least: float, most: float) -> Vector | None:
    """The cheapest plan with a column between two ends, if there is one."""
    lp = outcome.compiled.lp
    lower, upper = lp.lower.copy(), lp.upper.copy()
    lower[column], upper[column] = least, most
    found = Solver(replace(lp, lower=lower, upper=upper)).try_solve()
    return found.x if found.status is Status.OPTIMAL else None
