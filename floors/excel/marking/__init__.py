"""A copy of a workbook with its bad cells coloured and commented, and a sheet of links to them.

Only what a mark needs is edited, in the text of its part: formulas and their saved results, charts, validations,
shapes and every part without a mark stay as they are, byte by byte.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from floors.errors import Problem
from floors.excel.marking.comments import (
    AUTHOR,
    BLOCK,
    NO_COMMENTS,
    blocks_for,
    new_drawing,
    with_comments,
    with_shapes,
)
from floors.excel.marking.listing import NAME, headed, listing
from floors.excel.marking.package import Package
from floors.excel.marking.places import Cell, Marks, collect, span
from floors.excel.marking.sheet import Layout, coloured, drawing_of, with_drawing
from floors.excel.marking.sheets import Book, add_sheet, free_title, read_book
from floors.excel.marking.spans import Odd
from floors.excel.marking.styles import EMPTY, Styles
from floors.files.gate import open_archive, read_bytes, refuse
from floors.files.targets import check_target, replace_atomically
from floors.study.locate import letters

_OFFICE = "application/vnd.openxmlformats-officedocument."
_COMMENTS = f"{_OFFICE}spreadsheetml.comments+xml"
_STYLES = f"{_OFFICE}spreadsheetml.styles+xml"
_DRAWING = f"{_OFFICE}vmlDrawing"


class Marked(NamedTuple):
    """The marked copy; `sheet` is the title of its sheet of problems, `notes` what could not be marked."""

    content: bytes
    sheet: str
    notes: tuple[str, ...]


def mark_file(
    source: Path, target: Path, problems: Sequence[Problem], force: bool = False
) -> tuple[Path, Marked]:
    """Write a marked copy of the workbook `source` to `target`, or beside it where `target` cannot be replaced;
    returns where it lies.

    Raises UsageError or OutputError where `target` cannot be written, InputError where `source` cannot be opened.
    """
    from floors.study.workbook import read_workbook

    check_target(target, source, force)
    marked = mark(read_bytes(source), problems, source.name)

    def write(path: Path) -> None:
        path.write_bytes(marked.content)

    def check(path: Path) -> None:
        read_workbook(path)

    return replace_atomically(target, write, check), marked


def mark(content: bytes, problems: Sequence[Problem], name: str = "workbook.xlsx") -> Marked:
    """The bytes of a workbook with its problems marked; `name` is that of its file, for messages.

    What cannot be marked is on the sheet of problems all the same, and said in `notes`. Raises InputError where
    the file is no workbook, or one with macros, which a file .xlsx may not hold.
    """
    with open_archive(content, name) as archive:
        package = Package(content, archive)
        try:
            book = read_book(package)
            if "macroEnabled" in package.content_type(book.part):
                message = "this is a workbook with macros, which a marked copy cannot hold."
                raise refuse(name, message, "Save it as Excel workbook (.xlsx), without macros.", "macros")
            return _mark(package, book, problems)
        except Odd as odd:
            message = f"the workbook cannot be marked: {odd}."
            hint = "Open it in a spreadsheet program and save it again as .xlsx."
            raise refuse(name, message, hint, "damaged") from odd


def _mark(package: Package, book: Book, problems: Sequence[Problem]) -> Marked:
    notes: list[str] = []
    title = free_title(NAME, book)
    part = package.related(book.part, "styles")
    styles: Styles | None = None
    try:
        styles = Styles(EMPTY if part is None else package.read(part))
    except Odd as odd:
        notes.append(f"No cell could be marked, because of the workbook's styles: {odd}.")
    worksheets = {sheet: place for sheet, place in book.sheets.items() if place}
    if styles is not None:
        for sheet, marks in collect(problems, worksheets).items():
            notes += _mark_sheet(package, sheet, worksheets[sheet], marks, styles)
    add_sheet(package, book, title, listing(problems, list(worksheets), notes, styles), headed(notes))
    if styles is not None:
        _write_styles(package, book, part, styles.content())
    return Marked(package.content(), title, tuple(notes))


def _write_styles(package: Package, book: Book, part: str | None, content: bytes) -> None:
    if part is not None:
        package.write(part, content)
        return
    usual = "xl/styles.xml"  # where some programs look without asking
    part = usual if usual not in package else package.free("xl/styles{}.xml")
    package.add(part, content, _STYLES)
    package.relate(book.part, "styles", part)


def _mark_sheet(package: Package, title: str, part: str, marks: Marks, styles: Styles) -> list[str]:
    """Colour and comment one sheet; returns what could not be done."""
    notes = []
    try:
        content = coloured(package.read(part), marks.levels, styles)
        package.write(part, content)
    except Odd as odd:
        return [f"Sheet {title} could not be marked: {odd}."]
    try:
        threads = _comment(package, part, marks)
        notes += [f"{title}!{cell} has a thread of comments, so it is only coloured." for cell in threads]
    except Odd as odd:
        notes.append(f"Sheet {title} is coloured, but could not be commented: {odd}.")
    if marks.uncoloured:
        notes.append(f"Sheet {title}: {marks.uncoloured} more rows of long ranges are not coloured.")
    if marks.uncommented:
        notes.append(f"Sheet {title}: {marks.uncommented} more cells are coloured without a comment.")
    return notes


def _comment(package: Package, part: str, marks: Marks) -> list[str]:
    """Add the comments of a sheet; returns the cells that keep their thread of comments instead."""
    sheet = package.read(part)
    layout = Layout(sheet)
    texts = _texts(marks.notes, layout)
    old = package.related(part, "comments")
    made = with_comments(NO_COMMENTS if old is None else package.read(old), texts)
    relation = drawing_of(sheet)
    drawn = next((one.part for one in package.relations(part) if one.id == relation), None)
    if relation is not None and drawn is None:
        raise Odd("the drawing of its comments is missing")
    others = [package.read(name) for name in package.names() if name.lower().endswith(".vml")]
    blocks = blocks_for(len(texts), others)
    drawing = new_drawing(blocks) if drawn is None else package.read(drawn)
    drawing = with_shapes(drawing, texts, made, layout, blocks[0] * BLOCK + 1)
    if old is None:
        old = package.free("xl/comments{}.xml")
        package.add(old, made.content, _COMMENTS)
        package.relate(part, "comments", old)
    else:
        package.write(old, made.content)
    if drawn is None:
        drawn = package.free("xl/drawings/vmlDrawing{}.vml")
        package.add(drawn, drawing, _DRAWING)
        package.write(part, with_drawing(sheet, package.relate(part, "vmlDrawing", drawn)))
    else:
        package.write(drawn, drawing)
    return [f"{letters(column)}{row}" for row, column in sorted(made.threads)]


def _texts(notes: Mapping[Cell, Sequence[Problem]], layout: Layout) -> dict[Cell, str]:
    """What the comment of each cell says; cells that are merged say it where they show."""
    found: dict[Cell, list[str]] = {}
    for cell, problems in sorted(notes.items()):
        said = found.setdefault(layout.shown(cell), [])
        for problem in problems:
            where = "" if span(problem.cell) else f"{problem.place}: "
            text = f"{problem.level}: {where}{problem.message} {problem.hint}".rstrip()
            if text not in said:
                said.append(text)
    return {cell: "\n".join((f"{AUTHOR}", *said)) for cell, said in found.items()}
