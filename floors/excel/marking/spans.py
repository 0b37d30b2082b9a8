"""XML changed at single places: elements with their byte positions, and edits that leave all else as it was.

Positions come from expat, so comments, CDATA and quoted brackets mislead nobody. What is added is ASCII and takes
the prefix of the element that it goes into, and so fits any encoding that holds ASCII, and any prefix.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias
from xml.parsers import expat
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LONGEST_TEXT = 32_767
"""Most characters of a cell or a comment."""

Edit: TypeAlias = tuple[int, int, bytes]
"""From, to (bytes), and what stands there instead."""


class Odd(Exception):
    """A part that is not built as expected; the text says what was missing."""


@dataclass(slots=True)
class Element:
    """An element: `start` and `inner` bound its start tag, `close` and `end` its end tag (`end` where empty)."""

    space: str
    name: str
    attributes: dict[str, str]
    start: int
    inner: int
    close: int = 0
    end: int = 0
    children: list[Element] = field(default_factory=list)

    def all(self, name: str) -> Iterator[Element]:
        """Children of that name in the element's own namespace."""
        return (child for child in self.children if child.name == name and child.space == self.space)

    def first(self, name: str) -> Element | None:
        """The first such child."""
        return next(self.all(name), None)

    def need(self, name: str) -> Element:
        """The first such child. Raises Odd."""
        found = self.first(name)
        if found is None:
            raise Odd(f"element {name} is missing in {self.name}")
        return found


Keep: TypeAlias = Callable[[Element, str, dict[str, str]], bool]
"""Whether to keep a child, given its parent, its local name and its attributes; left out with all it holds."""

_TAG = re.compile(rb"""<[^>"']*(?:"[^"]*"[^>"']*|'[^']*'[^>"']*)*>""")
_ATTRIBUTE = re.compile(rb"""\s+([^\s=]+)\s*=\s*("[^"]*"|'[^']*')""")
_BYTES = "latin-1"  # one character a byte: what is copied goes back as it was
_PREFIX = re.compile(rb"<(?:([^\s/>:]+):)?")


def parse(content: bytes, name: str, keep: Keep = lambda *_: True, space: str = MAIN) -> Element:
    """The elements of a part whose root has that name. Raises Odd where it is another, or no XML."""
    parser = expat.ParserCreate(namespace_separator=" ")
    roots: list[Element] = []
    stack: list[Element | None] = []

    def opened(full: str, attributes: dict[str, str]) -> None:
        parent = stack[-1] if stack else None
        where, _, local = full.rpartition(" ")
        if stack and (parent is None or not keep(parent, local, attributes)):
            stack.append(None)
            return
        start = parser.CurrentByteIndex
        element = Element(where, local, attributes, start, _tag(content, start).end())
        (roots if parent is None else parent.children).append(element)
        stack.append(element)

    def closed(full: str) -> None:
        element = stack.pop()
        if element is None:
            return
        if content[element.inner - 2 : element.inner] == b"/>":
            element.close = element.end = element.inner
        else:
            element.close = parser.CurrentByteIndex
            element.end = content.index(b">", element.close) + 1

    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise Odd(str(error)) from error
    root = roots[0]
    if (root.space, root.name) != (space, name):
        raise Odd(f"expected {name} of {space}, found {root.name} of {root.space or 'no namespace'}")
    return root


def _tag(content: bytes, start: int) -> re.Match[bytes]:
    match = _TAG.match(content, start)
    if match is None:
        raise Odd("its encoding is not one that holds ASCII")
    return match


def apply(content: bytes, edits: Iterable[Edit]) -> bytes:
    """The content with all edits made; where several add at one place, in their order."""
    pieces: list[bytes] = []
    at = 0
    for start, end, new in sorted(edits, key=lambda edit: edit[:2]):
        assert start >= at, "edits overlap"
        pieces += (content[at:start], new)
        at = end
    return b"".join((*pieces, content[at:]))


def prefix(content: bytes, element: Element) -> str:
    """The prefix of an element's name with its colon, or nothing."""
    match = _PREFIX.match(content, element.start)
    found = match[1] if match else None
    return f"{found.decode(_BYTES)}:" if found else ""


def tag_with(tag: bytes, **attributes: str | None) -> bytes:
    """A start tag with attributes (without prefix) set, or dropped where None."""
    for name, value in attributes.items():
        new = b"" if value is None else f' {name}="{quoted(value)}"'.encode()
        old = next((match for match in _ATTRIBUTE.finditer(tag) if match[1] == name.encode()), None)
        if old is not None:
            tag = tag[: old.start()] + new + tag[old.end() :]
        else:
            end = -2 if tag.endswith(b"/>") else -1
            tag = tag[:end].rstrip() + new + tag[end:]
    return tag


def copied(content: bytes) -> str:
    """A piece of a part to be put back by `added`, byte by byte as it was."""
    return content.decode(_BYTES)


def changed_tag(content: bytes, element: Element, **attributes: str | None) -> Edit:
    """The edit that sets or drops attributes of an element."""
    return element.start, element.inner, tag_with(content[element.start : element.inner], **attributes)


def insertion(place: int, new: str) -> Edit:
    """The edit that puts `new` somewhere."""
    return place, place, new.encode(_BYTES)


def added(content: bytes, element: Element, new: str, **attributes: str | None) -> list[Edit]:
    """Edits that put `new` at the end of an element, opening it where it was empty, and set its attributes."""
    tag = tag_with(content[element.start : element.inner], **attributes)
    if element.end == element.inner:
        name = f"{prefix(content, element)}{element.name}"
        whole = tag[:-2].rstrip() + b">" + f"{new}</{name}>".encode(_BYTES)
        return [(element.start, element.inner, whole)]
    return [(element.start, element.inner, tag), insertion(element.close, new)]


_LITERAL = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_NOT_XML = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")


def said(text: str) -> str:
    """Text as the content of an element: no markup, no character XML refuses, ASCII, as long as a cell holds."""
    text = _LITERAL.sub("_x005F_", text[:LONGEST_TEXT])
    text = _NOT_XML.sub(lambda match: f"_x{ord(match[0]):04X}_", text)
    return _ascii(escape(text))


def quoted(text: str) -> str:
    """Text as the value of an attribute between double quotes."""
    return _ascii(escape(text, {'"': "&quot;", "\n": "&#10;", "\t": "&#9;"}))


def _ascii(text: str) -> str:
    return text.encode("ascii", "xmlcharrefreplace").decode()
