"""`floors example`: copies of the example workbooks and models."""

from __future__ import annotations

from pathlib import Path

import click

from floors.cli import options
from floors.cli.places import Place, StandardOutput, target_of
from floors.cli.shared import Talk
from floors.errors import UsageError


@click.command()
@click.argument("name", required=False)
@click.option(
    "-o",
    "--output",
    type=options.OUTPUT,
    help="The copy, by itself under its own name in the working folder; a folder to put it in; - for standard output.",
)
@click.option("--force", is_flag=True, help="Replace a file that differs from the example.")
@options.quiet
@options.debug
def example(name: str | None, output: Place | None, force: bool, quiet: bool, debug: bool) -> None:
    """Write a copy of an example workbook or model; without NAME, list them.

    What `floors template --example` writes is smaller, made up, and has a guide, notes and dropdowns to fill in.
    """
    from floors.files.examples import EXAMPLES, FOLDER
    from floors.files.examples import example as write_example

    if name is None:
        width = max(map(len, EXAMPLES))
        for one, what in EXAMPLES.items():
            click.echo(f"{one:{width}}  {what}")
        return
    if name == FOLDER and isinstance(output, StandardOutput):
        raise UsageError(f"{name} is a folder of files, which standard output is not: give -o FOLDER.")
    target = target_of(output, Path(name))
    where = target.placed(write_example(name, target.path, force=force))
    Talk(quiet).say(f"Written to {where}.")
