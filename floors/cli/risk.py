"""`floors risk`: capacity and floors decided before it is known which scenario comes true."""

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
    help="Results workbook; outputs/<name>-risk.xlsx if not given.",
)
@jobs_option
@dask_option
@click.option("--force", is_flag=True, help="Overwrite a workbook that floors did not write.")
@click.option(
    "--accept-failed", is_flag=True, help="Keep a result whose certificate failed, marked on every sheet."
)
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="One JSON object on standard output: {status, output, summary, states, floors, message}; the three lists "
    "hold objects with the columns of these sheets.",
)
@click.option("--quiet", is_flag=True, help="No messages but errors.")
@click.option("-v", "--verbose", is_flag=True, help="Show the solver's log.")
@click.option("--debug", is_flag=True, help="Show a traceback when something fails.")
def risk(
    workbook: Path,
    output: Path | None,
    jobs: int | None,
    dask: str | None,
    force: bool,
    accept_failed: bool,
    as_json: bool,
    quiet: bool,
    verbose: bool,
    debug: bool,
) -> None:
    """Decide capacity and one path of floors before it is known which scenario comes true.

    The states are base and every scenario with a probability (sheet scenarios); base has what is left to 1.
    Reports the expected cost, the cost of each state, the value of perfect information and of the stochastic
    solution, and what the floors are worth in each state.
    """
    started = time.perf_counter()
    talk = Talk(quiet)
    target = output or Path("outputs") / f"{workbook.stem}-risk.xlsx"
    try:
        study, options = prepare(workbook, target, None, False, force, accept_failed, verbose and not as_json)
        from floors.many.risks import risk as solve_risk

        with workers(jobs, 2, dask) as executor:
            found = solve_risk(study, log=options["log"], accept_failed=accept_failed, executor=executor)
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
