"""Arrays to HiGHS and back: the only file that knows highspy."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

import highspy
import numpy as np
from highspy import _core

from floors.errors import Infeasible, SolveError, TimeLimit, Unbounded
from floors.lp.linear import LinearProgram, Vector
from floors.lp.scales import check_costs, check_sides, row_scales
from floors.lp.scaling import power, times
from floors.lp.sparse import Matrix
from floors.stopping import SignalsHeld, heard, seconds_left, time_is_over

TOLERANCE = 1e-9
SMALL = 100_000  # entries: an LP of fewer is solved within a second or so
Basic: TypeAlias = tuple[Vector, Vector]
"""A basis: bool vectors of the columns (n) and rows (m) that are basic."""


class Status(StrEnum):
    """How a solve ended, in the words of the contract."""

    OPTIMAL = "optimal"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    TIME_LIMIT = "time_limit"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class Solution:
    """Primal x (n), duals of rows (m) and reduced costs (n) of a solved LP.

    Duals are those of a minimisation: what the optimum gains when the right side rises by one.
    """

    status: Status
    objective: float
    x: Vector
    dual: Vector
    reduced: Vector
    iterations: int


_STATUS = {
    highspy.HighsModelStatus.kOptimal: Status.OPTIMAL,
    highspy.HighsModelStatus.kModelEmpty: Status.OPTIMAL,
    highspy.HighsModelStatus.kInfeasible: Status.INFEASIBLE,
    highspy.HighsModelStatus.kUnbounded: Status.UNBOUNDED,
    highspy.HighsModelStatus.kTimeLimit: Status.TIME_LIMIT,
    highspy.HighsModelStatus.kIterationLimit: Status.TIME_LIMIT,
    highspy.HighsModelStatus.kInterrupt: Status.TIME_LIMIT,
}

_KINDS = highspy.HighsBasisStatus
_STATES = np.array([_KINDS.kLower, _KINDS.kUpper, _KINDS.kBasic, _KINDS.kNonbasic], dtype=object)

# Python sees a signal only between its own steps; HiGHS asks at each of these whether to go on.
_STEPS = (
    _core.cb.HighsCallbackType.kCallbackSimplexInterrupt,
    _core.cb.HighsCallbackType.kCallbackIpmInterrupt,
)

_ERRORS: dict[Status, tuple[type[SolveError], str]] = {
    Status.INFEASIBLE: (Infeasible, "no solution obeys every row"),
    Status.UNBOUNDED: (Unbounded, "the objective has no bound"),
    Status.TIME_LIMIT: (TimeLimit, "the solver stopped at its time limit"),
    Status.FAILED: (SolveError, "the solver gave no answer"),
}


def _new(log: bool) -> Any:
    """A HiGHS of its own; highspy.Highs prints a banner before it can be silenced."""
    highs = _core._Highs()
    _do(highs, "setOptionValue", "output_flag", log)
    return highs


def _do(highs: Any, call: str, *given: Any) -> Any:
    """Have HiGHS do something, and read what it answers: what else it gives back, if anything.

    Raises SolveError unless it did just that. What HiGHS refuses is not there, and what it warns of it has changed:
    either leaves another LP than was asked for, which it then solves.
    """
    answer = getattr(highs, call)(*given)
    outcome, *found = answer if isinstance(answer, tuple) else (answer,)
    if outcome != highspy.HighsStatus.kOk:
        did = "changed" if outcome == highspy.HighsStatus.kWarning else "refused"
        raise SolveError(
            f"HiGHS {did} what it was given by {call}: numbers or sizes are not as it takes them."
        )
    return found[0] if len(found) == 1 else tuple(found) or None


def _pass(highs: Any, lp: LinearProgram, size: float = 1.0, money: float = 1.0) -> Vector | None:
    """Hand an LP to HiGHS, its quantities times `size` and its costs times `money`; what its rows were multiplied with
    (m) so that HiGHS keeps every entry, None: as they are.

    Raises `Unfit` for a number of which HiGHS would make another.
    """
    matrix, row_lower, row_upper = lp.matrix, lp.row_lower, lp.row_upper
    rows, columns = matrix.shape
    if {len(lp.cost), len(lp.lower), len(lp.upper)} != {columns} or {len(row_lower), len(row_upper)} != {
        rows
    }:
        raise SolveError(
            "the sizes of the LP disagree."
        )  # HiGHS reads as many numbers as it expects, there or not
    check_costs(lp.cost)
    scale = row_scales(matrix)
    if scale is not None:
        matrix, row_lower, row_upper = matrix.scaled(scale), row_lower * scale, row_upper * scale
    check_sides(row_lower, row_upper)
    check_sides(lp.lower, lp.upper, of_columns=True)
    _do(
        highs,
        "passModel",
        columns,
        rows,
        matrix.nnz,
        int(highspy.MatrixFormat.kRowwise),
        int(highspy.ObjSense.kMinimize),
        lp.offset * size * money,
        lp.cost * money,
        times(lp.lower, size),
        times(lp.upper, size),
        times(row_lower, size),
        times(row_upper, size),
        matrix.indptr,
        matrix.indices,
        matrix.data,
        np.zeros(columns, dtype=np.int32),
    )
    return scale


def _vector(numbers: list[float]) -> Vector:
    """A list of floats as an array; numpy alone takes three times as long."""
    return np.frombuffer(struct.pack(f"{len(numbers)}d", *numbers))


class Solver:
    """One LP held by HiGHS: solve it, change costs and bounds, solve again from where it stands.

    `time_limit`: seconds for each solve. Whatever HiGHS is told, and it refuses or changes, is a SolveError.
    """

    def __init__(self, lp: LinearProgram, *, log: bool = False, time_limit: float | None = None) -> None:
        self.highs = _new(log)
        self._set("threads", 1)  # idle workers of HiGHS wait by turning: CPU for nothing
        self._alone = True
        self._set("primal_feasibility_tolerance", TOLERANCE)
        self._set("dual_feasibility_tolerance", TOLERANCE)
        self._seconds = time_limit
        self.rows, self.columns = lp.matrix.shape
        self.offset = lp.offset
        self._size, self._money = power(lp.lower, lp.upper, lp.row_lower, lp.row_upper), power(lp.cost)
        self._scale = _pass(self.highs, lp, self._size, self._money)
        self._held = held = SignalsHeld()

        def ask_to_stop(_kind: Any, _text: str, _out: Any, answer: Any, _data: Any) -> None:
            answer.user_interrupt = held.waiting

        self._asking = heard()
        if not self._asking:
            return
        _do(self.highs, "setCallback", ask_to_stop, None)
        for step in _STEPS:
            _do(self.highs, "startCallback", step)

    @property
    def finest(self) -> float:
        """The least quantity that HiGHS tells from nothing: it allows each row a tenth of it."""
        return 10 * TOLERANCE / self._size

    def _set(self, option: str, value: str | float) -> None:
        _do(self.highs, "setOptionValue", option, value)

    def try_solve(self) -> Solution:
        """Solve from the present basis and return what came out, whatever its status."""
        status = self._status()
        found = self.highs.getSolution()
        info = self.highs.getInfo()
        return Solution(
            status=status,
            objective=self._objective(),
            x=_vector(found.col_value) / self._size,
            dual=self._unscaled(found.row_dual),
            reduced=_vector(found.col_dual) / self._money,
            iterations=int(info.simplex_iteration_count),
        )

    def solve(self, what: str = "the plan") -> Solution:
        """Solve; raises Infeasible, Unbounded, TimeLimit or SolveError, naming `what`, unless optimal."""
        solution = self.try_solve()
        if solution.status is not Status.OPTIMAL:
            error, words = _ERRORS[solution.status]
            raise error(f"{what}: {words}.")
        return solution

    def solve_anew(self, what: str) -> Solution:
        """As `solve`, and once more from nothing, by HiGHS's own choice of method, where that gives no optimum."""
        if (solution := self.try_solve()).status is Status.OPTIMAL:
            return solution
        with self._from_nothing():
            return self.solve(what)

    @contextmanager
    def _from_nothing(self) -> Iterator[None]:
        """HiGHS forgets where it stands, and chooses its method itself while this lasts."""
        strategy = _do(self.highs, "getOptionValue", "simplex_strategy")
        _do(self.highs, "clearSolver")
        self._set("simplex_strategy", 0)
        try:
            yield
        finally:
            self._set("simplex_strategy", strategy)

    def _status(self) -> Status:
        """Run, and HiGHS's status. Raises TimeLimit where a deadline of the caller is over."""
        left = seconds_left()
        limits = [seconds for seconds in (self._seconds, left) if seconds is not None]
        if limits:
            # HiGHS counts the seconds of all its runs together, and nothing sets them back.
            self._set("time_limit", self.highs.getRunTime() + float(min(limits)))
        status = self._answer()
        if status == highspy.HighsModelStatus.kTimeLimit and left is not None and left == min(limits):
            raise time_is_over()  # nobody can take it for a status of this LP alone
        return _STATUS.get(status, Status.FAILED)

    def _answer(self) -> Any:
        """Run, and HiGHS's status; where presolve only says `unbounded or infeasible`, solve without it to know."""
        status = self._run()
        if status == highspy.HighsModelStatus.kNotset:
            # The dual simplex gives up where costs are large beside its tolerance; the primal does not.
            strategy = _do(self.highs, "getOptionValue", "simplex_strategy")
            self._set("simplex_strategy", 4)
            status = self._run()
            self._set("simplex_strategy", strategy)
        if status == highspy.HighsModelStatus.kUnboundedOrInfeasible:
            self._set("presolve", "off")
            status = self._run()
            self._set("presolve", "choose")
        if (
            status not in _STATUS
        ):  # no answer from where it stood: on many rows of very different size there is one anew
            with self._from_nothing():
                status = self._run()
        return status

    def keep_feasible(self) -> None:
        """From now on go from corner to corner (primal simplex): quick where only costs change."""
        self._set("simplex_strategy", 4)

    @contextmanager
    def staying_feasible(self) -> Iterator[None]:
        """As `keep_feasible`, while this lasts."""
        strategy = _do(self.highs, "getOptionValue", "simplex_strategy")
        self.keep_feasible()
        try:
            yield
        finally:
            self._set("simplex_strategy", strategy)

    def _run(self) -> Any:
        """Let HiGHS run to its end, or until Ctrl-C, which is raised here; a signal that raises nothing stops it
        only for a moment."""
        while True:
            with self._held as held:
                outcome = self._run_once()
                stopped = held.waiting
            if outcome == highspy.HighsStatus.kError:
                return highspy.HighsModelStatus.kNotset
            status = self.highs.getModelStatus()  # a warning is of how it ended, which this says
            if not (stopped and status == highspy.HighsModelStatus.kInterrupt):
                return status

    def _run_once(self) -> Any:
        """On one thread, or on as many as other code in this process has HiGHS run on.

        HiGHS refuses any other number than that of the workers it has, one set for each thread of Python. Ours are
        given back after each run (they are none but the caller), so that other code can have its own number.
        """
        outcome = self.highs.run()
        if self._alone and outcome == highspy.HighsStatus.kError:
            self._alone = False
            self._set("threads", 0)  # whatever is there
            outcome = self.highs.run()
        elif self._alone:
            _core._Highs.resetGlobalScheduler(False)
        return outcome

    def set_cost(self, cost: Vector, columns: Vector | None = None) -> None:
        """Replace the costs of these columns; of all (n) where none are named."""
        if columns is None and power(cost) != self._money:
            self._money = power(cost)
            _do(self.highs, "changeObjectiveOffset", self.offset * self._size * self._money)
        which = np.arange(self.columns, dtype=np.int32) if columns is None else columns.astype(np.int32)
        check_costs(cost, which)
        _do(self.highs, "changeColsCost", len(which), which, cost * self._money)

    def optimum(self) -> tuple[Status, float]:
        """Solve from the present basis; the status and the objective alone, which is quicker than a solution."""
        status = self._status()
        return status, self._objective()

    def _objective(self) -> float:
        if not self.columns:
            return self.offset
        return float(self.highs.getInfo().objective_function_value) / self._size / self._money

    def set_bounds(self, columns: Vector, lower: Vector, upper: Vector) -> None:
        """Replace bounds of these columns."""
        if len(columns):
            check_sides(lower, upper, columns, of_columns=True)
            lower, upper = times(lower, self._size), times(upper, self._size)
            _do(self.highs, "changeColsBounds", len(columns), columns.astype(np.int32), lower, upper)

    def set_rows(self, rows: Vector, lower: Vector, upper: Vector) -> None:
        """Replace the sides of these rows."""
        if len(rows):
            if self._scale is not None:
                lower, upper = lower * self._scale[rows], upper * self._scale[rows]
            check_sides(lower, upper, rows)
            lower, upper = times(lower, self._size), times(upper, self._size)
            _do(self.highs, "changeRowsBounds", len(rows), rows.astype(np.int32), lower, upper)

    def add_columns(self, lower: Vector, upper: Vector) -> Vector:
        """Append columns without costs or entries; rows added later may use them. Returns their numbers."""
        which, none = self.columns + np.arange(len(lower)), np.zeros(0, dtype=np.int32)
        check_sides(lower, upper, which, of_columns=True)
        lower, upper = times(lower, self._size), times(upper, self._size)
        starts = np.zeros(len(lower), dtype=np.int32)
        _do(
            self.highs,
            "addCols",
            len(lower),
            np.zeros(len(lower)),
            lower,
            upper,
            0,
            starts,
            none,
            np.zeros(0),
        )
        self.columns += len(lower)
        return which

    def add_rows(self, lower: Vector, upper: Vector, rows: Matrix) -> None:
        """Append rows (r x n)."""
        count, more, scale = rows.shape[0], row_scales(rows), self._scale
        if more is not None or scale is not None:
            more = np.ones(count) if more is None else more
            scale = np.append(np.ones(self.rows) if scale is None else scale, more)
            rows, lower, upper = rows.scaled(more), lower * more, upper * more
        check_sides(lower, upper, self.rows + np.arange(count))
        lower, upper = times(lower, self._size), times(upper, self._size)
        starts = rows.indptr[:-1].astype(np.int32)
        _do(self.highs, "addRows", count, lower, upper, rows.nnz, starts, rows.indices, rows.data)
        self.rows, self._scale = self.rows + count, scale

    def start_from(
        self, basic_columns: Vector, basic_rows: Vector, upper_rows: Vector, *, whole: bool = True
    ) -> None:
        """Start from a basis: bool vectors of basic columns (n) and rows (m); `upper_rows` sit at their
        upper side, all else at a lower bound or side (free columns at zero). Not `whole`: HiGHS makes a basis
        of what may be too few, too many or dependent."""
        basis = highspy.HighsBasis()
        basis.valid = True
        basis.alien = not whole
        basis.col_status = _STATES[np.where(basic_columns, 2, 3)].tolist()
        basis.row_status = _STATES[np.where(basic_rows, 2, np.where(upper_rows, 1, 0))].tolist()
        _do(self.highs, "setBasis", basis)

    def values(self) -> Vector:
        """Columns of the last solution (n)."""
        return _vector(self.highs.getSolution().col_value) / self._size

    def duals(self) -> Vector:
        """Duals of the rows in the last solution (m)."""
        return self._unscaled(self.highs.getSolution().row_dual)

    def duals_for(self, cost: Vector) -> Vector:
        """The duals of the rows (m) that the present basis has at other costs (n). Nothing is solved."""
        if not (self.rows and self.columns):
            return np.zeros(self.rows)  # HiGHS has no basis of an empty LP
        basic = _do(self.highs, "getBasicVariables")
        of_basic = np.where(basic >= 0, cost[np.maximum(basic, 0)], 0.0) if self.rows else np.zeros(0)
        found = np.asarray(_do(self.highs, "getBasisTransposeSolve", of_basic), dtype=float)
        return found if self._scale is None else found * self._scale

    def gains(self, sides: Vector) -> Vector:
        """What each column (n) gains in the present basis when the sides (m) of rows that are not basic gain so much.
        Nothing is solved."""
        found = np.zeros(self.columns)
        if self.rows and self.columns:
            basic = _do(self.highs, "getBasicVariables")
            scaled = sides if self._scale is None else sides * self._scale
            solved = np.asarray(_do(self.highs, "getBasisSolve", scaled), dtype=float)
            found[basic[basic >= 0]] = solved[basic >= 0]
        return found

    def _unscaled(self, duals: Any) -> Vector:
        found = _vector(duals) / self._money
        return found if self._scale is None or not len(found) else found * self._scale

    def basis(self) -> Any:
        """The present basis, to come back to with `set_basis`."""
        return self.highs.getBasis()

    def set_basis(self, basis: Any) -> None:
        """Go back to a basis."""
        _do(self.highs, "setBasis", basis)

    def start_near(self, basis: Any) -> None:
        """Start from a basis of an LP of the same shape whose numbers differ: the dual simplex then does without
        edge weights, which it would first have to find for that basis."""
        _do(self.highs, "setBasis", basis)
        self._set("simplex_dual_edge_weight_strategy", 0)

    def start_at(self, basis: Any) -> None:
        """Start from a basis of an LP of the same shape of which many numbers differ: costs are not perturbed, which
        would lead away from it."""
        _do(self.highs, "setBasis", basis)
        self._set("dual_simplex_cost_perturbation_multiplier", 0.0)

    def lightly(self, *, devex: bool = True) -> None:
        """From now on without scaling, without perturbing costs and with Devex weights: quicker on an LP of which
        another with other numbers was solved before; it may find no answer where the usual way does. Of a small one
        Ctrl-C waits for the end, which is near: to ask Python at every step takes a twentieth of the time."""
        self._set("simplex_scale_strategy", 0)
        self._set("dual_simplex_cost_perturbation_multiplier", 0.0)
        if devex:
            self._set("simplex_dual_edge_weight_strategy", 1)
        if self._asking and self.highs.getNumNz() < SMALL:
            self._asking = False
            for step in _STEPS:
                _do(self.highs, "stopCallback", step)

    def start_like(self, basic_columns: Vector, basic_rows: Vector) -> None:
        """As `start_near`, from what of a basis of an LP that is not quite of this shape is here (bool)."""
        self.start_from(basic_columns, basic_rows, np.zeros(self.rows, dtype=bool), whole=False)
        self._set("simplex_dual_edge_weight_strategy", 0)

    def basic(self) -> tuple[Vector, Vector]:
        """Bool vectors: which columns (n) and which rows (m) are basic."""
        outcome, basic = self.highs.getBasicVariables()  # a basis of highspy is a list of objects: slow
        if outcome != highspy.HighsStatus.kOk or len(basic) != self.rows:
            return basic_in(self.highs.getBasis())
        columns, rows = np.zeros(self.columns, dtype=bool), np.zeros(self.rows, dtype=bool)
        columns[basic[basic >= 0]] = True
        rows[-1 - basic[basic < 0]] = True
        return columns, rows


class Singular(SolveError):
    """A matrix that cannot be factorised: its columns depend on each other."""


class Factor:
    """A square matrix (k x k) factorised by HiGHS, as the basis of an LP of which it is all there is."""

    def __init__(self, matrix: Matrix) -> None:
        """Raises Singular."""
        self.size = size = len(matrix.indptr) - 1
        if not size:
            return
        self.highs = _new(log=False)
        none, end = np.zeros(size), np.full(size, np.inf)
        self.scale = _pass(
            self.highs,
            LinearProgram(
                cost=none, offset=0.0, matrix=matrix, row_lower=none, row_upper=none, lower=-end, upper=end
            ),
        )
        basis = highspy.HighsBasis()
        basis.valid, basis.alien = True, False
        basis.col_status = [highspy.HighsBasisStatus.kBasic] * size
        basis.row_status = [highspy.HighsBasisStatus.kLower] * size
        _do(self.highs, "setBasis", basis)
        outcome, self.order = self.highs.getBasicVariables()  # factorises, without a run
        if outcome != highspy.HighsStatus.kOk or len(self.order) != size or (self.order < 0).any():
            raise Singular("a basis is singular: its columns depend on each other.")
        self.place = np.empty(size, dtype=int)
        self.place[self.order] = np.arange(size)

    def row_of_inverse(self, column: int) -> tuple[Vector, Vector]:
        """Row `column` of the inverse: places that are not zero, and what stands there."""
        row, _, _ = _do(self.highs, "getBasisInverseRowSparse", int(self.place[column]))
        held = np.flatnonzero(row)
        return held, row[held] if self.scale is None else row[held] * self.scale[held]


def basic_in(basis: Any) -> tuple[Vector, Vector]:
    """Bool vectors: which columns (n) and which rows (m) a basis calls basic."""
    basic = highspy.HighsBasisStatus.kBasic
    return (
        np.array([s == basic for s in basis.col_status], dtype=bool),
        np.array([s == basic for s in basis.row_status], dtype=bool),
    )


def end_threads() -> None:
    """End the threads that HiGHS keeps for this process: a copy of it would wait for them. It makes them anew."""
    highspy.Highs.resetGlobalScheduler(True)
