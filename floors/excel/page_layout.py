"""Where everything of a page stands on one sheet of paper, and what has no room on it.

Blocks that stand side by side share the rows of the sheet. What does not fit at the size that can be read is left out,
that of highest rank first, and named with the sheet where it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from floors.excel.page_rows import (
    ALARM_SIZE,
    ANSWER,
    COLUMN,
    COLUMNS,
    GREYED,
    HEADLINE,
    HEADLINE_LONG,
    LEAST_CHART,
    MOST_CHART,
    SMALL,
    Piece,
    Row,
    block_rows,
    gap,
    room,
    text_row,
)
from floors.page.colours import ALARM, FLOOR, PAPER, RULE
from floors.page.page import LEFT, NEVER_DROPPED, RIGHT, WHOLE, Block, Drawn, Page, Table, Words
from floors.page.widths import lines, width

FULL = 1155
"""Pixels of a page that is full: of these, 92 % print on A4."""
LEAST_LINES = 4  # of a table that is shortened

_LAST = COLUMNS - 1
_SPLITS = (18, 17, 19, 20, 21, 16)  # columns of what stands left, the first of those that are equally good
_SNAP = 8  # pixels by which a row may grow to end with the one beside it
_BETWEEN = 7  # pixels between blocks


class Placed(NamedTuple):
    """A piece, and the rows of the sheet it stands in."""

    piece: Piece
    top: int
    bottom: int


class Hung(NamedTuple):
    """A drawing: its row, how far below the top of that, its first column, and its size in pixels."""

    drawn: Drawn
    row: int
    below: int
    column: int
    wide: int
    high: int


class Layout(NamedTuple):
    """Heights of the rows of the sheet, and what stands in them."""

    heights: list[int]
    pieces: list[Placed]
    hung: list[Hung]

    @property
    def height(self) -> int:
        return sum(self.heights)


def fitted(page: Page) -> Layout:
    """The page as it fits on one sheet of paper. Where even what is never left out does not, tables are shortened, and
    in the end it prints smaller."""
    shown: list[Block | None] = list(page.blocks)
    while (found := _laid_out(page, shown)).height > FULL and _less(shown):
        pass
    # Beside a higher column, or where another made room, some of it may stand after all.
    for place in sorted(range(len(shown)), key=lambda place: page.blocks[place].rank):
        for more in _parts(page.blocks[place]):
            if shown[place] == more:
                break
            tried = _laid_out(page, [*shown[:place], more, *shown[place + 1 :]])
            if tried.height <= FULL:
                shown[place], found = more, tried
                break
    return _larger(page, shown, found)


def _larger(page: Page, shown: Sequence[Block | None], found: Layout) -> Layout:
    """The same with drawings as high as there is room for."""
    for high in range(MOST_CHART, LEAST_CHART, -10) if found.hung else ():
        tried = _laid_out(page, shown, high)
        if tried.height <= FULL:
            return tried
    return found


def _parts(block: Block) -> Iterator[Block]:
    """The block, and what may stand for it, from more to less: first paragraphs of words, first lines of a table."""
    yield block
    if isinstance(block, Words) and block.rank > NEVER_DROPPED:
        for count in range(len(block.paragraphs) - 1, 0, -1):
            yield replace(block, paragraphs=block.paragraphs[:count])
    if isinstance(block, Table) and block.rank == NEVER_DROPPED:
        lines_before = _ordinary(block)
        for count in range(lines_before - 1, LEAST_LINES - 1, -1):
            yield replace(block, lines=block.lines[:count] + block.lines[lines_before:])


def _less(shown: list[Block | None]) -> bool:
    """Leave out the next of what may be; False where there is no more."""
    there = [(place, block) for place, block in enumerate(shown) if block is not None]
    droppable = [(block.rank, place) for place, block in there if block.rank > NEVER_DROPPED]
    if droppable:
        place = max(droppable)[1]
    else:
        long = [(_ordinary(block), place) for place, block in there if isinstance(block, Table)]
        if not long or max(long)[0] <= LEAST_LINES:
            return False
        place = max(long)[1]
    block = shown[place]
    assert block is not None
    shown[place] = next((part for part in _parts(block) if part is not block), None)
    return True


def _ordinary(table: Table) -> int:
    """Lines before the first total."""
    return next((place for place, line in enumerate(table.lines) if line.total), len(table.lines))


def left_out(page: Page, shown: Sequence[Block | None]) -> str:
    """What is not shown, in a line, each with its sheet, the first to go first; empty where there is nothing."""
    said = []
    for whole, part in sorted(zip(page.blocks, shown, strict=True), key=lambda pair: -pair[0].rank):
        where = f"(sheet {whole.sheet or 'brief_text'})"
        if part is None:
            said.append(f"{whole.title} {where}")
        elif isinstance(whole, Words) and isinstance(part, Words) and part.paragraphs != whole.paragraphs:
            said.append(
                f"{len(whole.paragraphs) - len(part.paragraphs)} more of \u201c{whole.title}\u201d {where}"
            )
        elif isinstance(whole, Table) and isinstance(part, Table) and part.lines != whole.lines:
            said.append(
                f"{len(whole.lines) - len(part.lines)} more lines of \u201c{whole.title}\u201d {where}"
            )
    return f"No room here for: {'; '.join(said)}." if said else ""


def _laid_out(page: Page, shown: Sequence[Block | None], drawn: int = LEAST_CHART) -> Layout:
    found = Layout([], [], [])
    _stack(found, _head(page))
    for left, right in _groups([block for block in shown if block is not None]):
        if left and right:
            _side_by_side(found, left, right, drawn)
        else:
            for block in left or right:
                _stack(found, [*block_rows(block, 0, _LAST, drawn), gap(_BETWEEN)])
    _stack(found, _foot(page, left_out(page, shown)))
    return found


def _head(page: Page) -> Iterator[Row]:
    """Alarm, kicker, headline, question and answers."""
    if page.alarm:
        look: dict[str, object] = {"bold": True, "font_color": PAPER, "bg_color": ALARM, "align": "center"}
        yield text_row(page.alarm, 0, _LAST, ALARM_SIZE, look, extra=8)
        yield gap(6)
    if page.kicker or page.where:
        yield _kicker(page.kicker, page.where)
    if page.headline:
        long = lines(page.headline, HEADLINE, room(0, _LAST), bold=True) > 2
        points = HEADLINE_LONG if long else HEADLINE
        yield text_row(page.headline, 0, _LAST, points, {"bold": True}, lead=1.2, extra=4)
    if page.question:
        yield text_row(page.question, 0, _LAST, SMALL, GREYED, extra=6)
    for number, answer in enumerate(page.answers, 1):
        told = text_row(answer, 1, _LAST, ANSWER, {}, extra=5)
        look = {"font_size": ANSWER, "bold": True, "font_color": FLOOR, "align": "left", "valign": "top"}
        yield Row(told.height, (Piece(0, 0, float(number), look | {"num_format": "0"}), *told.pieces))
    if page.answers:
        yield gap(4)


def _kicker(kicker: str, where: str) -> Row:
    """What it is about, left, in capitals where there is room, and where and when, right."""
    other = width(where, SMALL)
    if width(kicker.upper(), SMALL, bold=True) + other < room(0, _LAST) - 2 * COLUMN:
        kicker = kicker.upper()
    need = width(kicker, SMALL, bold=True)
    split = min(max(round(need / (need + other + 1) * COLUMNS), 6), COLUMNS - 6)
    first = text_row(kicker, 0, split - 1, SMALL, {**GREYED, "bold": True})
    second = text_row(where, split, _LAST, SMALL, {**GREYED, "align": "right"})
    return Row(max(first.height, second.height), (*first.pieces, *second.pieces))


def _foot(page: Page, out: str) -> Iterator[Row]:
    """What was left out, and the source."""
    if out:
        yield text_row(out, 0, _LAST, SMALL, GREYED)
    if page.source:
        yield text_row(page.source, 0, _LAST, SMALL, {**GREYED, "top": 1, "top_color": RULE})


def _groups(blocks: Sequence[Block]) -> Iterator[tuple[list[Block], list[Block]]]:
    """Runs of left and right blocks that stand side by side; a whole one by itself."""
    left: list[Block] = []
    right: list[Block] = []
    for block in blocks:
        if block.place == WHOLE or (block.place == LEFT and right):
            if left or right:
                yield left, right
            left, right = [], []
        if block.place == WHOLE:
            yield [block], []
        else:
            (right if block.place == RIGHT else left).append(block)
    if left or right:
        yield left, right


def _stack(layout: Layout, rows: Iterator[Row] | Sequence[Row]) -> None:
    """Rows one below the other, over the width of the page."""
    for row in rows:
        at = len(layout.heights)
        layout.heights.append(row.height)
        layout.pieces.extend(Placed(piece, at, at) for piece in row.pieces)
        if row.drawn is not None:
            layout.hung.append(Hung(row.drawn, at, 0, 0, room_of(0, _LAST), row.height))


def room_of(first: int, last: int) -> int:
    """Pixels of these columns."""
    return (last - first + 1) * COLUMN


def _side_by_side(layout: Layout, left: Sequence[Block], right: Sequence[Block], drawn: int) -> None:
    """Two columns of blocks that share rows, split where they are lowest."""
    best: tuple[list[Row], list[Row], int] | None = None
    for split in _SPLITS:
        try:
            sides = _column(left, 0, split - 1, drawn), _column(right, split + 1, _LAST, drawn)
        except ValueError:  # a table has too many columns for it
            continue
        if best is None or _high(sides) < _high(best[:2]):
            best = (*sides, split)
    if best is None:
        for block in (*left, *right):
            _stack(layout, [*block_rows(block, 0, _LAST, drawn), gap(_BETWEEN)])
        return
    one, other, split = best
    one, other = _grown(one, other), _grown(other, one)
    _shared(layout, one, other, (0, split + 1), (split * COLUMN, (COLUMNS - split - 1) * COLUMN))


def _column(blocks: Sequence[Block], first: int, last: int, drawn: int) -> list[Row]:
    return [row for block in blocks for row in (*block_rows(block, first, last, drawn), gap(_BETWEEN))]


def _high(sides: tuple[list[Row], list[Row]]) -> int:
    return max(sum(row.height for row in side) for side in sides)


def _grown(rows: list[Row], beside: list[Row]) -> list[Row]:
    """Drawings take what the column beside them is higher."""
    drawings = sum(row.drawn is not None for row in rows)
    spare = sum(row.height for row in beside) - sum(row.height for row in rows)
    if not drawings or spare <= 0:
        return rows
    return [row._replace(height=row.height + spare // drawings) if row.drawn else row for row in rows]


def _shared(
    layout: Layout, left: list[Row], right: list[Row], columns: tuple[int, int], wide: tuple[int, int]
) -> None:
    """Two stacks over common rows: a piece spans those of its own; ends that are near each other are made one."""
    tops = [0, 0]
    sides = [left, right]
    at = [0, 0]
    begun = [len(layout.heights)] * 2
    y = 0
    while any(at[n] < len(sides[n]) for n in (0, 1)):
        ends = {n: tops[n] + sides[n][at[n]].height for n in (0, 1) if at[n] < len(sides[n])}
        end = min(ends.values())
        closing = [n for n in ends if ends[n] - end <= _SNAP]
        end = max(ends[n] for n in closing)
        layout.heights.append(end - y)
        y = end
        for n in closing:
            row = sides[n][at[n]]
            last = len(layout.heights) - 1
            layout.pieces.extend(Placed(piece, begun[n], last) for piece in row.pieces)
            if row.drawn is not None:
                layout.hung.append(Hung(row.drawn, begun[n], 0, columns[n], wide[n], end - tops[n]))
            at[n], tops[n], begun[n] = at[n] + 1, end, last + 1
