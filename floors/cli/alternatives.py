"""`floors alternatives`: plans that cost nearly as little as the least."""

from __future__ import annotations

from typing import Any

import click

from floors.cli import options
from floors.cli.several import for_each
from floors.cli.solving import solve_beside


@click.command()
@options.workbooks
@click.option(
    "--within",
    default=0.01,
    show_default=True,
    metavar="SHARE",
    help="What a plan may cost more, as a share of the least cost; 0: nothing.",
)
@options.output("alternatives")
@options.scenario("Solve this scenario.")
@options.overrides
@click.option(
    "--ranges",
    is_flag=True,
    help="Find the ends of every floor and every capped share, however many there are; without it those of most money "
    "where all would be much work.",
)
@options.jobs
@options.time_limit
@options.dask
@options.stamp
@options.embed
@options.force
@options.as_json(
    "{workbook, status, output, within, least_cost, limit, alternatives, origins, share_ranges, mix, plans, floors, "
    "message}; the last six are lists of objects with the columns of these sheets (million of present value, USD/kg, "
    "t).",
)
@options.quiet
@options.debug
@for_each
def alternatives(within: float, scenario: str, ranges: bool, **common: Any) -> None:
    """Find four contrasting plans that cost nearly as little as the least: least of capped origin, most made in the
    bloc, fewest new plants by tonnes, most even between regions of origin.

    Caps and all other limits are kept. Each plan is told with what it costs more, the floors that go with it, and what
    holding it would cost beside levies (uplift); beside them how far the capped share of what each member buys, by
    commodity and year, can go over all plans within the limit.

    Exit code 0 where every plan has floors, 3 where there is no plan at all or one is over budget, else 4.
    """
    solve_beside(
        "alternatives",
        lambda solve, study, executor: solve(
            study.scenario(scenario), within, executor, ranges=True if ranges else None
        ),
        tasks=4,
        ending="alternatives",
        **common,
    )
