"""What takes a solver: the ends of floors, the least make-whole, and what can move, from solving again.

This file alone of the package loads the model and the solver, and only under --exact.
"""

from __future__ import annotations

from floors.study import Study
from floors.verification.book import Book
from floors.verification.check import About, Checker

NEAR = 1e-6  # relative: ends of ranges are optima of linear programs
ENDS = "lowest and highest in floors"
LEAST = "least_make_whole in summary"
MOVABLE = "movable in sourcing"


def check_again(study: Study, book: Book, scenario: str, checker: Checker) -> None:
    """Solve the scenario once more, and compare what its tables alone cannot pin."""
    from floors.run import solve

    result = solve(study, ranges=any(line["lowest"] is not None for line in book.lines(scenario, "floors")))
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
