"""What a floor would be if one number of sheet caps were a point lower, solved: never read from a slope.

Each number of the sheet by itself: all of the LP's caps that it makes move with it. Where a plan leaves more room
than a point and no rule stands on floors, that plan and its prices stay the answer, and nothing is solved.

Without rules on floors any plan of least cost will do: where two of them consume different amounts of a step of
demand, one between them serves it in part, so that every price that holds them up is the value of that step there; what
consumption costs is then the same at all of these prices, and so is which of them is chosen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from math import ceil
from typing import NamedTuple

import numpy as np

from floors.case.border import Floor
from floors.case.derive import derive
from floors.errors import Infeasible, OverBudget, SolveError
from floors.lp.highs import Solver
from floors.solving.floor_parts import floor_parts, set_by
from floors.solving.largest import Held, largest
from floors.solving.moved import CapsMoved
from floors.solving.outcome import Outcome
from floors.solving.run import Builder, How, check_possible, price_once, settle_once, solve_case
from floors.solving.slopes import REACH
from floors.sourcing.build import build
from floors.steps import stage
from floors.study.study import Study

POINT = 0.01  # of demand or of use; of the limit where it is in tonnes
PARTS = 100  # of a point: as fine as the step is found
MOST = 10  # numbers of caps that are solved unasked: each is about a fortieth of a small result
WORK = 100_000  # numbers solved unasked x columns of the sourcing LP: of a large one few or none, for each is a solve
TANGENTS = 6  # solves of a number after which the way is halved and nothing else
SAME = 1e-9  # of a floor: two that differ by less do not differ
DIGITS = 12  # of a limit as it would be typed


class Cell(NamedTuple):
    """A number of sheet caps: the place of its row, and the year."""

    row: int
    year: int


@dataclass(frozen=True, kw_only=True)
class Near:
    """A number of sheet caps one point lower. `floor` is the floor of its commodity and year that moves most, now
    `before`, `then` with the lower number; None where no floors obey it, and `status` is the word for why. `step` are
    the points (per cent of a limit in tonnes) that do for half of that move, where they were looked for: the floor is
    `step_floor` then, and `set_by` names what sets it once the whole point is taken."""

    cell: Cell
    limit: float
    tightened: float
    floor: Floor | None
    before: float | None
    then: float | None
    status: str = "optimal"
    step: float | None = None
    step_floor: float | None = None
    set_by: str | None = None

    @property
    def move(self) -> float:
        """By how much the floor moves, of the larger of the two; 0 where there is none, or no plan."""
        if self.before is None or self.then is None:
            return 0.0
        size = max(abs(self.before), abs(self.then))
        off = abs(self.then - self.before)
        return off / size if off > SAME * size else 0.0


@dataclass(frozen=True, kw_only=True)
class Nearest:
    """Numbers of sheet caps in its order, those that were solved, and of how many they are."""

    of: tuple[Near, ...] = ()
    held: Held = field(default_factory=lambda: _held(0, 0))


def _held(held: int, of: int, failed: int = 0) -> Held:
    return Held(
        table="nearest", what="Sheet nearest is of the numbers of caps", held=held, of=of, failed=failed
    )


NOT_LOOKED_FOR = Nearest()


@stage("nearest changes")
def nearest_changes(outcome: Outcome, make: Builder | None, how: How) -> Nearest:
    """Every number of sheet caps one point lower: all where `how.ranges` asks for it, else `_unasked` of them, of most
    money (present value), and none where each takes a whole solve. None for a surprise, whose caps were known
    before it.

    `make`: the model of somebody's own, if it is.
    """
    if outcome.past is not None:
        return NOT_LOOKED_FOR
    tighter = _Tighter(outcome, make, how)
    cells = list(tighter.cells())
    idle = {cell for cell in cells if tighter.idle(cell)}
    waiting = [cell for cell in cells if cell not in idle]
    if how.ranges is not True:
        money = np.array([tighter.money(cell) for cell in waiting])
        some = largest(money, _unasked(outcome) if tighter.quick else 0)
        waiting = [waiting[k] for k in some.tolist()]
    found, failed = dict[Cell, Near](), 0
    with stage("caps", len(cells)) as here:
        for cell in cells:
            if cell in idle:
                found[cell] = tighter.unmoved(cell)
            elif cell in waiting:
                try:
                    found[cell] = tighter.near(cell)
                except SolveError:  # counted, and said: a table of solves of its own does not fail the result
                    failed += 1
            here.finished()
    most = max(found.values(), key=lambda near: near.move, default=None)
    if most is not None and most.move:
        found[most.cell] = tighter.stepped(most)
    held = _held(len(idle) + len(waiting), len(cells), failed)
    return Nearest(of=tuple(found[cell] for cell in cells if cell in found), held=held)


def _unasked(outcome: Outcome) -> int:
    """How many numbers are solved where nobody asks for all."""
    return min(MOST, WORK // len(outcome.whole.lp.cost))


class _Tighter:
    """A solved case with one number of sheet caps lower."""

    def __init__(self, outcome: Outcome, make: Builder | None, how: How) -> None:
        self.outcome, self.make, self.how = outcome, make, how
        case = outcome.case
        curved = any(len(steps) > 1 for steps in case.demand.steps.values())
        self.quick = make is None and not curved and not case.border.start
        self.moved = CapsMoved(case, outcome.model, outcome.whole)
        self.rows = case.study.rows("caps")
        self.used, self.arriving = case.counted_in(outcome.ship_column, outcome.unused)
        self.whole: dict[Cell, Outcome] = {}  # of the largest move so far, which is `largest`
        self.largest = 0.0

    def cells(self) -> Iterator[Cell]:
        """The numbers that a cap of the case has, but for bans, which no number tightens."""
        capped = {(cap.row, t) for cap in self.outcome.case.caps for t in cap.given}
        for i, row in enumerate(self.rows):
            for t, limit in sorted(row["years"].items()):
                if (i, t) in capped and limit > 0:
                    yield Cell(i, t)

    def limit(self, cell: Cell, points: float = 0.0) -> float:
        """The number, so many points lower, and never below 0."""
        row = self.rows[cell.row]
        limit = float(row["years"][cell.year])
        size = POINT * (limit if row["basis"] == "tonnes" else 1.0)
        return max(0.0, round(limit - points * size, DIGITS)) if points else limit

    def money(self, cell: Cell) -> float:
        """What counts under the caps of a number x their levy, present value."""
        case, t = self.outcome.case, cell.year
        weight, y = case.calendar.weight[t], case.arcs.axes.year[t]
        return sum(
            weight * float(self.used[k, y]) * self.outcome.cap_worth.get((cap.name, t), 0.0)
            for k, cap in enumerate(case.caps)
            if cap.row == cell.row
        )

    def idle(self, cell: Cell) -> bool:
        """Whether the plan leaves more room than a point: it stays one of least cost then, and the same prices hold
        it up, since none of them is of the cap."""
        if not self.quick or self.outcome.rules:
            return False
        case, y = self.outcome.case, self.outcome.case.arcs.axes.year[cell.year]
        tighter = self.limit(cell, 1.0) / self.limit(cell)
        for k, cap in enumerate(case.caps):
            if cap.row != cell.row or cell.year not in cap.given:
                continue
            used, arriving = float(self.used[k, y]), float(self.arriving[k, y])
            given = cap.given[cell.year] * arriving if cap.basis == "use" else cap.limit[cell.year]
            if given * tighter - used <= REACH * max(given, used, arriving):
                return False
        return True

    def floors(self, cell: Cell) -> list[Floor]:
        """The floors of the commodity and year of a number, those in its scope first."""
        case = self.outcome.case
        caps = [cap for cap in case.caps if cap.row == cell.row]
        within = {(d, c) for cap in caps for c in cap.places for d in cap.places_in(c, cell.year)}
        goods = {c for cap in caps for c in cap.weights}
        found = [f for f in self.outcome.floor if f.year == cell.year and f.commodity in goods]
        return sorted(found, key=lambda f: (f.member, f.commodity) not in within)

    def unmoved(self, cell: Cell) -> Near:
        """A number under which there is room for a point."""
        floor = next(iter(self.floors(cell)), None)
        level = None if floor is None else self.outcome.floor[floor]
        return self._near(cell, floor, level)

    def near(self, cell: Cell) -> Near:
        """A number one point lower, solved."""
        floors, now = self.floors(cell), self.outcome.floor
        try:
            whole = self.solved(cell, self.limit(cell, 1.0))
        except (Infeasible, OverBudget) as error:
            return self._near(cell, next(iter(floors), None), None, error.status)
        then = whole.floor
        moves = [abs(then[floor] - now[floor]) for floor in floors]
        if not floors:
            return self._near(cell, None, None)
        most = max(moves)
        floor = next(f for f, move in zip(floors, moves, strict=True) if move >= most - SAME * abs(now[f]))
        found = self._near(cell, floor, then[floor])
        if found.move > self.largest:
            self.largest, self.whole = found.move, {cell: whole}
        return found

    def _near(self, cell: Cell, floor: Floor | None, then: float | None, status: str = "optimal") -> Near:
        return Near(
            cell=cell,
            limit=self.limit(cell),
            tightened=self.limit(cell, 1.0),
            floor=floor,
            before=None if floor is None else self.outcome.floor[floor],
            then=then,
            status=status,
        )

    def stepped(self, near: Near) -> Near:
        """How many hundredths of a point do for half of the move: that many do, and one less does not. Found between
        two that are solved, where the tangents of their costs cross, or half way. Left open where one has no answer."""
        floor, before, then = near.floor, near.before, near.then
        assert floor is not None and before is not None and then is not None
        half = abs(then - before) / 2 - SAME * abs(before)
        low, high = 0, PARTS
        at = {low: self.outcome, high: self.whole[near.cell]}
        try:
            while high - low > 1:
                middle = (low + high) // 2
                if self.quick and len(at) < TANGENTS:
                    middle = _crossing(low, at[low], high, at[high])
                at[middle] = self.solved(near.cell, self.limit(near.cell, middle / PARTS))
                if abs(at[middle].floor[floor] - before) >= half:
                    high = middle
                else:
                    low = middle
        except SolveError:
            return near
        setter = set_by(floor_parts(at[PARTS])[floor])
        return replace(near, step=self._points(near, high), step_floor=at[high].floor[floor], set_by=setter)

    def _points(self, near: Near, hundredths: int) -> float:
        """Points, fewer than one where the number has no more."""
        size = POINT * (near.limit if self.rows[near.cell.row]["basis"] == "tonnes" else 1.0)
        lower = (near.limit - self.limit(near.cell, hundredths / PARTS)) / size
        return min(hundredths / PARTS, round(lower, DIGITS))

    def solved(self, cell: Cell, limit: float) -> Outcome:
        """The case with another number there. Raises SolveError."""
        study = _with(self.outcome.case.study, cell, limit)
        how = How(time_limit=self.how.time_limit)
        near = self.moved.limited(study, cell.row) if self.quick else None
        if near is not None:
            case, compiled = near
            columns, rows = self.outcome.basic
            solver = Solver(compiled.lp, time_limit=how.time_limit)
            solver.start_from(columns, rows, np.zeros(len(rows), dtype=bool))
            found = settle_once(case, self.outcome.model, compiled, solver=solver)
            return price_once(found, replace(how, any_plan=True))
        case = derive(study)
        check_possible(case)
        return solve_case(case, self.make or build, how)


def _crossing(low: int, there: Outcome, high: int, here: Outcome) -> int:
    """Between two numbers of steps, where the tangents of cost cross: a step further, where it bends once alone. Half
    way where cost does not bend, or more than right sides differ."""
    ends = there.compiled.lp.row_lower, here.compiled.lp.row_lower
    off = ends[1] - ends[0]
    rise = [float(outcome.plan.dual @ off) for outcome in (there, here)]
    bend = rise[1] - rise[0]
    gap = there.plan.objective + rise[1] - here.plan.objective
    if not 0 < gap < bend:
        return (low + high) // 2
    return min(max(ceil(low + gap / bend * (high - low)), low + 1), high - 1)


def _with(study: Study, cell: Cell, limit: float) -> Study:
    caps = list(study.rows("caps"))
    caps[cell.row] = caps[cell.row] | {"years": caps[cell.row]["years"] | {cell.year: limit}}
    return study.with_rows(caps=caps)
