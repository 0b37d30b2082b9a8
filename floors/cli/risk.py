"""`floors risk`: capacity and floors decided before it is known which scenario comes true."""

from __future__ import annotations

from typing import Any

import click

from floors.cli import options
from floors.cli.several import for_each
from floors.cli.solving import solve_beside


@click.command()
@options.workbooks
@click.option(
    "--aversion",
    metavar="WEIGHT or LOW:HIGH:POINTS",
    help="Weight of the worst in what the plan is the least of, from 0 to below 1, in place of setting risk_aversion; "
    "of LOW:HIGH:POINTS, such as 0:0.9:10, the frontier is drawn beside the plan.",
)
@click.option(
    "--tail",
    type=float,
    metavar="SHARE",
    help="Share of what may come that is the worst, above 0 to 1, in place of setting risk_tail.",
)
@options.output("risk")
@options.overrides
@options.jobs
@options.time_limit
@options.dask
@options.stamp
@options.embed
@options.force
@options.accept_failed
@options.as_json(
    "{workbook, status, output, summary, states, floors, frontier, break_even, waiting, vault, vault_plans, "
    "message}; the eight lists hold objects with the columns of these sheets.",
)
@options.quiet
@options.verbose
@options.debug
@for_each
def risk(
    aversion: str | None, tail: float | None, accept_failed: bool, verbose: bool, as_json: bool, **common: Any
) -> None:
    """Decide capacity and one path of floors before it is known which scenario comes true.

    The states are base and every scenario with a probability (sheet scenarios); base has what is left to 1.
    Reports the expected cost, the cost of each state, the value of perfect information and of the stochastic
    solution, and what the floors are worth in each state. With settings risk_aversion and risk_tail the worst counts
    beside the average. For each shock (known_from and a probability) it tells from which probability the caps, the
    reserve targets and each contract pay for the bloc, and what it is worth to wait until the shock is known.
    """
    log = verbose and not as_json
    solve_beside(
        "risk",
        lambda solve, study, executor: solve(
            study,
            aversion=_weights(aversion),
            tail=tail,
            log=log,
            accept_failed=accept_failed,
            executor=executor,
        ),
        tasks=2,
        ending="risk",
        as_json=as_json,
        verbose=verbose,
        **common,
    )


def _weights(text: str | None) -> float | str | None:
    """A weight by itself as a number; LOW:HIGH:POINTS, and what is neither, as it was typed."""
    try:
        return None if text is None else float(text)
    except ValueError:
        return text
