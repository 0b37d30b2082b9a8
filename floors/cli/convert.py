"""`floors convert`: an input workbook as a folder of CSV or Parquet, and back; results as a folder."""

from __future__ import annotations

from pathlib import Path

import click

from floors.cli import options
from floors.cli.shared import Talk, check_placed
from floors.errors import UsageError
from floors.steps import stage

FORMATS = ("xlsx", "csv", "parquet")


@click.command()
@click.argument("source", metavar="FROM", type=options.A_PATH)
@click.argument("target", metavar="TO", type=options.A_PATH)
@click.option(
    "--format",
    "wanted",
    type=click.Choice(FORMATS),
    help="What to write; xlsx where TO ends in .xlsx, else csv. Parquet needs floors[exchange].",
)
@click.option("--force", is_flag=True, help="Overwrite a workbook, or a folder that floors wrote.")
@options.quiet
@options.debug
def convert(source: Path, target: Path, wanted: str | None, force: bool, quiet: bool, debug: bool) -> None:
    """Write an input workbook, or a folder of its tables, as the other: FROM and TO are a workbook (.xlsx) or a folder.

    A folder has one file a sheet, and a datapackage.json that says what is in them. The study stays the same, with
    notes and sheets of your own; formats, formulas and comments of a workbook are not kept. A results workbook goes to
    a folder, and not back: the page and its charts are made by the command that solves.
    """
    from floors.excel.as_read import results_of

    talk = Talk(quiet)
    form = wanted or ("xlsx" if target.suffix.lower() == ".xlsx" else "csv")
    _check(target, form, force)
    with talk.showing(), stage("reading"):
        results = results_of(source)
    if results is not None:
        if form == "xlsx":
            raise UsageError(
                f"{source} holds results, which go to a folder alone: name one, or --format csv."
            )
        results.to_folder(target, form, force=force)
    else:
        _of_study(source, target, form, force, talk)
    talk.say(f"Written to {target}.")


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


def _of_study(source: Path, target: Path, form: str, force: bool, talk: Talk) -> None:
    from floors.study.study import read

    with talk.showing():
        with stage("reading"):
            study = read(source)
        with stage("writing"):
            if form == "xlsx":
                check_placed(study.to_excel(target, force=force), target)
            else:
                study.to_folder(target, form, force=force)
