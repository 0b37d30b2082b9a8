"""What kind of file it is, by its content, and whether it is safe to open: decided before any parsing."""

from __future__ import annotations

import zipfile
import zlib
from io import BytesIO
from pathlib import Path

from floors.errors import InputError, Problem

MOST_BYTES = 50 * 2**20
MOST_PARTS = 2_000
MOST_PART = 64 * 2**20
MOST_UNPACKED = 192 * 2**20
MOST_RATIO = 300
RATIO_FROM = 2**20

_SAVE_AS = "Save it as an Excel workbook (.xlsx)."
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STRICT = b"http://purl.oclc.org/ooxml/"


def refuse(name: str, message: str, hint: str, code: str) -> InputError:
    """The error of a file that is not read at all; its one problem names the file."""
    return InputError([Problem(name, "", None, message, hint, code)])


def read_bytes(path: Path) -> bytes:
    """The content of a workbook, read once. Raises InputError for what is no readable file."""
    if path.name.startswith("~$"):
        raise refuse(
            path.name, "this is the lock file of an open workbook.", "Name the workbook itself.", "lock_file"
        )
    if path.is_dir():
        raise refuse(path.name, "this is a folder, not a workbook.", "Name the workbook in it.", "folder")
    try:
        if path.stat().st_size > MOST_BYTES:
            message = f"the file is larger than {MOST_BYTES >> 20} MB."
            raise refuse(path.name, message, "Delete what is not input.", "too_large")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise refuse(
            path.name, f"there is no file {path}.", "Check the name and the folder.", "no_file"
        ) from error
    except OSError as error:
        raise refuse(
            path.name, f"the file cannot be read: {error.strerror}.", "Check its permissions.", "unreadable"
        ) from error


def open_archive(content: bytes, name: str) -> zipfile.ZipFile:
    """The archive of an .xlsx file that passed every check. Raises InputError, saying what the file is."""
    if not content:
        raise refuse(name, "the file is empty (0 bytes).", "Restore it from a copy.", "empty_file")
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            hint = "Remove the password, or protect single sheets instead."
            raise refuse(name, "the workbook is protected by a password.", hint, "password")
        raise refuse(name, "this is a workbook of the old format (.xls).", _SAVE_AS, "old_format")
    if not content.startswith(b"PK"):
        raise refuse(
            name, "this is not an Excel workbook (perhaps text or CSV renamed).", _SAVE_AS, "not_excel"
        )
    try:
        archive = zipfile.ZipFile(BytesIO(content))
        _check_sizes(archive, name)
        _check_kind(archive, name)
        _check_parts(archive, name)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:  # RuntimeError: a password
        hint = "Copy or download it again."
        raise refuse(name, f"the file is damaged or cut off ({error}).", hint, "damaged") from error
    return archive


def _check_sizes(archive: zipfile.ZipFile, name: str) -> None:
    parts = archive.infolist()
    large = [part for part in parts if part.file_size > RATIO_FROM]
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise refuse(
            name, "the workbook is too large once unpacked.", "Delete what is not input.", "too_large"
        )
    for part in large:
        if part.file_size > MOST_PART or part.file_size > MOST_RATIO * max(part.compress_size, 1):
            message = f"the part {part.filename} is too large once unpacked ({part.file_size >> 20} MB)."
            raise refuse(
                name, message, "Delete what is not input, such as cells filled far below.", "too_large"
            )


def _check_kind(archive: zipfile.ZipFile, name: str) -> None:
    names = set(archive.namelist())
    if "mimetype" in names and b"opendocument" in archive.read("mimetype"):
        raise refuse(name, "this is an OpenDocument file (.ods).", _SAVE_AS, "open_document")
    if any(part.endswith("workbook.bin") for part in names):
        raise refuse(name, "this is a binary workbook (.xlsb).", _SAVE_AS, "binary_workbook")
    if "[Content_Types].xml" not in names or not any(part.endswith("workbook.xml") for part in names):
        raise refuse(name, "this is not an Excel workbook.", _SAVE_AS, "not_excel")


def _check_parts(archive: zipfile.ZipFile, name: str) -> None:
    """Refuse declarations that make a parser expand or fetch things, and Strict Open XML."""
    for part in archive.infolist():
        if not part.filename.endswith((".xml", ".rels", ".vml")):
            continue
        content = archive.read(part)
        text = content.replace(b"\0", b"") if content[:2] in (b"\xff\xfe", b"\xfe\xff") else content
        if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
            message = f"the part {part.filename} declares entities, which no workbook needs."
            raise refuse(name, message, "Do not open this file; ask where it comes from.", "entities")
        if part.filename.endswith("workbook.xml") and _STRICT in text:
            message = "this is a Strict Open XML workbook."
            raise refuse(name, message, "Save it as Excel workbook (.xlsx), not as Strict.", "strict")
