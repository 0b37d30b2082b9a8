"""Elastic demand: its steps are cut again around the prices found, until a price is known to 1 %."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from floors.case.demand import Key
from floors.case.derive import Case
from floors.errors import NotConverged
from floors.lp.linear import Compiled, Vector
from floors.sourcing.rows import delivered_rows

Cuts = dict[Key, tuple[float, ...]]
Found = TypeVar("Found")

MOST_CUTS = 12
STEP_RATIO = 1.01  # the step that holds a price is cut until narrower


def cut_until_narrow(step: Callable[[Cuts], tuple[Found, Cuts]], cuts: Cuts) -> Found:
    """What `step` finds at cuts of all curves, once it asks for no finer ones. Raises NotConverged."""
    cuts = dict(cuts)
    for _ in range(MOST_CUTS):
        found, finer = step(cuts)
        if not finer:
            return found
        cuts = cuts | {key: cuts.get(key, ()) + prices for key, prices in finer.items()}
    raise NotConverged("the steps of elastic demand did not settle; set a higher demand_steps in settings.")


def finer_cuts(case: Case, m: Any, compiled: Compiled, dual: Vector) -> dict[Key, tuple[float, ...]]:
    """Where the price in the plan lies in a step of elastic demand wider than 1 %: prices to cut it at.

    `dual` are those of the plan, one per row, at present value.
    """
    use, weight = delivered_rows(m, compiled), case.calendar.weight
    found: dict[Key, tuple[float, ...]] = {}
    for key, steps in case.demand.steps.items():
        d, _, c, t = key
        if len(steps) == 1 or (d, c, t) not in use:
            continue
        price = float(dual[use[d, c, t]]) / weight[t]
        for step in steps:
            if step.low is None or step.high is None or not step.low <= price <= step.high:
                continue
            ratio = step.high / step.low
            if ratio > STEP_RATIO:
                count = int(np.ceil(np.log(ratio) / np.log(STEP_RATIO) * 1.01))
                found[key] = tuple(step.low * ratio ** (i / count) for i in range(1, count))
    return found
