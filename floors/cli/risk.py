"""`floors risk`: capacity and floors decided before it is known which scenario comes true."""

from __future__ import annotations

from typing import Any

import click

from floors.cli import options
from floors.cli.shared import solve_beside


@click.command()
@options.workbook
@options.output("risk")
@options.jobs
@options.dask
@options.stamp
@options.force
@options.accept_failed
@options.as_json(
    "{status, output, summary, states, floors, break_even, waiting, message}; the five lists "
    "hold objects with the columns of these sheets.",
)
@options.quiet
@options.verbose
@options.debug
def risk(accept_failed: bool, verbose: bool, as_json: bool, **common: Any) -> None:
    """Decide capacity and one path of floors before it is known which scenario comes true.

    The states are base and every scenario with a probability (sheet scenarios); base has what is left to 1.
    Reports the expected cost, the cost of each state, the value of perfect information and of the stochastic
    solution, and what the floors are worth in each state.
    """
    log = verbose and not as_json
    solve_beside(
        "risk",
        lambda solve, study, executor: solve(study, log=log, accept_failed=accept_failed, executor=executor),
        tasks=2,
        ending="risk",
        as_json=as_json,
        verbose=verbose,
        **common,
    )
