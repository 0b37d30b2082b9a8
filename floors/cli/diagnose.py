"""`floors diagnose`: why a workbook has no result, in its own cells."""

from __future__ import annotations

from pathlib import Path

import click

from floors.cli import options
from floors.cli.places import Place, target_of
from floors.cli.several import for_each
from floors.cli.shared import Talk, builder, day_of, print_json, status_of, stem_of, studied
from floors.errors import TimeLimit
from floors.stopping import Deadline


@click.command()
@options.workbooks
@click.option(
    "-o",
    "--output",
    type=options.OUTPUT,
    help="A results workbook of the diagnosis, with its page and its words; a folder takes it as "
    "<name>-diagnosis.xlsx, - is standard output.",
)
@options.scenario("Diagnose this scenario.")
@options.overrides
@options.model
@options.time_limit
@options.stamp
@options.embed
@options.force
@options.as_json(
    "{workbook, status, output, scenario, total_cost, message, conflict: [{kind, row, sentence, "
    "cells}], further, relaxation: [{kind, row, by, unit, present, needed, sentence, cells, counts}], policy (like "
    "relaxation, or null), policy_cannot, alternatives (like relaxation), sentences}; cells are lists of {sheet, cell, "
    "value, changed, column}; counts is in million at present value, changed is the cell of sheet changes, or "
    "the --set, that set it, column the one that the sheet lacks; output is null where no workbook was asked for.",
)
@options.silent
@options.debug
@for_each
def diagnose(
    workbook: Path,
    output: Place | None,
    scenario: str,
    overrides: tuple[str, ...],
    model_file: Path | None,
    time_limit: float | None,
    stamp: bool,
    embed: bool,
    force: bool,
    as_json: bool,
    quiet: bool,
    debug: bool,
) -> None:
    """Say why a workbook has no plan: what cannot hold together, and the least that would have to give.

    Every number is named by its cell. What gives way is weighed in money: a tonne a year counts the highest
    value that a buyer gives the commodity (else its reference price), discounted; what must be met in full counts
    twice that. Exit code 0 where there is a plan and floors, 3 where there is none or it is over budget, 4 where
    the cost has no bound or the levies of a minimum do not settle.
    """
    limit = Deadline(time_limit)
    talk = Talk(quiet, progress=not as_json)
    target = None
    if output is not None:
        target = target_of(output, Path(f"{stem_of(workbook)}-diagnosis.xlsx"), as_json=as_json)
    try:
        from floors.diagnosis import diagnose as find
        from floors.excel.embedded import to_embed
        from floors.files.targets import check_target

        if target is not None:
            check_target(target.path, workbook, force)
        make = builder(model_file) if model_file else None
        with talk.showing():
            study = studied(workbook, overrides, talk).scenario(scenario)
            kept = to_embed(study, embed and target is not None)
            with limit:
                found = find(study, model=make)
            written = None
            if target is not None:
                written = found.to_excel(target.path, force=force, day=day_of(stamp), embed=kept or False)
    except Exception as error:
        if as_json:
            print_json(
                {"status": status_of(error), "output": None, "scenario": scenario, "message": str(error)}
            )
        raise
    if as_json:
        told = found.described()
        status = told.pop("status")
        print_json(
            {
                "status": TimeLimit.status if limit.reached else status,
                "output": str(written) if written else None,
                **told,
            }
        )
    else:
        for line in found.sentences:
            talk.say(line)
    if target is not None and written is not None:
        talk.say(f"Written to {target.placed(written)}.")
    if limit.reached:
        talk.complain(limit.told)
        raise click.exceptions.Exit(TimeLimit.exit_code)
    if found.exit_code:
        raise click.exceptions.Exit(found.exit_code)
