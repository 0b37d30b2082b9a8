"""Solving several studies: each is tried, and one that fails stops no other."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from floors import tables
from floors.errors import FloorsError, SolveError, UsageError
from floors.results.comparison import comparison_charts, comparison_table, other_bloc
from floors.scenarios import BASE

if TYPE_CHECKING:
    import pandas as pd

    from floors.results.summary import Figures
    from floors.study import Study

Row = tuple[Any, ...]
NO_SOLUTION = ("infeasible", "over_budget")


@dataclass(frozen=True)
class Run:
    """One of several studies, solved or not: the tables of a Result without its model, so that it travels.

    `status` is a word of the contract, `message` why there is no result; `figures`, in million at present
    value, is None then. `trace` is where an error came from.
    """

    scenario: str
    status: str
    message: str
    seconds: float
    figures: Figures | None = None
    members: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    failed: bool = False
    trace: str = field(default="", repr=False)
    _rows: Mapping[str, Sequence[Row]] = field(default_factory=dict, repr=False)

    def rows(self, sheet: str) -> Sequence[Row]:
        """Rows of a results sheet; none where there is no result."""
        return self._rows.get(sheet, ())

    def __getattr__(self, name: str) -> pd.DataFrame:
        """The DataFrame of a results sheet; raises SolveError where there is no result."""
        if name not in tables.BY_NAME:
            raise AttributeError(f"a Run has no {name!r}; its tables are {', '.join(tables.BY_NAME)}")
        if self.figures is None:
            raise SolveError(f"{self.scenario} has no {name}: {self.status}: {self.message}")
        return _frame(tables.BY_NAME[name], self.rows(name))


@dataclass(frozen=True)
class Runs:
    """Several studies solved, in the order given: `runs["fast path"]`, `for run in runs`.

    `runs.comparison`, `runs.floors` and so on are DataFrames with a first column `scenario`. `reference` is
    base where it was solved for the comparison alone.
    """

    title: str
    currency: str
    source: Path | None
    runs: tuple[Run, ...]
    reference: Run | None = None

    def __iter__(self) -> Iterator[Run]:
        return iter(self.runs)

    def __len__(self) -> int:
        return len(self.runs)

    def __getitem__(self, scenario: str) -> Run:
        found = {run.scenario: run for run in self.runs}
        if scenario not in found:
            raise KeyError(f"there is no scenario {scenario!r}; solved were {', '.join(found)}")
        return found[scenario]

    @property
    def compared(self) -> tuple[Run, ...]:
        """The runs, after base where it was solved for the comparison alone."""
        return (*([self.reference] if self.reference else []), *self.runs)

    @property
    def status(self) -> str:
        """`optimal` where every run is, else what is wrong first: without a solution before stopped early."""
        found = [run.status for run in self.runs]
        none = [status for status in found if status in NO_SOLUTION]
        return next(iter([*none, *(status for status in found if status != "optimal")]), "optimal")

    @property
    def exit_code(self) -> int:
        """0 where every run is optimal, 3 where one has no solution or is over budget, else 4."""
        if self.status == "optimal":
            return 0
        return 3 if self.status in NO_SOLUTION else 4

    @property
    def scenario_name(self) -> str:
        """How many scenarios there are."""
        return f"{len(self.runs)} scenarios" if len(self.runs) != 1 else self.runs[0].scenario

    @property
    def members(self) -> list[str]:
        """Members and their segment markets, of any run."""
        return list(dict.fromkeys(member for run in self.runs for member in run.members))

    @property
    def failed(self) -> bool:
        """True where the certificate of a run did not pass and was accepted."""
        return any(run.failed for run in self.compared)

    @property
    def sentences(self) -> list[str]:
        """A line a scenario: what it costs, against base where there is one; or its status and why."""
        base = next((run for run in self.compared if run.scenario == BASE), None)
        return [self._sentence(run, base) for run in self.compared]

    def _sentence(self, run: Run, base: Run | None) -> str:
        if run.figures is None or run.failed:
            return f"{run.scenario}: {run.status}: {_first_line(run.message)}"
        found, money = run.figures, f"million {self.currency}, present value"
        if base is None or base.figures is None or run is base:
            return (
                f"{run.scenario}: net cost of the bloc {found.bloc_net_cost:,.1f}, cost of the world "
                f"{found.world_cost:,.1f} {money}."
            )
        bloc, world = (
            getattr(found, name) - getattr(base.figures, name) for name in ("bloc_net_cost", "world_cost")
        )
        other = f" (it is another bloc: {', '.join(run.members)})" if other_bloc(run, base) else ""
        return (
            f"{run.scenario}, against base: net cost of the bloc {bloc:+,.1f}{other}, cost of the world "
            f"{world:+,.1f}."
        )

    @property
    def warnings(self) -> list[str]:
        """Each warning once, with its scenarios where it is not of all that were solved."""
        of: dict[str, list[str]] = {}
        for run in self.runs:
            for text in run.warnings:
                of.setdefault(text, []).append(run.scenario)
        solved = sum(run.figures is not None for run in self.runs)
        return [
            text if len(names) == solved else f"{text} [{'; '.join(names)}]" for text, names in of.items()
        ]

    def rows(self, sheet: str) -> list[Row]:
        """Rows of a results sheet, each after the name of its scenario."""
        if sheet == tables.COMPARISON.name:
            return comparison_table(self.compared, self.currency)
        found = [(run.scenario, *row) for run in self.runs for row in run.rows(sheet)]
        if sheet == tables.RUN.name:
            told = [run for run in self.runs if run.figures is None]
            found += [(run.scenario, "status", run.status) for run in told]
        return found

    def __getattr__(self, name: str) -> pd.DataFrame:
        """The DataFrame of a results sheet."""
        sheets = {sheet.name: sheet for sheet in tables.SEVERAL}
        if name not in sheets:
            raise AttributeError(f"Runs have no {name!r}; their tables are {', '.join(sheets)}")
        return _frame(sheets[name], self.rows(name))

    def to_excel(self, path: str | Path, *, force: bool = False) -> Path:
        """Write one results workbook for all; returns where it went. Raises OutputError or UsageError."""
        from floors.files import check_target
        from floors.report import write

        check_target(Path(path), self.source, force)
        charts = {tables.COMPARISON.name: comparison_charts(self.compared, self.currency)}
        return write(self, Path(path), force=force, keep=self.failed, sheets=tables.SEVERAL, charts=charts)


def _frame(sheet: tables.Sheet, rows: Sequence[Row]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(rows, columns=list(sheet.names))


def _first_line(text: str) -> str:
    first, _, rest = text.partition("\n")
    return f"{first} ..." if rest else first


class _Task(NamedTuple):
    """A study to solve: `scenario` of `study`, called `name`, with the options of `floors.solve`."""

    name: str
    study: Study
    scenario: str
    options: Mapping[str, Any]


def solve_many(
    studies: Iterable[Study] | Mapping[str, Study],
    executor: Executor | None = None,
    *,
    done: Callable[[Run], None] | None = None,
    **options: Any,
) -> Runs:
    """Solve several studies, here one after the other or on any executor; one that fails stops no other.

    `studies` are called by their scenarios, or as a mapping calls them; differences are from the one called
    `base`. `done` is told of each in the order given; `options` are those of `floors.solve`. Raises
    UsageError where there is none or two have one name.
    """
    if not isinstance(studies, Mapping):
        given = list(studies)
        names = [study.scenario_name for study in given]
        twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
        if twice:
            raise UsageError(f"two studies are called {twice[0]!r}; give a mapping of names to studies.")
        studies = dict(zip(names, given, strict=True))
    if not studies:
        raise UsageError("there is no study to solve.")
    tasks = [_Task(name, study, study.scenario_name, options) for name, study in studies.items()]
    return _collect(next(iter(studies.values())), tuple(_solved(tasks, executor, done)))


def solve_scenarios(
    study: Study,
    names: Iterable[str] | None = None,
    executor: Executor | None = None,
    *,
    done: Callable[[Run], None] | None = None,
    **options: Any,
) -> Runs:
    """Solve scenarios of a study by name, `base` among them; None: base and every scenario of its sheet.

    As `solve_many`, but a scenario whose changes cannot be made is one that failed, and base is solved for
    the comparison where it is not named. Raises InputError for a name that is not there.
    """
    base = study.base
    chosen = (BASE, *base.scenario_names) if names is None else tuple(dict.fromkeys(names))
    for name in chosen:
        if name != BASE and name not in base.scenario_names:
            base.scenario(name)
    extra = () if BASE in chosen else (BASE,)
    runs = tuple(_solved([_Task(name, base, name, options) for name in (*extra, *chosen)], executor, done))
    return _collect(base, runs[len(extra) :], runs[0] if extra else None)


def _collect(study: Study, runs: tuple[Run, ...], reference: Run | None = None) -> Runs:
    settings = study.settings
    return Runs(settings.title or study.name, settings.currency, study.path, runs, reference)


def _solved(
    tasks: Sequence[_Task], executor: Executor | None, done: Callable[[Run], None] | None
) -> Iterator[Run]:
    """The runs in order, each told of as it is there."""
    for run in map(_run, tasks) if executor is None else _sent(tasks, executor):
        if done:
            done(run)
        yield run


def _sent(tasks: Sequence[_Task], executor: Executor) -> Iterator[Run]:
    """The runs of an executor; what breaks on the way there or back is a failure of its task alone."""
    futures = [executor.submit(_run, task) for task in tasks]
    try:
        for task, future in zip(tasks, futures, strict=True):
            started = time.perf_counter()
            try:
                run = future.result()
            except Exception as error:  # noqa: BLE001 - said in the run, never swallowed
                run = _failure(task.name, error, started)
            yield run
    finally:
        for future in futures:
            future.cancel()


def _run(task: _Task) -> Run:
    """Solve one study; whatever is wrong with it is told in its run."""
    from floors import run

    started = time.perf_counter()
    try:
        same = task.study.scenario_name == task.scenario
        study = task.study if same else task.study.scenario(task.scenario)
        result = run.solve(study, **task.options)
    except Exception as error:  # noqa: BLE001 - said in the run, never swallowed
        return _failure(task.name, error, started)
    broken = [check.check for check in result.checks if not check.passed]
    return Run(
        task.name,
        result.status,
        f"the certificate failed: {', '.join(broken)}" if broken else "",
        time.perf_counter() - started,
        result.figures,
        tuple(result.members),
        tuple(result.warnings),
        result.failed,
        _rows={sheet.name: result.rows(sheet.name) for sheet in tables.RESULTS},
    )


def _failure(name: str, error: Exception, started: float) -> Run:
    status = error.status if isinstance(error, SolveError) else "failed"
    told = str(error)
    if not isinstance(error, FloorsError):
        told = f"{type(error).__name__}: {error} (a bug in floors: please report it)"
    trace = "".join(traceback.format_exception(error))
    return Run(name, status, told, time.perf_counter() - started, trace=trace)
