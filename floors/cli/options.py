"""Options and arguments that several commands have, said once."""

from __future__ import annotations

from collections.abc import Callable
from math import isnan
from pathlib import Path
from typing import Any, TypeVar

import click

from floors.cli.places import Input, Output

Command = TypeVar("Command", bound=Callable[..., Any])
Option = Callable[[Command], Command]

A_PATH = click.Path(path_type=Path)
INPUT, OUTPUT = Input(), Output()


class NotBelowZero(click.FloatRange):
    """A number, 0 or more. A range of click's takes nan in."""

    def __init__(self) -> None:
        super().__init__(min=0)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        found = super().convert(value, param, ctx)
        if isnan(found):
            self.fail(f"{value} is not a number, 0 or more.", param, ctx)
        return found


NOT_BELOW_ZERO = NotBelowZero()

workbooks: Option[Any] = click.argument(
    "workbooks", metavar="WORKBOOK...", nargs=-1, required=True, type=INPUT
)
overrides: Option[Any] = click.option(
    "--set",
    "overrides",
    multiple=True,
    metavar="CELLS=VALUE",
    help="Take VALUE in place of what cells of the workbook hold; the file stays as it is. 'caps!D2=0.4' by address, "
    "'caps[commodity=magnet].2030=0.4' by rows and column (conditions with commas between, a name that holds one in "
    "quotes; without conditions every row), 'settings.discount_rate=0.05' a setting. VALUE is read as if typed into "
    "the cell: a number, 40% for 0.4, TRUE, text, nothing for a blank cell, '007 with an apostrophe for text. It comes "
    "before scenarios; given again, one after the other. Sheet run records it, and verify and reproduce heed that.",
)
jobs: Option[Any] = click.option(
    "--jobs",
    type=click.IntRange(1),
    metavar="N",
    help="Processes to solve on; as many as there are cores if not given. The workbook is the same for every N.",
)
dask: Option[Any] = click.option(
    "--dask",
    metavar="ADDRESS",
    help="Solve on the workers of a Dask cluster, which have the same floors, by the address of its scheduler, such as "
    "tcp://host:8786. Needs floors[dask].",
)
model: Option[Any] = click.option(
    "--model",
    "model_file",
    type=A_PATH,
    metavar="FILE.py",
    help="A file with a function build(case) that makes the Pyomo model; `floors example bloc.py` writes one.",
)
force: Option[Any] = click.option(
    "--force", is_flag=True, help="Overwrite a workbook that floors did not write."
)
accept_failed: Option[Any] = click.option(
    "--accept-failed", is_flag=True, help="Keep a result whose certificate failed, marked on every sheet."
)
time_limit: Option[Any] = click.option(
    "--time-limit",
    type=NOT_BELOW_ZERO,
    metavar="SECONDS",
    help="Solve no longer than this, counted from the start of the command, for each workbook. What is not solved by "
    "then has status time_limit, or is said to have no answer; what there is is written, and the exit code is 4.",
)
verbose: Option[Any] = click.option("-v", "--verbose", is_flag=True, help="Show the solver's log.")
figures: Option[Any] = click.option(
    "--figures",
    type=A_PATH,
    metavar="FOLDER",
    help="Write each picture to this folder, as SVG and PNG for slides. Needs floors[report].",
)
report: Option[Any] = click.option(
    "--report",
    "with_report",
    is_flag=True,
    help="Make the report, too, as floors report does: <name>-report.html beside the results workbook.",
)
iamc: Option[Any] = click.option(
    "--iamc",
    type=A_PATH,
    metavar="FILE",
    help="Write the result, too, in the data format of the IAMC, which pyam reads: to FILE.xlsx or FILE.csv. Sheet "
    "settings must say the price year.",
)
stamp: Option[Any] = click.option(
    "--stamp", is_flag=True, help="Say at the foot of the page on which day it was made."
)
embed: Option[Any] = click.option(
    "--embed",
    is_flag=True,
    help="Keep the input inside the results workbook, in a hidden sheet, for floors reproduce.",
)
quiet: Option[Any] = click.option("--quiet", is_flag=True, help="No messages but errors.")
silent: Option[Any] = click.option("--quiet", is_flag=True, help="No messages: the exit code tells.")
debug: Option[Any] = click.option("--debug", is_flag=True, help="Show a traceback when something fails.")

write_lp: Option[Any] = click.option(
    "--write-lp",
    type=A_PATH,
    metavar="FILE.lp",
    help="Write the sourcing LP, too, for other solvers, and FILE-names.csv, which says what its names are; also where "
    "it has no plan.",
)
write_mps: Option[Any] = click.option(
    "--write-mps", type=A_PATH, metavar="FILE.mps", help="The same in MPS format, free form."
)


def output(ending: str) -> Option[Any]:
    """Where the results workbook goes."""
    return click.option(
        "-o",
        "--output",
        type=OUTPUT,
        help=f"Results workbook; outputs/<name>-{ending}.xlsx if not given. A folder (results/) takes it under that "
        "name, as it must where there are several workbooks; - is standard output, where nothing else goes then.",
    )


def scenario(what: str) -> Option[Any]:
    """The scenario that a command starts from."""
    return click.option("--scenario", default="base", metavar="NAME", help=what)


def as_json(what: str) -> Option[Any]:
    """One object for a program to read; `what` it holds."""
    return click.option("--json", "as_json", is_flag=True, help=f"One JSON object on standard output: {what}")
