"""`floors reproduce`: a results workbook made again from its input, and compared."""

from __future__ import annotations

from pathlib import Path

import click

from floors.cli import options
from floors.cli.compare import say_differences, told_in_short
from floors.cli.places import Place, target_of
from floors.cli.shared import Talk, builder, print_json, workers
from floors.errors import TimeLimit
from floors.stopping import Deadline


@click.command()
@click.argument("result", metavar="RESULT.xlsx", type=options.INPUT)
@click.argument("workbook", metavar="[INPUT]", type=options.INPUT, required=False)
@options.model
@click.option(
    "--tolerance",
    type=options.NOT_BELOW_ZERO,
    default=1e-6,
    show_default=True,
    help="Numbers differ where they are further apart than this, relative to the larger one or to 1.",
)
@click.option(
    "-o",
    "--output",
    type=options.OUTPUT,
    help="A workbook of all differences; a folder takes it as differences.xlsx, - is standard output.",
)
@options.jobs
@options.dask
@options.time_limit
@options.force
@options.as_json(
    "{same, command, options, made_with, runs_with, changed: [text], assumed: [text], added: [name]} and "
    "what floors compare prints: {equal, compared, ties, groups, differences, run}; a is RESULT.xlsx, b "
    "the same made again.",
)
@options.silent
@options.debug
def reproduce(
    result: Path,
    workbook: Path | None,
    model_file: Path | None,
    tolerance: float,
    output: Place | None,
    jobs: int | None,
    dask: str | None,
    time_limit: float | None,
    force: bool,
    as_json: bool,
    quiet: bool,
    debug: bool,
) -> None:
    """Solve the input of RESULT.xlsx again, with the command and options that it records, and compare.

    INPUT is what RESULT.xlsx was made of, byte for byte; left out, it is the one that --embed kept in it. It is told
    which version made the result and which runs now, and whether what sheet run records was changed since. Results of
    every command that writes them; one that records no options is taken to have been made without any, which is said.

    Exit code 0 where nothing differs, 6 where something does or the record was changed; 2 where the input is another
    one, or damaged, or an option cannot be applied; else as the command itself.
    """
    from floors.files.targets import check_target
    from floors.reproducing import reproduce as again
    from floors.verification.differences import write_differences

    limit = Deadline(time_limit)
    talk = Talk(quiet, progress=not as_json)
    target = None
    if output is not None:
        target = target_of(output, Path("differences.xlsx"), as_json=as_json)
        for path in filter(None, (result, workbook)):
            check_target(target.path, path, force)
    model = builder(model_file) if model_file else None
    # Workers first: copies of a process that holds a lock hold it too.
    with workers(jobs, None, dask) as executor, talk.showing(), limit:
        found = again(result, workbook, model=model, tolerance=tolerance, executor=executor)
    limit.require("the result was made again")
    if as_json:
        print_json(found.as_json())
    else:
        for line in found.sentences:
            talk.say(line)
        say_differences(found.comparison, talk)
        talk.say(told_in_short(found.comparison))
    if target is not None:
        again_named = Path(f"{result.name} again")
        with talk.showing():
            written = write_differences(found.comparison, result, again_named, target.path, force)
        talk.say(f"Written to {target.placed(written)}.")
    if limit.reached:
        talk.complain(limit.told)
        raise click.exceptions.Exit(TimeLimit.exit_code)
    if not found.same:
        raise click.exceptions.Exit(6)
