"""Whether results are of another version, which wrote fewer sheets and columns than this one verifies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from floors import __version__
from floors.contract.fingerprints import SHEET, TEXTS
from floors.contract.results import RUN, Sheet
from floors.errors import InputError, Problem
from floors.files.revision import source_revision

_NAMED = 6
_HINT = (
    "Verify it with the version that wrote it, or have it made again: floors reproduce RESULT.xlsx INPUT.xlsx tells "
    "what differs."
)


def of_this_version(recorded: Mapping[str, Any]) -> bool:
    """Whether version and source revision, by what sheet run records, are those that run now."""
    made_by = recorded.get("floors"), recorded.get("source revision")
    return made_by == (__version__, source_revision())


def was_written(recorded: Mapping[str, Any], sheet: str, column: str = "") -> bool:
    """Whether sheet run has a fingerprint of a sheet, or of a column of it."""
    marks = [str(recorded.get(f"{key}{sheet}") or "") for key in (SHEET, TEXTS)]
    if not column:
        return any(marks)
    return any(part.startswith(f"{column}:") for mark in marks for part in mark.split())


def refuse_earlier(
    path: Path,
    declared: Sequence[Sheet],
    sheets: Mapping[str, Mapping[tuple[int, int], Any]],
    recorded: Mapping[str, Any],
) -> None:
    """Raise InputError for results of another version that lack sheets or columns of this one; what was deleted from a
    result has a fingerprint in sheet run, and is a finding."""
    if RUN.name not in sheets or of_this_version(recorded):
        return
    lacks = [sheet.name for sheet in declared if sheet.name not in sheets]
    columns = [
        (sheet.name, name)
        for sheet in declared
        if sheet.name in sheets
        for name in sheet.names
        if name not in {value for (row, _), value in sheets[sheet.name].items() if row == 1}
    ]
    lacks = [name for name in lacks if not was_written(recorded, name)]
    columns = [(sheet, name) for sheet, name in columns if not was_written(recorded, sheet, name)]
    told = []
    if lacks:
        told.append(f"the sheet{'s' if len(lacks) > 1 else ''} {_first(lacks)}")
    if columns:
        told.append(
            f"the column{'s' if len(columns) > 1 else ''} {_first(['.'.join(one) for one in columns])}"
        )
    if told:
        message = (
            f"another version of floors wrote it: it lacks {' and '.join(told)}, which this one verifies."
        )
        raise InputError([Problem(path.name, "", None, message, _HINT, "earlier_result")])


def _first(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")
