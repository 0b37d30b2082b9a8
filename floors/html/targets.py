"""Which files may be replaced: reports and pictures that floors wrote, known by a mark of ours, and no others."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

from floors.errors import OutputError, UsageError
from floors.files.targets import check_choice

_PAGE_MARK = b'<meta name="generator" content="floors '
SVG_MARK = "<!-- drawn by floors -->"
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_TEXT = b"Software\0floors"
_PNG_MARK = (
    struct.pack(">I", len(_PNG_TEXT))
    + b"tEXt"
    + _PNG_TEXT
    + struct.pack(">I", zlib.crc32(b"tEXt" + _PNG_TEXT))
)
_BEGINNING = 2000


def check_report(path: Path, source: Path, force: bool) -> None:
    """Find out, before anything is read, whether a report can be written there. Raises UsageError, OutputError."""
    if path.suffix.lower() not in (".html", ".htm"):
        raise UsageError(f"{path}: a report is a page; give a name that ends in .html.")
    check_choice(path, source, force, _is_our_page, "the results workbook")


def check_page(path: Path) -> None:
    """Read a report just written. Raises OutputError where it is not whole."""
    content = path.read_bytes()
    if not (_is_our_page(path) and content.rstrip().endswith(b"</html>")):
        raise OutputError("The report was written but does not read back.")


def check_folder(folder: Path) -> None:
    """Make sure that a folder is one, or can be made. Raises UsageError."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file; name a folder for the pictures.")


def check_figure(path: Path, force: bool) -> None:
    """Find out whether a picture can be written there. Raises UsageError, OutputError."""
    check_choice(path, None, force, _is_our_figure, "")


def marked(png: bytes) -> bytes:
    """A PNG with our mark in it, behind its header."""
    header = len(_PNG_SIGNATURE) + 25
    return png[:header] + _PNG_MARK + png[header:]


def _begins(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_BEGINNING)
    except OSError as error:
        raise OutputError(f"{path} exists and cannot be read: {error.strerror or error}.") from error


def _is_our_page(path: Path) -> bool:
    return _PAGE_MARK in _begins(path)


def _is_our_figure(path: Path) -> bool:
    beginning = _begins(path)
    if beginning.startswith(_PNG_SIGNATURE):
        return _PNG_MARK in beginning
    return SVG_MARK.encode() in beginning
