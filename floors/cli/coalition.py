"""`floors coalition`: every coalition of the members."""

from __future__ import annotations

from typing import Any

import click

from floors.cli import options
from floors.cli.shared import solve_beside


@click.command()
@options.workbook
@options.output("coalitions")
@click.option("--members", metavar="A,B,C", help="Regions that may join; the members if not given.")
@options.scenario("Start from this scenario.")
@options.jobs
@options.dask
@options.stamp
@options.force
@options.as_json(
    "{status, output, coalitions, members, owen_adds_up, owen_in_core, "
    "epsilon, message}; coalitions and members are lists of objects with the columns of these sheets.",
)
@options.quiet
@options.debug
def coalition(members: str | None, scenario: str, **common: Any) -> None:
    """Solve every coalition of the members: who gains, who would leave, and what would keep them.

    The results workbook is written whatever happens to some coalitions; exit code 0 where every one is optimal,
    else 3 where one is infeasible, else 4.
    """
    named = None if members is None else [one.strip() for one in members.split(",")]
    solve_beside(
        "coalition",
        lambda solve, study, executor: solve(study.scenario(scenario), named, executor=executor),
        ending="coalitions",
        **common,
    )
