"""Cells that a spreadsheet program would calculate anew once others were set: their saved results hold no more."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from openpyxl.formula.tokenizer import Token, Tokenizer, TokenizerError

from floors.errors import Problem
from floors.study.locate import letters, shown
from floors.study.sheets import Reading

Cell = tuple[str, int, int]
"""Title of a sheet in lower case, row and column."""

_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_RANGE = re.compile(r"\$?([A-Za-z]{0,3})\$?(\d*)(?::\$?([A-Za-z]{0,3})\$?(\d*))?")
_ADDRESS = re.compile(r"(.*)!([A-Z]+)(\d+)")
_ANYWHERE = ("INDIRECT(", "OFFSET(")
_DEEPEST = 20  # names that are made of names


@dataclass(frozen=True)
class Area:
    """Cells of a sheet from the first to the last row and column."""

    sheet: str
    top: int
    left: int
    bottom: int
    right: int

    def holds(self, cell: Cell) -> bool:
        """Whether a cell lies in it."""
        sheet, row, column = cell
        return sheet == self.sheet and self.top <= row <= self.bottom and self.left <= column <= self.right


@dataclass(frozen=True)
class _Reads:
    """What a formula reads: areas, or what cannot be told (`anything`)."""

    areas: list[Area] = field(default_factory=list)
    anything: bool = False

    def any_of(self, cells: Iterable[Cell]) -> bool:
        return self.anything or any(area.holds(cell) for area in self.areas for cell in cells)


def stale(reading: Reading) -> Iterator[Problem]:
    """A problem at each cell whose formula reads, itself or by others, a cell that was set, and that was not set."""
    if reading.formulas is None or not reading.overridden:
        return
    found = reading.formulas.read()
    was_set = set(_cells(place for one in reading.overridden for place, _ in one.cells))
    formulas = {
        (title.lower(), row, column): (title, text)
        for title, cells in found.items()
        for (row, column), text in cells.items()
        if (title.lower(), row, column) not in was_set
    }
    names = reading.formulas.names() if formulas else {}
    left = {cell: _reads(text, cell[0], names) for cell, (_, text) in formulas.items()}
    new, wrong = was_set, dict[Cell, None]()
    while new:
        new = {cell for cell, reads in left.items() if reads.any_of(new)}
        wrong.update(dict.fromkeys(sorted(new)))
        left = {cell: reads for cell, reads in left.items() if cell not in new}
    read = set(_read(reading))
    options = ", ".join(f"--set {one.text}" for one in reading.overridden)
    for cell in wrong:
        if cell in read:
            title, text = formulas[cell]
            place = f"{letters(cell[2])}{cell[1]}"
            message = (
                f"the formula {shown(text)} may hang on what was set ({options}), and is not calculated anew."
            )
            hint = (
                f"Set it too (--set {title}!{place}=VALUE), or change the workbook in a spreadsheet program."
            )
            yield Problem(title, place, text, message, hint, "not_calculated")


def _read(reading: Reading) -> Iterator[Cell]:
    """The filled cells of all tables."""
    for sheet in reading.sheets.values():
        for line, cells in zip(sheet.lines, sheet.cells, strict=True):
            yield from ((sheet.title.lower(), line, sheet.columns.get(key, 0)) for key in cells)
        yield from ((sheet.title.lower(), 1, number) for number in sheet.columns.values())


def _cells(places: Iterable[str]) -> Iterator[Cell]:
    for place in places:
        if match := _ADDRESS.fullmatch(place):
            yield match[1].lower(), int(match[3]), _number(match[2])


def _number(text: str) -> int:
    number = 0
    for letter in text.upper():
        number = 26 * number + ord(letter) - 64
    return number


def _reads(formula: str, sheet: str, names: Mapping[str, str], depth: int = 0) -> _Reads:
    """What a formula on a sheet reads."""
    try:
        tokens = Tokenizer(formula).items
    except (TokenizerError, IndexError):
        return _Reads(anything=True)
    areas: list[Area] = []
    for token in tokens:
        if token.type == Token.FUNC and token.value.upper().endswith(_ANYWHERE):
            return _Reads(anything=True)
        if token.type != Token.OPERAND or token.subtype != Token.RANGE:
            continue
        area = _area(token.value, sheet)
        if area is None:
            text = names.get(token.value.rpartition("!")[2].lower())
            if text is None or depth == _DEEPEST:
                return _Reads(anything=True)
            named = _reads(f"={text}", sheet, names, depth + 1)
            if named.anything:
                return named
            areas += named.areas
        else:
            areas.append(area)
    return _Reads(areas)


def _area(text: str, sheet: str) -> Area | None:
    """The cells that a reference names; None for a name, a column of a table and the like."""
    title, _, cells = text.rpartition("!")
    match = _RANGE.fullmatch(cells)
    if match is None or not (match[1] or match[2]) or ":" in title:
        return None
    ranged = ":" in cells
    if not ranged and not (match[1] and match[2]):
        return None
    if ranged and (bool(match[1]), bool(match[2])) != (bool(match[3]), bool(match[4])):
        return None
    left, right = (
        _number(one) if one else end for one, end in ((match[1], 1), (match[3] or match[1], _LAST_COLUMN))
    )
    top, bottom = (
        int(one) if one else end for one, end in ((match[2], 1), (match[4] or match[2], _LAST_ROW))
    )
    name = title.strip("'").replace("''", "'").lower() if title else sheet
    return Area(name, min(top, bottom), min(left, right), max(top, bottom), max(left, right))
