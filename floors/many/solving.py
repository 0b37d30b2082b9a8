"""Solving several studies: each is tried, and one that fails stops no other."""

from __future__ import annotations

import gc
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from functools import cached_property
from itertools import count
from os import PathLike
from typing import TYPE_CHECKING, Any, NamedTuple, Unpack

from floors.contract import results as tables
from floors.errors import FloorsError, SolveError, UsageError
from floors.excel.record import Asked
from floors.many.executors import as_taken, executor_of
from floors.many.kept import Kept, key_of, key_of_run
from floors.many.packed import Packed
from floors.many.runs import Run, Runs
from floors.many.shared import Shared
from floors.steps import stage
from floors.stopping import seconds_left
from floors.study.locate import shown
from floors.study.scenarios import BASE
from floors.study.study import Study, check_study

if TYPE_CHECKING:
    from floors.results.solve import Options
    from floors.solving.run import Parents

YOUNG, OLD = 1, 2  # generations of garbage: a model is young when its study is solved
SELDOM = 20  # studies after which what grew old is looked through too
_solved_here = count(1)


class Family(Shared):
    """A study whose scenarios are taken one by one with the same options. `parents` are the outcomes that several of
    them start from."""

    def __init__(self, study: Study, options: Mapping[str, Any]) -> None:
        super().__init__(study, options)
        self.study, self.options = study, options

    @cached_property
    def parents(self) -> Parents:
        from floors.solving.run import Parents

        return Parents.in_family(self.study)


class _Task(NamedTuple):
    """A study to solve: `scenario` of a family, called `name`."""

    name: str
    family: Family
    scenario: str


def solve_many(
    studies: Iterable[Study] | Mapping[str, Study],
    executor: object = None,
    *,
    done: Callable[[Run], None] | None = None,
    **options: Unpack[Options],
) -> Runs:
    """Solve several studies, here one after the other or on any executor; one that fails stops no other.

    `studies` are called by their scenarios, or as a mapping calls them; differences are from the one called
    `base`. `executor` is any executor of concurrent.futures, or a Dask client; the result is the same.
    `done` is told of each in the order given; `options` are those of `floors.solve`. Raises UsageError where
    there is no study, two have one name, or `executor` is none.
    """
    if not isinstance(studies, Mapping):
        if isinstance(studies, str | PathLike) or not isinstance(studies, Iterable):
            raise UsageError(f"floors.solve_many expects several studies, in a list; found {shown(studies)}.")
        given = list(studies)
        for study in given:
            check_study(study, "floors.solve_many")
        names = [study.scenario_name for study in given]
        twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
        if twice:
            raise UsageError(f"two studies are called {twice[0]!r}; give a mapping of names to studies.")
        studies = dict(zip(names, given, strict=True))
    if not studies:
        raise UsageError("there is no study to solve.")
    for study in studies.values():
        check_study(study, "floors.solve_many")
    tasks = [_Task(name, Family(study, options), study.scenario_name) for name, study in studies.items()]
    from floors.results.solve import asked_of

    first = next(iter(studies.values()))
    runs = _all(tasks, executor_of(executor), done)
    if any(study.base is not first.base for study in studies.values()):
        # of no one workbook: sheet run cannot say how to make it again
        return Runs(first, runs, given=dict(studies))
    called = {"studies": {name: study.scenario_name for name, study in studies.items()}}
    return Runs(first, runs, given=dict(studies), asked=Asked("solve_many", called | asked_of(options)))


def solve_scenarios(
    study: Study,
    names: Iterable[str] | None = None,
    executor: object = None,
    *,
    done: Callable[[Run], None] | None = None,
    parts: Kept | None = None,
    **options: Unpack[Options],
) -> Runs:
    """Solve scenarios of a study by name, `base` among them; None: base and every scenario of its sheet.

    As `solve_many`, but a scenario whose changes cannot be made is one that failed, and base is solved for
    the comparison where it is not named. `parts` is where runs lie until all are written. Raises InputError
    for a name that is not there, and with parts OutputError where they cannot be kept, SolveError where the
    processes were ended from outside.
    """
    base = study.base
    chosen = (BASE, *base.scenario_names) if names is None else tuple(dict.fromkeys(names))
    for name in chosen:
        if name != BASE and name not in base.scenario_names:
            base.scenario(name)
    extra = () if BASE in chosen else (BASE,)
    family = Family(base, options)
    tasks = [_Task(name, family, name) for name in (*extra, *chosen)]
    runs = _all(tasks, executor_of(executor), done, parts)
    from floors.results.solve import asked_of

    asked = Asked("solve", {"scenarios": "all" if names is None else chosen} | asked_of(options))
    return Runs(base, runs[len(extra) :], runs[0] if extra else None, asked=asked)


def _all(
    tasks: Sequence[_Task],
    executor: Executor | None,
    done: Callable[[Run], None] | None,
    parts: Kept | None = None,
) -> tuple[Run, ...]:
    """The runs in order, each told of as it is there."""
    runs: list[Run] = []
    with stage("scenarios", len(tasks)) as here:
        for run in _solved(tasks, executor, parts):
            runs.append(run)
            here.finished(run.scenario)
            if done:
                done(run)
    return tuple(runs)


def _solved(tasks: Sequence[_Task], executor: Executor | None, parts: Kept | None = None) -> Iterator[Run]:
    """The runs in order, each as it is there. With `parts`, of one family, each run goes to its part as it
    ends, and those that have one are not solved."""
    known: dict[_Task, Run] = {}
    if parts is not None:
        family = key_of(tasks[0].family.study, tasks[0].family.options)
        keys = {task: key_of_run(family, task.name, task.scenario) for task in tasks}
        known = {task: run for task in tasks if (run := parts.find(keys[task])) is not None}
    left = [task for task in tasks if task not in known]

    def keep(task: _Task, run: Run) -> Run:
        return run if parts is None else parts.keep(keys[task], run)

    def take(task: _Task, future: Future[Run]) -> Run:
        if parts is not None and isinstance(error := future.exception(), BrokenExecutor):
            raise SolveError(
                f"the processes were ended from outside while {task.name} was solved (is there too little memory? "
                "--jobs 1 takes the least)."
            ) from error
        return keep(task, _received(task, future))

    here = (keep(task, _run(task)) for task in left)
    found = here if executor is None else as_taken(_run, left, executor, take, _work)
    for task in tasks:
        yield known[task] if task in known else next(found)


def _work(task: _Task) -> float:
    """How much of a scenario is solved again and again: where demand bends, or a minimum has to settle."""
    study = task.family.study
    parent = {row["scenario"]: row["parent"] for row in study.rows("scenarios")}
    chain, name = set[str](), task.scenario
    while name in parent and name not in chain:
        chain.add(name)
        name = parent[name] or BASE
    changed = [(row["sheet"], row["column"]) for row in study.rows("changes") if row["scenario"] in chain]
    bends = any(change == ("demand", "elasticity") for change in changed)
    return 2.0 * bends + any(sheet == "floor_rules" for sheet, _ in changed)


def _received(task: _Task, future: Future[Run]) -> Run:
    """The run of an executor; what breaks on the way there or back is a failure of its task alone."""
    try:
        return future.result()
    except Exception as error:  # noqa: BLE001 - said in the run, never swallowed
        return _failure(task.name, error, time.perf_counter())


def _run(task: _Task) -> Run:
    """Solve one study, and leave nothing of its model behind: that is few objects, and large, so that Python
    would be long in looking for it."""
    try:
        return _tried(task)
    finally:
        gc.collect(YOUNG if next(_solved_here) % SELDOM else OLD)


def _tried(task: _Task) -> Run:
    """Solve one study; whatever is wrong with it is told in its run."""
    from floors.results import solve as one

    started = time.perf_counter()
    family = task.family
    try:
        seconds_left()
        same = family.study.scenario_name == task.scenario
        study = family.study if same else family.study.scenario(task.scenario)
        result = one.solve(study, **family.options, parents=family.parents)
    except Exception as error:  # noqa: BLE001 - said in the run, never swallowed
        return _failure(task.name, error, started)
    broken = [check.check for check in result.checks if not check.passed]
    return Run(
        scenario=task.name,
        status=result.status,
        message=f"the certificate failed: {', '.join(broken)}" if broken else "",
        seconds=time.perf_counter() - started,
        figures=result.figures,
        members=tuple(result.members),
        bloc=result.study.members,
        warnings=(*result.warnings, *result.structural),
        failed=result.failed,
        tables=Packed.of({sheet.name: result.rows(sheet.name) for sheet in tables.RESULTS}),
    )


def _failure(name: str, error: Exception, started: float) -> Run:
    status, told = "failed", f"{type(error).__name__}: {error} (a bug in floors: please report it)"
    if isinstance(error, FloorsError):
        status, told = error.status, str(error)
    trace = "".join(traceback.format_exception(error))
    return Run(scenario=name, status=status, message=told, seconds=time.perf_counter() - started, trace=trace)
