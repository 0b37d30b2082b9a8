"""`floors coalition`: every coalition of the members."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from floors.cli.shared import answer, answer_options, scenario_option

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from floors import Coalitions
    from floors.study.study import Study


@click.command()
@click.option("--members", metavar="A,B,C", help="Regions that may join; the members if not given.")
@scenario_option()
@answer_options(
    "coalitions",
    "{status, output, coalitions, members, owen_adds_up, owen_in_core, "
    "epsilon, message}; coalitions and members are lists of objects with the columns of these sheets.",
)
def coalition(members: str | None, scenario: str, **shared: Any) -> None:
    """Solve every coalition of the members: who gains, who would leave, and what would keep them.

    The results workbook is written whatever happens to some coalitions; exit code 0 where every one is optimal,
    else 3 where one is infeasible, else 4.
    """

    def find(study: Study, executor: Executor | None) -> Coalitions:
        from floors.many.coalitions import coalition as solve_coalitions

        named = None if members is None else [name.strip() for name in members.split(",")]
        return solve_coalitions(study.scenario(scenario), named, executor=executor)

    answer(find, **shared)
