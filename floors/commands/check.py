"""`floors check`: every problem of a workbook, by sheet and cell."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from floors.commands.common import print_json
from floors.errors import InputError, NotBuilt, Problem

if TYPE_CHECKING:
    from floors.study import Study


@click.command()
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
        print_json({"problems": [_described(problem) for problem in problems]})
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
    from floors.case.consistency import impossible
    from floors.case.derive import derive
    from floors.case.doubts import doubtful
    from floors.reading.locate import group

    try:
        case = derive(study)
        return group([*case.notes, *doubtful(case), *impossible(case)])
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
