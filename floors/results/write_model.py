"""`floors.write_model`: an LP as a file that other solvers read, and a table of its names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from os import PathLike
from pathlib import Path
from typing import Any

from floors import __version__
from floors.case.derive import Case, derive
from floors.errors import OutputError, SolveError, UsageError
from floors.files.model_files import (
    BY_FLOORS,
    check_model_file,
    names_beside,
    write_model_file,
    write_names,
)
from floors.lp.compiling import compile_any
from floors.lp.linear import Compiled
from floors.lp.model_text import lp_text, mps_text
from floors.lp.stated import CONSTANT, OBJECTIVE, Name, Stated, state
from floors.results.result import Result
from floors.solving.run import Builder
from floors.sourcing.build import build, completed
from floors.sourcing.rows import COLUMN_KINDS, ROW_KINDS
from floors.study.study import Study


def write_model(
    of: Any, path: str | PathLike[str], *, model: Builder | None = None, force: bool = False
) -> Path:
    """Write an LP as an LP or MPS file, by the ending of `path`, and beside it the table of its names.

    `of`: a Result of `floors.solve`, of which the LP is written whose optimum its plan is; a Study, of which the one is
    written that `floors.build` makes, or `model` in its place, as for `floors.solve`; an Infeasible, Unbounded or other
    SolveError of `floors.solve`, of which the LP is written that has no optimum; or whatever `floors.price` takes.
    A name in the file is made of letters, digits and underscores; `<stem>-names.csv` says of each which component and
    index (as JSON) it is, in which unit and what it means. Numbers are those of the model to the last bit, in t (per
    year) and thousand of the study's currency at present value. Returns where the file was written. Raises UsageError
    for what is no such thing, for a surprise that is not solved (its past is its parent's plan), and where a file of
    somebody else's is to be replaced without `force`; OutputError; and what building raises.
    """
    target = Path(path)
    check_model_file(target, force=force)
    compiled, case = _compiled(of, model)
    stated = state(compiled)
    table = names_beside(target)
    told = [f"{BY_FLOORS}{__version__}", *_about(case), f"names in {table.name}"]
    text = lp_text if target.suffix.lower() == ".lp" else mps_text
    named = write_names(table, _table(stated, case))
    written = write_model_file(target, text(stated, [_in_a_line(words) for words in told]))
    if named != table:
        raise OutputError(
            f"{table} could not be replaced (is it open elsewhere?); the names were kept as {named}, "
            f"the model as {written}."
        )
    return written


def _in_a_line(words: str) -> str:
    """A comment that no reader stumbles over."""
    return " ".join(words.encode("ascii", "replace").decode().split())


def _compiled(of: Any, model: Builder | None) -> tuple[Compiled, Case | None]:
    if isinstance(of, Result):
        return of.outcome.compiled, of.outcome.case
    if isinstance(of, SolveError):
        if of.scene is None:
            raise UsageError(
                "this error holds no LP: it stays in the process that solved, and is of what it solved."
            )
        return of.scene.compiled, of.scene.case
    if isinstance(of, Study):
        if of.surprise is not None:
            raise UsageError(
                f"scenario {of.scenario_name} starts from the plan of its parent: solve it, and write its result."
            )
        of = derive(of)
    if isinstance(of, Case):
        return compile_any(completed((model or build)(of), of)), of
    return compile_any(of), None


def _about(case: Case | None) -> Iterator[str]:
    if case is None:
        return
    study = case.study
    baseline = "" if case.policy else ", the baseline without caps and floor rules"
    yield f"study {study.name}, scenario {study.scenario_name}{baseline}"
    yield f"cost in {_money(case)}, quantities in t (per year)"


def _money(case: Case) -> str:
    return f"thousand {case.study.settings.currency}, present value"


def _table(stated: Stated, case: Case | None) -> Iterator[tuple[str, ...]]:
    yield OBJECTIVE, "objective", "", "[]", "", "" if case is None else _money(case), ""
    for kind, names, kinds in (("row", stated.rows, ROW_KINDS), ("column", stated.columns, COLUMN_KINDS)):
        units = {}
        if case is not None:
            currency = case.study.settings.currency
            units = {name: one.measure.side.format(currency=currency) for name, one in kinds.items()}
        for one in names:
            yield _line(one, kind, units.get(one.component, ""))
    if stated.offset or not stated.columns:
        yield CONSTANT, "column", "", "[]", "", "", "1: its cost is the constant of the objective"


def _line(one: Name, kind: str, unit: str) -> tuple[str, ...]:
    index = json.dumps([_plain(part) for part in one.key], ensure_ascii=False)
    return one.name, kind, one.component, index, one.side, unit, one.meaning


def _plain(part: Any) -> Any:
    """A part of a key as JSON has it."""
    if isinstance(part, str | bool) or part is None:
        return part
    number = part.item() if hasattr(part, "item") else part
    return number if isinstance(number, int | float) else str(part)
