"""A workbook into an open file or a buffer, where otherwise a path is given."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from floors.errors import OutputError, UsageError


def write_into(file: IO[bytes], write: Callable[[Path], Any]) -> None:
    """Write the bytes of the workbook that `write` makes at a path, and nothing where it fails. Raises UsageError for
    what is no file, OutputError where the workbook has tables beside it."""
    if not hasattr(file, "write"):
        raise UsageError(f"to_excel expects a path, or a file that is open for bytes; found {file!r}.")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "floors.xlsx"
        write(path)
        if any(one.is_dir() for one in path.parent.iterdir()):
            raise OutputError(
                "Some tables have more rows than a sheet of Excel, and lie in a folder beside the workbook: name a "
                "path."
            )
        file.write(path.read_bytes())
