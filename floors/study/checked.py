"""A reading is checked: every fault of every sheet at once, or the tables of a study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from floors.contract.inputs import BY_NAME
from floors.errors import InputError, Problem
from floors.study.cells import Typed, check_cells
from floors.study.dangling import unknown_names
from floors.study.filled import Default, Filled, Settings, fill, settings_of
from floors.study.locate import Locator, SheetCells, group
from floors.study.matching import Doubt
from floors.study.references import (
    check_headed,
    check_membership,
    check_references,
    check_reserved,
    check_rows,
)
from floors.study.scenarios import ChangePlan, make_plan
from floors.study.sheets import Reading, plain
from floors.study.uncertain_rows import UncertainRow, resolve

if TYPE_CHECKING:
    from floors.study.study import Study

UNREAD = frozenset({"missing_sheet", "duplicate_sheet", "header_row", "merged"})
"""Codes of faults by which rows of a sheet are not read."""


@dataclass(frozen=True, kw_only=True)
class SellersAnswer:
    """What a seller does about the policy that is in no sheet: `exports` bounds what it ships abroad, t/yr by (region,
    commodity, year); `before` is the study without it, whose unit costs are what its offers cost."""

    region: str
    before: Study
    exports: Mapping[tuple[str, str, int], float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Checked:
    """Tables without a fault, and what was noted about them; `filled` as written, `rows` as they are taken."""

    tables: dict[str, Typed]
    rows: dict[str, tuple[dict[str, Any], ...]]
    filled: dict[str, Filled]
    defaults: tuple[Default, ...]
    settings: Settings
    years: tuple[int, ...]
    locator: Locator
    plan: ChangePlan
    uncertain: tuple[UncertainRow, ...]
    reading: Reading
    notes: tuple[Problem, ...]
    answer: SellersAnswer | None = None

    def sound(self, sheet: SheetCells) -> bool:
        """Whether this very sheet is one of its tables, and there was nothing to say of it."""
        name = sheet.table.name
        same = name in self.tables and self.tables[name].sheet is sheet
        return same and not any(note.sheet == sheet.title for note in self.notes)


def check_reading(reading: Reading, locator: Locator | None = None, base: Study | None = None) -> Checked:
    """Every check, cells first; raises InputError with all that was found. `base` is given for a scenario."""
    locator = locator or Locator(reading.sheets, given=reading.given)
    found = list(reading.problems)
    if not reading.sheets:
        _raise(found, reading)
    titles = {sheet.title: name for name, sheet in reading.sheets.items()}
    unread = _unread(reading)
    tables: dict[str, Typed] = {}
    for name, sheet in reading.sheets.items():
        if base is not None and base._checked.sound(sheet):  # the scenario leaves it as it is
            tables[name] = base._checked.tables[name]
            continue
        tables[name], problems = check_cells(sheet, locator)
        found += problems
        tables[name], reserved = check_reserved(tables[name], locator)
        found += [*reserved, *check_rows(tables[name], locator, name in unread)]
    years = _years(tables, unread)
    found += [*check_headed(tables, reading.problems), *check_references(tables, unread, years, locator)]
    found += check_membership(tables, years, base.roles if base else None, locator)
    plan = base._checked.plan if base else ChangePlan()
    uncertain = base._checked.uncertain if base else ()
    if base is None:
        faulty, doubt = _faulty(found, titles), _doubt(tables, years, reading.problems)
        plan = make_plan(tables, faulty, years, locator, doubt)
        moved, wrong = resolve(tables, faulty, years, locator, doubt)
        uncertain = tuple(moved)
        found += [*plan.problems, *wrong]
    _raise(found, reading)
    filled, defaults = fill(tables, years, _left_alone(tables, years, base))
    rows = {name: one.rows for name, one in filled.items()}
    settings, used = settings_of(tables.get("settings"))
    return Checked(
        tables=tables,
        rows=rows,
        filled=filled,
        defaults=(*used, *defaults),
        settings=settings,
        years=years,
        locator=locator,
        plan=plan,
        uncertain=uncertain,
        reading=reading,
        notes=tuple(group(map(reading.located, found))),
    )


def _unread(reading: Reading) -> set[str]:
    """Tables of which rows could not be read: they may hold any name."""
    names = {plain(name): name for name in BY_NAME}
    return {
        names[plain(problem.sheet)]
        for problem in reading.problems
        if problem.code in UNREAD and plain(problem.sheet) in names
    }


def _years(tables: Mapping[str, Typed], unread: set[str]) -> tuple[int, ...]:
    """The years of the study, as written; none where one of them is not known."""
    if "years" in unread or "years" not in tables or tables["years"].lacks("year"):
        return ()
    return tuple(record["year"] for record in tables["years"].cells)


def _doubt(tables: Mapping[str, Typed], years: tuple[int, ...], read: Sequence[Problem]) -> Doubt:
    """Names and years that no sheet defines, the sheets that use them, and headers that mean nothing: said once
    already."""
    unknown, _ = unknown_names(tables)
    headed = {str(key) for typed in tables.values() for key in typed.sheet.columns if key not in years}
    headed |= {str(one.value).strip() for one in read if one.code == "unknown_column"}
    names = {one.name for one in unknown} | headed
    return Doubt(frozenset(names), frozenset(use.table for one in unknown for use in one.uses))


def _faulty(found: Sequence[Problem], titles: Mapping[str, str]) -> set[str]:
    """Tables with an error, and required tables that are missing."""
    return {titles.get(problem.sheet, problem.sheet) for problem in found if problem.level == "error"}


def _raise(problems: Sequence[Problem], reading: Reading) -> None:
    found = [reading.located(problem) for problem in problems]
    errors = [problem for problem in found if problem.level == "error"]
    if errors:
        raise InputError(group(errors), group(problem for problem in found if problem.level != "error"))


def _left_alone(tables: Mapping[str, Typed], years: tuple[int, ...], base: Study | None) -> dict[str, Filled]:
    """The records of tables that a scenario leaves as its base has them."""
    if base is None or base.years != years:
        return {}
    had = base._checked
    same = {name for name, typed in tables.items() if had.tables.get(name) is typed}
    return {name: filled for name, filled in had.filled.items() if name in same}
