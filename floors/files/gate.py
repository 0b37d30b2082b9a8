"""What kind of file it is, by its content, and whether it is safe to open: decided before any parsing."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from floors.errors import InputError, Problem
from floors.files.targets import BROKEN_ZIP

TABLE_FILES = (".csv", ".parquet")
MOST_ROWS, MOST_CELLS = 1_048_576, 20_000_000
LONGEST_TEXT = 131_072  # characters that a reader of CSV takes for one cell
MOST_BYTES = 50 * 2**20
MOST_PARTS = 2_000
MOST_PART = 64 * 2**20
MOST_UNPACKED = 192 * 2**20
MOST_RATIO = 300
LESS = "Delete what is not input; of results, solve fewer scenarios into one workbook (--scenario)."
RATIO_FROM = 2**20

_SAVE_AS = "Save it as an Excel workbook (.xlsx)."
_SUSPECT = "Do not open this file; ask where it comes from."
_ENCRYPTED = 1
_ENCODING = re.compile(rb"""[^<]{0,8}<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([^"']*)""")
_ENCODINGS = {b"utf-8", b"utf-16", b"us-ascii"}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STRICT = b"http://purl.oclc.org/ooxml/"


NOTHING_SENT = "standard input"
"""The name of what came through standard input, where nothing came: then there is no file to speak of."""


def refuse(name: str, message: str, hint: str, code: str) -> InputError:
    """The error of a file that is not read at all; its one problem names the file."""
    return InputError([Problem(name, "", None, message, hint, code)])


def read_bytes(path: Path) -> bytes:
    """The content of a workbook, read once. Raises InputError for what is no readable file."""
    if path.name.startswith("~$"):
        raise refuse(
            path.name, "this is the lock file of an open workbook.", "Name the workbook itself.", "lock_file"
        )
    try:
        if path.is_dir():
            raise refuse(
                path.name or str(path),
                "this is a folder, not a workbook.",
                "Name the workbook in it.",
                "folder",
            )
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)  # by its content: a device has no size, and a file may grow
    except FileNotFoundError as error:
        raise refuse(
            path.name, f"there is no file {path}.", "Check the name and the folder.", "no_file"
        ) from error
    except OSError as error:
        raise refuse(
            path.name,
            f"the file cannot be read: {error.strerror}.",
            "Check its name and permissions.",
            "unreadable",
        ) from error
    if len(content) > MOST_BYTES:
        message = f"the file is larger than {MOST_BYTES >> 20} MB."
        raise refuse(path.name, message, LESS, "too_large")
    return content


def read_tables(folder: Path) -> dict[str, bytes]:
    """The contents of the tables in a folder, CSV and Parquet, by the names of their files in order. Raises InputError
    for files that cannot be read, and where they are larger together than a workbook may be once unpacked."""
    found: dict[str, bytes] = {}
    size = 0
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in TABLE_FILES)
    except OSError as error:
        message = f"the folder cannot be read: {error.strerror}."
        raise refuse(folder.name, message, "Check its permissions.", "unreadable") from error
    for path in paths:
        if path.name.startswith("."):
            continue
        if not path.is_file():
            message = f"{path.name} is no file."
            raise refuse(path.name, message, "Move it out of the folder.", "unreadable")
        found[path.name] = read_bytes(path)
        size += len(found[path.name])
        if len(found) > MOST_PARTS or size > MOST_UNPACKED:
            raise refuse(folder.name, "its tables are too large together.", LESS, "too_large")
    return found


def check_count(rows: int, cells: int, name: str) -> None:
    """Raise InputError for a table of more rows than a sheet of Excel has, or of more cells than are read."""
    if rows > MOST_ROWS or cells > MOST_CELLS:
        message = f"it has more than {MOST_ROWS:,} rows, or {MOST_CELLS:,} cells."
        raise refuse(name, message, LESS, "too_large")


def open_archive(content: bytes, name: str) -> zipfile.ZipFile:
    """The archive of an .xlsx file that passed every check. Raises InputError, saying what the file is."""
    if not content and name == NOTHING_SENT:
        hint = "Send it a workbook, as in `- < study.xlsx`."
        raise refuse(name, "nothing was sent (0 bytes).", hint, "empty_file")
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
        parts = archive.infolist()
        _check_sizes(parts, name)
        _check_names(parts, name)
        _check_places(parts, content, archive.start_dir, name)
        unpacked = {part.filename: _unpack(part, content, name) for part in parts}
        for part in parts:
            archive.open(part).close()  # refuses a header that names another part
        _check_kind(unpacked, name)
        _check_parts(unpacked, name)
    except BROKEN_ZIP as error:  # RuntimeError: a password
        raise _damaged(name, str(error)) from error
    return archive


def unread(path: Path) -> str:
    """Why a workbook that was just written would not be read again: its size; empty where it would."""
    try:
        if path.stat().st_size > MOST_BYTES:
            return f"it is larger than {MOST_BYTES >> 20} MB"
        with zipfile.ZipFile(path) as archive:
            _check_sizes(archive.infolist(), path.name)
    except InputError as error:
        return error.problems[0].message.rstrip(".")
    return ""


def _damaged(name: str, what: str) -> InputError:
    return refuse(name, f"the file is damaged or cut off ({what}).", "Copy or download it again.", "damaged")


def _check_sizes(parts: Sequence[zipfile.ZipInfo], name: str) -> None:
    large = [part for part in parts if part.file_size > RATIO_FROM]
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise refuse(name, "the workbook is too large once unpacked.", LESS, "too_large")
    for part in large:
        if part.file_size > MOST_PART or part.file_size > MOST_RATIO * max(part.compress_size, 1):
            message = f"the part {part.filename} is too large once unpacked ({part.file_size >> 20} MB)."
            raise refuse(name, message, f"{LESS} Cells may be filled far below.", "too_large")


def _check_names(parts: Sequence[zipfile.ZipInfo], name: str) -> None:
    """Refuse names by which two programs could mean different parts, or a place outside the workbook."""
    seen: set[str] = set()
    for part in parts:
        written = part.orig_filename
        if written.startswith("/") or re.search(r"[\\:\0]|(^|/)\.\.?(/|$)", written):
            raise refuse(name, f"it holds a part of the name {written!r}.", _SUSPECT, "part_name")
        if written.lower() in seen:
            raise refuse(name, f"it holds the part {written} twice.", _SUSPECT, "part_name")
        seen.add(written.lower())


def _check_places(parts: Sequence[zipfile.ZipInfo], content: bytes, end: int, name: str) -> None:
    """Refuse parts that share bytes, by which a small file unpacks without end."""
    for part in sorted(parts, key=lambda part: part.header_offset, reverse=True):
        if _start(part, content) + part.compress_size > end:
            raise _damaged(name, f"the part {part.filename} runs into another")
        end = part.header_offset


def _start(part: zipfile.ZipInfo, content: bytes) -> int:
    """Where the bytes of a part begin, behind its own header."""
    lengths = part.header_offset + 26
    if content[lengths - 26 : lengths - 22] != b"PK\3\4":
        raise zipfile.BadZipFile(f"the part {part.filename} is not where it should be")
    title, extra = struct.unpack_from("<HH", content, lengths)
    return lengths + 4 + int(title) + int(extra)


def _unpack(part: zipfile.ZipInfo, content: bytes, name: str) -> bytes:
    """The content of a part: as long as it is said to be, and no longer."""
    if part.flag_bits & _ENCRYPTED:
        raise refuse(name, f"the part {part.filename} is encrypted.", "Remove the password.", "password")
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        message = f"the part {part.filename} is packed in a way that no spreadsheet program uses."
        raise refuse(name, message, _SUSPECT, "packing")
    start = _start(part, content)
    packed = content[start : start + part.compress_size]
    found, whole = packed, True
    if part.compress_type == zipfile.ZIP_DEFLATED:
        stream = zlib.decompressobj(-zlib.MAX_WBITS)
        found = stream.decompress(packed, part.file_size + 1)
        whole = stream.eof and not stream.unused_data
    if not whole or len(found) != part.file_size or zlib.crc32(found) != part.CRC:
        raise _damaged(name, f"the part {part.filename} is not what its header says")
    return found


def _check_kind(parts: dict[str, bytes], name: str) -> None:
    if b"opendocument" in parts.get("mimetype", b""):
        raise refuse(name, "this is an OpenDocument file (.ods).", _SAVE_AS, "open_document")
    if any(part.endswith("workbook.bin") for part in parts):
        raise refuse(name, "this is a binary workbook (.xlsb).", _SAVE_AS, "binary_workbook")
    if "[Content_Types].xml" not in parts or not any(part.endswith("workbook.xml") for part in parts):
        raise refuse(name, "this is not an Excel workbook.", _SAVE_AS, "not_excel")


def _check_parts(parts: dict[str, bytes], name: str) -> None:
    """Refuse declarations that make a parser expand or fetch things, and Strict Open XML."""
    for part, content in parts.items():
        # Whatever a part is called, it can be read as XML; in UTF-16 every second byte is zero.
        text = content.replace(b"\0", b"")
        picture = part.startswith("xl/media/")  # drawings of other programs have a document type of their own
        if b"<!ENTITY" in text or (b"<!DOCTYPE" in text and not picture):
            message = f"the part {part} declares entities, which no workbook needs."
            raise refuse(name, message, _SUSPECT, "entities")
        encoding = _ENCODING.match(text)
        if encoding and encoding[1].lower() not in _ENCODINGS:
            message = f"the part {part} is in the encoding {encoding[1].decode('ascii', 'replace')}."
            raise refuse(name, message, _SUSPECT, "encoding")
        if part.endswith("workbook.xml") and _STRICT in text:
            message = "this is a Strict Open XML workbook."
            raise refuse(name, message, "Save it as Excel workbook (.xlsx), not as Strict.", "strict")
