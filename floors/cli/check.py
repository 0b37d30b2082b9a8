"""`floors check`: every problem of a workbook, by sheet and cell."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from floors.cli import options
from floors.cli.formats import FORMS
from floors.cli.places import Place, target_of
from floors.cli.several import for_each
from floors.cli.shared import Talk, console, named, print_json, stem_of, studied, visible, workers
from floors.errors import InputError, Problem, UsageError
from floors.steps import stage

if TYPE_CHECKING:
    from floors.many.solving import Family
    from floors.study.study import Study

SILENT = Talk(True)
_MODULES = ("floors.case.consistency", "floors.case.derive", "floors.case.doubts")


@click.command()
@options.workbooks
@click.option(
    "--mark",
    "copy",
    type=options.OUTPUT,
    metavar="COPY.xlsx",
    help="Write a copy of the workbook with every bad cell coloured and commented, and a sheet of links to them. "
    "Nothing else in it is changed. Without problems, no copy is written. A folder takes it as <name>-marked.xlsx, as "
    "it must where there are several workbooks; - is standard output. Not together with --set, since it marks what the "
    "workbook holds.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", *FORMS, "json"]),
    help="How problems are told: as a table for people on standard error (the usual way), or on standard output as one "
    "line each for editors and grep (concise: file:sheet!cell: code message), as annotations of a GitHub workflow "
    "(github), or as --json does (json).",
)
@options.overrides
@options.jobs
@click.option("--force", is_flag=True, help="Let --mark overwrite a workbook that floors did not write.")
@options.as_json(
    "{workbook, problems: [{sheet, cell, value, code, level, message, hint, option, file, column}]}; option is the "
    "--set that set it, file that of a folder, and column a header in it; with --mark also {marked}: the copy, or null "
    "where none was written.",
)
@options.silent
@options.debug
@for_each
def check(
    workbook: Path,
    copy: Place | None,
    form: str | None,
    overrides: tuple[str, ...],
    jobs: int | None,
    force: bool,
    as_json: bool,
    quiet: bool,
    debug: bool,
) -> None:
    """List every problem of a workbook at once, by sheet and cell. Exit code 2 where there is an error.

    Of several workbooks each is checked by itself, and the exit code is the highest of all; --json is a line for each.
    """
    if as_json and form not in (None, "json"):
        raise UsageError(f"--json is --format json: leave out --format {form}.")
    as_json = as_json or form == "json"
    talk = Talk(quiet or as_json)
    target = None
    if copy is not None:
        target = target_of(copy, Path(f"{stem_of(workbook)}-marked.xlsx"), as_json=as_json, option="--mark")
        target.only("--format", form)
        if overrides:
            raise UsageError("--mark marks what the workbook holds: leave out --set.")
    if copy is not None and workbook.is_dir():
        raise UsageError(
            f"--mark marks a workbook: floors convert {workbook} COPY.xlsx makes one of the folder."
        )
    study, problems = _check(workbook, jobs, talk, overrides)
    errors = sum(problem.level == "error" for problem in problems)
    if form is not None and form in FORMS:
        for problem in problems:
            click.echo(FORMS[form](named(workbook), problem))
    elif not talk.quiet:
        _print_problems(problems)
    if not errors:
        sizes = f", {len(study.years)} years" if study else ""
        talk.say(f"{named(workbook)}: no errors{sizes}.")
    found: dict[str, Any] = {"problems": [_described(problem) for problem in problems]}
    written = None
    try:
        if target is not None:
            found["marked"] = None
            written = _mark(workbook, target.path, problems, force, talk)
            found["marked"] = None if written is None else str(written)
    finally:
        if as_json:
            print_json(found)
    if target is not None and written is not None:
        target.placed(written)
    if errors:
        raise click.exceptions.Exit(2)


def _mark(workbook: Path, copy: Path, problems: list[Problem], force: bool, talk: Talk) -> Path | None:
    """Write the marked copy, and say what it holds; None where there is nothing to mark."""
    from floors.excel.marking import mark_file
    from floors.files.targets import check_target

    check_target(copy, workbook, force)
    if not problems:
        talk.say(f"There is nothing to mark: {copy} was not written.")
        return None
    try:
        with talk.showing(), stage("marking"):
            written, marked = mark_file(workbook, copy, problems, force)
    except InputError as error:
        talk.complain(f"{copy} was not written, because {workbook} cannot be marked: {error}")
        return None
    for note in marked.notes:
        talk.complain(note)
    talk.say(f"Marked in {written}: see its first sheet, {marked.sheet}.")
    return written


def _check(
    workbook: Path, jobs: int | None, talk: Talk = SILENT, overrides: Sequence[str] = ()
) -> tuple[Study | None, list[Problem]]:
    """Everything that is wrong with the workbook as it stands and with each of its scenarios."""
    from floors.cli.beside import beside_faults
    from floors.many.executors import in_order
    from floors.many.solving import Family
    from floors.study.scenarios import BASE

    try:
        with talk.showing():
            study = studied(workbook, overrides, talk)
    except InputError as error:
        told = [*error.problems, *error.warnings]
        return None, [*told, *beside_faults(workbook, told, overrides)]
    names = (BASE, *study.scenario_names)
    family = Family(study, {})
    found: dict[Problem, None] = {}
    with (
        workers(jobs, len(names), modules=_MODULES) as executor,
        talk.showing(),
        stage("scenarios checked", len(names)) as here,
    ):
        tasks = [(family, name) for name in names]
        for name, problems in zip(names, in_order(_of_scenario, tasks, executor), strict=True):
            found.update(dict.fromkeys(problems))
            here.finished(name)
    found.update(dict.fromkeys(_of_probabilities(study)))
    return study, list(found)


def _of_probabilities(study: Study) -> list[Problem]:
    """What `floors risk` would refuse, where scenarios have probabilities; faulty scenarios are told of already."""
    from floors.many.risks.states import states_of

    if any(row["probability"] for row in study.rows("scenarios")):
        try:
            states_of(study)
        except InputError as error:
            return error.problems
    return []


def _of_scenario(task: tuple[Family, str]) -> list[Problem]:
    family, name = task
    try:
        return of_study(family.study.scenario(name))
    except InputError as error:
        return [*error.problems, *error.warnings]


def of_study(study: Study) -> list[Problem]:
    """What is wrong with one study, as written or of a scenario, once its sheets are put together."""
    from floors.case.consistency import Supply, impossible
    from floors.case.derive import derive
    from floors.case.doubts import doubtful
    from floors.study.locate import group

    try:
        case = derive(study)
        supply = Supply(case)
        doubts = doubtful(case, supply)
        return group([*case.notes, *doubts, *impossible(case, supply.for_others())])
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
        "option": problem.option,
        "file": problem.file,
        "column": problem.column,
    }


def _print_problems(problems: list[Problem]) -> None:
    if not problems:
        return
    from rich.table import Table
    from rich.text import Text

    table = Table("where", "level", "problem", "what to do", show_lines=True)
    for problem in problems:
        table.add_row(
            *(Text(visible(t)) for t in (problem.place, problem.level, problem.message, problem.hint))
        )
    console(stderr=True).print(table)
