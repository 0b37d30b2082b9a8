"""Runs on disk while their family is solved: what a killed one leaves, the next can go on from.

A part is a run by the hash of all that it follows from: workbook, scenario, options, the file of a model, the
versions of what solves it and the columns of its tables. It is whole or not there at all, and says so itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from floors.contract.inputs import TABLES
from floors.contract.results import RESULTS
from floors.errors import OutputError
from floors.many.packed import Packed, packed, unpacked
from floors.many.runs import Run

if TYPE_CHECKING:
    from floors.study.study import Study

_FIRST = b"floors part 1\n"
_DIGEST = 32  # bytes
_BEGIN = len(_FIRST) + _DIGEST
_SIZE = 8  # bytes
KEPT = ("optimal", "infeasible", "over_budget", "unbounded")  # what a second try would find again


class OnDisk(Mapping[str, bytes]):
    """The tables of a run in a file, by sheet, read when they are asked for; on their way elsewhere they are bytes."""

    def __init__(self, path: Path, places: Mapping[str, tuple[int, int]]) -> None:
        self.path, self.places = path, places

    def __getitem__(self, sheet: str) -> bytes:
        start, size = self.places[sheet]
        with self.path.open("rb") as file:
            file.seek(start)
            return file.read(size)

    def __iter__(self) -> Iterator[str]:
        return iter(self.places)

    def __len__(self) -> int:
        return len(self.places)

    def __reduce__(self) -> tuple[type[dict[str, bytes]], tuple[dict[str, bytes]]]:
        return dict, (dict(self),)


class Parts:
    """Bytes by key in a folder, each whole or not there at all. With `resume` what lies there already is found."""

    def __init__(self, folder: Path, *, resume: bool = False) -> None:
        self.folder, self.resume = folder, resume

    def read(self, key: str) -> bytes | None:
        """The bytes of a key; None where there are none, or not whole. Raises OutputError where they cannot be read."""
        if not self.resume:
            return None
        try:
            content = self._path(key).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise OutputError(f"{self._path(key)} cannot be read: {error.strerror or error}.") from error
        whole = content[:_BEGIN] == _FIRST + sha256(content[_BEGIN:]).digest()
        return content[_BEGIN:] if whole else None

    def write(self, key: str, content: bytes) -> Path:
        """Put bytes into the folder; returns the file. Raises OutputError where they cannot be put there."""
        path = self._path(key)
        try:
            new = path.with_suffix(".new")
            new.write_bytes(b"".join([_FIRST, sha256(content).digest(), content]))
            new.replace(path)
        except OSError as error:
            raise OutputError(f"{path} could not be written: {error.strerror or error}.") from error
        return path

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.part"


class Kept(Parts):
    """The runs of a family in a folder. With `resume` those that lie there already are not solved again."""

    def find(self, key: str) -> Run | None:
        """The run of a key; None where there is none, or not a whole one."""
        content = self.read(key)
        try:
            return None if content is None else self._run(key, content)
        except (ValueError, TypeError):  # whole, and no run: somebody else's
            return None

    def keep(self, key: str, run: Run) -> Run:
        """Put a run into the folder, and return it with its tables there. Raises OutputError where it cannot be."""
        if run.status not in KEPT and run.figures is None:
            return run
        tables, sheets, start = run.tables, {}, 0
        for sheet, some in tables.content.items():
            sheets[sheet] = (start, len(some))
            start += len(some)
        figures = None if run.figures is None else asdict(run.figures)
        plain = {name: getattr(run, name) for name in _PLAIN}
        head = packed((plain, figures, dict(tables.counts), sheets))
        path = self.write(key, b"".join([len(head).to_bytes(_SIZE, "big"), head, *tables.content.values()]))
        return replace(run, tables=self._stored(path, len(head), dict(tables.counts), sheets))

    def _run(self, key: str, content: bytes) -> Run:
        from floors.results.summary import Figures

        size = int.from_bytes(content[:_SIZE], "big")
        plain, figures, counts, sheets = unpacked(content[_SIZE : _SIZE + size])
        stored = self._stored(self._path(key), size, counts, sheets)
        found = None if figures is None else Figures(**figures)
        return Run(**plain, figures=found, tables=stored, resumed=True)

    @staticmethod
    def _stored(path: Path, head: int, counts: dict[str, int], sheets: dict[str, tuple[int, int]]) -> Packed:
        begin = _BEGIN + _SIZE + head
        places = {sheet: (begin + at, size) for sheet, (at, size) in sheets.items()}
        return Packed(counts, OnDisk(path, places))


_PLAIN = ("scenario", "status", "message", "seconds", "members", "bloc", "warnings", "failed", "trace")


def key_of(study: Study, options: Mapping[str, Any]) -> str:
    """What all scenarios of a study, solved with these options, follow from."""
    from floors.excel.record import made_with

    told: list[object] = [*made_with(study), sorted((name, _told(value)) for name, value in options.items())]
    told += [(sheet.name, sheet.names) for sheet in RESULTS]  # rows are kept in the order of their columns
    if study.sha256 is None:
        told += [(table.name, study.rows(table.name)) for table in TABLES]
    return sha256(repr(told).encode("utf-8", "surrogatepass")).hexdigest()


def _told(option: object) -> str:
    """An option in words; of a user's model the content of its file."""
    content = getattr(option, "content", None)
    return repr(option) if content is None else sha256(content).hexdigest()


def key_of_run(family: str, name: str, scenario: str) -> str:
    """The key of one of them."""
    return sha256(repr((family, name, scenario)).encode("utf-8", "surrogatepass")).hexdigest()[:32]
