"""Two changes of one scenario to the same cell: one of them is often a slip."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import prod
from typing import TYPE_CHECKING

from floors.contract.input_columns import Key
from floors.errors import Problem
from floors.study.locate import Locator, listed

if TYPE_CHECKING:
    from floors.study.scenarios import CellChange

CellOf = tuple[str, int | str, Key]
"""Sheet, record (for a setting that the sheet lacks its key) and column."""


def check_overlaps(changes: Iterable[CellChange], locator: Locator) -> Iterator[Problem]:
    """At each of them an error where two changes of a scenario set one cell (unless it is emptied first), a warning
    where two multiply or add to it, or where a later one sets what an earlier one changes."""
    by_cell: dict[tuple[str, CellOf], list[CellChange]] = {}
    for change in changes:
        rows: Sequence[int | str] = change.rows or (change.adds,)
        for row in rows:
            for column in change.columns:
                by_cell.setdefault((change.scenario, (change.table, row, column)), []).append(change)
    met: dict[tuple[str, tuple[int, ...]], tuple[list[CellChange], list[CellOf]]] = {}
    for (_, cell), found in by_cell.items():
        for what, those in _meeting(found):
            key = what, tuple(change.index for change in those)
            met.setdefault(key, (those, []))[1].append(cell)
    for (what, _), (those, cells) in met.items():
        yield from _told(what, those, cells, locator)


def _meeting(found: list[CellChange]) -> Iterator[tuple[str, list[CellChange]]]:
    """Changes of one cell that do the same to it, and those that are lost with the one that sets it after them."""
    for how in ("set", "multiply", "add") if len(found) > 1 else ():
        same = [change for change in found if change.how == how]
        while how == "set" and same and same[0].value is None:  # all emptied first, a few filled then: meant
            del same[0]
        if len(same) > 1:
            yield how, same
    for place, change in enumerate(found):
        if change.how == "set" and place and found[place - 1].how != "set":
            yield "lost", [one for one in found[:place] if one.how != "set"] + [change]


def _told(what: str, those: list[CellChange], cells: list[CellOf], locator: Locator) -> Iterator[Problem]:
    lines = [locator.sheets["changes"].lines[change.index] for change in those]
    rows = f"rows {', '.join(map(str, lines[:-1]))} and {lines[-1]}"
    where = _where(cells, locator)
    hint, code, level = "Narrow one of them to other cells, or remove it.", "changed_twice", "warning"
    if what == "set":
        message, level = (
            f"{rows} of scenario {those[0].scenario} {'both' if len(those) == 2 else 'all'} set {where}.",
            "error",
        )
    elif what == "lost":
        lost = f"row {', '.join(map(str, lines[:-1]))}"
        message = f"row {lines[-1]} sets {where}, so that what {lost} does to it is lost."
        hint = "Put the row that sets first, or remove the other."
    else:
        numbers = [change.value for change in those if isinstance(change.value, (int, float))]
        both = (
            f"multiply {where}: by {prod(numbers):g}"
            if what == "multiply"
            else f"add to {where}: {sum(numbers):g}"
        )
        message = f"{rows} of scenario {those[0].scenario} {both} together."
        hint = "Remove one of them, unless both are meant."
    for change in those:
        yield locator.problem("changes", change.index, "value", message, hint, code, level)


def _where(cells: list[CellOf], locator: Locator) -> str:
    """Cells in words, a few of them."""
    said = []
    for table, row, column in cells:
        if isinstance(row, str):
            said.append(f"{row} of settings")
        else:
            title, cell, _ = locator.place(table, row, column)
            said.append(f"{title}!{cell}")
    return listed(list(dict.fromkeys(said)), 3)
