"""What each cap costs on average, beside its levy, which is what it costs at the margin: the plan's LP without it.

Costs are convex in the right sides of a cap, so that no average lies above its highest levy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from floors.errors import SolveError
from floors.lp.highs import Solver
from floors.lp.linear import Vector
from floors.solving.largest import Held, affordable, largest
from floors.solving.outcome import Outcome
from floors.steps import stage

NONE = 1e-9  # of what counts under a cap, or of all costs: less is nothing


@dataclass(frozen=True, kw_only=True)
class Averages:
    """USD/kg by name of a cap: what the system saves without it, over what would then count beyond its limits, years
    weighted as costs are. Only of caps that keep something out."""

    of: Mapping[str, float]
    held: Held


@stage("average costs of caps")
def cap_averages(outcome: Outcome, ranges: bool | None = None) -> Averages:
    """The averages of all caps with a levy where `ranges` asks for them, else of as many as are affordable, those
    whose levies are most money (present value) first; none where `ranges` is False."""
    rows = outcome.compiled.rows(outcome.model.cap)
    of_cap: dict[str, list[tuple[int, int]]] = {}
    levied = {key[0] for key in rows if outcome.cap_worth.get(key, 0.0) > outcome.binds}
    for (name, t), row in rows.items():
        if name in levied:
            of_cap.setdefault(name, []).append((row, t))
    binding = len(of_cap)
    if ranges is not True:
        most = 0 if ranges is False else affordable(len(outcome.compiled.lp.cost))
        names = list(of_cap)
        money = np.array([_money(outcome, name) for name in names])
        of_cap = {names[k]: of_cap[names[k]] for k in largest(money, most).tolist()}
    found, failed = dict[str, float](), 0
    with stage("caps", len(of_cap)) as here:
        for name, its in of_cap.items():
            try:
                average = _average(outcome, np.array([row for row, _ in its]), [t for _, t in its])
            except SolveError:  # counted, and said: a table of LPs of its own does not fail the result
                failed, average = failed + 1, None
            if average is not None:
                found[name] = average
            here.finished()
    what = "Column average of sheet caps is of the caps with a levy"
    return Averages(
        of=found, held=Held(table="average", what=what, held=len(of_cap), of=binding, failed=failed)
    )


def _money(outcome: Outcome, name: str) -> float:
    """Levies of a cap x what counts under it, present value."""
    case = outcome.case
    used, _ = case.counted_in(outcome.ship_column, outcome.unused)
    k = next(k for k, cap in enumerate(case.caps) if cap.name == name)
    return sum(
        case.calendar.weight[t]
        * float(used[k, case.arcs.axes.year[t]])
        * outcome.cap_worth.get((name, t), 0.0)
        for t in case.caps[k].given
    )


def _average(outcome: Outcome, rows: Vector, years: list[int]) -> float | None:
    """Of the cap that these rows make; None where nothing more would come without it."""
    lp, plan, weight = outcome.compiled.lp, outcome.plan, outcome.case.calendar.weight
    solver = Solver(lp)
    columns, basic_rows = outcome.basic
    solver.start_from(columns, basic_rows, np.zeros(len(basic_rows), dtype=bool), whole=False)
    solver.keep_feasible()
    free = np.full(len(rows), np.inf)
    solver.set_rows(rows, -free, free)
    without = solver.solve("the plan without a cap")
    saved = float(lp.cost @ plan.x - lp.cost @ without.x)
    beyond = np.maximum(0.0, lp.row_lower[rows] - lp.matrix[rows] @ without.x)
    kept_out = float(np.array([weight[t] for t in years]) @ beyond)
    scale = float(np.array([weight[t] for t in years]) @ (abs(lp.matrix[rows]) @ np.abs(without.x)))
    if kept_out <= NONE * scale or saved <= NONE * outcome.size:
        return None
    return saved / kept_out
