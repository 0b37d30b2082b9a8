"""`floors convert`: an input workbook as a folder of CSV or Parquet, and back; results as a folder."""

from __future__ import annotations

from pathlib import Path

import click

from floors.cli import options
from floors.cli.places import Folder, Place, Target, target_of
from floors.cli.shared import Talk, studied
from floors.errors import UsageError
from floors.steps import stage

FORMATS = ("xlsx", "csv", "parquet")


@click.command()
@click.argument("source", metavar="FROM", type=options.INPUT)
@click.argument("target", metavar="TO", type=options.OUTPUT)
@click.option(
    "--format",
    "wanted",
    type=click.Choice(FORMATS),
    help="What to write; xlsx where TO ends in .xlsx, else csv. Parquet needs floors[exchange].",
)
@options.overrides
@click.option("--force", is_flag=True, help="Overwrite a workbook, or a folder that floors wrote.")
@options.quiet
@options.debug
def convert(
    source: Path,
    target: Place,
    wanted: str | None,
    overrides: tuple[str, ...],
    force: bool,
    quiet: bool,
    debug: bool,
) -> None:
    """Write an input workbook, or a folder of its tables, as the other: FROM and TO are a workbook (.xlsx) or a folder.

    A folder has one file a sheet, and a datapackage.json that says what is in them. The study stays the same, with
    notes and sheets of your own; formats, formulas and comments of a workbook are not kept. A results workbook goes to
    a folder, and not back: the page and its charts are made by the command that solves. - is a workbook on standard
    input or output. Values given by --set are written as if they had been in FROM.
    """
    from floors.excel.as_read import results_of

    talk = Talk(quiet)
    goal = _goal(target, source)
    form = wanted or ("xlsx" if goal.path.suffix.lower() == ".xlsx" else "csv")
    _check(goal.path, form, force)
    with talk.showing(), stage("reading"):
        results = results_of(source)
    if results is not None:
        if form == "xlsx":
            raise UsageError(
                f"{source} holds results, which go to a folder alone: name one, or --format csv."
            )
        if overrides:
            raise UsageError(f"{source} holds results, whose numbers are not set: leave out --set.")
        written = results.to_folder(goal.path, form, force=force)
    else:
        written = _of_study(source, goal.path, form, force, talk, overrides)
    talk.say(f"Written to {goal.placed(written)}.")


def _goal(target: Place, source: Path) -> Target:
    """Where to write: a folder is itself one."""
    if isinstance(target, Folder):
        return Target(target.path)
    return target_of(target, Path(f"{source.stem}.xlsx"))


def _check(target: Path, form: str, force: bool) -> None:
    """Raise UsageError where a target does not fit its format, or would be lost."""
    if (form == "xlsx") != (target.suffix.lower() == ".xlsx"):
        what = "a name that ends in .xlsx" if form == "xlsx" else f"a folder for {form}, one file a sheet"
        raise UsageError(f"{target}: expected {what}.")
    if target.suffix.lower() in {".csv", ".parquet"}:
        raise UsageError(
            f"{target}: a study has several sheets, and one file for each; name a folder for them."
        )
    if form == "xlsx" and target.exists() and not force:
        raise UsageError(f"{target} exists; give another name, or --force to overwrite it.")


def _of_study(
    source: Path, target: Path, form: str, force: bool, talk: Talk, overrides: tuple[str, ...]
) -> Path:
    with talk.showing():
        study = studied(source, overrides, talk)
        with stage("writing"):
            if form == "xlsx":
                return study.to_excel(target, force=force)
            return study.to_folder(target, form, force=force)
