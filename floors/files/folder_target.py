"""Folders out: whether a folder may be written or replaced, and writing it so that no reader sees half of it."""

from __future__ import annotations

import json
import re
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from floors.errors import OutputError, UsageError
from floors.files.gate import TABLE_FILES
from floors.files.parts_folder import LONGEST_WRITE
from floors.files.tables_out import OUR_KEY, PACKAGE
from floors.stopping import finish

_UNFINISHED = re.compile(r"\.floors-[0-9a-f]{16}")


def check_folder(
    path: Path, source: Path | None = None, force: bool = False, *, ours_too: bool = True
) -> None:
    """Find out whether tables may be written to a folder. What lies there and is no table stays.

    One that floors wrote is replaced, unless not `ours_too`, by `force`; one with other tables never, since they would
    be read as sheets of ours. Raises UsageError, OutputError.
    """
    if source is not None and path.resolve() == source.resolve():
        raise UsageError(f"{path} is the input itself; name another folder.")
    try:
        if not path.exists():
            return
        if not path.is_dir():
            raise UsageError(f"{path} is a file; name a folder.")
        lying = {one.name for one in path.iterdir() if not one.name.startswith(".")}
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror or error}.") from error
    listed = listed_in(path)
    foreign = sorted(name for name in lying - set(listed or ()) if name.lower().endswith(TABLE_FILES))
    if foreign:
        raise UsageError(
            f"{path} holds {foreign[0]}, which floors did not write and which would be read as a sheet of what is "
            "written there; name another folder."
        )
    if (listed or PACKAGE in lying) and not force and (listed is None or not ours_too):
        raise UsageError(f"{path} exists; name another folder, or overwrite it with --force.")


def replace_folder(path: Path, files: Iterable[tuple[str, bytes]]) -> Path:
    """Write files to a folder, each whole or not at all, and remove those of ours that lay there before.

    They are made in a folder beside it first: whatever fails meanwhile, the old ones stay. Raises OutputError.
    """
    try:
        target = path.resolve()
        target.parent.mkdir(parents=True, exist_ok=True)
        _remove_left(target.parent)
        with _fresh_folder(target.parent) as fresh:
            for name, content in files:
                (fresh / name).write_bytes(content)
            finish(partial(_put_in_place, fresh, target))
    except OSError as error:
        raise OutputError(f"{path} could not be written: {error.strerror or error}.") from error
    return path


def _put_in_place(fresh: Path, target: Path) -> None:
    if not target.exists():
        fresh.rename(target)
        return
    new = sorted((one.name for one in fresh.iterdir()), key=lambda name: name == PACKAGE)
    for name in set(listed_in(target) or ()) - set(new):
        (target / name).unlink(missing_ok=True)
    for name in new:
        (fresh / name).replace(target / name)


def _remove_left(parent: Path) -> None:
    """Remove what runs that were killed left; one that is younger than any run takes to write may be at work."""
    for path in parent.glob(".floors-*"):
        if _UNFINISHED.fullmatch(path.name) and path.is_dir() and not path.is_symlink():
            # Gone meanwhile, or of another user: nothing of ours to remove.
            with suppress(OSError):
                if time.time() - path.stat().st_mtime > LONGEST_WRITE:
                    shutil.rmtree(path)


@contextmanager
def _fresh_folder(parent: Path) -> Iterator[Path]:
    fresh = parent / f".floors-{secrets.token_hex(8)}"
    fresh.mkdir()
    try:
        yield fresh
    finally:
        with suppress(FileNotFoundError):  # moved to its place
            shutil.rmtree(fresh)


def listed_in(folder: Path) -> list[str] | None:
    """The files of ours in a folder in their order, by its package; None where there is none of ours."""
    try:
        told = json.loads((folder / PACKAGE).read_bytes())
    except (OSError, ValueError):
        return None
    if not isinstance(told, dict) or OUR_KEY not in told or not isinstance(told.get("resources"), list):
        return None
    paths = [one.get("path") for one in told["resources"] if isinstance(one, dict)]
    return [one for one in paths if isinstance(one, str) and Path(one).name == one]
