"""What commands share: messages, JSON, and a study made ready with its target checked."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from floors.errors import FloorsError, InputError, OutputError, SolveError, UsageError
from floors.steps import stage

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from rich.console import Console

    from floors.cli.progress import Moving, Way
    from floors.excel.tabled import Answer
    from floors.study.study import Study

REPORT = "This is a bug in floors. Please report it with the workbook and the output of --debug."
WORKBOOK = "floors.workbook"
"""Where the context of a command has the name of the workbook that it is at."""
RECEIVED = "floors.received"
"""Where it has the file that came through standard input."""
_CONTROLS = dict.fromkeys((*range(9), *range(11, 32), *range(127, 160)), "�")


def coloured() -> bool | None:
    """Whether what is said has colours: NO_COLOR says no, FORCE_COLOR yes, where not empty; None: on a terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    return True if os.environ.get("FORCE_COLOR") else None


def console(**how: Any) -> Console:
    """What rich writes to; with colours where `coloured` says so."""
    from rich.console import Console

    return Console(no_color=coloured() is False, **how)


def visible(text: str) -> str:
    """Text of a workbook without characters that steer a terminal."""
    return text.translate(_CONTROLS)


class Talk:
    """Messages on standard error, silenced by --quiet; results on standard output only under --json.

    `progress`: whether it is told what a command is doing. `shares`: of a command that solves once, see
    `floors.cli.progress`.
    """

    def __init__(
        self, quiet: bool, *, progress: bool = True, shares: Mapping[str, float] | None = None
    ) -> None:
        self.quiet = quiet
        self._progress, self._shares = progress and not quiet, shares
        self._moving: Moving | None = None

    @cached_property
    def _way(self) -> Way:
        from floors.cli.progress import Way

        return Way(self._shares)

    @contextmanager
    def showing(self, *, moving: bool = True) -> Iterator[None]:
        """What is done in the block is shown; not `moving`: in lines, also on a terminal. Processes to solve on are
        made before, since a copy of this one must find no other thread in it."""
        if not self._progress:
            yield
            return
        from floors.cli.progress import showing

        with showing(self.say, self._way, moving=moving) as self._moving:
            try:
                yield
            finally:
                self._moving = None

    def say(self, text: str) -> None:
        """Progress and results, for a person."""
        if not self.quiet:
            self._write(text)

    def say_result(self, result: Answer) -> None:
        """A result in words, then what a careful reader must be told."""
        for line in result.sentences:
            self.say(line)
        for line in result.warnings:
            self.say(f"warning: {line}")

    def complain(self, text: str) -> None:
        """An error: never silenced."""
        self._write(text, "red")

    def _write(self, text: str, colour: str | None = None) -> None:
        if self._moving is not None:
            self._moving.say(visible(text), colour or "")
        else:
            said = click.style(visible(text), fg=colour) if colour else visible(text)
            click.echo(said, err=True, color=coloured())


def prepared(
    workbook: Path,
    target: Path,
    force: bool,
    overrides: Sequence[str] = (),
    *,
    talk: Talk,
    resume: bool = False,
) -> Study:
    """The study, with what was set in it told; a bad target is found before anything is solved."""
    from floors.files.targets import check_target

    study = studied(workbook, overrides, talk)
    check_target(target, workbook, force, resume=resume)
    return study


def studied(workbook: Path, overrides: Sequence[str], talk: Talk) -> Study:
    """The study of a workbook; which cells were set is told."""
    from floors.study.study import read

    with stage("reading"):
        study = read(workbook, overrides=overrides)
    for one in study.overridden:
        talk.say(one.told)
    return study


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
        name = f"floors_model_{path.stem}"  # no name that the file itself may import
        spec = importlib.util.spec_from_file_location(name, path)
        if spec is None or spec.loader is None:
            raise UsageError(f"--model expects a Python file whose name ends in .py; found {path}.")
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module  # where dataclasses and pickles look for it
        _theirs(path, spec.loader.exec_module, module)
        if not callable(getattr(module, "build", None)):
            raise UsageError(
                f"{path} has no function build(case); `floors example bloc.py` writes one that has."
            )
        found: Callable[[Any], Any] = module.build
        return found

    def __call__(self, case: Any) -> Any:
        model = _theirs(self.path, self.build, case)
        missing = [name for name in ("ship", "produce", "supply", "use", "cap") if not hasattr(model, name)]
        if missing:
            raise UsageError(
                f"build(case) in {self.path} must return a model with the standard components; it returned "
                f"{type(model).__name__} without {', '.join(missing)}. See `floors example bloc.py`."
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


def named(workbook: Path) -> str:
    """A workbook as messages name it: its path; of what came through standard input nobody needs to know it."""
    context = click.get_current_context(silent=True)
    received = context is not None and context.meta.get(RECEIVED) == workbook
    return workbook.name if received else str(workbook)


def show(error: FloorsError, talk: Talk, *, debug: bool, of: str = "") -> None:
    """Say what is wrong, each problem in a line; `of` says of what before each."""
    trace(debug)
    if isinstance(error, InputError):
        for problem in error.problems:
            told = str(problem)
            talk.complain(told if told.startswith(of) else of + told)
        count = len(error.problems)
        talk.complain(f"{of}{count} problem{'s' if count != 1 else ''}; nothing was solved or written.")
    else:
        talk.complain(f"{of}{error}")


def unexpected(error: Exception, talk: Talk, *, debug: bool, of: str = "") -> int:
    """Say what is a bug of ours; its exit code."""
    trace(debug)
    talk.complain(f"{of}{type(error).__name__}: {error}\n{REPORT}")
    return 1


def trace(debug: bool) -> None:
    """The traceback of the error at hand, where it was asked for."""
    if debug:
        import traceback

        traceback.print_exc()


def status_of(error: Exception) -> str:
    return error.status if isinstance(error, SolveError) else "failed"


def stem_of(source: Path) -> str:
    """The name of a workbook or a folder, of which the names of what is written of it are made."""
    return source.resolve().name if source.is_dir() else source.stem


def day_of(stamp: bool) -> str:
    """The day of today, where it was asked for."""
    return date.today().isoformat() if stamp else ""


def print_json(found: dict[str, Any]) -> None:
    """One object in one line; of a command that takes several workbooks it begins with which."""
    import json

    context = click.get_current_context(silent=True)
    if context is not None and WORKBOOK in context.meta:
        found = {"workbook": context.meta[WORKBOOK], **found}
    # ASCII alone, since not every standard output takes every character.
    click.echo(json.dumps(found))
