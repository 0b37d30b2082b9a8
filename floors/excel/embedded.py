"""The input, kept inside a result: its files in a hidden sheet, as base64, and out of it again.

A sheet of cells is what every spreadsheet program keeps when it saves a workbook; parts of the archive that it does not
know, Excel leaves out.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from floors.contract.results.handed import EMBEDDED, EmbeddedRow
from floors.errors import InputError, OutputError, Problem, UsageError
from floors.files.gate import read_bytes, read_tables
from floors.files.tables_out import PACKAGE
from floors.study.folder import digest_of

if TYPE_CHECKING:
    from floors.study.study import Study

PIECE = 22_500
"""Bytes of a piece: 30,000 characters of base64, and a cell holds 32,767."""

_NAME = re.compile(r"(?!\.)[^/\\:*?\"<>|\x00-\x1f]+")
"""A file that can be put into any folder, and nowhere else."""

_HINT = "Name the input itself: floors reproduce RESULT.xlsx INPUT.xlsx."


@dataclass(frozen=True)
class Embedded:
    """The files of an input by name: one workbook, or the tables of a folder with what describes them."""

    files: Mapping[str, bytes]
    folder: bool = False

    @property
    def sha256(self) -> str:
        """The fingerprint of the input, as a study has it."""
        if not self.folder:
            return sha256(*self.files.values()).hexdigest()
        return digest_of({name: content for name, content in self.files.items() if name != PACKAGE})

    def rows(self) -> list[EmbeddedRow]:
        """Rows of sheet embedded."""
        return [
            EmbeddedRow(
                file=name,
                part=part,
                sha256=sha256(content).hexdigest(),
                content=base64.b64encode(content[start : start + PIECE]).decode("ascii"),
            )
            for name, content in self.files.items()
            for part, start in enumerate(range(0, max(len(content), 1), PIECE), 1)
        ]


def to_embed(study: Study, embed: bool | Embedded) -> Embedded | None:
    """What is to be kept in a result of the study: the files that it was read from, or those given; None where nothing
    is. Raises UsageError for a study that was read from no file, OutputError where they are others now."""
    if isinstance(embed, Embedded):
        return embed
    if not embed:
        return None
    if study.path is None or study.sha256 is None:
        raise UsageError("only an input that was read from a file or a folder can be kept in its result.")
    found = embedded(study.path)
    if found.sha256 != study.sha256:
        raise OutputError(
            f"{study.path.name} has changed since it was read: it cannot be kept in the result."
        )
    return found


def embedded(path: Path) -> Embedded:
    """The files of an input. Raises InputError where they cannot be read."""
    if path.is_dir():
        package = path / PACKAGE  # says in which order the tables are
        listed = {PACKAGE: read_bytes(package)} if package.is_file() else {}
        return Embedded(read_tables(path) | listed, folder=True)
    return Embedded({path.name: read_bytes(path)})


def taken_out(cells: Mapping[tuple[int, int], Any], result: str) -> dict[str, bytes]:
    """The files in the cells of sheet embedded. Raises InputError for pieces that are not what was put there."""
    pieces: dict[str, dict[int, str]] = {}
    told: dict[str, str] = {}
    for row in sorted({row for row, _ in cells if row > 1}):
        name, part, digest, content = (cells.get((row, place)) for place in range(1, 5))
        if isinstance(name, str) and isinstance(part, int | float):
            pieces.setdefault(name, {})[int(part)] = str(content or "")
            told.setdefault(name, str(digest))
    if not pieces:
        raise _damaged(result, "it holds no file")
    found: dict[str, bytes] = {}
    for name, parts in pieces.items():
        in_order = [parts[number] for number in sorted(parts)]
        try:
            found[name] = b"".join(base64.b64decode(piece, validate=True) for piece in in_order)
        except (binascii.Error, ValueError) as error:
            raise _damaged(result, f"{name} is no base64") from error
        if sha256(found[name]).hexdigest() != told[name]:
            raise _damaged(result, f"{name} has another fingerprint")
        if not _NAME.fullmatch(name):
            raise _damaged(result, f"{name!r} is no name of a file")
    return found


def _damaged(result: str, what: str) -> InputError:
    message = f"the input that was kept in it is damaged: {what}."
    return InputError([Problem(result, EMBEDDED.name, None, message, _HINT, "embedded")])
