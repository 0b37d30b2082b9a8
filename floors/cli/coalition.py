"""`floors coalition`: every coalition of the members."""

from __future__ import annotations

from typing import Any

import click

from floors.cli import options
from floors.cli.several import for_each
from floors.cli.solving import solve_beside


@click.command()
@options.workbooks
@options.output("coalitions")
@click.option("--members", metavar="A,B,C", help="Regions that may join; the members if not given.")
@click.option(
    "--candidates",
    metavar="A,B,C",
    is_flag=False,
    flag_value="all",
    help="What it is worth when these join the members, alone and in which order; all, or no names: each region of "
    "role other that demands what is capped.",
)
@click.option(
    "--n",
    "count",
    type=int,
    metavar="N",
    help="With --candidates: solve each set at N random factors on what sheet uncertainty says is uncertain.",
)
@click.option("--seed", type=int, metavar="N", help="With --n: what the draws start from; 0 if not given.")
@options.scenario("Start from this scenario.")
@options.overrides
@options.jobs
@options.time_limit
@options.dask
@options.stamp
@options.embed
@options.force
@options.as_json(
    "{workbook, status, output, coalitions, members, owen_adds_up, owen_in_core, "
    "epsilon, message}; coalitions and members are lists of objects with the columns of these sheets. With "
    "--candidates {status, output, candidates, orders, worth_bands, coalitions, best_order, greedy, best_in, message}.",
)
@options.quiet
@options.debug
@for_each
def coalition(
    members: str | None,
    candidates: str | None,
    count: int | None,
    seed: int | None,
    scenario: str,
    **common: Any,
) -> None:
    """Solve every coalition of the members: who gains, who would leave, and what would keep them.

    With --candidates: who should join, in which order, and what that is worth to the members and to each of them; every
    set of the members and some candidates, of more than 6 those that gain most step by step.

    The results workbook is written whatever happens to some coalitions; exit code 0 where every one is optimal,
    else 3 where one is infeasible, else 4.
    """
    named = None if members is None else _listed(members)
    joining = candidates if candidates in (None, "all") else _listed(candidates)
    solve_beside(
        "coalition",
        lambda solve, study, executor: solve(
            study.scenario(scenario), named, executor=executor, candidates=joining, n=count, seed=seed
        ),
        ending="coalitions" if candidates is None else "candidates",
        **common,
    )


def _listed(names: str) -> list[str]:
    """The names in a list; none in a blank one."""
    return [one.strip() for one in names.split(",")] if names.strip() else []
