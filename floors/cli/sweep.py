"""`floors sweep`: cost against cap."""

from __future__ import annotations

from typing import Any

import click

from floors.cli import options
from floors.cli.several import for_each
from floors.cli.solving import solve_beside


@click.command()
@options.workbooks
@click.option(
    "--cap",
    "caps",
    default="0.9:0.2:15",
    show_default=True,
    metavar="FIRST:LAST:POINTS",
    help="Shares to set the caps to.",
)
@click.option(
    "--offer",
    metavar="REGION:FIRST:LAST:POINTS",
    help="Each cap against each price that a capped region answers, as factors on its unit costs: CN:0.6:1.2:7.",
)
@click.option(
    "--export",
    metavar="REGION:FIRST:LAST:POINTS",
    help="Each cap against how much a capped region still sells abroad, as shares of what it sells without a policy: "
    "CN:0:1:5.",
)
@click.option("--commodity", metavar="NAME", help="Only the caps of this commodity or group.")
@options.output("sweep")
@options.scenario("Start from this scenario.")
@options.overrides
@options.jobs
@options.time_limit
@options.dask
@options.stamp
@options.embed
@options.force
@options.as_json(
    "{workbook, status, output, sweep, optimum, floors, jumps, kinks, tightest, cap_of_least_bloc_net_cost, "
    "cap_of_least_world_cost, worth_of_the_difference, costs_the_world, message}; sweep, optimum, floors and jumps are "
    "lists of objects with the columns of these sheets (million of present value, USD/kg), kinks the caps where cost "
    "bends, tightest the least cap that has a plan (null where it was not looked for). With answers: {status, output, "
    "lever, region, grid, first, members, floors, best_cap, best_answer, neither_moves, worth_of_committing_first, "
    "message}.",
)
@options.quiet
@options.debug
@for_each
def sweep(
    caps: str, commodity: str | None, scenario: str, offer: str | None, export: str | None, **common: Any
) -> None:
    """Solve a workbook at many caps: what each costs, its floors and who sets them, where cost bends and floors jump.

    Every value of sheet caps is set to the share, in each year that has one: on rows without a segment and not
    on each origin (where there are only such rows, on those), of all commodities or of one. A row in tonnes
    becomes that share of the table demand in its scope. Rows of the sheet that are marked kink lie between the
    points: there the cost bends; they are found exactly, but not under basis use, elastic demand or a minimum rule.

    Sheet optimum has the cap of least cost for the bloc, that for the world, and what the difference is worth.

    With --offer or --export every cap is tried against every answer of a capped region: who pays what in each cell,
    either side's best answers, cells that neither leaves, and what committing first is worth. An offer moves unit
    costs of all that the region makes, and reference prices of it; an export limit holds by commodity and year, and
    its rent is the region's.

    The results workbook is written whatever happens to some caps; exit code 0 where every one is optimal, else 3
    where one is infeasible, else 4.
    """
    solve_beside(
        "sweep",
        lambda solve, study, executor: solve(
            study.scenario(scenario), caps, commodity, executor, offer=offer, export=export
        ),
        ending="sweep",
        **common,
    )
