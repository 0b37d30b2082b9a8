"""Files changed at random: bytes of the archive, its parts, and the XML in them."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Callable
from io import BytesIO
from random import Random

import openpyxl
from openpyxl.utils.exceptions import IllegalCharacterError

from floors.study.sheets import ErrorCell, NoResult
from tests.support.packages import parts as parts_of

from .mutate import Book

Parts = dict[str, bytes]


def saved(book: Book) -> bytes:
    """The workbook as another program writes it, live formulas and all; what it cannot hold is left out."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for page in book:
        sheet = made.create_sheet(re.sub(r"[\\*?:/\[\]]", "", page.title)[:31] or "x")
        sheet.sheet_state = "hidden" if page.hidden and len(book) > 1 else "visible"
        for (line, number), value in page.cells.items():
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    sheet.cell(line, number).value = _plain(value)
            except (IllegalCharacterError, ValueError):
                continue
    if not made.sheetnames or all(sheet.sheet_state == "hidden" for sheet in made):
        made.create_sheet("_shown")
    content = BytesIO()
    try:
        made.save(content)
    except UnicodeEncodeError:  # half a character, which XML does not hold
        return b""
    return content.getvalue()


def _plain(value: object) -> object:
    if isinstance(value, ErrorCell):
        return str(value)
    if isinstance(value, NoResult):
        return str(value)
    return None if (isinstance(value, float) and abs(value) in (float("inf"),)) or value != value else value


def pack(parts: Parts, twice: str | None = None) -> bytes:
    """A workbook of these parts."""
    content = BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, part in parts.items():
                archive.writestr(name, part)
            if twice:
                archive.writestr(twice, parts[twice])
    return content.getvalue()


def truncate(content: bytes, random: Random) -> bytes:
    """The file cut off."""
    return content[: random.randrange(len(content))]


def flip(content: bytes, random: Random) -> bytes:
    """A few bytes changed anywhere."""
    changed = bytearray(content)
    for _ in range(random.choice((1, 2, 8, 64))):
        changed[random.randrange(len(changed))] = random.randrange(256)
    return bytes(changed)


def flip_directory(content: bytes, random: Random) -> bytes:
    """Bytes changed at the end, where the directory of the archive lies."""
    changed = bytearray(content)
    for _ in range(random.choice((1, 2, 4))):
        changed[-random.randint(1, min(1500, len(changed)))] = random.randrange(256)
    return bytes(changed)


def double(content: bytes, random: Random) -> bytes:
    """A part twice."""
    parts = parts_of(content)
    return pack(parts, random.choice(list(parts)))


def drop(content: bytes, random: Random) -> bytes:
    """A part less, or under another name."""
    parts = parts_of(content)
    name = random.choice(list(parts))
    part = parts.pop(name)
    if random.random() < 0.5:
        parts[random.choice(("../", "/", "C:\\", "x/../", "XL/", "")) + name] = part
    return pack(parts)


def edit_xml(content: bytes, random: Random) -> bytes:
    """An edit in the XML of a part: a tag, an attribute or a text taken away, changed or doubled."""
    parts = parts_of(content)
    name = random.choice([name for name in parts if name.endswith((".xml", ".rels"))])
    pieces = re.findall(rb"<[^>]*>|[^<]+", parts[name])
    at = random.randrange(len(pieces))
    match random.randrange(6):
        case 0:
            del pieces[at]
        case 1:
            pieces.insert(at, pieces[at])
        case 2:
            pieces[at] = re.sub(rb'"[^"]*"', b'"%d"' % random.choice((-1, 0, 7, 10**9)), pieces[at], count=1)
        case 3:
            pieces[at] = re.sub(rb'\st="[^"]*"', b"", pieces[at])
        case 4:
            strange = (b"&b;", b"&#0;", b"\xff", b"<", b"<!DOCTYPE a>", b"1E400", b"x" * 99)
            pieces[at] += random.choice(strange)
        case _:
            other = random.randrange(len(pieces))
            pieces[at], pieces[other] = pieces[other], pieces[at]
    parts[name] = b"".join(pieces)
    return pack(parts)


DAMAGES: tuple[Callable[[bytes, Random], bytes], ...] = (
    *(truncate, flip, flip_directory, double, drop, edit_xml, edit_xml, edit_xml, edit_xml),
)
