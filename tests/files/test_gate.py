"""What is refused before a workbook is parsed: a file for every check, and nothing else wrong with it."""

from __future__ import annotations

import os
import re
import socket
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from floors.errors import InputError
from floors.files import gate
from floors.files.gate import open_archive, read_bytes
from floors.study.study import read
from tests.support.tiny import TINY, write

SHEET = "xl/worksheets/sheet1.xml"
KIND = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}


def packed(parts: dict[str, bytes] | None = None, how: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The least that passes for a workbook, with further parts."""
    content = BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(content, "w", how) as archive:
            for name, part in (KIND | (parts or {})).items():
                archive.writestr(name, part)
    return content.getvalue()


def forged(content: bytes, part: str, **fields: int) -> bytes:
    """Fields of a part's entry in the directory overwritten: what a reader is told, not what is there."""
    places = {"flags": (8, "<H"), "method": (10, "<H"), "crc": (16, "<I")}
    places |= {"packed": (20, "<I"), "size": (24, "<I"), "at": (42, "<I")}
    changed = bytearray(content)
    name = part.encode()
    entry = next(
        m.start()
        for m in re.finditer(b"PK\1\2", content)
        if content[m.start() + 46 : m.start() + 46 + len(name)] == name
    )
    for field, value in fields.items():
        place, kind = places[field]
        struct.pack_into(kind, changed, entry + place, value)
    return bytes(changed)


def refused(content: bytes, code: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        open_archive(content, "a.xlsx")
    (problem,) = caught.value.problems
    assert (problem.sheet, problem.cell, problem.code) == ("a.xlsx", "", code)
    assert words in problem.message and problem.hint


def test_the_least_passes_packed_or_stored() -> None:
    for how in (zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED):
        with open_archive(packed({SHEET: b"<worksheet/>", "empty.xml": b""}, how), "a.xlsx") as archive:
            assert archive.read(SHEET) == b"<worksheet/>"


def test_sizes_zipped_and_unzipped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each limit on its own, the others far away."""
    noise = os.urandom(3000)
    monkeypatch.setattr(gate, "RATIO_FROM", 1000)
    assert open_archive(packed({SHEET: noise, "b.xml": noise}), "a.xlsx")
    for name, value in {"MOST_PART": 2999, "MOST_UNPACKED": 6000, "MOST_PARTS": 3}.items():
        with monkeypatch.context() as patch:
            patch.setattr(gate, name, value)
            refused(packed({SHEET: noise, "b.xml": noise}), "too_large", "too large once unpacked")
    refused(packed({SHEET: b"<a/>" + b" " * 500_000}), "too_large", f"the part {SHEET} is too large")


def test_a_bomb_within_a_part_stays_packed() -> None:
    """An archive inside a part is bytes: nothing opens it."""
    bomb = packed({"x": b" " * 50_000_000})
    with open_archive(packed({"xl/embeddings/a.zip": bomb}), "a.xlsx") as archive:
        assert len(archive.read("xl/embeddings/a.zip")) == len(bomb) < 100_000


@pytest.mark.parametrize(
    "name",
    ["../a.xml", "xl/../a.xml", "xl/..", "./a.xml", "/a.xml", "xl\\a.xml", "C:a.xml", "..\\a.xml"],
)
def test_names_that_lead_out_of_the_workbook(name: str) -> None:
    refused(packed({name: b"<a/>"}), "part_name", repr(name))


def test_a_name_that_ends_before_its_end() -> None:
    refused(packed({"xl/a.xml_b": b"<a/>"}).replace(b"xl/a.xml_b", b"xl/a.xml\0b"), "part_name", "xl/a.xml")


def test_dots_within_a_name_are_fine() -> None:
    assert open_archive(packed({"xl/a..b/...c.xml": b"<a/>"}), "a.xlsx")


def test_a_part_twice_even_in_other_letters() -> None:
    refused(packed({SHEET: b"<a/>", SHEET.upper(): b"<b/>"}), "part_name", "twice")
    content = BytesIO(packed({SHEET: b"<a/>"}))
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(content, "a") as archive:
        archive.writestr(SHEET, b"<b/>")
    refused(content.getvalue(), "part_name", "twice")


def test_parts_that_share_bytes() -> None:
    """A bomb without nesting: many entries of the directory lead to the same packed bytes."""
    content = packed({"xl/a.xml": b"<a>0123456789</a>", "xl/b.xml": b"<a>0123456789</a>"}, zipfile.ZIP_STORED)
    first = content.index(b"PK\3\4", content.index(b"workbook/>"))
    shared = forged(content, "xl/b.xml", at=first).replace(b"xl/b.xml", b"xl/a.xml", 1)
    refused(shared, "damaged", "runs into another")
    longer = forged(content, "xl/a.xml", packed=40, size=40)
    refused(longer, "damaged", "runs into another")
    refused(forged(content, "xl/b.xml", packed=10**6), "damaged", "runs into another")


def test_a_part_that_is_not_where_it_should_be() -> None:
    content = packed({SHEET: b"<a/>"})
    refused(forged(content, SHEET, at=3), "damaged", "not where it should be")


def test_a_header_that_names_another_part() -> None:
    content = packed({SHEET: b"<a/>"})
    refused(content.replace(SHEET.encode(), b"xl/worksheets/sheet2.xml", 1), "damaged", "differ")


@pytest.mark.parametrize("how", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_sizes_and_sums_that_are_not_those_of_the_content(how: int) -> None:
    content = b"<a>0123456789</a>"
    whole = packed({SHEET: content}, how)
    for size in (0, 5, len(content) - 1, len(content) + 1, 4000):
        refused(forged(whole, SHEET, size=size), "damaged", "not what its header says")
    short = forged(whole, SHEET, size=5, crc=zlib.crc32(content[:5]))
    refused(short, "damaged", "not what its header says")
    refused(forged(whole, SHEET, crc=7), "damaged", "not what its header says")


def test_bytes_behind_the_end_of_a_packed_part() -> None:
    content = b"<a>0123456789</a>"
    stream = zlib.compressobj(9, zlib.DEFLATED, -15)
    bytes_ = stream.compress(content) + stream.flush()
    stored = packed({SHEET: bytes_ + b"more"}, zipfile.ZIP_STORED)
    changed = forged(stored, SHEET, method=8, size=len(content), crc=zlib.crc32(content))
    refused(changed, "damaged", "not what its header says")
    stored = packed({SHEET: bytes_[:-1]}, zipfile.ZIP_STORED)
    changed = forged(stored, SHEET, method=8, size=len(content), crc=zlib.crc32(content))
    refused(changed, "damaged", "not what its header says")
    stored = packed({SHEET: b"\xff" * 9}, zipfile.ZIP_STORED)
    refused(forged(stored, SHEET, method=8), "damaged", "invalid")


def test_parts_under_a_password_or_packed_in_another_way() -> None:
    content = packed({SHEET: b"<a/>"})
    refused(forged(content, SHEET, flags=1), "password", SHEET)
    for method in (9, 12, 14, 93, 99):
        refused(forged(content, SHEET, method=method), "packing", SHEET)
    refused(packed({SHEET: b"<a/>"}, zipfile.ZIP_LZMA), "packing", "[Content_Types].xml")


BOMB = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
HIDDEN: dict[str, tuple[str, bytes]] = {
    "plain": (SHEET, BOMB.encode()),
    "with a byte order mark": (SHEET, b"\xef\xbb\xbf" + BOMB.encode()),
    "in UTF-16": (SHEET, BOMB.encode("utf-16")),
    "in UTF-16 without a mark": (SHEET, BOMB.encode("utf-16-le")),
    "in UTF-16 the other way round": (SHEET, b"\xfe\xff" + BOMB.encode("utf-16-be")),
    "under another ending": ("xl/worksheets/sheet1.bin", BOMB.encode()),
    "in capital letters": ("XL/SHEET.XML", BOMB.encode()),
    "among the relations": ("_rels/.rels", BOMB.encode()),
    "as a picture": ("xl/media/image1.svg", BOMB.encode()),
    "behind much else": (SHEET, b"<a>" + b"x" * 200_000 + b"<!ENTITY b>"),
    "a document type alone": (SHEET, b"<!DOCTYPE a><a/>"),
}


@pytest.mark.parametrize("name", HIDDEN)
def test_entities_wherever_they_hide(name: str) -> None:
    part, content = HIDDEN[name]
    refused(packed({part: content}), "entities", part)


def test_a_picture_may_have_a_document_type() -> None:
    assert open_archive(packed({"xl/media/image1.svg": b"<!DOCTYPE svg><svg/>"}), "a.xlsx")


@pytest.mark.parametrize("name", ["utf-8", "UTF-8", "utf-16", "us-ascii"])
def test_encodings_of_workbooks(name: str) -> None:
    text = f'<?xml version="1.0" encoding="{name}"?><a/>'
    assert open_archive(packed({SHEET: text.encode("utf-16" if "16" in name else "utf-8")}), "a.xlsx")


@pytest.mark.parametrize("name", ["utf-7", "cp037", "iso-8859-1", "utf-32", ""])
def test_other_encodings_by_which_a_declaration_could_hide(name: str) -> None:
    text = f"<?xml version='1.0' encoding='{name}'?><a/>".encode()
    refused(packed({SHEET: text}), "encoding", name)
    refused(packed({SHEET: text.replace(b"'", b'"')}), "encoding", name)


def test_what_kind_of_file_it_is() -> None:
    refused(packed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), "open_document", ".ods")
    refused(packed({"xl/workbook.bin": b""}), "binary_workbook", ".xlsb")
    strict = b'<workbook xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"/>'
    refused(packed({"xl/workbook.xml": strict}), "strict", "Strict")
    for missing in KIND:
        content = BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            for name in KIND.keys() - {missing}:
                archive.writestr(name, b"<a/>")
        refused(content.getvalue(), "not_excel", "not an Excel workbook")


def test_a_device_is_read_no_further_than_a_workbook_may_be_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "MOST_BYTES", 2**20)
    with pytest.raises(InputError, match="larger than 1 MB"):
        read_bytes(Path("/dev/zero"))
    (tmp_path / "a.xlsx").write_bytes(b"x" * 2**20)
    assert len(read_bytes(tmp_path / "a.xlsx")) == 2**20


def test_an_empty_file_and_a_lock_file(tmp_path: Path) -> None:
    refused(b"", "empty_file", "0 bytes")
    refused(b"a,b", "not_excel", "not an Excel workbook")
    (tmp_path / "~$a.xlsx").write_bytes(b"me")
    with pytest.raises(InputError, match="lock file of an open workbook"):
        read_bytes(tmp_path / "~$a.xlsx")


@pytest.mark.parametrize("name", ["a" * 300 + ".xlsx", "b.xlsx/a.xlsx", "a\udcff.xlsx"])
def test_names_of_no_file(tmp_path: Path, name: str) -> None:
    (tmp_path / "b.xlsx").write_bytes(b"")
    with pytest.raises(InputError) as caught:
        read_bytes(tmp_path / name)
    assert caught.value.problems[0].code in ("unreadable", "no_file")


def changed(path: Path, change: Callable[[str, bytes], bytes], more: dict[str, bytes]) -> Path:
    """The workbook with parts changed and added."""
    with zipfile.ZipFile(path) as old:
        parts = {name: change(name, old.read(name)) for name in old.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in (parts | more).items():
            new.writestr(name, content)
    return path


def test_links_to_other_places_are_never_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another workbook and a web address among the relations: what was saved in the cells is read, no more."""

    def no_net(*_: object, **__: object) -> None:
        pytest.fail("something was fetched")

    monkeypatch.setattr(socket, "socket", no_net)
    relation = (
        '<Relationship Id="rIdX" TargetMode="External" Target="file:////evil/share/a.xlsx" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath"/>'
    )
    link = (
        b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><externalBook '
        b'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="rIdX"/></externalLink>'
    )

    def add(name: str, content: bytes) -> bytes:
        if name == "xl/_rels/workbook.xml.rels":
            return content.replace(b"</Relationships>", relation.encode() + b"</Relationships>")
        if name == "xl/worksheets/sheet1.xml":  # a formula on it, with the result saved
            return content.replace(b"<v>0.05</v>", b"<f>[1]Sheet!A1</f><v>0.05</v>")
        return content

    path = changed(
        write(tmp_path / "a.xlsx", TINY),
        add,
        {
            "xl/externalLinks/externalLink1.xml": link,
            "xl/externalLinks/_rels/externalLink1.xml.rels": (
                '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
                f"{relation}</Relationships>"
            ).encode(),
        },
    )
    assert read(path).settings.discount_rate == 0.05


def test_what_would_not_be_read_again_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "results.xlsx"
    path.write_bytes(packed({SHEET: b"<a/>" + bytes(range(256)) * 20}))
    assert gate.unread(path) == ""
    with monkeypatch.context() as patch:
        patch.setattr(gate, "MOST_UNPACKED", 1000)
        assert gate.unread(path) == "the workbook is too large once unpacked"
    monkeypatch.setattr(gate, "MOST_BYTES", 100)
    assert gate.unread(path).startswith("it is larger than")


@pytest.mark.parametrize("why", ["it is larger than 50 MB", ""])
def test_results_that_are_not_read_again_are_told(
    why: str, with_toy: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from floors.cli.main import run

    monkeypatch.setattr(gate, "unread", lambda path: why)
    assert run(["solve", "toy.xlsx", "--all", "-o", "all.xlsx"]) == 0
    said = capsys.readouterr().err
    assert (
        f"all.xlsx is too large for floors verify, report, compare and reproduce: {why}." in said
    ) is bool(why)
