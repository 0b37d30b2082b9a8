"""LP and MPS files and the tables of their names: which may be replaced, and writing them whole or not at all."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from floors.errors import OutputError, UsageError
from floors.files.beside import as_text
from floors.files.targets import check_choice, replace_atomically

BY_FLOORS = "written by floors "  # in the comment that is their first line
COLUMNS = ("name", "kind", "component", "index", "side", "unit", "meaning")
_HEADER = ",".join(COLUMNS)
_COMMENT, _END = {".lp": "\\", ".mps": "*"}, {".lp": b"End\n", ".mps": b"ENDATA\n"}


def names_beside(path: Path) -> Path:
    """The table of the names of a model file: model-names.csv of model.lp."""
    return path.with_name(f"{path.stem}-names.csv")


def check_model_file(path: Path, source: Path | None = None, force: bool = False) -> None:
    """Find out whether a model file can be written, and the table of its names beside it.

    `source` is the input workbook, if there is one. Raises UsageError, OutputError.
    """
    if path.suffix.lower() not in _COMMENT:
        raise UsageError(f"{path}: a model is written as LP or MPS; give a name that ends in .lp or .mps.")
    for one in (path, names_beside(path)):
        check_choice(one, source, force, _is_ours, "the input workbook")


def _is_ours(path: Path) -> bool:
    mark = f"{_COMMENT.get(path.suffix.lower(), '')} {BY_FLOORS}" if path.suffix != ".csv" else f"{_HEADER}\n"
    try:
        with path.open("rb") as file:
            return file.read(len(mark)) == mark.encode()
    except OSError as error:
        raise OutputError(f"{path} exists and cannot be read: {error.strerror or error}.") from error


def write_model_file(path: Path, text: Iterable[str]) -> Path:
    """Write an LP or MPS file; where it lies. Raises OutputError."""
    end = _END[path.suffix.lower()]

    def fill(file: Path) -> None:
        with file.open("w", encoding="utf-8", newline="\n") as out:
            out.writelines(text)

    def check(file: Path) -> None:
        with file.open("rb") as content:
            content.seek(-len(end), 2)
            if content.read() != end:
                raise OutputError(f"{path} was written but does not read back.")

    return replace_atomically(path, fill, check)


def write_names(path: Path, rows: Iterable[Sequence[str]]) -> Path:
    """Write the table of names; where it lies. Raises OutputError."""

    def fill(file: Path) -> None:
        with file.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, lineterminator="\n")
            writer.writerow(COLUMNS)
            writer.writerows([as_text(value) for value in row] for row in rows)

    return replace_atomically(path, fill, lambda _: None)
