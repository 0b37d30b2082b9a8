"""Rows of sheet `uncertainty` against the sheets as written: which cells each moves, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from floors.contract.input_columns import Key
from floors.contract.inputs import BY_NAME
from floors.errors import Problem
from floors.study.cells import Fault, Typed, convert
from floors.study.locate import Locator
from floors.study.matching import Doubt, Match, Matcher

SHEET = "uncertainty"
NAMED = frozenset({"sheet", "where", "column"})  # what says which cells are meant


class UncertainRow(NamedTuple):
    """One row, resolved: the cells of records `rows` and `columns` of `table` are multiplied by `low` to `high`.

    `at` is the record; `group` is blank where the row is a group of its own; `name` says which cells they are.
    """

    at: int
    name: str
    group: str
    shape: str
    table: str
    rows: tuple[int, ...]
    columns: tuple[Key, ...]
    low: float
    high: float


def number(cell: object) -> float | None:
    """What a cell holds, where that is a number."""
    return float(cell) if isinstance(cell, (int, float)) and not isinstance(cell, bool) else None


def resolve(
    tables: Mapping[str, Typed],
    faulty: set[str],
    years: tuple[int, ...],
    locator: Locator,
    doubt: Doubt,
) -> tuple[list[UncertainRow], list[Problem]]:
    """Every row without a fault of its own, and all that is wrong with the sheet."""
    typed = tables.get(SHEET)
    if typed is None:
        return [], []
    unsound = {index for index, _ in typed.faulty}
    problems: list[Problem] = []
    found: list[UncertainRow] = []
    seen: dict[tuple[str, int, Key], int] = {}
    shapes: dict[str, tuple[str, int]] = {}
    matcher = Matcher(SHEET, faulty, years, locator, doubt, problems)
    for index, record in enumerate(typed.cells):
        if not record.keys() >= NAMED:
            continue
        before = len(problems)
        match = matcher.match(index, record)
        if match is not None:
            _check_matched(index, record, match, matcher)
        if index not in unsound:
            _check_factors(index, record, matcher)
            _check_group(index, record, shapes, matcher)
        sound = index not in unsound and len(problems) == before
        if match is not None:
            twice = _claim(index, match, seen, matcher)
            if sound and twice is not None:
                problems.append(twice)
            elif sound:
                found.append(_row(index, record, match))
    return found, problems


def _row(index: int, record: Mapping[Key, Any], match: Match) -> UncertainRow:
    return UncertainRow(
        index,
        f"{match.table} {record['column']}, {record['where']}",
        record.get("group", ""),
        record.get("shape", "uniform"),
        match.table,
        match.rows,
        match.columns,
        float(record["low"]),
        float(record["high"]),
    )


def _check_matched(index: int, record: Mapping[Key, Any], match: Match, matcher: Matcher) -> None:
    """Some cell is matched, some has a value, and all that have one hold numbers that low and high can multiply."""
    if not match.rows:
        matcher.nothing(index, record, match)
        return
    sheet = matcher.locator.sheets[match.table]
    filled = [(i, key) for i in match.rows for key in match.columns if sheet.cells[i].get(key) is not None]
    if not filled:
        message = f"every cell of sheet {match.table} that this matches is blank, so that nothing moves."
        matcher.fault(index, "where", message, "Type the numbers, or choose other cells.", "all_blank")
        return
    for i, key in filled:
        held = sheet.cells[i][key]
        base = number(held)
        if base is None:
            message = f"cannot multiply {held!r} in column {key} of sheet {match.table}."
            hint = "Narrow the row to cells that hold numbers."
            matcher.fault(index, "column", message, hint, "not_a_number")
            return
        if _out_of_bounds(index, record, match, (i, key), base, matcher):
            return


def _out_of_bounds(
    index: int,
    record: Mapping[Key, Any],
    match: Match,
    cell: tuple[int, Key],
    base: float,
    matcher: Matcher,
) -> bool:
    """Whether a cell times low or high is no value of its column any more, and that said."""
    sheet = matcher.locator.sheets[match.table]
    column = BY_NAME[match.table].column(cell[1])
    if column is None or (match.table, cell[1]) == ("settings", "value"):
        return False
    if column.by:
        other = sheet.cells[cell[0]].get(column.by)
        column = column.variants.get(other, column) if isinstance(other, str) else column
    if isinstance(convert(column, base), Fault):
        return False  # said where it stands
    for end in ("low", "high"):
        factor = number(record.get(end))
        if factor is None:
            continue
        wrong = convert(column, base * factor)
        if isinstance(wrong, Fault):
            place = f"{sheet.title}!{sheet.address(*cell)}"
            message = f"{factor:g} times {place} is {base * factor:g}: {wrong.message}"
            matcher.fault(index, end, message, "Choose a factor that leaves a value.", "factor_too_far")
            return True
    return False


def _check_factors(index: int, record: Mapping[Key, Any], matcher: Matcher) -> None:
    low, high = record["low"], record["high"]
    if low > high:
        message = f"low is {low:g}, above high, {high:g}."
        matcher.fault(index, "low", message, "Write the smaller factor in low.", "low_above_high")
    elif record.get("shape") == "triangular" and not low <= 1 <= high:
        end = "low" if low > 1 else "high"
        message = f"triangular has its mode at 1, which is not between {low:g} and {high:g}."
        hint = "Let low be 1 or less and high 1 or more, or choose uniform."
        matcher.fault(index, end, message, hint, "mode_outside")


def _check_group(
    index: int, record: Mapping[Key, Any], shapes: dict[str, tuple[str, int]], matcher: Matcher
) -> None:
    group, shape = record.get("group"), record.get("shape", "uniform")
    if not group:
        return
    first, at = shapes.setdefault(group, (shape, index))
    if shape != first:
        line = matcher.locator.sheets[SHEET].lines[at]
        message = f"group {group} is one draw: {first} in row {line}, {shape} here."
        matcher.fault(index, "shape", message, "Give all rows of a group one shape.", "group_shapes")


def _claim(
    index: int, match: Match, seen: dict[tuple[str, int, Key], int], matcher: Matcher
) -> Problem | None:
    """The problem at `where` of a row that names cells which rows before it name, if any."""
    lines = matcher.locator.sheets[SHEET].lines
    others: dict[int, str] = {}
    for i in match.rows:
        for key in match.columns:
            first = seen.setdefault((match.table, i, key), index)
            if first != index and first not in others:
                title, cell, _ = matcher.locator.place(match.table, i, key)
                others[first] = f"{title}!{cell}"
    if not others:
        return None
    rows = " and ".join(f"row {lines[first]}" for first in others)
    message = f"{next(iter(others.values()))} is named in {rows} already."
    hint = "Narrow one of them to other cells, or remove it."
    return matcher.locator.problem(SHEET, index, "where", message, hint, "named_twice")


def groups(rows: Sequence[UncertainRow]) -> list[list[UncertainRow]]:
    """The rows of each group, in sheet order of its first."""
    found: dict[tuple[str, int], list[UncertainRow]] = {}
    for row in rows:
        found.setdefault((row.group, -1) if row.group else ("", row.at), []).append(row)
    return list(found.values())
