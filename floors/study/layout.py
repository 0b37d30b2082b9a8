"""How a sheet is laid out: merged cells are refused; what is hidden, skipped or shown otherwise is warned of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

from floors.contract.input_columns import Key
from floors.errors import Problem
from floors.study.locate import letters, listed, span, spans

if TYPE_CHECKING:
    from floors.study.sheets import Area, Grid

Records = dict[int, dict[Key, object]]


def merged_headers(grid: Grid) -> list[Area]:
    """Merged areas that leave a column without its header."""
    return [area for area in grid.merged if 1 in area.rows and len(area.columns) > 1]


def drop_merged(grid: Grid, names: Mapping[int, Key], records: Records) -> list[Area]:
    """Merged areas of the table; their rows leave the records, since what these hold is not known."""
    touching = [area for area in grid.merged if any(number in names for number in area.columns)]
    for area in touching:
        for line in records.keys() & set(area.rows):
            del records[line]
    return touching


def refuse_merged(grid: Grid, areas: list[Area]) -> Problem:
    """All merged areas of a sheet as one problem, at the first."""
    ordered = [area.address for area in sorted(areas, key=lambda area: (area.rows.start, area.columns.start))]
    message = f"merged cells hold one value for several rows or columns ({listed(ordered)})."
    return Problem(grid.title, ordered[0], None, message, "Unmerge them and fill every cell.", "merged")


def check_layout(grid: Grid, names: Mapping[int, Key], records: Records) -> Iterator[Problem]:
    """One warning of a kind for a sheet: hidden sheet, columns, rows; blank rows; numbers shown in thousands."""
    lines = sorted(records)
    first = letters(min(names, default=1))
    if grid.hidden:
        message = "the sheet is hidden, and is read like any other."
        yield Problem(grid.title, "", None, message, "Show or delete it.", "hidden_sheet", "warning")
    covered = sorted(grid.hidden_columns & names.keys())
    if covered:
        which = listed([f"{names[number]} ({letters(number)})" for number in covered])
        message = f"hidden columns are read like any other: {which}."
        place = f"{letters(covered[0])}1"
        yield Problem(grid.title, place, None, message, "Show them.", "hidden_column", "warning")
    hidden = [line for line in lines if line in grid.hidden_rows]
    if hidden:
        what, code = (
            ("rows that a filter hides", "filtered") if grid.filtered else ("hidden rows", "hidden_row")
        )
        message = f"{what} are read like any other: {spans(hidden)}."
        hint = "Clear the filter." if grid.filtered else "Show or delete them."
        yield Problem(grid.title, f"{first}{hidden[0]}", None, message, hint, code, "warning")
    filled = sorted({1, *lines, *grid.continued})
    gaps = [(a + 1, b - 1) for a, b in pairwise(filled) if b > a + 1 and a < max(lines, default=0)]
    if gaps:
        message = f"blank rows among the records are skipped: {listed([span(*gap) for gap in gaps])}."
        place = span(*gaps[0], first)
        yield Problem(grid.title, place, None, message, "Delete them.", "blank_row", "warning")
    scaled = [place for place in sorted(grid.scaled) if place[1] in names and place[0] in records]
    if scaled:
        (line, number), count = scaled[0], len(scaled)
        value = grid.cells[line, number]
        message = f"the format of {count} cells leaves out thousands: this one holds {value}, and shows less."
        hint = "Choose a format that shows the whole number, and see that it is meant."
        place = f"{letters(number)}{line}"
        yield Problem(grid.title, place, value, message, hint, "shown_in_thousands", "warning")
