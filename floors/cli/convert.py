"""`floors convert`: an input workbook as a folder of CSV or Parquet, and back; results as a folder."""

from __future__ import annotations

from pathlib import Path

import click

from floors.cli import options
from floors.cli.places import Folder, Place, StandardOutput, target_of
from floors.cli.shared import Talk, named, stem_of, studied
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
    help="What to write; xlsx where TO ends in .xlsx or is -, else csv. Parquet needs floors[exchange].",
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
    a folder, and not back: the page and its charts are made by the command that solves. Values given by --set are
    written as if they had been in FROM.
    """
    talk = Talk(quiet)
    form = wanted or ("xlsx" if _is_book(target) else "csv")
    if form == "xlsx":
        where = _to_book(source, target, force, talk, overrides)
    else:
        where = str(_to_folder(source, target, form, force, talk, overrides))
    talk.say(f"Written to {where}.")


def _is_book(target: Place) -> bool:
    return isinstance(target, StandardOutput) or (
        isinstance(target, Path) and target.suffix.lower() == ".xlsx"
    )


def _to_book(source: Path, place: Place, force: bool, talk: Talk, overrides: tuple[str, ...]) -> str:
    """Write a study as a workbook; where it went, in words."""
    from floors.excel.as_read import results_of
    from floors.files.targets import check_target

    target = target_of(place, Path(f"{stem_of(source)}.xlsx"))
    check_target(target.path, source, force=True)
    if target.path.exists() and not force:
        raise UsageError(f"{target.path} exists; give another name, or --force to overwrite it.")
    with talk.showing():
        with stage("reading"):
            if results_of(source) is not None:
                raise UsageError(
                    f"{named(source)} holds results, which go to a folder alone: name one, or --format csv."
                )
        study = studied(source, overrides, talk)
        with stage("writing"):
            return target.placed(study.to_excel(target.path, force=force))


def _to_folder(
    source: Path, place: Place, form: str, force: bool, talk: Talk, overrides: tuple[str, ...]
) -> Path:
    """Write a study, or results, as a folder; where it went."""
    from floors.excel.as_read import results_of

    if isinstance(place, StandardOutput) or _is_book(place):
        raise UsageError(f"{form} is one file a sheet: name a folder for them.")
    path = place.path if isinstance(place, Folder) else place
    if path.suffix.lower() in {".csv", ".parquet"}:
        raise UsageError(f"{path}: a study has several sheets, and a file for each; name a folder for them.")
    with talk.showing():
        with stage("reading"):
            results = results_of(source)
        if results is None:
            study = studied(source, overrides, talk)
            with stage("writing"):
                return study.to_folder(path, form, force=force)
        if overrides:
            raise UsageError(f"{named(source)} holds results, whose numbers are not set: leave out --set.")
        with stage("writing"):
            return results.to_folder(path, form, force=force)
