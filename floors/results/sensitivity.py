"""Sheet sensitivity: what one more and one less tonne under each cap would change, and how far that holds.

Costs are those of the whole system as a function of the right side of one row, all other rows as they are: its
slopes to both sides, and where each of them ends. Nothing is re-solved where the plan's own duals are a slope:
they stay one as long as a plan complementary to them exists, which one LP finds out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy.sparse as sp

from floors.case.caps import Cap
from floors.highs import Solution, Solver, Status, basic_in
from floors.linear import LinearProgram, Vector
from floors.near_plans import on_the_face
from floors.outcome import Outcome
from floors.results.border import BINDS

Row = tuple[Any, ...]
REACH = 1e-6  # of 1 + the volume: a slope that holds for less holds for nothing
FIRST_STEP = 1e-2
SMALLEST_STEP = 1e-6
EXACT = 1e-12  # of the cost: a slope is one from the present volume on if it misses it by no more
TOLD = 3


@dataclass(frozen=True)
class Side:
    """One side of a cap: `slope`, thousand at present value that one tonne changes the cost, and for how many
    tonnes from the present volume (infinite: for all). `slope` None: the cap cannot move this way at all."""

    slope: float | None
    reach: float


def sensitivity_table(outcome: Outcome, caps: list[Row]) -> list[Row]:
    """One row per cap and year in which a tonne more or less would change the cost."""
    rows = outcome.compiled.rows(outcome.model.cap)
    asked = [
        (cap, t, rows[cap.name, t], told)
        for (cap, t), told in zip(_years(outcome), caps, strict=True)
        if (cap.name, t) in rows and _binds(outcome, rows[cap.name, t], told)
    ]
    face = _Face(outcome, [row for _, _, row, _ in asked])
    found = (_row(outcome, face, *binding) for binding in asked)
    return [row for row in found if row is not None]


def _row(outcome: Outcome, face: _Face, cap: Cap, t: int, row: int, told: Row) -> Row | None:
    keys, limit, levy, per_point = told[:6], told[6], told[9], told[10]
    weight = outcome.case.calendar.weight[t]
    more, less = _side(outcome, face, row, 1.0), _side(outcome, face, row, -1.0)
    saves = 1000 * (more.slope or 0.0) / weight
    costs = None if less.slope is None else 1000 * less.slope / weight
    if max(1000 * levy, saves, costs or 0.0) <= 1000 * BINDS and costs is not None:
        return None
    return (
        *keys,
        limit,
        levy,
        1000 * levy,
        per_point,
        saves,
        costs,
        limit if costs is None else _finite(limit - less.reach),
        _finite(limit + more.reach),
        "; ".join(_notes(outcome, cap, t, 1000 * levy, saves, costs)),
    )


def _years(outcome: Outcome) -> Iterator[tuple[Cap, int]]:
    """Caps and years in the order of sheet caps."""
    for cap in outcome.case.caps:
        for t in sorted(cap.given):
            yield cap, t


def _binds(outcome: Outcome, row: int, told: Row) -> bool:
    lp = outcome.compiled.lp
    if told[9] <= BINDS and _at_nothing(lp, row):
        return False  # a ban that costs nothing
    slack = float((lp.matrix[[row]] @ outcome.plan.x)[0] - lp.row_lower[row])
    return told[9] > BINDS or abs(slack) <= REACH * (1 + abs(float(lp.row_lower[row])))


def _finite(tonnes: float) -> float | None:
    return tonnes if np.isfinite(tonnes) else None


class _Face:
    """The plans complementary to the plan's duals while one cap's volume moves: a column for each such cap."""

    def __init__(self, outcome: Outcome, rows: list[int]) -> None:
        lp = on_the_face(outcome.compiled.lp, outcome.plan)
        # Columns that stay shut, and rows that hold nothing else, are more than half of a large LP.
        open_ = np.append((lp.upper > 0) | (lp.lower < 0), np.ones(len(rows), dtype=bool))
        lp = _with_room(lp, rows)
        matrix = sp.csr_array(sp.csc_array(lp.matrix)[:, open_])
        held = np.diff(matrix.indptr) > 0
        self.column = {row: int(open_.sum()) - len(rows) + k for k, row in enumerate(rows)}
        self._solver = Solver(
            LinearProgram(
                lp.cost[open_],
                0.0,
                sp.csr_array(matrix[held]),
                lp.row_lower[held],
                lp.row_upper[held],
                lp.lower[open_],
                lp.upper[open_],
            )
        )
        self._solver.keep_feasible()
        columns, basic_rows = basic_in(outcome.basis)
        basic = np.append(columns, np.zeros(len(rows), dtype=bool))[open_]
        self._solver.start_from(basic, basic_rows[held], np.zeros(int(held.sum()), dtype=bool), whole=False)
        self._start = self._solver.basis()

    def reach(self, row: int, sign: float) -> float:
        """Tonnes by which the volume can rise (sign 1) or fall (-1) at the same slope."""
        found = _moved(self._solver, self.column[row], sign)
        self._solver.set_bounds(np.array([self.column[row]]), np.zeros(1), np.zeros(1))
        self._solver.set_basis(self._start)
        return found


def _moved(solver: Solver, column: int, sign: float) -> float:
    """How far a column can rise (sign 1) or fall (-1) from 0."""
    solver.set_bounds(np.array([column]), *_span(sign))
    cost = np.zeros(solver.columns)
    cost[column] = -sign
    solver.set_cost(cost)
    found = solver.try_solve()
    if found.status is Status.UNBOUNDED:
        return float("inf")
    return abs(float(found.x[column])) if found.status is Status.OPTIMAL else 0.0


def _span(sign: float) -> tuple[Vector, Vector]:
    ends = np.array([0.0]), np.array([np.inf])
    return ends if sign > 0 else (-ends[1], ends[0])


def _with_room(lp: LinearProgram, rows: list[int]) -> LinearProgram:
    """The LP with a column, shut, that adds to the volume of each of these caps (rows `-shipments >= -volume`)."""
    count = len(rows)
    extra = sp.csr_array((np.ones(count), (rows, np.arange(count))), shape=(lp.matrix.shape[0], count))
    shut = np.zeros(count)
    return replace(
        lp,
        cost=np.zeros(len(lp.cost) + count),
        matrix=sp.csr_array(sp.hstack([lp.matrix, extra])),
        lower=np.append(lp.lower, shut),
        upper=np.append(lp.upper, shut),
    )


def _side(outcome: Outcome, face: _Face, row: int, sign: float) -> Side:
    """The slope to one side, from the plan's own duals where they hold there, else from plans a step away."""
    lp = outcome.compiled.lp
    scale = 1 + abs(float(lp.row_lower[row]))
    reach = face.reach(row, sign)
    if reach > REACH * scale:
        return Side(max(0.0, float(outcome.plan.dual[row])), reach)
    if sign < 0 and _at_nothing(lp, row):
        return Side(None, 0.0)
    step, last = FIRST_STEP * scale, Side(None, 0.0)
    solver = Solver(lp)
    solver.set_basis(outcome.basis)
    while step >= SMALLEST_STEP * scale:
        side = np.array([lp.row_lower[row] - sign * step])
        solver.set_rows(np.array([row]), side, np.array([np.inf]))
        found = solver.try_solve()
        if found.status is Status.OPTIMAL:
            slope = max(0.0, float(found.dual[row]))
            off = found.objective + sign * slope * step - outcome.plan.objective
            if abs(off) <= EXACT * (1 + abs(outcome.plan.objective)):
                return Side(slope, step + _further(lp, found, row, sign, float(side[0])))
            last = Side(slope, 0.0)
        step /= 10
    return last


def _at_nothing(lp: LinearProgram, row: int) -> bool:
    """Whether a cap lets nothing in, and nothing makes up for what counts: less than nothing is no cap."""
    return bool(lp.row_lower[row] >= 0 and (lp.matrix[[row]].data <= 0).all())


def _further(lp: LinearProgram, there: Solution, row: int, sign: float, side: float) -> float:
    """Tonnes beyond a step at which its slope still holds."""
    lower = lp.row_lower.copy()
    lower[row] = side
    face = _with_room(on_the_face(replace(lp, row_lower=lower), there), [row])
    return _moved(Solver(face), len(face.cost) - 1, sign)


def _notes(
    outcome: Outcome, cap: Cap, t: int, levy: float, saves: float, costs: float | None
) -> Iterator[str]:
    if costs is None:
        yield "less is not possible"
    elif abs(costs - saves) > 1000 * BINDS:
        yield "not one price: a tonne less costs more than a tonne more saves, and the levy lies between"
    elif abs(levy - saves) > 1000 * BINDS:
        yield "rules on floors move the levy away from what a tonne saves"
    if cap.basis == "use":
        yield "a tonne above the share of arrivals, which may change; a point is one of the plan's arrivals"
    if outcome.case.border.start:
        yield "at the levies of the minimum rule as they are"
    if cap.limit[t] == 0 and cap.basis != "use":
        yield "a ban"


def sensitivity_in_words(outcome: Outcome, rows: list[Row]) -> Iterator[str]:
    """The caps of which a point is worth most, in the order of years."""
    currency, weight = outcome.case.study.settings.currency, outcome.case.calendar.weight
    largest = sorted(rows, key=lambda row: -row[9] * weight[row[5]])[:TOLD]
    for scope, commodity, segment, origin, basis, year, limit, *_, saves, costs, low, high, _ in sorted(
        largest, key=lambda row: row[5]
    ):
        words = ", ".join(word for word in (scope, segment, basis) if word)
        what = f"of {commodity} from {origin or 'capped origins'} in {year} (cap: {words})"
        said = f"One more tonne {what} saves {saves:,.0f} {currency}{_within(high, limit, 'more')}"
        if costs is None:
            yield f"{said}; less is not possible."
        elif abs(costs - saves) <= 1000 * BINDS:
            yield f"{said}; one less costs as much{_within(low, limit, 'less')}."
        else:
            yield f"{said}; one less costs {costs:,.0f}{_within(low, limit, 'less')}, so the levy is not the only one."


def _within(end: float | None, limit: float, word: str) -> str:
    """How far a slope holds, from the limit."""
    return ", however many" if end is None else f", true for {abs(end - limit):,.4g} t {word}"
