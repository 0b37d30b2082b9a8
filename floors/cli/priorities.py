"""`floors priorities`: which minerals first."""

from __future__ import annotations

from typing import Any

import click

from floors.cli import options
from floors.cli.several import for_each
from floors.cli.solving import solve_beside


@click.command()
@options.workbooks
@click.option(
    "--n",
    "count",
    type=int,
    default=64,
    show_default=True,
    metavar="N",
    help="How many samples the bands are made of; 0: none.",
)
@click.option(
    "--seed", type=int, default=0, show_default=True, metavar="N", help="What the draws start from."
)
@options.output("priorities")
@options.overrides
@options.jobs
@options.time_limit
@options.dask
@options.stamp
@options.embed
@options.force
@options.as_json(
    "{workbook, status, output, samples, priorities, priority_shocks, priority_floors, priority_payers, "
    "priority_inputs, message}; the five after samples are lists of objects with the columns of these sheets "
    "(million of present value, USD/kg).",
)
@options.quiet
@options.debug
@for_each
def priorities(count: int, seed: int, **common: Any) -> None:
    """Rank the chains of a workbook by the loss that their caps avoid on average, for each million that they cost.

    A chain is what technologies make of each other. Shocks are scenarios with a probability (sheet scenarios):
    embargoes, and what becomes known in a later year. In each, all that is decided before is decided as if it never
    came, with the caps of the chain and without. Bands are over random factors on what sheet uncertainty says is
    uncertain.

    Exit code 0 where every chain has its plans, 3 where one has none, else 4; 2 where no scenario is a shock with a
    probability.
    """
    solve_beside(
        "priorities",
        lambda solve, study, executor: solve(study, count, seed, executor),
        ending="priorities",
        **common,
    )
