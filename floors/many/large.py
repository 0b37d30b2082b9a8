"""Writing several runs: into one workbook, or where a table has more rows than Excel, some of them beside it."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from floors.contract import results as tables
from floors.contract.results import Sheet
from floors.contract.results.whole import RunRow
from floors.errors import OutputError
from floors.excel.embedded import Embedded, to_embed
from floors.excel.report import write
from floors.files.beside import FOLDER, drop, folders, is_ours, write_csv
from floors.files.targets import check_target, hold_parts

if TYPE_CHECKING:
    from floors.many.runs import Runs

MOST_ROWS = 1_048_575  # of a sheet of Excel, below its header
STAY = (tables.SUMMARY, tables.COMPARISON, tables.FLOORS, tables.CERTIFICATE, tables.RUN)
"""Sheets that stay in the workbook, as long as they fit, when one does not; side_by_side is small, and stays too."""


@dataclass(frozen=True)
class Written:
    """Where runs were written: the workbook, and the folder of the tables that it has no room for."""

    workbook: Path
    folder: Path | None = None
    moved: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """What a person must know of tables beside the workbook; empty where there are none."""
        if self.folder is None:
            return ""
        return (
            f"More rows than Excel holds: {', '.join(self.moved)} lie as CSV in the folder {self.folder}; the "
            "workbook has the other sheets."
        )


def write_runs(
    runs: Runs, path: Path, *, force: bool = False, day: str = "", embed: bool | Embedded = False
) -> Written:
    """Write several runs; what has more rows than Excel holds goes as CSV into a folder beside the workbook.
    `embed` keeps the input in it.

    Raises OutputError or UsageError, as `floors.files.targets` does, before anything is replaced.
    """
    check_target(path, runs.study.path, force, resume=True)
    keep, moved = _shared_out(runs)
    kept_input = to_embed(runs.study, embed)
    if not moved:
        workbook = write(runs, path, force=force, keep=runs.failed, sheets=keep, day=day, embed=kept_input)
        drop(workbook)
        return Written(workbook)
    with hold_parts(path) as parts:
        for sheet in moved:
            target = parts / f"{sheet.name}.csv"
            try:
                write_csv(target, sheet, runs.rows(sheet.name))
            except OSError as error:
                raise OutputError(f"{target} could not be written: {error.strerror or error}.") from error
        folder = _place(parts, path, moved)
        names = tuple(sheet.name for sheet in moved)
        place = RunRow.of(f"{FOLDER}{folder.name}", ", ".join(names))
        told = replace(runs, elsewhere=((runs.runs[0].scenario, *place),))
        workbook = write(told, path, force=force, keep=runs.failed, sheets=keep, day=day, embed=kept_input)
    return Written(workbook, folder, names)


def _shared_out(runs: Runs) -> tuple[tuple[Sheet, ...], tuple[Sheet, ...]]:
    """The sheets of the workbook, and those beside it."""
    more = {tables.RUN.name: 1}  # where it says that others are elsewhere
    fits = {
        sheet.name: len(runs.rows(sheet.name)) + more.get(sheet.name, 0) <= MOST_ROWS for sheet in runs.sheets
    }
    if all(fits.values()):
        return runs.sheets, ()
    stay = {sheet.name for sheet in STAY if fits[sheet.name]} | {tables.SIDE_BY_SIDE}
    keep = tuple(sheet for sheet in runs.sheets if sheet.name in stay)
    return keep, tuple(sheet for sheet in runs.sheets if sheet.name not in stay)


def _place(parts: Path, path: Path, moved: Sequence[Sheet]) -> Path:
    """The folder of tables, in the place of an earlier one of ours; beside anything that is not ours."""
    folder = next(one for one in folders(path) if not one.exists() or is_ours(one))
    try:
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir()
        for sheet in moved:
            (parts / f"{sheet.name}.csv").replace(folder / f"{sheet.name}.csv")
    except OSError as error:
        raise OutputError(f"{folder} could not be written: {error.strerror or error}.") from error
    return folder
