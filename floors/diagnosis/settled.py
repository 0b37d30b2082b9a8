"""Advice held against the study it makes: what leaks past enforcement may come by another way then.

All else that a change of a number does is in the rows of the model. Which capped region leaks come from is decided
before there are rows, by the first that can supply them, and a limit that is raised from 0 lets another one do so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from floors.case.consistency import without_row
from floors.case.derive import derive
from floors.diagnosis.conflict import feasible
from floors.diagnosis.diagnosis import Cell, Change
from floors.diagnosis.phrases import apart
from floors.errors import InputError
from floors.lp.linear import compile_model
from floors.solving.scene import Scene
from floors.sourcing.build import build
from floors.study.study import Study

ENOUGH = 1e5  # USD/kg: what a need that may go short is worth, to see whether there is a plan then


def scene_after(scene: Scene, changes: Sequence[Change]) -> Scene | None:
    """The study with these changes made, up to its model; None where no leaks can move, or the model is a user's."""
    defaults = any(change.kind == "stock_target" and _of_opening(change) for change in changes)
    leaky = any(row["enforcement"] < 1 for row in scene.case.study.rows("demand"))
    if not leaky or scene.past is not None or defaults or not _standard(scene):
        return None
    try:
        case = derive(changed(scene.case.study, changes), policy=scene.case.policy, cuts=scene.case.cuts)
    except InputError:
        return None
    model = build(case)
    return Scene(case=case, model=model, compiled=compile_model(model), message=scene.message)


def has_plan(scene: Scene) -> bool:
    """Whether anything obeys every number of a study."""
    return not without_row(scene.case) and feasible(scene.compiled.lp)


def _standard(scene: Scene) -> bool:
    return bool(scene.compiled.lp.matrix.shape == compile_model(build(scene.case)).lp.matrix.shape)


def changed(study: Study, changes: Sequence[Change]) -> Study:
    """The study with the numbers of these changes in their cells."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for change in changes:
        for cell, value in _edits(change):
            if cell.record is not None:
                table, index, column = cell.record
                held = rows.setdefault(table, list(study.rows(table)))
                held[index] = _with(held[index], column, value)
    return study.with_rows(**rows)


def _edits(change: Change) -> list[tuple[Cell, Any]]:
    if change.kind == "must_serve":
        return [
            (cell, ENOUGH) for cell in change.cells if cell.record is not None and cell.record[2] == "value"
        ]
    if change.kind == "process_minimum":
        return [(cell, change.needed) for cell in change.cells]
    if change.kind == "stock_target" and isinstance(change.cells[0].value, str):
        return [(change.cells[0], f"{change.needed} d")]
    return [(cell, change.needed) for cell in change.cells[:1]]


def _of_opening(change: Change) -> bool:
    """Whether a target is the one that stands by default."""
    record = change.cells[0].record
    return record is not None and record[0] == "stockpiles"


def _with(row: dict[str, Any], column: Any, value: Any) -> dict[str, Any]:
    if not isinstance(column, int):
        return row | {column: value}
    years = {year: held for year, held in row["years"].items() if year != column}
    return row | {"years": years if value is None else years | {column: value}}


def further(change: Change, more: Change) -> Change:
    """A change, and what it must be beyond that, as one."""
    if change.present is None or more.present is None or more.needed is None:
        return more
    before, _ = apart(more.present, more.needed)
    now, _ = apart(change.present, more.needed)
    sentence = more.sentence.replace(f" from {before} ", f" from {now} ", 1)
    return replace(
        more,
        present=change.present,
        by=change.by + more.by,
        counts=change.counts + more.counts,
        sentence=sentence,
    )
