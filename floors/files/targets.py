"""Files out: whether a target may be written, and writing it so that no reader ever sees half a workbook."""

from __future__ import annotations

import errno
import os
import re
import secrets
import struct
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from itertools import count
from pathlib import Path
from xml.etree import ElementTree
from xml.parsers import expat

from floors.errors import OutputError, UsageError
from floors.files.parts_folder import LONGEST_WRITE, PartsFolder, fcntl, lock, remove_parts
from floors.stopping import finish

OUR_PROPERTY = "floors"
"""Name of the custom document property, holding the version, by which a workbook of ours is known."""

_PROPERTIES_PART = "docProps/custom.xml"
_LARGEST_PROPERTIES_PART = 1_000_000
_PIECE = 1 << 18  # bytes of a part that are looked through at a time
# zipfile raises RuntimeError for a password, NotImplementedError (its child) for an unknown compression,
# ValueError for names and places that make no sense.
BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, struct.error)
_UNFINISHED = re.compile(r"\.floors-[0-9a-f]{16}\.xlsx")
# What says that a file in place is in use (Windows), protected, or held by the system (a mounted file).
_KEPT = {errno.EACCES, errno.EPERM, errno.EBUSY, errno.EXDEV, errno.ETXTBSY}


def check_target(
    path: Path, source: Path | None = None, force: bool = False, *, resume: bool = False
) -> None:
    """Find out, before anything is solved, whether `path` can be written; nothing is left behind.

    `source` is the input workbook, if there is one; `force` allows overwriting a workbook that is not ours;
    with `resume` the parts that a killed run left for this workbook stay. Raises UsageError where the target is
    wrongly chosen (the input itself, a folder, not .xlsx, not ours), OutputError where it cannot be written
    (folder, permission, open in another program).
    """
    if path.suffix.lower() != ".xlsx":
        raise UsageError(f"{path}: results are an Excel workbook; give a name that ends in .xlsx.")
    check_choice(path, source, force, is_ours, "the input workbook")
    try:
        if not resume:
            remove_parts(_real(path))
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {_reason(error)}.") from error


def check_choice(
    path: Path, source: Path | None, force: bool, ours: Callable[[Path], bool], input_is: str
) -> None:
    """Find out whether a file can be written, and whether what lies there may be replaced.

    `ours` says of a file whether floors wrote it; `source` is `input_is`, which must not be replaced. Raises
    UsageError, OutputError.
    """
    try:
        _check_choice(path, source, force, ours, input_is)
    except OSError as error:  # a name too long, a loop of links, a disk that does not answer
        raise OutputError(f"{path} cannot be written: {_reason(error)}.") from error


def _check_choice(
    path: Path, source: Path | None, force: bool, ours: Callable[[Path], bool], input_is: str
) -> None:
    if source is not None and _same_file(path, source):
        raise UsageError(f"{path} is {input_is}; name another file for the results.")
    if path.is_dir():
        raise UsageError(f"{path} is a folder; name a file in it.")
    target = _real(path)
    _check_folder(target.parent)
    if target.exists():
        if not target.is_file():
            raise UsageError(f"{path} is no file but a device or the like; name a file.")
        if not force and not ours(target):
            raise UsageError(
                f"{path} was not written by floors and would be lost; "
                "name another file, or overwrite it with --force."
            )
        if not os.access(target, os.W_OK):
            raise OutputError(f"{path} is write-protected; name another file, or lift the protection.")
    for sign in (*locks(path), *locks(target)):
        raise OutputError(
            f"{path} seems to be open in another program: {sign.name} lies beside it. Close it there; "
            f"if nobody has it open, delete {sign.name}."
        )


def locks(path: Path) -> list[Path]:
    """Files beside a workbook by which Excel and LibreOffice say that it is open there."""
    names = (f"~${path.name}", f".~lock.{path.name}#")
    return [lock for name in names if _exists(lock := path.parent / name)]


def is_ours(path: Path) -> bool:
    """Whether the file is a workbook that carries our document property."""
    try:
        with zipfile.ZipFile(path) as book:
            if book.getinfo(_PROPERTIES_PART).file_size > _LARGEST_PROPERTIES_PART:
                return False
            text = book.read(_PROPERTIES_PART)
        # Entities can make a small part unpack without end; no program writes them into properties.
        if b"<!" in text.replace(b"\0", b""):
            return False
        properties = ElementTree.fromstring(text)
    except (*BROKEN_ZIP, KeyError, ElementTree.ParseError):
        return False
    except OSError as error:
        raise OutputError(f"{path} exists and cannot be read: {_reason(error)}.") from error
    return any(item.get("name") == OUR_PROPERTY for item in properties)


def check_workbook(path: Path) -> None:
    """Read a workbook just written, every part whole and well-formed; raises OutputError where it is not."""
    try:
        with zipfile.ZipFile(path) as book:
            for name in book.namelist():
                parser = expat.ParserCreate()
                with book.open(name) as part:
                    while piece := part.read(_PIECE):  # ParseFile asks for 2 KB at a time
                        parser.Parse(piece, False)
                parser.Parse(b"", True)
    except (*BROKEN_ZIP, expat.ExpatError, OSError) as error:
        raise OutputError(f"The workbook was written but does not read back: {error}.") from error
    if not is_ours(path):
        raise OutputError(
            "The workbook was written but does not read back: its document property is missing."
        )


def replace_atomically(
    path: Path, write: Callable[[Path], None], check: Callable[[Path], None] = check_workbook
) -> Path:
    """Write a file beside `path`, check it, and put it in the place of `path` in one step.

    `write` gets the path of an empty file to fill, `check` the filled one; whatever either raises, the old
    file stays as it was and nothing is left behind. A link stays a link; the old file's permissions stay.
    Returns where the result lies: `path`, or a free name beside it where `path` cannot be replaced (open in
    Excel on Windows), which the caller must say. Raises OutputError where the folder takes no file.
    """
    try:
        target = _real(path)
        with _folder_for(target) as folder:
            _remove_unfinished(folder)
            with _fresh_file(folder) as unfinished:
                write(unfinished)
                check(unfinished)
                if target.exists():
                    # File systems without permissions refuse; then there is nothing to keep.
                    with suppress(PermissionError):
                        unfinished.chmod(target.stat().st_mode & 0o777)
                _flush(unfinished)
                placed = finish(partial(_put_in_place, unfinished, target))
            _flush_folder(folder)
    except OSError as error:
        raise OutputError(f"{path} could not be written: {_reason(error)}.") from error
    return path if placed == target else placed


@contextmanager
def _folder_for(target: Path) -> Iterator[Path]:
    """The folder of the target, made where it is missing, and gone again where nothing comes into it."""
    folder = target.parent
    new = [one for one in (folder, *folder.parents) if not _exists(one)]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
    except BaseException:
        for one in new:
            with suppress(OSError):
                one.rmdir()
        raise


@contextmanager
def hold_parts(
    path: Path, *, resume: bool = False, keep: Callable[[], bool] = lambda: False
) -> Iterator[Path]:
    """A folder beside `path` for what is to go into it, locked while the block runs and removed when it ends, unless it
    is to `keep` for another run.

    With `resume` what an earlier run left there is still in it, and it stays where the block is left by an error
    or a signal. Raises OutputError where no such folder can be made, UsageError where another run is at work on
    what is to be resumed.
    """
    target, done = _real(path), False
    with ExitStack() as stack:
        try:
            stack.enter_context(_folder_for(target))
            folder = PartsFolder.beside(target, resume)
            if not resume:
                folder.empty()
        except OSError as error:
            raise OutputError(f"Nothing can be written beside {path}: {_reason(error)}.") from error
        try:
            yield folder.path
            done = True
        finally:
            if not (keep() if done else resume):
                folder.empty()
            folder.let_go()


def _put_in_place(unfinished: Path, target: Path) -> Path:
    try:
        unfinished.replace(target)
    except OSError as error:
        if error.errno not in _KEPT:
            raise
        beside = _free_name(target)
        unfinished.replace(beside)
        return beside
    return target


def _free_name(target: Path) -> Path:
    names = (target.with_name(f"{target.stem}-{number}{target.suffix}") for number in count(1))
    return next(name for name in names if not _exists(name))


@contextmanager
def _fresh_file(folder: Path) -> Iterator[Path]:
    """An empty file of ours in the folder, locked while we are at work, gone at the end unless moved away."""
    path, number = _new_name(folder), -1
    try:
        while (number := _make(path)) < 0:
            path = _new_name(folder)
        if fcntl is None:
            # Windows moves no file that is held open.
            os.close(number)
        yield path
    finally:
        path.unlink(missing_ok=True)
        if fcntl is not None and number >= 0:
            os.close(number)


def _new_name(folder: Path) -> Path:
    return folder / f".floors-{secrets.token_hex(8)}.xlsx"


def _make(path: Path) -> int:
    """Make the file and lock it; -1 where another run, before it was locked, took it for one left behind."""
    # The system takes the umask off the mode, which cannot be asked for without changing it.
    number = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o666)
    if lock(number) is False or not os.fstat(number).st_nlink:
        os.close(number)
        return -1
    return number


def _remove_unfinished(folder: Path) -> None:
    """Remove what runs that were killed left in the folder; files of runs still at work stay."""
    for path in folder.glob(".floors-*.xlsx"):
        if _UNFINISHED.fullmatch(path.name) and path.is_file() and not path.is_symlink():
            # Gone meanwhile, or of another user: nothing of ours to remove.
            with suppress(OSError):
                _remove_if_left(path)


def _remove_if_left(path: Path) -> None:
    """Remove a file that no run holds: the system drops the lock of a run that was killed. Where nothing can
    be locked (Windows, some network folders), one that is older than any run takes to write."""
    if fcntl is None:
        if _is_old(path):
            path.unlink()
        return
    number = os.open(path, os.O_RDWR)
    try:
        free = lock(number)
        if free or (free is None and _is_old(path)):
            path.unlink()
    finally:
        os.close(number)


def _is_old(path: Path) -> bool:
    return time.time() - path.stat().st_mtime > LONGEST_WRITE


def _check_folder(folder: Path) -> None:
    """Try a file in the folder, or in the nearest one that exists where it is still to be made."""
    existing = next(ancestor for ancestor in (folder, *folder.parents) if _exists(ancestor))
    if not existing.is_dir():
        raise OutputError(
            f"{existing} is not a folder, so nothing can be written under it; name another folder."
        )
    try:
        _remove_unfinished(existing)
        with _fresh_file(existing):
            pass
    except OSError as error:
        raise OutputError(f"Nothing can be written to the folder {existing}: {_reason(error)}.") from error


def _flush(path: Path) -> None:
    # Windows flushes only what is open for writing.
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    """Make the new name survive a power cut; Windows does so itself and opens no folders."""
    if os.name == "nt":
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        # Some network folders cannot; the result is in its place all the same.
        with suppress(OSError):
            os.fsync(number)
    finally:
        os.close(number)


def _real(path: Path) -> Path:
    """The file itself, behind any links; a link in a circle is an OutputError."""
    try:
        found = path.resolve()
    except (OSError, RuntimeError) as error:
        raise OutputError(f"{path} leads nowhere: {error}.") from error
    if found.is_symlink():  # how Python tells a circle from 3.13 on
        raise OutputError(f"{path} leads nowhere: its links go in a circle.")
    return found


def _exists(path: Path) -> bool:
    """Whether something lies there, a broken link included."""
    return os.path.lexists(path)


def _same_file(one: Path, other: Path) -> bool:
    if one.exists() and other.exists():
        return one.samefile(other)
    return _real(one) == _real(other)


def _reason(error: OSError) -> str:
    return error.strerror or str(error)
