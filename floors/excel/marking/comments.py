"""Comments on marked cells: the part with their texts, and the drawing with their boxes, new or added to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from floors.excel.marking.places import LAST_COLUMN, LAST_ROW, Cell, number
from floors.excel.marking.sheet import Layout
from floors.excel.marking.spans import MAIN, Edit, Element, Odd, added, apply, insertion, parse, prefix, said
from floors.study.locate import letters

AUTHOR = "floors check"
_THREAD = b"tc="  # the author of the stand-in for a thread of comments begins so
NO_COMMENTS = f'<comments xmlns="{MAIN}"><authors/><commentList/></comments>'.encode()
_SPACES = (
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"'
)
BLOCK = 1024
"""Shape numbers of a drawing are those of its blocks of so many."""
_FONT = '<{0}sz val="9"/><{0}color indexed="81"/><{0}rFont val="Tahoma"/>'
_WIDTH = 300  # pixels of a comment's box
_ROW = 20  # pixels of a normal row
_LINE = 15, 46  # pixels of a line of text, characters in it


class Commented(NamedTuple):
    """The part with our comments; the cells whose comment is `new`, those where it has `followed` the user's own,
    and those with `threads`, which stay as they are."""

    content: bytes
    new: set[Cell]
    followed: set[Cell]
    threads: set[Cell]


def with_comments(content: bytes, texts: Mapping[Cell, str]) -> Commented:
    """Add these comments to a part; one of an earlier marking is replaced. Raises Odd."""
    root = parse(content, "comments")
    authors, listed = root.need("authors"), root.need("commentList")
    names = [content[one.inner : one.close] for one in authors.all("author")]
    own = names.index(AUTHOR.encode()) if AUTHOR.encode() in names else len(names)
    mark = prefix(content, root)
    edits: list[Edit] = []
    if own == len(names):
        edits += added(content, authors, f"<{mark}author>{AUTHOR}</{mark}author>")
    new, followed, threads = set(texts), set[Cell](), set[Cell]()
    for comment in listed.all("comment"):
        cell = _cell(comment.attributes["ref"])
        if cell not in texts:
            continue
        new.discard(cell)
        author = int(comment.attributes["authorId"])
        if author == own:
            edits += _replaced(content, comment, texts[cell], mark)
        elif author < len(names) and names[author].startswith(_THREAD):
            threads.add(cell)
        else:
            followed.add(cell)
            edits += _followed(content, comment, texts[cell], mark)
    made = "".join(
        f'<{mark}comment ref="{letters(column)}{row}" authorId="{own}"><{mark}text>'
        f"{_runs(texts[row, column], mark)}</{mark}text></{mark}comment>"
        for row, column in sorted(new)
    )
    edits += added(content, listed, made)
    return Commented(apply(content, edits), new, followed, threads)


def _cell(ref: str) -> Cell:
    column = ref.rstrip("0123456789")
    return int(ref[len(column) :]), number(column)


def _replaced(content: bytes, comment: Element, text: str, mark: str) -> Iterable[Edit]:
    body = comment.need("text")
    yield body.start, body.end, f"<{mark}text>{_runs(text, mark)}</{mark}text>".encode()


def _followed(content: bytes, comment: Element, text: str, mark: str) -> Iterable[Edit]:
    """Edits that put our text behind the user's."""
    body = comment.need("text")
    runs = _runs(f"\n\n{text}", mark)
    for plain in body.all("t"):  # a text without format, beside which runs are not shown
        yield insertion(plain.start, f"<{mark}r>")
        yield insertion(plain.end, f"</{mark}r>")
    pieces = [one for one in body.children if one.name in {"t", "r"}]
    if pieces:
        yield insertion(pieces[-1].end, runs)
    else:
        yield from added(content, body, runs)


def _runs(text: str, mark: str) -> str:
    font = _FONT.format(mark)
    return f'<{mark}r><{mark}rPr>{font}</{mark}rPr><{mark}t xml:space="preserve">{said(text)}</{mark}t></{mark}r>'


def new_drawing(blocks: Iterable[int]) -> bytes:
    """A drawing without shapes, with these blocks of shape numbers."""
    data = ",".join(map(str, blocks))
    return (
        f'<xml {_SPACES}><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{data}"/></o:shapelayout></xml>'
    ).encode()


def blocks_for(count: int, drawings: Iterable[bytes]) -> range:
    """Enough blocks of shape numbers for that many comments, beyond those of other drawings."""
    maps = (
        match
        for drawing in drawings
        for match in re.findall(rb"idmap\b[^>]*?\bdata=[\"']([\d,\s]*)", drawing)
    )
    taken = [int(block) for found in maps for block in re.findall(rb"\d+", found)]
    first = max(taken, default=0) + 1
    return range(first, first + 1 + count // BLOCK)


_END = b"</xml>"
_BOX = re.compile(rb"<(?:\w+:)?ClientData\b.*?</(?:\w+:)?ClientData>", re.DOTALL)
_KIND = "_x0000_t202"
_SHAPE_TYPE = (
    f'<v:shapetype{{}} id="{_KIND}" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)


def with_shapes(
    drawing: bytes, texts: Mapping[Cell, str], made: Commented, layout: Layout, first: int
) -> bytes:
    """The drawing with a hidden box for each comment that is new, and higher boxes for those that grew.

    Shape numbers begin at `first`, or after the last. Drawings need not be XML in every detail, so places are
    found by their text. Raises Odd where the end is not.
    """
    end = drawing.rfind(_END)
    if end < 0:
        raise Odd("the drawing of its comments has another form")
    same_quotes = drawing.replace(b"'", b'"')
    usual = all(one.encode() in same_quotes for one in _SPACES.split())
    spaces = "" if usual else f" {_SPACES}"
    numbers = [int(n) for n in re.findall(rb"_x0000_s(\d{1,9})\b", drawing)]
    following = max([first - 1, *numbers]) + 1
    new = [] if f'id="{_KIND}"'.encode() in same_quotes else [_SHAPE_TYPE.format(spaces)]
    new += [
        _shape(name, cell, texts[cell], layout, spaces)
        for name, cell in enumerate(sorted(made.new), following)
    ]
    drawing = drawing[:end] + "".join(new).encode() + drawing[end:]
    return _BOX.sub(lambda box: _grown(box[0], texts, made.followed), drawing)


def _shape(name: int, cell: Cell, text: str, layout: Layout, spaces: str) -> str:
    row, column = cell
    return (
        f'<v:shape{spaces} id="_x0000_s{name}" type="#{_KIND}" style="position:absolute;z-index:1;visibility:hidden" '
        f'fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" color="black" '
        f'obscured="t"/><v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto">'
        f'<div style="text-align:left"></div></v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/>'
        f"<x:SizeWithCells/><x:Anchor>{_anchor(cell, text, layout)}</x:Anchor><x:AutoFill>False</x:AutoFill>"
        f"<x:Row>{row - 1}</x:Row><x:Column>{column - 1}</x:Column></x:ClientData></v:shape>"
    )


def _anchor(cell: Cell, text: str, layout: Layout) -> str:
    """Where the box stands: right of its cell, as wide and as high as its text needs."""
    row, column = cell
    left = right = min(column + 1, LAST_COLUMN - 8)
    room = layout.width(left) - 12
    while room < _WIDTH and right < LAST_COLUMN:
        right += 1
        room += layout.width(right)
    over = max(0, room - _WIDTH)
    top = min(max(row - 1, 1), LAST_ROW - _rows(text) - 1)
    ends = (left - 1, 12, top - 1, 4, right - 1, max(layout.width(right) - over, 1), top - 1 + _rows(text), 4)
    return ", ".join(map(str, ends))


def _rows(text: str) -> int:
    """Rows of the sheet that a text covers, as far as can be told without its font."""
    pixels, characters = _LINE
    lines = sum(1 + len(line) // characters for line in text.split("\n"))
    return 2 + lines * pixels // _ROW


_NUMBER = rb"<(?:\w+:)?%s>\s*(\d+)\s*</"
_ANCHOR = re.compile(rb"(Anchor>)([\d\s,]+)(</)")


def _grown(box: bytes, texts: Mapping[Cell, str], followed: set[Cell]) -> bytes:
    """A box of the user's, higher by what was added to its text."""
    row, column = (re.search(_NUMBER % name, box) for name in (b"Row", b"Column"))
    cell = (int(row[1]) + 1, int(column[1]) + 1) if row and column else None
    if cell is None or cell not in followed:
        return box

    def stretch(match: re.Match[bytes]) -> bytes:
        ends = [int(end) for end in match[2].split(b",")]
        if len(ends) == 8:
            ends[6] = min(ends[6] + _rows(texts[cell]), LAST_ROW - 1)
        return match[1] + ", ".join(map(str, ends)).encode() + match[3]

    return _ANCHOR.sub(stretch, box)
