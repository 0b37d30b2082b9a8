"""`floors tornado`: which uncertain numbers move floors and costs most."""

from __future__ import annotations

from typing import Any

import click

from floors.cli import options
from floors.cli.several import for_each
from floors.cli.solving import solve_beside


@click.command()
@options.workbooks
@click.option(
    "--floor",
    "floors",
    multiple=True,
    metavar="MEMBER/COMMODITY/YEAR",
    help="Only these floors: each part a name or *, such as 'US/*/2030'; may be given again. All if not given.",
)
@options.output("tornado")
@options.scenario("Start from this scenario: its changes first, then the factors.")
@options.overrides
@options.jobs
@options.time_limit
@options.dask
@options.stamp
@options.embed
@options.force
@options.as_json(
    "{workbook, status, output, tornado, inputs, message}; tornado and inputs are lists of objects with the columns "
    "of these sheets (million of present value, USD/kg, shares); null where an end has no plan.",
)
@options.quiet
@options.debug
@for_each
def tornado(floors: tuple[str, ...], scenario: str, **common: Any) -> None:
    """Solve a workbook with each uncertain number at its low and at its high, one at a time, all else as it is.

    Sheet uncertainty says which cells move and by which factors, its groups together. Where the workbook has no such
    sheet, costs, values, tariffs and demand move by 20 %, costs by technology, values and demand by segment. Told are
    floors, the net cost of the bloc and of each member, and shares of capped origin: the widest bar first.

    An end without a plan is blank, with its status, and comes before all bars. The results workbook is written
    whatever happens to some ends; exit code 0 where the study as it is has a plan, else 3 or 4.
    """
    solve_beside(
        "tornado",
        lambda solve, study, executor: solve(study.scenario(scenario), floors or None, executor),
        ending="tornado",
        **common,
    )
