"""`floors template`: an input workbook to fill in."""

from __future__ import annotations

from pathlib import Path

import click

from floors.cli.shared import FILE, Talk, check_placed, talk_options
from floors.errors import UsageError


@click.command()
@click.argument("output", type=FILE)
@click.option(
    "--example", is_flag=True, help="A small worked example that solves, instead of a blank workbook."
)
@click.option("--force", is_flag=True, help="Overwrite an existing workbook.")
@talk_options()
def template(output: Path, example: bool, force: bool, talk: Talk) -> None:
    """Write an input workbook to fill in: one sheet a table, with notes, units and dropdowns."""
    from floors.excel.template import write_template
    from floors.files.targets import check_target

    check_target(output, None, force=True)
    if output.exists() and not force:
        raise UsageError(f"{output} exists; give another name, or --force to overwrite it.")
    check_placed(write_template(output, example), output)
    talk.say(f"Written to {output}.")
