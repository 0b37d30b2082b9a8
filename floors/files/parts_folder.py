"""Folders of parts beside a workbook to be, each locked by the run at work in it; and the lock itself."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any

from floors.errors import UsageError

fcntl: Any = import_module("fcntl") if os.name == "posix" else None
_LOCK = "lock"
LONGEST_WRITE = 3600  # seconds that a run may take to put the next thing into a folder
_OURS = {".part", ".csv", ".new"}


def lock(number: int) -> bool | None:
    """Whether an open file is now locked by us; None where nothing can be locked."""
    if fcntl is None:
        return None
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


@dataclass(frozen=True)
class PartsFolder:
    """A folder of parts that is ours until `let_go`; the system lets go of that of a run that is killed."""

    path: Path
    number: int

    @classmethod
    def beside(cls, target: Path, resume: bool = False) -> PartsFolder:
        """The folder of a workbook; another one where a run is at work on the same. Raises OSError where it cannot
        be made, UsageError where another run has what is to be resumed."""
        for path in _folders(target):
            while True:
                path.mkdir(exist_ok=True)
                number = _open(path / _LOCK, resume)
                if number is None:
                    break
                if number >= 0:
                    return cls(path, number)
            if resume:
                raise UsageError(f"another run is at work on {target}: wait for it, or name another file.")
        raise AssertionError("names of folders do not end")

    def empty(self) -> None:
        """Remove what is ours in it."""
        for path in self.path.iterdir():
            if path.suffix in _OURS:
                # Gone meanwhile, or of another user: nothing of ours to remove.
                with suppress(OSError):
                    path.unlink()

    def let_go(self) -> None:
        """Unlock it, and remove it where nothing is left in it."""
        left = [path for path in self.path.iterdir() if path.name != _LOCK]
        if fcntl is None:
            os.close(self.number)
        with suppress(OSError):
            if not left:
                (self.path / _LOCK).unlink()
                self.path.rmdir()
        if fcntl is not None:
            os.close(self.number)


def remove_parts(target: Path) -> None:
    """Remove the parts that runs that were killed left for a workbook; those of runs still at work stay."""
    for path in _folders(target):
        if not path.is_dir() or path.is_symlink():
            return
        number = _open(path / _LOCK)
        if number is not None and number >= 0:
            folder = PartsFolder(path, number)
            folder.empty()
            folder.let_go()


def _folders(target: Path) -> Iterator[Path]:
    yield target.with_name(f".{target.name}.parts")
    yield from (target.with_name(f".{target.name}.{number}.parts") for number in count(2))


def _open(path: Path, resume: bool = False) -> int | None:
    """An open lock; None where another run has it, -1 where that run has just removed it.

    Where nothing can be locked (some network folders) another run may be at work on what is not an hour old,
    unless the user says otherwise by `resume`.
    """
    try:
        if fcntl is None:
            path.unlink(missing_ok=True)  # Windows removes no file that is held open
        number = os.open(path, os.O_CREAT | os.O_RDWR, 0o666)
    except PermissionError:
        if fcntl is not None:
            raise
        return None
    except FileNotFoundError:
        return -1
    locked = lock(number)
    unsure = locked is None and fcntl is not None and not resume
    if locked is False or (unsure and _is_young(path.parent)):
        os.close(number)
        return None
    if not os.fstat(number).st_nlink:
        os.close(number)
        return -1
    return number


def _is_young(folder: Path) -> bool:
    """Whether something was put into a folder within the hour."""
    with suppress(FileNotFoundError):
        last = max((path.stat().st_mtime for path in folder.iterdir() if path.name != _LOCK), default=0.0)
        return time.time() - last < LONGEST_WRITE
    return False
