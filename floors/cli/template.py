"""`floors template`: an input workbook to fill in."""

from __future__ import annotations

from pathlib import Path

import click

from floors.cli import options
from floors.cli.places import Place, target_of
from floors.cli.shared import Talk
from floors.errors import UsageError


@click.command()
@click.argument("output", type=options.OUTPUT)
@click.option(
    "--example", is_flag=True, help="A small worked example that solves, instead of a blank workbook."
)
@click.option("--force", is_flag=True, help="Overwrite an existing workbook.")
@options.quiet
@options.debug
def template(output: Place, example: bool, force: bool, quiet: bool, debug: bool) -> None:
    """Write an input workbook to fill in: one sheet a table, with notes, units and dropdowns.

    OUTPUT is a name that ends in .xlsx; a folder takes it as study.xlsx, - is standard output.
    """
    from floors.excel.template import write_template
    from floors.files.targets import check_target

    target = target_of(output, Path("study.xlsx"))
    check_target(target.path, None, force=True)
    if target.path.exists() and not force:
        raise UsageError(f"{target.path} exists; give another name, or --force to overwrite it.")
    where = target.placed(write_template(target.path, example))
    Talk(quiet).say(f"Written to {where}.")
