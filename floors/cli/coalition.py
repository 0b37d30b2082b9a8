"""`floors coalition`: every coalition of the members."""

from __future__ import annotations

import time
from pathlib import Path

import click

from floors.cli.shared import (
    Talk,
    check_placed,
    dask_option,
    jobs_option,
    prepare,
    print_json,
    status_of,
    workers,
)


@click.command()
@click.argument("workbook", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Results workbook; outputs/<name>-coalitions.xlsx if not given.",
)
@click.option("--members", metavar="A,B,C", help="Regions that may join; the members if not given.")
@click.option("--scenario", default="base", metavar="NAME", help="Start from this scenario.")
@jobs_option
@dask_option
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
    jobs: int | None,
    dask: str | None,
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
        study, _ = prepare(workbook, target, None, False, force, False, False)
        from floors.many.coalitions import coalition as solve_coalitions

        named = None if members is None else [name.strip() for name in members.split(",")]
        with workers(jobs, dask=dask) as executor:
            found = solve_coalitions(study.scenario(scenario), named, executor=executor)
        talk.say_result(found)
        written = found.to_excel(target, force=force)
    except Exception as error:
        if as_json:
            print_json({"status": status_of(error), "output": None, "message": str(error)})
        raise
    if as_json:
        print_json({"status": found.status, "output": str(written), **found.described(), "message": ""})
    check_placed(written, target)
    talk.say(f"Written to {written} in {time.perf_counter() - started:.1f} s.")
    if found.exit_code:
        raise click.exceptions.Exit(found.exit_code)
