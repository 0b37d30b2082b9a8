"""Scenarios: which cells a scenario changes, and the sheets with those changes made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from floors.contract.input_columns import Column, Key
from floors.contract.inputs import BY_NAME, SETTINGS
from floors.errors import Problem
from floors.study.cells import Typed
from floors.study.locate import Locator, SheetCells
from floors.study.matching import Doubt, Match, Matcher
from floors.study.overlaps import check_overlaps

BASE = "base"
CHANGE = frozenset(column.name for column in BY_NAME["changes"].columns if column.required)


@dataclass(frozen=True)
class CellChange:
    """One row of `changes`, resolved: records `rows` and `columns` of `table`, and what to do with them.

    `adds` is the key of a row of `settings` that the sheet lacks.
    """

    index: int
    scenario: str
    table: str
    rows: tuple[int, ...]
    columns: tuple[Key, ...]
    how: str
    value: object
    adds: str = ""


@dataclass
class ChangePlan:
    """Every scenario's ancestors (itself last) and every change, with the problems found on the way."""

    lineage: dict[str, tuple[str, ...]] = field(default_factory=dict)
    changes: list[CellChange] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def of(self, scenario: str) -> list[CellChange]:
        """Changes of the ancestors first, each in sheet order."""
        return [change for one in self.lineage[scenario] for change in self.changes if change.scenario == one]


@dataclass(frozen=True)
class Changed:
    """Sheets after a scenario; `cells` maps each changed (table, index, column) to its cell in `changes`."""

    sheets: dict[str, SheetCells]
    cells: dict[tuple[str, int, Key], str]
    problems: list[Problem]


def make_plan(
    tables: Mapping[str, Typed],
    faulty: set[str],
    years: tuple[int, ...],
    locator: Locator,
    doubt: Doubt | None = None,
) -> ChangePlan:
    """Resolve sheets `scenarios` and `changes` against the sheets as written; rows of theirs with a fault are
    passed over, and so is what only a fault of a sheet in `faulty` may be the cause of.

    Of what is in `doubt` nothing more is said here.
    """
    plan = ChangePlan()
    if "scenarios" in tables:
        _trace(tables["scenarios"], plan, locator)
    unsound = {index for index, _ in tables["changes"].faulty} if "changes" in tables else set()
    for index, record in enumerate(tables["changes"].cells if "changes" in tables else ()):
        if index not in unsound and record.keys() >= CHANGE and record["scenario"] in plan.lineage:
            _resolve(index, record, faulty, years, plan, locator, doubt or Doubt())
    if "scenarios" in tables:
        _check_surprises(tables["scenarios"], years, plan, locator)
    plan.problems += check_overlaps((one for one in plan.changes if one.table not in faulty), locator)
    seen = {(problem.sheet, problem.cell) for problem in plan.problems}
    for scenario in plan.lineage:
        sound = [change for change in plan.of(scenario) if change.table not in faulty]
        for problem in apply(sound, locator).problems:
            if (problem.sheet, problem.cell) not in seen:
                seen.add((problem.sheet, problem.cell))
                plan.problems.append(problem)
    return plan


def _check_surprises(typed: Typed, years: tuple[int, ...], plan: ChangePlan, locator: Locator) -> None:
    """What is known only from a later year cannot change the years before."""
    known_from = {record.get("scenario"): record.get("known_from") for record in typed.cells}
    for change in plan.changes:
        first = known_from[change.scenario]
        if first is None or not years or first <= years[0]:
            continue
        early = [column for column in change.columns if not isinstance(column, int) or column < first]
        if early:
            told = f"column {early[0]} of sheet {change.table}, which holds for every year"
            if isinstance(early[0], int):
                told = f"{early[0]} in sheet {change.table}"
            message = f"scenario {change.scenario} is known from {first:g}, but changes {told}."
            hint = "Change years from then on alone, in a sheet with a column per year; or empty known_from."
            plan.problems.append(
                locator.problem("changes", change.index, "column", message, hint, "changes_the_past")
            )


def _trace(typed: Typed, plan: ChangePlan, locator: Locator) -> None:
    parents = {r["scenario"]: r.get("parent", BASE) for r in typed.cells if "scenario" in r}
    for index, record in enumerate(typed.cells):
        if (name := record.get("scenario")) is None:
            continue
        chain = [name]
        parent = parents[name]
        while parent != BASE and parent in parents and parent not in chain:
            chain.append(parent)
            parent = parents[parent]
        if parent in chain:
            message = f"{' is built on '.join([*chain, parent])}: a circle."
            hint = "Let one of them start from the workbook as it stands: a blank parent."
            plan.problems.append(locator.problem("scenarios", index, "parent", message, hint, "circle"))
        else:
            plan.lineage[name] = tuple(reversed(chain))


def _resolve(
    index: int,
    record: Mapping[Key, Any],
    faulty: set[str],
    years: tuple[int, ...],
    plan: ChangePlan,
    locator: Locator,
    doubt: Doubt,
) -> None:
    matcher = Matcher("changes", faulty, years, locator, doubt, plan.problems)
    found = matcher.match(index, record)
    if found is None:
        return
    how, value = record["change"], record.get("value")
    if how != "set" and (isinstance(value, bool) or not isinstance(value, (int, float))):
        message = f"expected a number to {how} by, found {value!r}."
        matcher.fault(index, "value", message, "Type a number.", "not_a_number")
        return
    adds = "" if found.rows else _added(found, how)
    if not found.rows and not adds:
        matcher.nothing(index, record, found)
        return
    plan.changes.append(
        CellChange(index, record["scenario"], found.table, found.rows, found.columns, how, value, adds)
    )


_SETTINGS: dict[str, Column] = {column.name: column for column in SETTINGS}


def _added(found: Match, how: str) -> str:
    """The key of a settings row to add, or nothing."""
    if found.table != "settings" or found.columns != ("value",) or how != "set" or len(found.conditions) != 1:
        return ""
    column, key = found.conditions[0]
    return key if column == "key" and key in _SETTINGS else ""


def apply(changes: Iterable[CellChange], locator: Locator) -> Changed:
    """The sheets of `locator` with the changes made one after the other, as new sheets."""
    sheets = dict(locator.sheets)
    cells: dict[tuple[str, int, Key], str] = {}
    problems: list[Problem] = []
    for change in changes:
        sheet, rows = _target(change, sheets)
        records: list[Mapping[Key, object]] = list(sheet.cells)
        touched = 0
        for row in sorted(rows):
            records[row] = record = dict(sheet.cells[row])
            for column in change.columns:
                fault = _make(change, record, column)
                if fault is None:
                    continue
                touched += 1
                if fault:
                    hint = "Narrow the change to cells that hold numbers, or use set."
                    problems.append(
                        locator.problem("changes", change.index, "change", fault, hint, "not_a_number")
                    )
                cells[change.table, row, column] = _cell(change, locator)
        if not touched:
            message = f"every cell to {change.how} in sheet {change.table} is blank."
            hint = "Use set, or choose other cells."
            problems.append(locator.problem("changes", change.index, "where", message, hint, "all_blank"))
        columns = dict(sheet.columns) | {key: 0 for key in change.columns if key not in sheet.columns}
        sheets[change.table] = replace(sheet, columns=columns, cells=tuple(records))
    return Changed(sheets, cells, problems)


def _cell(change: CellChange, locator: Locator) -> str:
    sheet = locator.sheets["changes"]
    return f"{sheet.title}!{sheet.address(change.index, 'value')}"


def _target(change: CellChange, sheets: Mapping[str, SheetCells]) -> tuple[SheetCells, set[int]]:
    """The sheet and records to change, with a row of settings added where there was none."""
    if not change.adds:
        return sheets[change.table], set(change.rows)
    settings: dict[Key, int] = {"key": 1, "value": 2}
    sheet = sheets.get("settings") or SheetCells(BY_NAME["settings"], "settings", settings, {}, (), (), ())
    for index, record in enumerate(sheet.cells):
        if record.get("key") == change.adds:
            return sheet, {index}
    line = max(sheet.lines, default=1) + 1
    added = replace(
        sheet,
        lines=(*sheet.lines, line),
        cells=(*sheet.cells, {"key": change.adds}),
        own_cells=(*sheet.own_cells, {}),
    )
    return added, {len(sheet.cells)}


def _make(change: CellChange, record: dict[Key, object], column: Key) -> str | None:
    """Change one cell; None where it is blank and stays so, else what is wrong, or an empty text."""
    if change.how == "set":
        if change.value is None:
            record.pop(column, None)
        else:
            record[column] = change.value
        return ""
    if column not in record:
        return None
    held = record[column]
    if not isinstance(held, (int, float)):
        return f"cannot {change.how} {held!r} in column {column} of sheet {change.table}."
    assert isinstance(change.value, (int, float))
    record[column] = held * change.value if change.how == "multiply" else held + change.value
    return ""
