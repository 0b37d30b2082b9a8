"""`floors.solve`: one study, solved and told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypedDict

from floors.diagnosis.explained import explaining
from floors.errors import SolveError, UsageError
from floors.excel.record import UNASKED, Asked, model_asked
from floors.results.result import Result, make_result
from floors.solving.nearest import NOT_LOOKED_FOR, nearest_changes
from floors.solving.no_stocks import without_stocks
from floors.solving.run import Builder, How, Parents, name_numbers, solve_both
from floors.sourcing.build import build
from floors.steps import Step, telling
from floors.study.locate import shown
from floors.study.scenarios import BASE
from floors.study.study import Study, check_study


class Options(TypedDict, total=False):
    """The options of `floors.solve`, for who solves several studies."""

    ranges: bool | None
    model: Builder | None
    time_limit: float | None
    log: bool
    accept_failed: bool


def asked_of(options: Options) -> dict[str, Any]:
    """Those of the options that numbers follow from."""
    given = {"ranges": options.get("ranges"), "time_limit": options.get("time_limit")}
    accepted = {"accept_failed": options.get("accept_failed") or None}
    return given | accepted | model_asked(options.get("model"))


def solve(
    study: Study,
    *,
    ranges: bool | None = None,
    model: Builder | None = None,
    time_limit: float | None = None,
    log: bool = False,
    accept_failed: bool = False,
    parents: Parents | None = None,
    done: Callable[[Step], None] | None = None,
) -> Result:
    """Solve a study: sourcing mix, floors, accounts, each against the baseline without policy.

    `ranges`: tables of one LP a row (lowest and highest of floors, ranges of shares, sensitivity, nearest) in
    whole; None: where they would be much work, of the rows of most money; False: no ranges, and no second look
    without stockpiles. `model`: a function that
    makes the Pyomo model of a case in place of `floors.build`, and keeps its components. `time_limit` in
    seconds for each solve of the sourcing LP; what starts from its plan (prices, ranges) has none. `parents`: what
    scenarios of one workbook, solved with the same options, hand on; of them base alone has sheet nearest. `done` is
    told of each Step. Raises InputError,
    UsageError, Infeasible, OverBudget, Unbounded, TimeLimit, NotConverged, and CertificateFailed unless
    `accept_failed`.
    """
    check_study(study, "floors.solve")
    if model is not None and not callable(model):
        raise UsageError(f"model= expects a function that makes the model of a case; found {shown(model)}.")
    how = How(ranges, time_limit, log)
    chosen: Options = {
        "ranges": ranges,
        "time_limit": time_limit,
        "accept_failed": accept_failed,
        "model": model,
    }
    asked = Asked("solve", asked_of(chosen)) if parents is None else UNASKED
    alone = parents is None or study.scenario_name == BASE
    try:
        with telling(done):
            with explaining():
                policy, baseline = solve_both(study, model or build, how, parents)
            near = nearest_changes(policy, model, how) if alone and ranges is not False else NOT_LOOKED_FOR
            bare = without_stocks(policy, model or build, how, parents) if ranges is not False else None
            return make_result(
                study,
                policy,
                baseline,
                near,
                accept_failed=accept_failed,
                ranges=ranges,
                without_stocks=bare,
                asked=asked,
            )
    except SolveError as error:
        name_numbers(error, study)
        raise
