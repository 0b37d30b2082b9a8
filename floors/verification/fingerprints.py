"""Whether a number was changed after the solve: what no table pins is told at least by that."""

from __future__ import annotations

from collections.abc import Container

from floors.contract.fingerprints import KEY, changed
from floors.verification.check import Checker
from floors.verification.words import CHANGED
from floors.verification.written import Book

MISSING = "that no number was changed since the solve: sheet run holds no fingerprints"


def check_fingerprints(book: Book, scenario: str, checker: Checker, wrong: Container[str]) -> None:
    """Numbers of each sheet against the fingerprints in sheet run; sheets known to be `wrong` are left out."""
    recorded = {k: v for k, v in book.recorded(scenario).items() if str(k).startswith(KEY)}
    if not recorded:
        checker.unknown[MISSING] = None
        return
    for sheet, lines in book.of[scenario].items():
        if sheet == "run" or sheet in wrong or not lines:
            continue
        columns = list(lines[0].cells)
        rows = (list(line.cells.values()) for line in lines)
        checker.compared += 1
        for column in changed(str(recorded.get(KEY + sheet, "")), columns, rows):
            first, last = lines[0], lines[-1]
            cells = f"{first.cell(column)}:{last.cell(column)}" if last is not first else first.cell(column)
            checker.say(sheet, cells, column, "other numbers", "those of the solve", CHANGED)
