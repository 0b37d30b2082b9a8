"""A study with some of its records alone: what can be solved apart from the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from floors.contract.input_columns import Key
from floors.study.cells import Typed
from floors.study.locate import Locator
from floors.study.scenarios import CellChange, ChangePlan
from floors.study.study import Study, study_of

Record = TypeVar("Record")
Kept = Mapping[str, Sequence[int]]
"""Records that stay, by sheet; of a sheet that is not named all."""


def part_of(study: Study, kept: Kept, of_base: Study | None = None) -> Study:
    """The study with these records alone, taken as they are; cells keep their addresses. `of_base` is the same part of
    its base, where it is made already."""
    checked = study._checked
    place = {name: {old: new for new, old in enumerate(rows)} for name, rows in kept.items()}
    tables = {name: _typed(one, kept[name]) if name in kept else one for name, one in checked.tables.items()}
    sheets = dict(checked.locator.sheets) | {name: one.sheet for name, one in tables.items()}
    changed, given = (_left(cells, place) for cells in (checked.locator.changed, checked.locator.given))
    part = replace(
        checked,
        tables=tables,
        rows={name: _of(rows, kept[name]) if name in kept else rows for name, rows in checked.rows.items()},
        filled={
            name: one._replace(rows=_of(one.rows, kept[name])) if name in kept else one
            for name, one in checked.filled.items()
        },
        locator=Locator(sheets, checked.locator.scenario, changed, given),
        plan=_plan(checked.plan, place) if of_base is None else of_base._checked.plan,
        uncertain=(),
        reading=replace(
            checked.reading, sheets={name: sheets[name] for name in checked.reading.sheets}, given=given
        ),
    )
    base = None if study._base is None else of_base or part_of(study._base, kept)
    return study_of(part, study.name, study.path, study.sha256, study.scenario_name, base)


def _left(
    cells: Mapping[tuple[str, int, Key], str], place: Mapping[str, Mapping[int, int]]
) -> dict[tuple[str, int, Key], str]:
    """What is said of the cells of records that stay."""
    return {
        (name, place[name][i] if name in place else i, key): said
        for (name, i, key), said in cells.items()
        if name not in place or i in place[name]
    }


def _plan(plan: ChangePlan, place: Mapping[str, Mapping[int, int]]) -> ChangePlan:
    return ChangePlan(plan.lineage, [_change(one, place) for one in plan.changes])


def _change(one: CellChange, place: Mapping[str, Mapping[int, int]]) -> CellChange:
    """A change of what is left."""
    if one.table not in place:
        return one
    left = place[one.table]
    return replace(one, rows=tuple(left[i] for i in one.rows if i in left))


def _typed(typed: Typed, rows: Sequence[int]) -> Typed:
    sheet = typed.sheet
    place = {old: new for new, old in enumerate(rows)}
    part = replace(
        sheet,
        lines=_of(sheet.lines, rows),
        cells=_of(sheet.cells, rows),
        own_cells=_of(sheet.own_cells, rows),
    )
    faulty = frozenset((place[i], key) for i, key in typed.faulty if i in place)
    return Typed(part, _of(typed.cells, rows), faulty)


def _of(records: Sequence[Record], rows: Sequence[int]) -> tuple[Record, ...]:
    return tuple(records[i] for i in rows)
