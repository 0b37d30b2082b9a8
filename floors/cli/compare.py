"""`floors compare`: two results workbooks, number by number."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from floors.cli import options
from floors.cli.places import Place, target_of
from floors.cli.shared import Talk, print_json

if TYPE_CHECKING:
    from floors.verification.differences import Comparison
    from floors.verification.grouped import Group

MOST_SAID = 30


@click.command()
@click.argument("first", metavar="A.xlsx", type=options.INPUT)
@click.argument("second", metavar="B.xlsx", type=options.INPUT)
@click.option(
    "-o",
    "--output",
    type=options.OUTPUT,
    help="A workbook of all differences; a folder takes it as differences.xlsx, - is standard output.",
)
@click.option(
    "--tolerance",
    type=options.NOT_BELOW_ZERO,
    default=1e-6,
    show_default=True,
    help="Numbers differ where they are further apart than this, relative to the larger one or to 1.",
)
@options.force
@options.as_json(
    "{equal, compared, ties, groups: [{sheet, region, tie, differ, largest}], differences: [{sheet, key, column, a, b, "
    "difference, kind, region, tie}], run: [{key, a, b}]}; a tie lies where plans of the same cost differ.",
)
@options.silent
@options.debug
def compare(
    first: Path,
    second: Path,
    output: Place | None,
    tolerance: float,
    force: bool,
    as_json: bool,
    quiet: bool,
    debug: bool,
) -> None:
    """Compare two results workbooks by the keys of their rows, largest differences first.

    More than 30 are told by sheet and region, with the largest of each; last those that are a choice between plans of
    the same cost: total_cost is equal, and the results call the shipments movable.

    Workbooks of every command that writes results, two of one kind. Rows are matched by their key columns,
    whatever their order, and by their order in a sheet that floors does not know; sentences and warnings count as
    cells do, sheet `run` is shown and does not count. Exit code 0 where they are equal, 6 where they differ, 2 where
    one is no results workbook, the two are of different kinds (one of a single scenario, one of several) or have
    nothing in common to compare.
    """
    from floors.files.targets import check_target
    from floors.verification.differences import compare_files, write_differences

    target = None
    if output is not None:
        target = target_of(output, Path("differences.xlsx"), as_json=as_json)
        check_target(target.path, first, force)
        check_target(target.path, second, force)
    talk = Talk(quiet, progress=not as_json)
    with talk.showing():
        found = compare_files(first, second, tolerance)
    if as_json:
        print_json(found.as_json())
    elif not quiet:
        say_differences(found, talk)
        for key, a, b in found.run:
            talk.say(f"run, not counted: {key}: {a} | {b}")
        talk.say(told_in_short(found))
    if target is not None:
        with talk.showing():
            written = write_differences(found, first, second, target.path, force)
        talk.say(f"Written to {target.placed(written)}.")
    if found.differences:
        raise click.exceptions.Exit(6)


def told_in_short(found: Comparison) -> str:
    """How many cells differ."""
    tied = f", {found.ties:,} of them where plans of the same cost differ" if found.ties else ""
    count = len(found.differences)
    wrong = (
        f"{count:,} {'differs' if count == 1 else 'differ'}{tied}" if found.differences else "no differences"
    )
    return f"{found.compared:,} cells compared, {wrong}."


def say_differences(found: Comparison, talk: Talk) -> None:
    """Each difference, or where there are many, each sheet and region; ties last."""
    firm = [difference for difference in found.differences if not difference.tie]
    groups = [group for group in found.groups if not group.tie]
    told = [str(difference) for difference in firm]
    if len(firm) > MOST_SAID:
        told = [
            group.largest
            if group.differ == 1
            else f"{group.differ:,} in {_named(group)}; the largest: {group.largest}"
            for group in groups
        ]
    for text in told[:MOST_SAID]:
        talk.say(text)
    if len(firm) > MOST_SAID:
        left = f"... and {len(told) - MOST_SAID} more; " if len(told) > MOST_SAID else ""
        talk.say(f"{left}-o and --json list every cell.")
    tied: dict[str, int] = {}
    for group in (group for group in found.groups if group.tie):
        tied[group.sheet] = tied.get(group.sheet, 0) + group.differ
    if tied:
        counts = ", ".join(f"{count:,} in {sheet}" for sheet, count in tied.items())
        talk.say(
            f"Where plans of the same cost differ (total_cost is equal, sourcing says movable): {counts}."
        )


def _named(group: Group) -> str:
    return f"{group.sheet}, {group.region}" if group.region else group.sheet
