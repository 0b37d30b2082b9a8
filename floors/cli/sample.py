"""`floors sample`: how sure floors and costs are, and which inputs make them so."""

from __future__ import annotations

from typing import Any

import click

from floors.cli import options
from floors.cli.several import for_each
from floors.cli.solving import solve_beside


@click.command()
@options.workbooks
@click.option(
    "--n", "count", type=int, default=1000, show_default=True, metavar="N", help="How many samples to solve."
)
@click.option(
    "--indices",
    is_flag=True,
    help="Draw so that the share of each input in what is uncertain can be told; --n counts all solves.",
)
@click.option(
    "--seed", type=int, default=0, show_default=True, metavar="N", help="What the draws start from."
)
@options.output("sample")
@options.scenario("Start from this scenario.")
@options.overrides
@options.jobs
@options.time_limit
@options.dask
@click.option(
    "--resume",
    is_flag=True,
    help="Go on from the samples that a run that was stopped, or reached its time limit, left beside the workbook.",
)
@options.stamp
@options.embed
@options.force
@options.as_json(
    "{workbook, status, output, n, solves, seed, rows, failed_share, bands, floors, indices, failures, inputs, "
    "message}; rows is the m of indices (0 without them), failed_share the share of samples without a plan; those "
    "after it are lists of objects with the columns of these sheets (million of present value, USD/kg).",
)
@options.quiet
@options.debug
@for_each
def sample(count: int, indices: bool, seed: int, scenario: str, **common: Any) -> None:
    """Solve a workbook at random factors on what sheet uncertainty says is uncertain: how sure is the answer?

    Without the sheet unit and capital costs, values, tariffs and demand move by up to 20 %. The draws are a Latin
    hypercube; with --indices those of Saltelli, which also tell the share of each input in the variance of each number,
    and in whether there is a plan at all. Bands are the 5th, 50th and 95th percentile of the samples that have a plan.

    The results workbook is written whatever happens to some samples; exit code 0 where any has a plan, else 3 where
    there is none, else 4.
    """
    solve_beside(
        "sample",
        lambda solve, study, executor: solve(study.scenario(scenario), count, indices, seed, executor),
        ending="sample",
        **common,
    )
