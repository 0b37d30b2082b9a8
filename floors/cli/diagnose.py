"""`floors diagnose`: why a workbook has no result, in its own cells."""

from __future__ import annotations

from pathlib import Path

import click

from floors.cli import options
from floors.cli.shared import Talk, builder, check_placed, day_of, print_json, status_of
from floors.steps import stage


@click.command()
@options.workbook
@click.option(
    "-o",
    "--output",
    type=options.A_PATH,
    help="A results workbook of the diagnosis, with its page and its words.",
)
@options.scenario("Diagnose this scenario.")
@options.model
@options.stamp
@options.embed
@options.force
@options.as_json(
    "{status, output, scenario, total_cost, message, conflict: [{kind, row, sentence, "
    "cells}], further, relaxation: [{kind, row, by, unit, present, needed, sentence, cells, counts}], policy (like "
    "relaxation, or null), policy_cannot, alternatives (like relaxation), sentences}; cells are lists of {sheet, cell, "
    "value, changed, column}; counts is in million at present value, changed is the cell of sheet changes that set it, "
    "column the one that the sheet lacks; output is null where no workbook was asked for.",
)
@options.silent
@options.debug
def diagnose(
    workbook: Path,
    output: Path | None,
    scenario: str,
    model_file: Path | None,
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
    talk = Talk(quiet, progress=not as_json)
    try:
        from floors.diagnosis import diagnose as find
        from floors.excel.embedded import to_embed
        from floors.files.targets import check_target
        from floors.study.study import read

        if output is not None:
            check_target(output, workbook, force)
        make = builder(model_file) if model_file else None
        with talk.showing():
            with stage("reading"):
                study = read(workbook).scenario(scenario)
            kept = to_embed(study, embed and output is not None)
            found = find(study, model=make)
            written = (
                None
                if output is None
                else found.to_excel(output, force=force, day=day_of(stamp), embed=kept or False)
            )
    except Exception as error:
        if as_json:
            print_json(
                {"status": status_of(error), "output": None, "scenario": scenario, "message": str(error)}
            )
        raise
    if as_json:
        told = found.described()
        print_json({"status": told.pop("status"), "output": str(written) if written else None, **told})
    else:
        for line in found.sentences:
            talk.say(line)
    if output is not None and written is not None:
        check_placed(written, output)
        talk.say(f"Written to {written}.")
    if found.exit_code:
        raise click.exceptions.Exit(found.exit_code)
