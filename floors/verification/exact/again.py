"""What takes a solver: the ends of floors, the least make-whole, what can move, and the exact proof.

This file and `rational`, which it loads, are the only ones that load the model and the solver.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from floors.contract import results as tables
from floors.steps import stage
from floors.verification import flows, headline, instruments, leaving, nearest, ranges, who_pays
from floors.verification.check import About, Checker, Row
from floors.verification.given import Given
from floors.verification.plan_read import read_baseline, read_plan
from floors.verification.scenario import FURTHER
from floors.verification.written import Book, sheet_of

if TYPE_CHECKING:
    from floors.verification.exact.rational import Exact

SOLVED = (
    ("floors", ("lowest", "highest"), 1e-6),
    ("links", ("scarce",), 1e-6),
    ("caps", ("lowest_levy", "highest_levy", "lowest_per_point", "highest_per_point"), 1e-6),
    ("sourcing", ("movable", "least_share", "most_share", "least_share_1pc", "most_share_1pc"), 1e-5),
    ("members_range", ("least_net_cost", "most_net_cost"), 1e-6),
    ("who_pays", ("least_net", "most_net"), 1e-6),
    ("caps", ("average",), 1e-5),
    ("instruments", instruments.SOLVED, 1e-6),
    ("grants", ("grant", "share_of_charges", "running"), 1e-6),
    ("tariffs", ("tariff",), 1e-6),
    ("sensitivity", ("saves_more", "costs_less", "holds_from", "holds_to"), 1e-5),
    ("nearest", ("floor_then", "status", "step", "step_floor", "set_by_then"), 1e-6),
)
"""(sheet, its columns, relative): what another solve finds again, as ends of linear programs."""
OF_SUMMARY = (*headline.NO_STOCKS, leaving.GAIN, leaving.LOSS)
"""Metrics of sheet summary that another solve finds again."""
KNOWN = (
    leaving.ALONE,
    ranges.FLOORS,
    headline.LEAST,
    flows.MOVABLE,
    ranges.MEMBERS,
    who_pays.RANGES,
    instruments.PRICES,
    ranges.SHARES,
    ranges.REACH,
    ranges.AVERAGES,
    ranges.LEVIES,
    headline.PARENT,
    headline.WITHOUT_STOCKS,
    nearest.THEN,
)


def check_again(given: Given, book: Book, scenario: str, checker: Checker) -> list[Exact]:
    """Solve the scenario once more, compare what its tables alone cannot pin, and weigh them exactly: the plan,
    and the baseline where it is another.

    Nothing where nothing could be weighed: results of a model with rows of its own are not those of the study alone.
    """
    further = book.recorded(scenario).get(FURTHER)
    if further:
        why = f"by solving again: the model has rows that are not in the workbook ({further})"
        checker.unknown[why] = None
        return []
    from floors.results.solve import solve
    from floors.verification.exact.rational import weigh

    result = solve(given.study, ranges=_asked(book, scenario))
    for sheet, columns, near in SOLVED:
        lines = book.lines(scenario, sheet)
        if (
            lines or sheet != tables.NEAREST.name
        ):  # base alone has it in a family, and then by its fingerprint
            checker.table(sheet, lines, _rows(result, sheet, columns, near))
    size = result.outcome.size / 1000
    solved = {"least_make_whole": About(result.figures.least_make_whole, 0.0, 1e-9 * size)}
    for row in tables.SUMMARY.read(result.rows("summary")):
        if ("shock_loss" in row.metric or row.metric in OF_SUMMARY) and row.value is not None:
            solved[row.metric] = About(row.value, 0.0, 1e-7 * size)
    for line in book.lines(scenario, "summary"):
        if line["metric"] in solved:
            checker.cell(line, "value", solved[line["metric"]], headline.metric_rule)
    for why in KNOWN:
        checker.unknown.pop(why, None)
    with stage("exact fractions"):
        found = [weigh(result.outcome, read_plan(given, book, scenario), book, scenario, checker)]
    if result.baseline_outcome is not result.outcome:
        bare = read_baseline(given, book, scenario)
        with stage("exact fractions of the baseline"):
            found.append(weigh(result.baseline_outcome, bare, book, scenario, checker, baseline=True))
    return [one for one in found if one is not None]


def _asked(book: Book, scenario: str) -> bool | None:
    """What was asked of ranges when the results were made: all, none, or (None) those that are little work."""
    shares, floors = book.lines(scenario, "sourcing"), book.lines(scenario, "floors")
    if any(line["least_share_1pc"] is not None for line in shares):
        return True
    few = any(line["least_share"] is not None for line in shares)
    return None if few or any(line["lowest"] is not None for line in floors) else False


def _rows(result: Any, sheet: str, columns: tuple[str, ...], near: float) -> Iterator[Row]:
    """These columns of every row."""
    whole = sheet_of(sheet)
    for cells in whole.records(result.rows(sheet)):
        found = {column: cells[column] for column in columns}
        for column, value in found.items():
            if isinstance(value, float):
                found[column] = About(value, 0.0, near * (1.0 if "share" in column else abs(value)))
        yield tuple(cells[name] for name in whole.keys), found
