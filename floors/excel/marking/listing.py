"""The sheet of problems: one a row, each with a link to its cell."""

from __future__ import annotations

from collections.abc import Sequence

from floors.errors import Problem
from floors.excel.marking.places import span, title_of
from floors.excel.marking.spans import MAIN, quoted, said
from floors.excel.marking.styles import FILLS, Styles
from floors.page.widths import lines
from floors.study.locate import letters

NAME = "_problems"
"""Its name: a sheet whose name begins with _ is not read, so the copy can be solved once it is mended."""

_COLUMNS = (("where", 20), ("level", 10), ("code", 18), ("found", 18), ("problem", 58), ("what to do", 50))
_FOUND = 500  # characters shown of what a cell holds
_POINTS, _LINE = 11, 15.0  # of its letters and lines: the font is the workbook's own
_ROOM = [width * 7 - 8 for _, width in _COLUMNS]  # pixels
_MOST_LINES = 27  # that a row of Excel has room for
_TAB = "FFC00000"


def listing(
    problems: Sequence[Problem], titles: Sequence[str], notes: Sequence[str], styles: Styles | None
) -> bytes:
    """The sheet's part; without `styles` it is plain."""
    rows: list[str] = []
    links: list[str] = []

    def row(*cells: tuple[str, int]) -> None:
        line = len(rows) + 1
        made = "".join(_cell(f"{letters(n)}{line}", *cell) for n, cell in enumerate(cells, 1))
        # Not every program makes a row as high as what wraps in it.
        most = max(map(_lines, cells, _ROOM)) if len(cells) > 1 else 1
        height = f' ht="{most * _LINE:g}"' if most > 1 else ""
        rows.append(f'<row r="{line}"{height}>{made}</row>')

    head, text, link = (styles.header, styles.text, styles.link) if styles else (0, 0, 0)
    row((summary(problems), 0))
    for note in notes:
        row((note, 0))
    row(*((name, head) for name, _ in _COLUMNS))
    frozen = headed(notes)
    for problem in problems:
        target = _target(problem, titles)
        level = styles.level(problem.level) if styles else 0
        row(
            (problem.place, link if target else text),
            (problem.level, level),
            (problem.code, text),
            (_shown(problem.value), text),
            (problem.message, text),
            (problem.hint, text),
        )
        if target:
            links.append(
                f'<hyperlink ref="A{len(rows)}" location="{quoted(target)}" display="{quoted(problem.place)}"/>'
            )
    return _sheet(rows, links, frozen).encode()


def headed(notes: Sequence[str]) -> int:
    """The row of the headers, under a line of its own and the notes."""
    return len(notes) + 2


def _lines(cell: tuple[str, int], room: float) -> int:
    return min(lines(cell[0], _POINTS, room), _MOST_LINES)


def _shown(value: object) -> str:
    """What a cell holds, as a spreadsheet program shows it."""
    if isinstance(value, bool):
        return str(value).upper()
    return "" if value is None else str(value)[:_FOUND]


def summary(problems: Sequence[Problem]) -> str:
    """How many errors and warnings there are."""
    counts = ((level, sum(problem.level == level for problem in problems)) for level in FILLS)
    return (
        "floors check: " + ", ".join(f"{n} {level}{'s' if n != 1 else ''}" for level, n in counts if n) + "."
    )


def _target(problem: Problem, titles: Sequence[str]) -> str:
    """Where a link leads; empty where the workbook has no such sheet."""
    title = title_of(problem.sheet, titles)
    if title is None:
        return ""
    cell = problem.cell if span(problem.cell) else "A1"
    return f"'{title.replace(chr(39), chr(39) * 2)}'!{cell}"


def _cell(place: str, text: str, style: int) -> str:
    # A text of its own, never a formula, and none of the texts that the workbook's sheets share.
    return f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{said(text)}</t></is></c>'


def _sheet(rows: Sequence[str], links: Sequence[str], frozen: int) -> str:
    widths = "".join(
        f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>'
        for n, (_, width) in enumerate(_COLUMNS, 1)
    )
    linked = f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{MAIN}">'
        f'<sheetPr><tabColor rgb="{_TAB}"/><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetViews><sheetView workbookViewId="0">'
        f'<pane ySplit="{frozen}" topLeftCell="A{frozen + 1}" activePane="bottomLeft" state="frozen"/>'
        f"</sheetView></sheetViews><cols>{widths}</cols><sheetData>{''.join(rows)}</sheetData>{linked}"
        f'<pageSetup orientation="landscape" fitToHeight="0"/></worksheet>'
    )
