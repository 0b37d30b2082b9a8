"""Sheet unserved: what buyers with a value want, and what of it does not arrive for them."""

from __future__ import annotations

from collections.abc import Iterator
from math import fsum, inf
from typing import Any

from floors.verification.calendar import Place
from floors.verification.check import About, Row
from floors.verification.plan import Plan

NOISE = 1e-9  # of what is wanted


def unserved(plan: Plan, baseline: Plan) -> Iterator[Row]:
    """One row per place, commodity and year with a step that is no curve and need not be served."""
    before = {place: short for place, (_, short, _, _) in _missing(baseline).items()}
    for place, (wanted, short, value, whole) in _missing(plan).items():
        size, worth = fsum(wanted), fsum(map(abs, whole))
        row: dict[str, Any] = {
            "wanted": About(size, size),
            "unserved": About(fsum(short), size, NOISE * size),
            "value": About(fsum(value), worth, NOISE * worth),
            "baseline_unserved": About(fsum(before[place]), size, NOISE * size),
        }
        yield place, row


def _missing(plan: Plan) -> dict[Place, tuple[list[float], list[float], list[float], list[float]]]:
    """t wanted, t missing, and the value of these and of those, million a year, step by step."""
    found: dict[Place, tuple[list[float], list[float], list[float], list[float]]] = {}
    for place, steps in plan.served.items():
        for _, step, got in steps:
            if step.high is not None or step.value == inf:
                continue
            wanted, short, value, whole = found.setdefault(place, ([], [], [], []))
            wanted.append(step.width)
            short.append(step.width - got)
            value.append(step.value * (step.width - got) / 1000)
            whole.append(step.value * step.width / 1000)
    return found
