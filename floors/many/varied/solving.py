"""One study solved at many factors on its numbers, here or on any executor: the same numbers whoever solves it.

Each is the study with the moved cells typed in, derived as any other; it starts from the corner at which the study as
it is ends, whatever was solved before. The study as it is is proven as any other, the rest within rounding.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property
from threading import RLock
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pyomo.common.gc_manager import PauseGC

from floors.case.again import derive_again, numbers_alone, stays_whole
from floors.case.derive import Case, derive
from floors.diagnosis.explained import explain
from floors.errors import FloorsError, Infeasible, InputError, SolveError, TimeLimit, UsageError
from floors.lp.again import Again
from floors.lp.bounded import BoundedSolver
from floors.lp.highs import Status
from floors.lp.linear import Compiled, compile_model
from floors.lp.rules import Unknown
from floors.many.executors import executor_of, in_order
from floors.many.shared import Shared, check_foreseen
from floors.many.varied.outputs import Output, values_of
from floors.solving.accounts import Accounts, keep_accounts
from floors.solving.certificate import certify_policy, certify_within_rounding, require
from floors.solving.outcome import Outcome
from floors.solving.run import check_possible, name_contradictions, name_numbers, solve_case, solve_once
from floors.sourcing.build import build, completed, numbers_again
from floors.stopping import seconds_left
from floors.study.study import Study, check_study
from floors.study.uncertainty import Cells, Input, factors, with_factors

AT_ONCE = 8  # vectors that travel together
LEAST = 1e-100  # a factor above leaves no number nothing


class Varied(NamedTuple):
    """A vector solved: `values` of the outputs asked for, in order, None for what is not there. Without a plan there
    are no values, `status` is a word of the contract, `message` says why."""

    status: str
    message: str
    values: tuple[float | None, ...]


class VariedLP(Shared):
    """A study whose `inputs` move, and where its solves start. `why`: what would have to give is said of one without a
    plan."""

    def __init__(
        self, study: Study, inputs: tuple[Input, ...], outputs: tuple[Output, ...], why: bool
    ) -> None:
        super().__init__(study, inputs, outputs, why)
        self.study, self.inputs, self.outputs, self.why = study, inputs, outputs, why
        self._built = RLock()  # a pool of threads shares it
        self._asked: tuple[Collection[Cells], list[Cells]] | None = (
            None  # cells, and those that are no such number
        )

    @cached_property
    def _case(self) -> Case:
        return derive(self.study)

    @cached_property
    def _again(self) -> Again | None:
        """What compiles the model of the study as it is at other numbers; None where more than numbers may change."""
        if not stays_whole(self._case):
            return None
        try:
            return Again(completed(build(self._case), self._case))
        except Unknown:
            return None

    @cached_property
    def _start(self) -> tuple[tuple[int, ...], Any]:
        """The shape and the corner of the study as it is; no corner where there is no plan."""
        compiled = self._again.compiled if self._again is not None else _arrays(self._case)[1]
        solver = BoundedSolver(compiled.lp)
        optimal = solver.try_solve().status is Status.OPTIMAL
        return _shape(compiled), solver.corner() if optimal else None

    def ready(self, cells: Mapping[Cells, float]) -> tuple[Case, tuple[Any, Compiled] | None]:
        """The case of the study at these factors, and its model with its arrays, where they are made already: the
        numbers alone anew, where nothing else can change. Raises InputError."""
        study = with_factors(self.study, cells)
        if self._numbers_alone(cells):
            with self._built:
                again, like = self._again, self._case
                if again is not None:
                    case = derive_again(study, like)
                    compiled = again.with_numbers(numbers_again(again.model, case))
                    if compiled is not None:
                        return case, (again.model, compiled)
        return derive(study), None

    def _numbers_alone(self, cells: Mapping[Cells, float]) -> bool:
        """Whether no number that moves decides what exists, nor becomes nothing or one of another sign."""
        asked = self._asked
        if asked is None or asked[0] != cells.keys():
            asked = cells.keys(), [cell for cell in cells if not numbers_alone([(cell[0], cell[2])])]
            self._asked = asked
        return all(cells[cell] == 1 for cell in asked[1]) and all(one > LEAST for one in cells.values())

    def solver(self, compiled: Compiled) -> BoundedSolver:
        """A solver of arrays, at the corner of the study as it is where these are of its shape."""
        with self._built:
            shape, basis = self._start
        solver = BoundedSolver(compiled.lp)
        if basis is not None and _shape(compiled) == shape:
            solver.start_at(basis)
        return solver


def solve_varied(
    study: Study,
    inputs: Sequence[Input],
    rows: NDArray[np.float64],
    outputs: Sequence[Output],
    executor: object = None,
    done: Callable[[int, Varied], None] | None = None,
    *,
    why: bool = True,
) -> tuple[Varied, ...]:
    """The study at each row of quantiles [vector, input], in order; NaN leaves an input as it is.

    One without a plan stops no other; `why` looks for what would have to give, which takes longer than to solve.
    `done` is told of each, with its number, in order. Raises UsageError for a scenario that is a surprise, or rows
    that are not one quantile for each input; InputError for a faulty study.
    """
    check_study(study, "solve_varied")
    where = executor_of(executor)
    check_foreseen(study)
    rows = np.asarray(rows, dtype=float)
    if rows.ndim != 2 or rows.shape[1] != len(inputs):
        raise UsageError(f"expected rows of {len(inputs)} quantiles, found an array of shape {rows.shape}.")
    lp = VariedLP(study, tuple(inputs), tuple(outputs), why)
    at_once = 1 if where is None else AT_ONCE
    parts = [rows[n : n + at_once] for n in range(0, len(rows), at_once)]
    found: list[Varied] = []
    for answers in in_order(_solve_part, [(lp, part) for part in parts], where):
        for one in answers:
            found.append(one)
            if done:
                done(len(found) - 1, one)
    return tuple(found)


def _solve_part(task: tuple[VariedLP, NDArray[np.float64]]) -> list[Varied]:
    lp, rows = task
    found = []
    for cells in factors(lp.inputs, rows):
        with PauseGC():  # what one vector leaves is collected once, after it
            found.append(_tried(lp, cells))
    return found


def _tried(lp: VariedLP, cells: dict[Any, float]) -> Varied:
    study = lp.study
    try:
        seconds_left()  # of a thousand those that come too late are not begun
        case, ready = lp.ready(cells)
        study = case.study
        return Varied("optimal", "", values_of(*_solved(lp, case, ready), lp.outputs))
    except FloorsError as error:
        if lp.why:
            explain(error)
        if isinstance(error, SolveError):
            name_numbers(error, study)
        return Varied(error.status, str(error), ())


def _solved(lp: VariedLP, case: Case, ready: tuple[Any, Compiled] | None) -> tuple[Outcome, Accounts]:
    check_possible(case)
    curved = any(len(steps) > 1 for steps in case.demand.steps.values())
    if not (curved or case.border.start):
        try:
            model, compiled = ready or _arrays(case)
            return _proven(lp, solve_once(case, model, compiled, solver=lp.solver(compiled), lightly=True))
        except TimeLimit:
            raise
        except (SolveError, InputError):  # solved anew, it says why in the words of any other solve
            pass
    try:
        return _proven(lp, solve_case(case, build))
    except Infeasible as error:
        name_contradictions(error, case)
        raise


def _proven(lp: VariedLP, outcome: Outcome) -> tuple[Outcome, Accounts]:
    accounts = keep_accounts(outcome, rents=False)
    as_it_is = outcome.case.study is lp.study
    require((certify_policy if as_it_is else certify_within_rounding)(outcome, accounts))
    return outcome, accounts


def _shape(compiled: Compiled) -> tuple[int, ...]:
    """How many rows and columns there are, and rows of one column."""
    matrix = compiled.lp.matrix
    return *matrix.shape, int((np.diff(matrix.indptr) == 1).sum())


def _arrays(case: Case) -> tuple[Any, Compiled]:
    model = completed(build(case), case)
    return model, compile_model(model)
