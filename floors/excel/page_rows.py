"""What a page is on a grid of columns: rows of texts and numbers, each high enough for what it says.

Merged cells never grow, so every height is worked out here, from the widths of Arial.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from floors.page.colours import FAINT, FLOOR, GREY, INK, RULE
from floors.page.page import Block, Drawn, Entry, Head, Paragraph, Table, Words
from floors.page.shown import shown
from floors.page.told import DASH
from floors.page.widths import PIXELS, lines, longest_word, width

COLUMN = 20  # pixels of a column of the grid
COLUMNS = 36
HEADLINE, HEADLINE_LONG, ALARM_SIZE, TITLE = 16.0, 14.0, 12.0, 10.0
ANSWER, TABLE, BODY, SMALL = 9.5, 9.0, 8.75, 8.75
"""Points as set; a page that is full prints at 92 %, the smallest then at 8.05."""
LEAST_CHART, MOST_CHART = 170, 300
LEAD = 1.25
"""Height of a line in the size of its letters: Arial takes 1.15, and Excel rounds up."""

_PAD = 6  # pixels of a cell that no text may take
_SURE = 0.985  # of its room that a text may take: programs lay out a little differently

Look = Mapping[str, object]


GREYED: Look = {"font_color": GREY}


class Piece(NamedTuple):
    """A text or a number over some columns of the grid; `look` is in words of xlsxwriter."""

    first: int
    last: int
    told: Paragraph | str | float | None
    look: Look
    link: str = ""


class Row(NamedTuple):
    """Pieces that stand side by side in so many pixels, or the place of a drawing."""

    height: int
    pieces: tuple[Piece, ...] = ()
    drawn: Drawn | None = None


def room(first: int, last: int) -> float:
    """Pixels that a text may take in these columns."""
    return ((last - first + 1) * COLUMN - _PAD) * _SURE


def gap(height: int) -> Row:
    return Row(height)


def text_row(
    told: Paragraph | str,
    first: int,
    last: int,
    points: float,
    look: Look,
    lead: float = LEAD,
    extra: int = 3,
) -> Row:
    """A text over the columns, in as many lines as it takes; `lead` is the height of a line in its size."""
    count = lines(told, points, room(first, last), bool(look.get("bold")))
    height = round(count * points * PIXELS * lead) + extra
    style: dict[str, object] = {"font_size": points, "text_wrap": True, "valign": "top", **look}
    return Row(height, (Piece(first, last, told, style),))


def block_rows(block: Block, first: int, last: int, drawn: int = LEAST_CHART) -> list[Row]:
    """A block in these columns, under its title; a drawing is so many pixels high."""
    found = [text_row(block.title, first, last, TITLE, _TITLE, extra=4)]
    if isinstance(block, Words):
        found += [text_row(one, first, last, BODY, {}, extra=5) for one in block.paragraphs]
    elif isinstance(block, Drawn):
        found.append(Row(drawn, drawn=block))
    else:
        found += _table_rows(block, first, last)
    return found


def _table_rows(table: Table, first: int, last: int) -> list[Row]:
    spans = _spans(table, first, last - first + 1)
    rows = [_across([Entry(head.text) for head in table.heads], table.heads, spans, SMALL, _HEADS)]
    for line in table.lines:
        rows.append(_across(line.entries, table.heads, spans, TABLE, _TOTAL if line.total else _LINE))
    rows += [text_row(note, first, last, SMALL, GREYED) for note in table.notes]
    return rows


_TITLE: Look = {"bold": True, "font_color": FLOOR, "valign": "bottom", "bottom": 1, "bottom_color": FLOOR}
_HEADS: Look = {"font_color": GREY, "valign": "bottom", "bottom": 1, "bottom_color": RULE}
_LINE: Look = {"valign": "vcenter", "bottom": 1, "bottom_color": FAINT}
_TOTAL: Look = {"valign": "vcenter", "top": 1, "top_color": INK}


def _across(
    entries: Sequence[Entry],
    heads: Sequence[Head],
    spans: Sequence[tuple[int, int]],
    points: float,
    look: Look,
) -> Row:
    """A row of a table."""
    pieces, most = [], 1
    for entry, head, (first, last) in zip(entries, heads, spans, strict=True):
        style = dict(look) | {"font_size": points, "align": "right" if head.right else "left"}
        style |= {"bold": True} if entry.strong else {}
        style |= {"font_color": GREY} if entry.faint or entry.value is None else {}
        said = text_of(entry)
        if isinstance(entry.value, str):
            most = max(most, lines(said, points, room(first, last), entry.strong))
            style["text_wrap"] = True
        elif entry.value is not None:
            style["num_format"] = entry.format
            if width(said, points, entry.strong) > room(first, last):
                style["shrink"] = True  # smaller, and never #####
        value = DASH if entry.value is None else entry.value
        pieces.append(Piece(first, last, value, style, entry.link))
    return Row(round(most * points * PIXELS * LEAD) + 3, tuple(pieces))


def text_of(entry: Entry) -> str:
    """What a cell of the page shows."""
    if entry.value is None:
        return DASH
    return entry.value if isinstance(entry.value, str) else shown(entry.value, entry.format)


def _spans(table: Table, first: int, columns: int) -> list[tuple[int, int]]:
    """The columns of the grid that each column of a table takes: its share, but never less than its numbers and its
    longest words need, and first what keeps texts on one line. Raises ValueError for more columns than the grid has."""
    if len(table.heads) > columns:
        raise ValueError(
            f"table {table.name} has {len(table.heads)} columns; its place on the page has {columns}."
        )
    needs, likes = [], []
    for place, head in enumerate(table.heads):
        cells = [line.entries[place] for line in table.lines]
        needs.append(_columns_for(max([longest_word(head.text, SMALL), *map(_needed, cells)])))
        whole = [width(head.text, SMALL), *(width(text_of(one), TABLE, one.strong) for one in cells)]
        likes.append(_columns_for(max(whole)))
    share = sum(head.share for head in table.heads)
    asked = [head.share / share * columns for head in table.heads]
    given = [max(1, need, int(ask)) for need, ask in zip(needs, asked, strict=True)]
    places = range(len(given))
    while sum(given) > columns:
        wide = max(
            places, key=lambda at: (given[at] > max(1, needs[at]), given[at] > 1, given[at] - likes[at])
        )
        given[wide] -= 1
    while sum(given) < columns:
        given[max(places, key=lambda at: (max(0, likes[at] - given[at]), asked[at] - given[at]))] += 1
    while True:
        has = max(places, key=lambda at: (given[at] - max(1, likes[at]), given[at]))
        short = max(places, key=lambda at: likes[at] - given[at])
        if given[has] <= max(1, likes[has]) or given[short] >= likes[short]:
            break
        given[has], given[short] = given[has] - 1, given[short] + 1
    ends = list(accumulate(given, initial=first))
    return [(start, end - 1) for start, end in pairwise(ends)]


def _needed(entry: Entry) -> float:
    """Pixels without which a cell cannot be read: of a number all, of a text its longest word."""
    if isinstance(entry.value, str):
        return longest_word(entry.value, TABLE, entry.strong)
    return width(text_of(entry), TABLE, entry.strong)


def _columns_for(size: float) -> int:
    return -(-int(size / _SURE + _PAD + 1) // COLUMN)
