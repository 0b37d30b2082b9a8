"""What is paid without limit: the directions in which the cost falls for ever."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from floors.diagnosis.cells import Cells
from floors.diagnosis.diagnosis import Cell, Finding
from floors.diagnosis.phrases import listed, number, said, years
from floors.diagnosis.rows import support
from floors.lp.highs import Solver, Status
from floors.lp.linear import Vector
from floors.solving.scene import Scene


def paid_without_limit(scene: Scene) -> tuple[Finding, ...]:
    """A finding for each process, or column of the user's own model, that earns more the more it does."""
    cells, paid = Cells(scene.case), _paid_columns(scene)
    key_of = {column: key for key, column in scene.compiled.column_of(scene.model.produce).items()}
    processes: dict[str, list[int]] = {}
    others, names = [], scene.compiled.column_names
    for column in paid:
        if column in key_of:
            process, year = key_of[column]
            processes.setdefault(process, []).append(year)
        else:
            others.append(names[column])
    found = [_process(scene, cells, p, sorted(years)) for p, years in processes.items()]
    told = "is paid for in the model, without limit"
    return (*found, *(Finding("model", name, f"{name} {told}.") for name in others))


def _process(scene: Scene, cells: Cells, p: str, paid: list[int]) -> Finding:
    cost = scene.case.production.unit_cost
    where: dict[Cell, float] = {cells.unit_cost(p, t): cost[p, t] for t in paid}
    sums = listed(list(dict.fromkeys(number(-amount) for amount in where.values())))
    currency = scene.case.study.settings.currency
    when = years(paid, scene.case.calendar.years)
    sentence = (
        f"{p} is paid {sums} {currency}/kg for all that it makes in {when}, and nothing limits it"
        f"{said(where)}: a negative unit cost needs a capacity, or is a slip of the sign."
    )
    return Finding("unit_cost", f"produce[{p}]", sentence, tuple(where))


def _paid_columns(scene: Scene) -> list[int]:
    """Columns with a negative cost in some direction that never ends, the cheapest directions first."""
    lp = scene.compiled.lp
    free = ~np.isfinite(lp.lower)
    sides = np.zeros(len(lp.row_lower))
    most = np.where(np.isfinite(lp.upper), 0.0, 1.0)
    ray = Solver(
        replace(
            lp,
            offset=0.0,
            row_lower=sides,
            row_upper=np.where(scene.compiled.equality, 0.0, np.inf),
            lower=np.where(free, -1.0, 0.0),
            upper=most,
        )
    )
    found: list[int] = []
    least = -1e-9 * float(np.abs(lp.cost).max())
    while (direction := ray.try_solve()).status is Status.OPTIMAL and direction.objective < least:
        gains: Vector = np.minimum(lp.cost * direction.x, 0.0)
        new = support(gains)
        found += new.tolist()
        ray.set_bounds(new, np.zeros(len(new)), np.zeros(len(new)))
    return found
