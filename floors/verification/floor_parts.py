"""Sheet floor_parts: the parts of a floor add up to it.

A coefficient repeats its amount as a multiple of a number of the input; fingerprints hold it, and the labels.
"""

from __future__ import annotations

from floors.verification.check import Checker, Key
from floors.verification.plan import Plan
from floors.verification.written import Line

ADD_UP = 1e-6  # of the highest floor, as the certificate has it


def check_parts(plan: Plan, lines: list[Line], checker: Checker) -> float:
    """Returns by how much the parts of a floor miss it at most, relative."""
    total: dict[Key, float] = dict.fromkeys(plan.floor, 0.0)
    first: dict[Key, Line] = {}
    for line in lines:
        key = line.key[:3]
        first.setdefault(key, line)
        total[key] = total.get(key, 0.0) + (line["amount"] or 0.0)
    worst, rule = 0.0, "the parts of a floor add up to it"
    highest = max(map(abs, plan.floor.values()), default=0.0) or 1.0
    for (d, c, t), amount in total.items():
        floor = plan.floor.get((d, c, t), 0.0)
        off = abs(amount - floor) / highest
        worst = max(worst, off)
        checker.compared += 1
        if off > ADD_UP and (d, c, t) in first:
            checker.at(first[d, c, t], "amount", amount, floor, rule)
        elif off > ADD_UP:
            checker.say("floor_parts", "", "amount", None, floor, rule, (d, c, t))
    return worst
