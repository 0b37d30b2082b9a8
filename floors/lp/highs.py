"""Arrays to HiGHS and back: the only file that knows highspy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

import highspy
import numpy as np
from highspy import _core

from floors.errors import Infeasible, SolveError, TimeLimit, Unbounded
from floors.lp.linear import LinearProgram, Vector
from floors.lp.scaling import exponent
from floors.lp.sparse import Matrix
from floors.stopping import SignalsHeld, heard

TOLERANCE = 1e-9
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
    highs.setOptionValue("output_flag", log)
    return highs


def _pass(highs: Any, lp: LinearProgram) -> Any:
    """Hand an LP to HiGHS; what HiGHS says to it."""
    matrix = lp.matrix
    rows, columns = matrix.shape
    return highs.passModel(
        columns,
        rows,
        matrix.nnz,
        int(highspy.MatrixFormat.kRowwise),
        int(highspy.ObjSense.kMinimize),
        lp.offset,
        lp.cost,
        lp.lower,
        lp.upper,
        lp.row_lower,
        lp.row_upper,
        matrix.indptr,
        matrix.indices,
        matrix.data,
        np.zeros(columns, dtype=np.int32),
    )


class Solver:
    """One LP held by HiGHS: solve it, change costs and bounds, solve again from where it stands."""

    def __init__(self, lp: LinearProgram, *, log: bool = False, time_limit: float | None = None) -> None:
        self.highs = _new(log)
        self.highs.setOptionValue("threads", 1)  # idle workers of HiGHS wait by turning: CPU for nothing
        self._alone = True
        self.highs.setOptionValue("primal_feasibility_tolerance", TOLERANCE)
        self.highs.setOptionValue("dual_feasibility_tolerance", TOLERANCE)
        if time_limit is not None:
            self.highs.setOptionValue("time_limit", float(time_limit))
        sizes = exponent(lp.lower, lp.upper, lp.row_lower, lp.row_upper)
        self.highs.setOptionValue("user_bound_scale", sizes)
        self.highs.setOptionValue("user_objective_scale", exponent(lp.cost))
        self.rows, self.columns = lp.matrix.shape
        self.offset = lp.offset
        numbers = (lp.cost, lp.matrix.data)
        sides = (lp.lower, lp.upper, lp.row_lower, lp.row_upper)
        if not all(np.isfinite(n).all() for n in numbers) or any(np.isnan(s).any() for s in sides):
            raise SolveError("a number of the model is missing or infinite where it may not be.")
        if _pass(self.highs, lp) == highspy.HighsStatus.kError:
            raise SolveError("HiGHS refused the model: a number in it is not finite or its sizes disagree.")
        self._held = held = SignalsHeld()

        def ask_to_stop(_kind: Any, _text: str, _out: Any, answer: Any, _data: Any) -> None:
            answer.user_interrupt = held.waiting

        if not heard():
            return
        self.highs.setCallback(ask_to_stop, None)
        for step in _STEPS:
            self.highs.startCallback(step)

    def try_solve(self) -> Solution:
        """Solve from the present basis and return what came out, whatever its status."""
        status = self._status()
        found = self.highs.getSolution()
        info = self.highs.getInfo()
        return Solution(
            status=status,
            objective=float(info.objective_function_value) if self.columns else self.offset,
            x=np.asarray(found.col_value, dtype=float),
            dual=np.asarray(found.row_dual, dtype=float),
            reduced=np.asarray(found.col_dual, dtype=float),
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
        strategy = self.highs.getOptionValue("simplex_strategy")[1]
        self.highs.clearSolver()
        self.highs.setOptionValue("simplex_strategy", 0)
        solution = self.solve(what)
        self.highs.setOptionValue("simplex_strategy", strategy)
        return solution

    def _status(self) -> Status:
        """Run, and HiGHS's status; where presolve only says `unbounded or infeasible`, solve without it to know."""
        status = self._run()
        if status == highspy.HighsModelStatus.kUnboundedOrInfeasible:
            self.highs.setOptionValue("presolve", "off")
            status = self._run()
            self.highs.setOptionValue("presolve", "choose")
        return _STATUS.get(status, Status.FAILED)

    def keep_feasible(self) -> None:
        """From now on go from corner to corner (primal simplex): quick where only costs change."""
        self.highs.setOptionValue("simplex_strategy", 4)

    def _run(self) -> Any:
        """Let HiGHS run to its end, or until Ctrl-C, which is raised here; a signal that raises nothing stops it
        only for a moment."""
        while True:
            with self._held as held:
                self._run_once()
                stopped = held.waiting
            status = self.highs.getModelStatus()
            if not (stopped and status == highspy.HighsModelStatus.kInterrupt):
                return status

    def _run_once(self) -> None:
        """On one thread, or on as many as other code in this process has HiGHS run on.

        HiGHS refuses any other number than that of the workers it has, one set for each thread of Python. Ours are
        given back after each run (they are none but the caller), so that other code can have its own number.
        """
        outcome = self.highs.run()
        if self._alone and outcome == highspy.HighsStatus.kError:
            self._alone = False
            self.highs.setOptionValue("threads", 0)  # whatever is there
            self.highs.run()
        elif self._alone:
            _core._Highs.resetGlobalScheduler(False)

    def set_cost(self, cost: Vector, columns: Vector | None = None) -> None:
        """Replace the costs of these columns; of all (n) where none are named."""
        if columns is None:
            self.highs.setOptionValue("user_objective_scale", exponent(cost))
        which = np.arange(self.columns, dtype=np.int32) if columns is None else columns.astype(np.int32)
        self.highs.changeColsCost(len(which), which, cost)

    def optimum(self) -> tuple[Status, float]:
        """Solve from the present basis; the status and the objective alone, which is quicker than a solution."""
        status = self._status()
        return status, float(self.highs.getInfo().objective_function_value) if self.columns else self.offset

    def set_bounds(self, columns: Vector, lower: Vector, upper: Vector) -> None:
        """Replace bounds of these columns."""
        if len(columns):
            self.highs.changeColsBounds(len(columns), columns.astype(np.int32), lower, upper)

    def set_rows(self, rows: Vector, lower: Vector, upper: Vector) -> None:
        """Replace the sides of these rows."""
        if len(rows):
            self.highs.changeRowsBounds(len(rows), rows.astype(np.int32), lower, upper)

    def add_column(self, cost: float, lower: float, upper: float) -> int:
        """Append a column without entries; rows added later may use it. Returns its number."""
        self.highs.addCol(cost, lower, upper, 0, np.array([], dtype=np.int32), np.array([], dtype=float))
        self.columns += 1
        return self.columns - 1

    def add_row(
        self, lower: float, upper: float, columns: Sequence[int] | Vector, values: Sequence[float] | Vector
    ) -> int:
        """Append a row; returns its number."""
        index = np.asarray(columns, dtype=np.int32)
        self.highs.addRow(lower, upper, len(index), index, np.asarray(values, dtype=float))
        self.rows += 1
        return self.rows - 1

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
        self.highs.setBasis(basis)

    def values(self) -> Vector:
        """Columns of the last solution (n)."""
        return np.asarray(self.highs.getSolution().col_value, dtype=float)

    def duals(self) -> Vector:
        """Duals of the rows in the last solution (m)."""
        return np.asarray(self.highs.getSolution().row_dual, dtype=float)

    def basis(self) -> Any:
        """The present basis, to come back to with `set_basis`."""
        return self.highs.getBasis()

    def set_basis(self, basis: Any) -> None:
        """Go back to a basis."""
        self.highs.setBasis(basis)

    def start_near(self, basis: Any) -> None:
        """Start from a basis of an LP of the same shape whose numbers differ: the dual simplex then does without
        edge weights, which it would first have to find for that basis."""
        self.highs.setBasis(basis)
        self.highs.setOptionValue("simplex_dual_edge_weight_strategy", 0)

    def start_like(self, basic_columns: Vector, basic_rows: Vector) -> None:
        """As `start_near`, from what of a basis of an LP that is not quite of this shape is here (bool)."""
        self.start_from(basic_columns, basic_rows, np.zeros(self.rows, dtype=bool), whole=False)
        self.highs.setOptionValue("simplex_dual_edge_weight_strategy", 0)

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
        _pass(
            self.highs,
            LinearProgram(
                cost=none, offset=0.0, matrix=matrix, row_lower=none, row_upper=none, lower=-end, upper=end
            ),
        )
        basis = highspy.HighsBasis()
        basis.valid, basis.alien = True, False
        basis.col_status = [highspy.HighsBasisStatus.kBasic] * size
        basis.row_status = [highspy.HighsBasisStatus.kLower] * size
        self.highs.setBasis(basis)
        outcome, self.order = self.highs.getBasicVariables()  # factorises, without a run
        if outcome != highspy.HighsStatus.kOk or len(self.order) != size or (self.order < 0).any():
            raise Singular("a basis is singular: its columns depend on each other.")
        self.place = np.empty(size, dtype=int)
        self.place[self.order] = np.arange(size)

    def row_of_inverse(self, column: int) -> tuple[Vector, Vector]:
        """Row `column` of the inverse: places that are not zero, and what stands there."""
        _, row, _, _ = self.highs.getBasisInverseRowSparse(int(self.place[column]))
        held = np.flatnonzero(row)
        return held, row[held]


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
