"""Which of the plans that cost the same: the one in which suppliers change least from year to year.

The plans of least cost are those complementary to any one optimal dual. Among them one LP takes the least sum of
changes of all pairs of regions, each commodity by its own total, so that no year changes its suppliers for nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np

from floors.case.derive import Case
from floors.errors import SolveError
from floors.lp import sizes
from floors.lp.blocks import Blocks
from floors.lp.by_name import of_columns
from floors.lp.highs import Basic, Solution, Solver, Status
from floors.lp.linear import Compiled, LinearProgram, Vector
from floors.lp.near_plans import DUAL_TOLERANCE, in_changes, on_the_face, unit_of
from floors.lp.sparse import Matrix, hstack, vstack
from floors.solving.planned import Choice
from floors.solving.tonnes import NONE, ship_places
from floors.steps import stage

SAME = 1e-10  # of the cost: a plan that costs no more than that more costs the same
KEPT = 1e-9  # of the terms of a row: by how much more than the plan found first a plan may miss it
ROUNDING = 1e-14  # of what is subtracted
FACES = (
    DUAL_TOLERANCE,
    1e-12,
)  # reduced costs and duals below are none; the second where the first lets dear plans in
TAINTED = (
    4.0  # beside the tie of any other column: of plans with the same changes one with less that is tainted
)
TIE = 1e-6  # of the least weight of a tonne changed: decides between plans whose changes are the same
NOTHING = 1e-12  # of the largest total: a total below is rounding
Pair = tuple[str, str, str]  # origin, region of destination, commodity


@dataclass(frozen=True, kw_only=True)
class State:
    """A case whose model is in the LP, and the probability of its costs; `before`: t of pairs in the year before the
    first, for the commodities that have one."""

    case: Case
    model: Any
    probability: float = 1.0
    before: dict[Pair, float] = field(default_factory=dict)


def state_of(case: Case, model: Any, probability: float = 1.0) -> State:
    """The state of a case, with what sheet `qualified` says of the year before the first."""
    before = {
        (row["origin"], row["destination"], row["commodity"]): float(
            row["t"] if row["before"] is None else row["before"]
        )
        for row in case.study.rows("qualified")
    }
    return State(case=case, model=model, probability=probability, before=before)


@stage("steady plan")
def steadied(
    states: Sequence[State],
    compiled: Compiled,
    plan: Solution,
    basic: Basic,
    *,
    held: Vector | None = None,
    log: bool = False,
    time_limit: float | None = None,
    lightly: bool = False,
) -> tuple[Solution, Choice]:
    """The plan of least cost with the least sum of changes, at the duals of `plan`, the one found first; columns that
    are `held` (positions) stay as they are there. `lightly`: `Solver.lightly` is tried first.

    Minimised over all plans of least cost: sum over states, commodities c, pairs of regions o, r and years t of
    probability x delta_t / total_c x |flow of o, r in t - in the year before|, markets and tags of r summed, with
    delta_t = weight / length of the year and total_c = expected sum of length x all shipments of c in `plan`, t. The
    first year changes against `before` where c has any. Of plans with the same sum one is taken with little that is
    tainted, and by the names of the columns, so that it does not depend on which was found first. That one stays where
    the other costs more, or has no answer.
    """
    why = ""
    tries = [(tolerance, False) for tolerance in FACES]
    for tolerance, light in [(FACES[0], True), *tries] if lightly else tries:
        face = on_the_face(compiled.lp, plan, tolerance)
        if held is not None:
            stays = np.isin(np.arange(len(plan.x)), held)
            lower, upper = (np.where(stays, plan.x, end) for end in (face.lower, face.upper))
            face = replace(face, lower=lower, upper=upper)
        columns, rows = _moving(face, basic)
        if not len(columns):
            return plan, Choice(corner=plan.x, steady=True)
        lp, unit = _least_changes(states, compiled, plan.x, face, columns, rows)
        try:
            solver = Solver(lp, log=log, time_limit=time_limit)
            if light:
                solver.lightly()
            found = solver.try_solve()
        except (
            SolveError
        ) as error:  # said, as what has no answer is: the plan found first is one of least cost
            why = f"the solver does not take the LP of the steady one ({error})"
            continue
        if found.status is not Status.OPTIMAL:
            why = f"the solver gave no answer for the steady one ({found.status})"
            continue
        x = plan.x.copy()
        x[columns] = moved(x[columns], unit * found.x[: len(columns)])
        more, off = (
            costs_more(compiled.lp, plan.x, x),
            missed(compiled.lp, x) - missed(compiled.lp, plan.x),
        )
        if more <= SAME and off <= KEPT:
            return replace(plan, x=x), Choice(corner=plan.x, steady=True)
        why = (
            f"the steady one costs {more:.1e} of the cost more"
            if more > SAME
            else f"the steady one misses a row by {off:.1e}"
        )
    return plan, Choice(corner=plan.x, steady=True, why=why)


def _moving(face: LinearProgram, basic: Basic) -> tuple[Vector, Vector]:
    """Columns and rows of the parts of the face in which a plan can move at all."""
    open_ = face.lower < face.upper
    blocks = Blocks(face, open_)
    row, column = blocks.block_of_row, blocks.block_of_column
    free = np.zeros(blocks.count + 1, dtype=bool)  # the last is that of -1
    free[row[~basic[1] & (face.row_lower < face.row_upper)]] = True
    free[column[~basic[0] & open_]] = True
    free[-1] = False
    return np.flatnonzero(free[column]), np.flatnonzero(free[row])


def costs_more(lp: LinearProgram, plan: Vector, x: Vector) -> float:
    """What `x` costs more than the plan, of the terms of the plan's cost."""
    more, scale = float((lp.cost * (x - plan)).sum()), float(np.abs(lp.cost * plan).sum())
    return more / scale if scale else more


def moved(x: Vector, by: Vector) -> Vector:
    """Quantities after a change, t; of one that goes 0 is left: in a row of nothing else rounding would be all."""
    found: Vector = x + by
    return np.where(np.abs(found) <= ROUNDING * np.abs(by), 0.0, found)


def missed(lp: LinearProgram, x: Vector) -> float:
    """By how much a plan misses a row at most, of the terms of the row; of a row of which nothing is told, being
    rounding beside the largest quantity, by nothing."""
    activity, terms = lp.matrix @ x, abs(lp.matrix) @ np.abs(x)
    off = np.maximum(lp.row_lower - activity, activity - lp.row_upper)
    scale = np.maximum(terms, np.abs(np.where(np.isfinite(lp.row_lower), lp.row_lower, 0.0)))
    some = scale > NONE * sizes.largest(x)
    return float((off / np.where(some, scale, 1.0))[some].max(initial=0.0))


class Changes(NamedTuple):
    """Flows of pairs less those of the year before: `matrix` (k x n) of quantities by column, `rate` of a tonne, `now`
    in the plan, t."""

    matrix: Matrix
    rate: Vector
    now: Vector


def _least_changes(
    states: Sequence[State],
    compiled: Compiled,
    plan: Vector,
    face: LinearProgram,
    columns: Vector,
    rows: Vector,
) -> tuple[LinearProgram, float]:
    """The LP over what these columns change by, in units of so many t, and over what falls.

    |d| is d + 2 x what it is below 0. In changes, the plan obeys every row to the last digit.
    """
    unit, changes = unit_of(plan), _changes(states, compiled, plan, columns)
    rate = changes.rate / changes.rate.min() if len(changes.rate) else changes.rate
    part, falls = in_changes(face, plan, unit), len(rate)
    none, end = np.zeros(falls), np.full(falls, np.inf)
    lp = LinearProgram(
        cost=np.append(
            rate @ changes.matrix
            + TIE
            * np.isfinite(face.lower[columns])
            * (of_columns(compiled, columns) + _tainted(states, compiled, columns)),
            2 * rate,
        ),
        offset=0.0,
        matrix=vstack(
            [
                hstack([part.matrix[rows].columns(columns), Matrix.empty(len(rows), falls)]),
                hstack([changes.matrix, Matrix.identity(falls)]),
            ]
        ),
        row_lower=np.append(part.row_lower[rows], -changes.now / unit),
        row_upper=np.append(part.row_upper[rows], end),
        lower=np.append(part.lower[columns], none),
        upper=np.append(part.upper[columns], end),
    )
    return lp, unit


def _tainted(states: Sequence[State], compiled: Compiled, columns: Vector) -> Vector:
    """TAINTED for shipments of what is tainted, 0 for all else: a plan that need not taint does not."""
    found = np.zeros(len(compiled.free) + 1)
    for state in states:
        arcs, tagged = state.case.arcs, state.case.arcs.axes.tagged[0]
        if len(tagged):
            found[ship_places(state.case, state.model, compiled)[np.isin(arcs.c, tagged)]] = TAINTED
    ties: Vector = found[columns]
    return ties


def _changes(states: Sequence[State], compiled: Compiled, plan: Vector, columns: Vector) -> Changes:
    """The changes that these columns take part in."""
    place = np.full(len(plan), -1)
    place[columns] = np.arange(len(columns))
    shipped = [ship_places(state.case, state.model, compiled) for state in states]
    total: dict[str, float] = {}
    for state, at in zip(states, shipped, strict=True):
        axes, arcs = state.case.arcs.axes, state.case.arcs
        tonnes = np.where(at >= 0, plan[at], 0.0) * _by_year(state.case.calendar.length, axes.years)[arcs.t]
        for c, t in zip(
            axes.commodities,
            np.bincount(axes.plain[arcs.c], tonnes, len(axes.commodities)).tolist(),
            strict=True,
        ):
            total[c] = total.get(c, 0.0) + state.probability * t
    real = [t for t in total.values() if t > NOTHING * max(total.values())] or [1.0]
    total = {
        c: max(t, min(real)) for c, t in total.items()
    }  # of what the plan does not ship, as of what it ships least
    found = [_changes_of(state, at, plan, place, total) for state, at in zip(states, shipped, strict=True)]
    return Changes(
        vstack([one.matrix for one in found]),
        np.concatenate([one.rate for one in found]),
        np.concatenate([one.now for one in found]),
    )


def _changes_of(state: State, at: Vector, plan: Vector, place: Vector, total: dict[str, float]) -> Changes:
    """The changes of one state: `at` is the column of each of its shipments, `place` where that stands among those
    that can move, -1 for none."""
    case, arcs, axes = state.case, state.case.arcs, state.case.arcs.axes
    there = np.flatnonzero(at >= 0)
    o, r, c, t = arcs.o[there], arcs.r[there], axes.plain[arcs.c[there]], arcs.t[there]
    column, tonnes = place[at[there]], plan[at[there]]
    pair = (o * len(axes.regions) + r) * len(axes.commodities) + c
    pairs = np.sort(pair[column >= 0])
    pairs = pairs[np.append(True, pairs[1:] > pairs[:-1])] if len(pairs) else pairs
    spot = np.searchsorted(pairs, pair)
    mine = np.flatnonzero(np.append(pairs, -1)[spot] == pair)
    row, t, column, tonnes = spot[mine], t[mine], column[mine], tonnes[mine]
    years, known = len(axes.years), {pair_c for _, _, pair_c in state.before}
    shape = len(pairs), years
    # Flows by pair and year, the year before the first at the end, where index -1 finds it.
    flow, moves = np.zeros((len(pairs), years + 1)), np.zeros((len(pairs), years + 1), dtype=bool)
    flow[:, :years] = np.bincount(row * years + t, tonnes, len(pairs) * years).reshape(shape)
    moves[row[column >= 0], t[column >= 0]] = True
    where = {key: i for i, key in enumerate(pairs.tolist())}
    place_of, number = axes.place, axes.commodity
    for (origin, destination, goods), t_before in state.before.items():
        key = (place_of[origin] * len(axes.regions) + place_of[destination]) * len(axes.commodities) + number[
            goods
        ]
        if key in where:
            flow[where[key], -1] = t_before
    counts = np.array([name in known for name in axes.commodities], dtype=bool)
    change = moves[:, :years] | np.roll(moves, 1, axis=1)[:, :years]
    good = pairs % len(axes.commodities)
    change[~counts[good], 0] = False
    number_of = np.where(change, (np.cumsum(change) - 1).reshape(shape), -1)
    p, year = np.nonzero(change)
    moving = np.flatnonzero(column >= 0)
    now = number_of[row[moving], t[moving]]
    later = np.append(number_of, np.full((len(pairs), 1), -1), axis=1)[row[moving], t[moving] + 1]
    entries = [(now, 1.0), (later, -1.0)]
    matrix = Matrix.from_entries(
        np.concatenate([at_row[at_row >= 0] for at_row, _ in entries]),
        np.concatenate([column[moving][at_row >= 0] for at_row, _ in entries]),
        np.concatenate([np.full((at_row >= 0).sum(), sign) for at_row, sign in entries]),
        (len(p), int(place.max(initial=-1)) + 1),
    )
    calendar = case.calendar
    delta = _by_year(calendar.weight, axes.years) / _by_year(calendar.length, axes.years)
    size = np.array([total[name] for name in axes.commodities])
    return Changes(
        matrix=matrix,
        rate=state.probability * delta[year] / size[good[p]],
        now=flow[p, year] - flow[p, year - 1],
    )


def _by_year(numbers: dict[int, float], years: tuple[int, ...]) -> Vector:
    return np.array([numbers[t] for t in years])
