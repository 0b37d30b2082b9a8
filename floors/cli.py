"""The commands. Thin: read the words, call the library, print; heavy imports inside the commands."""

from __future__ import annotations

import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from floors import __version__
from floors.errors import FloorsError, InputError, NotBuilt, OutputError, Problem, SolveError, UsageError

if TYPE_CHECKING:
    from floors.many import Run, Runs
    from floors.result import Result
    from floors.results.summary import Figures
    from floors.study import Study

REPORT = "This is a bug in floors. Please report it with the workbook and the output of --debug."
INTERRUPTED = 130


class Talk:
    """Messages on standard error, silenced by --quiet; results on standard output only under --json."""

    def __init__(self, quiet: bool) -> None:
        self.quiet = quiet

    def say(self, text: str) -> None:
        """Progress and results, for a person."""
        if not self.quiet:
            click.echo(text, err=True)

    def complain(self, text: str) -> None:
        """An error: never silenced."""
        click.echo(click.style(text, fg="red"), err=True)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="floors")
def cli() -> None:
    """Coordinated price floors and sourcing mixes for a critical-minerals bloc.

    \b
    floors template study.xlsx --example   a workbook to start from
    floors check study.xlsx                every problem, by sheet and cell
    floors solve study.xlsx                floors, sourcing mix and accounts; --all: of every scenario
    floors coalition study.xlsx            every coalition: who gains, who would leave

    Exit codes: 0 done; 1 unexpected; 2 wrong usage or bad input; 3 infeasible or over budget; 4 the solver
    stopped early or the certificate failed; 5 the output could not be written; 130 interrupted.
    """


@cli.command()
@click.argument("workbook", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Results workbook; outputs/<name>-results.xlsx if not given.",
)
@click.option(
    "--scenario",
    "scenarios",
    multiple=True,
    metavar="NAME",
    help="Solve this scenario instead of the workbook as it stands; given several times, all of them into one "
    "workbook with a sheet comparison (base is solved for it where it is not named).",
)
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="Solve base and every scenario into one workbook, whatever happens to some of them. Exit code 0 where "
    "all are optimal, else 3 where one is infeasible or over budget, else 4.",
)
@click.option(
    "--model",
    "model_file",
    type=click.Path(path_type=Path),
    metavar="FILE.py",
    help="A file with a function build(case) that makes the Pyomo model; see models/.",
)
@click.option(
    "--ranges", is_flag=True, help="Find lowest and highest of every floor, however many there are."
)
@click.option("--force", is_flag=True, help="Overwrite a workbook that floors did not write.")
@click.option(
    "--accept-failed", is_flag=True, help="Keep a result whose certificate failed, marked on every sheet."
)
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="One JSON object on standard output: {status, output, scenarios: [{scenario, status, total_cost, "
    "uplift, make_whole, capped_share, seconds, message}]}.",
)
@click.option("--quiet", is_flag=True, help="No messages but errors.")
@click.option("-v", "--verbose", is_flag=True, help="Show the solver's log.")
@click.option("--debug", is_flag=True, help="Show a traceback when something fails.")
def solve(
    workbook: Path,
    output: Path | None,
    scenarios: tuple[str, ...],
    everything: bool,
    model_file: Path | None,
    ranges: bool,
    force: bool,
    accept_failed: bool,
    as_json: bool,
    quiet: bool,
    verbose: bool,
    debug: bool,
) -> None:
    """Solve a workbook: price floors, sourcing mix and accounts, written to a results workbook."""
    started = time.perf_counter()
    talk = Talk(quiet)
    names = tuple(dict.fromkeys(scenarios)) or ("base",)
    result: Result | Runs
    code = 0
    target = output or Path("outputs") / f"{workbook.stem}-results.xlsx"
    try:
        if everything and scenarios:
            raise UsageError("--all solves base and every scenario: leave out --scenario.")
        if (workbook.parent / f"~${workbook.name}").exists():
            talk.say(f"warning: {workbook} is open in another program; changes not saved there are not seen.")
        study, options = _prepare(
            workbook, target, model_file, ranges, force, accept_failed, verbose and not as_json
        )
        if everything or len(names) > 1:
            from floors.many import solve_scenarios

            told = partial(_tell, talk, debug)
            runs = solve_scenarios(study, None if everything else names, done=told, **options)
            entries = [_entry(r.scenario, r.status, r.figures, r.seconds, r.message) for r in runs]
            result, code = runs, runs.exit_code
        else:
            from floors.run import solve as solve_study

            result = solve_study(study.scenario(names[0]), **options)
            seconds = time.perf_counter() - started
            entries = [_entry(names[0], result.status, result.figures, seconds, "")]
        for line in result.sentences:
            talk.say(line)
        for line in result.warnings:
            talk.say(f"warning: {line}")
        written = result.to_excel(target, force=force)
    except Exception as error:
        if as_json:
            _print_json(
                {
                    "status": _status(error),
                    "output": None,
                    "scenarios": [
                        _entry(names[0], _status(error), None, time.perf_counter() - started, str(error))
                    ],
                }
            )
        raise
    if as_json:
        _print_json({"status": result.status, "output": str(written), "scenarios": entries})
    if written != target:
        raise OutputError(
            f"{target} could not be replaced (is it open elsewhere?); the result was kept as {written}."
        )
    talk.say(f"Written to {written} in {time.perf_counter() - started:.1f} s.")
    if code:
        raise click.exceptions.Exit(code)


def _tell(talk: Talk, debug: bool, run: Run) -> None:
    """One of several scenarios is there, or is not; why not is never silenced."""
    if run.status == "optimal":
        talk.say(f"{run.scenario}: optimal, {run.seconds:.1f} s.")
    else:
        talk.complain(f"{run.scenario}: {run.status}: {run.message}")
        if debug and run.trace:
            talk.complain(run.trace)


def _prepare(
    workbook: Path,
    target: Path,
    model_file: Path | None,
    ranges: bool,
    force: bool,
    accept_failed: bool,
    log: bool,
) -> tuple[Study, dict[str, Any]]:
    """The study, and the options of `floors.solve`; a bad target is found before anything is solved."""
    from floors.deferred import defer

    defer("scipy.stats", "scipy.integrate", "scipy.spatial")
    from floors.files import check_target
    from floors.study import read

    study = read(workbook)
    check_target(target, workbook, force)
    return study, {
        "ranges": True if ranges else None,
        "model": _builder(model_file) if model_file else None,
        "log": log,
        "accept_failed": accept_failed,
    }


def _builder(path: Path) -> Any:
    """The function `build` of a user's file, which makes a Pyomo model of a case."""
    import importlib.util

    if not path.is_file():
        raise UsageError(f"--model expects a Python file; found none at {path}.")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise UsageError(f"--model expects a Python file whose name ends in .py; found {path}.")
    module = importlib.util.module_from_spec(spec)
    _theirs(path, spec.loader.exec_module, module)
    if not callable(getattr(module, "build", None)):
        raise UsageError(f"{path} has no function build(case); see models/bloc.py for one.")

    def make(case: Any) -> Any:
        model = _theirs(path, module.build, case)
        missing = [name for name in ("ship", "produce", "supply", "use", "cap") if not hasattr(model, name)]
        if missing:
            raise UsageError(
                f"build(case) in {path} must return a model with the standard components; it returned "
                f"{type(model).__name__} without {', '.join(missing)}. See models/bloc.py."
            )
        return model

    return make


def _theirs(path: Path, call: Any, *given: Any) -> Any:
    """Run a user's code; what goes wrong in it is said with its file and line, as theirs."""
    import traceback

    try:
        return call(*given)
    except FloorsError:
        raise
    except Exception as error:
        lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if Path(f.filename) == path]
        line = lines[-1] if lines else getattr(error, "lineno", None)
        where = f"{path}, line {line}" if line else str(path)
        raise UsageError(f"{where}: {type(error).__name__}: {error}") from error


def _status(error: Exception) -> str:
    return error.status if isinstance(error, SolveError) else "failed"


def _entry(
    scenario: str, status: str, figures: Figures | None, seconds: float, message: str
) -> dict[str, Any]:
    return {
        "scenario": scenario,
        "status": status,
        "total_cost": figures.total_cost if figures else None,
        "uplift": figures.uplift if figures else None,
        "make_whole": figures.make_whole if figures else None,
        "capped_share": figures.capped_share if figures else None,
        "seconds": round(seconds, 3),
        "message": message,
    }


def _print_json(found: dict[str, Any]) -> None:
    import json

    click.echo(json.dumps(found, ensure_ascii=False))


@cli.command()
@click.argument("workbook", type=click.Path(path_type=Path))
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="One JSON object on standard output: {problems: [{sheet, cell, value, code, level, message, hint}]}.",
)
@click.option("--quiet", is_flag=True, help="No messages: the exit code tells.")
@click.option("--debug", is_flag=True, help="Show a traceback when something fails.")
def check(workbook: Path, as_json: bool, quiet: bool, debug: bool) -> None:
    """List every problem of a workbook at once, by sheet and cell. Exit code 2 where there is an error."""
    study, problems = _check(workbook)
    if as_json:
        _print_json({"problems": [_described(problem) for problem in problems]})
    elif not quiet:
        _print_problems(problems)
    errors = sum(problem.level == "error" for problem in problems)
    if not as_json and not quiet and not errors:
        sizes = f", {len(study.years)} years" if study else ""
        click.echo(f"{workbook}: no errors{sizes}.", err=True)
    if errors:
        raise click.exceptions.Exit(2)


def _check(workbook: Path) -> tuple[Study | None, list[Problem]]:
    """Everything that is wrong with the workbook as it stands and with each of its scenarios."""
    from floors.study import read

    try:
        study = read(workbook)
    except InputError as error:
        return None, error.problems
    found = dict.fromkeys(_of_study(study))
    for name in study.scenario_names:
        try:
            found.update(dict.fromkeys(_of_study(study.scenario(name))))
        except NotBuilt as error:
            found.update(dict.fromkeys(p._replace(level="warning") for p in error.problems))
        except InputError as error:
            found.update(dict.fromkeys(error.problems))
    return study, list(found)


def _of_study(study: Study) -> list[Problem]:
    from floors.case.derive import derive

    try:
        return list(derive(study).notes)
    except InputError as error:
        return [*study.notes, *error.problems]


def _described(problem: Problem) -> dict[str, Any]:
    value = problem.value
    plain = value if value is None or isinstance(value, (bool, int, float, str)) else str(value)
    return {
        "sheet": problem.sheet,
        "cell": problem.cell,
        "value": plain,
        "code": problem.code,
        "level": problem.level,
        "message": problem.message,
        "hint": problem.hint,
    }


def _print_problems(problems: list[Problem]) -> None:
    if not problems:
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("where", "level", "problem", "what to do", show_lines=True)
    for problem in problems:
        table.add_row(*(Text(t) for t in (problem.place, problem.level, problem.message, problem.hint)))
    Console(stderr=True).print(table)


@cli.command()
@click.argument("workbook", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Results workbook; outputs/<name>-coalitions.xlsx if not given.",
)
@click.option("--members", metavar="A,B,C", help="Regions that may join; the members if not given.")
@click.option("--scenario", default="base", metavar="NAME", help="Start from this scenario.")
@click.option("--force", is_flag=True, help="Overwrite a workbook that floors did not write.")
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="One JSON object on standard output: {status, output, coalitions, members, owen_adds_up, owen_in_core, "
    "epsilon, message}; coalitions and members are lists of objects with the columns of these sheets.",
)
@click.option("--quiet", is_flag=True, help="No messages but errors.")
@click.option("--debug", is_flag=True, help="Show a traceback when something fails.")
def coalition(
    workbook: Path,
    output: Path | None,
    members: str | None,
    scenario: str,
    force: bool,
    as_json: bool,
    quiet: bool,
    debug: bool,
) -> None:
    """Solve every coalition of the members: who gains, who would leave, and what would keep them.

    The results workbook is written whatever happens to some coalitions; exit code 0 where every one is optimal,
    else 3 where one is infeasible, else 4.
    """
    started = time.perf_counter()
    talk = Talk(quiet)
    target = output or Path("outputs") / f"{workbook.stem}-coalitions.xlsx"
    try:
        study, _ = _prepare(workbook, target, None, False, force, False, False)
        from floors.coalitions import coalition as solve_coalitions

        named = None if members is None else [name.strip() for name in members.split(",")]
        found = solve_coalitions(study.scenario(scenario), named)
        for line in (*found.sentences, *(f"warning: {line}" for line in found.warnings)):
            talk.say(line)
        written = found.to_excel(target, force=force)
    except Exception as error:
        if as_json:
            _print_json({"status": _status(error), "output": None, "message": str(error)})
        raise
    if as_json:
        _print_json({"status": found.status, "output": str(written), **found.described(), "message": ""})
    if written != target:
        raise OutputError(
            f"{target} could not be replaced (is it open elsewhere?); the result was kept as {written}."
        )
    talk.say(f"Written to {written} in {time.perf_counter() - started:.1f} s.")
    if found.exit_code:
        raise click.exceptions.Exit(found.exit_code)


@cli.command()
@click.argument("output", type=click.Path(path_type=Path))
@click.option(
    "--example", is_flag=True, help="A small worked example that solves, instead of a blank workbook."
)
@click.option("--force", is_flag=True, help="Overwrite an existing workbook.")
@click.option("--quiet", is_flag=True, help="No messages but errors.")
@click.option("--debug", is_flag=True, help="Show a traceback when something fails.")
def template(output: Path, example: bool, force: bool, quiet: bool, debug: bool) -> None:
    """Write an input workbook to fill in: one sheet a table, with notes, units and dropdowns."""
    from floors.files import check_target
    from floors.template import write_template

    if output.exists() and not force:
        raise UsageError(f"{output} exists; give another name, or --force to overwrite it.")
    check_target(output, None, force)
    write_template(output, example)
    Talk(quiet).say(f"Written to {output}.")


def main(arguments: list[str] | None = None) -> None:
    """Run a command and leave with the exit code of the contract."""
    import gc

    gc.disable()  # one command, one process: what it makes lives to the end
    code = run(sys.argv[1:] if arguments is None else arguments)
    gc.freeze()  # and need not be looked through on leaving
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Run a command; returns its exit code."""
    talk = Talk(False)
    try:
        outcome = cli.main(args=arguments, prog_name="floors", standalone_mode=False)
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except click.ClickException as error:
        error.show()
        return 2
    except (KeyboardInterrupt, click.Abort):
        talk.complain("Interrupted.")
        return INTERRUPTED
    except FloorsError as error:
        _show(error, talk, "--debug" in arguments)
        return error.exit_code
    except Exception as error:  # noqa: BLE001 - the last line of defence: said, never swallowed
        _trace("--debug" in arguments)
        talk.complain(f"{type(error).__name__}: {error}\n{REPORT}")
        return 1
    return outcome if isinstance(outcome, int) else 0


def _show(error: FloorsError, talk: Talk, debug: bool) -> None:
    _trace(debug)
    if isinstance(error, InputError):
        for problem in error.problems:
            talk.complain(str(problem))
        count = len(error.problems)
        talk.complain(f"{count} problem{'s' if count != 1 else ''}; nothing was solved or written.")
    else:
        talk.complain(str(error))


def _trace(debug: bool) -> None:
    if debug:
        import traceback

        traceback.print_exc()
