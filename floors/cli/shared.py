"""What commands share: messages, JSON, and a study made ready with its target checked."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property, reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from floors.errors import FloorsError, OutputError, SolveError, UsageError

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from floors import Coalitions, Risk, Sweep
    from floors.excel.tabled import Answer
    from floors.study.study import Study

Command = TypeVar("Command", bound=Callable[..., Any])
Option = Callable[[Command], Command]

FILE = click.Path(path_type=Path)
ALL_MESSAGES = "No messages: the exit code tells."

workbook_argument: Option[Any] = click.argument("workbook", type=FILE)
model_option: Option[Any] = click.option(
    "--model",
    "model_file",
    type=FILE,
    metavar="FILE.py",
    help="A file with a function build(case) that makes the Pyomo model; see models/.",
)
jobs_option: Option[Any] = click.option(
    "--jobs",
    type=click.IntRange(1),
    metavar="N",
    help="Processes to solve on; as many as there are cores if not given. The workbook is the same for every N.",
)
force_option: Option[Any] = click.option(
    "--force", is_flag=True, help="Overwrite a workbook that floors did not write."
)
accept_option: Option[Any] = click.option(
    "--accept-failed", is_flag=True, help="Keep a result whose certificate failed, marked on every sheet."
)
log_option: Option[Any] = click.option("-v", "--verbose", is_flag=True, help="Show the solver's log.")


def scenario_option(told: str = "Start from this scenario.") -> Option[Any]:
    """The scenario that a command is about."""
    return click.option("--scenario", default="base", metavar="NAME", help=told)


def talk_options(
    described: str = "", quiet: str = "No messages but errors.", debug: bool = False
) -> Option[Any]:
    """What every command takes on what it says: `as_json`, where the object is described, and `talk`; `debug` where
    the command asks."""
    json = f"One JSON object on standard output: {described}"
    return _all(
        *([click.option("--json", "as_json", is_flag=True, help=json)] if described else ()),
        click.option("--quiet", "talk", is_flag=True, callback=lambda *given: Talk(given[-1]), help=quiet),
        click.option(
            "--debug", is_flag=True, expose_value=debug, help="Show a traceback when something fails."
        ),
    )


def answer_options(ending: str, described: str, debug: bool = False) -> Option[Any]:
    """What every command takes that solves a workbook; `ending` is that of the results' name."""

    def place(context: click.Context, _: click.Parameter, given: Path | None) -> Path:
        return given or Path("outputs") / f"{context.params['workbook'].stem}-{ending}.xlsx"

    results = f"Results workbook; outputs/<name>-{ending}.xlsx if not given."
    dask = (
        "Solve on the workers of a Dask cluster, which have the same floors, by the address of its scheduler, such as "
        "tcp://host:8786. Needs floors[dask]."
    )
    return _all(
        workbook_argument,
        click.option("-o", "--output", "target", type=FILE, callback=place, help=results),
        jobs_option,
        click.option("--dask", metavar="ADDRESS", help=dask),
        force_option,
        talk_options(described, debug=debug),
    )


def _all(*options: Option[Any]) -> Option[Any]:
    return lambda command: reduce(lambda made, option: option(made), reversed(options), command)


_CONTROLS = dict.fromkeys((*range(9), *range(11, 32), *range(127, 160)), "�")


def visible(text: str) -> str:
    """Text of a workbook without characters that steer a terminal."""
    return text.translate(_CONTROLS)


class Talk:
    """Messages on standard error, silenced by --quiet; results on standard output only under --json."""

    def __init__(self, quiet: bool) -> None:
        self.quiet = quiet

    def say(self, text: str) -> None:
        """Progress and results, for a person."""
        if not self.quiet:
            click.echo(visible(text), err=True)

    def say_result(self, result: Answer) -> None:
        """A result in words, then what a careful reader must be told."""
        for line in result.sentences:
            self.say(line)
        for line in result.warnings:
            self.say(f"warning: {line}")

    def complain(self, text: str) -> None:
        """An error: never silenced."""
        click.echo(click.style(visible(text), fg="red"), err=True)


def prepare(workbook: Path, target: Path, force: bool, resume: bool = False) -> Study:
    """The study; a bad target is found before anything is solved."""
    from floors.files.targets import check_target
    from floors.study.study import read

    study = read(workbook)
    check_target(target, workbook, force, resume=resume)
    return study


class Done(NamedTuple):
    """What a command solved and wrote: `described` is what --json says besides, `beside` what lies elsewhere."""

    status: str
    described: dict[str, Any]
    written: Path
    exit_code: int = 0
    beside: str = ""


def deliver(
    work: Callable[[], Done],
    target: Path,
    as_json: bool,
    talk: Talk,
    failed: Callable[[str, str], dict[str, Any]] = lambda _, message: {"message": message},
) -> None:
    """Do what a command does that writes to `target`, and tell of it, also where it fails: then --json has what
    `failed` makes of status and message."""
    started = time.perf_counter()
    with failures(as_json, lambda status, message: {"output": None, **failed(status, message)}):
        done = work()
    if as_json:
        print_json({"status": done.status, "output": str(done.written), **done.described})
    check_placed(done.written, target)
    if done.beside:
        talk.say(done.beside)
    talk.say(f"Written to {done.written} in {time.perf_counter() - started:.1f} s.")
    if done.exit_code:
        raise click.exceptions.Exit(done.exit_code)


def answer(
    find: Callable[[Study, Executor | None], Sweep | Coalitions | Risk],
    *,
    workbook: Path,
    target: Path,
    jobs: int | None,
    dask: str | None,
    force: bool,
    as_json: bool,
    talk: Talk,
    tasks: int | None = None,
) -> None:
    """Find the answer to a question about a workbook, and write it: an `Answer` that describes itself."""

    def work() -> Done:
        study = prepare(workbook, target, force)
        with workers(jobs, tasks, dask) as executor:
            found = find(study, executor)
        talk.say_result(found)
        written = found.to_excel(target, force=force)
        code = 0 if found.failed else found.exit_code  # what failed was accepted
        return Done(found.status, {**found.described(), "message": ""}, written, code)

    deliver(work, target, as_json, talk)


@contextmanager
def failures(as_json: bool, told: Callable[[str, str], dict[str, Any]]) -> Iterator[None]:
    """Whatever goes wrong goes on; under --json an object says it too, with what `told` makes of status and
    message."""
    try:
        yield
    except Exception as error:
        if as_json:
            status = error.status if isinstance(error, SolveError) else "failed"
            print_json({"status": status, **told(status, str(error))})
        raise


@contextmanager
def workers(
    jobs: int | None,
    tasks: int | None = None,
    dask: str | None = None,
    modules: Sequence[str] = ("floors.results.solve",),
) -> Iterator[Executor | None]:
    """What to solve on: a Dask cluster, or so many processes, not more than tasks where these are counted; None
    is here. `modules` are what a process needs. Raises UsageError where no cluster is found at the address."""
    from importlib import import_module

    from floors.many.executors import cluster, cores, processes

    if dask is not None:
        if jobs is not None:
            raise UsageError("--jobs counts processes of this machine: leave it out where --dask is given.")
        with cluster(dask) as executor:
            yield executor
        return
    count = jobs or cores()
    if tasks is not None:
        count = min(count, tasks)
    for name in modules if count > 1 else ():
        import_module(name)  # once here: workers begin as copies of this process
    with processes(count) as pool:
        yield pool


class UsersModel:
    """The function `build` of a user's file, which makes a Pyomo model of a case; on its way to another process
    it is the name of that file.

    Raises UsageError where there is no such file or function, or what it makes is no model like ours.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[type[UsersModel], tuple[Path]]:
        return UsersModel, (self.path,)

    @property
    def content(self) -> bytes:
        """The bytes of its file."""
        return self.path.read_bytes()

    @cached_property
    def build(self) -> Callable[[Any], Any]:
        """The function, once its file has been run."""
        import importlib.util

        path = self.path
        if not path.is_file():
            raise UsageError(f"--model expects a Python file; found none at {path}.")
        spec = importlib.util.spec_from_file_location(path.stem, path)
        if spec is None or spec.loader is None:
            raise UsageError(f"--model expects a Python file whose name ends in .py; found {path}.")
        module = importlib.util.module_from_spec(spec)
        _theirs(path, spec.loader.exec_module, module)
        if not callable(getattr(module, "build", None)):
            raise UsageError(f"{path} has no function build(case); see models/bloc.py for one.")
        found: Callable[[Any], Any] = module.build
        return found

    def __call__(self, case: Any) -> Any:
        model = _theirs(self.path, self.build, case)
        missing = [name for name in ("ship", "produce", "supply", "use", "cap") if not hasattr(model, name)]
        if missing:
            raise UsageError(
                f"build(case) in {self.path} must return a model with the standard components; it returned "
                f"{type(model).__name__} without {', '.join(missing)}. See models/bloc.py."
            )
        return model


def builder(path: Path) -> UsersModel:
    """The model of a user's file, which is run here once to know that it can be. Raises UsageError."""
    found = UsersModel(path)
    _ = found.build
    return found


def _theirs(path: Path, call: Any, *given: Any) -> Any:
    """Run a user's code; what goes wrong in it is said with its file and line, as theirs."""
    import traceback

    try:
        return call(*given)
    except FloorsError:
        raise
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)
        lines = [frame.lineno for frame in frames if Path(frame.filename) == path.absolute()]
        line = lines[-1] if lines else getattr(error, "lineno", None)
        where = f"{path}, line {line}" if line else str(path)
        raise UsageError(f"{where}: {type(error).__name__}: {error}") from error


def check_placed(written: Path, target: Path) -> None:
    """Raise OutputError where a file was kept beside its target because that could not be replaced."""
    if written != target:
        raise OutputError(
            f"{target} could not be replaced (is it open elsewhere?); the result was kept as {written}."
        )


def print_json(found: dict[str, Any]) -> None:
    import json

    # ASCII alone, since not every standard output takes every character.
    click.echo(json.dumps(found))
