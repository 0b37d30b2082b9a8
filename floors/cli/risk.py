"""`floors risk`: capacity and floors decided before it is known which scenario comes true."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from floors.cli.shared import accept_option, answer, answer_options, log_option

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from floors import Risk
    from floors.study.study import Study


@click.command()
@accept_option
@log_option
@answer_options(
    "risk",
    "{status, output, summary, states, floors, message}; the three lists "
    "hold objects with the columns of these sheets.",
)
def risk(accept_failed: bool, verbose: bool, **shared: Any) -> None:
    """Decide capacity and one path of floors before it is known which scenario comes true.

    The states are base and every scenario with a probability (sheet scenarios); base has what is left to 1.
    Reports the expected cost, the cost of each state, the value of perfect information and of the stochastic
    solution, and what the floors are worth in each state.
    """

    def find(study: Study, executor: Executor | None) -> Risk:
        from floors.many.risks import risk as solve_risk

        log = verbose and not shared["as_json"]
        return solve_risk(study, log=log, accept_failed=accept_failed, executor=executor)

    answer(find, tasks=2, **shared)
