"""What takes a solver: the ends of floors, the least make-whole, what can move, and the exact proof.

This file and `rational`, which it loads, are the only ones here that load the model and the solver, and only
under --exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from floors.contract import results as tables
from floors.verification import insurance, mixes, slopes
from floors.verification.check import About, Checker
from floors.verification.given import Given
from floors.verification.plan import read_baseline, read_plan
from floors.verification.scenario import FURTHER
from floors.verification.written import Book, Line

if TYPE_CHECKING:
    from floors.verification.rational import Exact

SHARES = ("least_share", "most_share", "least_share_1pc", "most_share_1pc")
SLOPES = ("saves_more", "costs_less", "holds_from", "holds_to")
NEAR = 1e-6  # relative: ends of ranges are optima of linear programs
ENDS = "lowest and highest in floors"
LEAST = "least_make_whole in summary"
MOVABLE = "movable in sourcing"


def check_again(given: Given, book: Book, scenario: str, checker: Checker) -> list[Exact]:
    """Solve the scenario once more, compare what its tables alone cannot pin, and weigh them exactly: the plan,
    and the baseline where it is another.

    Nothing where nothing could be weighed: results of a model with rows of its own are not those of the study alone.
    """
    further = book.recorded(scenario).get(FURTHER)
    if further:
        checker.unknown[f"by solving again: the model has rows that are not in the workbook ({further})"] = (
            None
        )
        return []
    from floors.results.solve import solve
    from floors.verification.rational import weigh

    result = solve(given.study, ranges=_asked(book, scenario))
    floors = tables.FLOORS.read(result.rows("floors"))
    ends = {(row.member, row.commodity, row.year): (row.lowest, row.highest) for row in floors}
    for line in book.lines(scenario, "floors"):
        for column, again in zip(("lowest", "highest"), ends.get(line.key, (None, None)), strict=True):
            slack = NEAR * (1 + abs(again or 0.0))
            checker.cell(line, column, None if again is None else About(again, 0.0, slack))
    cost = abs(result.figures.total_cost)
    least = About(result.figures.least_make_whole, 0.0, 1e-9 * (1 + cost))
    for line in book.lines(scenario, "summary"):
        if line["metric"] == "least_make_whole":
            checker.cell(line, "value", least)
    moves = {
        (row.destination, row.commodity, row.year, row.origin, row.leak): row.movable
        for row in tables.SOURCING.read(result.rows("sourcing"))
    }
    for line in book.lines(scenario, "sourcing"):
        if line.key in moves:
            checker.cell(line, "movable", moves[line.key])
    _compare_rows("sourcing", SHARES, result.rows("sourcing"), book.lines(scenario, "sourcing"), checker)
    _compare_rows(
        "sensitivity", SLOPES, result.rows("sensitivity"), book.lines(scenario, "sensitivity"), checker
    )
    told = {line["metric"]: line for line in book.lines(scenario, "summary")}
    for row in tables.SUMMARY.read(result.rows("summary")):
        if "shock_loss" in row.metric and row.metric in told and row.value is not None:
            checker.cell(told[row.metric], "value", About(row.value, 0.0, 1e-7 * (1 + cost)))
    for known in (
        ENDS,
        LEAST,
        MOVABLE,
        *(whole.split(":")[0] for whole in (mixes.ENDS, slopes.REACH, insurance.PARENT)),
    ):
        for why in [why for why in checker.unknown if why.startswith(known)]:
            del checker.unknown[why]
    found = [weigh(result.outcome, read_plan(given, book, scenario), book, scenario, checker)]
    if result.baseline_outcome is not result.outcome:
        bare = read_baseline(given, book, scenario)
        found.append(weigh(result.baseline_outcome, bare, book, scenario, checker, baseline=True))
    return [one for one in found if one is not None]


def _asked(book: Book, scenario: str) -> bool | None:
    """What was asked of ranges when the results were made: all, none, or (None) those that are little work."""
    shares = book.lines(scenario, "sourcing")
    if any(line["least_share_1pc"] is not None for line in shares):
        return True
    few = any(line["least_share"] is not None for line in shares)
    return (
        None if few or any(line["lowest"] is not None for line in book.lines(scenario, "floors")) else False
    )


def _compare_rows(
    sheet: str,
    columns: Sequence[str],
    again: Sequence[Sequence[Any]],
    lines: Sequence[Line],
    checker: Checker,
) -> None:
    """These columns of every row, by its key; and rows that only one of the two has."""
    whole = tables.BY_NAME[sheet]
    keys = [column.name for column in whole.columns if column.key]
    waiting: dict[tuple[Any, ...], list[Line]] = {}
    for line in lines:
        waiting.setdefault(line.key, []).append(line)
    for found in whole.records(again):
        key = tuple(found[name] for name in keys)
        if not waiting.get(key):
            checker.say(sheet, "", "", "no row", "a row", "every row is there", key)
            continue
        line = waiting[key].pop(0)
        for column in columns:
            value = found[column]
            checker.cell(line, column, None if value is None else About(value, 0.0, 1e-5 * (1 + abs(value))))
    for line in (line for left in waiting.values() for line in left):
        checker.at(line, keys[0], "a row", "no such row, or one less", "no row is there without reason")
