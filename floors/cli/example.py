"""`floors example`: copies of the example workbooks and models."""

from __future__ import annotations

from pathlib import Path

import click

from floors.cli import options
from floors.cli.shared import Talk


@click.command()
@click.argument("name", required=False)
@click.option(
    "-o",
    "--output",
    type=options.A_PATH,
    help="The copy; the name of the example in this folder if not given.",
)
@click.option("--force", is_flag=True, help="Replace a file that differs from the example.")
@options.quiet
@options.debug
def example(name: str | None, output: Path | None, force: bool, quiet: bool, debug: bool) -> None:
    """Write a copy of an example workbook or model; without NAME, list them.

    What `floors template --example` writes is smaller, made up, and has a guide, notes and dropdowns to fill in.
    """
    from floors.files.examples import EXAMPLES
    from floors.files.examples import example as write_example

    if name is None:
        width = max(map(len, EXAMPLES))
        for one, what in EXAMPLES.items():
            click.echo(f"{one:{width}}  {what}")
        return
    Talk(quiet).say(f"Written to {write_example(name, output, force=force)}.")
