"""`floors template`: an input workbook to fill in."""

from __future__ import annotations

from pathlib import Path

import click

from floors.cli import options
from floors.cli.shared import Talk, check_placed
from floors.errors import UsageError


@click.command()
@click.argument("output", type=click.Path(path_type=Path))
@click.option(
    "--example", is_flag=True, help="A small worked example that solves, instead of a blank workbook."
)
@click.option("--force", is_flag=True, help="Overwrite an existing workbook.")
@options.quiet
@options.debug
def template(output: Path, example: bool, force: bool, quiet: bool, debug: bool) -> None:
    """Write an input workbook to fill in: one sheet a table, with notes, units and dropdowns."""
    from floors.excel.template import write_template
    from floors.files.targets import check_target

    check_target(output, None, force=True)
    if output.exists() and not force:
        raise UsageError(f"{output} exists; give another name, or --force to overwrite it.")
    check_placed(write_template(output, example), output)
    Talk(quiet).say(f"Written to {output}.")
