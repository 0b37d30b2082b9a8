"""Parts of a sweep as tasks for any executor: some of its caps each, and none at all with the baseline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TypeVar

from floors.case.derive import derive
from floors.diagnosis.explained import explain
from floors.errors import FloorsError, Infeasible, SolveError, TimeLimit
from floors.lp.highs import Status
from floors.many.sweep.lps import MovedLP
from floors.many.sweep.points import Point, at_share, point_of
from floors.solving.accounts import keep_accounts
from floors.solving.certificate import prove, require
from floors.solving.outcome import Outcome
from floors.solving.run import (
    How,
    check_possible,
    name_contradictions,
    name_numbers,
    solve_baseline,
    solve_case,
    solve_once,
)
from floors.sourcing.build import build
from floors.study.study import Study

Told = TypeVar("Told")
ANY_PLAN = How(any_plan=True)
"""A cap tells costs and floors: of plans that cost the same the first will do."""


def solve_part(task: tuple[MovedLP, tuple[float, ...]]) -> list[Point]:
    """The points of some caps; without any, those of no cap and of the baseline. What goes wrong is told in a point."""
    lp, shares = task
    if not shares:
        return _solve_free(lp)
    told = partial(point_of, chosen=lp.chosen)
    return [
        _tried(share, at_share(lp.study, lp.chosen, share), partial(solve_at, lp, share, told))
        for share in shares
    ]


def _solve_free(lp: MovedLP) -> list[Point]:
    """The points of no cap and of the baseline, without any policy: no result is better than its baseline."""
    free, found = at_share(lp.study, lp.chosen, None), list[Outcome]()

    def solve_without(free: Study) -> Point:
        found.append(anew(free))
        return point_of(found[0], lp.chosen, None)

    def solve_bare(free: Study) -> Point:
        case = found[0].case if found else derive(free, policy=False)
        if found and not (case.border.rules or any(cap.given for cap in case.caps)):
            return Point(
                share=None, status="optimal"
            )  # the study at no cap is its baseline, and has its certificate
        bare = solve_baseline(found[0], build, ANY_PLAN) if found else solve_case(case, build, ANY_PLAN)
        require(prove(bare, keep_accounts(bare), "baseline "))
        return Point(share=None, status="optimal")

    return [_tried(None, free, solve_without), _tried(None, free, solve_bare)]


def with_baseline(point: Point, baseline: Point) -> Point:
    """The point, or what is wrong with its baseline."""
    if point.status != "optimal" or baseline.status == "optimal":
        return point
    return replace(baseline, share=point.share)


def _tried(share: float | None, study: Study, solve: Callable[[Study], Point]) -> Point:
    return tried(solve, study, lambda status, message: Point(share=share, status=status, message=message))


def tried(solve: Callable[[Study], Told], study: Study, failed: Callable[[str, str], Told]) -> Told:
    """What a solve of a study tells; where it fails what `failed` makes of its status and message."""
    try:
        return solve(study)
    except FloorsError as error:
        explain(error)
        if isinstance(error, SolveError):
            name_numbers(error, study)
        return failed(error.status, str(error))


def solve_at(lp: MovedLP, share: float, told: Callable[..., Told], study: Study) -> Told:
    """What is `told` (of an outcome and its share) of the study at a share, from the LP moved there where it can be."""
    try:
        near = _near(lp, share, told)
    except TimeLimit:
        raise
    except FloorsError:  # solved anew, it says why in the words of any other solve
        near = None
    return near or told(anew(study), share=share)


def _near(lp: MovedLP, share: float, told: Callable[..., Told]) -> Told | None:
    """What is told from the LP moved to its share; None where that cannot be done or has no plan."""
    moved = lp.at(share)
    if moved is None:
        return None
    case, compiled = moved
    check_possible(case)
    solver = lp.solver(compiled)
    if solver.optimum()[0] is not Status.OPTIMAL:
        return None
    outcome = solve_once(case, lp.model, compiled, solver=solver, any_plan=True)
    return told(outcome, share=share)


def anew(study: Study) -> Outcome:
    """A study solved by itself, without its baseline."""
    case = derive(study)
    check_possible(case)
    try:
        return solve_case(case, build, ANY_PLAN)
    except Infeasible as error:
        name_contradictions(error, case)
        raise
