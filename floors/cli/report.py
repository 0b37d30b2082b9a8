"""`floors report`: a results workbook as one HTML file that works offline, and its pictures for slides."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from floors.cli import options
from floors.cli.places import Place, target_of
from floors.cli.shared import Talk, day_of, print_json, status_of

if TYPE_CHECKING:
    from floors.html.report import Reported


@click.command()
@click.argument("result", metavar="RESULT.xlsx", type=options.INPUT)
@click.option(
    "-o",
    "--output",
    type=options.OUTPUT,
    help="The report; outputs/<name>-report.html if not given. A folder takes it under that name; - is standard "
    "output.",
)
@options.figures
@options.stamp
@click.option("--force", is_flag=True, help="Overwrite files that floors did not write.")
@options.as_json("{status, output, figures: [file], left_out: [tables], message}.")
@options.quiet
@options.debug
def report(
    result: Path,
    output: Place | None,
    figures: Path | None,
    stamp: bool,
    force: bool,
    as_json: bool,
    quiet: bool,
    debug: bool,
) -> None:
    """Make a report of the results workbook RESULT.xlsx: one HTML file to mail, which loads nothing from anywhere.

    The brief, its pictures to look into, and all tables to sort and filter; words and numbers are those of the
    workbook, of which nothing is computed anew. Workbooks of this version and the one before are read.
    """
    from floors.html.report import beside

    target = target_of(output, beside(result, Path("outputs")), as_json=as_json)
    day = day_of(stamp)
    try:
        talk = Talk(quiet, progress=not as_json)
        made = make_report(talk, result, target.path, figures, force, day, target.streams)
    except Exception as error:
        if as_json:
            print_json(
                {
                    "status": status_of(error),
                    "output": None,
                    "figures": [],
                    "left_out": [],
                    "message": str(error),
                }
            )
        raise
    if as_json:
        print_json({"status": "optimal", **described(made), "message": ""})
    target.placed(made.report)


def make_report(
    talk: Talk,
    result: Path,
    target: Path,
    figures: Path | None,
    force: bool,
    day: str = "",
    streams: bool = False,
) -> Reported:
    """Write the report of a results workbook, and say what a person must know of it."""
    from floors.html.report import write_report
    from floors.html.stills import EXTRA

    with talk.showing():
        made = write_report(result, target, figures=figures, force=force, day=day)
    if not made.stills:
        talk.say(
            f"Charts are drawn by the browser alone: for stills in the page, too, install floors[report] ({EXTRA})."
        )
    if made.left_out:
        talk.say(f"Too large for the page, and left to the workbook: {', '.join(made.left_out)}.")
    if figures is not None:
        count = len({path.stem for path in made.figures})
        told = f"{count} pictures written to {figures}, each as SVG and PNG."
        talk.say(told if count else f"The workbook has no pictures: nothing was written to {figures}.")
    talk.say(f"Report written to {'standard output' if streams else made.report}.")
    return made


def described(made: Reported) -> dict[str, Any]:
    """What --json says of a report."""
    return {
        "output": str(made.report),
        "figures": [str(path) for path in made.figures],
        "left_out": list(made.left_out),
    }
