"""The parts of a workbook file: read, changed, added, related; those left alone keep their compressed bytes."""

from __future__ import annotations

import posixpath
import struct
from copy import copy
from io import BytesIO
from typing import NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from floors.excel.marking.spans import Element, Odd, added, apply, parse, prefix, quoted

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_TYPES_PART = "[Content_Types].xml"
_EMPTY_RELATIONS = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships xmlns="{_RELATIONS}"/>'
).encode()
_KNOWN_SIZES = ~0x8  # the flag that sizes follow the data is not needed: they are known


class Relation(NamedTuple):
    """`kind` is the last word of its type; `part` the part that it leads to."""

    id: str
    kind: str
    part: str


class Package:
    """A workbook file in memory; `content` is the file with every change made."""

    def __init__(self, content: bytes, archive: ZipFile) -> None:
        self._content = content
        self._archive = archive
        self._new: dict[str, bytes] = {}
        self._names = {name.lower(): name for name in archive.namelist()}

    def __contains__(self, part: str) -> bool:
        return part.lower() in self._names

    def names(self) -> list[str]:
        """Every part, those added too."""
        return list(self._names.values())

    def read(self, part: str) -> bytes:
        """A part as it now is; one in UTF-16 as UTF-8. Raises Odd where there is none."""
        name = self._names.get(part.lower())
        if name is None:
            raise Odd(f"the part {part} is missing")
        content = self._new.get(name)
        if content is None:
            content = self._archive.read(name)
        if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
            text = content.decode("utf-16")
            content = text[text.find("?>") + 2 if text.startswith("<?xml") else 0 :].encode()
        return content

    def write(self, part: str, content: bytes) -> None:
        """Change or add a part."""
        self._new[self._names.setdefault(part.lower(), part)] = content

    def free(self, pattern: str) -> str:
        """A part name that is not taken: `pattern` with a number in the place of its {}."""
        return next(name for n in range(1, 10_000) if (name := pattern.format(n)) not in self)

    def add(self, part: str, content: bytes, content_type: str) -> None:
        """Add a part and declare its content type."""
        self.write(part, content)
        types = self.read(_TYPES_PART)
        root = parse(types, "Types", space=_TYPES)
        new = f'<{prefix(types, root)}Override PartName="/{quoted(part)}" ContentType="{quoted(content_type)}"/>'
        self.write(_TYPES_PART, apply(types, added(types, root, new)))

    def content_type(self, part: str) -> str:
        """What a part is declared to be by its own name; empty where it is not."""
        root = parse(self.read(_TYPES_PART), "Types", space=_TYPES)
        declared = {one.attributes.get("PartName", "").lower(): one for one in root.all("Override")}
        found = declared.get(f"/{part}".lower())
        return found.attributes.get("ContentType", "") if found else ""

    def relations(self, part: str) -> list[Relation]:
        """Where a part leads to within the file; the part "" is the file itself."""
        source = _relations_part(part)
        if source not in self:
            return []
        found = parse(self.read(source), "Relationships", space=_RELATIONS).all("Relationship")
        inside = (one.attributes for one in found if one.attributes.get("TargetMode") != "External")
        return [Relation(a["Id"], a["Type"].rsplit("/", 1)[-1], _resolved(part, a["Target"])) for a in inside]

    def related(self, part: str, kind: str) -> str | None:
        """The first part of a kind that `part` leads to."""
        return next((one.part for one in self.relations(part) if one.kind == kind), None)

    def relate(self, part: str, kind: str, target: str) -> str:
        """Lead from `part` to `target`; returns the id of the new relationship."""
        source = _relations_part(part)
        content = self.read(source) if source in self else _EMPTY_RELATIONS
        root = parse(content, "Relationships", space=_RELATIONS)
        id_ = _free_id(root)
        new = f'<{prefix(content, root)}Relationship Id="{id_}" Type="{_OFFICE}/{kind}" Target="/{quoted(target)}"/>'
        self.write(source, apply(content, added(content, root, new)))
        return id_

    def content(self) -> bytes:
        """The file: entries in their order, then the parts added."""
        made, left = BytesIO(), dict(self._new)
        with ZipFile(made, "w", ZIP_DEFLATED) as archive:
            archive.comment = self._archive.comment
            for info in self._archive.infolist():
                if (new := left.pop(info.filename, None)) is None:
                    self._keep(info, archive, made)
                else:
                    archive.writestr(_dated(info.filename), new)
            for name, new in left.items():
                archive.writestr(_dated(name), new)
        return made.getvalue()

    def _keep(self, info: ZipInfo, archive: ZipFile, made: BytesIO) -> None:
        """Add a part with its compressed bytes as they are, which zipfile has no method for."""
        lengths = struct.unpack_from("<2H", self._content, info.header_offset + 26)
        start = info.header_offset + 30 + sum(lengths)
        kept = copy(info)
        kept.header_offset, kept.extra, kept.flag_bits = made.tell(), b"", info.flag_bits & _KNOWN_SIZES
        made.write(kept.FileHeader() + self._content[start : start + info.compress_size])
        archive.filelist.append(kept)
        archive.start_dir = made.tell()


def _dated(name: str) -> ZipInfo:
    """A part to be written, of the earliest date there is."""
    info = ZipInfo(name)
    info.compress_type, info.create_system = ZIP_DEFLATED, 0
    return info


def _relations_part(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _resolved(part: str, target: str) -> str:
    if target.startswith("/"):
        return target[1:]
    return posixpath.normpath(posixpath.join(posixpath.dirname(part), target))


def _free_id(root: Element) -> str:
    taken = {one.attributes.get("Id") for one in root.children}
    return next(id_ for n in range(1, len(taken) + 2) if (id_ := f"rIdFloors{n}") not in taken)
