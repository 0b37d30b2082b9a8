"""`floors sweep`: cost against cap."""

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
    "--cap",
    "caps",
    default="0.9:0.2:15",
    show_default=True,
    metavar="FIRST:LAST:POINTS",
    help="Shares to set the caps to.",
)
@click.option("--commodity", metavar="NAME", help="Only the caps of this commodity or group.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Results workbook; outputs/<name>-sweep.xlsx if not given.",
)
@click.option("--scenario", default="base", metavar="NAME", help="Start from this scenario.")
@jobs_option
@dask_option
@click.option("--force", is_flag=True, help="Overwrite a workbook that floors did not write.")
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="One JSON object on standard output: {status, output, sweep, floors, kinks, tightest, message}; sweep and "
    "floors are lists of objects with the columns of these sheets (million of present value, USD/kg), kinks the caps "
    "where cost bends, tightest the least cap that has a plan (null where it was not looked for).",
)
@click.option("--quiet", is_flag=True, help="No messages but errors.")
@click.option("--debug", is_flag=True, help="Show a traceback when something fails.")
def sweep(
    workbook: Path,
    caps: str,
    commodity: str | None,
    output: Path | None,
    scenario: str,
    jobs: int | None,
    dask: str | None,
    force: bool,
    as_json: bool,
    quiet: bool,
    debug: bool,
) -> None:
    """Solve a workbook at many caps: what each costs, the floors it needs, and where the cost bends.

    Every value of sheet caps is set to the share, in each year that has one: on rows without a segment and not
    on each origin (where there are only such rows, on those), of all commodities or of one. A row in tonnes
    becomes that share of the table demand in its scope. Rows of the sheet that are marked kink lie between the
    points: there the cost bends; they are found exactly, but not under basis use, elastic demand or a minimum rule.

    The results workbook is written whatever happens to some caps; exit code 0 where every one is optimal, else 3
    where one is infeasible, else 4.
    """
    started = time.perf_counter()
    talk = Talk(quiet)
    target = output or Path("outputs") / f"{workbook.stem}-sweep.xlsx"
    try:
        study, _ = prepare(workbook, target, None, False, force, False, False)
        from floors.many.sweep.sweeping import sweep as solve_sweep

        with workers(jobs, dask=dask) as executor:
            found = solve_sweep(study.scenario(scenario), caps, commodity, executor)
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
