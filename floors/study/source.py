"""Where sheets come from: a workbook, a folder of tables, bytes, or an open file."""

from __future__ import annotations

from os import PathLike, fspath
from pathlib import Path
from typing import IO, NamedTuple, TypeAlias

from floors.errors import UsageError
from floors.files.gate import LESS, MOST_BYTES, refuse
from floors.study.folder import read_folder
from floors.study.locate import shown
from floors.study.sheets import Grid
from floors.study.workbook import read_content, read_workbook

Source: TypeAlias = "str | PathLike[str] | bytes | bytearray | IO[bytes]"
"""A path of a workbook or a folder, the bytes of a workbook, or a file of them, open for reading."""

IN_MEMORY = "study"
_PACKAGE = "datapackage.json"


class Found(NamedTuple):
    """The sheets of a source and the sha256 of their bytes; `path` is None for what lies in memory alone."""

    name: str
    path: Path | None
    grids: list[Grid]
    digest: str


def read_source(source: Source, call: str = "floors.read", *, of_results: bool = False) -> Found:
    """The sheets of a source. Raises InputError for what cannot be read, UsageError for what is none."""
    if isinstance(source, bytes | bytearray):
        return Found(IN_MEMORY, None, *read_content(bytes(source), "workbook in memory"))
    if not isinstance(source, str | PathLike) and hasattr(source, "read"):
        return _of_file(source, call)
    if not isinstance(source, str | PathLike):
        raise UsageError(
            f"{call} expects a workbook or a folder: its path, its bytes or an open file; found {shown(source)}."
        )
    path = Path(fspath(source))
    if path.name == _PACKAGE:
        path = path.parent
    if path.is_dir():
        return Found(path.resolve().name, path.absolute(), *read_folder(path, of_results=of_results))
    # Absolute, so that it is still known as the input after a change of folder.
    return Found(path.stem, path.absolute(), *read_workbook(path))


def _of_file(file: IO[bytes], call: str) -> Found:
    content = file.read(MOST_BYTES + 1)
    named = getattr(file, "name", None)
    path = Path(named) if isinstance(named, str) and Path(named).is_file() else None
    name = path.name if path is not None else "workbook in memory"
    if not isinstance(content, bytes):
        raise UsageError(f"{call} expects a file that is open for bytes, as by open(path, 'rb'); found text.")
    if len(content) > MOST_BYTES:
        message = f"the file is larger than {MOST_BYTES >> 20} MB."
        raise refuse(name, message, LESS, "too_large")
    stem = path.stem if path is not None else IN_MEMORY
    return Found(stem, path.absolute() if path is not None else None, *read_content(content, name))
