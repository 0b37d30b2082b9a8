"""What each cap costs on average, beside its levy, which is what it costs at the margin: the plan's LP without it.

Costs are convex in the right sides of a cap, so that no average lies above its highest levy. After a surprise the
past is fixed and nothing can be saved in it: an average is over the years from the surprise on, and earlier years keep
the parent's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from floors.errors import SolveError
from floors.lp.blocks import Blocks
from floors.lp.linear import Vector
from floors.solving.largest import Held, largest
from floors.solving.outcome import Outcome
from floors.steps import stage

WORK = 2_000_000  # caps x columns of the sourcing LP, unless --ranges asks for all: each is a plan of its own
Key = tuple[str, int]  # name of a cap, year
NONE = 1e-9  # of what counts under a cap, or of all costs: less is nothing


@dataclass(frozen=True, kw_only=True)
class Averages:
    """USD/kg by name of a cap and year: what the system saves without it, over what would then count beyond its limits,
    years weighted as costs are; the same in all years that were decided at once. Only of caps that keep something
    out. `held`: how many of the caps of what was decided last."""

    of: Mapping[Key, float]
    held: Held


@stage("average costs of caps")
def cap_averages(outcome: Outcome, ranges: bool | None = None) -> Averages:
    """The averages of all caps with a levy where `ranges` asks for them, else of as many as are little work, those
    whose levies are most money (present value) first; none where `ranges` is False."""
    rows = {k: row for k, row in outcome.compiled.rows(outcome.model.cap).items() if k[1] >= outcome.first}
    of_cap: dict[str, list[tuple[int, int]]] = {}
    levied = {key[0] for key in rows if outcome.cap_worth.get(key, 0.0) > outcome.binds}
    for (name, t), row in rows.items():
        if name in levied:
            of_cap.setdefault(name, []).append((row, t))
    binding = len(of_cap)
    if ranges is not True:
        most = 0 if ranges is False else WORK // max(1, len(outcome.compiled.lp.cost))
        names, levies = list(of_cap), _levies(outcome)
        money = np.array([levies[name] for name in names])
        of_cap = {names[k]: of_cap[names[k]] for k in largest(money, most).tolist()}
    blocks = Blocks(outcome.compiled.lp)
    found, failed = dict[Key, float](), 0
    with stage("caps", len(of_cap)) as here:
        for name, its in of_cap.items():
            try:
                average = _average(outcome, blocks, np.array([row for row, _ in its]), [t for _, t in its])
            except SolveError:  # counted, and said: a table of LPs of its own does not fail the result
                failed, average = failed + 1, None
            if average is not None:
                found |= {(name, t): average for _, t in its}
            here.finished()
    past = {**cap_averages(outcome.past.outcome, ranges).of} if outcome.past else None
    what = "Column average of sheet caps is of the caps with a levy"
    return Averages(
        of=outcome.with_past(found, past),
        held=Held(table="average", what=what, held=len(of_cap), of=binding, failed=failed),
    )


def _levies(outcome: Outcome) -> dict[str, float]:
    """Levies of each cap x what counts under it, present value."""
    case = outcome.case
    used, _ = case.counted_in(outcome.ship_column, outcome.unused)
    weight, year = case.calendar.weight, case.arcs.axes.year
    return {
        cap.name: sum(
            weight[t] * float(used[k, year[t]]) * outcome.cap_worth.get((cap.name, t), 0.0) for t in cap.given
        )
        for k, cap in enumerate(case.caps)
    }


def _average(outcome: Outcome, blocks: Blocks, rows: Vector, years: list[int]) -> float | None:
    """Of the cap that these rows make; None where nothing more would come without it."""
    weight = np.array([outcome.case.calendar.weight[t] for t in years])
    saved = beyond = scale = 0.0
    for k in sorted({*blocks.block_of_row[rows].tolist()}):
        here = blocks.block_of_row[rows] == k
        block, (solver, start) = blocks.block(k), blocks.solver(k, outcome.basic)
        at = np.searchsorted(block.rows, rows[here])
        free = np.full(len(at), np.inf)
        solver.set_rows(at, -free, free)
        try:
            x = solver.solve("the plan without a cap").x
        finally:
            solver.set_rows(at, block.lp.row_lower[at], block.lp.row_upper[at])
            solver.set_basis(start)
        counted = block.lp.matrix[at]
        saved += float(block.lp.cost @ (outcome.plan.x[block.columns] - x))
        beyond += float(weight[here] @ np.maximum(0.0, block.lp.row_lower[at] - counted @ x))
        scale += float(weight[here] @ (abs(counted) @ np.abs(x)))
    if beyond <= NONE * scale or saved <= NONE * outcome.size:
        return None
    return saved / beyond
