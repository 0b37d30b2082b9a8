"""`floors schema`: the contract of inputs for other programs."""

from __future__ import annotations

import click

from floors.cli import options


@click.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(("json-schema", "datapackage")),
    default="json-schema",
    show_default=True,
    help="JSON Schema of sheets as lists of records, or a Frictionless data package of one CSV file a sheet.",
)
@options.debug
def schema(form: str, debug: bool) -> None:
    """Print what an input is: every sheet and column with its type, unit, meaning and bounds, as JSON."""
    import json

    from floors.contract.schema import schema as told

    # ASCII alone, since not every standard output takes every character.
    click.echo(json.dumps(told(form), indent=2))
