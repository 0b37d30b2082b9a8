"""Scenarios: which cells a scenario changes, and the sheets with those changes made."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from floors.contract.input_columns import Column, Key
from floors.contract.inputs import BY_NAME, SETTINGS
from floors.errors import Problem
from floors.study.cells import Typed
from floors.study.locate import Locator, SheetCells, nearest
from floors.study.overlaps import check_overlaps
from floors.study.sheets import plain

BASE = "base"
FIXED = ("scenarios", "changes", "uncertainty", "sources")
"""Sheets that no scenario can change."""

CHANGE = frozenset(column.name for column in BY_NAME["changes"].columns if column.required)

_CONDITION = re.compile(r"\s*([^=;]+?)\s*=\s*('[^']*'(?=\s*(?:;|$))|[^;]*?)\s*(?:;|$)")


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
class Doubt:
    """What was found wrong elsewhere: names and years defined nowhere, and the sheets that use such names."""

    names: frozenset[str] = frozenset()
    sheets: frozenset[str] = frozenset()


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
    def fault(column: str, message: str, hint: str, code: str) -> None:
        plan.problems.append(locator.problem("changes", index, column, message, hint, code))

    table = {plain(name): name for name in BY_NAME}.get(plain(record["sheet"]))
    if table is None or table in FIXED:
        known = [name for name in BY_NAME if name not in FIXED]
        message = f"there is no sheet {record['sheet']} that a scenario can change."
        fault("sheet", message, nearest(record["sheet"], known), "unknown_sheet")
        return
    sheet = locator.sheets.get(table)
    if (sheet is None and table in faulty) or (not years and _is_year(record["column"], table)):
        return
    columns = _columns(record["column"], table, sheet, years)
    if isinstance(columns, str):
        text = _header_text(record["column"])
        if doubt.names & {text, *re.split(r"[\s–-]+", text)}:
            return
        fault("column", columns, _column_hint(record["column"], table, years), "unknown_column")
        return
    conditions = _conditions(record["where"], table)
    if isinstance(conditions, str):
        hint = "Write column=value; column=value, such as region=CN; commodity=*."
        if doubt.names & set(re.split(r"\s*[=;]\s*", record["where"])):
            return
        fault("where", conditions, hint, "where")
        return
    how, value = record["change"], record.get("value")
    if how != "set" and (isinstance(value, bool) or not isinstance(value, (int, float))):
        fault("value", f"expected a number to {how} by, found {value!r}.", "Type a number.", "not_a_number")
        return
    rows = tuple(
        i
        for i, cells in enumerate(sheet.cells if sheet else ())
        if all(_equal(cells.get(column), value) for column, value in conditions)
    )
    adds = ""
    if not rows:
        adds = _added(table, columns, conditions, how)
        if not adds:
            if table in doubt.sheets | faulty or any(
                value.strip("'") in doubt.names for _, value in conditions
            ):
                return
            message = f"no row of sheet {table} has {record['where']}."
            fault("where", message, _where_hint(sheet, conditions), "no_match")
            return
    plan.changes.append(CellChange(index, record["scenario"], table, rows, columns, how, value, adds))


def _is_year(written: object, table: str) -> bool:
    """Whether a cell names no column of its own in a table by year."""
    names = {plain(column.name) for column in BY_NAME[table].columns}
    return BY_NAME[table].years is not None and plain(_header_text(written)) not in names


def _columns(
    written: object, table: str, sheet: SheetCells | None, years: tuple[int, ...]
) -> tuple[Key, ...] | str:
    """The columns that a cell names, or what is wrong with it."""
    by_year = BY_NAME[table].years is not None
    text = _header_text(written)
    names = {plain(column.name): column.name for column in BY_NAME[table].columns}
    if plain(text) in names:
        return (names[plain(text)],)
    span = re.fullmatch(r"(\d{1,4})(?:\s*[-–]\s*(\d{1,4}))?", text)
    if not by_year or not (span or text == "years"):
        return f"sheet {table} has no column {text}."
    if text == "years":
        headed = tuple(key for key in (sheet.columns if sheet else ()) if isinstance(key, int))
        return headed or years
    assert span is not None
    first, last = int(span[1]), int(span[2] or span[1])
    found = tuple(year for year in years if first <= year <= last)
    return found or f"sheet years has no year {text}."


def _header_text(written: object) -> str:
    """What a cell of column `column` says: 2026, however it is stored."""
    if isinstance(written, float) and written.is_integer():
        return str(int(written))
    return str(written).strip()


def _column_hint(written: object, table: str, years: tuple[int, ...]) -> str:
    known = [column.name for column in BY_NAME[table].columns]
    if BY_NAME[table].years is not None:
        known += ["years", *map(str, years)]
    return nearest(written, known)


def _conditions(where: str, table: str) -> list[tuple[Key, str]] | str:
    """(column, value as written) pairs, or what is wrong with them."""
    rules = BY_NAME[table]
    names = {plain(column.name): column.name for column in rules.columns}
    found: list[tuple[Key, str]] = []
    at = 0
    while where[at:].strip():
        match = _CONDITION.match(where, at)
        if match is None or match.end() == at:
            return f"{where[at:].strip()!r} is not of the form column=value."
        column: Key | None = names.get(plain(match[1]))
        if column is None and rules.years is not None and re.fullmatch(r"\d{1,4}", match[1]):
            column = int(match[1])
        if column is None:
            return f"sheet {table} has no column {match[1]}. {nearest(match[1], names.values())}"
        found.append((column, match[2]))
        at = match.end()
    return found


def _equal(cell: object, value: str) -> bool:
    if value == "*":
        return True
    if len(value) > 1 and value[0] == value[-1] == "'":
        value = value[1:-1]
    if cell is None:
        return not value
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        try:
            return float(value) == cell
        except ValueError:
            return False
    return str(cell).strip() == value.strip()


def _where_hint(sheet: SheetCells | None, conditions: Iterable[tuple[Key, str]]) -> str:
    """The nearest value of the first condition that no row meets by itself."""
    if sheet is None:
        return "The workbook has no such sheet."
    for column, value in conditions:
        if not any(_equal(cells.get(column), value) for cells in sheet.cells):
            held = {str(cells[column]): None for cells in sheet.cells if column in cells}
            if not held:
                return f"Column {column} is blank in every row."
            told = nearest(value, held) if held else "no row has a value there."
            return f"In column {column}: {told}"
    return "Each condition is met by some row, but no row meets them all."


_SETTINGS: dict[str, Column] = {column.name: column for column in SETTINGS}


def _added(table: str, columns: tuple[Key, ...], conditions: list[tuple[Key, str]], how: str) -> str:
    """The key of a settings row to add, or nothing."""
    if table != "settings" or columns != ("value",) or how != "set" or len(conditions) != 1:
        return ""
    column, key = conditions[0]
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
