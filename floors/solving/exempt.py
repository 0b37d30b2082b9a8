"""Exempt tonnes: how many there are in a plan, and the market that prices hold up, in which no cap sees them.

A cap binds all that is shipped, but its levy falls on what is liable alone: so the prices are those of the LP in which
the cap's row holds what is liable, against the room that exempt tonnes leave.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from floors.case.derive import Case
from floors.lp import sizes
from floors.lp.highs import Basic, Solution, Solver, Status
from floors.lp.linear import Compiled, Vector
from floors.lp.near_plans import in_changes, on_the_face, unit_of
from floors.lp.sparse import Matrix
from floors.pricing.choosing import zero
from floors.pricing.dual import FloorRows, PricingLP
from floors.solving.steady import KEPT, SAME, costs_more, missed, moved
from floors.solving.tonnes import ship_places, tonnes_at
from floors.steps import LOG


def unavoidable(market: Compiled, x: Vector, rows: FloorRows, basic: Basic) -> float:
    """The least uplift of a plan without rules on floors, thousand at present value: above 0 where tonnes that pay no
    levy would gain by coming."""
    least = float(market.lp.cost @ x) + PricingLP(market, x, rows, start=basic).solve().objective
    return zero(least, sizes.of_cost(market.lp, x))


def most_exempt(
    models: Iterable[Any], compiled: Compiled, plan: Solution, **how: Any
) -> tuple[Solution, Vector]:
    """Of the plans of least cost one in which exempt tonnes save most of the levies of caps, and the columns that hold
    them: whoever may come without a levy comes first. The plan itself where that costs more, or has no answer."""
    models = [m for m in models if len(compiled.places(m.exempt))]
    capped, saved = np.zeros(len(plan.dual)), np.zeros(len(plan.x))
    if not models:
        return plan, np.zeros(0, dtype=int)
    for m in models:
        caps = list(compiled.rows(m.cap).values())
        capped[caps] = plan.dual[caps]
    levy = -(capped @ compiled.lp.matrix)
    for m in models:
        ship = compiled.column_of(m.ship)
        for key, column in compiled.column_of(m.exempt).items():
            saved[column] = max(0.0, float(levy[ship[key]])) if key in ship else 0.0
    columns = np.flatnonzero(saved)
    if not len(columns):
        return plan, columns
    unit = unit_of(plan.x)
    lp = replace(in_changes(on_the_face(compiled.lp, plan), plan.x, unit), cost=-saved / saved.max())
    found = Solver(lp, **how).try_solve()
    if found.status is not Status.OPTIMAL:
        LOG.warning("exempt tonnes are those of the plan found first: the solver ended with %s", found.status)
        return plan, columns
    x = moved(plan.x, unit * found.x)
    costs, off = costs_more(compiled.lp, plan.x, x), missed(compiled.lp, x) - missed(compiled.lp, plan.x)
    return (replace(plan, x=x) if costs <= SAME and off <= KEPT else plan), columns


def exempted(case: Case, m: Any, compiled: Compiled, plan: Solution, first: float = -np.inf) -> Solution:
    """The plan with as much exempt as there may be, where it saves the highest levies first. It costs no more: where
    no levy of the minimum rule falls the split is free. Years before `first` are not in question."""
    at = case.exempt.arc
    if not len(at):  # nothing pays a levy, as in the baseline
        return plan
    years = np.array(case.arcs.axes.years)[case.arcs.t[at]]
    exempt, liable = compiled.places(m.exempt), compiled.places(m.liable)
    open_ = (years >= first) & (exempt >= 0) & (liable >= 0)
    if not open_.any():
        return plan
    places = ship_places(case, m, compiled)[at]
    capped = np.zeros(len(plan.dual))
    caps = list(compiled.rows(m.cap).values())
    capped[caps] = plan.dual[caps]
    shipped, levy = tonnes_at(places, plan.x), -(capped @ compiled.lp.matrix)[places]
    free = np.where(open_, case.exempt.used(shipped, levy), 0.0)
    x = plan.x.copy()
    x[exempt[open_]] = free[open_]
    x[liable[open_]] = (shipped - free)[open_]
    return replace(plan, x=x)


def outside_caps(models: Iterable[Any], compiled: Compiled, x: Vector) -> Compiled:
    """The LP that prices hold up: in the row of a cap stands what is liable in place of all that is shipped, and its
    room is less what is exempt in the plan `x`. The same LP where no exempt tonne counts in any cap of the models."""
    models = [m for m in models if len(compiled.places(m.exempt))]
    if not models:
        return compiled
    matrix = compiled.lp.matrix
    exempt, liable = (np.full(matrix.shape[1], -1) for _ in range(2))
    capped = np.zeros(matrix.shape[0], dtype=bool)
    for m in models:
        keys, places = compiled.columns(m.exempt)
        ship = compiled.column_of(m.ship)
        at = np.array([ship.get(key, -1) for key in keys], dtype=int)
        exempt[at[at >= 0]], liable[at[at >= 0]] = (
            column[at >= 0] for column in (places, compiled.places(m.liable))
        )
        capped[list(compiled.rows(m.cap).values())] = True
    row, column = matrix.row, matrix.indices
    counts = np.where(compiled.flipped[row], -matrix.data, matrix.data) > 0
    moved = capped[row] & (exempt[column] >= 0) & (liable[column] >= 0) & counts
    if not moved.any():
        return compiled
    lower = compiled.lp.row_lower.copy()
    np.add.at(lower, row[moved], -matrix.data[moved] * x[exempt[column[moved]]])
    held = Matrix.from_entries(row, np.where(moved, liable[column], column), matrix.data, matrix.shape)
    return replace(compiled, lp=replace(compiled.lp, matrix=held, row_lower=lower))
