"""`floors.diagnose`: why a study has no result, or that it has one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from floors.diagnosis import budget, infeasible
from floors.diagnosis.diagnosis import Diagnosis
from floors.diagnosis.phrases import number
from floors.diagnosis.unbounded import paid_without_limit
from floors.errors import Infeasible, NotConverged, OverBudget, SolveError, Unbounded
from floors.excel.record import Asked, model_asked
from floors.solving.run import How, solve_both
from floors.solving.scene import Scene
from floors.sourcing.build import build
from floors.steps import Step, telling
from floors.study.study import Study, check_study


def diagnose(
    study: Study,
    *,
    model: Callable[[Any], Any] | None = None,
    time_limit: float | None = None,
    done: Callable[[Step], None] | None = None,
) -> Diagnosis:
    """Why a study has no result: what cannot hold together, in its cells, and the least that would have to give.

    `model` and `time_limit` (seconds for each solve of the sourcing LP) as in `floors.solve`. A study that has a
    plan and prices is `optimal`. `done` is told of each Step. Raises InputError where the input is wrong or its rules
    on floors contradict each other, UsageError for anything but a Study, TimeLimit, and SolveError where the solver
    failed.
    """
    check_study(study, "floors.diagnose")
    with telling(done):
        found = _diagnosed(study, model, How(time_limit=time_limit))
    given = {"scenario": study.scenario_name, "time_limit": time_limit} | model_asked(model)
    return replace(found, asked=Asked("diagnose", given))


def _diagnosed(study: Study, model: Callable[[Any], Any] | None, how: How) -> Diagnosis:
    try:
        policy, _ = solve_both(study, model or build, how)
    except (Infeasible, OverBudget, Unbounded, NotConverged) as error:
        return _explained(study, error)
    cost = policy.plan.objective / 1000
    money = f"million {study.settings.currency}, present value"
    told = f"{_scenario(study.scenario_name)}: a plan exists; it costs {number(cost)} {money}."
    return Diagnosis(study, "optimal", told, cost)


def _explained(study: Study, error: SolveError) -> Diagnosis:
    scene: Scene | None = error.scene
    if (
        scene is None
    ):  # found before there was an LP, or the levies of a minimum: the message says which cells
        return Diagnosis(study, error.status, f"{_scenario(study.scenario_name)}: {error}")
    of = _scenario(scene.case.study.scenario_name) + ("" if scene.case.policy else " without its policy")
    if isinstance(error, OverBudget):
        return budget.over_budget(scene, f"{of}: {error}")
    if isinstance(error, Unbounded):
        message = f"{of}: the cost falls without end."
        return Diagnosis(study, error.status, message, conflict=paid_without_limit(scene))
    return infeasible.explain(scene, f"{of}: no plan obeys every number of the input.")


def _scenario(name: str) -> str:
    return "The workbook as it stands" if name == "base" else f"Scenario {name}"
