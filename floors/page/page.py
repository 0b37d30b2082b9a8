"""A page for a reader: a headline, a question, answers, and blocks of tables, words and one picture.

It says what stands where and how much it matters; sheet `brief`, the HTML report and a notebook draw it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

WHOLE, LEFT, RIGHT = "whole", "left", "right"
"""How much of the page's width a block takes; a left and a right one that follow each other stand side by side."""

NEVER_DROPPED = 0


class Paragraph(NamedTuple):
    """Words, of which the first (`lead`, may be empty) are bold. `text` follows a space."""

    lead: str
    text: str

    @property
    def plain(self) -> str:
        return " ".join(filter(None, self))


class Head(NamedTuple):
    """The head of a column: `share` of the width of its block in 36ths; texts stand left, numbers right."""

    text: str
    share: int
    right: bool = True


class Entry(NamedTuple):
    """A cell: a number with the format in which Excel shows it (full digits are kept), or a text.

    None is a dash: it does not apply. `strong` is bold, `faint` grey. `link` names what explains it: a sheet, or
    ``sheet!key=value;key=value`` for rows of one.
    """

    value: float | str | None
    format: str = "General"
    strong: bool = False
    faint: bool = False
    link: str = ""


class Line(NamedTuple):
    """A row of a table; `total` stands under a rule."""

    entries: tuple[Entry, ...]
    total: bool = False


@dataclass(frozen=True)
class Table:
    """A table of the page. `rank`: the higher, the sooner it is left out where the page is full, 0 never; what is
    left out is named with `sheet`, where it is whole."""

    name: str
    title: str
    heads: tuple[Head, ...]
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()
    place: str = WHOLE
    rank: int = NEVER_DROPPED
    sheet: str = ""


@dataclass(frozen=True)
class Words:
    """Paragraphs under a title."""

    name: str
    title: str
    paragraphs: tuple[Paragraph, ...]
    place: str = WHOLE
    rank: int = NEVER_DROPPED
    sheet: str = ""


@dataclass(frozen=True)
class Drawn:
    """One of the pictures of the result, by its name and the number of its panel; the title is the finding."""

    name: str
    title: str
    picture: str
    panel: int = 0
    place: str = LEFT
    rank: int = NEVER_DROPPED
    sheet: str = ""


Block: TypeAlias = Table | Words | Drawn


class Term(NamedTuple):
    """A term of art, and what it means."""

    term: str
    meaning: str


class Typed(NamedTuple):
    """Where the number behind a part of a floor is typed: a cell of the input workbook; of one year, or of all."""

    part: str
    year: int | None
    cell: str


@dataclass(frozen=True)
class Page:
    """The page. `kicker` and `where` stand above the headline (subject; bloc, years, scenario), `source` under all of
    it (file, hash, version); `alarm` (empty: none) says first that the page must not be used; `terms` go with it."""

    kicker: str
    where: str
    headline: str
    question: str
    answers: tuple[Paragraph, ...]
    blocks: tuple[Block, ...]
    source: str
    terms: tuple[Term, ...] = ()
    alarm: str = ""
    typed: tuple[
        Typed, ...
    ] = ()  # for the report, which leads from a floor to its parts and the cells of these

    @property
    def texts(self) -> list[str]:
        """Every text of the page, in the order of reading."""
        told = [self.alarm, self.kicker, self.where, self.headline, self.question]
        told += [one.plain for one in self.answers]
        for block in self.blocks:
            told.append(block.title)
            if isinstance(block, Words):
                told += [one.plain for one in block.paragraphs]
            elif isinstance(block, Table):
                told += [head.text for head in block.heads]
                told += [
                    entry.value
                    for line in block.lines
                    for entry in line.entries
                    if isinstance(entry.value, str)
                ]
                told += block.notes
        return [*filter(None, told), self.source]
