"""What takes a solver: the ends of floors, the least make-whole, what can move, and the exact proof.

This file and `rational`, which it loads, are the only ones here that load the model and the solver, and only
under --exact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from floors.verification.book import Book
from floors.verification.check import About, Checker
from floors.verification.given import Given
from floors.verification.plan import read_plan
from floors.verification.scenario import FURTHER

if TYPE_CHECKING:
    from floors.verification.rational import Exact

NEAR = 1e-6  # relative: ends of ranges are optima of linear programs
ENDS = "lowest and highest in floors"
LEAST = "least_make_whole in summary"
MOVABLE = "movable in sourcing"


def check_again(given: Given, book: Book, scenario: str, checker: Checker) -> Exact | None:
    """Solve the scenario once more, compare what its tables alone cannot pin, and weigh them exactly.

    None where nothing could be weighed: results of a model with rows of its own are not those of the study alone.
    """
    further = book.recorded(scenario).get(FURTHER)
    if further:
        checker.unknown[f"by solving again: the model has rows that are not in the workbook ({further})"] = (
            None
        )
        return None
    from floors.run import solve
    from floors.verification.rational import weigh

    result = solve(
        given.study, ranges=any(line["lowest"] is not None for line in book.lines(scenario, "floors"))
    )
    ends = {row[:3]: row[12:14] for row in result.rows("floors")}
    for line in book.lines(scenario, "floors"):
        for column, again in zip(("lowest", "highest"), ends.get(line.key, (None, None)), strict=True):
            slack = NEAR * (1 + abs(again or 0.0))
            checker.cell(line, column, None if again is None else About(again, 0.0, slack))
    cost = abs(result.figures.total_cost)
    least = About(result.figures.least_make_whole, 0.0, 1e-9 * (1 + cost))
    for line in book.lines(scenario, "summary"):
        if line["metric"] == "least_make_whole":
            checker.cell(line, "value", least)
    moves = {(*row[:4], row[6]): row[7] for row in result.rows("sourcing")}
    for line in book.lines(scenario, "sourcing"):
        if line.key in moves:
            checker.cell(line, "movable", moves[line.key])
    for known in (ENDS, LEAST, MOVABLE):
        for why in [why for why in checker.unknown if why.startswith(known)]:
            del checker.unknown[why]
    return weigh(result.outcome, read_plan(given, book, scenario), book, scenario, checker)
