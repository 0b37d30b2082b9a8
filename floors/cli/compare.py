"""`floors compare`: two results workbooks, number by number."""

from __future__ import annotations

from pathlib import Path

import click

from floors.cli import options
from floors.cli.shared import Talk, print_json

MOST_SAID = 30


@click.command()
@click.argument("first", metavar="A.xlsx", type=click.Path(path_type=Path))
@click.argument("second", metavar="B.xlsx", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="A workbook of all differences.")
@click.option(
    "--tolerance",
    type=click.FloatRange(min=0),
    default=1e-6,
    show_default=True,
    help="Numbers differ where they are further apart than this, relative to the larger one or to 1.",
)
@options.force
@options.as_json(
    "{equal, compared, differences: [{sheet, key, column, a, b, difference, kind}], run: [{key, a, b}]}.",
)
@options.silent
@options.debug
def compare(
    first: Path,
    second: Path,
    output: Path | None,
    tolerance: float,
    force: bool,
    as_json: bool,
    quiet: bool,
    debug: bool,
) -> None:
    """Compare two results workbooks by the keys of their rows, largest differences first.

    Workbooks of every command that writes results, two of one kind. Rows are matched by their key columns,
    whatever their order, and by their order in a sheet that floors does not know; sentences and warnings count as
    cells do, sheet `run` is shown and does not count. Exit code 0 where they are equal, 6 where they differ, 2 where
    one is no results workbook, the two are of different kinds (one of a single scenario, one of several) or have
    nothing in common to compare.
    """
    from floors.files.targets import check_target
    from floors.verification.differences import compare_files, write_differences

    if output is not None:
        check_target(output, first, force)
        check_target(output, second, force)
    talk = Talk(quiet, progress=not as_json)
    with talk.showing():
        found = compare_files(first, second, tolerance)
    if as_json:
        print_json(found.as_json())
    elif not quiet:
        for difference in found.differences[:MOST_SAID]:
            talk.say(str(difference))
        if len(found.differences) > MOST_SAID:
            talk.say(f"... and {len(found.differences) - MOST_SAID} more; -o and --json list all.")
        for key, a, b in found.run:
            talk.say(f"run, not counted: {key}: {a} | {b}")
        wrong = f"{len(found.differences)} differ" if found.differences else "no differences"
        talk.say(f"{found.compared:,} cells compared, {wrong}.")
    if output is not None:
        with talk.showing():
            written = write_differences(found, first, second, output, force)
        talk.say(f"Written to {written}.")
    if found.differences:
        raise click.exceptions.Exit(6)
