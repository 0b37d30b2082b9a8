"""A command of one workbook for several, one after the other: what each is told, and which exit code counts."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from floors import stopping
from floors.cli.places import Folder, StandardOutput
from floors.cli.shared import WORKBOOK, Talk, named, show, stem_of, unexpected
from floors.errors import FloorsError, UsageError

RULE = "Of several workbooks each is taken by itself, and the highest exit code of all counts."
_OUTPUTS = {"output": "-o", "copy": "--mark"}
_ONE_FILE = {"iamc": "--iamc", "write_lp": "--write-lp", "write_mps": "--write-mps"}


def for_each(command: Callable[..., Any]) -> Callable[..., Any]:
    """The command, for all of `workbooks`: of one as it is; of several each is called by its name, one that fails stops
    no other, and the exit code is the highest. Raises UsageError where two would be written to one place."""

    @wraps(command)
    def called(workbooks: tuple[Path, ...], **given: Any) -> Any:
        context = click.get_current_context()
        several = len(workbooks) > 1
        if several:
            given |= _in_folders(workbooks, given)
        codes = [_one(command, workbook, context, several, given) for workbook in workbooks]
        if several and max(codes):
            raise click.exceptions.Exit(max(codes))

    return called


def _one(
    command: Callable[..., Any], workbook: Path, context: click.Context, several: bool, given: dict[str, Any]
) -> int:
    """The exit code of the command for one workbook; of a single one what it raises is left to whoever called."""
    context.meta[WORKBOOK] = named(workbook)
    if not several:
        command(workbook=workbook, **given)
        return 0
    talk = Talk(bool(given.get("quiet") or given.get("as_json")))
    talk.say(f"{named(workbook)}:")
    try:
        command(workbook=workbook, **given)
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except FloorsError as error:
        show(error, talk, debug=bool(given.get("debug")), of=f"{named(workbook)}: ")
        return error.exit_code
    except (
        click.Abort,
        click.ClickException,
        BrokenPipeError,
    ):  # of the command line, and not of one workbook
        raise
    except Exception as error:
        if stopping.asked():
            raise
        return unexpected(error, talk, debug=bool(given.get("debug")), of=f"{named(workbook)}: ")
    return 0


def _in_folders(workbooks: tuple[Path, ...], given: dict[str, Any]) -> dict[str, Any]:
    """What is given, with places to write to that several workbooks can have."""
    if given.get("figures") is not None:
        raise UsageError("--figures takes the pictures of one workbook: give one.")
    for name, option in _ONE_FILE.items():
        if given.get(name) is not None:
            raise UsageError(f"{option} names one file: give one workbook.")
    found: dict[str, Any] = {}
    for name, option in _OUTPUTS.items():
        place = given.get(name)
        if isinstance(place, StandardOutput) or (isinstance(place, Path) and place.suffix):
            raise UsageError(f"{option} of several workbooks is a folder, such as {option} results/.")
        if isinstance(place, Path):
            found[name] = Folder(place)
    stems: dict[str, Path] = {}
    for workbook in workbooks:
        other = stems.setdefault(stem_of(workbook).lower(), workbook)
        if other is not workbook and ("output" in given or given.get("copy")):
            raise UsageError(
                f"{other} and {workbook} have one name, so that one result would replace the other."
            )
    return found
