"""Where a command reads and writes: files, a folder for several of them, standard input and output."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from floors.cli.shared import RECEIVED, check_placed
from floors.errors import OutputError, UsageError
from floors.files.gate import MOST_BYTES, NOTHING_SENT

DASH = "-"
STANDARD_INPUT = "stdin.xlsx"
"""The name, in messages and results, of a workbook that came through standard input."""


class Input(click.Path):
    """A file to read; - is standard input, as a file that lasts as long as the command."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return _received(ctx) if value == DASH and ctx is not None else Path(value)


@dataclass(frozen=True)
class Folder:
    """A folder to write to, under names that follow from the inputs."""

    path: Path


@dataclass(frozen=True)
class StandardOutput:
    """What is to be written goes to standard output."""


Place = Path | Folder | StandardOutput


class Output(click.Path):
    """A file to write, an existing folder (or what ends in a slash) to write into, or - for standard output."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == DASH:
            return StandardOutput()
        path, text = Path(value), os.fspath(value)
        slash = text.endswith(tuple(sign for sign in (os.sep, os.altsep) if sign))
        return Folder(path) if slash or (path.is_dir() and not path.suffix) else path


@dataclass(frozen=True)
class Target:
    """A file to write, and where its bytes go on to: nowhere, or to standard output as it was (its number)."""

    path: Path
    stream: int | None = None

    @property
    def streams(self) -> bool:
        """Whether it goes on to standard output."""
        return self.stream is not None

    def placed(self, written: Path) -> str:
        """Where the file is, for a person. Raises OutputError where it is not where it was asked for."""
        check_placed(written, self.path)
        if self.stream is None:
            return str(written)
        send(written, self.stream)
        return "standard output"

    def only(self, what: str, given: object) -> None:
        """Raise UsageError for what standard output has no place for."""
        if given and self.streams:
            raise UsageError(
                f"{what} writes beside the workbook, which standard output is not: give -o FILE."
            )


def target_of(output: Place | None, usual: Path, *, as_json: bool = False, option: str = "-o") -> Target:
    """Where a command writes, by itself to `usual`. Raises UsageError where standard output cannot take it."""
    if isinstance(output, Folder):
        return Target(output.path / usual.name)
    if isinstance(output, StandardOutput):
        if as_json:
            raise UsageError(f"{option} - and --json both go to standard output: leave one of them out.")
        if sys.__stdout__ is None:
            raise OutputError("Standard output is closed: give -o FILE.")
        if os.isatty(1):
            raise UsageError(
                f"{option} - writes bytes that a terminal cannot show: send them on, as in "
                f"`{option} - > {usual.name}`."
            )
        context = click.get_current_context()
        folder = context.with_resource(TemporaryDirectory(prefix="floors-"))
        return Target(Path(folder) / usual.name, context.with_resource(_kept_clean()))
    return Target(usual if output is None else output)


@contextmanager
def _kept_clean() -> Iterator[int]:
    """The number of standard output as it was: in the block whatever else writes there, such as the solver or a user's
    model, writes to standard error."""
    sys.stdout.flush()
    number = os.dup(1)
    os.dup2(2, 1)
    try:
        yield number
    finally:
        sys.stdout.flush()
        os.dup2(number, 1)
        os.close(number)


def send(path: Path, number: int) -> None:
    """The bytes of a file to an open file. Raises OutputError where it does not take them all."""
    try:
        with path.open("rb") as file, os.fdopen(os.dup(number), "wb") as stream:
            shutil.copyfileobj(file, stream)
    except OSError as error:
        raise OutputError(f"Standard output did not take all of it: {error.strerror or error}.") from error


def _received(ctx: click.Context) -> Path:
    """What came through standard input, as a file that lasts as long as the command."""
    if RECEIVED in ctx.meta:
        raise UsageError("standard input holds one workbook: give - once.")
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageError("- reads a workbook from standard input: send one, as in `- < study.xlsx`.")
    folder = Path(ctx.with_resource(TemporaryDirectory(prefix="floors-")))
    content = sys.stdin.buffer.read(MOST_BYTES + 1)  # one more than is read is told as too large
    path = folder / (STANDARD_INPUT if content else NOTHING_SENT)
    path.write_bytes(content)
    ctx.meta[RECEIVED] = path
    return path
