"""Sheets of what is handed on: the words of a result, its page and its pictures, as tables that programs read.

Every results workbook ends with them; sheet `brief` and the sheets of pictures are drawn from the same.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

from floors.contract.results.columns import ANY, COUNT, key, number, sheet_of, text

BRIEF, TERMS = "brief", "terms"
"""Sheets that are drawn for a reader, first and last; no program reads them."""


class WordRow(NamedTuple):
    """The result in words: every sentence and every warning."""

    kind: Annotated[str, key("sentence or warning.", 12)]
    place: Annotated[int, number("", "Its place among those of its kind.", COUNT, 8, key=True)]
    text: Annotated[str, text("What is said.", 100)]


WORDS = sheet_of("words", WordRow)


class BriefRow(NamedTuple):
    """The page of sheet brief, piece by piece, with every number in full digits."""

    place: Annotated[int, number("", "Its place in the order of reading.", COUNT, 8, key=True)]
    block: Annotated[
        str, text("Block of the page; kicker, where, headline, question, answer, source, term, alarm.", 16)
    ]
    kind: Annotated[str, text("What it is: block, head, cell, paragraph, note, or as the block.", 12)]
    line: Annotated[int | None, number("", "Row of the block's table.", COUNT, 8)]
    column: Annotated[int | None, number("", "Column of the block's table.", COUNT, 8)]
    lead: Annotated[str | None, text("Words in bold before the text.", 30)]
    text: Annotated[str | None, text("What is said.", 60)]
    value: Annotated[float | None, number("see the head", "A number, in full digits.", ANY, 16)]
    look: Annotated[str | None, text("How it is shown: format, width, rank, link.", 30)]


BRIEF_TEXT = sheet_of("brief_text", BriefRow)


class PictureRow(NamedTuple):
    """The pictures: what each shows, series by series; their numbers are in picture_values."""

    picture: Annotated[str, key("Picture, and the sheet it is drawn on.", 24)]
    panel: Annotated[int, number("", "Panel of the picture.", COUNT, 8, key=True)]
    series: Annotated[int, number("", "Series of the panel.", COUNT, 8, key=True)]
    title: Annotated[str, text("What the picture finds.", 30)]
    subtitle: Annotated[str, text("What is shown, and its unit.", 30)]
    note: Annotated[str | None, text("What a reader must know of it.", 30)]
    panel_title: Annotated[str, text("What the panel finds.", 30)]
    unit: Annotated[str, text("Unit of the values.", 20)]
    scale: Annotated[str, text("What lies along it: years, names, shares or numbers.", 10)]
    name: Annotated[str, text("What the series is called.", 24)]
    mark: Annotated[str, text("How it is drawn: line, band, bar ...", 10)]
    colour: Annotated[str, text("Its colour.", 10)]
    look: Annotated[
        str | None, text("Format, ends of the axis, group, choice and description of the panel.", 30)
    ]


PICTURES = sheet_of("pictures", PictureRow)


class PictureValueRow(NamedTuple):
    """The numbers of the pictures."""

    picture: Annotated[str, key("Picture.", 24)]
    panel: Annotated[int, number("", "Panel of the picture.", COUNT, 8, key=True)]
    series: Annotated[int, number("", "Series of the panel.", COUNT, 8, key=True)]
    place: Annotated[int, number("", "Place along the panel.", COUNT, 8, key=True)]
    along: Annotated[str | None, text("Name of the place; blank where it is a number.", 24)]
    at: Annotated[float | None, number("", "The place as a number: a year, a share.", ANY, 12)]
    value: Annotated[float | None, number("see pictures", "Value there.", ANY, 16)]
    low: Annotated[float | None, number("see pictures", "The other edge of a band.", ANY, 16)]
    label: Annotated[str | None, text("What is written beside it.", 20)]


PICTURE_VALUES = sheet_of("picture_values", PictureValueRow)


class EmbeddedRow(NamedTuple):
    """The input of the result, where it was asked to be kept: its files in pieces of base64, so that every program that
    saves the workbook keeps them. The sheet is hidden."""

    file: Annotated[str, key("Name of the file.", 24)]
    part: Annotated[int, number("", "Place of the piece in the file.", COUNT, 8, key=True)]
    sha256: Annotated[str, text("Fingerprint of the whole file.", 20)]
    content: Annotated[str, text("The piece, in base64; a file without content has an empty one.", 20)]


EMBEDDED = sheet_of("embedded", EmbeddedRow)

HANDED_ON = (WORDS, BRIEF_TEXT, PICTURES, PICTURE_VALUES)
"""In every results workbook, after its tables."""


def repeats(name: str) -> bool:
    """Whether the sheet of this name shows again, drawn or told for a reader, what tables and sheet words hold; or
    holds the input, of which nothing is a result."""
    return name in (BRIEF, TERMS, BRIEF_TEXT.name, EMBEDDED.name) or name.startswith("picture")
